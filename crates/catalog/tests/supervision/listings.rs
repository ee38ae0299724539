//! Records of lists and grades, and the listings that they become.

use tiaoxi_catalog::Item;
use tiaoxi_catalog::supervision::{DropReason, SourceFault, Supervision};
use tiaoxi_credit::code::uscc_from_parts;
use tiaoxi_credit::statement::{GradeGround, Ground, ListGround, Listing};
use tiaoxi_credit::{
    CodeScheme, Field, Inspection, Record, Statement, Subject, SubjectClass, SubjectCode,
};

use crate::shipped::{changed, day, item, person, record, shipped, source};

const TITLE: &str = "演示生态环境领域严重失信主体认定标准";
const LIST: [(&str, &str); 4] = [
    ("MD_BZ_MC", TITLE),
    ("MD_BZ_BB", "2026 年版"),
    ("MD_CS", "列为重点监管对象，提高抽查比例；加强审查"),
    ("MD_CSSB", "放弃"),
];

fn listing(slug: &str, change: &[(&str, &str)]) -> Result<Option<Listing>, SourceFault> {
    source(slug).listing(item(slug), &record(slug, change), shipped())
}

/// A row of a list with further cells changed.
fn listed(change: &[(&str, &str)]) -> Result<Option<Listing>, SourceFault> {
    listing("yzsx", &[&LIST, change].concat())
}

#[test]
fn a_row_of_a_list_becomes_a_listing_with_everything_that_the_law_asks_for() {
    let expected = Listing {
        subject: Subject {
            class: SubjectClass::ORGANISATION,
            name: "德清示例食品有限公司".to_owned(),
            codes: vec![SubjectCode {
                scheme: CodeScheme::USCC,
                code: "91330521TX00010635".to_owned(),
            }],
        },
        domain: "ecology".to_owned(),
        standard: "eco-list".to_owned(),
        standard_version: 2,
        level: "grave".to_owned(),
        ground: Ground::List(ListGround {
            authority: "演示县市场监督管理局".to_owned(),
            authority_code: "11330521TX0002066X".to_owned(),
            document: "演示市监列〔2026〕1号".to_owned(),
            decided: day("2026-01-05"),
            notice: "演示市监告〔2025〕9号".to_owned(),
            notified: day("2025-12-01"),
            heard: "未提出".to_owned(),
        }),
        since: day("2026-01-05"),
        until: day("2029-01-04"),
        inspection: Inspection::SHARPLY_MORE,
        measures: vec!["closer-review".to_owned()],
        channel: "可依法申请行政复议；整改后可申请移出（示例）。".to_owned(),
        evidence: None,
    };
    assert_eq!(listed(&[]), Ok(Some(expected.clone())));
    let body = Statement::Listing(expected).to_body().expect("a body");
    let said = String::from_utf8_lossy(&body).into_owned();
    assert!(!said.contains("示例某"), "no responsible person is passed on");
}

#[test]
fn a_grade_becomes_a_listing_where_it_is_the_worst_alone() {
    for grade in ["优秀", "良好", "中等", "较差"] {
        assert_eq!(listing("hypj", &[("PJ_DJ", grade)]), Ok(None), "{grade}");
    }
    let made = listing("hypj", &[("PJ_DJ", "差")]).expect("translated").expect("a listing");
    let ground = Ground::Grade(GradeGround {
        authority: "演示县文化和旅游局".to_owned(),
        authority_code: "11330521TX0002074Q".to_owned(),
        document: "演示文旅评〔2026〕1号".to_owned(),
        decided: day("2026-01-05"),
        model: "示例旅游行业信用评价模型".to_owned(),
        model_version: "2025.1".to_owned(),
        period_from: day("2025-01-01"),
        period_to: day("2025-12-31"),
    });
    assert_eq!(made.ground, ground);
    assert_eq!(
        (made.domain.as_str(), made.standard.as_str(), made.standard_version, made.level.as_str()),
        ("culture-tourism", "tourism-grade", 1, "poor")
    );
    assert_eq!((made.since, made.until), (day("2026-01-05"), day("2027-01-04")));
    assert_eq!((made.inspection, made.measures.as_slice()), (Inspection::SHARPLY_MORE, &[][..]));
    assert_eq!(made.channel, "演示县文化和旅游局窗口（示例）");
    // No other grade is looked at further.
    assert_eq!(listing("hypj", &[("PJ_MX", "无名模型")]), Ok(None));
}

