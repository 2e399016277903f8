//! A query: the terms of its FROM clause, where its result columns come from, and its list and the
//! rest as slices of its text.

use super::clauses::elements;
use super::condition::{ColumnRef, column};
use super::grammar::{Target, dequoted, first_statement};
use crate::snapshot::Catalog;
use crate::snapshot::catalog::Table;
use crate::sql::{Words, ident};
use sqlite3_parser::ast::{As, Expr, FromClause, OneSelect, ResultColumn, SelectTable, Stmt};

/// What a query reads, and where its first result column comes from.
#[derive(Debug)]
pub(super) struct QueryOutline {
    /// the terms of its FROM clause
    pub(super) terms: Vec<FromTerm>,
    /// its first result column
    pub(super) first: FirstColumn,
    /// the names of its result columns, empty for an expression; `None` where it takes all of a
    /// table
    pub(super) names: Option<Vec<String>>,
    /// whether it is one SELECT without grouping
    pub(super) is_plain: bool,
}

/// A term of a FROM clause.
#[derive(Debug, Clone)]
pub(super) struct FromTerm {
    /// what the query calls it
    pub(super) called: String,
    /// the table that it is
    pub(super) table: String,
    /// whether it is a table of the main database, by what is written: no subquery and of no other
    /// schema
    pub(super) in_main: bool,
    /// the names of its columns, where it is a subquery that says them
    pub(super) names: Option<Vec<String>>,
}

impl FromTerm {
    /// What a person knows it by: its table, or what the query calls it.
    pub(super) fn spoken(&self) -> String {
        let names = [&self.table, &self.called].into_iter();
        let mut said = names.filter(|name| !name.is_empty());
        said.next().cloned().unwrap_or_default()
    }

    /// A table of the main database, and what a query calls it.
    pub(super) fn of_table(called: &str, table: &str) -> Self {
        Self {
            called: called.to_owned(),
            table: table.to_owned(),
            in_main: true,
            names: None,
        }
    }

    /// The table or view of the main database that it is; `None` for any other. `is_common` says
    /// which names are those of common table expressions.
    pub(super) fn in_catalog<'c>(
        &self,
        catalog: &'c Catalog,
        is_common: impl Fn(&str) -> bool,
    ) -> Option<&'c Table> {
        let name = &self.table;
        let is_temporary = || catalog.temporary.tables.contains(&ident::folded(name));
        let is_hidden = !self.in_main || is_common(name) || is_temporary();
        catalog.table(name).filter(|_| !is_hidden)
    }
}

/// Where the first result column of a query comes from.
#[derive(Debug)]
pub(super) enum FirstColumn {
    /// this term of the FROM clause
    Of(String),
    /// a column of this name
    Named(String),
    /// the first of all columns
    All,
    /// an expression
    Computed,
}

impl QueryOutline {
    /// Reads a query; `None` where the grammar does not read it as one.
    pub(super) fn of(sql: &str) -> Option<Self> {
        let look = |statement: &Stmt<'_>| {
            let Stmt::Select(select) = statement else {
                return None;
            };
            let compounds = select.body.compounds.as_ref();
            let OneSelect::Select {
                columns,
                from,
                group_by,
                ..
            } = &select.body.select
            else {
                return None;
            };
            Some(Self {
                terms: from.iter().flat_map(tables).map(term).collect(),
                first: columns.first().map_or(FirstColumn::Computed, first_column),
                names: names(columns),
                is_plain: group_by.is_none() && compounds.is_none(),
            })
        };
        first_statement(sql, look).ok().flatten()
    }
}

fn tables<'t>(from: &'t FromClause<'t>) -> impl Iterator<Item = &'t SelectTable<'t>> {
    let joined = from.joins.iter().flatten().map(|join| &join.table);
    from.select.into_iter().chain(joined)
}

