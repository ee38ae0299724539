//! Everything that can be wrong with the file, with its place.

use tiaoxi_catalog::supervision::{
    DOMAINS_MAX, FILE_BYTES_MAX, LEVELS_MAX, MEASURES_MAX, SOURCES_MAX, STANDARDS_MAX, Supervision,
    SupervisionError, TEXT_CHARS_MAX, WORDS_MAX,
};

use crate::shipped::{FILE, changed};

/// The first replaced by the second is refused at a place, in either language.
#[track_caller]
fn check(from: &str, to: &str, code: &str, place: &str) {
    refused(changed(from, to), code, place);
}

#[track_caller]
fn refused(parsed: Result<Supervision, SupervisionError>, code: &str, place: &str) {
    let error = parsed.map(|_| ()).expect_err("refused");
    assert_eq!(error.code(), code, "{error}");
    assert!(error.en().starts_with(place), "{error}");
    assert!(error.zh().starts_with(place) && error.zh().len() > place.len(), "{}", error.zh());
}

#[test]
fn a_file_of_another_shape_is_refused_with_its_line() {
    let line = |parsed: Result<Supervision, SupervisionError>, code: &str, line: usize| {
        let error = parsed.map(|_| ()).expect_err("refused");
        assert_eq!(error.code(), code, "{error}");
        assert!(error.en().contains(&format!("line {line} ")), "{error}");
        assert!(error.zh().contains(&format!("第 {line} 行")), "{}", error.zh());
    };
    let of = |from: &str| FILE.lines().take_while(|found| *found != from).count() + 1;
    line(
        changed("slug = \"ecology\"", "slag = \"ecology\""),
        "SUPERVISION_SYNTAX",
        of("slug = \"ecology\""),
    );
    line(
        changed("ground = \"list\"", "ground = \"rumour\""),
        "SUPERVISION_SYNTAX",
        of("ground = \"list\""),
    );
    line(
        changed("tier = \"ministry\"", "tier = \"village\""),
        "SUPERVISION_SYNTAX",
        of("tier = \"ministry\""),
    );
    line(changed("version = 1", "version = 70000"), "SUPERVISION_SYNTAX", of("version = 1"));
    line(Supervision::parse(b"format = 1\nversion = \xff"), "SUPERVISION_NOT_TEXT", 2);
    line(Supervision::parse(b""), "SUPERVISION_SYNTAX", 1);
    refused(changed("format = 1", "format = 2"), "SUPERVISION_FORMAT", "");
    refused(Supervision::parse(&vec![b'#'; FILE_BYTES_MAX + 1]), "SUPERVISION_TOO_LARGE", "");
    let mut largest = FILE.as_bytes().to_vec();
    largest.resize(FILE_BYTES_MAX, b'\n');
    assert!(Supervision::parse(&largest).is_ok());
}

#[test]
fn a_part_by_itself_is_refused_at_its_place() {
    check("version = 1", "version = 0", "SUPERVISION_OUT_OF_RANGE", "version");
    check("days = 3", "days = 0", "SUPERVISION_OUT_OF_RANGE", "clocks.handling, days");
    check("days = 3", "days = 61", "SUPERVISION_OUT_OF_RANGE", "clocks.handling, days");
    check("lead = \"浙江\"", "lead = \" \"", "SUPERVISION_EMPTY", "domains[1] ecology, lead");
    for bad in ["", "-eco", "Ecology", "生态", &"e".repeat(33)] {
        let to = format!("slug = \"{bad}\"");
        check("slug = \"ecology\"", &to, "SUPERVISION_SLUG", "domains[1] ");
    }
    let long = format!("lead = \"{}\"", "浙".repeat(TEXT_CHARS_MAX + 1));
    check("lead = \"浙江\"", &long, "SUPERVISION_TOO_LONG", "domains[1] ecology, lead");
    let control = "lead = \"浙\\u0007江\"";
    check("lead = \"浙江\"", control, "SUPERVISION_CONTROL_CHARACTER", "domains[1] ecology, lead");
    let place = "standards[1] eco-list 1, valid_from";
    for bad in ["2023-02-29", "2023年1月1日", "1969-12-31", ""] {
        let to = format!("valid_from = \"{bad}\"");
        check("valid_from = \"2023-01-01\"", &to, "SUPERVISION_DAY", place);
    }
    let place = "standards[1] eco-list 1, levels[1] listed, ";
    let inspection = &format!("{place}inspection");
    check("inspection = \"more\"", "inspection = \"daily\"", "SUPERVISION_INSPECTION", inspection);
    let severity = &format!("{place}severity");
    check("severity = 1", "severity = 0", "SUPERVISION_OUT_OF_RANGE", severity);
    check("severity = 1", "severity = 101", "SUPERVISION_OUT_OF_RANGE", severity);
    let basis = "basis = \"浙江省公共信用信息管理条例 第二十三条\"";
    check(basis, "basis = \"\"", "SUPERVISION_EMPTY", "measures[1] closer-review, basis");
}

