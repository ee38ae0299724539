//! Words that people give with a request, within their limits, and who gives them.

use axum::http::HeaderMap;

use super::parameters::bad_request;
use crate::code::Code;
use crate::service::{Corrections, Decision, Review, ReviewerToken, ServiceError};
use crate::types::{CorrectionsChoice, ImportDecision, REASON_CHARS_MAX};

/// The header with a reviewer's token.
pub(super) const REVIEWER: &str = "x-tiaoxi-reviewer";
/// Longest token of a reviewer, in bytes.
const TOKEN_BYTES_MAX: usize = 256;

/// Checks a decision.
pub(super) fn decide(
    decision: ImportDecision,
    reviewer: Option<ReviewerToken>,
) -> Result<Decision, ServiceError> {
    let corrections = match decision.corrections {
        CorrectionsChoice::Skip => Corrections::Skip,
        CorrectionsChoice::Apply => {
            let reason = decision.reason.unwrap_or_default();
            Corrections::Apply { reason: reason_in(&reason)? }
        }
    };
    let review = match words(decision.review.as_deref().unwrap_or_default(), REASON_CHARS_MAX)? {
        None => None,
        Some(word) => {
            let reviewer = reviewer.ok_or(Code::ReviewerNeeded)?;
            Some(Review { word, reviewer })
        }
    };
    Ok(Decision { corrections, review })
}

/// A reason: neither empty nor too long.
pub(super) fn reason_in(text: &str) -> Result<String, ServiceError> {
    words(text, REASON_CHARS_MAX)?.ok_or_else(|| Code::ReasonNeeded.into())
}

/// Trimmed text within `chars_max`; `None` when nothing is left.
pub(super) fn words(text: &str, chars_max: usize) -> Result<Option<String>, ServiceError> {
    let text = text.trim();
    if text.chars().nth(chars_max).is_some() {
        return Err(bad_request(
            &format!("文字超过 {chars_max} 个字"),
            &format!("a text is longer than {chars_max} characters"),
        ));
    }
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err(bad_request("文字含有控制字符", "a text contains control characters"));
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// The reviewer's token, where one is shown.
pub(super) fn reviewer(headers: &HeaderMap) -> Result<Option<ReviewerToken>, ServiceError> {
    let mut shown = headers.get_all(REVIEWER).iter();
    let Some(value) = shown.next() else { return Ok(None) };
    let token = value.to_str().ok().map(str::trim);
    match token {
        Some(token)
            if shown.next().is_none() && !token.is_empty() && token.len() <= TOKEN_BYTES_MAX =>
        {
            Ok(Some(ReviewerToken::new(token)))
        }
        _ => Err(Code::ReviewerUnknown.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(decision: ImportDecision, reviewer: Option<&str>) -> String {
        match decide(decision, reviewer.map(ReviewerToken::new)) {
            Ok(decision) => format!("{decision:?}"),
            Err(error) => error.error.code,
        }
    }

    #[test]
    fn a_decision_needs_its_words_and_a_word_its_reviewer() {
        let apply = |reason: Option<&str>| ImportDecision {
            corrections: CorrectionsChoice::Apply,
            reason: reason.map(str::to_owned),
            review: None,
        };
        let review =
            |word: &str| ImportDecision { review: Some(word.to_owned()), ..Default::default() };
        let longest = "字".repeat(REASON_CHARS_MAX);
        let skipped = "Decision { corrections: Skip, review: None }";
        for (decision, reviewer, expected) in [
            (ImportDecision::default(), None, skipped),
            (ImportDecision::default(), Some("t"), skipped),
            (
                apply(Some(" 录入有误 ")),
                None,
                "Decision { corrections: Apply { reason: \"录入有误\" }, review: None }",
            ),
            (apply(None), None, "REASON_NEEDED"),
            (apply(Some(" \u{3000}\n")), None, "REASON_NEEDED"),
            (apply(Some(&format!("{longest}字"))), None, "BAD_REQUEST"),
            (apply(Some("a\0b")), None, "BAD_REQUEST"),
            (review("同意"), None, "REVIEWER_NEEDED"),
            (review(" "), None, skipped),
            (
                review("同意"),
                Some("t"),
                "Decision { corrections: Skip, review: Some(Review { word: \"同意\", reviewer: \
                 ReviewerToken(..) }) }",
            ),
        ] {
            assert_eq!(code(decision, reviewer), expected);
        }
        assert!(code(apply(Some(&longest)), None).contains(&longest));
    }
}
