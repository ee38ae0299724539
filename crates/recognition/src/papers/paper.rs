//! A paper before it has a form: a title and blocks of words, cleaned.
//!
//! Knows neither columns nor tags; `text` and `html` do.

/// A paper that can be read as text or printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    pub(super) title: String,
    pub(super) blocks: Vec<Block>,
}

/// A part of a paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Block {
    /// A line in the middle, below the title.
    Subtitle(String),
    /// To whom it is addressed.
    Address(String),
    /// A heading of a part.
    Heading(String),
    /// A paragraph.
    Paragraph(String),
    /// What stands on the left, and what is said about it.
    Facts(Vec<(String, String)>),
    /// Rows under heads.
    Table(Table),
    /// Who speaks, and when; on the right.
    Signed(String, String),
    /// Bytes of another format, kept as they are.
    Verbatim(String),
}

/// Rows under heads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Table {
    /// Head of each column, and how many columns of text it is wide.
    pub(super) heads: Vec<(&'static str, usize)>,
    /// As many cells in each as there are heads.
    pub(super) rows: Vec<Vec<String>>,
}

impl Paper {
    pub(super) fn new(title: &str) -> Self {
        Self { title: cleaned(title), blocks: Vec::new() }
    }

    pub(super) fn subtitle(&mut self, text: &str) {
        self.blocks.push(Block::Subtitle(cleaned(text)));
    }

    pub(super) fn address(&mut self, text: &str) {
        self.blocks.push(Block::Address(cleaned(text)));
    }

    pub(super) fn heading(&mut self, text: &str) {
        self.blocks.push(Block::Heading(cleaned(text)));
    }

    pub(super) fn paragraph(&mut self, text: &str) {
        self.blocks.push(Block::Paragraph(cleaned(text)));
    }

    /// Facts with nothing to say are left out; those that follow others join them.
    pub(super) fn facts(&mut self, facts: &[(&str, &str)]) {
        let facts = facts.iter().map(|(label, text)| (cleaned(label), cleaned(text)));
        let facts = facts.filter(|(_, text)| !text.is_empty());
        if let Some(Block::Facts(before)) = self.blocks.last_mut() {
            before.extend(facts);
        } else {
            self.blocks.push(Block::Facts(facts.collect()));
        }
    }

    pub(super) fn table(&mut self, heads: &[(&'static str, usize)], rows: &[Vec<String>]) {
        let rows = rows.iter().map(|row| row.iter().map(|cell| cleaned(cell)).collect()).collect();
        self.blocks.push(Block::Table(Table { heads: heads.to_vec(), rows }));
    }

    pub(super) fn signed(&mut self, by: &str, on: &str) {
        self.blocks.push(Block::Signed(cleaned(by), cleaned(on)));
    }

    pub(super) fn verbatim(&mut self, text: &str) {
        self.blocks.push(Block::Verbatim(text.to_owned()));
    }

    /// Its title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// As text in UTF-8 of at most 80 columns, a Chinese character taking two.
    pub fn text(&self) -> String {
        super::text::render(self)
    }

    /// As a page of HTML that stands alone: no script, nothing loaded from anywhere, A4 in print.
    pub fn html(&self) -> String {
        super::html::render(self)
    }
}

/// Text of others without what could turn a page or a terminal about: control characters and line
/// separators become blanks, marks of direction and of no width go.
fn cleaned(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{61c}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{e0000}'..='\u{e007f}' => {}
            '\u{2028}' | '\u{2029}' => clean.push(' '),
            c if c.is_control() => clean.push(' '),
            c => clean.push(c),
        }
    }
    clean.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_others_bring_no_control_characters_and_no_marks_of_direction() {
        for (text, expected) in [
            ("示例化工有限公司", "示例化工有限公司"),
            (" a\tb\r\n", "a b"),
            ("a\u{1b}[31mb", "a [31mb"),
            ("a\u{202e}b\u{2066}c\u{feff}", "abc"),
            ("a\u{2028}b\u{85}c", "a b c"),
            ("\u{200b}\u{e0041}", ""),
        ] {
            assert_eq!(cleaned(text), expected, "{text:?}");
        }
    }
}
