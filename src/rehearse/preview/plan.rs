//! The preview of one statement: rewritten, run just before it, or the reason why it has none.

use super::emptiness::Read;
use super::rows::{WatchError, Watched};
use super::run::PartialRun;
use super::subqueries::alone;
use super::{emptiness, rows};
use crate::change::Owner;
use crate::migration::{Statement, StatementKind};
use crate::progress::{Counter, Meter, Progress, Work};
use crate::rehearse::engine::{self, Engine, Outcome, Reader, outcome_of};
use crate::rehearse::fault::is_environment;
use crate::rehearse::owner::{LookupError, Owners};
use crate::rewrite::{self, Comparisons, NoPreview, PartialKey, UpdateOrDelete};
use crate::scope::{TenantMap, TenantRule};
use crate::snapshot::Catalog;
use crate::snapshot::catalog::{Table, TableKind};
use crate::snapshot::tenancy;
use crate::sql::{ident, message, token};
use rusqlite::Connection;
use std::time::Duration;

/// What a preview is seen with.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    /// the schema of the moment
    pub(crate) catalog: &'a Catalog,
    /// how tables say whose their rows are
    pub(crate) tenants: &'a TenantMap,
    /// rows kept
    pub(crate) samples: usize,
}

/// The preview of a statement, ready to run.
pub(crate) struct Planned<'a> {
    select: rewrite::Preview,
    view: View<'a>,
    /// whether the tenants cannot be told at the moment
    is_lost: bool,
    is_insert: bool,
    comparisons: Comparisons,
    sql: &'a str,
}

/// The preview of a statement of a kind that has one.
///
/// # Errors
/// When the engine cannot go on, or a lookup cannot be used.
pub(crate) fn plan<'a>(
    engine: &Engine,
    view: View<'a>,
    statement: &Statement,
    sql: &'a str,
) -> Result<Option<Result<Planned<'a>, NoPreview>>, WatchError> {
    let nobody = TenantMap::nobody();
    let is_lost = is_lost(engine, view, statement)?;
    let shown = if is_lost { &nobody } else { view.tenants };
    let looked = match statement.kind {
        StatementKind::Insert => rewrite::source(sql, view.catalog, shown)
            .map(|select| Some((select?, Comparisons::default()))),
        StatementKind::Update | StatementKind::Delete => {
            UpdateOrDelete::parse(sql).and_then(|update| {
                let select = update.preview(view.catalog, shown)?;
                Ok(Some((select, update.comparisons(view.catalog, shown))))
            })
        }
        _ => Ok(None),
    };
    Ok(match looked {
        Ok(Some((select, comparisons))) => Some(Ok(Planned {
            select,
            view,
            is_lost,
            is_insert: statement.kind == StatementKind::Insert,
            comparisons,
            sql,
        })),
        Ok(None) => None,
        Err(NoPreview::Unsupported(_)) if is_attached(engine, view, statement)? => {
            Some(Err(NoPreview::Attached))
        }
        Err(none) => Some(Err(none)),
    })
}

