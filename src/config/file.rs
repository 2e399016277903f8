//! The serde mirror of `harness.toml`: shapes only, nothing is checked against anything else.
//!
//! Every table refuses unknown keys, so a misspelt one is an error with its place, never ignored.
//! The doc comments here are what an editor shows at a key, by way of the JSON Schema.

use super::problem::Validation;
use super::schema;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::path::PathBuf;
use toml::Spanned;

/// What to rehearse on, as whom, and what each migration may change.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(title = "harness.toml")]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    /// The database to rehearse on. `--snapshot` stands in for it.
    pub(super) snapshot: Option<RawSnapshot>,
    /// What the production runner does. Nothing here has a default.
    #[schemars(required, with = "RawEngine")]
    pub(super) engine: Option<Spanned<RawEngine>>,
    /// What a migration may reach besides the clone: nothing, unless it is said here.
    pub(super) reach: Option<Reach>,
    /// How long a statement may take, and how closely rows are followed.
    pub(super) limits: Option<Limits>,
    /// Where the migrations are.
    pub(super) migrations: Option<RawMigrations>,
    /// How a row says whose it is.
    #[schemars(required)]
    #[schemars(with = "RawTenant")]
    pub(super) tenant: Option<Spanned<RawTenant>>,
    /// How bad the findings of a code are: "error", "warning", "note" or "off". What belongs to
    /// scope, capture, preview and failure cannot be lowered. `harness explain CODE` says what a
    /// code means.
    #[schemars(schema_with = "schema::findings")]
    #[serde(default)]
    pub(super) findings: BTreeMap<Spanned<String>, Spanned<String>>,
    /// What of the data reports show.
    pub(super) report: Option<RawReport>,
    /// What each migration may change, by the name of its file without `.sql`; of
    /// `NAME/migration.sql` and `NAME/up.sql` by that of the folder, if it begins with a digit. What
    /// is not declared is not allowed.
    #[schemars(with = "BTreeMap<String, Expect>")]
    #[serde(default)]
    pub(super) expect: BTreeMap<Spanned<String>, Expect>,
}

/// The database to rehearse on.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Snapshot")]
pub(super) struct RawSnapshot {
    /// An SQLite database or an SQL dump, either of them compressed or not; relative to this file.
    #[schemars(with = "String")]
    pub(super) path: PathBuf,
    /// What the clone stands on: "thin" reads the snapshot's own file, "copy" a private copy of it.
    /// Reports are the same.
    #[serde(default)]
    #[schemars(schema_with = "schema::clone_kinds")]
    pub(super) clone: Option<Spanned<String>>,
    /// How old it may be, as "7 days" or "36 hours". Left out, its age decides nothing, and the
    /// checklist cannot call it a backup.
    #[schemars(with = "Option<String>")]
    pub(super) max_age: Option<Spanned<String>>,
}

/// What the production runner does.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Engine")]
pub(super) struct RawEngine {
    /// Whether the runner's connection enforces foreign keys.
    #[schemars(required)]
    pub(super) foreign_keys: Option<bool>,
    /// The transaction that the runner opens: "none" (only the file's own), "per-migration", or
    /// "all" (one around all of them).
    #[schemars(required, schema_with = "schema::transactions")]
    pub(super) transaction: Option<Spanned<String>>,
    /// What the runner does after a statement that fails: "stop", or "continue" with the next.
    #[schemars(required, schema_with = "schema::on_error")]
    pub(super) on_error: Option<Spanned<String>>,
}

/// What a migration may reach besides the clone.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Reach {
    /// Files that it may ATTACH, spelled as it spells them, relative to this file. It reads private
    /// copies and cannot write to them.
    #[schemars(with = "Vec<String>")]
    pub(super) attach: Vec<Spanned<String>>,
    /// Files that it may create by VACUUM INTO, spelled as it spells them. They are created in the
    /// private folder.
    #[schemars(with = "Vec<String>")]
    pub(super) vacuum_into: Vec<Spanned<String>>,
    /// Whether it may edit the schema as rows, by `PRAGMA writable_schema`.
    pub(super) writable_schema: bool,
}

/// How long a statement may take, and how closely rows are followed.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Limits {
    /// Seconds after which a statement, or its preview, is interrupted and the migration rejected.
    /// 600 where nothing is said.
    #[schemars(with = "Option<f64>", extend("exclusiveMinimum" = 0))]
    pub(super) statement_seconds: Option<Spanned<f64>>,
    /// Writes of one migration to rows without a rowid, or that get another, that are followed one
    /// by one; beyond, their tables are compared whole, by key. 500000 where nothing is said.
    pub(super) followed_writes: Option<usize>,
}

