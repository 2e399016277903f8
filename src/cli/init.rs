//! `harness init`: write a first harness.toml.

use super::Ending;
use super::input::now_ms;
use super::output::Standard;
use super::session::CommandSession;
use super::staged::StagedFile;
use super::talk::Talk;
use super::targets::Targets;
use crate::draft::config::places::{self, Chosen};
use crate::draft::config::{self, ConfigDraft, ConfigRequest, GivenRunner};
use crate::migration;
use crate::redaction::Redaction;
use crate::regime::{OnError, TransactionMode};
use crate::report::terminal_line;
use crate::snapshot::SnapshotSource;
use anyhow::{Error, bail};
use clap::{Args, ValueEnum};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  harness init
      from the newest snapshot and the folder of migrations that are found here
  harness init --snapshot prod.db --foreign-keys off --transaction none --on-error stop
      with what the runner does, so that `harness check` can follow at once
";

const INIT_EXIT_CODES: &str = "\
Exit codes:
  0  harness.toml is written
  2  it is not: it exists already, there is no snapshot or several, usage, or what was named cannot be read";

/// Write a harness.toml from what a snapshot and a folder of migrations say about themselves.
///
/// Proposes the column that says whose a row is, from keys and foreign keys; for the tables that
/// have none, a lookup through their foreign keys, tried on every row; and the query for the
/// applied migrations. What it cannot know is a comment that begins with DECIDE: what the
/// production runner does, and which tables are shared. Never overwrites a file, and writes nothing
/// else.
#[derive(Debug, Args)]
#[command(after_help = INIT_EXIT_CODES, after_long_help = format!("{EXAMPLES}\n{INIT_EXIT_CODES}"))]
pub(super) struct InitArgs {
    /// The snapshot [default: the newest in the usual places, such as snapshots/]
    #[arg(long, value_name = "PATH")]
    snapshot: Option<PathBuf>,

    /// The folder of migrations [default: the one of the usual places, such as migrations/, that
    /// has .sql files, or is empty]
    #[arg(long, value_name = "DIR")]
    migrations: Option<PathBuf>,

    /// The file to write, which must not exist yet
    #[arg(long, value_name = "FILE", default_value = "harness.toml")]
    config: PathBuf,

    /// The column that says whose a row is, instead of the likeliest
    #[arg(long, value_name = "NAME")]
    tenant_column: Option<String>,

    /// Whether the production runner enforces foreign keys
    #[arg(long, value_name = "WORD")]
    foreign_keys: Option<Switch>,

    /// What transaction the production runner opens
    #[arg(long, value_name = "WORD")]
    transaction: Option<Transaction>,

    /// What the production runner does after a statement that fails
    #[arg(long, value_name = "WORD")]
    on_error: Option<AtError>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Switch {
    /// It does
    On,
    /// It does not
    Off,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Transaction {
    /// Only the file's own
    None,
    /// One around each migration
    PerMigration,
    /// One around all that are pending
    All,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum AtError {
    /// It stops
    Stop,
    /// It goes on with the next statement
    Continue,
}

impl InitArgs {
    pub(super) fn run(self) -> anyhow::Result<Ending> {
        let target = &self.config;
        if target.symlink_metadata().is_ok() {
            bail!(
                "{} exists already, and is not overwritten",
                target.display()
            );
        }
        let (snapshot, folder) = self.places()?;
        let source = SnapshotSource::File(snapshot.path.clone());
        let read = folder.iter().map(|folder| folder.path.clone());
        Targets::protecting(&source, read, None).claim("--config", target)?;
        let mut session = CommandSession::begin(Talk::default())?;
        let name = target.display().to_string();
        let file = StagedFile::open(target, name, &session.workspace)?;
        let draft = config::draft(&ConfigRequest {
            snapshot: &session.open(&source, &Redaction::default())?,
            snapshot_place: &snapshot,
            folder: folder.as_ref(),
            given: self.given(),
            tenant_column: self.tenant_column.as_deref(),
            target,
            workspace: session.path(),
            now_ms: now_ms()?,
        })?;
        session.watch.clear();
        file.create(&draft.text)?;
        Standard::print(|_, out| tell(target, &draft, out))
    }

    /// The snapshot and the folder of migrations: as named, or in the usual places.
    fn places(&self) -> anyhow::Result<(Chosen, Option<Chosen>)> {
        let here = Path::new(".");
        let named = |path: &PathBuf| Chosen {
            path: path.clone(),
            why: "as given on the command line".to_owned(),
        };
        let snapshot = match &self.snapshot {
            Some(path) => named(path),
            None => places::snapshot(here).map_err(Error::msg)?,
        };
        let Some(path) = &self.migrations else {
            return Ok((snapshot, places::migrations(here).map_err(Error::msg)?));
        };
        // Only a folder in a usual place may be missing: another may be mistyped.
        migration::in_folder(path)?;
        Ok((snapshot, Some(named(path))))
    }

    fn given(&self) -> GivenRunner {
        GivenRunner {
            foreign_keys: self.foreign_keys.map(|word| word == Switch::On),
            transaction: self.transaction.map(|word| match word {
                Transaction::None => TransactionMode::None,
                Transaction::PerMigration => TransactionMode::PerMigration,
                Transaction::All => TransactionMode::All,
            }),
            on_error: self.on_error.map(|word| match word {
                AtError::Stop => OnError::Stop,
                AtError::Continue => OnError::Continue,
            }),
        }
    }
}

/// Says what was written, and the next step.
fn tell(target: &Path, draft: &ConfigDraft, out: &mut dyn Write) -> io::Result<()> {
    let shown = terminal_line(&target.display().to_string());
    writeln!(out, "wrote {shown}")?;
    for (name, clause) in &draft.summary {
        writeln!(out, "  {name:10}  {}", terminal_line(clause))?;
    }
    if draft.open.is_empty() {
        return writeln!(out, "next: read it, then `{}`", draft.next);
    }
    writeln!(out, "left to you, marked DECIDE")?;
    for open in &draft.open {
        writeln!(out, "  {}", terminal_line(open))?;
    }
    writeln!(out, "next: decide these in {shown}, then `{}`", draft.next)
}
