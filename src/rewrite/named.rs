//! The columns that the WHERE clause of an UPDATE or DELETE names, branch by branch. Pure.

use super::condition::{branches, mentions_column, names_column};
use super::{NoPreview, clauses, parsed};
use crate::snapshot::catalog::Table;
use crate::sql::token;
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

/// For each branch of the WHERE clause of an UPDATE or DELETE of `table`, given as its text, which
/// of the columns at `places` it names: outside of subqueries, or in one by the target's own name.
/// One branch that names nothing where there is no WHERE clause.
///
/// # Errors
/// Why the clause cannot be told apart.
pub fn named_columns(
    sql: &str,
    table: &Table,
    places: &BTreeSet<usize>,
) -> Result<Vec<Named>, NoPreview> {
    let parsed = parsed::parse(sql)?;
    let Some(filter) = clauses::cut(sql, &parsed)?.filter else {
        return Ok(vec![Named::default()]);
    };
    let called = parsed.alias.as_deref().unwrap_or(&parsed.table);
    let named = |terms: &Vec<&str>| {
        let is_named = |column: &str| {
            terms
                .iter()
                .any(|term| mentions_column(term, called, column))
        };
        let is_pinned = |column: &str| terms.iter().any(|term| names_column(term, called, column));
        Named {
            columns: places
                .iter()
                .copied()
                .filter(|at| is_named(&table.columns[*at].name))
                .collect(),
            pinned: places
                .iter()
                .copied()
                .filter(|at| is_pinned(&table.columns[*at].name))
                .collect(),
            rowid: ["rowid", "_rowid_", "oid"]
                .into_iter()
                .any(|name| table.column(name).is_none() && is_named(name)),
        }
    };
    Ok(branches(filter).iter().map(named).collect())
}

/// Whether an UPDATE or DELETE, given as its text, finds its rows by a query that is no subquery of
/// its WHERE clause: one that it joins in its FROM clause, or a table or common table expression
/// behind IN (<https://sqlite.org/lang_expr.html#the_in_and_not_in_operators>).
///
/// # Errors
/// Why its clauses cannot be told apart.
pub fn finds_by_query(sql: &str) -> Result<bool, NoPreview> {
    if !token::significant(sql)
        .iter()
        .any(|t| ["FROM", "IN"].iter().any(|word| t.is_word(sql, word)))
    {
        return Ok(false);
    }
    let parsed = parsed::parse(sql)?;
    let clauses = clauses::cut(sql, &parsed)?;
    let joins = |from: &str| !clauses.with.is_empty() || token::mentions(from, "select");
    Ok(clauses.from.is_some_and(joins) || clauses.filter.is_some_and(compares_with_table))
}

/// Whether a name stands behind IN, inside of a subquery or not.
fn compares_with_table(filter: &str) -> bool {
    let tokens = token::significant(filter);
    tokens
        .windows(2)
        .any(|pair| pair[0].is_word(filter, "IN") && pair[1].span.of(filter) != "(")
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
        let found = named_columns(
            &sql,
            catalog.table("t").expect("the table"),
            &BTreeSet::from([0, 1]),
        )
        .expect("an UPDATE");
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
        let finds = |sql: &str| finds_by_query(sql).expect("an UPDATE");
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
