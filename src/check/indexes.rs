//! Indexes that are out of step with what they are derived from: the rows are asked first, then the
//! engine, of the state after and, where that is not in order, of the state before.

use super::CheckError;
use super::fork::Fork;
use super::stage::{Stage, spans};
use crate::diff::{self, Diff, EntryChanges, IndexCause, IndexConcern, States};
use crate::migration::Migration;
use crate::rehearse::{self, Engine, Moment, Rehearsal};
use crate::snapshot::storage::IndexModule;
use crate::verdict::facts::IndexFault;
use rusqlite::Connection;

/// A state that the engine is asked about.
pub(super) struct Questioned<'a> {
    conn: &'a mut Connection,
    moment: Moment,
    /// a fork in this state, once one is needed; the connection goes first
    forked: Option<(Connection, Fork)>,
}

impl<'a> Questioned<'a> {
    pub(super) fn new(conn: &'a mut Connection, moment: Moment) -> Self {
        Self {
            conn,
            moment,
            forked: None,
        }
    }

    /// A connection to a fork in this state.
    fn fork(&mut self, stage: &Stage<'_>) -> Result<&Connection, CheckError> {
        if self.forked.is_none() {
            let (request, clone) = (stage.request, stage.clone);
            let fork = if spans(request.config) {
                Fork::of(request, clone, self.conn)?
            } else {
                Fork::at(request, clone, self.moment)?
            };
            let conn = Engine::open_fork(fork.clone.path(), &fork.clock)?;
            self.forked = Some((conn, fork));
        }
        Ok(self.forked.as_ref().map_or(self.conn, |(conn, _)| conn))
    }
}

impl Stage<'_> {
    /// The indexes that may be out of step after a migration, without those of which the rows show
    /// that they are not.
    ///
    /// # Errors
    /// When a state cannot be read.
    pub(super) fn index_concerns<'r>(
        &self,
        states: States<'_>,
        (rehearsal, migration, diff): (&'r Rehearsal, &Migration, &Diff),
    ) -> Result<Vec<IndexConcern<'r>>, CheckError> {
        let deep = self.request.deep;
        let mut concerns = diff::concerns(states, rehearsal, migration, diff, deep);
        for concern in &mut concerns {
            if let IndexCause::Rows(_) = concern.cause {
                concern.cause = IndexCause::Rows(diff::by_rows(states, rehearsal, concern)?);
            }
        }
        concerns.retain(|concern| deep || !concern.cause.is_none());
        Ok(concerns)
    }

    /// Those of them that are out of step.
    ///
    /// # Errors
    /// When a state cannot be read, or a fork cannot be made.
    pub(super) fn index_faults(
        &self,
        concerns: Vec<IndexConcern<'_>>,
        [mut before, mut after]: [Questioned<'_>; 2],
    ) -> Result<Vec<IndexFault>, CheckError> {
        let mut found = Vec::new();
        for concern in concerns {
            let reason = self.fault(&concern, &concern.table.name, &mut after)?;
            let Some(reason) = reason.or_else(|| is_unchecked(&concern).then(String::new)) else {
                continue;
            };
            let is_fault = !reason.is_empty();
            let was = match concern.before.filter(|_| is_fault) {
                Some(index) => self.fault(&concern, &index.name, &mut before)?.is_some(),
                None => false,
            };
            found.push(IndexFault {
                table: concern.table.name.clone(),
                content: concern.content.map(str::to_owned),
                was,
                is_held: !is_fault || (was && is_held(&concern)),
                cause: concern.cause,
                statements: concern.statements,
                reason,
            });
        }
        Ok(found)
    }

    /// What the engine finds wrong with an index, by its name in a state.
    fn fault(
        &self,
        concern: &IndexConcern<'_>,
        name: &str,
        state: &mut Questioned<'_>,
    ) -> Result<Option<String>, CheckError> {
        // FTS5 compares an index with a content that is elsewhere by a write; the other modules
        // compare both by reading.
        let by_write = concern.content.is_some() && concern.module() == Some(IndexModule::Fts5);
        Ok(if by_write {
            rehearse::content_fault(state.fork(self)?, name)?
        } else if spans(self.request.config) {
            rehearse::module_fault(state.fork(self)?, name)?
        } else {
            rehearse::module_fault(state.conn, name)?
        })
    }
}

/// Whether the index keeps more than its module checks, and that was written.
fn is_unchecked(concern: &IndexConcern<'_>) -> bool {
    concern.cause == IndexCause::Storage
}

/// Whether the changes of the migration themselves are in step, of an index that was out of step
/// before it.
fn is_held(concern: &IndexConcern<'_>) -> bool {
    match concern.cause {
        IndexCause::Rows(EntryChanges { left, alone, .. }) => left == 0 && alone == 0,
        IndexCause::View | IndexCause::Unknown => !concern.is_direct,
        IndexCause::Made | IndexCause::Readdressed | IndexCause::Storage => false,
    }
}
