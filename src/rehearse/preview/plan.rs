//! The preview of one statement: rewritten, run just before it, or the reason why it has none.

use super::emptiness::{self, Read};
use super::nulls::{self, MatchedRows};
use super::rows::{self, View, Watched};
use super::run::{PartialRun, UntiedRun};
use super::shifted;
use super::subqueries::{SubqueryRun, alone};
use crate::change::Owner;
use crate::migration::{Statement, StatementKind};
use crate::progress::{Counter, Meter, Progress, Work};
use crate::rehearse::engine::{Beside, Engine, Reader, is_writing};
use crate::rehearse::fault::RehearseError;
use crate::rehearse::owner::{LookupError, Owners};
use crate::rehearse::read::is_environment_on;
use crate::rewrite::{
    self, Comparisons, NoPreview, NullComparison, PartialKey, Subquery, Untied, UpdateOrDelete,
};
use crate::scope::{TenantMap, TenantRule};
use crate::snapshot::catalog::{Table, TableKind};
use crate::snapshot::tenancy;
use crate::sql::{Span, ident, message, token};
use rusqlite::Connection;
use std::sync::LazyLock;
use std::time::Duration;

/// The preview of a statement, ready to run.
pub(crate) struct Planned<'a> {
    select: rewrite::Preview,
    view: View<'a>,
    is_insert: bool,
    comparisons: Comparisons,
    nulls: Vec<NullComparison>,
    sql: &'a str,
}

/// Plans the preview of a statement; `None` for a statement of a kind that has none.
///
/// # Errors
/// When the engine cannot go on, or a lookup cannot be used.
pub(crate) fn plan<'a>(
    engine: &Engine,
    mut view: View<'a>,
    statement: &Statement,
    sql: &'a str,
) -> Result<Option<Result<Planned<'a>, NoPreview>>, RehearseError> {
    static NOBODY: LazyLock<TenantMap> = LazyLock::new(TenantMap::nobody);
    let target = statement.table.as_deref();
    let table = target.and_then(|name| view.catalog.table(name));
    if let Some(table) = table
        && is_lost(engine, view, table)?
    {
        view.tenants = &NOBODY;
    }
    let rewritten = rewritten(&statement.kind, sql, view).transpose();
    let planned = rewritten.map(|rewritten| {
        rewritten.map(|(select, comparisons)| Planned {
            select,
            view,
            is_insert: statement.kind == StatementKind::Insert,
            comparisons,
            nulls: rewrite::null_comparisons(sql),
            sql,
        })
    });
    if let Some(Err(NoPreview::Unsupported(_))) = planned
        && let Some(target) = target.filter(|_| table.is_none())
        && is_attached(engine, target)?
    {
        return Ok(Some(Err(NoPreview::Attached)));
    }
    Ok(planned)
}

/// The SELECT that a statement is, with what an UPDATE or DELETE compares.
fn rewritten(
    kind: &StatementKind,
    sql: &str,
    View {
        catalog, tenants, ..
    }: View<'_>,
) -> Result<Option<(rewrite::Preview, Comparisons)>, NoPreview> {
    match kind {
        StatementKind::Insert => {
            let select = rewrite::source(sql, catalog, tenants)?;
            Ok(select.map(|select| (select, Comparisons::default())))
        }
        StatementKind::Update | StatementKind::Delete => {
            let update = UpdateOrDelete::parse(sql)?;
            let select = update.preview(catalog, tenants)?;
            Ok(Some((select, update.comparisons(catalog, tenants))))
        }
        _ => Ok(None),
    }
}

/// How long the subqueries of one statement may run alone.
const ALONE: Duration = Duration::from_secs(5);

/// Functions that return what one connection did, or that take of its pseudo-random numbers.
const OF_ONE_CONNECTION: [&str; 5] = [
    "random",
    "randomblob",
    "changes",
    "total_changes",
    "last_insert_rowid",
];

