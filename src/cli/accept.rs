//! `harness accept`: declare what a migration was observed to do, after showing it and asking.

use super::Ending;
use super::input::{Input, InputArgs};
use super::output::Standard;
use super::session::CommandSession;
use super::staged::replace;
use super::talk::Talk;
use super::workspace::Workspace;
use crate::accept::{self, DiffLine, EditError, Edited, Observed};
use crate::check;
use crate::codes::Severity;
use crate::config;
use crate::migration::Migration;
use crate::record::{self, Finding, Verdict};
use crate::report::{Layout, terminal_line, wrapped};
use crate::snapshot::{Snapshot, SnapshotSource};
use anyhow::{Context as _, bail};
use clap::Args;
use std::fs::{self, OpenOptions};
use std::io::{self, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  harness accept migrations/0036_update_amber_point_metadata.sql
      rehearse it, show what it did as a scope, and ask before that is declared
  harness accept --yes 0036.sql
      without asking, where nobody is there to answer

What the author declared stays wherever it holds what was observed: a query that gives the tenants,
a range, \"any\". The scope is written to harness.toml, or to the head of the migration where it stands
there; all else in the file stays as it is.

Exit codes:
  0  what was observed is declared, or was already
  1  nothing is written: an error that no scope answers, or the answer was no
  2  could not rehearse or write: usage, configuration, snapshot, or a fault in harness";

/// Declare what a migration was observed to do, after showing it and asking.
///
/// Rehearses the migration as `harness check MIGRATION` does and edits its declared scope so that
/// it holds what was observed. While there are errors that no scope answers, nothing is written.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct AcceptArgs {
    /// Migration file
    #[arg(value_name = "MIGRATION")]
    migration: PathBuf,

    /// Configuration file [default: harness.toml, here or in a folder above]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Snapshot to rehearse on instead of the configured one; `-` is standard input
    #[arg(long, value_name = "PATH")]
    snapshot: Option<SnapshotSource>,

    /// Write without asking
    #[arg(long)]
    yes: bool,

    /// No progress
    #[arg(long, short)]
    quiet: bool,
}

impl AcceptArgs {
    pub(super) fn run(self) -> anyhow::Result<Ending> {
        if !self.yes && !io::stdin().is_terminal() {
            bail!(
                "nobody can be asked, since standard input is no terminal: give --yes to write \
                without asking"
            );
        }
        let args = InputArgs {
            migrations: vec![self.migration],
            config: self.config,
            snapshot: self.snapshot,
            samples: 0,
        };
        let input = Input::read(args, None)?;
        let is_redacted = !input.config.redaction.is_nothing();
        let mut session = CommandSession::begin(Talk {
            quiet: self.quiet,
            verbose: false,
        })?;
        let declaration = match declaration(input, &mut session)? {
            Ok(declaration) => declaration,
            Err(ending) => return Ok(ending),
        };
        session.watch.clear();
        declaration.show(is_redacted)?;
        if self.yes || is_confirmed(&declaration.file.path)? {
            declaration.write(&session.workspace)
        } else {
            Standard::say("nothing is written", Ending::Rejected)
        }
    }
}

/// An edit of a declared scope under which the migration is accepted.
struct Declaration {
    observed: record::Migration,
    /// the rehearsal under the edited scope
    again: record::Migration,
    file: ScopeFile,
    edited: Edited,
}

/// Rehearses the migration, edits its scope to what was observed, and rehearses it again under that;
/// or says why there is nothing to write.
fn declaration(
    mut input: Input,
    session: &mut CommandSession,
) -> anyhow::Result<Result<Declaration, Ending>> {
    let file = ScopeFile::of(&input)?;
    let snapshot = input.open(session)?;
    let observed = rehearse(&input, &snapshot, &session.path().join("observed"))?;
    if let Some(ending) = undeclared(&observed.migration, session)? {
        return Ok(Err(ending));
    }
    let edited = match file.edit(&input, &observed) {
        Ok(edited) => edited,
        Err(error) => {
            let (name, file) = (&observed.migration.name, file.path.display());
            let sentence = format!("{name}: {file}: {error}");
            return session.say(&sentence, Ending::Rejected).map(Err);
        }
    };
    file.declare(&mut input, &edited)?;
    let again = rehearse(&input, &snapshot, &session.path().join("again"))?.migration;
    if again.verdict == Verdict::Rejected {
        let why = "rejected even with what was observed declared";
        return refuse(session, &again, why, &of_severity(&again, Severity::Error)).map(Err);
    }
    Ok(Ok(Declaration {
        observed: observed.migration,
        again,
        file,
        edited,
    }))
}

