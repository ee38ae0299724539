//! The program as it was built. That this test stands here has cargo build the binary before any
//! test runs, which the tests of the whole system (`tests/tests/system`) start as processes.

use std::process::Command;

#[test]
fn the_program_says_its_version() {
    let output = Command::new(env!("CARGO_BIN_EXE_tiaoxi")).arg("--version").output().unwrap();
    assert!(output.status.success());
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(said.trim_end(), format!("tiaoxi {}", env!("CARGO_PKG_VERSION")));
}