#[test]
fn what_is_there_twice_is_refused() {
    let (domain, measure) = ("slug = \"food-drug\"", "slug = \"no-commitment\"");
    check(domain, "slug = \"ecology\"", "SUPERVISION_REPEATED", "domains[2] ecology");
    let place = "measures[2] closer-review";
    check(measure, "slug = \"closer-review\"", "SUPERVISION_REPEATED", place);
    let second = "slug = \"eco-list\"\nversion = 2";
    let to = "slug = \"eco-list\"\nversion = 1";
    check(second, to, "SUPERVISION_REPEATED", "standards[2] eco-list 1");
    let place = "standards[2] eco-list 2, levels[2] listed";
    check("slug = \"grave\"", "slug = \"listed\"", "SUPERVISION_REPEATED", place);
    let place = "standards[1] eco-list 1, levels[1] listed, measures";
    let (from, to) =
        ("measures = [\"closer-review\"]", "measures = [\"closer-review\", \"closer-review\"]");
    check(from, to, "SUPERVISION_REPEATED", place);
    let (from, to) = ("domains = [\"ecology\"]", "domains = [\"ecology\", \"ecology\"]");
    check(from, to, "SUPERVISION_REPEATED", "measures[5] no-green-finance, domains");
    check("item = \"hypj\"", "item = \"yzsx\"", "SUPERVISION_REPEATED", "listing_sources[2] yzsx");
    check("item = \"xyxf\"", "item = \"yzsx\"", "SUPERVISION_REPEATED", "decision_sources[1] yzsx");
    // The same words in another spelling are the same words.
    let place = "listing_sources[1] yzsx, standards[2] eco-list 2";
    check(
        "editions = [\"2026年版\"]",
        "editions = [\"２０２３ 年版\"]",
        "SUPERVISION_REPEATED",
        place,
    );
    let (from, to) = ("\"不适用告知承诺制\" =", "\"不适用 告知承诺\" =");
    check(from, to, "SUPERVISION_REPEATED", "listing_sources[1] yzsx, measures");
    let to = "[\"列为重点监管对象\", \"加强审查\", ";
    let place = "listing_sources[1] yzsx, inspection_words";
    check("[\"列为重点监管对象\", ", to, "SUPERVISION_REPEATED", place);
    let to = "has = [\"差\", \" 差\"]";
    check("has = [\"差\"]", to, "SUPERVISION_REPEATED", "listing_sources[2] hypj, only, has");
}

#[test]
fn what_names_something_else_must_name_what_there_is() {
    let standard = "standards[1] eco-list 1";
    let domain = "domain = \"ecology\"";
    let at = &format!("{standard}, domain");
    check(domain, "domain = \"finance\"", "SUPERVISION_UNKNOWN_DOMAIN", at);
    let place = "measures[5] no-green-finance, domains";
    let (from, to) = ("domains = [\"ecology\"]", "domains = [\"finance\"]");
    check(from, to, "SUPERVISION_UNKNOWN_DOMAIN", place);
    let measures = "measures = [\"closer-review\"]";
    let at = &format!("{standard}, levels[1] listed, measures");
    check(measures, "measures = [\"prison\"]", "SUPERVISION_UNKNOWN_MEASURE", at);
    check(measures, "measures = [\"no-honours\"]", "SUPERVISION_MEASURE_OFF", at);
    let elsewhere = "verified = true\ndomains = [\"food-drug\"]";
    check("verified = true", elsewhere, "SUPERVISION_MEASURE_DOMAIN", at);
    let words = "standard = \"eco-list\"\nversion = 2";
    let place = "listing_sources[1] yzsx, standards[2] eco-list 9";
    check(words, "standard = \"eco-list\"\nversion = 9", "SUPERVISION_UNKNOWN_STANDARD", place);
    let to = "standard = \"eco-grade\"\nversion = 1";
    check(words, to, "SUPERVISION_GROUND", "listing_sources[1] yzsx, standards[2] eco-grade 1");
    let place = "listing_sources[2] hypj, standards[1] eco-grade 1, levels";
    check("{ \"差\" = \"poor\" }", "{ \"差\" = \"bad\" }", "SUPERVISION_UNKNOWN_LEVEL", place);
    let place = "listing_sources[1] yzsx, measures";
    check(
        "\"加强审查\" = \"closer-review\"",
        "\"加强审查\" = \"x\"",
        "SUPERVISION_UNKNOWN_MEASURE",
        place,
    );
}

