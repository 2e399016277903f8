//! Errors without what is hidden. They know no schema, and so no names: of a message the words that
//! are known are left, of SQL all but its literals.

use super::{Hidden, literals_where};
use crate::redaction::Redaction;
use crate::snapshot::SnapshotError;

/// A text with what the engine said in it.
pub(crate) fn said(redaction: &Redaction, text: &str, said: &str) -> String {
    text.replace(said, &Hidden::anywhere(redaction).message(said))
}

/// What is wrong with a tenant lookup: behind `fails:` stands what the engine said.
pub(crate) fn lookup(redaction: &Redaction, text: &str) -> String {
    match text.split_once("fails: ") {
        Some((_, words)) => said(redaction, text, words),
        None => text.to_owned(),
    }
}

/// What is wrong with a query of the configuration at `place`.
pub(crate) fn query(redaction: &Redaction, place: &str, reason: &str, sql: &str) -> String {
    let hidden = Hidden::anywhere(redaction);
    let sql = hidden.covered(literals_where(hidden.is_everything()), sql);
    format!("{place}: {}: {sql}", hidden.message(reason))
}

/// What is wrong with a snapshot: a dump is one row after the other.
pub(crate) fn snapshot(redaction: &Redaction, mut error: SnapshotError) -> SnapshotError {
    if let SnapshotError::Dump { message, .. } = &mut error {
        *message = Hidden::anywhere(redaction).message(message);
    }
    error
}
