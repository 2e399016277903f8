//! Executing one statement as the engine sees it, and what its error means.

use crate::rehearse::vfs::ToldMode;
use rusqlite::fallible_iterator::FallibleIterator as _;
use rusqlite::{Batch, Connection};

/// A statement that ran.
pub(crate) struct Executed {
    pub(crate) unbound: Vec<String>,
    /// whether the engine sees a second statement in the text
    pub(crate) ended_early: bool,
}

/// Runs one statement to its end; its rows are not kept.
pub(crate) fn execute(conn: &Connection, sql: &str) -> rusqlite::Result<Executed> {
    let mode = ToldMode::of(conn);
    let mut batch = Batch::new(conn, sql);
    let prepared = batch.next();
    if prepared.as_ref().map_or(true, |statement| {
        statement.as_ref().is_some_and(|s| s.is_explain() != 0)
    }) {
        mode.restore(conn);
    }
    let Some(mut statement) = prepared? else {
        return Ok(Executed {
            unbound: Vec::new(),
            ended_early: false,
        });
    };
    if !matches!(batch.next(), Ok(None)) {
        return Ok(Executed {
            unbound: Vec::new(),
            ended_early: true,
        });
    }
    let unbound = (1..=statement.parameter_count())
        .map(|at| {
            statement
                .parameter_name(at)
                .map_or_else(|| format!("?{at}"), str::to_owned)
        })
        .collect();
    let mut rows = statement.raw_query();
    while rows.next()?.is_some() {}
    Ok(Executed {
        unbound,
        ended_early: false,
    })
}
