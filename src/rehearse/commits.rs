//! Which statements of a migration are committed together. Mirrors the transactions and savepoints
//! of the engine statement by statement; the journal does so row by row, while they run.

use crate::migration::{Migration, Savepoints, Statement, StatementKind};
use crate::rehearse::result::{Rehearsal, StatementRun};

impl Rehearsal {
    /// The statements for which `counts` is true, by the COMMIT that keeps what they did, without
    /// those that were taken back.
    pub fn commits<'a>(
        &'a self,
        migration: &'a Migration,
        counts: impl Fn(&Statement, &StatementRun) -> bool,
    ) -> Vec<Vec<&'a StatementRun>> {
        let (mut done, mut open) = (Vec::new(), Vec::new());
        let mut savepoints = Savepoints::default();
        for (run, statement) in self.ran(migration) {
            if run.rolled_back {
                open.clear();
                savepoints.clear();
            }
            savepoints.take(&statement.kind, open.len());
            if let StatementKind::RollbackTo(name) = &statement.kind {
                open.truncate(savepoints.back_to(name).unwrap_or(open.len()));
            }
            if counts(statement, run) {
                open.push(run);
            }
            if !run.in_transaction {
                savepoints.clear();
                done.push(std::mem::take(&mut open));
            }
        }
        // The runner's COMMIT.
        done.push(open);
        done.retain(|commit| !commit.is_empty());
        done
    }
}
