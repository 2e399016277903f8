//! Storage of virtual tables: which tables a module makes for itself, by its declaration and by all
//! of their columns.
//!
//! Sources: <https://sqlite.org/fts5.html#fts5_data_structures>,
//! <https://sqlite.org/fts3.html#shadow_tables>, <https://sqlite.org/rtree.html>. A table that only
//! has such a name has rows of its own.

use super::catalog::Table;
use crate::sql::ident;
use crate::sql::token;

/// A virtual table as an index: what it is derived from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DerivedIndex {
    /// which module keeps it
    pub module: IndexModule,
    /// where what it indexes is
    pub content: Content,
    /// the column there by which it finds a row
    pub content_rowid: String,
}

/// The modules that keep an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IndexModule {
    /// FTS5
    Fts5,
    /// FTS3 and FTS4
    Fts4,
    /// R-tree and Geopoly
    Rtree,
}

/// Where a virtual table keeps what it indexes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// in itself: its rows are rows
    Own,
    /// in the table or view of this name: it is an index, which says nothing of its own
    Elsewhere(String),
    /// nowhere
    Nowhere,
}

impl DerivedIndex {
    /// What the declaration of a virtual table says; `None` if its module keeps no index.
    pub(super) fn of(sql: &str) -> Option<Self> {
        let module = module(sql);
        let is_one = |modules: &[&str]| modules.contains(&&*module);
        let (module, content) = if is_one(FTS5) {
            (IndexModule::Fts5, content(sql))
        } else if is_one(FTS) {
            (IndexModule::Fts4, content(sql))
        } else if is_one(RTREE) {
            (IndexModule::Rtree, Content::Own)
        } else {
            return None;
        };
        let content_rowid = option(sql, "content_rowid");
        Some(Self {
            module,
            content,
            content_rowid: content_rowid.unwrap_or_else(|| "rowid".to_owned()),
        })
    }
}

/// The ending of the name of the storage that has a row for each entry of a full-text index, by the
/// rowid of what the entry is of.
const ENTRIES: &str = "_docsize";

/// Whether a table of the storage of a virtual table has a row for each entry.
pub fn is_of_entries(storage: &str) -> bool {
    ident::folded(storage).ends_with(ENTRIES)
}

/// The name of the table that has a row for each entry of a full-text index, if it keeps one.
pub fn entries_of(index: &str) -> String {
    format!("{index}{ENTRIES}")
}

/// What the option `content=` of a full-text table's declaration says.
fn content(sql: &str) -> Content {
    match option(sql, "content") {
        None => Content::Own,
        Some(name) if name.is_empty() => Content::Nowhere,
        Some(name) => Content::Elsewhere(name),
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

/// The tables that modules make for themselves: the modules, the ending of the name, the columns.
const SHAPES: [(&[&str], &str, &[&str]); 11] = [
    (FTS5, "data", &["id", "block"]),
    (FTS5, "idx", &["segid", "term", "pgno"]),
    (FTS5, "docsize", &["id", "sz"]),
    (FTS5, "docsize", &["id", "sz", "origin"]),
    (FTS5, "config", &["k", "v"]),
    (FTS, "segments", &["blockid", "block"]),
    (
        FTS,
        "segdir",
        &[
            "level",
            "idx",
            "start_block",
            "leaves_end_block",
            "end_block",
            "root",
        ],
    ),
    (FTS, "docsize", &["docid", "size"]),
    (FTS, "stat", &["id", "value"]),
    (RTREE, "node", &["nodeno", "data"]),
    (RTREE, "parent", &["nodeno", "parentnode"]),
];

const FTS5: &[&str] = &["fts5"];
const FTS: &[&str] = &["fts3", "fts4"];
const RTREE: &[&str] = &["rtree", "rtree_i32", "geopoly"];

/// Whether the virtual table declared by `sql` makes a table with this name's ending and exactly
/// these columns.
pub(super) fn is_made_by(sql: &str, table: &Table) -> bool {
    let columns: Vec<String> = table.column_names().map(ident::folded).collect();
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let (_, ending) = table.name.rsplit_once('_').unwrap_or(("", &table.name));
    let (module, ending) = (module(sql), ending.to_ascii_lowercase());
    let is_shape = SHAPES.iter().any(|(modules, made, shape)| {
        modules.contains(&&*module) && *made == ending && columns == *shape
    });
    is_shape || has_columns_of_its_declaration(sql, &module, &ending, &columns)
}

/// Whether a table with this ending has a column for each of the virtual table's own, named by its
/// number.
fn has_columns_of_its_declaration(sql: &str, module: &str, ending: &str, columns: &[&str]) -> bool {
    match (module, ending) {
        ("fts5", "content") => {
            content(sql) == Content::Own && rest_is_numbered(columns, "id", &['c', 'l'])
        }
        ("fts3" | "fts4", "content") => {
            let columns = columns.strip_suffix(&["langid"]).unwrap_or(columns);
            content(sql) == Content::Own && rest_is_numbered(columns, "docid", &['c'])
        }
        ("rtree" | "rtree_i32" | "geopoly", "rowid") => match columns {
            [rowid, "nodeno", rest @ ..] => {
                rest_is_numbered(&[&[*rowid], rest].concat(), "rowid", &['a'])
            }
            _ => false,
        },
        _ => false,
    }
}

/// The name of a virtual table's module, after USING in its declaration, in lower case.
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
