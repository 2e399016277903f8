//! What the page can be filtered by: each tenant, table and code that stands in it gets a number,
//! so that nothing of theirs has to be one.

use super::shown::Shown;
use crate::report::evidence::Migration;
use crate::sql::ident;
use indexmap::IndexMap;
use serde::Serialize;

/// Tenants that one element is found by at most; one of more is found by every tenant.
const TENANTS: usize = 100;

/// The numbers by which an element of the page is found; `None` where it is not of any one, and
/// stays whatever is filtered.
#[derive(Debug, Default, Clone, Serialize)]
pub(super) struct Facet {
    /// tenants
    pub(super) tenant: Option<String>,
    /// tables
    pub(super) table: Option<String>,
    /// codes
    pub(super) code: Option<String>,
}

/// Everything that stands in the page and can be filtered by.
#[derive(Debug, Default)]
pub(super) struct Facets {
    /// by spelling
    tenants: IndexMap<String, Shown>,
    /// by folded name
    tables: IndexMap<String, Shown>,
    codes: IndexMap<String, Shown>,
}

/// One thing to filter by.
#[derive(Debug, Serialize)]
pub(super) struct Choice {
    number: usize,
    name: Shown,
}

/// The three lists of the filter.
#[derive(Debug, Serialize)]
pub(super) struct Choices {
    tenants: Vec<Choice>,
    tables: Vec<Choice>,
    codes: Vec<Choice>,
}

impl Facets {
    /// The numbers of tenants of a migration, by their spelling; `None` where they are too many.
    pub(super) fn tenants<'a>(
        &mut self,
        migration: &Migration,
        spellings: impl IntoIterator<Item = &'a str>,
    ) -> Option<String> {
        let spellings: Vec<&str> = spellings.into_iter().collect();
        let numbered = |spelling: &str| {
            let described = migration
                .tenants
                .get(spelling)
                .map_or(spelling, String::as_str);
            number(&mut self.tenants, spelling.to_owned(), described)
        };
        (spellings.len() <= TENANTS).then(|| numbers(spellings.into_iter().map(numbered)))
    }

    /// The numbers of tables.
    pub(super) fn tables<'a>(&mut self, names: impl IntoIterator<Item = &'a str>) -> String {
        numbers(
            names
                .into_iter()
                .map(|name| number(&mut self.tables, ident::folded(name), name)),
        )
    }

    /// The numbers of codes.
    pub(super) fn codes<'a>(&mut self, codes: impl IntoIterator<Item = &'a str>) -> String {
        numbers(
            codes
                .into_iter()
                .map(|code| number(&mut self.codes, code.to_owned(), code)),
        )
    }

    /// What can be chosen, in order.
    pub(super) fn choices(self) -> Choices {
        Choices {
            tenants: sorted(self.tenants),
            tables: sorted(self.tables),
            codes: sorted(self.codes),
        }
    }
}

/// The number of a key, which has that name from when it is first met.
fn number(known: &mut IndexMap<String, Shown>, key: String, name: &str) -> usize {
    let entry = known.entry(key);
    let number = entry.index();
    entry.or_insert_with(|| Shown::line(name));
    number
}

/// ` 3 17 `: of no number a blank, so that it is not empty.
fn numbers(numbers: impl Iterator<Item = usize>) -> String {
    numbers.fold(" ".to_owned(), |list, number| format!("{list}{number} "))
}

fn sorted(names: IndexMap<String, Shown>) -> Vec<Choice> {
    let mut choices: Vec<(String, Choice)> = names
        .into_iter()
        .enumerate()
        .map(|(number, (spelling, name))| (spelling, Choice { number, name }))
        .collect();
    choices.sort_by(|(a, _), (b, _)| natural(a).cmp(&natural(b)));
    choices.into_iter().map(|(_, choice)| choice).collect()
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
        let mut facets = Facets::default();
        assert_eq!(facets.tables(["b", "a", "B"]), " 0 1 0 ");
        assert_eq!(facets.codes([]), " ");
        let names: Vec<_> = facets
            .choices()
            .tables
            .iter()
            .map(|choice| (choice.number, choice.name.as_str().to_owned()))
            .collect();
        assert_eq!(names, [(1, "a".to_owned()), (0, "b".to_owned())]);
        let mut spellings = ["10", "b", "9", "-1", "a"];
        spellings.sort_by(|a, b| natural(a).cmp(&natural(b)));
        assert_eq!(spellings, ["-1", "9", "10", "a", "b"]);
    }
}
