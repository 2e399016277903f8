//! Findings about what a failure would leave: a migration is atomic if all that it writes for good
//! becomes so in one COMMIT.
//!
//! Told from what each statement wrote and whether a transaction was open after it, as the
//! configured runner ran them. A runner that goes on behind an error commits the others whatever
//! encloses them. A migration that failed is not judged: what it left is the report's own matter.

use super::facts::Stopped;
use super::{Case, Code, Finding, Severity};
use crate::migration::{Migration, StatementKind};
use crate::regime::{OnError, TransactionMode};
use crate::rehearse::{Outcome, Rehearsal, SchemaWrite, StatementRun};
use crate::snapshot::catalog::TableKind;
use crate::sql::ident;
use std::collections::BTreeMap;

/// A failure at one statement, and what it would part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SplitPoint {
    /// the statement that fails
    pub at: usize,
    /// the statements whose writes would be committed
    pub left: Vec<usize>,
    /// those whose writes would be missing
    pub missing: Vec<usize>,
}

/// A migration and what running it produced.
#[derive(Clone, Copy)]
struct Ran<'a> {
    migration: &'a Migration,
    rehearsal: &'a Rehearsal,
}

pub(super) fn findings(case: Case<'_>) -> Vec<Finding> {
    let parted = partings(
        case.migration,
        case.rehearsal,
        case.facts.regime.on_error,
        1,
    )
    .heaviest
    .pop();
    parted
        .map(|heaviest| finding(case, heaviest))
        .into_iter()
        .collect()
}

/// The failures that would part what a migration writes.
#[derive(Debug, Default)]
pub struct SplitPoints {
    /// those that would leave most, most first
    pub heaviest: Vec<SplitPoint>,
    /// whether what any failure may leave is among them
    pub is_all: bool,
}

/// Up to `most` of the failures that would part what a migration writes; none where it is atomic,
/// or did not run through.
pub fn partings(
    migration: &Migration,
    rehearsal: &Rehearsal,
    on_error: OnError,
    most: usize,
) -> SplitPoints {
    let ran = Ran {
        migration,
        rehearsal,
    };
    if rehearsal.outcome != Outcome::Applied || rehearsal.left_open {
        return SplitPoints::default();
    }
    let commits = commits(ran);
    match on_error {
        OnError::Stop => {
            let (mut lost, mut rows, mut statements) = (Lost::default(), 0, 0);
            let weigh = |at: usize| {
                for run in runs(ran, &commits[at - 1]) {
                    lost.add(ran, run);
                    rows += run.direct.total() + run.indirect.total();
                    statements += 1;
                }
                ((lost.tables.len(), rows, statements), at)
            };
            let mut weighed: Vec<_> = (1..commits.len()).map(weigh).collect();
            weighed.sort_unstable_by(|a, b| b.cmp(a));
            let heaviest = weighed
                .iter()
                .take(most)
                .map(|(_, at)| split(&commits, *at))
                .collect();
            SplitPoints {
                heaviest,
                is_all: weighed.len() <= most,
            }
        }
        OnError::Continue => {
            let all: Vec<usize> = commits.concat();
            // What is lost is the more, the more rows the one statement was to write.
            let mut each: Vec<&StatementRun> = runs(ran, &all).filter(|_| all.len() > 1).collect();
            each.sort_by_key(|run| {
                (
                    std::cmp::Reverse(run.direct.total() + run.indirect.total()),
                    run.index,
                )
            });
            let without = |at: usize| SplitPoint {
                at,
                left: all.iter().copied().filter(|s| *s != at).collect(),
                missing: vec![at],
            };
            let heaviest = each
                .iter()
                .take(most)
                .map(|run| without(run.index))
                .collect();
            // Of more than two, several may fail.
            SplitPoints {
                heaviest,
                is_all: each.len() <= most.min(2),
            }
        }
    }
}

