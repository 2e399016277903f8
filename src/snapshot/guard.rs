//! The guard: what no SQL that harness runs may do, whoever wrote it — reach any file but its own database.
//!
//! An authorizer sees every statement while it is prepared (<https://sqlite.org/c3ref/set_authorizer.html>), so what it
//! denies has not run. ATTACH with the empty name stays allowed: plain VACUUM attaches it.

use rusqlite::Connection;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};

/// PRAGMAs that write elsewhere, or make the catalog a matter of plain row writes.
const DENIED_PRAGMAS: [&str; 3] = ["temp_store_directory", "data_store_directory", "writable_schema"];

/// What a guarded connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// running a migration
    Migration,
    /// loading a dump, which writes `sqlite_schema` for its virtual tables
    Dump,
}

/// Installs the guard on `conn`.
///
/// # Errors
/// When the engine refuses to install it.
pub fn install(conn: &mut Connection, purpose: Purpose) -> rusqlite::Result<()> {
    conn.authorizer(Some(
        move |context: AuthContext<'_>| {
            if is_denied(&context.action, purpose) { Authorization::Deny } else { Authorization::Allow }
        },
    ))
}

fn is_denied(action: &AuthAction<'_>, purpose: Purpose) -> bool {
    match action {
        // An expression that is no literal arrives without a name; it may spell any path.
        AuthAction::Attach { filename } => !matches!(*filename, "" | ":memory:"),
        // Without a journal ROLLBACK takes nothing back, and nothing says what it left.
        AuthAction::Pragma { pragma_name, pragma_value: Some(value) }
            if purpose == Purpose::Migration && pragma_name.eq_ignore_ascii_case("journal_mode") && value.eq_ignore_ascii_case("off") =>
        {
            true
        }
        AuthAction::Pragma { pragma_name, pragma_value: Some(_) } => {
            let denied = DENIED_PRAGMAS.iter().any(|name| pragma_name.eq_ignore_ascii_case(name));
            denied && !(purpose == Purpose::Dump && pragma_name.eq_ignore_ascii_case("writable_schema"))
        }
        AuthAction::Function { function_name } => function_name.eq_ignore_ascii_case("load_extension"),
        AuthAction::Unknown { .. } => true,
        _ => false,
    }
}
