//! What a run and its migrations are known by: names and hashes, and how the run was set.

use crate::record::{Evidence, Migration, Scope};
use crate::report::phrases;
use minijinja::{Value, context};
use std::time::{Duration, UNIX_EPOCH};

/// The first millisecond of the year 10000, which RFC 3339 cannot spell.
const BEHIND_LAST: i64 = 253_402_300_800_000;

/// A name and what it is, with a hash where it has one.
fn fact(name: &str, value: impl Into<Value>, blake3: Option<&str>) -> Value {
    context! { name, value => value.into(), blake3 }
}

/// Those of a run.
pub(super) fn identities(evidence: &Evidence) -> Value {
    let (engine, config) = (&evidence.engine, &evidence.config);
    let snapshot = &evidence.snapshot;
    let mut facts = vec![
        fact(
            "snapshot",
            phrases::snapshot_with_hash(snapshot),
            snapshot.blake3.as_deref(),
        ),
        fact("configuration", &config.path, Some(&config.blake3)),
        fact("engine", phrases::sqlite(engine), None),
        fact("runner", phrases::runner(engine), None),
        fact("now", time(engine.now_ms), None),
        fact("options", phrases::options(&evidence.options), None),
        fact("harness", &evidence.harness, None),
    ];
    if let Some(none) = phrases::no_tenants(evidence) {
        facts.push(fact("tenants", none, None));
    }
    if !evidence.severities.is_empty() {
        facts.push(fact("severities", phrases::severities(evidence), None));
    }
    facts.into()
}

/// Those of a migration.
pub(super) fn of_migration(migration: &Migration) -> Value {
    let scope = migration.scope.as_ref().map(Scope::place);
    let facts = [
        fact("migration", &migration.path, Some(&migration.blake3)),
        fact("declared scope", scope.as_deref().unwrap_or("none"), None),
        fact("outcome", migration.outcome.word(), None),
    ];
    facts.into()
}

/// `2026-11-23T04:45:00.000Z`
fn time(ms: i64) -> String {
    let after = u64::try_from(ms)
        .ok()
        .and_then(|ms| UNIX_EPOCH.checked_add(Duration::from_millis(ms)));
    match after {
        Some(time) if ms < BEHIND_LAST => humantime::format_rfc3339_millis(time).to_string(),
        _ => format!("{ms} ms after 1970"),
    }
}
