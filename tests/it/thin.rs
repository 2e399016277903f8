//! The clone beside a plain copy of the database: whatever SQL runs, both answer the same and end
//! in the same state, though the snapshot is only read; and a reader who began before goes on
//! seeing the state before.

use crate::support::{Playground, SEED};
use harness::bounds::{Bounds, CloneKind};
use harness::progress::Progress;
use harness::regime::{OnError, Regime, TransactionMode};
use harness::rehearse::{Clone, Engine, FrozenClock};
use harness::snapshot::{Snapshot, SnapshotSource};
use rusqlite::Connection;
use rusqlite::fallible_iterator::FallibleIterator as _;
use rusqlite::types::ValueRef;
use std::fs;
use std::path::{Path, PathBuf};

const REGIME: Regime = Regime {
    foreign_keys: false,
    transaction: TransactionMode::None,
    on_error: OnError::Continue,
};

/// What each statement of `script` answers: its rows, or its error.
fn answers(conn: &Connection, script: &str) -> Vec<String> {
    script
        .split_inclusive(';')
        .map(|sql| {
            format!(
                "{} → {}",
                sql.trim(),
                answer(conn, sql).unwrap_or_else(|e| e.to_string())
            )
        })
        .collect()
}

fn answer(conn: &Connection, sql: &str) -> rusqlite::Result<String> {
    let mut batch = rusqlite::Batch::new(conn, sql);
    let mut said = Vec::new();
    while let Some(mut statement) = batch.next()? {
        let width = statement.column_count();
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            let cells = (0..width)
                .map(|at| Ok(show(row.get_ref(at)?)))
                .collect::<rusqlite::Result<Vec<_>>>()?;
            said.push(cells.join(", "));
        }
    }
    Ok(said.join("; "))
}

fn show(cell: ValueRef<'_>) -> String {
    match cell {
        ValueRef::Text(text) => format!("Text({:?})", String::from_utf8_lossy(text)),
        other => format!("{other:?}"),
    }
}

/// A clone of a database, with what it lies in. Fields go in this order: the clock behind every
/// connection, the folder last.
struct Cloned {
    clone: Clone,
    clock: FrozenClock,
    snapshot: Snapshot,
    _workspace: tempfile::TempDir,
}

impl Cloned {
    fn of(path: &Path, kind: CloneKind) -> Self {
        let workspace = tempfile::tempdir().expect("a folder");
        let clock = FrozenClock::at(0, workspace.path(), Vec::new()).expect("a clock");
        let snapshot = Snapshot::open(
            &SnapshotSource::File(path.to_owned()),
            workspace.path(),
            &Progress::default(),
        )
        .expect("a snapshot");
        let clone = Clone::create(&snapshot, workspace.path(), kind, &clock).expect("a clone");
        Self {
            clone,
            clock,
            snapshot,
            _workspace: workspace,
        }
    }

    fn engine(&self) -> Engine {
        Engine::open(
            self.clone.path(),
            REGIME,
            &Bounds::default(),
            &self.clock,
            None,
        )
        .expect("an engine")
    }

    fn before(&self) -> Connection {
        self.clone.hold_state(&self.clock).expect("a reader")
    }

    fn kept(&self, at: &Path) -> Connection {
        self.clone.keep(&self.snapshot, at).expect("kept");
        Connection::open(at).expect("opens")
    }
}

const PAD: &str = "CREATE TABLE pad(org INTEGER, id INTEGER PRIMARY KEY, x);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) INSERT INTO pad SELECT i % 3, i, zeroblob(900) FROM n;";

/// Everything of a database that a migration can tell, its file's layout included.
const WHOLE: &str = "PRAGMA journal_mode; PRAGMA page_size; PRAGMA page_count; PRAGMA freelist_count; PRAGMA schema_version;
    PRAGMA user_version; PRAGMA application_id; PRAGMA auto_vacuum; PRAGMA encoding; SELECT type, name, rootpage, sql FROM sqlite_schema;
    SELECT rowid, * FROM note; SELECT rowid, * FROM pad; PRAGMA integrity_check;";