/// Where the migrations are.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Migrations")]
pub(super) struct RawMigrations {
    /// The folder of the `*.sql` files, which run in the order of their names; relative to this
    /// file.
    #[schemars(with = "String")]
    pub(super) dir: PathBuf,
    /// A query for the names of the migrations that are applied already. They are skipped when no
    /// file is named.
    pub(super) applied: Option<String>,
}

/// How a row says whose it is: by `column`, or not at all, with `none`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Tenant", extend("oneOf" = [{ "required": ["column"] }, { "required": ["none"] }]))]
pub(super) struct RawTenant {
    /// The column that says whose a row is. Every table that has it is keyed by it.
    #[schemars(with = "Option<String>", length(min = 1))]
    pub(super) column: Option<Spanned<String>>,
    /// Always true: there are no tenants, and everything has one owner. Nothing else is beside it.
    #[schemars(with = "Option<bool>", extend("const" = true))]
    pub(super) none: Option<Spanned<bool>>,
    /// A query for tenants and their names, as two columns, for the reports.
    pub(super) labels: Option<String>,
    /// The tables that say it otherwise, by name. A changed table that neither has the column nor
    /// stands here is an error.
    #[schemars(with = "BTreeMap<String, RawRule>")]
    #[serde(default)]
    pub(super) tables: BTreeMap<Spanned<String>, Spanned<RawRule>>,
}

/// How one table says whose its rows are: "COLUMN", { lookup = "SELECT …" } or { shared = true }.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    untagged,
    expecting = "expected a column name, { lookup = \"SELECT …\" } or { shared = true }"
)]
#[schemars(rename = "Rule")]
pub(super) enum RawRule {
    /// Another column of the table.
    Column(String),
    /// A query over the row's own columns.
    Lookup(RawLookup),
    /// The rows are nobody's.
    Shared(RawShared),
}

/// A query over the row's own columns.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Lookup")]
pub(super) struct RawLookup {
    /// The query, with the row's columns as `:column`. It must give exactly one tenant for each
    /// row.
    pub(super) lookup: String,
}

/// The rows are nobody's.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Shared")]
pub(super) struct RawShared {
    /// Always true.
    #[schemars(extend("const" = true))]
    pub(super) shared: bool,
}

/// What of the data reports show.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Report")]
pub(super) struct RawReport {
    /// The columns whose values no report shows, as "TABLE.COLUMN"; `*` stands for any table, or
    /// for any column that is neither of a key nor says whose a row is. A name with a point or
    /// blank in it stands in double quotes: '"a.b".c'.
    #[schemars(with = "Vec<String>")]
    #[serde(default)]
    pub(super) redact: Vec<Spanned<String>>,
    /// "none": no report shows any value but keys and tenants. "shown" where nothing is said.
    #[serde(default)]
    #[schemars(schema_with = "schema::values")]
    pub(super) values: Option<Spanned<String>>,
}

/// What one migration may change.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Expect {
    /// Whose rows it may write. Left out, those of shared tables only.
    #[schemars(with = "Option<RawTenants>")]
    pub(super) tenants: Option<Spanned<RawTenants>>,
    /// What it may do to each table, by name.
    #[schemars(with = "BTreeMap<String, ExpectTable>")]
    #[serde(default)]
    pub(super) tables: BTreeMap<Spanned<String>, ExpectTable>,
    /// The tables that must have as many rows after as before.
    #[schemars(with = "Vec<String>")]
    #[serde(default)]
    pub(super) conserve: Vec<Spanned<String>>,
    /// What must hold after the migration.
    #[serde(default)]
    pub(super) invariants: Vec<RawInvariant>,
}

/// A query that is run before and after the migration, with either `value` or `equal`.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(rename = "Invariant", extend("oneOf" = [{ "required": ["value"] }, { "required": ["equal"] }]))]
#[serde(deny_unknown_fields)]
pub(super) struct RawInvariant {
    /// What it is called in reports.
    #[schemars(with = "String", length(min = 1))]
    pub(super) name: Spanned<String>,
    /// One SELECT.
    pub(super) sql: String,
    /// What it must give after the migration, as one row of one column.
    #[schemars(with = "Option<RawAnswer>")]
    pub(super) value: Option<Spanned<RawAnswer>>,
    /// "before": it must give what it gave before, however many rows.
    #[schemars(with = "Option<String>", extend("const" = "before"))]
    pub(super) equal: Option<Spanned<String>>,
}

