//! The entries of the configuration that fit no schema that a run met.

use crate::config::Config;
use crate::migration::Migration;
use crate::rehearse::{Outcome, Rehearsal};
use crate::scope::ExpectedScope;
use crate::snapshot::{Catalog, tenancy};
use crate::sql::ident;

/// The schemas that a run met, to find entries of the configuration that fit none of them.
#[derive(Default)]
pub(super) struct Seen {
    catalogs: Vec<Catalog>,
    problems: Vec<String>,
    cut_short: bool,
}

impl Seen {
    /// Takes in what a migration met.
    pub(super) fn note(&mut self, migration: &Migration, config: &Config, rehearsal: &Rehearsal) {
        if rehearsal.outcome == Outcome::Applied && !rehearsal.left_open {
            if let Some(scope) = config.expect.get(&migration.name) {
                self.problems.extend(unknown_expectations(&migration.name, scope, [&rehearsal.before, &rehearsal.after]));
            }
        } else {
            // What a failed migration would have created is not known.
            self.cut_short = true;
        }
        self.catalogs.push(rehearsal.before.clone());
        self.catalogs.push(rehearsal.after.clone());
    }

    /// The entries that fit nothing, as sentences.
    pub(super) fn unknown(&self, config: &Config) -> Vec<String> {
        let mut problems = self.problems.clone();
        if !self.cut_short {
            let catalogs: Vec<&Catalog> = self.catalogs.iter().collect();
            problems.extend(tenancy::unknown_column(&config.tenants, &catalogs));
            problems.extend(tenancy::unknown_entries(&config.tenants, &catalogs));
        }
        problems.into_iter().map(|problem| format!("{}: {problem}", config.path.display())).collect()
    }
}

/// Declared tables and columns that exist neither before nor after the migration.
fn unknown_expectations(name: &str, scope: &ExpectedScope, catalogs: [&Catalog; 2]) -> Vec<String> {
    let mut problems = Vec::new();
    for expected in scope.tables.values() {
        let place = format!("[expect.{name}.tables.{}]", expected.table);
        let found: Vec<_> = catalogs.iter().filter_map(|c| c.table(&expected.table)).collect();
        if found.is_empty() {
            problems.push(format!("{place} names a table that exists neither before nor after the migration"));
            continue;
        }
        for column in expected.columns.iter().flatten() {
            if !found.iter().any(|t| t.column_names().any(|c| ident::same(c, column))) {
                problems.push(format!("{place} columns names `{column}`, which the table has neither before nor after the migration"));
            }
        }
    }
    problems
}
