//! What the demonstration shows at its end.

use std::path::PathBuf;

use comfy_table::{Table, presets::UTF8_BORDERS_ONLY};
use serde::Serialize;
use tiaoxi_api::types::{ImportSummary, LogStatus, Subject};
use tiaoxi_federation::Fingerprint;

use super::recognition::RecognitionReport;
use crate::commands::query::{self, RECORDS_SHOWN};

/// Hexadecimal digits of a root in the table.
const ROOT_DIGITS: usize = 12;

/// The whole of it.
#[derive(Serialize)]
pub(super) struct DemoReport {
    pub(super) fingerprint: Fingerprint,
    pub(super) members: Vec<MemberReport>,
    /// One subject as the hub sees it.
    pub(super) subject: Subject,
    /// One checked proof a member.
    pub(super) proofs: Vec<ProofReport>,
    pub(super) seconds: f64,
    /// What came of mutual recognition.
    pub(super) recognition: Option<RecognitionReport>,
}

/// One member: its file, its log at home and at the hub.
#[derive(Serialize)]
pub(super) struct MemberReport {
    pub(super) member: String,
    pub(super) name: String,
    pub(super) summary: ImportSummary,
    pub(super) rejected_file: Option<PathBuf>,
    pub(super) home: LogStatus,
    pub(super) at_hub: LogStatus,
}

/// A proof that was fetched from the hub and held.
#[derive(Serialize)]
pub(super) struct ProofReport {
    pub(super) log: String,
    pub(super) number: u64,
    pub(super) size: u64,
    pub(super) body_matches: bool,
}

impl DemoReport {
    /// For people.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines = vec![self.table().to_string(), String::new()];
        lines.push("Rejected rows by reason:".into());
        for member in &self.members {
            let reasons = member.summary.rejected_by.iter();
            let reasons: Vec<_> = reasons.map(|(code, rows)| format!("{code} {rows}")).collect();
            lines.push(format!("  {}: {}", member.member, reasons.join(", ")));
        }
        lines.push(String::new());
        lines.push("One subject, as the hub sees it:".into());
        lines.extend(query::describe(&self.subject, RECORDS_SHOWN));
        lines.push(String::new());
        for proof in &self.proofs {
            let body = if proof.body_matches {
                "and its body is the one committed to"
            } else {
                "(its body has personal fields and is not given out)"
            };
            lines.push(format!(
                "Proof checked: entry {} of {} is under the signed checkpoint of {} entries, {body}.",
                proof.number, proof.log, proof.size
            ));
        }
        lines.push(String::new());
        lines.push("Rejected rows with their reasons lie in:".into());
        let files = self.members.iter().filter_map(|member| member.rejected_file.as_ref());
        lines.extend(files.map(|path| format!("  {}", path.display())));
        if let Some(recognition) = &self.recognition {
            lines.push(String::new());
            lines.extend(recognition.lines());
        }
        lines.push(format!("Done in {:.1} s.", self.seconds));
        lines
    }

    fn table(&self) -> Table {
        let mut table = Table::new();
        table.load_style(UTF8_BORDERS_ONLY);
        table.set_header([
            "member",
            "rows",
            "accepted",
            "duplicate",
            "rejected",
            "size at home",
            "root at home",
            "size at hub",
            "root at hub",
        ]);
        for member in &self.members {
            let summary = &member.summary;
            table.add_row([
                member.name.clone(),
                summary.rows.to_string(),
                summary.accepted.to_string(),
                summary.duplicates.to_string(),
                summary.rejected.to_string(),
                member.home.size_signed.to_string(),
                short(&member.home.root.to_string()),
                member.at_hub.verified_up_to.to_string(),
                short(&member.at_hub.root.to_string()),
            ]);
        }
        table
    }
}

fn short(root: &str) -> String {
    root.chars().take(ROOT_DIGITS).collect()
}
