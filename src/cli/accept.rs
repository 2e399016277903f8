//! `harness accept`: declare what a migration was observed to do, after showing it and asking.

use super::input::{Input, InputArgs, source};
use super::output::{Standard, replace};
use super::progress::Watch;
use super::talk::Talk;
use super::workspace::Workspace;
use super::{Ending, loading};
use crate::accept::{self, Line};
use crate::check;
use crate::codes::Severity;
use crate::config;
use crate::migration::Migration;
use crate::report::{Layout, MigrationReport, terminal_line, wrapped};
use crate::snapshot::{Snapshot, Source};
use crate::verdict::Finding;
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
    #[arg(long, value_name = "PATH", value_parser = source())]
    snapshot: Option<Source>,

    /// Write without asking
    #[arg(long)]
    yes: bool,

    /// No progress
    #[arg(long, short)]
    quiet: bool,
}

impl AcceptArgs {
    pub(super) fn run(self) -> anyhow::Result<Ending> {
        let Self {
            migration,
            config,
            snapshot,
            yes,
            quiet,
        } = self;
        if !yes && !io::stdin().is_terminal() {
            bail!(
                "nobody can be asked, since standard input is no terminal: give --yes to write \
                without asking"
            );
        }
        let args = InputArgs {
            migrations: vec![migration],
            config,
            snapshot,
            samples: 0,
        };
        let mut input = Input::read(args)?;
        let before = Texts {
            config: read(&input.config.path)?,
            migration: input.migrations[0].text.clone(),
        };
        let workspace = Workspace::create()?;
        let mut watch = Watch::begin(&workspace, Talk::quietly(quiet));
        let snapshot = loading::open(input.snapshot(), &workspace, &watch)
            .map_err(|error| loading::redacted(&input.config.redaction, error))?;
        let observed = rehearse(&input, &snapshot, &workspace.path().join("observed"))?;
        if observed.accepted {
            watch.clear();
            return Standard::say(
                &format!(
                    "{}: accepted as it is declared{}; nothing to write",
                    observed.name,
                    place(&observed)
                ),
                Ending::Accepted,
            );
        }
        let obstacles = accept::obstacles(&observed);
        if !obstacles.is_empty() {
            watch.clear();
            return refuse(&observed, "no scope answers these errors", &obstacles);
        }
        let is_at_head = accept::is_at_head(&input.migrations[0]);
        let file = if is_at_head {
            PathBuf::from(&observed.path)
        } else {
            input.config.path.clone()
        };
        let edit = if is_at_head {
            accept::at_head(&input.migrations[0], &observed)
        } else {
            accept::in_config(&before.config, &observed)
        };
        let edited = match edit {
            Ok(edited) => edited,
            Err(error) => {
                watch.clear();
                return Standard::say(
                    &format!("{}: {}: {error}", observed.name, file.display()),
                    Ending::Rejected,
                );
            }
        };
        OpenOptions::new()
            .append(true)
            .open(&file)
            .with_context(|| format!("{} cannot be written", file.display()))?;
        if is_at_head {
            let migration = &input.migrations[0];
            input.migrations = vec![Migration::parse(
                &migration.name,
                &migration.path,
                edited.text.clone(),
            )];
        } else {
            input.config =
                config::parse(&edited.text, &file).context("the edited scope is not valid")?;
        }
        let again = rehearse(&input, &snapshot, &workspace.path().join("again"))?;
        watch.clear();
        if !again.accepted {
            let errors: Vec<_> = of_severity(&again, Severity::Error).collect();
            return refuse(
                &again,
                "rejected even with what was observed declared",
                &errors,
            );
        }
        // Of a migration, statements stand around the scope.
        let lines = if input.config.redaction.is_nothing() {
            &edited.lines
        } else {
            &edited.scope
        };
        show(&observed, &again, &file, lines)?;
        if !yes && !is_confirmed(&file)? {
            return Standard::say("nothing is written", Ending::Rejected);
        }
        let is_same = if is_at_head {
            read(&file)? == before.migration
        } else {
            read(&file)? == before.config
        };
        if !is_same {
            bail!(
                "{} was changed meanwhile, and is not overwritten",
                file.display()
            );
        }
        replace(&file, &edited.text, &workspace)?;
        Standard::say(
            &format!("{}: declared in {}", observed.name, file.display()),
            Ending::Accepted,
        )
    }
}

