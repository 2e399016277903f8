//! The whole job: from a configuration, a snapshot and migrations to a report. Composes the stages
//! and decides nothing.

mod branch;
mod deep;
mod expected;
mod facts;
mod redacted;
mod seen;

use crate::config::Config;
use crate::diff::{self, DiffError, States};
use crate::hidden::{Flow, Hidden};
use crate::migration::{Branch, Migration};
use crate::names::TenantNames;
use crate::progress::Work;
use crate::record::{self, Evidence, Given, Options};
use crate::redaction::Redaction;
use crate::regime::TransactionMode;
use crate::rehearse::{
    self, Answers, Clone, Conserved, Engine, FrozenClock, Outcome, Owners, Place, QueryError,
    Rehearsal, RehearseError,
};
use crate::scope::{ExpectedScope, ResolvedScope, Tenant, TenantRule};
use crate::snapshot::{Catalog, Snapshot, SnapshotError};
use crate::verdict::{self, Amendment, Case};
use branch::Selected;
use rusqlite::{Connection, ErrorCode};
use seen::Seen;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What to rehearse and how.
#[derive(Debug)]
pub struct Request<'a> {
    /// the validated configuration
    pub config: &'a Config,
    /// the snapshot
    pub snapshot: &'a Snapshot,
    /// the migrations, in the order in which they run
    pub migrations: Migrations<'a>,
    /// a private folder that the caller removes
    pub workspace: &'a Path,
    /// the time that `now` stands at, in milliseconds after 1970
    pub now_ms: i64,
    /// rows kept for each group
    pub samples: usize,
    /// where to leave the migrated database
    pub keep_clone: Option<&'a Path>,
    /// whether the report needs the snapshot's hash
    pub identify: bool,
    /// whether to do what costs a second run or a whole scan
    pub deep: bool,
    /// lets the capture fail after so many writes, for tests of what follows then
    pub fail_capture_after: Option<u64>,
}

/// Which migrations to rehearse.
#[derive(Debug)]
pub enum Migrations<'a> {
    /// these
    Named(&'a [Migration]),
    /// those of the folder that the configured query does not name as applied
    Pending(&'a [Migration]),
    /// those of the folder that a branch changes; where the query is configured, with all that are
    /// pending
    Changed(&'a [Migration], &'a Branch),
}

/// What a run found out.
#[derive(Debug)]
pub struct Checked {
    /// the record of it
    pub evidence: Evidence,
    /// what the declared scope of each migration that ran would have to become to hold what was
    /// observed, in the order of the migrations
    pub amendments: Vec<Amendment>,
}

/// Why there is no report. The process exits with 2.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// the snapshot cannot be used
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// the rehearsal could not be done
    #[error(transparent)]
    Rehearse(#[from] RehearseError),
    /// the states could not be compared
    #[error(transparent)]
    Diff(#[from] DiffError),
    /// a query of the configuration cannot be used
    #[error("{place}: {source}: {sql}")]
    Query {
        /// the file, and where in it the query stands
        place: String,
        /// the query
        sql: String,
        /// what is wrong with it
        source: QueryError,
    },
    /// the configuration does not fit the snapshot; one line a problem
    #[error("{}", .0.join("\n"))]
    Config(Vec<String>),
    /// one of the others, without what is redacted
    #[error("{0}")]
    Redacted(String),
    /// every migration of the folder is applied already
    #[error("no migration found: all {0} migrations of the folder are applied already")]
    NothingPending(usize),
}

impl CheckError {
    /// The same error; one that comes of a snapshot that changed, or is damaged, says so.
    fn blaming(self, snapshot: &Snapshot) -> Self {
        if let Err(changed) = snapshot.verify_unchanged() {
            return Self::Snapshot(changed);
        }
        let engine = match &self {
            Self::Rehearse(
                RehearseError::Engine { reason, .. } | RehearseError::Sqlite(reason),
            ) => Some(reason),
            Self::Diff(DiffError::Sqlite { source, .. }) => Some(source),
            _ => None,
        };
        let damaged = [ErrorCode::DatabaseCorrupt, ErrorCode::NotADatabase];
        if engine
            .and_then(rusqlite::Error::sqlite_error_code)
            .is_some_and(|code| damaged.contains(&code))
        {
            let reason = format!("is corrupt, as a rehearsal on it showed: {self}");
            return Self::Snapshot(SnapshotError::Unusable {
                path: snapshot.source.clone(),
                reason,
            });
        }
        self
    }
}

impl From<rusqlite::Error> for CheckError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Rehearse(error.into())
    }
}

