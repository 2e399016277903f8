//! The items about the migration as a whole: what a failure would leave, what was counted, what a
//! second run does.

use super::super::or_fail;
use super::super::scope::{participle, rows};
use super::{Answer, Case, Code, Finding, of_code, stopped, told};
use crate::change::TableChanges;
use crate::migration::{Statement, StatementKind};
use crate::regime::{OnError, TransactionMode};
use crate::rehearse::StatementRun;
use crate::scope::{Count, Op, ResolvedScope};
use crate::sql::ident;
use crate::sql::token::{self, Token};

pub(super) fn explicit_transaction(case: Case<'_>, found: &[Finding]) -> Answer {
    let codes = [Code::NotAtomic, Code::TransactionLeftOpen];
    if let Some(shown) = told(
        codes
            .into_iter()
            .flat_map(|code| of_code(found, code))
            .map(|f| f.message.clone()),
    ) {
        return Answer::Fail(shown);
    }
    if let Some(stopped) = stopped(case) {
        return stopped;
    }
    if let Some((statement, by)) = or_fail::unseen(case) {
        let because = format!(
            "where statement {statement} fails, {by} keeps the rows that it wrote before, and \
            here it writes one at most"
        );
        return Answer::open(because, "a statement without FAIL");
    }
    if let Some(statement) = apart(case) {
        let because = format!(
            "statement {statement} writes nothing here, and would be committed apart from the \
            others if it did"
        );
        let is_of_rows = case
            .migration
            .statements
            .get(statement - 1)
            .is_some_and(|s| s.kind.keeps_schema());
        let or = if is_of_rows {
            ", or a snapshot with rows that it matches"
        } else {
            ""
        };
        return Answer::open(because, format!("one transaction around all of it{or}"));
    }
    let writing = case
        .rehearsal
        .statements
        .iter()
        .filter(|run| !run.wrote.is_nothing())
        .count();
    Answer::Pass(match (writing, case.facts.regime.transaction) {
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
    })
}

/// The first statement that wrote nothing, and whose writes would be committed in another
/// transaction than some other statement's. Of the statements about the schema these are the ones
/// that say IF.
fn apart(case: Case<'_>) -> Option<usize> {
    let is_known = |table: &String| {
        [&case.rehearsal.before, &case.rehearsal.after]
            .iter()
            .any(|catalog| catalog.table(table).is_some())
    };
    let goes_on = case.facts.regime.on_error == OnError::Continue;
    let (mut commits, mut open): (Vec<Vec<&StatementRun>>, Vec<&StatementRun>) =
        (Vec::new(), Vec::new());
    for (run, statement) in case
        .rehearsal
        .statements
        .iter()
        .zip(&case.migration.statements)
    {
        if run.rolled_back {
            open.clear();
        }
        let is_write = statement.kind.writes_rows();
        let may_write = (is_write && statement.table.as_ref().is_some_and(is_known))
            || is_conditional(case, statement);
        if !run.wrote.is_nothing() || (may_write && run.error.is_none()) {
            open.push(run);
        }
        if !run.in_transaction || goes_on {
            commits.extend(Some(std::mem::take(&mut open)).filter(|commit| !commit.is_empty()));
        }
    }
    commits.extend(Some(open).filter(|commit| !commit.is_empty()));
    let silent = commits
        .iter()
        .flatten()
        .find(|run| run.wrote.is_nothing())?;
    (commits.len() > 1).then_some(silent.index)
}

/// Whether a statement makes or drops something of the database only where it is not there, or is.
fn is_conditional(case: Case<'_>, statement: &Statement) -> bool {
    let Some(object) = Object::of(case.migration.sql(statement)) else {
        return false;
    };
    // A temporary one is dropped by its bare name too.
    let before = case
        .migration
        .statements
        .iter()
        .filter(|s| matches!(s.kind, StatementKind::Create(_)));
    let mut temporary = before
        .filter_map(|s| Object::of(case.migration.sql(s)))
        .filter(|made| made.is_temporary);
    object.is_conditional
        && !object.is_temporary
        && !temporary.any(|made| ident::same(&made.name, &object.name))
}

/// What a CREATE or DROP names.
pub(super) struct Object {
    pub(super) name: String,
    /// of the connection's own
    is_temporary: bool,
    /// IF EXISTS or IF NOT EXISTS
    is_conditional: bool,
}

