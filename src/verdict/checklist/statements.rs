//! The items about subqueries and about WHERE clauses: each ran alone, or as a SELECT, and a finding
//! says if the statement reaches further or wrote other rows.
//!
//! Their own look is at what no finding mentions: the queries and clauses that were not run.

use super::answer::{Answer, message, of_codes};
use super::{Case, Code, Finding, unnamed};
use crate::codes::Severity;
use crate::rehearse::{PreviewRun, Selected};
use crate::rewrite::UpdateOrDelete;
use crate::sentence::{Sentence, engine};
use crate::sql::token;
use crate::verdict::case::Look;
use crate::verdict::phrases::{rows, shortened, statement};

/// What would let a clause be looked at that the rewriting to a SELECT does not cover.
pub(super) const PLAINER: &str = "a plainer statement, of which a SELECT can be made";

/// The UPDATE and DELETE statements that were run.
pub(super) fn writes(case: Case<'_>) -> impl Iterator<Item = Look<'_>> {
    case.runs().filter(|look| look.statement.kind.finds_rows())
}

/// Those of them that have a preview.
fn previewed(case: Case<'_>) -> impl Iterator<Item = (Look<'_>, &PreviewRun)> {
    writes(case).filter_map(|look| Some((look, look.preview()?)))
}

/// The UPDATE and DELETE statements of which nothing is known, since they were not reached.
pub(super) fn unreached(case: Case<'_>) -> impl Iterator<Item = Answer> {
    let reached = case.rehearsal.statements.len();
    case.migration
        .statements
        .iter()
        .skip(reached)
        .filter(|write| write.kind.finds_rows())
        .map(|write| {
            let because = statement(write.index) + " was not reached";
            Answer::open(because, "a rehearsal that reaches it")
        })
}

/// Why nothing is known of a statement's WHERE clause, if it concerns rows of the database.
pub(super) fn unknown(write: Look<'_>) -> Option<Answer> {
    let lead = write.named() + " has no preview";
    match &write.run.preview {
        Some(Err(none)) if none.is_a_gap() => Some(Answer::open(
            lead + ": " + engine(none.to_string()),
            PLAINER,
        )),
        Some(_) => None,
        None => Some(Answer::open(lead, PLAINER)),
    }
}

/// What the subqueries of a statement select that ran alone.
fn selected(preview: &PreviewRun) -> impl Iterator<Item = &Selected> {
    preview
        .subqueries
        .iter()
        .map(|run| run.result.as_ref())
        .filter_map(Result::ok)
}

pub(super) fn subqueries_alone(case: Case<'_>, found: &[Finding]) -> Answer {
    let further =
        previewed(case).filter_map(|(write, preview)| reaches_further(write, preview, found));
    let gaps = || {
        let gaps = writes(case).flat_map(gaps).chain(unreached(case));
        Answer::first(gaps.chain(unnamed::subqueries(case)))
    };
    Answer::fail(further)
        .or_else(gaps)
        .unwrap_or_else(|| Answer::pass(ran_alone(case)))
}

/// That each subquery ran alone, with the rows of the first.
fn ran_alone(case: Case<'_>) -> Sentence {
    let ran: Vec<Sentence> = previewed(case)
        .flat_map(|(write, preview)| {
            selected(preview).map(move |selected| write.named() + ": " + rows(selected.rows))
        })
        .collect();
    let lead = match ran.len() {
        0 => return "no UPDATE or DELETE finds its rows by a subquery".into(),
        1 => "the one subquery ran alone (".into(),
        n => "each of the " + Sentence::from(n) + " subqueries ran alone (",
    };
    let shown = if ran.len() > 4 { 3 } else { 4 };
    lead + shortened(ran, shown, ", ", ", and ") + ")"
}

/// How the rows that a statement matches exceed those that its subquery selects, if a finding says
/// that it reaches further.
fn reaches_further(write: Look<'_>, preview: &PreviewRun, found: &[Finding]) -> Option<Sentence> {
    let at = Some(write.statement.index);
    let is_here = |f: &&Finding| f.place.and_then(|place| place.statement) == at;
    let is_wrong = |f: &&Finding| f.code == Code::SubqueryFanOut || f.severity == Severity::Error;
    let finding = of_codes(found, [Code::SubqueryFanOut, Code::PartialKeyMatch])
        .filter(is_here)
        .find(is_wrong)?;
    let Some(selected) = selected(preview).next() else {
        return (finding.code == Code::SubqueryFanOut).then(|| message(finding));
    };
    let tenants = selected.tenants.as_ref();
    let whose = tenants.map_or(0, |(tenants, _)| tenants.len());
    let selects = rows(selected.rows) + of_tenants(whose) + ", and the statement matches ";
    let lead = "the subquery of " + write.named() + " selects ";
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
fn gaps(write: Look<'_>) -> Vec<Answer> {
    let mut gaps = Vec::from_iter(unknown(write));
    match &write.run.preview {
        Some(Ok(preview)) => {
            gaps.extend(elsewhere(write));
            for why in preview
                .subqueries
                .iter()
                .filter_map(|run| run.result.as_ref().err())
            {
                let lead = "a subquery of " + write.named() + " does not run alone: ";
                let would_show = "a subquery that needs nothing of the row outside it";
                gaps.push(Answer::open(lead + engine(why), would_show));
            }
        }
        Some(Err(none)) if !none.is_a_gap() && token::mentions(write.sql(), "select") => {
            let lead = "the subqueries of " + write.named() + " were not run: ";
            gaps.push(Answer::open(
                lead + engine(none.to_string()),
                "a statement whose target is a table of the database",
            ));
        }
        _ => {}
    }
    gaps
}

/// A query that a statement joins, or names after IN, decides which rows it means as much as a
/// subquery of its WHERE clause.
fn elsewhere(write: Look<'_>) -> Option<Answer> {
    match UpdateOrDelete::parse(write.sql()) {
        Ok(update) => update.finds_by_query().then(|| {
            let rest = " joins, or names behind IN, was not run alone";
            let would_show = "the same query in the WHERE clause, in parentheses behind IN";
            Answer::open("a query that " + write.named() + rest, would_show)
        }),
        Err(none) => {
            let lead = "the clauses of " + write.named() + " are not known: ";
            Some(Answer::open(lead + engine(none.to_string()), PLAINER))
        }
    }
}

pub(super) fn where_as_select(case: Case<'_>, found: &[Finding]) -> Answer {
    let wrong = of_codes(found, [Code::NoPreview, Code::PreviewMismatch])
        .filter(|finding| finding.severity == Severity::Error);
    let gaps = || {
        let would_show = "a statement that writes the rows that its WHERE clause matches";
        let mismatches =
            of_codes(found, [Code::PreviewMismatch]).map(|f| Answer::open(message(f), would_show));
        let gaps = writes(case).filter_map(unknown).chain(unreached(case));
        Answer::first(gaps.chain(mismatches).chain(unnamed::clauses(case)))
    };
    Answer::fail(wrong.map(message))
        .or_else(gaps)
        .unwrap_or_else(|| Answer::pass(ran_first(case)))
}

/// That each clause ran as a SELECT, with the rows of all.
fn ran_first(case: Case<'_>) -> Sentence {
    let shown: Vec<u64> = previewed(case).map(|(_, preview)| preview.rows).collect();
    let gave = || rows(shown.iter().sum());
    let selected = unnamed::selected(case);
    match shown.len() {
        0 if !selected.is_empty() => {
            "the query of each INSERT that updates or replaces rows ran as a SELECT first, which \
            gave "
                + rows(selected.iter().sum())
        }
        0 if unnamed::are_there(case) => "what updates or deletes rows has no WHERE clause".into(),
        0 => "no UPDATE or DELETE is of a table of the database".into(),
        1 => "the one UPDATE or DELETE ran as a SELECT first, which gave " + gave(),
        n => {
            let lead = format!("each of the {n} UPDATE and DELETE statements");
            Sentence::from(lead) + " ran as a SELECT first; together they gave " + gave()
        }
    }
}
