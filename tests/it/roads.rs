//! Two independent roads to one fact: the reported changes, applied to the snapshot's rows, give exactly the rows of the
//! migrated database; and every preview returned the rows that its statement wrote. Over generated migrations, fixed seed;
//! `HARNESS_CASES=20000 cargo test --release --test it roads` runs more of them.

use crate::support::Playground;
use harness::change::RowChange;
use harness::check::{Migrations, Request, check};
use harness::config::{self, Config};
use harness::migration::Migration;
use harness::report::Report;
use harness::scope::Op;
use harness::sql::Value;
use harness::verdict::{Code, Severity};
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Cases that run where nothing else is asked for.
const CASES: u64 = 300;

const SEED: &str = "
CREATE TABLE note(org INTEGER NOT NULL, id INTEGER NOT NULL, body, PRIMARY KEY(org, id));
CREATE TABLE item(id INTEGER PRIMARY KEY, org INTEGER, n UNIQUE);
CREATE TABLE kv(k TEXT COLLATE NOCASE, org INTEGER, v, PRIMARY KEY(k, org)) WITHOUT ROWID;
CREATE TABLE child(id INTEGER PRIMARY KEY, org INTEGER, note INTEGER, FOREIGN KEY(org, note) REFERENCES note(org, id) ON DELETE CASCADE ON UPDATE SET NULL);
CREATE TABLE loose(org INTEGER, what);
CREATE TRIGGER note_log AFTER UPDATE OF body ON note BEGIN INSERT INTO loose VALUES (new.org, new.body); END;
CREATE TRIGGER item_keep BEFORE DELETE ON item WHEN old.id % 7 = 0 BEGIN SELECT RAISE(IGNORE); END;
CREATE TRIGGER kv_spread AFTER DELETE ON kv BEGIN UPDATE item SET n = n || 'd' WHERE org = old.org AND id < 4; END;
INSERT INTO note SELECT o.value, i.value, CASE i.value WHEN 2 THEN NULL WHEN 3 THEN 1.5 WHEN 4 THEN x'00ff' ELSE 'b' || i.value END FROM json_each('[1,2,3]') o, json_each('[1,2,3,4,5]') i;
INSERT INTO item SELECT value, 1 + value % 3, 'n' || value FROM json_each('[1,2,3,4,5,6,7,8,9]');
INSERT INTO kv SELECT char(96 + i.value), o.value, i.value * 1.0 FROM json_each('[1,2]') o, json_each('[1,2,3,4]') i;
INSERT INTO child SELECT 10 * o.value + i.value, o.value, i.value FROM json_each('[1,2,3]') o, json_each('[1,2,3]') i;
INSERT INTO loose VALUES (1, 'x'), (1, 'x'), (2, NULL);
";

