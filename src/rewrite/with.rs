//! Common table expressions: each with its name and its query, as slices of the statement.

use crate::sql::Words;

/// One common table expression (<https://sqlite.org/lang_with.html>), as slices of the statement.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    let (words, mut at) = (Words::of(with), 1);
    if !words.is(0, "WITH") || words.is(1, "RECURSIVE") {
        return Vec::new();
    }
    let next = || {
        let keyword = words.find(at + 1, "AS")?;
        let open = (keyword + 1..words.len()).find(|at| words.is_text(*at, "("))?;
        let close = words.close(open)?;
        let table = CommonTable {
            name: words.name(at),
            has_columns: keyword > at + 1,
            body: words.slice(open + 1, close),
        };
        at = close + 2;
        Some(table)
    };
    std::iter::from_fn(next).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_expression_is_found_with_its_query() {
        let with = "WITH a AS (SELECT x, (1) FROM t), \"b c\"(y) AS NOT MATERIALIZED (SELECT 2)";
        let table = |name: &str, has_columns, body| CommonTable {
            name: name.to_owned(),
            has_columns,
            body,
        };
        assert_eq!(
            common_tables(with),
            [
                table("a", false, "SELECT x, (1) FROM t"),
                table("b c", true, "SELECT 2")
            ]
        );
        assert!(
            common_tables("WITH RECURSIVE a AS (SELECT 1)").is_empty()
                && common_tables("").is_empty()
        );
    }
}
