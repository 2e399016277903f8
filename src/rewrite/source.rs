//! The source of an `INSERT … SELECT`: the rows that it would insert, before conflicts, defaults
//! and triggers have their say.

use super::grammar::{Target, dequoted, first_statement};
use super::subquery::behind;
use super::{NoPreview, Preview};
use crate::scope::TenantMap;
use crate::snapshot::Catalog;
use crate::snapshot::catalog::Table;
use crate::snapshot::tenancy;
use crate::sql::Words;
use sqlite3_parser::ast::{InsertBody, OneSelect, Stmt};

/// The SELECT of an `INSERT … SELECT`, given as its text; `None` for an INSERT of values.
///
/// # Errors
/// The reason why there is none.
pub fn source(
    sql: &str,
    catalog: &Catalog,
    tenants: &TenantMap,
) -> Result<Option<Preview>, NoPreview> {
    let Some((target, columns)) = first_statement(sql, outline).map_err(NoPreview::Source)? else {
        return Ok(None);
    };
    // Rows that go elsewhere are not rows of the database, and a table that is missing is the
    // engine's to report.
    let Ok(table) = target.in_main(catalog) else {
        return Ok(None);
    };
    let (with, select) =
        cut(sql).ok_or_else(|| NoPreview::Source("its SELECT cannot be told apart".to_owned()))?;
    Ok(Some(Preview {
        sql: format!("{};", behind(with, select)),
        table: table.name.clone(),
        owner: owner(table, columns.as_deref(), tenants),
        ..Preview::default()
    }))
}

/// The target of an INSERT from a query, and the columns that it names; `None` for one of values.
pub(super) fn outline(statement: &Stmt<'_>) -> Option<(Target, Option<Vec<String>>)> {
    let Stmt::Insert {
        tbl_name,
        columns,
        body: InsertBody::Select(select, _),
        ..
    } = statement
    else {
        return None;
    };
    let body = &select.body;
    let is_values = matches!(body.select, OneSelect::Values(_)) && body.compounds.is_none();
    let columns = columns.as_ref();
    let columns = columns.map(|names| names.iter().map(dequoted).collect());
    (!is_values).then(|| (Target::of(tbl_name), columns))
}

/// The statement's WITH, and its SELECT up to ON CONFLICT or RETURNING.
pub(super) fn cut(sql: &str) -> Option<(&str, &str)> {
    let words = Words::of(sql);
    let verb = words.find_any(0, &["INSERT", "REPLACE"])?;
    let into = words.find(verb, "INTO")?;
    let start = words.find_any(into + 2, &["SELECT", "WITH", "VALUES"])?;
    let is_end = |at: &usize| words.is(*at, "RETURNING") || is_upsert(&words, *at);
    let end = (start..words.len()).find(is_end).unwrap_or(words.len());
    Some((words.slice(0, verb), words.slice(start, end)))
}

/// Whether ON CONFLICT is at a place: a join may be ON a column of that name.
fn is_upsert(words: &Words<'_>, at: usize) -> bool {
    let is_target = words.is(at + 2, "DO") || words.text(at + 2) == "(";
    is_target && words.is(at, "ON") && words.is(at + 1, "CONFLICT")
}

/// Pairs of a column of the table that says whose a row is and the place of its value among the
/// SELECT's results. `None` where the statement leaves one of them to a default or the engine.
fn owner(
    table: &Table,
    columns: Option<&[String]>,
    tenants: &TenantMap,
) -> Option<Vec<(usize, usize)>> {
    let Some(rule) = tenancy::rule_for(tenants, table) else {
        return Some(Vec::new());
    };
    let pair = |column: &String| {
        // NULL in an INTEGER PRIMARY KEY becomes a number that the engine chooses.
        let at = table.column(column);
        let at = at.filter(|at| table.integer_primary_key != Some(*at))?;
        Some((at, result_of(table, columns, at)?))
    };
    tenancy::columns_of(&rule).iter().map(pair).collect()
}

/// The place of a column's value among the results: by the columns that the INSERT names, else by
/// all that can be given.
fn result_of(table: &Table, columns: Option<&[String]>, at: usize) -> Option<usize> {
    let is_given = |at: &usize| !table.columns[*at].generated;
    let mut given = (0..table.columns.len()).filter(is_given);
    match columns {
        Some(names) => names.iter().position(|name| table.column(name) == Some(at)),
        None => given.position(|own| own == at),
    }
}
