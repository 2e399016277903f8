//! Findings about what a failure would leave: a migration is atomic if all that it writes for good
//! becomes so in one COMMIT.
//!
//! Told from what each statement wrote and whether a transaction was open after it, as the
//! configured runner ran them. A runner that goes on after an error commits the others whatever
//! encloses them. A migration that failed is not judged: what it left is the report's own matter.

use super::case::Look;
use super::facts::{Remains, Stopped};
use super::phrases::{names, object, rows_of, shortened, statement};
use super::{Case, Code, Finding, Severity, second_run};
use crate::migration::{Migration, StatementKind};
use crate::regime::{OnError, TransactionMode};
use crate::rehearse::{Rehearsal, SchemaWrite, StatementRun};
use crate::sentence::{Sentence, engine, name};
use crate::snapshot::catalog::TableKind;
use crate::sql::ident;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// A failure at one statement, and how it would split what is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SplitPoint {
    /// the statement that fails
    pub at: usize,
    /// the statements whose writes would be committed
    pub left: Vec<usize>,
    /// those whose writes would be missing
    pub missing: Vec<usize>,
}

pub(super) fn findings(case: Case<'_>) -> Vec<Finding> {
    let on_error = case.facts.regime.on_error;
    split_points(case.migration, case.rehearsal, on_error, 1)
        .heaviest
        .iter()
        .map(|split| finding(case, split))
        .collect()
}

/// The failures that would split what a migration writes.
#[derive(Debug, Default)]
pub(crate) struct SplitPoints {
    /// those that would leave most, most first
    pub heaviest: Vec<SplitPoint>,
    /// whether what any failure may leave is among them
    pub is_all: bool,
}

/// Up to `most` of the failures that would split what a migration writes; none if it is atomic,
/// or did not run through.
pub(crate) fn split_points(
    migration: &Migration,
    rehearsal: &Rehearsal,
    on_error: OnError,
    most: usize,
) -> SplitPoints {
    if !rehearsal.ran_through() {
        return SplitPoints::default();
    }
    let commits = rehearsal.commits(migration, |_, run| !run.wrote.is_nothing());
    match on_error {
        OnError::Stop => between(rehearsal, &commits, most),
        OnError::Continue => within(commits.concat(), most),
    }
}

/// The failures between two COMMITs, of which a runner that stops makes one the last.
fn between(rehearsal: &Rehearsal, commits: &[Vec<&StatementRun>], most: usize) -> SplitPoints {
    let (mut lost, mut rows, mut statements) = (Vec::new(), 0, 0);
    let weigh = |at: usize| {
        for run in &commits[at - 1] {
            lose(&mut lost, rehearsal, run);
            rows += rows_of_run(run);
            statements += 1;
        }
        ((lost.len(), rows, statements), at)
    };
    let mut weighed: Vec<_> = (1..commits.len()).map(weigh).collect();
    weighed.sort_unstable_by(|a, b| b.cmp(a));
    let commits: Vec<_> = commits.iter().map(|commit| numbered(commit)).collect();
    let heaviest = weighed.iter().take(most);
    SplitPoints {
        heaviest: heaviest.map(|(_, at)| split(&commits, *at)).collect(),
        is_all: weighed.len() <= most,
    }
}

/// The failures of one statement each, after which a runner goes on. The more rows the statement
/// was to write, the more is lost.
fn within(mut runs: Vec<&StatementRun>, most: usize) -> SplitPoints {
    let all = numbered(&runs);
    runs.retain(|_| all.len() > 1);
    runs.sort_by_key(|run| (Reverse(rows_of_run(run)), run.index));
    let without = |at: usize| SplitPoint {
        at,
        left: all.iter().copied().filter(|other| *other != at).collect(),
        missing: vec![at],
    };
    let heaviest = runs.iter().take(most);
    SplitPoints {
        heaviest: heaviest.map(|run| without(run.index)).collect(),
        // Of more than two, several may fail.
        is_all: runs.len() <= most.min(2),
    }
}

fn rows_of_run(run: &StatementRun) -> u64 {
    run.direct.total() + run.indirect.total()
}

/// A failure at the first statement of a COMMIT, by its place among them.
fn split(commits: &[Vec<usize>], n: usize) -> SplitPoint {
    SplitPoint {
        at: commits[n][0],
        left: commits[..n].concat(),
        missing: commits[n..].concat(),
    }
}

fn numbered(runs: &[&StatementRun]) -> Vec<usize> {
    runs.iter().map(|run| run.index).collect()
}

