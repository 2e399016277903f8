//! What is said of one migration: its result, its declared scope, what happened, what must be kept,
//! the schema, the checklist.

use super::{actual, all_counted, counted};
use crate::record::{
    ChecklistItem, ClaimKind, Failure, Mark, Migration, Op, Outcome, SchemaChange, Severity,
    Status, TableResult,
};
use crate::report::kinds::{findings_of, is_declared};
use crate::sentence::{Sentence, name, value};
use serde::Serialize;

/// Tables that one sentence names at most.
const TABLES: usize = 4;

/// Tenants that one sentence names at most.
const TENANTS: usize = 6;

/// How an accepted migration compares with what its author declared.
fn within(migration: &Migration) -> &'static str {
    if migration.scope.is_none() {
        return "no scope is declared, and none is needed";
    }
    "within its declared scope"
}

/// Why nothing is judged.
pub(crate) const NOT_THROUGH: &str = "the migration did not run through";

/// The mark of that.
pub(crate) const NOT_JUDGED: &str = "not judged";

/// Its errors, warnings and notes.
fn counts(migration: &Migration) -> [(usize, &'static str); 3] {
    Severity::ALL.map(|severity| (findings_of(migration, severity).count(), severity.word()))
}

/// `8 errors`; `within its declared scope, with 1 warning`
pub(crate) fn result(migration: &Migration) -> String {
    match counts(migration) {
        [(0, _), (0, _), _] => within(migration).to_owned(),
        [(0, _), (n, what), _] => format!("{}, with {}", within(migration), counted(n, what)),
        [(n, what), ..] => counted(n, what),
    }
}

/// `8 errors, 1 warning`; `within its declared scope, with 1 warning`
pub(crate) fn errors_and_warnings(migration: &Migration) -> String {
    match counts(migration) {
        [(0, _), ..] => result(migration),
        [errors, warnings, _] => all_counted([errors, warnings], ", "),
    }
}

/// `8 errors, 1 warning, 2 notes`; `within its declared scope`
pub(crate) fn found(migration: &Migration) -> String {
    match all_counted(counts(migration), ", ") {
        none if none.is_empty() => within(migration).to_owned(),
        found => found,
    }
}

/// ``update 6 of `point_info`; insert 1 of `migrations` ``
pub(crate) fn declared(migration: &Migration) -> Sentence {
    if migration.scope.is_none() {
        return "no scope".into();
    }
    let each = migration
        .tables
        .iter()
        .filter(|table| is_declared(table))
        .map(|t| Sentence::from(format!("{} of ", t.expected)) + name(&*t.table));
    let listed = listed(each.collect(), TABLES, "; ");
    if listed.is_empty() {
        "that nothing changes".into()
    } else {
        listed
    }
}

/// How it ended, and what it changed: ``update 32 of `point_info`, outside the scope those of 1, 2,
/// 3, 5, 6``
pub(crate) fn happened(migration: &Migration) -> Vec<Sentence> {
    let is_touched = |table: &&TableResult| table.touched > 0 || table.actual.total() > 0;
    let tables: Vec<_> = migration.tables.iter().filter(is_touched).collect();
    let mut parts: Vec<Sentence> = ended(migration).into_iter().collect();
    parts.extend(tables.iter().take(TABLES).map(|table| changed(table)));
    if tables.len() > TABLES {
        let left = counted(tables.len() - TABLES, "table");
        parts.push(format!("and {left} more").into());
    }
    if tables.is_empty() && migration.outcome == Outcome::Applied {
        parts.push("no row changed".into());
    }
    parts
}

/// How it ended; `None` where it ran through without an error.
fn ended(migration: &Migration) -> Option<Sentence> {
    let how = match (migration.outcome, &migration.error) {
        (Outcome::Applied, None) => return None,
        // Its first finding says what kept it from running.
        (Outcome::NotRun, _) => return Some("it did not run".into()),
        (Outcome::Applied, Some(_)) => "it ran on after an error at ",
        (Outcome::Failed, _) => "it failed at ",
        (Outcome::Refused, _) => "it was refused at ",
        (Outcome::TimedOut, _) => "it took too long at ",
    };
    let place = migration.error.as_ref().map(|error| {
        let place = error.statement.zip(error.line);
        let place = place.map(|(statement, line)| format!("statement {statement}, line {line}: "));
        Sentence::from(place.unwrap_or_default()) + Sentence::read(&error.message)
    });
    Some(how + place.unwrap_or_default())
}

fn changed(table: &TableResult) -> Sentence {
    let is_outside = |mark: Mark| mark == Mark::Outside;
    let outside = table.owners.iter().filter(|owner| is_outside(owner.mark));
    let outside: Vec<Sentence> = outside.map(|owner| value(&*owner.owner)).collect();
    let changed = format!("{} of ", actual(table.actual, table.touched));
    let changed = Sentence::from(changed) + name(&*table.table);
    if outside.is_empty() {
        return changed;
    }
    changed + ", outside the scope those of " + listed(outside, TENANTS, ", ")
}

/// The first few, and how many more there are.
fn listed(parts: Vec<Sentence>, most: usize, between: &str) -> Sentence {
    let left = parts.len().saturating_sub(most);
    let shown = Sentence::join(parts.into_iter().take(most), between);
    match left {
        0 => shown,
        left => shown + format!(" and {left} more"),
    }
}

/// Where a list of previews ends early.
pub(crate) fn fails_here(error: &Failure) -> String {
    format!("the migration fails here: {}", error.message)
}

/// What is not judged, and why.
pub(crate) fn not_judged(why: &str) -> String {
    format!("{NOT_JUDGED}: {why}")
}

/// Something that must be kept.
#[derive(Debug, Serialize)]
pub(crate) struct Condition<'a> {
    /// `rows of`, `invariant`
    pub(crate) kind: &'static str,
    /// `keeps the `, or empty
    verb: &'static str,
    /// the name of a table or an invariant
    pub(crate) name: &'a str,
    /// whether it was kept
    pub(crate) mark: Mark,
    /// what both states say of it, or why it is not judged
    pub(crate) shown: String,
}