/// Rehearses the migrations and judges each.
///
/// # Errors
/// When the rehearsal could not be done, for whatever reason; a migration that fails is part of the
/// report.
pub fn check(request: &Request<'_>) -> Result<Checked, CheckError> {
    let done = check_on(request.snapshot, request).map_err(|error| error.blaming(request.snapshot));
    done.map_err(|error| redacted::error(&request.config.redaction, error))
}

fn check_on(snapshot: &Snapshot, request: &Request<'_>) -> Result<Checked, CheckError> {
    let redirects = rehearse::redirects(&request.config.bounds, request.workspace)?;
    let clock = FrozenClock::at(request.now_ms, request.workspace, redirects)?;
    let clone = Clone::create(snapshot, request.workspace, request.config.clone, &clock)?;
    let is_whole = match request.migrations {
        Migrations::Named(_) => false,
        Migrations::Pending(_) => true,
        Migrations::Changed(..) => request.config.applied.is_some(),
    };
    let (labels, selected, (redaction, mut warnings), seen) = {
        let before = Engine::open_state(clone.path(), &clock)?;
        let catalog = Catalog::read(&before).map_err(|e| snapshot.unreadable(&e))?;
        for table in catalog.tables.values().filter(|t| t.unreadable.is_none()) {
            Owners::check(&before, table, &request.config.tenants).map_err(RehearseError::from)?;
        }
        let selected = select(request, &before)?;
        let redaction = redacted::effective(
            request.config,
            &catalog,
            &selected.run,
            is_whole && !selected.run.is_empty(),
        )
        .map_err(CheckError::Config)?;
        (
            labels(request.config, &before)?,
            selected,
            redaction,
            Seen::of(catalog),
        )
    };
    let scopes = expected::declared(request.config, &selected.run).map_err(CheckError::Config)?;
    let (engine, flow) = (None, Flow::default());
    let mut session = Session {
        request,
        scopes,
        engine,
        is_advanced: false,
        clock,
        clone,
        labels,
        redaction,
        flow,
        seen,
        amendments: Vec::new(),
    };
    let mut rehearse = || session.all(&selected.run);
    let (done, identity) = if request.identify {
        let (done, identity) = snapshot.identify_beside(Snapshot::identity, rehearse);
        (done?, Some(identity))
    } else {
        (rehearse()?, None)
    };
    let (unknown, pending) = session
        .seen
        .unknown(request.config, &session.redaction, is_whole);
    warnings.extend(pending);
    if !unknown.is_empty() {
        return Err(CheckError::Config(unknown));
    }
    warnings.extend(selected.warnings);
    let unrun = selected.unrun.into_iter().map(|(migration, verdict)| {
        record::Migration::not_run(migration, &session.hidden(migration), verdict)
    });
    let migrations: Vec<record::Migration> = unrun.collect();
    let identity = identity.transpose()?;
    snapshot.verify_unchanged()?;
    if let Some(target) = request.keep_clone {
        session.clone.keep(snapshot, target)?;
    }
    let tenants = session.labels.as_ref().map(BTreeMap::len);
    let given = Given {
        config: request.config,
        snapshot,
        identity,
        tenants,
        now_ms: request.now_ms,
        options: Options {
            samples: request.samples,
            deep: request.deep,
        },
    };
    let migrations = migrations.into_iter().chain(done).collect();
    Ok(Checked {
        evidence: Evidence::new(given, warnings, selected.branch, migrations),
        amendments: session.amendments,
    })
}

fn query<T>(
    config: &Config,
    place: &str,
    sql: &str,
    run: impl FnOnce(&str) -> Result<T, QueryError>,
) -> Result<T, CheckError> {
    run(sql).map_err(|source| CheckError::Query {
        place: format!("{}: {place}", config.path.display()),
        sql: sql.to_owned(),
        source,
    })
}

fn labels(
    config: &Config,
    before: &Connection,
) -> Result<Option<BTreeMap<Tenant, String>>, CheckError> {
    let Some(sql) = &config.labels else {
        return Ok(None);
    };
    let rows = query(config, "[tenant] labels", sql, |sql| {
        rehearse::pairs(before, sql)
    })?;
    Ok(Some(
        rows.into_iter()
            .map(|[tenant, label]| (Tenant(tenant), label.spelling()))
            .collect(),
    ))
}

