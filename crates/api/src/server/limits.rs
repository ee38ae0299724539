//! Limits on what requests about mutual recognition say. It goes into logs for good and to other
//! members: nothing empty where something belongs, nothing endless, no number of a person.

use tiaoxi_credit::code::{Uscc, check_citizen_number};
use tiaoxi_credit::supervision::Inspection;
use tiaoxi_views::query::{QueryError, SubjectQuery};

use super::decision::{self, words};
use super::parameters::bad_request;
use super::routes::parse_origin;
use crate::code::Code;
use crate::service::ServiceError;
use crate::types::{Date, MEASURES_MAX, Place, SLUG_BYTES_MAX};

/// What is wrong with a field.
fn refused(field: &str, zh: &str, en: &str) -> ServiceError {
    bad_request(&format!("{field} {zh}"), &format!("`{field}` {en}"))
}

/// A text that must be there; trimmed.
pub(super) fn text(field: &str, text: &mut String, chars_max: usize) -> Result<(), ServiceError> {
    let given = words(text, chars_max)?.ok_or_else(|| refused(field, "不能为空", "is empty"))?;
    names_no_person(field, &given)?;
    *text = given;
    Ok(())
}

/// A text that may be missing; trimmed, and missing when nothing is left.
pub(super) fn optional_text(
    field: &str,
    text: &mut Option<String>,
    chars_max: usize,
) -> Result<(), ServiceError> {
    let given = words(text.as_deref().unwrap_or_default(), chars_max)?;
    if let Some(given) = &given {
        names_no_person(field, given)?;
    }
    *text = given;
    Ok(())
}

/// The reason of a request.
pub(super) fn reason(reason: &mut String) -> Result<(), ServiceError> {
    let given = decision::reason_in(reason)?;
    names_no_person("reason", &given)?;
    *reason = given;
    Ok(())
}

fn names_no_person(field: &str, text: &str) -> Result<(), ServiceError> {
    let is_person = |word: &str| {
        let word = word.to_ascii_uppercase();
        check_citizen_number(&word).is_ok() && Uscc::parse(&word).is_err()
    };
    let holds_person = text
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| word.len() == 18)
        .any(is_person);
    if holds_person {
        return Err(refused(field, "含有公民身份号码", "contains a citizen number"));
    }
    Ok(())
}

/// A slug, whether anything has it or not.
pub(super) fn slug(field: &str, slug: &str) -> Result<(), ServiceError> {
    let is_slug = !slug.is_empty()
        && slug.len() <= SLUG_BYTES_MAX
        && slug.bytes().all(|byte| byte.is_ascii_graphic());
    if is_slug { Ok(()) } else { Err(refused(field, "不是有效的代号", "is no short name")) }
}

/// Slugs of measures.
pub(super) fn measures(measures: &[String]) -> Result<(), ServiceError> {
    if measures.len() > MEASURES_MAX {
        return Err(refused("measures", "过多", "are too many: at most 50"));
    }
    for (index, measure) in measures.iter().enumerate() {
        slug("measures", measure)?;
        if measures.iter().take(index).any(|earlier| earlier == measure) {
            return Err(refused("measures", "重复", "name one twice"));
        }
    }
    Ok(())
}

/// The name of a frequency of inspection.
pub(super) fn inspection(name: &str) -> Result<(), ServiceError> {
    if Inspection::from_name(name).is_some() {
        return Ok(());
    }
    let names: Vec<_> = Inspection::TABLE.iter().map(|row| row.1).collect();
    let names = names.join(", ");
    Err(refused("inspection", &format!("应为：{names}"), &format!("is one of: {names}")))
}

/// The place of a listing, whether there is one or not.
pub(super) fn listing(place: &Place) -> Result<(), ServiceError> {
    parse_origin(&place.origin).map(drop).map_err(|_no_origin| Code::ListingNotFound.into())
}

/// The code of a subject that may be asked for.
pub(super) fn subject(typed: &str) -> Result<SubjectQuery, ServiceError> {
    SubjectQuery::parse(typed).map_err(|refused| match refused {
        QueryError::NaturalPerson => Code::NaturalPersonRefused.into(),
        QueryError::NoCode => Code::NoSubjectCode.into(),
    })
}

/// The same where only a unified social credit code will do; cleaned.
pub(super) fn unified_code(code: &mut String) -> Result<(), ServiceError> {
    let query = subject(code)?;
    if Uscc::parse(query.code()).is_err() {
        let zh = "应为校验位正确的统一社会信用代码";
        return Err(ServiceError::from(Code::NoSubjectCode)
            .detailed(zh, "a unified social credit code with its check character is needed"));
    }
    query.code().clone_into(code);
    Ok(())
}

