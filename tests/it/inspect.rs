//! `harness snapshot inspect` where no case folder can hold it: no configuration, databases with
//! their neighbours, manifests.

use crate::support::{Playground, Run, SEED, accepted, harness, refused_with};
use rusqlite::Connection;
use serde_json::Value as Json;
use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, SystemTime};

/// An inspection that ends with this exit code and leaves all files as they were.
fn inspect(playground: &Playground, code: i32, args: &[&str]) -> Run {
    let before = contents(playground);
    let run = harness(
        playground.path(),
        &[&["snapshot", "inspect"], args].concat(),
    );
    assert_eq!(
        (run.code, run.stderr.as_str()),
        (code, ""),
        "{}",
        run.stdout
    );
    assert_eq!(contents(playground), before, "nothing is written");
    run
}

fn contents(playground: &Playground) -> Vec<(String, Vec<u8>)> {
    playground
        .listing()
        .into_iter()
        .map(|name| {
            (
                name.clone(),
                fs::read(playground.at(&name)).unwrap_or_default(),
            )
        })
        .collect()
}

fn json(playground: &Playground, code: i32, args: &[&str]) -> Json {
    let run = inspect(playground, code, &[&["--format", "json"], args].concat());
    serde_json::from_str(&run.stdout).expect("JSON")
}

/// Mark and sentence of a fact.
fn fact<'a>(inspection: &'a Json, name: &str) -> (&'a str, &'a str) {
    let facts = inspection["facts"].as_array().expect("facts");
    let fact = facts
        .iter()
        .find(|fact| fact["name"] == name)
        .expect("a fact of that name");
    (
        fact["mark"].as_str().expect("a mark"),
        fact["sentence"].as_str().expect("a sentence"),
    )
}

fn date(path: &Path, time: SystemTime) {
    File::options()
        .append(true)
        .open(path)
        .expect("opens")
        .set_modified(time)
        .expect("a time");
}

/// Lets a file have been written to an hour ago.
fn age(path: &Path) {
    date(path, SystemTime::now() - Duration::from_secs(3600));
}

/// Runs `sql` on the database, which keeps its time.
fn alter(playground: &Playground, sql: &str) {
    let time = fs::metadata(playground.at("s.db"))
        .expect("a file")
        .modified()
        .expect("a time");
    Connection::open(playground.at("s.db"))
        .expect("opens")
        .execute_batch(sql)
        .expect("runs");
    date(&playground.at("s.db"), time);
}

/// A folder with a database of two tenants that was written to an hour ago, and a configuration for
/// it.
fn settled() -> Playground {
    let playground = Playground::new();
    age(&playground.database("s.db", SEED));
    playground
}

fn write_manifest(playground: &Playground) -> Json {
    accepted(
        playground.path(),
        &["snapshot", "inspect", "s.db", "--write-manifest"],
    );
    serde_json::from_slice(&fs::read(playground.at("s.db.manifest.json")).expect("a manifest"))
        .expect("JSON")
}

/// The hash that a check reports, and where it has it from.
fn checked(playground: &Playground) -> (String, String) {
    let run = accepted(
        playground.path(),
        &["check", "--snapshot", "s.db", "--format", "json", "ok.sql"],
    );
    let report: Json = serde_json::from_str(&run.stdout).expect("JSON");
    let word = |key: &str| report["snapshot"][key].as_str().expect("a word").to_owned();
    (word("blake3"), word("blake3_from"))
}

const FAKE: &str = "00000000000000000000000000000000000000000000000000000000000fa6e0";

/// The same manifest with a hash that the bytes do not have, so that it shows where the hash is
/// taken from.
fn forge(playground: &Playground, manifest: &Json) {
    let mut forged = manifest.clone();
    forged["blake3"] = FAKE.into();
    playground.write("s.db.manifest.json", forged.to_string());
}

