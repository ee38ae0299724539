//! What statements say, in words of Chinese.

use tiaoxi_catalog::supervision::Supervision;
use tiaoxi_credit::{
    Inspection,
    statement::{Decision, End, Listing, ObjectionMark, Receipt, Recognition, Stops},
};

pub(super) struct Words<'a> {
    pub(super) supervision: &'a Supervision,
}

impl Words<'_> {
    pub(super) fn listing(&self, listing: &Listing) -> String {
        let domain = self.supervision.domain(&listing.domain);
        let domain = domain.map_or(listing.domain.as_str(), |domain| &domain.name_zh);
        joined(&[
            domain,
            &self.level(listing, &listing.level),
            &format!("期限{}至{}", listing.since, listing.until),
            &inspection(listing.inspection),
            &self.measures(&listing.measures),
        ])
    }

    pub(super) fn recognition(
        &self,
        recognition: &Recognition,
        listing: Option<&Listing>,
    ) -> String {
        let reason = recognition.reason.as_str();
        if !recognition.decision.recognises() {
            return joined(&[reason, &recognition.basis]);
        }
        let level = listing.map_or_else(
            || recognition.level.clone(),
            |listing| self.level(listing, &recognition.level),
        );
        let reason = if recognition.decision == Decision::NARROW { reason } else { "" };
        joined(&[
            &level,
            &format!("期限{}至{}", recognition.since, recognition.until),
            &inspection(recognition.inspection),
            &self.measures(&recognition.measures),
            reason,
            officers(recognition.officers),
        ])
    }

    pub(super) fn end(&self, end: &End) -> String {
        let undone = match end.undone_inspection {
            Inspection::NONE => String::new(),
            undone => format!("解除{}", inspection(undone)),
        };
        let lifted = self.measures(&end.undone_measures);
        let lifted = if lifted.is_empty() { lifted } else { format!("解除{lifted}") };
        joined(&[
            end.cause.label().unwrap_or("其他原因"),
            &end.document,
            &end.reason,
            &undone,
            &lifted,
        ])
    }

    fn level(&self, listing: &Listing, slug: &str) -> String {
        let standard = self.supervision.standard(&listing.standard, listing.standard_version);
        let level = standard.and_then(|standard| standard.level(slug));
        level.map_or_else(|| slug.to_owned(), |level| level.name_zh.clone())
    }

    fn measures(&self, slugs: &[String]) -> String {
        let names = slugs.iter().map(|slug| {
            self.supervision.measure(slug).map_or(slug.as_str(), |measure| &measure.name_zh)
        });
        names.collect::<Vec<_>>().join("、")
    }
}

pub(super) fn mark(mark: &ObjectionMark) -> String {
    joined(&[&mark.objection, &mark.matter])
}

pub(super) fn receipt(receipt: &Receipt) -> String {
    let stops = Stops::TABLE.iter().filter(|row| receipt.stops.has(row.0));
    let stops: Vec<&str> = stops.map(|row| row.2).collect();
    let carried = match receipt.carried.len() {
        0 => String::new(),
        count => format!("转送所属单位回执{count}份"),
    };
    joined(&[&joined(&stops), &carried])
}

fn inspection(inspection: Inspection) -> String {
    match inspection {
        Inspection::NONE => String::new(),
        other => other.label().unwrap_or("其他检查频次").to_owned(),
    }
}

fn officers(count: u8) -> &'static str {
    match count {
        0 => "按政策对照表",
        1 => "经一人决定",
        _ => "经两人决定",
    }
}

/// Those that say something, one behind the other.
fn joined(parts: &[&str]) -> String {
    let said: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
    said.join("；")
}
