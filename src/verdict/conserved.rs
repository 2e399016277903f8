//! Findings about what a migration must keep: tables that have as many rows as before, and
//! invariants.
//!
//! Numbers that are declared compare as numbers, since TOML writes 6 where `avg` gives 6.0. Answers
//! before and after compare as values of SQLite: INTEGER 1, REAL 1.0 and TEXT '1' are three.

use super::phrases::rows;
use super::{Case, Code, Finding, Severity};
use crate::rehearse::{Answer, Counted};
use crate::scope::{Invariant, Must};
use crate::sentence::{self, Cell, Origin, Sentence, engine, name};
use crate::sql::value::{engine_order, same};
use crate::sql::{Value, ident};
use rusqlite::types::ValueRef;
use std::cmp::Ordering;

/// What a state says to the query of an invariant, or why the query fails there.
type Reply = Result<Answer, String>;

pub(super) fn findings(case: Case<'_>) -> Vec<Finding> {
    let (Some(scope), Some(kept)) = (case.scope, case.kept) else {
        return Vec::new();
    };
    let scope = scope.expected;
    let (before, after) = (&kept.before, &kept.after);
    let counts = before.counts.iter().zip(&after.counts);
    let tables = scope
        .conserve
        .iter()
        .zip(counts)
        .filter(|(_, (before, after))| !is_conserved(before, after))
        .map(|(table, both)| not_conserved(case, table, both));
    let replies = before.invariants.iter().zip(&after.invariants);
    let broken = scope
        .invariants
        .iter()
        .zip(replies)
        .filter_map(|(invariant, (before, after))| broken(invariant, before, after));
    tables.chain(broken).collect()
}

/// Whether a table has as many rows as before.
pub(crate) fn is_conserved(before: &Counted, after: &Counted) -> bool {
    matches!((before, after), (Counted::Rows(before), Counted::Rows(after)) if before == after)
}

/// Whether an invariant holds. One that must be a value is judged by the state after alone.
pub(crate) fn holds(must: &Must, before: &Reply, after: &Reply) -> bool {
    match (must, before, after) {
        (Must::Be(value), _, Ok(after)) => after.value().is_some_and(|found| {
            !found.is_null() && engine_order(value.into(), found.into()) == Ordering::Equal
        }),
        (Must::EqualBefore, Ok(before), Ok(after)) => difference(before, after).is_none(),
        _ => false,
    }
}

fn not_conserved(case: Case<'_>, table: &str, both: (&Counted, &Counted)) -> Finding {
    let lead = name(table);
    let message = match both {
        (Counted::Rows(before), Counted::Rows(after)) => {
            let now = lead + " has " + rows(*after) + " after the migration, and had ";
            now + *before + " before"
        }
        (before, after) => {
            let now = lead + ": " + count(after) + " after the migration, ";
            now + count(before) + " before" + renamed(case, table)
        }
    };
    Finding::new(Code::NotConserved, message).on(table)
}

fn count(count: &Counted) -> Sentence {
    match count {
        Counted::Rows(n) => rows(*n),
        Counted::Missing => "no such table".into(),
        Counted::Failed(reason) => "cannot be counted (" + engine(reason) + ")",
    }
}

/// The name in the other state of a table that only one state has under this name.
fn renamed(case: Case<'_>, table: &str) -> Sentence {
    let [before, after] = case.catalogs();
    let folded = ident::folded(table);
    let was = |name: &str| case.rehearsal.origin(name);
    if !before.tables.contains_key(&folded) {
        return was(&folded).map_or_else(Sentence::default, |was| "; it was " + name(&was.name));
    }
    let is_it = |(now, _): &(&String, _)| was(now).is_some_and(|was| ident::same(&was.name, table));
    match after.tables.iter().find(is_it) {
        Some((_, now)) if !after.tables.contains_key(&folded) => {
            "; it is " + name(&now.name) + " now"
        }
        _ => Sentence::default(),
    }
}

fn broken(invariant: &Invariant, before: &Reply, after: &Reply) -> Option<Finding> {
    let Invariant {
        name: own,
        sql,
        must,
    } = invariant;
    let finding = |message| Finding::new(Code::InvariantBroken, "invariant " + name(own) + message);
    if holds(must, before, after) {
        let reason = before
            .as_ref()
            .err()
            .filter(|_| matches!(must, Must::Be(_)))?;
        let message = " holds after the migration; before it its query fails: ";
        return Some(
            finding(message + engine(reason))
                .severity(Severity::Note)
                .help("nothing, where the migration makes what the query reads"),
        );
    }
    let what = Show { sql, shown: 0 }.broken(must, before, after);
    Some(finding(" does not hold: " + what))
}