impl Object {
    pub(super) fn of(sql: &str) -> Option<Self> {
        const KINDS: [&str; 9] = [
            "TEMP",
            "TEMPORARY",
            "UNIQUE",
            "VIRTUAL",
            "TABLE",
            "INDEX",
            "VIEW",
            "TRIGGER",
            "IF",
        ];
        let tokens = token::significant(sql);
        let (verb, rest) = tokens.split_first()?;
        if !verb.is_word(sql, "CREATE") && !verb.is_word(sql, "DROP") {
            return None;
        }
        let is = |token: &Token, words: &[&str]| words.iter().any(|word| token.is_word(sql, word));
        let at = rest
            .iter()
            .position(|token| !is(token, &KINDS) && !is(token, &["NOT", "EXISTS"]))?;
        let (leading, named) = rest.split_at(at);
        let name = |at: usize| {
            named
                .get(at)
                .map(|token| ident::dequote(token.span.of(sql)))
        };
        let schema =
            name(0).filter(|_| named.get(1).is_some_and(|token| token.span.of(sql) == "."));
        let of_temp = schema
            .as_ref()
            .is_some_and(|schema| ident::same(schema, "temp"));
        Some(Self {
            is_temporary: of_temp
                || leading
                    .iter()
                    .any(|token| is(token, &["TEMP", "TEMPORARY"])),
            is_conditional: leading.iter().any(|token| is(token, &["IF"])),
            name: if schema.is_some() { name(2)? } else { name(0)? },
        })
    }
}

/// A declared number of rows was given before, and the rehearsal was held against it.
pub(super) fn row_counts(case: Case<'_>, found: &[Finding]) -> Answer {
    if let Some(stopped) = stopped(case) {
        return stopped;
    }
    let changed: Vec<(&String, Op, u64)> = case
        .diff
        .changes
        .tables
        .iter()
        .flat_map(|(table, changes)| destroyed(table, changes))
        .collect();
    let unbounded = changed
        .iter()
        .filter_map(|(table, op, n)| unbounded(case.scope, table, *op, *n));
    let wrong = of_code(found, Code::CountMismatch).map(|finding| finding.message.clone());
    if let Some(shown) = told(wrong.chain(unbounded)) {
        return Answer::Fail(shown);
    }
    if let Some((table, reason)) = case.diff.unevaluated.first() {
        let because = format!("the rows of `{table}` could not be counted: {reason}");
        return Answer::open(because, format!("a state in which `{table}` can be read"));
    }
    let met: Vec<String> = changed
        .iter()
        .map(|(table, op, n)| counted(table, *op, *n))
        .collect();
    Answer::Pass(if met.is_empty() {
        "no row is updated or deleted".to_owned()
    } else {
        format!("as declared: {}", met.join(", "))
    })
}

fn destroyed<'t>(
    table: &'t String,
    changes: &TableChanges,
) -> impl Iterator<Item = (&'t String, Op, u64)> {
    let counts = changes.changed();
    [Op::Update, Op::Delete]
        .into_iter()
        .map(move |op| (table, op, counts.of(op)))
        .filter(|(_, _, rows)| *rows > 0)
}

fn counted(table: &str, op: Op, n: u64) -> String {
    format!("{} of `{table}` {}", rows(n), participle(op))
}

/// A range that ends at more than so many times the rows that changed is no number that anybody
/// counted.
const WIDE: u64 = 10;

/// Why `n` changed rows of a table meet no number that was given before; none where they do, or
/// miss one, which is a finding.
fn unbounded(scope: Option<&ResolvedScope>, table: &str, op: Op, n: u64) -> Option<String> {
    let declared = scope.and_then(|scope| {
        scope
            .tables
            .get(&ident::folded(table))?
            .expected
            .counts
            .get(&op)
    });
    let counted = counted(table, op, n);
    match declared {
        None => Some(format!("{counted}, and no number declared")),
        Some(Count::Any) => Some(format!("{counted}, and any number declared")),
        Some(Count::Range(from, u64::MAX)) => {
            Some(format!("{counted}, and {from} or more declared"))
        }
        Some(Count::Range(_, to)) if *to > n.saturating_mul(WIDE) => Some(format!(
            "{counted}, and up to {to} declared, more than {WIDE} times as many"
        )),
        Some(Count::Range(..) | Count::PerTenant(_)) => None,
    }
}

pub(super) fn idempotent(case: Case<'_>, found: &[Finding]) -> Answer {
    if let Some(stopped) = stopped(case) {
        return stopped;
    }
    let second = match case.facts.deep.as_ref().map(|deep| &deep.second) {
        None => return Answer::open("a second run was not made", "--deep"),
        Some(Err(reason)) => {
            return Answer::open(
                format!("a second run could not be made: {reason}"),
                "a run without that",
            );
        }
        Some(Ok(second)) => second,
    };
    let remains = &second.remains;
    let is_known = second.failure.is_some()
        || !(remains.tables.is_empty() && remains.schema.is_empty() && remains.header.is_empty());
    let unknown = remains.unevaluated.first().filter(|_| !is_known);
    if let Some(table) = unknown {
        let because = format!("what a second run does to `{table}` could not be compared");
        return Answer::open(because, format!("a state in which `{table}` can be read"));
    }
    match told(of_code(found, Code::NotIdempotent).map(|f| f.message.clone())) {
        Some(shown) => Answer::Fail(shown),
        None => Answer::Pass("a second run leaves nothing that the first had not left".to_owned()),
    }
}
