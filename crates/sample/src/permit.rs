//! A good row of 行政许可, 28 cells in the order of the national 2019 format.

use tiaoxi_credit::SubjectClass;

use crate::{
    offence::STREETS,
    permission::{CONDITIONS, PERMISSIONS, PERSONAL, PREMISES, Permission},
    random::Random,
    row::{Digits, Row},
    scene::{Scene, subject_cells},
    subject::Subject,
};

/// Codes of the fields, in the order of the cells.
pub(crate) const CODES: [&str; 28] = [
    "XK_XDR_MC",
    "XK_XDR_LB",
    "XK_XDR_SHXYM",
    "XK_XDR_GSZC",
    "XK_XDR_ZZJG",
    "XK_XDR_SWDJ",
    "XK_XDR_SYDW",
    "XK_XDR_SHZZ",
    "XK_FRDB",
    "XK_FR_ZJLX",
    "XK_FR_ZJHM",
    "XK_XDR_ZJLX",
    "XK_XDR_ZJHM",
    "XK_XKWS",
    "XK_WSH",
    "XK_XKLB",
    "XK_XKZS",
    "XK_XKBH",
    "XK_NR",
    "XK_JDRQ",
    "XK_YXQZ",
    "XK_YXQZI",
    "XK_XKJG",
    "XK_XKJGDM",
    "XK_ZT",
    "XK_LYDW",
    "XK_LYDWDM",
    "BZ",
];

/// What is written where a permit has no end.
pub(crate) const LONG_TERM: &str = "2099/12/31";

/// Fills `row` with a permit for `subject`, the `number`-th of the file.
pub(crate) fn fill(
    row: &mut Row,
    scene: &Scene,
    subject: &Subject,
    number: u64,
    random: &mut Random,
) {
    let personal = PERMISSIONS.len() - PERSONAL;
    let is_person = subject.class == SubjectClass::NATURAL_PERSON;
    let open = PERMISSIONS.get(if is_person { personal } else { 0 }..);
    let permission = random.pick(open.expect("fewer are personal than there are"));
    let decided = scene.decided(random);
    let from = decided + random.below(4);
    row.begin();
    subject_cells(row, subject, random);
    row.cell(&[scene.place(), permission.title]);
    scene.document_cell(row, "综执许准字", decided, number);
    row.cell(&[permission.kind]);
    certificate_cells(row, permission, number);
    content_cell(row, permission, subject, random);
    row.cell(&[scene.date(decided)]);
    row.cell(&[scene.date(from)]);
    row.cell(&[match permission.years {
        0 => LONG_TERM,
        years => scene.date(from + 365 * years),
    }]);
    scene.authority_cells(row);
    row.cell(&[if random.chance(97) { "1" } else { "2" }]);
    scene.authority_cells(row);
    row.cell(&[if random.chance(6) { "网上申办" } else { "" }]);
}

fn certificate_cells(row: &mut Row, permission: &Permission, number: u64) {
    if permission.certificate.is_empty() {
        return row.blanks(2);
    }
    row.cell(&[permission.certificate]);
    row.cell(&[permission.prefix, "示例", Digits::of(number).as_str()]);
}

fn content_cell(row: &mut Row, permission: &Permission, subject: &Subject, random: &mut Random) {
    row.cell(&[
        "准予",
        &subject.name,
        "：",
        random.word(&permission.contents),
        "。地址：",
        random.word(&STREETS),
        Digits::of(1 + random.below(888)).as_str(),
        "号",
        random.word(&PREMISES),
        "，面积",
        Digits::of(12 + random.below(4800)).as_str(),
        "平方米。",
        random.word(&CONDITIONS),
        "。",
    ]);
}
