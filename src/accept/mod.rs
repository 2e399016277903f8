//! Accepting what was observed: the file in which a scope is declared, edited so that it declares
//! that. Writes no file.
//!
//! Everything outside the edited scope keeps its bytes, and inside it what stays keeps its
//! formatting and comments.

mod edit;
mod lines;

use crate::codes::{Code, Severity};
use crate::migration::{Migration, Says, directives};
use crate::record::{self, Finding};
use crate::verdict::Amendment;
use lines::Rewritten;

pub use lines::DiffLine;

/// The findings that declaring another scope answers.
const OF_SCOPE: [Code; 5] = [
    Code::NoDeclaredScope,
    Code::OutOfScope,
    Code::UndeclaredChange,
    Code::CountMismatch,
    Code::ColumnOutOfScope,
];

/// The findings about what a migration also did, which are no errors where just that is declared.
/// Whether it then is, only a rehearsal under the edited scope tells. No other error is a matter of
/// what was declared.
const OF_EFFECT: [Code; 4] = [
    Code::TriggerEffect,
    Code::Cascade,
    Code::RowsLostInRebuild,
    Code::MissingWhere,
];

/// What a rehearsal of one migration observed.
#[derive(Debug)]
pub struct Observed {
    /// the record of it
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
    /// such lines of the scope alone, without what stands around it in its file
    pub scope: Vec<DiffLine>,
}

/// Why what was observed cannot be declared in a file.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum EditError {
    /// TOML has no value for a tenant
    #[error("TOML cannot spell tenant {0}: declare it by a query, as {{ query = \"SELECT …\" }}")]
    Unspelled(String),
    /// the scope would end the comment that it stands in
    #[error(
        "the scope would hold `*/`, which ends the comment at the head of the migration: \
        declare it in harness.toml"
    )]
    EndsComment,
    /// the file is not as a reading of it shows it
    #[error("its TOML cannot be edited: {0}")]
    Unreadable(String),
    /// an edit would change something else
    #[error("the edit would change more than the scope of the migration; edit the file yourself")]
    ReachesFurther,
}

/// The errors that no other scope answers.
pub fn obstacles(migration: &record::Migration) -> Vec<&Finding> {
    let is_answered = |f: &&Finding| is_of(f, &OF_SCOPE) || is_of(f, &OF_EFFECT);
    errors(migration).filter(|f| !is_answered(f)).collect()
}

/// The errors about effects, such as a cascade, that a scope may declare: to be shown to whoever
/// declares it.
pub fn effects(migration: &record::Migration) -> Vec<&Finding> {
    errors(migration).filter(|f| is_of(f, &OF_EFFECT)).collect()
}

fn errors(migration: &record::Migration) -> impl Iterator<Item = &Finding> {
    let is_error = |f: &&Finding| f.severity == Severity::Error;
    migration.findings.iter().filter(is_error)
}

fn is_of(finding: &Finding, codes: &[Code]) -> bool {
    codes.iter().any(|code| code.id() == finding.code)
}

/// `harness.toml`, which holds `text`, with the scope of the migration as it was observed.
///
/// # Errors
/// When TOML cannot spell it, or the file cannot be edited so.
pub fn in_config(text: &str, observed: &Observed) -> Result<Edited, EditError> {
    let record::Migration { name, scope, .. } = &observed.migration;
    let edited = edited(
        text,
        |plain| edit::named(plain, name, scope.is_some(), &observed.amendment),
        observed,
    )?;
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
    if others(text)? == others(&edited.text)? {
        Ok(edited)
    } else {
        Err(EditError::ReachesFurther)
    }
}

/// The migration, with the scope at its head as it was observed.
///
/// # Errors
/// As [`in_config`], and where the scope would end the comment that it stands in.
pub fn at_head(migration: &Migration, observed: &Observed) -> Result<Edited, EditError> {
    let toml = directives(migration).into_iter().find_map(|d| {
        if let Says::Expect(toml) = d.says {
            Some(toml)
        } else {
            None
        }
    });
    let toml = toml.ok_or(EditError::ReachesFurther)?;
    let (head, tail) = (&migration.text[..toml.start], &migration.text[toml.end..]);
    let mut block = edited(
        toml.of(&migration.text),
        |text| edit::whole(text, &observed.amendment),
        observed,
    )?
    .text;
    if !block.ends_with(['\n', ' ']) {
        block.push('\n');
    }
    // A comment on one line does not show how the lines of its file end.
    if !toml.of(&migration.text).contains('\n') && migration.text.contains("\r\n") {
        block = block.replace('\n', "\r\n");
    }
    if block.contains("*/") {
        return Err(EditError::EndsComment);
    }
    let text = format!("{head}{block}{tail}");
    let lines = lines::shown(&migration.text, &text);
    let scope = lines::shown(toml.of(&migration.text), &block);
    Ok(Edited { text, lines, scope })
}

fn edited(
    text: &str,
    edit: impl FnOnce(&str) -> Result<Rewritten, EditError>,
    observed: &Observed,
) -> Result<Edited, EditError> {
    if let Some(tenant) = observed.amendment.unspelled().next() {
        return Err(EditError::Unspelled(tenant.0.shown()));
    }
    let plain = text.trim_start_matches('\u{feff}');
    let text_after = format!(
        "{}{}",
        &text[..text.len() - plain.len()],
        lines::merged(plain, &edit(plain)?)
    );
    let lines = lines::shown(text, &text_after);
    Ok(Edited {
        text: text_after,
        scope: lines.clone(),
        lines,
    })
}

/// Whether the scope of a migration stands at its head, filled in or not.
pub fn is_at_head(migration: &Migration) -> bool {
    directives(migration)
        .iter()
        .any(|directive| matches!(directive.says, Says::Expect(_)))
}
