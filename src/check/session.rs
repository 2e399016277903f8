//! A run under way: the clone, what the migrations so far left, and what is hidden of them.

use super::deep::Deeper;
use super::facts::{self, Looked};
use super::selection::{self, Selection};
use super::stage::{Held, Rehearsed, Stage};
use super::unmatched::Unmatched;
use super::{CheckError, Request, expected, redacted};
use crate::config::Config;
use crate::diff::{Diff, States};
use crate::hidden::{Flow, Hidden};
use crate::migration::Migration;
use crate::names::TenantNames;
use crate::progress::Work;
use crate::record::{self, Given, Options, Outcome};
use crate::redaction::Redaction;
use crate::rehearse::{
    self, Answers, Clone, Conserved, Engine, FrozenClock, Place, Rehearsal, RehearseError,
};
use crate::scope::{ExpectedScope, ResolvedScope, Tenant};
use crate::snapshot::{Catalog, Identity, Snapshot, SnapshotError};
use crate::verdict::facts::{Deep, Integrity, Strangers};
use crate::verdict::{Amendment, Code, Verdict};
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};

/// A run under way.
pub(super) struct Session<'a> {
    pub(super) request: &'a Request<'a>,
    /// open across migrations only if one transaction spans them; closed before the clock goes
    engine: Option<Engine>,
    /// whether the state that the last migration left is the state before the next already
    is_advanced: bool,
    /// whether the last migration keeps the next from running
    is_stopped: bool,
    pub(super) clock: FrozenClock,
    pub(super) clone: Clone,
    labels: Option<BTreeMap<Tenant, String>>,
    /// what reports hide, and where it has come so far
    redaction: Redaction,
    flow: Flow,
    unmatched: Unmatched,
    /// the names that are said to be applied and fit no file, until the first migration is judged
    pub(super) strangers: Option<Strangers>,
    /// what is to be known of the redaction
    warnings: Vec<String>,
    /// of each migration that ran
    pub(super) amendments: Vec<Amendment>,
}

/// A migration that is to run.
pub(super) struct Planned<'a> {
    pub(super) migration: &'a Migration,
    /// what its author declared
    pub(super) scope: Option<ExpectedScope>,
    /// its number, from 1, and how many run
    number: (usize, usize),
}

impl<'a> Session<'a> {
    /// Makes the clone, and selects from what the snapshot says.
    pub(super) fn begin(request: &'a Request<'a>) -> Result<(Self, Selection<'a>), CheckError> {
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
        let catalog = Catalog::read(&state).map_err(|e| snapshot.unreadable(&e))?;
        let mut selected = selection::select(request, &state)?;
        let is_whole = request.is_whole() && !selected.run.is_empty();
        let (redaction, warnings) = redacted::effective(config, &catalog, &selected.run, is_whole)
            .map_err(CheckError::Config)?;
        let labels = selection::labels(config, &state)?;
        let unmatched =
            Unmatched::new(catalog, &state, &config.tenants).map_err(RehearseError::from)?;
        drop(state);
        let session = Self {
            request,
            engine: None,
            is_advanced: false,
            is_stopped: false,
            clock,
            clone,
            labels,
            redaction,
            flow: Flow::default(),
            unmatched,
            strangers: selected.strangers.take(),
            warnings,
            amendments: Vec::new(),
        };
        Ok((session, selected))
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
        self.request
            .snapshot
            .progress()
            .migration(&next.migration.name, number, all);
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
        if let Some(engine) = self.engine.take() {
            engine.close()?;
        }
        Ok(())
    }

