//! The expected scope: what the author of a migration declared, and the tenant map that says whose
//! each row is.
//!
//! Scope is closed-world: what is not declared is not allowed. Reads no files and runs no SQL.

use crate::sql::{Affinity, Value, ident};
use crate::words::words;
use std::collections::{BTreeMap, BTreeSet};

/// The value that says whose row it is. NULL is a tenant of its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tenant(pub Value);

words! {
    /// What happened to a row.
    pub enum Op {
        /// It is there after, not before.
        Insert = "insert",
        /// It is there before and after.
        Update = "update",
        /// It is there before, not after.
        Delete = "delete",
    }
}

/// How each table says whose its rows are.
#[derive(Debug, Clone)]
pub struct TenantMap {
    /// the column that keys every table that has it
    pub column: String,
    /// exceptions, by folded table name
    pub tables: BTreeMap<String, TableTenancy>,
    /// the line of the configuration that says that everything has one owner: then nothing is a
    /// tenant's
    pub none: Option<usize>,
}

/// An entry of `[tenant.tables]`.
#[derive(Debug, Clone)]
pub struct TableTenancy {
    /// the table's name as the author wrote it
    pub table: String,
    /// how its rows say whose they are
    pub rule: TenantRule,
}

/// How the rows of one table say whose they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TenantRule {
    /// by a column of the row
    Column(String),
    /// by a query over the row's own columns, spelled `:column`
    Lookup(String),
    /// not at all: the table has no tenant
    Shared,
}

impl TenantMap {
    /// A map that gives no row a tenant.
    pub fn nobody() -> Self {
        // No column can have this name: SQL text ends at a NUL.
        Self {
            column: "\0".to_owned(),
            tables: BTreeMap::new(),
            none: None,
        }
    }

    /// The map of a database that has one owner, as a line of the configuration says.
    pub fn of_one_owner(line: usize) -> Self {
        Self {
            none: Some(line),
            ..Self::nobody()
        }
    }

    /// The rule for a table with these columns, or `None` where nothing says whose its rows are.
    pub fn rule_for<'a>(
        &self,
        table: &str,
        mut columns: impl Iterator<Item = &'a str>,
    ) -> Option<TenantRule> {
        if self.none.is_some() {
            return Some(TenantRule::Shared);
        }
        match self.tables.get(&ident::folded(table)) {
            Some(entry) => Some(entry.rule.clone()),
            None => columns
                .find(|c| ident::same(c, &self.column))
                .map(|c| TenantRule::Column(c.to_owned())),
        }
    }
}

/// What one migration may do, and what it must keep.
#[derive(Debug, Clone)]
pub struct ExpectedScope {
    /// where it is declared
    pub declared: DeclaredAt,
    /// whose rows it may write; `None` allows none, which is right for a migration of shared tables
    /// only
    pub tenants: Option<ExpectedTenants>,
    /// what it may do, by folded table name
    pub tables: BTreeMap<String, ExpectedTable>,
    /// the tables that must have as many rows as before, as the author wrote their names
    pub conserve: Vec<String>,
    /// what must hold of the state after
    pub invariants: Vec<Invariant>,
}

impl ExpectedScope {
    /// Whether it declares nothing: no tenants, not even an empty list, no table and nothing to keep.
    pub fn is_blank(&self) -> bool {
        self.tenants.is_none() && self.tables.is_empty() && !self.keeps()
    }

    /// The folded names of the tables with a claim.
    pub fn claimed(&self) -> BTreeSet<String> {
        let tables = self.tables.iter();
        let claimed = tables.filter(|(_, table)| !table.claims.is_empty());
        claimed.map(|(folded, _)| folded.clone()).collect()
    }

    /// Every claim, with the table as the author wrote it and the operation.
    pub fn claims(&self) -> impl Iterator<Item = (&str, Op, &Claim)> {
        self.tables.values().flat_map(|table| {
            let claims = table.claims.iter();
            claims.map(|(op, claim)| (table.table.as_str(), *op, claim))
        })
    }

    /// Whether it names a tenant, in a list, by a query or with a count; an empty list names none.
    pub fn names_tenants(&self) -> bool {
        let are_named = |tenants: &Option<ExpectedTenants>| {
            tenants
                .as_ref()
                .is_some_and(|tenants| *tenants != ExpectedTenants::Listed(Vec::new()))
        };
        let by_tenant = |count: &Count| matches!(count, Count::PerTenant(_));
        let mut tables = self.tables.values();
        are_named(&self.tenants)
            || tables.any(|it| are_named(&it.tenants) || it.counts.values().any(by_tenant))
    }

    /// Whether both states have to be queried for it.
    pub fn keeps(&self) -> bool {
        !self.conserve.is_empty() || !self.invariants.is_empty()
    }
}

