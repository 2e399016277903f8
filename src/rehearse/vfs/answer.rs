//! PRAGMAs about the journal or the locks of the clone's file, which differ from production: they
//! are answered as in production and change nothing.
//!
//! The clone keeps its private WAL whatever a migration asks for; with a checkpoint, another journal
//! or an exclusive lock the reader of the state before would lose it
//! (<https://sqlite.org/pragma.html#pragma_journal_mode>).

/// A journal mode that a migration may ask for; not OFF, which the guard refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum JournalMode {
    Delete,
    Persist,
    Truncate,
    Memory,
    Wal,
}

/// The names of the engine, in the order in which it compares a value with them.
const MODES: [(&str, Option<JournalMode>); 6] = [
    ("delete", Some(JournalMode::Delete)),
    ("persist", Some(JournalMode::Persist)),
    ("off", None),
    ("truncate", Some(JournalMode::Truncate)),
    ("memory", Some(JournalMode::Memory)),
    ("wal", Some(JournalMode::Wal)),
];

/// What a connection to the production database would have been told so far.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told {
    pub(super) journal_mode: JournalMode,
    pub(super) exclusive: bool,
}

/// The state of the transaction of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// no transaction is open
    Outside,
    /// nothing is written yet
    Clean,
    /// something is written
    Dirty,
}

/// The answer to `PRAGMA name = value`, or an error in the words of the engine; `None` if the engine
/// may do it.
pub(super) fn answer(
    told: &mut Told,
    standing: impl FnOnce() -> Standing,
    name: &str,
    value: Option<&str>,
) -> Option<Result<&'static str, &'static str>> {
    match name.to_ascii_lowercase().as_str() {
        "journal_mode" => Some(journal_mode(told, standing, value)),
        "locking_mode" => {
            match value {
                Some(value) if value.eq_ignore_ascii_case("exclusive") => told.exclusive = true,
                Some(value) if value.eq_ignore_ascii_case("normal") => told.exclusive = false,
                _ => {}
            }
            Some(Ok(if told.exclusive {
                "exclusive"
            } else {
                "normal"
            }))
        }
        _ => None,
    }
}

/// Any beginning of the name of a mode asks for that mode; any other value asks for nothing.
fn journal_mode(
    told: &mut Told,
    standing: impl FnOnce() -> Standing,
    value: Option<&str>,
) -> Result<&'static str, &'static str> {
    let begins = |name: &str, value: &str| {
        name.get(..value.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(value))
    };
    let asked = value.and_then(|value| MODES.iter().find(|(name, _)| begins(name, value)));
    let asked = match asked {
        None => return Ok(word(told.journal_mode)),
        Some((_, None)) => return Err("a journal that is off cannot be rehearsed"),
        Some((_, Some(asked))) => *asked,
    };
    let was_and_is_wal = [told.journal_mode, asked].map(|mode| mode == JournalMode::Wal);
    match (standing(), was_and_is_wal) {
        (Standing::Dirty, _) => {}
        (Standing::Clean, [false, true]) => {
            return Err("cannot change into wal mode from within a transaction");
        }
        (Standing::Clean, [true, false]) => {
            return Err("cannot change out of wal mode from within a transaction");
        }
        _ => told.journal_mode = asked,
    }
    Ok(word(told.journal_mode))
}

fn word(mode: JournalMode) -> &'static str {
    MODES
        .iter()
        .find(|(_, named)| *named == Some(mode))
        .map_or("delete", |(name, _)| name)
}