fn finding(case: Case<'_>, heaviest: &SplitPoint) -> Finding {
    let deep = case.facts.deep.as_ref();
    let tried = deep.and_then(|deep| deep.stopped.as_ref());
    // A failure that left something is shown rather than one that would leave more.
    let (split, seen, is_harmless) = match tried {
        Some(Ok(stopped)) => {
            let is_harmless = stopped.remains.is_nothing() && stopped.is_all;
            (&stopped.split, confirmed(case, stopped), is_harmless)
        }
        Some(Err(reason)) => (heaviest, "; not confirmed: " + engine(reason), false),
        None => (heaviest, Sentence::default(), false),
    };
    let part = |statements: &[usize], how: &str| {
        Sentence::from(numbers(statements)) + how + bracketed(written(case, statements))
    };
    let message = "a failure at "
        + statement(split.at)
        + " would leave "
        + part(&split.left, " committed")
        + " and "
        + part(&split.missing, " missing")
        + lost_tables(case, split)
        + seen;
    Finding::new(Code::NotAtomic, message)
        .at(case.place(split.at))
        .severity(is_harmless.then_some(Severity::Note))
        .help(help(case))
}

/// What was seen when it was tried.
fn confirmed(case: Case<'_>, stopped: &Stopped) -> Sentence {
    let remains = &stopped.remains;
    let how = match case.facts.regime.on_error {
        OnError::Stop => "stopping before " + statement(stopped.split.at),
        OnError::Continue => "leaving " + statement(stopped.split.at) + " out",
    };
    if remains.is_nothing() {
        return unconfirmed(how, stopped);
    }
    "; confirmed: " + how + " leaves " + second_run::remains(remains) + missing(case, remains)
}

/// ``, and no row of `t` and no row of `u` ``: the tables that the whole migration changes besides.
fn missing(case: Case<'_>, remains: &Remains) -> Sentence {
    let is_left = |table: &&String| remains.tables.keys().any(|t| ident::same(t, table));
    let changed = case.diff.changes.tables.keys();
    let missing = changed
        .filter(|table| !is_left(table))
        .map(|table| "no row of " + name(table));
    let missing = Sentence::join(missing, " and ");
    if missing.is_empty() {
        return missing;
    }
    ", and " + missing
}

/// That nothing was left, by as many failures as were tried.
fn unconfirmed(how: Sentence, stopped: &Stopped) -> Sentence {
    let nothing = " nothing on this snapshot";
    let rest = format!("{nothing}, and others were not tried");
    match (stopped.tried, stopped.is_all) {
        (1, true) => "; yet " + how + " leaves" + nothing,
        (n, true) => format!("; yet each of the {n} failures that part it leaves{nothing}").into(),
        (1, false) => format!("; not confirmed: this leaves{rest}").into(),
        (n, false) => {
            format!("; not confirmed: the {n} failures that would leave most leave{rest}").into()
        }
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

/// What some statements did, given by their numbers.
fn looks<'c>(case: Case<'c>, statements: &[usize]) -> impl Iterator<Item = Look<'c>> {
    statements
        .iter()
        .filter_map(move |number| case.look(*number))
}

/// Adds the tables of both states that the next statement leaves gone, and takes away those that it
/// makes again.
fn lose<'c>(lost: &mut Vec<&'c String>, rehearsal: &'c Rehearsal, run: &'c StatementRun) {
    let (before, after) = (&rehearsal.before, &rehearsal.after);
    for (what, _, name) in run
        .wrote
        .schema
        .iter()
        .filter(|(_, kind, _)| kind == "table")
    {
        match what {
            SchemaWrite::Gone if before.table(name).is_some() && after.table(name).is_some() => {
                lost.push(name);
            }
            SchemaWrite::Made => lost.retain(|known| !ident::same(known, name)),
            SchemaWrite::Gone | SchemaWrite::Changed => {}
        }
    }
}

/// ``; table `t` would not be there``, if a failure leaves tables of both states gone.
fn lost_tables(case: Case<'_>, split: &SplitPoint) -> Sentence {
    let mut lost = Vec::new();
    looks(case, &split.left).for_each(|look| lose(&mut lost, case.rehearsal, look.run));
    let lead = match lost.len() {
        0 => return Sentence::default(),
        1 => "; table ",
        _ => "; tables ",
    };
    lead + names(lost) + " would not be there"
}

