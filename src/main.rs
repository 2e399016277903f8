//! `harness`: rehearse a migration on a snapshot before it runs in production.

use std::process::ExitCode;

mod cli;

fn main() -> ExitCode {
    cli::run()
}
