//! A file of any shape: titles, header, and rows, good and spoilt, handed out one by one.

use std::io;

use tiaoxi_catalog::Item;
use tiaoxi_sheet::{Cell, FileKind, Value};

use crate::{
    Plan, Truth,
    columns::{Column, Source, columns},
    draft::{Draft, Shape},
    file::judged,
    mistake::{self, Mistake, Places},
    random::Random,
    recipe::Recipe,
    row::Row,
    scene::Scene,
    slip::{self, Slip},
    truth::Verdict,
};

/// Takes the rows of a file.
pub trait RowSink {
    /// Takes one row from the top, titles and header included.
    ///
    /// # Errors
    /// Whatever is behind it reports.
    fn row(&mut self, cells: &[Cell]) -> io::Result<()>;
}

/// Invents a file for `item` and hands its rows to `sink`. The same plan gives the same cells. A
/// plan without dirty rows, of a csv in the current format, gives the cells of [`crate::write`].
///
/// Files of [`crate::Layout::Format2016`] lack what [`crate::constants`] gives; the [`Truth`] holds where
/// both come together.
///
/// # Errors
/// `InvalidInput` for an item other than `xzcf` and `xzxk`, one without their fields, or a plan
/// that can't be followed; and whatever `sink` reports.
pub fn invent(item: &Item, plan: &Plan, sink: &mut impl RowSink) -> io::Result<Truth> {
    plan.check()?;
    let recipe = Recipe::of(item)?;
    let columns = columns(item, recipe, plan)?;
    let above = if plan.titles { titles(item, recipe, plan, &columns, sink)? } else { 0 };
    let mut truth = Truth::below(above + 1);
    let header: Vec<_> = columns.iter().map(|column| text(&column.header)).collect();
    sink.row(&header)?;
    let shape = Shape { plan, places: recipe.places, columns: &columns, codes: recipe.codes.len() };
    let mut writer = Inventor::new(recipe, plan, &columns);
    let mut out = Vec::with_capacity(columns.len());
    for number in 1..=plan.rows {
        truth.enter(writer.next(number));
        writer.draft.lay_out(&shape, number, &mut out);
        sink.row(&out)?;
    }
    Ok(truth)
}

/// What stands above the header: the title, who fills in and when, and the names of groups where
/// the columns are in order. Returns how many rows it takes.
fn titles(
    item: &Item,
    recipe: Recipe,
    plan: &Plan,
    columns: &[Column],
    sink: &mut impl RowSink,
) -> io::Result<u64> {
    let place = plan.office.place();
    let city = if place.starts_with("湖州市") { "" } else { "湖州市" };
    let day = plan.window().last();
    for title in [
        format!("{city}{place}{}信息公示表（示例）", item.name_zh()),
        format!("填报单位：{}    填报日期：{day}", plan.office.name),
    ] {
        let mut cells = vec![Cell::default(); columns.len()];
        if let Some(first) = cells.first_mut() {
            *first = text(&title);
        }
        sink.row(&cells)?;
    }
    if plan.shuffled {
        return Ok(2);
    }
    let group = |column: &Column| match column.source {
        Source::Cell(mistake::NAME) => text("相对人信息"),
        Source::Cell(place) if place == recipe.places.document => text("决定信息"),
        Source::Cell(place) if place == recipe.places.decided => text("日期信息"),
        _ => Cell::default(),
    };
    sink.row(&columns.iter().map(group).collect::<Vec<_>>())?;
    Ok(3)
}

fn text(text: &str) -> Cell {
    Cell { text: text.to_owned(), value: Value::Text }
}

/// Makes the rows of one file, one after the other.
struct Inventor<'a> {
    recipe: Recipe,
    plan: &'a Plan,
    columns: &'a [Column],
    scene: Scene<'a>,
    /// When late decisions were made.
    late: Option<Scene<'a>>,
    random: Random,
    row: Row,
    draft: Draft,
    /// A good row made before, with its number.
    accepted: Option<(u64, Row)>,
}

impl<'a> Inventor<'a> {
    fn new(recipe: Recipe, plan: &'a Plan, columns: &'a [Column]) -> Self {
        let scene = |window| Scene::new(&plan.office, plan.seed, window);
        Self {
            recipe,
            plan,
            columns,
            scene: scene(plan.window()),
            late: plan.late_window().map(scene),
            random: Random::new(plan.seed),
            row: Row::default(),
            draft: Draft::default(),
            accepted: None,
        }
    }

    /// Makes the next row, to be laid out from the draft, and says what must become of it.
    fn next(&mut self, number: u64) -> Verdict {
        self.recipe.fill(&mut self.row, &self.scene, number, &mut self.random);
        if !self.random.chance(u32::from(self.plan.dirty_percent)) {
            self.keep(number);
            self.draft();
            return Verdict::PLAIN;
        }
        if self.random.chance(50) {
            let verdict = self.spoil();
            self.draft();
            verdict
        } else {
            self.slip(number)
        }
    }

    fn keep(&mut self, number: u64) {
        if self.plan.dirty_percent > 0 {
            let (last, kept) = self.accepted.get_or_insert_default();
            *last = number;
            kept.copy_from(&self.row);
        }
    }

    fn draft(&mut self) {
        self.draft.begin(&self.row, self.recipe.places, self.plan.kind);
    }

    fn spoil(&mut self) -> Verdict {
        let (plan, places, columns) = (self.plan, self.recipe.places, self.columns);
        let earlier = self.accepted.as_ref();
        let expected = mistake::spoil_where(
            |mistake| occurs(mistake, plan.kind, places, columns),
            &mut self.row,
            places,
            earlier.map(|(_, row)| row),
            &mut self.random,
        );
        judged(expected, earlier.map_or(0, |(number, _)| *number))
    }

    fn slip(&mut self, number: u64) -> Verdict {
        self.draft();
        let (slip, verdict) = slip::draw(&self.draft, self.plan, &mut self.random);
        match &self.late {
            Some(late) if slip == Slip::Late => {
                self.recipe.fill(&mut self.row, late, number, &mut self.random);
                self.draft();
            }
            _ => {
                let (places, kind) = (self.recipe.places, self.plan.kind);
                slip::make(slip, &mut self.draft, places, kind, &mut self.random);
            }
        }
        verdict
    }
}

/// Whether a mistake can be made in such a file, and is found as that mistake.
fn occurs(mistake: Mistake, kind: FileKind, places: &Places, columns: &[Column]) -> bool {
    let has = |place: usize| columns.iter().any(|column| column.source == Source::Cell(place));
    match mistake {
        // A comma shifts cells in text files only.
        Mistake::CommaInCell => kind != FileKind::Xlsx,
        // Where there is no class of subject, it follows from the codes, or nothing does.
        Mistake::ClassUnknown
        | Mistake::ClassAgainstCode
        | Mistake::CodeMissing
        | Mistake::PersonNumberMissing => has(mistake::CLASS),
        Mistake::FineInYuan | Mistake::FineMissing => places.fine.is_some_and(has),
        Mistake::DateInWords | Mistake::EndBeforeDecision => has(places.until),
        _ => true,
    }
}