/// The migrations to run: of a folder, those that are not applied; of those that a branch changes,
/// see [`branch`].
fn select<'a>(request: &Request<'a>, before: &Connection) -> Result<Selected<'a>, CheckError> {
    let (Migrations::Named(all) | Migrations::Pending(all) | Migrations::Changed(all, _)) =
        request.migrations;
    let applied = match (&request.migrations, &request.config.applied) {
        (Migrations::Named(_), _) | (_, None) => None,
        (_, Some(sql)) => Some(query(request.config, "[migrations] applied", sql, |sql| {
            rehearse::column(before, sql)
        })?),
    };
    let applied: Option<BTreeSet<String>> =
        applied.map(|names| names.iter().map(crate::sql::Value::spelling).collect());
    if let Migrations::Changed(_, changed) = request.migrations {
        return Ok(branch::selected(all, changed, applied.as_ref()));
    }
    let is_applied = |migration: &Migration| {
        applied
            .as_ref()
            .is_some_and(|applied| applied.contains(&migration.name))
    };
    let run: Vec<&Migration> = all
        .iter()
        .filter(|migration| !is_applied(migration))
        .collect();
    if run.is_empty() {
        return Err(CheckError::NothingPending(all.len()));
    }
    Ok(Selected {
        run,
        ..Selected::default()
    })
}

/// A run under way.
struct Session<'a> {
    request: &'a Request<'a>,
    /// what is declared for each migration
    scopes: Vec<Option<ExpectedScope>>,
    /// open across migrations only where one transaction spans them; closed before the clock goes
    engine: Option<Engine>,
    /// whether what the last migration left is the state before the next already
    is_advanced: bool,
    clock: FrozenClock,
    clone: Clone,
    labels: Option<BTreeMap<Tenant, String>>,
    /// what reports hide, and where it has come so far
    redaction: Redaction,
    flow: Flow,
    seen: Seen,
    /// of each migration that ran
    amendments: Vec<Amendment>,
}

