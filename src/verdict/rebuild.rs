//! Tables that were made again, and findings about rows that did not arrive in them. What the new
//! table no longer promises is the matter of `promises`.

use super::continued::Continued;
use super::declared::{Standing, Written};
use super::phrases::{rows, was};
use super::{Case, Code, Finding, Severity, promises};
use crate::diff::Whole;
use crate::migration::{ObjectType, Statement, StatementKind};
use crate::rewrite::UpdateOrDelete;
use crate::scope::{Count, Op};
use crate::sentence::{Sentence, name};
use crate::snapshot::catalog::TableKind;
use crate::sql::{ident, token};
use std::collections::BTreeSet;

/// A table that the migration made in the place of one of the state before.
pub(super) struct Rebuild<'a> {
    pub(super) table: Continued<'a>,
    /// the names that the new table had, folded, the last one first
    pub(super) names: Vec<String>,
    /// the statement that created it, or that gave this name to a table of the state before
    pub(super) created: Option<usize>,
}

pub(super) fn findings(case: Case<'_>) -> Vec<Finding> {
    rebuilds(case)
        .iter()
        .flat_map(|rebuild| {
            rows_lost(rebuild)
                .into_iter()
                .chain(promises::findings(rebuild))
        })
        .collect()
}

/// Every table of that kind.
pub(super) fn rebuilds(case: Case<'_>) -> Vec<Rebuild<'_>> {
    let is_rebuilt = |table: &Continued<'_>| {
        let name = ident::folded(&table.after.name);
        table.before.kind == TableKind::Ordinary
            && case.rehearsal.lineage.is_replaced(&name, table.before)
    };
    Continued::all(case)
        .filter(is_rebuilt)
        .map(|table| {
            let (names, created) = origin(case, ident::folded(&table.after.name));
            Rebuild {
                table,
                names,
                created,
            }
        })
        .collect()
}

/// The names that a table of the state after had, and the statement that created it, else the one
/// that gave it its last name.
fn origin(case: Case<'_>, folded: String) -> (Vec<String>, Option<usize>) {
    let (mut last, mut names, mut renaming) = (folded.clone(), vec![folded], None);
    for statement in case.latest() {
        if statement.kind == StatementKind::Create(ObjectType::Table) && statement.targets(&last) {
            return (names, Some(statement.index));
        }
        if let (Some(table), Some(to)) = (&statement.table, statement.renamed_to())
            && ident::same(to, &last)
        {
            renaming = renaming.or(Some(statement.index));
            last = ident::folded(table);
            names.push(last.clone());
        }
    }
    (names, renaming)
}

/// Rows of the table before that are not in the table after.
fn rows_lost(rebuild: &Rebuild<'_>) -> Option<Finding> {
    let (case, table) = (rebuild.table.case, &rebuild.table.after.name);
    let written = case.written().find(|written| written.table == table)?;
    let whole = case.diff.wholes.get(table)?;
    let (lost, from_new) = rebuild.lost(whole);
    if let Some(finding) = rebuild.put_aside(lost) {
        return Some(finding);
    }
    let affected = written.affected(Op::Delete, |_| true);
    let mut message = missing(lost, whole.rows)
        + " of "
        + name(table)
        + " did not arrive in the table that took its place"
        + affected.phrase(lost)
        + rebuild.selected();
    if let Some(aside) = case.rehearsal.put_aside(&rebuild.table.before.name) {
        message += "; the table before is " + name(&aside.name) + " now";
    }
    let arrived = written.changed(Op::Insert);
    if arrived > 0 {
        message += "; " + rows(arrived) + " " + was(arrived) + " not there before";
    }
    let is_doubtful = from_new >= lost;
    if is_doubtful {
        message += "; a DELETE took " + rows(from_new) + DOUBTFUL;
    }
    let mut filling = rebuild.filling().map(|insert| insert.index);
    let finding = Finding::new(Code::RowsLostInRebuild, message)
        .on(table)
        .at(case.place(filling.next().or(rebuild.created)))
        .rows(lost)
        .tenants(affected.tenants());
    (lost > 0).then(|| judged(written, finding, arrived >= lost || is_doubtful))
}

const DOUBTFUL: &str = " out of the new table, and harness cannot tell whether it is these";

/// Lost rows are no error if the deletion of a number of rows is declared, and fits; or if they may
/// have got other keys, since as many came as went.
fn judged(written: Written<'_>, finding: Finding, is_uncertain: bool) -> Finding {
    let is_number = written
        .count(Op::Delete)
        .is_some_and(|it| !matches!(it, Count::Any | Count::Range(_, u64::MAX)));
    if is_number && written.standing(Op::Delete) == Standing::Declared {
        let help = "nothing, if these are the rows you meant: their deletion is declared";
        return finding.severity(Severity::Note).help(help);
    }
    finding.severity(is_uncertain.then_some(Severity::Warning))
}

/// `all 7 rows`, `2 of the 7 rows`
fn missing(lost: u64, all: u64) -> Sentence {
    if lost == all {
        "all " + rows(all)
    } else {
        Sentence::from(lost) + " of the " + rows(all)
    }
}

