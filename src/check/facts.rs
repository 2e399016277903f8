//! What a verdict needs to know besides the rehearsal and its diff, asked of the two states.

use super::{CheckError, Request, deep};
use crate::change::{Owner, TableChanges};
use crate::diff::{self, Diff, Follow, States};
use crate::rehearse::{self, PreviewRun, Rehearsal};
use crate::scope::{Tenant, TenantMap, TenantRule};
use crate::snapshot::age::SnapshotAge;
use crate::snapshot::catalog::{Column, Table, TableKind};
use crate::snapshot::tenancy;
use crate::snapshot::{Manifest, Snapshot, SnapshotError};
use crate::sql::ident;
use crate::verdict::facts::{self, Facts, Integrity, ShownDefault, Tenants};
use rusqlite::Connection;
use std::collections::BTreeSet;
use std::time::SystemTime;

/// Rows of a table that are looked at for a second tenant, where the run does not go deep.
const ROWS_FOR_TENANTS: u64 = 10_000;

/// The facts of one migration but those of the deep checks, and what the engine's own check says of
/// the states, if the run goes deep.
pub(super) type Looked = (Facts, Option<Result<Integrity, String>>);

/// What is known of a migration besides.
///
/// # Errors
/// When a state cannot be read, or the manifest of the snapshot is none.
pub(super) fn of(
    request: &Request<'_>,
    states: States<'_>,
    rehearsal: &Rehearsal,
    diff: &Diff,
) -> Result<Looked, CheckError> {
    let (now, before) = (request.now(), states.before);
    let manifest = match request.snapshot.manifest() {
        // Without it the age that the configuration bounds is not known.
        Err(error) if request.config.max_age.is_some() => return Err(error.into()),
        read => read,
    };
    let follow = if request.deep {
        Follow::All
    } else {
        Follow::Written
    };
    let mut references = diff::references(states, rehearsal, diff, follow)?;
    if rehearsal.is_taken_back {
        // The state after it can be that before earlier migrations: what leads nowhere there is not
        // of this one.
        references.dangling.clear();
    }
    let facts = Facts {
        regime: request.config.regime,
        max_age: request.config.max_age,
        strangers: None,
        earlier: BTreeSet::new(),
        defaults: Vec::new(),
        snapshot: restorable(request.snapshot, manifest, now),
        tenants: tenants(request, before, rehearsal, diff)?,
        empty: empty(before, rehearsal)?,
        references,
        indexes: Vec::new(),
        deep: None,
    };
    let integrity = request.deep.then(|| deep::integrity(states));
    Ok((facts, integrity.transpose()?))
}

/// What rows show in the new columns of their tables: a default that is not NULL.
pub(super) fn defaults(
    before: &Connection,
    rehearsal: &Rehearsal,
    map: &TenantMap,
) -> rusqlite::Result<Vec<ShownDefault>> {
    let mut found = Vec::new();
    for new in rehearsal.after.ordinary() {
        let Some(old) = rehearsal.before.table(&new.name) else {
            continue;
        };
        let is_new = |column: &&Column| old.column(&column.name).is_none();
        for column in new.columns.iter().filter(is_new) {
            let default = column.default.as_deref();
            let Some(value) = default.filter(|value| !value.eq_ignore_ascii_case("NULL")) else {
                continue;
            };
            let (rows, tenants) = rehearse::owners_in(before, old, map)?;
            found.push(ShownDefault {
                table: new.name.clone(),
                column: column.name.clone(),
                value: value.to_owned(),
                rows,
                tenants,
            });
        }
    }
    found.retain(|default| default.rows > 0);
    Ok(found)
}

fn restorable(
    snapshot: &Snapshot,
    manifest: Result<Option<Manifest>, SnapshotError>,
    now: SystemTime,
) -> facts::Restorable {
    let age = manifest.map(|manifest| SnapshotAge::of(snapshot, manifest.as_ref(), now));
    let contradicted = age.as_ref().ok().and_then(SnapshotAge::contradicted);
    let taken = age.map(|age| age.taken).map_err(|error| error.to_string());
    facts::Restorable {
        source: snapshot.source.clone(),
        bytes: snapshot.bytes,
        lacks_wal: snapshot.lacks_wal(),
        taken,
        modified: snapshot.modified(),
        contradicted,
    }
}

/// The tables without a row in the state before, among those that were altered or got a unique
/// index.
fn empty(before: &Connection, rehearsal: &Rehearsal) -> rusqlite::Result<BTreeSet<String>> {
    let indexed = rehearsal
        .new_unique_indexes()
        .map(|object| ident::folded(&object.table));
    let names: BTreeSet<String> = rehearsal.altered.keys().cloned().chain(indexed).collect();
    let mut empty = BTreeSet::new();
    for table in names
        .iter()
        .filter_map(|name| rehearsal.before.tables.get(name))
    {
        let is_read = table.kind == TableKind::Ordinary && table.unreadable.is_none();
        if is_read && rehearse::is_empty(before, &table.name)? == Some(true) {
            empty.insert(table.name.clone());
        }
    }
    Ok(empty)
}

/// How many tenants the state before shows: in the tables that the migration wrote first, then in
/// the others.
fn tenants(
    request: &Request<'_>,
    before: &Connection,
    rehearsal: &Rehearsal,
    diff: &Diff,
) -> Result<Tenants, CheckError> {
    let written = &diff.changes.tables;
    let mut owners = written.values().flat_map(TableChanges::owners);
    if !owners.any(|owner| owner.tenant().is_some()) {
        return Ok(Tenants::NotConcerned);
    }
    let map = &request.config.tenants;
    let most = Some(ROWS_FOR_TENANTS).filter(|_| !request.deep);
    let (mut seen, mut is_whole) = (BTreeSet::new(), true);
    let mut tables: Vec<&Table> = rehearsal.before.tables.values().collect();
    tables.sort_by_key(|table| !written.keys().any(|name| ident::same(name, &table.name)));
    for (table, rule) in tables.into_iter().filter_map(|table| told(map, table)) {
        is_whole &= rehearse::tenants_of(before, table, &rule, map, most, &mut seen)?;
        if seen.len() > 1 {
            return Ok(Tenants::Several);
        }
    }
    let only = seen.pop_first();
    Ok(if is_whole {
        Tenants::Few(only)
    } else {
        Tenants::FewSoFar(only)
    })
}

/// A table whose rows say whose they are, and how.
fn told<'t>(map: &TenantMap, table: &'t Table) -> Option<(&'t Table, TenantRule)> {
    let has_rows = matches!(table.kind, TableKind::Ordinary | TableKind::Virtual);
    let rule = tenancy::rule_for(map, table).filter(|rule| *rule != TenantRule::Shared);
    rule.filter(|_| has_rows && table.unreadable.is_none())
        .map(|rule| (table, rule))
}

/// Every tenant that the report of a migration names.
pub(super) fn named<'a>(
    rehearsal: &'a Rehearsal,
    diff: &'a Diff,
) -> impl Iterator<Item = &'a Tenant> {
    let previewed = rehearsal.previews().flat_map(PreviewRun::named);
    let changed = diff.changes.tables.values().flat_map(TableChanges::owners);
    let moved = diff.changes.moved.iter().flat_map(|m| &m.owners);
    let untracked = rehearsal.touched.untracked.iter().map(|touch| &touch.owner);
    previewed.chain(
        changed
            .chain(moved)
            .chain(untracked)
            .filter_map(Owner::tenant),
    )
}
