//! The items about single statements: their subqueries and their WHERE clauses.

use super::super::scope::rows;
use super::{Answer, Case, Code, Finding, of_code, others, told};
use crate::codes::Severity;
use crate::migration::Statement;
use crate::rehearse::StatementRun;
use crate::rewrite;
use crate::sql::token;

/// What would let a clause be looked at that the rewriting to a SELECT does not cover.
pub(super) const PLAINER: &str = "a plainer statement, of which a SELECT can be made";

/// The UPDATE and DELETE statements, with what running each did; none where it was not reached.
pub(super) fn writes(case: Case<'_>) -> impl Iterator<Item = (&Statement, Option<&StatementRun>)> {
    let runs = &case.rehearsal.statements;
    let run = |statement: &Statement| {
        runs.binary_search_by_key(&statement.index, |run| run.index)
            .ok()
            .map(|at| &runs[at])
    };
    case.migration
        .statements
        .iter()
        .filter(|statement| statement.kind.finds_rows())
        .map(move |statement| (statement, run(statement)))
}

/// Why nothing is known of a statement's WHERE clause, where it concerns rows of the database.
pub(super) fn unknown(
    statement: &Statement,
    run: Option<&StatementRun>,
) -> Option<(String, String)> {
    let index = statement.index;
    let (why, would_show) = match run.map(|run| &run.preview) {
        None => (
            format!("statement {index} was not reached"),
            "a rehearsal that reaches it",
        ),
        Some(Some(Ok(_))) => return None,
        Some(Some(Err(none))) if !none.is_a_gap() => return None,
        Some(Some(Err(none))) => (format!("statement {index} has no preview: {none}"), PLAINER),
        Some(None) => (format!("statement {index} has no preview"), PLAINER),
    };
    Some((why, would_show.to_owned()))
}

pub(super) fn subqueries_alone(case: Case<'_>, found: &[Finding]) -> Answer {
    if let Some(shown) =
        told(writes(case).filter_map(|(statement, run)| reaches_further(statement, run?, found)))
    {
        return Answer::Fail(shown);
    }
    let (mut ran, mut open) = (Vec::new(), Vec::new());
    for (statement, run) in writes(case) {
        open.extend(unknown(statement, run));
        match run.and_then(|run| run.preview.as_ref()) {
            Some(Ok(preview)) => {
                open.extend(elsewhere(case, statement));
                for subquery in &preview.subqueries {
                    match &subquery.result {
                        Ok(selected) => ran.push(format!(
                            "statement {}: {}",
                            statement.index,
                            rows(selected.rows)
                        )),
                        Err(why) => open.push(not_alone(statement, why)),
                    }
                }
            }
            Some(Err(none))
                if !none.is_a_gap() && token::mentions(case.migration.sql(statement), "select") =>
            {
                let why = format!(
                    "the subqueries of statement {} were not run: {none}",
                    statement.index
                );
                open.push((
                    why,
                    "a statement whose target is a table of the database".to_owned(),
                ));
            }
            _ => {}
        }
    }
    open.extend(others::subqueries(case));
    Answer::open_for(open).unwrap_or_else(|| {
        Answer::Pass(match ran.len() {
            0 => "no UPDATE or DELETE finds its rows by a subquery".to_owned(),
            1 => format!("the one subquery ran alone ({})", ran[0]),
            n if n <= 4 => format!("each of the {n} subqueries ran alone ({})", ran.join(", ")),
            n => format!(
                "each of the {n} subqueries ran alone ({}, and {} more)",
                ran[..3].join(", "),
                n - 3
            ),
        })
    })
}

