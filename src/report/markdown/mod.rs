//! The Markdown report: a comment on a pull request, or the summary of a job. Verdict and findings
//! first, statements folded.
//!
//! Its first line is an invisible comment, by which a job finds the comment it wrote before. GitHub
//! takes no comment of 65,536 characters or more. It does not say what it counts, so bytes are
//! counted here, of which there are most. What does not fit is left out in the order of [`detail`],
//! with a notice of what that is and where to find it.

mod detail;
mod escape;
mod findings;
mod migration;
mod setting;
mod statements;

use super::phrases;
use crate::record::{Evidence, Migration, Verdict};
use detail::{Detail, LIMIT, Part};
use migration::Body;
use setting::setting;
use std::io::{self, Write};

/// What a job finds its comment by.
const MARKER: &str = "<!-- harness-report -->";

/// How an item of a list says how many follow that are left out.
const MORE: [&str; 2] = ["- ", "\n"];

pub(super) fn render(evidence: &Evidence, out: &mut dyn Write) -> io::Result<()> {
    let mut page = String::new();
    for detail in Detail::steps() {
        page = document(evidence, &detail);
        if page.len() <= LIMIT {
            break;
        }
    }
    out.write_all(page.as_bytes())
}

fn document(evidence: &Evidence, detail: &Detail) -> String {
    let setting = setting(evidence, detail);
    let all = &evidence.migrations[..];
    if let [only] = all {
        return format!("{MARKER}\n{}", whole(only, &setting, detail));
    }
    // Where not all of them have room, the rejected ones are first.
    let mut sorted: Vec<&Migration> = all.iter().collect();
    sorted.sort_by_key(|m| detail.is_cut() && m.verdict == Verdict::Accepted);
    let overview = overview(&sorted, detail);
    sorted.retain(|m| detail.shows(Part::Accepted) || m.verdict == Verdict::Rejected);
    let each = detail
        .list(sorted, |m| whole(m, "", detail), ["", "\n"])
        .concat();
    let verdict = verdict(evidence.verdict);
    let accepted = phrases::accepted(all);
    format!("{MARKER}\n## {verdict}: {accepted}\n\n{setting}{overview}{each}")
}

/// A migration with its verdict.
fn whole(migration: &Migration, setting: &str, detail: &Detail) -> String {
    let (verdict, name) = (verdict(migration.verdict), detail.code(&migration.name));
    let result = phrases::found(migration);
    let body = Body { migration, detail }.render();
    format!("## {verdict}: {name} — {result}\n\n{setting}{body}")
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Accepted => "✅ Accepted",
        Verdict::Rejected => "❌ Rejected",
    }
}

/// A line for each migration, where there is any.
fn overview(migrations: &[&Migration], detail: &Detail) -> String {
    if migrations.is_empty() {
        return String::new();
    }
    let line = |m: &&Migration| {
        let (verdict, name) = (verdict(m.verdict), detail.code(&m.name));
        let (outcome, result) = (m.outcome.word(), phrases::found(m));
        format!("| {verdict} | {name} | {outcome} | {result} |\n")
    };
    let lines = detail.list(migrations, line, ["| ", " | | | |\n"]).concat();
    format!("| verdict | migration | outcome | result |\n|---|---|---|---|\n{lines}\n")
}
