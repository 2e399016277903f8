//! `harness preview`: print the SELECTs.

use super::Ending;
use super::input::{Input, InputArgs};
use super::output::Standard;
use super::session::CommandSession;
use super::talk::Talk;
use crate::check;
use crate::rehearse::Outcome;
use crate::report::{Detail, Format};
use clap::Args;

const EXAMPLES: &str = "\
Examples:
  harness preview migrations/0036_update_amber_point_metadata.sql
      each UPDATE and DELETE of the file as a SELECT, and the query of each INSERT from one, with rows by tenant
  harness preview --samples 20 0036.sql | less
      more rows of each

Exit codes:
  0  the previews are printed
  1  a migration failed to run, so that the statements behind have no preview
  2  could not rehearse: usage, configuration, snapshot, no migration found, or a fault in harness";

/// Print each UPDATE and DELETE as the SELECT it is, and the query of each INSERT from one, ready
/// to paste, with rows by tenant.
///
/// Every preview shows the state just before its statement: the statements before it are run, on a
/// clone that is thrown away. The snapshot is never written to. Nothing is judged.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct PreviewArgs {
    #[command(flatten)]
    input: InputArgs,

    /// No progress
    #[arg(long, short)]
    quiet: bool,
}

impl PreviewArgs {
    pub(super) fn run(self) -> anyhow::Result<Ending> {
        let input = Input::read(self.input, None)?;
        let mut session = CommandSession::begin(Talk {
            quiet: self.quiet,
            verbose: false,
        })?;
        let snapshot = input.open(&session)?;
        let evidence = check::check(&input.request(&snapshot, session.path()))?.evidence;
        session.watch.clear();
        Standard::write(&evidence, Format::Previews, Detail::Usual)?;
        let is_complete = evidence
            .migrations
            .iter()
            .all(|one| one.outcome == Outcome::Applied);
        Ok(Ending::accepted_if(is_complete))
    }
}
