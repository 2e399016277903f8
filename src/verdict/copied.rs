//! Words about rows that no UPDATE or DELETE wrote: a copy gave them other values, a query inserted
//! them, a DROP took them. Makes no findings.

use super::declared::Written;
use super::phrases::rows;
use super::rebuild::rebuilds;
use crate::change::Owner;
use crate::migration::{ObjectType, StatementKind};
use crate::scope::Op;
use crate::sentence::{Sentence, name};
use std::collections::{BTreeMap, BTreeSet};

impl Written<'_> {
    /// `; other values: room in 3 rows`, of rows of some owners that a copy changed, and no UPDATE.
    pub(super) fn copied(
        &self,
        statements: &BTreeSet<usize>,
        is_meant: impl Fn(&Owner) -> bool,
    ) -> Sentence {
        let mut columns: BTreeMap<&String, u64> = BTreeMap::new();
        let groups = self.changes.groups.iter();
        for (_, group) in groups.filter(|(owners, _)| owners.each().any(&is_meant)) {
            for (column, n) in &group.columns {
                *columns.entry(column).or_default() += n;
            }
        }
        if columns.is_empty() || self.finds_rows(statements) || !self.is_made_again() {
            return Sentence::default();
        }
        let each = columns
            .into_iter()
            .map(|(column, n)| name(column) + " in " + rows(n));
        "; other values: " + Sentence::join(each, ", ")
    }

    /// How to keep rows of others out, if no statement that wrote them has a WHERE clause of its own.
    pub(super) fn narrowing(&self, statements: &BTreeSet<usize>) -> Option<&'static str> {
        if self.finds_rows(statements) {
            return None;
        }
        let is = |kind: StatementKind| self.kinds(statements).any(|it| *it == kind);
        if self.is_made_again() && self.changed(Op::Update) > 0 {
            Some(
                "keep the values: compare the types and the SELECT of the new table with the old one",
            )
        } else if is(StatementKind::Insert) {
            Some("narrow what is inserted to the tenants that are meant")
        } else if is(StatementKind::Drop(ObjectType::Table)) {
            Some("keep the table, or only the rows of others in it")
        } else if is(StatementKind::Create(ObjectType::Table)) {
            Some("narrow the SELECT of CREATE TABLE to the tenants that are meant")
        } else if is(StatementKind::AlterTable) {
            Some("leave the column, since ALTER TABLE reaches the rows of all tenants")
        } else {
            None
        }
    }

    fn is_made_again(&self) -> bool {
        let rebuilt = rebuilds(self.case);
        rebuilt.iter().any(|it| it.table.after.name == self.table)
    }

    fn kinds(&self, statements: &BTreeSet<usize>) -> impl Iterator<Item = &StatementKind> {
        let looks = statements.iter().filter_map(|it| self.case.look(*it));
        looks.map(|look| &look.statement.kind)
    }

    fn finds_rows(&self, statements: &BTreeSet<usize>) -> bool {
        self.kinds(statements).any(StatementKind::finds_rows)
    }
}
