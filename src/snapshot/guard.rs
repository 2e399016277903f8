//! The guard: no SQL that harness runs may reach any file but its own database.
//!
//! An authorizer sees every statement while it is prepared
//! (<https://sqlite.org/c3ref/set_authorizer.html>), so what it denies has not run. ATTACH with the
//! empty name stays allowed: plain VACUUM attaches it. A file that may be attached is a private
//! copy, which another module makes.

use crate::bounds::Bounds;
use rusqlite::Connection;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// PRAGMAs that write elsewhere, or bind the whole process.
const DENIED_PRAGMAS: [&str; 4] = [
    "temp_store_directory",
    "data_store_directory",
    "hard_heap_limit",
    "soft_heap_limit",
];

/// What a guarded connection is for.
#[derive(Debug, Clone)]
pub enum Purpose {
    /// running a migration within these bounds; the flag is up while a VACUUM runs, which attaches
    /// what it creates
    Migration(Bounds, Arc<AtomicBool>),
    /// reading a state
    Reading,
    /// reading a state, and of the attached database of this name this one table
    Comparing(&'static str, String),
    /// loading a dump, which writes `sqlite_schema` for its virtual tables
    Dump,
}

/// Installs the guard on `conn`.
///
/// # Errors
/// When the engine refuses to install it.
pub fn install(conn: &mut Connection, purpose: Purpose) -> rusqlite::Result<()> {
    conn.authorizer(Some(move |context: AuthContext<'_>| {
        if purpose.denies_read(&context) || is_denied(&context.action, &purpose) {
            Authorization::Deny
        } else {
            Authorization::Allow
        }
    }))
}

fn is_denied(action: &AuthAction<'_>, purpose: &Purpose) -> bool {
    match action {
        // An expression that is no literal arrives without a name; it may spell any path.
        AuthAction::Attach { filename } => {
            !matches!(*filename, "" | ":memory:") && !purpose.may_open(filename)
        }
        AuthAction::Pragma {
            pragma_name,
            pragma_value: Some(value),
        } => purpose.denies_pragma(&pragma_name.to_ascii_lowercase(), value),
        AuthAction::Function { function_name } => {
            function_name.eq_ignore_ascii_case("load_extension")
        }
        AuthAction::Unknown { .. } => true,
        _ => false,
    }
}

impl Purpose {
    fn may_open(&self, file: &str) -> bool {
        match self {
            Self::Migration(bounds, vacuums) if vacuums.load(Ordering::Relaxed) => {
                bounds.vacuum_into.iter().any(|allowed| allowed == file)
            }
            Self::Migration(bounds, _) => bounds.attach.iter().any(|(allowed, _)| allowed == file),
            Self::Reading | Self::Comparing(..) | Self::Dump => false,
        }
    }

    /// A name that the state itself does not have would lead to the attached one.
    fn denies_read(&self, context: &AuthContext<'_>) -> bool {
        let (Self::Comparing(attached, readable), AuthAction::Read { table_name, .. }) =
            (self, context.action)
        else {
            return false;
        };
        context.database_name == Some(attached) && !table_name.eq_ignore_ascii_case(readable)
    }

    fn denies_pragma(&self, name: &str, value: &str) -> bool {
        match (name, self) {
            // It makes the catalog a matter of plain row writes.
            ("writable_schema", Self::Dump) => false,
            ("writable_schema", Self::Migration(bounds, _)) => !bounds.writable_schema,
            ("writable_schema", Self::Reading | Self::Comparing(..)) => true,
            // Without a journal ROLLBACK takes nothing back, and nothing says what it left.
            // The engine takes any beginning of the word.
            ("journal_mode", Self::Migration(..)) => ["o", "of", "off"]
                .iter()
                .any(|word| value.eq_ignore_ascii_case(word)),
            _ => DENIED_PRAGMAS.contains(&name),
        }
    }
}
