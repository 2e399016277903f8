//! What a snapshot may be: a database or a dump, compressed or not, named or piped in; and what is
//! refused as none of them.

use crate::support::{Playground, Run, SEED, accepted, command, finish, harness, refused_with};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs::{self, File};
use std::io::Write as _;
use std::process::{Command, Stdio};

const TRUNCATED: &[&str] = &["snapshot given", "is truncated"];
const DAMAGED: &[&str] = &["snapshot given: cannot be unpacked"];

fn gz(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder
        .write_all(content)
        .and_then(|()| encoder.finish())
        .expect("compresses")
}

fn zst(content: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).expect("an encoder");
    encoder.include_checksum(true).expect("checksums");
    encoder
        .write_all(content)
        .and_then(|()| encoder.finish())
        .expect("compresses")
}

/// A frame that decoders skip.
fn skippable() -> Vec<u8> {
    b"\x50\x2a\x4d\x18\x04\0\0\0skip".to_vec()
}

/// Runs with the file of this name as standard input.
fn piped(playground: &Playground, file: &str, args: &[&str]) -> Run {
    let input = File::open(playground.at(file)).expect("a file");
    finish(
        command(playground.path())
            .args(args)
            .stdin(input)
            .output()
            .expect("the binary runs"),
    )
}

/// The report, less the lines that name the snapshot.
fn report(run: &Run) -> String {
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
    run.stdout
        .lines()
        .filter(|line| !line.starts_with("snapshot ") && !line.contains("backup taken"))
        .collect::<Vec<_>>()
        .join("\n")
}

fn refuses(content: impl AsRef<[u8]>, words: &[&str]) {
    let playground = Playground::new();
    playground.write("given", content);
    let before = playground.listing();
    refused_with(
        playground.path(),
        &["check", "--snapshot", "given", "ok.sql"],
        words,
    );
    assert_eq!(playground.listing(), before, "nothing is written");
    let run = piped(
        &playground,
        "given",
        &["check", "--snapshot", "-", "ok.sql"],
    );
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "piped in, too");
    for word in words {
        assert!(
            run.stderr
                .contains(&word.replace("snapshot given", "snapshot standard input")),
            "`{word}` in\n{}",
            run.stderr
        );
    }
}

#[test]
fn compressed_or_piped_in_a_snapshot_is_the_same() {
    let playground = Playground::new();
    let database = fs::read(playground.database("s.db", SEED)).expect("a database");
    let expected = report(&harness(
        playground.path(),
        &["check", "--snapshot", "s.db", "ok.sql"],
    ));
    let (head, tail) = database.split_at(5000);
    let forms: [(&str, Vec<u8>); 9] = [
        ("any.name", database.clone()),
        ("dump", SEED.into()),
        ("db.gz", gz(&database)),
        ("db.txt", zst(&database)),
        ("dump.gz", gz(SEED.as_bytes())),
        ("dump.zst", zst(SEED.as_bytes())),
        ("members.gz", [gz(head), gz(b""), gz(tail)].concat()),
        (
            "frames.zst",
            [skippable(), zst(head), skippable(), zst(tail), skippable()].concat(),
        ),
        (
            "bom.sql",
            format!("\u{feff}{}", SEED.replace('\n', "\r\n")).into(),
        ),
    ];
    for (name, content) in forms {
        playground.write(name, &content);
        assert_eq!(
            report(&accepted(
                playground.path(),
                &["check", "--snapshot", name, "ok.sql"]
            )),
            expected,
            "{name}"
        );
        assert_eq!(
            report(&piped(
                &playground,
                name,
                &["check", "--snapshot", "-", "ok.sql"]
            )),
            expected,
            "{name} piped in"
        );
        assert_eq!(
            fs::read(playground.at(name)).expect("a file"),
            content,
            "{name} is what it was"
        );
    }
}

#[test]
fn what_stands_beside_a_compressed_snapshot_is_none_of_its_files() {
    let playground = Playground::new();
    let database = fs::read(playground.database("s.db", SEED)).expect("a database");
    playground.write("s.db.gz", gz(&database));
    playground.write("s.db.gz-wal", "no write-ahead log");
    playground.write("s.db-wal", "nor this");
    let before = playground.listing();
    accepted(
        playground.path(),
        &["check", "--snapshot", "s.db.gz", "ok.sql"],
    );
    assert_eq!(playground.listing(), before);
}

