//! What `check` and `preview` take: configuration, snapshot, migrations.

use super::changed;
use super::session::CommandSession;
use super::targets::Targets;
use crate::check::{Migrations, Request};
use crate::config::{self, Config};
use crate::files::database_files;
use crate::migration::{self, Branch, Migration, MigrationError};
use crate::report::Evidence;
use crate::snapshot::{Snapshot, SnapshotSource};
use anyhow::{Context as _, bail};
use clap::Args;
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
    #[arg(long, value_name = "PATH")]
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
    /// the paths in sub-folders of the folder that are taken for no migration
    aside: Vec<String>,
    /// what a branch changes, where only that is asked for
    branch: Option<Branch>,
    pub(super) samples: usize,
    now_ms: i64,
}

impl Input {
    /// Reads what is named or configured, or what a branch changes since it left another.
    pub(super) fn read(args: InputArgs, changed_since: Option<&String>) -> anyhow::Result<Self> {
        let config = load_config(args.config)?;
        let snapshot = snapshot_or_configured(args.snapshot, &config)?;
        let named = !args.migrations.is_empty();
        let (files, branch) = if named {
            (args.migrations, None)
        } else {
            of_folder(&config, changed_since)?
        };
        let folder = config.migrations.as_deref().filter(|_| !named);
        let aside = folder.map_or(Ok(Vec::new()), migration::aside)?;
        Ok(Self {
            aside: aside
                .iter()
                .map(|path| path.display().to_string())
                .collect(),
            config,
            snapshot,
            migrations: read_all(&files)?,
            named,
            branch,
            samples: args.samples,
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
        let (files, branch) = if let Some(branch) = &evidence.branch {
            // REF may have moved since; the commit where the branch left it has not.
            of_folder(&config, branch.bases.first().or(Some(&branch.since)))?
        } else {
            let paths = evidence.migrations.iter().map(|m| PathBuf::from(&m.path));
            (paths.collect(), None)
        };
        Ok(Self {
            config,
            snapshot,
            migrations: read_all(&files)?,
            named: true,
            aside: Vec::new(),
            branch,
            samples: evidence.options.samples,
            now_ms: evidence.engine.now_ms,
        })
    }

    /// Opens the snapshot.
    pub(super) fn open(&self, session: &CommandSession) -> anyhow::Result<Snapshot> {
        session.open(&self.snapshot, &self.config.redaction)
    }

    /// What a run may write: no file that it reads, and none that is taken for a migration.
    pub(super) fn targets(&self) -> Targets {
        let migrations = self.migrations.iter();
        let attached = self.config.bounds.attach.iter();
        let read = std::iter::once(self.config.path.clone())
            .chain(migrations.map(|migration| PathBuf::from(&migration.path)))
            .chain(attached.flat_map(|(_, file)| database_files(file)));
        Targets::protecting(&self.snapshot, read, self.config.migrations.as_deref())
    }

    pub(super) fn request<'a>(
        &'a self,
        snapshot: &'a Snapshot,
        workspace: &'a Path,
    ) -> Request<'a> {
        let migrations = match &self.branch {
            Some(branch) => Migrations::Changed(&self.migrations, branch),
            None if self.named => Migrations::Named(&self.migrations),
            None => Migrations::Pending(&self.migrations, &self.aside),
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

/// The time that `now` is in this run, in milliseconds after 1970.
pub(super) fn now_ms() -> anyhow::Result<i64> {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .context("the system clock stands before 1970")?;
    i64::try_from(now.as_millis()).context("the system clock is out of range")
}

/// Reads the named configuration, or the nearest.
pub(super) fn load_config(named: Option<PathBuf>) -> anyhow::Result<Config> {
    let nearest = || {
        let here = std::env::current_dir().context("cannot tell the current folder")?;
        let here = here.display();
        nearest_config()?.with_context(|| {
            format!("no harness.toml in {here} or a folder above it; name one with --config")
        })
    };
    Ok(config::load(&named.map_or_else(nearest, Ok)?)?)
}

/// The nearest harness.toml, where there is one, as a path relative to here.
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

/// All files of the configured folder, and what a branch changed in it. That a branch emptied the
/// folder is no error.
fn of_folder(
    config: &Config,
    changed_since: Option<&String>,
) -> anyhow::Result<(Vec<PathBuf>, Option<Branch>)> {
    let folder = config.migrations.as_deref().with_context(|| {
        format!(
            "no migration found: name files, or set `[migrations] dir` in {}",
            config.path.display()
        )
    })?;
    let files = migration::in_folder(folder)?;
    let branch = changed_since
        .map(|since| changed::branch(since, folder, &files, config))
        .transpose()?;
    let has_changes = branch
        .as_ref()
        .is_some_and(|branch| !branch.files.is_empty());
    if files.is_empty() && !has_changes {
        let folder = folder.display();
        bail!("no migration found: {folder} holds no .sql file");
    }
    Ok((files, branch))
}