    fn stage(&self, place: Place) -> Stage<'_> {
        Stage {
            request: self.request,
            clone: &self.clone,
            clock: &self.clock,
            place,
            samples: self.request.samples,
            rows_of: BTreeSet::new(),
        }
    }

    /// Holds the state before a migration, which answers the queries of its scope.
    pub(super) fn hold<'p>(
        &mut self,
        planned: &'p Planned<'_>,
    ) -> Result<(Held, Option<ResolvedScope<'p>>), CheckError> {
        let engine = self.engine.take();
        let mut held = self.stage(Place::Last).hold(engine)?;
        let config = self.request.config;
        let resolve = |scope| expected::resolved(scope, &mut held.before, config);
        let scope = planned.scope.as_ref().map(resolve).transpose()?;
        Ok((held, scope))
    }

    /// Rehearses a migration; what it did, and what is to be known besides.
    pub(super) fn rehearse(
        &mut self,
        held: Held,
        planned: &Planned<'_>,
    ) -> Result<(Rehearsed, Looked), CheckError> {
        let request = self.request;
        let earlier = self.unmatched.earlier();
        let mut unmatched = std::mem::take(&mut self.unmatched);
        let look = |states: States<'_>,
                    rehearsal: &Rehearsal,
                    diff: &Diff|
         -> Result<Looked, CheckError> {
            unmatched.meet(&rehearsal.after, states.after, &request.config.tenants);
            let (mut facts, integrity) = facts::of(request, states, rehearsal, diff)?;
            facts.earlier = earlier;
            if planned.scope.is_none() && diff.changes.tables.is_empty() {
                let map = &request.config.tenants;
                facts.defaults = facts::defaults(states.before, rehearsal, map)?;
            }
            Ok((facts, integrity))
        };
        let (number, all) = planned.number;
        let place = if number == all {
            Place::Last
        } else {
            Place::Inner
        };
        let mut stage = self.stage(place);
        stage.rows_of = planned
            .scope
            .as_ref()
            .map(ExpectedScope::claimed)
            .unwrap_or_default();
        let (mut ran, looked) = stage.run(held, planned.migration, look)?;
        self.unmatched = unmatched;
        self.engine = ran.engine.take();
        Ok((ran, looked))
    }

    /// What both states say to what the migration must keep; `None` if it declares nothing, or did
    /// not run through.
    pub(super) fn conserved(
        &mut self,
        ran: &mut Rehearsed,
        planned: &Planned<'_>,
    ) -> Result<Option<Conserved>, CheckError> {
        let rehearsal = &ran.rehearsal;
        let scope = planned.scope.as_ref();
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
    pub(super) fn state_after(&mut self) -> Result<Connection, CheckError> {
        let Some(engine) = &mut self.engine else {
            return Ok(Engine::open_state(self.clone.path(), &self.clock)?);
        };
        self.clone.keep_uncommitted_state(engine)?;
        self.is_advanced = true;
        Ok(self.clone.hold_state(&self.clock)?)
    }

    /// What is hidden of a migration that ran.
    pub(super) fn hidden(
        &mut self,
        planned: &Planned<'_>,
        ran: &Rehearsed,
        conserved: Option<&Conserved>,
    ) -> Hidden {
        let rehearsal = &ran.rehearsal;
        let hidden = Hidden::new(
            &self.redaction,
            &self.request.config.tenants,
            &mut self.flow,
            planned.migration,
            [&rehearsal.before, &rehearsal.after],
            &rehearsal.statements,
        );
        let scope = planned.scope.as_ref();
        self.unmatched.note(scope, rehearsal, conserved, &hidden);
        hidden
    }

    /// What the deep checks found, if the run goes deep.
    pub(super) fn deep(
        &self,
        migration: &Migration,
        ran: &Rehearsed,
        integrity: Option<Result<Integrity, String>>,
    ) -> Result<Option<Deep>, CheckError> {
        let Some(integrity) = integrity else {
            return Ok(None);
        };
        let deeper = Deeper {
            request: self.request,
            clone: &self.clone,
            migration,
            rehearsal: &ran.rehearsal,
            before: ran.began,
            after: self.clone.moment(),
        };
        deeper.look(integrity).map(Some)
    }

    /// The names of the tenants that a migration met.
    pub(super) fn names(&self, ran: &Rehearsed) -> TenantNames {
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
        let hidden = Hidden::new(
            &self.redaction,
            &self.request.config.tenants,
            &mut self.flow,
            migration,
            [self.unmatched.last(); 2],
            &[],
        );
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
        Ok(std::mem::take(&mut self.warnings)
            .into_iter()
            .chain(self.request.snapshot.doubt().map(str::to_owned))
            .chain(pending)
            .chain(selection)
            .collect())
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

/// The migrations that are to run, with what is declared for each.
pub(super) fn plan<'a>(
    config: &Config,
    run: &[&'a Migration],
) -> Result<Vec<Planned<'a>>, CheckError> {
    let scopes = expected::declared(config, run).map_err(CheckError::Config)?;
    let planned = |(at, (migration, scope)): (usize, (&&'a Migration, _))| Planned {
        migration,
        scope,
        number: (at + 1, run.len()),
    };
    Ok(run.iter().zip(scopes).enumerate().map(planned).collect())
}
