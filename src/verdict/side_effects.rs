//! Findings about rows that a statement wrote by way of foreign-key actions and triggers, and does
//! not name.

use super::affected::Affected;
use super::declared::{Standing, Written};
use super::phrases::{participle, rows, statement};
use super::{Case, Code, Finding, Severity};
use crate::change::TableChanges;
use crate::migration::{ObjectType, StatementKind};
use crate::rehearse::{Indirect, StatementRun};
use crate::scope::Op;
use crate::sentence::{Sentence, bare, name};
use std::collections::{BTreeMap, BTreeSet};

/// What several statements did to one table in the same way.
struct Effect {
    code: Code,
    table: String,
    op: Op,
    /// `DROP TABLE chats → cascade → messages`
    way: String,
    rows: u64,
    statements: BTreeSet<usize>,
}

pub(super) fn findings(case: Case<'_>) -> Vec<Finding> {
    let mut effects: BTreeMap<(Code, String, &str, String), Effect> = BTreeMap::new();
    for (run, _) in case.ran() {
        for indirect in &run.paths {
            let Some((code, table)) = effect(case, run, indirect) else {
                continue;
            };
            let (op, way) = (indirect.op, indirect.told());
            let key = (code, table.clone(), op.word(), way.clone());
            let effect = effects.entry(key).or_insert_with(|| Effect {
                code,
                table,
                op,
                way,
                rows: 0,
                statements: BTreeSet::new(),
            });
            effect.rows += indirect.rows;
            effect.statements.insert(run.index);
        }
    }
    effects
        .values()
        .map(|effect| effect.finding(case))
        .collect()
}

/// The code of what a statement wrote indirectly, and the table's name after. `None` if the
/// statement names those rows, or nothing of them differs and they are of declared tenants.
fn effect(case: Case<'_>, run: &StatementRun, indirect: &Indirect) -> Option<(Code, String)> {
    let code = code_of(indirect)?;
    let table = table_after(case, run.index, &indirect.table)?;
    let written = case.found_in(&table)?;
    let groups = written.changes.groups.values();
    let groups = || {
        groups
            .clone()
            .filter(|group| group.statements.contains(&run.index))
    };
    let differs = groups().any(|group| group.changed.total() > 0);
    if !differs && !written.is_outside() {
        return None;
    }
    let is_named = is_target(case, run, &indirect.table);
    let drops = case.statement(run.index)?.kind == StatementKind::Drop(ObjectType::Table);
    let is_effect = match code {
        // A DROP TABLE names the rows of its own table.
        _ if is_named && drops => false,
        Code::TriggerEffect if is_named => reaches_others(case, written.changes, &indirect.table),
        _ => groups().next().is_some(),
    };
    is_effect.then_some((code, table))
}

/// What led to the rows in the end; REPLACE is neither, nor is what the schema does not explain.
fn code_of(indirect: &Indirect) -> Option<Code> {
    let steps = || {
        indirect
            .paths
            .iter()
            .filter_map(|path| path.iter().rev().nth(1))
    };
    let is_action = |step: &String| ["cascade", "set null", "set default"].contains(&step.as_str());
    if steps().any(is_action) {
        return Some(Code::Cascade);
    }
    steps()
        .any(|step| step.starts_with("trigger "))
        .then_some(Code::TriggerEffect)
}

/// The name after of a table, by its name when a statement ran; `None` if it is gone.
fn table_after(case: Case<'_>, statement: usize, name: &str) -> Option<String> {
    let mut name = name.to_owned();
    for (_, later) in case.ran().filter(|(run, _)| run.index > statement) {
        if let Some(to) = later.renamed_to().filter(|_| later.targets(&name)) {
            to.clone_into(&mut name);
        }
    }
    Some(case.rehearsal.after.table(&name)?.name.clone())
}

/// Whether a statement names the table as its target.
pub(super) fn is_target(case: Case<'_>, run: &StatementRun, table: &str) -> bool {
    case.statement(run.index)
        .is_some_and(|statement| statement.targets(table))
}

/// Whether more rows of a table were written than statements that name it wrote themselves. A
/// trigger that writes the rows which fired it, to set the time of their change for example,
/// reaches no others.
pub(super) fn reaches_others(case: Case<'_>, changes: &TableChanges, table: &str) -> bool {
    let direct: u64 = case
        .runs()
        .filter(|(_, statement)| statement.targets(table))
        .map(|(run, _)| run.direct.total())
        .sum();
    let touched: u64 = changes.groups.values().map(|group| group.touched).sum();
    touched > direct
}

/// Whether the rows that a statement wrote by way of a trigger are rows that it, or another that
/// names their table, wrote itself as well. Deletions by one that deletes nothing itself are never
/// that.
pub(super) fn is_of_own_rows(
    case: Case<'_>,
    run: &StatementRun,
    indirect: &Indirect,
    changes: &TableChanges,
) -> bool {
    let did = match indirect.op {
        Op::Delete => run.direct.delete,
        _ => run.direct.total(),
    };
    did > 0
        && code_of(indirect) == Some(Code::TriggerEffect)
        && is_target(case, run, &indirect.table)
        && !reaches_others(case, changes, &indirect.table)
}

impl Effect {
    fn finding(&self, case: Case<'_>) -> Finding {
        let written = case.written_in(&self.table);
        let affected = Affected::of(written.changes, self.op, |group| {
            !group.statements.is_disjoint(&self.statements)
        });
        let (severity, help) = self.advice(written);
        Finding::new(self.code, self.message() + affected.phrase(case, self.rows))
            .on(&self.table)
            .at(case.first_place(&self.statements))
            .rows(self.rows)
            .tenants(affected.tenants(case))
            .severity(severity)
            .help(help)
    }

    fn advice(&self, written: Written<'_>) -> (Severity, Sentence) {
        let severity = match written.standing(self.op) {
            Standing::Declared => {
                let help = "nothing, if these are the rows you meant: they are declared";
                return (Severity::Note, help.into());
            }
            Standing::Miscounted => Severity::Warning,
            Standing::Undeclared => Severity::Error,
        };
        let help = Sentence::from(self.prevention()) + "; if it is meant, declare ";
        (severity, help + self.entry(written))
    }

    /// `statement 3 deleted 2 rows of the table by way of a foreign key: …`
    fn message(&self) -> Sentence {
        let first = statement(self.statements.first().copied().unwrap_or_default());
        let who = match self.statements.len() {
            1 => first,
            n => Sentence::from(n) + " statements, the first of them " + first + ",",
        };
        let preposition = if self.op == Op::Insert {
            " into "
        } else {
            " of "
        };
        let by = if self.code == Code::Cascade {
            "foreign key"
        } else {
            "trigger"
        };
        who + " "
            + participle(self.op)
            + " "
            + rows(self.rows)
            + preposition
            + name(&self.table)
            + " by way of a "
            + by
            + ": "
            + bare(&self.way)
    }

    /// How to keep it from happening.
    fn prevention(&self) -> &'static str {
        match self.code {
            Code::Cascade if self.way.starts_with("DROP TABLE") => {
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

    /// What would declare it.
    fn entry(&self, written: Written<'_>) -> Sentence {
        let changed = written.changed(self.op);
        if changed > 0 && !written.is_outside() {
            let count = format!(
                "`{} = {changed}` under [expect.NAME.tables.",
                self.op.word()
            );
            return Sentence::from(count) + bare(&self.table) + "]";
        }
        let whose = ", and whose rows it concerns, under [expect.NAME]";
        "what happens to " + name(&self.table) + whose
    }
}
