//! A run under way: the clone, what the migrations so far left, and what is hidden of them.

use super::facts::{self, Looked};
use super::selection::{self, Selection};
use super::stage::{Held, Ran, Stage};
use super::unmatched::Unmatched;
use super::{CheckError, Request, deep, expected, redacted};
use crate::diff::{Diff, States};
use crate::hidden::{Flow, Hidden};
use crate::migration::Migration;
use crate::names::TenantNames;
use crate::progress::Work;
use crate::record::{self, Given, Options, Outcome};
use crate::redaction::Redaction;
use crate::rehearse::{
    self, Answers, Clone, Conserved, Engine, FrozenClock, Owners, Place, Rehearsal, RehearseError,
    StatementRun,
};
use crate::scope::{ExpectedScope, ResolvedScope, Tenant};
use crate::snapshot::{Catalog, Identity, Snapshot, SnapshotError};
use crate::verdict::facts::{Deep, Integrity};
use crate::verdict::{Amendment, Code, Verdict};
use rusqlite::Connection;
use std::collections::BTreeMap;

/// A run under way.
pub(super) struct Session<'a> {
    pub(super) request: &'a Request<'a>,
    /// open across migrations only if one transaction spans them; closed before the clock goes
    engine: Option<Engine>,
    /// whether the state that the last migration left is the state before the next already
    is_advanced: bool,
    /// whether the last migration keeps the next from running
    is_stopped: bool,
    clock: FrozenClock,
    clone: Clone,
    labels: Option<BTreeMap<Tenant, String>>,
    /// what reports hide, and where it has come so far
    redaction: Redaction,
    flow: Flow,
    unmatched: Unmatched,
    /// what is to be known of the redaction
    warnings: Vec<String>,
    /// of each migration that ran
    pub(super) amendments: Vec<Amendment>,
}

/// What is to be done.
pub(super) struct RunPlan<'a> {
    /// in this order
    pub(super) run: Vec<Planned<'a>>,
    /// the migrations that a branch changes although they are applied, with the verdict that says so
    pub(super) unrun: Vec<(&'a Migration, Verdict)>,
    /// what is to be known of the selection, as sentences
    pub(super) warnings: Vec<String>,
    /// what the branch does
    pub(super) branch: Option<record::Branch>,
}

/// A migration that is to run.
pub(super) struct Planned<'a> {
    pub(super) migration: &'a Migration,
    /// what its author declared
    pub(super) scope: Option<ExpectedScope>,
    place: Place,
    /// its number, from 1, and how many run
    number: (usize, usize),
}

/// What the snapshot says before the first migration.
struct First<'a> {
    catalog: Catalog,
    selected: Selection<'a>,
    redaction: Redaction,
    warnings: Vec<String>,
    labels: Option<BTreeMap<Tenant, String>>,
}

impl<'a> First<'a> {
    fn read(request: &'a Request<'a>, state: &Connection) -> Result<Self, CheckError> {
        let config = request.config;
        let catalog = Catalog::read(state).map_err(|e| request.snapshot.unreadable(&e))?;
        for table in catalog.tables.values().filter(|t| t.unreadable.is_none()) {
            Owners::check(state, table, &config.tenants).map_err(RehearseError::from)?;
        }
        let selected = selection::select(request, state)?;
        let is_whole = request.is_whole() && !selected.run.is_empty();
        let (redaction, warnings) = redacted::effective(config, &catalog, &selected.run, is_whole)
            .map_err(CheckError::Config)?;
        Ok(Self {
            labels: selection::labels(config, state)?,
            catalog,
            selected,
            redaction,
            warnings,
        })
    }
}

impl<'a> Session<'a> {
    /// Makes the clone, and a plan from what the snapshot says.
    pub(super) fn begin(request: &'a Request<'a>) -> Result<(Self, RunPlan<'a>), CheckError> {
        let Request {
            config,
            snapshot,
            workspace,
            ..
        } = request;
        let redirects = rehearse::redirects(&config.bounds, workspace)?;
        let clock = FrozenClock::at(request.now_ms, workspace, redirects)?;
        let clone = Clone::create(snapshot, workspace, config.clone, &clock)?;
        let state = Engine::open_state(clone.path(), &clock)?;
        let first = First::read(request, &state)?;
        drop(state);
        let plan = RunPlan::new(request, first.selected)?;
        let session = Self {
            request,
            engine: None,
            is_advanced: false,
            is_stopped: false,
            clock,
            clone,
            labels: first.labels,
            redaction: first.redaction,
            flow: Flow::default(),
            unmatched: Unmatched::new(first.catalog),
            warnings: first.warnings,
            amendments: Vec::new(),
        };
        Ok((session, plan))
    }