/// Runs `script` on a clone of the snapshot at `path` and on a plain connection to a copy of it,
/// and holds one against the other.
fn alike(playground: &Playground, path: &Path, kind: CloneKind, script: &str) {
    let what = format!("{kind:?}: {script}");
    let plain = playground.at("plain.db");
    let files =
        ["", "-wal", "-journal"].map(|suffix| (beside(path, suffix), beside(&plain, suffix)));
    for (from, to) in files.iter().filter(|(from, _)| from.exists()) {
        fs::copy(from, to).expect("copied");
    }
    let bytes = || files.each_ref().map(|(file, _)| fs::read(file).ok());
    let snapshot = bytes();
    let (cloned, plain) = (
        Cloned::of(path, kind),
        Connection::open(plain).expect("opens"),
    );
    plain
        .execute_batch("PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF")
        .expect("set");
    let (before, start) = (cloned.before(), answers(&plain, WHOLE));
    // All but the journal mode, which a reader of the clone is told as it stands.
    assert_eq!(
        answers(&before, WHOLE)[1..],
        start[1..],
        "the state before\n{what}"
    );
    let engine = cloned.engine();
    let (ours, theirs) = (
        answers(engine.connection(), script),
        answers(&plain, script),
    );
    for (ours, theirs) in ours
        .iter()
        .zip(&theirs)
        .filter(|(_, theirs)| !NOT_SEEN.iter().any(|name| theirs.contains(name)))
    {
        assert_eq!(ours, theirs, "{what}");
    }
    engine.close().expect("closes");
    plain.close().expect("closes");
    assert_eq!(
        answers(&before, WHOLE)[1..],
        start[1..],
        "the state before, after\n{what}"
    );
    before.close().expect("closes");
    let plain = Connection::open(playground.at("plain.db")).expect("opens");
    assert_eq!(
        answers(&cloned.kept(&playground.at("kept.db")), WHOLE),
        answers(&plain, WHOLE),
        "{what}"
    );
    assert_eq!(bytes(), snapshot, "the snapshot is as it was\n{what}");
    for name in ["plain.db", "kept.db"]
        .iter()
        .flat_map(|name| ["", "-wal", "-shm", "-journal"].map(|suffix| format!("{name}{suffix}")))
    {
        let _ = fs::remove_file(playground.at(&name));
    }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    harness::files::with_suffix(path, suffix)
}

/// PRAGMAs whose answer tells of the connection and not of the database, and which no statement can
/// read.
const NOT_SEEN: [&str; 3] = [
    "PRAGMA wal_checkpoint",
    "PRAGMA mmap_size",
    "PRAGMA data_version",
];

