//! Temporary virtual tables on a connection of harness's own, for as long as something is asked of
//! them: they show what the module of a full-text index keeps, and what it would keep.

use crate::snapshot::catalog::Table;
use crate::sql::{ident, token};
use rusqlite::Connection;

/// Makes temporary tables, does `work`, and drops them again. The connection otherwise only reads.
pub(super) fn with_tables<T>(
    conn: &Connection,
    tables: &[(&str, String)],
    work: impl FnOnce() -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    conn.execute_batch("PRAGMA temp_store = MEMORY; PRAGMA query_only = OFF")?;
    let made = tables.iter().try_for_each(|(name, module)| {
        conn.execute_batch(&format!("CREATE VIRTUAL TABLE temp.{name} USING {module}"))
    });
    let done = made.and_then(|()| work());
    for (name, _) in tables {
        conn.execute_batch(&format!("DROP TABLE IF EXISTS temp.{name}"))?;
    }
    conn.execute_batch("PRAGMA query_only = ON")?;
    done
}

/// The module that shows each token of each entry of an FTS5 index
/// (<https://sqlite.org/fts5.html#the_fts5vocab_virtual_table_module>).
pub(super) fn instances(schema: &str, index: &str) -> String {
    let index = ident::quote(index);
    format!("fts5vocab('{schema}', {index}, 'instance')")
}

/// The module that keeps the same entries as an FTS5 index and no content, by the index's
/// declaration; `None` if that cannot be had.
pub(super) fn without_content(declaration: &str) -> Option<String> {
    let mut arguments = Vec::new();
    for argument in arguments_of(declaration)? {
        let words: Vec<String> = token::folded(argument).take(2).collect();
        match &words[..] {
            [name, is] if is == "=" && name.starts_with("content") => {}
            [name, is] if is == "=" && name == "locale" => return None,
            _ => arguments.push(argument),
        }
    }
    Some(format!("fts5({}, content='')", arguments.join(", ")))
}

/// The texts of a module's arguments.
fn arguments_of(declaration: &str) -> Option<Vec<&str>> {
    let tokens = token::significant(declaration);
    let text = |at: usize| tokens.get(at).map(|t| t.span.of(declaration));
    let using = tokens
        .iter()
        .position(|t| t.is_word(declaration, "USING"))?;
    let open = using + 2;
    if text(open)? != "(" {
        return None;
    }
    let (mut depth, mut start, mut found) = (0, open + 1, Vec::new());
    for at in open..tokens.len() {
        match text(at)? {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        if depth == 0 || (depth == 1 && text(at)? == ",") {
            let span = tokens.get(start)?.span.start..tokens.get(at)?.span.start;
            found.push(declaration.get(span)?);
            start = at + 1;
        }
        if depth == 0 {
            return Some(found);
        }
    }
    None
}

/// The columns of a full-text index, without the rowid.
pub(super) fn columns(index: &Table) -> impl Iterator<Item = &str> {
    let columns = index.columns.iter().filter(|column| !column.generated);
    columns.map(|column| &column.name[..])
}

/// `INSERT` of an entry under a rowid.
pub(super) fn insert(table: &str, index: &Table) -> String {
    let names: Vec<String> = columns(index).map(ident::quote).collect();
    let places: Vec<String> = (2..names.len() + 2).map(|at| format!("?{at}")).collect();
    format!(
        "INSERT INTO temp.{table}(rowid, {}) VALUES (?1, {})",
        names.join(", "),
        places.join(", ")
    )
}
