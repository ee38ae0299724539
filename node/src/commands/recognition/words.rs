//! Listings and agreements in words, for people at a terminal.

use comfy_table::{Table, presets::UTF8_BORDERS_ONLY};
use tiaoxi_api::types::{
    AgreementShown, ClockKind, ClockShown, ClockState, ListingShown, RecognitionShown,
    SubjectSupervision,
};

/// Listings, one a row.
pub(super) fn table(listings: &[ListingShown]) -> String {
    let mut table = Table::new();
    table.load_style(UTF8_BORDERS_ONLY);
    table.set_header([
        "列入 listing",
        "主体 subject",
        "领域 domain",
        "状态 state",
        "至 until",
        "本地 here",
    ]);
    for listing in listings {
        let content = listing.listing.as_ref();
        let name = content.map_or("（已删除）", |it| it.subject_name.as_str());
        let domain = content.map_or("-", |it| it.domain_zh.as_str());
        let until = content.map_or_else(|| "-".to_owned(), |it| it.until.to_string());
        let here = listing.here.as_ref().map_or("-", |it| it.state_zh.as_str());
        table.add_row([
            format!("{}#{}", listing.place.origin, listing.place.number).as_str(),
            name,
            domain,
            &listing.state_zh,
            &until,
            here,
        ]);
    }
    table.to_string()
}

/// One listing with everything that followed.
pub(super) fn listing(shown: &ListingShown) -> Vec<String> {
    let mut lines = vec![format!(
        "{}#{}  {}（{}）  {}",
        shown.place.origin, shown.place.number, shown.origin_name, shown.agreement, shown.state_zh
    )];
    if let Some(content) = &shown.listing {
        lines.push(format!("  {}  {}", content.subject_name, content.subject_code));
        lines.push(format!(
            "  {}  {} v{}  {}  {} 至 {}",
            content.domain_zh,
            content.standard_zh,
            content.standard_version,
            content.level_zh,
            content.since,
            content.until
        ));
        lines.push(format!(
            "  列入地措施：{}",
            consequences(&content.inspection_zh, &content.measures)
        ));
        lines.push(format!("  异议和修复渠道：{}", content.channel));
        if let Some(evidence) = &content.evidence {
            lines.push(format!("  佐证：{} {}", evidence.document, evidence.decided));
        }
    }
    if let Some(breach) = &shown.breach {
        lines.push(format!("  违反协议 {}：{}", breach.code, breach.zh));
    }
    for objection in &shown.objections {
        let answer = objection.answered.as_ref().map_or_else(
            || "待答复".to_owned(),
            |it| format!("{} {} {}", it.cause_zh, it.document, it.decided),
        );
        lines.push(format!(
            "  异议 {} {}（{}）：{}  {answer}",
            objection.received, objection.objection, objection.member, objection.matter
        ));
    }
    lines.extend(shown.recognitions.iter().map(recognition));
    if let Some(ended) = &shown.ended {
        lines.push(format!("  移出 {} {} {}", ended.decided, ended.cause_zh, ended.document));
    }
    for it in shown.handling.iter().chain(&shown.propagation) {
        lines.push(clock(it));
    }
    if shown.ended.is_some() {
        lines.push(format!("  回执 {}/{}", shown.confirmed, shown.expected));
    }
    lines
}

fn consequences(inspection: &str, measures: &[tiaoxi_api::types::Named]) -> String {
    let measures = measures.iter().map(|it| it.name_zh.as_str());
    std::iter::once(inspection).chain(measures).collect::<Vec<_>>().join("、")
}

fn recognition(shown: &RecognitionShown) -> String {
    let follows = match (&shown.inspection_zh, shown.follows) {
        (Some(inspection), true) => format!("  {}", consequences(inspection, &shown.measures)),
        _ => String::new(),
    };
    let until = shown.until.filter(|_| shown.follows);
    let until = until.map_or_else(String::new, |until| format!("  至 {until}"));
    format!("  {}（{}）：{}{follows}{until}", shown.member_name, shown.member, shown.state_zh)
}

fn clock(shown: &ClockShown) -> String {
    let what = match shown.what {
        ClockKind::Handling => "办理",
        ClockKind::Propagation => "传达",
    };
    let state = match shown.state {
        ClockState::Running => "进行中",
        ClockState::Warning => "临近期限",
        ClockState::Late => "已逾期",
        ClockState::Done => "已完成",
    };
    let late = if shown.late.is_empty() {
        String::new()
    } else {
        format!("  待：{}", shown.late.join("、"))
    };
    format!("  {what}时限 {} 起，{} 止：{state}{late}", shown.from, shown.due)
}

/// What is known of a subject.
pub(super) fn subject(shown: &SubjectSupervision) -> Vec<String> {
    let name = shown.name.as_deref().unwrap_or("-");
    let mut lines = vec![format!("{name}  {}", shown.code), shown.words.clone()];
    lines.extend(shown.listings.iter().flat_map(listing));
    lines
}

/// An agreement with its map.
pub(super) fn agreement(shown: &AgreementShown) -> Vec<String> {
    let mut lines = vec![
        format!("{} v{}  {}", shown.id, shown.version, shown.name),
        format!(
            "  {} 至 {}  {}  时效 {} 小时  办理 {} 日  传达 {} 日",
            shown.starts,
            shown.ends,
            shown.parties.join("、"),
            shown.freshness_hours,
            shown.handling_days,
            shown.propagation_days
        ),
    ];
    for duty in &shown.duties {
        lines.push(format!("  {}：{}", duty.domain_name, duty.members.join("、")));
    }
    for map in &shown.maps {
        let receiver = map.receiver.as_deref().unwrap_or("*");
        let measures = map.measures.join("、");
        lines.push(format!(
            "  {receiver}  {}/{} v{}/{} → {}  {}  {measures}  审核 {} 人",
            map.domain,
            map.standard,
            map.standard_version,
            map.level,
            map.here,
            map.inspection_zh,
            map.officers
        ));
    }
    lines
}