#[test]
fn without_a_configuration_nobody_says_whose_the_rows_are_and_columns_are_proposed() {
    let playground = Playground::new();
    fs::remove_file(playground.at("harness.toml")).expect("removed");
    playground.database(
        "s.db",
        &format!(
            "{SEED} CREATE TABLE tag(org INTEGER REFERENCES note(org), id INTEGER PRIMARY KEY);"
        ),
    );
    let found = json(&playground, 1, &["s.db"]);
    assert_eq!(
        (&found["fit"], &found["tenancy"], &found["tenant_count"]),
        (&false.into(), &Json::Null, &Json::Null)
    );
    assert_eq!(fact(&found, "tenancy").0, "not ok");
    assert_eq!(fact(&found, "two tenants").0, "not evaluated");
    assert_eq!(
        found["proposals"],
        serde_json::json!([{ "column": "org", "tables": 2, "keyed": 1, "refers": 1 }])
    );
    let text = inspect(&playground, 1, &["s.db"]).stdout;
    assert!(
        text.contains("→ to try one: --tenant-column org\n"),
        "{text}"
    );
    let tried = json(&playground, 0, &["s.db", "--tenant-column", "ORG"]);
    assert_eq!(
        (
            &tried["tenant_count"],
            &tried["tenancy"]["by"],
            &tried["proposals"]
        ),
        (&2.into(), &"--tenant-column".into(), &Json::Array(vec![]))
    );
    let wrong = json(&playground, 1, &["s.db", "--tenant-column", "nobody"]);
    assert_eq!(
        fact(&wrong, "tenancy"),
        (
            "not ok",
            "by what --tenant-column declares, no table has rows of a tenant: no table has the \
            column `nobody`"
        )
    );
}

#[test]
fn what_cannot_be_inspected_at_all_is_one_sentence() {
    let playground = Playground::new();
    let refuses = |args: &[&str], words: &[&str]| {
        drop(refused_with(
            playground.path(),
            &[&["snapshot", "inspect"], args].concat(),
            words,
        ));
    };
    refuses(&["nowhere.db"], &["snapshot nowhere.db: does not exist"]);
    refuses(&["ok.sql"], &["snapshot ok.sql:1"]);
    refuses(&["--config", "nowhere.toml"], &["nowhere.toml"]);
    refuses(&["--tenant-column", ""], &["--tenant-column is empty"]);
    refuses(
        &["--taken-at", "2025-11-16T10:04:16Z"],
        &["--write-manifest"],
    );
    refuses(
        &["--write-manifest", "--taken-at", "yesterday"],
        &["`yesterday` is no time"],
    );
    playground.write("harness.toml", "[tenant]\ncolumn = 1\n");
    refuses(&["seed.sql"], &["harness.toml:2"]);
    inspect(&playground, 0, &["seed.sql", "--tenant-column", "org"]);
    fs::remove_file(playground.at("harness.toml")).expect("removed");
    refuses(&[], &["no snapshot: name one"]);
}

#[test]
fn a_wal_beside_it_is_told_and_read() {
    let playground = Playground::new();
    let source = playground.database("live.db", &format!("PRAGMA journal_mode = WAL; {SEED}"));
    let live = Connection::open(&source).expect("opens");
    live.execute_batch(
        "PRAGMA wal_autocheckpoint = 0; INSERT INTO note VALUES (3, 1, 'in the \
        wal'); PRAGMA user_version = 7;",
    )
    .expect("runs");
    for suffix in ["", "-wal"] {
        fs::copy(
            format!("{}{suffix}", source.display()),
            playground.at(&format!("s.db{suffix}")),
        )
        .expect("copied");
    }
    drop(live);
    let found = json(&playground, 0, &["s.db"]);
    let wal = fs::metadata(playground.at("s.db-wal"))
        .expect("a file")
        .len();
    assert_eq!(
        found["snapshot"]["beside"],
        serde_json::json!([{ "suffix": "-wal", "bytes": wal }])
    );
    assert_eq!(
        (
            &found["snapshot"]["form"],
            &found["snapshot"]["header"]["journal"]
        ),
        (&"SQLite database".into(), &"wal".into())
    );
    assert_eq!(
        found["snapshot"]["header"]["written_by"],
        rusqlite::version()
    );
    assert_eq!(
        (&found["tenant_count"], &found["database"]["user_version"]),
        (&3.into(), &7.into()),
        "what only the WAL holds"
    );
    let text = inspect(&playground, 0, &["s.db"]).stdout;
    assert!(
        text.contains(&format!("with a -wal of {wal} bytes beside it\n")),
        "{text}"
    );
}

