//! The SARIF 2.1.0 report, for code scanning: the table of codes as rules, each finding as a result
//! at its place in the migration.
//!
//! The form is that of OASIS,
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html>.
//! It is written from types of our own in [`log`]: the crate `serde-sarif` makes its types from the
//! schema while it is built, which takes 50 crates, among them two that are kept no more
//! (`schemafy`, `Inflector`), and a second `syn`.
//!
//! A result's fingerprint is what the finding is about, not where that stands nor what the snapshot
//! showed of it, so that a result is known again after an edit above it. GitHub takes 25,000
//! results of a run at most.

mod fingerprint;
mod log;
mod place;

use super::evidence::{Evidence, Finding, Migration, Severity, Suppressed, Verdict};
use super::{escape, write_json};
use crate::codes::{self, Entry, TABLE};
use fingerprint::Fingerprints;
use log::{
    Artifact, Configuration, Driver, Hashes, Help, Invocation, Level, Location, Log, Message,
    Notification, PartialFingerprints, PhysicalLocation, Properties, Result, Rule, Run,
    Suppression, Tool,
};
use std::io::{self, Write};

/// Results of a run that GitHub takes.
const RESULTS: usize = 25_000;

pub(super) fn render(evidence: &Evidence, out: &mut dyn Write) -> io::Result<()> {
    write_json(&Log::new(run(evidence)), out)
}

fn run(evidence: &Evidence) -> Run {
    let mut results: Vec<Result> = evidence
        .migrations
        .iter()
        .enumerate()
        .flat_map(|(at, m)| results(m, at))
        .collect();
    let mut left_out = Vec::new();
    if results.len() > RESULTS {
        results.sort_by_key(|result| (!result.suppressions.is_empty(), result.level));
        left_out = results.split_off(RESULTS);
    }
    let accepted = evidence.verdict == Verdict::Accepted;
    Run {
        tool: Tool {
            driver: driver(evidence),
        },
        column_kind: "unicodeCodePoints",
        original_uri_base_ids: place::base(),
        invocations: vec![Invocation {
            execution_successful: true,
            exit_code: u8::from(!accepted),
            exit_code_description: match accepted {
                true if evidence.migrations.is_empty() => "there is no migration to rehearse",
                true => "every migration is accepted",
                false => "at least one migration is rejected",
            },
            tool_configuration_notifications: evidence
                .warnings
                .iter()
                .map(|warning| notification(Level::Warning, warning))
                .collect(),
            tool_execution_notifications: cut(&left_out).into_iter().collect(),
        }],
        artifacts: evidence.migrations.iter().map(artifact).collect(),
        results,
    }
}

/// What is said of results that a run has no room for.
fn cut(left_out: &[Result]) -> Option<Notification> {
    let of = |level: Level| {
        left_out
            .iter()
            .filter(|r| r.level == level && r.suppressions.is_empty())
            .count()
    };
    let errors = of(Level::Error);
    let each = [
        (errors, "errors"),
        (of(Level::Warning), "warnings"),
        (of(Level::Note), "notes"),
    ];
    let known = left_out
        .iter()
        .filter(|r| !r.suppressions.is_empty())
        .count();
    let each: Vec<String> = each
        .into_iter()
        .chain([(known, "suppressed")])
        .filter(|(n, _)| *n > 0)
        .map(|(n, what)| format!("{n} {what}"))
        .collect();
    let level = if errors > 0 {
        Level::Error
    } else {
        Level::Warning
    };
    let sentence = format!(
        "{} results are left out ({}): a run holds {RESULTS} at most",
        left_out.len(),
        each.join(", ")
    );
    (!left_out.is_empty()).then(|| notification(level, &sentence))
}

fn notification(level: Level, text: &str) -> Notification {
    Notification {
        level,
        message: message(text),
    }
}

fn driver(evidence: &Evidence) -> Driver {
    let version = escape::line(&evidence.harness);
    Driver {
        name: "harness",
        semantic_version: version.clone(),
        version,
        rules: TABLE.iter().map(rule).collect(),
    }
}

