//! Which tables and columns have another name than before, told by watching the plain road
//! statement by statement.

use super::migration::Step;
use super::plain::{self, Moment, Regime, Transaction};
use super::state::{self, Cells};
use super::value::Value;
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Where the tables and columns of now come from.
#[derive(Clone, Default)]
pub(super) struct Renamed {
    /// by the name now, the name before
    pub(super) tables: BTreeMap<String, String>,
    /// by the table's name now, the columns' names now and before
    pub(super) columns: BTreeMap<String, Vec<(String, String)>>,
}

/// Goes the plain road once more, on a database of its own, and watches: for each migration that
/// was reached, the names.
pub(super) fn watch(path: &Path, regime: Regime, migrations: &[Vec<Step>]) -> Vec<Renamed> {
    let mut traces: Vec<Trace> = Vec::new();
    let mut note = |conn: &Connection, moment: Moment<'_>| match (moment, traces.last_mut()) {
        (Moment::Ran(sql), Some(trace)) => trace.note(conn, Some(sql)),
        (Moment::Failed, Some(trace)) => trace.note(conn, None),
        _ => traces.push(Trace::start(conn)),
    };
    plain::run(path, regime, migrations, &mut note);
    // Closing the connection takes back what was left open.
    if let (Transaction::None, Some(last)) = (regime.transaction, traces.last_mut()) {
        last.now = last.committed.clone();
    }
    traces.into_iter().map(|trace| trace.now).collect()
}

/// The names during one migration.
struct Trace {
    now: Renamed,
    /// tables that are gone, by the name that they had, with the name before: another may take their
    /// place
    held: BTreeMap<String, String>,
    /// as of the last moment outside a transaction
    committed: Renamed,
    schema: Vec<Cells>,
    history: Vec<(Vec<Cells>, Renamed)>,
}

const COLUMNS: &str = "SELECT t.name, c.name FROM main.sqlite_schema t, \
    pragma_table_xinfo(t.name, 'main') c WHERE t.type = 'table' ORDER BY t.rowid, c.cid";

impl Trace {
    fn start(conn: &Connection) -> Self {
        let schema = state::all(conn, COLUMNS);
        let names = schema
            .iter()
            .map(|cells| (cells[0].spelling(), cells[1].spelling()));
        let mut now = Renamed::default();
        for (table, column) in names {
            now.tables.insert(table.clone(), table.clone());
            now.columns
                .entry(table)
                .or_default()
                .push((column.clone(), column));
        }
        Self {
            history: vec![(schema.clone(), now.clone())],
            held: BTreeMap::new(),
            committed: now.clone(),
            now,
            schema,
        }
    }

    /// Takes in a statement, given where it ran.
    fn note(&mut self, conn: &Connection, sql: Option<&str>) {
        self.take(conn, sql);
        if conn.is_autocommit() {
            self.committed = self.now.clone();
        }
    }

    fn take(&mut self, conn: &Connection, sql: Option<&str>) {
        let schema = state::all(conn, COLUMNS);
        let is_taken_back = sql.is_none_or(|sql| sql.starts_with("ROLLBACK"));
        if is_taken_back && conn.is_autocommit() {
            self.now = self.committed.clone();
            self.schema = schema;
            return;
        }
        if schema == self.schema {
            return;
        }
        let renames = |sql: &str| sql.starts_with("ALTER TABLE") && sql.contains(" RENAME ");
        let earlier = self
            .history
            .iter()
            .rev()
            .find(|(then, _)| *then == schema)
            .map(|(_, names)| names.clone());
        match (sql, earlier) {
            (Some(sql), _) if renames(sql) => self.renamed(&schema),
            (_, Some(earlier)) if is_taken_back => self.now = earlier,
            _ => self.kept(&schema),
        }
        for table in schema.iter().map(|cells| cells[0].spelling()) {
            // A table under the name that a gone one had, now or at first, takes its place.
            let is_first = self.held.values().any(|origin| *origin == table);
            let origin = self.held.get(&table).cloned();
            let origin = origin.or_else(|| is_first.then(|| table.clone()));
            if let (false, Some(origin)) = (self.now.tables.contains_key(&table), origin) {
                self.now.tables.insert(table, origin);
            }
        }
        self.schema = schema;
        self.history.push((self.schema.clone(), self.now.clone()));
    }

    /// The rows of the two listings that differ stand at the same places.
    fn renamed(&mut self, schema: &[Cells]) {
        let mut tables = BTreeMap::new();
        let mut columns: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
        for (was, is) in self.schema.iter().zip(schema) {
            let [old_table, old_column, table, column] =
                [&was[0], &was[1], &is[0], &is[1]].map(Value::spelling);
            if let Some(origin) = self.now.tables.get(&old_table) {
                tables.insert(table.clone(), origin.clone());
            }
            let origin = self
                .now
                .columns
                .get(&old_table)
                .into_iter()
                .flatten()
                .find(|(now, _)| *now == old_column);
            columns
                .entry(table)
                .or_default()
                .extend(origin.map(|(_, origin)| (column, origin.clone())));
        }
        self.now = Renamed { tables, columns };
    }

    /// What has the same name is the same, unless it was gone for a time.
    fn kept(&mut self, schema: &[Cells]) {
        let there = |table: &String| schema.iter().any(|cells| cells[0].spelling() == *table);
        let gone = self.now.tables.iter().filter(|(table, _)| !there(table));
        self.held
            .extend(gone.map(|(table, origin)| (table.clone(), origin.clone())));
        self.now.tables.retain(|table, _| there(table));
        self.now.columns.retain(|table, _| there(table));
        for (table, columns) in &mut self.now.columns {
            columns.retain(|(column, _)| {
                schema
                    .iter()
                    .any(|cells| cells[0].spelling() == *table && cells[1].spelling() == *column)
            });
        }
        // A table that is made again is compared by its name, and its columns by theirs.
        let known: BTreeSet<String> = self.now.columns.keys().cloned().collect();
        for [table, column] in schema
            .iter()
            .map(|cells| [cells[0].spelling(), cells[1].spelling()])
        {
            if !known.contains(&table) {
                self.now
                    .columns
                    .entry(table)
                    .or_default()
                    .push((column.clone(), column));
            }
        }
    }
}