#[test]
fn what_this_engine_lacks_leaves_the_integrity_open() {
    let playground = Playground::new();
    let path = playground.database(
        "s.db",
        &format!("{SEED} CREATE TABLE odd(org INTEGER, a TEXT PRIMARY KEY);"),
    );
    let conn = Connection::open(&path).expect("opens");
    conn.execute_batch(
        "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'a TEXT', 'a \
        TEXT COLLATE zz') WHERE name = 'odd'",
    )
    .expect("edits");
    conn.close().expect("closes");
    let deep = json(&playground, 1, &["s.db", "--deep"]);
    let (mark, sentence) = fact(&deep, "integrity");
    assert_eq!(mark, "not evaluated", "{sentence}");
    assert!(sentence.contains("zz"), "{sentence}");
}

#[test]
fn damage_that_only_reading_all_of_it_shows_is_found_by_deep() {
    let playground = Playground::new();
    let rows = "WITH RECURSIVE n(i) AS (SELECT 3 UNION ALL SELECT i + 1 FROM n WHERE i < 900) \
        INSERT INTO note SELECT 1, i, hex(zeroblob(40)) FROM n;";
    let path = playground.database(
        "s.db",
        &format!(
            "PRAGMA page_size = 512; {SEED} CREATE TABLE pad(a); INSERT INTO pad VALUES \
            (zeroblob(4100)), (zeroblob(4100)); {rows}"
        ),
    );
    // A page of the second blob's chain: neither the first look at each table nor a count reads it.
    let mut bytes = fs::read(&path).expect("a file");
    let root: usize = {
        let conn = Connection::open(&path).expect("opens");
        conn.query_row(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'pad'",
            [],
            |row| row.get::<_, u16>(0),
        )
        .expect("a page")
        .into()
    };
    let leaf = &bytes[(root - 1) * 512..root * 512];
    let cell = usize::from(u16::from_be_bytes([leaf[10], leaf[11]]));
    // The first row's cell stands behind it, at the end of the page; each ends with the number of
    // its next page.
    let end = usize::from(u16::from_be_bytes([leaf[8], leaf[9]]));
    assert!(cell < end, "cells grow downwards");
    let next = u32::from_be_bytes(leaf[end - 4..end].try_into().expect("4 bytes"));
    let at = (next as usize - 1) * 512;
    bytes[at..at + 4].copy_from_slice(&9_999_u32.to_be_bytes());
    fs::write(&path, bytes).expect("written");
    assert_eq!(
        fact(&json(&playground, 0, &["s.db"]), "integrity").0,
        "not evaluated"
    );
    let deep = json(&playground, 1, &["s.db", "--deep"]);
    assert_eq!(
        fact(&deep, "integrity").0,
        "not ok",
        "{}",
        fact(&deep, "integrity").1
    );
}

#[test]
fn a_manifest_spares_hashing_while_the_files_are_what_it_says() {
    let playground = settled();
    let (hash, from) = checked(&playground);
    assert_eq!(from, "file");
    let manifest = write_manifest(&playground);
    assert_eq!(
        (&manifest["blake3"], &manifest["files"][0]["suffix"]),
        (&hash.clone().into(), &"".into())
    );
    assert_eq!(checked(&playground), (hash.clone(), "manifest".to_owned()));
    forge(&playground, &manifest);
    assert_eq!(
        checked(&playground),
        (FAKE.to_owned(), "manifest".to_owned()),
        "it is believed"
    );
    assert_eq!(json(&playground, 0, &["s.db"])["snapshot"]["blake3"], FAKE);
    assert_eq!(
        write_manifest(&playground),
        manifest,
        "it is made anew from the bytes, whatever it said"
    );
}

type Disturbance = fn(&Playground);

#[test]
fn a_manifest_of_other_files_is_not_believed() {
    let disturbances: [(&str, Disturbance); 4] = [
        ("another time", |p| date(&p.at("s.db"), SystemTime::now())),
        ("another size", |p| alter(p, "CREATE TABLE more(a)")),
        ("another change counter", |p| {
            alter(p, "UPDATE note SET body = 'z' WHERE org = 2");
        }),
        ("a journal beside it", |p| p.write("s.db-journal", "")),
    ];
    for (what, disturb) in disturbances {
        let playground = settled();
        let manifest = write_manifest(&playground);
        forge(&playground, &manifest);
        assert_eq!(checked(&playground).0, FAKE, "{what}: believed before");
        disturb(&playground);
        let (hash, from) = checked(&playground);
        assert_eq!(from, "file", "{what}");
        assert_ne!(hash, FAKE, "{what}");
    }
}

