//! Findings about keys that the engine gave again while rows refer to the row that had them.

use crate::diff::{Referring, ReusedKeys};
use crate::sentence::{Sentence, name, value};
use crate::verdict::phrases::{few, names, rows_of};
use crate::verdict::{Case, Code, Finding};

pub(in crate::verdict) fn findings(case: Case<'_>) -> Vec<Finding> {
    let reused = case.diff.reused.iter();
    reused.map(|reused| finding(case, reused)).collect()
}

fn finding(case: Case<'_>, reused: &ReusedKeys) -> Finding {
    let keys = reused.keys.iter().map(|key| value(key.to_string()));
    let (lead, rest) = match reused.keys.len() {
        1 => ("the key ", " is given again to a new row, and "),
        _ => ("the keys ", " are given again to new rows, and "),
    };
    let refer = |by: &Referring| {
        let columns = names(&by.columns);
        rows_of(by.rows, &by.table) + " by " + columns
    };
    let rows = reused.by.iter().map(|by| by.rows).sum();
    let message = Sentence::from(lead)
        + few(keys, ", ")
        + " of "
        + name(&reused.table)
        + rest
        + "what referred to the old one refers to the new one: "
        + few(reused.by.iter().map(refer), "; ");
    Finding::new(Code::KeyReused, message)
        .on(&reused.table)
        .at(case.first_place(&reused.statements))
        .rows(rows)
}