/// The statements that wrote for good, by the COMMIT that made it so.
fn commits(ran: Ran<'_>) -> Vec<Vec<usize>> {
    let (mut done, mut open): (Vec<Vec<usize>>, Vec<usize>) = (Vec::new(), Vec::new());
    let mut savepoints: Vec<(&str, usize)> = Vec::new();
    for (run, statement) in ran
        .rehearsal
        .statements
        .iter()
        .zip(&ran.migration.statements)
    {
        if run.rolled_back {
            open.clear();
            savepoints.clear();
        }
        let held = |name: &String| {
            savepoints
                .iter()
                .rposition(|(held, _)| ident::same(held, name))
        };
        match &statement.kind {
            StatementKind::Savepoint(name) => savepoints.push((name, open.len())),
            StatementKind::Release(name) => {
                savepoints.truncate(held(name).unwrap_or(savepoints.len()));
            }
            StatementKind::RollbackTo(name) => {
                if let Some(at) = held(name) {
                    open.truncate(savepoints[at].1);
                    savepoints.truncate(at + 1);
                }
            }
            _ if !run.wrote.is_nothing() => open.push(run.index),
            _ => {}
        }
        if !run.in_transaction {
            savepoints.clear();
            done.extend(Some(std::mem::take(&mut open)).filter(|commit| !commit.is_empty()));
        }
    }
    // The runner's COMMIT.
    done.extend(Some(open).filter(|commit| !commit.is_empty()));
    done
}

/// A failure at the first statement of a COMMIT, by its place among them.
fn split(commits: &[Vec<usize>], n: usize) -> SplitPoint {
    SplitPoint {
        at: commits[n][0],
        left: commits[..n].concat(),
        missing: commits[n..].concat(),
    }
}

fn finding(case: Case<'_>, heaviest: SplitPoint) -> Finding {
    let ran = Ran {
        migration: case.migration,
        rehearsal: case.rehearsal,
    };
    let stopped = case
        .facts
        .deep
        .as_ref()
        .and_then(|deep| deep.stopped.as_ref());
    // One that was seen to leave something is told rather than one that would leave more.
    let split = match stopped {
        Some(Ok(stopped)) => stopped.split.clone(),
        _ => heaviest,
    };
    let message = format!(
        "a failure at statement {} would leave {} committed{} and {} missing{}",
        split.at,
        numbers(&split.left),
        bracketed(&written(ran, &split.left)),
        numbers(&split.missing),
        bracketed(&written(ran, &split.missing)),
    );
    let lost = match &lost_tables(ran, &split)[..] {
        [] => String::new(),
        [only] => format!("; table {only} would not be there"),
        several => format!("; tables {} would not be there", several.join(", ")),
    };
    let tried = match stopped {
        Some(Ok(stopped)) => confirmed(case, stopped),
        Some(Err(reason)) => format!("; not confirmed: {reason}"),
        None => String::new(),
    };
    let mut finding =
        Finding::new(Code::NotAtomic, format!("{message}{lost}{tried}")).at(case.place(split.at));
    help(case).clone_into(&mut finding.help);
    if matches!(stopped, Some(Ok(stopped)) if stopped.remains.is_nothing() && stopped.is_all) {
        finding.severity = Severity::Note;
    }
    finding
}

/// What was seen when it was tried.
fn confirmed(case: Case<'_>, stopped: &Stopped) -> String {
    let Stopped {
        split,
        remains,
        tried,
        is_all,
    } = stopped;
    let how = match case.facts.regime.on_error {
        OnError::Stop => format!("stopping before statement {}", split.at),
        OnError::Continue => format!("leaving statement {} out", split.at),
    };
    if remains.is_nothing() {
        return match (tried, is_all) {
            (1, true) => format!("; yet {how} leaves nothing on this snapshot"),
            (n, true) => format!(
                "; yet each of the {n} failures that part it leaves nothing on this snapshot"
            ),
            (n, false) => format!(
                "; not confirmed: {} nothing on this snapshot, and others were not tried",
                first_of(*n)
            ),
        };
    }
    let missing = case
        .diff
        .changes
        .tables
        .keys()
        .filter(|table| !remains.tables.keys().any(|t| ident::same(t, table)));
    let missing: Vec<String> = missing
        .map(|table| format!("no row of `{table}`"))
        .collect();
    let and_no = if missing.is_empty() {
        String::new()
    } else {
        format!(", and {}", missing.join(" and "))
    };
    format!(
        "; confirmed: {how} leaves {}{and_no}",
        super::second_run::told(remains)
    )
}

