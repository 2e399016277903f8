//! The entries of the configuration that fit no schema that a run met.

use super::expected;
use super::redacted;
use crate::config::Config;
use crate::hidden::Hidden;
use crate::redaction::Redaction;
use crate::rehearse::{Conserved, Rehearsal};
use crate::scope::ExpectedScope;
use crate::snapshot::{Catalog, tenancy};

/// The schemas that a run met, to find entries of the configuration that fit none of them.
pub(super) struct Seen {
    /// the first is that of the snapshot
    catalogs: Vec<Catalog>,
    problems: Vec<String>,
    cut_short: bool,
}

impl Seen {
    /// What is seen before the first migration.
    pub(super) fn of(snapshot: Catalog) -> Self {
        Self {
            catalogs: vec![snapshot],
            problems: Vec::new(),
            cut_short: false,
        }
    }

    /// The schema that the last migration left.
    pub(super) fn last(&self) -> &Catalog {
        &self.catalogs[self.catalogs.len() - 1]
    }

    /// Takes in what a migration met.
    pub(super) fn note(
        &mut self,
        scope: Option<&ExpectedScope>,
        rehearsal: &Rehearsal,
        kept: Option<&Conserved>,
        hidden: &Hidden,
    ) {
        self.problems.extend(
            hidden
                .tenants()
                .map(|(table, column)| redacted::tenant_set(table, column)),
        );
        if rehearsal.ran_through() {
            if let Some(scope) = scope {
                self.problems.extend(expected::unknown(
                    scope,
                    [&rehearsal.before, &rehearsal.after],
                ));
                self.problems.extend(
                    kept.into_iter()
                        .flat_map(|kept| expected::unusable(scope, kept, hidden)),
                );
            }
        } else {
            // What a failed migration would have created is not known.
            self.cut_short = true;
        }
        self.catalogs.push(rehearsal.before.clone());
        self.catalogs.push(rehearsal.after.clone());
    }

    /// The entries that fit nothing, as sentences with their places: those that stop the run, and
    /// those that a migration may yet give a table to, which is so unless the run `is_whole`, of
    /// all that are not applied.
    pub(super) fn unknown(
        &self,
        config: &Config,
        redaction: &Redaction,
        is_whole: bool,
    ) -> (Vec<String>, Vec<String>) {
        let (mut problems, mut pending) = (self.problems.clone(), Vec::new());
        // Where nothing ran, nothing was met.
        if !self.cut_short && !self.catalogs.is_empty() {
            let catalogs: Vec<&Catalog> = self.catalogs.iter().collect();
            let located = |problem: String| format!("{}: {problem}", config.path.display());
            let columns = tenancy::unknown_column(&config.tenants, &catalogs).into_iter();
            problems.extend(redacted::unknown(config, redaction, &catalogs));
            problems.extend(
                columns
                    .chain(tenancy::unknown_columns(&config.tenants, &catalogs))
                    .map(located),
            );
            let tables = tenancy::unknown_tables(&config.tenants, &catalogs)
                .into_iter()
                .map(located);
            if is_whole {
                problems.extend(tables);
            } else {
                pending.extend(tables);
            }
        }
        (problems, pending)
    }
}