/// A value. Numbers compare as numbers: 6 is 6.0. NULL cannot be declared; a query can say `IS
/// NULL`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    untagged,
    expecting = "expected an integer, a float, a string, true or false"
)]
#[schemars(rename = "Answer")]
pub(super) enum RawAnswer {
    /// true is 1, false 0
    Bool(bool),
    /// A number or a text.
    Scalar(Scalar),
}

/// What one migration may do to one table.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ExpectTable {
    /// Whose rows of this table, where it differs from the migration's.
    #[schemars(with = "Option<RawTenants>")]
    pub(super) tenants: Option<Spanned<RawTenants>>,
    /// How many rows are there after, not before. Left out: none.
    #[schemars(with = "Option<RawOperation>")]
    pub(super) insert: Option<Spanned<RawOperation>>,
    /// How many rows have other values. Left out: none.
    #[schemars(with = "Option<RawOperation>")]
    pub(super) update: Option<Spanned<RawOperation>>,
    /// How many rows are there before, not after. Left out: none.
    #[schemars(with = "Option<RawOperation>")]
    pub(super) delete: Option<Spanned<RawOperation>>,
    /// The columns that an UPDATE may change. Left out: any.
    pub(super) columns: Option<Vec<String>>,
    /// What the schema of the table loses on purpose, as `schema-object-lost` says it: "UNIQUE (a,
    /// b)", "NOT NULL of c", "index i".
    #[serde(default)]
    pub(super) drops: Vec<String>,
}

/// Whose rows: a list of tenants, { query = "SELECT …" } or "all".
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    untagged,
    expecting = "expected a list of tenants, { query = \"SELECT …\" } or \"all\""
)]
#[schemars(rename = "Tenants")]
pub(super) enum RawTenants {
    /// Everybody's.
    Word(#[schemars(extend("const" = "all"))] String),
    /// These tenants'.
    Listed(Vec<Scalar>),
    /// Those that a query gives.
    Queried(Queried),
}

/// The tenants that a query gives.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Queried {
    /// The query, of one column. It runs on the state before the migration.
    pub(super) query: String,
}

/// A tenant, or a value.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected an integer, a float or a string")]
pub(super) enum Scalar {
    /// INTEGER
    Integer(i64),
    /// REAL
    Real(f64),
    /// TEXT
    Text(String),
}

/// What one operation may do to a table: a number of rows, or { rows = "SELECT …", each = "…" }.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    untagged,
    expecting = "expected a number of rows, a range like \"1..=12\", \"any\", { \"TENANT\" = \
        NUMBER }, or { rows = \"SELECT …\", each = \"…\", count = 6 }"
)]
#[schemars(rename = "Operation")]
pub(super) enum RawOperation {
    /// Which rows, what becomes of them, and how many.
    Claimed(RawClaim),
    /// How many rows.
    Counted(RawCount),
}

/// Which rows an operation changes, and what becomes of them.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Claim", extend("minProperties" = 1))]
pub(super) struct RawClaim {
    /// How many rows. Left out beside `rows`: exactly those that it selects.
    pub(super) count: Option<RawCount>,
    /// A SELECT of the keys of the rows, by the names of the key's columns, or of their `rowid`
    /// where the table has no key. It runs on the state before the migration. Rows that are updated
    /// or deleted are held by their keys before, rows that are inserted by their keys after.
    pub(super) rows: Option<String>,
    /// A condition that must be true for each changed row, over `old` and `new`, the row before and
    /// after. An inserted row has no `old`, a deleted one no `new`. Queries in it read the state
    /// after.
    pub(super) each: Option<String>,
}

/// How many changed rows: 6, "1..=12", "any", or { "TENANT" = 6 } for each tenant.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    untagged,
    expecting = "expected a number of rows, a range like \"1..=12\", \"any\", or { \"TENANT\" \
        = NUMBER }"
)]
#[schemars(rename = "Count")]
pub(super) enum RawCount {
    /// Exactly so many.
    Exact(u64),
    /// A range, or "any".
    Word(#[schemars(regex(pattern = schema::COUNT))] String),
    /// For each tenant its own number. A tenant that is not named must have none.
    PerTenant(BTreeMap<String, u64>),
}

impl Validation<'_> {
    /// Parses TOML; the first problem of shape ends it, since nothing behind it is known. `hint`
    /// follows its message.
    pub(super) fn parse<T: DeserializeOwned>(&mut self, toml: &str, hint: &str) -> Option<T> {
        let problem = |error: toml::de::Error| {
            let message = error.message().lines().collect::<Vec<_>>().join(", ");
            let offset = error.span().map_or(0, |span| span.start);
            self.problem_at(offset, message + hint);
        };
        toml::from_str(toml).map_err(problem).ok()
    }
}