impl Session<'_> {
    fn all(&mut self, migrations: &[&Migration]) -> Result<Vec<record::Migration>, CheckError> {
        let mut reports = Vec::new();
        let mut stopped = false;
        for (at, migration) in migrations.iter().enumerate() {
            if stopped {
                reports.push(record::Migration::not_run(
                    migration,
                    &self.hidden(migration),
                    verdict::not_run(),
                ));
                continue;
            }
            if at > 0 {
                self.advance()?;
            }
            let place = if at + 1 == migrations.len() {
                Place::Last
            } else {
                Place::Inner
            };
            let scope = self.scopes[at].take();
            self.request
                .snapshot
                .progress()
                .migration(&migration.name, at + 1, migrations.len());
            let report = self.one(migration, scope.as_ref(), place)?;
            stopped = report.outcome != Outcome::Applied
                || report
                    .findings
                    .iter()
                    .any(|f| f.code == verdict::Code::TransactionLeftOpen.id());
            reports.push(report);
        }
        self.request.snapshot.progress().leave();
        if let Some(engine) = self.engine.take() {
            engine.close()?;
        }
        Ok(reports)
    }

    /// Makes what the last migration left the state before the next.
    fn advance(&mut self) -> Result<(), RehearseError> {
        match &mut self.engine {
            Some(engine) if !std::mem::take(&mut self.is_advanced) => {
                self.clone.keep_uncommitted_state(engine)
            }
            _ => Ok(()),
        }
    }

    /// Rehearses one migration on what the ones before it left.
    fn one(
        &mut self,
        migration: &Migration,
        scope: Option<&ExpectedScope>,
        place: Place,
    ) -> Result<record::Migration, CheckError> {
        let (config, samples, progress) = (
            self.request.config,
            self.request.samples,
            self.request.snapshot.progress(),
        );
        let spans = config.regime.transaction == TransactionMode::All;
        let mut engine = match self.engine.take() {
            Some(engine) => engine,
            None => self.open(spans)?,
        };
        let mut before = self.clone.hold_state(&self.clock)?;
        let began = self.clone.moment();
        let resolved = scope
            .map(|scope| expected::resolve(scope, &mut before, config.bounds.statement))
            .transpose()?;
        let mut rehearsal = rehearse::rehearse(
            &mut engine,
            migration,
            config.regime,
            place,
            &config.tenants,
            samples,
        )?;
        let (mut diff, mut facts, integrity) = if spans {
            let states = States {
                before: &before,
                after: engine.connection(),
                clock: &self.clock,
                progress,
            };
            let mut diff = diff::diff(states, &rehearsal, &config.tenants, samples)?;
            diff.unevaluated.extend(hidden_tables(config, &rehearsal));
            let (facts, integrity) =
                facts::of(self.request, self.now(), states, &rehearsal, &diff)?;
            self.engine = Some(engine);
            (diff, facts, integrity)
        } else {
            engine.close()?;
            // A connection of its own: temporary objects of the migration's would hide tables from
            // the lookups.
            let after = Engine::open_state(self.clone.path(), &self.clock)?;
            if config.bounds.writable_schema {
                rehearsal.reread(&after)?;
            }
            let states = States {
                before: &before,
                after: &after,
                clock: &self.clock,
                progress,
            };
            let diff = diff::diff(states, &rehearsal, &config.tenants, samples)?;
            let (facts, integrity) =
                facts::of(self.request, self.now(), states, &rehearsal, &diff)?;
            (diff, facts, integrity)
        };
        if before.is_autocommit() {
            // The engine ends a transaction of its own accord after some errors; what was read
            // since is not the state before.
            return Err(RehearseError::StateLost.into());
        }
        let mut kept = match &resolved {
            Some(scope) if rehearsal.ran_through() && scope.keeps() => {
                Some(self.kept(&rehearsal, scope, before)?)
            }
            _ => None,
        };
        let hidden = Hidden::new(
            &self.redaction,
            &config.tenants,
            &mut self.flow,
            migration,
            [&rehearsal.before, &rehearsal.after],
            &rehearsal.statements,
        );
        hidden.rehearsal(&mut rehearsal);
        hidden.diff(&mut diff);
        if let Some(kept) = &mut kept {
            hidden.kept(kept);
        }
        self.seen.note(scope, &rehearsal, kept.as_ref(), &hidden);
        let names = TenantNames::new(facts::named(&rehearsal, &diff), self.labels.clone());
        let names = if self.redaction.all {
            names.unlabelled()
        } else {
            names
        };
        if let Some(integrity) = integrity {
            let from = deep::From {
                request: self.request,
                clone: &self.clone,
                before: began,
                after: self.clone.moment(),
            };
            facts.deep = Some(deep::runs(from, migration, &rehearsal, integrity)?);
        }
        facts.hide(&hidden);
        let case = Case {
            migration,
            rehearsal: &rehearsal,
            diff: &diff,
            facts: &facts,
            scope: resolved.as_ref(),
            kept: kept.as_ref(),
            tenants: &config.tenants,
            names: &names,
            hidden: &hidden,
            severities: &config.severities,
            now: self.now(),
        };
        self.amendments.push(verdict::amendment(case));
        Ok(record::Migration::of(case, verdict::judge(case), samples))
    }

    /// What is hidden of a migration that is not run.
    fn hidden(&mut self, migration: &Migration) -> Hidden {
        let catalog = self.seen.last();
        Hidden::new(
            &self.redaction,
            &self.request.config.tenants,
            &mut self.flow,
            migration,
            [catalog, catalog],
            &[],
        )
    }

    /// The time of the rehearsal.
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(u64::try_from(self.request.now_ms).unwrap_or_default())
    }

    /// What both states say to what the migration must keep. The state after is read on a
    /// connection of its own, under one transaction over all migrations too: what the migration set
    /// on its own, or made there, is no part of the database.
    fn kept(
        &mut self,
        rehearsal: &Rehearsal,
        scope: &ResolvedScope,
        mut before: Connection,
    ) -> Result<Conserved, CheckError> {
        let limit = self.request.config.bounds.statement;
        let _asking = self.request.snapshot.progress().begin(Work::Ask, "", None);
        let ask = |conn: &mut Connection, catalog: &Catalog| -> Answers {
            rehearse::answers(conn, catalog, &scope.conserve, &scope.invariants, limit)
        };
        let answered = ask(&mut before, &rehearsal.before);
        drop(before);
        let mut after = match &mut self.engine {
            Some(engine) => {
                self.clone.keep_uncommitted_state(engine)?;
                self.is_advanced = true;
                self.clone.hold_state(&self.clock)?
            }
            None => Engine::open_state(self.clone.path(), &self.clock)?,
        };
        Ok(Conserved {
            before: answered,
            after: ask(&mut after, &rehearsal.after),
        })
    }

    fn open(&self, spans: bool) -> Result<Engine, CheckError> {
        let Request {
            config,
            fail_capture_after,
            snapshot,
            ..
        } = self.request;
        let engine = Engine::open(
            self.clone.path(),
            config.regime,
            &config.bounds,
            &self.clock,
            *fail_capture_after,
        )?
        .telling(snapshot.progress());
        if spans {
            engine.connection().execute_batch("BEGIN")?;
        }
        Ok(engine)
    }
}

/// Under one transaction over all migrations, the tables that temporary ones hide from the tenant
/// lookups.
fn hidden_tables(config: &Config, rehearsal: &Rehearsal) -> Vec<(String, String)> {
    let has_lookup = config
        .tenants
        .tables
        .values()
        .any(|t| matches!(t.rule, TenantRule::Lookup(_)));
    let reason = "a temporary table or view of the same name hides it from the tenant lookups";
    rehearsal
        .after
        .hidden()
        .filter(|_| has_lookup)
        .map(|table| (table.name.clone(), reason.to_owned()))
        .collect()
}
