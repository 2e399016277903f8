//! The evidence, version 1: a verdict with everything needed to check it again. Saved, it is the
//! JSON report; keys are added, never renamed. Every format is rendered from it, so that one that
//! is saved can be rendered again.
//!
//! A tenant is text, `null` where the rows have none. A BLOB is `{"blob": hex of at most 32 bytes,
//! "bytes": n}`; text that is not UTF-8 likewise with `text`; a number that JSON cannot spell is
//! `{"real": its SQL literal}`; a value that is kept out of reports is `{"redacted": n}`.

mod branch;
mod cell;
mod document;
mod excerpt;
mod migration;
mod scope;
mod statement;
mod table;
mod words;

pub use branch::{Branch, BranchFile};
pub use cell::{Blob, Broken, Cell, Redacted, Row, Spelled};
pub use document::{ConfigIdentity, Engine, Evidence, Options, Snapshot};
pub use excerpt::Excerpt;
pub use migration::{
    Change, ChecklistItem, Failure, Finding, Migration, Sample, SchemaChange, Suppressed,
};
pub use scope::{Answer, Conserve, Failed, Invariant, One, Scope, Shape};
pub use statement::{Assigned, Counts, Indirect, Preview, Statement, Subquery};
pub use table::{OwnerResult, TableResult};
pub use words::{
    BlakeFrom, Check, Event, FileChange, Level, Mark, OnError, Op, Outcome, Owner, Severity,
    Status, Transaction, Verdict,
};

use crate::schema::unwrap_description;
use document::{FORMAT, VERSION};
use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform as _};
use serde::Deserialize;
use serde_json::Value as Json;

/// The milliseconds before and after 1970 that SQLite knows as times: of the years 0 to 9999.
const TIMES: std::ops::RangeInclusive<i64> = -62_167_219_200_000..=253_402_300_799_999;

/// Why a text is no evidence.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceError {
    /// it is not JSON, or not of the documented shape
    #[error("is no evidence of harness: {0}")]
    Invalid(String),
    /// it says that it is something else
    #[error("is no evidence of harness: `format` is {0:?}")]
    Format(String),
    /// it is of a form that this version does not know
    #[error("is evidence of version {0}, and this harness reads version {VERSION}")]
    Version(u32),
}

/// What says how the rest is to be read.
#[derive(Deserialize)]
struct Head {
    format: String,
    version: u32,
}

impl Evidence {
    /// Reads evidence that was saved as JSON. Keys that are not known are passed over: a later
    /// harness may have added them.
    ///
    /// # Errors
    /// When the text is not evidence of version 1.
    pub fn read(text: &str) -> Result<Self, EvidenceError> {
        let invalid = |error: serde_json::Error| EvidenceError::Invalid(error.to_string());
        let head: Head = serde_json::from_str(text).map_err(invalid)?;
        match head {
            Head { format, .. } if format != FORMAT => Err(EvidenceError::Format(format)),
            Head { version, .. } if version != VERSION => Err(EvidenceError::Version(version)),
            _ => {
                let read: Self = serde_json::from_str(text).map_err(invalid)?;
                let is_time = TIMES.contains(&read.engine.now_ms);
                if is_time {
                    Ok(read)
                } else {
                    Err(EvidenceError::Invalid(
                        "`engine.now_ms` is no time of the years 0 to 9999".to_owned(),
                    ))
                }
            }
        }
    }
}

/// The JSON Schema (draft 2020-12) of saved evidence, from the types that are written. Every object
/// is closed.
pub(super) fn schema() -> Json {
    let generator = SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator();
    let mut schema = generator.into_root_schema_for::<Evidence>();
    RecursiveTransform(unwrap_description).transform(&mut schema);
    schema.to_value()
}
