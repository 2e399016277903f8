//! Findings about what a migration must keep: tables that have as many rows as before, and
//! invariants.
//!
//! Numbers that are declared compare as numbers, since TOML writes 6 where `avg` gives 6.0. Answers
//! before and after compare as values of SQLite: INTEGER 1, REAL 1.0 and TEXT '1' are three.

use super::scope::rows;
use super::{Case, Code, Finding, Severity};
use crate::hidden::Numbers;
use crate::rehearse::{Answer, Counted};
use crate::scope::{Invariant, Must};
use crate::sql::value::{engine_order, same};
use crate::sql::{Value, ident};
use rusqlite::types::ValueRef;
use std::cmp::Ordering;

/// What a state says to one invariant, or why its query gives nothing there.
type Told = Result<Answer, String>;

pub(super) fn findings(case: Case<'_>) -> Vec<Finding> {
    let (Some(scope), Some(kept)) = (case.scope, case.kept) else {
        return Vec::new();
    };
    let counts = scope
        .conserve
        .iter()
        .zip(kept.before.counts.iter().zip(&kept.after.counts));
    let tables = counts
        .filter(|(_, (before, after))| !is_conserved(before, after))
        .map(|(table, both)| not_conserved(case, table, both));
    let told = scope
        .invariants
        .iter()
        .zip(kept.before.invariants.iter().zip(&kept.after.invariants));
    tables
        .chain(
            told.filter_map(|(invariant, (before, after))| broken(case, invariant, before, after)),
        )
        .collect()
}

/// Whether a table has as many rows as before.
pub fn is_conserved(before: &Counted, after: &Counted) -> bool {
    matches!((before, after), (Counted::Rows(before), Counted::Rows(after)) if before == after)
}

/// Whether an invariant holds. One that has to be a value is judged by the state after alone.
pub fn holds(must: &Must, before: &Told, after: &Told) -> bool {
    match (must, before, after) {
        (Must::Be(value), _, Ok(after)) => after.value().is_some_and(|found| equals(value, found)),
        (Must::EqualBefore, Ok(before), Ok(after)) => difference(before, after).is_none(),
        _ => false,
    }
}

fn equals(declared: &Value, found: &Value) -> bool {
    !found.is_null() && engine_order(declared.into(), found.into()) == Ordering::Equal
}

fn not_conserved(case: Case<'_>, table: &str, (before, after): (&Counted, &Counted)) -> Finding {
    let message = match (before, after) {
        (Counted::Rows(before), Counted::Rows(after)) => {
            format!(
                "`{table}` has {} after the migration, and had {before} before",
                rows(*after)
            )
        }
        _ => format!(
            "`{table}`: {} after the migration, {} before{}",
            told(after),
            told(before),
            renamed(case, table)
        ),
    };
    Finding::new(Code::NotConserved, message).on(table)
}

/// Where a table of that name is in one state only, what it is called in the other.
fn renamed(case: Case<'_>, table: &str) -> String {
    let (folded, before, after) = (
        ident::folded(table),
        &case.rehearsal.before,
        &case.rehearsal.after,
    );
    let continues = |name: &str| {
        case.rehearsal
            .lineage
            .before(name, before, after)
            .map(|t| t.name.clone())
    };
    if before.tables.contains_key(&folded) {
        let mut others = after.tables.iter().filter(|(name, _)| **name != folded);
        let now =
            others.find(|(name, _)| continues(name).is_some_and(|old| ident::same(&old, table)));
        return now
            .filter(|_| !after.tables.contains_key(&folded))
            .map_or(String::new(), |(_, t)| format!("; it is `{}` now", t.name));
    }
    continues(&folded).map_or(String::new(), |old| format!("; it was `{old}`"))
}

fn told(count: &Counted) -> String {
    match count {
        Counted::Rows(n) => rows(*n),
        Counted::Missing => "no such table".to_owned(),
        Counted::Failed(reason) => format!("cannot be counted ({reason})"),
    }
}

fn broken(case: Case<'_>, invariant: &Invariant, before: &Told, after: &Told) -> Option<Finding> {
    let name = &invariant.name;
    if let (Must::Be(_), Err(reason), true) = (
        &invariant.must,
        before,
        holds(&invariant.must, before, after),
    ) {
        let message = format!(
            "invariant `{name}` holds after the migration; before it its query fails: {reason}"
        );
        let mut note = Finding::new(Code::InvariantBroken, message);
        note.severity = Severity::Note;
        "nothing, where the migration makes what the query reads".clone_into(&mut note.help);
        return Some(note);
    }
    if holds(&invariant.must, before, after) {
        return None;
    }
    let mut show = Show {
        hidden: case.hidden.answer(&invariant.sql).then(Numbers::default),
    };
    let what = match (&invariant.must, before, after) {
        (_, Err(reason), Ok(_)) => format!("its query fails before the migration: {reason}"),
        (_, _, Err(reason)) => format!("its query fails after the migration: {reason}"),
        (Must::Be(value), Ok(before), Ok(after)) => {
            let (before, after) = (show.answer(before), show.answer(after));
            format!(
                "{after} after the migration, {} declared ({before} before)",
                show.value(value)
            )
        }
        (Must::EqualBefore, Ok(before), Ok(after)) => differing(&mut show, before, after),
    };
    Some(Finding::new(
        Code::InvariantBroken,
        format!("invariant `{name}` does not hold: {what}"),
    ))
}

