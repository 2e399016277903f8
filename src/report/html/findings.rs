//! The findings, each with its place in the migration: the first of a code in full, others like it
//! folded behind it.

use super::facets::{Facet, Facets};
use super::highlight::Code;
use super::room::Room;
use super::shown::{Prose, Shown, counted, prose};
use crate::report::evidence::{Excerpt, Finding, Migration, Suppressed};
use crate::report::words;
use serde::Serialize;

/// Findings of one code in a row that are shown unfolded.
const UNFOLDED: usize = 2;

/// Tenants that a finding names at most; its sentence names some too.
const TENANTS: usize = 30;

/// The findings of a migration.
#[derive(Debug, Serialize)]
pub(super) struct Findings {
    runs: Vec<Run>,
    /// what is left out
    left: Option<String>,
}

/// Findings of one code that follow one another.
#[derive(Debug, Serialize)]
struct Run {
    code: Shown,
    first: Vec<Item>,
    rest: Vec<Item>,
}

/// One finding.
#[derive(Debug, Serialize)]
pub(super) struct Item {
    number: usize,
    severity: &'static str,
    code: Shown,
    message: Vec<Prose>,
    /// the lines of the message behind its first, such as a scope to declare
    lines: Option<Shown>,
    /// what to do; said once for findings that follow one another
    help: Option<Vec<Prose>>,
    /// `migrations/0036.sql:12:9`
    place: Option<Shown>,
    /// the statement's number
    statement: Option<usize>,
    source: Option<Code>,
    /// whether more is concerned than the source shows
    cut: bool,
    tenants: Vec<Shown>,
    tenants_left: usize,
    rows: Option<String>,
    facet: Facet,
}

/// A comment that keeps findings out of the verdict.
#[derive(Debug, Serialize)]
pub(super) struct Kept {
    code: Shown,
    until: Shown,
    reason: Shown,
    place: Shown,
    findings: Vec<Item>,
    left: usize,
}

/// The findings of a migration, worst first.
pub(super) fn findings(migration: &Migration, facets: &mut Facets, room: &mut Room) -> Findings {
    let shown = room.findings(migration.findings.len());
    let mut runs: Vec<Run> = Vec::new();
    let mut said = None;
    for (at, finding) in migration.findings[..shown].iter().enumerate() {
        let help =
            said.replace((&finding.code, &finding.help)) != Some((&finding.code, &finding.help));
        let item = Item {
            number: at + 1,
            help: help.then(|| prose(&finding.help)),
            ..item(migration, finding, facets)
        };
        match runs.last_mut() {
            Some(run) if run.code == item.code && run.first.len() < UNFOLDED => {
                run.first.push(item);
            }
            Some(run) if run.code == item.code => run.rest.push(item),
            _ => runs.push(Run {
                code: item.code.clone(),
                first: vec![item],
                rest: Vec::new(),
            }),
        }
    }
    for run in &mut runs {
        unfold_a_single_one(run);
    }
    Findings {
        runs,
        left: left(&migration.findings[shown..]),
    }
}

/// A fold around one finding costs as much room as the finding.
fn unfold_a_single_one(run: &mut Run) {
    if run.rest.len() == 1 {
        run.first.append(&mut run.rest);
    }
}

/// `12 findings more (error 3, note 9)`
fn left(findings: &[Finding]) -> Option<String> {
    let mut severities: std::collections::BTreeMap<_, usize> = std::collections::BTreeMap::new();
    for finding in findings {
        *severities.entry(finding.severity).or_default() += 1;
    }
    let each: Vec<String> = severities
        .into_iter()
        .map(|(severity, n)| format!("{} {n}", severity.word()))
        .collect();
    (!findings.is_empty()).then(|| {
        format!(
            "{} more ({})",
            counted(findings.len(), "finding"),
            each.join(", ")
        )
    })
}

fn item(migration: &Migration, finding: &Finding, facets: &mut Facets) -> Item {
    let place = finding.line.zip(finding.column);
    let spelled = || finding.tenants.iter().map(String::as_str);
    let tenants: Vec<Shown> = spelled()
        .take(TENANTS)
        .map(|tenant| Shown::line(migration.tenants.get(tenant).map_or(tenant, String::as_str)))
        .collect();
    Item {
        number: 0,
        severity: finding.severity.word(),
        code: Shown::line(&finding.code),
        message: prose(finding.message.lines().next().unwrap_or_default()),
        lines: finding
            .message
            .trim_end()
            .split_once('\n')
            .map(|(_, rest)| Shown::part(rest)),
        help: None,
        place: place
            .map(|(line, column)| Shown::line(format!("{}:{line}:{column}", migration.path))),
        statement: finding.statement,
        source: finding
            .excerpt
            .as_ref()
            .zip(place)
            .map(|(excerpt, place)| source(excerpt, place)),
        cut: finding.excerpt.as_ref().is_some_and(|excerpt| excerpt.cut),
        tenants_left: finding.tenants.len() - tenants.len(),
        tenants,
        rows: finding.rows.filter(|rows| *rows > 0).map(words::rows),
        facet: Facet {
            tenant: if finding.tenants.is_empty() {
                None
            } else {
                facets.tenants(migration, spelled())
            },
            table: finding.table.as_deref().map(|table| facets.tables([table])),
            code: Some(facets.codes([finding.code.as_str()])),
        },
    }
}

/// The excerpt from its line's first character on, or from an ellipsis.
fn source(excerpt: &Excerpt, (line, column): (usize, usize)) -> Code {
    let Excerpt {
        before,
        marked,
        after,
        ..
    } = excerpt;
    let lead = if before.chars().count() + 1 < column {
        "…"
    } else {
        ""
    };
    let (from, after) = (lead.len() + before.len(), after.trim_end());
    Code::marked(
        &format!("{lead}{before}{marked}{after}"),
        from..from + marked.len(),
        Some(line),
    )
}

/// What comments in the migration keep from being findings.
pub(super) fn suppressed(migration: &Migration, facets: &mut Facets, room: &mut Room) -> Vec<Kept> {
    let kept = |suppressed: &Suppressed| {
        let shown = room.findings(suppressed.findings.len());
        Kept {
            code: Shown::line(&suppressed.code),
            until: Shown::line(&suppressed.until),
            reason: Shown::line(&suppressed.reason),
            place: Shown::line(format!(
                "{}:{}:{}",
                migration.path, suppressed.line, suppressed.column
            )),
            findings: suppressed.findings[..shown]
                .iter()
                .map(|finding| item(migration, finding, facets))
                .collect(),
            left: suppressed.findings.len() - shown,
        }
    };
    migration.suppressed.iter().map(kept).collect()
}
