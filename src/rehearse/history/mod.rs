//! The history of a migration: its row writes that were not taken back, what happened to its tables
//! between them, and which rows that makes.

pub(super) mod cascades;
mod entry;
mod journal;
mod lineage;
mod replay;
mod schema_change;
mod touched;
pub(super) mod untracked;

pub use cascades::Indirect;
pub(super) use entry::Entry;
pub use entry::UntrackedTouch;
pub(super) use journal::{Journal, Settled};
pub use lineage::Lineage;
pub(super) use schema_change::{Schema, altered, storage_altered};
pub use schema_change::{SchemaWrite, changed_objects};
pub use touched::{
    Addressed, ImagedRows, Removed, Statements, Touched, TouchedRow, TouchedRows, TouchedSets,
};
