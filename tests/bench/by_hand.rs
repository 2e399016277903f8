//! The way by hand: Debian's `sqlite3` and `sqldiff` on a copy.
//!
//! Runs them and reads what they found. Does not measure.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// Rows changed: operation and tenant, and how many.
pub(crate) type Changes = BTreeMap<(String, String), u64>;

/// Says which of the two programs is missing, and the Debian package that has it.
pub(crate) fn missing() -> Option<String> {
    let runs = |program: &str| {
        Command::new(program)
            .arg("--help")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok()
    };
    [("sqlite3", "sqlite3"), ("sqldiff", "sqlite3-tools")]
        .into_iter()
        .find(|(program, _)| !runs(program))
        .map(|(program, package)| {
            format!(
                "`{program}` is missing: it is in Debian's package \
            `{package}` (apt-get install {package})"
            )
        })
}

/// `sqlite3 DATABASE < script`, as a person runs a migration: with the shell's defaults.
pub(crate) fn bare(database: &Path, script: &Path) -> Command {
    let mut command = Command::new("sqlite3");
    command
        .arg(database)
        .stdin(File::open(script).expect("the script"));
    command
}

/// `sqldiff` of two databases: the number of rows of each table, or the rows themselves of `table`.
pub(crate) fn sqldiff(table: Option<&str>, before: &Path, after: &Path) -> Command {
    let mut command = Command::new("sqldiff");
    match table {
        Some(table) => command.args(["--table", table]),
        None => command.arg("--summary"),
    };
    command.args([before, after]);
    command
}

/// What `sqlite3` answers to `sql` on `database`; stops the benchmark at an error.
pub(crate) fn query(database: &Path, sql: &str) -> String {
    let mut command = Command::new("sqlite3");
    let mut child = command
        .arg("-bail")
        .arg(database)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap_or_else(|e| panic!("sqlite3: {e}"));
    child
        .stdin
        .take()
        .expect("a pipe")
        .write_all(sql.as_bytes())
        .expect("sqlite3 reads its input");
    let output = child.wait_with_output().expect("sqlite3 ends");
    assert!(
        output.status.success(),
        "sqlite3 {} ends with {}",
        database.display(),
        output.status
    );
    String::from_utf8(output.stdout).expect("text")
}

/// The readings that differ between `before` and `after`, by operation and tenant: a join over
/// every row.
pub(crate) fn differing(before: &Path, after: &Path) -> Changes {
    let columns = |side: &str| {
        [
            "id",
            "system_id",
            "point_id",
            "session_id",
            "measurement_time",
            "received_time",
            "value",
            "error",
            "data_quality",
        ]
        .map(|column| format!("{side}.{column}"))
        .join(", ")
    };
    let sql = format!(
        "ATTACH '{}' AS before;
SELECT 'update', new.system_id, count(*) FROM main.point_readings AS new JOIN before.point_readings AS old ON new.id = old.id
WHERE ({}) IS NOT ({}) GROUP BY 2;
SELECT 'insert', system_id, count(*) FROM main.point_readings WHERE id NOT IN (SELECT id FROM before.point_readings) GROUP BY 2;
SELECT 'delete', system_id, count(*) FROM before.point_readings WHERE id NOT IN (SELECT id FROM main.point_readings) GROUP BY 2;",
        before.to_str().expect("a path of text").replace('\'', "''"),
        columns("new"),
        columns("old"),
    );
    let line = |line: &str| {
        let mut fields = line.split('|').map(str::to_owned);
        let mut next = || fields.next().expect("operation, tenant, rows");
        ((next(), next()), next().parse().expect("a number"))
    };
    query(after, &sql).lines().map(line).collect()
}

/// Rows by operation that `sqldiff` printed, of `table` or, where that is `None`, as the summary of
/// every table.
pub(crate) fn totals(table: Option<&str>, printed: &str) -> BTreeMap<String, u64> {
    let mut totals = BTreeMap::new();
    let mut add = |op: &str, rows: u64| *totals.entry(op.to_owned()).or_default() += rows;
    for line in printed.lines() {
        if table.is_some() {
            add(&line.split(' ').next().expect("a word").to_lowercase(), 1);
            continue;
        }
        let (name, counts) = line.rsplit_once(": ").expect("TABLE: counts");
        // The engine's own counter of AUTOINCREMENT: an insertion moves it, and it is nobody's row.
        if name == "sqlite_sequence" {
            continue;
        }
        for count in counts.split(", ") {
            let (rows, word) = count.split_once(' ').expect("a number and a word");
            let rows = rows.parse().expect("a number");
            match word {
                "changes" => add("update", rows),
                "inserts" => add("insert", rows),
                "deletes" => add("delete", rows),
                "unchanged" => {}
                _ => panic!("sqldiff says `{line}`"),
            }
        }
    }
    totals.retain(|_, rows| *rows > 0);
    totals
}

/// Removes a database and what the engine left beside it.
pub(crate) fn remove(database: &Path) {
    for file in harness::files::DATABASE_SUFFIXES
        .map(|suffix| harness::files::with_suffix(database, suffix))
    {
        match std::fs::remove_file(&file) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => panic!("{}: {e}", file.display()),
            _ => {}
        }
    }
}
