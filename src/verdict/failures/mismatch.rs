//! Findings about previews whose rows are not those that their statements wrote.

use crate::change::RowAddress;
use crate::rehearse::Mismatch;
use crate::sentence::{self, Cell, Origin, Sentence, bare};
use crate::sql::Value;
use crate::verdict::case::Look;
use crate::verdict::phrases::was;
use crate::verdict::{Code, Finding, Severity};

/// The finding about one statement.
pub(super) fn finding(look: Look<'_>, mismatch: &Mismatch) -> Finding {
    let skipped = skipped(look, mismatch);
    said(look.named(), mismatch, skipped).of_statement(look)
}

fn said(statement: Sentence, mismatch: &Mismatch, skipped: Sentence) -> Finding {
    let Mismatch {
        unwritten,
        unforeseen,
        reason,
        ..
    } = *mismatch;
    if let Some(reason) = reason.filter(|_| mismatch.is_incomparable) {
        let what = match unwritten {
            1 => "the row that its preview returned",
            _ => "the rows that its preview returned",
        };
        let message = statement + ": " + what + " cannot be held against those that it wrote: ";
        let help = "nothing, if the changes shown are the ones you meant: they come from comparing \
            the states before and after";
        return Finding::new(Code::PreviewMismatch, message + reason)
            .rows(unwritten)
            .severity(Severity::Note)
            .help(help);
    }
    let part = |n: u64, what: &str, not: &str, which: Sentence| {
        let rows = if n == 1 { "row" } else { "rows" };
        let part = format!("{n} {what} {rows} {} not {not}", was(n));
        (n > 0).then(|| Sentence::from(part) + which)
    };
    let parts = [
        part(unwritten, "previewed", "written", skipped),
        part(unforeseen, "written", "previewed", Sentence::default()),
    ];
    let message = statement + ": " + Sentence::join(parts.into_iter().flatten(), ", ");
    let finding =
        |message| Finding::new(Code::PreviewMismatch, message).rows(unwritten + unforeseen);
    match reason {
        None => finding(message),
        Some(reason) => finding(message + " (" + reason + ")")
            .severity(Severity::Note)
            .help(KNOWN),
    }
}

const KNOWN: &str = "the reason is known, and the changes were captured all the same: hold the rows that \
    were written against the ones you meant";

/// ` (id 2, id 7, …)`: the rows that a statement did not write.
fn skipped(look: Look<'_>, mismatch: &Mismatch) -> Sentence {
    let name = look.statement.table.as_deref().unwrap_or_default();
    let Some(table) = look.case.tables(name).next() else {
        return Sentence::default();
    };
    let cell = |(column, value): (&str, &Value)| {
        let it = Cell {
            value: value.clone(),
            of: Origin::Column(table.name.clone(), column.to_owned()),
            around: ["", ""],
            rank: 0,
        };
        bare(column) + " " + sentence::cell(it, value.literal())
    };
    let row = |address: &RowAddress| match address {
        RowAddress::Rowid(rowid) => {
            let alias = table.rowid_alias.as_deref().unwrap_or("rowid");
            cell((alias, &Value::Integer(*rowid)))
        }
        RowAddress::Key(key) => Sentence::join(table.key_columns().zip(key).map(cell), ", "),
    };
    let more = mismatch.unwritten > mismatch.skipped.len() as u64;
    let more = more.then(|| "…".into());
    let rows = mismatch.skipped.iter().map(row).chain(more);
    if mismatch.skipped.is_empty() {
        return Sentence::default();
    }
    " (" + Sentence::join(rows, "; ") + ")"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::phrases::statement;

    #[test]
    fn a_difference_without_a_reason_is_an_error_and_with_one_a_note() {
        let found = |reason| {
            let it = Mismatch {
                unwritten: 1,
                skipped: Vec::new(),
                unforeseen: 2,
                is_incomparable: false,
                reason,
            };
            said(statement(3), &it, Sentence::default())
        };
        assert_eq!(found(None).severity, Severity::Error);
        assert_eq!(
            found(None).message.to_string(),
            "statement 3: 1 previewed row was not written, 2 written rows were not previewed"
        );
        assert_eq!(found(Some("a trigger")).severity, Severity::Note);
        assert_eq!(found(Some("a trigger")).rows, Some(3));
    }
}
