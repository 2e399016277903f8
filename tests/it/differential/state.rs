//! What a database holds, read by nothing but SELECT.

use super::references::{self, References};
use super::value::Value;
use rusqlite::{Connection, Row};
use std::collections::BTreeMap;

/// Everything that two databases are compared by.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct State {
    pub(super) schema: Vec<Cells>,
    /// by the name as the schema spells it
    pub(super) tables: BTreeMap<String, Table>,
    pub(super) sequence: Vec<Cells>,
    pub(super) user_version: Value,
    pub(super) references: BTreeMap<String, References>,
}

pub(super) type Cells = Vec<Value>;

#[derive(Debug, PartialEq, Eq, Default)]
pub(super) struct Table {
    pub(super) columns: Vec<Column>,
    pub(super) strict: bool,
    /// the names of the primary key's columns
    pub(super) key: Vec<String>,
    /// in the order of the table, with the rowid first where there is one
    pub(super) rows: Vec<(Option<Value>, Cells)>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) declared: String,
    pub(super) default: Option<String>,
    pub(super) computed: bool,
}

pub(super) fn read(conn: &Connection) -> State {
    let names = all(
        conn,
        "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE \
        'sqlite\\_%' ESCAPE '\\' ORDER BY 1",
    );
    let names: Vec<String> = names.iter().map(|cells| cells[0].spelling()).collect();
    let tables = names
        .iter()
        .map(|name| (name.clone(), table(conn, name)))
        .collect();
    let has_sequence = !all(
        conn,
        "SELECT 1 FROM main.sqlite_schema WHERE name = 'sqlite_sequence'",
    )
    .is_empty();
    State {
        schema: all(
            conn,
            "SELECT type, name, tbl_name, sql FROM main.sqlite_schema ORDER BY type, name",
        ),
        tables,
        references: references::read(conn, &names),
        sequence: if has_sequence {
            all(
                conn,
                "SELECT name, seq FROM main.sqlite_sequence ORDER BY name",
            )
        } else {
            Vec::new()
        },
        user_version: all(conn, "SELECT user_version FROM pragma_user_version")[0][0].clone(),
    }
}

fn table(conn: &Connection, name: &str) -> Table {
    let text = Value::text(name).literal();
    let columns = conn.prepare(&format!(
        "SELECT name, type, dflt_value, hidden > 1 FROM pragma_table_xinfo({text}, 'main')"
    ));
    let mut columns = columns.expect("prepares");
    let column = |row: &Row<'_>| {
        Ok(Column {
            name: row.get(0)?,
            declared: row.get(1)?,
            default: row.get(2)?,
            computed: row.get(3)?,
        })
    };
    let columns: Vec<Column> = columns
        .query_map([], column)
        .expect("runs")
        .collect::<rusqlite::Result<_>>()
        .expect("reads");
    let kind = all(
        conn,
        &format!(
            "SELECT wr, strict FROM pragma_table_list WHERE schema = 'main' AND name = {text}"
        ),
    );
    let (rowless, strict) = (
        kind[0][0] == Value::Integer(1),
        kind[0][1] == Value::Integer(1),
    );
    let key = all(
        conn,
        &format!("SELECT name FROM pragma_table_xinfo({text}, 'main') WHERE pk > 0 ORDER BY pk"),
    );
    let key = key.iter().map(|cells| cells[0].spelling()).collect();
    let shadowed = |alias: &&str| columns.iter().any(|c| c.name.eq_ignore_ascii_case(alias));
    let rowid = ["rowid", "oid", "_rowid_"]
        .into_iter()
        .find(|alias| !rowless && !shadowed(alias));
    let names: Vec<String> = rowid
        .map(str::to_owned)
        .into_iter()
        .chain(columns.iter().map(|c| super::schema::quote(&c.name)))
        .collect();
    let rows = all(
        conn,
        &format!(
            "SELECT {} FROM main.{}",
            names.join(", "),
            super::schema::quote(name)
        ),
    );
    let split = |mut cells: Cells| {
        if rowid.is_some() {
            (Some(cells.remove(0)), cells)
        } else {
            (None, cells)
        }
    };
    Table {
        columns,
        strict,
        key,
        rows: rows.into_iter().map(split).collect(),
    }
}

pub(super) fn all(conn: &Connection, sql: &str) -> Vec<Cells> {
    let mut statement = conn.prepare(sql).unwrap_or_else(|e| panic!("{e}: {sql}"));
    let width = statement.column_count();
    let cells = |row: &Row<'_>| {
        (0..width)
            .map(|at| Ok(Value::from(row.get_ref(at)?)))
            .collect::<rusqlite::Result<Cells>>()
    };
    statement
        .query_map([], cells)
        .expect("runs")
        .collect::<rusqlite::Result<_>>()
        .expect("reads")
}

/// The parts in which two states differ; nothing where they are equal.
pub(super) fn difference(one: &State, other: &State) -> Option<String> {
    let mut parts = Vec::new();
    let mut compare = |what: &str, one: Vec<String>, other: Vec<String>| {
        if one != other {
            let only = |these: &[String], those: &[String]| {
                these
                    .iter()
                    .filter(|line| !those.contains(line))
                    .cloned()
                    .collect::<Vec<_>>()
                    .join("\n    ")
            };
            parts.push(format!(
                "{what}:\n  only in the first:\n    {}\n  only in the second:\n    {}",
                only(&one, &other),
                only(&other, &one)
            ));
        }
    };
    compare("sqlite_schema", lines(&one.schema), lines(&other.schema));
    compare(
        "sqlite_sequence",
        lines(&one.sequence),
        lines(&other.sequence),
    );
    compare(
        "user_version",
        vec![one.user_version.literal()],
        vec![other.user_version.literal()],
    );
    for name in one.tables.keys().chain(
        other
            .tables
            .keys()
            .filter(|name| !one.tables.contains_key(*name)),
    ) {
        let rows = |state: &State| state.tables.get(name).map(described).unwrap_or_default();
        compare(&format!("table {name}"), rows(one), rows(other));
    }
    (one != other).then(|| parts.join("\n"))
}

fn lines(rows: &[Cells]) -> Vec<String> {
    rows.iter()
        .map(|cells| {
            cells
                .iter()
                .map(Value::literal)
                .collect::<Vec<_>>()
                .join(", ")
        })
        .collect()
}

fn described(table: &Table) -> Vec<String> {
    let row = |(rowid, cells): &(Option<Value>, Cells)| {
        rowid
            .iter()
            .chain(cells)
            .map(Value::literal)
            .collect::<Vec<_>>()
            .join(", ")
    };
    std::iter::once(format!("{:?}", table.columns))
        .chain(table.rows.iter().map(row))
        .collect()
}
