//! What the grammar says about an UPDATE or DELETE: its target, its columns, and which clauses it
//! has; and whether it reads a statement at all.

use super::NoPreview;
use crate::sql::ident;
use bumpalo::Bump;
use sqlite3_parser::ast::{
    As, Cmd, Expr, FromClause, InsertBody, OneSelect, QualifiedName, ResolveType, ResultColumn,
    SelectTable, Stmt,
};
use sqlite3_parser::lexer::sql::{Error, Parser};

/// Which of the two a statement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Update,
    Delete,
}

/// The FROM clause of an UPDATE.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum From {
    /// there is none
    Absent,
    /// it has one term
    One,
    /// it joins several, which the engine treats as one parenthesised join
    Join,
}

/// The outline of an UPDATE or DELETE.
#[derive(Debug)]
pub(super) struct Parsed {
    pub(super) verb: Verb,
    pub(super) schema: Option<String>,
    pub(super) table: String,
    pub(super) alias: Option<String>,
    /// for each assignment, the columns it sets
    pub(super) sets: Vec<Vec<String>>,
    pub(super) from: From,
    pub(super) has_where: bool,
    /// whether a conflict clause may skip rows or stop halfway
    pub(super) may_skip: bool,
}

/// Parses one statement.
pub(super) fn parse(sql: &str) -> Result<Parsed, NoPreview> {
    first_command(sql, outlined)
        .map_err(NoPreview::Unparsed)?
        .ok_or_else(|| NoPreview::Unparsed("it is neither an UPDATE nor a DELETE".to_owned()))
}

/// What `look` makes of the first statement in `sql`; an error where the grammar does not read it.
pub(super) fn first_command<T>(
    sql: &str,
    look: impl FnOnce(&Cmd<'_>) -> Option<T>,
) -> Result<Option<T>, String> {
    let arena = Bump::new();
    let mut parser = Parser::new(&arena, sql.as_bytes());
    let command = rusqlite::fallible_iterator::FallibleIterator::next(&mut parser)
        .map_err(|e| e.to_string())?;
    Ok(command.as_ref().and_then(look))
}

fn outlined(command: &Cmd<'_>) -> Option<Parsed> {
    match command {
        Cmd::Stmt(Stmt::Update {
            or_conflict,
            tbl_name,
            sets,
            from,
            where_clause,
            ..
        }) => {
            let sets = sets
                .iter()
                .map(|set| set.col_names.iter().map(|n| ident::dequote(n.0)).collect())
                .collect();
            let from = match from {
                None => From::Absent,
                Some(from) if from.joins.as_ref().is_some_and(|joins| !joins.is_empty()) => {
                    From::Join
                }
                Some(_) => From::One,
            };
            let may_skip = matches!(
                or_conflict,
                Some(ResolveType::Ignore | ResolveType::Fail | ResolveType::Replace)
            );
            Some(Parsed {
                sets,
                from,
                may_skip,
                has_where: where_clause.is_some(),
                ..outline(Verb::Update, tbl_name)
            })
        }
        Cmd::Stmt(Stmt::Delete {
            tbl_name,
            where_clause,
            ..
        }) => Some(Parsed {
            has_where: where_clause.is_some(),
            ..outline(Verb::Delete, tbl_name)
        }),
        _ => None,
    }
}

/// Whether the grammar reads `sql` as one statement, of whatever kind.
///
/// # Errors
/// What it does not read, and where in `sql`.
pub fn read(sql: &str) -> Result<(), String> {
    let arena = Bump::new();
    let mut parser = Parser::new(&arena, sql.as_bytes());
    let mut next =
        || rusqlite::fallible_iterator::FallibleIterator::next(&mut parser).map_err(|e| reason(&e));
    match (next()?, next()?) {
        (Some(_), None) => Ok(()),
        (None, _) => Err("no statement in it".to_owned()),
        (Some(_), Some(_)) => Err("a second statement in it".to_owned()),
    }
}

/// The parser's message; its position is one in the statement, and says so.
fn reason(error: &Error) -> String {
    match error {
        Error::ParserError(what, Some(at)) => format!(
            "{what} (line {}, column {} of the statement)",
            at.line, at.column
        ),
        other => other
            .to_string()
            .split(" at ")
            .next()
            .unwrap_or_default()
            .to_owned(),
    }
}

/// A query as far as it tells where its first result column comes from.
#[derive(Debug)]
pub(super) struct SelectOutline {
    /// the terms of its FROM clause
    pub(super) terms: Vec<Term>,
    /// its first result column
    pub(super) first: FirstColumn,
    /// whether it is one SELECT without grouping
    pub(super) is_plain: bool,
}

/// A term of a FROM clause.
#[derive(Debug)]
pub(super) struct Term {
    /// what the query calls it
    pub(super) called: String,
    /// the table that it is
    pub(super) table: String,
    /// whether it is a table of the main database, by what is written: no subquery and of no other
    /// schema
    pub(super) in_main: bool,
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

/// The outline of a query; `None` where the grammar does not read it as one.
pub(super) fn select_outline(sql: &str) -> Option<SelectOutline> {
    let look = |command: &Cmd<'_>| match command {
        Cmd::Stmt(Stmt::Select(select)) => match &select.body.select {
            OneSelect::Select {
                columns,
                from,
                group_by,
                ..
            } => Some(SelectOutline {
                terms: from.iter().flat_map(terms).collect(),
                first: columns.first().map_or(FirstColumn::Computed, first_column),
                is_plain: group_by.is_none()
                    && select
                        .body
                        .compounds
                        .as_ref()
                        .is_none_or(sqlite3_parser::Vec::is_empty),
            }),
            OneSelect::Values(_) => None,
        },
        _ => None,
    };
    first_command(sql, look).ok().flatten()
}

fn terms(from: &FromClause<'_>) -> Vec<Term> {
    let joined = from.joins.iter().flatten().map(|join| &join.table);
    from.select.into_iter().chain(joined).map(term).collect()
}

fn term(table: &SelectTable<'_>) -> Term {
    let called = |alias: &Option<As<'_>>, name: &str| match alias {
        Some(As::As(alias) | As::Elided(alias)) => ident::dequote(alias.0),
        None => ident::dequote(name),
    };
    match table {
        SelectTable::Table(name, alias, _) => Term {
            called: called(alias, name.name.0),
            table: ident::dequote(name.name.0),
            in_main: name
                .db_name
                .as_ref()
                .is_none_or(|schema| ident::same(&ident::dequote(schema.0), "main")),
        },
        SelectTable::TableCall(_, _, alias)
        | SelectTable::Select(_, alias)
        | SelectTable::Sub(_, alias) => Term {
            called: called(alias, ""),
            table: String::new(),
            in_main: false,
        },
    }
}

