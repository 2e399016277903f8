//! Findings about references that lead nowhere, and what the engine's own check of the database
//! says.

use super::{Case, Code, Finding, Severity};
use crate::diff::Dangling;
use crate::sql::Value;

pub(super) fn findings(case: Case<'_>) -> Vec<Finding> {
    let mut found: Vec<Finding> = case
        .facts
        .references
        .dangling
        .iter()
        .map(|d| dangling(case, d))
        .collect();
    for (table, reason) in &case.facts.references.unevaluated {
        found.push(
            Finding::new(
                Code::NotEvaluated,
                format!("the references of `{table}` could not be evaluated: {reason}"),
            )
            .on(table),
        );
    }
    if case.facts.references.known > 0 {
        let rows = super::scope::rows(case.facts.references.known);
        found.push(note(
            Code::ForeignKeyViolation,
            format!("{rows} referred to rows that are not there before the migration already"),
        ));
    }
    found.extend(engine(case));
    found
}

fn dangling(case: Case<'_>, dangling: &Dangling) -> Finding {
    let Dangling {
        table,
        columns,
        parent,
        rows,
        statements,
        mismatch,
        ..
    } = dangling;
    let key = format!("`{table}` ({})", columns.join(", "));
    let message = if let Some(reason) = mismatch {
        format!("{key} cannot refer to `{parent}` any more: {reason}")
    } else {
        let refer = if *rows == 1 { "refers" } else { "refer" };
        let (rows, samples) = (super::scope::rows(*rows), samples(case, dangling));
        if case.rehearsal.after.table(parent).is_some() {
            format!("{rows} of {key} {refer} to rows of `{parent}` that are not there: {samples}")
        } else {
            format!("{rows} of {key} {refer} to table `{parent}`, which is not there: {samples}")
        }
    };
    let mut finding = Finding::new(Code::ForeignKeyViolation, message)
        .on(table)
        .at(case.first_place(statements));
    finding.rows = Some(*rows).filter(|rows| *rows > 0);
    finding
}

/// `7`, `(1, 7), (2, 7), …`
fn samples(case: Case<'_>, dangling: &Dangling) -> String {
    let spell = |values: &Vec<Value>| {
        let each = dangling
            .columns
            .iter()
            .zip(values)
            .map(|(column, value)| case.hidden.literal(&dangling.table, column, value));
        let each: Vec<String> = each.collect();
        if each.len() == 1 {
            each.concat()
        } else {
            format!("({})", each.join(", "))
        }
    };
    let more = dangling.has_more.then(|| "…".to_owned());
    dangling
        .samples
        .iter()
        .map(spell)
        .chain(more)
        .collect::<Vec<_>>()
        .join(", ")
}

fn note(code: Code, message: String) -> Finding {
    Finding {
        severity: Severity::Note,
        ..Finding::new(code, message)
    }
}

/// Messages of the engine's that are shown.
const SHOWN: usize = 3;

fn engine(case: Case<'_>) -> Vec<Finding> {
    let told = |messages: &[String]| {
        let more = messages.len().saturating_sub(SHOWN);
        let rest = if more == 0 {
            String::new()
        } else {
            format!(", and {more} more")
        };
        format!("{}{rest}", messages[..messages.len().min(SHOWN)].join("; "))
    };
    match case.facts.deep.as_ref().map(|deep| &deep.integrity) {
        None => Vec::new(),
        Some(Err(reason)) => vec![note(
            Code::Integrity,
            format!("the database could not be checked: {reason}"),
        )],
        Some(Ok(integrity)) => {
            let mut found = Vec::new();
            if !integrity.new.is_empty() {
                found.push(Finding::new(
                    Code::Integrity,
                    format!(
                        "the migrated database is not in order: {}",
                        told(&integrity.new)
                    ),
                ));
            }
            if !integrity.known.is_empty() {
                found.push(note(
                    Code::Integrity,
                    format!(
                        "the database was not in order before the migration already: {}",
                        told(&integrity.known)
                    ),
                ));
            }
            found
        }
    }
}