fn term(table: &SelectTable<'_>) -> FromTerm {
    let names = match table {
        SelectTable::Select(select, _) => match &select.body.select {
            OneSelect::Select { columns, .. } => names(columns),
            OneSelect::Values(_) => None,
        },
        _ => None,
    };
    let (target, alias) = match table {
        SelectTable::Table(name, alias, _) => (Some(Target::of(name)), alias),
        SelectTable::TableCall(_, _, alias)
        | SelectTable::Select(_, alias)
        | SelectTable::Sub(_, alias) => (None, alias),
    };
    let in_main = target.as_ref().is_some_and(|t| {
        t.schema
            .as_ref()
            .is_none_or(|schema| ident::same(schema, "main"))
    });
    let table = target.map(|target| target.table).unwrap_or_default();
    let called = match alias {
        Some(As::As(alias) | As::Elided(alias)) => dequoted(alias),
        None => table.clone(),
    };
    FromTerm {
        called,
        table,
        in_main,
        names,
    }
}

/// The names of result columns; `None` where one is all of a table.
fn names(columns: &[ResultColumn<'_>]) -> Option<Vec<String>> {
    let name = |column: &ResultColumn<'_>| match column {
        ResultColumn::Star | ResultColumn::TableStar(_) => None,
        ResultColumn::Expr(_, Some(As::As(name) | As::Elided(name)))
        | ResultColumn::Expr(
            Expr::Qualified(_, name) | Expr::DoublyQualified(_, _, name) | Expr::Name(name),
            None,
        ) => Some(dequoted(name)),
        ResultColumn::Expr(Expr::Id(name), None) => Some(ident::dequote(name.0)),
        ResultColumn::Expr(_, None) => Some(String::new()),
    };
    columns.iter().map(name).collect()
}

fn first_column(column: &ResultColumn<'_>) -> FirstColumn {
    match column {
        ResultColumn::Star => FirstColumn::All,
        ResultColumn::TableStar(name)
        | ResultColumn::Expr(Expr::Qualified(name, _) | Expr::DoublyQualified(_, name, _), _) => {
            FirstColumn::Of(dequoted(name))
        }
        ResultColumn::Expr(Expr::Id(name), _) => FirstColumn::Named(ident::dequote(name.0)),
        ResultColumn::Expr(Expr::Name(name), _) => FirstColumn::Named(dequoted(name)),
        ResultColumn::Expr(..) => FirstColumn::Computed,
    }
}

/// One SELECT with a FROM clause, without grouping and without a WITH of its own.
#[derive(Debug)]
pub(super) struct PlainSelect<'a> {
    pub(super) outline: QueryOutline,
    /// `SELECT`, with DISTINCT or ALL where it says so
    pub(super) head: &'a str,
    pub(super) is_distinct: bool,
    /// its result columns
    pub(super) list: &'a str,
    /// the head and the list
    pub(super) before_from: &'a str,
    /// FROM and what is behind it
    pub(super) from: &'a str,
}

impl<'a> PlainSelect<'a> {
    /// Reads a query; `None` where it is another.
    pub(super) fn of(sql: &'a str) -> Option<Self> {
        let outline = QueryOutline::of(sql).filter(|outline| outline.is_plain)?;
        let words = Words::of(sql);
        let from = words.find_from(1).filter(|_| words.is(0, "SELECT"))?;
        let first = 1 + usize::from(words.is_any(1, &["DISTINCT", "ALL"]));
        Some(Self {
            outline,
            head: words.slice(0, first),
            is_distinct: words.is(1, "DISTINCT"),
            list: words.slice(first, from),
            before_from: words.slice(0, from),
            from: words.slice(from, words.len()),
        })
    }

    /// The elements of its list that are plain columns, each with the name that it has outside;
    /// `None` for any other.
    pub(super) fn results(&self) -> impl Iterator<Item = Option<(String, ColumnRef<'a>)>> {
        let result = |element: &'a str| {
            let words = Words::of(element);
            let alias = words.find(1, "AS");
            let column = column(words.slice(0, alias.unwrap_or(words.len())))?;
            let name = alias.map_or_else(|| column.name.clone(), |at| words.name(at + 1));
            Some((name, column))
        };
        elements(self.list).into_iter().map(result)
    }
}
