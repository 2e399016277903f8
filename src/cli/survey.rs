//! `harness survey`: try a project's migration history.

use super::Ending;
use super::input::now_ms;
use super::session::CommandSession;
use super::talk::Talk;
use crate::redaction::Redaction;
use crate::report::Listing;
use crate::snapshot::SnapshotSource;
use crate::survey::{self, Depth, SurveyRequest};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  harness survey --foreign-keys off migrations/
      the history from its first file on, on an empty database
  harness survey --foreign-keys on --recursive --format json prisma/migrations/ > survey.json
      a folder for each migration, and every statement as JSON
  harness survey --foreign-keys off --snapshot prod.db pending/
      on a clone of a snapshot
";

const SURVEY_EXIT_CODES: &str = "\
Exit codes:
  0  every file was read, and every statement parsed, was previewed where that applies, and ran
  1  some did not, or a file leaves a transaction open
  2  could not survey: usage, unreadable folder, no .sql file in it, unusable snapshot";

/// Try a folder of SQL files and say of each statement whether it parses, has a preview and runs.
///
/// Runs the files in order on one clone, each on a fresh connection, and goes on after what fails.
/// Needs no harness.toml and judges nothing. A file that cannot be run as it stands (another tool's
/// up/down format, not UTF-8) is listed with the reason.
#[derive(Debug, Args)]
#[command(after_help = SURVEY_EXIT_CODES, after_long_help = format!("{EXAMPLES}\n{SURVEY_EXIT_CODES}"))]
pub(super) struct SurveyArgs {
    /// Folder whose *.sql files are run, in the order of their names
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,

    /// Take the files of sub-folders too, in the order of their paths
    #[arg(long)]
    recursive: bool,

    /// Whether the runner in production enforces foreign keys
    ///
    /// Runners differ, and a history can run under the one and fail, or lose rows, under the other:
    /// so there is no default. A `PRAGMA foreign_keys` in a file holds for that file.
    #[arg(long, value_name = "WORD")]
    foreign_keys: ForeignKeys,

    /// Snapshot to start from: an SQLite database or an SQL dump, as it is or compressed by gzip or
    /// zstd; `-` is standard input [default: an empty database]
    #[arg(long, value_name = "PATH")]
    snapshot: Option<SnapshotSource>,

    /// Format of standard output: in text a line for each file, and the statements with trouble; in
    /// JSON every statement
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Listing,

    #[command(flatten)]
    talk: Talk,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ForeignKeys {
    /// Constraints hold, ON DELETE actions run, and DROP TABLE deletes the table's rows first,
    /// actions included
    On,
    /// REFERENCES clauses are not enforced, as in the sqlite3 shell unless it is told otherwise
    Off,
}

impl SurveyArgs {
    pub(super) fn run(self) -> anyhow::Result<Ending> {
        let Self {
            folder,
            recursive,
            foreign_keys,
            snapshot,
            format,
            talk,
        } = self;
        let session = CommandSession::begin(talk)?;
        let workspace = session.path().to_owned();
        let snapshot = snapshot
            .map(|source| session.open(&source, &Redaction::default()))
            .transpose()?;
        let survey = survey::survey(&SurveyRequest {
            folder: &folder,
            depth: if recursive { Depth::Tree } else { Depth::Files },
            snapshot: snapshot.as_ref(),
            foreign_keys: foreign_keys == ForeignKeys::On,
            workspace: &workspace,
            now_ms: now_ms()?,
            progress: session.watch.progress.clone(),
        })?;
        session.print(survey.is_clean(), |layout, out| {
            survey::render(&survey, format, layout, out)
        })
    }
}