#[test]
fn what_is_piped_in_has_the_identity_of_its_bytes() {
    let playground = Playground::new();
    playground.write("s.gz", gz(SEED.as_bytes()));
    let identity = |run: Run| {
        let mut report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
        let source = report["snapshot"]["source"].take();
        (source, report["snapshot"].take())
    };
    let json = ["check", "--format", "json", "ok.sql", "--snapshot"];
    let (file, of_file) = identity(accepted(
        playground.path(),
        &[&json[..], &["s.gz"]].concat(),
    ));
    let (stream, of_stream) = identity(piped(&playground, "s.gz", &[&json[..], &["-"]].concat()));
    assert_eq!((file, stream), ("s.gz".into(), "standard input".into()));
    let bytes = fs::read(playground.at("s.gz")).expect("a file");
    assert_eq!(
        of_file["blake3"],
        harness::files::blake3_of(&bytes).as_str()
    );
    assert_eq!(
        (of_file["bytes"].as_u64(), &of_file),
        (Some(bytes.len() as u64), &of_stream)
    );
}

#[test]
fn only_the_option_means_standard_input() {
    let playground = Playground::new();
    playground.write(
        "harness.toml",
        crate::support::CONFIG.replace("seed.sql", "-"),
    );
    playground.write("-", SEED);
    accepted(playground.path(), &["check", "ok.sql"]);
    accepted(playground.path(), &["check", "--snapshot", "./-", "ok.sql"]);
    refused_with(
        playground.path(),
        &["check", "--snapshot", "-", "ok.sql"],
        &["snapshot standard input", "is empty"],
    );
    let survey = ["survey", "--foreign-keys", "off", "--snapshot", "-", "db"];
    playground.write("db/1.sql", "DELETE FROM note;");
    let run = piped(&playground, "-", &survey);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
}

#[cfg(target_os = "linux")]
#[test]
fn the_file_that_is_redirected_here_is_not_overwritten() {
    let playground = Playground::new();
    let database = fs::read(playground.database("s.db", SEED)).expect("a database");
    let run = piped(
        &playground,
        "s.db",
        &[
            "check",
            "--snapshot",
            "-",
            "--report",
            "json=s.db",
            "ok.sql",
        ],
    );
    assert_eq!(run.code, 2);
    assert!(
        run.stderr
            .contains("is the snapshot, and is not overwritten"),
        "{}",
        run.stderr
    );
    assert_eq!(fs::read(playground.at("s.db")).expect("a file"), database);
}

#[test]
fn a_damaged_archive() {
    for whole in [gz(SEED.as_bytes()), zst(SEED.as_bytes())] {
        refuses(&whole[..whole.len() - 1], TRUNCATED);
        refuses(&whole[..whole.len() / 2], TRUNCATED);
        refuses(
            [&whole[..], b"and more, which is no archive"].concat(),
            DAMAGED,
        );
        refuses([&whole[..], &whole[..9]].concat(), TRUNCATED);
        let mut flipped = whole.clone();
        // The last bytes are the length in gzip, before it and in zstd a checksum.
        let at = flipped.len() - 1;
        flipped[at] ^= 1;
        refuses(&flipped, DAMAGED);
        flipped.clone_from(&whole);
        let at = flipped.len() / 2;
        flipped[at] ^= 0x10;
        refuses(&flipped, &["snapshot given"]);
    }
    let database = fs::read(Playground::new().database("s.db", SEED)).expect("a database");
    refuses(
        gz(&database[..database.len() - 4096]),
        &["snapshot given", "is truncated", "that its header counts"],
    );
}

