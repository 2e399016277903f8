//! Errors without what is hidden. They know no schema, and so no names: of a message the words that
//! are known are left, of SQL all but its literals.

use super::Hidden;
use crate::redaction::Redaction;
use crate::snapshot::SnapshotError;
use crate::sql::mask;

/// A text with what the engine said in it.
pub(crate) fn said(redaction: &Redaction, text: &str, said: &str) -> String {
    if redaction.is_nothing() {
        text.to_owned()
    } else {
        text.replace(said, &Hidden::anywhere(redaction).message(said))
    }
}

/// What is wrong with a tenant lookup: behind `fails:` stands what the engine said.
pub(crate) fn lookup(redaction: &Redaction, text: &str) -> String {
    text.split_once("fails: ").map_or_else(
        || text.to_owned(),
        |(_, words)| said(redaction, text, words),
    )
}

/// What is wrong with a query of the configuration at `place`.
pub(crate) fn query(redaction: &Redaction, place: &str, reason: &str, sql: &str) -> String {
    let hidden = Hidden::anywhere(redaction);
    let sql = if redaction.is_nothing() {
        sql.to_owned()
    } else {
        mask::literals(sql, &|_| false)
    };
    format!(
        "{place}: {}: {sql}",
        if redaction.is_nothing() {
            reason.to_owned()
        } else {
            hidden.message(reason)
        }
    )
}

/// What is wrong with a snapshot: a dump is one row after the other.
pub(crate) fn snapshot(redaction: &Redaction, error: SnapshotError) -> SnapshotError {
    match error {
        SnapshotError::Dump {
            path,
            line,
            message,
        } => {
            let message = said(redaction, &message, &message);
            SnapshotError::Dump {
                path,
                line,
                message,
            }
        }
        other => other,
    }
}