/// What a statement matches beside what its subquery selects, where a finding says that it reaches
/// further.
fn reaches_further(statement: &Statement, run: &StatementRun, found: &[Finding]) -> Option<String> {
    let codes = [Code::SubqueryFanOut, Code::PartialKeyMatch];
    let is_here = |f: &&Finding| f.place.and_then(|place| place.statement) == Some(statement.index);
    let mut here = codes
        .into_iter()
        .flat_map(|code| of_code(found, code))
        .filter(is_here);
    let finding = here.find(|f| f.code == Code::SubqueryFanOut || f.severity == Severity::Error)?;
    let preview = run.preview.as_ref()?.as_ref().ok()?;
    let Some(selected) = preview
        .subqueries
        .iter()
        .find_map(|subquery| subquery.result.as_ref().ok())
    else {
        return Some(finding.message.clone()).filter(|_| finding.code == Code::SubqueryFanOut);
    };
    let whose = selected
        .tenants
        .as_ref()
        .map(|(tenants, _)| of_tenants(tenants.len()))
        .unwrap_or_default();
    let (selects, matches) = (rows(selected.rows), rows(preview.rows));
    let index = statement.index;
    Some(format!(
        "the subquery of statement {index} selects {selects}{whose}, and the statement matches \
        {matches}{}",
        of_tenants(preview.tenants.len())
    ))
}

/// ` of 2 tenants`
fn of_tenants(n: usize) -> String {
    match n {
        0 => String::new(),
        1 => " of one tenant".to_owned(),
        n => format!(" of {n} tenants"),
    }
}

/// A query that a statement joins, or names behind IN, decides which rows it means as much as a
/// subquery of its WHERE clause does.
fn elsewhere(case: Case<'_>, statement: &Statement) -> Option<(String, String)> {
    let index = statement.index;
    match rewrite::finds_by_query(case.migration.sql(statement)) {
        Ok(false) => None,
        Ok(true) => {
            let why = format!(
                "a query that statement {index} joins, or names behind IN, was not run alone"
            );
            Some((
                why,
                "the same query in the WHERE clause, in parentheses behind IN".to_owned(),
            ))
        }
        Err(none) => Some((
            format!("the clauses of statement {index} are not known: {none}"),
            PLAINER.to_owned(),
        )),
    }
}

fn not_alone(statement: &Statement, why: &str) -> (String, String) {
    let would_show = "a subquery that needs nothing of the row outside it";
    (
        format!(
            "a subquery of statement {} does not run alone: {why}",
            statement.index
        ),
        would_show.to_owned(),
    )
}

pub(super) fn where_as_select(case: Case<'_>, found: &[Finding]) -> Answer {
    let codes = [Code::NoPreview, Code::PreviewMismatch];
    let wrong = codes
        .into_iter()
        .flat_map(|code| of_code(found, code))
        .filter(|f| f.severity == Severity::Error);
    if let Some(shown) = told(wrong.map(|f| f.message.clone())) {
        return Answer::Fail(shown);
    }
    let mismatch = |f: &Finding| {
        (
            f.message.clone(),
            "a statement that writes the rows that its WHERE clause matches".to_owned(),
        )
    };
    let unknown = writes(case).filter_map(|(statement, run)| unknown(statement, run));
    let mismatches = of_code(found, Code::PreviewMismatch).map(mismatch);
    if let Some(open) = Answer::open_for(
        unknown
            .chain(mismatches)
            .chain(others::clauses(case))
            .collect(),
    ) {
        return open;
    }
    let shown: Vec<u64> = writes(case)
        .filter_map(|(_, run)| Some(run?.preview.as_ref()?.as_ref().ok()?.rows))
        .collect();
    let gave = rows(shown.iter().sum());
    let selected = others::selected(case);
    Answer::Pass(match shown.len() {
        0 if !selected.is_empty() => {
            format!(
                "the query of each INSERT that updates or replaces rows ran as a SELECT first, \
                which gave {}",
                rows(selected.iter().sum())
            )
        }
        0 if others::are_there(case) => {
            "what updates or deletes rows has no WHERE clause".to_owned()
        }
        0 => "no UPDATE or DELETE is of a table of the database".to_owned(),
        1 => format!("the one UPDATE or DELETE ran as a SELECT first, which gave {gave}"),
        n => format!(
            "each of the {n} UPDATE and DELETE statements ran as a SELECT first; together they \
            gave {gave}"
        ),
    })
}
