//! Findings about rows that a statement wrote by way of foreign-key actions and triggers, and does
//! not name.

use super::case::Look;
use super::declared::{Standing, Written};
use super::phrases::{participle, rows, statement};
use super::{Case, Code, Finding, Severity};
use crate::change::RowGroup;
use crate::migration::{ObjectType, StatementKind};
use crate::rehearse::Indirect;
use crate::scope::Op;
use crate::sentence::{Sentence, bare, name};
use std::collections::{BTreeMap, BTreeSet};

/// What several statements did to one table in the same way.
struct Effect<'a> {
    code: Code,
    written: Written<'a>,
    op: Op,
    /// `DROP TABLE chats → cascade → messages`
    way: String,
    rows: u64,
    statements: BTreeSet<usize>,
}

pub(super) fn findings(case: Case<'_>) -> Vec<Finding> {
    let mut effects: BTreeMap<_, Effect<'_>> = BTreeMap::new();
    for look in case.ran() {
        for indirect in &look.run.paths {
            if let Some((code, written)) = look.effect(indirect) {
                let (op, way) = (indirect.op, indirect.told());
                let key = (code, written.table, op.word(), way.clone());
                let effect = effects.entry(key).or_insert_with(|| Effect {
                    code,
                    written,
                    op,
                    way,
                    rows: 0,
                    statements: BTreeSet::new(),
                });
                effect.rows += indirect.rows;
                effect.statements.insert(look.run.index);
            }
        }
    }
    effects.values().map(Effect::finding).collect()
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

impl<'a> Look<'a> {
    /// The code of what the statement wrote indirectly, and what was written in that table, by its
    /// name after. `None` if the statement names those rows, or nothing of them differs and they
    /// are of declared tenants.
    fn effect(self, indirect: &'a Indirect) -> Option<(Code, Written<'a>)> {
        let code = code_of(indirect)?;
        let table = self.table_after(&indirect.table)?;
        let written = Written {
            table,
            ..self.case.found_in(table)?
        };
        let is_own = |group: &&RowGroup| group.statements.contains(&self.run.index);
        let groups: Vec<&RowGroup> = written.changes.groups.values().filter(is_own).collect();
        let differs = groups.iter().any(|group| group.changed.total() > 0);
        if !differs && !written.is_outside() {
            return None;
        }
        let is_named = self.statement.targets(&indirect.table);
        let drops = self.statement.kind == StatementKind::Drop(ObjectType::Table);
        let is_effect = match code {
            // A DROP TABLE names the rows of its own table.
            _ if is_named && drops => false,
            Code::TriggerEffect if is_named => written.reaches_others(&indirect.table),
            _ => !groups.is_empty(),
        };
        is_effect.then_some((code, written))
    }

    /// The name after of a table, by its name when the statement ran; `None` if it is gone.
    pub(super) fn table_after(self, mut name: &'a str) -> Option<&'a str> {
        let is_later = |look: &Look<'_>| look.run.index > self.run.index;
        for later in self.case.ran().filter(is_later) {
            if later.statement.targets(name) {
                name = later.statement.renamed_to().unwrap_or(name);
            }
        }
        Some(&self.case.rehearsal.after.table(name)?.name)
    }

    /// Whether the rows that the statement wrote by way of a trigger are rows that it, or another
    /// that names their table, wrote itself as well. Deletions by one that deletes nothing itself
    /// are never that.
    pub(super) fn wrote_itself(self, indirect: &Indirect, written: &Written<'_>) -> bool {
        let did = match indirect.op {
            Op::Delete => self.run.direct.delete,
            _ => self.run.direct.total(),
        };
        did > 0
            && code_of(indirect) == Some(Code::TriggerEffect)
            && self.statement.targets(&indirect.table)
            && !written.reaches_others(&indirect.table)
    }
}

impl Written<'_> {
    /// Whether more rows of a table were written than statements that name it wrote themselves. A
    /// trigger that writes the rows which fired it, to set the time of their change for example,
    /// reaches no others.
    pub(super) fn reaches_others(&self, table: &str) -> bool {
        let direct: u64 = self
            .case
            .runs()
            .filter(|run| run.statement.targets(table))
            .map(|look| look.run.direct.total())
            .sum();
        self.changes
            .groups
            .values()
            .map(|group| group.touched)
            .sum::<u64>()
            > direct
    }
}

impl Effect<'_> {
    fn finding(&self) -> Finding {
        let written = self.written;
        let affected = written.affected(self.op, |group| {
            !group.statements.is_disjoint(&self.statements)
        });
        let (severity, help) = self.advice();
        Finding::new(self.code, self.message() + affected.phrase(self.rows))
            .on(written.table)
            .at(written.case.first_place(&self.statements))
            .rows(self.rows)
            .tenants(affected.tenants())
            .severity(severity)
            .help(help)
    }

    /// How bad it is, and how to keep it from happening or to declare it.
    fn advice(&self) -> (Severity, Sentence) {
        let severity = match self.written.standing(self.op) {
            Standing::Declared => {
                let help = "nothing, if these are the rows you meant: they are declared";
                return (Severity::Note, help.into());
            }
            Standing::Miscounted => Severity::Warning,
            Standing::Undeclared => Severity::Error,
        };
        let prevention = match self.code {
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
        };
        let help = Sentence::from(prevention) + "; if it is meant, declare ";
        (severity, help + self.entry())
    }

    /// `statement 3 deleted 2 rows of the table by way of a foreign key: …`
    fn message(&self) -> Sentence {
        let first = statement(self.statements.first().copied().unwrap_or_default());
        let who = match self.statements.len() {
            1 => first,
            n => Sentence::from(n) + " statements, the first of them " + first + ",",
        };
        let preposition = match self.op {
            Op::Insert => " into ",
            Op::Update | Op::Delete => " of ",
        };
        let by = match self.code {
            Code::Cascade => "foreign key",
            _ => "trigger",
        };
        who + " "
            + participle(self.op)
            + " "
            + rows(self.rows)
            + preposition
            + name(self.written.table)
            + " by way of a "
            + by
            + ": "
            + bare(&self.way)
    }

    /// What would declare it.
    fn entry(&self) -> Sentence {
        let (written, op) = (self.written, self.op.word());
        let changed = written.changed(self.op);
        if changed > 0 && !written.is_outside() {
            let count = format!("`{op} = {changed}` under [expect.NAME.tables.");
            return Sentence::from(count) + bare(written.table) + "]";
        }
        let whose = ", and whose rows it concerns, under [expect.NAME]";
        "what happens to " + name(self.written.table) + whose
    }
}
