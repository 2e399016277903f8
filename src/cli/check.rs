//! `harness check`: rehearse and judge.

use super::Ending;
use super::actions::JobStep;
use super::input::{Input, InputArgs};
use super::output::{ReportFile, publish, report_target};
use super::session::CommandSession;
use super::talk::Talk;
use super::targets::Targets;
use super::workspace::Workspace;
use crate::check;
use crate::files::{database_files, folder_of};
use crate::record::Verdict;
use crate::report::Format;
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

const EXIT_CODES: &str = "\
Exit codes:
  0  every migration is accepted
  1  at least one is rejected: out of scope, undeclared, or it failed to run
  2  could not rehearse: usage, configuration, snapshot, no migration found, or a fault in harness";

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
    #[arg(long, value_name = "FORMAT", default_value = "text")]
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
        let (format, talk) = (self.format, self.talk);
        let input = Input::read(self.input, self.changed_since.as_ref())?;
        let mut session = CommandSession::begin(talk)?;
        let workspace = &session.workspace;
        let mut targets = input.targets();
        if let Some(path) = &self.keep_clone {
            claim_clone(path, &mut targets, workspace)?;
        }
        let files = ReportFile::open_all(&self.reports, &mut targets, workspace)?;
        let snapshot = input.open(&session)?;
        let checked = check::check(&check::Request {
            keep_clone: self.keep_clone.as_deref(),
            identify: format == Format::Json || !files.is_empty(),
            deep: self.deep,
            ..input.request(&snapshot, session.path())
        })?;
        let evidence = checked.evidence;
        session.watch.clear();
        publish(&evidence, files, format, talk.detail())?;
        if let Some(step) = JobStep::current().filter(|_| format != Format::Github) {
            step.annotate(&evidence)?;
        }
        talk.tell_times(&session.watch, Some(&evidence));
        Ok(Ending::accepted_if(evidence.verdict == Verdict::Accepted))
    }
}

/// Claims the files of the database that is left at `path`, where nothing may be yet.
fn claim_clone(path: &Path, targets: &mut Targets, workspace: &Workspace) -> anyhow::Result<()> {
    let option = "--keep-clone";
    let files = database_files(path);
    for file in &files {
        targets.claim(option, file)?;
    }
    let shown = path.display();
    if let Some(file) = files.iter().find(|file| file.symlink_metadata().is_ok()) {
        let file = file.display();
        bail!("{option} {shown}: {file} exists already, and is not overwritten");
    }
    tempfile::tempfile_in(folder_of(path))
        .with_context(|| format!("{option} {shown}: cannot write there"))?;
    for file in &files {
        workspace.also_remove(file);
    }
    Ok(())
}