#[test]
fn standard_and_version_are_found_by_the_words_of_the_table_alone() {
    for (name, edition, expected) in [
        (TITLE, "2026 年版", Some(("eco-list", 2))),
        (TITLE, "２０２６年版", Some(("eco-list", 2))),
        (TITLE, "2023年版", Some(("eco-list", 1))),
        ("演示食品药品领域严重失信主体认定标准", "2025年版", Some(("food-list", 1))),
        ("演示文化旅游领域严重失信主体认定标准", "2025年版", Some(("tourism-list", 1))),
        ("演示产品质量领域严重失信主体认定标准", "2025年版", Some(("quality-list", 1))),
        (TITLE, "2027年版", None),
        (TITLE, "2026年版（试行）", None),
        ("演示食品药品领域严重失信主体认定标准", "2026年版", None),
        ("演示生态环境行业信用评价模型", "2025.1", None),
        ("某市严重失信主体认定标准", "2026年版", None),
    ] {
        let made = listed(&[("MD_BZ_MC", name), ("MD_BZ_BB", edition)]);
        let found = made.as_ref().map(|made| {
            let made = made.as_ref().expect("a listing");
            (made.standard.as_str(), made.standard_version)
        });
        let refused = expected.is_none().then_some("UNKNOWN_STANDARD");
        assert_eq!(found.ok(), expected, "{name} {edition}");
        assert_eq!(made.err().map(|fault| fault.code()), refused, "{name} {edition}");
    }
    // The example of the item names no standard of the catalogue.
    let fault = listing("yzsx", &[]).expect_err("refused");
    assert!(fault.zh().contains("示例领域严重失信主体认定标准") && fault.zh().contains("2025"));
    let fault = listing("hypj", &[("PJ_DJ", "差"), ("PJ_MX_BB", "2024.1")]).expect_err("refused");
    assert_eq!(fault.code(), "UNKNOWN_STANDARD");
}

#[test]
fn the_harshest_level_of_several_counts() {
    let (grave, listed_word) = ("严重危害人民群众身体健康和生命安全", "拒不履行国防义务");
    let court = "拒不履行法定义务严重影响司法机关、行政机关公信力";
    for (words, level, inspection) in [
        (grave.to_owned(), "grave", Inspection::SHARPLY_MORE),
        (court.to_owned(), "listed", Inspection::MORE),
        (format!("{listed_word}；{court}"), "listed", Inspection::MORE),
        (format!("{listed_word}；{grave}"), "grave", Inspection::SHARPLY_MORE),
        (format!("{grave}；{listed_word}"), "grave", Inspection::SHARPLY_MORE),
    ] {
        let made = listed(&[("MD_XW", &words)]).expect("translated").expect("a listing");
        assert_eq!((made.level.as_str(), made.inspection), (level, inspection), "{words}");
    }
    // A kind of conduct that the standard has no level for refuses the row.
    let narrow = "\"拒不履行国防义务\" = \"listed\"\n\n[[listing_sources.standards]]\nstandard = \"food-list\"";
    let to = "\n[[listing_sources.standards]]\nstandard = \"food-list\"";
    let narrow = changed(narrow, to).expect("a file");
    let reads = narrow.source_of("yzsx").expect("a source");
    let row =
        record("yzsx", &[&LIST[..], &[("MD_XW", &format!("{grave}；{listed_word}"))]].concat());
    let fault = reads.listing(item("yzsx"), &row, &narrow).expect_err("refused");
    let (standard, word) = ("eco-list".to_owned(), listed_word.to_owned());
    assert_eq!(fault, SourceFault::UnknownLevel { standard, word });
}

