//! `harness explain`: what each finding means.

use super::Ending;
use super::output::Standard;
use anyhow::bail;
use clap::Args;
use harness::codes::{Code, Entry, TABLE};
use std::io::{self, Write};

/// Explain a finding: how it comes about, an example, and its fix.
#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// The code of the finding; without one, all are listed
    #[arg(value_name = "CODE")]
    code: Option<String>,
}

impl ExplainArgs {
    pub(super) fn run(&self) -> anyhow::Result<Ending> {
        let Some(id) = &self.code else {
            Standard::print(0, |_, out| list(out))?;
            return Ok(Ending::Accepted);
        };
        let Some(code) = Code::named(id) else { bail!("there is no finding `{id}`: `harness explain` lists them all") };
        Standard::print(0, |_, out| explain(code.entry(), out))?;
        Ok(Ending::Accepted)
    }
}

/// Every code with its severity and sentence.
fn list(out: &mut dyn Write) -> io::Result<()> {
    let width = TABLE.iter().map(|entry| entry.id.len()).max().unwrap_or_default();
    for entry in &TABLE {
        let fixed = if entry.is_core { "always" } else { "" };
        writeln!(out, "{:width$}  {:7}  {fixed:6}  {}", entry.id, entry.severity.word(), entry.sentence)?;
    }
    writeln!(out, "\n`always`: nothing lowers or suppresses it. The others take another severity under [findings] in harness.toml,")?;
    writeln!(out, "or a comment in the migration: -- harness: allow CODE until YYYY-MM-DD because REASON")
}

fn explain(entry: &Entry, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# {} ({})\n\n{}\n\n{}", entry.id, entry.severity.word(), capital(entry.sentence), entry.explanation.trim_end())?;
    writeln!(out, "\nWhat to do: {}.", entry.help)
}

/// The sentence as it stands alone.
fn capital(sentence: &str) -> String {
    let mut chars = sentence.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}
