//! A good row of 行政处罚, 30 cells in the order of the national 2019 format.

use tiaoxi_credit::SubjectClass;

use crate::{
    offence::{EVIDENCE, OFFENCES, OUTDOOR_SITES, OUTDOORS, Offence, SITES, STREETS},
    random::Random,
    row::{Digits, Row},
    scene::{Scene, subject_cells},
    subject::Subject,
};

/// Codes of the fields, in the order of the cells.
pub(crate) const CODES: [&str; 30] = [
    "CF_XDR_MC",
    "CF_XDR_LB",
    "CF_XDR_SHXYM",
    "CF_XDR_GSZC",
    "CF_XDR_ZZJG",
    "CF_XDR_SWDJ",
    "CF_XDR_SYDW",
    "CF_XDR_SHZZ",
    "CF_FRDB",
    "CF_FR_ZJLX",
    "CF_FR_ZJHM",
    "CF_XDR_ZJLX",
    "CF_XDR_ZJHM",
    "CF_WSH",
    "CF_WFXW",
    "CF_SY",
    "CF_YJ",
    "CF_CFLB",
    "CF_NR",
    "CF_NR_FK",
    "CF_NR_WFFF",
    "CF_NR_ZKDX",
    "CF_JDRQ",
    "CF_YXQ",
    "CF_GSJZQ",
    "CF_CFJG",
    "CF_CFJGDM",
    "CF_SJLY",
    "CF_SJLYDM",
    "BZ",
];

const REMARKS: [&str; 6] =
    ["罚款已缴清", "已签收", "邮寄送达", "当事人已整改", "公告送达", "分期缴纳"];

/// How clerks separate several kinds of penalty.
const SEPARATORS: [&str; 4] = [";", "；", "、", "|"];

/// The sanction of one decision.
struct Sanction {
    kinds: [&'static str; 2],
    /// In hundreds of yuan; none with a bare warning.
    fine: Option<u32>,
    /// In hundreds of yuan.
    confiscated: Option<u32>,
    suspends: bool,
}

/// Fills `row` with a penalty for `subject`, the `number`-th of the file.
pub(crate) fn fill(
    row: &mut Row,
    scene: &Scene,
    subject: &Subject,
    number: u64,
    random: &mut Random,
) {
    let (indoors, outdoors) = OFFENCES.split_at(OFFENCES.len() - OUTDOORS);
    let is_person = subject.class == SubjectClass::NATURAL_PERSON;
    let is_outdoors = is_person || random.chance(15);
    let offence = random.pick(if is_outdoors { outdoors } else { indoors });
    let site = random.word(if is_outdoors { &OUTDOOR_SITES } else { &SITES });
    let sanction = Sanction::draw(offence, random);
    let decided = scene.decided(random);
    row.begin();
    subject_cells(row, subject, random);
    scene.document_cell(row, "综执罚决字", decided, number);
    row.cell(&[offence.kind]);
    facts_cell(row, scene, subject, (offence, site), decided, random);
    row.cell(&[offence.basis]);
    sanction.cells(row, offence, number, random);
    row.cell(&[scene.date(decided)]);
    row.cell(&[scene.date(decided + 365 * (1 + random.below(3)))]);
    let published =
        if random.chance(30) { scene.date(decided + 90 + random.below(275)) } else { "" };
    row.cell(&[published]);
    scene.authority_cells(row);
    scene.authority_cells(row);
    row.cell(&[if random.chance(8) { random.word(&REMARKS) } else { "" }]);
}

fn facts_cell(
    row: &mut Row,
    scene: &Scene,
    subject: &Subject,
    (offence, site): (&Offence, &str),
    decided: u32,
    random: &mut Random,
) {
    let who = if random.chance(35) { subject.name.as_str() } else { "当事人" };
    let (before, after, highest) = offence.measure;
    row.cell(&[
        scene.chinese_date(decided - 7 - random.below(60)),
        "检查发现，",
        who,
        "在",
        random.word(&STREETS),
        Digits::of(1 + random.below(888)).as_str(),
        "号",
        site,
        random.word(&offence.facts),
        "，",
        before,
        Digits::of(1 + random.below(highest)).as_str(),
        after,
        "。",
        random.word(&EVIDENCE),
        "。",
    ]);
}

impl Sanction {
    fn draw(offence: &Offence, random: &mut Random) -> Self {
        let (lowest, highest) = offence.fine;
        let fine = Some(lowest + random.below(highest - lowest + 1));
        let plain = |kinds| Self { kinds, fine, confiscated: None, suspends: false };
        match random.below(100) {
            0..56 => plain(["罚款", ""]),
            56..76 => plain(["警告", "罚款"]),
            76..88 => {
                let confiscated = Some(1 + random.below(300));
                Self { confiscated, ..plain(["没收违法所得", "罚款"]) }
            }
            88..93 => Self { fine: None, ..plain(["警告", ""]) },
            93..97 if !offence.licence.is_empty() => {
                Self { suspends: true, ..plain(["暂扣许可证件", "罚款"]) }
            }
            _ => plain(["通报批评", "罚款"]),
        }
    }

