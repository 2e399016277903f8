//! What `check` and `preview` take: configuration, snapshot, migrations.

use super::changed;
use super::session::CommandSession;
use crate::check::{Migrations, Request};
use crate::config::{self, Config};
use crate::files::{DATABASE_SUFFIXES, with_suffix};
use crate::migration::{self, Branch, Migration, MigrationError};
use crate::report::Evidence;
use crate::snapshot::{Snapshot, SnapshotSource};
use anyhow::{Context as _, bail};
use clap::Args;
use clap::builder::{OsStringValueParser, TypedValueParser};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

#[derive(Debug, Args)]
pub(super) struct InputArgs {
    /// Migration files, in the order in which they run [default: the configured folder's, less the
    /// applied ones]
    #[arg(value_name = "MIGRATION")]
    pub(super) migrations: Vec<PathBuf>,

    /// Configuration file [default: harness.toml, here or in a folder above]
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,

    /// Snapshot to rehearse on instead of the configured one: an SQLite database or an SQL dump, as
    /// it is or compressed by gzip or zstd; `-` is standard input
    #[arg(long, value_name = "PATH", value_parser = source())]
    pub(super) snapshot: Option<SnapshotSource>,

    /// Rows shown per group
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub(super) samples: usize,
}

/// The same, read and validated.
pub(super) struct Input {
    pub(super) config: Config,
    snapshot: SnapshotSource,
    pub(super) migrations: Vec<Migration>,
    named: bool,
    /// what a branch changes, where only that is asked for
    branch: Option<Branch>,
    pub(super) samples: usize,
    now_ms: i64,
}

impl Input {
    pub(super) fn read(args: InputArgs) -> anyhow::Result<Self> {
        Self::since(args, None)
    }

    /// The same for what a branch changes since it left another, where that is given.
    pub(super) fn since(args: InputArgs, changed_since: Option<&str>) -> anyhow::Result<Self> {
        let InputArgs {
            migrations,
            config,
            snapshot,
            samples,
        } = args;
        let config = config::load(&config.map_or_else(find_config, Ok)?)?;
        let snapshot = snapshot_or_configured(snapshot, &config)?;
        let named = !migrations.is_empty();
        let (files, branch) = match changed_since {
            Some(since) => of_branch(&config, since)?,
            None if named => (migrations, None),
            None => (configured(&config)?, None),
        };
        Ok(Self {
            config,
            snapshot,
            migrations: read_all(&files)?,
            named,
            branch,
            samples,
            now_ms: now_ms()?,
        })
    }

    /// What saved evidence was made from, as it is now, at the evidence's `now`.
    pub(super) fn again(
        evidence: &Evidence,
        config: Option<PathBuf>,
        snapshot: Option<SnapshotSource>,
    ) -> anyhow::Result<Self> {
        hold_names(evidence, config.as_deref())?;
        let path = config.unwrap_or_else(|| PathBuf::from(&evidence.config.path));
        let config = config::load(&path)?;
        let source = &evidence.snapshot.source;
        let snapshot = match snapshot {
            Some(snapshot) => snapshot,
            None if *source == SnapshotSource::StandardInput.to_string() => {
                bail!("the snapshot was read from standard input: give it with --snapshot")
            }
            None => SnapshotSource::File(PathBuf::from(source)),
        };
        let (files, branch) = match &evidence.branch {
            // REF may have moved since; the commit where the branch left it has not.
            Some(branch) => of_branch(&config, branch.bases.first().unwrap_or(&branch.since))?,
            None => (
                evidence
                    .migrations
                    .iter()
                    .map(|m| PathBuf::from(&m.path))
                    .collect(),
                None,
            ),
        };
        Ok(Self {
            config,
            snapshot,
            migrations: read_all(&files)?,
            named: true,
            branch,
            samples: evidence.options.samples,
            now_ms: evidence.engine.now_ms,
        })
    }

    pub(super) fn snapshot(&self) -> &SnapshotSource {
        &self.snapshot
    }

    /// Opens the snapshot.
    pub(super) fn open(&self, session: &CommandSession) -> anyhow::Result<Snapshot> {
        session.open(&self.snapshot, &self.config.redaction)
    }

    /// The other files that the run reads.
    pub(super) fn files(&self) -> impl Iterator<Item = PathBuf> {
        let migrations = self
            .migrations
            .iter()
            .map(|migration| PathBuf::from(&migration.path));
        let attached = self
            .config
            .bounds
            .attach
            .iter()
            .flat_map(|(_, file)| DATABASE_SUFFIXES.map(|suffix| with_suffix(file, suffix)));
        std::iter::once(self.config.path.clone())
            .chain(migrations)
            .chain(attached)
    }