fn rule(entry: &'static Entry) -> Rule {
    let level = match entry.severity {
        codes::Severity::Error => Level::Error,
        codes::Severity::Warning => Level::Warning,
        codes::Severity::Note => Level::Note,
    };
    let page = format!(
        "{}\n\n{}\n\nWhat to do: {}.\n",
        sentence(entry.sentence),
        entry.explanation.trim_end(),
        entry.help
    );
    Rule {
        id: entry.id,
        short_description: message(&sentence(entry.sentence)),
        full_description: message(&format!(
            "{} What to do: {}.",
            sentence(entry.sentence),
            entry.help
        )),
        // The pages are Markdown that reads as plain text does.
        help: Help {
            text: log::braces(&page),
            markdown: log::braces(&page),
        },
        default_configuration: Configuration { level },
    }
}

/// A sentence of the table with a capital and a full stop.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first: String = chars
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    format!("{first}{}.", chars.as_str())
}

/// A plain text message, whose braces are doubled and which has no link.
fn message(text: &str) -> Message {
    Message {
        text: log::braces(&escape::block(text)).replace("](", "]\\("),
    }
}

fn artifact(migration: &Migration) -> Artifact {
    Artifact {
        location: place::artifact(&migration.path, None),
        roles: ["analysisTarget"],
        hashes: Hashes {
            blake3: migration.blake3.clone(),
        },
    }
}

/// The findings of a migration, and those that its comments suppress, as results; `index` is that
/// of its artifact.
fn results(migration: &Migration, index: usize) -> Vec<Result> {
    let mut fingerprints = Fingerprints::default();
    let plain = migration.findings.iter().map(|finding| (finding, None));
    let suppressed = migration
        .suppressed
        .iter()
        .flat_map(|s| s.findings.iter().map(move |finding| (finding, Some(s))));
    // In the order of the file, so that a severity of the configuration does not number two alike
    // the other way round.
    let mut all: Vec<(usize, (&Finding, Option<&Suppressed>))> =
        plain.chain(suppressed).enumerate().collect();
    all.sort_by_key(|(_, (finding, _))| (finding.line, finding.column));
    let mut results: Vec<(usize, Result)> = all
        .into_iter()
        .map(|(at, (finding, suppressed))| {
            (
                at,
                result(
                    migration,
                    finding,
                    suppressed,
                    index,
                    fingerprints.of(migration, finding),
                ),
            )
        })
        .collect();
    results.sort_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}

fn result(
    migration: &Migration,
    finding: &Finding,
    suppressed: Option<&Suppressed>,
    index: usize,
    fingerprint: String,
) -> Result {
    let level = match finding.severity {
        Severity::Error => Level::Error,
        Severity::Warning => Level::Warning,
        Severity::Note => Level::Note,
    };
    let location = |region| {
        let artifact_location = place::artifact(&migration.path, Some(index));
        Location {
            physical_location: PhysicalLocation {
                artifact_location,
                region,
            },
        }
    };
    Result {
        rule_id: finding.code.clone(),
        rule_index: TABLE.iter().position(|entry| entry.id == finding.code),
        kind: "fail",
        level,
        message: message(&format!(
            "{}\n\n→ {}",
            finding.message,
            finding.help.trim_end()
        )),
        locations: [location(place::region(finding))],
        partial_fingerprints: PartialFingerprints {
            primary_location_line_hash: fingerprint.clone(),
            harness: fingerprint,
        },
        suppressions: suppressed
            .map(|s| Suppression {
                kind: "inSource",
                status: "accepted",
                justification: escape::block(&format!("until {}, because {}", s.until, s.reason)),
                location: location(Some(place::point(s.line, s.column))),
            })
            .into_iter()
            .collect(),
        properties: Properties {
            migration: migration.name.clone(),
            table: finding.table.clone(),
            tenants: finding.tenants.clone(),
            rows: finding.rows,
        },
    }
}