/// Every statement is held against the plain road's.
const SCRIPTS: &[&str] = &[
    "PRAGMA journal_mode; PRAGMA journal_mode = WAL; PRAGMA journal_mode; UPDATE note SET body \
    = 1; PRAGMA main.journal_mode = DELETE; PRAGMA journal_mode;",
    "PRAGMA journal_mode = truncate; PRAGMA journal_mode; PRAGMA journal_mode = persist; \
    UPDATE note SET body = 2; PRAGMA journal_mode = memory; PRAGMA journal_mode = wal; PRAGMA \
    journal_mode;",
    "PRAGMA journal_mode = w; PRAGMA journal_mode = d; PRAGMA journal_mode = 'x'; PRAGMA \
    journal_mode = -1; PRAGMA journal_mode = ''; PRAGMA journal_mode(wal); SELECT * FROM \
    pragma_journal_mode;",
    "BEGIN; PRAGMA journal_mode = WAL; PRAGMA journal_mode = DELETE; PRAGMA journal_mode = \
    TRUNCATE; PRAGMA journal_mode; COMMIT; PRAGMA journal_mode;",
    "BEGIN IMMEDIATE; PRAGMA journal_mode = WAL; PRAGMA journal_mode = DELETE; PRAGMA \
    journal_mode; COMMIT; PRAGMA journal_mode;",
    "BEGIN; UPDATE note SET body = 3; PRAGMA journal_mode = WAL; PRAGMA journal_mode = DELETE; \
    PRAGMA journal_mode = TRUNCATE; PRAGMA journal_mode; COMMIT; PRAGMA journal_mode;",
    "SAVEPOINT a; UPDATE note SET body = 4; ROLLBACK TO a; PRAGMA journal_mode = WAL; PRAGMA \
    journal_mode = DELETE; RELEASE a; PRAGMA journal_mode;",
    "PRAGMA locking_mode; PRAGMA locking_mode = EXCLUSIVE; UPDATE note SET body = 5; PRAGMA \
    locking_mode; SELECT * FROM note; PRAGMA locking_mode = NORMAL; UPDATE note SET body = 6; \
    PRAGMA main.locking_mode; PRAGMA locking_mode = x;",
    "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; UPDATE note SET body = 7; \
    PRAGMA journal_mode = DELETE; SELECT * FROM note;",
    "PRAGMA page_size = 8192; SELECT * FROM note; UPDATE note SET body = 8; CREATE TABLE n(x); \
    SELECT * FROM note;",
    "PRAGMA auto_vacuum; PRAGMA auto_vacuum = FULL; PRAGMA auto_vacuum; VACUUM; PRAGMA \
    auto_vacuum; DELETE FROM pad; PRAGMA freelist_count; PRAGMA page_count; PRAGMA auto_vacuum \
    = INCREMENTAL; PRAGMA auto_vacuum;",
    "PRAGMA auto_vacuum = 2; VACUUM; PRAGMA auto_vacuum; DELETE FROM pad; PRAGMA \
    freelist_count; PRAGMA incremental_vacuum(2); PRAGMA freelist_count; PRAGMA \
    incremental_vacuum; PRAGMA freelist_count; PRAGMA page_count;",
    "PRAGMA wal_checkpoint; UPDATE note SET body = 10; PRAGMA wal_checkpoint(TRUNCATE); SELECT \
    * FROM note; PRAGMA wal_checkpoint(RESTART);",
    "BEGIN; UPDATE note SET body = 10; PRAGMA wal_checkpoint; COMMIT;",
    "PRAGMA wal_autocheckpoint = 1; UPDATE note SET body = 11; UPDATE note SET body = 12; \
    PRAGMA journal_size_limit = 1; UPDATE note SET body = 13; SELECT * FROM note;",
    "PRAGMA mmap_size = 1000000000; SELECT * FROM note; UPDATE note SET body = 14; SELECT * \
    FROM note; PRAGMA integrity_check;",
    "PRAGMA synchronous = FULL; UPDATE note SET body = 15; PRAGMA synchronous; PRAGMA \
    cache_spill = 1; PRAGMA cache_size = 1; UPDATE pad SET x = zeroblob(900); PRAGMA \
    integrity_check;",
    "PRAGMA temp_store = MEMORY; CREATE TEMP TABLE t(x); INSERT INTO t VALUES (1); PRAGMA \
    temp.journal_mode; PRAGMA temp.locking_mode; VACUUM; SELECT * FROM t;",
    "PRAGMA schema_version = 77; PRAGMA schema_version; PRAGMA user_version = 5; PRAGMA \
    application_id = 9; PRAGMA encoding; PRAGMA page_size; PRAGMA page_count; PRAGMA \
    max_page_count; PRAGMA secure_delete = 1; PRAGMA cache_size; PRAGMA legacy_file_format;",
    "DELETE FROM pad; PRAGMA freelist_count; VACUUM; PRAGMA page_count; INSERT INTO pad SELECT \
    1, value, zeroblob(3000) FROM json_each('[1,2,3,4,5,6,7,8,9,10]'); PRAGMA page_count; \
    PRAGMA integrity_check;",
    "PRAGMA journal_mode = WAL; BEGIN; UPDATE note SET body = 16; VACUUM; ROLLBACK; SELECT * \
    FROM note; VACUUM;",
    "BEGIN EXCLUSIVE; UPDATE note SET body = 17; COMMIT; BEGIN IMMEDIATE; DELETE FROM note; \
    ROLLBACK; SELECT * FROM note;",
    "ATTACH ':memory:' AS m; CREATE TABLE m.t(x); BEGIN; INSERT INTO m.t VALUES (1); UPDATE \
    note SET body = 18; COMMIT; PRAGMA m.journal_mode; DETACH m;",
    "PRAGMA data_version; PRAGMA optimize; ANALYZE; PRAGMA quick_check; REINDEX; PRAGMA \
    foreign_key_check; PRAGMA fullfsync; PRAGMA exclusive;",
];

