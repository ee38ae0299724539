//! A paper as text of 80 columns.

use std::fmt::Write;

use super::{
    columns::{PAGE, width, wrapped},
    paper::{Block, Paper, Table},
};

/// Columns between two columns of a table.
const GAP: usize = 2;
/// Columns by which a paragraph begins further in.
const INDENT: &str = "    ";

pub(super) fn render(paper: &Paper) -> String {
    let mut page = Page(String::new());
    page.centred(&paper.title);
    for block in &paper.blocks {
        if !matches!(block, Block::Subtitle(_)) {
            page.line("");
        }
        match block {
            Block::Subtitle(text) => page.centred(text),
            Block::Address(text) | Block::Heading(text) => page.lines("", "", text),
            Block::Paragraph(text) => page.paragraph(text),
            Block::Facts(facts) => {
                for (label, text) in facts {
                    page.fact(label, text);
                }
            }
            Block::Table(table) => page.table(table),
            Block::Signed(by, on) => {
                page.right(by);
                page.right(on);
            }
            Block::Verbatim(text) => text.lines().for_each(|line| page.line(line)),
        }
    }
    page.0
}

struct Page(String);

impl Page {
    fn line(&mut self, line: &str) {
        writeln!(self.0, "{}", line.trim_end()).expect("writing into memory succeeds");
    }

    /// Text whose first line stands behind `first` and whose others stand behind `others`.
    fn lines(&mut self, first: &str, others: &str, text: &str) {
        let room = PAGE.saturating_sub(width(first).max(width(others))).max(2);
        let mut before = first;
        for line in wrapped(text, room) {
            self.line(&format!("{before}{line}"));
            before = others;
        }
    }

    fn paragraph(&mut self, text: &str) {
        // The first line is shorter by the indent; wrapping is greedy, so the rest follows from
        // what the first line has taken.
        let first = wrapped(text, PAGE - INDENT.len()).into_iter().next().unwrap_or_default();
        let rest = text.strip_prefix(&first).unwrap_or_default().trim_start();
        self.line(&format!("{INDENT}{first}"));
        if !rest.is_empty() {
            self.lines("", "", rest);
        }
    }

    fn fact(&mut self, label: &str, text: &str) {
        let label = format!("{INDENT}{label}：");
        self.lines(&label, &" ".repeat(width(&label)), text);
    }

    fn centred(&mut self, text: &str) {
        for line in wrapped(text, PAGE) {
            self.line(&format!("{}{line}", " ".repeat((PAGE - width(&line).min(PAGE)) / 2)));
        }
    }

    fn right(&mut self, text: &str) {
        for line in wrapped(text, PAGE) {
            self.line(&format!("{}{line}", " ".repeat(PAGE - width(&line).min(PAGE))));
        }
    }

    fn table(&mut self, table: &Table) {
        let widths: Vec<usize> = table.heads.iter().map(|(_, columns)| *columns).collect();
        let heads: Vec<String> = table.heads.iter().map(|(head, _)| (*head).to_owned()).collect();
        self.row(&widths, &heads);
        let rules: Vec<String> = widths.iter().map(|columns| "-".repeat(*columns)).collect();
        self.row(&widths, &rules);
        for row in &table.rows {
            self.row(&widths, row);
        }
    }

    fn row(&mut self, widths: &[usize], cells: &[String]) {
        let cells: Vec<(usize, Vec<String>)> = widths
            .iter()
            .zip(cells)
            .map(|(columns, cell)| (*columns, wrapped(cell, *columns)))
            .collect();
        let height = cells.iter().map(|(_, lines)| lines.len()).max().unwrap_or(0);
        for at in 0..height {
            let mut line = String::new();
            for (columns, lines) in &cells {
                let text = lines.get(at).map_or("", String::as_str);
                line.push_str(text);
                line.push_str(&" ".repeat(columns.saturating_sub(width(text)) + GAP));
            }
            self.line(&line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_wider_than_the_page_whatever_it_holds() {
        let long = "示例，（演示）abc ".repeat(200);
        let mut paper = Paper::new(&long);
        paper.subtitle(&long);
        paper.address(&long);
        paper.heading(&long);
        paper.paragraph(&long);
        paper.facts(&[("名称", &long), ("空", "")]);
        paper.table(&[("日期", 10), ("事项", 68)], &[vec![long.clone(), long.clone()]]);
        paper.signed(&long, &long);
        let text = paper.text();
        let widest = text.lines().max_by_key(|line| width(line)).unwrap();
        assert!(width(widest) <= PAGE, "{widest}");
        assert!(!text.contains("空："));
    }

    #[test]
    fn a_paragraph_begins_two_characters_further_in_and_loses_nothing() {
        let words = "一二三四五六七八九十".repeat(9);
        let mut paper = Paper::new("题");
        paper.paragraph(&words);
        let text = paper.text();
        let lines: Vec<&str> = text.lines().skip(2).collect();
        assert_eq!(lines.iter().map(|line| width(line)).collect::<Vec<_>>(), [80, 80, 24]);
        assert!(lines[0].starts_with("    一"));
        assert_eq!(lines.concat().trim_start(), words);
    }
}
