//! Columns of a grouped query that are neither grouped nor aggregated: the engine takes them from a
//! row of the group, and which row is arbitrary
//! (<https://sqlite.org/lang_select.html#bare_columns_in_an_aggregate_query>).
//!
//! No row is arbitrary where the query has one `min()` or `max()`, which picks it, and where a key
//! of the column's table is among the grouped columns, so that the group has one row of it.

use super::clauses::elements;
use super::condition::{ColumnRef, column};
use super::query::{FromTerm, QueryOutline};
use super::subquery::calls_aggregate;
use crate::snapshot::Catalog;
use crate::sql::{Span, Words, ident};

/// The first bare column of each grouped query of a statement, as bytes of it.
pub fn bare_columns(sql: &str, catalogs: [&Catalog; 2]) -> Vec<Span> {
    let words = Words::of(sql);
    if !words.has("GROUP") && !calls_aggregate(sql) {
        return Vec::new();
    }
    let begins = (0..words.len()).filter(|at| words.is_word(*at, "SELECT"));
    let bare = |at| {
        let query = words.slice(at, end_of(&words, at));
        let bare = GroupedQuery::of(query)?.bare(catalogs)?;
        Some(Span::within(sql, bare))
    };
    begins.filter_map(bare).collect()
}

/// The place behind the SELECT that begins at a place.
fn end_of(words: &Words<'_>, at: usize) -> usize {
    const ENDS: [&str; 4] = ["UNION", "EXCEPT", "INTERSECT", "RETURNING"];
    let depth = words.depth(at);
    let is_end = |at: &usize| {
        words.depth(*at) < depth || (words.depth(*at) == depth && words.is_word_of(*at, &ENDS))
    };
    (at + 1..words.len()).find(is_end).unwrap_or(words.len())
}

/// A query with GROUP BY, or with aggregates.
struct GroupedQuery<'a> {
    /// its results, each without and with its name
    results: Vec<(&'a str, &'a str)>,
    /// what it groups by
    groups: Vec<&'a str>,
    terms: Vec<FromTerm>,
    text: &'a str,
}

impl<'a> GroupedQuery<'a> {
    /// Reads it; `None` where it is another, or picks the row by a minimum or maximum.
    fn of(query: &'a str) -> Option<Self> {
        let words = Words::of(query);
        let from = words.find_from(1)?;
        let first = 1 + usize::from(words.is_any(1, &["DISTINCT", "ALL"]));
        let list = words.slice(first, from);
        let group = words.find(from, "GROUP");
        let picks = |at: usize| words.is_word_of(at, &["min", "max"]) && words.text(at + 1) == "(";
        let is_picked = (first..from).filter(|at| picks(*at)).count() == 1;
        if is_picked || (group.is_none() && !calls_aggregate(list)) {
            return None;
        }
        let groups = group.map_or_else(Vec::new, |group| {
            let end = words.find_any(group, &["HAVING", "WINDOW", "ORDER", "LIMIT"]);
            elements(words.slice(group + 2, end.unwrap_or(words.len())))
        });
        let result = |element: &'a str| {
            let words = Words::of(element);
            let alias = words.find(1, "AS").unwrap_or(words.len());
            (words.slice(0, alias), words.slice(alias + 1, words.len()))
        };
        Some(Self {
            results: elements(list).into_iter().map(result).collect(),
            groups,
            terms: QueryOutline::of(query)?.terms,
            text: query,
        })
    }

    /// The first result that is a bare column.
    fn bare(&self, catalogs: [&Catalog; 2]) -> Option<&'a str> {
        let grouped = self.grouped();
        let mut results = self.results.iter().enumerate();
        let bare = results.find(|(at, (text, name))| {
            let number = (at + 1).to_string();
            let is_grouped = |group: &&str| {
                group.eq_ignore_ascii_case(text)
                    || (!name.is_empty()
                        && ident::same(&ident::dequote(group), &ident::dequote(name)))
                    || **group == number
            };
            let own = column(text);
            own.is_some_and(|own| {
                !self.groups.iter().any(is_grouped)
                    && !grouped.iter().any(|known| is_same(known, &own))
                    && !self.is_determined(&own, &grouped, catalogs)
            })
        });
        bare.map(|(_, (text, _))| *text)
    }

    /// The columns that have one value in each group: those that it groups by, and those that are
    /// equal to one of them.
    fn grouped(&self) -> Vec<ColumnRef<'a>> {
        let by_number = |group: &&'a str| {
            let at = group.parse::<usize>().ok()?.checked_sub(1)?;
            Some(self.results.get(at)?.0)
        };
        let groups = self
            .groups
            .iter()
            .map(|group| by_number(group).unwrap_or(group));
        let mut found: Vec<ColumnRef<'_>> = groups.filter_map(column).collect();
        let words = Words::of(self.text);
        let sides = |at: usize| {
            let before = at - 1 - 2 * usize::from(at > 2 && words.text(at - 2) == ".");
            let behind = at + 2 + 2 * usize::from(words.text(at + 2) == ".");
            let left = column(words.slice(before, at))?;
            Some((left, column(words.slice(at + 1, behind))?))
        };
        let equals = (1..words.len()).filter(|at| words.text(*at) == "=");
        for (left, right) in equals.filter_map(sides) {
            let has = |own: &ColumnRef<'_>| found.iter().any(|known| is_same(known, own));
            match (has(&left), has(&right)) {
                (true, false) => found.push(right),
                (false, true) => found.push(left),
                _ => {}
            }
        }
        found
    }

    /// Whether a key of the column's table is among the grouped columns, or nothing is known of it.
    fn is_determined(
        &self,
        own: &ColumnRef<'_>,
        grouped: &[ColumnRef<'_>],
        catalogs: [&Catalog; 2],
    ) -> bool {
        let table = |catalog: &'_ Catalog| -> Option<bool> {
            let has = |term: &&FromTerm| {
                if let Some(qualifier) = &own.qualifier {
                    return ident::same(&term.called, qualifier);
                }
                let table = term.in_catalog(catalog, |_| false);
                table.is_none_or(|table| table.column(&own.name).is_some())
            };
            let term = self.terms.iter().find(has)?;
            let table = term.in_catalog(catalog, |_| false)?;
            let is_of = |known: &&ColumnRef<'_>| {
                let qualifier = known.qualifier.as_ref();
                qualifier.is_none_or(|qualifier| ident::same(qualifier, &term.called))
            };
            let names: Vec<&str> = grouped.iter().filter(is_of).map(|c| &c.name[..]).collect();
            let has_name = |name: &&str| names.iter().any(|known| ident::same(known, name));
            let is_whole = |key: Vec<&str>| !key.is_empty() && key.iter().all(has_name);
            let mut keys = table.keys.whole();
            let rowid = table
                .rowid_alias
                .iter()
                .any(|alias| has_name(&alias.as_str()));
            Some(rowid || keys.any(is_whole))
        };
        let known: Vec<bool> = catalogs.into_iter().filter_map(table).collect();
        known.is_empty() || known.contains(&true)
    }
}

