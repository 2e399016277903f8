//! The preview of one statement: rewritten, run just before it, or the reason why it has none.

use super::engine::Engine;
use super::execute::outcome_of;
use super::watch::{self, WatchError, Watched};
use super::{LookupError, Outcome, Owners, is_environment};
use crate::change::Owner;
use crate::migration::{Statement, StatementKind};
use crate::rewrite::{self, NoPreview};
use crate::scope::TenantMap;
use crate::snapshot::Catalog;
use crate::snapshot::catalog::Table;
use crate::sql::message;

/// What a preview is seen with.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    /// the schema of the moment
    pub(super) catalog: &'a Catalog,
    /// how tables say whose their rows are
    pub(super) tenants: &'a TenantMap,
    /// rows kept
    pub(super) samples: usize,
}

/// What the preview of a statement returned, where a statement of its kind has one.
///
/// # Errors
/// When the engine cannot go on, or a lookup cannot be used.
pub(super) fn preview(
    engine: &Engine,
    view: View<'_>,
    statement: &Statement,
    sql: &str,
) -> Result<Option<Result<Watched, NoPreview>>, WatchError> {
    let View { catalog, tenants, samples } = view;
    let shown = if is_lost(engine, view, statement)? { &TenantMap::nobody() } else { tenants };
    let is_insert = statement.kind == StatementKind::Insert;
    let select = match statement.kind {
        StatementKind::Insert => rewrite::source(sql, catalog, shown),
        StatementKind::Update | StatementKind::Delete => rewrite::preview(sql, catalog, shown).map(Some),
        _ => Ok(None),
    };
    let select = match select {
        Ok(Some(select)) => select,
        Ok(None) => return Ok(None),
        Err(none) => return Ok(Some(Err(none))),
    };
    let refused = |reason: String| Ok(Some(Err(if is_insert { NoPreview::Source(reason) } else { NoPreview::Unsupported(reason) })));
    match engine.timed(|conn| watch::watch(conn, &select, catalog, tenants, samples)) {
        Ok(watched) => Ok(Some(Ok(watched))),
        Err(WatchError::Sqlite(e)) if outcome_of(&e) == Outcome::TimedOut => refused(engine.took_too_long("its SELECT")),
        Err(WatchError::Sqlite(e)) if !is_environment(&e) => refused(format!("the engine refuses its SELECT: {}", message(&e))),
        Err(e) => Err(e),
    }
}

/// Whether the target's tenants are looked up in something that is not there at the moment: then they cannot be shown either.
fn is_lost(engine: &Engine, view: View<'_>, statement: &Statement) -> Result<bool, LookupError> {
    let target = statement.table.as_deref().and_then(|name| view.catalog.table(name));
    let lost = |table: &Table| Ok(matches!(Owners::new(&engine.conn, table, view.tenants)?, Owners::Fixed(Owner::Ambiguous)));
    target.map_or(Ok(false), lost)
}