/// Says why what was observed is not to be declared, where that is so.
fn undeclared(
    observed: &record::Migration,
    session: &mut CommandSession,
) -> anyhow::Result<Option<Ending>> {
    let obstacles = accept::obstacles(observed);
    Ok(if observed.verdict == Verdict::Accepted {
        let name = &observed.name;
        let how = match &observed.scope {
            Some(scope) => format!("as it is declared at {}", scope.place()),
            None => "without a declared scope".to_owned(),
        };
        let sentence = format!("{name}: accepted {how}; nothing to write");
        Some(session.say(&sentence, Ending::Accepted)?)
    } else if obstacles.is_empty() {
        None
    } else {
        let why = "no scope answers these errors";
        Some(refuse(session, observed, why, &obstacles)?)
    })
}

/// The file that declares the scope: the migration, where that has one at its head, else the
/// configuration.
struct ScopeFile {
    path: PathBuf,
    /// its text before the edit
    text: String,
    is_migration: bool,
}

impl ScopeFile {
    fn of(input: &Input) -> anyhow::Result<Self> {
        let migration = &input.migrations[0];
        let is_migration = accept::is_at_head(migration);
        let (path, text) = if is_migration {
            (PathBuf::from(&migration.path), migration.text.clone())
        } else {
            let path = &input.config.path;
            (path.clone(), read(path)?)
        };
        Ok(Self {
            path,
            text,
            is_migration,
        })
    }

    fn edit(&self, input: &Input, observed: &Observed) -> Result<Edited, EditError> {
        if self.is_migration {
            accept::at_head(&input.migrations[0], observed)
        } else {
            accept::in_config(&self.text, observed)
        }
    }

    /// Has the next rehearsal read the edited text, if that can be written at all.
    fn declare(&self, input: &mut Input, edited: &Edited) -> anyhow::Result<()> {
        let path = &self.path;
        OpenOptions::new()
            .append(true)
            .open(path)
            .with_context(|| format!("{} cannot be written", path.display()))?;
        if self.is_migration {
            let migration = &mut input.migrations[0];
            *migration = Migration::parse(&migration.name, &migration.path, edited.text.clone());
        } else {
            input.config =
                config::parse(&edited.text, path).context("the edited scope is not valid")?;
        }
        Ok(())
    }
}

