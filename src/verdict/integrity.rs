//! Findings about references that lead nowhere, and about what the engine's own check of the
//! database says.

use super::phrases::{list, rows, shortened};
use super::{Case, Code, Finding, Severity};
use crate::diff::Dangling;
use crate::sentence::{self, Cell, Origin, Sentence, engine, name};
use crate::sql::Value;

pub(super) fn findings(case: Case<'_>) -> Vec<Finding> {
    let references = &case.facts.references;
    let dangling = references.dangling.iter().map(|one| dangling(case, one));
    let unevaluated = references.unevaluated.iter().map(|(table, reason)| {
        let message =
            "the references of " + name(table) + " could not be evaluated: " + engine(reason);
        Finding::new(Code::NotEvaluated, message).on(table)
    });
    let known = (references.known > 0).then(|| {
        let rest = " referred to rows that are not there before the migration already";
        note(Code::ForeignKeyViolation, rows(references.known) + rest)
    });
    dangling
        .chain(unevaluated)
        .chain(known)
        .chain(engine_check(case))
        .collect()
}

fn dangling(case: Case<'_>, dangling: &Dangling) -> Finding {
    let message = match &dangling.mismatch {
        Some(reason) => {
            let lead = key(dangling) + " cannot refer to " + name(&dangling.parent);
            lead + " any more: " + engine(reason)
        }
        None => leads_nowhere(case, dangling),
    };
    let mut finding = Finding::new(Code::ForeignKeyViolation, message)
        .on(&dangling.table)
        .at(case.first_place(&dangling.statements));
    finding.rows = Some(dangling.rows).filter(|rows| *rows > 0);
    finding
}

/// ``t` (a, b)``
fn key(dangling: &Dangling) -> Sentence {
    name(&dangling.table) + " (" + list(&dangling.columns) + ")"
}

fn leads_nowhere(case: Case<'_>, dangling: &Dangling) -> Sentence {
    let refer = match dangling.rows {
        1 => " refers to ",
        _ => " refer to ",
    };
    let parent = name(&dangling.parent);
    let parent = match case.rehearsal.after.table(&dangling.parent) {
        Some(_) => "rows of " + parent + " that are not there: ",
        None => "table " + parent + ", which is not there: ",
    };
    rows(dangling.rows) + " of " + key(dangling) + refer + parent + samples(dangling)
}

/// `7`, `(1, 7), (2, 7), …`
fn samples(dangling: &Dangling) -> Sentence {
    let cell = |(column, value): (&String, &Value)| {
        let it = Cell {
            value: value.clone(),
            of: Origin::Column(dangling.table.clone(), column.clone()),
            around: ["", ""],
            rank: 0,
        };
        sentence::cell(it, value.literal())
    };
    let row = |row: &Vec<Value>| {
        let cells = Sentence::join(dangling.columns.iter().zip(row).map(cell), ", ");
        match row.len() {
            1 => cells,
            _ => "(" + cells + ")",
        }
    };
    let more = dangling.has_more.then(|| "…".into());
    Sentence::join(dangling.samples.iter().map(row).chain(more), ", ")
}

fn note(code: Code, message: impl Into<Sentence>) -> Finding {
    Finding::new(code, message).severity(Severity::Note)
}

fn engine_check(case: Case<'_>) -> Vec<Finding> {
    let integrity = match case.facts.deep.as_ref().map(|deep| &deep.integrity) {
        None => return Vec::new(),
        Some(Err(reason)) => {
            let message = "the database could not be checked: " + engine(reason);
            return vec![note(Code::Integrity, message)];
        }
        Some(Ok(integrity)) => integrity,
    };
    let new = "the migrated database is not in order: ";
    let known = "the database was not in order before the migration already: ";
    let new = quoted(&integrity.new).map(|said| Finding::new(Code::Integrity, new + said));
    let known = quoted(&integrity.known).map(|said| note(Code::Integrity, known + said));
    new.into_iter().chain(known).collect()
}

/// The first three messages, and how many more there are; none if there is none.
fn quoted(messages: &[String]) -> Option<Sentence> {
    let said = messages.iter().map(engine);
    (!messages.is_empty()).then(|| shortened(said, 3, "; ", ", and "))
}
