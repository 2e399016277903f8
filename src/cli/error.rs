//! The error of a command, as a message on standard error.

use super::actions::{JobStep, said};
use crate::check::CheckError;
use crate::config::ConfigError;
use crate::draft::DraftError;
use crate::inspect::InspectError;
use crate::migration::MigrationError;
use crate::report::{complaint, terminal_text};
use crate::snapshot::SnapshotError;
use crate::survey::SurveyError;
use anstyle::{AnsiColor, Style};
use std::io::{self, Write as _};

/// The colour that clap gives to errors.
const ERROR: Style = AnsiColor::Red.on_default().bold();

/// Writes the message, in a step of GitHub Actions as an annotation too.
pub(super) fn report(error: &anyhow::Error) {
    let sentence = sentence(error);
    let text = said(terminal_text(&sentence));
    // Standard error may be closed, and then nobody reads this.
    let _ = writeln!(anstream::stderr(), "{ERROR}error:{ERROR:#} {text}");
    if JobStep::current().is_some() {
        let _ = complaint(&sentence, &mut io::stderr());
    }
}

/// The message of an error: one of a stage is whole, one of the command line has its causes behind
/// it.
fn sentence(error: &anyhow::Error) -> String {
    let is_whole = error.is::<SnapshotError>()
        || error.is::<CheckError>()
        || error.is::<SurveyError>()
        || error.is::<InspectError>()
        || error.is::<ConfigError>()
        || error.is::<MigrationError>()
        || error.is::<DraftError>();
    if is_whole {
        error.to_string()
    } else {
        format!("{error:#}")
    }
}
