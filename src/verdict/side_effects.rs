//! Findings about rows that a statement wrote by way of foreign-key actions and triggers, and does
//! not name.

use super::declared::{self, Standing};
use super::{Case, Code, Finding, Severity, rebuild, schema, scope};
use crate::change::TableChanges;
use crate::migration::{ObjectType, StatementKind};
use crate::rehearse::{Indirect, StatementRun};
use crate::scope::Op;
use crate::sql::ident;
use std::collections::{BTreeMap, BTreeSet};

/// What several statements did to one table by the same way.
struct Way {
    code: Code,
    table: String,
    op: Op,
    told: String,
    rows: u64,
    statements: BTreeSet<usize>,
}

pub(super) fn findings(case: Case<'_>) -> Vec<Finding> {
    let mut ways: BTreeMap<(Code, String, &str, String), Way> = BTreeMap::new();
    for run in case
        .rehearsal
        .statements
        .iter()
        .filter(|run| run.error.is_none())
    {
        for indirect in &run.paths {
            let Some(code) = code_of(indirect) else {
                continue;
            };
            let Some(table) = table_after(case, run.index, &indirect.table) else {
                continue;
            };
            if !is_effect(case, run, indirect, code, &table) {
                continue;
            }
            let key = (code, table.clone(), indirect.op.word(), indirect.told());
            let new = || Way {
                code,
                table,
                op: indirect.op,
                told: indirect.told(),
                rows: 0,
                statements: BTreeSet::new(),
            };
            let way = ways.entry(key).or_insert_with(new);
            way.rows += indirect.rows;
            way.statements.insert(run.index);
        }
    }
    ways.into_values().map(|way| finding(case, &way)).collect()
}