/// Statements in which `#` stands for a small number.
const STATEMENTS: [&str; 44] = [
    "UPDATE note SET body = 'u#' WHERE id = #",
    "UPDATE note SET body = body WHERE org = # OR id = #",
    "UPDATE note SET id = id + 10 WHERE org = #",
    "UPDATE note SET id = id + 1 WHERE org = # AND id >= #",
    "UPDATE OR REPLACE note SET id = # WHERE id = #",
    "UPDATE OR IGNORE note SET id = # WHERE id = #",
    "UPDATE OR FAIL note SET id = id - 1, body = 'f' WHERE id > #",
    "UPDATE OR ROLLBACK note SET id = # WHERE id = #",
    "UPDATE note SET org = #, id = id + 20 WHERE org = # AND id < #",
    "UPDATE note SET (body, id) = (SELECT n, note.id FROM item WHERE item.id = note.id) WHERE org = #",
    "UPDATE note SET body = item.n FROM item WHERE item.org = note.org AND item.id = #",
    "DELETE FROM note WHERE org = # AND id < #",
    "DELETE FROM note WHERE (org, id) IN (SELECT org, note FROM child WHERE id % 3 = 1)",
    "INSERT OR REPLACE INTO note VALUES (#, #, 'r#')",
    "INSERT INTO note VALUES (#, #, 'i') ON CONFLICT(org, id) DO UPDATE SET body = excluded.body || '+'",
    "INSERT OR IGNORE INTO note VALUES (#, #, 'i'), (#, 3#, 'j')",
    "INSERT OR FAIL INTO note VALUES (#, 5#, 'i'), (#, #, 'j'), (#, 6#, 'k')",
    "UPDATE item SET id = -id WHERE org = #",
    "UPDATE item SET n = 'same' WHERE id = #",
    "UPDATE OR REPLACE item SET n = 'n#' WHERE org = #",
    "REPLACE INTO item(id, org, n) VALUES (#, #, 'n#')",
    "INSERT INTO item(org, n) VALUES (#, random())",
    "DELETE FROM item WHERE org = #",
    "DELETE FROM item",
    "UPDATE kv SET k = k || '#' WHERE org = #",
    "UPDATE kv SET k = upper(k), v = # WHERE v < #",
    "UPDATE OR REPLACE kv SET k = 'a' WHERE k IN ('b', 'C')",
    "DELETE FROM kv WHERE k > 'b' AND org = #",
    "REPLACE INTO kv VALUES ('A', #, 'new')",
    "INSERT INTO loose VALUES (#, '#')",
    "DELETE FROM loose WHERE org = #",
    "DELETE FROM loose WHERE rowid IN (SELECT min(rowid) FROM loose)",
    "BEGIN",
    "COMMIT",
    "ROLLBACK",
    "SAVEPOINT s",
    "SAVEPOINT S",
    "ROLLBACK TO s",
    "RELEASE s",
    "VACUUM",
    "ALTER TABLE item ADD COLUMN extra# DEFAULT 5",
    "ALTER TABLE kv DROP COLUMN v",
    "CREATE TABLE note_new(org INTEGER NOT NULL, id INTEGER NOT NULL, body, PRIMARY KEY(org, id)); INSERT INTO note_new SELECT * FROM note WHERE id <> 1#; DROP TABLE note; ALTER TABLE note_new RENAME TO note",
    "DROP TABLE child; CREATE TABLE child(id INTEGER PRIMARY KEY, org INTEGER, note INTEGER)",
];

/// A small generator of numbers (Knuth's MMIX constants), so that a case is its number.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

fn migration(case: u64) -> String {
    let mut random = Random(case.wrapping_mul(7_919).wrapping_add(1));
    let mut text = String::new();
    for _ in 0..=random.below(9) {
        let pick = usize::try_from(random.below(STATEMENTS.len() as u64)).expect("small");
        for c in STATEMENTS[pick].chars() {
            if c == '#' { text.push_str(&(1 + random.below(5)).to_string()) } else { text.push(c) }
        }
        text.push_str(";\n");
    }
    text
}

fn config(case: u64) -> String {
    let keys = if case.is_multiple_of(2) { "true" } else { "false" };
    let transaction = ["none", "none", "per-migration", "all"][usize::try_from(case % 4).expect("small")];
    let on_error = if case.is_multiple_of(3) { "stop" } else { "continue" };
    format!("[engine]\nforeign_keys = {keys}\ntransaction = \"{transaction}\"\non_error = \"{on_error}\"\n[tenant]\ncolumn = \"org\"\n")
}

