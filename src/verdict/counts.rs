//! Findings about what changed of a table: operations that are not declared, other numbers of rows
//! than declared, other columns. Whose rows they are is the matter of `scope`.

use super::declared::{self, Miscount};
use super::phrases::{few, participle, rows, rows_of, was, whose};
use super::scope::statements;
use super::{Case, Code, Finding};
use crate::change::TableChanges;
use crate::scope::{Count, ExpectedTable, Op};
use crate::sentence::{Sentence, name, value};
use crate::sql::{Value, ident};
use std::collections::BTreeSet;

/// Changes of tables, or by operations, that are not declared.
pub(super) fn undeclared_changes(
    case: Case<'_>,
    table: &str,
    changes: &TableChanges,
) -> Vec<Finding> {
    let declared = case.declared(table);
    let statements = statements(changes.groups.values());
    let is_missing = |op: &Op| declared.is_none_or(|d| !d.expected.counts.contains_key(op));
    let finding = |op: Op| {
        let rows = changes.changed().of(op);
        let why = match declared {
            Some(_) => "no " + name(op.word()) + " is declared for it",
            None => "the table is not declared".into(),
        };
        let message =
            rows_of(rows, table) + " " + was(rows) + " " + participle(op) + ", and " + why;
        let finding = Finding::new(Code::UndeclaredChange, message)
            .on(table)
            .at(case.first_place(&statements))
            .rows(rows);
        (rows > 0).then(|| finding.by_way_of(case, &statements))
    };
    Op::ALL
        .into_iter()
        .filter(is_missing)
        .filter_map(finding)
        .collect()
}

/// Counts and columns of the declared tables, changed or not.
pub(super) fn of_declared(case: Case<'_>) -> Vec<Finding> {
    let none = TableChanges::default();
    // What a failing migration left says nothing about how much it would have changed.
    let is_counted = case.rehearsal.ran_through();
    let of_table = |expected: &ExpectedTable| {
        let (table, changes) = case
            .changed_table(&expected.table)
            .unwrap_or((&expected.table, &none));
        let counts = expected.counts.iter().filter(|_| is_counted);
        let mut found: Vec<Finding> = counts
            .filter_map(|(op, count)| count_mismatch(case, table, changes, *op, count))
            .collect();
        found.extend(columns_out_of_scope(case, expected, table, changes));
        found
    };
    let tables = case.scope.iter().flat_map(|scope| scope.tables.values());
    tables.flat_map(|table| of_table(&table.expected)).collect()
}

fn count_mismatch(
    case: Case<'_>,
    table: &str,
    changes: &TableChanges,
    op: Op,
    count: &Count,
) -> Option<Finding> {
    if declared::fits(case, table, changes, op, count) {
        return None;
    }
    let n = changes.changed().of(op);
    let wrong = match count {
        Count::PerTenant(each) => per_tenant(case, table, changes, op, each),
        other => differing(rows(n), op, other.spelling()),
    };
    let statements = statements(changes.groups.values());
    let finding = Finding::new(Code::CountMismatch, name(table) + ": " + wrong)
        .on(table)
        .at(case.first_place(&statements))
        .rows(n);
    Some(finding)
}

/// `7 rows updated, 6 declared`
fn differing(rows: Sentence, op: Op, declared: impl Into<Sentence>) -> Sentence {
    rows + " " + participle(op) + ", " + declared.into() + " declared"
}

/// The tenants whose numbers differ from the declared ones.
fn per_tenant(
    case: Case<'_>,
    table: &str,
    changes: &TableChanges,
    op: Op,
    each: &[(Value, u64)],
) -> Sentence {
    let wrong = declared::miscounts(case, table, changes, op, each);
    let say = |miscount| match miscount {
        Miscount::Twice(owner, first, second) => {
            whose(case, owner)
                + ": declared twice, as `"
                + value(first.spelling())
                + "` and as `"
                + value(second.spelling())
                + "`"
        }
        Miscount::Other(owner, n, declared) => {
            whose(case, owner) + ": " + differing(rows(n), op, declared)
        }
        Miscount::NoRow(key, declared) => {
            value(key.spelling()) + ": " + differing("no row".into(), op, declared)
        }
    };
    few(wrong.into_iter().map(say), "; ")
}

fn columns_out_of_scope(
    case: Case<'_>,
    expected: &ExpectedTable,
    table: &str,
    changes: &TableChanges,
) -> Option<Finding> {
    let columns = declared::undeclared_columns(expected, changes);
    let cells = |column: &String| -> u64 {
        let groups = changes.groups.values();
        groups.filter_map(|group| group.columns.get(column)).sum()
    };
    let most = columns.iter().map(|column| cells(column)).max()?;
    let each = columns
        .iter()
        .map(|c| name(c.as_str()) + " in " + rows(cells(c)));
    let message = "updates of "
        + name(table)
        + " changed columns that are not declared: "
        + Sentence::join(each, ", ");
    let statements = statements(changes.groups.values());
    let writing = statements
        .iter()
        .filter(|at| may_set(case, **at, table, &columns));
    let finding = Finding::new(Code::ColumnOutOfScope, message)
        .on(table)
        .at(case.first_place(writing))
        .rows(most);
    Some(finding.by_way_of(case, &statements))
}

/// Whether a statement may have set one of some columns: an UPDATE of that table that assigns only
/// others has not.
fn may_set(case: Case<'_>, statement: usize, table: &str, columns: &BTreeSet<&String>) -> bool {
    let is_target = case.statement(statement).is_some_and(|s| s.targets(table));
    match case.preview(statement) {
        Some(preview) if is_target && !preview.assigned.is_empty() => {
            preview.assigned.iter().any(|assigned| {
                columns
                    .iter()
                    .any(|column| ident::same(&assigned.column, column))
            })
        }
        _ => true,
    }
}
