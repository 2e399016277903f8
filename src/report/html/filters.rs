//! What the page can be filtered by: each tenant, table and code on it gets a number, so that none of
//! their text is in an attribute.

use crate::record::Migration;
use crate::sql::ident;
use indexmap::IndexMap;
use minijinja::{Value, context};

/// Tenants that one element is found by at most; an element of more is found by every tenant.
const TENANTS: usize = 100;

/// The numbers by which an element of the page is found; `None` where it is of none in particular,
/// and shown whatever is filtered.
#[derive(Debug, Default)]
pub(super) struct Filter {
    /// tenants
    pub(super) tenant: Option<String>,
    /// tables
    pub(super) table: Option<String>,
    /// codes
    pub(super) code: Option<String>,
}

/// Everything on the page that it can be filtered by.
#[derive(Debug, Default)]
pub(super) struct Filters {
    /// by spelling
    tenants: IndexMap<String, String>,
    /// by folded name
    tables: IndexMap<String, String>,
    codes: IndexMap<String, String>,
    /// whether there are tenants or tables that the page leaves out, and so does not find
    pub(super) some_left: bool,
}

impl From<Filter> for Value {
    fn from(filter: Filter) -> Self {
        let Filter {
            tenant,
            table,
            code,
        } = filter;
        context! { tenant, table, code }
    }
}

impl Filters {
    /// The numbers of tenants of a migration, by their spelling; `None` where they are too many.
    pub(super) fn tenants<'a>(
        &mut self,
        migration: &Migration,
        spellings: impl ExactSizeIterator<Item = &'a str>,
    ) -> Option<String> {
        let known = &mut self.tenants;
        let numbered = |spelling| number(known, spelling, migration.described(spelling));
        (spellings.len() <= TENANTS).then(|| numbers(spellings.map(numbered)))
    }

    /// The filter of an element that is of a tenant or nobody, and of a table or several.
    pub(super) fn one(
        &mut self,
        migration: &Migration,
        tenant: Option<&str>,
        table: Option<&str>,
    ) -> Filter {
        Filter {
            tenant: tenant.and_then(|tenant| self.tenants(migration, [tenant].into_iter())),
            table: table.map(|table| self.tables([table])),
            code: None,
        }
    }

    /// The numbers of tables.
    pub(super) fn tables<'a>(&mut self, names: impl IntoIterator<Item = &'a str>) -> String {
        let known = &mut self.tables;
        numbers(
            names
                .into_iter()
                .map(|name| number(known, ident::folded(name), name)),
        )
    }

    /// The numbers of codes.
    pub(super) fn codes<'a>(&mut self, codes: impl IntoIterator<Item = &'a str>) -> String {
        let known = &mut self.codes;
        numbers(codes.into_iter().map(|code| number(known, code, code)))
    }

    /// What can be chosen of each kind, in order.
    pub(super) fn choices(self) -> Value {
        let choice = |(number, name)| context! { number, name };
        let [tenants, tables, codes] = [self.tenants, self.tables, self.codes]
            .map(|names| sorted(names).into_iter().map(choice).collect::<Value>());
        context! { tenants, tables, codes }
    }
}

/// The number of a key; its name is the one it is first met with.
fn number(known: &mut IndexMap<String, String>, key: impl Into<String>, name: &str) -> usize {
    let entry = known.entry(key.into());
    let number = entry.index();
    entry.or_insert_with(|| name.to_owned());
    number
}

/// ` 3 17 `: of no number a blank, so that it is not empty.
fn numbers(numbers: impl Iterator<Item = usize>) -> String {
    numbers.fold(" ".to_owned(), |list, number| format!("{list}{number} "))
}

/// The names with their numbers, as people count.
fn sorted(names: IndexMap<String, String>) -> Vec<(usize, String)> {
    let mut sorted: Vec<(usize, (String, String))> = names.into_iter().enumerate().collect();
    sorted.sort_by(|(_, (a, _)), (_, (b, _))| natural(a).cmp(&natural(b)));
    sorted
        .into_iter()
        .map(|(number, (_, name))| (number, name))
        .collect()
}

/// Numbers by their value and before texts.
pub(super) fn natural(spelling: &str) -> (bool, i64, &str) {
    match spelling.parse::<i64>() {
        Ok(number) => (false, number, spelling),
        Err(_) => (true, 0, spelling),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_numbered_once_and_listed_as_people_count() {
        let mut filters = Filters::default();
        assert_eq!(filters.tables(["b", "a", "B"]), " 0 1 0 ");
        assert_eq!(filters.codes([]), " ");
        let names = sorted(filters.tables);
        assert_eq!(names, [(1, "a".to_owned()), (0, "b".to_owned())]);
        let mut spellings = ["10", "b", "9", "-1", "a"];
        spellings.sort_by(|a, b| natural(a).cmp(&natural(b)));
        assert_eq!(spellings, ["-1", "9", "10", "a", "b"]);
    }
}
