//! The serde mirror of `harness.toml`: shapes only, nothing is checked against anything else.
//!
//! Every table refuses unknown keys, so a misspelt one is an error with its place, never ignored.

use super::problem::Problem;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use toml::Spanned;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) snapshot: Option<Snapshot>,
    pub(super) engine: Option<Spanned<Engine>>,
    pub(super) reach: Option<Reach>,
    pub(super) limits: Option<Limits>,
    pub(super) migrations: Option<Migrations>,
    pub(super) tenant: Option<Tenant>,
    #[serde(default)]
    pub(super) findings: BTreeMap<Spanned<String>, Spanned<String>>,
    #[serde(default)]
    pub(super) expect: BTreeMap<String, Expect>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Snapshot {
    pub(super) path: PathBuf,
    pub(super) clone: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Engine {
    pub(super) foreign_keys: Option<bool>,
    pub(super) transaction: Option<Spanned<String>>,
    pub(super) on_error: Option<Spanned<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Reach {
    pub(super) attach: Vec<Spanned<String>>,
    pub(super) vacuum_into: Vec<Spanned<String>>,
    pub(super) writable_schema: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Limits {
    pub(super) statement_seconds: Option<Spanned<f64>>,
    pub(super) followed_writes: Option<usize>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Migrations {
    pub(super) dir: PathBuf,
    pub(super) applied: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tenant {
    pub(super) column: Spanned<String>,
    pub(super) labels: Option<String>,
    #[serde(default)]
    pub(super) tables: BTreeMap<Spanned<String>, Spanned<Rule>>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "expected a column name, { lookup = \"SELECT …\" } or { shared = true }")]
pub(super) enum Rule {
    Column(String),
    Lookup(Lookup),
    Shared(Shared),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lookup {
    pub(super) lookup: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Shared {
    pub(super) shared: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Expect {
    pub(super) tenants: Option<Spanned<Tenants>>,
    #[serde(default)]
    pub(super) tables: BTreeMap<Spanned<String>, ExpectTable>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExpectTable {
    pub(super) tenants: Option<Spanned<Tenants>>,
    pub(super) insert: Option<Spanned<RawCount>>,
    pub(super) update: Option<Spanned<RawCount>>,
    pub(super) delete: Option<Spanned<RawCount>>,
    pub(super) columns: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "expected a list of tenants, { query = \"SELECT …\" } or \"all\"")]
pub(super) enum Tenants {
    Word(String),
    Listed(Vec<Scalar>),
    Queried(Queried),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Queried {
    pub(super) query: String,
}

#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "expected an integer, a float or a string")]
pub(super) enum Scalar {
    Integer(i64),
    Real(f64),
    Text(String),
}

#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "expected a number of rows, a range like \"1..=12\", \"any\", or { \"TENANT\" = NUMBER }")]
pub(super) enum RawCount {
    Exact(u64),
    Word(String),
    PerTenant(BTreeMap<String, u64>),
}

/// Parses the text; the first problem of shape ends it, since nothing behind it is known.
pub(super) fn parse(text: &str) -> Result<File, Problem> {
    toml::from_str(text).map_err(|error| {
        let message = error.message().lines().collect::<Vec<_>>().join(", ");
        Problem::at(error.span().map_or(0, |span| span.start), message)
    })
}
