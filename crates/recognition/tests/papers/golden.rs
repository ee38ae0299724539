//! Papers as files, compared byte for byte. They are never written by a test.

/// Fails with both texts when a paper is not what its file says.
pub(crate) fn compare(name: &str, found: &str) {
    let path = format!("{}/tests/papers/golden/{name}", env!("CARGO_MANIFEST_DIR"));
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == expected, "{name} is now:\n{found}");
}
