//! The Markdown report: a comment on a pull request, or the summary of a job. Verdict and findings
//! first, statements folded.
//!
//! Its first line is a comment that nobody sees, by which a job finds the comment that it wrote
//! before. GitHub takes no comment of 65,536 characters or more. It does not say what it counts, so
//! bytes are counted here, of which there are most. What does not fit is left out in the order of
//! [`detail`], with a notice of what that is and where it stands.

mod detail;
mod escape;
mod migration;

use super::evidence::{Evidence, Level, Migration, Severity, Verdict};
use super::words::counted;
use detail::{Detail, LIMIT, Part};
use escape::{code, prose};
use std::io::{self, Write};

/// What a job finds its comment by.
const MARKER: &str = "<!-- harness-report -->";

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
    let whole = |m: &Migration, setting: &str| {
        let head = format!(
            "## {}: {} — {}\n\n",
            verdict(m.verdict),
            code(&detail.cut(&m.name)),
            result(m)
        );
        format!(
            "{head}{setting}{}",
            migration::body(m, evidence.options.samples, detail)
        )
    };
    if let [only] = &evidence.migrations[..] {
        return format!("{MARKER}\n{}", whole(only, &setting));
    }
    if evidence.migrations.is_empty() {
        return format!(
            "{MARKER}\n## {}: no migration to rehearse\n\n{setting}",
            verdict(evidence.verdict)
        );
    }
    let accepted = evidence
        .migrations
        .iter()
        .filter(|m| m.verdict == Verdict::Accepted)
        .count();
    let head = format!(
        "## {}: {accepted} of {} migrations accepted",
        verdict(evidence.verdict),
        evidence.migrations.len()
    );
    // Where not all of them have room, those that are rejected have it first.
    let (mut shown, mut others): (Vec<&Migration>, Vec<&Migration>) = evidence
        .migrations
        .iter()
        .partition(|m| m.verdict == Verdict::Rejected || !detail.is_cut());
    shown.append(&mut others);
    let overview = overview(&shown, detail);
    let shown = shown
        .into_iter()
        .filter(|m| detail.shows(Part::Accepted) || m.verdict == Verdict::Rejected)
        .collect();
    let each = detail
        .first(shown, |m| whole(m, ""), |more| format!("{more}\n"))
        .concat();
    format!("{MARKER}\n{head}\n\n{setting}{overview}{each}")
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Accepted => "✅ Accepted",
        Verdict::Rejected => "❌ Rejected",
    }
}

/// `8 errors, 2 warnings`
fn result(migration: &Migration) -> String {
    let of = |severity| {
        migration
            .findings
            .iter()
            .filter(|f| f.severity == severity)
            .count()
    };
    let counts = [
        (of(Severity::Error), "error"),
        (of(Severity::Warning), "warning"),
        (of(Severity::Note), "note"),
    ];
    let found: Vec<String> = counts
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, what)| counted(n, what))
        .collect();
    if found.is_empty() {
        "within its declared scope".to_owned()
    } else {
        found.join(", ")
    }
}

/// What was rehearsed on and how, what the configuration has that fits nothing, and what is left
/// out here.
fn setting(evidence: &Evidence, detail: &Detail) -> String {
    let (engine, snapshot) = (&evidence.engine, &evidence.snapshot);
    let tenants = snapshot
        .tenants
        .map(|n| format!(", {}", counted(n, "tenant")))
        .unwrap_or_default();
    let keys = if engine.foreign_keys { "on" } else { "off" };
    let rehearsed = format!(
        "Rehearsed on {} ({} bytes{tenants}) with {}, foreign keys {keys}, transaction {}, on \
        error {}; {}\n\n",
        code(&detail.cut(&snapshot.source)),
        snapshot.bytes,
        prose(&detail.cut(&format!("SQLite {}", engine.sqlite))),
        engine.transaction.word(),
        engine.on_error.word(),
        prose(&detail.cut(&format!("harness {}", evidence.harness))),
    );
    let branch = evidence
        .branch
        .as_ref()
        .map(|branch| format!("Branch: {}\n\n", prose(&detail.cut(&branch.shown))));
    let left_out = detail.left_out().map(|left_out| {
        format!(
            "> ✂️ **Shortened** to fit into a comment. Left out: {left_out}. The evidence, by \
             `harness check --report json=PATH`, has all of it.\n\n"
        )
    });
    format!(
        "{rehearsed}{}{}{}",
        branch.unwrap_or_default(),
        configured(evidence, detail),
        left_out.unwrap_or_default()
    )
}

/// The severities that the configuration sets, and its warnings.
fn configured(evidence: &Evidence, detail: &Detail) -> String {
    let severity =
        |(id, level): (&String, &Level)| format!("{} {}", code(&detail.cut(id)), level.word());
    let severities = match detail.first(evidence.severities.iter().collect(), severity, |more| more)
    {
        none if none.is_empty() => String::new(),
        some => format!("Findings by configuration: {}\n\n", some.join(", ")),
    };
    let warning = |warning: &String| format!("- ⚠️ {}\n", prose(&detail.cut(warning)));
    let warnings = match detail.first(evidence.warnings.iter().collect(), warning, |more| {
        format!("- {more}\n")
    }) {
        none if none.is_empty() => String::new(),
        some => format!("{}\n", some.concat()),
    };
    format!("{severities}{warnings}")
}

/// A line for each migration.
fn overview(migrations: &[&Migration], detail: &Detail) -> String {
    let line = |m: &Migration| {
        let (name, outcome) = (code(&detail.cut(&m.name)), m.outcome.word());
        format!(
            "| {} | {name} | {outcome} | {} |\n",
            verdict(m.verdict),
            result(m)
        )
    };
    let lines = detail.first(migrations.to_vec(), line, |more| {
        format!("| {more} | | | |\n")
    });
    format!(
        "| verdict | migration | outcome | result |\n|---|---|---|---|\n{}\n",
        lines.concat()
    )
}