fn read(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Rehearses the one migration, in a folder of its own.
fn rehearse(input: &Input, snapshot: &Snapshot, folder: &Path) -> anyhow::Result<Observed> {
    fs::create_dir(folder).context("cannot create a private folder for the clone")?;
    let mut checked = check::check(&input.request(snapshot, folder))?;
    fs::remove_dir_all(folder).context("cannot remove the private folder of the clone")?;
    let migration = checked.evidence.migrations.pop();
    let rehearsed = migration.zip(checked.amendments.pop());
    let (migration, amendment) = rehearsed.context("no migration was rehearsed")?;
    Ok(Observed {
        migration,
        amendment,
    })
}

/// Where the scope is declared, for a sentence.
fn place(report: &record::Migration) -> String {
    let scope = report.scope.as_ref();
    scope.map_or_else(String::new, |scope| format!(" at {}", scope.place()))
}

fn of_severity(report: &record::Migration, severity: Severity) -> Vec<&Finding> {
    report
        .findings
        .iter()
        .filter(|finding| finding.severity == severity)
        .collect()
}

/// Says for which errors of a rehearsal nothing is written.
fn refuse(
    session: &mut CommandSession,
    report: &record::Migration,
    why: &str,
    errors: &[&Finding],
) -> anyhow::Result<Ending> {
    session.watch.clear();
    Standard::print(|layout, out| {
        wrapped(&format!("{}: {why}:", report.name), "", "  ", layout, out)?;
        writeln!(out)?;
        list(report, errors, layout, out)?;
        writeln!(out, "\nnothing is written")
    })?;
    Ok(Ending::Rejected)
}

/// Each finding with its place, in two lines or more.
fn list(
    report: &record::Migration,
    findings: &[&Finding],
    layout: Layout,
    out: &mut dyn Write,
) -> io::Result<()> {
    for finding in findings {
        let place = finding.line.zip(finding.column);
        let place = place.map(|(line, column)| format!(" {}:{line}:{column}", report.path));
        let place = terminal_line(&place.unwrap_or_default());
        let (code, severity) = (&finding.code, finding.severity.word());
        writeln!(out, "  {severity}[{code}]{place}")?;
        wrapped(&finding.message, "    ", "    ", layout, out)?;
    }
    Ok(())
}

impl Declaration {
    /// Shows what would be written, the errors that this declares to be meant, and the warnings
    /// that it leaves. Around the scope of a migration are statements, which may be redacted.
    fn show(&self, is_redacted: bool) -> anyhow::Result<Ending> {
        let lines = if is_redacted {
            &self.edited.scope
        } else {
            &self.edited.lines
        };
        let lists = [
            (
                "Errors that this declares to be meant",
                &self.observed,
                accept::effects(&self.observed),
            ),
            (
                "Warnings that this leaves",
                &self.again,
                of_severity(&self.again, Severity::Warning),
            ),
        ];
        Standard::print(|layout, out| {
            wrapped(&self.headline(), "", "  ", layout, out)?;
            writeln!(out)?;
            for line in lines {
                writeln!(out, "{}", shown(line))?;
            }
            writeln!(out)?;
            for (title, migration, findings) in lists {
                if !findings.is_empty() {
                    writeln!(out, "{title}:\n")?;
                    list(migration, &findings, layout, out)?;
                    writeln!(out)?;
                }
            }
            Ok(())
        })
    }

    fn headline(&self) -> String {
        let place = place(&self.observed);
        let state = if place.is_empty() {
            "declares no scope yet".to_owned()
        } else {
            format!("does other than is declared{place}")
        };
        let (name, file) = (&self.observed.name, self.file.path.display());
        format!("{name} {state}. Observed, in {file}:")
    }

    /// Writes the edited file, if its text is still what was edited.
    fn write(self, workspace: &Workspace) -> anyhow::Result<Ending> {
        let ScopeFile { path, text, .. } = self.file;
        let shown = path.display();
        if read(&path)? != text {
            bail!("{shown} was changed meanwhile, and is not overwritten");
        }
        replace(&path, &self.edited.text, workspace)?;
        let sentence = format!("{}: declared in {shown}", self.observed.name);
        Standard::say(&sentence, Ending::Accepted)
    }
}

fn shown(line: &DiffLine) -> String {
    let (sign, text) = match line {
        DiffLine::Kept(text) => (' ', text.as_str()),
        DiffLine::Removed(text) => ('-', text.as_str()),
        DiffLine::Added(text) => ('+', text.as_str()),
        DiffLine::Skipped => (' ', "[…]"),
    };
    let line = format!("  {sign} {}", terminal_line(text));
    line.trim_end().to_owned()
}

/// Asks the person at the terminal.
fn is_confirmed(file: &Path) -> anyhow::Result<bool> {
    let mut terminal = io::stderr();
    write!(
        terminal,
        "Declare this in {}? [y/N] ",
        terminal_line(&file.display().to_string())
    )?;
    terminal.flush()?;
    let mut answer = String::new();
    io::stdin()
        .read_line(&mut answer)
        .context("cannot read the answer")?;
    Ok(["y", "yes"].contains(&answer.trim().to_ascii_lowercase().as_str()))
}