impl Planned<'_> {
    /// Whether another connection that sees the same rows returns the same: nothing in it depends
    /// on what the migration's own connection did, or takes of its pseudo-random numbers.
    fn is_of_any_connection(&self, conn: &Connection) -> bool {
        const OWN: [&str; 5] = [
            "random",
            "randomblob",
            "changes",
            "total_changes",
            "last_insert_rowid",
        ];
        let catalog = self.view.catalog;
        let is_own = |sql: &str| OWN.iter().any(|name| token::mentions(sql, name));
        let computed = |name: &str| {
            catalog
                .table(name)
                .is_some_and(|t| t.kind == TableKind::View || t.columns.iter().any(|c| c.generated))
        };
        let mut computing = catalog
            .objects
            .iter()
            .filter(|((_, name), _)| computed(name))
            .filter_map(|(_, object)| object.sql.as_deref());
        !is_own(&self.select.sql)
            && !computing.any(is_own)
            && conn.prepare(&self.select.sql).is_ok()
    }

    /// Runs it while `execute` runs its statement, where `may_be_beside` allows and it shows the
    /// same then; before it otherwise.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub(crate) fn run_with<T>(
        &self,
        engine: &Engine,
        may_be_beside: bool,
        execute: impl FnOnce() -> T,
    ) -> Result<(Result<Watched, NoPreview>, T), WatchError> {
        if !may_be_beside
            || !self.view.catalog.temporary.is_empty()
            || engine::is_writing(&engine.conn)
        {
            return Ok((self.run(engine.reader(), &engine.progress)?, execute()));
        }
        let mut beside = engine.take_beside()?;
        let is_same = self.is_of_any_connection(beside.reader().conn);
        let (reading, progress) = (&mut beside, &engine.progress);
        let done = std::thread::scope(|scope| {
            let run = is_same.then(|| {
                std::thread::Builder::new()
                    .spawn_scoped(scope, move || self.run(reading.reader(), progress))
            });
            match run {
                Some(Ok(thread)) => {
                    let executed = execute();
                    let watched = thread
                        .join()
                        .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
                    Ok::<_, WatchError>((watched?, executed))
                }
                // It shows something else there, or the machine has no thread to spare.
                Some(Err(_)) | None => Ok((self.run(engine.reader(), progress)?, execute())),
            }
        })?;
        engine.give_back(beside)?;
        Ok(done)
    }

    /// Runs it, without a trace; the reason where it gives nothing.
    ///
    /// # Errors
    /// When the engine cannot go on, or a lookup cannot be used.
    fn run(
        &self,
        reader: Reader<'_>,
        progress: &Progress,
    ) -> Result<Result<Watched, NoPreview>, WatchError> {
        let meter = progress.begin(Work::Preview, &self.select.table, None);
        let nobody = TenantMap::nobody();
        let View {
            catalog,
            tenants,
            samples,
        } = self.view;
        let shown = if self.is_lost { &nobody } else { tenants };
        let refused = |reason: String| {
            Ok(Err(if self.is_insert {
                NoPreview::Source(reason)
            } else {
                NoPreview::Unsupported(reason)
            }))
        };
        match reader.timed(|conn| untraced(reader, || self.select(conn, shown, samples, &meter))) {
            Ok(mut watched) => {
                progress.expect(watched.run.rows);
                // What is read for the reader alone gets little time: the statement itself may need
                // none of it.
                watched.run.subqueries = untraced(reader, || {
                    reader.within(ALONE, |conn| alone(conn, &self.select, catalog, shown))
                });
                for subquery in &mut watched.run.subqueries {
                    subquery.selects = self
                        .comparisons
                        .selecting
                        .iter()
                        .copied()
                        .find(|span| subquery.sql.ends_with(span.of(self.sql)));
                }
                watched.run.partial = untraced(reader, || {
                    reader.within(ALONE, |conn| self.by_whole_keys(conn, shown))
                });
                Ok(Ok(watched))
            }
            Err(WatchError::Sqlite(e)) if outcome_of(&e) == Outcome::TimedOut => {
                refused(reader.took_too_long("its SELECT"))
            }
            Err(WatchError::Sqlite(e)) if !is_environment(&e) => {
                refused(format!("the engine refuses its SELECT: {}", message(&e)))
            }
            Err(e) => Err(e),
        }
    }

    /// What the statement would match if it compared whole keys.
    fn by_whole_keys(&self, conn: &Connection, tenants: &TenantMap) -> Vec<PartialRun> {
        let catalog = self.view.catalog;
        let whole = |partial: &PartialKey| {
            let update = UpdateOrDelete::parse(partial.statement.as_deref()?).ok()?;
            let select = update.preview(catalog, tenants).ok()?;
            let watched =
                rows::select(conn, &select, catalog, tenants, 0, &Counter::default()).ok()?;
            Some((watched.run.rows, watched.run.tenants))
        };
        self.comparisons
            .partial
            .iter()
            .map(|partial| PartialRun {
                whole: whole(partial),
                partial: partial.clone(),
            })
            .collect()
    }

    /// Whether the statement reads none but its target, which is a table.
    fn reads_target_alone(&self) -> bool {
        let is_table = self
            .view
            .catalog
            .table(&self.select.table)
            .is_some_and(|table| table.kind == TableKind::Ordinary);
        let reads_others = || {
            token::significant(self.sql).iter().any(|t| {
                ["SELECT", "IN"]
                    .iter()
                    .any(|word| t.is_word(self.sql, word))
            })
        };
        is_table && !self.is_insert && !self.select.joins && !reads_others()
    }

    fn select(
        &self,
        conn: &Connection,
        shown: &TenantMap,
        samples: usize,
        meter: &Meter,
    ) -> Result<Watched, WatchError> {
        let catalog = self.view.catalog;
        let mut watched =
            rows::select(conn, &self.select, catalog, shown, samples, &meter.count())?;
        let read = if watched.run.rows > 0 && self.reads_target_alone() {
            Read::default()
        } else {
            emptiness::read(conn, &self.select.sql, catalog)?
        };
        if watched.run.rows == 0 {
            watched.run.target_is_empty = if self.is_insert {
                read.is_nothing()
            } else {
                emptiness::is_empty(conn, &self.select.table)? == Some(true)
            };
        }
        watched.run.empty = read.empty;
        Ok(watched)
    }
}

/// Reads without a trace. Beside the engine the numbers stay as they are: what reads there takes
/// none, and the engine may.
fn untraced<T>(reader: Reader<'_>, read: impl FnOnce() -> T) -> T {
    if reader.is_engine {
        engine::untraced(read)
    } else {
        read()
    }
}

/// Whether the target is in none but an attached database, which a statement finds by the bare name
/// too.
fn is_attached(engine: &Engine, view: View<'_>, statement: &Statement) -> rusqlite::Result<bool> {
    let Some(target) = statement
        .table
        .as_deref()
        .filter(|name| view.catalog.table(name).is_none())
    else {
        return Ok(false);
    };
    let mut list = engine.conn.prepare("PRAGMA table_list")?;
    let names = list.query_map([], |row| row.get::<_, String>(1))?;
    names
        .map(|name| Ok(ident::same(&name?, target)))
        .try_fold(false, |found, is: rusqlite::Result<bool>| Ok(found || is?))
}

/// How long the subqueries of one statement may run alone.
const ALONE: Duration = Duration::from_secs(5);

/// Whether the target's tenants are looked up in something that is not there at the moment: then
/// they cannot be shown either.
fn is_lost(engine: &Engine, view: View<'_>, statement: &Statement) -> Result<bool, LookupError> {
    let target = statement
        .table
        .as_deref()
        .and_then(|name| view.catalog.table(name));
    // A temporary table or view may take the place of what the lookup reads.
    let is_lookup = |table: &Table| {
        matches!(
            tenancy::rule_for(view.tenants, table),
            Some(TenantRule::Lookup(_))
        )
    };
    let hidden = target.is_some_and(is_lookup) && view.catalog.hidden().next().is_some();
    let lost = |table: &Table| {
        Ok(hidden
            || matches!(
                Owners::new(&engine.conn, table, view.tenants)?,
                Owners::Fixed(Owner::Ambiguous)
            ))
    };
    target.map_or(Ok(false), lost)
}