fn rehearse(playground: &Playground, config: &Config, text: &str) -> Report {
    let workspace = tempfile::tempdir().expect("a folder");
    let migrations = [Migration::parse("m", "m.sql", text.to_owned())];
    let request = Request {
        config,
        snapshot: &playground.at("s.db"),
        migrations: Migrations::Named(&migrations),
        workspace: workspace.path(),
        now_ms: 1_763_272_800_000,
        samples: 100_000,
        keep_clone: Some(&playground.at("after.db")),
        identify: false,
        fail_capture_after: None,
    };
    check(&request).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

type Row = BTreeMap<String, Value>;

/// The rows of every table, read by nothing but SELECT.
fn rows(path: &Path) -> BTreeMap<String, Vec<Row>> {
    let conn = Connection::open(path).expect("opens");
    let mut names =
        conn.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'").expect("prepares");
    let names: Vec<String> = names.query_map([], |row| row.get(0)).expect("runs").collect::<rusqlite::Result<_>>().expect("reads");
    let read = |name: &String| -> Vec<Row> {
        let mut statement = conn.prepare(&format!("SELECT * FROM {name}")).expect("prepares");
        let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
        let cells =
            |row: &rusqlite::Row<'_>| columns.iter().enumerate().map(|(at, c)| Ok((c.clone(), Value::from(row.get_ref(at)?)))).collect();
        statement.query_map([], cells).expect("runs").collect::<rusqlite::Result<_>>().expect("reads")
    };
    names.iter().map(|name| (name.clone(), read(name))).collect()
}

/// Each reported change once: one of a row that moved between tenants is reported under both.
fn changes(report: &Report, table: &str) -> Vec<RowChange> {
    let mut seen = BTreeSet::new();
    let all = report.migrations[0].changes.iter().filter(|c| c.table == table).flat_map(|c| &c.samples);
    all.filter(|c| c.key.is_empty() || seen.insert((c.op, c.key.clone()))).cloned().collect()
}

fn holds(row: &Row, cells: &[(String, Value)]) -> bool {
    cells.iter().all(|(name, value)| row.get(name) == Some(value))
}

/// The rows before with the reported changes made to them.
fn applied(mut before: Vec<Row>, changes: &[RowChange], after: &[Row]) -> Vec<Row> {
    let find = |rows: &[Row], change: &RowChange| {
        let cells = if change.key.is_empty() { &change.before } else { &change.key };
        rows.iter().position(|row| holds(row, cells)).expect("a changed row is there before")
    };
    let updates: Vec<(usize, &RowChange)> = changes.iter().filter(|c| c.op == Op::Update).map(|c| (find(&before, c), c)).collect();
    for (at, change) in updates {
        before[at].extend(change.after.iter().cloned());
    }
    // The rows that go are looked up by what they were; an update may have taken over their key.
    let mut gone: Vec<Row> = Vec::new();
    for change in changes.iter().filter(|c| c.op == Op::Delete) {
        gone.push(change.before.iter().cloned().collect());
    }
    for row in gone {
        let at = before.iter().position(|r| *r == row).expect("a deleted row is there before");
        before.remove(at);
    }
    before.extend(changes.iter().filter(|c| c.op == Op::Insert).map(|c| c.after.iter().cloned().collect()));
    let columns: BTreeSet<&String> = after.iter().flat_map(BTreeMap::keys).collect();
    for row in &mut before {
        row.retain(|name, _| columns.contains(name) || after.is_empty());
        for column in &columns {
            row.entry((*column).clone()).or_insert(Value::Integer(5));
        }
    }
    before
}

fn sorted(mut rows: Vec<Row>) -> Vec<Row> {
    rows.sort();
    rows
}

#[test]
fn reported_changes_are_the_difference_of_the_two_databases() {
    let mut changed = 0;
    let mut ran = 0;
    let cases = std::env::var("HARNESS_CASES").map_or(CASES, |n| n.parse().expect("a number of cases"));
    for case in 0..cases {
        let playground = Playground::new();
        playground.database("s.db", SEED);
        let config = config::parse(&config(case), &playground.at("harness.toml")).expect("valid");
        let text = migration(case);
        let report = rehearse(&playground, &config, &text);
        let (before, after) = (rows(&playground.at("s.db")), rows(&playground.at("after.db")));
        let none = Vec::new();
        for table in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
            let (old, new) = (before.get(table).unwrap_or(&none), after.get(table).unwrap_or(&none));
            let reported = changes(&report, table);
            changed += reported.len();
            let context = || format!("case {case}, table {table}\n{text}\n{reported:#?}");
            assert_eq!(sorted(applied(old.clone(), &reported, new)), sorted(new.clone()), "{}", context());
        }
        let findings = &report.migrations[0].findings;
        let fault = findings.iter().find(|f| [Code::NoPreview, Code::PreviewMismatch].contains(&f.code) && f.severity == Severity::Error);
        assert!(fault.is_none(), "case {case}: {fault:?}\n{text}");
        ran += report.migrations[0].statements.iter().filter(|s| s.run.as_ref().is_some_and(|r| r.error.is_none())).count();
    }
    assert!(changed > 1_000 && ran > 600, "the cases do something: {changed} changes, {ran} statements");
}
