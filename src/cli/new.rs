//! `harness new`: write the next migration file.

use super::Ending;
use super::input::{load_config, now_ms, snapshot_or_configured};
use super::output::Standard;
use super::session::CommandSession;
use super::staged::StagedFile;
use super::talk::Talk;
use crate::draft::migration::{self, MigrationDraft, MigrationRequest};
use crate::redaction::Redaction;
use crate::report::terminal_line;
use crate::snapshot::SnapshotSource;
use anyhow::{Context as _, bail};
use clap::Args;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  harness new \"update amber point metadata\"
      migrations/0037_update_amber_point_metadata.sql, where the last one is 0036_…
";

const NEW_EXIT_CODES: &str = "\
Exit codes:
  0  the file is written
  2  it is not: no configuration, no folder of migrations, a numbering that cannot be continued, or the file exists already";

/// Write the next migration file, with what keeps it within its scope.
///
/// Numbered as the configured folder numbers its files: 0001_, 001-, V1__, or by time; the folder
/// is created where it is missing. At its head stands the expected scope, which `harness check`
/// holds it against; then a reminder of the keys of several columns that the snapshot has; a
/// transaction, where the runner opens none; and the entry in the table of applied migrations,
/// where the files of the folder make it themselves. Never overwrites a file.
#[derive(Debug, Args)]
#[command(after_help = NEW_EXIT_CODES, after_long_help = format!("{EXAMPLES}\n{NEW_EXIT_CODES}"))]
pub(super) struct NewArgs {
    /// What the migration is for, in a few words
    #[arg(value_name = "NAME")]
    name: String,

    /// Configuration file [default: harness.toml, here or in a folder above]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Snapshot to read keys from instead of the configured one
    #[arg(long, value_name = "PATH")]
    snapshot: Option<PathBuf>,
}

impl NewArgs {
    pub(super) fn run(self) -> anyhow::Result<Ending> {
        let config = load_config(self.config)?;
        let Some(folder) = &config.migrations else {
            bail!(
                "no folder to write to: set `[migrations] dir` in {}",
                config.path.display()
            );
        };
        let snapshot = self.snapshot.map(SnapshotSource::File);
        let source = snapshot_or_configured(snapshot, &config)?;
        let mut session = CommandSession::begin(Talk::default())?;
        let draft = migration::draft(&MigrationRequest {
            words: &self.name,
            config: &config,
            folder,
            snapshot: &session.open(&source, &Redaction::default())?,
            workspace: session.path(),
            now_ms: now_ms()?,
        })?;
        session.watch.clear();
        if draft.creates_folder {
            fs::create_dir_all(folder)
                .with_context(|| format!("{} cannot be created", folder.display()))?;
        }
        let name = draft.path.display().to_string();
        StagedFile::open(&draft.path, name, &session.workspace)?.create(&draft.text)?;
        Standard::print(|_, out| tell(&draft, folder, out))
    }
}

/// Says what was written, and the next step.
fn tell(draft: &MigrationDraft, folder: &Path, out: &mut dyn Write) -> io::Result<()> {
    let shown = |path: &Path| terminal_line(&path.display().to_string());
    let file = shown(&draft.path);
    if draft.creates_folder {
        writeln!(out, "created {}", shown(folder))?;
    }
    writeln!(out, "wrote {file}")?;
    for note in &draft.notes {
        writeln!(out, "note: {}", terminal_line(note))?;
    }
    writeln!(
        out,
        "next: write its statements, declare at its head what they may change, then \
        `harness check {file}`"
    )
}
