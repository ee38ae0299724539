//! A paper as a page of HTML that stands alone and prints on A4.
//!
//! Everything that goes between tags passes [`escaped`]. The page forbids itself to load anything.

use std::fmt::Write;

use super::paper::{Block, Paper, Table};

/// Margins and type of official documents (GB/T 9704-2012: 版心 156 mm × 225 mm, 仿宋三号, 标题小标
/// 宋二号), with what is likely at hand where these faces are not. Never quoted from outside.
const STYLE: &str = r#"
@page { size: A4; margin: 37mm 26mm 35mm 28mm; }
* { box-sizing: border-box; }
html { background: #e8e8e8; color: #000; }
body { margin: 0 auto; max-width: 210mm; min-height: 297mm; padding: 37mm 26mm 35mm 28mm;
  background: #fff; font-family: "FangSong_GB2312", "仿宋_GB2312", FangSong, "仿宋", STFangsong,
  "Noto Serif CJK SC", "Source Han Serif SC", SimSun, "宋体", serif; font-size: 16pt;
  line-height: 28pt; overflow-wrap: anywhere; }
h1 { margin: 0 0 14pt; font-family: "FZXiaoBiaoSong-B05S", "方正小标宋简体", STZhongsong, "华文中宋",
  "Noto Serif CJK SC", "Source Han Serif SC", SimSun, "宋体", serif; font-size: 22pt;
  line-height: 32pt; font-weight: bold; text-align: center; }
h2 { margin: 14pt 0 0; font-family: SimHei, "黑体", "Noto Sans CJK SC", "Source Han Sans SC",
  sans-serif; font-size: 16pt; font-weight: normal; break-after: avoid; }
p { margin: 0; text-align: justify; text-indent: 2em; }
p.subtitle { margin-bottom: 14pt; font-size: 12pt; line-height: 20pt; text-align: center;
  text-indent: 0; }
p.address { text-indent: 0; }
p.signed { padding-right: 2em; text-align: right; text-indent: 0; break-before: avoid;
  break-inside: avoid; }
p.signed.first { margin-top: 28pt; }
dl { display: grid; grid-template-columns: max-content 1fr; margin: 0; padding-left: 2em; }
dt { font-family: inherit; }
dd { margin: 0; }
table { width: 100%; margin: 7pt 0; border-collapse: collapse; font-size: 10.5pt;
  line-height: 16pt; table-layout: fixed; }
th, td { padding: 2pt 4pt; border: 0.5pt solid #000; text-align: left; vertical-align: top; }
th { font-family: SimHei, "黑体", "Noto Sans CJK SC", sans-serif; font-weight: normal; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
pre { margin: 14pt 0 0; padding: 6pt; border: 0.5pt solid #000; font-family: "Noto Sans Mono CJK SC",
  Consolas, "DejaVu Sans Mono", monospace; font-size: 8pt; line-height: 11pt;
  white-space: pre-wrap; overflow-wrap: anywhere; }
@media print { html { background: none; }
  body { max-width: none; min-height: 0; margin: 0; padding: 0; } }
"#;

/// Nothing is loaded and nothing runs.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
                      form-action 'none'";

pub(super) fn render(paper: &Paper) -> String {
    let title = escaped(&paper.title);
    let mut page = Page(format!(
        "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n"
    ));
    for block in &paper.blocks {
        page.block(block);
    }
    page.0.push_str("</body>\n</html>\n");
    page.0
}

struct Page(String);

impl Page {
    fn block(&mut self, block: &Block) {
        match block {
            Block::Subtitle(text) => self.element("p class=\"subtitle\"", text),
            Block::Address(text) => self.element("p class=\"address\"", text),
            Block::Heading(text) => self.element("h2", text),
            Block::Paragraph(text) => self.element("p", text),
            Block::Verbatim(text) => self.element("pre", text),
            Block::Signed(by, on) => {
                self.element("p class=\"signed first\"", by);
                self.element("p class=\"signed\"", on);
            }
            Block::Facts(facts) => {
                self.0.push_str("<dl>\n");
                for (label, text) in facts {
                    self.element("dt", &format!("{label}："));
                    self.element("dd", text);
                }
                self.0.push_str("</dl>\n");
            }
            Block::Table(table) => self.table(table),
        }
    }

    /// One element; `tag` is ours, with its attributes.
    fn element(&mut self, tag: &str, text: &str) {
        let name = tag.split(' ').next().unwrap_or(tag);
        writeln!(self.0, "<{tag}>{}</{name}>", escaped(text))
            .expect("writing into memory succeeds");
    }

    fn table(&mut self, table: &Table) {
        let total: usize = table.heads.iter().map(|(_, columns)| columns).sum();
        self.0.push_str("<table>\n<thead><tr>\n");
        for (head, columns) in &table.heads {
            let percent = columns * 100 / total.max(1);
            self.element(&format!("th scope=\"col\" style=\"width:{percent}%\""), head);
        }
        self.0.push_str("</tr></thead>\n<tbody>\n");
        for row in &table.rows {
            self.0.push_str("<tr>\n");
            for cell in row {
                self.element("td", cell);
            }
            self.0.push_str("</tr>\n");
        }
        self.0.push_str("</tbody>\n</table>\n");
    }
}

/// Text as it may stand between tags and in quoted attributes.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_a_tag_wherever_it_stands() {
        let evil = "<script>alert('示例')</script>\"&";
        let mut paper = Paper::new(evil);
        paper.subtitle(evil);
        paper.address(evil);
        paper.heading(evil);
        paper.paragraph(evil);
        paper.facts(&[(evil, evil)]);
        paper.table(&[("日期", 10), ("事项", 70)], &[vec![evil.to_owned(), evil.to_owned()]]);
        paper.signed(evil, evil);
        paper.verbatim(evil);
        let html = paper.html();
        let safe = "&lt;script&gt;alert(&#39;示例&#39;)&lt;/script&gt;&quot;&amp;";
        assert_eq!(html.matches(safe).count(), 13);
        assert!(!html.contains("<script") && !html.contains("alert('"));
    }

    #[test]
    fn a_page_speaks_chinese_prints_on_a4_and_loads_nothing() {
        let html = Paper::new("题").html();
        for expected in ["<html lang=\"zh-CN\">", "size: A4", "FangSong", "default-src 'none'"] {
            assert!(html.contains(expected), "{expected}");
        }
        for loaded in ["http://", "https://", "url(", "src=", "href=", "@import"] {
            assert!(!html.contains(loaded), "{loaded}");
        }
    }
}
