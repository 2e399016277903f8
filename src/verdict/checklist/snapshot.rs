//! The items about the snapshot: whether damage would show on it, as on a production-like copy, and
//! whether it is a state to go back to, as a backup.
//!
//! The own look is at tables without rows that something reads or drops: nothing went wrong there, so
//! no finding says it.

use super::answer::{Answer, message, of_codes, stopped};
use super::{Case, Code, Finding, Status};
use crate::codes::Severity;
use crate::diff::{SchemaChange, SchemaEvent};
use crate::scope::{Op, TenantRule};
use crate::sentence::{Sentence, bare, name};
use crate::snapshot::age::{TakenBy, span, spelling};
use crate::snapshot::tenancy;
use crate::sql::ident;
use crate::verdict::facts::Tenants;
use crate::verdict::phrases::statement;
use std::time::SystemTime;

/// How a snapshot says when it was taken.
const DATED: &str = "name the snapshot with its time, as prod-20251116-100416.db, or \
    write a manifest with `harness snapshot inspect --write-manifest --taken-at TIME`";

/// Whether the snapshot says that it was taken later than now.
fn is_ahead(case: Case<'_>) -> bool {
    matches!(case.facts.snapshot.taken, Ok(Some((taken, _))) if taken > case.now)
}

pub(super) fn production_like(case: Case<'_>, found: &[Finding]) -> Answer {
    let codes = [
        Code::SingleTenantSnapshot,
        Code::UnpopulatedTable,
        Code::StaleSnapshot,
    ];
    let all = || of_codes(found, codes);
    let wrong = all()
        .filter(|finding| finding.severity != Severity::Note)
        .map(message);
    if let Some(failed) = Answer::fail(wrong.chain(dropped_empty(case))) {
        return failed;
    }
    // A note says that it is not known.
    if let Some(note) = all().next() {
        return Answer::open(message(note), note.help.clone());
    }
    stopped(case)
        .or_else(|| Answer::first(meets_empty(case)))
        .or_else(|| unseen_tenants(case))
        .or_else(|| undated(case))
        .unwrap_or_else(|| shows_damage(case))
}

/// Not evaluated, if the tenants of the snapshot do not show whose rows are written, or would be
/// elsewhere.
fn unseen_tenants(case: Case<'_>) -> Option<Answer> {
    match &case.facts.tenants {
        Tenants::Several => None,
        Tenants::NotConcerned => {
            let is_of_tenants = |table: &String| !is_shared(case, table);
            let meant = case.migration.statements.iter().find(|statement| {
                statement.kind.writes_rows() && statement.table.as_ref().is_some_and(is_of_tenants)
            })?;
            let rest = " writes no row of a tenant here, so whose it would write was not shown";
            let would_show = "a snapshot with rows that it matches";
            Some(Answer::open(statement(meant.index) + rest, would_show))
        }
        Tenants::Few(_) | Tenants::FewSoFar(_) => {
            let because = "rows of one tenant at most were found";
            Some(Answer::open(because, "a snapshot with several"))
        }
    }
}

/// Not evaluated, if an age is asked for and the snapshot is of the future.
fn undated(case: Case<'_>) -> Option<Answer> {
    let because = "by what it says of itself, the snapshot is ahead of this machine's clock";
    (case.facts.max_age.is_some() && is_ahead(case)).then(|| Answer::open(because, DATED))
}

fn shows_damage(case: Case<'_>) -> Answer {
    let tenants = match &case.facts.tenants {
        _ if case.tenants.none.is_some() => "there are no tenants",
        Tenants::NotConcerned => "no row that belongs to a tenant is written",
        _ => "the snapshot has rows of two tenants at least",
    };
    let older = |most| format!(", and it is not older than {}", span(most));
    let age = case.facts.max_age.map(older).unwrap_or_default();
    Answer::pass(format!(
        "{tenants}, no statement meets a table without rows{age}"
    ))
}

/// Whether an operation changed rows of a table.
fn changed(case: Case<'_>, table: &str, op: Op) -> bool {
    case.written_in(table).changed(op) > 0
}