#[test]
fn an_archive_of_something_else() {
    refuses(gz(b""), &["what it holds is empty"]);
    refuses(gz(&zst(SEED.as_bytes())), &["is compressed more than once"]);
    refuses(
        zst(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
        &["what it holds is neither an SQLite database nor an SQL dump"],
    );
    let mut tar = vec![0; 1024];
    tar[..8].copy_from_slice(b"seed.sql");
    tar[257..262].copy_from_slice(b"ustar");
    refuses(&tar, &["snapshot given: is a tar archive"]);
    refuses(gz(&tar), &["what it holds is a tar archive"]);
    refuses(b"PK\x03\x04\x14\0\0\0", &["is a zip archive"]);
    refuses(b"\xfd7zXZ\0\0\x04", &["compressed by xz"]);
    let utf16: Vec<u8> = format!("\u{feff}{SEED}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    refuses(utf16, &["is UTF-16 text"]);
}

#[test]
fn a_dump_that_says_it_is_incomplete() {
    let dump = |tail: &str| format!("PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n{SEED}{tail}");
    refuses(
        dump("ROLLBACK; -- due to errors\n"),
        &["snapshot given:5", "rolled back"],
    );
    refuses(
        dump("/**** ERROR: (11) database disk image is malformed *****/\nCOMMIT;\n"),
        &["snapshot given:6", "lacks rows"],
    );
    refuses(
        dump("COMMIT;\n/****** CORRUPTION ERROR *******/\n"),
        &["snapshot given:7", "lacks rows"],
    );
    refuses(
        dump("INSERT INTO note VALUES (1, 9, 'cut"),
        &["snapshot given:5", "unrecognized token"],
    );
    refuses(dump(""), &["snapshot given:5", "truncated"]);
}

#[test]
fn a_dump_that_this_engine_cannot_load() {
    let index = "CREATE INDEX near ON note(libsql_vector_idx(body));\n";
    refuses(
        format!("{SEED}{index}"),
        &[
            "snapshot given:3",
            "no such function: libsql_vector_idx",
            "of harness lacks",
        ],
    );
    refuses(
        format!("{SEED}CREATE VIRTUAL TABLE v USING vec0(x);\n"),
        &[
            "snapshot given:3",
            "no such module: vec0",
            "of harness lacks",
        ],
    );
    refuses(
        format!(
            "{SEED}{}SELECT '\0';\n",
            "-- far from the head\n".repeat(999)
        ),
        &["snapshot given:1002", "NUL byte"],
    );
    refuses(
        [SEED.as_bytes(), b"CREATE TABLE \"\xff\"(a);\n"].concat(),
        &["snapshot given:3", "not UTF-8"],
    );
    refuses(
        "INSERT INTO note VALUES (1, 9, 'only rows');\n",
        &["snapshot given:1: no such table: note"],
    );
    refuses(
        format!(".dbconfig defensive off\n{SEED}"),
        &["snapshot given:1", "a command of the sqlite3 shell"],
    );
}

#[test]
fn text_that_is_not_utf8_is_loaded_as_it_is() {
    let playground = Playground::new();
    let row = b"INSERT INTO note VALUES (1, 3, 'caf\xe9');\n";
    playground.write("latin.sql", [SEED.as_bytes(), row].concat());
    playground.write(
        "ok.sql",
        "UPDATE note SET body = 'x' WHERE hex(body) = '636166E9';\n",
    );
    accepted(
        playground.path(),
        &["check", "--snapshot", "latin.sql", "ok.sql"],
    );
}

/// Where a file may not grow beyond half a megabyte; the signal that says so is ignored, as a full
/// disk sends none.
#[cfg(unix)]
#[test]
fn what_does_not_fit_on_the_disk_leaves_nothing_behind() {
    let playground = Playground::new();
    playground.write(
        "bomb.gz",
        gz(&[&b"SQLite format 3\0"[..], &vec![0; 8 << 20]].concat()),
    );
    playground.write(
        "dump.zst",
        zst(format!(
            "{SEED}INSERT INTO note VALUES (3, 1, zeroblob({}));",
            8 << 20
        )
        .as_bytes()),
    );
    for bomb in ["bomb.gz", "dump.zst"] {
        let temporary = tempfile::tempdir().expect("a folder");
        let script = r#"trap "" XFSZ; ulimit -f 1000; exec "$0" check --snapshot "$1" ok.sql"#;
        let mut shell = Command::new("sh");
        shell
            .args(["-c", script, env!("CARGO_BIN_EXE_harness"), bomb])
            .env("TMPDIR", temporary.path())
            .stdin(Stdio::null());
        let run = finish(
            shell
                .current_dir(playground.path())
                .output()
                .expect("a shell"),
        );
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{}", run.stderr);
        assert!(
            run.stderr.contains(bomb) && run.stderr.contains("loaded.db"),
            "{}",
            run.stderr
        );
        assert_eq!(
            fs::read_dir(temporary.path()).expect("a folder").count(),
            0,
            "nothing is left"
        );
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_while_loading_leaves_nothing_behind() {
    let (playground, temporary) = (Playground::new(), tempfile::tempdir().expect("a folder"));
    let args = ["check", "--snapshot", "-", "ok.sql"];
    let mut child = command(playground.path());
    let child = child
        .args(args)
        .env("TMPDIR", temporary.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = child.spawn().expect("the binary runs");
    let mut input = child.stdin.take().expect("a pipe");
    input
        .write_all(&[SEED.as_bytes(), &b"-- more to come\n".repeat(1000)].concat())
        .expect("written");
    let loading = || {
        let mut workspaces = fs::read_dir(temporary.path())
            .expect("a folder")
            .map(|entry| entry.expect("an entry").path());
        workspaces.any(|folder| folder.join("loaded.db").exists())
    };
    while !loading() {
        assert!(
            child.try_wait().expect("a child").is_none(),
            "it waits for more"
        );
        std::thread::yield_now();
    }
    assert!(
        Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .status()
            .expect("kill runs")
            .success()
    );
    let output = child.wait_with_output().expect("ends");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(130), 0));
    assert_eq!(
        fs::read_dir(temporary.path()).expect("a folder").count(),
        0,
        "nothing is left"
    );
    drop(input);
}