impl<'a> Rebuild<'a> {
    /// Whether its rows are in a table of another name, and none was meant to be copied.
    fn put_aside(&self, lost: u64) -> Option<Finding> {
        let (case, own) = (self.table.case, &self.table.after.name);
        let aside = case.rehearsal.put_aside(&self.table.before.name)?;
        if lost == 0 || !self.copying().is_empty() {
            return None;
        }
        let message = "the rows of "
            + name(own)
            + " are in "
            + name(&aside.name)
            + " now, and "
            + name(own)
            + " was begun anew";
        let finding = Finding::new(Code::RowsLostInRebuild, message)
            .on(own)
            .rows(lost);
        let help = "nothing, if it is meant: as its rows, they are declared as deleted there and \
            inserted here";
        Some(
            finding
                .at(case.place(self.created))
                .severity(Severity::Note)
                .help(help),
        )
    }

    /// The INSERTs into the new table.
    pub(super) fn filling(&self) -> impl Iterator<Item = &'a Statement> {
        self.table
            .case
            .ran()
            .map(|look| look.statement)
            .filter(|statement| statement.kind == StatementKind::Insert)
            .filter(|insert| self.names.iter().any(|own| insert.targets(own)))
    }

    /// `; the INSERT at line 7 selects 2 rows`, for each that has a preview.
    fn selected(&self) -> Sentence {
        let case = self.table.case;
        let preview = |insert: &Statement| case.look(insert.index)?.preview();
        let said = self
            .filling()
            .filter_map(|it| Some((it.line, preview(it)?)))
            .map(|(line, preview)| {
                let lead = format!("; the INSERT at line {line} selects ");
                Sentence::from(lead) + rows(preview.rows)
            });
        Sentence::join(said, "")
    }

    /// The INSERTs that fill the new table from the old one, by any name that this had.
    fn copying(&self) -> BTreeSet<usize> {
        let (case, old) = (self.table.case, self.table.before.name.as_str());
        let names: BTreeSet<String> = case
            .latest()
            .filter(|statement| statement.targets(old))
            .filter_map(Statement::renamed_to)
            .chain([old])
            .map(ident::folded)
            .collect();
        // The new table may have the name that the old one had.
        let is_target = |insert: &Statement, word: &String| insert.targets(word);
        let reads_old = |insert: &&Statement| {
            let mut words: Vec<String> = token::folded(case.migration.sql(insert)).collect();
            if let Some(at) = words.iter().position(|word| is_target(insert, word)) {
                words.remove(at);
            }
            words.iter().any(|word| names.contains(word))
        };
        self.filling()
            .filter(reads_old)
            .map(|insert| insert.index)
            .collect()
    }

    /// The rows that are gone and that no DELETE took out of the old table before it was copied,
    /// nor out of the new one by their keys; and how many rows DELETEs took out of the new one by
    /// keys that say nothing.
    fn lost(&self, whole: &Whole) -> (u64, u64) {
        let case = self.table.case;
        let deletes: BTreeSet<usize> = case
            .latest()
            .filter(|statement| statement.kind == StatementKind::Delete)
            .map(|statement| statement.index)
            .collect();
        let copying = self.copying();
        let begun = copying
            .first()
            .copied()
            .or(self.created)
            .unwrap_or(usize::MAX);
        let (mut lost, mut from_old, mut rekeyed) = (0, 0, 0);
        for (by, rows) in &whole.gone {
            if by
                .from_old
                .range(..begun)
                .any(|index| deletes.contains(index))
            {
                from_old += rows;
            } else if by.from_new.is_disjoint(&deletes) {
                let mut earlier = by.rewritten.range(..begun);
                let kind = if earlier.any(|index| self.sets_key(*index)) {
                    &mut rekeyed
                } else {
                    &mut lost
                };
                *kind += rows;
            }
        }
        // What got another key before the copy came under that one, if as many rows came.
        if case.written_in(&self.table.after.name).changed(Op::Insert) != rekeyed {
            lost += rekeyed;
        }
        let removed = if whole.tells_removed {
            0
        } else {
            self.removed(&deletes)
        };
        let copied: u64 = copying
            .iter()
            .filter_map(|index| case.look(*index))
            .map(|look| look.run.direct.insert)
            .sum();
        let all_came = removed >= lost && copied + from_old == whole.rows;
        (if all_came { 0 } else { lost }, removed)
    }

    /// Whether a statement is an UPDATE that sets a column of the old table's key.
    fn sets_key(&self, index: usize) -> bool {
        let Some(look) = self.table.case.look(index) else {
            return false;
        };
        let before = self.table.before;
        let is_key = |column: String| before.key_columns().any(|key| ident::same(key, &column));
        look.statement.kind == StatementKind::Update
            && UpdateOrDelete::parse(look.sql()).is_ok_and(|it| it.assigned().any(is_key))
    }

    /// How many rows some DELETEs took out of the new table.
    fn removed(&self, deletes: &BTreeSet<usize>) -> u64 {
        let removed = &self.table.case.rehearsal.touched.removed;
        removed
            .get(&ident::folded(&self.table.after.name))
            .map_or(0, |removed| {
                removed.rows_by(|index| deletes.contains(&index))
            })
    }
}
