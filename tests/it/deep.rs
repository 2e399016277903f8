//! `--deep` sees more and changes nothing: neither what else is reported, nor the clone that is
//! kept, nor the snapshot. And how old a snapshot may be.

use crate::support::{CONFIG, Playground, accepted, rejected_with};
use rusqlite::Connection;
use serde_json::Value;
use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, SystemTime};

/// Three migrations on each other, the second and third of which a second run of the one before
/// would change.
fn series(playground: &Playground) {
    let expect = |name: &str, ops: &str| {
        format!("[expect.{name}]\ntenants = \"all\"\n[expect.{name}.tables.note]\n{ops}\n")
    };
    let head = CONFIG
        .split("[expect")
        .next()
        .expect("a head")
        .replace("seed.sql", "s.db");
    let scopes = [
        expect("1", "update = 4"),
        expect("2", "insert = 4"),
        expect("3", "delete = 1\nupdate = 2"),
    ];
    playground.write(
        "harness.toml",
        format!(
            "{head}[migrations]\ndir = \"migrations\"\n{}",
            scopes.concat()
        ),
    );
    playground.write("migrations/1.sql", "UPDATE note SET body = body || '!';\n");
    playground.write(
        "migrations/2.sql",
        "INSERT INTO note SELECT org, id + 10, body FROM note;\n",
    );
    playground.write(
        "migrations/3.sql",
        "DELETE FROM note WHERE id = 11 AND org = 1;\nUPDATE \
        note SET body = 'last' WHERE id = 12;\n",
    );
}

/// A database with half of its rows in a WAL beside it that nobody has written back.
fn with_wal(playground: &Playground) {
    let conn = Connection::open(playground.at("live.db")).expect("opens");
    let schema = "PRAGMA journal_mode = WAL; CREATE TABLE note(org INTEGER NOT NULL, id INTEGER NOT NULL, body TEXT, PRIMARY KEY(org, id));
        INSERT INTO note VALUES (1, 1, 'a'), (1, 2, 'b'); PRAGMA wal_checkpoint(TRUNCATE); INSERT INTO note VALUES (2, 1, 'c'), (2, 2, 'd');";
    conn.execute_batch(schema).expect("runs");
    for suffix in ["", "-wal"] {
        fs::copy(
            playground.at(&format!("live.db{suffix}")),
            playground.at(&format!("s.db{suffix}")),
        )
        .expect("copies");
    }
    drop(conn);
    for suffix in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(playground.at(&format!("live.db{suffix}")));
    }
}

fn rows(path: &Path) -> Vec<(i64, i64, String)> {
    let conn = Connection::open(path).expect("opens");
    let mut statement = conn
        .prepare("SELECT org, id, body FROM note ORDER BY 1, 2")
        .expect("prepares");
    let rows = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .expect("runs");
    rows.collect::<rusqlite::Result<_>>().expect("reads")
}

/// What a report says of the migrations, but for findings and times.
fn but_findings(path: &Path) -> Vec<[Value; 5]> {
    let report: Value = serde_json::from_slice(&fs::read(path).expect("a report")).expect("JSON");
    let mut migrations = report["migrations"].as_array().expect("migrations").clone();
    for statement in migrations
        .iter_mut()
        .flat_map(|m| m["statements"].as_array_mut().expect("statements"))
    {
        statement["elapsed_ms"] = Value::Null;
    }
    migrations
        .iter()
        .map(|m| ["outcome", "statements", "changes", "schema", "error"].map(|key| m[key].clone()))
        .collect()
}

#[test]
fn what_is_kept_and_reported_is_the_same_with_it() {
    let playground = Playground::new();
    with_wal(&playground);
    series(&playground);
    let before: Vec<Vec<u8>> = ["s.db", "s.db-wal"]
        .map(|name| fs::read(playground.at(name)).expect("reads"))
        .into();
    let listing = playground.listing();
    let plain = accepted(
        playground.path(),
        &[
            "check",
            "--keep-clone",
            "plain.db",
            "--report",
            "json=plain.json",
        ],
    );
    let deep = accepted(
        playground.path(),
        &[
            "check",
            "--deep",
            "--keep-clone",
            "deep.db",
            "--report",
            "json=deep.json",
        ],
    );
    assert_eq!(
        rows(&playground.at("plain.db")),
        rows(&playground.at("deep.db"))
    );
    assert_eq!(rows(&playground.at("deep.db")).len(), 7);
    assert_eq!(
        but_findings(&playground.at("plain.json")),
        but_findings(&playground.at("deep.json"))
    );
    for said in [
        "a second run leaves 4 rows of `note` updated",
        "a second run fails at statement 1: UNIQUE constraint failed",
        "confirmed: stopping before statement 2 leaves 1 row of `note` deleted",
    ] {
        assert!(
            deep.stdout.contains(said) && !plain.stdout.contains(said),
            "{said} in\n{}",
            deep.stdout
        );
    }
    let after: Vec<Vec<u8>> = ["s.db", "s.db-wal"]
        .map(|name| fs::read(playground.at(name)).expect("reads"))
        .into();
    assert_eq!(before, after, "the snapshot is as it was");
    let kept = ["plain.db", "deep.db", "plain.json", "deep.json"];
    assert_eq!(
        playground
            .listing()
            .into_iter()
            .filter(|name| !kept.contains(&name.as_str()))
            .collect::<Vec<_>>(),
        listing
    );
}

