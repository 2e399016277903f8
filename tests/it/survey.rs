//! `harness survey`: whatever stands in a folder, each file and each statement of it is accounted
//! for.

use crate::support::{Playground, Run, harness, refused_with};
use serde_json::Value as Json;
use std::fs;
use std::process::Command;

/// A folder `db` with these files, next to a snapshot.
fn folder(files: &[(&str, &[u8])]) -> Playground {
    let playground = Playground::new();
    for (name, content) in files {
        playground.write(&format!("db/{name}"), content);
    }
    playground
}

/// A survey of `db` that leaves every file as it was, and ends with this exit code.
fn survey(playground: &Playground, code: i32, args: &[&str]) -> Run {
    let before = (
        playground.listing(),
        fs::read(playground.at("seed.sql")).expect("the seed"),
    );
    let run = harness(
        playground.path(),
        &[&["survey", "--foreign-keys", "off", "db"], args].concat(),
    );
    assert_eq!(
        (run.code, run.stderr.as_str()),
        (code, ""),
        "{}",
        run.stdout
    );
    assert_eq!(
        (
            playground.listing(),
            fs::read(playground.at("seed.sql")).expect("the seed")
        ),
        before,
        "nothing is written"
    );
    run
}

fn json(playground: &Playground, code: i32, args: &[&str]) -> Json {
    let run = survey(playground, code, &[&["--format", "json"], args].concat());
    serde_json::from_str(&run.stdout).expect("JSON")
}

/// Everything below the two lines about snapshot and engine.
fn body(run: &Run) -> &str {
    run.stdout
        .split_once("\n\n")
        .expect("the setting stands apart")
        .1
}

const GOOD: &[u8] = b"CREATE TABLE note(id INTEGER PRIMARY KEY, body TEXT);\nINSERT INTO note VALUES (1, 'a'), (2, 'b');\n\
    UPDATE note SET body = 'x' WHERE id = 1;\nDELETE FROM note WHERE id = 3;\n";

#[test]
fn a_history_that_runs_through_is_clean() {
    let playground = folder(&[
        ("1.sql", GOOD),
        ("2.sql", b"UPDATE note SET body = upper(body);"),
        ("readme.md", b"no SQL"),
    ]);
    let run = survey(&playground, 0, &[]);
    assert!(
        run.stdout
            .starts_with("snapshot  none: from an empty database\nengine    SQLite "),
        "{}",
        run.stdout
    );
    assert_eq!(
        body(&run),
        "ok       db/1.sql  4 statements, 4 parsed, 2 of 2 previewed, 4 ran\nok       db/2.sql  \
        1 statement, 1 parsed, 1 of 1 previewed, 1 ran\n\n2 files: 2 ok, 0 with trouble, 0 not \
        read\n5 statements, 5 parsed, 3 of 3 previewed, 5 ran\n"
    );
}

#[test]
fn what_fails_is_listed_by_file_and_line_and_the_rest_goes_on() {
    let bad = b"UPDATE note SET body = 'y';\n\nUPDAET note;\nDELETE FROM nowhere;\nATTACH 'stolen.db' AS x;\nUPDATE note SET body = :b;\n";
    let playground = folder(&[
        ("1.sql", GOOD),
        ("2.sql", bad),
        ("3.sql", b"BEGIN;\nDELETE FROM note;\n"),
        ("4.sql", b"DELETE FROM note;\n"),
    ]);
    let run = survey(&playground, 1, &[]);
    assert_eq!(
        body(&run),
        "ok       db/1.sql  4 statements, 4 parsed, 2 of 2 previewed, 4 ran\ntrouble  db/2.sql  \
        5 statements, 4 parsed, 2 of 3 previewed, 1 ran\n         db/2.sql:3 updaet not \
        parsed: near \"UPDAET\": syntax error (line 1, column 1 of the statement)\n         \
        db/2.sql:3 updaet failed: near \"UPDAET\": syntax error\n         db/2.sql:4 delete no \
        preview: no table `nowhere`\n         db/2.sql:4 delete failed: no such table: \
        nowhere\n         db/2.sql:5 attach refused, as it would reach outside the clone or \
        behind its journal: not authorized\n         db/2.sql:6 update unbound parameter :b: \
        it ran with NULL in its place\ntrouble  db/3.sql  2 statements, 2 parsed, 1 of 1 \
        previewed, 2 ran\n         db/3.sql: ends inside a transaction: closing the connection \
        rolls all of it back\nok       db/4.sql  1 statement, 1 parsed, 1 of 1 previewed, 1 \
        ran\n\n4 files: 2 ok, 2 with trouble, 0 not read\n12 statements, 11 parsed, 6 of 7 \
        previewed, 8 ran\n"
    );
    let rows = &json(&playground, 1, &[])["files"][3]["statements"][0]["preview"]["rows"];
    assert_eq!(*rows, 2, "the third file's deletion was rolled back");
}

