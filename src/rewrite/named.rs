//! The columns that the WHERE clause of an UPDATE or DELETE names, branch by branch.

use super::UpdateOrDelete;
use super::condition::{TargetColumn, branches};
use crate::snapshot::catalog::Table;
use crate::sql::{Words, token};
use std::collections::BTreeSet;

/// What one branch of a WHERE clause names of its target.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Named {
    /// columns that it speaks of, by their places
    pub columns: BTreeSet<usize>,
    /// those whose values it says
    pub pinned: BTreeSet<usize>,
    /// whether the rowid, by a name that no column has (<https://sqlite.org/rowidtable.html>)
    pub rowid: bool,
}

/// Whether a term speaks of a column.
type Speaks<'a> = fn(TargetColumn<'a>, &str) -> bool;

impl UpdateOrDelete<'_> {
    /// For each branch of the WHERE clause, which of the columns at `places` of the target `table`
    /// it names: outside of subqueries, or in one by the target's own name. One branch that names
    /// nothing where there is no WHERE clause.
    pub fn named_columns(&self, table: &Table, places: &BTreeSet<usize>) -> Vec<Named> {
        let all = self.filter.map_or_else(|| vec![Vec::new()], branches);
        all.iter()
            .map(|terms| self.named(terms, table, places))
            .collect()
    }

    fn named<'a>(&'a self, terms: &[&str], table: &'a Table, places: &BTreeSet<usize>) -> Named {
        let called = self.called();
        let any = |speaks: Speaks<'a>, name: &'a str| {
            let column = TargetColumn { called, name };
            terms.iter().any(|term| speaks(column, term))
        };
        let which = |speaks: Speaks<'a>| {
            places
                .iter()
                .copied()
                .filter(|at| any(speaks, &table.columns[*at].name))
                .collect()
        };
        let is_mentioned = TargetColumn::is_mentioned;
        let is_rowid = |name: &&'a str| table.column(name).is_none() && any(is_mentioned, name);
        Named {
            columns: which(is_mentioned),
            pinned: which(TargetColumn::is_named),
            rowid: ["rowid", "_rowid_", "oid"].iter().any(is_rowid),
        }
    }

    /// Whether it finds its rows by a query that is no subquery of its WHERE clause: one that it
    /// joins in its FROM clause, or a table or common table expression behind IN
    /// (<https://sqlite.org/lang_expr.html#the_in_and_not_in_operators>).
    pub fn finds_by_query(&self) -> bool {
        // A name is behind IN, inside of a subquery or not.
        let compares_with_table = |filter: &str| {
            let words = Words::of(filter);
            (1..words.len()).any(|at| words.is_word(at - 1, "IN") && words.text(at) != "(")
        };
        self.from
            .is_some_and(|from| !self.with.is_empty() || token::mentions(from, "select"))
            || self.filter.is_some_and(compares_with_table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::Catalog;

    fn named(filter: &str) -> Vec<(Vec<usize>, bool)> {
        let conn = rusqlite::Connection::open_in_memory().expect("opens");
        conn.execute_batch("CREATE TABLE t(org, id, x, PRIMARY KEY(org, id))")
            .expect("runs");
        let catalog = Catalog::read(&conn).expect("reads");
        let sql = format!("UPDATE t SET x = 1{filter}");
        let update = UpdateOrDelete::parse(&sql).expect("an UPDATE");
        let table = catalog.table("t").expect("the table");
        let found = update.named_columns(table, &BTreeSet::from([0, 1]));
        found
            .into_iter()
            .map(|n| (n.columns.into_iter().collect(), n.rowid))
            .collect()
    }

    #[test]
    fn each_branch_names_columns_of_its_own() {
        assert_eq!(named(""), [(vec![], false)]);
        assert_eq!(
            named(" WHERE org = 1 AND id = 2 OR id = 3"),
            [(vec![0, 1], false), (vec![1], false)]
        );
        assert_eq!(
            named(" WHERE (org, id) IN (SELECT 1, 2)"),
            [(vec![0, 1], false)]
        );
        assert_eq!(
            named(" WHERE id IN (SELECT id FROM o WHERE org = 1)"),
            [(vec![1], false)]
        );
        assert_eq!(
            named(" WHERE EXISTS (SELECT 1 FROM o WHERE o.org = t.org AND o.id = t.id)"),
            [(vec![0, 1], false)]
        );
        assert_eq!(named(" WHERE rowid = 3"), [(vec![], true)]);
    }

    #[test]
    fn a_query_outside_of_the_where_clause_is_seen() {
        let finds = |sql: &str| {
            let update = UpdateOrDelete::parse(sql).expect("an UPDATE");
            update.finds_by_query()
        };
        assert!(finds(
            "UPDATE t SET x = 1 FROM (SELECT id FROM o) AS q WHERE q.id = t.id"
        ));
        assert!(finds(
            "WITH q AS (SELECT 1 AS id) UPDATE t SET x = 1 FROM q WHERE q.id = t.id"
        ));
        assert!(finds(
            "WITH q AS (SELECT 1 AS id) DELETE FROM t WHERE id IN q"
        ));
        assert!(!finds(
            "UPDATE t SET x = (SELECT 1) FROM o WHERE o.id = t.id"
        ));
        assert!(!finds(
            "WITH q AS (SELECT 1 AS id) DELETE FROM t WHERE id IN (SELECT id FROM q)"
        ));
    }
}
