//! Ways from a row to its tenant through foreign keys, each step to a unique key of the next table.
//!
//! A foreign key to columns that are not unique leads to several rows, and by half a key to those
//! of several tenants; it is no way.

use super::super::Schema;
use crate::scope::TenantRule;
use crate::snapshot::catalog::Table;
use crate::snapshot::keys::{Foreign, Keys};
use crate::sql::ident;
use std::fmt::Write as _;

/// A way from the rows of a table to the column that says whose they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Way {
    /// at least one; the first starts at the table itself
    steps: Vec<Step>,
    /// the column, in the last step's table
    column: String,
}

/// From the columns of one table to the row of another that they name.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Step {
    to: String,
    /// column of the one, column of the other
    pairs: Vec<(String, String)>,
}

impl Way {
    /// The way of `key` to a table whose own column says whose a row is.
    pub(super) fn to_column(key: &Foreign, parent: (&Table, &Keys), column: &str) -> Option<Self> {
        Some(Self {
            steps: vec![step(key, parent)?],
            column: column.to_owned(),
        })
    }

    /// The way of `key` to a table that goes on by `rest`.
    pub(super) fn over(key: &Foreign, parent: (&Table, &Keys), rest: &Self) -> Option<Self> {
        let steps = std::iter::once(step(key, parent)?)
            .chain(rest.steps.iter().cloned())
            .collect();
        Some(Self {
            steps,
            column: rest.column.clone(),
        })
    }

    /// The rule that it is; none where it cannot be written.
    pub(super) fn rule(&self) -> Option<TenantRule> {
        let own = self
            .own_column()
            .map(|own| TenantRule::Column(own.to_owned()));
        own.or_else(|| self.lookup().map(TenantRule::Lookup))
    }

    /// The table's own column, where the way leads to the very column that it refers to.
    fn own_column(&self) -> Option<&str> {
        let [only] = &self.steps[..] else { return None };
        only.pairs
            .iter()
            .find(|(_, there)| ident::same(there, &self.column))
            .map(|(here, _)| here.as_str())
    }

    /// Whether it goes through a table.
    pub(super) fn passes(&self, table: &str) -> bool {
        self.steps.iter().any(|step| ident::same(&step.to, table))
    }

    /// How many tables it goes through.
    pub(super) fn len(&self) -> usize {
        self.steps.len()
    }

    /// The columns that it starts from.
    pub(super) fn start(&self) -> impl Iterator<Item = &str> {
        self.steps
            .iter()
            .take(1)
            .flat_map(|step| step.pairs.iter().map(|(here, _)| here.as_str()))
    }

    /// The lookup, with the row's own columns as its parameters; none where a column's name cannot
    /// be one.
    ///
    /// `SELECT projects.org_id FROM tasks JOIN projects ON projects.id = tasks.project_id WHERE
    /// tasks.id = :task_id`
    fn lookup(&self) -> Option<String> {
        let is_parameter = |name: &str| {
            !name.is_empty()
                && name
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b >= 0x80)
        };
        self.start()
            .all(is_parameter)
            .then(|| self.sql(|column| format!(":{column}")))
    }

    /// The same as a query inside of one over the table, which it calls `outer`.
    pub(super) fn beside(&self, outer: &str) -> String {
        self.sql(|column| ident::qualified(outer, column))
    }

    fn sql(&self, value: impl Fn(&str) -> String) -> String {
        let (Some(first), Some(last)) = (self.steps.first(), self.steps.last()) else {
            return String::new();
        };
        let is_alone = self.steps.len() == 1;
        let name = |step: &Step, column: &str| {
            if is_alone {
                ident::quote(column)
            } else {
                ident::qualified(&step.to, column)
            }
        };
        let mut sql = format!(
            "SELECT {} FROM {}",
            name(last, &self.column),
            ident::quote(&first.to)
        );
        for pair in self.steps.windows(2) {
            let on = pair[1].pairs.iter().map(|(here, there)| {
                format!("{} = {}", name(&pair[1], there), name(&pair[0], here))
            });
            let _ = write!(
                sql,
                " JOIN {} ON {}",
                ident::quote(&pair[1].to),
                on.collect::<Vec<_>>().join(" AND ")
            );
        }
        let conditions = first
            .pairs
            .iter()
            .map(|(here, there)| format!("{} = {}", name(first, there), value(here)));
        sql + " WHERE " + &conditions.collect::<Vec<_>>().join(" AND ")
    }
}

/// The step of a foreign key, where it names one row at most.
fn step(key: &Foreign, (parent, keys): (&Table, &Keys)) -> Option<Step> {
    let there = if key.parent_columns.is_empty() {
        &keys.primary
    } else {
        &key.parent_columns
    };
    let is_whole = there.len() == key.columns.len() && is_unique(there, keys);
    is_whole.then(|| Step {
        to: parent.name.clone(),
        pairs: key
            .columns
            .iter()
            .cloned()
            .zip(there.iter().cloned())
            .collect(),
    })
}

/// Whether the columns hold a whole key of the table.
fn is_unique(columns: &[String], keys: &Keys) -> bool {
    let holds = |name: &String| columns.iter().any(|column| ident::same(column, name));
    let primary = !keys.primary.is_empty() && keys.primary.iter().all(holds);
    primary
        || keys.unique.iter().any(|key| {
            !key.partial
                && key
                    .columns
                    .iter()
                    .all(|column| column.as_ref().is_some_and(holds))
        })
}

/// A foreign key that is no way because what it refers to is no whole key, as a sentence.
pub(super) fn half_key(schema: &Schema, key: &Foreign) -> Option<String> {
    let (parent, keys) = (
        schema.catalog.table(&key.parent)?,
        schema.keys(&key.parent)?,
    );
    let there = if key.parent_columns.is_empty() {
        &keys.primary
    } else {
        &key.parent_columns
    };
    let list = |columns: &[String]| format!("({})", columns.join(", "));
    let is_half = step(key, (parent, keys)).is_none();
    is_half.then(|| {
        format!(
            "its foreign key {} to {} {} is not to a whole key there",
            list(&key.columns),
            parent.name,
            list(there)
        )
    })
}
