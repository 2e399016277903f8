//! What the grammar says about the text of an index or a key: what it is over, how it compares, and
//! for which rows it holds. Names are folded.

use super::grammar::{dequoted, first_statement};
use crate::sql::ident;
use sqlite3_parser::ast::{Expr, Literal, Operator, SortOrder, SortedColumn, Stmt};

/// What an index promises.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexDefinition {
    /// UNIQUE
    pub unique: bool,
    /// what it is over, in its order
    pub terms: Vec<KeyTerm>,
    /// the conditions of its WHERE clause, all of which a row in it meets
    pub conditions: Vec<IndexCondition>,
}

/// A term of a key or an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyTerm {
    /// the name of a column, or the text of an expression
    pub what: String,
    /// the collation that it names itself
    pub collation: Option<String>,
    /// DESC
    pub is_descending: bool,
    /// whether it is a column
    pub is_column: bool,
}

/// A condition of the WHERE clause of an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexCondition {
    /// its text
    pub text: String,
    /// what it asks not to be NULL, if it asks nothing else
    pub not_null: Option<String>,
}

/// Reads `CREATE INDEX …`; `None` where the grammar does not.
pub fn index_definition(sql: &str) -> Option<IndexDefinition> {
    let look = |statement: &Stmt<'_>| {
        let Stmt::CreateIndex {
            unique,
            columns,
            where_clause,
            ..
        } = statement
        else {
            return None;
        };
        let mut conditions = Vec::new();
        if let Some(condition) = where_clause {
            IndexCondition::split(condition, &mut conditions);
        }
        Some(IndexDefinition {
            unique: *unique,
            terms: columns.iter().map(KeyTerm::of).collect(),
            conditions,
        })
    };
    first_statement(sql, look).ok().flatten()
}

impl KeyTerm {
    /// A column that says nothing of its order.
    pub(super) fn column(what: String) -> Self {
        Self {
            what,
            collation: None,
            is_descending: false,
            is_column: true,
        }
    }

    pub(super) fn of(term: &SortedColumn<'_>) -> Self {
        let (mut expr, mut collation) = (bare(&term.expr), None);
        while let Expr::Collate(inner, name) = expr {
            // The outermost one counts.
            collation = collation.or_else(|| Some(ident::folded(&ident::dequote(name))));
            expr = bare(inner);
        }
        let column = column(expr);
        Self {
            is_column: column.is_some(),
            what: column.unwrap_or_else(|| expr.to_string()),
            collation,
            is_descending: term.order == Some(SortOrder::Desc),
        }
    }
}

impl IndexCondition {
    fn split(expr: &Expr<'_>, all: &mut Vec<Self>) {
        match bare(expr) {
            Expr::Binary(left, Operator::And, right) => {
                Self::split(left, all);
                Self::split(right, all);
            }
            expr => all.push(Self {
                text: expr.to_string(),
                not_null: not_null(expr).map(|inner| bare(inner).to_string()),
            }),
        }
    }
}

/// What an expression asks not to be NULL.
fn not_null<'e, 'a>(expr: &'e Expr<'a>) -> Option<&'e Expr<'a>> {
    match expr {
        Expr::NotNull(inner)
        | Expr::Binary(inner, Operator::IsNot, Expr::Literal(Literal::Null)) => Some(inner),
        _ => None,
    }
}

/// An expression without the parentheses around all of it.
pub(super) fn bare<'e, 'a>(expr: &'e Expr<'a>) -> &'e Expr<'a> {
    match expr {
        Expr::Parenthesized(inner) if inner.len() == 1 => bare(&inner[0]),
        _ => expr,
    }
}

/// The column that an expression is.
fn column(expr: &Expr<'_>) -> Option<String> {
    match expr {
        Expr::Id(id) => Some(ident::folded(&ident::dequote(id.0))),
        Expr::Name(name) => Some(ident::folded(&dequoted(name))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_promises_of_an_index_are_read() {
        let of = |sql: &str| {
            let index = index_definition(sql).expect("it is an index");
            let term = |term: KeyTerm| {
                let order = if term.is_descending { " desc" } else { "" };
                let collation = term.collation.map(|name| format!(" collate {name}"));
                let mark = if term.is_column { "" } else { "=" };
                format!(
                    "{mark}{}{}{order}",
                    term.what,
                    collation.unwrap_or_default()
                )
            };
            let terms: Vec<String> = index.terms.into_iter().map(term).collect();
            let condition = |it: IndexCondition| match it.not_null {
                Some(what) => format!("{what} is there"),
                None => it.text,
            };
            let conditions = index.conditions.into_iter().map(condition);
            (
                index.unique,
                terms.join(", "),
                conditions.collect::<Vec<_>>().join(", "),
            )
        };
        let columns = of("CREATE UNIQUE INDEX i ON t(A, \"b\" DESC, (c) COLLATE NOCASE ASC)");
        assert_eq!(columns.1, "a, b desc, c collate nocase");
        assert!(columns.0 && columns.2.is_empty());
        assert_eq!(of("CREATE INDEX i ON t(lower(a))").1, "=lower (a)");
        let partial =
            "CREATE UNIQUE INDEX i ON t(a) WHERE (b = 'X' AND (a IS NOT NULL)) AND c NOT NULL";
        assert_eq!(of(partial).2, "b = 'X', a is there, c is there");
        assert_eq!(index_definition("CREATE TABLE t(x)"), None);
    }
}