#[test]
fn what_is_no_migration_is_listed_with_its_reason() {
    let playground = folder(&[
        ("1.sql", GOOD),
        (
            "2_goose.sql",
            b"SELECT 1;\n-- +goose Down\nDELETE FROM note;\n",
        ),
        ("3_latin.sql", b"SELECT 'caf\xe9';"),
        ("4_nul.sql", b"SELECT 1;\0"),
        ("5_empty.sql", b""),
        ("6_comment.sql", b"-- nothing yet\n"),
        ("7.down.sql", b"DELETE FROM note;"),
        ("8_folder.sql/inner.sql", b"DELETE FROM note;"),
        ("9.SQL", b"UPDATE note SET body = 'z';"),
    ]);
    assert_eq!(
        body(&survey(&playground, 1, &[])),
        "ok       db/1.sql          4 statements, 4 parsed, 2 of 2 previewed, 4 ran\nnot read \
        db/2_goose.sql    line 2: a section of goose's up/down format\nnot read db/3_latin.sql    \
        is not UTF-8 at byte 11\nnot read db/4_nul.sql      holds a NUL byte at byte 9: SQLite \
        would stop reading there\nok       db/5_empty.sql    0 statements, 0 parsed, 0 of 0 previewed, 0 \
        ran\nok       db/6_comment.sql  0 statements, 0 parsed, 0 of 0 previewed, 0 ran\nnot \
        read db/7.down.sql     line 1: its name ends in `down.sql`: it undoes a migration\nnot \
        read db/8_folder.sql   is a folder\nok       db/9.SQL          1 statement, 1 parsed, 1 of \
        1 previewed, 1 ran\n\n9 files: 4 ok, 0 with trouble, 5 not read\n5 statements, 5 parsed, 3 of 3 previewed, 5 ran\n"
    );
}

#[test]
fn sub_folders_are_taken_in_the_order_of_their_paths() {
    let playground = folder(&[
        ("2_add/up.sql", b"INSERT INTO note VALUES (3, 'c');"),
        ("2_add/down.sql", b"DROP TABLE note;"),
        ("1_init/migration.sql", GOOD),
        ("3.sql", b"DELETE FROM note WHERE id = 3;"),
    ]);
    let run = survey(&playground, 1, &["--recursive"]);
    let paths: Vec<&str> = body(&run)
        .lines()
        .take(4)
        .map(|line| line[9..].split("  ").next().expect("a path"))
        .collect();
    assert_eq!(
        paths,
        [
            "db/1_init/migration.sql",
            "db/2_add/down.sql",
            "db/2_add/up.sql",
            "db/3.sql"
        ]
        .map(|p| format!("{p:23}").trim_end().to_owned())
    );
    assert!(
        run.stdout.contains("not read db/2_add/down.sql "),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout
            .contains("4 files: 3 ok, 0 with trouble, 1 not read"),
        "{}",
        run.stdout
    );
}

