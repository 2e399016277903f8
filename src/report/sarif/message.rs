//! Messages: plain text in which nothing is an argument or a link.

use crate::report::escape;
use serde::Serialize;

/// A message.
#[derive(Serialize)]
pub(super) struct Message {
    text: String,
}

impl Message {
    /// Plain text, whose braces are doubled and which has no link.
    pub(super) fn new(text: &str) -> Self {
        Self {
            text: braces(&escape::block(text)).replace("](", "]\\("),
        }
    }
}

/// A message's text in which `{` and `}` are themselves: alone they would hold the place of an
/// argument (§3.11.5).
pub(super) fn braces(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}