#[test]
fn pragmas_are_answered_as_production_answers_them() {
    for start in ["", "PRAGMA journal_mode = WAL;"] {
        for script in SCRIPTS {
            let playground = Playground::new();
            let path = playground.database("s.db", &format!("{start}{SEED}{PAD}"));
            alike(&playground, &path, CloneKind::Thin, script);
        }
    }
}

/// Growth, emptied pages, a file that gets shorter, and the key and schema tables.
const WRITES: &str = "INSERT INTO pad SELECT org, id + 1000, x FROM pad; DELETE FROM pad WHERE id < 150; PRAGMA freelist_count;
    PRAGMA incremental_vacuum(3); PRAGMA page_count; CREATE TABLE seq(id INTEGER PRIMARY KEY AUTOINCREMENT, x); INSERT INTO seq VALUES (41, 1);
    CREATE INDEX i ON pad(x); BEGIN; DELETE FROM pad; ROLLBACK; PRAGMA incremental_vacuum; DELETE FROM pad WHERE id > 20; VACUUM; PRAGMA page_count;
    UPDATE note SET body = body || 'x'; PRAGMA user_version = 9; PRAGMA integrity_check; SELECT * FROM sqlite_sequence;";

#[test]
fn every_page_size_and_auto_vacuum_will_do() {
    for exponent in 9..=16 {
        for auto_vacuum in 0..3 {
            let playground = Playground::new();
            let layout = format!(
                "PRAGMA page_size = {}; PRAGMA auto_vacuum = {auto_vacuum};",
                1 << exponent
            );
            let path = playground.database("s.db", &format!("{layout}{SEED}{PAD}"));
            let kind = if exponent % 2 == 0 {
                CloneKind::Copy
            } else {
                CloneKind::Thin
            };
            alike(&playground, &path, kind, WRITES);
        }
    }
}

/// A database whose last transactions stand in a WAL beside it, copied while it is open.
fn with_wal(playground: &Playground, page_size: u32) -> PathBuf {
    let live = playground.at("live.db");
    let conn = Connection::open(&live).expect("opens");
    let sql = format!(
        "PRAGMA page_size = {page_size}; PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint \
        = 0; {SEED} PRAGMA wal_checkpoint(TRUNCATE);"
    );
    answers(&conn, &sql);
    conn.execute_batch(&format!(
        "{PAD} UPDATE note SET body = 'in the wal'; DELETE FROM note WHERE org = 2;"
    ))
    .expect("runs");
    let path = playground.at("s.db");
    for suffix in ["", "-wal"] {
        fs::copy(beside(&live, suffix), beside(&path, suffix)).expect("copied");
    }
    path
}

#[test]
fn a_wal_is_carried_over_as_far_as_it_is_whole() {
    for (at, page_size) in [512, 4096, 65536].into_iter().enumerate() {
        for cut in [0, 1, 100, 5000, u64::MAX] {
            let playground = Playground::new();
            let path = with_wal(&playground, page_size);
            let wal = fs::File::options()
                .write(true)
                .open(beside(&path, "-wal"))
                .expect("opens");
            let length = wal.metadata().expect("a length").len();
            wal.set_len(length.saturating_sub(cut)).expect("cut");
            let script = if cut < u64::MAX {
                WRITES
            } else {
                "UPDATE note SET body = 2;"
            };
            if cut == u64::MAX {
                // Nothing but the seed is left, without the table that the transactions made.
                Connection::open(&path)
                    .and_then(|conn| conn.execute_batch(PAD))
                    .expect("runs");
                fs::write(beside(&path, "-wal"), []).expect("an empty WAL");
            }
            alike(
                &playground,
                &path,
                if at == 0 {
                    CloneKind::Copy
                } else {
                    CloneKind::Thin
                },
                script,
            );
        }
    }
}

