//! Tables that were made again, and findings about rows that did not arrive in them. What the new
//! table no longer promises is the matter of `promises`.

use super::affected::Affected;
use super::continued::Continued;
use super::declared::Standing;
use super::phrases::{rows, was};
use super::words::words;
use super::{Case, Code, Finding, Severity, promises};
use crate::diff::Whole;
use crate::migration::{ObjectType, Statement, StatementKind};
use crate::scope::{Count, Op};
use crate::sentence::{Sentence, name};
use crate::snapshot::catalog::TableKind;
use crate::sql::ident;
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
            let (names, created) = origin(case, &ident::folded(&table.after.name));
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
fn origin(case: Case<'_>, folded: &str) -> (Vec<String>, Option<usize>) {
    let (mut names, mut renaming) = (vec![folded.to_owned()], None);
    for statement in case.latest() {
        let last = names.last().map_or(folded, String::as_str);
        if statement.kind == StatementKind::Create(ObjectType::Table) && statement.targets(last) {
            return (names, Some(statement.index));
        }
        if let (Some(table), Some(to)) = (&statement.table, statement.renamed_to())
            && ident::same(to, last)
        {
            renaming = renaming.or(Some(statement.index));
            names.push(ident::folded(table));
        }
    }
    (names, renaming)
}

fn rows_lost(rebuild: &Rebuild<'_>) -> Option<Finding> {
    let (case, table) = (rebuild.table.case, &rebuild.table.after.name);
    let changes = case.diff.changes.tables.get(table)?;
    let whole = case.diff.wholes.get(table)?;
    let (lost, from_new) = rebuild.lost(whole);
    let (inserted, is_doubtful) = (changes.changed().insert, from_new >= lost);
    let affected = Affected::of(changes, Op::Delete, |_| true);
    let message = missing(lost, whole.rows)
        + " of "
        + name(table)
        + " did not arrive in the table that took its place"
        + affected.phrase(case, lost)
        + rebuild.selected()
        + came(inserted);
    let message = if is_doubtful {
        message + "; a DELETE took " + rows(from_new) + DOUBTFUL
    } else {
        message
    };
    let place = rebuild
        .filling()
        .map(|insert| insert.index)
        .next()
        .or(rebuild.created);
    let finding = Finding::new(Code::RowsLostInRebuild, message)
        .on(table)
        .at(place.and_then(|index| case.place(index)))
        .rows(lost)
        .tenants(affected.tenants(case));
    let is_uncertain = inserted >= lost || is_doubtful;
    (lost > 0).then(|| judged(case, finding, is_uncertain))
}

/// `; 2 rows were not there before`
fn came(inserted: u64) -> Sentence {
    match inserted {
        0 => Sentence::default(),
        n => "; " + rows(n) + " " + was(n) + " not there before",
    }
}

const DOUBTFUL: &str = " out of the new table, and harness cannot tell whether it is these";

/// Lost rows are no error if their deletion is declared, or if they may have got other keys, since
/// as many came as went.
fn judged(case: Case<'_>, finding: Finding, is_uncertain: bool) -> Finding {
    if finding
        .table
        .as_ref()
        .is_some_and(|table| is_declared(case, table))
    {
        let help = "nothing, if these are the rows you meant: their deletion is declared";
        finding.severity(Severity::Note).help(help)
    } else {
        finding.severity(is_uncertain.then_some(Severity::Warning))
    }
}

/// `all 7 rows`, `2 of the 7 rows`
fn missing(lost: u64, all: u64) -> Sentence {
    if lost == all {
        "all " + rows(all)
    } else {
        Sentence::from(lost) + " of the " + rows(all)
    }
}

/// Whether the deletion of a number of rows is declared, and fits.
fn is_declared(case: Case<'_>, table: &str) -> bool {
    let count = case
        .expected(table)
        .and_then(|it| it.counts.get(&Op::Delete));
    count.is_some_and(|count| !matches!(count, Count::Any | Count::Range(_, u64::MAX)))
        && case.written_in(table).standing(Op::Delete) == Standing::Declared
}

impl<'a> Rebuild<'a> {
    /// The INSERTs into the new table.
    fn filling(&self) -> impl Iterator<Item = &'a Statement> {
        self.table
            .case
            .ran()
            .map(|(_, statement)| statement)
            .filter(|statement| statement.kind == StatementKind::Insert)
            .filter(|insert| self.names.iter().any(|own| insert.targets(own)))
    }

    /// `; the INSERT at line 7 selects 2 rows`, for each that has a preview.
    fn selected(&self) -> Sentence {
        let mut selected = Sentence::default();
        for insert in self.filling() {
            if let Some(preview) = self.table.case.preview(insert.index) {
                selected += format!("; the INSERT at line {} selects ", insert.line);
                selected += rows(preview.rows);
            }
        }
        selected
    }

    /// The INSERTs that fill the new table from the old one, by any name that this had.
    fn copying(&self) -> BTreeSet<usize> {
        let (case, old) = (self.table.case, self.table.before.name.as_str());
        let names: BTreeSet<String> = case
            .ran()
            .filter(|(_, statement)| statement.targets(old))
            .filter_map(|(_, statement)| statement.renamed_to())
            .chain([old])
            .map(ident::folded)
            .collect();
        let reads_old = |insert: &&Statement| {
            words(case.migration.sql(insert))
                .iter()
                .any(|word| names.contains(word))
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
            .ran()
            .filter(|(_, statement)| statement.kind == StatementKind::Delete)
            .map(|(run, _)| run.index)
            .collect();
        let copying = self.copying();
        let begun = copying
            .first()
            .copied()
            .or(self.created)
            .unwrap_or(usize::MAX);
        let (mut lost, mut from_old) = (0, 0);
        for (by, rows) in &whole.gone {
            if by
                .from_old
                .range(..begun)
                .any(|index| deletes.contains(index))
            {
                from_old += rows;
            } else if by.from_new.is_disjoint(&deletes) {
                lost += rows;
            }
        }
        let removed = self
            .removed(&deletes)
            .filter(|_| !whole.tells_removed)
            .unwrap_or(0);
        let copied: u64 = copying
            .iter()
            .filter_map(|index| case.run(*index))
            .map(|run| run.direct.insert)
            .sum();
        let all_came = removed >= lost && copied + from_old == whole.rows;
        (if all_came { 0 } else { lost }, removed)
    }

    /// How many rows some DELETEs took out of the new table.
    fn removed(&self, deletes: &BTreeSet<usize>) -> Option<u64> {
        let removed = &self.table.case.rehearsal.touched.removed;
        Some(
            removed
                .get(&ident::folded(&self.table.after.name))?
                .rows_by(|index| deletes.contains(&index)),
        )
    }
}
