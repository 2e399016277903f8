//! `harness explain`: what each finding means.

use super::Ending;
use super::output::Standard;
use crate::codes::Code;
use crate::report;
use anyhow::bail;
use clap::Args;

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
            Standard::print(report::codes)?;
            return Ok(Ending::Accepted);
        };
        let Some(code) = Code::named(id) else {
            let near: Vec<String> = Code::near(id)
                .into_iter()
                .map(|near| format!("`{near}`"))
                .collect();
            let near = if near.is_empty() {
                String::new()
            } else {
                format!(" did you mean {}?", near.join(", or "))
            };
            bail!("there is no finding `{id}`:{near} `harness explain` lists them all");
        };
        Standard::print(|layout, out| report::explanation(code.entry(), layout, out))
    }
}
