//! The record of a run: a verdict with everything needed to check it again. Saved, it is the
//! evidence, the JSON report of version 1; keys are added, never renamed. Every format is rendered
//! from it, so evidence that was saved can be rendered again. Lays nothing out.
//!
//! A tenant is text, `null` where the rows have none. A BLOB is `{"blob": hex of at most 32 bytes,
//! "bytes": n}`; text that is not UTF-8 likewise with `text`; a number that JSON cannot spell is
//! `{"real": its SQL literal}`; a value that is kept out of reports is `{"redacted": n}`.

mod cell;
mod change;
mod claim;
mod document;
mod finding;
mod migration;
mod read;
mod redact;
mod scope;
mod statement;
mod table;

pub use crate::change::Counts;
pub use crate::codes::{Level, Severity};
pub use crate::diff::{SchemaChange, SchemaEvent as Event};
pub use crate::migration::FileChangeKind as FileChange;
pub use crate::regime::{OnError, TransactionMode as Transaction};
pub use crate::rehearse::{Indirect, Outcome};
pub use crate::scope::Op;
pub use crate::snapshot::IdentityFrom as BlakeFrom;
pub use crate::verdict::checklist::{Check, Status};
pub use cell::{Blob, Broken, Cell, Redacted, Row, Spelled};
pub use change::{Change, Owner, Sample};
pub use claim::{ClaimKind, RowClaim};
pub use document::{
    Branch, BranchFile, ConfigIdentity, Engine, Evidence, Given, Options, Snapshot, Verdict,
};
pub use finding::{Excerpt, Finding, Suppressed};
pub use migration::{ChecklistItem, Failure, Migration};
pub use read::{EvidenceError, schema};
pub use scope::{Answer, Conserve, Failed, Invariant, One, Scope, Shape};
pub use statement::{Assigned, Preview, Statement, Subquery};
pub use table::{Mark, OwnerResult, TableResult};