#[test]
fn an_empty_wal_is_none_and_none_is_left_beside_the_kept_clone() {
    for (start, wal) in [
        ("", Some("")),
        ("", None),
        ("PRAGMA journal_mode = WAL;", Some("")),
        ("PRAGMA journal_mode = WAL;", None),
    ] {
        for script in [
            "SELECT 1;",
            "PRAGMA journal_mode; UPDATE note SET body = 2;",
        ] {
            let playground = Playground::new();
            let path = playground.database("s.db", &format!("{start}{SEED}{PAD}"));
            if let Some(wal) = wal {
                fs::write(beside(&path, "-wal"), wal).expect("written");
            }
            alike(&playground, &path, CloneKind::Thin, script);
            let cloned = Cloned::of(&path, CloneKind::Thin);
            cloned.engine().close().expect("closes");
            cloned
                .clone
                .keep(&cloned.snapshot, &playground.at("alone.db"))
                .expect("kept");
            assert_eq!(
                playground
                    .listing()
                    .into_iter()
                    .filter(|name| name.starts_with("alone"))
                    .collect::<Vec<_>>(),
                ["alone.db"]
            );
        }
    }
}

/// A database in the middle of a transaction, copied with its journal.
fn with_hot_journal(playground: &Playground, page_size: u32) -> PathBuf {
    let live = playground.at("live.db");
    let conn = Connection::open(&live).expect("opens");
    conn.execute_batch(&format!(
        "PRAGMA page_size = {page_size}; PRAGMA auto_vacuum = 2; {SEED}{PAD}"
    ))
    .expect("runs");
    let torn = "PRAGMA cache_size = 1; BEGIN; DELETE FROM note; UPDATE pad SET x = zeroblob(800);
        INSERT INTO pad SELECT 7, id + 1000, zeroblob(2000) FROM pad;";
    conn.execute_batch(torn).expect("runs");
    let path = playground.at("s.db");
    for suffix in ["", "-journal"] {
        fs::copy(beside(&live, suffix), beside(&path, suffix)).expect("copied");
    }
    path
}

#[test]
fn a_hot_journal_is_rolled_back_beside_the_file() {
    for page_size in [512, 4096, 65536] {
        for kind in [CloneKind::Thin, CloneKind::Copy] {
            let playground = Playground::new();
            let path = with_hot_journal(&playground, page_size);
            assert_eq!(
                fs::read(beside(&path, "-journal")).expect("a journal")[..4],
                [0xd9, 0xd5, 0x05, 0xf9],
                "it is hot"
            );
            alike(&playground, &path, kind, WRITES);
        }
    }
}

#[test]
fn a_journal_that_is_not_hot_changes_nothing() {
    for journal in [&b""[..], &[0; 1024], b"not a journal"] {
        let playground = Playground::new();
        let path = playground.database("s.db", &format!("{SEED}{PAD}"));
        fs::write(beside(&path, "-journal"), journal).expect("written");
        alike(&playground, &path, CloneKind::Thin, WRITES);
    }
}

#[test]
fn the_page_size_stays_and_the_rows_are_the_same() {
    let playground = Playground::new();
    let path = playground.database("s.db", &format!("{SEED}{PAD}"));
    let cloned = Cloned::of(&path, CloneKind::Thin);
    let engine = cloned.engine();
    let script =
        "PRAGMA page_size = 8192; VACUUM; UPDATE note SET body = 9; PRAGMA integrity_check;";
    assert_eq!(
        answers(engine.connection(), script)[3],
        "PRAGMA integrity_check; → Text(\"ok\")"
    );
    engine.close().expect("closes");
    let kept = cloned.kept(&playground.at("kept.db"));
    assert_eq!(
        answers(&kept, "PRAGMA page_size; SELECT sum(body) FROM note;"),
        [
            "PRAGMA page_size; → Integer(4096)",
            "SELECT sum(body) FROM note; → Integer(36)"
        ]
    );
}

