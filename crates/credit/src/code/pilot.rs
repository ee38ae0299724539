//! The unified codes that are real although their outer check digit does not match.

/// Codes given in Fujian before GB 32100 was in force there. Each is well formed and holds a right
/// organisation code; only its last character differs from the computed one. A code gets here by
/// being found in a register, one at a time: the fault follows no rule that could be tested.
///
/// Sorted; the source stands beside each.
pub const PILOT_EXCEPTIONS: [&str; 6] = [
    "91350100M0001TGQXM", // README of the IDCheck library
    "91350203M0001FUE2P", // README of the IDCheck library
    "91350203M0001QAY9B", // excepted by name in published form validation (02020/vite)
    "91350203M0001QKT19", // hutool issue 4119, with links to two company registers
    "91350211M0000XUF46", // README of the IDCheck library
    "91350211M00013FA1N", // tests of the hutool library
];

/// Whether `code` is listed.
pub(super) fn is_listed(code: &[u8]) -> bool {
    PILOT_EXCEPTIONS.iter().any(|listed| listed.as_bytes() == code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::{check_organisation_code, uscc_check_character};

    #[test]
    fn every_listed_code_fails_the_outer_check_and_nothing_else() {
        assert!(PILOT_EXCEPTIONS.is_sorted());
        for code in PILOT_EXCEPTIONS {
            let expected = uscc_check_character(code.get(..17).expect("18 characters"))
                .expect("in the alphabet");
            assert_ne!(code.chars().last(), Some(expected), "{code}");
            assert_eq!(
                check_organisation_code(code.get(8..17).expect("18 characters")),
                Ok(()),
                "{code}"
            );
        }
    }
}
