//! The second sheet of a template: how to fill it in, every field, every rule.

use tiaoxi_catalog::{FieldKind, FieldSpec, Item};
use tiaoxi_sheet::write::{
    CellFormat, Look, Style,
    workbook::{SheetWriter, WorkbookError},
};

use super::words;

/// Columns of the table of fields, with their widths in characters.
const FIELD_COLUMNS: [(&str, f64); 9] = [
    ("序号", 6.0),
    ("名称", 34.0),
    ("代码", 18.0),
    ("必填", 8.0),
    ("类型", 18.0),
    ("长度", 18.0),
    ("可填的值", 60.0),
    ("示例", 28.0),
    ("来源", 48.0),
];
/// Columns of the table of rules, under the columns of the fields with these numbers.
const RULE_COLUMNS: [(&str, u16); 4] = [("规则", 1), ("级别", 4), ("涉及的项", 6), ("依据", 8)];
/// Characters of all values of a field in one cell.
const VALUES_CHARS_MAX: usize = 8_000;

pub(super) fn write(sheet: &mut SheetWriter<'_>, item: &Item) -> Result<(), WorkbookError> {
    for (column, (_, width)) in (0..).zip(FIELD_COLUMNS) {
        sheet.column(column, width, CellFormat::Text)?;
    }
    let mut lines = Lines { sheet, next: 0 };
    lines.text(&format!("{}：填写说明", item.name_zh()), Look::Title)?;
    lines.text(
        &format!("目录项 {}，第 {} 版；{}", item.slug(), item.version(), item.source()),
        Look::Plain,
    )?;
    for line in how_to(item) {
        lines.text(&line, Look::Plain)?;
    }
    lines.next += 1;
    lines.row((0..).zip(FIELD_COLUMNS).map(|(column, (name, _))| (column, name)), Look::Header)?;
    for field in item.fields() {
        let cells = field_cells(field);
        lines.row((0..).zip(cells.iter().map(String::as_str)), Look::Prose)?;
    }
    lines.next += 1;
    lines.row(RULE_COLUMNS.map(|(name, column)| (column, name)), Look::Header)?;
    for rule in item.rules().iter().filter(|rule| rule.severity.is_some()) {
        let fields = rule.fields.iter().map(|code| words::field_name(code, item));
        let fields = fields.collect::<Vec<_>>().join("、");
        let source = words::rule_source(rule, item);
        let cells = [words::rule_kind(rule), words::level(rule.severity), &fields, &source];
        let places = RULE_COLUMNS.map(|(_, column)| column);
        lines.row(places.into_iter().zip(cells), Look::Prose)?;
    }
    Ok(())
}

fn how_to(item: &Item) -> Vec<String> {
    let mut lines: Vec<_> = [
        "一、在第一个工作表中填写，每行一条。灰色斜体的第 2 行是示例，可以删除；留着也不会被当作数据。",
        "二、红色表头的列必填。鼠标停在表头上可以看到该列的说明。列的顺序可以调整，多余的列可以删除，表头文字请不要改。",
        "三、代码、编号、文号各列已设为“文本”。从别处粘贴时请选“选择性粘贴—值（或文本）”，否则长号码会变成数字而丢失末位。",
        "四、日期写作 2024-01-05。金额单位以列名为准，只填数字。",
        "五、填好后保存，直接导入本文件即可，本说明页不用删除。有错的行会连同原因退回成一个文件，改好后再导入那个文件。",
    ]
    .map(str::to_owned)
    .into();
    if let Some(deadline) = item.deadline() {
        lines.push(format!(
            "六、自作出决定之日起 {} 个工作日内报送（{}）；逾期仍可报送，会标明逾期天数。",
            deadline.workdays, deadline.source
        ));
    }
    lines
}

fn field_cells(field: &FieldSpec) -> [String; FIELD_COLUMNS.len()] {
    let values = match &field.kind {
        FieldKind::Choice(choice) => words::values(&choice.values, VALUES_CHARS_MAX),
        _ => words::content(field),
    };
    [
        field.number.to_string(),
        field.name_zh.clone(),
        field.code.clone(),
        if field.required { "必填" } else { "" }.to_owned(),
        words::kind(field).to_owned(),
        words::length(field),
        values,
        field.example.clone(),
        field.source.clone(),
    ]
}

/// Writes row after row.
struct Lines<'s, 'w> {
    sheet: &'s mut SheetWriter<'w>,
    next: u32,
}

impl Lines<'_, '_> {
    fn text(&mut self, text: &str, look: Look) -> Result<(), WorkbookError> {
        self.row([(0, text)], look)
    }

    fn row<'t>(
        &mut self,
        cells: impl IntoIterator<Item = (u16, &'t str)>,
        look: Look,
    ) -> Result<(), WorkbookError> {
        for (column, text) in cells {
            let format = CellFormat::Text;
            self.sheet.text((self.next, column), text, Style { format, look })?;
        }
        self.next += 1;
        Ok(())
    }
}
