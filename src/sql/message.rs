//! The engine's message of an error, without the SQL text that rusqlite adds: that text can hold
//! values of rows; and what a message says that the engine lacks.

/// What SQLite says is wrong.
pub fn message(error: &rusqlite::Error) -> String {
    match error {
        rusqlite::Error::SqliteFailure(_, Some(message)) => message.clone(),
        rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
        other => other.to_string(),
    }
}

/// How the engine says that it lacks what a schema relies on.
const LACKS: [&str; 5] = [
    "no such function: ",
    "unknown function: ",
    "no such collation sequence: ",
    "no such module: ",
    "no such tokenizer: ",
];

/// Whether an error comes of something that the schema relies on and the engine lacks. A key under
/// an unknown collation cannot be looked up, which the engine says in its own way.
pub fn is_lack(error: &rusqlite::Error) -> bool {
    let message = message(error);
    lacking(&message).is_some() || message == "no query solution"
}

/// The name of the function, collation, module or tokenizer that the engine lacks, by its message.
pub fn lacking(message: &str) -> Option<&str> {
    let rest = LACKS.iter().find_map(|lack| message.strip_prefix(lack))?;
    Some(rest.trim_end_matches("()"))
}