    /// Does the work, and beside it takes the hash of the snapshot, if that is asked for.
    pub(super) fn identified(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<(), CheckError>,
    ) -> Result<Option<Result<Identity, SnapshotError>>, CheckError> {
        if !self.request.identify {
            return work(self).map(|()| None);
        }
        let snapshot = self.request.snapshot;
        let (done, identity) = snapshot.identify_beside(Snapshot::identity, || work(self));
        done.map(|()| Some(identity))
    }

    /// Makes the state that the last migration left the one before the next; false if that is not
    /// to run.
    pub(super) fn advance(&mut self, next: &Planned<'_>) -> Result<bool, CheckError> {
        if self.is_stopped {
            return Ok(false);
        }
        let (number, all) = next.number;
        let is_advanced = std::mem::take(&mut self.is_advanced);
        if let Some(engine) = self.engine.as_mut().filter(|_| number > 1 && !is_advanced) {
            self.clone.keep_uncommitted_state(engine)?;
        }
        let progress = self.request.snapshot.progress();
        progress.migration(&next.migration.name, number, all);
        Ok(true)
    }

    /// Takes note of a migration that ran.
    pub(super) fn note(&mut self, record: &record::Migration, amendment: Amendment) {
        let left_open = Code::TransactionLeftOpen.id();
        self.is_stopped = record.outcome != Outcome::Applied
            || record.findings.iter().any(|f| f.code == left_open);
        self.amendments.push(amendment);
    }

    /// After the last migration.
    pub(super) fn end(&mut self) -> Result<(), CheckError> {
        self.request.snapshot.progress().leave();
        match self.engine.take() {
            Some(engine) => Ok(engine.close()?),
            None => Ok(()),
        }
    }

