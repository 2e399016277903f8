//! The item about subqueries: each ran alone, and a finding says if the statement reaches further.
//!
//! Its own look is at the queries that no finding mentions: those that were not run alone.

use super::answer::{Answer, Gap, message, of_codes};
use super::{Case, Code, Finding, unnamed};
use crate::codes::Severity;
use crate::migration::Statement;
use crate::rehearse::{PreviewRun, StatementRun};
use crate::rewrite::UpdateOrDelete;
use crate::sentence::{Sentence, engine};
use crate::sql::token;
use crate::verdict::phrases::{rows, statement};

/// What would let a clause be looked at that the rewriting to a SELECT does not cover.
pub(super) const PLAINER: &str = "a plainer statement, of which a SELECT can be made";

/// The UPDATE and DELETE statements, with what running each did; none if it was not reached.
pub(super) fn writes(case: Case<'_>) -> impl Iterator<Item = (&Statement, Option<&StatementRun>)> {
    case.migration
        .statements
        .iter()
        .filter(|s| s.kind.finds_rows())
        .map(move |statement| (statement, case.run(statement.index)))
}

/// The UPDATE and DELETE statements that have a preview.
pub(super) fn previewed(case: Case<'_>) -> impl Iterator<Item = (&Statement, &PreviewRun)> {
    writes(case).filter_map(move |(statement, _)| Some((statement, case.preview(statement.index)?)))
}

/// Why nothing is known of a statement's WHERE clause, if it concerns rows of the database.
pub(super) fn unknown(write: &Statement, run: Option<&StatementRun>) -> Option<Gap> {
    let lead = statement(write.index);
    match run.map(|run| &run.preview) {
        None => Some(Gap::new(
            lead + " was not reached",
            "a rehearsal that reaches it",
        )),
        Some(Some(Err(none))) if none.is_a_gap() => {
            let because = lead + " has no preview: " + engine(none.to_string());
            Some(Gap::new(because, PLAINER))
        }
        Some(Some(_)) => None,
        Some(None) => Some(Gap::new(lead + " has no preview", PLAINER)),
    }
}

pub(super) fn subqueries_alone(case: Case<'_>, found: &[Finding]) -> Answer {
    let further =
        previewed(case).filter_map(|(write, preview)| reaches_further(write, preview, found));
    if let Some(failed) = Answer::fail(further) {
        return failed;
    }
    let gaps = writes(case).flat_map(|(write, run)| gaps(case, write, run));
    Answer::open_for(gaps.chain(unnamed::subqueries(case)))
        .unwrap_or_else(|| Answer::Pass(ran_alone(case)))
}

/// That each subquery ran alone, with the rows of the first.
fn ran_alone(case: Case<'_>) -> Sentence {
    let ran: Vec<Sentence> = previewed(case)
        .flat_map(|(write, preview)| {
            let selected = preview
                .subqueries
                .iter()
                .filter_map(|run| run.result.as_ref().ok());
            selected.map(|selected| statement(write.index) + ": " + rows(selected.rows))
        })
        .collect();
    let lead = match ran.len() {
        0 => return "no UPDATE or DELETE finds its rows by a subquery".into(),
        1 => "the one subquery ran alone (".into(),
        n => "each of the " + Sentence::from(n) + " subqueries ran alone (",
    };
    let (shown, more) = match ran.len() {
        n if n <= 4 => (n, Sentence::default()),
        n => (3, ", and " + Sentence::from(n - 3) + " more"),
    };
    lead + Sentence::join(ran.into_iter().take(shown), ", ") + more + ")"
}

/// How the rows that a statement matches exceed those that its subquery selects, if a finding says
/// that it reaches further.
fn reaches_further(write: &Statement, preview: &PreviewRun, found: &[Finding]) -> Option<Sentence> {
    let is_here = |f: &&Finding| f.place.and_then(|place| place.statement) == Some(write.index);
    let is_wrong = |f: &&Finding| f.code == Code::SubqueryFanOut || f.severity == Severity::Error;
    let finding = of_codes(found, [Code::SubqueryFanOut, Code::PartialKeyMatch])
        .filter(is_here)
        .find(is_wrong)?;
    let mut results = preview
        .subqueries
        .iter()
        .filter_map(|run| run.result.as_ref().ok());
    let Some(selected) = results.next() else {
        return (finding.code == Code::SubqueryFanOut).then(|| message(finding));
    };
    let whose = selected
        .tenants
        .as_ref()
        .map_or(0, |(tenants, _)| tenants.len());
    let selects = rows(selected.rows) + of_tenants(whose) + ", and the statement matches ";
    let lead = "the subquery of " + statement(write.index) + " selects ";
    Some(lead + selects + rows(preview.rows) + of_tenants(preview.tenants.len()))
}

/// ` of 2 tenants`
fn of_tenants(n: usize) -> String {
    match n {
        0 => String::new(),
        1 => " of one tenant".to_owned(),
        n => format!(" of {n} tenants"),
    }
}

/// Why the queries of a statement are not known to have run alone.
fn gaps(case: Case<'_>, write: &Statement, run: Option<&StatementRun>) -> Vec<Gap> {
    let mut gaps: Vec<Gap> = unknown(write, run).into_iter().collect();
    match run.and_then(|run| run.preview.as_ref()) {
        Some(Ok(preview)) => {
            let failed = preview
                .subqueries
                .iter()
                .filter_map(|run| run.result.as_ref().err());
            gaps.extend(elsewhere(case, write));
            gaps.extend(failed.map(|why| not_alone(write, why)));
        }
        Some(Err(none))
            if !none.is_a_gap() && token::mentions(case.migration.sql(write), "select") =>
        {
            let lead = "the subqueries of " + statement(write.index) + " were not run: ";
            let would_show = "a statement whose target is a table of the database";
            gaps.push(Gap::new(lead + engine(none.to_string()), would_show));
        }
        _ => {}
    }
    gaps
}

/// A query that a statement joins, or names after IN, decides which rows it means as much as a
/// subquery of its WHERE clause.
fn elsewhere(case: Case<'_>, write: &Statement) -> Option<Gap> {
    let update = UpdateOrDelete::parse(case.migration.sql(write));
    match update.map(|update| update.finds_by_query()) {
        Ok(false) => None,
        Ok(true) => {
            let rest = " joins, or names behind IN, was not run alone";
            Some(Gap::new(
                "a query that " + statement(write.index) + rest,
                "the same query in the WHERE clause, in parentheses behind IN",
            ))
        }
        Err(none) => {
            let lead = "the clauses of " + statement(write.index) + " are not known: ";
            Some(Gap::new(lead + engine(none.to_string()), PLAINER))
        }
    }
}

fn not_alone(write: &Statement, why: &str) -> Gap {
    let lead = "a subquery of " + statement(write.index) + " does not run alone: ";
    let would_show = "a subquery that needs nothing of the row outside it";
    Gap::new(lead + engine(why), would_show)
}
