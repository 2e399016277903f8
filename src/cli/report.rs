//! `harness report`: render saved evidence again.

use super::Ending;
use super::output::{ReportFile, publish, report_target};
use super::targets::Targets;
use super::workspace::Workspace;
use crate::report::{Detail, Evidence, Format};
use anyhow::{Context as _, anyhow};
use clap::Args;
use std::io::Read as _;
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  harness report evidence.json
      the report of the run that saved it, for the terminal
  harness report evidence.json --format html > evidence.html
      byte for byte what `--report html=evidence.html` gave in that run
  harness report evidence.json --report markdown=comment.md --report sarif=harness.sarif
      more of its formats; of standard input with `-`";

const REPORT_EXIT_CODES: &str = "\
Exit codes:
  0  the evidence is rendered, whatever its verdict
  2  it is not: usage, no evidence of harness, or a file that cannot be written";

/// Render saved evidence again, in any format.
///
/// The evidence is the JSON report. Nothing is rehearsed and nothing else is read; `harness verify`
/// says whether it still holds.
#[derive(Debug, Args)]
#[command(after_help = REPORT_EXIT_CODES, after_long_help = format!("{EXAMPLES}\n\n{REPORT_EXIT_CODES}"))]
pub(super) struct ReportArgs {
    /// The evidence, as saved by `--report json=PATH`; `-` is standard input
    #[arg(value_name = "EVIDENCE")]
    evidence: PathBuf,

    /// Format of standard output
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,

    /// Also write a report to a file, as FORMAT=PATH (repeatable)
    #[arg(long = "report", value_name = "FORMAT=PATH", value_parser = report_target)]
    reports: Vec<(Format, PathBuf)>,
}

impl ReportArgs {
    pub(super) fn run(self) -> anyhow::Result<Ending> {
        let Self {
            evidence: path,
            format,
            reports,
        } = self;
        let evidence = read(&path)?;
        let workspace = Workspace::create()?;
        let mut targets = Targets::reading([path]);
        let files = ReportFile::open_all(&reports, &mut targets, &workspace)?;
        publish(&evidence, files, format, Detail::Usual)?;
        Ok(Ending::Accepted)
    }
}

/// Reads the evidence at `path`, or on standard input.
pub(super) fn read(path: &Path) -> anyhow::Result<Evidence> {
    let (name, text) = if path == Path::new("-") {
        let mut text = String::new();
        (
            "standard input".to_owned(),
            std::io::stdin().read_to_string(&mut text).map(|_| text),
        )
    } else {
        (path.display().to_string(), std::fs::read_to_string(path))
    };
    let text = text.with_context(|| format!("cannot read {name}"))?;
    Evidence::read(&text).map_err(|reason| anyhow!("{name} {reason}"))
}