/// Runs with a `max_age` of seven days on `seed.sql`, written to so long ago.
fn aged(playground: &Playground, days: u64) -> String {
    playground.write(
        "harness.toml",
        CONFIG.replace(
            "path = \"seed.sql\"",
            "path = \"seed.sql\"\nmax_age = \"7 days\"",
        ),
    );
    let seed = File::options()
        .write(true)
        .open(playground.at("seed.sql"))
        .expect("opens");
    seed.set_modified(SystemTime::now() - Duration::from_secs(days * 86_400))
        .expect("sets the time");
    accepted(playground.path(), &["check", "ok.sql"]).stdout
}

#[test]
fn the_time_of_a_file_makes_it_old_and_never_young() {
    let playground = Playground::new();
    let old = aged(&playground, 9);
    assert!(
        old.contains("warning[stale-snapshot]")
            && old.contains("the snapshot's file was written to last 9 days ago"),
        "{old}"
    );
    let young = aged(&playground, 1);
    assert!(
        young.contains("note[stale-snapshot]") && young.contains("cannot be told"),
        "{young}"
    );
}

#[test]
fn a_manifest_tells_the_age() {
    let playground = Playground::new();
    aged(&playground, 1);
    let manifest = |at: &str| {
        let args = [
            "snapshot",
            "inspect",
            "seed.sql",
            "--write-manifest",
            "--taken-at",
            at,
        ];
        let run = crate::support::harness(playground.path(), &args);
        assert!(run.code < 2, "{}", run.stderr);
        accepted(playground.path(), &["check", "ok.sql"]).stdout
    };
    let old = manifest("2025-01-01T00:00:00Z");
    assert!(
        old.contains("warning[stale-snapshot]") && old.contains("as its manifest says"),
        "{old}"
    );
    let now = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
    let young = manifest(&now);
    assert!(!young.contains("stale-snapshot"), "{young}");
}

#[test]
fn a_file_that_is_older_than_its_name_says_is_no_younger_for_it() {
    let playground = Playground::new();
    let now = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
    let name = format!(
        "prod-{}.sql",
        now.trim_end_matches('Z')
            .replace(['-', ':'], "")
            .replace('T', "-")
    );
    playground.write(
        "harness.toml",
        CONFIG.replace(
            "path = \"seed.sql\"",
            &format!("path = \"{name}\"\nmax_age = \"7 days\""),
        ),
    );
    fs::copy(playground.at("seed.sql"), playground.at(&name)).expect("copies");
    let written = |days: u64| {
        let file = File::options()
            .write(true)
            .open(playground.at(&name))
            .expect("opens");
        file.set_modified(SystemTime::now() - Duration::from_secs(days * 86_400))
            .expect("sets the time");
        accepted(playground.path(), &["check", "ok.sql"]).stdout
    };
    let old = written(9);
    let says = "the snapshot's file was written to last 9 days ago, before the time at which \
        its file name says it was taken";
    assert!(
        old.contains("warning[stale-snapshot]")
            && old.contains(&format!("FAIL           backup taken: {says}")),
        "{old}"
    );
    let contradicted = written(3);
    assert!(
        !contradicted.contains("stale-snapshot") && contradicted.contains("was written to last at"),
        "{contradicted}"
    );
    let copied = written(0);
    assert!(
        !copied.contains("stale-snapshot")
            && copied.contains("as its file name says, not more than 7 days ago"),
        "{copied}"
    );
}

#[test]
fn a_wrong_age_is_refused() {
    let playground = Playground::new();
    playground.write(
        "harness.toml",
        CONFIG.replace(
            "path = \"seed.sql\"",
            "path = \"seed.sql\"\nmax_age = \"a week\"",
        ),
    );
    crate::support::refused_with(
        playground.path(),
        &["check", "ok.sql"],
        &["harness.toml:3:11: `max_age` is no duration"],
    );
}

#[test]
fn references_that_lead_nowhere_reject_in_a_database_that_had_some() {
    let playground = Playground::new();
    let schema = "CREATE TABLE remark(org INTEGER, note INTEGER, FOREIGN KEY(org, note) REFERENCES note(org, id));
        INSERT INTO remark VALUES (1, 1), (2, 77);";
    playground.write("seed.sql", format!("{}{schema}", crate::support::SEED));
    playground.write(
        "ok.sql",
        "UPDATE note SET id = 5 WHERE org = 1 AND id = 1;\n",
    );
    for args in [&["check", "ok.sql"][..], &["check", "--deep", "ok.sql"]] {
        rejected_with(
            playground.path(),
            args,
            &["1 row of `remark` (org, note) refers to rows of `note` that are not there: (1, 1)"],
        );
    }
}