fn differing(show: &mut Show, before: &Answer, after: &Answer) -> String {
    let (was, is) = (show.answer(before), show.answer(after));
    match difference(before, after) {
        Some((old, new))
            if before.columns == after.columns
                && (before.value().is_none() || after.value().is_none()) =>
        {
            let mut row = |row: Option<&[Value]>| {
                row.map_or_else(|| "no row".to_owned(), |row| show.row(row))
            };
            let (old, new) = (row(old), row(new));
            format!(
                "{is} after the migration, {was} before; the first that differs is {new} \
                after, {old} before"
            )
        }
        _ if was == is => format!(
            "{is} after the migration, and before it a value that begins alike and differs \
            further on"
        ),
        _ => format!("{is} after the migration, {was} before"),
    }
}

/// A row of either answer, where it has one.
type Pair<'a> = (Option<&'a [Value]>, Option<&'a [Value]>);

/// The first rows in which two answers differ, none where they differ in their columns. Rows that
/// come in no order are compared in one.
fn difference<'a>(before: &'a Answer, after: &'a Answer) -> Option<Pair<'a>> {
    let sorted = |answer: &'a Answer| {
        let mut rows: Vec<&[Value]> = answer.rows.iter().map(Vec::as_slice).collect();
        if !answer.is_ordered {
            rows.sort();
        }
        rows
    };
    if before.columns != after.columns {
        return Some((None, None));
    }
    let (before, after) = (sorted(before), sorted(after));
    let is_same = |at: usize| match (before.get(at), after.get(at)) {
        (Some(a), Some(b)) => a
            .iter()
            .zip(b.iter())
            .all(|(a, b)| same(ValueRef::from(a), ValueRef::from(b))),
        _ => false,
    };
    let at = (0..before.len().max(after.len())).find(|at| !is_same(*at))?;
    Some((before.get(at).copied(), after.get(at).copied()))
}

/// How the values of one sentence are shown.
struct Show {
    /// numbers in their place, where they are hidden
    hidden: Option<Numbers>,
}

impl Show {
    fn value(&mut self, value: &Value) -> String {
        self.hidden
            .as_mut()
            .map_or_else(|| value.shown(), |numbers| numbers.word(value))
    }

    fn row(&mut self, row: &[Value]) -> String {
        let cells: Vec<String> = row.iter().take(8).map(|value| self.value(value)).collect();
        format!(
            "({}{})",
            cells.join(", "),
            if row.len() > cells.len() { ", …" } else { "" }
        )
    }

    /// The answer in a sentence: its value, cut where it is long, or how many rows of how many
    /// columns.
    fn answer(&mut self, answer: &Answer) -> String {
        match (answer.value(), answer.columns) {
            (Some(value), _) => self.value(value),
            (None, 1) => rows(answer.rows.len() as u64),
            (None, columns) => format!("{} of {columns} columns", rows(answer.rows.len() as u64)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(columns: usize, rows: &[&[Value]], is_ordered: bool) -> Answer {
        Answer {
            columns,
            rows: rows.iter().map(|row| row.to_vec()).collect(),
            is_ordered,
        }
    }

    fn one(value: Value) -> Answer {
        answer(1, &[&[value]], false)
    }

    #[test]
    fn a_declared_number_compares_as_a_number_and_text_as_text() {
        let is = |declared: Value, found: Value| {
            holds(&Must::Be(declared), &Err(String::new()), &Ok(one(found)))
        };
        assert!(is(Value::Integer(6), Value::Real(6.0)) && is(Value::Real(6.0), Value::Integer(6)));
        assert!(is(Value::text("a"), Value::text("a")));
        assert!(
            !is(Value::Integer(6), Value::text("6")) && !is(Value::text("6"), Value::Integer(6))
        );
        assert!(!is(Value::Integer(0), Value::Null) && !is(Value::text("a"), Value::text("A")));
        assert!(!is(Value::text("a"), Value::Blob(b"a".to_vec())));
        let none = Ok(answer(1, &[], false));
        assert!(
            !holds(&Must::Be(Value::Integer(0)), &none, &none),
            "no row is no 0"
        );
    }

    #[test]
    fn before_and_after_compare_as_values_and_in_order_only_where_there_is_one() {
        let kept = |before: &Answer, after: &Answer| {
            holds(&Must::EqualBefore, &Ok(before.clone()), &Ok(after.clone()))
        };
        assert!(kept(&one(Value::Null), &one(Value::Null)));
        assert!(!kept(&one(Value::Integer(1)), &one(Value::Real(1.0))));
        let (a, b): (&[Value], &[Value]) = (&[Value::Integer(1)], &[Value::Real(1.0)]);
        for is_ordered in [true, false] {
            let both = |rows: &[&[Value]]| answer(1, rows, is_ordered);
            assert_eq!(kept(&both(&[a, b]), &both(&[b, a])), !is_ordered);
            assert!(!kept(&both(&[a, a, b]), &both(&[a, b, b])));
            assert!(!kept(&both(&[a]), &both(&[a, a])) && kept(&both(&[]), &both(&[])));
        }
        assert!(
            !kept(&answer(1, &[], false), &answer(2, &[], false)),
            "other columns"
        );
    }
}
