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
mod survey;
mod talk;
mod targets;
mod verify;
mod workspace;

use anstyle::{AnsiColor, Style};
use clap::{ColorChoice, Parser, Subcommand};
use harness::check::CheckError;
use harness::config::ConfigError;
use harness::draft::DraftError;
use harness::inspect::InspectError;
use harness::migration::MigrationError;
use harness::report::{complaint, terminal_text};
use harness::snapshot::SnapshotError;
use harness::survey::SurveyError;
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

/// The message of an error: the library's own say everything, those of the binary have their causes
/// behind them.
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
    /// every migration is accepted, what was observed declared, every preview printed, the evidence
    /// rendered or still true, every statement surveyed without trouble, the snapshot fit, the
    /// schema printed
    Accepted,
    /// at least one is not, or the snapshot is not
    Rejected,
}

/// What every exit code means, for `--help`.
const EXIT_CODES: &str = "\
Exit codes:
  0  every migration is accepted
  1  at least one is rejected: out of scope, undeclared, or it failed to run
  2  could not rehearse: usage, configuration, snapshot, no migration found, or a fault in harness";

/// The colour of an error, as clap gives its own.
const ERROR: Style = AnsiColor::Red.on_default().bold();

/// Parses the arguments, runs the command, says what went wrong; the exit code of the process.
pub(crate) fn run() -> ExitCode {
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
            // Standard error may be closed; there is nobody left to tell.
            let sentence = sentence(&error);
            let _ = writeln!(
                anstream::stderr(),
                "{ERROR}error:{ERROR:#} {}",
                actions::said(terminal_text(&sentence))
            );
            if actions::Step::current().is_some() {
                let _ = complaint(&sentence, &mut std::io::stderr());
            }
            ExitCode::from(2)
        }
    }
}
