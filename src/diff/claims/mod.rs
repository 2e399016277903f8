//! What both states say to the author's claims: which rows an operation changes, and what becomes of
//! them. Asks and compares; judges nothing.
//!
//! `rows` selects keys on the state before; each is looked for in the table by the engine, so that
//! values compare as its columns do. `each` is evaluated by the engine over the tables of both
//! states, so that `old` and `new` are the columns that they are.

mod ask;
mod each;
mod rows;
mod shown;
mod slips;

pub(crate) use ask::answers;
pub(crate) use each::EachAnswer;
pub(crate) use rows::RowsAnswer;
pub(crate) use slips::Slip;

use crate::change::RowChange;
use crate::rehearse::{FrozenClock, QueryError};
use crate::scope::{Op, TenantMap};
use crate::snapshot::Catalog;
use rusqlite::Connection;
use std::time::Duration;

/// The states to ask.
pub(crate) struct Asking<'a> {
    /// the state before
    pub before: &'a mut Connection,
    /// the state after
    pub after: &'a mut Connection,
    /// the state after, with the one before attached; none if no claim asks for both
    pub both: Option<&'a mut Connection>,
    /// the schema of the state before, and whose the rows of its tables are
    pub schema: (&'a Catalog, &'a TenantMap),
    /// the time of both
    pub clock: &'a FrozenClock,
    /// how long a query may take
    pub limit: Duration,
}

/// What the states say to the claim about one operation on one table.
#[derive(Debug)]
pub struct ClaimAnswers {
    /// the table, by its folded name
    pub table: String,
    /// the operation
    pub op: Op,
    /// to `rows`, or why that is not known
    pub rows: Option<Result<RowsAnswer, String>>,
    /// to `each`, or why that is not known
    pub each: Option<Result<EachAnswer, String>>,
}

/// Rows that are not as they should be.
#[derive(Debug, Default)]
pub struct FoundRows {
    /// how many
    pub rows: u64,
    /// the first few
    pub samples: Vec<RowChange>,
}

/// Why a claim cannot be asked.
#[derive(Debug)]
pub(crate) struct ClaimError {
    /// the table, as the author wrote it
    pub table: String,
    /// the operation
    pub op: Op,
    /// `rows` or `each`
    pub key: &'static str,
    /// the query
    pub sql: String,
    /// what is wrong with it
    pub source: QueryError,
}