#[test]
fn measures_are_those_of_the_row_that_the_level_allows_and_the_others_are_told() {
    let check = |conduct: &str, cell: &str, kept: &[&str], dropped: &[(&str, DropReason)]| {
        let row = record("yzsx", &[&LIST[..], &[("MD_XW", conduct), ("MD_CS", cell)]].concat());
        let made = source("yzsx").listing(item("yzsx"), &row, shipped());
        assert_eq!(made.expect("translated").expect("a listing").measures, kept, "{cell}");
        let left_out = source("yzsx").dropped(item("yzsx"), &row, shipped()).expect("translated");
        let left_out: Vec<_> =
            left_out.iter().map(|dropped| (dropped.word.as_str(), dropped.reason)).collect();
        assert_eq!(left_out, dropped, "{cell}");
    };
    let (grave, mild) = ("严重危害人民群众身体健康和生命安全", "拒不履行国防义务");
    check(grave, "", &[], &[]);
    check(grave, "加强审查", &["closer-review"], &[]);
    check(grave, " 加强 审查；列为重点审查对象。", &["closer-review"], &[]);
    check(grave, "列为重点监管对象，提高抽查比例", &[], &[]);
    check(mild, "加强审查", &[], &[("加强审查", DropReason::NotAtLevel)]);
    let off = [("不适用告知承诺", DropReason::Off), ("限制参加评优评先", DropReason::Off)];
    check(grave, "不适用告知承诺、加强审查、限制参加评优评先", &["closer-review"], &off);
    let unknown = [("责令停产", DropReason::Unknown)];
    check(grave, "责令停产;加强审查|责令停产", &["closer-review"], &unknown);
    // A sentence is no measure, whatever words it holds.
    let sentence = "依法加强审查并通报";
    check(grave, sentence, &[], &[(sentence, DropReason::Unknown)]);
    let long = "措施".repeat(60);
    let cut = format!("{}…", "措施".repeat(40));
    check(grave, &long, &[], &[(&cut, DropReason::Unknown)]);
    let number = person();
    check(grave, &format!("约谈{number}"), &[], &[("…", DropReason::Unknown)]);
    for reason in [DropReason::Unknown, DropReason::Off, DropReason::NotAtLevel] {
        assert!(reason.code().starts_with("MEASURE_"));
        assert!(!reason.zh().is_empty() && !reason.en().is_empty());
    }
}

fn trader(name: &str, operator: &str) -> Vec<(&'static str, String)> {
    let code = uscc_from_parts("92", 330_521, "TX000199").expect("a code");
    vec![
        ("MD_XDR_LB", "个体工商户".to_owned()),
        ("MD_XDR_SHXYM", code),
        ("MD_XDR_MC", name.to_owned()),
        ("MD_FRDB", operator.to_owned()),
    ]
}

fn traded(name: &str, operator: &str) -> Record {
    let cells = trader(name, operator);
    let cells: Vec<_> = cells.iter().map(|(code, text)| (*code, text.as_str())).collect();
    record("yzsx", &[&LIST[..], &cells].concat())
}

#[test]
fn natural_persons_are_refused_and_sole_traders_go_without_their_operator() {
    let number = person();
    for (slug, p) in [("yzsx", "MD"), ("hypj", "PJ")] {
        let cells = [
            (format!("{p}_XDR_LB"), "自然人"),
            (format!("{p}_XDR_SHXYM"), ""),
            (format!("{p}_XDR_ZJLX"), "身份证"),
            (format!("{p}_XDR_ZJHM"), number.as_str()),
        ];
        let mut cells: Vec<_> = cells.iter().map(|(code, text)| (code.as_str(), *text)).collect();
        if slug == "hypj" {
            cells.push(("PJ_DJ", "差"));
        }
        assert_eq!(listing(slug, &cells), Err(SourceFault::NaturalPerson), "{slug}");
    }
    let read = |row: &Record| source("yzsx").listing(item("yzsx"), row, shipped());
    let made = read(&traded("德清示例小吃店", "示例某")).expect("translated").expect("a listing");
    assert_eq!(made.subject.class, SubjectClass::SOLE_TRADER);
    assert_eq!(made.subject.name, "德清示例小吃店");
    let body = Statement::Listing(made).to_body().expect("a body");
    assert!(!String::from_utf8_lossy(&body).contains("示例某"));
    assert_eq!(read(&traded("示例某", "示例某")), Err(SourceFault::OperatorName));
    assert!(read(&traded("示例某", "")).is_ok(), "nothing says whose name it is");

    let with_codes = |codes: &[(CodeScheme, &str)]| {
        let mut row = traded("德清示例小吃店", "示例某");
        let codes = codes.iter();
        row.subject.codes = codes
            .map(|(scheme, code)| SubjectCode { scheme: *scheme, code: (*code).to_owned() })
            .collect();
        read(&row).map(|made| made.expect("a listing").subject.codes.len())
    };
    let tax = format!("{number}01");
    let register = (CodeScheme::REGISTRATION, "330521600000001");
    assert_eq!(with_codes(&[(CodeScheme::CITIZEN, &number), register]), Ok(1));
    assert_eq!(with_codes(&[(CodeScheme::TAX, &tax), register]), Ok(1));
    assert_eq!(with_codes(&[(CodeScheme::TAX, &number), register]), Ok(1));
    assert_eq!(with_codes(&[register]), Ok(1));
    assert_eq!(with_codes(&[(CodeScheme::OTHER_IDENTITY, "E1234")]), Err(SourceFault::NoCode));
    assert_eq!(with_codes(&[(CodeScheme::TAX, &tax)]), Err(SourceFault::NoCode));
    assert_eq!(with_codes(&[]), Err(SourceFault::NoCode));
    let mut later = traded("德清示例小吃店", "示例某");
    later.subject.class = SubjectClass(9);
    assert_eq!(read(&later), Err(SourceFault::UnknownClass));
}

