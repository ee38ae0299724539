//! What holds of every paper.

use tiaoxi_recognition::papers::Paper;

/// Columns as a reader counts them: everything beyond Latin letters takes two, which is at least as
/// many as it takes.
fn columns(line: &str) -> usize {
    line.chars().map(|c| if c < '\u{2000}' { 1 } else { 2 }).sum()
}

/// Text within 80 columns, a page without control characters, scripts or links.
pub(crate) fn check_page(paper: &Paper) {
    for line in paper.text().lines() {
        assert!(columns(line) <= 80, "{line}");
        assert!(!line.contains(char::is_control), "{line:?}");
    }
    let html = paper.html();
    for forbidden in ["<script", "http", "href=", "src=\"", "onerror=\""] {
        assert!(!html.replace("http-equiv", "").contains(forbidden), "{forbidden}");
    }
    for (open, close) in [("<table>", "</table>"), ("<p", "</p>"), ("<td>", "</td>")] {
        assert_eq!(html.matches(open).count(), html.matches(close).count(), "{open}");
    }
}
