//! Formulas of `.xls` sheets: whether one names another workbook.

use crate::read::bytes::u16_at;

/// Which books the workbook refers to, and by which numbers its formulas do.
#[derive(Debug, Default)]
pub(super) struct References {
    /// For each book, whether it is another workbook.
    pub(super) books: Vec<bool>,
    /// For each number in a formula, the book that it means.
    pub(super) numbers: Vec<u16>,
}

impl References {
    /// Adds what a `SupBook` record says (MS-XLS 2.4.271).
    pub(super) fn add_book(&mut self, data: &[u8]) {
        // Four bytes mean the workbook itself, or the functions of an add-in.
        let is_own = data.len() == 4 && matches!(u16_at(data, 2), Some(0x0401 | 0x3a01));
        self.books.push(!is_own);
    }

    /// Adds what an `ExternSheet` record says (MS-XLS 2.4.105).
    pub(super) fn add_numbers(&mut self, data: &[u8]) {
        let count = u16_at(data, 0).unwrap_or_default();
        let sheets = data.get(2..).unwrap_or_default().as_chunks::<6>().0;
        let books = sheets.iter().take(count.into()).filter_map(|sheet| u16_at(sheet, 0));
        self.numbers.extend(books);
    }

    fn is_external(&self, number: u16) -> bool {
        let book = self.numbers.get(usize::from(number));
        book.and_then(|book| self.books.get(usize::from(*book))).copied().unwrap_or_default()
    }

    /// Whether a parsed formula, `cce` bytes behind their count, names another workbook.
    pub(super) fn is_named_in(&self, formula: &[u8]) -> bool {
        let bytes = u16_at(formula, 0).map_or(0, usize::from);
        let mut rest = formula.get(2..).unwrap_or_default();
        rest = rest.get(..bytes).unwrap_or(rest);
        while let Some((token, after)) = rest.split_first() {
            let Some(length) = operand_bytes(*token, after) else { return false };
            if matches!(token_of_any_class(*token), 0x39..=0x3d)
                && u16_at(after, 0).is_some_and(|number| self.is_external(number))
            {
                return true;
            }
            rest = after.get(length..).unwrap_or_default();
        }
        false
    }
}

/// The cell whose formula this one is, for a cell of a shared or an array formula.
pub(super) fn origin(formula: &[u8]) -> Option<(u16, u16)> {
    let is_origin = formula.get(2) == Some(&0x01);
    is_origin.then_some((u16_at(formula, 3)?, u16_at(formula, 5)?))
}

/// The token with its class (reference, value, array) taken off.
fn token_of_any_class(token: u8) -> u8 {
    if token >= 0x20 { token & 0x1f | 0x20 } else { token }
}

/// Bytes that follow a token (MS-XLS 2.5.198); `None` for one that is not known.
fn operand_bytes(token: u8, after: &[u8]) -> Option<usize> {
    Some(match token_of_any_class(token) {
        0x01 | 0x02 | 0x23 | 0x24 | 0x2a | 0x2c => 4,
        0x03..=0x16 => 0,
        0x17 => {
            let (characters, flags) = (*after.first()?, *after.get(1)?);
            2 + usize::from(characters) * if flags & 1 != 0 { 2 } else { 1 }
        }
        0x19 => {
            let is_choice = after.first()? & 4 != 0;
            let jumps = if is_choice { 2 * (usize::from(u16_at(after, 1)?) + 1) } else { 0 };
            3 + jumps
        }
        0x1c | 0x1d => 1,
        0x1e | 0x21 | 0x29 => 2,
        0x1f | 0x25 | 0x2b | 0x2d => 8,
        0x20 => 7,
        0x22 => 3,
        0x26..=0x28 | 0x39 | 0x3a | 0x3c => 6,
        0x3b | 0x3d => 10,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_that_name_another_workbook_are_known() {
        let mut references = References::default();
        references.add_book(&[3, 0, 0x01, 0x04]);
        references.add_book(&[1, 0, 4, 0, 0, b'b', b'o', b'o', b'k']);
        references.add_numbers(&[2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0]);
        let reference = |number: u8| [7, 0, 0x3a, number, 0, 0, 0, 0, 0];
        assert!(!references.is_named_in(&reference(0)));
        assert!(references.is_named_in(&reference(1)));
        assert!(!references.is_named_in(&reference(9)));
        // "x" & book!A1, with a value class.
        let behind_text = [11, 0, 0x17, 1, 0, b'x', 0x5a, 1, 0, 0, 0, 0, 0, 0x08];
        assert!(references.is_named_in(&behind_text));
        assert!(!references.is_named_in(&[]));
        assert!(!references.is_named_in(&[9, 0, 0x7f, 1]));
    }

    #[test]
    fn cells_of_an_array_formula_name_its_first_cell() {
        assert_eq!(origin(&[5, 0, 0x01, 7, 0, 2, 0]), Some((7, 2)));
        assert_eq!(origin(&[5, 0, 0x24, 7, 0, 2, 0]), None);
        assert_eq!(origin(&[]), None);
    }
}
