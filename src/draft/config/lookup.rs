//! Paths from a row to its tenant through foreign keys, each step to a unique key of the next table.
//!
//! A foreign key to columns that are not unique leads to several rows, and half a key to rows of
//! several tenants: such a key is no step.

use crate::scope::TenantRule;
use crate::snapshot::Catalog;
use crate::snapshot::catalog::Table;
use crate::snapshot::keys::Foreign;
use crate::sql::ident;

/// A path from the rows of a table to the column that says whose they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TenantPath {
    /// the first starts at the table itself; none where that has the column
    steps: Vec<PathStep>,
    /// the column, in the last step's table
    column: String,
}

/// From the columns of one table to the row of another that they name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PathStep {
    pub(super) to: String,
    /// column of the one, column of the other
    pub(super) pairs: Vec<(String, String)>,
}

impl TenantPath {
    /// The path to a column of the table itself.
    pub(super) fn own(column: &str) -> Self {
        Self {
            steps: Vec::new(),
            column: column.to_owned(),
        }
    }

    /// The path by this step to a table that goes on by this one.
    pub(super) fn over(&self, step: PathStep) -> Self {
        let mut path = self.clone();
        path.steps.insert(0, step);
        path
    }

    /// The rule that it is; none where it cannot be written.
    pub(super) fn rule(&self) -> Option<TenantRule> {
        match self.own_column() {
            Some(own) => Some(TenantRule::Column(own.to_owned())),
            None => self.lookup().map(TenantRule::Lookup),
        }
    }

    /// The column of the table's own that says it, because it is the column at the end or refers to
    /// it.
    pub(super) fn own_column(&self) -> Option<&str> {
        match &self.steps[..] {
            [] => Some(&self.column),
            [only] => {
                let (here, _) = only
                    .pairs
                    .iter()
                    .find(|(_, there)| ident::same(there, &self.column))?;
                Some(here)
            }
            _ => None,
        }
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
            .first()
            .into_iter()
            .flat_map(|step| &step.pairs)
            .map(|(here, _)| here.as_str())
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
        let is_lookup = self.start().all(is_parameter);
        is_lookup.then(|| self.sql(|column| format!(":{column}")))
    }

    /// The same as a query inside of one over the table, which it calls `outer`.
    pub(super) fn beside(&self, outer: &str) -> String {
        self.sql(|column| ident::qualified(outer, column))
    }

    fn sql(&self, value: impl Fn(&str) -> String) -> String {
        let Some(first) = self.steps.first() else {
            return String::new();
        };
        let joins = self.steps.windows(2).map(|pair| {
            let on = pair[1].equal(
                |there| self.named(&pair[1], there),
                |here| self.named(&pair[0], here),
            );
            format!(" JOIN {} ON {on}", ident::quote(&pair[1].to))
        });
        format!(
            "SELECT {} FROM {}{} WHERE {}",
            self.named(self.steps.last().unwrap_or(first), &self.column),
            ident::quote(&first.to),
            joins.collect::<String>(),
            first.equal(|there| self.named(first, there), value)
        )
    }

    /// A column of a step's table, qualified where there are several tables.
    fn named(&self, step: &PathStep, column: &str) -> String {
        if self.steps.len() == 1 {
            ident::quote(column)
        } else {
            ident::qualified(&step.to, column)
        }
    }
}

impl PathStep {
    /// The step of a foreign key, where it names one row at most.
    pub(super) fn by(key: &Foreign, parent: &Table) -> Option<Self> {
        let there = key.referred(parent);
        let holds = |name: &&str| there.iter().any(|column| ident::same(column, name));
        let is_unique = parent.keys.whole().any(|key| key.iter().all(holds));
        (there.len() == key.columns.len() && is_unique).then(|| Self {
            to: parent.name.clone(),
            pairs: std::iter::zip(key.columns.clone(), there.to_owned()).collect(),
        })
    }

    /// The condition that the columns there equal those here.
    fn equal(&self, there: impl Fn(&str) -> String, here: impl Fn(&str) -> String) -> String {
        self.pairs
            .iter()
            .map(|(own, other)| format!("{} = {}", there(other), here(own)))
            .collect::<Vec<_>>()
            .join(" AND ")
    }
}

/// Why a foreign key is no step, as a clause: it does not refer to a whole key.
pub(super) fn half_key(schema: &Catalog, key: &Foreign) -> Option<String> {
    let parent = schema.table(&key.parent)?;
    if PathStep::by(key, parent).is_some() {
        return None;
    }
    let (here, there) = (key.columns.join(", "), key.referred(parent).join(", "));
    let name = &parent.name;
    Some(format!(
        "its foreign key ({here}) to {name} ({there}) is not to a whole key there"
    ))
}
