//! The usual mistakes of a clerk, one to a row, each with the finding that it calls for.

use crate::{random::Random, row::Row};

/// Places of the cells in which mistakes are made, from 0.
pub(crate) struct Places {
    /// 许可类别 or 处罚类别.
    pub(crate) kind: usize,
    /// Number of the decision.
    pub(crate) document: usize,
    /// Main content of the decision.
    pub(crate) content: usize,
    /// Fine in 万元; permits have none.
    pub(crate) fine: Option<usize>,
    pub(crate) decided: usize,
    /// End of validity.
    pub(crate) until: usize,
    /// End of publication; permits have none.
    pub(crate) published: Option<usize>,
    pub(crate) remark: usize,
}

/// Of 行政处罚.
pub(crate) const PENALTY: Places = Places {
    kind: 17,
    document: 13,
    content: 18,
    fine: Some(19),
    decided: 22,
    until: 23,
    published: Some(24),
    remark: 29,
};

/// Of 行政许可.
pub(crate) const PERMIT: Places = Places {
    kind: 15,
    document: 14,
    content: 18,
    fine: None,
    decided: 19,
    until: 21,
    published: None,
    remark: 27,
};

/// The same in both.
pub(crate) const NAME: usize = 0;
pub(crate) const CLASS: usize = 1;
pub(crate) const USCC: usize = 2;
pub(crate) const REGISTRATION: usize = 3;
pub(crate) const REPRESENTATIVE: usize = 8;
pub(crate) const PERSON_NUMBER: usize = 12;

/// One mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mistake {
    NameMissing,
    CheckDigit,
    CodeTooShort,
    LetterForZero,
    CodeMissing,
    ClassUnknown,
    ClassAgainstCode,
    RepresentativeMissing,
    PersonNumberMissing,
    PersonCheckDigit,
    KindUnknown,
    FineInYuan,
    FineMissing,
    ImpossibleDate,
    DateInWords,
    EndBeforeDecision,
    DecisionInFuture,
    RemarkTooLong,
    ForbiddenData,
    CommaInCell,
    Repeated,
    Contradicts,
}

/// What a mistake makes of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    /// Rejected with this code first.
    Rejected(&'static str),
    /// Skipped as a duplicate.
    Duplicate,
}

use Mistake as M;

/// Every mistake with what it leads to.
pub(crate) const MISTAKES: [(Mistake, Expected); 22] = [
    (M::NameMissing, Expected::Rejected("REQUIRED_MISSING")),
    (M::CheckDigit, Expected::Rejected("CODE_CHECK_DIGIT")),
    (M::CodeTooShort, Expected::Rejected("CODE_LENGTH")),
    (M::LetterForZero, Expected::Rejected("CODE_ALPHABET")),
    (M::CodeMissing, Expected::Rejected("GROUP_MISSING")),
    (M::ClassUnknown, Expected::Rejected("CHOICE_UNKNOWN")),
    (M::ClassAgainstCode, Expected::Rejected("CODE_CLASS_MISMATCH")),
    (M::RepresentativeMissing, Expected::Rejected("CONDITIONAL_MISSING")),
    (M::PersonNumberMissing, Expected::Rejected("CONDITIONAL_MISSING")),
    (M::PersonCheckDigit, Expected::Rejected("CODE_CHECK_DIGIT")),
    (M::KindUnknown, Expected::Rejected("CHOICE_UNKNOWN")),
    (M::FineInYuan, Expected::Rejected("DECIMAL_INVALID")),
    (M::FineMissing, Expected::Rejected("CONDITIONAL_MISSING")),
    (M::ImpossibleDate, Expected::Rejected("DATE_INVALID")),
    (M::DateInWords, Expected::Rejected("DATE_INVALID")),
    (M::EndBeforeDecision, Expected::Rejected("DATE_ORDER")),
    (M::DecisionInFuture, Expected::Rejected("DATE_IN_FUTURE")),
    (M::RemarkTooLong, Expected::Rejected("TOO_LONG")),
    (M::ForbiddenData, Expected::Rejected("FORBIDDEN_DATA")),
    (M::CommaInCell, Expected::Rejected("CELL_COUNT")),
    (M::Repeated, Expected::Duplicate),
    (M::Contradicts, Expected::Rejected("KEY_CONFLICT")),
];

