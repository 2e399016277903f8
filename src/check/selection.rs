//! Which migrations run, and how their tenants are called: what the queries of the configuration
//! say of the snapshot.

use super::branch::ChangedFolder;
use super::{CheckError, Migrations, Request};
use crate::config::Config;
use crate::migration::Migration;
use crate::record;
use crate::rehearse::{self, QueryError};
use crate::scope::{ExpectedScope, Tenant};
use crate::sql::Value;
use crate::verdict::Verdict;
use crate::verdict::facts::Strangers;
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};

/// What of a folder runs, and what does not.
#[derive(Default)]
pub(super) struct Selection<'a> {
    /// in this order
    pub(super) run: Vec<&'a Migration>,
    /// those that a branch changes although they are applied, with the verdict that says so
    pub(super) unrun: Vec<(&'a Migration, Verdict)>,
    /// the names that are said to be applied and fit no file
    pub(super) strangers: Option<Strangers>,
    /// what is to be known besides, as sentences
    pub(super) warnings: Vec<String>,
    /// what the branch does
    pub(super) branch: Option<record::Branch>,
}

/// The migrations to run: of a folder, those that are not applied; of those that a branch changes,
/// see [`ChangedFolder`].
pub(super) fn select<'a>(
    request: &Request<'a>,
    state: &Connection,
) -> Result<Selection<'a>, CheckError> {
    let (all, aside) = match request.migrations {
        Migrations::Named(all) => {
            return Ok(Selection {
                run: all.iter().collect(),
                ..Selection::default()
            });
        }
        Migrations::Pending(all, aside) => (all, aside),
        Migrations::Changed(folder, branch) => {
            return Ok(ChangedFolder {
                folder,
                branch,
                query: request.config.applied.as_ref(),
                applied: applied(request.config, state)?,
            }
            .selected());
        }
    };
    let applied = applied(request.config, state)?.unwrap_or_default();
    let run: Vec<&Migration> = all
        .iter()
        .filter(|migration| !applied.contains(&migration.name))
        .collect();
    if run.is_empty() {
        return Err(CheckError::NothingPending(all.len()));
    }
    Ok(Selection {
        run,
        strangers: strangers(request.config.applied.as_ref(), &applied, all, &[]),
        warnings: unlooked(aside)
            .into_iter()
            .chain(leftover(request.config, all))
            .collect(),
        ..Selection::default()
    })
}

/// The names among `applied` that are neither of a migration of the folder nor of one that is gone
/// from it.
pub(super) fn strangers(
    query: Option<&String>,
    applied: &BTreeSet<String>,
    folder: &[Migration],
    gone: &[&str],
) -> Option<Strangers> {
    let query = query?.clone();
    let names = folder.iter().map(|migration| migration.name.as_str());
    let files: BTreeSet<&str> = names.chain(gone.iter().copied()).collect();
    let strange = |name: &&String| !files.contains(name.as_str());
    let names: Vec<String> = applied.iter().filter(strange).cloned().collect();
    (!names.is_empty()).then(|| Strangers {
        query,
        is_all: names.len() == applied.len(),
        names,
        file: folder.first().map(|migration| migration.name.clone()),
    })
}

/// That files in sub-folders were not looked at, if there are any.
fn unlooked(aside: &[String]) -> Option<String> {
    let first = aside.first()?;
    let which = match aside.len() - 1 {
        0 => format!("{first}, in a sub-folder, was"),
        n => format!("{first} and {n} more, in sub-folders, were"),
    };
    Some(format!(
        "{which} not rehearsed: a migration in a folder of its own is called `migration.sql` or \
        `up.sql`, and the folder's name begins with a digit"
    ))
}

/// The scopes that are declared for no migration of the folder.
fn leftover(config: &Config, all: &[Migration]) -> Vec<String> {
    let is_of = |name: &str| all.iter().any(|migration| migration.name == name);
    let scopes = config.expect.iter().filter(|(name, _)| !is_of(name));
    let warning = |(name, scope): (&String, &ExpectedScope)| {
        let place = scope.declared.place();
        format!("{place}: [expect.{name}] is the scope of no migration in the folder")
    };
    scopes.map(warning).collect()
}

/// The names of the applied migrations, if a query says them.
fn applied(config: &Config, state: &Connection) -> Result<Option<BTreeSet<String>>, CheckError> {
    let Some(sql) = &config.applied else {
        return Ok(None);
    };
    let names = rehearse::column(state, sql)
        .map_err(|source| unusable(config, "[migrations] applied", sql, source))?;
    Ok(Some(names.iter().map(Value::spelling).collect()))
}

/// The names of the tenants, if a query says them.
pub(super) fn labels(
    config: &Config,
    state: &Connection,
) -> Result<Option<BTreeMap<Tenant, String>>, CheckError> {
    let Some(sql) = &config.labels else {
        return Ok(None);
    };
    let rows = rehearse::pairs(state, sql)
        .map_err(|source| unusable(config, "[tenant] labels", sql, source))?;
    let label = |[tenant, label]: [Value; 2]| (Tenant(tenant), label.spelling());
    Ok(Some(rows.into_iter().map(label).collect()))
}

fn unusable(config: &Config, key: &str, sql: &str, source: QueryError) -> CheckError {
    CheckError::Query {
        place: format!("{}: {key}", config.path.display()),
        sql: sql.to_owned(),
        source,
    }
}
