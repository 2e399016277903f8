//! Whether what happened to a table was declared: what an author promised is no surprise.

use super::{Case, scope};
use crate::scope::Op;
use crate::sql::ident;

/// How the changes of a table stand to the declared scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// table, operation and column are declared, for these tenants, and the number fits
    Declared,
    /// declared, but another number of rows changed
    Miscounted,
    /// not declared, or not for these tenants
    Undeclared,
}

/// How the changes of a table by one operation stand; where there are none, since they were made up
/// for, all of its changes.
pub(super) fn standing(case: Case<'_>, table: &str, op: Op) -> Standing {
    let Some(scope) = case.scope else {
        return Standing::Undeclared;
    };
    let Some(changes) = case.diff.changes.tables.get(table) else {
        return Standing::Declared;
    };
    if is_outside(case, table) {
        return Standing::Undeclared;
    }
    let counts = changes.changed();
    let ops: Vec<Op> = Op::ALL
        .into_iter()
        .filter(|other| counts.of(*other) > 0 && (*other == op || counts.of(op) == 0))
        .collect();
    let declared = scope.tables.get(&ident::folded(table));
    let count = |op: &Op| declared.and_then(|declared| declared.expected.counts.get(op));
    let is_column_outside =
        || declared.is_some_and(|d| scope::columns_out_of_scope(case, d, table, changes).is_some());
    if ops.iter().any(|op| count(op).is_none())
        || (ops.contains(&Op::Update) && is_column_outside())
    {
        return Standing::Undeclared;
    }
    let is_miscounted = |op: &Op| {
        count(op)
            .is_some_and(|count| scope::count_mismatch(case, table, changes, *op, count).is_some())
    };
    if ops.iter().any(is_miscounted) {
        Standing::Miscounted
    } else {
        Standing::Declared
    }
}

/// Whether rows were written for tenants that are not declared, changed or not.
pub(super) fn is_outside(case: Case<'_>, table: &str) -> bool {
    let changes = case.diff.changes.tables.get(table);
    let outside = |scope| {
        changes.and_then(|changes| {
            scope::out_of_scope(case, scope, table, changes, case.affinity(table))
        })
    };
    case.scope.is_some_and(|scope| outside(scope).is_some())
}
