//! Accepting what was observed: the file in which a scope is declared, edited so that it declares
//! that. Writes no file.
//!
//! Everything outside the edited scope keeps its bytes, and inside it what stays keeps its
//! formatting and comments.

mod answerable;
mod edit;
mod head;
mod lines;

use crate::record;
use crate::verdict::Amendment;
use lines::Rewritten;

pub(crate) use answerable::{effects, obstacles};
pub(crate) use edit::EditError;
pub(crate) use head::{at_head, is_at_head};
pub(crate) use lines::DiffLine;

/// What a rehearsal of one migration observed.
#[derive(Debug)]
pub(crate) struct Observed {
    /// its record
    pub migration: record::Migration,
    /// what its scope would have to become to hold that
    pub amendment: Amendment,
}

/// An edited file, not yet written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Edited {
    /// the whole text
    pub text: String,
    /// the lines that differ, with a few around them
    pub lines: Vec<DiffLine>,
    /// such lines of the scope alone, without its surroundings in the file
    pub scope: Vec<DiffLine>,
}

/// `harness.toml`, which holds `text`, with the scope of the migration as it was observed.
///
/// # Errors
/// When TOML cannot spell it, or the file cannot be edited so.
pub(crate) fn in_config(text: &str, observed: &Observed) -> Result<Edited, EditError> {
    let (name, amendment) = (&observed.migration.name, &observed.amendment);
    let is_declared = observed.migration.scope.is_some();
    let edit = |plain: &str| edit::named(plain, name, is_declared, amendment);
    let edited = edited(text, amendment, edit)?;
    let others = |text: &str| {
        let mut all: toml::Table =
            toml::from_str(text).map_err(|e| EditError::Unreadable(e.message().to_owned()))?;
        if let Some(toml::Value::Table(scopes)) = all.get_mut("expect") {
            scopes.remove(name);
            if scopes.is_empty() {
                all.remove("expect");
            }
        }
        Ok(all)
    };
    if others(text)? != others(&edited)? {
        return Err(EditError::ReachesFurther);
    }
    let lines = lines::shown(text, &edited);
    Ok(Edited {
        text: edited,
        scope: lines.clone(),
        lines,
    })
}

/// A text, edited behind its byte order mark.
fn edited(
    text: &str,
    amendment: &Amendment,
    edit: impl FnOnce(&str) -> Result<Rewritten, EditError>,
) -> Result<String, EditError> {
    if let Some(tenant) = amendment.unspelled().next() {
        return Err(EditError::Unspelled(tenant.spelling()));
    }
    let plain = text.trim_start_matches('\u{feff}');
    let mark = &text[..text.len() - plain.len()];
    Ok(mark.to_owned() + &lines::merged(plain, &edit(plain)?))
}
