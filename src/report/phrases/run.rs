//! What is said of a run: what it was made on, how, and with what verdict.

use super::{counted, rows};
use crate::record::{Engine, Evidence, Migration, Options, Snapshot, Verdict};

/// Where a branch changes no migration.
pub(crate) const NO_MIGRATION: &str = "no migration to rehearse";

/// The title of what made a rehearsal impossible.
pub(crate) const COULD_NOT_REHEARSE: &str = "harness could not rehearse";

/// Of a migration without previews.
pub(crate) const NO_PREVIEWS: &str = "holds no UPDATE, DELETE or INSERT from a query";

/// What relative addresses are relative to.
pub(crate) const SOURCES: &str = "The folder that harness ran in.";

/// `2 of 3 migrations accepted`, or that there is none.
pub(crate) fn accepted(all: &[Migration]) -> String {
    if all.is_empty() {
        return NO_MIGRATION.to_owned();
    }
    let is_accepted = |migration: &&Migration| migration.verdict == Verdict::Accepted;
    let accepted = all.iter().filter(is_accepted).count();
    format!("{accepted} of {} migrations accepted", all.len())
}

/// What the exit code says.
pub(crate) fn exit(evidence: &Evidence) -> &'static str {
    match evidence.verdict {
        Verdict::Accepted if evidence.migrations.is_empty() => "there is no migration to rehearse",
        Verdict::Accepted => "every migration is accepted",
        Verdict::Rejected => "at least one migration is rejected",
    }
}

/// `299848 bytes, 6 tenants`
pub(crate) fn size(snapshot: &Snapshot) -> String {
    let tenants = snapshot
        .tenants
        .map(|n| format!(", {}", counted(n, "tenant")))
        .unwrap_or_default();
    format!("{} bytes{tenants}", snapshot.bytes)
}

/// `snapshots/prod.db (299848 bytes, 6 tenants)`
pub(crate) fn snapshot(snapshot: &Snapshot) -> String {
    format!("{} ({})", snapshot.source, size(snapshot))
}

/// The same with what said its hash.
pub(crate) fn snapshot_with_hash(of: &Snapshot) -> String {
    let from = of
        .blake3_from
        .map(|from| format!(", its hash from its {}", from.word()))
        .unwrap_or_default();
    snapshot(of) + &from
}

/// What a list of previews is of.
pub(crate) fn previews_of(snapshot: &Snapshot) -> String {
    let source = &snapshot.source;
    format!("previews on {source}; each shows the state just before its statement")
}

/// `SQLite 3.54.1`
pub(crate) fn sqlite(engine: &Engine) -> String {
    format!("SQLite {}", engine.sqlite)
}

/// `foreign keys off, transaction none, on error stop`
pub(crate) fn runner(engine: &Engine) -> String {
    let keys = if engine.foreign_keys { "on" } else { "off" };
    let (transaction, on_error) = (engine.transaction.word(), engine.on_error.word());
    format!("foreign keys {keys}, transaction {transaction}, on error {on_error}")
}

/// `SQLite 3.54.1, foreign keys off, …`
pub(crate) fn engine(engine: &Engine, between: &str) -> String {
    format!("{}{between}{}", sqlite(engine), runner(engine))
}

/// `none (harness.toml:14)`, where the configuration says that there are no tenants.
pub(crate) fn no_tenants(evidence: &Evidence) -> Option<String> {
    let (path, line) = (&evidence.config.path, evidence.config.no_tenants?);
    Some(format!("none ({path}:{line})"))
}

/// `snapshots/prod.db (299848 bytes, 6 tenants); SQLite 3.54.1; foreign keys off, …`
pub(crate) fn rehearsed(evidence: &Evidence) -> String {
    let (snapshot, engine) = (snapshot(&evidence.snapshot), engine(&evidence.engine, "; "));
    let tenants = no_tenants(evidence).map(|none| format!("; tenants: {none}"));
    format!("{snapshot}; {engine}{}", tenants.unwrap_or_default())
}

/// `no-effect note, missing-where off`
pub(crate) fn severities(evidence: &Evidence) -> String {
    let each: Vec<String> = evidence
        .severities
        .iter()
        .map(|(code, level)| format!("{code} {}", level.word()))
        .collect();
    each.join(", ")
}

/// `at most 3 rows of each group, not deep`
pub(crate) fn options(options: &Options) -> String {
    let samples = rows(options.samples as u64);
    let deep = if options.deep { "deep" } else { "not deep" };
    format!("at most {samples} of each group, {deep}")
}
