//! Columns that may say whose a row is, and which tables each would settle: by the column, by the
//! key that it refers to, or by a path through foreign keys. By the schema alone; rows are not read.

use super::lookup::{PathStep, TenantPath};
use crate::snapshot::Catalog;
use crate::snapshot::catalog::Table;
use crate::snapshot::keys::Foreign;
use crate::sql::ident;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Words in the names of tenant columns, without the ending that marks a key.
const WORDS: [&str; 13] = [
    "account",
    "club",
    "company",
    "customer",
    "org",
    "organisation",
    "organization",
    "site",
    "store",
    "system",
    "team",
    "tenant",
    "workspace",
];

/// A column that may say whose a row is.
#[derive(Debug, Clone, Default)]
pub(super) struct Candidate {
    /// as the first table spells it
    pub(super) column: String,
    /// the tables that have it, but those of which it is the whole key
    pub(super) tables: Vec<String>,
    /// the tables of which it is part of a key of several columns
    pub(super) keyed: Vec<String>,
    /// the columns that it alone refers to: table, column
    pub(super) refers: Vec<(String, String)>,
    /// the table that it is named after, where no foreign key says so
    pub(super) named_after: Option<String>,
    /// how many tables it settles
    pub(super) settles: usize,
}

/// How the tables say whose their rows are, if one column says it: by the shortest path.
#[derive(Debug)]
pub(super) struct SettledTables<'s> {
    schema: &'s Catalog,
    /// by folded name
    known: BTreeMap<String, TenantPath>,
}

/// The candidates, the likeliest first.
pub(super) fn candidates(schema: &Catalog) -> Vec<Candidate> {
    let mut found = shared_columns(schema);
    for candidate in &mut found {
        candidate.refers = references(schema, &candidate.column);
        if candidate.refers.is_empty() {
            let table = schema
                .ordinary()
                .find(|table| key_named_by(table, &candidate.column).is_some());
            candidate.named_after = table.map(|table| table.name.clone());
        }
    }
    // Something besides being in a table has to speak for it.
    found.retain(|c| {
        let is_referring = !c.refers.is_empty() || c.named_after.is_some();
        (is_referring || c.keyed.len() > 1 || c.is_tenant_named())
            && !is_identity(schema, &c.column)
    });
    for candidate in &mut found {
        candidate.settles = SettledTables::by(schema, &candidate.column).known.len();
    }
    found.retain(|c| c.settles > 1 || c.is_tenant_named());
    found.sort_by_key(|candidate| Reverse(candidate.rank()));
    found
}

/// The columns of the tables, by folded name, but for those that are the whole key of their table:
/// such a key tells rows apart, not tenants.
fn shared_columns(schema: &Catalog) -> Vec<Candidate> {
    let mut found: BTreeMap<String, Candidate> = BTreeMap::new();
    for table in schema.ordinary() {
        let columns = table.column_names().filter(|name| !name.is_empty());
        for column in columns.filter(|name| !ident::is_only(&table.keys.primary, name)) {
            let candidate = found.entry(ident::folded(column));
            let candidate = candidate.or_insert_with(|| Candidate {
                column: column.to_owned(),
                ..Candidate::default()
            });
            candidate.tables.push(table.name.clone());
            if table
                .keys
                .composite_columns()
                .any(|name| ident::same(name, column))
            {
                candidate.keyed.push(table.name.clone());
            }
        }
    }
    found.into_values().collect()
}

impl Candidate {
    /// Whether its name is one of a tenant column, and it is in several tables or in a key.
    fn is_tenant_named(&self) -> bool {
        is_telling(&self.column) && self.keyed.len() + self.tables.len() > 1
    }

    /// Whether it may be proposed: it is in several tables, or has the name of a tenant column.
    pub(super) fn is_clear(&self) -> bool {
        self.tables.len() > 1 || is_telling(&self.column)
    }

    /// What decides between two; of two that have the same, nothing found here says which.
    ///
    /// A column of few tables may settle many, as `plan_id` does in the list of tenants, and one of
    /// many tables few, as `user_id` does: both numbers count, and those of tables in whose keys it
    /// is. A label, such as `name`, is in many tables and settles what refers to them; what tells a
    /// tenant from it is that it refers to one, or has a telling name, each of which counts once more.
    pub(super) fn rank(&self) -> (usize, usize, usize, usize) {
        let is_referring = !self.refers.is_empty() || self.named_after.is_some();
        let weight = 1 + usize::from(is_telling(&self.column)) + usize::from(is_referring);
        (
            weight * (self.tables.len() + self.settles + self.keyed.len()),
            self.tables.len(),
            self.keyed.len(),
            self.refers.len(),
        )
    }
}

