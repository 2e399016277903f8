//! Noting whose rows were written where they cannot be followed: counted only, or about to get
//! other addresses.

use super::Run;
use crate::migration::{ObjectType, Statement, StatementKind};
use crate::rehearse::capture::Tally;
use crate::rehearse::fault::RehearseError;
use crate::rehearse::history::untracked::{self, Now};
use crate::rehearse::history::{Entry, Lineage, Settled};
use crate::snapshot::catalog::Table;
use crate::sql::ident;

impl Run<'_> {
    fn now<'a>(&'a self, lineage: &'a Lineage) -> Now<'a> {
        Now {
            catalog: &self.catalog,
            before: &self.before,
            lineage,
            tenants: self.tenants,
        }
    }

    /// Notes the tables of writes that were only counted, to be compared whole, and whose rows they
    /// were, unless they were taken back.
    pub(super) fn counted(
        &mut self,
        tally: &Tally,
        settled: &Settled<'_>,
    ) -> Result<(), RehearseError> {
        let statement = settled.index;
        for place in tally.tables().filter(|place| settled.drops != Some(*place)) {
            let table = ident::folded(&self.engine.capture.table_name(place));
            let lineage = self.journal.lineage();
            if settled.failed_after != Some(0) {
                let touches = untracked::counted(
                    &self.engine.conn,
                    self.now(&lineage),
                    &table,
                    tally.owners_of(place),
                    statement,
                )?;
                self.journal.note(touches.into_iter().map(Entry::Untracked));
            }
            self.journal.note([Entry::Doubtful { table, statement }]);
        }
        Ok(())
    }

    /// Notes whose rows were written, before a statement after which their addresses mean other
    /// rows, or none.
    pub(super) fn pass(&mut self, statement: &Statement) -> Result<(), RehearseError> {
        let tables: Vec<String> = match statement.kind {
            StatementKind::Drop(ObjectType::Table) => statement
                .table
                .iter()
                .map(|name| ident::folded(name))
                .collect(),
            StatementKind::Vacuum => self.movable().collect(),
            _ => Vec::new(),
        };
        let lineage = self.journal.lineage();
        // Where rows have the addresses of the state before, those tell whose they are.
        for name in tables.into_iter().filter(|name| !lineage.is_original(name)) {
            let rows = self
                .journal
                .standing(&name, |table| self.engine.capture.table_name(table));
            let touches = untracked::touches(&self.engine.conn, self.now(&lineage), &name, rows)?;
            self.journal.note(touches.into_iter().map(Entry::Untracked));
        }
        Ok(())
    }

    /// The folded names of the tables whose rows VACUUM may give other rowids: those without
    /// INTEGER PRIMARY KEY.
    pub(super) fn movable(&self) -> impl Iterator<Item = String> {
        let may_move = |table: &&Table| !table.without_rowid && table.integer_primary_key.is_none();
        self.catalog
            .tables
            .values()
            .filter(may_move)
            .map(|table| ident::folded(&table.name))
    }
}
