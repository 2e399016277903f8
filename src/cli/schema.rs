//! `harness schema`: the shapes of what harness reads and writes, for editors and programs.

use super::Ending;
use super::output::Standard;
use crate::{config, report};
use clap::{Args, ValueEnum};

const EXAMPLES: &str = "\
Examples:
  harness schema config > harness.schema.json
      completion and checks in an editor, with `#:schema ./harness.schema.json` as the first line of harness.toml
  harness schema report
      the form of `harness check --format json`";

/// Print a JSON Schema: of harness.toml, or of the JSON report.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct SchemaArgs {
    /// Of what
    #[arg(value_enum, value_name = "config|report")]
    of: Subject,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Subject {
    /// harness.toml
    Config,
    /// what `harness check --format json` writes
    Report,
}

impl SchemaArgs {
    pub(super) fn run(self) -> anyhow::Result<Ending> {
        let schema = match self.of {
            Subject::Config => config::schema(),
            Subject::Report => report::schema(),
        };
        Standard::print(|_, out| writeln!(out, "{schema:#}"))
    }
}