#[test]
fn a_standard_is_national_in_order_and_one_through_its_versions() {
    let (tier, order) = ("tier = \"ministry\"", "SUPERVISION_LEVEL_ORDER");
    let place = "standards[1] eco-list 1, tier";
    check(tier, "tier = \"regional\"", "SUPERVISION_NOT_NATIONAL", place);
    let place = "standards[1] eco-list 1, valid_to";
    let early = "valid_to = \"2022-12-31\"";
    check("valid_to = \"2025-12-31\"", early, "SUPERVISION_DAY_ORDER", place);
    let place = "standards[1] eco-list 1, withdrawn";
    let early = "withdrawn = \"2022-12-31\"";
    check("valid_to = \"2025-12-31\"", early, "SUPERVISION_DAY_ORDER", place);
    assert!(changed("valid_to = \"2025-12-31\"", "valid_to = \"2023-01-01\"").is_ok());
    let place = "standards[2] eco-list 2, levels[2] grave";
    check("severity = 2", "severity = 1", order, place);
    check("inspection = \"sharply-more\"", "inspection = \"fewer\"", order, place);
    let (from, to) = ("slug = \"food-list\"\nversion = 1", "slug = \"eco-list\"\nversion = 7");
    check(from, to, "SUPERVISION_VERSIONS_DIFFER", "standards[4] eco-list 7");
    let (from, to) = ("slug = \"eco-grade\"\nversion = 1", "slug = \"eco-list\"\nversion = 7");
    check(from, to, "SUPERVISION_VERSIONS_DIFFER", "standards[3] eco-list 7");
}

#[test]
fn a_source_names_the_fields_of_its_ground_and_words_that_can_be_met() {
    let (missing, superfluous) = ("SUPERVISION_FIELD_MISSING", "SUPERVISION_FIELD_SUPERFLUOUS");
    for (key, line) in [
        ("notice", "notice = \"MD_GZWH\"\n"),
        ("notified", "notified = \"MD_GZRQ\"\n"),
        ("heard", "heard = \"MD_CSSB\"\n"),
    ] {
        check(line, "", missing, &format!("listing_sources[1] yzsx, fields, {key}"));
        let both = format!("operator = \"PJ_FRDB\"\n{line}");
        let place = format!("listing_sources[2] hypj, fields, {key}");
        check("operator = \"PJ_FRDB\"\n", &both, superfluous, &place);
    }
    for (key, line) in
        [("period_from", "period_from = \"PJ_QQ\"\n"), ("period_to", "period_to = \"PJ_QZ\"\n")]
    {
        check(line, "", missing, &format!("listing_sources[2] hypj, fields, {key}"));
        let both = format!("operator = \"MD_FRDB\"\n{line}");
        let place = format!("listing_sources[1] yzsx, fields, {key}");
        check("operator = \"MD_FRDB\"\n", &both, superfluous, &place);
    }
    check("item = \"xyxf\"", "item = \"\"", "SUPERVISION_SLUG", "decision_sources[1] , item");
    let place = "decision_sources[1] xyxf, fields, ";
    check("outcome = \"XF_LX\"", "outcome = \"\"", "SUPERVISION_EMPTY", place);
    let long = format!("outcome = \"{}\"", "X".repeat(65));
    check("outcome = \"XF_LX\"", &long, "SUPERVISION_TOO_LONG", place);
    let place = "listing_sources[1] yzsx, measures";
    for separated in ["加强审查；停业", "加强审查、停业", "加强审查,停业", "加强审查|停业"]
    {
        let to = format!("\"{separated}\" =");
        check("\"加强审查\" =", &to, "SUPERVISION_WORD", place);
    }
    check("\"加强审查\" =", "\"\u{200b}\" =", "SUPERVISION_EMPTY", place);
    let place = "listing_sources[2] hypj, standards[1] eco-grade 1, ";
    check("levels = { \"差\" = \"poor\" }", "levels = {}", "SUPERVISION_NONE", place);
    let place = "listing_sources[2] hypj, standards[1] eco-grade 1, editions";
    check("editions = [\"2025.1\"]", "editions = []", "SUPERVISION_NONE", place);
}

