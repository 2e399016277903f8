//! Columns that may say whose a row is, and which tables each would settle: by the column, by the
//! key that it refers to, or by a way through foreign keys. By the schema alone; rows are not read.

use super::super::Schema;
use super::lookup::Way;
use crate::snapshot::catalog::Table;
use crate::snapshot::keys::Keys;
use crate::sql::ident;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Words that a tenant's column is often named by, without what says that it is a key.
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
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    /// as the first table spells it
    pub(super) column: String,
    /// the tables that have it, but those of which it is the whole key
    pub(super) tables: Vec<String>,
    /// those of which it is part of a key of several columns
    pub(super) keyed: Vec<String>,
    /// the columns that it alone refers to: table, column
    pub(super) refers: Vec<(String, String)>,
    /// the table that it is named after, where no foreign key says so
    pub(super) named_after: Option<String>,
    /// how many tables it settles
    pub(super) settles: usize,
}

/// How the tables say whose their rows are, were it by one column.
#[derive(Debug, Default)]
pub(super) struct Settled {
    /// by folded name
    known: BTreeMap<String, Known>,
}

/// How a table's rows say whose they are.
#[derive(Debug, Clone)]
enum Known {
    /// by this column of their own
    Column(String),
    /// by the shortest way
    Way(Way),
}

/// The candidates, the likeliest first.
pub(super) fn candidates(schema: &Schema) -> Vec<Candidate> {
    let mut found: BTreeMap<String, Candidate> = BTreeMap::new();
    for (table, keys) in schema.tables() {
        // A key of its own tells rows apart, not tenants.
        for column in table
            .column_names()
            .filter(|name| !name.is_empty() && !is_whole_key(keys, name))
        {
            let empty = || Candidate {
                column: column.to_owned(),
                tables: vec![],
                keyed: vec![],
                refers: vec![],
                named_after: None,
                settles: 0,
            };
            let candidate = found.entry(ident::folded(column)).or_insert_with(empty);
            candidate.tables.push(table.name.clone());
            if keys
                .composite_columns()
                .any(|name| ident::same(name, column))
            {
                candidate.keyed.push(table.name.clone());
            }
        }
    }
    for candidate in found.values_mut() {
        candidate.refers = references(schema, &candidate.column);
        candidate.named_after =
            named_after(schema, &candidate.column).filter(|_| candidate.refers.is_empty());
    }
    let is_told = |c: &Candidate| is_telling(&c.column) && c.keyed.len() + c.tables.len() > 1;
    found.retain(|_, c| {
        !c.refers.is_empty() || c.named_after.is_some() || c.keyed.len() > 1 || is_told(c)
    });
    found.retain(|_, c| !is_identity(schema, &c.column));
    for candidate in found.values_mut() {
        candidate.settles = Settled::by(schema, &candidate.column).known.len();
    }
    let mut likely: Vec<Candidate> = found
        .into_values()
        .filter(|c| c.settles > 1 || is_told(c))
        .collect();
    likely.sort_by_key(|candidate| Reverse(candidate.rank()));
    likely
}

impl Candidate {
    /// Whether it may stand ready: it is in several tables, or its name tells.
    pub(super) fn is_clear(&self) -> bool {
        self.tables.len() > 1 || is_telling(&self.column)
    }

    /// What decides between two; of two that have the same, nothing found here says which.
    ///
    /// A column of few tables may settle many, as `plan_id` does in the list of tenants, and one of
    /// many tables few, as `user_id` does: both numbers count, and a telling name doubles them.
    pub(super) fn rank(&self) -> (usize, usize, usize, usize) {
        let weight = if is_telling(&self.column) { 2 } else { 1 };
        (
            weight * (self.tables.len() + self.settles),
            self.tables.len(),
            self.keyed.len(),
            self.refers.len(),
        )
    }
}

/// The key of a table that a column is named after: `system_id`, or `system`, and `systems`.
pub(super) fn key_named_by(table: &Table, keys: &Keys, column: &str) -> Option<String> {
    let [key] = &keys.primary[..] else {
        return None;
    };
    let (column, name) = (ident::folded(column), ident::folded(&table.name));
    let stem = column
        .strip_suffix("_id")
        .or_else(|| column.strip_suffix("id"))
        .unwrap_or(&column);
    let many = stem.strip_suffix('y').map(|stem| format!("{stem}ies"));
    let fits = name == stem
        || name == format!("{stem}s")
        || name == format!("{stem}es")
        || many.is_some_and(|many| name == many);
    (fits && !stem.is_empty()).then(|| key.clone())
}

fn named_after(schema: &Schema, column: &str) -> Option<String> {
    schema
        .tables()
        .find(|(table, keys)| key_named_by(table, keys, column).is_some())
        .map(|(table, _)| table.name.clone())
}