/// Spoils a good row; `earlier` is an accepted row of the file. Draws a mistake, and takes the
/// next of the list where the row gives no occasion for it.
pub(crate) fn spoil(
    row: &mut Row,
    places: &Places,
    earlier: Option<&Row>,
    random: &mut Random,
) -> Expected {
    spoil_where(|_| true, row, places, earlier, random)
}

/// The same with mistakes left out that a kind of file gives no occasion for.
pub(crate) fn spoil_where(
    allowed: impl Fn(Mistake) -> bool,
    row: &mut Row,
    places: &Places,
    earlier: Option<&Row>,
    random: &mut Random,
) -> Expected {
    let first = random.below(22) as usize;
    let mut candidates = MISTAKES.iter().cycle().skip(first).take(MISTAKES.len());
    let made =
        candidates.find(|(mistake, _)| allowed(*mistake) && make(*mistake, row, places, earlier));
    made.expect("every row has a name that can be left out").1
}

/// Makes the mistake; `false`, and nothing changed, where the row gives no occasion for it.
fn make(mistake: Mistake, row: &mut Row, places: &Places, earlier: Option<&Row>) -> bool {
    let is_person = row.get(CLASS) == "自然人";
    match mistake {
        M::NameMissing => row.set(NAME, ""),
        M::CheckDigit if !is_person => change_last(row, USCC),
        M::CodeTooShort if !is_person => change(row, USCC, |code| {
            code.pop();
        }),
        M::LetterForZero if !is_person => change(row, USCC, |code| {
            *code = code.replacen('0', "O", 1);
        }),
        M::CodeMissing if !is_person => row.set(USCC, ""),
        M::ClassUnknown if !is_person => row.set(CLASS, "企业"),
        M::ClassAgainstCode if row.get(CLASS) == "个体工商户" => {
            row.set(CLASS, "法人及非法人组织");
        }
        M::RepresentativeMissing if row.get(CLASS) == "法人及非法人组织" => {
            row.set(REPRESENTATIVE, "");
        }
        M::PersonNumberMissing if is_person => row.set(PERSON_NUMBER, ""),
        M::PersonCheckDigit if is_person => change_last(row, PERSON_NUMBER),
        M::KindUnknown => row.set(places.kind, "罚金"),
        M::FineInYuan | M::FineMissing => return spoil_fine(mistake, row, places),
        M::ImpossibleDate => row.set(places.decided, "2024-13-01"),
        M::DateInWords => row.set(places.until, "长期有效"),
        M::EndBeforeDecision => row.set(places.until, "2019/06/30"),
        M::DecisionInFuture => decide_in_future(row, places),
        M::RemarkTooLong => row.set(places.remark, &"详见案卷材料。".repeat(80)),
        M::ForbiddenData => row.set(places.remark, "已核实当事人血型和病史"),
        M::CommaInCell => row.cell(&["续"]),
        M::Repeated | M::Contradicts => match earlier {
            Some(earlier) => {
                row.copy_from(earlier);
                if mistake == M::Contradicts {
                    change(row, places.content, |content| content.push_str("（更正）"));
                }
            }
            None => return false,
        },
        _ => return false,
    }
    true
}

fn spoil_fine(mistake: Mistake, row: &mut Row, places: &Places) -> bool {
    match places.fine.filter(|fine| !row.get(*fine).is_empty()) {
        Some(fine) if mistake == M::FineInYuan => row.set(fine, "2000元"),
        Some(fine) => row.set(fine, ""),
        None => return false,
    }
    true
}

fn decide_in_future(row: &mut Row, places: &Places) {
    row.set(places.decided, "2098/01/04");
    row.set(places.until, "2099/12/30");
    if let Some(published) = places.published {
        row.set(published, "");
    }
}

fn change(row: &mut Row, place: usize, how: impl FnOnce(&mut String)) {
    let mut text = row.get(place).to_owned();
    how(&mut text);
    row.set(place, &text);
}

/// Replaces the check digit by one that is surely another.
fn change_last(row: &mut Row, place: usize) {
    change(row, place, |code| {
        let other = if code.pop() == Some('1') { '2' } else { '1' };
        code.push(other);
    });
}
