//! Input that nothing can be rehearsed on: one clear sentence naming the thing and the place, exit
//! 2, nothing written.

use crate::support::{CONFIG, Playground, Run, SEED, command, finish, refused_with};
use std::process::{Command, Stdio};

/// Runs `check` on `ok.sql`, which is refused with these words and leaves the folder as it was.
fn refuses(playground: &Playground, args: &[&str], words: &[&str]) {
    let before = playground.listing();
    let args: Vec<&str> = ["check"].into_iter().chain(args.iter().copied()).collect();
    let run = refused_with(playground.path(), &args, words);
    assert_eq!(playground.listing(), before, "nothing is written");
    assert!(run.stderr.lines().count() <= 4, "short\n{}", run.stderr);
}

fn with_config(config: &str, words: &[&str]) {
    let playground = Playground::new();
    playground.write("harness.toml", config);
    refuses(&playground, &["ok.sql"], words);
}

fn with_snapshot(content: impl AsRef<[u8]>, words: &[&str]) {
    let playground = Playground::new();
    playground.write("given", content);
    refuses(&playground, &["--snapshot", "given", "ok.sql"], words);
}

#[test]
fn the_playground_accepts_what_is_right() {
    crate::support::accepted(Playground::new().path(), &["check", "ok.sql"]);
}

#[test]
fn a_snapshot_that_is_missing_or_no_file() {
    let playground = Playground::new();
    refuses(
        &playground,
        &["--snapshot", "nowhere.db", "ok.sql"],
        &["snapshot nowhere.db", "does not exist"],
    );
    refuses(
        &playground,
        &["--snapshot", ".", "ok.sql"],
        &["snapshot .", "is a directory"],
    );
    refuses(
        &playground,
        &["--snapshot", "seed.sql/x", "ok.sql"],
        &["snapshot seed.sql/x", "cannot be read"],
    );
}

#[cfg(unix)]
#[test]
fn a_snapshot_that_is_a_pipe() {
    let playground = Playground::new();
    assert!(
        Command::new("mkfifo")
            .arg(playground.at("pipe"))
            .status()
            .expect("mkfifo runs")
            .success()
    );
    refuses(
        &playground,
        &["--snapshot", "pipe", "ok.sql"],
        &["snapshot pipe", "not a regular file"],
    );
}

#[test]
fn a_snapshot_that_is_no_database() {
    with_snapshot("", &["snapshot given", "is empty"]);
    with_snapshot(
        "Dear reader,\nthis is prose.\n",
        &[
            "snapshot given:1",
            "neither an SQLite database nor an SQL dump",
        ],
    );
    with_snapshot("-- nothing here\n", &["snapshot given", "creates no table"]);
    with_snapshot(
        [0x89, 0x50, 0x4e, 0x47, 0xff, 0xfe, 0, 1].repeat(600),
        &["snapshot given", "encrypted"],
    );
    with_snapshot(b"SQLite form", &["snapshot given", "truncated"]);
}

#[test]
fn a_dump_that_is_broken() {
    with_snapshot(
        format!("{SEED}\nINSERT INTO nowhere VALUES (1);\n"),
        &["snapshot given:4", "no such table: nowhere"],
    );
    with_snapshot(format!("BEGIN;\n{SEED}"), &["snapshot given:", "truncated"]);
    with_snapshot(
        format!("{SEED}ATTACH 'stolen.db' AS x;\n"),
        &["snapshot given:3", "not authorized"],
    );
}