/// What reads rows of a table that has none here, and may have some elsewhere.
fn meets_empty(case: Case<'_>) -> impl Iterator<Item = Answer> {
    reads_empty(case).map(|(what, table)| {
        let would_show = "a snapshot with rows in " + name(table);
        Answer::open(what + name(table) + ", which has no row here", would_show)
    })
}

fn reads_empty(case: Case<'_>) -> impl Iterator<Item = (Sentence, &str)> {
    // A table that the migration makes, or deletes from, has no row elsewhere either.
    let is_expected = move |table: &str| {
        case.rehearsal.before.table(table).is_none() || changed(case, table, Op::Delete)
    };
    case.runs().flat_map(move |look| {
        look.preview()
            .into_iter()
            .flat_map(|it| &it.empty)
            .filter(move |table| !is_expected(table))
            .map(move |table| (look.named() + " reads ", table.as_str()))
    })
}

/// The tables with an owner that are dropped and have no row whose deletion was seen.
fn dropped_empty(case: Case<'_>) -> impl Iterator<Item = Sentence> {
    let is_dropped =
        |change: &&SchemaChange| change.object == "table" && change.change == SchemaEvent::Dropped;
    // A table that could not be read is not known to be empty.
    let is_unread = move |name: &str| {
        case.diff
            .unevaluated
            .iter()
            .any(|(table, _)| ident::same(table, name))
    };
    let has_rows = move |name: &str| case.found_in(name).is_some() || is_unread(name);
    case.diff
        .schema
        .iter()
        .filter(is_dropped)
        .map(|change| &change.name)
        .filter(move |name| {
            let is_of_one = case.tenants.none.is_some();
            !has_rows(name) && (is_of_one || !is_shared(case, name))
        })
        .map(|table| name(table) + " is dropped without a row in it, so nothing was shown")
}

/// Whether a table's rows are declared to be nobody's, or are none of the database.
fn is_shared(case: Case<'_>, name: &str) -> bool {
    let table = case.tables(name).next();
    table.is_none_or(|table| tenancy::rule_for(case.tenants, table) == Some(TenantRule::Shared))
}

pub(super) fn backup(case: Case<'_>, found: &[Finding]) -> Answer {
    let mut stale = of_codes(found, [Code::StaleSnapshot]);
    if let Some(stale) = stale.find(|finding| finding.severity != Severity::Note) {
        return Answer::of(Status::Fail, message(stale));
    }
    let snapshot = &case.facts.snapshot;
    let identity = bare(&snapshot.source) + format!(" ({} bytes)", snapshot.bytes);
    match &snapshot.taken {
        Ok(Some(taken)) => of_age(case, identity + dated(case, *taken)),
        Ok(None) => Answer::open("nothing says when " + identity + " was taken", DATED),
        Err(reason) => Answer::open(reason.as_str(), DATED),
    }
}

/// Of a snapshot that says when it was taken.
fn of_age(case: Case<'_>, was: Sentence) -> Answer {
    match case.facts.max_age {
        _ if is_ahead(case) => {
            Answer::open(was + ", which is ahead of this machine's clock", DATED)
        }
        Some(most) => Answer::pass(was + format!(", not more than {} ago", span(most))),
        None => Answer::open(
            was + "; nothing says how old a backup may be",
            "`max_age` under [snapshot] in harness.toml",
        ),
    }
}

/// ` was taken at 2025-11-16 10:04, as its name says`
fn dated(case: Case<'_>, (taken, by): (SystemTime, TakenBy)) -> Sentence {
    let spelled = |at: SystemTime| spelling(at).unwrap_or_else(|| "no time".to_owned());
    let (taken, by) = (spelled(taken), by.word());
    let contradicted = case.facts.snapshot.contradicted.filter(|_| !is_ahead(case));
    match contradicted.map(spelled) {
        Some(written) => {
            format!(" was written to last at {written}, before the {taken} that its {by} says")
        }
        None => format!(" was taken at {taken}, as its {by} says"),
    }
    .into()
}
