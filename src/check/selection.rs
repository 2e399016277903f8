//! Which migrations run, and how their tenants are called: what the queries of the configuration
//! say of the snapshot.

use super::branch::ChangedFolder;
use super::{CheckError, Migrations, Request};
use crate::config::Config;
use crate::migration::Migration;
use crate::record;
use crate::rehearse::{self, QueryError};
use crate::scope::Tenant;
use crate::sql::Value;
use crate::verdict::Verdict;
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};

/// What of a folder runs, and what does not.
#[derive(Default)]
pub(super) struct Selection<'a> {
    /// in this order
    pub(super) run: Vec<&'a Migration>,
    /// those that a branch changes although they are applied, with the verdict that says so
    pub(super) unrun: Vec<(&'a Migration, Verdict)>,
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
    let (all, applied) = match request.migrations {
        Migrations::Named(all) => (all, BTreeSet::new()),
        Migrations::Pending(all) => (all, applied(request.config, state)?.unwrap_or_default()),
        Migrations::Changed(folder, branch) => {
            return Ok(ChangedFolder {
                folder,
                branch,
                applied: applied(request.config, state)?,
            }
            .selected());
        }
    };
    let run: Vec<&Migration> = all
        .iter()
        .filter(|migration| !applied.contains(&migration.name))
        .collect();
    if run.is_empty() {
        return Err(CheckError::NothingPending(all.len()));
    }
    Ok(Selection {
        run,
        ..Selection::default()
    })
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
