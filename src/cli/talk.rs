//! How much a command says: `--quiet` and `--verbose`.

use clap::Args;

/// How much is said besides, and of, the report.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(super) struct Talk {
    /// No progress, and of a text report only the verdict: one line for each migration
    #[arg(long, short, conflicts_with = "verbose")]
    pub(super) quiet: bool,

    /// Every statement in detail, and on standard error how long each part took
    #[arg(long, short)]
    pub(super) verbose: bool,
}
