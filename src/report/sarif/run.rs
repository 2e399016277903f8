//! The log and its one run: the tool, how it ran, the files, the results.

use super::result::{SarifResult, results};
use super::{braces, message, place};
use crate::codes::{Entry, TABLE};
use crate::record::{Evidence, Severity, Verdict};
use crate::report::escape;
use crate::report::phrases::{self, what_to_do, whole_sentence};
use serde_json::{Value as Json, json};

/// Where the form is published.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Results of a run that GitHub takes.
const RESULTS: usize = 25_000;

/// The log of a run.
pub(super) fn log(evidence: &Evidence) -> Json {
    let migrations = evidence.migrations.iter();
    let artifacts = migrations.clone().map(|migration| {
        json!({
            "location": place::artifact(&migration.path, None),
            "roles": ["analysisTarget"],
            "hashes": { "blake3": migration.blake3 },
        })
    });
    let mut found: Vec<_> = migrations
        .enumerate()
        .flat_map(|(at, migration)| results(at, migration))
        .collect();
    let mut left_out = Vec::new();
    if found.len() > RESULTS {
        found.sort_by_key(|result| (result.suppressed.is_some(), result.finding.severity));
        left_out = found.split_off(RESULTS);
    }
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": driver(evidence) },
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": place::base(),
            "invocations": [invocation(evidence, &left_out)],
            "artifacts": artifacts.collect::<Json>(),
            "results": found.iter().map(SarifResult::json).collect::<Json>(),
        }],
    })
}

fn driver(evidence: &Evidence) -> Json {
    let version = escape::line(&evidence.harness);
    json!({
        "name": "harness",
        "version": version,
        "semanticVersion": version,
        "rules": TABLE.iter().map(rule).collect::<Json>(),
    })
}

/// A code as a rule. The pages are Markdown that reads as plain text does.
fn rule(entry: &Entry) -> Json {
    let (sentence, help) = (whole_sentence(entry), what_to_do(entry));
    let explanation = entry.explanation.trim_end();
    let page = braces(&format!("{sentence}\n\n{explanation}\n\n{help}\n"));
    json!({
        "id": entry.id,
        "shortDescription": message(&sentence),
        "fullDescription": message(&format!("{sentence} {help}")),
        "help": { "text": page, "markdown": page },
        "defaultConfiguration": { "level": entry.severity },
    })
}

fn invocation(evidence: &Evidence, left_out: &[SarifResult]) -> Json {
    let notification =
        |level: Severity, text: &str| json!({ "level": level, "message": message(text) });
    let none = phrases::no_tenants(evidence);
    let none = none.map(|none| notification(Severity::Note, &format!("tenants: {none}")));
    let warnings = evidence.warnings.iter();
    let warnings = warnings.map(|warning| notification(Severity::Warning, warning));
    let warnings = none.into_iter().chain(warnings);
    let cut = (!left_out.is_empty()).then(|| {
        let severities: Vec<Severity> = left_out
            .iter()
            .filter(|result| result.suppressed.is_none())
            .map(|result| result.finding.severity)
            .collect();
        // What is left out is sorted by it.
        let worst = severities.first().copied().unwrap_or(Severity::Warning);
        let text = phrases::results_left_out(&severities, left_out.len(), RESULTS);
        notification(worst.min(Severity::Warning), &text)
    });
    json!({
        "executionSuccessful": true,
        "exitCode": u8::from(evidence.verdict == Verdict::Rejected),
        "exitCodeDescription": phrases::exit(evidence),
        "toolConfigurationNotifications": warnings.collect::<Json>(),
        "toolExecutionNotifications": cut.into_iter().collect::<Json>(),
    })
}
