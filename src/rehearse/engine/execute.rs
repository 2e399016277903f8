//! Executing one statement as the engine sees it.

use crate::rehearse::vfs::ToldMode;
use rusqlite::fallible_iterator::FallibleIterator as _;
use rusqlite::{Batch, Connection, Statement};

/// A statement that ran.
#[derive(Default)]
pub(crate) struct Executed {
    /// the names of its unbound parameters
    pub(crate) unbound: Vec<String>,
    /// whether the engine sees a second statement in the text
    pub(crate) ended_early: bool,
}

/// Runs one statement to its end; its rows are not kept.
pub(crate) fn execute(conn: &Connection, sql: &str) -> rusqlite::Result<Executed> {
    let mode = ToldMode::of(conn);
    let mut batch = Batch::new(conn, sql);
    let prepared = batch.next();
    let is_run = |prepared: &Option<Statement<'_>>| {
        let statement = prepared.as_ref();
        statement.is_none_or(|statement| statement.is_explain() == 0)
    };
    if !prepared.as_ref().is_ok_and(is_run) {
        mode.restore(conn);
    }
    let mut done = Executed::default();
    let Some(mut statement) = prepared? else {
        return Ok(done);
    };
    done.ended_early = !matches!(batch.next(), Ok(None));
    if !done.ended_early {
        done.unbound = unbound(&statement);
        let mut rows = statement.raw_query();
        while rows.next()?.is_some() {}
    }
    Ok(done)
}

/// The names of the parameters of a statement.
fn unbound(statement: &Statement<'_>) -> Vec<String> {
    let name = |at| match statement.parameter_name(at) {
        Some(name) => name.to_owned(),
        None => format!("?{at}"),
    };
    (1..=statement.parameter_count()).map(name).collect()
}
