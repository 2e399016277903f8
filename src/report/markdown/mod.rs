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

use super::evidence::{Evidence, Migration, Verdict};
use super::phrases;
use detail::{Detail, LIMIT, Part};
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
    let (setting, samples) = (setting(evidence, detail), evidence.options.samples);
    let verdict = verdict(evidence.verdict);
    let rest = match &evidence.migrations[..] {
        [] => format!("## {verdict}: {}\n\n{setting}", phrases::NO_MIGRATION),
        [only] => whole(only, &setting, samples, detail),
        all => {
            let shown = by_room(all, detail);
            let overview = overview(&shown, detail);
            let has_room = |migration: &&Migration| {
                detail.shows(Part::Accepted) || migration.verdict == Verdict::Rejected
            };
            let each = detail.list(
                shown.into_iter().filter(has_room),
                |migration| whole(migration, "", samples, detail),
                ["", "\n"],
            );
            let (accepted, each) = (phrases::accepted(all), each.concat());
            format!("## {verdict}: {accepted}\n\n{setting}{overview}{each}")
        }
    };
    format!("{MARKER}\n{rest}")
}

/// A migration with its verdict.
fn whole(migration: &Migration, setting: &str, samples: usize, detail: &Detail) -> String {
    let (verdict, name) = (verdict(migration.verdict), detail.code(&migration.name));
    let (result, body) = (
        phrases::found(migration),
        migration::body(migration, samples, detail),
    );
    format!("## {verdict}: {name} — {result}\n\n{setting}{body}")
}

/// The migrations in their order; where not all of them have room, the rejected ones first.
fn by_room<'a>(migrations: &'a [Migration], detail: &Detail) -> Vec<&'a Migration> {
    let mut sorted: Vec<&Migration> = migrations.iter().collect();
    sorted.sort_by_key(|m| detail.is_cut() && m.verdict == Verdict::Accepted);
    sorted
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Accepted => "✅ Accepted",
        Verdict::Rejected => "❌ Rejected",
    }
}

/// A line for each migration.
fn overview(migrations: &[&Migration], detail: &Detail) -> String {
    let line = |m: &&Migration| {
        let (verdict, name) = (verdict(m.verdict), detail.code(&m.name));
        let (outcome, result) = (m.outcome.word(), phrases::found(m));
        format!("| {verdict} | {name} | {outcome} | {result} |\n")
    };
    let lines = detail.list(migrations, line, ["| ", " | | | |\n"]).concat();
    format!("| verdict | migration | outcome | result |\n|---|---|---|---|\n{lines}\n")
}
