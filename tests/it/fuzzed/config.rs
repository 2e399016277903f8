//! What holds for any text as `harness.toml`, or as a scope in a migration: it is read or refused,
//! and each line of a refusal names a place of the file.

use harness::config::{self, ConfigError};
use harness::sql::Span;
use std::path::Path;

/// Whether all of it holds for these bytes, or what does not.
pub(crate) fn holds(bytes: &[u8]) -> Result<(), String> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Ok(());
    };
    let whole = Span {
        start: 0,
        end: text.len(),
    };
    let problems = config::scope_within(text, whole, whole, "harness.toml")
        .err()
        .unwrap_or_default();
    if let Some(line) = problems
        .iter()
        .flat_map(|problem| problem.split('\n'))
        .find(|line| !is_placed(line, text))
    {
        return Err(format!("no place in the migration: {line:?}"));
    }
    match config::parse(text, Path::new("harness.toml")) {
        Ok(_) => Ok(()),
        Err(ConfigError::Unreadable { .. }) => Err("text is unreadable".to_owned()),
        Err(ConfigError::Invalid { problems }) if problems.is_empty() => {
            Err("refused without a problem".to_owned())
        }
        Err(ConfigError::Invalid { problems }) => problems
            .iter()
            .flat_map(|problem| problem.split('\n'))
            .find(|line| !is_placed(line, text))
            .map_or(Ok(()), |line| {
                Err(format!("no place in the file: {line:?}"))
            }),
    }
}

/// Whether a line reads `harness.toml:LINE:COL: what`, of a line that the file has and a column
/// that the line has.
fn is_placed(line: &str, text: &str) -> bool {
    let Some(mut parts) = line
        .strip_prefix("harness.toml:")
        .map(|rest| rest.splitn(3, ':'))
    else {
        return false;
    };
    let mut number = || {
        parts
            .next()
            .and_then(|n| n.parse::<usize>().ok())
            .and_then(|n| n.checked_sub(1))
    };
    let (Some(row), Some(column)) = (number(), number()) else {
        return false;
    };
    let columns = text.split('\n').nth(row).map(|line| line.chars().count());
    columns.is_some_and(|columns| column <= columns)
        && parts
            .next()
            .is_some_and(|what| what.starts_with(' ') && what.trim() != "")
}