/// Whether a column tells the rows of a table apart, as `id` does, and so says of no other row
/// whose it is.
fn is_identity(schema: &Schema, column: &str) -> bool {
    let refers = |keys: &Keys| {
        keys.foreign
            .iter()
            .any(|key| key.columns.iter().any(|name| ident::same(name, column)))
    };
    let own = schema
        .tables()
        .filter(|(_, keys)| is_whole_key(keys, column) && !refers(keys))
        .count();
    own > 1 || ident::same(column, "id")
}

fn is_telling(column: &str) -> bool {
    let folded = ident::folded(column);
    let stem = folded
        .strip_suffix("_id")
        .or_else(|| folded.strip_suffix("id"))
        .unwrap_or(&folded);
    WORDS.contains(&stem)
}

fn is_whole_key(keys: &Keys, column: &str) -> bool {
    matches!(&keys.primary[..], [only] if ident::same(only, column))
}

/// Every column that foreign keys of this column alone refer to.
fn references(schema: &Schema, column: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for key in schema.tables().flat_map(|(_, keys)| &keys.foreign) {
        let [only] = &key.columns[..] else { continue };
        let (Some(parent), Some(keys)) =
            (schema.catalog.table(&key.parent), schema.keys(&key.parent))
        else {
            continue;
        };
        let there = key.parent_columns.first().or(keys.primary.first());
        let Some(there) =
            there.filter(|there| ident::same(only, column) && is_whole_key_or_unique(keys, there))
        else {
            continue;
        };
        if !found
            .iter()
            .any(|(table, _)| ident::same(table, &parent.name))
        {
            found.push((parent.name.clone(), there.clone()));
        }
    }
    found
}

fn is_whole_key_or_unique(keys: &Keys, column: &str) -> bool {
    let is_it = |name: &Option<String>| name.as_ref().is_some_and(|name| ident::same(name, column));
    is_whole_key(keys, column)
        || keys
            .unique
            .iter()
            .any(|key| !key.partial && key.columns.len() == 1 && key.columns.iter().all(is_it))
}

impl Settled {
    /// What one column settles.
    pub(super) fn by(schema: &Schema, column: &str) -> Self {
        let mut settled = Self::default();
        for (table, _) in schema.tables() {
            if let Some(at) = table.column(column) {
                settled.note(table, Known::Column(table.columns[at].name.clone()));
            }
        }
        for (parent, there) in references(schema, column) {
            if let Some(table) = schema
                .catalog
                .table(&parent)
                .filter(|table| settled.known(table).is_none())
            {
                settled.note(table, Known::Column(there));
            }
        }
        loop {
            let next = schema
                .tables()
                .filter(|(table, _)| settled.known(table).is_none());
            let next: Vec<(&Table, Way)> = next
                .filter_map(|(table, keys)| {
                    Some((table, settled.ways(schema, table, keys).into_iter().next()?))
                })
                .collect();
            if next.is_empty() {
                return settled;
            }
            for (table, way) in next {
                settled.note(table, Known::Way(way));
            }
        }
    }

    fn note(&mut self, table: &Table, known: Known) {
        self.known.insert(ident::folded(&table.name), known);
    }

    /// Has a table go by this way from now on, and the tables behind it with it; by none where its
    /// rows are not settled.
    pub(super) fn adopt(&mut self, table: &Table, way: Option<Way>) {
        match way {
            Some(way) => self.note(table, Known::Way(way)),
            None => drop(self.known.remove(&ident::folded(&table.name))),
        }
    }

    /// How many tables lie between a table and its tenant; none where nothing settles it.
    pub(super) fn depth(&self, table: &Table) -> Option<usize> {
        Some(match self.known(table)? {
            Known::Column(_) => 0,
            Known::Way(way) => way.len(),
        })
    }

    fn known(&self, table: &Table) -> Option<&Known> {
        self.known.get(&ident::folded(&table.name))
    }

    /// The column of a table's own by which it is settled.
    pub(super) fn column(&self, table: &Table) -> Option<&str> {
        match self.known(table)? {
            Known::Column(column) => Some(column),
            Known::Way(_) => None,
        }
    }

    /// The ways of a table to settled ones, the shortest first: one for each foreign key that is a
    /// way.
    pub(super) fn ways(&self, schema: &Schema, table: &Table, keys: &Keys) -> Vec<Way> {
        let over = |key: &crate::snapshot::keys::Foreign| {
            let parent = schema
                .catalog
                .table(&key.parent)
                .filter(|parent| !ident::same(&parent.name, &table.name))?;
            let of_parent = (parent, schema.keys(&parent.name)?);
            match self.known(parent)? {
                Known::Column(column) => Way::to_column(key, of_parent, column),
                Known::Way(rest) if rest.passes(&table.name) => None,
                Known::Way(rest) => Way::over(key, of_parent, rest),
            }
        };
        let mut ways: Vec<Way> = keys.foreign.iter().filter_map(over).collect();
        ways.dedup();
        ways.sort_by_key(Way::len);
        ways
    }
}