/// Where a scope is declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredAt {
    /// the file, as the user gave it
    pub file: String,
    /// the line, from 1
    pub line: usize,
    /// the name in `[expect.NAME]`; `None` at the head of the migration itself
    pub name: Option<String>,
}

impl DeclaredAt {
    /// For messages: `harness.toml:17`.
    pub fn place(&self) -> String {
        format!("{}:{}", self.file, self.line)
    }

    /// The scope in a message: `harness.toml: [expect.NAME]`, or `0036.sql:1: harness: expect`.
    pub fn whole(&self) -> String {
        match &self.name {
            Some(name) => format!("{}: [expect.{name}]", self.file),
            None => format!("{}: harness: expect", self.place()),
        }
    }

    /// A claim in a message: `harness.toml: [expect.NAME.tables.TABLE] update.rows`.
    pub fn of_claim(&self, table: &str, op: Op, key: &str) -> String {
        format!("{} {}.{key}", self.of_table(table), op.word())
    }

    /// One of its tables in a message: `harness.toml: [expect.NAME.tables.TABLE]`, or `0036.sql:1:
    /// [tables.TABLE]`.
    pub fn of_table(&self, table: &str) -> String {
        match &self.name {
            Some(name) => format!("{}: [expect.{name}.tables.{table}]", self.file),
            None => format!("{}: [tables.{table}]", self.place()),
        }
    }
}

/// A query with the answer that it must give after the migration.
#[derive(Debug, Clone)]
pub struct Invariant {
    /// what it is called in reports
    pub name: String,
    /// one SELECT
    pub sql: String,
    /// what it must give after the migration
    pub must: Must,
}

/// What an invariant must give after the migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Must {
    /// this value, as one row of one column; numbers compare as numbers, so that 6 is 6.0
    Be(Value),
    /// exactly what it gave before
    EqualBefore,
}

/// What one migration may do to one table.
#[derive(Debug, Clone)]
pub struct ExpectedTable {
    /// the table's name as the author wrote it
    pub table: String,
    /// whose rows, where it differs from the migration's
    pub tenants: Option<ExpectedTenants>,
    /// how many rows, by operation; an operation that is missing is not allowed
    pub counts: BTreeMap<Op, Count>,
    /// which rows, and what becomes of them, by operation
    pub claims: BTreeMap<Op, Claim>,
    /// the columns that an UPDATE may change; `None` sets no limit to columns
    pub columns: Option<Vec<String>>,
    /// what its schema loses, as findings say it
    pub drops: Vec<String>,
}

impl ExpectedTable {
    /// Whether it is declared which rows an operation may change.
    pub fn selects(&self, op: Op) -> bool {
        self.claims
            .get(&op)
            .is_some_and(|claim| claim.rows.is_some())
    }
}

/// What the author claims of the rows that one operation changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// a SELECT of their keys, on the state before
    pub rows: Option<String>,
    /// a condition that each of them meets
    pub each: Option<String>,
}

/// Whose rows a migration may write, as declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExpectedTenants {
    /// these
    Listed(Vec<TenantName>),
    /// those that this query returns on the state before the migration
    Queried(String),
    /// everybody's
    All,
}

/// Whose rows a migration may write, after its query has run.
#[derive(Debug, Clone)]
pub enum AllowedTenants {
    /// these, and the values among them, by which thousands are found at once
    Only(Vec<TenantName>, BTreeSet<Value>),
    /// everybody's
    All,
}

impl AllowedTenants {
    /// Those of these names.
    pub fn only(names: Vec<TenantName>) -> Self {
        let value = |name: &TenantName| match name {
            TenantName::Value(value) => Some(value.clone()),
            TenantName::Key(_) | TenantName::Literal(_) => None,
        };
        let values = names.iter().filter_map(value).collect();
        Self::Only(names, values)
    }

    /// Whether rows of `tenant` may be written.
    pub fn allows(&self, tenant: &Tenant, stored: Stored) -> bool {
        match self {
            Self::All => true,
            Self::Only(names, values) => {
                let own = TenantName::Value(tenant.0.clone());
                (values.contains(&tenant.0) && own.names(tenant, stored))
                    || names.iter().any(|name| name.names(tenant, stored))
            }
        }
    }
}

/// The affinities, before and after a migration, of the column that says whose a row is.
pub type Stored = [Affinity; 2];

/// A tenant as the author names it. It names one value for each affinity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TenantName {
    /// a value, as the column stores it
    Value(Value),
    /// a key of TOML, which is always text: where the column keeps numbers and text as they are, what
    /// is spelled as a number is one
    Key(String),
    /// the value that this literal of SQL is, whatever the column
    Literal(Value),
}