    fn stage(&self, place: Place) -> Stage<'_> {
        Stage {
            request: self.request,
            clone: &self.clone,
            clock: &self.clock,
            place,
            samples: self.request.samples,
        }
    }

    pub(super) fn hold(&mut self) -> Result<Held, CheckError> {
        let engine = self.engine.take();
        let stage = self.stage(Place::Last);
        let engine = engine.map_or_else(|| stage.open(), Ok)?;
        stage.hold(engine)
    }

    /// Rehearses a migration; what it did, and what is to be known besides.
    pub(super) fn rehearse(
        &mut self,
        held: Held,
        planned: &Planned<'_>,
    ) -> Result<(Ran, Looked), CheckError> {
        let request = self.request;
        let look = |states: States<'_>, rehearsal: &Rehearsal, diff: &Diff| {
            facts::of(request, states, rehearsal, diff)
        };
        let stage = self.stage(planned.place);
        let (mut ran, looked) = stage.run(held, planned.migration, look)?;
        self.engine = ran.engine.take();
        Ok((ran, looked))
    }

    /// What both states say to what the migration must keep; `None` if it declares nothing, or did
    /// not run through.
    pub(super) fn conserved(
        &mut self,
        ran: &mut Ran,
        scope: Option<&ResolvedScope>,
    ) -> Result<Option<Conserved>, CheckError> {
        let rehearsal = &ran.rehearsal;
        let scope = scope.filter(|scope| rehearsal.ran_through() && scope.keeps());
        let Some((scope, mut before)) = scope.zip(ran.before.take()) else {
            return Ok(None);
        };
        let (snapshot, limit) = (self.request.snapshot, self.request.config.bounds.statement);
        let _asking = snapshot.progress().begin(Work::Ask, "", None);
        let ask = |conn: &mut Connection, catalog: &Catalog| -> Answers {
            rehearse::answers(conn, catalog, &scope.conserve, &scope.invariants, limit)
        };
        let answered = ask(&mut before, &rehearsal.before);
        drop(before);
        let mut after = self.state_after()?;
        Ok(Some(Conserved {
            before: answered,
            after: ask(&mut after, &rehearsal.after),
        }))
    }

    /// A connection of its own to the state after a migration, under one transaction over all
    /// migrations too: what the migration set on its own, or made there, is no part of the database.
    fn state_after(&mut self) -> Result<Connection, CheckError> {
        let Some(engine) = &mut self.engine else {
            return Ok(Engine::open_state(self.clone.path(), &self.clock)?);
        };
        self.clone.keep_uncommitted_state(engine)?;
        self.is_advanced = true;
        Ok(self.clone.hold_state(&self.clock)?)
    }

    /// What is hidden of a migration that ran.
    pub(super) fn hidden_of(
        &mut self,
        planned: &Planned<'_>,
        ran: &Ran,
        conserved: Option<&Conserved>,
    ) -> Hidden {
        let rehearsal = &ran.rehearsal;
        let catalogs = [&rehearsal.before, &rehearsal.after];
        let hidden = self.hidden(planned.migration, catalogs, &rehearsal.statements);
        let scope = planned.scope.as_ref();
        self.unmatched.note(scope, rehearsal, conserved, &hidden);
        hidden
    }

    fn hidden(
        &mut self,
        migration: &Migration,
        catalogs: [&Catalog; 2],
        runs: &[StatementRun],
    ) -> Hidden {
        let tenants = &self.request.config.tenants;
        Hidden::new(
            &self.redaction,
            tenants,
            &mut self.flow,
            migration,
            catalogs,
            runs,
        )
    }

    /// What the deep checks found, if the run goes deep.
    pub(super) fn deep(
        &self,
        migration: &Migration,
        ran: &Ran,
        integrity: Option<Result<Integrity, String>>,
    ) -> Result<Option<Deep>, CheckError> {
        let from = deep::From {
            request: self.request,
            clone: &self.clone,
            before: ran.began,
            after: self.clone.moment(),
        };
        let runs = |integrity| deep::runs(from, migration, &ran.rehearsal, integrity);
        integrity.map(runs).transpose()
    }

    /// The names of the tenants that a migration met.
    pub(super) fn names(&self, ran: &Ran) -> TenantNames {
        let met = facts::named(&ran.rehearsal, &ran.diff);
        let names = TenantNames::new(met, self.labels.clone());
        if self.redaction.all {
            names.unlabelled()
        } else {
            names
        }
    }

    /// The record of a migration that is not run.
    pub(super) fn unrun(&mut self, migration: &Migration, verdict: Verdict) -> record::Migration {
        let catalog = self.unmatched.last().clone();
        let hidden = self.hidden(migration, [&catalog; 2], &[]);
        record::Migration::not_run(migration, &hidden, verdict)
    }

    /// What is to be known besides, those of the selection last.
    ///
    /// # Errors
    /// The entries of the configuration that match nothing.
    pub(super) fn warnings(&mut self, selection: Vec<String>) -> Result<Vec<String>, CheckError> {
        let Request { config, .. } = self.request;
        let is_whole = self.request.is_whole();
        let (unknown, pending) = self.unmatched.unknown(config, &self.redaction, is_whole);
        if !unknown.is_empty() {
            return Err(CheckError::Config(unknown));
        }
        let own = std::mem::take(&mut self.warnings);
        Ok(own.into_iter().chain(pending).chain(selection).collect())
    }

    /// What the run was given.
    pub(super) fn given(&self, identity: Option<Identity>) -> Given<'a> {
        Given {
            config: self.request.config,
            snapshot: self.request.snapshot,
            identity,
            tenants: self.labels.as_ref().map(BTreeMap::len),
            now_ms: self.request.now_ms,
            options: Options {
                samples: self.request.samples,
                deep: self.request.deep,
            },
        }
    }

    /// Leaves the migrated database where it is asked for, if the snapshot is what it was.
    pub(super) fn keep_clone(&self) -> Result<(), CheckError> {
        let snapshot = self.request.snapshot;
        snapshot.verify_unchanged()?;
        if let Some(target) = self.request.keep_clone {
            self.clone.keep(snapshot, target)?;
        }
        Ok(())
    }
}

impl<'a> RunPlan<'a> {
    fn new(request: &Request<'_>, selected: Selection<'a>) -> Result<Self, CheckError> {
        let Selection {
            run,
            unrun,
            warnings,
            branch,
        } = selected;
        let scopes = expected::declared(request.config, &run).map_err(CheckError::Config)?;
        let all = run.len();
        let planned = |(at, (migration, scope))| Planned {
            migration,
            scope,
            place: if at + 1 == all {
                Place::Last
            } else {
                Place::Inner
            },
            number: (at + 1, all),
        };
        Ok(Self {
            run: run
                .into_iter()
                .zip(scopes)
                .enumerate()
                .map(planned)
                .collect(),
            unrun,
            warnings,
            branch,
        })
    }
}
