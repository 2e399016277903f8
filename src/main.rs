//! `harness`: rehearse a migration on a snapshot before it runs in production.

use std::process::ExitCode;

fn main() -> ExitCode {
    harness::run_command_line()
}