#[test]
fn a_database_that_is_truncated_or_corrupt() {
    let playground = Playground::new();
    let rows = "INSERT INTO note SELECT 3, value, hex(zeroblob(300)) FROM \
        json_each('[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20]');";
    let whole = std::fs::read(playground.database("whole.db", &format!("{SEED}{rows}")))
        .expect("a database");
    playground.write("half.db", &whole[..whole.len() - 4096]);
    refuses(
        &playground,
        &["--snapshot", "half.db", "ok.sql"],
        &["snapshot half.db", "truncated"],
    );
    playground.write("odd.db", &whole[..whole.len() - 100]);
    refuses(
        &playground,
        &["--snapshot", "odd.db", "ok.sql"],
        &["snapshot odd.db", "truncated"],
    );
    let mut schema = whole.clone();
    schema[100..400].fill(0xa5);
    playground.write("schema.db", schema);
    refuses(
        &playground,
        &["--snapshot", "schema.db", "ok.sql"],
        &["snapshot schema.db", "corrupt"],
    );
    let mut root = whole.clone();
    root[4096..8192].fill(0);
    playground.write("root.db", root);
    refuses(
        &playground,
        &["--snapshot", "root.db", "ok.sql"],
        &["snapshot root.db", "corrupt"],
    );
    let mut leaf = whole.clone();
    let last = leaf.len() - 4096;
    leaf[last..].fill(0);
    playground.write("leaf.db", leaf);
    playground.write("all.sql", "DELETE FROM note;");
    refuses(
        &playground,
        &["--snapshot", "leaf.db", "all.sql"],
        &["snapshot leaf.db", "corrupt", "statement 1 at line 1"],
    );
    let mut encrypted = whole;
    encrypted
        .iter_mut()
        .enumerate()
        .for_each(|(at, byte)| *byte ^= u8::try_from(at * 7919 % 251).expect("below 251"));
    playground.write("encrypted.db", encrypted);
    refuses(
        &playground,
        &["--snapshot", "encrypted.db", "ok.sql"],
        &["snapshot encrypted.db", "encrypted"],
    );
}

#[test]
fn a_hostile_name_cannot_write_to_the_terminal() {
    let playground = Playground::new();
    playground.write(
        "evil.sql",
        format!("{SEED}SELECT * FROM \"\u{1b}[2Jgone\u{202e}\";\n"),
    );
    let run = refused_with(
        playground.path(),
        &["check", "--snapshot", "evil.sql", "ok.sql"],
        &["evil.sql:3", "no such table", "\\u{1b}[2Jgone"],
    );
    assert!(!run.stderr.contains(['\u{1b}', '\u{202e}']));
}

#[test]
fn a_remote_snapshot() {
    refuses(
        &Playground::new(),
        &["--snapshot", "libsql://prod.example.io", "ok.sql"],
        &["libsql://prod.example.io", "not supported yet"],
    );
}

#[test]
fn a_configuration_that_is_missing_or_broken() {
    let playground = Playground::new();
    refuses(
        &playground,
        &["--config", "other.toml", "ok.sql"],
        &["other.toml"],
    );
    with_config(&CONFIG.replace("path = ", "path "), &["harness.toml:2:"]);
    with_config(
        &CONFIG.replace("[engine]", "clone = \"thick\"\n[engine]"),
        &["harness.toml:3:9", "\"thick\"", "\"thin\" or \"copy\""],
    );
    with_config(
        &format!("{CONFIG}colunms = [\"body\"]\n"),
        &["harness.toml:13:1", "unknown field `colunms`", "`columns`"],
    );
    with_config(
        &CONFIG.replace("column = \"org\"", "colum = \"org\""),
        &["harness.toml:8:1", "unknown field `colum`"],
    );
    with_config(
        &CONFIG.replace("update = 1", "update = \"some\""),
        &["harness.toml:12:10", "no number of rows"],
    );
    with_config(
        &CONFIG.replace("update = 1", "update = -1"),
        &["harness.toml:12:10"],
    );
    with_config(
        &CONFIG.replace("tenants = [1]", "tenants = \"everyone\""),
        &["harness.toml:10:11", "\"everyone\""],
    );
}

#[test]
fn no_configuration_anywhere() {
    let folder = tempfile::tempdir().expect("a folder");
    refused_with(folder.path(), &["check"], &["no harness.toml"]);
}

#[test]
fn every_missing_engine_setting_is_named_at_once() {
    let config = CONFIG.replace(
        "foreign_keys = false\ntransaction = \"none\"\non_error = \"stop\"\n",
        "",
    );
    with_config(
        &config,
        &[
            "harness.toml:3:",
            "foreign_keys",
            "transaction",
            "on_error",
            "no default",
        ],
    );
    with_config(
        &CONFIG.replace("\"stop\"", "\"halt\""),
        &["harness.toml:6:12", "\"halt\"", "\"continue\""],
    );
}

