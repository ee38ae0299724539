//! How often a subject is inspected: the one scale on which harsher and milder can be told apart.

use serde::{Deserialize, Serialize};

/// Frequency of inspection by credit grade (差异化监管频次), as a number so that a later one is no
/// broken body. A greater number is harsher.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
pub struct Inspection(pub u8);

impl Inspection {
    /// No inspection follows.
    pub const NONE: Self = Self(0);
    /// 大幅减少.
    pub const SHARPLY_FEWER: Self = Self(1);
    /// 适当减少.
    pub const FEWER: Self = Self(2);
    /// 正常频次.
    pub const NORMAL: Self = Self(3);
    /// 适当增加.
    pub const MORE: Self = Self(4);
    /// 大幅增加.
    pub const SHARPLY_MORE: Self = Self(5);

    /// Every frequency with its name in files and its word on screens, mildest first.
    pub const TABLE: [(Self, &'static str, &'static str); 6] = [
        (Self::NONE, "none", "不适用"),
        (Self::SHARPLY_FEWER, "sharply-fewer", "大幅减少检查"),
        (Self::FEWER, "fewer", "适当减少检查"),
        (Self::NORMAL, "normal", "正常检查"),
        (Self::MORE, "more", "增加检查"),
        (Self::SHARPLY_MORE, "sharply-more", "大幅增加检查"),
    ];

    /// The frequency of a name in a file.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::TABLE.iter().find(|row| row.1 == name).map(|row| row.0)
    }

    /// Its name in files; `None` for one of a later version.
    pub fn name(self) -> Option<&'static str> {
        Self::TABLE.iter().find(|row| row.0 == self).map(|row| row.1)
    }

    /// Its word on screens; `None` for one of a later version.
    pub fn label(self) -> Option<&'static str> {
        Self::TABLE.iter().find(|row| row.0 == self).map(|row| row.2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn harsher_is_greater_and_names_read_back() {
        for pair in Inspection::TABLE.windows(2) {
            assert!(pair[0].0 < pair[1].0);
        }
        for (inspection, name, label) in Inspection::TABLE {
            assert_eq!(Inspection::from_name(name), Some(inspection));
            assert_eq!((inspection.name(), inspection.label()), (Some(name), Some(label)));
        }
        assert_eq!((Inspection::from_name("often"), Inspection(9).label()), (None, None));
    }
}
