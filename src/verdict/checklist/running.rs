//! The items about the migration as a whole: what a failure would leave, what was counted, what a
//! second run does.
//!
//! The own look is at statements that wrote nothing here and would elsewhere, and at declared
//! numbers that nobody counted: neither is a finding.

use super::answer::{Answer, message, of_codes, stopped};
use super::{Case, Code, Finding};
use crate::migration::{Statement, StatementKind};
use crate::regime::{OnError, TransactionMode};
use crate::scope::{Count, Op};
use crate::sentence::{Sentence, engine, name};
use crate::sql::ident;
use crate::verdict::or_fail;
use crate::verdict::phrases::{rows_done, statement};

pub(super) fn explicit_transaction(case: Case<'_>, found: &[Finding]) -> Answer {
    let wrong = of_codes(found, [Code::NotAtomic, Code::TransactionLeftOpen]);
    Answer::fail(wrong.map(message))
        .or_else(|| stopped(case))
        .or_else(|| keeps_rows(case))
        .or_else(|| commits_apart(case))
        .unwrap_or_else(|| Answer::pass(commits_as_one(case)))
}

/// Not evaluated, if FAIL would keep rows elsewhere.
fn keeps_rows(case: Case<'_>) -> Option<Answer> {
    let (write, by) = or_fail::unseen(case)?;
    let rest = " keeps the rows that it wrote before, and here it writes one at most";
    let because = "where " + write.named() + " fails, " + by + rest;
    Some(Answer::open(because, "a statement without FAIL"))
}

/// Not evaluated, if a statement would be committed apart from others elsewhere.
fn commits_apart(case: Case<'_>) -> Option<Answer> {
    let at = apart(case)?;
    let rest = " writes nothing here, and would be committed apart from the others if it did";
    let would_show = match case.look(at) {
        Some(look) if look.statement.kind.keeps_schema() => {
            "one transaction around all of it, or a snapshot with rows that it matches"
        }
        _ => "one transaction around all of it",
    };
    Some(Answer::open(statement(at) + rest, would_show))
}

/// How what the migration writes is committed.
fn commits_as_one(case: Case<'_>) -> String {
    let writing = case
        .rehearsal
        .statements
        .iter()
        .filter(|run| !run.wrote.is_nothing())
        .count();
    match (writing, case.facts.regime.transaction) {
        (0, _) => "no statement writes".to_owned(),
        (1, _) => "one statement writes, and the engine does it whole or not at all".to_owned(),
        (n, TransactionMode::None) => format!(
            "the {n} statements that write are committed together, by the file's own transaction"
        ),
        (n, TransactionMode::PerMigration) => {
            format!("the runner commits the {n} statements that write together")
        }
        (n, TransactionMode::All) => format!(
            "the runner commits the {n} statements that write together, with all migrations"
        ),
    }
}

/// The first statement that wrote nothing, and whose writes would be committed in another
/// transaction than some other statement's. Of the statements about the schema these are the ones
/// that say IF.
fn apart(case: Case<'_>) -> Option<usize> {
    let is_known = |table: &String| case.tables(table).next().is_some();
    let may_write = |it: &Statement| {
        (it.kind.writes_rows() && it.table.as_ref().is_some_and(is_known))
            || is_conditional(case, it)
    };
    let commits = case.rehearsal.commits(case.migration, |statement, run| {
        !run.wrote.is_nothing() || (run.error.is_none() && may_write(statement))
    });
    let all = commits.concat();
    let silent = all.iter().find(|run| run.wrote.is_nothing())?;
    let are_apart = match case.facts.regime.on_error {
        OnError::Continue => all.len() > 1,
        OnError::Stop => commits.len() > 1,
    };
    are_apart.then_some(silent.index)
}

