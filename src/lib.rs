//! `harness` rehearses a migration on a clone of a SQLite snapshot and holds every row that
//! changed, tenant by tenant, against the scope that its author declared.
//!
//! Data flows one way: configuration and snapshot, migration, preview, rehearsal, diff, verdict,
//! report. [`check`] is the whole of it, [`survey`] the part that asks what of a project's history
//! can be rehearsed at all, and [`inspect`] the one that asks whether a snapshot is fit to rehearse
//! on; [`draft`] writes the files that a person begins with, and [`accept`] edits the declared
//! scope to what was observed; [`verify`] says whether saved evidence still holds. The other
//! modules are stages. No module but `cli` prints, reads the environment or exits:
//! [`run_command_line`] is the whole program.

pub mod accept;
pub mod bounds;
pub mod change;
pub mod check;
mod cli;
pub mod codes;
pub mod config;
pub mod diff;
pub mod draft;
pub mod files;
pub mod hidden;
pub mod inspect;
pub mod migration;
pub mod names;
pub mod progress;
pub mod record;
pub mod redaction;
pub mod regime;
pub mod rehearse;
pub mod report;
pub mod rewrite;
mod schema;
pub mod scope;
pub mod sentence;
pub mod snapshot;
pub mod sql;
pub mod survey;
pub mod verdict;
pub mod verify;
mod words;

pub use cli::run_command_line;
