//! The preview of one statement: rewritten, run just before it, or the reason why it has none.

use super::alone::alone;
use super::engine::Engine;
use super::execute::outcome_of;
use super::watch::{self, WatchError, Watched};
use super::{LookupError, Outcome, Owners, is_environment};
use crate::change::Owner;
use crate::migration::{Statement, StatementKind};
use crate::rewrite::{self, NoPreview};
use crate::scope::{TenantMap, TenantRule};
use crate::snapshot::Catalog;
use crate::snapshot::catalog::Table;
use crate::snapshot::tenancy;
use crate::sql::{ident, message};
use std::time::Duration;

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
    let nobody = TenantMap::nobody();
    let shown = if is_lost(engine, view, statement)? { &nobody } else { tenants };
    let is_insert = statement.kind == StatementKind::Insert;
    let select = match statement.kind {
        StatementKind::Insert => rewrite::source(sql, catalog, shown),
        StatementKind::Update | StatementKind::Delete => rewrite::preview(sql, catalog, shown).map(Some),
        _ => Ok(None),
    };
    let select = match select {
        Ok(Some(select)) => select,
        Ok(None) => return Ok(None),
        Err(NoPreview::Unsupported(_)) if is_attached(engine, view, statement)? => return Ok(Some(Err(NoPreview::Attached))),
        Err(none) => return Ok(Some(Err(none))),
    };
    let refused = |reason: String| Ok(Some(Err(if is_insert { NoPreview::Source(reason) } else { NoPreview::Unsupported(reason) })));
    match engine.timed(|conn| watch::watch(conn, &select, catalog, shown, samples)) {
        Ok(mut watched) => {
            // What is read for the reader alone gets little time: the statement itself may need none of it.
            let limit = engine.bounds.statement.min(ALONE);
            watched.run.subqueries = watch::untraced(|| engine.within(limit, |conn| alone(conn, &select, catalog, shown)));
            Ok(Some(Ok(watched)))
        }
        Err(WatchError::Sqlite(e)) if outcome_of(&e) == Outcome::TimedOut => refused(engine.took_too_long("its SELECT")),
        Err(WatchError::Sqlite(e)) if !is_environment(&e) => refused(format!("the engine refuses its SELECT: {}", message(&e))),
        Err(e) => Err(e),
    }
}

/// Whether the target is in none but an attached database, which a statement finds by the bare name too.
fn is_attached(engine: &Engine, view: View<'_>, statement: &Statement) -> rusqlite::Result<bool> {
    let Some(target) = statement.table.as_deref().filter(|name| view.catalog.table(name).is_none()) else { return Ok(false) };
    let mut list = engine.conn.prepare("PRAGMA table_list")?;
    let names = list.query_map([], |row| row.get::<_, String>(1))?;
    names.map(|name| Ok(ident::same(&name?, target))).try_fold(false, |found, is: rusqlite::Result<bool>| Ok(found || is?))
}

/// How long the subqueries of one statement may run alone.
const ALONE: Duration = Duration::from_secs(5);

/// Whether the target's tenants are looked up in something that is not there at the moment: then they cannot be shown either.
fn is_lost(engine: &Engine, view: View<'_>, statement: &Statement) -> Result<bool, LookupError> {
    let target = statement.table.as_deref().and_then(|name| view.catalog.table(name));
    // A temporary table or view may take the place of what the lookup reads.
    let is_lookup = |table: &Table| matches!(tenancy::rule_for(view.tenants, table), Some(TenantRule::Lookup(_)));
    let hidden = target.is_some_and(is_lookup) && view.catalog.hidden().next().is_some();
    let lost = |table: &Table| Ok(hidden || matches!(Owners::new(&engine.conn, table, view.tenants)?, Owners::Fixed(Owner::Ambiguous)));
    target.map_or(Ok(false), lost)
}
