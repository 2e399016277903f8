//! The expected scope of each migration: where it is declared, its queries run, and what of it fits
//! no state.

use super::CheckError;
use crate::config::{self, Config};
use crate::hidden::Hidden;
use crate::migration::{self, Migration, Says};
use crate::rehearse::{self, Conserved};
use crate::scope::{
    AllowedTenants, ExpectedScope, ExpectedTenants, Invariant, Must, ResolvedScope, ResolvedTable,
    Tenant,
};
use crate::snapshot::Catalog;
use crate::sql::{Position, Span, ident};
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// What is declared for each migration, in `harness.toml` or at its own head; a head that says
/// nothing declares nothing.
///
/// # Errors
/// The problems of all of them, each with its place.
pub(super) fn declared(
    config: &Config,
    migrations: &[&Migration],
) -> Result<Vec<Option<ExpectedScope>>, Vec<String>> {
    let mut problems = Vec::new();
    let scopes = migrations
        .iter()
        .map(|migration| of(config, migration, &mut problems))
        .collect();
    if problems.is_empty() {
        Ok(scopes)
    } else {
        Err(problems)
    }
}

fn of(config: &Config, migration: &Migration, problems: &mut Vec<String>) -> Option<ExpectedScope> {
    let configured = config.expect.get(&migration.name);
    let mut blocks = migration::directives(migration)
        .into_iter()
        .filter_map(|directive| match directive.says {
            Says::Expect(toml) => Some((directive.span, toml)),
            Says::Allow(_) | Says::Unreadable(_) => None,
        });
    let Some((head, toml)) = blocks.next() else {
        return configured.cloned();
    };
    let at = |span: Span| {
        let Position { line, column } = Position::at(&migration.text, span.start);
        format!("{}:{line}:{column}", migration.path)
    };
    problems.extend(misplaced(migration, head).map(|what| format!("{}: {what}", at(head))));
    for (second, _) in blocks {
        problems.extend(misplaced(migration, second).map(|what| format!("{}: {what}", at(second))));
        problems.push(format!(
            "{}: a second `harness: expect`, behind the one at {}: a migration has one scope",
            at(second),
            at(head)
        ));
    }
    if let Some(configured) = configured {
        let (name, there) = (&migration.name, configured.declared.place());
        problems.push(format!(
            "{}: the scope of `{name}` is declared here and as \
            [expect.{name}] at {there}: keep one of them",
            at(head)
        ));
    }
    let scope = config::scope_within(&migration.text, head, toml, &migration.path)
        .map_err(|found| problems.extend(found))
        .ok();
    // A draft that nobody filled in is no decision.
    scope.filter(|scope| !scope.is_blank())
}

/// What is wrong with the place or kind of a comment that declares a scope.
fn misplaced(migration: &Migration, block: Span) -> Option<&'static str> {
    let is_late = migration
        .statements
        .first()
        .is_some_and(|first| block.start > first.span.start);
    let is_block = block.of(&migration.text).starts_with("/*");
    match (is_late, is_block) {
        (true, _) => {
            Some("`harness: expect` stands behind the start of the first statement: put it before")
        }
        (false, false) => {
            Some("`harness: expect` needs a block comment, `/* harness: expect … */`")
        }
        (false, true) => None,
    }
}

/// Runs a scope's tenant queries on the state before; none may take longer than `limit`.
pub(super) fn resolve(
    scope: &ExpectedScope,
    before: &mut Connection,
    limit: Duration,
) -> Result<ResolvedScope, CheckError> {
    let mut allowed =
        |place: String, tenants: &ExpectedTenants| -> Result<AllowedTenants, CheckError> {
            Ok(match tenants {
                ExpectedTenants::All => AllowedTenants::All,
                ExpectedTenants::Listed(list) => {
                    AllowedTenants::Only(list.iter().cloned().map(Tenant).collect())
                }
                ExpectedTenants::Queried(sql) => {
                    let found = rehearse::within(before, limit, |conn| rehearse::column(conn, sql));
                    let found = found.map_err(|source| CheckError::Query {
                        place: format!("{place} tenants"),
                        sql: sql.clone(),
                        source,
                    })?;
                    AllowedTenants::Only(found.into_iter().map(Tenant).collect())
                }
            })
        };
    let declared = &scope.declared;
    let all = match &scope.tenants {
        Some(tenants) => allowed(declared.whole(), tenants)?,
        None => AllowedTenants::Only(BTreeSet::new()),
    };
    let mut tables = BTreeMap::new();
    for (folded, table) in &scope.tables {
        let tenants = match &table.tenants {
            Some(tenants) => allowed(declared.of_table(&table.table), tenants)?,
            None => all.clone(),
        };
        tables.insert(
            folded.clone(),
            ResolvedTable {
                expected: table.clone(),
                tenants,
            },
        );
    }
    let (conserve, invariants) = (scope.conserve.clone(), scope.invariants.clone());
    Ok(ResolvedScope {
        declared: declared.clone(),
        tenants: all,
        tables,
        conserve,
        invariants,
    })
}

/// Declared tables and columns that exist neither before nor after the migration.
pub(super) fn unknown(scope: &ExpectedScope, catalogs: [&Catalog; 2]) -> Vec<String> {
    let mut problems = Vec::new();
    for expected in scope.tables.values() {
        let place = scope.declared.of_table(&expected.table);
        let found: Vec<_> = catalogs
            .iter()
            .filter_map(|c| c.table(&expected.table))
            .collect();
        if found.is_empty() {
            problems.push(format!(
                "{place} names a table that exists neither before nor after the migration"
            ));
            continue;
        }
        for column in expected.columns.iter().flatten() {
            if !found
                .iter()
                .any(|t| t.column_names().any(|c| ident::same(c, column)))
            {
                problems.push(format!(
                    "{place} columns names `{column}`, which the table has \
                    neither before nor after the migration"
                ));
            }
        }
    }
    for table in scope
        .conserve
        .iter()
        .filter(|table| catalogs.iter().all(|c| c.table(table).is_none()))
    {
        let place = scope.declared.whole();
        problems.push(format!(
            "{place} conserve names `{table}`, a table that exists neither \
            before nor after the migration"
        ));
    }
    problems
}

/// Invariants that neither state can answer.
pub(super) fn unusable(scope: &ExpectedScope, kept: &Conserved, hidden: &Hidden) -> Vec<String> {
    let answers = scope
        .invariants
        .iter()
        .zip(kept.before.invariants.iter().zip(&kept.after.invariants));
    let place = |invariant: &Invariant| {
        format!("{} invariant `{}`", scope.declared.whole(), invariant.name)
    };
    let failed = answers.filter_map(|(invariant, answers)| match answers {
        (Err(before), Err(after)) => {
            let why = if before == after {
                before.clone()
            } else {
                format!("before the migration {before}; after it {after}")
            };
            Some(format!(
                "{}: {why}: {}",
                place(invariant),
                hidden.text(&invariant.sql)
            ))
        }
        (Ok(before), Ok(after))
            if invariant.must != Must::EqualBefore && before.columns.min(after.columns) > 1 =>
        {
            let columns = before.columns.min(after.columns);
            Some(format!(
                "{}: it returns {columns} columns, not 1, and has to be one value: {}",
                place(invariant),
                hidden.text(&invariant.sql)
            ))
        }
        _ => None,
    });
    failed.collect()
}