/// The key of a table that a column is named after: `system_id`, or `system`, and `systems`.
pub(super) fn key_named_by(table: &Table, column: &str) -> Option<String> {
    let [key] = &table.keys.primary[..] else {
        return None;
    };
    let (column, name) = (ident::folded(column), ident::folded(&table.name));
    let stem = stem(&column);
    let plural = name
        .strip_prefix(stem)
        .is_some_and(|end| ["", "s", "es"].contains(&end));
    let plural_of_y = stem.strip_suffix('y').map(|stem| format!("{stem}ies"));
    let fits = plural || plural_of_y.is_some_and(|plural| name == plural);
    (fits && !stem.is_empty()).then(|| key.clone())
}

/// A folded name without the ending that marks a key.
fn stem(folded: &str) -> &str {
    let stem = folded.strip_suffix("_id").or(folded.strip_suffix("id"));
    stem.unwrap_or(folded)
}

/// Whether a column tells the rows of a table apart, as `id` does, and so says of no other row
/// whose it is.
fn is_identity(schema: &Catalog, column: &str) -> bool {
    let refers = |table: &Table| {
        table
            .keys
            .foreign
            .iter()
            .flat_map(|key| &key.columns)
            .any(|name| ident::same(name, column))
    };
    let own = schema
        .ordinary()
        .filter(|table| ident::is_only(&table.keys.primary, column) && !refers(table));
    own.count() > 1 || ident::same(column, "id")
}

fn is_telling(column: &str) -> bool {
    WORDS.contains(&stem(&ident::folded(column)))
}

/// Every unique column that foreign keys of this column alone refer to, one for each table.
fn references(schema: &Catalog, column: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let is_alone = |key: &&Foreign| ident::is_only(&key.columns, column);
    let keys = schema.ordinary().flat_map(|table| &table.keys.foreign);
    for key in keys.filter(is_alone) {
        if let Some(parent) = schema.table(&key.parent)
            && let Some(PathStep { to, pairs }) = PathStep::by(key, parent)
            && !found.iter().any(|(table, _)| ident::same(table, &to))
        {
            found.extend(pairs.into_iter().map(|(_, there)| (to.clone(), there)));
        }
    }
    found
}

impl<'s> SettledTables<'s> {
    /// What one column settles.
    pub(super) fn by(schema: &'s Catalog, column: &str) -> Self {
        let mut settled = Self {
            schema,
            known: BTreeMap::new(),
        };
        for table in schema.ordinary() {
            let own = table.column(column).map(|at| &table.columns[at].name);
            settled.adopt(table, own.map(|own| TenantPath::own(own)));
        }
        for (parent, there) in references(schema, column) {
            let parent = schema.table(&parent);
            if let Some(table) = parent.filter(|table| settled.known(table).is_none()) {
                settled.adopt(table, Some(TenantPath::own(&there)));
            }
        }
        while settled.reach_further() {}
        settled
    }

    /// Settles the tables with a foreign key to settled ones; whether there were any.
    fn reach_further(&mut self) -> bool {
        let next: Vec<(String, TenantPath)> = self
            .schema
            .ordinary()
            .filter(|table| self.known(table).is_none())
            .filter_map(|table| {
                let shortest = self.paths(table).into_iter().next()?;
                Some((ident::folded(&table.name), shortest))
            })
            .collect();
        let is_any = !next.is_empty();
        self.known.extend(next);
        is_any
    }

    /// Has a table, and those behind it, go by this path from now on; by none where its rows are
    /// not settled.
    pub(super) fn adopt(&mut self, table: &Table, path: Option<TenantPath>) {
        let name = ident::folded(&table.name);
        match path {
            Some(path) => self.known.insert(name, path),
            None => self.known.remove(&name),
        };
    }

    /// The path of a table; none where nothing settles it.
    pub(super) fn known(&self, table: &Table) -> Option<&TenantPath> {
        self.known.get(&ident::folded(&table.name))
    }

    /// The paths of a table to settled ones, the shortest first: one for each foreign key that is a
    /// step.
    pub(super) fn paths(&self, table: &Table) -> Vec<TenantPath> {
        let over = |key: &Foreign| {
            let parent = self.schema.table(&key.parent)?;
            let rest = self.known(parent)?;
            let is_way = !ident::same(&parent.name, &table.name) && !rest.passes(&table.name);
            is_way.then(|| Some(rest.over(PathStep::by(key, parent)?)))?
        };
        let mut paths: Vec<TenantPath> = table.keys.foreign.iter().filter_map(over).collect();
        paths.dedup();
        paths.sort_by_key(TenantPath::len);
        paths
    }
}
