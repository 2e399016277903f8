//! The command line: arguments, outputs, exit codes. One file for each command; computes nothing.

mod accept;
mod actions;
mod changed;
mod check;
mod completions;
mod explain;
mod init;
mod input;
mod loading;
mod new;
mod output;
mod preview;
mod progress;
mod report;
mod schema;
mod snapshot;
mod staged;
mod survey;
mod talk;
mod targets;
mod verify;
mod workspace;

use crate::check::CheckError;
use crate::config::ConfigError;
use crate::draft::DraftError;
use crate::inspect::InspectError;
use crate::migration::MigrationError;
use crate::report::{complaint, terminal_text};
use crate::snapshot::SnapshotError;
use crate::survey::SurveyError;
use anstyle::{AnsiColor, Style};
use clap::{ColorChoice, Parser, Subcommand};
use std::io::Write as _;
use std::process::ExitCode;

/// Rehearse a migration on a clone of a SQLite snapshot, and hold every row that it changes, tenant
/// by tenant, against the scope that its author declared.
#[derive(Debug, Parser)]
#[command(
    name = "harness",
    version,
    propagate_version = true,
    arg_required_else_help = true
)]
struct Cli {
    #[command(subcommand)]
    command: Command,

    /// When output has colours; `auto` goes by the terminal, `NO_COLOR` and `CLICOLOR_FORCE`
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true)]
    color: ColorChoice,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::InitArgs),
    New(new::NewArgs),
    Check(check::CheckArgs),
    Preview(preview::PreviewArgs),
    Accept(accept::AcceptArgs),
    Report(report::ReportArgs),
    Verify(verify::VerifyArgs),
    Explain(explain::ExplainArgs),
    Survey(survey::SurveyArgs),
    Snapshot(snapshot::SnapshotArgs),
    Schema(schema::SchemaArgs),
    Completions(completions::CompletionsArgs),
}

/// The message of an error: one of a stage is whole, one of the command line has its causes behind
/// it.
fn sentence(error: &anyhow::Error) -> String {
    let stages = error.is::<SnapshotError>()
        || error.is::<CheckError>()
        || error.is::<SurveyError>()
        || error.is::<InspectError>();
    let is_whole = stages
        || error.is::<ConfigError>()
        || error.is::<MigrationError>()
        || error.is::<DraftError>();
    if is_whole {
        error.to_string()
    } else {
        format!("{error:#}")
    }
}

/// How a command ended that could be carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// the command succeeded (exit 0)
    Accepted,
    /// it found something to reject (exit 1)
    Rejected,
}

impl Ending {
    fn accepted_if(is_accepted: bool) -> Self {
        if is_accepted {
            Self::Accepted
        } else {
            Self::Rejected
        }
    }
}

/// What every exit code means, for `--help`.
const EXIT_CODES: &str = "\
Exit codes:
  0  every migration is accepted
  1  at least one is rejected: out of scope, undeclared, or it failed to run
  2  could not rehearse: usage, configuration, snapshot, no migration found, or a fault in harness";

/// The colour that clap gives to errors.
const ERROR: Style = AnsiColor::Red.on_default().bold();

/// Runs the command that the arguments of this process name, and reports its error on standard
/// error. Returns the exit code of the process: 0 accepted, 1 rejected, 2 not carried out.
pub fn run_command_line() -> ExitCode {
    let Cli { command, color } = Cli::parse();
    talk::choose_colours(color);
    let result = match command {
        Command::Init(args) => args.run(),
        Command::New(args) => args.run(),
        Command::Check(args) => args.run(),
        Command::Preview(args) => args.run(),
        Command::Accept(args) => args.run(),
        Command::Report(args) => args.run(),
        Command::Verify(args) => args.run(),
        Command::Explain(args) => args.run(),
        Command::Survey(args) => args.run(),
        Command::Snapshot(args) => args.run(),
        Command::Schema(args) => args.run(),
        Command::Completions(args) => args.run(),
    };
    workspace::give_way_to_signal();
    match result {
        Ok(Ending::Accepted) => ExitCode::SUCCESS,
        Ok(Ending::Rejected) => ExitCode::from(1),
        Err(error) => {
            // Standard error may be closed, and then nobody reads this.
            let sentence = sentence(&error);
            let _ = writeln!(
                anstream::stderr(),
                "{ERROR}error:{ERROR:#} {}",
                actions::said(terminal_text(&sentence))
            );
            if actions::JobStep::current().is_some() {
                let _ = complaint(&sentence, &mut std::io::stderr());
            }
            ExitCode::from(2)
        }
    }
}
