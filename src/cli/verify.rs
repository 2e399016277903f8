//! `harness verify`: rehearse what saved evidence says again, and say whether it still holds.

use super::input::Input;
use super::output::Standard;
use super::session::CommandSession;
use super::talk::Talk;
use super::{Ending, report};
use crate::check;
use crate::redaction::Redaction;
use crate::report::Evidence;
use crate::snapshot::SnapshotSource;
use crate::verify::{Difference, comparable, difference};
use anyhow::bail;
use clap::Args;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  harness verify evidence.json
      the same migrations on the same snapshot, under the same configuration file, as the evidence names them
  harness verify evidence.json --snapshot copy.db
      where the snapshot lies elsewhere here

Exit codes:
  0  the evidence holds: same migrations, snapshot, engine settings, changes and verdict
  1  it does not; the first difference is printed
  2  could not rehearse: usage, no evidence of harness, configuration, snapshot, or a fault in harness";

/// Rehearse again what saved evidence is of, and say whether it still holds.
///
/// Compared are the texts of the migrations, the snapshot, the engine's settings, what each
/// statement matched and wrote, every figure and sample of the changes, the schema, the findings
/// and the verdict, then every other word of the evidence. `now` stands at the time that it stood
/// at then. Not compared are times, and the version of SQLite; and where another snapshot or
/// configuration file is given, or another version of harness made the evidence, what only words
/// differ in.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct VerifyArgs {
    /// The evidence, as saved by `harness check --report json=PATH`; `-` is standard input
    #[arg(value_name = "EVIDENCE")]
    evidence: PathBuf,

    /// Configuration file [default: the one that the evidence names]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Snapshot [default: the one that the evidence names]
    #[arg(long, value_name = "PATH")]
    snapshot: Option<SnapshotSource>,

    /// No progress
    #[arg(long, short)]
    quiet: bool,
}

impl VerifyArgs {
    pub(super) fn run(self) -> anyhow::Result<Ending> {
        let Self {
            evidence: path,
            config,
            snapshot,
            quiet,
        } = self;
        let then = report::read(&path)?;
        let name = path.display();
        if then.snapshot.blake3.is_none() {
            bail!("{name}: holds no hash of the snapshot, so that it cannot be verified");
        }
        let is_elsewhere = config.is_some() || snapshot.is_some();
        let input = Input::again(&then, config, snapshot)?;
        let now = rehearse(&then, &input, quiet)?;
        let found = difference(&then, &now, comparable(&then, &now, is_elsewhere));
        let ending = Ending::accepted_if(found.is_none());
        let holds = match found {
            None => {
                let (verdict, but) = (now.verdict.word(), reservations(&then, &now));
                format!("holds; the verdict is still {verdict}{but}")
            }
            Some(found) => described(found, &input.config.redaction),
        };
        Standard::say(&format!("{name}: {holds}"), ending)
    }
}

/// Where the evidence does not hold. It may be older than what the configuration hides.
fn described(difference: Difference, redaction: &Redaction) -> String {
    let Difference { place, then, now } = difference;
    if redaction.is_nothing() {
        let [then, now] = [then, now].map(|one| one.unwrap_or("nothing".to_owned()));
        format!("does not hold: {place}: was {then}, is {now}")
    } else {
        format!("does not hold: {place} is not what it was")
    }
}

/// What the evidence would be now.
fn rehearse(then: &Evidence, input: &Input, quiet: bool) -> anyhow::Result<Evidence> {
    let session = CommandSession::begin(Talk {
        quiet,
        verbose: false,
    })?;
    let snapshot = input.open(&session)?;
    let checked = check::check(&check::Request {
        identify: true,
        deep: then.options.deep,
        ..input.request(&snapshot, session.path())
    })?;
    Ok(checked.evidence)
}

/// What else is not as it was, though the evidence holds.
fn reservations(then: &Evidence, now: &Evidence) -> String {
    let mut clauses = String::new();
    if then.harness != now.harness {
        clauses += "; another version of harness made it, so that sentences were not compared";
    }
    if then.config.blake3 != now.config.blake3 {
        clauses += "; the configuration is another text than it was";
    }
    clauses
}