#[cfg(unix)]
#[test]
fn links_and_pipes_are_listed_and_do_not_hold_it_up() {
    let playground = folder(&[("1.sql", GOOD)]);
    std::os::unix::fs::symlink(".", playground.at("db/loop")).expect("a link");
    std::os::unix::fs::symlink("nowhere", playground.at("db/gone.sql")).expect("a link");
    assert!(
        Command::new("mkfifo")
            .arg(playground.at("db/pipe.sql"))
            .status()
            .expect("mkfifo runs")
            .success()
    );
    let run = survey(&playground, 1, &["--recursive"]);
    for line in [
        "db/gone.sql  does not exist",
        "db/loop      is a link to a folder, and not followed",
        "db/pipe.sql  is not a regular file",
    ] {
        assert!(run.stdout.contains(line), "{line} in\n{}", run.stdout);
    }
}

#[cfg(unix)]
#[test]
fn hostile_names_and_messages_reach_the_terminal_as_escapes() {
    use std::os::unix::ffi::OsStrExt as _;
    let playground = folder(&[(
        "1\u{1b}[2J\n\u{202e}'; DROP TABLE note; --.sql",
        b"SELECT * FROM \"\x1b[31mno\n\";",
    )]);
    let not_utf8 = playground
        .at("db")
        .join(std::ffi::OsStr::from_bytes(b"2\xff.sql"));
    fs::write(not_utf8, "SELECT 1;").expect("a file");
    let run = survey(&playground, 1, &[]);
    assert!(
        run.stdout.contains(
            "db/1\\u{1b}[2J\\n\\u{202e}'; DROP TABLE note; --.sql:1 select \
            failed: no such table: \\u{1b}[31mno\\n\n"
        ),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.contains("ok       db/2\u{fffd}.sql"),
        "{}",
        run.stdout
    );
    assert!(
        !run.stdout.contains(['\u{1b}', '\u{202e}']),
        "{}",
        run.stdout
    );
}

#[test]
fn json_holds_every_statement() {
    let playground = folder(&[
        ("1.sql", GOOD),
        (
            "2.sql",
            b"VACUUM INTO 'stolen.db';\nCREATE TEMP TABLE t(a);\nUPDATE t SET a = 1;\nBEGIN",
        ),
        ("3.sql", b"\0"),
    ]);
    let survey = json(&playground, 1, &[]);
    assert_eq!(survey["format"], "harness-survey");
    assert_eq!(
        (&survey["version"], &survey["clean"], &survey["snapshot"]),
        (&1.into(), &false.into(), &Json::Null)
    );
    assert_eq!(survey["engine"]["foreign_keys"], false);
    assert_eq!(
        survey["totals"],
        serde_json::json!({"statements": 8, "parsed": 8, "previewable": 2, "previewed": 2, "ran": 7})
    );
    let stages = |file: usize| -> Vec<[&str; 3]> {
        let statements = survey["files"][file]["statements"]
            .as_array()
            .expect("statements");
        statements
            .iter()
            .map(|s| ["kind", "previewed", "ran"].map(|key| s[key].as_str().expect("a word")))
            .collect()
    };
    let na = "not-applicable";
    assert_eq!(
        stages(0),
        [
            ["create-table", na, "yes"],
            ["insert", na, "yes"],
            ["update", "yes", "yes"],
            ["delete", "yes", "yes"]
        ]
    );
    assert_eq!(
        stages(1),
        [
            ["vacuum", na, "refused"],
            ["create-table", na, "yes"],
            ["update", na, "yes"],
            ["begin", na, "yes"]
        ]
    );
    assert_eq!(survey["files"][0]["statements"][2]["preview"]["rows"], 1);
    assert_eq!(
        survey["files"][1]["statements"][2]["previewed_reason"],
        "its target is a temporary table"
    );
    assert_eq!(
        (
            &survey["files"][1]["left_open"],
            &survey["files"][1]["clean"]
        ),
        (&true.into(), &false.into())
    );
    assert_eq!(
        (&survey["files"][2]["read"], &survey["files"][2]["reason"]),
        (
            &false.into(),
            &"holds a NUL byte at byte 0: SQLite would stop reading there".into()
        )
    );
    assert_eq!(
        (&survey["files"][0]["path"], &survey["files"][0]["clean"]),
        (&"db/1.sql".into(), &true.into())
    );
}

