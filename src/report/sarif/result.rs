//! Each finding as a result.

use super::fingerprint::fingerprints;
use super::place::{location, region};
use super::{message, present};
use crate::codes::TABLE;
use crate::record::{Finding, Migration, Suppressed};
use crate::report::{escape, phrases};
use serde_json::{Value as Json, json};

/// A finding of a migration.
pub(super) struct SarifResult<'a> {
    migration: &'a Migration,
    /// the number of its artifact
    index: usize,
    pub(super) finding: &'a Finding,
    /// the comment that suppresses it
    pub(super) suppressed: Option<&'a Suppressed>,
    fingerprint: String,
}

/// The findings of a migration, and those that its comments suppress, as results; `index` is that
/// of its artifact.
pub(super) fn results(index: usize, migration: &Migration) -> Vec<SarifResult<'_>> {
    let plain = migration.findings.iter().map(|finding| (finding, None));
    let suppressed = migration.suppressed.iter();
    let suppressed = suppressed.flat_map(|s| s.findings.iter().map(move |f| (f, Some(s))));
    let (findings, by): (Vec<&Finding>, Vec<_>) = plain.chain(suppressed).unzip();
    let fingerprints = fingerprints(migration, &findings);
    findings
        .into_iter()
        .zip(by)
        .zip(fingerprints)
        .map(|((finding, suppressed), fingerprint)| SarifResult {
            migration,
            index,
            finding,
            suppressed,
            fingerprint,
        })
        .collect()
}

impl SarifResult<'_> {
    pub(super) fn json(&self) -> Json {
        let (migration, finding) = (self.migration, self.finding);
        let location = |region: &Json| location(&migration.path, self.index, region);
        let suppressions = self.suppressed.map(|s| {
            json!([{
                "kind": "inSource",
                "status": "accepted",
                "justification": escape::block(&phrases::until(s)),
                "location": location(&json!({ "startLine": s.line, "startColumn": s.column })),
            }])
        });
        present(json!({
            "ruleId": finding.code,
            "ruleIndex": TABLE.iter().position(|entry| entry.id == finding.code),
            "kind": "fail",
            "level": finding.severity,
            "message": message(&format!("{}\n\n→ {}", finding.message, finding.help.trim_end())),
            "locations": [location(&region(finding))],
            // The first is the only one that GitHub reads.
            "partialFingerprints": {
                "primaryLocationLineHash": self.fingerprint,
                "harnessFinding/v1": self.fingerprint,
            },
            "suppressions": suppressions,
            "properties": present(json!({
                "migration": migration.name,
                "table": finding.table,
                "tenants": Some(&finding.tenants).filter(|tenants| !tenants.is_empty()),
                "rows": finding.rows,
            })),
        }))
    }
}