    pub(super) fn request<'a>(
        &'a self,
        snapshot: &'a Snapshot,
        workspace: &'a Path,
    ) -> Request<'a> {
        let migrations = match &self.branch {
            Some(branch) => Migrations::Changed(&self.migrations, branch),
            None if self.named => Migrations::Named(&self.migrations),
            None => Migrations::Pending(&self.migrations),
        };
        Request {
            config: &self.config,
            snapshot,
            migrations,
            workspace,
            now_ms: self.now_ms,
            samples: self.samples,
            keep_clone: None,
            identify: false,
            deep: false,
            fail_capture_after: None,
        }
    }
}

/// Refuses evidence that names other things than files and commits: a device or pipe would be read
/// without end.
fn hold_names(evidence: &Evidence, config: Option<&Path>) -> anyhow::Result<()> {
    let migrations = evidence.migrations.iter().map(|migration| &migration.path);
    let config = config.is_none().then_some(&evidence.config.path);
    for path in migrations.chain(config) {
        if Path::new(path).metadata().is_ok_and(|meta| !meta.is_file()) {
            bail!("{path}: is no file");
        }
    }
    let is_commit = |base: &String| base.len() >= 40 && base.bytes().all(|b| b.is_ascii_hexdigit());
    match &evidence.branch {
        Some(branch) if !branch.bases.iter().all(is_commit) => {
            bail!("`branch.bases` of the evidence is no commit")
        }
        _ => Ok(()),
    }
}

/// The named snapshot, or the configured one.
pub(super) fn snapshot_or_configured(
    named: Option<SnapshotSource>,
    config: &Config,
) -> anyhow::Result<SnapshotSource> {
    let configured = || config.snapshot.clone().map(SnapshotSource::File);
    named.or_else(configured).with_context(|| {
        format!(
            "no snapshot: set `[snapshot] path` in {} or give --snapshot",
            config.path.display()
        )
    })
}

/// Parses a path, or `-`: a file of that name is `./-`.
pub(super) fn source() -> impl TypedValueParser<Value = SnapshotSource> {
    OsStringValueParser::new().map(|word| {
        if word == "-" {
            SnapshotSource::StandardInput
        } else {
            SnapshotSource::File(word.into())
        }
    })
}

/// The time that `now` is in this run, in milliseconds after 1970.
pub(super) fn now_ms() -> anyhow::Result<i64> {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .context("the system clock stands before 1970")?;
    i64::try_from(now.as_millis()).context("the system clock is out of range")
}

/// The nearest harness.toml, as a path relative to here.
pub(super) fn find_config() -> anyhow::Result<PathBuf> {
    let here = std::env::current_dir().context("cannot tell the current folder")?;
    let here = here.display();
    nearest_config()?.with_context(|| {
        format!("no harness.toml in {here} or a folder above it; name one with --config")
    })
}

/// The nearest harness.toml, where there is one.
pub(super) fn nearest_config() -> anyhow::Result<Option<PathBuf>> {
    let here = std::env::current_dir().context("cannot tell the current folder")?;
    let mut relative = PathBuf::new();
    for _ in here.ancestors() {
        let candidate = relative.join("harness.toml");
        if candidate.is_file() {
            return Ok(Some(candidate));
        }
        relative.push("..");
    }
    Ok(None)
}

fn read_all(files: &[PathBuf]) -> Result<Vec<Migration>, MigrationError> {
    files.iter().map(|file| migration::read(file)).collect()
}

fn configured(config: &Config) -> anyhow::Result<Vec<PathBuf>> {
    let folder = folder(config)?;
    let files = migration::in_folder(folder)?;
    if files.is_empty() {
        return Err(holds_none(folder));
    }
    Ok(files)
}

/// All files of the folder, and what a branch changed in it. That a branch emptied the folder is
/// no error.
fn of_branch(config: &Config, since: &str) -> anyhow::Result<(Vec<PathBuf>, Option<Branch>)> {
    let folder = folder(config)?;
    let files = migration::in_folder(folder)?;
    let branch = changed::branch(since, folder, &files, config)?;
    if files.is_empty() && branch.files.is_empty() {
        return Err(holds_none(folder));
    }
    Ok((files, Some(branch)))
}

fn holds_none(folder: &Path) -> anyhow::Error {
    let folder = folder.display();
    anyhow::anyhow!("no migration found: {folder} holds no .sql file")
}

fn folder(config: &Config) -> anyhow::Result<&Path> {
    let missing = || {
        format!(
            "no migration found: name files, or set `[migrations] dir` in {}",
            config.path.display()
        )
    };
    config.migrations.as_deref().with_context(missing)
}
