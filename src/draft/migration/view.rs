//! What the template of a migration takes, with everything spelled for its place.

use super::MigrationRequest;
use super::tracking::Tracking;
use crate::config::Config;
use crate::draft::{KeyedSchema, spell};
use crate::regime::{OnError, TransactionMode};
use crate::snapshot::catalog::Table;
use crate::snapshot::keys::Keys;
use crate::sql::ident;
use serde::Serialize;
use std::cmp::Reverse;

/// Tables of which the keys are listed.
const LISTED: usize = 20;

/// What the template takes.
#[derive(Debug, Serialize)]
pub(super) struct MigrationView {
    name: String,
    /// what it is for
    words: String,
    /// whether it opens its own transaction
    begins: bool,
    /// what the runner does instead
    mode: &'static str,
    goes_on: bool,
    keys: Vec<String>,
    more_keys: usize,
    table: Option<TableLines>,
    tracked: Option<TrackedLines>,
}

/// The table that examples are about.
#[derive(Debug, Serialize)]
struct TableLines {
    /// as a key of TOML
    key: String,
    /// as SQL inside of a comment
    sql: String,
    /// its key, as SQL inside of a comment: as a list, and as what IN compares
    columns: String,
    key_columns: String,
    /// its tenant column, as SQL inside of a comment
    tenant: Option<String>,
    /// the name of the invariant, as a string of TOML
    keeps: String,
    /// its query, as a string of TOML
    count: String,
}

#[derive(Debug, Serialize)]
struct TrackedLines {
    /// the table, as a key of TOML
    key: String,
    statement: String,
}

impl MigrationView {
    pub(super) fn new(
        request: &MigrationRequest<'_>,
        schema: &KeyedSchema,
        name: &str,
        tracking: Option<&Tracking>,
    ) -> Self {
        let (config, regime) = (request.config, request.config.regime);
        let keys = schema
            .tables()
            .filter_map(|(table, keys)| key_line(table, keys));
        let mut keys: Vec<String> = keys.collect();
        let more_keys = keys.len().saturating_sub(LISTED);
        keys.truncate(LISTED);
        let example = example(config, schema, tracking);
        Self {
            name: spell::comment(name),
            words: spell::comment(request.words),
            begins: regime.transaction == TransactionMode::None,
            mode: regime.transaction.word(),
            goes_on: regime.on_error == OnError::Continue,
            keys,
            more_keys,
            table: example.map(|(table, keys)| TableLines::new(config, table, keys)),
            tracked: tracking.map(|tracking| TrackedLines {
                key: spell::key(tracking.table()),
                statement: tracking.statement(name),
            }),
        }
    }
}

/// `point_info: (system_id, id), (system_id, origin_id, origin_sub_id)`, of a table with keys of
/// several columns.
fn key_line(table: &Table, keys: &Keys) -> Option<String> {
    let unique = keys.unique.iter().filter(|key| !key.partial);
    let several: Vec<String> = [keys.primary.iter().map(String::as_str).collect()]
        .into_iter()
        .chain(unique.filter_map(|key| key.columns.iter().map(Option::as_deref).collect()))
        .filter(|columns: &Vec<&str>| columns.len() > 1)
        .map(|columns| format!("({})", list(columns)))
        .collect();
    let line = format!("{}: {}", ident::quote(&table.name), several.join(", "));
    (!several.is_empty()).then(|| spell::comment(&line))
}

fn list<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let quoted: Vec<String> = names.into_iter().map(ident::quote).collect();
    quoted.join(", ")
}

/// The table for the examples: keyed by tenant and more, the one that most foreign keys refer to.
fn example<'s>(
    config: &Config,
    schema: &'s KeyedSchema,
    tracking: Option<&Tracking>,
) -> Option<(&'s Table, &'s Keys)> {
    let tenant = &config.tenants.column;
    let parents: Vec<&str> = schema
        .tables()
        .flat_map(|(_, keys)| &keys.foreign)
        .map(|key| key.parent.as_str())
        .collect();
    let rank = |(table, keys): &(&'s Table, &Keys)| {
        let is_composite = keys.primary.len() > 1;
        let is_tenant = |name: &String| ident::same(name, tenant);
        let refers = |parent: &&&str| ident::same(parent, &table.name);
        (
            is_composite && keys.primary.iter().any(is_tenant),
            table.column(tenant).is_some(),
            is_composite,
            parents.iter().filter(refers).count(),
            Reverse(&table.name),
        )
    };
    schema
        .tables()
        .filter(|(table, _)| {
            tracking.is_none_or(|tracking| !ident::same(tracking.table(), &table.name))
        })
        .max_by_key(rank)
}

impl TableLines {
    fn new(config: &Config, table: &Table, keys: &Keys) -> Self {
        let name = ident::quote(&table.name);
        let columns = match &keys.primary[..] {
            [] => "rowid".to_owned(),
            primary => list(primary.iter().map(String::as_str)),
        };
        let key_columns = if keys.primary.len() > 1 {
            format!("({columns})")
        } else {
            columns.clone()
        };
        let tenant = table.column(&config.tenants.column);
        let tenant = tenant.map(|at| ident::quote(&table.columns[at].name));
        Self {
            key: spell::key(&table.name),
            columns: spell::comment(&columns),
            key_columns: spell::comment(&key_columns),
            tenant: tenant.as_deref().map(spell::comment),
            keeps: spell::string(&format!("{} keeps its rows", table.name)),
            count: spell::string(&format!("SELECT count(*) FROM {name}")),
            sql: spell::comment(&name),
        }
    }
}