fn first_column(column: &ResultColumn<'_>) -> FirstColumn {
    match column {
        ResultColumn::Star => FirstColumn::All,
        ResultColumn::TableStar(name)
        | ResultColumn::Expr(Expr::Qualified(name, _) | Expr::DoublyQualified(_, name, _), _) => {
            FirstColumn::Of(ident::dequote(name.0))
        }
        ResultColumn::Expr(Expr::Id(name), _) => FirstColumn::Named(ident::dequote(name.0)),
        ResultColumn::Expr(Expr::Name(name), _) => FirstColumn::Named(ident::dequote(name.0)),
        ResultColumn::Expr(..) => FirstColumn::Computed,
    }
}

/// The outline of an `INSERT … SELECT`.
#[derive(Debug)]
pub(super) struct InsertOutline {
    pub(super) schema: Option<String>,
    pub(super) table: String,
    /// the columns that it names
    pub(super) columns: Option<Vec<String>>,
}

/// The outline of an INSERT from a query; `None` for one of values.
pub(super) fn insert_outline(sql: &str) -> Result<Option<InsertOutline>, NoPreview> {
    let look = |command: &Cmd<'_>| match command {
        Cmd::Stmt(Stmt::Insert {
            tbl_name,
            columns,
            body: InsertBody::Select(select, _),
            ..
        }) => {
            let is_values = matches!(select.body.select, OneSelect::Values(_))
                && select.body.compounds.is_none();
            let columns = columns
                .as_ref()
                .map(|names| names.iter().map(|n| ident::dequote(n.0)).collect());
            let Parsed { schema, table, .. } = outline(Verb::Update, tbl_name);
            (!is_values).then_some(InsertOutline {
                schema,
                table,
                columns,
            })
        }
        _ => None,
    };
    first_command(sql, look).map_err(NoPreview::Source)
}

fn outline(verb: Verb, target: &QualifiedName<'_>) -> Parsed {
    Parsed {
        verb,
        schema: target.db_name.as_ref().map(|n| ident::dequote(n.0)),
        table: ident::dequote(target.name.0),
        alias: target.alias.as_ref().map(|n| ident::dequote(n.0)),
        sets: Vec::new(),
        from: From::Absent,
        has_where: false,
        may_skip: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_one_statement_of_any_kind() {
        for sql in [
            "CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1; END;",
            "PRAGMA foreign_keys = ON",
            "BEGIN;",
            "EXPLAIN DELETE FROM t",
        ] {
            assert_eq!(read(sql), Ok(()), "{sql}");
        }
        assert_eq!(
            read("SELECT\n x y z;"),
            Err("near \"z\": syntax error (line 2, column 6 of the statement)".to_owned())
        );
        assert_eq!(
            read("SELECT 'open"),
            Err("non-terminated literal".to_owned())
        );
        assert_eq!(
            read("SELECT 1; SELECT 2"),
            Err("a second statement in it".to_owned())
        );
        assert_eq!(read("-- nothing"), Err("no statement in it".to_owned()));
    }
}