impl Planned<'_> {
    /// Whether another connection that sees the same rows returns the same: nothing in it depends
    /// on what the migration's own connection did, or takes of its pseudo-random numbers.
    fn is_of_any_connection(&self, conn: &Connection) -> bool {
        let catalog = self.view.catalog;
        let is_own = |sql: &str| {
            OF_ONE_CONNECTION
                .iter()
                .any(|name| token::mentions(sql, name))
        };
        let computes = |table: &Table| {
            table.kind == TableKind::View || table.columns.iter().any(|column| column.generated)
        };
        let objects = catalog.objects.iter();
        let mut computing = objects
            .filter(|((_, name), _)| catalog.table(name).is_some_and(computes))
            .filter_map(|(_, object)| object.sql.as_deref());
        !is_own(&self.select.sql)
            && !computing.any(is_own)
            && conn.prepare(&self.select.sql).is_ok()
    }

    /// Runs it while `execute` runs its statement, if `may_be_beside` allows and it shows the same
    /// then; before the statement otherwise.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub(crate) fn run_with<T>(
        &self,
        engine: &Engine,
        may_be_beside: bool,
        execute: impl FnOnce() -> T,
    ) -> Result<(Result<Watched, NoPreview>, T), RehearseError> {
        let has_temporary = !self.view.catalog.temporary.is_empty();
        if !may_be_beside || has_temporary || is_writing(&engine.conn) {
            let watched = self.run(engine.reader(), &engine.progress)?;
            return Ok((watched, execute()));
        }
        engine.beside(|beside| self.run_beside(beside, engine, execute))
    }

    /// Runs it beside its statement; before it, if another connection shows something else or the
    /// machine has no thread to spare.
    fn run_beside<T>(
        &self,
        beside: &mut Beside,
        engine: &Engine,
        execute: impl FnOnce() -> T,
    ) -> Result<(Result<Watched, NoPreview>, T), RehearseError> {
        let progress = &engine.progress;
        let is_same = self.is_of_any_connection(beside.reader().conn);
        std::thread::scope(|scope| {
            let run = move || self.run(beside.reader(), progress);
            let thread = is_same.then(|| std::thread::Builder::new().spawn_scoped(scope, run));
            let Some(Ok(thread)) = thread else {
                return Ok((self.run(engine.reader(), progress)?, execute()));
            };
            let executed = execute();
            let watched = thread.join();
            let watched = watched.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            Ok((watched?, executed))
        })
    }

    /// Runs it without a trace, or says why it gives nothing.
    ///
    /// # Errors
    /// When the engine cannot go on, or a lookup cannot be used.
    fn run(
        &self,
        reader: Reader<'_>,
        progress: &Progress,
    ) -> Result<Result<Watched, NoPreview>, RehearseError> {
        let meter = progress.begin(Work::Preview, &self.select.table, None);
        let selected = reader.untraced(Duration::MAX, |conn| self.select(conn, &meter));
        let mut watched = match selected {
            Err(RehearseError::Sqlite(e)) if !is_environment_on(reader.conn, &e) => {
                let refused = format!("the engine refuses its SELECT: {}", message(&e));
                let reason = reader.reason("its SELECT", &e, refused);
                return Ok(Err(if self.is_insert {
                    NoPreview::Source(reason)
                } else {
                    NoPreview::Unsupported(reason)
                }));
            }
            selected => selected?,
        };
        progress.expect(watched.run.rows);
        // What is read for the reader alone gets little time: the statement may need none of it.
        watched.run.subqueries = reader.untraced(ALONE, |conn| self.subqueries(conn));
        watched.run.partial = reader.untraced(ALONE, |conn| self.by_whole_keys(conn));
        watched.run.untied = reader.untraced(ALONE, |conn| self.by_ties(conn));
        let rows = watched.run.rows;
        watched.run.nulls = reader.untraced(ALONE, |conn| {
            nulls::met(conn, &self.nulls, rows, |other| self.matched(conn, other))
        });
        if self.is_insert {
            let results = watched.run.columns.clone();
            watched.run.shifted = reader.untraced(ALONE, |conn| {
                shifted::look(conn, (self.sql, &self.select), &results, self.view)
            });
        }
        Ok(Ok(watched))
    }

    fn subqueries(&self, conn: &Connection) -> Vec<SubqueryRun> {
        let run = |subquery: &Subquery| {
            let mut selecting = self.comparisons.selecting.iter();
            let is_it = |span: &&Span| subquery.sql.ends_with(span.of(self.sql));
            SubqueryRun {
                sql: subquery.sql.clone(),
                selects: selecting.find(is_it).copied(),
                result: alone(conn, subquery, &self.select, self.view),
            }
        };
        self.select.subqueries.iter().map(run).collect()
    }

    /// What the statement would match if it compared whole keys.
    fn by_whole_keys(&self, conn: &Connection) -> Vec<PartialRun> {
        let partial = self.comparisons.partial.iter();
        let run = |partial: &PartialKey| PartialRun {
            whole: partial
                .statement
                .as_ref()
                .and_then(|whole| self.matched(conn, whole)),
            partial: partial.clone(),
        };
        partial.map(run).collect()
    }

    /// What the statement would match if the other rows of its target were tied to the one that it
    /// writes.
    fn by_ties(&self, conn: &Connection) -> Vec<UntiedRun> {
        let run = |untied: &Untied| UntiedRun {
            untied: untied.clone(),
            tied: untied
                .statement
                .as_ref()
                .and_then(|tied| self.matched(conn, tied)),
        };
        self.comparisons.untied.iter().map(run).collect()
    }

    /// What another statement in its place would match; `None` if that is not known.
    fn matched(&self, conn: &Connection, other: &str) -> Option<MatchedRows> {
        let View {
            catalog, tenants, ..
        } = self.view;
        let select = if self.is_insert {
            rewrite::source(other, catalog, tenants).ok()??
        } else {
            let other = UpdateOrDelete::parse(other).ok()?;
            other.preview(catalog, tenants).ok()?
        };
        let view = View {
            samples: 0,
            ..self.view
        };
        let watched = rows::select(conn, &select, view, &Counter::default()).ok()?;
        Some((watched.run.rows, watched.run.tenants))
    }

    /// Whether the statement reads nothing but its target, which is a table.
    fn reads_target_alone(&self) -> bool {
        let is_word = |t: &token::Token| {
            let is = |word: &&str| t.is_word(self.sql, word);
            ["SELECT", "IN"].iter().any(is)
        };
        let table = self.view.catalog.table(&self.select.table);
        table.is_some_and(|table| table.kind == TableKind::Ordinary)
            && !self.is_insert
            && !self.select.joins
            && !token::significant(self.sql).iter().any(is_word)
    }

    fn select(&self, conn: &Connection, meter: &Meter) -> Result<Watched, RehearseError> {
        let mut watched = rows::select(conn, &self.select, self.view, &meter.count())?;
        let run = &mut watched.run;
        let read = if run.rows > 0 && self.reads_target_alone() {
            Read::default()
        } else {
            emptiness::read(conn, &self.select.sql, self.view.catalog)?
        };
        run.target_is_empty = run.rows == 0
            && if self.is_insert {
                read.is_nothing()
            } else {
                emptiness::is_empty(conn, &self.select.table)? == Some(true)
            };
        run.empty = read.empty();
        Ok(watched)
    }
}

/// Whether a target that the main database does not have is in an attached one, where a statement
/// finds it by the bare name too.
fn is_attached(engine: &Engine, target: &str) -> rusqlite::Result<bool> {
    let mut list = engine.conn.prepare("PRAGMA table_list")?;
    let names = list.query_map([], |row| row.get(1))?;
    let names: Vec<String> = names.collect::<rusqlite::Result<_>>()?;
    Ok(names.iter().any(|name| ident::same(name, target)))
}

/// Whether the tenants of the target are looked up in something that does not exist at the moment,
/// so that they cannot be shown.
fn is_lost(engine: &Engine, view: View<'_>, target: &Table) -> Result<bool, LookupError> {
    let rule = tenancy::rule_for(view.tenants, target);
    // A temporary table or view may hide what the lookup reads.
    if matches!(rule, Some(TenantRule::Lookup(_))) && view.catalog.hidden().next().is_some() {
        return Ok(true);
    }
    let owners = Owners::new(&engine.conn, target, view.tenants)?;
    Ok(matches!(owners, Owners::Fixed(Owner::Ambiguous)))
}
