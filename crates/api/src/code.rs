//! Stable error codes with their class and words. `docs/api.md` lists them; a test compares.

mod table;

use std::borrow::Cow;

pub use self::table::Code;

/// What a caller can conclude from an error, whatever its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorClass {
    /// The request is wrong; the same again fails again.
    BadRequest,
    /// Token missing or wrong.
    Unauthorized,
    /// Understood, and not allowed.
    Forbidden,
    /// There is no such thing here.
    NotFound,
    /// The thing is here, and this can't be done to it.
    MethodNotAllowed,
    /// Not in the present state of things.
    Conflict,
    /// It was here, and is no more.
    Gone,
    /// More bytes than allowed.
    TooLarge,
    /// What was sent is not what it should be.
    Unprocessable,
    /// Too much at once: try again later.
    TooMany,
    /// The node can't now: try again later.
    Unavailable,
    /// A fault of the node; its log says more.
    Internal,
}

/// The words of a code.
#[derive(Clone, Copy, Debug)]
pub struct Description {
    /// Stable, upper case.
    pub code: &'static str,
    /// Its class.
    pub class: ErrorClass,
    /// For people, in Chinese.
    pub zh: &'static str,
    /// For people, in English.
    pub en: &'static str,
    /// What to do about it.
    pub hint: Option<&'static str>,
}

impl Code {
    /// Its stable text.
    pub fn as_str(self) -> &'static str {
        self.describe().code
    }
}

impl From<Code> for Cow<'static, str> {
    fn from(code: Code) -> Self {
        Cow::Borrowed(code.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_code_is_listed_once_and_explained_in_the_documentation() {
        let page = include_str!("../../../docs/api.md");
        let codes: BTreeSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(codes.len(), Code::ALL.len(), "no two share a text");
        for code in codes {
            assert!(page.contains(&format!("`{code}`")), "docs/api.md lacks {code}");
        }
    }
}
