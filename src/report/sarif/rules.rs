//! The table of codes as rules.

use super::message::{Message, braces};
use crate::codes::Entry;
use crate::report::phrases::{what_to_do, whole_sentence};
use serde::Serialize;

/// A code.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Rule {
    id: &'static str,
    short_description: Message,
    full_description: Message,
    help: Help,
    default_configuration: Configuration,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: String,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

/// The rule of a code.
pub(super) fn rule(entry: &Entry) -> Rule {
    let (sentence, help) = (whole_sentence(entry), what_to_do(entry));
    let explanation = entry.explanation.trim_end();
    // The pages are Markdown that reads as plain text does.
    let page = braces(&format!("{sentence}\n\n{explanation}\n\n{help}\n"));
    Rule {
        id: entry.id,
        short_description: Message::new(&sentence),
        full_description: Message::new(&format!("{sentence} {help}")),
        help: Help {
            text: page.clone(),
            markdown: page,
        },
        default_configuration: Configuration {
            level: entry.severity.word(),
        },
    }
}
