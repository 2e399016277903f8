//! The author's redaction against what a run meets: patterns that hide nothing, names of tenants
//! that would show what is hidden, and errors that hold what the engine said.

use super::{CheckError, RehearseError};
use crate::config::Config;
use crate::diff::DiffError;
use crate::hidden::{self, errors};
use crate::migration::Migration;
use crate::redaction::{Pattern, Redaction};
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
    let mut problems = tenants_shown(config, catalog);
    let unknown: Vec<&Pattern> = redaction
        .patterns
        .iter()
        .filter(|pattern| !hits(pattern, catalog) && !is_made(pattern, catalog, migrations))
        .collect();
    if is_whole {
        problems.extend(unknown.iter().map(|pattern| no_column(pattern)));
    }
    match (problems.is_empty(), unknown.is_empty()) {
        (false, _) => Err(problems),
        (true, true) => Ok((redaction.clone(), Vec::new())),
        (true, false) => {
            let told =
                |pattern: &&Pattern| format!("{}; all values are redacted", no_column(pattern));
            Ok((redaction.everything(), unknown.iter().map(told).collect()))
        }
    }
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
    let mut columns = catalog
        .tables
        .values()
        .flat_map(|table| table.column_names().map(move |column| (table, column)));
    columns.any(|(table, column)| pattern.hides(&table.name, column, false))
}

/// Whether statements that make or alter tables name what a pattern names and no schema has so far.
fn is_made(pattern: &Pattern, catalog: &Catalog, migrations: &[&Migration]) -> bool {
    let statements = || {
        migrations.iter().flat_map(|migration| {
            migration
                .statements
                .iter()
                .map(|statement| migration.sql(statement))
        })
    };
    let makes = |sql: &&str| {
        ["CREATE", "ALTER"].iter().any(|word| {
            token::significant(sql)
                .first()
                .is_some_and(|t| t.is_word(sql, word))
        })
    };
    let says = |name: &str| {
        statements()
            .filter(makes)
            .any(|sql| token::mentions(sql, name))
    };
    let has_column = |name: &str| {
        catalog
            .tables
            .values()
            .any(|table| table.column(name).is_some())
    };
    let is_said = [&pattern.table, &pattern.column]
        .into_iter()
        .flatten()
        .any(|name| says(name));
    let has_table = pattern
        .table
        .as_ref()
        .is_none_or(|name| catalog.table(name).is_some() || says(name));
    is_said
        && has_table
        && pattern
            .column
            .as_ref()
            .is_none_or(|name| has_column(name) || says(name))
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
    let mut problems = Vec::new();
    for pattern in config
        .redaction
        .patterns
        .iter()
        .filter(|pattern| pattern.column.is_some())
    {
        for table in catalog.tables.values() {
            if let Some(TenantRule::Column(own)) = tenancy::rule_for(&config.tenants, table)
                && pattern.hides(&table.name, &own, true)
            {
                problems.push(format!(
                    "{}: [report] redact names `{}`, and `{own}` says whose the rows of `{}` \
                    are: tenants stand in every report",
                    pattern.place, pattern.text, table.name
                ));
            }
        }
    }
    let gives = |sql: &str| hidden::gives(&config.redaction, &config.tenants, catalog, sql);
    let at = config.path.display();
    if config.labels.as_deref().is_some_and(gives) {
        problems.push(format!(
            "{at}: [tenant] labels gives what [report] redact hides: labels stand in every report"
        ));
    }
    for entry in config.tenants.tables.values() {
        if let TenantRule::Lookup(sql) = &entry.rule
            && gives(sql)
        {
            let table = ident::quote(&entry.table);
            problems.push(format!(
                "{at}: [tenant.tables] {table} looks up what [report] redact \
                hides: tenants stand in every report"
            ));
        }
    }
    problems
}

/// An error without what is redacted: what the engine said is shown as far as its words are known,
/// and SQL without its literals.
pub(super) fn error(redaction: &Redaction, error: CheckError) -> CheckError {
    if redaction.is_nothing() {
        return error;
    }
    let text = error.to_string();
    let said = |words: &str| CheckError::Redacted(errors::said(redaction, &text, words));
    match &error {
        CheckError::Query { place, sql, source } => {
            CheckError::Redacted(errors::query(redaction, place, &source.to_string(), sql))
        }
        CheckError::Diff(DiffError::Sqlite { source, .. }) => said(&message(source)),
        CheckError::Diff(DiffError::Contradiction { place, .. }) => said(place),
        CheckError::Rehearse(
            RehearseError::Engine { reason, .. } | RehearseError::Sqlite(reason),
        ) => said(&message(reason)),
        CheckError::Rehearse(RehearseError::Capture { reason, .. }) => said(reason),
        CheckError::Diff(DiffError::Lookup(_)) | CheckError::Rehearse(RehearseError::Lookup(_)) => {
            CheckError::Redacted(errors::lookup(redaction, &text))
        }
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
        | CheckError::NothingPending(_) => error,
    }
}
