//! The item about WHERE clauses: each ran as a SELECT, and a finding says if one gave other rows
//! than its statement wrote.

use super::answer::{Answer, Gap, message, of_codes};
use super::statements::{previewed, unknown, writes};
use super::{Case, Code, Finding, unnamed};
use crate::codes::Severity;
use crate::sentence::Sentence;
use crate::verdict::phrases::rows;

pub(super) fn where_as_select(case: Case<'_>, found: &[Finding]) -> Answer {
    let wrong = of_codes(found, [Code::NoPreview, Code::PreviewMismatch])
        .filter(|finding| finding.severity == Severity::Error);
    if let Some(failed) = Answer::fail(wrong.map(message)) {
        return failed;
    }
    let would_show = "a statement that writes the rows that its WHERE clause matches";
    let mismatches =
        of_codes(found, [Code::PreviewMismatch]).map(|f| Gap::new(message(f), would_show));
    let gaps = writes(case)
        .filter_map(|(write, run)| unknown(write, run))
        .chain(mismatches)
        .chain(unnamed::clauses(case));
    Answer::open_for(gaps).unwrap_or_else(|| Answer::Pass(ran_first(case)))
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
