use super::*;
use crate::draft::tests::agreement;

fn id(text: &str) -> MemberId {
    MemberId::parse(text).unwrap()
}

fn slug(text: &str) -> Slug {
    Slug::parse(text).unwrap()
}

fn delta() -> AgreementDocument {
    agreement("delta", &["huzhou", "jiaxing", "suzhou"])
}

/// What a change of a good agreement of three parties is refused for.
fn check(change: impl FnOnce(&mut AgreementDocument), refused: Option<&str>) {
    let mut document = delta();
    change(&mut document);
    let found = Agreement::check(document).err().map(|fault| fault.to_string());
    match (&found, refused) {
        (None, None) => {}
        (Some(found), Some(part)) if found.contains(part) => {}
        _ => panic!("{found:?}, expected {refused:?}"),
    }
}

#[test]
fn an_agreement_has_a_name_a_term_and_at_least_two_parties() {
    let day = |text: &str| crate::DayText::parse(text).unwrap();
    check(|_| {}, None);
    check(|a| a.version = 0, Some("begin with 1"));
    check(|a| a.name = String::new(), Some("name"));
    check(|a| a.name = "a\u{7}".to_owned(), Some("name"));
    check(|a| a.ends = day("2025-12-31"), Some("starts on 2026-01-01 and ends on 2025-12-31"));
    check(|a| a.ends = day("2026-01-01"), None);
    let parties = |count: usize| {
        move |a: &mut AgreementDocument| {
            (a.duties, a.maps) = (Vec::new(), Vec::new());
            a.parties = (0..count).map(|number| id(&format!("party-{number}"))).collect();
        }
    };
    check(parties(1), Some("number of parties is 1, 2 to 64"));
    check(parties(2), None);
    check(parties(64), None);
    check(parties(65), Some("number of parties is 65"));
    check(|a| a.parties.push(id("suzhou")), Some("party suzhou is listed twice"));
}

#[test]
fn clocks_stay_within_their_bounds() {
    check(|a| a.notice_days = 0, None);
    check(|a| a.notice_days = 366, None);
    check(|a| a.notice_days = 367, Some("notice_days is 367"));
    check(|a| a.freshness_hours = 0, Some("freshness_hours is 0"));
    check(|a| a.freshness_hours = 1, None);
    check(|a| a.freshness_hours = 720, None);
    check(|a| a.freshness_hours = 721, Some("freshness_hours is 721"));
    check(|a| a.propagation_days = 0, Some("propagation_days is 0"));
    check(|a| a.propagation_days = 60, None);
    check(|a| a.propagation_days = 61, Some("propagation_days is 61"));
    check(|a| a.handling_days = 0, Some("handling_days is 0"));
    check(|a| a.handling_days = 60, None);
    check(|a| a.handling_days = 61, Some("handling_days is 61"));
}

#[test]
fn duties_are_of_parties_and_one_for_each_domain() {
    check(|a| a.duties.clear(), None);
    check(|a| a.duties[0].members.clear(), Some("members of a duty is 0"));
    check(|a| a.duties[0].members = vec![id("anji")], Some("a duty names anji, who is no party"));
    check(|a| a.duties[0].members.push(id("suzhou")), Some("suzhou is listed twice"));
    check(|a| a.duties.push(a.duties[0].clone()), Some("the duty for ecology is listed twice"));
    let domains = |count: usize| {
        move |a: &mut AgreementDocument| {
            let duty = |number| DomainDuty {
                domain: slug(&format!("domain-{number}")),
                ..a.duties[0].clone()
            };
            a.duties = (0..count).map(duty).collect();
        }
    };
    check(domains(64), None);
    check(domains(65), Some("number of duties is 65"));
}

