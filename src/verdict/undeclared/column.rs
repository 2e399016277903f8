//! A new column, which is an addition if rows are whose they were and nothing that was there before
//! can mean it.

use super::super::Case;
use super::super::phrases::rows;
use super::additions::Refusal;
use super::reach::{readers, readers_of, says_whose};
use crate::rewrite::definition;
use crate::sentence::{Sentence, bare, name, sql};
use crate::snapshot::catalog::{Table, TableKind};
use crate::snapshot::tenancy;
use crate::sql::ident;
use crate::sql::token::{self, TokenKind};

/// What it adds, as a clause.
pub(super) fn added(
    case: Case<'_>,
    table: &str,
    column: &str,
    is_plain: bool,
) -> Result<Sentence, Refusal> {
    let [before, after] = case.catalogs();
    let what = || "column " + name(format!("{table}.{column}"));
    let Some(old) = before.table(table) else {
        return Ok(what() + " of a new table");
    };
    let Some(new) = after.table(table) else {
        return Err("table " + name(table) + " is gone");
    };
    if old.kind != TableKind::Ordinary || new.kind != TableKind::Ordinary {
        return Err(name(table) + " is no ordinary table");
    }
    if !is_plain {
        let bears = " is computed, is held by a constraint, or has a default that is no constant";
        return Err(what() + bears);
    }
    if says_whose(case, table, column)
        || tenancy::rule_for(case.tenants, old) != tenancy::rule_for(case.tenants, new)
    {
        return Err(what() + " bears on whose rows are");
    }
    if !is_appended(case, old, new) {
        return Err("table " + name(table) + " is another in more than its new columns");
    }
    if let Some(who) = meant_by(case, old, column) {
        return Err(what() + " may change what is read by " + who);
    }
    Ok(what() + shown(case, table, column))
}

/// Whether the table is what it was, with columns behind those that it had.
fn is_appended(case: Case<'_>, old: &Table, new: &Table) -> bool {
    let [before, after] = case.catalogs();
    let texts = before
        .definition(&old.name)
        .zip(after.definition(&new.name));
    let is_grown = texts.is_some_and(|(old, new)| {
        let (old, new) = (old.as_bytes(), new.as_bytes());
        let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
        let tails = old.iter().rev().zip(new.iter().rev());
        let tail = tails.take_while(|(a, b)| a == b).count();
        new.len() > old.len() && head + tail >= old.len()
    });
    let is_same = |(old, new): (&str, &str)| ident::same(old, new);
    let promises = texts.and_then(|(old, new)| Some((definition(old)?, definition(new)?)));
    let keeps_promises = promises.is_some_and(|(old, new)| {
        (old.checks, old.foreign_keys, old.unique) == (new.checks, new.foreign_keys, new.unique)
    });
    let mut added = new.columns.iter().skip(old.columns.len());
    is_grown
        && keeps_promises
        && !added.any(|column| column.generated)
        && old.primary_key == new.primary_key
        && old.column_names().zip(new.column_names()).all(is_same)
}

/// What was there before and may mean the new column, as a clause.
fn meant_by(case: Case<'_>, table: &Table, column: &str) -> Option<Sentence> {
    let [before, _] = case.catalogs();
    let is_rowid = ["rowid", "oid", "_rowid_"]
        .iter()
        .any(|own| ident::same(own, column));
    if is_rowid {
        return Some("whoever asks for the rowid".into());
    }
    let all = readers(case);
    let mut readers = readers_of(&all, &table.name).into_iter();
    if let Some(reader) = readers.find(|it| it.may_mean(column) || it.takes_all_columns()) {
        return Some(reader.named());
    }
    // What is in double quotes and names no column is a string, until there is such a column.
    let mut own = before.objects.iter().filter(|((of, _), object)| {
        ["table", "index"].contains(&of.as_str()) && ident::same(&object.table, &table.name)
    });
    let found = own.find(|(_, object)| is_quoted_in(object.sql.as_deref(), column));
    found.map(|((of, own), _)| Sentence::from(of.as_str()) + " " + name(own))
}

fn is_quoted_in(text: Option<&str>, column: &str) -> bool {
    let text = text.unwrap_or_default();
    let mut tokens = token::significant(text).into_iter();
    tokens.any(|token| {
        let word = token.span.of(text);
        token.kind == TokenKind::Quoted && ident::same(&ident::dequote(word), column)
    })
}

/// `: 12 rows of 3 tenants now read 'new' in it`, if it has a default that is not NULL.
fn shown(case: Case<'_>, table: &str, column: &str) -> Sentence {
    let defaults = &case.facts.defaults;
    let found = defaults
        .iter()
        .find(|default| ident::same(&default.table, table) && ident::same(&default.column, column));
    let Some(found) = found else {
        return Sentence::default();
    };
    let tenants = match found.tenants {
        Some(1) => " of 1 tenant".to_owned(),
        Some(n) => format!(" of {n} tenants"),
        None => String::new(),
    };
    ", in which " + rows(found.rows) + bare(tenants) + " now read " + sql(&found.value)
}