/// The code of an authority; cleaned. Old codes of authorities are told from unified ones elsewhere.
pub(super) fn authority_code(code: &mut String) -> Result<(), ServiceError> {
    let query = subject(code).map_err(|error| {
        if error.error.code == Code::NaturalPersonRefused.as_str() {
            return error;
        }
        refused("authority_code", "不是机构代码", "is no code of an authority")
    })?;
    query.code().clone_into(code);
    Ok(())
}

/// Days that must not be the other way round; those that are missing are in order.
pub(super) fn in_order(
    (first, on_first): (&str, Option<Date>),
    (then, on_then): (&str, Option<Date>),
) -> Result<(), ServiceError> {
    match (on_first, on_then) {
        (Some(on_first), Some(on_then)) if on_first > on_then => {
            let zh = format!("{first} 晚于 {then}");
            let en = format!("`{first}` is after `{then}`");
            Err(ServiceError::from(Code::DatesOutOfOrder).detailed(&zh, &en))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use tiaoxi_credit::Day;
    use tiaoxi_credit::code::{citizen_number, uscc_from_parts};

    use super::*;

    fn code<T>(result: Result<T, ServiceError>) -> Option<String> {
        result.err().map(|error| error.error.code)
    }

    #[test]
    fn a_number_of_a_person_is_found_in_any_text_and_a_unified_code_is_none() {
        let person = citizen_number(999_999, Day(7_300), 12).expect("good parts");
        let firm = uscc_from_parts("91", 330_500, "TX000001").expect("good parts");
        for (given, expected) in [
            (format!("证号{person}，电话"), Some("BAD_REQUEST")),
            (person.to_lowercase(), Some("BAD_REQUEST")),
            (format!("代码{firm}"), None),
            (format!("1{person}"), None),
            ("  ".to_owned(), Some("BAD_REQUEST")),
            ("字".repeat(20), None),
            ("字".repeat(21), Some("BAD_REQUEST")),
        ] {
            let found = code(text("matter", &mut given.clone(), 20));
            assert_eq!(found.as_deref(), expected, "{given}");
        }
        let mut given = format!("见{person}");
        assert_eq!(code(reason(&mut given)).as_deref(), Some("BAD_REQUEST"));
        assert_eq!(code(reason(&mut " ".to_owned())).as_deref(), Some("REASON_NEEDED"));
    }

    #[test]
    fn slugs_and_measures_have_limits() {
        let longest = "x".repeat(SLUG_BYTES_MAX);
        for (given, is_slug) in [
            ("ecology-list", true),
            (longest.as_str(), true),
            (&format!("{longest}x"), false),
            ("", false),
            ("a b", false),
            ("生态", false),
        ] {
            assert_eq!(slug("domain", given).is_ok(), is_slug, "{given}");
        }
        let many: Vec<_> = (0..=MEASURES_MAX).map(|number| format!("m{number}")).collect();
        assert!(measures(many.get(1..).unwrap_or_default()).is_ok());
        assert!(measures(&many).is_err());
        assert!(measures(&["a".to_owned(), "b".to_owned(), "a".to_owned()]).is_err());
        assert!(inspection("sharply-more").is_ok() && inspection("often").is_err());
    }

    #[test]
    fn codes_of_subjects_are_unified_ones_and_never_a_persons() {
        let person = citizen_number(999_999, Day(7_300), 12).expect("good parts");
        let firm = uscc_from_parts("91", 330_500, "TX000001").expect("good parts");
        let mut typed = format!(" {}", firm.to_lowercase());
        unified_code(&mut typed).expect("a unified code");
        assert_eq!(typed, firm);
        for (typed, expected) in
            [(person, "NATURAL_PERSON_REFUSED"), ("330500000012345".to_owned(), "NO_SUBJECT_CODE")]
        {
            assert_eq!(code(unified_code(&mut typed.clone())).as_deref(), Some(expected));
        }
        assert_eq!(code(authority_code(&mut String::new())).as_deref(), Some("BAD_REQUEST"));
    }

    #[test]
    fn days_may_be_equal_or_missing_and_never_the_wrong_way_round() {
        let (early, late) = (Some(Date(Day(1))), Some(Date(Day(2))));
        for (first, then, is_right) in [
            (early, late, true),
            (early, early, true),
            (late, early, false),
            (None, early, true),
            (late, None, true),
        ] {
            assert_eq!(in_order(("since", first), ("until", then)).is_ok(), is_right);
        }
    }
}