/// What led to the rows in the end; REPLACE is neither, nor is what the schema does not explain.
fn code_of(indirect: &Indirect) -> Option<Code> {
    let last = |path: &Vec<String>| {
        path.len()
            .checked_sub(2)
            .and_then(|at| path.get(at))
            .map(String::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let leading: BTreeSet<String> = indirect.paths.iter().map(last).collect();
    if leading
        .iter()
        .any(|what| matches!(what.as_str(), "cascade" | "set null" | "set default"))
    {
        return Some(Code::Cascade);
    }
    leading
        .iter()
        .any(|what| what.starts_with("trigger "))
        .then_some(Code::TriggerEffect)
}

/// The name after of a table that had a name when a statement ran; `None` where it is gone.
fn table_after(case: Case<'_>, statement: usize, name: &str) -> Option<String> {
    let mut name = name.to_owned();
    for later in rebuild::executed(case)
        .into_iter()
        .filter(|later| later.index > statement)
    {
        let is_it = later
            .table
            .as_ref()
            .is_some_and(|table| ident::same(table, &name));
        if let Some(to) = rebuild::renamed_to(case, later).filter(|_| is_it) {
            name = to;
        }
    }
    case.rehearsal
        .after
        .table(&name)
        .map(|table| table.name.clone())
}

/// Whether rows that the statement does not name differ, or were written for tenants that they
/// should not be written for.
fn is_effect(
    case: Case<'_>,
    run: &StatementRun,
    indirect: &Indirect,
    code: Code,
    table: &str,
) -> bool {
    let Some(changes) = case.diff.changes.tables.get(table) else {
        return false;
    };
    let groups = || {
        changes
            .groups
            .values()
            .filter(|group| group.statements.contains(&run.index))
    };
    let differs = groups().any(|group| group.changed.total() > 0);
    if !differs && !declared::is_outside(case, table) {
        return false;
    }
    // What DROP TABLE deletes of its own table, it names.
    let is_own = is_target(case, run, &indirect.table);
    let drops = case
        .migration
        .statements
        .get(run.index - 1)
        .is_some_and(|statement| statement.kind == StatementKind::Drop(ObjectType::Table));
    if drops && is_own {
        return false;
    }
    if code == Code::Cascade || !is_own {
        return groups().next().is_some();
    }
    reaches_others(case, changes, &indirect.table)
}

/// Whether a statement names the table as the one that it writes.
pub(super) fn is_target(case: Case<'_>, run: &StatementRun, table: &str) -> bool {
    let statement = run
        .index
        .checked_sub(1)
        .and_then(|at| case.migration.statements.get(at));
    statement
        .and_then(|statement| statement.table.as_deref())
        .is_some_and(|target| ident::same(target, table))
}

/// Whether more rows of a table were written than statements that name it wrote themselves. A
/// trigger that writes the rows which fired it, to set the time of their change for one, reaches no
/// others.
pub(super) fn reaches_others(case: Case<'_>, changes: &TableChanges, table: &str) -> bool {
    let runs = case
        .rehearsal
        .statements
        .iter()
        .filter(|run| is_target(case, run, table));
    let direct: u64 = runs.map(|run| run.direct.total()).sum();
    changes
        .groups
        .values()
        .map(|group| group.touched)
        .sum::<u64>()
        > direct
}

/// Whether what a statement wrote by way of a trigger are rows that it, or another that names their
/// table, wrote itself as well. Deletions by one that deletes nothing itself are never that.
pub(super) fn is_of_own_rows(
    case: Case<'_>,
    run: &StatementRun,
    indirect: &Indirect,
    changes: &TableChanges,
) -> bool {
    let did = if indirect.op == Op::Delete {
        run.direct.delete
    } else {
        run.direct.total()
    };
    let is_triggered = code_of(indirect) == Some(Code::TriggerEffect);
    is_triggered
        && did > 0
        && is_target(case, run, &indirect.table)
        && !reaches_others(case, changes, &indirect.table)
}

fn finding(case: Case<'_>, way: &Way) -> Finding {
    let Way {
        code,
        table,
        op,
        told,
        rows,
        statements,
    } = way;
    let first = statements.iter().next().copied().unwrap_or_default();
    let who = match statements.len() {
        1 => format!("statement {first}"),
        n => format!("{n} statements, the first of them statement {first},"),
    };
    let did = scope::participle(*op);
    let by = if *code == Code::Cascade {
        "foreign key"
    } else {
        "trigger"
    };
    let preposition = if *op == Op::Insert { "into" } else { "of" };
    let owners = case.diff.changes.tables.get(table).map(|changes| {
        schema::owners(changes, *op, |group| {
            !group.statements.is_disjoint(statements)
        })
    });
    let owners = owners.unwrap_or_default();
    let tenants = schema::by_tenant(case, &owners, *rows);
    let message = format!(
        "{who} {did} {} {preposition} `{table}` by way of a {by}: {told}{tenants}",
        scope::rows(*rows)
    );
    let mut finding = Finding::new(*code, message).on(table).at(case.place(first));
    finding.rows = Some(*rows);
    finding.tenants = scope::spell(case, owners.keys().copied());
    let changed = case
        .diff
        .changes
        .tables
        .get(table)
        .map_or(0, |changes| changes.changed().of(*op));
    let declare = if changed > 0 && !declared::is_outside(case, table) {
        format!(
            "if it is meant, declare `{} = {changed}` under [expect.NAME.tables.{table}]",
            op.word()
        )
    } else {
        format!(
            "if it is meant, declare what happens to `{table}`, and whose rows it concerns, \
            under [expect.NAME]"
        )
    };
    (finding.severity, finding.help) = match declared::standing(case, table, *op) {
        Standing::Declared => (
            Severity::Note,
            "nothing, if these are the rows you meant: they are declared".to_owned(),
        ),
        standing => {
            let severity = if standing == Standing::Undeclared {
                Severity::Error
            } else {
                Severity::Warning
            };
            (severity, format!("{}; {declare}", prevention(*code, told)))
        }
    };
    finding
}

/// How to keep it from happening.
fn prevention(code: Code, told: &str) -> &'static str {
    match code {
        Code::Cascade if told.starts_with("DROP TABLE") => {
            "switch foreign keys off before BEGIN, on a connection that is in no transaction: \
            inside one the PRAGMA does nothing"
        }
        Code::Cascade => {
            "leave the rows alone that others refer to, or take the action off the foreign key \
            first"
        }
        _ => {
            "drop the trigger for the time of the migration and make it again, or leave it out \
            of the statement's reach"
        }
    }
}
