//! What a migration really does: a plain connection, and every row of every table before and after.

use super::tasks::Task;
use super::world::World;
use harness::record::{Evidence, Op};
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};

/// The tables, each with the columns that say which row it is, and the place of the tenant among all.
const TABLES: [(&str, &str, usize); 4] = [
    ("account", "org || ',' || id", 0),
    ("item", "id", 1),
    ("pref", "org || ',' || k", 0),
    ("log", "id", 1),
];

/// The rows of a table, each spelled by the engine, by its key.
type Rows = BTreeMap<String, Vec<String>>;

/// What a migration did.
pub(super) struct Truth {
    /// the engine's error, if it failed
    failed: Option<String>,
    /// the rows after, by table, with the schema
    after: BTreeMap<&'static str, Rows>,
    schema: Vec<String>,
    /// the changed rows, by table and operation, of each tenant
    pub(super) changed: BTreeMap<(&'static str, &'static str), BTreeMap<String, u64>>,
}

impl Truth {
    /// Runs a migration in a transaction, as the runner does.
    pub(super) fn of(world: &World, sql: &str) -> Self {
        let conn = Connection::open_in_memory().expect("a database");
        conn.execute_batch("PRAGMA foreign_keys = OFF")
            .expect("a setting");
        conn.execute_batch(&world.seed).expect("the seed runs");
        let before = rows(&conn);
        let ran = conn.execute_batch(&format!("BEGIN;\n{sql}\nCOMMIT;"));
        let failed = ran.err().map(|e| e.to_string());
        if failed.is_some() {
            let _ = conn.execute_batch("ROLLBACK");
        }
        let after = rows(&conn);
        let mut truth = Self {
            failed,
            schema: schema(&conn),
            changed: BTreeMap::new(),
            after,
        };
        for (table, _, org) in TABLES {
            truth.compare(table, org, &before[table], &defaults(&conn, table));
        }
        truth
    }

    fn compare(&mut self, table: &'static str, org: usize, before: &Rows, defaults: &[String]) {
        let after = &self.after[table];
        let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        for key in keys {
            let (op, rows) = match (before.get(key), after.get(key)) {
                (Some(old), Some(new)) if is_same(old, new, defaults) => continue,
                (Some(old), Some(new)) => ("update", vec![old, new]),
                (Some(old), None) => ("delete", vec![old]),
                (None, Some(new)) => ("insert", vec![new]),
                (None, None) => continue,
            };
            let owners: BTreeSet<&String> = rows.iter().map(|row| &row[org]).collect();
            for owner in owners {
                let changed = self.changed.entry((table, op)).or_default();
                *changed.entry(owner.clone()).or_default() += 1;
            }
        }
    }

    /// How many rows an operation changed.
    pub(super) fn count(&self, table: &str, op: &str) -> u64 {
        let changed = self
            .changed
            .iter()
            .filter(|((t, o), _)| *t == table && *o == op);
        changed.flat_map(|(_, owners)| owners.values()).sum()
    }

    /// Whether it leaves the database that another one leaves.
    pub(super) fn leaves_the_same(&self, other: &Self) -> bool {
        self.after == other.after && self.schema == other.schema && self.failed == other.failed
    }

    /// Whether it does what is declared for the correct one: its tenants, tables, operations and
    /// numbers.
    pub(super) fn is_within(&self, correct: &Self, task: &Task) -> bool {
        let is_declared = |owner: &String| task.orgs.iter().any(|org| org.to_string() == *owner);
        let counts = |truth: &Self| -> Vec<_> {
            let sums = truth
                .changed
                .iter()
                .map(|(key, owners)| (*key, owners.values().sum::<u64>()));
            sums.collect()
        };
        self.failed.is_none()
            && counts(self) == counts(correct)
            && self
                .changed
                .values()
                .all(|owners| owners.keys().all(is_declared))
    }

    /// Whether a report has the same numbers.
    pub(super) fn is_told_by(&self, report: &Evidence) -> Result<(), String> {
        let mut told: BTreeMap<(String, &str), BTreeMap<String, u64>> = BTreeMap::new();
        for change in &report.migrations[0].changes {
            let ops = [
                (Op::Insert, change.insert),
                (Op::Update, change.update),
                (Op::Delete, change.delete),
            ];
            for (op, n) in ops.into_iter().filter(|(_, n)| *n > 0) {
                let owners = told.entry((change.table.clone(), op.word())).or_default();
                *owners
                    .entry(change.tenant.clone().unwrap_or_default())
                    .or_default() += n;
            }
        }
        let own: BTreeMap<(String, &str), BTreeMap<String, u64>> = self
            .changed
            .iter()
            .map(|((table, op), owners)| (((*table).to_owned(), *op), owners.clone()))
            .collect();
        if told == own {
            return Ok(());
        }
        Err(format!("the report says {told:?}, and it is {own:?}"))
    }
}

/// Whether two rows are the same; a new column that shows its default makes no other row.
fn is_same(old: &[String], new: &[String], defaults: &[String]) -> bool {
    let rest = new.len().min(old.len());
    old[..rest] == new[..rest] && old.len() <= new.len() && new[rest..] == defaults[rest..]
}

/// What the columns of a table show where nothing is written.
fn defaults(conn: &Connection, table: &str) -> Vec<String> {
    let mut statement = conn
        .prepare("SELECT coalesce(dflt_value, 'NULL') FROM pragma_table_info(?1)")
        .expect("columns");
    let read = statement
        .query_map([table], |row| row.get(0))
        .expect("columns");
    read.collect::<rusqlite::Result<_>>().expect("columns")
}

fn rows(conn: &Connection) -> BTreeMap<&'static str, Rows> {
    TABLES
        .into_iter()
        .map(|(table, key, _)| (table, of_table(conn, table, key)))
        .collect()
}

/// The rows of a table; none where it is gone.
fn of_table(conn: &Connection, table: &str, key: &str) -> Rows {
    let Ok(mut statement) = conn.prepare(&format!("SELECT {key}, * FROM {table}")) else {
        return Rows::new();
    };
    let columns = statement.column_count();
    let read = statement.query_map([], |row| {
        let cells = (1..columns).map(|at| row.get_ref(at).map(spelled));
        let key: String = row.get_ref(0).map(spelled)?;
        Ok((key, cells.collect::<rusqlite::Result<Vec<_>>>()?))
    });
    read.expect("rows")
        .collect::<rusqlite::Result<_>>()
        .expect("rows")
}

fn spelled(value: rusqlite::types::ValueRef<'_>) -> String {
    use rusqlite::types::ValueRef;
    match value {
        ValueRef::Null => "NULL".to_owned(),
        ValueRef::Integer(n) => n.to_string(),
        ValueRef::Real(n) => format!("{n:?}"),
        ValueRef::Text(text) => format!("'{}'", String::from_utf8_lossy(text)),
        ValueRef::Blob(bytes) => format!("{bytes:?}"),
    }
}

fn schema(conn: &Connection) -> Vec<String> {
    let mut statement = conn
        .prepare("SELECT type || ' ' || name || ' on ' || tbl_name FROM sqlite_schema ORDER BY 1")
        .expect("a schema");
    let read = statement.query_map([], |row| row.get(0));
    read.expect("names")
        .collect::<rusqlite::Result<_>>()
        .expect("names")
}
