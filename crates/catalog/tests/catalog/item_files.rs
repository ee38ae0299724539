//! Catalogue files: the shipped ones, and those that contradict themselves.

use crate::rows::{TODAY, penalties, permits, uscc};
use tiaoxi_catalog::{Catalog, CatalogError, Item, RowView};

const PENALTIES: &str = include_str!("../../../../configs/catalog/xzcf.toml");

#[test]
fn the_shipped_items_are_what_the_standard_lists() {
    let (penalty, permit) = (penalties(), permits());
    assert_eq!((penalty.number(), penalty.slug(), penalty.fields().len()), (2, "xzcf", 30));
    assert_eq!((permit.number(), permit.slug(), permit.fields().len()), (1, "xzxk", 28));
    assert_ne!(penalty.hash(), permit.hash());
    for item in [&penalty, &permit] {
        assert!(item.fields().iter().all(|field| !field.source.is_empty()));
        assert!(item.rules().iter().all(|rule| !rule.source.is_empty()));
        assert!(item.switches().iter().all(|switch| !switch.note.is_empty()));
    }
}

#[test]
fn headers_are_known_by_code_name_and_alias() {
    let item = penalties();
    for (header, expected) in [
        ("CF_XDR_MC", Some(0)),
        ("cf_xdr_mc ", Some(0)),
        ("\u{feff}行政相对人名称", Some(0)),
        ("行政相对人代码_1（统一社会信用代码）", Some(2)),
        ("行政相对人代码_1 (统一社会信用代码)", Some(2)),
        ("CF_FR_ZJHM", Some(10)),
        ("CF_FR_SFZH", None),
        ("*行政相对人名称", Some(0)),
        ("行政相对人名称＊", Some(0)),
        ("行政相对人名称（必填）", Some(0)),
        ("*行政相对人名称(必填)*", Some(0)),
        ("行政相对人\n名称", Some(0)),
        ("ＣＦ＿ＸＤＲ＿ＭＣ", Some(0)),
        ("行政相对人代码＿１（统一社会信用代码）", Some(2)),
        ("行政\u{200b}相对人名称", Some(0)),
        ("*", None),
        ("罚款金额(万元)", Some(19)),
        ("罚款金额", Some(19)),
        ("CF_CFMC", None),
        ("", None),
    ] {
        assert_eq!(item.field_index(header), expected, "{header}");
    }
    assert_eq!(item.forbidden_in_header("当事人血型"), Some("血型"));
    assert_eq!(item.forbidden_in_header("当事人指纹"), Some("指纹"));
    assert_eq!(item.forbidden_in_header("备注"), None);
}

#[test]
fn numbers_and_slugs_are_unique_in_a_catalogue() {
    let catalog = Catalog::new(vec![penalties(), permits()]).expect("two items");
    assert_eq!(catalog.by_number(2).map(Item::slug), Some("xzcf"));
    assert_eq!(catalog.by_slug("xzxk").map(Item::number), Some(1));
    assert!(catalog.by_number(3).is_none() && catalog.by_slug("other").is_none());
    assert_eq!(catalog.iter().map(Item::number).collect::<Vec<_>>(), [1, 2]);
    assert!(Catalog::new(vec![penalties(), penalties()]).is_err());
    let renumbered = Item::parse(&PENALTIES.replacen("number = 2", "number = 9", 1));
    assert!(Catalog::new(vec![penalties(), renumbered.expect("consistent")]).is_err());
}

/// Replaces the first `from` of the shipped file and expects an error that displays so.
fn check(from: &str, to: &str, expected: &str) {
    assert!(PENALTIES.contains(from), "{from}");
    let error = Item::parse(&PENALTIES.replacen(from, to, 1)).expect_err(from);
    assert!(error.to_string().contains(expected), "{from} -> {to}: {error}");
}

#[test]
fn files_that_contradict_themselves_are_refused() {
    check("format = 1", "format = 2", "format 2");
    check("number = 2", "number = 0", "number must not be 0");
    check("slug = \"xzcf\"", "slug = \"XZ CF\"", "slug");
    check("version = 2", "version = 2\nsurprise = 1", "does not follow its format");
    check("number = 2\ncode", "number = 1\ncode", "rise");
    check("code = \"CF_XDR_LB\"", "code = \"CF_XDR_MC\"", "taken");
    check("role = \"subject.name\"", "role = \"subject.nick\"", "role is not known");
    check("role = \"subject.name\"", "", "subject.name: is played by no field");
    check("role = \"document\"", "role = \"decided\"", "document: is played by no field");
    check("scheme = \"uscc\"", "", "needs a scheme");
    check("scheme = \"tax\"", "scheme = \"uscc\"", "two fields have one scheme");
    check("kind = \"uscc\"", "kind = \"uscc\"\nlength_max = 18", "does not belong to its kind");
    check("length_max = 200", "length_max = 20000", "length_max");
    check("level = \"error\"", "level = \"fatal\"", "does not follow its format");
    check("[switches.long-term-date]", "[switches.long-term]", "is not defined");
    check("switch = \"fine-needs-amount\"", "", "is used by nothing");
    check("has = [\"罚款\"]", "has = [\"罚钱\"]", "names a value that it lacks");
    check("has = [\"罚款\"]", "has = []", "needs one of `has` and `filled`");
    check("field = \"CF_NR_FK\"", "field = \"CF_NR_XX\"", "there is no field CF_NR_XX");
    check("earlier = \"CF_JDRQ\"", "earlier = \"CF_WSH\"", "compares what is no date");
    check("prefix = \"92\"", "prefix = \"\"", "empty prefix");
    check("long_term = \"2099-12-31\"", "long_term = \"never\"", "long_term is no date");
    check("digits_max = 18", "digits_max = 6", "digits_max");
    check("source = \"处罚类别含罚款\"", "source = \"\"", "names no source");
    check("name_zh = \"备注\"", "name_zh = \"当事人血型\"", "forbidden");
    check("\"警告\",", "\"警告;罚款\",", "contains a separator");
    check("\"警告\",", "\"罚款\",", "twice");
}

