//! The common table expressions of a statement (<https://sqlite.org/lang_with.html>), as slices of
//! its own text.

use super::condition::{ColumnRef, column};
use crate::sql::{Words, ident};

/// One common table expression.
#[derive(Debug)]
pub(super) struct CommonTable<'a> {
    /// its name
    pub(super) name: String,
    /// whether it names its columns itself
    pub(super) has_columns: bool,
    /// its query, without the parentheses
    pub(super) body: &'a str,
}

/// Those behind WITH; none where they may be recursive.
pub(super) fn common_tables(with: &str) -> Vec<CommonTable<'_>> {
    let (top, mut found, mut at) = (Words::of(with), Vec::new(), 1);
    if !top.is(0, "WITH") || top.is(1, "RECURSIVE") {
        return found;
    }
    while at < top.len() {
        let name = ident::dequote(top.text(at));
        let Some(keyword) = top.find(at + 1, "AS") else {
            break;
        };
        let Some(open) = (keyword + 1..top.len()).find(|at| top.is_text(*at, "(")) else {
            break;
        };
        let Some(close) = top.close(open) else {
            break;
        };
        let body = top.slice(open + 1, close);
        found.push(CommonTable {
            name,
            has_columns: keyword > at + 1,
            body,
        });
        at = close + 2;
    }
    found
}

/// The elements of a select list that are plain columns, each with the name that it has outside.
pub(super) fn outputs<'a>(list: &[&'a str]) -> Vec<(String, ColumnRef<'a>)> {
    let output = |element: &&'a str| {
        let top = Words::of(element);
        let alias = top.find(1, "AS");
        let reference = column(top.slice(0, alias.unwrap_or(top.len())))?;
        let name = alias.map_or_else(
            || reference.name.clone(),
            |at| ident::dequote(top.text(at + 1)),
        );
        Some((name, reference))
    };
    list.iter().filter_map(output).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_expression_is_found_with_its_query() {
        let with = "WITH a AS (SELECT x, (1) FROM t), \"b c\"(y) AS NOT MATERIALIZED (SELECT 2)";
        let found: Vec<_> = common_tables(with)
            .into_iter()
            .map(|t| (t.name, t.has_columns, t.body))
            .collect();
        assert_eq!(
            found,
            [
                ("a".to_owned(), false, "SELECT x, (1) FROM t"),
                ("b c".to_owned(), true, "SELECT 2")
            ]
        );
        assert!(
            common_tables("WITH RECURSIVE a AS (SELECT 1)").is_empty()
                && common_tables("").is_empty()
        );
    }
}
