//! The rehearsal: running a migration for real on the clone, statement by statement, and recording
//! everything it produced.
//!
//! The one place that runs SQL on the clone. For each statement: preview, execute, drain, settle
//! (`statement.rs`), inside what the runner does (`run.rs`). A migration that fails is a result; an
//! error of this module means that the rehearsal itself could not be done. Judges nothing.
//!
//! The rooms, of which each imports only from earlier ones (`tests/tidy` holds the order): `capture`
//! sees every row write, `vfs` freezes the clock and serves the clone's file, `engine` is the
//! guarded connection, `read` asks one state, `preview` runs the SELECT that a statement is, and
//! `history` makes of the writes the rows that they came to.

mod capture;
mod clone;
mod engine;
mod fault;
mod history;
mod owner;
mod preview;
pub mod read;
mod result;
mod run;
mod statement;
mod vfs;

pub use capture::{RowImages, Rowids};
pub use clone::{Clone, Moment};
pub(crate) use engine::{BEFORE, may_read_before};
pub use engine::{Engine, Outcome, not_rehearsed};
pub use fault::{RehearseError, is_environment, is_environment_of_module};
pub use history::{
    Addressed, ImagedRows, Indirect, Lineage, Removed, SchemaWrite, Statements, Touched,
    TouchedRow, TouchedRows, TouchedSets, UntrackedTouch, changed_objects,
};
pub use owner::{LookupError, Owners, known_cells};
pub use preview::{
    Mismatch, NullRun, PartialRun, PreviewRun, Selected, ShiftEffect, ShiftedRun, SubqueryRun,
    TakenString, UntiedRun, is_empty,
};
pub use read::{
    Answer, Answers, Conserved, Counted, QueryError, answers, column, content_fault, module_fault,
    owners_in, pairs, tenants_of, within,
};
pub use result::{Failure, Rehearsal, StatementRun, Wrote};
pub use run::Place;
pub use vfs::{FrozenClock, Redirect, redirects};

use crate::migration::Migration;
use crate::regime::{Regime, TransactionMode};
use crate::scope::TenantMap;

/// Runs `migration` on `engine` as `regime` says; keeps up to `samples` rows of each preview.
///
/// # Errors
/// When the rehearsal itself cannot be done; a statement that fails is part of the result.
pub fn rehearse(
    engine: &mut Engine,
    migration: &Migration,
    regime: Regime,
    place: Place,
    tenants: &TenantMap,
    samples: usize,
) -> Result<Rehearsal, RehearseError> {
    let mode = regime.transaction;
    let mut run = run::Run::new(engine, migration, tenants, samples)?;
    if mode == TransactionMode::PerMigration {
        run.runner("BEGIN")?;
    }
    let stopped = run.statements(regime.on_error)?;
    let is_open = !run.engine.conn.is_autocommit();
    let left_open = mode == TransactionMode::None && !stopped && is_open;
    run.engine.progress.statement(None);
    let taken_back = run.end(mode, place, stopped)?;
    run.refresh(0, None)?;
    let done = run.finish(left_open);
    Ok(if taken_back {
        run::without_effect(done)
    } else {
        done
    })
}
