//! Accepting what was observed: the file in which a scope is declared, edited so that it declares
//! that. Writes no file.
//!
//! Everything outside the edited scope keeps its bytes, and inside it what stays keeps its
//! formatting and comments.

mod answerable;
mod edit;
mod lines;

use crate::migration::{Migration, Says, directives};
use crate::record;
use crate::sql::Span;
use crate::verdict::Amendment;
use lines::Rewritten;

pub use answerable::{effects, obstacles};
pub use lines::DiffLine;

/// What a rehearsal of one migration observed.
#[derive(Debug)]
pub struct Observed {
    /// its record
    pub migration: record::Migration,
    /// what its scope would have to become to hold that
    pub amendment: Amendment,
}

/// An edited file, not yet written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// the whole text
    pub text: String,
    /// the lines that differ, with a few around them
    pub lines: Vec<DiffLine>,
    /// such lines of the scope alone, without its surroundings in the file
    pub scope: Vec<DiffLine>,
}

/// Why what was observed cannot be declared in a file.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum EditError {
    /// TOML has no value for a tenant
    #[error("TOML cannot spell tenant {0}: declare it by a query, as {{ query = \"SELECT …\" }}")]
    Unspelled(String),
    /// the scope would end the comment around it
    #[error(
        "the scope would hold `*/`, which ends the comment at the head of the migration: \
        declare it in harness.toml"
    )]
    EndsComment,
    /// the TOML cannot be read for an edit
    #[error("its TOML cannot be edited: {0}")]
    Unreadable(String),
    /// an edit would change something else
    #[error("the edit would change more than the scope of the migration; edit the file yourself")]
    ReachesFurther,
}

/// `harness.toml`, which holds `text`, with the scope of the migration as it was observed.
///
/// # Errors
/// When TOML cannot spell it, or the file cannot be edited so.
pub fn in_config(text: &str, observed: &Observed) -> Result<Edited, EditError> {
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

/// The migration, with the scope at its head as it was observed.
///
/// # Errors
/// As [`in_config`], and where the scope would end its comment.
pub fn at_head(migration: &Migration, observed: &Observed) -> Result<Edited, EditError> {
    let (old, amendment) = (&migration.text, &observed.amendment);
    let head = head(migration).ok_or(EditError::ReachesFurther)?;
    let scope = head.of(old);
    let mut block = edited(scope, amendment, |plain| edit::whole(plain, amendment))?;
    if !block.ends_with(['\n', ' ']) {
        block.push('\n');
    }
    // A comment on one line does not show how the lines of its file end.
    if !scope.contains('\n') && old.contains("\r\n") {
        block = block.replace('\n', "\r\n");
    }
    if block.contains("*/") {
        return Err(EditError::EndsComment);
    }
    let text = format!("{}{block}{}", &old[..head.start], &old[head.end..]);
    Ok(Edited {
        lines: lines::shown(old, &text),
        scope: lines::shown(scope, &block),
        text,
    })
}

/// A text, edited behind its byte order mark.
fn edited(
    text: &str,
    amendment: &Amendment,
    edit: impl FnOnce(&str) -> Result<Rewritten, EditError>,
) -> Result<String, EditError> {
    if let Some(tenant) = amendment.unspelled().next() {
        return Err(EditError::Unspelled(tenant.0.shown()));
    }
    let plain = text.trim_start_matches('\u{feff}');
    let mark = &text[..text.len() - plain.len()];
    Ok(mark.to_owned() + &lines::merged(plain, &edit(plain)?))
}

/// The scope at the head of a migration, filled in or not.
fn head(migration: &Migration) -> Option<Span> {
    directives(migration)
        .into_iter()
        .find_map(|directive| match directive.says {
            Says::Expect(toml) => Some(toml),
            _ => None,
        })
}

/// Whether the scope of a migration is at its head, filled in or not.
pub fn is_at_head(migration: &Migration) -> bool {
    head(migration).is_some()
}
