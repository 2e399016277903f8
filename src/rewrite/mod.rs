//! Previews: an UPDATE or DELETE as the SELECT over its WHERE clause that it is, or the reason why it has none. Pure.
//!
//! The grammar (`sqlite3-parser`) says which statement it is and which table and columns it names; the clauses themselves are
//! cut out of the author's own text, so that no expression is spelled anew. Nothing is run here.

mod clauses;
mod parsed;
mod select;
mod trigger;

pub use parsed::read;
pub use select::{Assigned, Preview};
pub use trigger::{TriggerOutline, trigger};

use crate::scope::TenantMap;
use crate::snapshot::Catalog;

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
    /// the statement uses something that previews do not cover
    #[error("{0}")]
    Unsupported(String),
}

impl NoPreview {
    /// Whether the missing preview hides rows of the database from the reader.
    pub fn is_a_gap(&self) -> bool {
        !matches!(self, Self::Temporary | Self::Attached | Self::Bookkeeping(_))
    }
}

/// The preview of one UPDATE or DELETE, given as its text.
///
/// # Errors
/// The reason why there is none.
pub fn preview(sql: &str, catalog: &Catalog, tenants: &TenantMap) -> Result<Preview, NoPreview> {
    let parsed = parsed::parse(sql)?;
    let clauses = clauses::cut(sql, &parsed)?;
    if clauses.limited {
        return Err(NoPreview::Unsupported("this engine has no ORDER BY or LIMIT on UPDATE and DELETE".to_owned()));
    }
    let in_temp = parsed.schema.as_deref().is_some_and(|s| s.eq_ignore_ascii_case("temp"));
    let unqualified_temp = parsed.schema.is_none() && catalog.temporary.tables.contains(&parsed.table.to_ascii_lowercase());
    if in_temp || unqualified_temp {
        return Err(NoPreview::Temporary);
    }
    if crate::snapshot::catalog::is_bookkeeping(&parsed.table) {
        return Err(NoPreview::Bookkeeping(parsed.table));
    }
    if parsed.schema.as_deref().is_some_and(|s| !s.eq_ignore_ascii_case("main")) {
        return Err(NoPreview::Attached);
    }
    let table = catalog.table(&parsed.table).ok_or_else(|| NoPreview::Unsupported(format!("no table `{}`", parsed.table)))?;
    select::build(&parsed, &clauses, table, tenants)
}
