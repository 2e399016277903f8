//! Previews: an UPDATE or DELETE as the SELECT over its WHERE clause that it is, or the reason why
//! it has none. Pure.
//!
//! The grammar (`sqlite3-parser`) says which statement it is and which table and columns it names;
//! the clauses themselves are cut out of the author's own text, so that no expression is spelled
//! anew. Nothing is run here.

mod addition;
mod chosen;
mod clauses;
mod condition;
mod definition;
mod demand;
mod grammar;
mod grouping;
mod hazard;
mod key;
mod lone;
mod named;
mod nulls;
mod outer;
mod partial_key;
mod query;
mod select;
mod shifted;
mod source;
mod subquery;
mod update;
mod with;
mod written;

pub use addition::{Addition, addition};
pub use chosen::leaves_key;
pub use definition::{Definition, Reference, TriggerOutline, definition, trigger};
pub use demand::{RowDemand, demands};
pub use grammar::{expression, read};
pub use grouping::bare_columns;
pub use hazard::{Varies, Varying, is_clock, varying};
pub use key::{IndexCondition, IndexDefinition, KeyTerm, index_definition};
pub use lone::as_statements;
pub use named::Named;
pub use nulls::{NullComparison, NullSource, null_comparisons};
pub use outer::{OuterColumn, outer_columns};
pub use partial_key::{Comparisons, PartialKey, Untied};
pub use select::{Assigned, Preview};
pub use shifted::{Shift, ShiftedCopy, shifted};
pub use source::source;
pub use subquery::{OwnerQuery, Subquery};
pub use update::UpdateOrDelete;
pub(crate) use written::COMPOUND;
pub use written::{Source, Written, body, written};

/// Why an UPDATE or DELETE has no preview.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoPreview {
    /// the target is a temporary table: its rows are not rows of the database
    #[error("its target is a temporary table")]
    Temporary,
    /// the target is in an attached database, which can only be one in memory
    #[error("its target is in an attached database")]
    Attached,
    /// the target is the engine's own bookkeeping
    #[error("its target `{0}` is the engine's own table")]
    Bookkeeping(String),
    /// the parser does not read the statement
    #[error("the parser does not read it: {0}")]
    Unparsed(String),
    /// the source of an INSERT could not be shown; its rows are seen all the same
    #[error("its source cannot be shown: {0}")]
    Source(String),
    /// the statement uses something that previews do not cover
    #[error("{0}")]
    Unsupported(String),
}

impl NoPreview {
    fn unsupported(why: impl Into<String>) -> Self {
        Self::Unsupported(why.into())
    }

    /// Whether the missing preview hides rows of the database from the reader.
    pub fn is_a_gap(&self) -> bool {
        !matches!(
            self,
            Self::Temporary | Self::Attached | Self::Bookkeeping(_) | Self::Source(_)
        )
    }
}
