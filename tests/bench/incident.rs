//! The incident at full size: a snapshot with the report's counts, on which the recovery reports
//! exactly what was moved.
//!
//! `cargo bench --bench incident` makes the snapshot (about 2 million readings) from the bundled
//! recovery dump, rehearses 0044 and 0045 on it, holds the numbers against the report's 42,018
//! readings and 11,244 aggregates, and sets the time beside that of doing it by hand: copy, run,
//! compare both databases table by table.

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use rusqlite::Connection;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// Readings of each point: system, points, offset to the duplicates, on the original, on the
/// duplicate.
const READINGS: [(i64, i64, i64, i64, i64); 4] = [
    (1, 6, 16, 107_463, 1_987),
    (2, 6, 16, 110_503, 1_994),
    (5, 6, 13, 59_548, 2_016),
    (6, 6, 18, 27_648, 1_006),
];

/// Aggregates of each point: system, points, offset, on the duplicate.
const AGGREGATES: [(i64, i64, i64, i64); 6] = [
    (1, 6, 16, 404),
    (2, 6, 16, 405),
    (3, 2, 2, 576),
    (5, 6, 13, 405),
    (6, 6, 18, 404),
    (9, 6, 9, 64),
];

/// The moment from which the duplicates were written to.
const SPLIT: i64 = 1_763_272_800_000;

const FILES: [&str; 2] = [
    "tests/incident/recovery/0044_restore_point_info_metadata.sql",
    "tests/incident/recovery/0045_migrate_readings_to_old_points.sql",
];

fn main() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().expect("a folder");
    let snapshot = folder.path().join("liveone-full.db");
    let rows = generate(&root, &snapshot).expect("the snapshot is made");
    let bytes = std::fs::metadata(&snapshot).expect("a file").len();
    println!("snapshot: {rows} readings, {} MB", bytes / 1_000_000);
    let (report, rehearsed) = rehearse(&root, &snapshot);
    let moved = |table: &str| -> u64 {
        let changes = report["migrations"][1]["changes"]
            .as_array()
            .expect("changes");
        changes
            .iter()
            .filter(|c| c["table"] == table)
            .map(|c| c["update"].as_u64().expect("a number"))
            .sum()
    };
    assert_eq!(
        report["verdict"], "accepted",
        "{:#}",
        report["migrations"][1]["findings"]
    );
    assert_eq!(
        (moved("point_readings"), moved("point_readings_agg_5m")),
        (42_018, 11_244)
    );
    println!("0045 moves 42018 readings and 11244 aggregates, as the report says");
    let by_hand = by_hand(&root, &snapshot, folder.path());
    println!(
        "harness {:.2} s, by hand {:.2} s, ratio {:.2}",
        rehearsed.as_secs_f64(),
        by_hand.as_secs_f64(),
        rehearsed.as_secs_f64() / by_hand.as_secs_f64()
    );
}

/// The bundled recovery dump with its readings and aggregates made anew at full size.
fn generate(root: &Path, target: &Path) -> rusqlite::Result<i64> {
    let dump = std::fs::read_to_string(root.join("snapshots/liveone-recovery-20251117-194532.sql"))
        .expect("the bundled dump");
    let conn = Connection::open(target)?;
    conn.execute_batch(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF;",
    )?;
    conn.execute_batch(&dump)?;
    conn.execute_batch("BEGIN; DELETE FROM point_readings; DELETE FROM point_readings_agg_5m;")?;
    for (system, points, offset, old, new) in READINGS {
        fill(
            &conn,
            READING,
            [system, points, 0, old, SPLIT - old * 60_000, 60_000],
        )?;
        fill(&conn, READING, [system, points, offset, new, SPLIT, 60_000])?;
    }
    for (system, points, offset, new) in AGGREGATES {
        fill(
            &conn,
            AGGREGATE,
            [system, points, 0, 2_000, SPLIT - 2_000 * 300_000, 300_000],
        )?;
        fill(
            &conn,
            AGGREGATE,
            [system, points, offset, new, SPLIT, 300_000],
        )?;
    }
    // The last interval of each duplicate of four systems overlaps with its original.
    for (system, points, _, new) in AGGREGATES
        .into_iter()
        .filter(|(system, ..)| [1, 2, 5, 6].contains(system))
    {
        fill(
            &conn,
            AGGREGATE,
            [system, points, 0, 1, SPLIT + (new - 1) * 300_000, 300_000],
        )?;
    }
    conn.execute_batch("COMMIT; ANALYZE;")?;
    conn.query_row("SELECT count(*) FROM point_readings", [], |row| row.get(0))
}

const READING: &str = "WITH RECURSIVE n(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM n WHERE k + 1 < ?4), p(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM p WHERE id < ?2)
    INSERT INTO point_readings (system_id, point_id, measurement_time, received_time, value)
    SELECT ?1, p.id + ?3, ?5 + k * ?6, ?5 + k * ?6 + 2000, k % 97 FROM n, p";

const AGGREGATE: &str = "WITH RECURSIVE n(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM n WHERE k + 1 < ?4), p(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM p WHERE id < ?2)
    INSERT INTO point_readings_agg_5m (system_id, point_id, interval_end, avg, sample_count, error_count, created_at, updated_at)
    SELECT ?1, p.id + ?3, ?5 + k * ?6, k % 97, 5, 0, ?5, ?5 FROM n, p";

fn fill(conn: &Connection, sql: &str, values: [i64; 6]) -> rusqlite::Result<()> {
    conn.execute(sql, values).map(drop)
}

fn rehearse(root: &Path, snapshot: &Path) -> (Value, Duration) {
    let started = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_harness"))
        .current_dir(root)
        .args([
            "check",
            "--format",
            "json",
            "--config",
            "tests/bench/harness.toml",
            "--snapshot",
        ])
        .arg(snapshot)
        .args(FILES)
        .output()
        .expect("harness runs");
    let elapsed = started.elapsed();
    assert!(
        output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    (
        serde_json::from_slice(&output.stdout).expect("JSON"),
        elapsed,
    )
}

/// Copy, run each file, compare every table both ways with EXCEPT.
fn by_hand(root: &Path, snapshot: &Path, folder: &Path) -> Duration {
    let started = Instant::now();
    let copy = folder.join("copy.db");
    std::fs::copy(snapshot, &copy).expect("copied");
    let conn = Connection::open(&copy).expect("opens");
    conn.execute_batch("PRAGMA foreign_keys = OFF")
        .expect("set");
    for file in FILES {
        conn.execute_batch(&std::fs::read_to_string(root.join(file)).expect("a file"))
            .expect("runs");
    }
    conn.execute("ATTACH ?1 AS old", [snapshot.to_str().expect("a path")])
        .expect("attaches");
    let count = |sql: &str| {
        conn.query_row(sql, [], |row| row.get::<_, i64>(0))
            .expect("compares")
    };
    let moved = count(
        "SELECT count(*) FROM (SELECT * FROM main.point_readings EXCEPT SELECT * FROM \
        old.point_readings)",
    );
    let aggregates = count(
        "SELECT count(*) FROM (SELECT * FROM main.point_readings_agg_5m EXCEPT SELECT * FROM \
        old.point_readings_agg_5m)",
    );
    assert_eq!(
        (moved, aggregates),
        (42_018, 11_244),
        "both ways find the same rows"
    );
    started.elapsed()
}
