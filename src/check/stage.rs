//! One run of a migration on a clone, by the first rehearsal and the deep checks alike: the state
//! before is held, the migration is rehearsed, and the two states are compared.

use super::indexes::Questioned;
use super::{CheckError, Request};
use crate::config::Config;
use crate::diff::{self, Asked, Diff, States};
use crate::migration::Migration;
use crate::regime::TransactionMode;
use crate::rehearse::{self, Clone, Engine, FrozenClock, Moment, Place, Rehearsal, RehearseError};
use crate::scope::TenantRule;
use crate::verdict::facts::IndexFault;
use rusqlite::Connection;
use std::collections::BTreeSet;

/// What a run needs.
pub(super) struct Stage<'a> {
    pub(super) request: &'a Request<'a>,
    pub(super) clone: &'a Clone,
    pub(super) clock: &'a FrozenClock,
    /// where in the run the migration is
    pub(super) place: Place,
    /// rows kept for each group
    pub(super) samples: usize,
    /// the folded names of the tables of which it is kept which rows were written
    pub(super) rows_of: BTreeSet<String>,
}

/// A clone about to run a migration.
pub(super) struct Held {
    engine: Engine,
    /// sees the state before the migration
    pub(super) before: Connection,
    began: Moment,
}

/// What a migration did.
pub(super) struct Rehearsed {
    pub(super) rehearsal: Rehearsal,
    pub(super) diff: Diff,
    pub(super) indexes: Vec<IndexFault>,
    /// where it began on the clone
    pub(super) began: Moment,
    /// sees the state before it, until somebody takes that
    pub(super) before: Option<Connection>,
    /// the engine, if its transaction goes on
    pub(super) engine: Option<Engine>,
}

/// What sees the state after a migration.
enum After {
    /// the engine itself, whose transaction goes on
    Uncommitted(Box<Engine>),
    /// a connection of its own: temporary objects of the migration would hide tables from the
    /// lookups
    Committed(Connection),
}

/// Whether one transaction spans all migrations.
pub(super) fn spans(config: &Config) -> bool {
    config.regime.transaction == TransactionMode::All
}

impl Stage<'_> {
    /// A fresh engine on the clone.
    fn open(&self) -> Result<Engine, CheckError> {
        let Request {
            config,
            fail_capture_after,
            snapshot,
            ..
        } = self.request;
        let (path, bounds) = (self.clone.path(), &config.bounds);
        let engine = Engine::open(path, config.regime, bounds, self.clock, *fail_capture_after)?;
        let engine = engine.telling(snapshot.progress());
        if spans(config) {
            engine.connection().execute_batch("BEGIN")?;
        }
        Ok(engine)
    }

    /// Holds the state that an engine finds: the one whose transaction goes on, or a fresh one.
    pub(super) fn hold(&self, engine: Option<Engine>) -> Result<Held, CheckError> {
        let engine = engine.map_or_else(|| self.open(), Ok)?;
        Ok(Held {
            engine,
            before: self.clone.hold_state(self.clock)?,
            began: self.clone.moment(),
        })
    }

    /// Rehearses a migration, compares the states, and looks at both.
    pub(super) fn run<T>(
        &self,
        mut held: Held,
        migration: &Migration,
        look: impl FnOnce(States<'_>, &Rehearsal, &Diff) -> Result<T, CheckError>,
    ) -> Result<(Rehearsed, T), CheckError> {
        let (config, samples) = (self.request.config, self.samples);
        let tenants = &config.tenants;
        let mut rehearsal = rehearse::rehearse(
            &mut held.engine,
            migration,
            config.regime,
            self.place,
            tenants,
            samples,
        )?;
        let mut after = self.after(held.engine, &mut rehearsal)?;
        let states = States {
            before: &held.before,
            after: after.connection(),
            is_apart: matches!(after, After::Committed(_)),
            clock: self.clock,
            progress: self.request.snapshot.progress(),
        };
        let diff = self.compared(states, &rehearsal)?;
        let seen = look(states, &rehearsal, &diff)?;
        let concerns = self.index_concerns(states, (&rehearsal, migration, &diff))?;
        let before = Questioned::new(&mut held.before, held.began);
        let now = Questioned::new(after.connection_mut(), self.clone.moment());
        let indexes = self.index_faults(concerns, [before, now])?;
        if held.before.is_autocommit() {
            // The engine ends a transaction of its own accord after some errors; what was read
            // since is not the state before.
            return Err(RehearseError::StateLost.into());
        }
        let ran = Rehearsed {
            rehearsal,
            diff,
            indexes,
            began: held.began,
            before: Some(held.before),
            engine: after.engine(),
        };
        Ok((ran, seen))
    }

    /// What a migration changed.
    fn compared(&self, states: States<'_>, rehearsal: &Rehearsal) -> Result<Diff, CheckError> {
        let config = self.request.config;
        let asked = Asked {
            tenants: &config.tenants,
            samples: self.samples,
            rows_of: &self.rows_of,
        };
        let mut diff = diff::diff(states, rehearsal, asked)?;
        if !states.is_apart {
            diff.unevaluated.extend(shadowed(config, rehearsal));
        }
        Ok(diff)
    }

    fn after(&self, engine: Engine, rehearsal: &mut Rehearsal) -> Result<After, CheckError> {
        let config = self.request.config;
        if spans(config) {
            return Ok(After::Uncommitted(Box::new(engine)));
        }
        engine.close()?;
        let after = Engine::open_state(self.clone.path(), self.clock)?;
        if config.bounds.writable_schema {
            rehearsal.reread(&after)?;
        }
        Ok(After::Committed(after))
    }
}

impl After {
    fn connection(&self) -> &Connection {
        match self {
            Self::Uncommitted(engine) => engine.connection(),
            Self::Committed(connection) => connection,
        }
    }

    fn connection_mut(&mut self) -> &mut Connection {
        match self {
            Self::Uncommitted(engine) => engine.connection_mut(),
            Self::Committed(connection) => connection,
        }
    }

    fn engine(self) -> Option<Engine> {
        match self {
            Self::Uncommitted(engine) => Some(*engine),
            Self::Committed(_) => None,
        }
    }
}

/// The tables that temporary ones hide from the tenant lookups, each with that as the reason.
fn shadowed(config: &Config, rehearsal: &Rehearsal) -> Vec<(String, String)> {
    let mut rules = config.tenants.tables.values().map(|table| &table.rule);
    if !rules.any(|rule| matches!(rule, TenantRule::Lookup(_))) {
        return Vec::new();
    }
    let reason = "a temporary table or view of the same name hides it from the tenant lookups";
    rehearsal
        .after
        .hidden()
        .map(|table| (table.name.clone(), reason.to_owned()))
        .collect()
}
