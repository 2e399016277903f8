//! What becomes of the rule that says whose the rows of a table are: a rule that begins is new to
//! them, one that is lost or comes by a rename hides whose they were.

use super::States;
use super::columns::TablePair;
use crate::change::RuleFate;
use crate::rehearse::{Owners, Rehearsal, read};
use crate::scope::{TenantMap, TenantRule};
use crate::snapshot::catalog::Table;
use crate::snapshot::tenancy;
use crate::sql::{ident, token};

/// The rule of a table that is there in both states, as far as each has what it reads, and what
/// becomes of it.
pub(super) struct RulePair {
    pub(super) before: Option<TenantRule>,
    pub(super) after: Option<TenantRule>,
    pub(super) fate: RuleFate,
}

impl RulePair {
    pub(super) fn of(
        states: States<'_>,
        rehearsal: &Rehearsal,
        tables: TablePair<'_>,
        tenants: &TenantMap,
    ) -> Self {
        let rule = |conn, table: Option<&Table>| Owners::rule(conn, table?, tenants);
        let before = rule(states.before, tables.before);
        let after = rule(states.after, tables.after);
        let fate = match (tables.both(), &before, &after) {
            (Some(both), None, Some(rule)) => {
                if is_renamed_into(tables, both, rule) || reads_renamed(states, rehearsal, rule) {
                    RuleFate::Renamed
                } else {
                    RuleFate::Begun
                }
            }
            // What was nobody's stays so.
            (Some(_), Some(TenantRule::Shared), None) => RuleFate::Kept,
            (Some(_), Some(_), None) => RuleFate::Lost,
            (Some(both), Some(old), Some(new)) if is_replaced(tables, both, old, new) => {
                RuleFate::Renamed
            }
            _ => RuleFate::Kept,
        };
        Self {
            before,
            after,
            fate,
        }
    }

    /// The places after of the columns that the rule reads and the table did not have.
    pub(super) fn begun_columns(&self, tables: TablePair<'_>) -> Vec<usize> {
        let begun = self.after.iter().filter(|_| self.fate == RuleFate::Begun);
        let (columns, table) = (begun.flat_map(tenancy::columns_of), tables.after);
        columns
            .filter_map(|name| table?.column(&name))
            .filter(|at| tables.column_before(*at).is_none())
            .collect()
    }
}

/// Whether a rule that no state before had is there by the new name of the table or of a column.
fn is_renamed_into(tables: TablePair<'_>, (old, new): (&Table, &Table), rule: &TenantRule) -> bool {
    let columns = tenancy::columns_of(rule);
    let was = |name: &String| tables.column_before(new.column(name)?);
    let is_other =
        |name: &String| was(name).is_some_and(|at| !ident::same(&old.columns[at].name, name));
    let is_renamed = !ident::same(&old.name, &new.name);
    columns.iter().any(is_other) || (is_renamed && columns.iter().all(|name| was(name).is_some()))
}

/// Whether a rule says it by another column of the state before that was renamed to the one it
/// reads, or is another rule by the new name of the table.
fn is_replaced(
    tables: TablePair<'_>,
    (old, new): (&Table, &Table),
    before: &TenantRule,
    after: &TenantRule,
) -> bool {
    let asked = tenancy::columns_of(before);
    let is_other = |name: &String| {
        let was = tables.lineage.column_was(name, old, new);
        was.is_some_and(|was| !asked.iter().any(|one| ident::same(one, was)))
    };
    let is_renamed = !ident::same(&old.name, &new.name);
    (is_renamed && before != after) || tenancy::columns_of(after).iter().any(is_other)
}

/// Whether a lookup reads a table that has another name than before, or a renamed column of one.
fn reads_renamed(states: States<'_>, rehearsal: &Rehearsal, rule: &TenantRule) -> bool {
    let TenantRule::Lookup(sql) = rule else {
        return false;
    };
    let words: Vec<String> = token::folded(sql).collect();
    let is_said = |name: &str| words.iter().any(|word| word == name);
    let lineage = &rehearsal.lineage;
    let is_renamed = |table: &str| {
        // By way of a view it may read any column.
        let is_open = !is_said(table) || sql.contains('*');
        lineage.is_renamed(table, |column| is_open || is_said(column))
    };
    let of_root = |root: i64| {
        let mut objects = rehearsal.after.objects.values();
        objects.any(|object| object.root_page == root && is_renamed(&ident::folded(&object.table)))
    };
    // What cannot be seen into may read anything.
    let any = || {
        rehearsal
            .after
            .tables
            .keys()
            .any(|table| lineage.is_renamed(table, |_| true))
    };
    match read::opened(states.after, sql) {
        Ok(opened) => opened
            .into_iter()
            .any(|one| one.map_or_else(any, |(root, _)| of_root(root))),
        Err(_) => any(),
    }
}
