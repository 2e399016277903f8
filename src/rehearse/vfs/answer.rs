//! PRAGMAs that concern the journal or the locks of the clone's file, which are not those of
//! production: they are answered as production would answer and change nothing.
//!
//! The clone keeps its private WAL whatever a migration asks for; a checkpoint, another journal or
//! an exclusive lock would take the state before from under its reader
//! (<https://sqlite.org/pragma.html#pragma_journal_mode>).

/// A journal mode that a migration may ask for. OFF is none: the guard refuses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum JournalMode {
    Delete,
    Persist,
    Truncate,
    Memory,
    Wal,
}

/// The engine's names, in the order in which it compares what is asked for with them.
const MODES: [(&str, Option<JournalMode>); 6] = [
    ("delete", Some(JournalMode::Delete)),
    ("persist", Some(JournalMode::Persist)),
    ("off", None),
    ("truncate", Some(JournalMode::Truncate)),
    ("memory", Some(JournalMode::Memory)),
    ("wal", Some(JournalMode::Wal)),
];

/// What a connection to the production database would have been told so far.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) journal_mode: JournalMode,
    pub(super) exclusive: bool,
}

/// Where a connection stands in a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// outside of one
    Outside,
    /// inside, and nothing is written yet
    Clean,
    /// inside, and something is
    Dirty,
}

/// The answer to `PRAGMA name = value`; an error as the engine gives it; `None` where the engine
/// may do it.
pub(super) fn answer(
    told: &mut Told,
    standing: impl FnOnce() -> Standing,
    name: &str,
    value: Option<&str>,
) -> Option<Result<&'static str, &'static str>> {
    match name.to_ascii_lowercase().as_str() {
        "journal_mode" => Some(journal_mode(told, standing, value)),
        "locking_mode" => Some(Ok(locking_mode(told, value))),
        _ => None,
    }
}

/// Any beginning of a mode's name asks for it; what is none asks for nothing.
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
    let Some((_, asked)) = asked else {
        return Ok(word(told.journal_mode));
    };
    let Some(asked) = *asked else {
        return Err("a journal that is off cannot be rehearsed");
    };
    let crosses = (asked == JournalMode::Wal) != (told.journal_mode == JournalMode::Wal);
    match standing() {
        Standing::Dirty => {}
        Standing::Clean if crosses && asked == JournalMode::Wal => {
            return Err("cannot change into wal mode from within a transaction");
        }
        Standing::Clean if crosses => {
            return Err("cannot change out of wal mode from within a transaction");
        }
        Standing::Clean | Standing::Outside => told.journal_mode = asked,
    }
    Ok(word(told.journal_mode))
}

fn word(mode: JournalMode) -> &'static str {
    MODES
        .iter()
        .find(|(_, named)| *named == Some(mode))
        .map_or("delete", |(name, _)| name)
}

fn locking_mode(told: &mut Told, value: Option<&str>) -> &'static str {
    match value {
        Some(value) if value.eq_ignore_ascii_case("exclusive") => told.exclusive = true,
        Some(value) if value.eq_ignore_ascii_case("normal") => told.exclusive = false,
        _ => {}
    }
    if told.exclusive {
        "exclusive"
    } else {
        "normal"
    }
}
