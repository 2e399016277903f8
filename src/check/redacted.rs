//! The author's redaction against what a run meets: patterns that hide nothing, names of tenants
//! that would show what is hidden, and errors that hold what the engine said.

use super::CheckError;
use crate::config::Config;
use crate::diff::DiffError;
use crate::hidden::{self, errors};
use crate::migration::Migration;
use crate::redaction::{Pattern, Redaction};
use crate::rehearse::RehearseError;
use crate::scope::TenantRule;
use crate::snapshot::{Catalog, tenancy};
use crate::sql::{ident, message, token};

/// What is redacted in this run, and a warning for each pattern that hides nothing that is known
/// yet. A run that is not of all pending migrations does not know what the others make: there
/// everything is hidden, since a misspelt pattern would else show what it is to hide.
///
/// # Errors
/// The problems, each with its place.
pub(super) fn effective(
    config: &Config,
    catalog: &Catalog,
    migrations: &[&Migration],
    is_whole: bool,
) -> Result<(Redaction, Vec<String>), Vec<String>> {
    let redaction = &config.redaction;
    let is_unknown = |p: &&Pattern| !hits(p, catalog) && !is_made(p, catalog, migrations);
    let unknown: Vec<String> = redaction
        .patterns
        .iter()
        .filter(is_unknown)
        .map(no_column)
        .collect();
    let mut problems = tenants_shown(config, catalog);
    if is_whole {
        problems.extend(unknown.iter().cloned());
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let hidden = match &unknown[..] {
        [] => redaction.clone(),
        _ => redaction.everything(),
    };
    let warnings = unknown
        .into_iter()
        .map(|unknown| format!("{unknown}; all values are redacted"))
        .collect();
    Ok((hidden, warnings))
}

/// The patterns that hide nothing in any schema that a run met, and the names of tenants among what
/// they would hide, as sentences.
pub(super) fn unknown(
    config: &Config,
    redaction: &Redaction,
    catalogs: &[&Catalog],
) -> Vec<String> {
    let mut problems: Vec<String> = catalogs
        .iter()
        .flat_map(|catalog| tenants_shown(config, catalog))
        .collect();
    // Where everything is hidden, nothing is shown that they were to hide.
    if !redaction.all {
        let without = redaction
            .patterns
            .iter()
            .filter(|pattern| !catalogs.iter().any(|catalog| hits(pattern, catalog)));
        problems.extend(without.map(no_column));
    }
    problems.sort();
    problems.dedup();
    problems
}

fn no_column(pattern: &Pattern) -> String {
    format!(
        "{}: [report] redact names `{}`, a column that no table has, neither before nor after \
        the migration",
        pattern.place, pattern.text
    )
}

/// Whether a pattern is of a column of a schema.
fn hits(pattern: &Pattern, catalog: &Catalog) -> bool {
    catalog.tables.values().any(|table| {
        table
            .column_names()
            .any(|column| pattern.hides(&table.name, column, false))
    })
}

/// Whether statements that make or alter tables name what a pattern names and no schema has so far.
fn is_made(pattern: &Pattern, catalog: &Catalog, migrations: &[&Migration]) -> bool {
    let said = |name: &String| says(migrations, name);
    let has_column = |name: &String| {
        catalog
            .tables
            .values()
            .any(|table| table.column(name).is_some())
    };
    let (table, column) = (pattern.table.as_ref(), pattern.column.as_ref());
    table.into_iter().chain(column).any(said)
        && table.is_none_or(|name| catalog.table(name).is_some() || said(name))
        && column.is_none_or(|name| has_column(name) || said(name))
}

/// Whether a statement that makes or alters something mentions a name.
fn says(migrations: &[&Migration], name: &str) -> bool {
    let makes = |sql: &str| {
        token::significant(sql)
            .into_iter()
            .next()
            .is_some_and(|t| t.is_word(sql, "CREATE") || t.is_word(sql, "ALTER"))
    };
    migrations.iter().any(|migration| {
        migration
            .statements
            .iter()
            .map(|s| migration.sql(s))
            .any(|sql| makes(sql) && token::mentions(sql, name))
    })
}

/// A tenant that a migration sets to what is to be hidden, as a sentence.
pub(super) fn tenant_set(table: &str, column: &str) -> String {
    format!(
        "[report] redact hides what a migration sets `{column}` of `{table}` to, which says \
        whose a row is: tenants stand in every report"
    )
}

/// Where tenants, which are shown everywhere, are what is to be hidden.
fn tenants_shown(config: &Config, catalog: &Catalog) -> Vec<String> {
    let mut problems: Vec<String> = config
        .redaction
        .patterns
        .iter()
        .filter(|pattern| pattern.column.is_some())
        .flat_map(|pattern| tenants_hidden(config, catalog, pattern))
        .collect();
    let gives = |sql: &str| hidden::gives(&config.redaction, &config.tenants, catalog, sql);
    let at = config.path.display();
    if config.labels.as_deref().is_some_and(gives) {
        problems.push(format!(
            "{at}: [tenant] labels gives what [report] redact hides: labels stand in every report"
        ));
    }
    for entry in config.tenants.tables.values() {
        if matches!(&entry.rule, TenantRule::Lookup(sql) if gives(sql)) {
            let table = ident::quote(&entry.table);
            problems.push(format!(
                "{at}: [tenant.tables] {table} looks up what [report] redact hides: tenants stand \
                in every report"
            ));
        }
    }
    problems
}

/// The tables that a pattern names the tenant column of, as sentences.
fn tenants_hidden<'a>(
    config: &'a Config,
    catalog: &'a Catalog,
    pattern: &'a Pattern,
) -> impl Iterator<Item = String> + 'a {
    let (place, text) = (&pattern.place, &pattern.text);
    catalog.tables.values().filter_map(move |table| {
        let TenantRule::Column(own) = tenancy::rule_for(&config.tenants, table)? else {
            return None;
        };
        let name = &table.name;
        pattern.hides(name, &own, true).then(|| {
            format!(
                "{place}: [report] redact names `{text}`, and `{own}` says whose the rows of \
                `{name}` are: tenants stand in every report"
            )
        })
    })
}

/// An error without what is redacted: what the engine said is shown as far as its words are known,
/// and SQL without its literals.
pub(super) fn error(redaction: &Redaction, error: CheckError) -> CheckError {
    if redaction.is_nothing() {
        return error;
    }
    let text = error.to_string();
    let said = |said: &str| errors::said(redaction, &text, said);
    CheckError::Redacted(match &error {
        CheckError::Query { place, sql, source } => {
            errors::query(redaction, place, &source.to_string(), sql)
        }
        CheckError::Diff(DiffError::Lookup(_)) | CheckError::Rehearse(RehearseError::Lookup(_)) => {
            errors::lookup(redaction, &text)
        }
        CheckError::Diff(DiffError::Sqlite { source, .. }) => said(&message(source)),
        CheckError::Diff(DiffError::Contradiction { place, .. }) => said(place),
        CheckError::Rehearse(
            RehearseError::Engine { reason, .. } | RehearseError::Sqlite(reason),
        ) => said(&message(reason)),
        CheckError::Rehearse(RehearseError::Capture { reason, .. }) => said(reason),
        CheckError::Rehearse(
            RehearseError::Clone { .. }
            | RehearseError::Reach { .. }
            | RehearseError::Snapshot(_)
            | RehearseError::StateLost
            | RehearseError::Split { .. },
        )
        | CheckError::Snapshot(_)
        | CheckError::Config(_)
        | CheckError::Redacted(_)
        | CheckError::NothingPending(_) => return error,
    })
}
