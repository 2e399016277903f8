//! The command line: arguments, outputs, exit codes. One file for each command; computes nothing.

mod accept;
mod actions;
mod changed;
mod check;
mod completions;
mod error;
mod explain;
mod init;
mod input;
mod new;
mod output;
mod preview;
mod progress;
mod report;
mod schema;
mod session;
mod snapshot;
mod staged;
mod survey;
mod talk;
mod targets;
mod verify;
mod workspace;

use clap::{ColorChoice, Parser, Subcommand};
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

impl Command {
    fn run(self) -> anyhow::Result<Ending> {
        match self {
            Self::Init(args) => args.run(),
            Self::New(args) => args.run(),
            Self::Check(args) => args.run(),
            Self::Preview(args) => args.run(),
            Self::Accept(args) => args.run(),
            Self::Report(args) => args.run(),
            Self::Verify(args) => args.run(),
            Self::Explain(args) => args.run(),
            Self::Survey(args) => args.run(),
            Self::Snapshot(args) => args.run(),
            Self::Schema(args) => args.run(),
            Self::Completions(args) => args.run(),
        }
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

/// Runs the command that the arguments of this process name, and reports its error on standard
/// error. Returns the exit code of the process: 0 accepted, 1 rejected, 2 not carried out.
pub fn run_command_line() -> ExitCode {
    let Cli { command, color } = Cli::parse();
    talk::choose_colours(color);
    let result = command.run();
    workspace::give_way_to_signal();
    let code = match result {
        Ok(Ending::Accepted) => ExitCode::SUCCESS,
        Ok(Ending::Rejected) => ExitCode::from(1),
        Err(error) => {
            error::report(&error);
            ExitCode::from(2)
        }
    };
    workspace::clear_up();
    code
}
