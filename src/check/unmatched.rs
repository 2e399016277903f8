//! The entries of the configuration that match no schema that a run met.

use super::{expected, redacted};
use crate::config::Config;
use crate::hidden::Hidden;
use crate::redaction::Redaction;
use crate::rehearse::{Conserved, LookupError, Owners, Rehearsal};
use crate::scope::{ExpectedScope, TenantMap};
use crate::snapshot::{Catalog, tenancy};
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};

/// The schemas that a run met, and the entries that match none of one migration.
#[derive(Default)]
pub(super) struct Unmatched {
    /// the first is that of the snapshot
    catalogs: Vec<Catalog>,
    problems: Vec<String>,
    /// by table, the lookups that lacked something in every state so far, with what
    lookups: BTreeMap<String, String>,
    /// whether a migration failed, so that what it would have created is not known
    cut_short: bool,
}

impl Unmatched {
    /// Before the first migration, on the state that the snapshot is.
    ///
    /// # Errors
    /// When a lookup can be used in no state, whatever a migration adds.
    pub(super) fn new(
        snapshot: Catalog,
        state: &Connection,
        tenants: &TenantMap,
    ) -> Result<Self, LookupError> {
        let mut lookups = BTreeMap::new();
        for table in snapshot.tables.values().filter(|t| t.unreadable.is_none()) {
            match Owners::check(state, table, tenants) {
                Err(error) if error.is_lack => {
                    lookups.insert(table.name.clone(), error.to_string());
                }
                checked => checked?,
            }
        }
        Ok(Self {
            catalogs: vec![snapshot],
            problems: Vec::new(),
            lookups,
            cut_short: false,
        })
    }

    /// Takes the lookups that can be used on a state off the list of those that cannot.
    pub(super) fn meet(&mut self, catalog: &Catalog, state: &Connection, tenants: &TenantMap) {
        let fails = |table| Owners::check(state, table, tenants).is_err();
        self.lookups
            .retain(|name, _| catalog.table(name).is_none_or(fails));
    }

    /// The schema that the last migration left.
    pub(super) fn last(&self) -> &Catalog {
        &self.catalogs[self.catalogs.len() - 1]
    }

    /// The folded names of the tables and views that the states before earlier migrations had.
    pub(super) fn earlier(&self) -> BTreeSet<String> {
        let ended = self.catalogs.iter();
        ended
            .flat_map(|catalog| catalog.tables.keys().cloned())
            .collect()
    }

    /// Takes in what a migration met.
    pub(super) fn note(
        &mut self,
        scope: Option<&ExpectedScope>,
        rehearsal: &Rehearsal,
        conserved: Option<&Conserved>,
        hidden: &Hidden,
    ) {
        let set = hidden.tenants.iter();
        let set = set.map(|(table, column)| redacted::tenant_set(table, column));
        self.problems.extend(set);
        let (before, after) = (&rehearsal.before, &rehearsal.after);
        self.catalogs.extend([before.clone(), after.clone()]);
        if !rehearsal.ran_through() {
            self.cut_short = true;
            return;
        }
        let Some(scope) = scope else { return };
        if let Some(conserved) = conserved {
            self.problems
                .extend(expected::unusable(scope, conserved, hidden));
        }
    }

    /// The entries that match nothing, as sentences with their places: those that stop the run, and
    /// those for which a later migration may make the table, unless the run `is_whole`.
    pub(super) fn unknown(
        &self,
        config: &Config,
        redaction: &Redaction,
        is_whole: bool,
    ) -> (Vec<String>, Vec<String>) {
        let (mut problems, mut pending) = (self.problems.clone(), Vec::new());
        if self.cut_short {
            return (problems, pending);
        }
        let catalogs: Vec<&Catalog> = self.catalogs.iter().collect();
        let located = |problem: String| format!("{}: {problem}", config.path.display());
        let columns = tenancy::unknown_columns(&config.tenants, &catalogs).into_iter();
        problems.extend(self.lookups.values().cloned());
        problems.extend(redacted::unknown(config, redaction, &catalogs));
        problems.extend(columns.map(located));
        let tables = tenancy::unknown_tables(&config.tenants, &catalogs).into_iter();
        if is_whole {
            problems.extend(tables.map(located));
        } else {
            pending.extend(tables.map(located));
        }
        (problems, pending)
    }
}