/// Everything that must be kept.
pub(crate) fn conditions(migration: &Migration) -> Vec<Condition<'_>> {
    let scope = migration.scope.as_slice();
    let rows = scope.iter().flat_map(|scope| &scope.conserve);
    let rows = rows.map(|conserve| {
        let kind = ["keeps the ", "rows of"];
        Condition::new(kind, &conserve.table, conserve.held, conserve.shown.clone())
    });
    let invariants = scope.iter().flat_map(|scope| &scope.invariants);
    let invariants = invariants.map(|invariant| {
        let kind = ["", "invariant"];
        Condition::new(kind, &invariant.name, invariant.held, invariant.shown())
    });
    let claims = scope.iter().flat_map(|scope| &scope.claims);
    let claims = claims.map(|claim| {
        let kind = match (claim.kind, claim.op) {
            (ClaimKind::Rows, Op::Insert) => ["", "the selected inserts of"],
            (ClaimKind::Rows, Op::Update) => ["", "the selected updates of"],
            (ClaimKind::Rows, Op::Delete) => ["", "the selected deletes of"],
            (ClaimKind::Each, Op::Insert) => ["", "each insert of"],
            (ClaimKind::Each, Op::Update) => ["", "each update of"],
            (ClaimKind::Each, Op::Delete) => ["", "each delete of"],
        };
        Condition::new(kind, &claim.table, claim.held, claim.shown())
    });
    rows.chain(invariants).chain(claims).collect()
}

impl<'a> Condition<'a> {
    fn new(
        [verb, kind]: [&'static str; 2],
        name: &'a str,
        held: Option<bool>,
        shown: Option<String>,
    ) -> Self {
        Self {
            kind,
            verb,
            name,
            mark: match held {
                Some(true) => Mark::Ok,
                Some(false) => Mark::Wrong,
                None => Mark::Unjudged,
            },
            shown: shown.unwrap_or_else(|| NOT_THROUGH.to_owned()),
        }
    }

    /// `rows of chats`
    pub(crate) fn title(&self) -> String {
        format!("{} {}", self.kind, self.name)
    }

    /// `keeps the rows of chats`
    pub(crate) fn demand(&self) -> String {
        format!("{}{}", self.verb, self.title())
    }
}

/// `created index by_name, which no statement names`; the format spells object and names.
pub(crate) fn schema_change(
    change: &SchemaChange,
    object: &str,
    spelled: impl Fn(&str) -> String,
) -> String {
    let from = change.from.as_deref();
    let from = from.map(|from| format!("{} → ", spelled(from)));
    let aside = if change.named {
        ""
    } else {
        ", which no statement names"
    };
    let (word, name) = (change.change.word(), spelled(&change.name));
    format!("{word} {object} {}{name}{aside}", from.unwrap_or_default())
}

/// The items of the checklist with their titles. Of a migration that was not run, the first stands for
/// all.
pub(crate) fn checklist(migration: &Migration) -> impl Iterator<Item = (&str, &ChecklistItem)> {
    let is_run = migration.outcome != Outcome::NotRun;
    migration
        .checklist
        .iter()
        .take(if is_run { usize::MAX } else { 1 })
        .map(move |item| (if is_run { &item.title } else { "all of it" }, item))
}

/// The status of an item of the checklist.
pub(crate) fn status(status: Status) -> &'static str {
    match status {
        Status::Pass => "pass",
        Status::Fail => "FAIL",
        Status::NotEvaluated => "not evaluated",
    }
}

/// What shows that, and what would evaluate it.
pub(crate) fn answer(item: &ChecklistItem) -> String {
    let would_show = item.would_show.as_ref();
    let would_show = would_show.map(|what| format!(" → {what}"));
    format!("{}{}", item.shown_by, would_show.unwrap_or_default())
}

/// An item that fails, where that is no failure.
pub(crate) fn failed_item(item: &ChecklistItem) -> String {
    let status = status(item.status);
    format!(
        "{status}, which by itself decides nothing: {}",
        item.shown_by
    )
}
