//! Storage of virtual tables: which tables a module makes for itself, told by its declaration and
//! by all of their columns.
//!
//! Sources: <https://sqlite.org/fts5.html#fts5_data_structures>,
//! <https://sqlite.org/fts3.html#shadow_tables>, <https://sqlite.org/rtree.html>. A table that only
//! bears such a name holds rows of its own.

use super::catalog::Table;
use crate::sql::ident;
use crate::sql::token;

/// Where a full-text table keeps the text that it indexes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// in itself: its rows are rows
    Own,
    /// in another table or view: it is an index, which says nothing of its own
    Elsewhere,
    /// nowhere
    Nowhere,
}

/// What the option `content=` of a virtual table's declaration says.
pub fn content(sql: &str) -> Content {
    match option(sql, "content") {
        None => Content::Own,
        Some(name) if name.is_empty() => Content::Nowhere,
        Some(_) => Content::Elsewhere,
    }
}

/// The first word or text of an option `name=` of a virtual table's declaration.
pub fn option(sql: &str, name: &str) -> Option<String> {
    let tokens = token::significant(sql);
    let given = tokens
        .windows(3)
        .find(|t| t[0].is_word(sql, name) && t[1].span.of(sql) == "=");
    given.map(|t| ident::dequote(t[2].span.of(sql)))
}

/// Whether the virtual table declared by `sql` makes a table with this name's ending and exactly
/// these columns.
pub(super) fn is_made_by(sql: &str, table: &Table) -> bool {
    let columns: Vec<String> = table.column_names().map(ident::folded).collect();
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let suffix = table
        .name
        .rsplit('_')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let own_content = suffix == "content" && content(sql) == Content::Own;
    match (module(sql).as_str(), suffix.as_str()) {
        ("fts5", "data") => columns == ["id", "block"],
        ("fts5", "idx") => columns == ["segid", "term", "pgno"],
        ("fts5", "docsize") => columns == ["id", "sz"] || columns == ["id", "sz", "origin"],
        ("fts5", "config") => columns == ["k", "v"],
        ("fts5", "content") => own_content && rest_is_numbered(&columns, "id", &['c', 'l']),
        ("fts3" | "fts4", "segments") => columns == ["blockid", "block"],
        ("fts3" | "fts4", "segdir") => {
            columns
                == [
                    "level",
                    "idx",
                    "start_block",
                    "leaves_end_block",
                    "end_block",
                    "root",
                ]
        }
        ("fts3" | "fts4", "docsize") => columns == ["docid", "size"],
        ("fts3" | "fts4", "stat") => columns == ["id", "value"],
        ("fts3" | "fts4", "content") => {
            own_content
                && rest_is_numbered(
                    columns.strip_suffix(&["langid"]).unwrap_or(&columns),
                    "docid",
                    &['c'],
                )
        }
        ("rtree" | "rtree_i32" | "geopoly", "node") => columns == ["nodeno", "data"],
        ("rtree" | "rtree_i32" | "geopoly", "parent") => columns == ["nodeno", "parentnode"],
        ("rtree" | "rtree_i32" | "geopoly", "rowid") => {
            columns.get(1) == Some(&"nodeno")
                && rest_is_numbered(&[&["rowid"], &columns[2..]].concat(), "rowid", &['a'])
        }
        _ => false,
    }
}

/// The name of a virtual table's module, behind USING in its declaration, in lower case.
pub fn module(sql: &str) -> String {
    let tokens = token::significant(sql);
    let name = tokens
        .iter()
        .skip_while(|t| !t.is_word(sql, "USING"))
        .nth(1);
    name.map(|t| ident::folded(&ident::dequote(t.span.of(sql))))
        .unwrap_or_default()
}

/// Whether the first column is the key and each other one is a letter with a number, as in `c0`,
/// `c1title`.
fn rest_is_numbered(columns: &[&str], key: &str, letters: &[char]) -> bool {
    let numbered = |column: &&str| {
        let mut chars = column.chars();
        chars.next().is_some_and(|c| letters.contains(&c))
            && chars.next().is_some_and(|c| c.is_ascii_digit())
    };
    columns.first() == Some(&key) && columns[1..].iter().all(numbered)
}
