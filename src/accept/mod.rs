//! Accepting what was observed: the file in which a scope is declared, edited so that it declares
//! that. Writes no file.
//!
//! Everything outside the edited scope keeps its bytes, and inside it what stays keeps its
//! formatting and comments.

mod edit;
mod lines;

use crate::codes::{Code, Severity};
use crate::migration::{Migration, Says, directives};
use crate::report::MigrationReport;
use crate::scope::Declared;
use crate::verdict::Finding;
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

/// The errors of a report that no other scope answers.
pub fn obstacles(report: &MigrationReport) -> Vec<&Finding> {
    errors(report)
        .filter(|f| !OF_SCOPE.contains(&f.code) && !OF_EFFECT.contains(&f.code))
        .collect()
}

/// The errors of a report about effects, such as a cascade, that a scope may declare: to be shown
/// to whoever declares it.
pub fn effects(report: &MigrationReport) -> Vec<&Finding> {
    errors(report)
        .filter(|f| OF_EFFECT.contains(&f.code))
        .collect()
}

fn errors(report: &MigrationReport) -> impl Iterator<Item = &Finding> {
    report
        .findings
        .iter()
        .filter(|f| f.severity == Severity::Error)
}

/// `harness.toml`, which holds `text`, with the scope of the migration as it was observed.
///
/// # Errors
/// When TOML cannot spell it, or the file cannot be edited so.
pub fn in_config(text: &str, report: &MigrationReport) -> Result<Edited, EditError> {
    let is_declared = report.scope.is_some();
    let edited = edited(
        text,
        |plain| edit::named(plain, &report.name, is_declared, &report.amendment),
        report,
    )?;
    let others = |text: &str| {
        let mut all: toml::Table =
            toml::from_str(text).map_err(|e| EditError::Unreadable(e.message().to_owned()))?;
        if let Some(toml::Value::Table(scopes)) = all.get_mut("expect") {
            scopes.remove(&report.name);
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
pub fn at_head(migration: &Migration, report: &MigrationReport) -> Result<Edited, EditError> {
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
        |text| edit::whole(text, &report.amendment),
        report,
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
    report: &MigrationReport,
) -> Result<Edited, EditError> {
    if let Some(tenant) = report.amendment.unspelled().next() {
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

/// Where a report says that the scope is declared.
pub fn declared(report: &MigrationReport) -> Option<&Declared> {
    report.scope.as_ref().map(|scope| &scope.declared)
}
