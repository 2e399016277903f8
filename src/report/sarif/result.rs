//! Each finding as a result.

use super::fingerprint::fingerprints;
use super::message::Message;
use super::place::{Location, SarifRegion};
use crate::codes::TABLE;
use crate::record::{Finding, Migration, Severity, Suppressed};
use crate::report::{escape, phrases};
use serde::Serialize;

/// A result.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Result {
    rule_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    kind: &'static str,
    level: Severity,
    message: Message,
    locations: [Location; 1],
    partial_fingerprints: PartialFingerprints,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suppressions: Vec<Suppression>,
    properties: Properties,
}

/// The first is the only one that GitHub reads.
#[derive(Serialize)]
struct PartialFingerprints {
    #[serde(rename = "primaryLocationLineHash")]
    primary_location_line_hash: String,
    #[serde(rename = "harnessFinding/v1")]
    harness: String,
}

#[derive(Serialize)]
struct Suppression {
    kind: &'static str,
    status: &'static str,
    justification: String,
    location: Location,
}

/// What the evidence says of a finding besides.
#[derive(Serialize)]
struct Properties {
    migration: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    table: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tenants: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<u64>,
}

/// The findings of a migration, and those that its comments suppress, as results; `index` is that
/// of its artifact.
pub(super) fn results(migration: &Migration, index: usize) -> Vec<Result> {
    let plain = migration.findings.iter().map(|finding| (finding, None));
    let suppressed = migration
        .suppressed
        .iter()
        .flat_map(|s| s.findings.iter().map(move |finding| (finding, Some(s))));
    let (findings, by): (Vec<&Finding>, Vec<Option<&Suppressed>>) = plain.chain(suppressed).unzip();
    let fingerprints = fingerprints(migration, &findings);
    let each = findings.into_iter().zip(by).zip(fingerprints);
    each.map(|((finding, by), fingerprint)| Result::new(migration, index, finding, by, fingerprint))
        .collect()
}

impl Result {
    fn new(
        migration: &Migration,
        index: usize,
        finding: &Finding,
        suppressed: Option<&Suppressed>,
        fingerprint: String,
    ) -> Self {
        let location = |region| Location::new(&migration.path, index, region);
        let text = format!("{}\n\n→ {}", finding.message, finding.help.trim_end());
        let suppression = suppressed.map(|s| Suppression {
            kind: "inSource",
            status: "accepted",
            justification: escape::block(&phrases::until(s)),
            location: location(Some(SarifRegion::point(s.line, s.column))),
        });
        Self {
            rule_id: finding.code.clone(),
            rule_index: TABLE.iter().position(|entry| entry.id == finding.code),
            kind: "fail",
            level: finding.severity,
            message: Message::new(&text),
            locations: [location(SarifRegion::of(finding))],
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

    /// How bad it is.
    pub(super) fn level(&self) -> Severity {
        self.level
    }

    /// Whether a comment suppresses it.
    pub(super) fn is_suppressed(&self) -> bool {
        !self.suppressions.is_empty()
    }
}
