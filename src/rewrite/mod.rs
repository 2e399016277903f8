//! Previews: an UPDATE or DELETE as the SELECT over its WHERE clause that it is, or the reason why
//! it has none. Pure.
//!
//! The grammar (`sqlite3-parser`) says which statement it is and which table and columns it names;
//! the clauses themselves are cut out of the author's own text, so that no expression is spelled
//! anew. Nothing is run here.

mod clauses;
mod common_table;
mod condition;
mod definition;
mod grammar;
mod hazard;
mod named;
mod partial_key;
mod query;
mod select;
mod source;
mod subquery;
mod trigger;
mod update;
mod written;

pub use definition::{Definition, IndexDefinition, Reference, definition, index_definition};
pub use grammar::read;
pub use hazard::{Varies, Varying, varying};
pub use named::Named;
pub use partial_key::{Comparisons, PartialKey};
pub use select::{Assigned, Preview};
pub use source::source;
pub use subquery::{OwnerQuery, Subquery};
pub use trigger::{TriggerOutline, trigger};
pub use update::UpdateOrDelete;
pub use written::{Source, Written, body, written};

use crate::snapshot::Catalog;
use crate::snapshot::catalog::{Table, is_bookkeeping};
use crate::sql::ident;

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

/// The table or view of the main database that a statement names as its target.
fn target_of<'c>(
    schema: Option<&str>,
    table: &str,
    catalog: &'c Catalog,
) -> Result<&'c Table, NoPreview> {
    let in_temp = schema.is_some_and(|s| s.eq_ignore_ascii_case("temp"));
    let unqualified_temp =
        schema.is_none() && catalog.temporary.tables.contains(&ident::folded(table));
    if in_temp || unqualified_temp {
        return Err(NoPreview::Temporary);
    }
    if is_bookkeeping(table) {
        return Err(NoPreview::Bookkeeping(table.to_owned()));
    }
    if schema.is_some_and(|s| !s.eq_ignore_ascii_case("main")) {
        return Err(NoPreview::Attached);
    }
    catalog
        .table(table)
        .ok_or_else(|| NoPreview::unsupported(format!("no table `{table}`")))
}
