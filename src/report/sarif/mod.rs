//! The SARIF 2.1.0 report, for code scanning: the table of codes as rules, each finding as a result
//! at its place in the migration.
//!
//! The form is that of OASIS,
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html>.
//! It is written from types of our own in [`log`]: the crate `serde-sarif` makes its types from the
//! schema while it is built, which takes 50 crates, two of them without a maintainer (`schemafy`,
//! `Inflector`), and a second `syn`.
//!
//! A result's fingerprint is what the finding is about, not its place nor what the snapshot showed of
//! it, so that a result is known again after an edit above it. GitHub takes 25,000 results of a run
//! at most.

mod fingerprint;
mod log;
mod place;
mod rules;

use super::evidence::{Evidence, Finding, Migration, Severity, Suppressed, Verdict};
use super::{escape, phrases, write_json};
use crate::codes::TABLE;
use fingerprint::Fingerprints;
use log::{
    Artifact, Driver, Hashes, Invocation, Level, Log, Message, Notification, PartialFingerprints,
    Properties, Result, Run, Suppression, Tool,
};
use std::io::{self, Write};

/// Results of a run that GitHub takes.
const RESULTS: usize = 25_000;

pub(super) fn render(evidence: &Evidence, out: &mut dyn Write) -> io::Result<()> {
    write_json(&Log::new(run(evidence)), out)
}

fn run(evidence: &Evidence) -> Run {
    let migrations = evidence.migrations.iter().enumerate();
    let mut results: Vec<Result> = migrations.flat_map(|(at, m)| results(m, at)).collect();
    let mut left_out = Vec::new();
    if results.len() > RESULTS {
        results.sort_by_key(|result| (!result.suppressions.is_empty(), result.level));
        left_out = results.split_off(RESULTS);
    }
    Run {
        tool: Tool {
            driver: driver(evidence),
        },
        column_kind: "unicodeCodePoints",
        original_uri_base_ids: place::base(),
        invocations: vec![invocation(evidence, &left_out)],
        artifacts: evidence.migrations.iter().map(artifact).collect(),
        results,
    }
}

fn invocation(evidence: &Evidence, left_out: &[Result]) -> Invocation {
    let warning = |text: &String| notification(Level::Warning, text);
    let cut = (!left_out.is_empty()).then(|| cut(left_out));
    Invocation {
        execution_successful: true,
        exit_code: u8::from(evidence.verdict == Verdict::Rejected),
        exit_code_description: phrases::exit(evidence),
        tool_configuration_notifications: evidence.warnings.iter().map(warning).collect(),
        tool_execution_notifications: cut.into_iter().collect(),
    }
}

/// What is said of results that a run has no room for.
fn cut(left_out: &[Result]) -> Notification {
    let of = |level: Option<Level>| {
        let kind = |r: &Result| r.suppressions.is_empty().then_some(r.level);
        left_out.iter().filter(|r| kind(r) == level).count()
    };
    let levels = [
        Some(Level::Error),
        Some(Level::Warning),
        Some(Level::Note),
        None,
    ];
    let counts = levels.map(of);
    let level = match counts {
        [0, ..] => Level::Warning,
        _ => Level::Error,
    };
    notification(level, &phrases::results_left_out(counts, RESULTS))
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
        rules: TABLE.iter().map(rules::rule).collect(),
    }
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
    let plain = migration.findings.iter().map(|finding| (finding, None));
    let suppressed = migration
        .suppressed
        .iter()
        .flat_map(|s| s.findings.iter().map(move |finding| (finding, Some(s))));
    let all: Vec<(&Finding, Option<&Suppressed>)> = plain.chain(suppressed).collect();
    // In the order of the file, so that a severity of the configuration does not number two alike
    // the other way round.
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by_key(|&at| (all[at].0.line, all[at].0.column));
    let mut known = Fingerprints::default();
    let mut fingerprints = vec![String::new(); all.len()];
    for at in order {
        fingerprints[at] = known.of(migration, all[at].0);
    }
    all.into_iter()
        .zip(fingerprints)
        .map(|((finding, by), fingerprint)| result(migration, finding, by, index, fingerprint))
        .collect()
}

fn result(
    migration: &Migration,
    finding: &Finding,
    suppressed: Option<&Suppressed>,
    index: usize,
    fingerprint: String,
) -> Result {
    let location = |region| place::location(&migration.path, index, region);
    let text = format!("{}\n\n→ {}", finding.message, finding.help.trim_end());
    let suppression = suppressed.map(|s| Suppression {
        kind: "inSource",
        status: "accepted",
        justification: escape::block(&phrases::until(s)),
        location: location(Some(place::point(s.line, s.column))),
    });
    Result {
        rule_id: finding.code.clone(),
        rule_index: TABLE.iter().position(|entry| entry.id == finding.code),
        kind: "fail",
        level: match finding.severity {
            Severity::Error => Level::Error,
            Severity::Warning => Level::Warning,
            Severity::Note => Level::Note,
        },
        message: message(&text),
        locations: [location(place::region(finding))],
        partial_fingerprints: PartialFingerprints {
            primary_location_line_hash: fingerprint.clone(),
            harness: fingerprint,
        },
        suppressions: suppression.into_iter().collect(),
        properties: Properties {
            migration: migration.name.clone(),
            table: finding.table.clone(),
            tenants: finding.tenants.clone(),
            rows: finding.rows,
        },
    }
}