impl TenantName {
    /// Text in a list: between quotes, as SQL spells it, it is that text or blob.
    pub fn of_text(text: &str) -> Self {
        Value::quoted(text).map_or_else(|| Self::Value(Value::text(text)), Self::Literal)
    }

    /// A key of TOML: text as in a list, NULL, or a number.
    pub fn of_key(text: &str) -> Self {
        match Value::quoted(text) {
            Some(value) => Self::Literal(value),
            None if text == "NULL" => Self::Literal(Value::Null),
            None => Self::Key(text.to_owned()),
        }
    }

    /// The name of a tenant in a list.
    pub fn in_list(tenant: &Tenant, stored: impl IntoIterator<Item = Stored>) -> Self {
        let Value::Text(text) = &tenant.0 else {
            return Self::Value(tenant.0.clone());
        };
        let plain = Self::of_text(&String::from_utf8_lossy(text));
        let is_named = stored.into_iter().all(|stored| plain.names(tenant, stored));
        if is_named {
            plain
        } else {
            Self::Literal(tenant.0.clone())
        }
    }

    /// The name of a tenant as a key of TOML.
    pub fn as_key(tenant: &Tenant, stored: Stored) -> Self {
        let plain = Self::of_key(&tenant.0.spelling());
        if plain.names(tenant, stored) {
            plain
        } else {
            Self::Literal(tenant.0.clone())
        }
    }

    /// Whether it names this tenant.
    pub fn names(&self, tenant: &Tenant, stored: Stored) -> bool {
        match self {
            Self::Literal(value) => *value == tenant.0,
            Self::Value(value) => stored.map(|it| it.apply(value.clone())).contains(&tenant.0),
            Self::Key(text) => stored.map(|it| read(text, it)).contains(&tenant.0),
        }
    }

    /// Whether a list of TOML can have it; not NULL, a blob, or text that is not UTF-8.
    pub fn is_spelled(&self) -> bool {
        match self {
            Self::Value(Value::Text(text)) | Self::Literal(Value::Text(text)) => {
                std::str::from_utf8(text).is_ok()
            }
            Self::Value(value) | Self::Literal(value) => {
                matches!(value, Value::Integer(_) | Value::Real(_))
            }
            Self::Key(_) => true,
        }
    }

    /// As the author writes it.
    pub fn spelling(&self) -> String {
        match self {
            Self::Value(value) => value.spelling(),
            Self::Key(text) => text.clone(),
            Self::Literal(value) => value.literal(),
        }
    }
}

/// The value that a key of TOML is.
fn read(text: &str, affinity: Affinity) -> Value {
    let plain = Value::text(text);
    match affinity {
        Affinity::Blob => {
            let number = Affinity::Numeric.apply(plain.clone());
            let real = Affinity::Real.apply(plain.clone());
            let mut numbers = [number, real].into_iter();
            numbers.find(|it| it.spelling() == text).unwrap_or(plain)
        }
        other => other.apply(plain),
    }
}

/// A declared number of changed rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Count {
    /// from so many to so many, both included; `u64::MAX` is no upper end
    Range(u64, u64),
    /// any number
    Any,
    /// exactly the rows that the claim selects
    Selected,
    /// for each tenant its own; tenants not named must have none
    PerTenant(Vec<(TenantName, u64)>),
}

impl Count {
    /// The number for a report: `6`, `1..=12`, `1..`, `any`, `as selected`, `8 by tenant`.
    pub fn spelling(&self) -> String {
        match self {
            Self::Range(from, to) if from == to => from.to_string(),
            Self::Range(from, u64::MAX) => format!("{from}.."),
            Self::Range(from, to) => format!("{from}..={to}"),
            Self::Any => "any".to_owned(),
            Self::Selected => "as selected".to_owned(),
            Self::PerTenant(each) => {
                format!("{} by tenant", each.iter().map(|(_, n)| n).sum::<u64>())
            }
        }
    }
}

/// An expected scope whose tenant queries have run on the state before the migration.
#[derive(Debug)]
pub struct ResolvedScope<'a> {
    /// as declared
    pub expected: &'a ExpectedScope,
    /// whose rows may be written, unless the table says otherwise
    pub tenants: AllowedTenants,
    /// whose rows of the tables that say it themselves, by folded name
    pub tables: BTreeMap<&'a str, AllowedTenants>,
}

impl ResolvedScope<'_> {
    /// Whose rows of a table may be written.
    pub fn tenants_of(&self, table: &str) -> &AllowedTenants {
        let own = self.tables.get(ident::folded(table).as_str());
        own.unwrap_or(&self.tenants)
    }
}