#[test]
fn maps_are_bounded_and_one_for_each_level_and_receiver() {
    check(|a| a.maps.clear(), None);
    check(|a| a.maps[0].receiver = Some(id("suzhou")), None);
    check(|a| a.maps[0].receiver = Some(id("anji")), Some("a map names anji, who is no party"));
    check(|a| a.maps[0].officers = 2, None);
    check(|a| a.maps[0].officers = 3, Some("officers of a map is 3, 0 to 2"));
    check(|a| a.maps[0].term_months_max = 0, Some("term_months_max of a map is 0"));
    check(|a| a.maps[0].term_months_max = 600, None);
    check(|a| a.maps[0].term_months_max = 601, Some("term_months_max of a map is 601"));
    check(|a| a.maps[0].inspection = Inspection(9), Some("no frequency"));
    let measures = |count: usize| {
        move |a: &mut AgreementDocument| {
            a.maps[0].measures = (0..count).map(|number| slug(&format!("m-{number}"))).collect();
        }
    };
    check(measures(16), None);
    check(measures(17), Some("measures of a map is 17"));
    check(|a| a.maps[0].measures = vec![slug("m"), slug("m")], Some("m is listed twice"));
    let again = |change: fn(&mut Map)| {
        move |a: &mut AgreementDocument| {
            a.maps.push(a.maps[0].clone());
            change(&mut a.maps[1]);
        }
    };
    check(again(|map| map.inspection = Inspection::NORMAL), Some("every party: ecology"));
    check(again(|map| map.receiver = Some(id("suzhou"))), None);
    check(again(|map| map.domain = slug("food-drug")), None);
    check(again(|map| map.standard = slug("other")), None);
    check(again(|map| map.standard_version = 2), None);
    check(again(|map| map.level = slug("grave")), None);
    let many = |count: u16| {
        move |a: &mut AgreementDocument| {
            let map = |number| Map { standard_version: number, ..a.maps[0].clone() };
            a.maps = (0..count).map(map).collect();
        }
    };
    check(many(4096), None);
    check(many(4097), Some("number of maps is 4097"));
}

#[test]
fn a_party_goes_by_its_own_map_and_then_by_the_one_for_all() {
    let mut document = delta();
    let own = Map {
        receiver: Some(id("suzhou")),
        inspection: Inspection::SHARPLY_MORE,
        ..document.maps[0].clone()
    };
    document.maps.push(own);
    let agreement = Agreement::check(document.clone()).unwrap();
    let map = |receiver: &str, version: u16, level: &str| {
        agreement
            .map(&id(receiver), "ecology", "ecology-list", version, level)
            .map(|map| map.inspection)
    };
    assert_eq!(map("suzhou", 1, "serious"), Some(Inspection::SHARPLY_MORE));
    assert_eq!(map("huzhou", 1, "serious"), Some(Inspection::MORE));
    assert_eq!(map("anji", 1, "serious"), None);
    assert_eq!(map("suzhou", 2, "serious"), None);
    assert_eq!(map("suzhou", 1, "grave"), None);
    assert_eq!(agreement.map(&id("suzhou"), "food-drug", "ecology-list", 1, "serious"), None);

    // The order of the rows says nothing.
    document.maps.reverse();
    assert_eq!(Agreement::check(document).unwrap(), agreement);
}

#[test]
fn a_member_lists_where_the_agreement_gives_it_the_duty() {
    let mut document = delta();
    document.duties[0].members = vec![id("jiaxing")];
    let agreement = Agreement::check(document).unwrap();
    assert!(agreement.may_list(&id("jiaxing"), "ecology"));
    assert!(!agreement.may_list(&id("jiaxing"), "food-drug"));
    assert!(!agreement.may_list(&id("suzhou"), "ecology"));
    assert!(agreement.is_party(&id("suzhou")) && !agreement.is_party(&id("anji")));
    assert_eq!(agreement.freshness_seconds(), 86_400);
}

#[test]
fn text_reads_back_and_what_is_left_out_has_its_default() {
    let text = toml::to_string(&delta()).unwrap();
    assert!(text.contains("starts = \"2026-01-01\"") && text.contains("inspection = \"more\""));
    assert_eq!(toml::from_str::<AgreementDocument>(&text).unwrap(), delta());

    let left_out = ["freshness_hours", "propagation_days", "handling_days", "sole_traders"];
    let in_maps = ["officers", "objection_pauses"];
    let without = |names: &[&str]| -> String {
        text.split_inclusive('\n')
            .filter(|line| !names.iter().any(|name| line.starts_with(name)))
            .collect()
    };
    let short = without(&[&left_out[..], &in_maps[..]].concat());
    assert!(short.len() < text.len());
    assert_eq!(toml::from_str::<AgreementDocument>(&short).unwrap(), delta());

    for (good, bad) in [
        ("\"more\"", "\"often\""),
        ("\"2026-01-01\"", "\"2026-02-30\""),
        ("\"2026-01-01\"", "2026-01-01"),
        ("notice_days", "notice_day"),
        ("notice_days = 30", "notice_days = -1"),
        ("officers = 0", "officers = 0\nofficer = 1"),
    ] {
        let bad = text.replace(good, bad);
        assert_ne!(bad, text);
        assert!(toml::from_str::<AgreementDocument>(&bad).is_err(), "{bad}");
    }
}