/// Whether two references may be to one column.
fn is_same(one: &ColumnRef<'_>, other: &ColumnRef<'_>) -> bool {
    let qualifiers = one.qualifier.as_ref().zip(other.qualifier.as_ref());
    ident::same(&one.name, &other.name) && qualifiers.is_none_or(|(a, b)| ident::same(a, b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_column_is_found_where_a_row_is_arbitrary() {
        let conn = rusqlite::Connection::open_in_memory().expect("opens");
        let schema = "CREATE TABLE u(id INTEGER PRIMARY KEY, name, org); CREATE TABLE o(id INTEGER \
            PRIMARY KEY, user_id, price);";
        conn.execute_batch(schema).expect("runs");
        let catalog = Catalog::read(&conn).expect("reads");
        for (sql, expected) in [
            ("INSERT INTO t SELECT org, name FROM u GROUP BY org", "name"),
            (
                "INSERT INTO t SELECT org, count(*), u.name AS n FROM u GROUP BY 1",
                "u.name",
            ),
            (
                "UPDATE t SET a = (SELECT price FROM o WHERE user_id = t.id GROUP BY user_id)",
                "price",
            ),
            ("INSERT INTO t SELECT name, count(*) FROM u", "name"),
            (
                "INSERT INTO t SELECT o.user_id, o.price FROM o JOIN u ON u.id = o.user_id GROUP BY u.id",
                "o.price",
            ),
            (
                "INSERT INTO t SELECT org, max(name) FROM u GROUP BY org",
                "",
            ),
            ("INSERT INTO t SELECT name, max(id) FROM u GROUP BY org", ""),
            ("INSERT INTO t SELECT id, name FROM u GROUP BY id", ""),
            (
                "INSERT INTO t SELECT o.user_id, u.name, sum(price) FROM o JOIN u ON u.id = o.user_id GROUP BY o.user_id",
                "",
            ),
            (
                "INSERT INTO t SELECT lower(name) AS n, count(*) FROM u GROUP BY n",
                "",
            ),
            ("INSERT INTO t SELECT count(*), sum(org) FROM u", ""),
            (
                "DELETE FROM t WHERE a IN (SELECT org FROM u GROUP BY org HAVING count(*) > 1)",
                "",
            ),
            ("INSERT INTO t SELECT a FROM elsewhere GROUP BY b", ""),
        ] {
            let found = bare_columns(sql, [&catalog, &catalog]);
            let found: Vec<&str> = found.iter().map(|span| span.of(sql)).collect();
            assert_eq!(found.join(" "), expected, "{sql}");
        }
    }
}
