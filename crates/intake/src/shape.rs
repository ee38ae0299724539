//! What a file looks like, so that its rejected rows can come back in the same shape.
//!
//! Filled in by [`Intake`](crate::Intake) when it has found the header, kept in front of the rows
//! by [`kept`](crate::kept), read again by [`render`](crate::render). Knows nothing of rows.

use serde::{Deserialize, Serialize};
use tiaoxi_sheet::Form;

/// The columns that a file of rejected rows has after those of the file that it came from.
pub const REASON_COLUMNS: [&str; 2] = ["错误代码", "错误说明"];

/// What a file looks like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    /// Kind, encoding, delimiter, sheet.
    pub form: Form,
    /// Line of the header as the clerk's program shows it, from 1.
    pub header_line: u64,
    /// The rows above the header, cell by cell.
    pub titles: Vec<Vec<String>>,
    /// The header as it stands in the file, reason columns of an earlier round included.
    pub columns: Vec<String>,
    /// For each column, the number of the field that it holds. Two columns of an old generation
    /// may hold parts of one field.
    pub fields: Vec<Option<u8>>,
    /// For each column, whether it holds the reasons of an earlier round.
    pub reasons: Vec<bool>,
    /// Year of the old generation that the header is of; `None` for the current one.
    pub generation: Option<u16>,
    /// Fields that were filled for the whole file, by number, each with its text. The file of
    /// rejected rows gets a column with it for each, so that it can be handed in as it is.
    pub filled: Vec<(u8, String)>,
    /// Numbers of required fields without a column. The file of rejected rows gets an empty column
    /// for each, under the field's Chinese name.
    pub added: Vec<u8>,
}

impl Shape {
    /// Whether a column (from 0) comes back with the rejected rows; old reasons do not.
    pub fn comes_back(&self, column: usize) -> bool {
        !self.reasons.get(column).copied().unwrap_or_default()
    }

    /// Whether `name` is the header of a reason column; spaces in it do not matter.
    pub fn is_reason(name: &str) -> bool {
        let name: String = name.chars().filter(|letter| !letter.is_whitespace()).collect();
        REASON_COLUMNS.contains(&name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reason_columns_are_known_by_their_names_alone() {
        for (name, expected) in
            [("错误代码", true), (" 错误 说明\n", true), ("错误", false), ("", false)]
        {
            assert_eq!(Shape::is_reason(name), expected, "{name}");
        }
    }
}