#[test]
fn what_stands_in_the_place_of_a_manifest_and_is_none_is_an_error_and_stays() {
    let playground = settled();
    let good = write_manifest(&playground).to_string();
    let long = format!("{good}{}", " ".repeat(20_000));
    for text in [
        "",
        "{}",
        "[1]",
        "notes of mine",
        &good[..good.len() - 1],
        &good.replace("\"version\":1", "\"version\":2"),
        &long,
    ] {
        playground.write("s.db.manifest.json", text);
        for args in [
            &["check", "--snapshot", "s.db", "--format", "json", "ok.sql"][..],
            &["snapshot", "inspect", "s.db"],
            &["snapshot", "inspect", "s.db", "--write-manifest"],
        ] {
            refused_with(
                playground.path(),
                args,
                &["manifest ", "s.db.manifest.json: "],
            );
        }
        assert_eq!(
            fs::read(playground.at("s.db.manifest.json")).expect("a file"),
            text.as_bytes(),
            "it is not overwritten"
        );
        // A report that names no hash has no use for a manifest.
        accepted(
            playground.path(),
            &["check", "--snapshot", "s.db", "ok.sql"],
        );
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_in_the_place_of_a_manifest_does_not_hold_it_up() {
    let playground = settled();
    assert!(
        std::process::Command::new("mkfifo")
            .arg(playground.at("s.db.manifest.json"))
            .status()
            .expect("mkfifo runs")
            .success()
    );
    refused_with(
        playground.path(),
        &["snapshot", "inspect", "s.db", "--write-manifest"],
        &["s.db.manifest.json: is not a regular file"],
    );
}

#[cfg(unix)]
#[test]
fn a_manifest_stands_beside_what_a_link_leads_to() {
    let playground = settled();
    std::os::unix::fs::symlink("s.db", playground.at("latest.db")).expect("a link");
    accepted(
        playground.path(),
        &["snapshot", "inspect", "latest.db", "--write-manifest"],
    );
    assert!(
        playground.at("s.db.manifest.json").is_file()
            && !playground.at("latest.db.manifest.json").exists()
    );
    assert_eq!(checked(&playground).1, "manifest");
}

#[test]
fn no_manifest_is_made_of_a_file_that_may_be_written_to_unseen() {
    let playground = Playground::new();
    playground.database("s.db", SEED);
    let ahead = SystemTime::now() + Duration::from_secs(3600);
    date(&playground.at("s.db"), ahead);
    let before = playground.listing();
    refused_with(
        playground.path(),
        &["snapshot", "inspect", "s.db", "--write-manifest"],
        &["s.db.manifest.json", "less than 2 seconds ago"],
    );
    assert_eq!(playground.listing(), before, "and nothing is left behind");
}

#[test]
fn a_manifest_says_when_the_snapshot_was_taken() {
    let playground = settled();
    let taken = |args: &[&str]| {
        let found = json(&playground, 0, &[&["s.db"], args].concat());
        (
            found["snapshot"]["taken_at"].clone(),
            found["snapshot"]["taken_by"].clone(),
        )
    };
    assert_eq!(taken(&[]), (Json::Null, Json::Null));
    let at = "2025-11-16T10:04:16Z";
    accepted(
        playground.path(),
        &[
            "snapshot",
            "inspect",
            "s.db",
            "--write-manifest",
            "--taken-at",
            at,
        ],
    );
    assert_eq!(taken(&[]), (at.into(), "manifest".into()));
    assert_eq!(
        write_manifest(&playground)["taken_at"],
        at,
        "it is kept while the files are the same"
    );
    alter(&playground, "UPDATE note SET body = 'z' WHERE org = 2");
    age(&playground.at("s.db"));
    assert_eq!(
        taken(&[]),
        (Json::Null, Json::Null),
        "of other files it says nothing"
    );
    assert_eq!(write_manifest(&playground)["taken_at"], Json::Null);
}

#[test]
fn a_snapshot_that_cannot_be_hashed_stops_the_check() {
    let playground = settled();
    fs::create_dir(playground.at("s.db.manifest.json")).expect("a folder");
    let args = ["check", "--snapshot", "s.db", "--format", "json", "ok.sql"];
    refused_with(
        playground.path(),
        &args,
        &["s.db.manifest.json: is not a regular file"],
    );
}