fn first_of(n: usize) -> String {
    if n == 1 {
        "this leaves".to_owned()
    } else {
        format!("the {n} failures that would leave most leave")
    }
}

fn help(case: Case<'_>) -> &'static str {
    let regime = case.facts.regime;
    match (regime.on_error, regime.transaction) {
        (OnError::Continue, _) => {
            "let the runner stop at the first error (`sqlite3 -bail`), and put everything into \
            one transaction"
        }
        (_, TransactionMode::None) => Code::NotAtomic.entry().help,
        _ => "take COMMIT and BEGIN out of the file: the runner's own transaction ends there",
    }
}

/// Some statements, given by their numbers.
fn runs<'c>(ran: Ran<'c>, statements: &[usize]) -> impl Iterator<Item = &'c StatementRun> {
    let all = &ran.rehearsal.statements;
    statements.iter().filter_map(|index| {
        all.binary_search_by_key(index, |run| run.index)
            .ok()
            .map(|at| &all[at])
    })
}

/// The tables of both states that statements leave gone.
#[derive(Default)]
struct Lost<'c> {
    tables: Vec<&'c String>,
}

impl<'c> Lost<'c> {
    /// Takes in what the next statement did.
    fn add(&mut self, ran: Ran<'c>, run: &'c StatementRun) {
        let (before, after) = (&ran.rehearsal.before, &ran.rehearsal.after);
        for (what, kind, name) in &run.wrote.schema {
            match what {
                _ if kind != "table" => {}
                SchemaWrite::Gone
                    if before.table(name).is_some() && after.table(name).is_some() =>
                {
                    self.tables.push(name);
                }
                SchemaWrite::Made => self.tables.retain(|known| !ident::same(known, name)),
                SchemaWrite::Gone | SchemaWrite::Changed => {}
            }
        }
    }
}

/// The tables of both states that a failure leaves gone, as they are told.
fn lost_tables(ran: Ran<'_>, split: &SplitPoint) -> Vec<String> {
    let mut lost = Lost::default();
    runs(ran, &split.left).for_each(|run| lost.add(ran, run));
    lost.tables
        .into_iter()
        .map(|name| format!("`{name}`"))
        .collect()
}

/// What some statements wrote: rows by table, and objects of the schema.
fn written(ran: Ran<'_>, statements: &[usize]) -> Vec<String> {
    let mut rows: BTreeMap<String, u64> = BTreeMap::new();
    let mut other: Vec<String> = Vec::new();
    for run in runs(ran, statements) {
        let target = ran.migration.statements[run.index - 1].table.as_deref();
        for (table, n) in target
            .map(|t| (t, run.direct.total()))
            .into_iter()
            .chain(run.paths.iter().map(|i| (i.table.as_str(), i.rows)))
        {
            if n > 0 {
                *rows.entry(table.to_owned()).or_default() += n;
            }
        }
        other.extend(
            schema(ran, run)
                .into_iter()
                .filter(|told| !other.contains(told))
                .collect::<Vec<_>>(),
        );
        other.extend(
            run.wrote
                .header
                .then(|| "a number in the header".to_owned()),
        );
        if run.wrote.rows && run.direct.total() + run.indirect.total() == 0 {
            // The capture counts no rows of a virtual table.
            other.extend(target.map(|table| format!("rows of `{table}`")));
        }
    }
    let rows = rows
        .into_iter()
        .map(|(table, n)| format!("{} of `{table}`", super::scope::rows(n)));
    rows.chain(other).collect()
}

