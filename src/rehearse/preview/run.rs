//! What a preview returned.

use super::nulls::{MatchedRows, NullRun};
use super::shifted::ShiftedRun;
use super::subqueries::SubqueryRun;
use crate::change::RowAddress;
use crate::rewrite::{Assigned, PartialKey, Preview, Untied};
use crate::scope::Tenant;
use crate::sql::Value;
use rusqlite::Statement;
use std::collections::{BTreeMap, BTreeSet};

/// What a preview returned.
#[derive(Debug, Clone, Default)]
pub struct PreviewRun {
    /// the SELECT
    pub sql: String,
    /// distinct rows
    pub rows: u64,
    /// whether it returned none because there was none: the target has no row, or for an INSERT no
    /// table that its query reads has one
    pub target_is_empty: bool,
    /// the tables of the database that it reads and that have no row, without those that it reads
    /// through a module
    pub empty: BTreeSet<String>,
    /// distinct rows by tenant; empty for a table that has none
    pub tenants: BTreeMap<Tenant, u64>,
    /// distinct rows whose lookup gives no tenant, or several
    pub ambiguous: u64,
    /// the names of the result columns
    pub columns: Vec<String>,
    /// the result columns that a person knows a row by: its key and tenant
    pub shown: Vec<usize>,
    /// the columns that an UPDATE sets, by their places among the result columns
    pub assigned: Vec<Assigned>,
    /// distinct rows that a join with the FROM clause matches several times, with different values
    pub several: u64,
    /// the subqueries of the WHERE clause, each run alone
    pub subqueries: Vec<SubqueryRun>,
    /// whether it is of an UPDATE that gives every row the values that it has
    pub changes_nothing: bool,
    /// its comparisons of a part of a key
    pub partial: Vec<PartialRun>,
    /// other rows of its target that nothing ties to the row that it writes
    pub untied: Vec<UntiedRun>,
    /// its comparisons that NULL keeps from being true
    pub nulls: Vec<NullRun>,
    /// whether it is of an INSERT whose columns do not line up with the results of its query
    pub shifted: Option<ShiftedRun>,
    /// the first few result rows
    pub samples: Vec<Vec<Value>>,
    /// how its rows differ from those that the statement wrote directly
    pub mismatch: Option<Mismatch>,
}

impl PreviewRun {
    /// Every tenant of its rows, and of those that its subqueries select.
    pub fn named(&self) -> impl Iterator<Item = &Tenant> {
        let selected = self
            .subqueries
            .iter()
            .filter_map(|run| run.result.as_ref().ok());
        let tenants = selected.filter_map(|selected| selected.tenants.as_ref());
        let named = tenants.flat_map(|(tenants, _)| tenants.keys());
        self.tenants.keys().chain(named)
    }

    /// The run of a preview, which `statement` prepared, before its first row.
    pub(super) fn new(preview: &Preview, statement: &Statement<'_>) -> Self {
        let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
        let shown = match &preview.shown[..] {
            [] => (0..columns.len()).collect(),
            shown => shown.to_vec(),
        };
        Self {
            sql: preview.sql.clone(),
            columns,
            shown,
            assigned: preview.assigned.clone(),
            changes_nothing: !preview.assigned.is_empty(),
            ..Self::default()
        }
    }
}

/// A comparison of a part of a key, and what the statement would match with the whole one.
#[derive(Debug, Clone)]
pub struct PartialRun {
    /// the comparison
    pub partial: PartialKey,
    /// rows and tenants with the whole key; `None` if that statement cannot be written or did not
    /// run
    pub whole: Option<MatchedRows>,
}

/// Another row of the target that nothing ties to the row that is written.
#[derive(Debug, Clone)]
pub struct UntiedRun {
    /// where
    pub untied: Untied,
    /// what the statement would match if they were tied by the key; `None` if that is not known
    pub tied: Option<MatchedRows>,
}

/// A preview whose rows are not those that its statement wrote.
#[derive(Debug, Clone)]
pub struct Mismatch {
    /// rows that the preview returned and the statement did not write
    pub unwritten: u64,
    /// the addresses of the first few of them, where they are known one by one
    pub skipped: Vec<RowAddress>,
    /// rows that the statement wrote and the preview did not return
    pub unforeseen: u64,
    /// whether the rows that it wrote are not those of its target, and say nothing about them
    pub is_incomparable: bool,
    /// the known reason, if there is one
    pub reason: Option<&'static str>,
}
