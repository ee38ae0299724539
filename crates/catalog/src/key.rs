//! The natural key of a record: authority, document number, subject.

use tiaoxi_credit::Record;

/// The natural key as bytes to be hashed: authority code, document number, then scheme and code of
/// the subject's principal code, each with its length before it. Two records with one key and one
/// content are duplicates; with another content, one corrects the other. Kinds of record are told
/// apart by the caller.
pub fn natural_key<S: AsRef<str>>(record: &Record<S>) -> Vec<u8> {
    let mut key = Vec::with_capacity(96);
    write_natural_key(record, &mut key);
    key
}

/// As [`natural_key`], appended to a buffer that the caller keeps.
pub fn write_natural_key<S: AsRef<str>>(record: &Record<S>, key: &mut Vec<u8>) {
    write_part(record.authority.as_ref(), key);
    write_part(record.document.as_ref(), key);
    if let Some(principal) = record.subject.principal_code() {
        key.push(principal.scheme.0);
        write_part(principal.code.as_ref(), key);
    }
}

fn write_part(part: &str, key: &mut Vec<u8>) {
    let length = u32::try_from(part.len()).unwrap_or(u32::MAX);
    key.extend_from_slice(&length.to_le_bytes());
    key.extend_from_slice(part.as_bytes());
}

#[cfg(test)]
mod tests {
    use tiaoxi_credit::{CodeScheme, Day, Subject, SubjectClass, SubjectCode};

    use super::*;

    fn key(authority: &str, document: &str, scheme: CodeScheme, code: &str) -> Vec<u8> {
        let codes = vec![SubjectCode { scheme, code: code.to_owned() }];
        natural_key(&Record {
            row: 7,
            subject: Subject {
                class: SubjectClass::ORGANISATION, name: "示例".to_owned(), codes
            },
            authority: authority.to_owned(),
            document: document.to_owned(),
            decided: Day(20_000),
            fields: Vec::new(),
        })
    }

    #[test]
    fn a_key_changes_with_each_part_and_no_part_runs_into_the_next() {
        let base = key("ab", "cd", CodeScheme::USCC, "ef");
        assert_eq!(base, key("ab", "cd", CodeScheme::USCC, "ef"));
        for other in [
            key("abc", "d", CodeScheme::USCC, "ef"),
            key("ab", "cde", CodeScheme::USCC, "f"),
            key("ab", "cd", CodeScheme::TAX, "ef"),
            key("ab", "cd", CodeScheme::USCC, "eg"),
        ] {
            assert_ne!(base, other);
        }
    }
}
