//! The notice to a company, with invented facts.

use tiaoxi_credit::{Inspection, statement::Decision};
use tiaoxi_recognition::papers::{
    NoticeFacts,
    notice::{Here, Limit, MeasureHere},
};

use crate::{
    federation::{CODE, day, grade_ground, list_ground},
    golden,
    page::check_page,
};

fn facts() -> NoticeFacts {
    NoticeFacts {
        subject: "嘉兴示例化工有限公司".to_owned(),
        code: CODE.to_owned(),
        listing: "demo/jiaxing/exchange/delta/1，第17号条目".to_owned(),
        origin: "嘉兴市信用中心（演示）".to_owned(),
        agreement: "重点监管对象互认协议（示例）".to_owned(),
        agreement_version: 2,
        domain: "生态环境".to_owned(),
        standard: "生态环境领域严重失信主体名单管理办法（示例）".to_owned(),
        standard_edition: "2026年版".to_owned(),
        standard_authority: "演示主管部门".to_owned(),
        level: "严重失信".to_owned(),
        ground: list_ground(),
        since: day(2026, 5, 1),
        until: day(2027, 4, 30),
        here: Here {
            decider: "湖州市信用中心（演示）".to_owned(),
            decided: day(2026, 5, 2),
            decision: Decision::NARROW,
            level: "重点关注".to_owned(),
            inspection: Inspection::MORE,
            measures: vec![
                MeasureHere {
                    name: "不适用告知承诺制".to_owned(),
                    basis: "示例条例第二十六条第一款第一项".to_owned(),
                },
                MeasureHere {
                    name: "在财政性资金项目申请中予以审慎性参考".to_owned(),
                    basis: "示例条例第二十六条第一款第二项；演示办法第九条".to_owned(),
                },
            ],
            since: day(2026, 5, 2),
            until: day(2026, 11, 1),
            reason: "按政策对照表限缩：期限不超过6个月".to_owned(),
            basis: "重点监管对象互认协议（示例）第2版".to_owned(),
            paused: None,
        },
        origin_channel: "嘉兴市演示生态环境局信用科，示例路1号，0573-00000000".to_owned(),
        own_channel: "湖州市信用中心（演示）异议受理窗口，示例路2号，0572-00000000".to_owned(),
        handling: Limit { days: 3, workdays: true },
        propagation: Limit { days: 3, workdays: false },
        member: "湖州市信用中心（演示）".to_owned(),
        today: day(2026, 5, 3),
    }
}

#[test]
fn a_notice_of_a_list_reads_and_prints_as_its_files_say() {
    let paper = facts().paper();
    golden::compare("notice_list.txt", &paper.text());
    golden::compare("notice_list.html", &paper.html());
    check_page(&paper);
}

#[test]
fn a_notice_of_a_grade_with_measures_at_rest_says_so() {
    let mut facts = facts();
    facts.ground = grade_ground();
    facts.here.measures.clear();
    facts.here.level.clear();
    facts.here.paused = Some("你单位提出的异议正在处理".to_owned());
    facts.member = "长兴县信用中心（演示）".to_owned();
    let paper = facts.paper();
    golden::compare("notice_grade.txt", &paper.text());
    check_page(&paper);
}

#[test]
fn names_that_look_like_tags_stay_names() {
    let mut facts = facts();
    facts.subject = "<script>alert(1)</script>示例&有限公司".to_owned();
    facts.origin_channel = "\"><img src=x onerror=alert(1)>".to_owned();
    facts.here.reason = "一行\n二行\u{1b}[2J\u{202e}".to_owned();
    let paper = facts.paper();
    let html = paper.html();
    assert!(!html.contains("<script") && !html.contains("<img"));
    assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;示例&amp;有限公司"));
    assert!(paper.text().contains("一行 二行 [2J\n"));
    check_page(&paper);
}
