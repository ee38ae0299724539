//! How an import ended, or would end, in words.

use std::path::Path;

use tiaoxi_api::types::{FileShown, ImportFinding, ImportSummary, SUMMARY_SAMPLES_MAX, Severity};

use crate::commands::language::Language;

/// Whether confirming a preview would append anything.
pub(super) fn takes_in_anything(summary: &ImportSummary) -> bool {
    summary.accepted + summary.corrected > 0
}

/// The counts and the first findings.
pub(crate) fn describe(summary: &ImportSummary, language: Language) -> Vec<String> {
    let mut lines = vec![file(&summary.file, &summary.item, language), counts(summary, language)];
    if summary.already_complete {
        lines.push(
            language
                .pick(
                    "该文件此前已导入，本次没有新增。",
                    "This very file was taken in before; nothing was added.",
                )
                .into(),
        );
    } else if summary.resumed_from_row > 0 {
        let row = summary.resumed_from_row;
        let (zh, en) = (format!("从第 {row} 行之后继续。"), format!("Went on behind row {row}."));
        lines.push(language.pick(zh, en));
    }
    lines.extend(notable(summary, language));
    for (code, rows) in &summary.rejected_by {
        lines.push(format!("  {rows:>7}  {code}"));
    }
    lines.extend(summary.findings.iter().map(|finding| describe_finding(finding, language)));
    lines.extend(summary.offered.iter().map(|offer| {
        let fields = offer.fields.join(", ");
        let (row, log, number) = (offer.row, &offer.log, offer.number);
        language.pick(
            format!("  第 {row} 行：与 {log} #{number} 不同之处：{fields}"),
            format!("  row {row} differs from {log} #{number} in {fields}"),
        )
    }));
    lines
}

fn file(file: &FileShown, item: &str, language: Language) -> String {
    let mut parts = vec![item.to_owned(), file.kind.clone()];
    parts.extend(file.encoding.clone());
    if let Some(sheet) = &file.sheet {
        parts.push(language.pick(format!("工作表“{sheet}”"), format!("sheet \"{sheet}\"")));
    }
    let line = file.header_line;
    parts.push(language.pick(format!("表头在第 {line} 行"), format!("header in line {line}")));
    if let Some(year) = file.generation {
        let zh = format!("{year} 年版表头，已对应到现行版");
        parts.push(language.pick(zh, format!("header of {year}, mapped to the present one")));
    }
    parts.join(language.pick("，", ", "))
}

fn counts(summary: &ImportSummary, language: Language) -> String {
    let ImportSummary { rows, accepted, duplicates, known, rejected, warnings, .. } = summary;
    let skipped = duplicates + known + summary.examples;
    let held = summary.corrections.saturating_sub(summary.corrected) + summary.withdrawn;
    let goes = language.pick(
        if summary.preview { "可导入" } else { "已导入" },
        if summary.preview { "would go in" } else { "accepted" },
    );
    let mut text = language.pick(
        format!(
            "共 {rows} 行：{goes} {accepted}，跳过重复 {skipped}，退回 {rejected}，提示 {warnings}"
        ),
        format!(
            "{rows} rows: {accepted} {goes}, {skipped} duplicates skipped, {rejected} rejected, \
             {warnings} warnings"
        ),
    );
    if summary.corrected > 0 {
        let corrected = summary.corrected;
        text += &language.pick(format!("，更正 {corrected}"), format!(", {corrected} corrected"));
    }
    if held > 0 {
        text += &language.pick(format!("，待确认 {held}"), format!(", {held} to be decided"));
    }
    text
}

/// What an office should know beside the counts.
fn notable(summary: &ImportSummary, language: Language) -> Vec<String> {
    let mut lines = Vec::new();
    let mut say = |count: u64, zh: String, en: String| {
        if count > 0 {
            lines.push(language.pick(zh, en));
        }
    };
    let (late, days) = (summary.late, summary.late_workdays_max);
    say(
        late,
        format!("  {late} 行超过报送时限，最多超 {days} 个工作日"),
        format!("  {late} rows are late, by up to {days} working days"),
    );
    let provisional = summary.provisional;
    say(
        provisional,
        format!("  {provisional} 行的时限仅按周末计算（工作日历未覆盖），属暂定"),
        format!("  {provisional} deadlines are provisional: the calendar does not cover them"),
    );
    let cleaned = summary.cleaned_cells;
    say(
        cleaned,
        format!("  {cleaned} 个单元格已清理全角字符或多余空格"),
        format!("  {cleaned} cells were cleaned of full-width characters or stray spaces"),
    );
    let open = summary.corrections.saturating_sub(summary.corrected);
    say(
        open,
        format!("  {open} 行与已有记录不同；如确为更正，请加 --correct 理由 后再导入"),
        format!(
            "  {open} rows differ from their records; if they correct them, add --correct REASON"
        ),
    );
    let withdrawn = summary.withdrawn;
    say(
        withdrawn,
        format!(
            "  {withdrawn} 行的记录此前已撤回，不用改；确需重新报送，请复核人给出意见，加 --review 意见 --reviewer-token 令牌文件 再导入"
        ),
        format!(
            "  {withdrawn} rows were withdrawn before; they need --review and --reviewer-token"
        ),
    );
    lines
}

/// A finding on one line.
pub(crate) fn describe_finding(finding: &ImportFinding, language: Language) -> String {
    let place = match (finding.row, finding.line) {
        (0, line) => {
            language.pick(format!("表头（第 {line} 行）"), format!("header (line {line})"))
        }
        (row, line) => language
            .pick(format!("第 {row} 行（文件第 {line} 行）"), format!("row {row} (line {line})")),
    };
    let mark = match finding.severity {
        Severity::Error => "✗",
        Severity::Warning => "!",
    };
    let message = language.pick(&finding.message_zh, &finding.message_en);
    format!("  {mark} {place} {}: {message}", finding.code)
}

/// What can be done next.
pub(crate) fn what_next(summary: &ImportSummary, dir: &Path, language: Language) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(path) = &summary.rejected_file {
        lines.push(if summary.rejected > 0 {
            language.pick(
                format!("退回的行及原因：{path}。改好后按同样方式导入该文件即可"),
                format!("Rejected rows with their reasons: {path}. Mend it and import it as it is"),
            )
        } else {
            language.pick(
                format!("没有需要改的行；待确认的行在 {path}，不用改，按上面的提示确认即可"),
                format!("Nothing is to be mended; the rows to be decided about are in {path}"),
            )
        });
    }
    let (id, dir) = (&summary.import, dir.display());
    if summary.findings.len() >= SUMMARY_SAMPLES_MAX {
        let most = SUMMARY_SAMPLES_MAX;
        lines.push(language.pick(
            format!("以上只列出前 {most} 条；全部见：tiaoxi imports --dir {dir} findings {id}"),
            format!("These are the first {most}; all: tiaoxi imports --dir {dir} findings {id}"),
        ));
    }
    if !summary.preview && !summary.already_complete && !takes_in_anything(summary) {
        lines.push(language.pick("没有任何一行入库。", "No row of it went in.").into());
    }
    if summary.preview && takes_in_anything(summary) {
        lines.push(language.pick(
            format!("尚未入库。确认导入：tiaoxi imports --dir {dir} confirm {id}"),
            format!("Nothing went in yet. To take it in: tiaoxi imports --dir {dir} confirm {id}"),
        ));
    }
    lines
}
