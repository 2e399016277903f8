//! What the scope says about changes: whose rows may be written, how many, in which columns. Asks
//! the declaration and answers; makes no findings.

use super::Case;
use crate::change::{Owner, RowGroup, TableChanges};
use crate::scope::{AllowedTenants, Count, ExpectedTable, Op, Tenant, key_names_tenant};
use crate::sql::{Affinity, Value, ident};
use std::collections::BTreeSet;

/// The tenants whose rows of a table may be written.
pub(super) struct Allowed<'a> {
    pub(super) tenants: &'a AllowedTenants,
    affinity: Affinity,
}

impl<'a> Allowed<'a> {
    /// `None` if no scope is declared.
    pub(super) fn of(case: Case<'a>, table: &str) -> Option<Self> {
        Some(Self {
            tenants: case.scope?.tenants_of(table),
            affinity: case.affinity(table),
        })
    }

    pub(super) fn tenant(&self, tenant: &Tenant) -> bool {
        self.tenants.allows(tenant, self.affinity)
    }

    pub(super) fn owner(&self, owner: &Owner) -> bool {
        match owner {
            Owner::Tenant(tenant) => self.tenant(tenant),
            Owner::Shared => true,
            Owner::Unassigned | Owner::Ambiguous => false,
        }
    }

    /// Whether it is a tenant that is not allowed; rows that are nobody's have their own findings.
    pub(super) fn is_outside(&self, owner: &Owner) -> bool {
        matches!(owner, Owner::Tenant(_)) && !self.owner(owner)
    }
}

/// Whether rows were written for tenants that are not declared, changed or not.
pub(super) fn is_outside(case: Case<'_>, table: &str) -> bool {
    let (Some(allowed), Some(changes)) = (Allowed::of(case, table), case.changes(table)) else {
        return false;
    };
    let touched = changes.groups.iter().filter(|(_, group)| group.touched > 0);
    touched
        .flat_map(|(owners, _)| owners.each())
        .any(|owner| allowed.is_outside(owner))
}

/// How the changes of a table compare with the declared scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// table, operation and column are declared, for these tenants, and the number fits
    Declared,
    /// declared, but another number of rows changed
    Miscounted,
    /// not declared, or not for these tenants
    Undeclared,
}

/// How the changes of a table by one operation compare with the scope; if there are none, because
/// they were compensated, all changes of the table.
pub(super) fn standing(case: Case<'_>, table: &str, op: Op) -> Standing {
    if case.scope.is_none() {
        return Standing::Undeclared;
    }
    let Some(changes) = case.changes(table) else {
        return Standing::Declared;
    };
    let counts = changes.changed();
    let is_meant = |other: &Op| counts.of(*other) > 0 && (*other == op || counts.of(op) == 0);
    let ops: Vec<Op> = Op::ALL.into_iter().filter(is_meant).collect();
    if is_outside(case, table) {
        return Standing::Undeclared;
    }
    let Some(expected) = case.declared(table).map(|declared| &declared.expected) else {
        return match ops[..] {
            [] => Standing::Declared,
            _ => Standing::Undeclared,
        };
    };
    let sets_others =
        || ops.contains(&Op::Update) && !undeclared_columns(expected, changes).is_empty();
    if ops.iter().any(|op| !expected.counts.contains_key(op)) || sets_others() {
        return Standing::Undeclared;
    }
    let fits = |op: &Op| fits(case, table, changes, *op, &expected.counts[op]);
    if ops.iter().all(fits) {
        Standing::Declared
    } else {
        Standing::Miscounted
    }
}

/// The changed columns that are not among the declared ones, if those are limited.
pub(super) fn undeclared_columns<'c>(
    expected: &ExpectedTable,
    changes: &'c TableChanges,
) -> BTreeSet<&'c String> {
    let groups = changes.groups.values();
    let columns = groups.flat_map(|group| group.columns.keys());
    columns
        .filter(|column| !is_column_declared(expected, column))
        .collect()
}

