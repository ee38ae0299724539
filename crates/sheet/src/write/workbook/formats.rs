//! The closed set of styles as the library has them.

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder};

use crate::write::style::{LOOKS, Look, SHOWN, Shown, colour};

/// Formats of cells, made once.
pub(super) struct Formats {
    made: Vec<(Shown, Look, Format)>,
}

impl Formats {
    pub(super) fn new() -> Self {
        let pairs = SHOWN.into_iter().flat_map(|shown| LOOKS.map(|look| (shown, look)));
        Self { made: pairs.map(|(shown, look)| (shown, look, format(shown, look))).collect() }
    }

    pub(super) fn get(&self, shown: Shown, look: Look) -> &Format {
        let found = self.made.iter().find(|made| made.0 == shown && made.1 == look);
        &found.expect("every pair was made").2
    }
}

fn format(shown: Shown, look: Look) -> Format {
    let format = match shown {
        Shown::General => Format::new(),
        // `@` under the number that the file format gives it.
        Shown::Text => Format::new().set_num_format_index(49),
        Shown::Day | Shown::DayAndTime => Format::new().set_num_format(shown.code()),
    };
    let heading = |format: Format| {
        format
            .set_bold()
            .set_background_color(colour::GREY)
            .set_border(FormatBorder::Thin)
            .set_border_color(colour::BORDER)
            .set_align(FormatAlign::VerticalCenter)
            .set_text_wrap()
    };
    match look {
        Look::Plain => format,
        Look::Title => format.set_bold(),
        Look::Header => heading(format),
        Look::Required => heading(format).set_font_color(colour::DARK_RED),
        Look::Example => format.set_italic().set_font_color(colour::DIM),
        Look::Wrong => format.set_background_color(colour::LIGHT_RED),
        Look::Odd => format.set_background_color(colour::LIGHT_YELLOW),
        Look::Prose => format.set_text_wrap().set_align(FormatAlign::Top),
    }
}