#[test]
fn examples_deadlines_and_generations_that_do_not_fit_are_refused() {
    check("example = \"警告；罚款\"", "example = \"罚钱\"", "example: kinds of penalty");
    check("example = \"0.2\"", "", "example: fine, in 10,000 yuan: is required when");
    check(
        "role = \"subject.identity\"",
        "role = \"subject.identity\"\nexample = \"1\"",
        "no example shows a person",
    );
    check("verbatim = true", "verbatim = 1", "does not follow its format");
    check("kind = \"uscc\"", "kind = \"uscc\"\nverbatim = true", "does not belong to its kind");
    check("workdays = 7", "workdays = 0", "1 to 250 working days");
    check("year = 2018", "year = 2015", "falling years");
    check(
        "field = \"CF_FR_ZJHM\", note",
        "field = \"CF_FR_NONE\", note",
        "2018, CF_FR_NONE: is no field",
    );
    check(
        "field = \"CF_NR\" }",
        "field = \"CF_YJ\" }",
        "2016, CF_JG: is a second column for its field",
    );
    check("field = \"CF_NR\" }", "passed_over = \"\" }", "2016, CF_JG: does not say why");
    check(
        "field = \"CF_NR\" }",
        "field = \"CF_NR\", passed_over = \"x\" }",
        "2016, CF_JG: needs one of",
    );
    check(
        "field = \"CF_NR\" }",
        "field = \"CF_NR\", expected = [\"1\"] }",
        "2016, CF_JG: is mapped and has expected",
    );
    check(
        "code = \"CF_JG\"",
        "code = \"CF_FR\"",
        "2016, CF_FR: a code, name or alias is empty or taken",
    );
    check("value = \"身份证\", source", "value = \"\", source", "CF_FR_ZJLX: needs one of");
    check(
        "derives_class = true\nsame = [",
        "derives_class = true\nsame = [\"CF_XDR_LB\", ",
        "a column for the class",
    );
}

/// A reward, which no shipped file knows.
const REWARDS: &str = r#"
format = 1
number = 30
slug = "reward"
version = 1
name_zh = "行政奖励"
name_en = "administrative reward"
source = "示例目录"
fields = [
  { number = 1, code = "A", name_zh = "名称", name_en = "name", kind = "text", length_max = 20, required = true, role = "subject.name", source = "示例" },
  { number = 2, code = "B", name_zh = "类别", name_en = "class", kind = "choice", values = ["法人及非法人组织"], required = true, role = "subject.class", source = "示例" },
  { number = 3, code = "C", name_zh = "代码", name_en = "code", kind = "uscc", required = true, role = "subject.code", scheme = "uscc", source = "示例" },
  { number = 5, code = "D", name_zh = "文号", name_en = "document", kind = "text", length_max = 20, required = true, role = "document", source = "示例" },
  { number = 6, code = "E", name_zh = "日期", name_en = "day", kind = "date", required = true, role = "decided", source = "示例" },
  { number = 9, code = "F", name_zh = "机关代码", name_en = "authority", kind = "uscc", required = true, role = "authority.code", source = "示例" },
  { number = 12, code = "G", name_zh = "奖励", name_en = "reward", kind = "text", length_max = 20, source = "示例" },
]
"#;

#[test]
fn a_new_kind_of_record_is_a_new_file_and_no_code() {
    let item = Item::parse(REWARDS).expect("consistent");
    let (firm, office) = (uscc("91", 1), uscc("11", 2));
    let cells = ["示例公司", "法人及非法人组织", &firm, "演1号", "2026-01-02", &office, "表扬"];
    let checked = item.check(RowView { number: 1, cells: &cells, derives_class: false }, TODAY);
    assert_eq!(checked.findings, []);
    let texts = item.texts(&checked.record.expect("a good row"));
    let numbers: Vec<u8> = texts.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, [1, 2, 3, 5, 6, 9, 12]);
}

#[test]
fn any_bytes_are_refused_without_harm() {
    for text in ["", "format", "format = 1", "format = \"1\"", "[[[", "format = 99999999999999"] {
        assert!(matches!(Item::parse(text), Err(CatalogError::Syntax(_))), "{text}");
    }
    let large = "#".repeat(tiaoxi_catalog::item::FILE_BYTES_MAX + 1);
    assert!(matches!(Item::parse(&large), Err(CatalogError::TooLarge { .. })));
    let deep = format!("format = 1\nx = {}", "[".repeat(100_000));
    assert!(Item::parse(&deep).is_err());
    // Cut anywhere, the shipped file is refused or consistent, never a panic.
    for (end, _) in PENALTIES.char_indices().step_by(97) {
        let _outcome = Item::parse(PENALTIES.get(..end).expect("a boundary"));
    }
}
