//! Percent-encoding (RFC 3986), for what the client puts into URLs and the server into headers.

/// Escapes everything but letters, digits, `-._~` and what is in `kept`.
pub(crate) fn escape(text: &str, kept: &[u8]) -> String {
    let mut escaped = String::with_capacity(text.len());
    let digit = |value: u8| char::from_digit(value.into(), 16).expect("half a byte is one digit");
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || kept.contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_a_meaning_in_a_url_is_escaped() {
        for (text, kept, expected) in [
            ("91330500TX0000000A", &b""[..], "91330500TX0000000A"),
            ("a/b?c#d e%", b"", "a%2fb%3fc%23d%20e%25"),
            ("huzhou/deqing/records/1", b"/", "huzhou/deqing/records/1"),
            ("湖", b"", "%e6%b9%96"),
            ("\n\0", b"", "%0a%00"),
        ] {
            assert_eq!(escape(text, kept), expected);
        }
    }
}
