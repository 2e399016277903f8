//! `harness init`: write a first harness.toml.

use super::Ending;
use super::input::now_ms;
use super::loading;
use super::output::{Standard, stage};
use super::progress::Watch;
use super::talk::Talk;
use super::targets::Targets;
use super::workspace::Workspace;
use crate::draft::config::{self, Chosen, Draft, Folder, Request, Told, places};
use crate::migration;
use crate::regime::{OnError, TransactionMode};
use crate::report::terminal_line;
use crate::snapshot::Source;
use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};
use std::io::Write as _;
use std::path::{Component, Path, PathBuf};
use tempfile::NamedTempFile;

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
        let told = self.told();
        let Self {
            snapshot,
            migrations,
            config: target,
            tenant_column,
            ..
        } = self;
        if target.symlink_metadata().is_ok() {
            bail!(
                "{} exists already, and is not overwritten",
                target.display()
            );
        }
        let here = Path::new(".");
        let snapshot =
            snapshot.map_or_else(|| found(places::snapshot(here)), |path| Ok(named(path)))?;
        let folder = match migrations {
            Some(path) => {
                // Only a folder in a usual place is taken before it is there: another may be a slip
                // of the pen.
                migration::in_folder(&path)?;
                Some(named(path))
            }
            None => found(places::migrations(here))?,
        };
        let source = Source::File(snapshot.path.clone());
        Targets::protecting(&source, folder.iter().map(|folder| folder.path.clone()))
            .claim("--config", &target)?;
        let workspace = Workspace::create()?;
        let file = Target::open(&target, &workspace)?;
        let watch = Watch::begin(&workspace, Talk::default());
        let opened = loading::open(&source, &workspace, &watch)?;
        let beside = target.parent().unwrap_or(Path::new(""));
        let snapshot_path = from_folder(&snapshot.path, beside)?;
        let folder_path = folder
            .as_ref()
            .map(|folder| from_folder(&folder.path, beside))
            .transpose()?;
        let draft = config::draft(&Request {
            snapshot: &opened,
            snapshot_path: Chosen {
                path: &snapshot_path,
                why: &snapshot.why,
            },
            folder: folder
                .as_ref()
                .zip(folder_path.as_ref())
                .map(|(folder, path)| Folder {
                    place: &folder.path,
                    chosen: Chosen {
                        path,
                        why: &folder.why,
                    },
                }),
            told,
            tenant_column: tenant_column.as_deref(),
            target: &target,
            workspace: workspace.path(),
            now_ms: now_ms()?,
        })?;
        drop(watch);
        file.write(&draft.text)?;
        tell(&target, &draft)?;
        Ok(Ending::Accepted)
    }

    fn told(&self) -> Told {
        Told {
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

fn found<T>(looked: Result<T, String>) -> anyhow::Result<T> {
    looked.map_err(anyhow::Error::msg)
}

fn named(path: PathBuf) -> places::Found {
    places::Found {
        path,
        why: "as given on the command line".to_owned(),
    }
}

/// A path as a file in `folder` is to name it: as it is where that is here, else relative to the
/// folder.
fn from_folder(path: &Path, folder: &Path) -> anyhow::Result<String> {
    let path = if path.is_absolute() || folder.as_os_str().is_empty() || folder == Path::new(".") {
        path.to_owned()
    } else {
        between(folder, path)?
    };
    let text = path
        .to_str()
        .with_context(|| format!("{} is not UTF-8, and TOML cannot name it", path.display()))?;
    Ok(text.to_owned())
}

/// The way from a folder to a path.
fn between(folder: &Path, path: &Path) -> anyhow::Result<PathBuf> {
    let whole = |path: &Path| {
        path.canonicalize()
            .with_context(|| format!("{} cannot be found", path.display()))
    };
    // What is not there yet is named from where it is to be.
    let (from, to) = (
        whole(folder)?,
        whole(path).or_else(|e| {
            if path.exists() {
                Err(e)
            } else {
                Ok(whole(Path::new("."))?.join(path))
            }
        })?,
    );
    let common = from
        .components()
        .zip(to.components())
        .take_while(|(a, b)| a == b)
        .count();
    let up = from.components().skip(common).map(|_| Component::ParentDir);
    Ok(up.chain(to.components().skip(common)).collect())
}

/// A file that does not exist yet, written whole or not at all.
pub(super) struct Target {
    path: PathBuf,
    file: NamedTempFile,
}

impl Target {
    /// Finds out that the file can be written, before the work for it is done.
    pub(super) fn open(path: &Path, workspace: &Workspace) -> anyhow::Result<Self> {
        let file = stage(path).with_context(|| format!("{} cannot be written", path.display()))?;
        workspace.also_remove(file.path());
        Ok(Self {
            path: path.to_owned(),
            file,
        })
    }

    /// Writes it, unless something stands in its place by now: a link that leads nowhere, too.
    pub(super) fn write(mut self, text: &str) -> anyhow::Result<()> {
        let cannot = || format!("{} cannot be written", self.path.display());
        self.file
            .write_all(text.as_bytes())
            .and_then(|()| self.file.flush())
            .with_context(cannot)?;
        match self.file.persist_noclobber(&self.path) {
            Ok(_) => Ok(()),
            Err(e) if e.error.kind() == std::io::ErrorKind::AlreadyExists => {
                bail!(
                    "{} exists already, and is not overwritten",
                    self.path.display()
                )
            }
            Err(e) => {
                Err(e.error).with_context(|| format!("{} cannot be written", self.path.display()))
            }
        }
    }
}

/// What was written, and the next step.
fn tell(target: &Path, draft: &Draft) -> anyhow::Result<()> {
    Standard::print(|_, out| {
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
    })
}
