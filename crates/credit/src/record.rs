//! A record about a subject: what one row of a departmental file says, in a form that a reader
//! without the catalogue file understands: who, by whom, under which number, when decided.
//!
//! What the single fields mean is the catalogue's business (`tiaoxi-catalog`).

use serde::{Deserialize, Serialize};

use crate::Day;

/// One record. The order of fields is the order of bytes in the body (`docs/protocol.md`). With
/// `&str` for its texts it borrows from a body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record<S = String> {
    /// Row of the import's file, the first row below the header being 1; 0 where there was none.
    pub row: u32,
    /// Whom it is about.
    pub subject: Subject<S>,
    /// Code of the authority that decided.
    pub authority: S,
    /// Number of the decision document (文号).
    pub document: S,
    /// Day of the decision.
    pub decided: Day,
    /// Every other field that is not empty, by rising number.
    pub fields: Vec<Field<S>>,
}

/// A subject of credit (信用主体).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject<S = String> {
    /// Legal person, natural person or sole trader.
    pub class: SubjectClass,
    /// Full name.
    pub name: S,
    /// Its codes, the most telling first; never empty in a record that passed the checks.
    pub codes: Vec<SubjectCode<S>>,
}

impl<S> Subject<S> {
    /// The code that identifies the subject in natural keys and look-ups.
    pub fn principal_code(&self) -> Option<&SubjectCode<S>> {
        self.codes.first()
    }
}

/// Class of a subject (行政相对人类别), as a number so that a later class is no broken body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SubjectClass(pub u8);

impl SubjectClass {
    /// 法人及非法人组织.
    pub const ORGANISATION: Self = Self(1);
    /// 自然人. Shared and queried under authorisation only, never published.
    pub const NATURAL_PERSON: Self = Self(2);
    /// 个体工商户.
    pub const SOLE_TRADER: Self = Self(3);

    /// The word that the national format uses, or `None` for a class of a later version.
    pub fn label(self) -> Option<&'static str> {
        match self {
            Self::ORGANISATION => Some("法人及非法人组织"),
            Self::NATURAL_PERSON => Some("自然人"),
            Self::SOLE_TRADER => Some("个体工商户"),
            _ => None,
        }
    }

    /// Whether the subject's name and codes identify a human being as such.
    pub fn is_natural_person(self) -> bool {
        self == Self::NATURAL_PERSON
    }
}

/// A code under its scheme.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SubjectCode<S = String> {
    /// Which register gave it.
    pub scheme: CodeScheme,
    /// The code, upper case, without spaces.
    pub code: S,
}

/// Scheme of a subject code, as a number so that a later scheme is no broken body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CodeScheme(pub u8);

impl CodeScheme {
    /// 统一社会信用代码, GB 32100.
    pub const USCC: Self = Self(1);
    /// 工商注册号.
    pub const REGISTRATION: Self = Self(2);
    /// 组织机构代码, GB 11714.
    pub const ORGANISATION: Self = Self(3);
    /// 税务登记号.
    pub const TAX: Self = Self(4);
    /// 事业单位证书号.
    pub const INSTITUTION: Self = Self(5);
    /// 社会组织登记证号.
    pub const SOCIAL_ORGANISATION: Self = Self(6);
    /// 居民身份证号, GB 11643.
    pub const CITIZEN: Self = Self(7);
    /// The number of any other identity document of a natural person.
    pub const OTHER_IDENTITY: Self = Self(8);

    /// Whether a code of this scheme identifies a natural person.
    pub fn is_personal(self) -> bool {
        matches!(self, Self::CITIZEN | Self::OTHER_IDENTITY)
    }
}

/// One field of a catalogue item, by its number there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field<S = String> {
    /// Number of the field in the catalogue item, from 1.
    pub number: u8,
    /// Its text, cleaned; dates as `YYYY-MM-DD`, amounts as decimals.
    pub text: S,
}
