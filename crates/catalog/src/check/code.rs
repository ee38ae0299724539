//! Codes: upper case, and the finding of each error.

use std::borrow::Cow;

use tiaoxi_credit::code::CodeError;

use super::report::Report;
use crate::finding::{
    CODE_ALPHABET, CODE_BIRTH_DATE, CODE_CHECK_DIGIT, CODE_FORMAT, CODE_LENGTH,
    CODE_ORGANISATION_CHECK_DIGIT, Severity,
};

/// A clean code in upper case.
pub(super) fn upper(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_lowercase()) {
        return Cow::Owned(text.to_ascii_uppercase());
    }
    text
}

/// Reports why a code is not valid. Not even the check digit that would be right is said of a
/// citizen number.
pub(super) fn report(error: CodeError, severity: Severity, index: usize, report: &mut Report<'_>) {
    let code = match error {
        CodeError::Length { .. } => CODE_LENGTH,
        CodeError::Alphabet { .. } => CODE_ALPHABET,
        CodeError::Format => CODE_FORMAT,
        CodeError::CheckDigit { .. }
        | CodeError::CheckCharacter { .. }
        | CodeError::CitizenCheckDigit => CODE_CHECK_DIGIT,
        CodeError::OrganisationCheckDigit { .. } => CODE_ORGANISATION_CHECK_DIGIT,
        CodeError::BirthDate => CODE_BIRTH_DATE,
    };
    // Whoever only puts the right check digit behind a wrong code makes up a code that passes.
    let (zh, en) = match code {
        CODE_CHECK_DIGIT | CODE_ORGANISATION_CHECK_DIGIT => (
            "；请按营业执照等原件核对整个代码，不要只改末位",
            "; compare all of it with the original",
        ),
        _ => ("", ""),
    };
    let (zh, en) = (format!("{}{zh}", error.zh()), format!("{error}{en}"));
    report.add(code, severity, index, &zh, &en);
}