/// The files that may be edited, as they were read.
struct Texts {
    config: String,
    migration: String,
}

fn read(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Rehearses the one migration, in a folder of its own.
fn rehearse(input: &Input, snapshot: &Snapshot, folder: &Path) -> anyhow::Result<MigrationReport> {
    fs::create_dir(folder).context("cannot create a private folder for the clone")?;
    let mut report = check::check(&input.request(snapshot, folder))?;
    fs::remove_dir_all(folder).context("cannot remove the private folder of the clone")?;
    report
        .migrations
        .pop()
        .context("no migration was rehearsed")
}

/// Where the scope is declared, for a sentence.
fn place(report: &MigrationReport) -> String {
    accept::declared(report)
        .map(|declared| format!(" at {}", declared.place()))
        .unwrap_or_default()
}

fn of_severity(report: &MigrationReport, severity: Severity) -> impl Iterator<Item = &Finding> {
    report
        .findings
        .iter()
        .filter(move |finding| finding.severity == severity)
}

fn refuse(report: &MigrationReport, why: &str, errors: &[&Finding]) -> anyhow::Result<Ending> {
    Standard::print(|layout, out| {
        wrapped(&format!("{}: {why}:", report.name), "", "  ", layout, out)?;
        writeln!(out)?;
        errors
            .iter()
            .try_for_each(|finding| list(report, finding, layout, out))?;
        writeln!(out, "\nnothing is written")
    })?;
    Ok(Ending::Rejected)
}

/// A finding with its place, in two lines or more.
fn list(
    report: &MigrationReport,
    finding: &Finding,
    layout: Layout,
    out: &mut dyn Write,
) -> io::Result<()> {
    let place = finding
        .place
        .map(|place| format!(" {}:{}:{}", report.path, place.from.line, place.from.column));
    let (code, severity) = (finding.code.id(), finding.severity.word());
    writeln!(
        out,
        "  {severity}[{code}]{}",
        terminal_line(&place.unwrap_or_default())
    )?;
    wrapped(&finding.message.to_string(), "    ", "    ", layout, out)
}

/// Shows what would be written, the effects that it declares along with the rows, and the warnings
/// that declaring it leaves.
fn show(
    report: &MigrationReport,
    again: &MigrationReport,
    file: &Path,
    lines: &[Line],
) -> anyhow::Result<()> {
    let place = place(report);
    let state = if place.is_empty() {
        "declares no scope yet".to_owned()
    } else {
        format!("does other than is declared{place}")
    };
    Standard::print(|layout, out| {
        wrapped(
            &format!("{} {state}. Observed, in {}:", report.name, file.display()),
            "",
            "  ",
            layout,
            out,
        )?;
        writeln!(out)?;
        for line in lines {
            let (sign, text) = match line {
                Line::Kept(text) => (' ', text.as_str()),
                Line::Removed(text) => ('-', text.as_str()),
                Line::Added(text) => ('+', text.as_str()),
                Line::Skipped => (' ', "[…]"),
            };
            writeln!(
                out,
                "{}",
                format!("  {sign} {}", terminal_line(text)).trim_end()
            )?;
        }
        writeln!(out)?;
        let lists = [
            (
                "Errors that this declares to be meant",
                report,
                accept::effects(report),
            ),
            (
                "Warnings that this leaves",
                again,
                of_severity(again, Severity::Warning).collect(),
            ),
        ];
        for (title, report, findings) in lists
            .into_iter()
            .filter(|(_, _, findings)| !findings.is_empty())
        {
            writeln!(out, "{title}:\n")?;
            findings
                .into_iter()
                .try_for_each(|finding| list(report, finding, layout, out))?;
            writeln!(out)?;
        }
        Ok(())
    })
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