#[test]
fn entries_for_what_exists_nowhere() {
    with_config(
        &CONFIG.replace("column = \"org\"", "column = \"organisation\""),
        &[
            "harness.toml",
            "[tenant] column",
            "`organisation`",
            "no table has",
        ],
    );
    with_config(
        &format!("{CONFIG}[tenant.tables]\nnote = \"orgg\"\n"),
        &["harness.toml", "`note`", "`orgg`"],
    );
}

#[test]
fn queries_that_fail_or_have_the_wrong_shape() {
    let tenants = |sql: &str| {
        CONFIG.replace(
            "tenants = [1]",
            &format!("tenants = {{ query = \"{sql}\" }}"),
        )
    };
    with_config(
        &tenants("SELECT org FROM nowhere"),
        &[
            "harness.toml: [expect.ok] tenants",
            "no such table: nowhere",
        ],
    );
    with_config(
        &tenants("SELECT org, id FROM note"),
        &["[expect.ok] tenants", "2 columns, not 1"],
    );
    with_config(
        &tenants("DELETE FROM note"),
        &["[expect.ok] tenants", "must be one SELECT"],
    );
    let lookup = |sql: &str| {
        CONFIG.replace(
            "[expect.ok]\n",
            &format!("[tenant.tables]\nnote = {{ lookup = \"{sql}\" }}\n[expect.ok]\n"),
        )
    };
    with_config(
        &lookup("SELECT org FROM nowhere WHERE id = :id"),
        &["tenant lookup of `note`", "no such table: nowhere"],
    );
    with_config(
        &lookup("SELECT org, id FROM note WHERE id = :id"),
        &["tenant lookup of `note`", "one SELECT of one column"],
    );
    with_config(
        &lookup("SELECT org FROM note WHERE id = :idd"),
        &["[tenant.tables] keys `note` by `idd`"],
    );
    with_config(
        &CONFIG.replace(
            "column = \"org\"",
            "column = \"org\"\nlabels = \"SELECT 1\"",
        ),
        &["[tenant] labels", "1 columns, not 2"],
    );
}

#[test]
fn a_migration_that_cannot_be_read() {
    let playground = Playground::new();
    refuses(
        &playground,
        &["nowhere.sql"],
        &["migration nowhere.sql", "does not exist"],
    );
    playground.write("folder/x.sql", "SELECT 1;");
    refuses(
        &playground,
        &["folder"],
        &["migration folder", "is a directory"],
    );
    playground.write("latin.sql", b"SELECT '\xe9';");
    refuses(
        &playground,
        &["latin.sql"],
        &["migration latin.sql", "not UTF-8 at byte 8"],
    );
    playground.write("nul.sql", b"SELECT 1;\0 DELETE FROM note;");
    refuses(
        &playground,
        &["nul.sql"],
        &["migration nul.sql", "NUL byte at byte 9"],
    );
}

#[test]
fn no_migration_found() {
    let playground = Playground::new();
    refuses(&playground, &[], &["no migration found", "harness.toml"]);
    playground.write(
        "harness.toml",
        format!("{CONFIG}[migrations]\ndir = \"none\"\n"),
    );
    refuses(&playground, &[], &["migration none", "does not exist"]);
    playground.write("none/readme.txt", "nothing");
    refuses(&playground, &[], &["no migration found", "none"]);
    playground.write("none/1.sql", "SELECT 1;");
    playground.write(
        "harness.toml",
        format!("{CONFIG}[migrations]\ndir = \"none\"\napplied = \"SELECT '1'\"\n"),
    );
    refuses(&playground, &[], &["no migration found", "applied already"]);
}

#[test]
fn files_with_two_directions_are_never_run_through() {
    let playground = Playground::new();
    playground.write(
        "a.sql",
        "-- +goose Up\nSELECT 1;\n-- +goose Down\nDELETE FROM note;\n",
    );
    refuses(&playground, &["a.sql"], &["migration a.sql:1", "goose"]);
    playground.write(
        "b.sql",
        "-- migrate:up\nSELECT 1;\n-- migrate:down\nDELETE FROM note;\n",
    );
    refuses(&playground, &["b.sql"], &["migration b.sql:1", "dbmate"]);
    playground.write("c.down.sql", "DELETE FROM note;\n");
    refuses(
        &playground,
        &["c.down.sql"],
        &["migration c.down.sql", "undoes a migration"],
    );
}