#[test]
fn each_migration_of_a_series_keeps_its_own_state_before() {
    let playground = Playground::new();
    let cloned = Cloned::of(&playground.database("s.db", SEED), CloneKind::Thin);
    let mut readers = Vec::new();
    for at in 0..20 {
        readers.push(cloned.before());
        let engine = cloned.engine();
        let sql = format!(
            "UPDATE note SET body = {at}; PRAGMA wal_checkpoint(TRUNCATE); CREATE TABLE \
            t{at}(x); VACUUM;"
        );
        answers(engine.connection(), &sql);
        engine.close().expect("closes");
    }
    for (at, reader) in readers.iter().enumerate() {
        let seen: (i64, String) = reader
            .query_row(
                "SELECT (SELECT count(*) FROM sqlite_schema WHERE name GLOB 't*'), \
                (SELECT max(body) FROM note)",
                [],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .expect("reads");
        let body = if at == 0 {
            "d".to_owned()
        } else {
            (at - 1).to_string()
        };
        assert_eq!(seen, (i64::try_from(at).expect("small"), body));
    }
    drop(readers);
}

#[test]
fn past_its_vfs_the_clone_is_no_database() {
    let playground = Playground::new();
    let cloned = Cloned::of(&playground.database("s.db", SEED), CloneKind::Thin);
    let around = Connection::open(cloned.clone.path()).expect("opens");
    let error = around
        .query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))
        .expect_err("no empty database in its place");
    assert_eq!(
        error.sqlite_error_code(),
        Some(rusqlite::ErrorCode::NotADatabase)
    );
}

#[cfg(target_os = "linux")]
#[test]
fn what_the_engine_spills_lies_in_the_workspace() {
    let playground = Playground::new();
    let cloned = Cloned::of(
        &playground.database("s.db", &format!("{SEED}{PAD}")),
        CloneKind::Thin,
    );
    let workspace = cloned
        .clone
        .path()
        .parent()
        .expect("a folder")
        .canonicalize()
        .expect("a path");
    let open = || {
        let links = fs::read_dir("/proc/self/fd")
            .expect("descriptors")
            .filter_map(|e| fs::read_link(e.expect("an entry").path()).ok());
        links
            .filter(|path| {
                path.starts_with(&workspace) && path.to_string_lossy().ends_with(" (deleted)")
            })
            .count()
    };
    let engine = cloned.engine();
    let conn = engine.connection();
    let tables =
        "PRAGMA temp_store = FILE; ATTACH '' AS other; PRAGMA cache_size = 1; PRAGMA temp.cache_size = 1; PRAGMA other.cache_size = 1;
        CREATE TEMP TABLE t AS SELECT * FROM pad; CREATE TABLE other.o AS SELECT * FROM pad;";
    conn.execute_batch(tables).expect("runs");
    let spilled = open();
    assert!(
        spilled >= 2,
        "the temporary table and the nameless database: {spilled}"
    );
    {
        let mut sorted = conn
            .prepare("SELECT a.x || b.x FROM pad a, pad b ORDER BY a.x || b.x, a.id")
            .expect("prepares");
        let mut rows = sorted.raw_query();
        assert!(rows.next().expect("runs").is_some());
        assert!(open() > spilled, "the sorter");
    }
    engine.close().expect("closes");
    assert_eq!(open(), 0, "they are gone with the connection");
    let left = fs::read_dir(&workspace)
        .expect("a folder")
        .map(|e| e.expect("an entry").file_name());
    assert_eq!(
        left.filter(|name| name.to_string_lossy().starts_with("temporary"))
            .count(),
        0
    );
}

#[cfg(target_os = "linux")]
#[test]
fn the_snapshots_descriptor_cannot_write() {
    let playground = Playground::new();
    let path = playground
        .database("s.db", SEED)
        .canonicalize()
        .expect("a path");
    let cloned = Cloned::of(&path, CloneKind::Thin);
    let engine = cloned.engine();
    answers(engine.connection(), "UPDATE note SET body = 1;");
    let mut seen = 0;
    for entry in fs::read_dir("/proc/self/fd")
        .expect("descriptors")
        .map(|e| e.expect("an entry"))
    {
        if fs::read_link(entry.path()).is_ok_and(|target| target == path) {
            let info = fs::read_to_string(Path::new("/proc/self/fdinfo").join(entry.file_name()))
                .expect("its flags");
            let flags = info
                .lines()
                .find_map(|line| line.strip_prefix("flags:"))
                .expect("flags")
                .trim();
            assert_eq!(
                i32::from_str_radix(flags, 8).expect("octal") & libc::O_ACCMODE,
                libc::O_RDONLY,
                "{info}"
            );
            seen += 1;
        }
    }
    assert!(seen > 0, "the snapshot is open");
    engine.close().expect("closes");
}