/// Whether an update of a column is declared.
fn is_column_declared(expected: &ExpectedTable, column: &str) -> bool {
    let all = expected.columns.as_ref();
    all.is_none_or(|all| all.iter().any(|declared| ident::same(declared, column)))
}

/// Whether every operation and column that changed an owner's rows is declared.
pub(super) fn is_declared(
    case: Case<'_>,
    table: &str,
    changes: &TableChanges,
    owner: &Owner,
) -> bool {
    let expected = case.declared(table).map(|declared| &declared.expected);
    let has_op = |op: Op| expected.is_some_and(|expected| expected.counts.contains_key(&op));
    let has_column =
        |column: &String| expected.is_none_or(|expected| is_column_declared(expected, column));
    let is_declared = |group: &RowGroup| {
        let mut ops = Op::ALL.into_iter().filter(|op| group.changed.of(*op) > 0);
        ops.all(has_op) && group.columns.keys().all(has_column)
    };
    changes.of_owner(owner).all(is_declared)
}

/// Whether the rows that an operation changed are as many as declared.
pub(super) fn fits(
    case: Case<'_>,
    table: &str,
    changes: &TableChanges,
    op: Op,
    count: &Count,
) -> bool {
    match count {
        Count::Any => true,
        Count::Range(from, to) => (*from..=*to).contains(&changes.changed().of(op)),
        Count::PerTenant(each) => miscounts(case, table, changes, op, each).is_empty(),
    }
}

/// A number of one tenant's rows that differs from the declared one.
pub(super) enum Miscount<'a> {
    /// the tenant has two declared numbers, under these keys
    Twice(&'a Owner, &'a Value, &'a Value),
    /// so many rows changed, so many are declared
    Other(&'a Owner, u64, u64),
    /// no row changed of the tenant that this key names; so many are declared
    NoRow(&'a Value, u64),
}

/// The tenants whose numbers differ from the declared ones. A tenant that is not named must have
/// none.
pub(super) fn miscounts<'a>(
    case: Case<'_>,
    table: &str,
    changes: &'a TableChanges,
    op: Op,
    each: &'a [(Value, u64)],
) -> Vec<Miscount<'a>> {
    let affinity = case.affinity(table);
    let names = |declared: &Value, owner: &Owner| match owner {
        Owner::Tenant(tenant) => {
            key_names_tenant(declared, tenant, &case.names.spell(tenant), affinity)
        }
        _ => false,
    };
    let owners: Vec<(&Owner, u64)> = rows_by_owner(changes, op).collect();
    let of_owner = |(owner, rows): &(&'a Owner, u64)| {
        let mut found = each.iter().filter(|(declared, _)| names(declared, owner));
        match (found.next(), found.next()) {
            (Some((first, _)), Some((second, _))) => Some(Miscount::Twice(owner, first, second)),
            (Some((_, declared)), None) if declared == rows => None,
            (only, _) => Some(Miscount::Other(owner, *rows, only.map_or(0, |(_, n)| *n))),
        }
    };
    let is_met = |declared: &Value| owners.iter().any(|(owner, _)| names(declared, owner));
    let unmet = each
        .iter()
        .filter(|(declared, n)| *n > 0 && !is_met(declared));
    let unmet = unmet.map(|(declared, n)| Miscount::NoRow(declared, *n));
    owners.iter().filter_map(of_owner).chain(unmet).collect()
}

/// The owners of rows that an operation changed, each with how many.
pub(super) fn rows_by_owner(changes: &TableChanges, op: Op) -> impl Iterator<Item = (&Owner, u64)> {
    let rows = move |owner| {
        changes
            .of_owner(owner)
            .map(|group| group.changed.of(op))
            .sum()
    };
    let owners = changes.owners().map(move |owner| (owner, rows(owner)));
    owners.filter(|(_, rows)| *rows > 0)
}
