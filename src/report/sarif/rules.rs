//! The table of codes as rules.

use super::log::{Configuration, Help, Level, Rule, braces};
use super::message;
use crate::codes::{Entry, Severity};
use crate::report::phrases::{what_to_do, whole_sentence};

/// The rule of a code.
pub(super) fn rule(entry: &'static Entry) -> Rule {
    let level = match entry.severity {
        Severity::Error => Level::Error,
        Severity::Warning => Level::Warning,
        Severity::Note => Level::Note,
    };
    let (sentence, help) = (whole_sentence(entry), what_to_do(entry));
    let pages = entry.explanation.trim_end();
    // The pages are Markdown that reads as plain text does.
    let page = braces(&format!("{sentence}\n\n{pages}\n\n{help}\n"));
    Rule {
        id: entry.id,
        short_description: message(&sentence),
        full_description: message(&format!("{sentence} {help}")),
        help: Help {
            text: page.clone(),
            markdown: page,
        },
        default_configuration: Configuration { level },
    }
}