#[test]
fn a_report_that_cannot_be_written_is_known_before_the_run() {
    let playground = Playground::new();
    refuses(
        &playground,
        &["--report", "json=no/such/folder/x.json", "ok.sql"],
        &["report no/such/folder/x.json", "cannot be written"],
    );
    refuses(
        &playground,
        &["--report", "json=.", "ok.sql"],
        &["report .", "is a directory"],
    );
    playground.write("kept.db", "something");
    refuses(
        &playground,
        &["--keep-clone", "kept.db", "ok.sql"],
        &["--keep-clone kept.db", "exists already"],
    );
    refuses(
        &playground,
        &["--keep-clone", "no/such/clone.db", "ok.sql"],
        &["--keep-clone no/such/clone.db", "cannot write"],
    );
}

#[cfg(unix)]
#[test]
fn no_output_goes_over_what_the_run_reads() {
    let playground = Playground::new();
    playground.database("s.db", SEED);
    playground.database("prices.db", "CREATE TABLE price(a)");
    let config = std::fs::read_to_string(playground.at("harness.toml")).expect("a file");
    playground.write(
        "harness.toml",
        format!("[reach]\nattach = [\"prices.db\"]\n{config}"),
    );
    std::os::unix::fs::symlink("s.db", playground.at("link")).expect("a link");
    let before: Vec<_> = playground
        .listing()
        .into_iter()
        .map(|name| (std::fs::read(playground.at(&name)).expect("a file"), name))
        .collect();
    for (option, path, what) in [
        ("--report", "s.db", "the snapshot"),
        ("--report", "./link", "the snapshot"),
        ("--report", "s.db-wal", "neighbour"),
        ("--report", "harness.toml", "read by this run"),
        ("--report", "ok.sql", "read by this run"),
        ("--report", "s.db.manifest.json", "the manifest"),
        ("--report", "prices.db", "read by this run"),
        ("--report", "prices.db-wal", "read by this run"),
        ("--keep-clone", "s.db-journal", "neighbour"),
        ("--keep-clone", "prices.db", "read by this run"),
    ] {
        let value = if option == "--report" {
            format!("json={path}")
        } else {
            path.to_owned()
        };
        refuses(
            &playground,
            &["--snapshot", "s.db", option, &value, "ok.sql"],
            &[option, path, what, "not overwritten"],
        );
    }
    refuses(
        &playground,
        &["--report", "json=x", "--report", "text=./x", "ok.sql"],
        &["./x", "another --report"],
    );
    refuses(
        &playground,
        &["--report", "json=x", "--keep-clone", "x", "ok.sql"],
        &["x", "another --keep-clone"],
    );
    refuses(
        &playground,
        &["--report", "json=x-wal", "--keep-clone", "x", "ok.sql"],
        &["x-wal", "another --keep-clone"],
    );
    for (bytes, name) in before {
        assert_eq!(
            std::fs::read(playground.at(&name)).expect("a file"),
            bytes,
            "{name}"
        );
    }
}

#[test]
fn reports_are_written_whole() {
    let playground = Playground::new();
    playground.write("old.json", "something longer than nothing".repeat(1000));
    crate::support::accepted(
        playground.path(),
        &[
            "check",
            "--report",
            "json=old.json",
            "--report",
            "text=new.txt",
            "ok.sql",
        ],
    );
    let report: serde_json::Value =
        serde_json::from_slice(&std::fs::read(playground.at("old.json")).expect("a file"))
            .expect("JSON");
    assert_eq!(report["format"], "harness-report");
    assert!(
        report["snapshot"]["blake3"].is_string(),
        "a saved report identifies its snapshot"
    );
    assert!(
        std::fs::read_to_string(playground.at("new.txt"))
            .expect("a file")
            .starts_with("ACCEPTED ok")
    );
    assert_eq!(
        playground.listing(),
        ["harness.toml", "new.txt", "ok.sql", "old.json", "seed.sql"]
    );
}

#[test]
fn a_report_is_not_left_behind_when_the_run_ends_early() {
    let playground = Playground::new();
    refuses(
        &playground,
        &[
            "--report",
            "json=x.json",
            "--snapshot",
            "nowhere.db",
            "ok.sql",
        ],
        &["nowhere.db"],
    );
}