/// What some statements wrote: rows by table, and objects of the schema.
fn written(case: Case<'_>, statements: &[usize]) -> Vec<Sentence> {
    let mut rows: BTreeMap<&str, u64> = BTreeMap::new();
    let mut other: Vec<Sentence> = Vec::new();
    for look in looks(case, statements) {
        let (run, target) = (look.run, look.statement.table.as_deref());
        let direct = target.map(|table| (table, run.direct.total())).into_iter();
        let indirect = run.paths.iter().map(|way| (way.table.as_str(), way.rows));
        for (table, n) in direct.chain(indirect).filter(|(_, n)| *n > 0) {
            *rows.entry(table).or_default() += n;
        }
        let mut changes = schema(look);
        changes.retain(|change| !other.contains(change));
        other.extend(changes);
        other.extend(uncounted(look));
    }
    rows.into_iter()
        .map(|(table, n)| rows_of(n, table))
        .chain(other)
        .collect()
}

/// What the capture does not count: the header, and rows of a virtual table.
fn uncounted(look: Look<'_>) -> impl Iterator<Item = Sentence> {
    let wrote = &look.run.wrote;
    let header = wrote.header.then(|| "a number in the header".into());
    let table = look
        .statement
        .table
        .as_deref()
        .filter(|_| wrote.rows && look.rows() == 0);
    header
        .into_iter()
        .chain(table.map(|table| "rows of " + name(table)))
}

/// What a statement did to the schema, without the storage of virtual tables.
fn schema(look: Look<'_>) -> Vec<Sentence> {
    let is_storage = |name| {
        let mut tables = look.case.tables(name);
        tables.any(|table| table.kind == TableKind::Shadow)
    };
    let written = look.run.wrote.schema.iter();
    let shown = written.filter(|(_, _, name)| !is_storage(name));
    let table = |wanted: SchemaWrite| {
        shown
            .clone()
            .find_map(|(what, kind, name)| (kind == "table" && *what == wanted).then_some(name))
    };
    let renamed = table(SchemaWrite::Gone).zip(table(SchemaWrite::Made));
    match renamed.filter(|_| look.statement.kind == StatementKind::AlterTable) {
        Some((from, to)) => vec!["table " + name(from) + " renamed to " + name(to)],
        None => shown.map(change).collect(),
    }
}

/// ``index `i` made``
fn change((what, kind, own): &(SchemaWrite, String, String)) -> Sentence {
    let what = match what {
        SchemaWrite::Made => " made",
        SchemaWrite::Gone => " gone",
        SchemaWrite::Changed => " changed",
    };
    object(kind, own) + what
}

/// Things that are named one by one.
const SHOWN: usize = 4;

fn bracketed(things: Vec<Sentence>) -> Sentence {
    if things.is_empty() {
        return Sentence::default();
    }
    " (" + shortened(things, SHOWN, ", ", ", and ") + ")"
}

/// `statement 7`, `statements 2 to 7 and 9`
fn numbers(statements: &[usize]) -> String {
    let each = spans(statements);
    let noun = match statements {
        [_] => "statement",
        _ => "statements",
    };
    match &each[..] {
        [] => noun.to_owned(),
        [only] => format!("{noun} {only}"),
        [rest @ .., last] if rest.len() < SHOWN => {
            format!("{noun} {} and {last}", rest.join(", "))
        }
        [first, .., last] => format!("{noun} {first} … {last}"),
    }
}

/// `2 to 7`, `9`
fn spans(numbers: &[usize]) -> Vec<String> {
    let spell = |(from, to): (usize, usize)| match to - from {
        0 => vec![from.to_string()],
        1 => vec![from.to_string(), to.to_string()],
        _ => vec![format!("{from} to {to}")],
    };
    numbers
        .chunk_by(|one, next| one + 1 == *next)
        .filter_map(|run| Some((*run.first()?, *run.last()?)))
        .flat_map(spell)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_named_by_their_spans() {
        for (statements, named) in [
            (&[7][..], "statement 7"),
            (&[2, 3], "statements 2 and 3"),
            (&[2, 3, 4, 9], "statements 2 to 4 and 9"),
            (&[1, 3, 5], "statements 1, 3 and 5"),
            (&[1, 3, 4], "statements 1, 3 and 4"),
            (&[1, 3, 5, 7, 9], "statements 1 … 9"),
        ] {
            assert_eq!(numbers(statements), named);
        }
    }

    #[test]
    fn a_failure_splits_what_precedes_a_commit_from_the_rest() {
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
