//! One row under construction, and how it becomes CSV.

/// Cells in the order of the national format; their memory is reused from row to row.
#[derive(Clone, Debug, Default)]
pub(crate) struct Row {
    cells: Vec<String>,
    filled: usize,
}

impl Row {
    pub(crate) fn begin(&mut self) {
        self.filled = 0;
    }

    /// Appends a cell made of `parts`.
    pub(crate) fn cell(&mut self, parts: &[&str]) {
        if self.filled == self.cells.len() {
            self.cells.push(String::new());
        }
        let cell = self.cells.get_mut(self.filled).expect("a cell was just added");
        cell.clear();
        for part in parts {
            cell.push_str(part);
        }
        self.filled += 1;
    }

    /// Appends `count` empty cells.
    pub(crate) fn blanks(&mut self, count: usize) {
        for _ in 0..count {
            self.cell(&[]);
        }
    }

    /// The text of a cell, by its place from 0.
    pub(crate) fn get(&self, place: usize) -> &str {
        self.cells().get(place).map_or("", String::as_str)
    }

    /// Puts another text into a cell that is there.
    pub(crate) fn set(&mut self, place: usize, text: &str) {
        let cell = self.cells.get_mut(place).expect("mistakes are made in cells that are there");
        cell.clear();
        cell.push_str(text);
    }

    pub(crate) fn cells(&self) -> &[String] {
        self.cells.get(..self.filled).unwrap_or_default()
    }

    /// Takes over the cells of another row.
    pub(crate) fn copy_from(&mut self, other: &Self) {
        self.begin();
        for cell in other.cells() {
            self.cell(&[cell]);
        }
    }

    /// Appends the row to `out` as a line of CSV.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        write_line(self.cells().iter().map(String::as_str), out);
    }
}

/// Appends cells to `out` as a line of CSV, quoted where RFC 4180 asks for it.
pub(crate) fn write_line<'a>(cells: impl Iterator<Item = &'a str>, out: &mut Vec<u8>) {
    for (place, cell) in cells.enumerate() {
        if place > 0 {
            out.push(b',');
        }
        if cell.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r')) {
            out.push(b'"');
            out.extend_from_slice(cell.replace('"', "\"\"").as_bytes());
            out.push(b'"');
        } else {
            out.extend_from_slice(cell.as_bytes());
        }
    }
    out.extend_from_slice(b"\r\n");
}

/// A whole number as text, without an allocation.
pub(crate) struct Digits {
    bytes: [u8; 20],
    start: usize,
}

impl Digits {
    pub(crate) fn of(number: impl Into<u64>) -> Self {
        let mut rest = number.into();
        let mut digits = Self { bytes: [b'0'; 20], start: 20 };
        for byte in digits.bytes.iter_mut().rev() {
            *byte += u8::try_from(rest % 10).expect("a digit");
            rest /= 10;
            digits.start -= 1;
            if rest == 0 {
                break;
            }
        }
        digits
    }

    pub(crate) fn as_str(&self) -> &str {
        let digits = self.bytes.get(self.start..).expect("starts inside the digits");
        std::str::from_utf8(digits).expect("digits are ASCII")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_only_where_needed() {
        let mut out = Vec::new();
        write_line(["a", "b,c", "d\"e", "", "示例"].into_iter(), &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), "a,\"b,c\",\"d\"\"e\",,示例\r\n");
    }

    #[test]
    fn writes_whole_numbers() {
        for number in [0, 7, 10, 2025, u64::MAX] {
            assert_eq!(Digits::of(number).as_str(), number.to_string());
        }
    }

    #[test]
    fn a_row_forgets_the_one_before() {
        let mut row = Row::default();
        row.cell(&["a", "b"]);
        row.blanks(2);
        row.begin();
        row.cell(&["c"]);
        assert_eq!(row.cells(), ["c"]);
    }
}
