//! Asking both states about the claims of a scope: which rows change, and what becomes of each.

use super::CheckError;
use super::session::{Planned, Session};
use super::stage::Rehearsed;
use crate::diff::{self, Asking, ClaimAnswers};
use crate::progress::Work;
use crate::rehearse::RehearseError;
use crate::scope::ExpectedScope;

impl Session<'_> {
    /// What both states say to the claims; `None` if there are none, or the migration did not run
    /// through.
    pub(super) fn claims(
        &mut self,
        ran: &mut Rehearsed,
        planned: &Planned<'_>,
    ) -> Result<Option<Vec<ClaimAnswers>>, CheckError> {
        let scope = planned.scope.as_ref();
        let is_asked = |scope: &&ExpectedScope| scope.claims().next().is_some();
        let scope = scope.filter(|_| ran.rehearsal.ran_through());
        scope
            .filter(is_asked)
            .map(|scope| self.answers(ran, scope))
            .transpose()
    }

    fn answers(
        &mut self,
        ran: &mut Rehearsed,
        scope: &ExpectedScope,
    ) -> Result<Vec<ClaimAnswers>, CheckError> {
        let _asking = self.request.snapshot.progress().begin(Work::Ask, "", None);
        let mut after = self.state_after()?;
        let folder = tempfile::tempdir_in(self.request.workspace);
        let folder = folder.map_err(|e| self.clone.unforked(e))?;
        let asks_both = scope.claims().any(|(_, _, claim)| claim.each.is_some());
        let both = || (self.clone).both_states(ran.began, folder.path(), &self.clock);
        let mut both = asks_both.then(both).transpose()?;
        let mut asking = Asking {
            before: ran.before.as_mut().ok_or(RehearseError::StateLost)?,
            after: &mut after,
            both: both.as_mut(),
            schema: (&ran.rehearsal.before, &self.request.config.tenants),
            clock: &self.clock,
            limit: self.request.config.bounds.statement,
        };
        diff::answers(&mut asking, &ran.rehearsal, &ran.diff, scope).map_err(|error| {
            CheckError::Query {
                place: scope.declared.of_claim(&error.table, error.op, error.key),
                sql: error.sql,
                source: error.source,
            }
        })
    }
}
