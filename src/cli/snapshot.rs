//! `harness snapshot inspect`: what a snapshot is, and whether it is fit for rehearsal.

use super::Ending;
use super::input::{nearest_config, now_ms};
use super::session::CommandSession;
use super::staged::StagedFile;
use super::talk::Talk;
use super::workspace::Workspace;
use crate::config::{self, Config};
use crate::inspect::{self, DeclaredTenancy, InspectRequest, ManifestUse};
use crate::redaction::Redaction;
use crate::report::Listing;
use crate::scope::TenantMap;
use crate::snapshot::{SnapshotSource, manifest_path, moment};
use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::SystemTime;

const EXAMPLES: &str = "\
Examples:
  harness snapshot inspect
      the configured snapshot, with the tenants of harness.toml
  harness snapshot inspect prod.db --tenant-column org_id
      any database, with the column that says whose a row is
  harness snapshot inspect prod.db --deep --format json > prod.json
      the whole of it read, as JSON
  harness snapshot inspect prod.db --write-manifest --taken-at 2025-11-16T10:04:16Z
      its hash left beside it, so that `harness check` need not find it anew
";

const INSPECT_EXIT_CODES: &str = "\
Exit codes:
  0  the snapshot is fit for rehearsal
  1  it is not, or what decides it is not known
  2  could not inspect: usage, configuration, snapshot, or what stands in its manifest's place";

/// Look at a snapshot without rehearsing on it.
#[derive(Debug, Args)]
pub(super) struct SnapshotArgs {
    #[command(subcommand)]
    command: SnapshotCommand,
}

#[derive(Debug, Subcommand)]
enum SnapshotCommand {
    Inspect(InspectArgs),
}

impl SnapshotArgs {
    pub(super) fn run(self) -> anyhow::Result<Ending> {
        match self.command {
            SnapshotCommand::Inspect(args) => args.run(),
        }
    }
}

/// Say what a snapshot is and whether it is fit for rehearsal.
///
/// Shows its form and size, what of the engine it uses, its tables with their rows by tenant and
/// their keys, how old it is, and its hash. It is fit where the tenancy is declared, at least two
/// tenants share a table, a key has several columns, and this engine can read and write every
/// table. Empty tables, and tables that are nobody's, are noted and decide nothing.
///
/// Works on a clone; the snapshot is never written to.
#[derive(Debug, Args)]
#[command(after_help = INSPECT_EXIT_CODES, after_long_help = format!("{EXAMPLES}\n{INSPECT_EXIT_CODES}"))]
struct InspectArgs {
    /// The snapshot, an SQLite database or an SQL dump, as it is or compressed by gzip or zstd; `-`
    /// is standard input [default: the configured one]
    #[arg(value_name = "PATH")]
    path: Option<SnapshotSource>,

    /// Configuration file [default: harness.toml, here or in a folder above, where there is one]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Column that says whose a row is, in every table that has it, instead of the configured
    /// tenancy
    #[arg(long, value_name = "NAME")]
    tenant_column: Option<String>,

    /// Format of standard output
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Listing,

    /// Tenants shown, those with the most rows
    #[arg(long, value_name = "N", default_value_t = 8)]
    tenants: usize,

    /// Read the whole database to see that it is sound
    #[arg(long)]
    deep: bool,

    /// Write PATH.manifest.json, with the hash of the snapshot, size and time of its files
    ///
    /// While the files have that size and time, commands take the hash from there. A file of that
    /// name that is no manifest is not overwritten.
    #[arg(long)]
    write_manifest: bool,

    /// When the snapshot was taken, for the manifest, such as 2025-11-16T10:04:16Z
    #[arg(long, value_name = "TIME", requires = "write_manifest", value_parser = time)]
    taken_at: Option<String>,

    #[command(flatten)]
    talk: Talk,
}

fn time(word: &str) -> Result<String, String> {
    moment(word).map(|_| word.to_owned())
}

impl InspectArgs {
    fn run(self) -> anyhow::Result<Ending> {
        let config = self.config()?;
        let source = named_or_configured(self.path, config.as_ref())?;
        let redaction = config.as_ref().map(|config| config.redaction.clone());
        let tenancy = tenancy(self.tenant_column, config)?;
        let session = CommandSession::begin(self.talk)?;
        let (target, manifest) = if self.write_manifest {
            let target = manifest_file(&source, &session.workspace)?;
            let taken_at = self.taken_at;
            (Some(target), ManifestUse::Make { taken_at })
        } else {
            (None, ManifestUse::Read)
        };
        let inspection = inspect::inspect(&InspectRequest {
            snapshot: &session.open(&source, &redaction.unwrap_or_default())?,
            tenancy,
            deep: self.deep,
            manifest,
            workspace: session.path(),
            now: SystemTime::now(),
            now_ms: now_ms()?,
        })?;
        if let (Some(target), Some(manifest)) = (target, &inspection.manifest) {
            target.replace(|file| file.write_all(manifest.text().as_bytes()))?;
        }
        session.print(inspection.is_fit(), |layout, out| {
            inspect::render(&inspection, self.format, self.tenants, layout, out)
        })
    }

    /// The configuration, where one is named, or there is one that says what the arguments do not.
    fn config(&self) -> anyhow::Result<Option<Config>> {
        let path = match &self.config {
            None if self.path.is_none() || self.tenant_column.is_none() => nearest_config()?,
            named => named.clone(),
        };
        Ok(path.map(|path| config::load(&path)).transpose()?)
    }
}

/// The named snapshot, or the configured one.
fn named_or_configured(
    named: Option<SnapshotSource>,
    config: Option<&Config>,
) -> anyhow::Result<SnapshotSource> {
    if let Some(named) = named {
        return Ok(named);
    }
    let config = config.context("no snapshot: name one, or a configuration with --config")?;
    let path = config.snapshot.clone().with_context(|| {
        let config = config.path.display();
        format!("no snapshot: name one, or set `[snapshot] path` in {config}")
    })?;
    Ok(SnapshotSource::File(path))
}

/// The named column, or the configured tenancy.
fn tenancy(
    column: Option<String>,
    config: Option<Config>,
) -> anyhow::Result<Option<DeclaredTenancy>> {
    Ok(match column {
        Some(column) if column.is_empty() => {
            bail!("--tenant-column is empty: name the column that says whose a row is")
        }
        Some(column) => Some(DeclaredTenancy {
            by: "--tenant-column".to_owned(),
            map: TenantMap {
                column,
                tables: BTreeMap::new(),
                none: None,
            },
            labels: None,
            redaction: Redaction::default(),
        }),
        None => config.map(|config| DeclaredTenancy {
            by: config.path.display().to_string(),
            map: config.tenants,
            labels: config.labels,
            redaction: config.redaction,
        }),
    })
}

/// The manifest of the snapshot. The inspection fails where a file that is no manifest has its
/// place.
fn manifest_file(source: &SnapshotSource, workspace: &Workspace) -> anyhow::Result<StagedFile> {
    let SnapshotSource::File(snapshot) = source else {
        bail!("--write-manifest: what comes from standard input has no file to stand beside")
    };
    let path = manifest_path(snapshot);
    StagedFile::open(&path, format!("manifest {}", path.display()), workspace)
}
