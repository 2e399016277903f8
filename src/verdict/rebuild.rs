//! Tables that were made again, and findings about rows that did not arrive in them. What the new
//! table no longer promises is the matter of `promises`.

use super::affected::Affected;
use super::continued::Continued;
use super::declared::{self, Standing};
use super::phrases::{rows, was};
use super::words::words;
use super::{Case, Code, Finding, Severity, promises};
use crate::diff::{Deletions, Whole};
use crate::migration::{ObjectType, Statement, StatementKind};
use crate::scope::{Count, Op};
use crate::sentence::{Sentence, name};
use crate::snapshot::catalog::{Table, TableKind};
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
    let of_rebuild = |rebuild: &Rebuild<'_>| {
        let lost = rows_lost(case, rebuild).into_iter();
        lost.chain(promises::findings(rebuild)).collect::<Vec<_>>()
    };
    rebuilds(case).iter().flat_map(of_rebuild).collect()
}

/// Every table of that kind.
pub(super) fn rebuilds(case: Case<'_>) -> Vec<Rebuild<'_>> {
    let [before, after] = case.catalogs();
    let lineage = &case.rehearsal.lineage;
    let is_plain = |table: &&Table| table.kind == TableKind::Ordinary;
    let rebuild = |folded: &String| {
        let after_table = after.tables.get(folded).filter(is_plain)?;
        let old = lineage.before(folded, before, after).filter(is_plain)?;
        if !lineage.is_replaced(folded, old) {
            return None;
        }
        let (names, created) = origin(case, folded);
        let table = Continued {
            case,
            before: old,
            after: after_table,
        };
        Some(Rebuild {
            table,
            names,
            created,
        })
    };
    after.tables.keys().filter_map(rebuild).collect()
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

fn rows_lost(case: Case<'_>, rebuild: &Rebuild<'_>) -> Option<Finding> {
    let table = &rebuild.table.after.name;
    let changes = case.diff.changes.tables.get(table)?;
    let whole = case.diff.wholes.get(table)?;
    let (lost, from_new) = lost(case, rebuild, whole);
    if lost == 0 {
        return None;
    }
    let inserted = changes.changed().insert;
    let affected = Affected::of(changes, Op::Delete, |_| true);
    let filling: Vec<usize> = rebuild
        .filling(case)
        .map(|statement| statement.index)
        .collect();
    let lead = missing(lost, whole.rows)
        + " of "
        + name(table)
        + " did not arrive in the table that took its place"
        + affected.phrase(case, lost);
    let mut clauses = vec![lead];
    clauses.extend(filling.iter().filter_map(|index| selected(case, *index)));
    if inserted > 0 {
        clauses.push(rows(inserted) + " " + was(inserted) + " not there before");
    }
    let is_doubtful = from_new >= lost;
    if is_doubtful {
        let rest = " out of the new table, and harness cannot tell whether it is these";
        clauses.push("a DELETE took " + rows(from_new) + rest);
    }
    let place = filling.first().copied().or(rebuild.created);
    let finding = Finding::new(Code::RowsLostInRebuild, Sentence::join(clauses, "; "))
        .on(table)
        .at(place.and_then(|index| case.place(index)))
        .rows(lost)
        .tenants(affected.tenants(case));
    if is_declared(case, table) {
        let help = "nothing, if these are the rows you meant: their deletion is declared";
        return Some(finding.severity(Severity::Note).help(help));
    }
    // If as many came as went, the rows may have got other keys.
    let is_uncertain = inserted >= lost || is_doubtful;
    Some(finding.severity(is_uncertain.then_some(Severity::Warning)))
}

/// `all 7 rows`, `2 of the 7 rows`
fn missing(lost: u64, all: u64) -> Sentence {
    if lost == all {
        "all " + rows(all)
    } else {
        Sentence::from(lost) + " of the " + rows(all)
    }
}

/// How many rows an INSERT into the new table selects.
fn selected(case: Case<'_>, statement: usize) -> Option<Sentence> {
    let preview = case.preview(statement)?;
    let line = case.statement(statement)?.line;
    Some("the INSERT at line " + Sentence::from(line) + " selects " + rows(preview.rows))
}

/// Whether the deletion of a number of rows is declared, and fits.
fn is_declared(case: Case<'_>, table: &str) -> bool {
    let counts = case
        .declared(table)
        .map(|declared| &declared.expected.counts);
    let count = counts.and_then(|counts| counts.get(&Op::Delete));
    count.is_some_and(|count| !matches!(count, Count::Any | Count::Range(_, u64::MAX)))
        && declared::standing(case, table, Op::Delete) == Standing::Declared
}

impl Rebuild<'_> {
    /// The INSERTs into the new table.
    fn filling<'c>(&self, case: Case<'c>) -> impl Iterator<Item = &'c Statement> {
        let inserts = case.ran().filter(|(_, s)| s.kind == StatementKind::Insert);
        inserts.map(|(_, statement)| statement).filter(|statement| {
            let is_new = |own: &String| statement.targets(own);
            self.names.iter().any(is_new)
        })
    }

    /// The INSERTs that fill the new table from the old one, by any name that this had.
    fn copying(&self, case: Case<'_>) -> BTreeSet<usize> {
        let old = &self.table.before.name;
        let renames = case.ran().filter(|(_, statement)| statement.targets(old));
        let mut old_names: BTreeSet<String> = renames
            .filter_map(|(_, statement)| statement.renamed_to())
            .map(ident::folded)
            .collect();
        old_names.insert(ident::folded(old));
        let reads_old = |s: &&Statement| {
            words(case.migration.sql(s))
                .iter()
                .any(|word| old_names.contains(word))
        };
        self.filling(case)
            .filter(reads_old)
            .map(|statement| statement.index)
            .collect()
    }
}

/// The rows that are gone and that no DELETE took out of the old table before it was copied, nor
/// out of the new one by their keys; and how many rows DELETEs took out of the new one by keys
/// that say nothing.
fn lost(case: Case<'_>, rebuild: &Rebuild<'_>, whole: &Whole) -> (u64, u64) {
    let copying = rebuild.copying(case);
    let begun = copying
        .first()
        .copied()
        .or(rebuild.created)
        .unwrap_or(usize::MAX);
    let is_delete = |index: &usize| {
        let statement = case
            .statement(*index)
            .filter(|s| s.kind == StatementKind::Delete);
        statement.is_some() && case.run(*index).is_some_and(|run| run.error.is_none())
    };
    let rows = |is_meant: &dyn Fn(&Deletions) -> bool| -> u64 {
        let gone = whole.gone.iter().filter(|(by, _)| is_meant(by));
        gone.map(|(_, rows)| rows).sum()
    };
    let from_old = |by: &Deletions| by.from_old.range(..begun).any(is_delete);
    let from_new = |by: &Deletions| by.from_new.iter().any(is_delete);
    let lost = rows(&|by| !from_old(by) && !from_new(by));
    let new = ident::folded(&rebuild.table.after.name);
    let removed = match case.rehearsal.touched.removed.get(&new) {
        Some(removed) if !whole.tells_removed => removed.rows_by(|index| is_delete(&index)),
        _ => 0,
    };
    let runs = copying.iter().filter_map(|index| case.run(*index));
    let copied: u64 = runs.map(|run| run.direct.insert).sum();
    let all_came = removed >= lost && copied + rows(&from_old) == whole.rows;
    (if all_came { 0 } else { lost }, removed)
}