/// A record whose field says something else than any check would let pass.
fn forced(code: &str, text: &str) -> Record {
    let number = item("yzsx").fields().iter().find(|field| field.code == code);
    let number = number.expect("a field").number;
    let mut row = record("yzsx", &LIST);
    row.fields.retain(|field| field.number != number);
    row.fields.push(Field { number, text: text.to_owned() });
    row
}

#[test]
fn a_record_that_passed_no_check_is_refused_with_the_field() {
    let read = |row: &Record| source("yzsx").listing(item("yzsx"), row, shipped());
    let missing = |field: &str| Err(SourceFault::Missing { field: field.to_owned() });
    for code in ["MD_BZ_MC", "MD_BZ_BB", "MD_XW", "MD_QXZ", "MD_JG", "MD_JJ", "MD_GZWH", "MD_CSSB"]
    {
        assert_eq!(read(&forced(code, " ")), missing(code));
    }
    for code in ["MD_QXZ", "MD_GZRQ"] {
        let fault = Err(SourceFault::BadDay { field: code.to_owned() });
        assert_eq!(read(&forced(code, "长期")), fault);
    }
    let (earlier, later) = (day("2026-01-05"), day("2026-01-04"));
    let fault = Err(SourceFault::DatesOutOfOrder { earlier, later });
    assert_eq!(read(&forced("MD_QXZ", "2026-01-04")), fault);
    let number = person();
    let fault = read(&forced("MD_JJ", &format!("联系人 {number}"))).expect_err("refused");
    assert_eq!(fault, SourceFault::PersonNumber { field: "MD_JJ".to_owned() });
    assert!(!fault.zh().contains(&number) && !fault.en().contains(&number));
    let mut row = record("yzsx", &LIST);
    row.subject.name = format!("示例{number}");
    assert_eq!(read(&row).map_err(|fault| fault.code()), Err("PERSON_NUMBER"));
    let fault = read(&forced("MD_BZ_MC", &number)).expect_err("refused");
    assert!(fault.code() == "UNKNOWN_STANDARD" && !fault.en().contains(&number));
    assert_eq!(read(&forced("MD_XW", ";；")).map_err(|fault| fault.code()), Err("UNKNOWN_LEVEL"));
}

#[test]
fn a_source_reads_its_own_item_and_its_own_purpose() {
    let row = record("yzsx", &LIST);
    let fault = source("yzsx").listing(item("hypj"), &row, shipped()).expect_err("refused");
    assert_eq!(fault.code(), "WRONG_ITEM");
    let fault = source("xyxf").listing(item("xyxf"), &row, shipped()).expect_err("refused");
    assert_eq!(fault.code(), "WRONG_SOURCE");
    assert_eq!(
        source("yzsx").decision(item("yzsx"), &row).map_err(|f| f.code()),
        Err("WRONG_SOURCE")
    );
    for source in shipped().sources() {
        assert_eq!(source.fits(item(&source.item)), Ok(()));
    }
    let file = include_str!("../../../../configs/catalog/yzsx.toml");
    let other = Item::parse(&file.replace("MD_CSSB", "MD_CSSC")).expect("another item");
    let fault = source("yzsx").fits(&other).expect_err("another version of the item");
    assert_eq!(fault.code(), "UNKNOWN_FIELD");
    assert!(fault.zh().contains("MD_CSSB"));
    assert_eq!(source("yzsx").listing(&other, &row, shipped()), Err(fault));
}

#[test]
fn a_source_of_another_catalogue_makes_no_listing_by_this_one() {
    let other = changed("slug = \"eco-list\"\nversion = 2", "slug = \"eco-list\"\nversion = 3");
    assert_eq!(other.err().map(|error| error.code()), Some("SUPERVISION_UNKNOWN_STANDARD"));
    let cut = crate::shipped::FILE;
    let sources = cut.find("[[listing_sources]]").expect("sources");
    let bare = cut.get(..sources).expect("standards alone");
    let bare = bare.replace("slug = \"eco-list\"", "slug = \"green-list\"");
    let bare = Supervision::parse(bare.as_bytes()).expect("a catalogue");
    let fault = source("yzsx").listing(item("yzsx"), &record("yzsx", &LIST), &bare);
    assert_eq!(fault.map_err(|fault| fault.code()), Err("UNKNOWN_STANDARD"));
}
