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
    report.add(code, severity, index, &error.zh(), &error.to_string());
}
