//! The rehearsal: running a migration for real on the clone, statement by statement, and recording
//! everything it produced.
//!
//! The one place that runs SQL on the clone. For each statement: preview, execute, drain the
//! capture. A migration that fails is a result; an error of this module means that the rehearsal
//! itself could not be done. Judges nothing.

mod capture;
mod clone;
mod commits;
mod engine;
mod fault;
mod history;
mod owner;
mod preview;
pub mod read;
mod result;
mod run;
mod vfs;

pub use capture::{RowImages, Rowids};
pub use clone::{Clone, Moment};
pub use engine::{Engine, Outcome, not_rehearsed};
pub use fault::{RehearseError, is_environment};
pub use history::{
    Addressed, ImagedRows, Indirect, Lineage, Removed, SchemaWrite, Statements, Touched,
    TouchedRow, TouchedRows, TouchedSets, UntrackedTouch,
};
pub use owner::{LookupError, Owners};
pub use preview::{Mismatch, PartialRun, PreviewRun, Selected, SubqueryRun, TakenString, is_empty};
pub use read::{
    Answer, Answers, Conserved, Counted, QueryError, answers, column, pairs, tenants_of, within,
};
pub use result::{Failure, Rehearsal, StatementRun, Wrote};
pub use run::{Place, rehearse};
pub use vfs::{FrozenClock, Redirect, redirects};