    /// 处罚类别 to 暂扣或吊销证照名称及编号.
    fn cells(&self, row: &mut Row, offence: &Offence, number: u64, random: &mut Random) {
        let [first, second] = self.kinds;
        let separator = if second.is_empty() { "" } else { random.word(&SEPARATORS) };
        row.cell(&[first, separator, second]);
        let serial = Digits::of(number);
        let licence =
            if self.suspends { [offence.licence, "示例", serial.as_str()] } else { [""; 3] };
        self.content_cell(row, &licence);
        amount_cell(row, self.fine);
        amount_cell(row, self.confiscated);
        row.cell(&licence);
    }

    fn content_cell(&self, row: &mut Row, licence: &[&str; 3]) {
        let [name, sign, serial] = *licence;
        let fine = Digits::of(self.fine.unwrap_or_default() * 100);
        let confiscated = Digits::of(self.confiscated.unwrap_or_default() * 100);
        let (fine, confiscated) = (fine.as_str(), confiscated.as_str());
        let [first, _] = self.kinds;
        match (self.fine, self.confiscated) {
            (None, _) => row.cell(&["给予", first, "，责令立即改正违法行为"]),
            (_, Some(_)) => {
                row.cell(&["没收违法所得", confiscated, "元，并处罚款人民币", fine, "元"]);
            }
            _ if self.suspends => row.cell(&[
                "暂扣",
                name,
                "（",
                sign,
                serial,
                "）三个月，并处罚款人民币",
                fine,
                "元",
            ]),
            _ if first == "罚款" => row.cell(&["处罚款人民币", fine, "元"]),
            _ => row.cell(&["给予", first, "，并处罚款人民币", fine, "元"]),
        }
    }
}

/// An amount in 万元: 2,000 yuan is 0.2.
fn amount_cell(row: &mut Row, hundreds: Option<u32>) {
    let Some(hundreds) = hundreds else {
        return row.blanks(1);
    };
    let whole = Digits::of(hundreds / 100);
    let rest = hundreds % 100;
    match (rest / 10, rest % 10) {
        (0, 0) => row.cell(&[whole.as_str()]),
        (tenths, 0) => row.cell(&[whole.as_str(), ".", Digits::of(tenths).as_str()]),
        (tenths, hundredths) => row.cell(&[
            whole.as_str(),
            ".",
            Digits::of(tenths).as_str(),
            Digits::of(hundredths).as_str(),
        ]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_in_ten_thousand_yuan() {
        for (hundreds, expected) in [
            (Some(20), "0.2"),
            (Some(1234), "12.34"),
            (Some(105), "1.05"),
            (Some(300), "3"),
            (None, ""),
        ] {
            let mut row = Row::default();
            amount_cell(&mut row, hundreds);
            assert_eq!(row.get(0), expected);
        }
    }
}