/// Whether a statement says IF: it makes what does not exist, or drops what does.
fn is_conditional(case: Case<'_>, statement: &Statement) -> bool {
    let Some(object) = statement.object.as_ref() else {
        return false;
    };
    let is_made = |s: &&Statement| matches!(s.kind, StatementKind::Create(_));
    let made = case.migration.statements.iter().filter(is_made);
    // A temporary one is dropped by its bare name too.
    let mut temporary = made.filter_map(|s| s.object.as_ref().filter(|made| made.is_temporary));
    object.is_conditional
        && !object.is_temporary
        && !temporary.any(|made| ident::same(&made.name, &object.name))
}

/// The numbers of rows that are updated and deleted were given before.
pub(super) fn row_counts(case: Case<'_>, found: &[Finding]) -> Answer {
    let destroyed: Vec<(&str, Op, u64)> = destroyed(case).collect();
    let uncounted = destroyed
        .iter()
        .filter_map(|&(table, op, n)| uncounted(case, table, op, n));
    let wrong = of_codes(found, [Code::CountMismatch]).map(message);
    stopped(case)
        .or_else(|| Answer::fail(wrong.chain(uncounted)))
        .or_else(|| unread(case))
        .unwrap_or_else(|| {
            if destroyed.is_empty() {
                return Answer::pass("no row is updated or deleted");
            }
            let each = destroyed
                .iter()
                .map(|&(table, op, n)| rows_done(n, table, op));
            Answer::pass("as declared: " + Sentence::join(each, ", "))
        })
}

/// Not evaluated, if the rows of a table could not be compared.
fn unread(case: Case<'_>) -> Option<Answer> {
    let (table, reason) = case.diff.unevaluated.first()?;
    let lead = "the rows of " + name(table) + " could not be counted: ";
    Some(Answer::open(lead + engine(reason), readable(table)))
}

/// The rows that are updated or deleted, by table.
fn destroyed(case: Case<'_>) -> impl Iterator<Item = (&str, Op, u64)> {
    case.written().flat_map(|written| {
        [Op::Update, Op::Delete]
            .map(|op| (written.table, op, written.changed(op)))
            .into_iter()
            .filter(|(_, _, rows)| *rows > 0)
    })
}

/// A range that ends at more than so many times the rows that changed is no number that anybody
/// counted.
const WIDE: u64 = 10;

/// Why the declared number of changed rows is none that anybody counted; none if it is, also if
/// another number changed, which is a finding.
fn uncounted(case: Case<'_>, table: &str, op: Op, n: u64) -> Option<Sentence> {
    if case.expected(table).is_some_and(|it| it.selects(op)) {
        return None;
    }
    let why = match case.expected(table).and_then(|it| it.counts.get(&op)) {
        None => ", and no number declared".to_owned(),
        Some(Count::Any) => ", and any number declared".to_owned(),
        Some(Count::Range(from, u64::MAX)) => format!(", and {from} or more declared"),
        Some(Count::Range(_, to)) if *to > n.saturating_mul(WIDE) => {
            format!(", and up to {to} declared, more than {WIDE} times as many")
        }
        Some(Count::Range(..) | Count::PerTenant(_) | Count::Selected) => return None,
    };
    Some(rows_done(n, table, op) + why)
}

fn readable(table: &str) -> Sentence {
    "a state in which " + name(table) + " can be read"
}

pub(super) fn idempotent(case: Case<'_>, found: &[Finding]) -> Answer {
    if let Some(stopped) = stopped(case) {
        return stopped;
    }
    let second = match case.facts.deep.as_ref().map(|deep| &deep.second) {
        None => return Answer::open("a second run was not made", "--deep"),
        Some(Err(reason)) => {
            let because = "a second run could not be made: " + engine(reason);
            return Answer::open(because, "a run without that");
        }
        Some(Ok(second)) => second,
    };
    if let (Some(table), None) = (second.remains.unevaluated.first(), &second.failure)
        && !second.remains.differs()
    {
        let because = "what a second run does to " + name(table) + " could not be compared";
        return Answer::open(because, readable(table));
    }
    Answer::fail(of_codes(found, [Code::NotIdempotent]).map(message))
        .unwrap_or_else(|| Answer::pass("a second run leaves nothing that the first had not left"))
}
