//! The engine's message of an error, without the SQL text that rusqlite adds: that text can hold values of rows.

/// What SQLite says is wrong.
pub fn message(error: &rusqlite::Error) -> String {
    match error {
        rusqlite::Error::SqliteFailure(_, Some(message)) => message.clone(),
        rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
        other => other.to_string(),
    }
}