/// A row of either answer, if it has one.
type Pair<'a> = (Option<&'a [Value]>, Option<&'a [Value]>);

/// The first rows in which two answers differ, none if they differ in their columns. Rows without
/// an order are compared in one.
fn difference<'a>(before: &'a Answer, after: &'a Answer) -> Option<Pair<'a>> {
    if before.columns != after.columns {
        return Some((None, None));
    }
    let (before, after) = (in_order(before), in_order(after));
    (0..before.len().max(after.len()))
        .map(|at| (before.get(at).copied(), after.get(at).copied()))
        .find(|pair| !matches!(pair, (Some(a), Some(b)) if is_same(a, b)))
}

/// The rows of an answer; sorted, if its query does not.
fn in_order(answer: &Answer) -> Vec<&[Value]> {
    let mut rows: Vec<&[Value]> = answer.rows.iter().map(Vec::as_slice).collect();
    if !answer.is_ordered {
        rows.sort();
    }
    rows
}

fn is_same(a: &[Value], b: &[Value]) -> bool {
    a.iter()
        .zip(b)
        .all(|(a, b)| same(ValueRef::from(a), ValueRef::from(b)))
}

/// How the values of one sentence are shown.
struct Show<'a> {
    /// the query that gave them
    sql: &'a str,
    /// how many are shown
    shown: usize,
}

impl Show<'_> {
    /// Why an invariant does not hold.
    fn broken(&mut self, must: &Must, before: &Reply, after: &Reply) -> Sentence {
        match (before, after) {
            (Err(reason), Ok(_)) => "its query fails before the migration: " + engine(reason),
            (_, Err(reason)) => "its query fails after the migration: " + engine(reason),
            (Ok(before), Ok(after)) => match must {
                Must::Be(value) => {
                    let (before, after) = (self.answer(before), self.answer(after));
                    let declared = ", " + self.value(value) + " declared (" + before + " before)";
                    after + " after the migration" + declared
                }
                Must::EqualBefore => self.differing(before, after),
            },
        }
    }

    fn differing(&mut self, before: &Answer, after: &Answer) -> Sentence {
        let (was, is) = (self.answer(before), self.answer(after));
        let is_one = before.value().is_some() && after.value().is_some();
        if let Some((old, new)) = difference(before, after)
            && before.columns == after.columns
            && !is_one
        {
            let (old, new) = (self.row(old), self.row(new));
            return is
                + " after the migration, "
                + was
                + " before; the first that differs is "
                + new
                + " after, "
                + old
                + " before";
        }
        match before.value() {
            Some(before) if was.to_string() == is.to_string() => {
                let shown = " after the migration, and before it a value that begins alike and \
                    differs further on";
                is + self.cell(before, shown.into(), [" after the migration, ", " before"])
            }
            _ => is + " after the migration, " + was + " before",
        }
    }

    fn value(&mut self, value: &Value) -> Sentence {
        self.cell(value, value.shown(), ["", ""])
    }

    fn cell(&mut self, value: &Value, shown: String, around: [&'static str; 2]) -> Sentence {
        self.shown += 1;
        let it = Cell {
            value: value.clone(),
            of: Origin::Query(self.sql.to_owned()),
            around,
            rank: self.shown,
        };
        sentence::cell(it, shown)
    }

    fn row(&mut self, row: Option<&[Value]>) -> Sentence {
        let Some(row) = row else {
            return "no row".into();
        };
        let more = if row.len() > 8 { ", …" } else { "" };
        let cells = row.iter().take(8).map(|value| self.value(value));
        "(" + Sentence::join(cells, ", ") + more + ")"
    }

    /// An answer in a sentence: its value, cut if it is long, or how many rows of how many
    /// columns.
    fn answer(&mut self, answer: &Answer) -> Sentence {
        let n = answer.rows.len() as u64;
        match (answer.value(), answer.columns) {
            (Some(value), _) => self.value(value),
            (None, 1) => rows(n),
            (None, columns) => rows(n) + " of " + columns + " columns",
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