#[test]
fn a_snapshot_is_the_start_and_stays_as_it_is() {
    let playground = folder(&[(
        "1.sql",
        b"DELETE FROM note WHERE org = 1;\nPRAGMA journal_mode = WAL;\nCREATE TABLE other(a);",
    )]);
    let database = playground.database(
        "prod.db",
        &fs::read_to_string(playground.at("seed.sql")).expect("the seed"),
    );
    let before = fs::read(&database).expect("the snapshot");
    let survey = json(&playground, 0, &["--snapshot", "prod.db"]);
    assert_eq!(
        (
            &survey["snapshot"]["source"],
            &survey["files"][0]["statements"][0]["preview"]["rows"]
        ),
        (&"prod.db".into(), &2.into())
    );
    assert_eq!(fs::read(&database).expect("the snapshot"), before);
}

#[test]
fn a_column_without_a_name_keys_no_tenant() {
    let playground = folder(&[("1.sql", b"CREATE TABLE t(\"\" INTEGER, a TEXT);\nINSERT INTO t VALUES (1, 'a');\nUPDATE t SET a = 'b';")]);
    survey(&playground, 0, &[]);
}

#[test]
fn foreign_keys_are_as_the_word_says() {
    let playground =
        folder(&[("1.sql", b"CREATE TABLE a(id INTEGER PRIMARY KEY);\nCREATE TABLE b(a REFERENCES a);\nINSERT INTO b VALUES (1);")]);
    survey(&playground, 0, &[]);
    let run = harness(playground.path(), &["survey", "--foreign-keys", "on", "db"]);
    assert!(
        run.code == 1
            && run
                .stdout
                .contains("db/1.sql:3 insert failed: FOREIGN KEY constraint failed"),
        "{}",
        run.stdout
    );
    refused_with(
        playground.path(),
        &["survey", "db"],
        &["--foreign-keys <WORD>"],
    );
    refused_with(
        playground.path(),
        &["survey", "db", "--foreign-keys", "maybe"],
        &["possible values: on, off"],
    );
}

#[test]
fn a_virtual_table_that_the_file_damages_is_the_files_failure() {
    let damage = b"CREATE VIRTUAL TABLE f USING fts5(a);\nINSERT INTO f VALUES ('x');\nDELETE FROM f_data;\n\
        INSERT INTO f(f) VALUES ('integrity-check');\nSELECT 1;\n";
    let playground = folder(&[("1.sql", damage), ("2.sql", GOOD)]);
    let run = survey(&playground, 1, &[]);
    for line in [
        "db/1.sql:4 insert failed: fts5: corruption found",
        "5 statements, 5 parsed, 1 of 1 previewed, 4 ran",
    ] {
        assert!(run.stdout.contains(line), "{line} in\n{}", run.stdout);
    }
    assert!(run.stdout.contains("ok       db/2.sql"), "{}", run.stdout);
}

#[test]
fn what_cannot_be_surveyed_at_all_is_one_sentence() {
    let playground = folder(&[("deeper/1.sql", GOOD)]);
    let refuses = |args: &[&str], words: &[&str]| {
        refused_with(
            playground.path(),
            &[&["survey", "--foreign-keys", "on"], args].concat(),
            words,
        );
    };
    refuses(&["nowhere"], &["migration nowhere", "does not exist"]);
    refuses(&["seed.sql"], &["migration seed.sql", "cannot be read"]);
    refuses(
        &["db"],
        &["no migration found: db holds no .sql file", "--recursive"],
    );
    refuses(
        &["--recursive", "db", "--snapshot", "gone.db"],
        &["snapshot gone.db", "does not exist"],
    );
    refuses(
        &["--recursive", "db", "--snapshot", "harness.toml"],
        &["snapshot harness.toml:1"],
    );
}
