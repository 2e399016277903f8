//! `harness check`: rehearse and judge.

use super::actions::Step;
use super::input::{Input, InputArgs};
use super::loading;
use super::output::{ReportTarget, Standard, format, report_target, write_all};
use super::progress::Watch;
use super::talk::Talk;
use super::targets::Targets;
use super::workspace::Workspace;
use super::{EXIT_CODES, Ending};
use crate::check;
use crate::files::{DATABASE_SUFFIXES, with_suffix};
use crate::report::{Evidence, Format};
use anyhow::{Context as _, bail};
use clap::Args;
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  harness check
      every migration of the configured folder that is not applied yet
  harness check migrations/0036_update_amber_point_metadata.sql
      this migration, against the scope declared in harness.toml
  harness check --changed-since origin/main
      what this branch adds or edits
  harness check --snapshot prod.db --report json=evidence.json 0036.sql
      another snapshot, with evidence saved for a reviewer
  ssh prod 'sqlite3 app.db .dump | zstd' | harness check --snapshot - 0036.sql
      a snapshot that is not saved here
";

/// Rehearse migrations and say whether they stay within their declared scope.
///
/// Clones the snapshot, shows each UPDATE and DELETE as the SELECT it is, runs the migration for
/// real on the clone, and diffs the rows that changed, by tenant, against the scope declared in
/// harness.toml. The snapshot is never written to.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES, after_long_help = format!("{EXAMPLES}\n{EXIT_CODES}"))]
pub(super) struct CheckArgs {
    #[command(flatten)]
    input: InputArgs,

    /// Only what a branch changes: the migrations of the configured folder that differ between the
    /// work tree, uncommitted files included, and the commit where HEAD left REF
    ///
    /// Where `[migrations] applied` is configured, all that are pending are rehearsed with them, as
    /// they would be deployed. One that is applied already and edited is rejected. Where the branch
    /// changes none, the check accepts.
    #[arg(long, value_name = "REF", conflicts_with = "migrations")]
    changed_since: Option<String>,

    /// Format of standard output
    ///
    /// In a step of GitHub Actions the findings go to standard error too, as annotations, whatever
    /// the format.
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = format())]
    format: Format,

    /// Also write a report to a file, as FORMAT=PATH (repeatable)
    ///
    /// The file is written whole at the end or not at all; that it can be written is known before
    /// the run.
    #[arg(long = "report", value_name = "FORMAT=PATH", value_parser = report_target)]
    reports: Vec<(Format, PathBuf)>,

    /// Also do what costs a second run or a whole scan: run it again, stop where a failure would
    /// leave most, check all references, look the database through for damage
    #[arg(long)]
    deep: bool,

    /// Leave the migrated database at PATH, which must not exist yet
    #[arg(long, value_name = "PATH")]
    keep_clone: Option<PathBuf>,

    #[command(flatten)]
    talk: Talk,
}

impl CheckArgs {
    pub(super) fn run(self) -> anyhow::Result<Ending> {
        let Self {
            input,
            changed_since,
            format,
            reports,
            deep,
            keep_clone,
            talk,
        } = self;
        let input = Input::since(input, changed_since.as_deref())?;
        let mut taken = Targets::protecting(input.snapshot(), input.files())
            .sparing(input.config.migrations.as_deref());
        if let Some(path) = &keep_clone {
            for suffix in DATABASE_SUFFIXES {
                taken.claim("--keep-clone", &with_suffix(path, suffix))?;
            }
            free_place(path)?;
        }
        for (_, path) in &reports {
            taken.claim("--report", path)?;
        }
        let workspace = Workspace::create()?;
        if let Some(path) = &keep_clone {
            for suffix in DATABASE_SUFFIXES {
                workspace.also_remove(&with_suffix(path, suffix));
            }
        }
        let targets: Vec<ReportTarget> = reports
            .into_iter()
            .map(|(format, path)| ReportTarget::open(format, &path, &workspace))
            .collect::<Result<_, _>>()?;
        let identify = format == Format::Json || !targets.is_empty();
        let mut watch = Watch::begin(&workspace, talk);
        let snapshot = loading::open(input.snapshot(), &workspace, &watch)
            .map_err(|error| loading::redacted(&input.config.redaction, error))?;
        let request = input.request(&snapshot, workspace.path());
        let report = check::check(&check::Request {
            keep_clone: keep_clone.as_deref(),
            identify,
            deep,
            ..request
        })?;
        let evidence = Evidence::new(&report);
        watch.clear();
        let written = write_all(targets, &evidence);
        Standard::write(&evidence, format, talk.detail())?;
        written?;
        if let Some(step) = Step::current().filter(|_| format != Format::Github) {
            step.annotate(&evidence)?;
        }
        talk.tell_times(&watch, Some(&evidence));
        Ok(Ending::accepted_if(report.is_accepted()))
    }
}

/// Refuses a path that something is at already, or whose folder is missing.
fn free_place(path: &Path) -> anyhow::Result<()> {
    let mut files = DATABASE_SUFFIXES
        .into_iter()
        .map(|suffix| with_suffix(path, suffix));
    if let Some(file) = files.find(|file| file.symlink_metadata().is_ok()) {
        bail!(
            "--keep-clone {}: {} exists already, and is not overwritten",
            path.display(),
            file.display()
        );
    }
    let folder = path
        .parent()
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    tempfile::tempfile_in(folder)
        .with_context(|| format!("--keep-clone {}: cannot write there", path.display()))?;
    Ok(())
}
