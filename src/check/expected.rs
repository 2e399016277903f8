//! The expected scope of each migration: where it is declared, its queries run, and what of it fits
//! no state.

use super::CheckError;
use crate::config::{self, Config};
use crate::hidden::Hidden;
use crate::migration::{self, Migration, Says};
use crate::rehearse::{self, Answer, Conserved};
use crate::scope::{
    AllowedTenants, ExpectedScope, ExpectedTenants, Invariant, Must, ResolvedScope, TenantName,
};
use crate::sql::{Position, Span};
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::path::Path;
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
    let mut problems: Vec<String> = shared(config, migrations).into_iter().collect();
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

/// A scope that several migrations would share: one declared by the name of a file that is called as
/// those of other migrations are, or of which two migrations have the name.
fn shared(config: &Config, migrations: &[&Migration]) -> Vec<String> {
    let mut problems = Vec::new();
    let mut known: BTreeMap<&str, &Migration> = BTreeMap::new();
    for migration in migrations {
        let name = migration.name.as_str();
        let other = known.insert(name, migration);
        if let (Some(other), Some(scope)) = (other, config.expect.get(name))
            && other.path != migration.path
        {
            problems.push(format!(
                "{} is declared for two migrations: {} and {}; declare it at the head of each",
                scope.declared.whole(),
                other.path,
                migration.path
            ));
        }
    }
    let by_file = |migration: &&Migration| {
        let file = Path::new(&migration.path).file_stem()?.to_str()?;
        let scope = config
            .expect
            .get(file)
            .filter(|_| !known.contains_key(file))?;
        let (name, whole) = (&migration.name, scope.declared.whole());
        Some(format!(
            "{whole} has the name of a file, and {} goes by its folder: declare [expect.{name}]",
            migration.path
        ))
    };
    problems.extend(migrations.iter().find_map(by_file));
    problems
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
    let place = at(migration, head);
    problems.extend(misplaced(migration, head));
    for (second, _) in blocks {
        problems.extend(misplaced(migration, second));
        problems.push(format!(
            "{}: a second `harness: expect`, behind the one at {place}: a migration has one scope",
            at(migration, second)
        ));
    }
    if let Some(configured) = configured {
        let (name, there) = (&migration.name, configured.declared.place());
        problems.push(format!(
            "{place}: the scope of `{name}` is declared here and as [expect.{name}] at {there}: \
            keep one of them"
        ));
    }
    let scope = config::scope_within(&migration.text, head, toml, &migration.path)
        .map_err(|found| problems.extend(found))
        .ok();
    let none = config.tenants.none;
    if let Some(line) = none.filter(|_| scope.as_ref().is_some_and(ExpectedScope::names_tenants)) {
        problems.push(format!(
            "{place}: the scope {}",
            config::names_tenants(line)
        ));
    }
    // A draft that nobody filled in is no decision.
    scope.filter(|scope| !scope.is_blank())
}

/// Where a comment is: `0036.sql:1:1`.
fn at(migration: &Migration, comment: Span) -> String {
    let Position { line, column } = Position::at(&migration.text, comment.start);
    format!("{}:{line}:{column}", migration.path)
}

/// What is wrong with the place or kind of a comment that declares a scope.
fn misplaced(migration: &Migration, block: Span) -> Option<String> {
    let first = migration.statements.first();
    let is_late = first.is_some_and(|first| block.start > first.span.start);
    let what = if is_late {
        "`harness: expect` stands behind the start of the first statement: put it before"
    } else if block.of(&migration.text).starts_with("/*") {
        return None;
    } else {
        "`harness: expect` needs a block comment, `/* harness: expect … */`"
    };
    Some(format!("{}: {what}", at(migration, block)))
}

/// A declared scope with the tenants that its queries give on the state before; none may take
/// longer than the configured limit.
pub(super) fn resolved<'a>(
    expected: &'a ExpectedScope,
    before: &mut Connection,
    config: &Config,
) -> Result<ResolvedScope<'a>, CheckError> {
    let limit = config.bounds.statement;
    let declared = &expected.declared;
    let tenants = match &expected.tenants {
        Some(tenants) => allowed(tenants, &declared.whole(), before, limit)?,
        None => AllowedTenants::only(Vec::new()),
    };
    let mut tables = BTreeMap::new();
    for (folded, table) in &expected.tables {
        if let Some(own) = &table.tenants {
            let place = declared.of_table(&table.table);
            tables.insert(folded.as_str(), allowed(own, &place, before, limit)?);
        }
    }
    Ok(ResolvedScope {
        expected,
        tenants,
        tables,
    })
}

/// The tenants of a scope, or of one of its tables.
fn allowed(
    tenants: &ExpectedTenants,
    place: &str,
    before: &mut Connection,
    limit: Duration,
) -> Result<AllowedTenants, CheckError> {
    Ok(match tenants {
        ExpectedTenants::All => AllowedTenants::All,
        ExpectedTenants::Listed(list) => AllowedTenants::only(list.clone()),
        ExpectedTenants::Queried(sql) => {
            let found = rehearse::within(before, limit, |conn| rehearse::column(conn, sql));
            let found = found.map_err(|source| CheckError::Query {
                place: format!("{place} tenants"),
                sql: sql.clone(),
                source,
            })?;
            AllowedTenants::only(found.into_iter().map(TenantName::Value).collect())
        }
    })
}

/// Invariants that neither state can answer.
pub(super) fn unusable(
    scope: &ExpectedScope,
    conserved: &Conserved,
    hidden: &Hidden,
) -> Vec<String> {
    let (before, after) = (&conserved.before.invariants, &conserved.after.invariants);
    let answers = scope.invariants.iter().zip(before.iter().zip(after));
    answers
        .filter_map(|(invariant, answers)| {
            let why = reason_against(invariant, answers, hidden)?;
            let (place, sql) = (scope.declared.whole(), hidden.text(&invariant.sql));
            Some(format!(
                "{place} invariant `{}`: {why}: {sql}",
                invariant.name
            ))
        })
        .collect()
}

/// What a query gave in one state, or why it gave nothing.
type Answered = Result<Answer, String>;

/// Why an invariant cannot be used, given its two answers.
fn reason_against(
    invariant: &Invariant,
    answers: (&Answered, &Answered),
    hidden: &Hidden,
) -> Option<String> {
    match answers {
        (Err(before), Err(after)) => {
            let (before, after) = (hidden.message(before), hidden.message(after));
            Some(if before == after {
                before
            } else {
                format!("before the migration {before}; after it {after}")
            })
        }
        (Ok(before), Ok(after)) if invariant.must != Must::EqualBefore => {
            let columns = before.columns.min(after.columns);
            let is_wide = columns > 1;
            is_wide.then(|| format!("it returns {columns} columns, not 1, and has to be one value"))
        }
        _ => None,
    }
}
