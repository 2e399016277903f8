//! The whole of the record, and what it says of engine, snapshot, configuration and branch.

use super::migration::Migration;
use super::{BlakeFrom, FileChange, Level, OnError, Transaction};
use crate::config::Config;
use crate::regime::Regime;
use crate::snapshot::{self, Identity};
use crate::words::words;
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What `format` holds.
pub(super) const FORMAT: &str = "harness-report";

/// What `version` holds.
pub(super) const VERSION: u32 = 1;

/// Everything that one run found out. Saved, it is the JSON report; every other format is rendered
/// from it.
///
/// Keys are added in later versions of harness, never renamed. What differs from run to run of one
/// and the same: `engine.now_ms`, each `elapsed_ms`, and the values that a migration makes of
/// `now`; `harness verify` runs at the recorded `now`, and finds these the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "harness report")]
pub struct Evidence {
    /// Always `harness-report`.
    #[schemars(extend("const" = "harness-report"))]
    pub format: String,
    /// The version of this form.
    #[schemars(extend("const" = 1))]
    pub version: u32,
    /// The version of harness that wrote it.
    pub harness: String,
    /// The engine, and how the production runner sets it.
    pub engine: Engine,
    /// What was rehearsed on.
    pub snapshot: Snapshot,
    /// The configuration that was in force.
    pub config: ConfigIdentity,
    /// What the run was asked for.
    pub options: Options,
    /// How bad the findings of a code are, by its name, where the configuration says so; in the
    /// order of the codes.
    pub severities: IndexMap<String, Level>,
    /// What of the configuration fits nothing that this run met, which a migration that was not run
    /// may make; what the branch changes and the rehearsal does not show.
    pub warnings: Vec<String>,
    /// What the branch changes, where only that was asked for; else null.
    pub branch: Option<Branch>,
    /// `accepted` where every migration is; where there is none, since the branch changes none.
    pub verdict: Verdict,
    /// The migrations, in the order in which they ran; before these, those that the branch changes
    /// although they are applied.
    pub migrations: Vec<Migration>,
}

/// What a run was given.
#[derive(Debug)]
pub struct Given<'a> {
    /// the configuration
    pub config: &'a Config,
    /// the snapshot
    pub snapshot: &'a snapshot::Snapshot,
    /// its hash, where a report is saved
    pub identity: Option<Identity>,
    /// how many tenants the labels name
    pub tenants: Option<usize>,
    /// what `now` is, in milliseconds after 1970
    pub now_ms: i64,
    /// what was asked for
    pub options: Options,
}

impl Evidence {
    /// The evidence of a run: what it was given, and what it found.
    pub fn new(
        given: Given<'_>,
        warnings: Vec<String>,
        branch: Option<Branch>,
        migrations: Vec<Migration>,
    ) -> Self {
        let (config, snapshot, identity) = (given.config, given.snapshot, given.identity);
        Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            harness: env!("CARGO_PKG_VERSION").to_owned(),
            engine: Engine::new(config.regime, given.now_ms),
            snapshot: Snapshot {
                source: snapshot.source.clone(),
                bytes: snapshot.bytes,
                blake3_from: identity.as_ref().map(|identity| identity.from),
                blake3: identity.map(|identity| identity.blake3),
                tenants: given.tenants,
            },
            config: ConfigIdentity {
                path: config.path.display().to_string(),
                blake3: config.blake3.clone(),
                no_tenants: config.tenants.none,
            },
            options: given.options,
            severities: config
                .severities
                .iter()
                .map(|(code, level)| (code.id().to_owned(), *level))
                .collect(),
            warnings,
            branch,
            verdict: Verdict::new(migrations.iter().all(|m| m.verdict == Verdict::Accepted)),
            migrations,
        }
    }
}

words! {
    /// Whether every change was declared and could be evaluated.
    pub enum Verdict {
        /// No finding is an error.
        Accepted = "accepted",
        /// At least one finding is an error.
        Rejected = "rejected",
    }
}

impl Verdict {
    pub(super) fn new(is_accepted: bool) -> Self {
        if is_accepted {
            Self::Accepted
        } else {
            Self::Rejected
        }
    }
}

/// The configuration that was in force.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConfigIdentity {
    /// The path as the user gave it.
    pub path: String,
    /// BLAKE3 of its text as 64 hexadecimal digits.
    pub blake3: String,
    /// The line of its `[tenant] none = true`; null where rows are tenants'.
    #[serde(default)]
    pub no_tenants: Option<usize>,
}

/// What a run was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Options {
    /// Rows shown per group, at most.
    pub samples: usize,
    /// Whether it did what costs a second run or a whole scan.
    pub deep: bool,
}

/// The engine and how it was set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Engine {
    /// SQLite's version, as in `3.54.1`.
    pub sqlite: String,
    /// Whether foreign keys are enforced at the start of each migration.
    pub foreign_keys: bool,
    /// The transaction that the runner opens.
    pub transaction: Transaction,
    /// What the runner does after a statement that fails.
    pub on_error: OnError,
    /// What `now` was for the whole rehearsal, in milliseconds after 1970-01-01 00:00 UTC: a time,
    /// other in each run.
    pub now_ms: i64,
}

impl Engine {
    /// This engine, set as a runner does it.
    pub fn new(regime: Regime, now_ms: i64) -> Self {
        Self {
            sqlite: rusqlite::version().to_owned(),
            foreign_keys: regime.foreign_keys,
            transaction: regime.transaction,
            on_error: regime.on_error,
            now_ms,
        }
    }
}

/// The snapshot that was rehearsed on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Snapshot {
    /// The path as the user gave it.
    pub source: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// BLAKE3 of the snapshot as 64 hexadecimal digits; null where no report is saved.
    pub blake3: Option<String>,
    /// What said the hash; null where there is none.
    pub blake3_from: Option<BlakeFrom>,
    /// How many tenants the configured labels name; null without labels.
    pub tenants: Option<usize>,
}

/// What a branch changes in the folder of migrations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Branch {
    /// The revision that it is held against, as the user named it.
    pub since: String,
    /// The commits where it left that, as hexadecimal digits; several after merges both ways.
    pub bases: Vec<String>,
    /// The files that differ from then, in the order of their paths.
    pub files: Vec<BranchFile>,
    /// The paths of the migrations that ran too, since they are pending.
    pub others: Vec<String>,
    /// All of that in one line.
    pub shown: String,
}

/// A file that a branch changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BranchFile {
    /// Its path.
    pub path: String,
    /// What happened to it.
    pub change: FileChange,
    /// Of a renamed one, the migration's name before; else null.
    pub from: Option<String>,
    /// Whether the snapshot names it as applied already; null where the configuration asks no query
    /// for that.
    pub applied: Option<bool>,
}
