//! The certificate of absence as a page for people.

use tiaoxi_federation::{MemberId, Terms};

use super::{Absence, absence, paper::Paper, written};

pub(super) fn paper(absence: &Absence, terms: &Terms) -> Paper {
    let facts = absence.facts();
    let name =
        |id: &MemberId| terms.member(id).map_or(id.to_string(), |member| member.name.clone());
    let mut paper = Paper::new("未列入重点监管对象证明");
    paper.facts(&[
        ("主体代码", &facts.subject.code),
        ("出具单位", &name(&facts.member)),
        ("查询时刻", &format!("{}（北京时间）", absence::beijing(facts.unix_seconds))),
        ("组网", facts.federation.as_str()),
    ]);
    paper.heading("查询范围");
    let rows: Vec<Vec<String>> = facts
        .logs
        .iter()
        .map(|log| {
            let heard = log.heartbeat.map_or_else(|| "—".to_owned(), absence::beijing);
            let (owner, channel) = (name(&log.origin.member), log.origin.channel.to_string());
            vec![owner, format!("{channel}/{}", log.origin.epoch), log.size.to_string(), heard]
        })
        .collect();
    paper.table(&[("成员单位", 22), ("日志", 20), ("条目数", 7), ("最近心跳", 25)], &rows);
    paper.heading("说明");
    paper.paragraph(absence::CLOSING);
    paper.signed(&name(&facts.member), &written(facts.day()));
    paper.heading("电子签名原文（以此为准，可用组网章程中的密钥验证）");
    paper.verbatim(&String::from_utf8_lossy(absence.note()));
    paper
}
