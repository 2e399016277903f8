//! The log and its one run: the tool, how it ran, the files, the results.

use super::message::Message;
use super::place::{self, ArtifactLocation, UriBase};
use super::result::{Result, results};
use super::rules::{Rule, rule};
use crate::codes::TABLE;
use crate::record::{Evidence, Migration, Severity, Verdict};
use crate::report::{escape, phrases};
use serde::Serialize;
use std::collections::BTreeMap;

/// Where the form is published.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Results of a run that GitHub takes.
const RESULTS: usize = 25_000;

/// The whole file.
#[derive(Serialize)]
pub(super) struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [SarifRun; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifRun {
    tool: Tool,
    column_kind: &'static str,
    original_uri_base_ids: BTreeMap<&'static str, UriBase>,
    invocations: [Invocation; 1],
    artifacts: Vec<Artifact>,
    results: Vec<Result>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    version: String,
    semantic_version: String,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    exit_code: u8,
    exit_code_description: &'static str,
    tool_configuration_notifications: Vec<Notification>,
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
struct Notification {
    level: Severity,
    message: Message,
}

#[derive(Serialize)]
struct Artifact {
    location: ArtifactLocation,
    roles: [&'static str; 1],
    hashes: Hashes,
}

#[derive(Serialize)]
struct Hashes {
    blake3: String,
}

impl Log {
    /// The log of a run.
    pub(super) fn new(evidence: &Evidence) -> Self {
        let migrations = evidence.migrations.iter().enumerate();
        let mut results: Vec<Result> = migrations.flat_map(|(at, m)| results(m, at)).collect();
        let mut left_out = Vec::new();
        if results.len() > RESULTS {
            results.sort_by_key(|result| (result.is_suppressed(), result.level()));
            left_out = results.split_off(RESULTS);
        }
        let version = escape::line(&evidence.harness);
        let driver = Driver {
            name: "harness",
            semantic_version: version.clone(),
            version,
            rules: TABLE.iter().map(rule).collect(),
        };
        let run = SarifRun {
            tool: Tool { driver },
            column_kind: "unicodeCodePoints",
            original_uri_base_ids: place::base(),
            invocations: [invocation(evidence, &left_out)],
            artifacts: evidence.migrations.iter().map(artifact).collect(),
            results,
        };
        Self {
            schema: SCHEMA,
            version: "2.1.0",
            runs: [run],
        }
    }
}

fn invocation(evidence: &Evidence, left_out: &[Result]) -> Invocation {
    let warnings = evidence.warnings.iter().map(|warning| Notification {
        level: Severity::Warning,
        message: Message::new(warning),
    });
    Invocation {
        execution_successful: true,
        exit_code: u8::from(evidence.verdict == Verdict::Rejected),
        exit_code_description: phrases::exit(evidence),
        tool_configuration_notifications: warnings.collect(),
        tool_execution_notifications: cut(left_out).into_iter().collect(),
    }
}

/// What is said of results that a run has no room for.
fn cut(left_out: &[Result]) -> Option<Notification> {
    let count = |is: &dyn Fn(&Result) -> bool| left_out.iter().filter(|r| is(r)).count();
    let of = |severity| count(&|r| !r.is_suppressed() && r.level() == severity);
    let [errors, warnings, notes] = [Severity::Error, Severity::Warning, Severity::Note].map(of);
    let counts = [errors, warnings, notes, count(&Result::is_suppressed)];
    (!left_out.is_empty()).then(|| Notification {
        level: if errors > 0 {
            Severity::Error
        } else {
            Severity::Warning
        },
        message: Message::new(&phrases::results_left_out(counts, RESULTS)),
    })
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