#[test]
fn usage_errors_exit_with_2() {
    let playground = Playground::new();
    for args in [
        &["check", "--format", "yaml", "ok.sql"][..],
        &["chekc"],
        &["check", "--report", "json", "ok.sql"],
        &["check", "--samples", "x"],
        &[],
    ] {
        let run = crate::support::harness(playground.path(), args);
        assert_eq!(
            (run.code, run.stdout.as_str()),
            (2, ""),
            "{args:?}\n{}",
            run.stderr
        );
    }
}

/// Runs `check` where no file may grow past so many blocks of 512 bytes, which stands in for a full
/// disk; it leaves nothing.
#[cfg(unix)]
fn in_little_room(playground: &Playground, blocks: u32, args: &str) -> Run {
    let before = playground.listing();
    let script = format!(
        "trap '' XFSZ; ulimit -f {blocks}; exec '{}' check {args}",
        env!("CARGO_BIN_EXE_harness")
    );
    let temporary = tempfile::tempdir().expect("a folder");
    let output = Command::new("sh")
        .arg("-c")
        .arg(script)
        .current_dir(playground.path())
        .env("TMPDIR", temporary.path())
        .output();
    assert_eq!(playground.listing(), before);
    assert_eq!(
        std::fs::read_dir(temporary.path())
            .expect("the folder")
            .count(),
        0,
        "the clone is gone"
    );
    finish(output.expect("sh runs"))
}

/// The same where it exits with 2.
#[cfg(unix)]
fn without_room(playground: &Playground, blocks: u32, args: &str, words: &[&str]) {
    let run = in_little_room(playground, blocks, args);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{}", run.stderr);
    for word in words {
        assert!(run.stderr.contains(word), "`{word}` in\n{}", run.stderr);
    }
}

#[cfg(unix)]
#[test]
fn a_thin_clone_needs_no_room_and_a_copy_does() {
    let playground = Playground::new();
    playground.database(
        "big.db",
        &format!("{SEED}CREATE TABLE pad(x); INSERT INTO pad VALUES (zeroblob(3000000));"),
    );
    let clone = |kind: &str| {
        playground.write(
            "harness.toml",
            CONFIG.replace("[engine]", &format!("clone = \"{kind}\"\n[engine]")),
        );
    };
    clone("thin");
    assert_eq!(
        in_little_room(&playground, 1_000, "--snapshot big.db ok.sql").code,
        0
    );
    without_room(
        &playground,
        1_000,
        "--snapshot big.db --keep-clone kept.db ok.sql",
        &["cannot copy", "kept.db"],
    );
    clone("copy");
    without_room(
        &playground,
        1_000,
        "--snapshot big.db ok.sql",
        &["cannot copy", "big.db"],
    );
}

#[cfg(unix)]
#[test]
fn no_room_for_what_the_migration_writes() {
    let playground = Playground::new();
    playground.write(
        "ok.sql",
        "SELECT 1;\nINSERT INTO note VALUES (1, 9, zeroblob(20000000));\n",
    );
    without_room(
        &playground,
        10_000,
        "--report json=evidence.json ok.sql",
        &["statement 2 at line 2 of ok.sql", "cannot go on"],
    );
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let playground = Playground::new();
    let mut child = command(playground.path())
        .args(["check", "ok.sql"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("ends");
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.stderr.is_empty());
}

#[cfg(unix)]
#[test]
fn a_pipe_beside_the_snapshot_keeps_nobody_waiting() {
    for suffix in ["-wal", "-journal"] {
        let playground = Playground::new();
        playground.database("s.db", SEED);
        let pipe = playground.at(&format!("s.db{suffix}"));
        assert!(
            std::process::Command::new("mkfifo")
                .arg(&pipe)
                .status()
                .expect("mkfifo runs")
                .success()
        );
        refuses(
            &playground,
            &["--snapshot", "s.db", "ok.sql"],
            &[suffix, "not a regular file"],
        );
    }
}

#[test]
fn a_snapshot_with_the_longest_name_has_no_manifest() {
    let playground = Playground::new();
    let name = format!("{}.db", "n".repeat(240));
    playground.database(&name, SEED);
    crate::support::accepted(
        playground.path(),
        &["check", "--snapshot", &name, "--format", "json", "ok.sql"],
    );
}
