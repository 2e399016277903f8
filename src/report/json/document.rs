//! The whole of a JSON report, and what it says about engine and snapshot.

use super::migration::Migration;
use super::words::{BlakeFrom, Level, OnError, Transaction, Verdict};
use crate::report;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// What `harness check --format json` writes: everything that one run found out.
///
/// Keys are added in later versions of harness, never renamed.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "harness report", deny_unknown_fields)]
pub(super) struct Document<'a> {
    /// Always `harness-report`.
    #[schemars(extend("const" = "harness-report"))]
    format: &'static str,
    /// The version of this form.
    #[schemars(extend("const" = 1))]
    version: u32,
    /// The version of harness that wrote it.
    harness: &'a str,
    /// The engine, and how the production runner sets it.
    engine: Engine<'a>,
    /// What was rehearsed on.
    snapshot: Snapshot<'a>,
    /// How bad the findings of a code are, by its name, where the configuration says so.
    severities: BTreeMap<&'static str, Level>,
    /// What of the configuration fits nothing that this run met; a migration that was not run may make it.
    warnings: &'a [String],
    /// `accepted` where every migration is.
    verdict: Verdict,
    /// The migrations, in the order in which they ran.
    migrations: Vec<Migration<'a>>,
}

impl<'a> Document<'a> {
    pub(super) fn new(report: &'a report::Report) -> Self {
        Self {
            format: "harness-report",
            version: 1,
            harness: report.harness,
            engine: Engine::new(&report.engine),
            snapshot: Snapshot::new(&report.snapshot),
            severities: report.severities.iter().map(|(code, level)| (code.id(), Level::new(*level))).collect(),
            warnings: &report.warnings,
            verdict: Verdict::new(report.is_accepted()),
            migrations: report.migrations.iter().map(Migration::new).collect(),
        }
    }
}

/// The engine and how it was set.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Engine<'a> {
    /// SQLite's version, as in `3.54.1`.
    sqlite: &'a str,
    /// Whether foreign keys are enforced at the start of each migration.
    foreign_keys: bool,
    /// The transaction that the runner opens.
    transaction: Transaction,
    /// What the runner does after a statement that fails.
    on_error: OnError,
    /// What `now` was for the whole rehearsal, in milliseconds after 1970-01-01 00:00 UTC.
    now_ms: i64,
}

impl<'a> Engine<'a> {
    fn new(engine: &'a report::EngineInfo) -> Self {
        let regime = engine.regime;
        Self {
            sqlite: engine.sqlite,
            foreign_keys: regime.foreign_keys,
            transaction: Transaction::new(regime.transaction),
            on_error: OnError::new(regime.on_error),
            now_ms: engine.now_ms,
        }
    }
}

/// The snapshot that was rehearsed on.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Snapshot<'a> {
    /// The path as the user gave it.
    source: &'a str,
    /// Its size in bytes.
    bytes: u64,
    /// BLAKE3 of the snapshot as 64 hexadecimal digits; null where no report is saved.
    blake3: Option<&'a str>,
    /// What said the hash; null where there is none.
    blake3_from: Option<BlakeFrom>,
    /// How many tenants the configured labels name; null without labels.
    tenants: Option<usize>,
}

impl<'a> Snapshot<'a> {
    fn new(snapshot: &'a report::SnapshotInfo) -> Self {
        let identity = snapshot.identity.as_ref();
        Self {
            source: &snapshot.source,
            bytes: snapshot.bytes,
            blake3: identity.map(|identity| identity.blake3.as_str()),
            blake3_from: identity.map(|identity| BlakeFrom::new(identity.from)),
            tenants: snapshot.tenants,
        }
    }
}
