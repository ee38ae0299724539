//! Boxes, frames and arrows as SVG: system fonts, no script, nothing loaded.

use std::fmt::Write;

use super::{Arrow, Panel, Shows};

pub(crate) const WIDTH: i32 = 1320;
/// Size of a state's box.
pub(crate) const BOX: (i32, i32) = (140, 48);

const STYLE: &str = "\
text{font-family:'Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',sans-serif;\
fill:#1b2430}\
.title{font-size:20px;font-weight:bold}.zh{font-size:15px}.en{font-size:11px;fill:#52606d}\
.word{font-size:12px;fill:#1f4e79}.note{font-size:12px;fill:#52606d}\
.box{fill:#fff;stroke:#52606d;stroke-width:1.2}.weighs{fill:#fff1d6;stroke:#b7791f;stroke-width:1.6}\
.absorbs{fill:#e3e8ee;stroke:#1b2430;stroke-width:2.4}\
.frame{fill:#f6f8fa;stroke:#9aa5b1;stroke-dasharray:2 3}\
.line{fill:none;stroke:#1f4e79;stroke-width:1.4}.some{stroke-dasharray:6 4}";

pub(super) fn svg<A: Copy + PartialEq, B: Copy + PartialEq>(
    first: &Panel<A>,
    second: &Panel<B>,
) -> String {
    let height = first.height + second.height;
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
         width=\"{WIDTH}\" height=\"{height}\" role=\"img\" lang=\"zh-CN\">\n\
         <title>{}; {}</title>\n<style>{STYLE}</style>\n\
         <defs><marker id=\"tip\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"7\" \
         markerHeight=\"7\" orient=\"auto-start-reverse\">\
         <path d=\"M0 0 10 5 0 10z\" fill=\"#1f4e79\"/></marker></defs>\n\
         <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#fff\"/>\n",
        first.title.1, second.title.1
    );
    draw(&mut text, first, 0);
    draw(&mut text, second, first.height);
    text += "</svg>\n";
    text
}

fn draw<S: Copy + PartialEq>(text: &mut String, panel: &Panel<S>, down: i32) {
    let mut line = |piece: String| {
        text.push_str(&piece);
        text.push('\n');
    };
    line(format!("<g transform=\"translate(0 {down})\">"));
    let (zh, en) = panel.title;
    line(format!(
        "<text class=\"title\" x=\"20\" y=\"34\">{zh} <tspan class=\"en\">{en}</tspan></text>"
    ));
    for frame in &panel.frames {
        let ((x, y), (w, h), (zh, en)) = (frame.at, frame.size, frame.words);
        line(format!(
            "<rect class=\"frame\" x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" rx=\"8\"/>"
        ));
        line(format!("<text class=\"note\" x=\"{}\" y=\"{}\">{zh} {en}</text>", x + 10, y + 17));
    }
    for arrow in panel.arrows.iter().filter(|arrow| !arrow.line.is_empty()) {
        line(drawn_line(arrow));
    }
    for node in &panel.nodes {
        let ((x, y), (w, h), (name, label)) = (node.at, BOX, (panel.names)(node.state));
        let class = match ((panel.absorbs)(node.state), (panel.weighs)(node.state)) {
            (true, _) => "absorbs",
            (false, true) => "weighs",
            (false, false) => "box",
        };
        let middle = x + w / 2;
        line(format!(
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" rx=\"6\"/>\
             <text class=\"zh\" text-anchor=\"middle\" x=\"{middle}\" y=\"{}\">{label}</text>\
             <text class=\"en\" text-anchor=\"middle\" x=\"{middle}\" y=\"{}\">{name}</text>",
            y + 21,
            y + 38
        ));
    }
    for arrow in panel.arrows.iter().filter(|arrow| !arrow.line.is_empty()) {
        let (x, y, anchor) = arrow.words_at;
        let event = arrow.event;
        line(format!(
            "<text class=\"word\" text-anchor=\"{anchor}\" x=\"{x}\" y=\"{y}\">{} {}</text>",
            event.label(),
            event.name()
        ));
    }
    for ((x, y), zh, en) in &panel.notes {
        line(format!("<text class=\"note\" x=\"{x}\" y=\"{y}\">{zh} {en}</text>"));
    }
    line("</g>".to_owned());
}

fn drawn_line<S>(arrow: &Arrow<S>) -> String {
    let mut points = String::new();
    for (x, y) in arrow.line {
        write!(points, "{x},{y} ").expect("writing to a text succeeds");
    }
    let class = if arrow.shows == Shows::All { "line" } else { "line some" };
    format!(
        "<polyline class=\"{class}\" points=\"{}\" marker-end=\"url(#tip)\"/>",
        points.trim_end()
    )
}