#[test]
fn no_list_is_longer_than_its_limit() {
    let more = |count: usize, part: &dyn Fn(usize) -> String| -> String {
        std::iter::once(FILE.to_owned()).chain((0..count).map(part)).collect()
    };
    let check = |text: &str, place: &str| {
        refused(Supervision::parse(text.as_bytes()), "SUPERVISION_TOO_MANY", place);
    };
    let domain = |n: usize| {
        format!(
            "\n[[domains]]\nslug = \"d{n}\"\nname_zh = \"x\"\nname_en = \"x\"\nlead = \"x\"\nsource = \"x\"\n"
        )
    };
    assert!(Supervision::parse(more(DOMAINS_MAX - 4, &domain).as_bytes()).is_ok());
    check(&more(DOMAINS_MAX - 3, &domain), "domains");
    let measure = |n: usize| {
        format!(
            "\n[[measures]]\nslug = \"m{n}\"\nname_zh = \"x\"\nname_en = \"x\"\nbasis = \"x\"\nverified = false\nnote = \"x\"\n"
        )
    };
    assert!(Supervision::parse(more(MEASURES_MAX - 5, &measure).as_bytes()).is_ok());
    check(&more(MEASURES_MAX - 4, &measure), "measures");
    let levels = |count: usize| -> String {
        let level = |n: usize| {
            format!(
                "\n[[standards.levels]]\nslug = \"l{n}\"\nname_zh = \"x\"\nseverity = {n}\nterm_months_max = 1\ninspection = \"more\"\n"
            )
        };
        (1..=count).map(level).collect()
    };
    let standard = |n: usize, count: usize| {
        format!(
            "\n[[standards]]\nslug = \"s\"\nversion = {n}\nedition = \"x\"\nname_zh = \"x\"\ndomain = \"ecology\"\nground = \"grade\"\ntier = \"regional\"\nauthority = \"x\"\nvalid_from = \"2026-01-01\"\nsource = \"x\"\nverified = false\n{}",
            levels(count)
        )
    };
    let there = 9;
    let one = |n: usize| standard(n + 1, 1);
    assert!(Supervision::parse(more(STANDARDS_MAX - there, &one).as_bytes()).is_ok());
    check(&more(STANDARDS_MAX - there + 1, &one), "standards");
    assert!(Supervision::parse(more(1, &|_| standard(1, LEVELS_MAX)).as_bytes()).is_ok());
    check(&more(1, &|_| standard(1, LEVELS_MAX + 1)), "standards[10] s 1, levels");
    let source = |n: usize| {
        format!(
            "\n[[decision_sources]]\nitem = \"i{n}\"\noutcomes = {{ \"x\" = \"repair\" }}\nfields = {{ outcome = \"A\", applied = \"B\", of_document = \"C\", of_authority = \"D\", reason = \"E\" }}\n"
        )
    };
    assert!(Supervision::parse(more(SOURCES_MAX - 1, &source).as_bytes()).is_ok());
    check(&more(SOURCES_MAX, &source), "decision_sources");
    let words = |count: usize| -> String {
        let words: Vec<String> = (0..count).map(|n| format!("\"w{n}\"")).collect();
        FILE.replacen("editions = [\"2026年版\"]", &format!("editions = [{}]", words.join(", ")), 1)
    };
    assert!(Supervision::parse(words(WORDS_MAX).as_bytes()).is_ok());
    check(&words(WORDS_MAX + 1), "listing_sources[1] yzsx, standards[2] eco-list 2, editions");
}

#[test]
fn a_catalogue_needs_domains_and_standards() {
    let start = FILE.find("[[domains]]").expect("domains");
    let measures = FILE.find("[[measures]]").expect("measures");
    let standards = FILE.find("[[standards]]").expect("standards");
    let head = FILE.get(..start).expect("the beginning");
    let empty = head.replacen("version = 1", "version = 1\ndomains = []\nstandards = []", 1);
    refused(Supervision::parse(empty.as_bytes()), "SUPERVISION_NONE", "domains");
    let text = FILE.get(..measures).expect("the beginning");
    let empty = text.replacen("version = 1", "version = 1\nstandards = []", 1);
    refused(Supervision::parse(empty.as_bytes()), "SUPERVISION_NONE", "standards");
    // Measures and sources may be none.
    let rest = FILE.get(standards..).expect("the rest");
    let sources = rest.find("[[listing_sources]]").expect("sources");
    let bare = format!("{text}{}", rest.get(..sources).expect("standards alone"));
    let bare = bare.replace("measures = [\"closer-review\"]", "measures = []");
    let bare = Supervision::parse(bare.as_bytes()).expect("a catalogue");
    assert!(bare.measures().is_empty() && bare.sources().is_empty());
}