/// What a statement did to the schema; the storage of virtual tables is left out.
fn schema(ran: Ran<'_>, run: &StatementRun) -> Vec<String> {
    let is_storage = |name: &str| {
        let tables =
            [&ran.rehearsal.before, &ran.rehearsal.after].map(|catalog| catalog.table(name));
        tables
            .into_iter()
            .flatten()
            .any(|table| table.kind == TableKind::Shadow)
    };
    let shown: Vec<_> = run
        .wrote
        .schema
        .iter()
        .filter(|(_, _, name)| !is_storage(name))
        .collect();
    let table = |wanted: SchemaWrite| {
        shown
            .iter()
            .find(|(what, kind, _)| *what == wanted && kind == "table")
            .map(|(_, _, name)| name)
    };
    let is_alter = ran.migration.statements[run.index - 1].kind == StatementKind::AlterTable;
    if let (true, Some(from), Some(to)) =
        (is_alter, table(SchemaWrite::Gone), table(SchemaWrite::Made))
    {
        return vec![format!("table `{from}` renamed to `{to}`")];
    }
    let word = |what: SchemaWrite| match what {
        SchemaWrite::Made => "made",
        SchemaWrite::Gone => "gone",
        SchemaWrite::Changed => "changed",
    };
    shown
        .into_iter()
        .map(|(what, kind, name)| format!("{kind} `{name}` {}", word(*what)))
        .collect()
}

/// Things that are told one by one.
const TOLD: usize = 4;

fn bracketed(things: &[String]) -> String {
    match things.len() {
        0 => String::new(),
        n if n <= TOLD => format!(" ({})", things.join(", ")),
        n => format!(" ({}, and {} more)", things[..TOLD].join(", "), n - TOLD),
    }
}

/// `statement 7`, `statements 2 to 7 and 9`.
fn numbers(statements: &[usize]) -> String {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for at in statements {
        match spans.last_mut() {
            Some((_, to)) if *to + 1 == *at => *to = *at,
            _ => spans.push((*at, *at)),
        }
    }
    let spell = |(from, to): (usize, usize)| match to - from {
        0 => vec![from.to_string()],
        1 => vec![from.to_string(), to.to_string()],
        _ => vec![format!("{from} to {to}")],
    };
    let each: Vec<String> = spans.into_iter().flat_map(spell).collect();
    let told = match &each[..] {
        [rest @ .., last] if !rest.is_empty() && rest.len() < TOLD => {
            format!("{} and {last}", rest.join(", "))
        }
        [only] => only.clone(),
        _ => format!(
            "{} … {}",
            each.first().map_or("", String::as_str),
            each.last().map_or("", String::as_str)
        ),
    };
    format!(
        "{} {told}",
        if statements.len() == 1 {
            "statement"
        } else {
            "statements"
        }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_told_by_their_spans() {
        for (statements, told) in [
            (&[7][..], "statement 7"),
            (&[2, 3], "statements 2 and 3"),
            (&[2, 3, 4, 9], "statements 2 to 4 and 9"),
            (&[1, 3, 5], "statements 1, 3 and 5"),
            (&[1, 3, 4], "statements 1, 3 and 4"),
            (&[1, 3, 5, 7, 9], "statements 1 … 9"),
        ] {
            assert_eq!(numbers(statements), told);
        }
    }

    #[test]
    fn a_failure_parts_what_stands_before_a_commit_from_the_rest() {
        let commits = [vec![1, 2], vec![5], vec![6]];
        assert_eq!(
            split(&commits, 1),
            SplitPoint {
                at: 5,
                left: vec![1, 2],
                missing: vec![5, 6]
            }
        );
        assert_eq!(
            split(&commits, 2),
            SplitPoint {
                at: 6,
                left: vec![1, 2, 5],
                missing: vec![6]
            }
        );
    }
}
