//! Findings about keys that are given again: AUTOINCREMENT sequences that went back, keys of deleted
//! rows. A table that lost AUTOINCREMENT is the matter of `promises`.

mod reused;

use super::rebuild::{Rebuild, rebuilds};
use super::{Case, Code, Finding, Severity};
use crate::diff::Regressed;
use crate::rewrite;
use crate::sentence::{Sentence, name, value};
use crate::sql::{Value, ident, token};
use std::cmp::Ordering;

pub(super) fn findings(case: Case<'_>) -> Vec<Finding> {
    let has_sequence = |table: &str| {
        let definition = case
            .rehearsal
            .after
            .definition(table)
            .and_then(rewrite::definition);
        definition.is_none_or(|definition| definition.autoincrement)
    };
    let regressed = case.diff.regressed.iter();
    regressed
        .filter(|regressed| regressed.was > 0 && has_sequence(&regressed.table))
        .map(|regressed| finding(case, regressed))
        .chain(reused::findings(case))
        .collect()
}

fn finding(case: Case<'_>, regressed: &Regressed) -> Finding {
    let Regressed { table, was, is, .. } = regressed;
    let rebuild = rebuilds(case)
        .into_iter()
        .find(|rebuild| ident::same(&rebuild.table.after.name, table));
    let by_name = writing(case, table, rebuild.as_ref());
    let place = by_name.or(rebuild.as_ref().and_then(|rebuild| rebuild.created));
    // Who wrote the sequence did not mean what a rebuild, a further row or the table's rows make of it.
    let is_written = by_name.is_some() && rebuild.is_none() && regressed.rows < 2;
    let is_meant = is_written || is >= was;
    let when = match by_name {
        Some(_) => "leave it where it was, unless keys may be given again:\n",
        None => "set it behind the rebuild, before rows are inserted:\n",
    };
    Finding::new(Code::SequenceRegressed, message(regressed))
        .on(table)
        .at(case.place(place))
        .severity(is_meant.then_some(Severity::Warning))
        .help(when.to_owned() + &correction(regressed))
}

fn message(regressed: &Regressed) -> Sentence {
    let Regressed { was, is, says, .. } = *regressed;
    let to = if is < was { is } else { says.unwrap_or(0) };
    let range = " went back from " + number(was) + " to " + number(to);
    let message = "the sequence of " + name(&regressed.table) + range + ": " + given_again(was, is);
    match regressed.rows {
        0 | 1 => message,
        rows => {
            let rest = " rows for it, and SQLite uses the first";
            message + "; " + name("sqlite_sequence") + " has " + rows + rest
        }
    }
}

fn number(key: i64) -> Sentence {
    value(key.to_string())
}

/// Which keys are given again: `was` was given last, `is` precedes the next one.
fn given_again(was: i64, is: i64) -> Sentence {
    match is.cmp(&(was - 1)) {
        Ordering::Less => {
            let range = number(is + 1) + " to " + number(was);
            "the keys " + range + ", which were given before, are given again"
        }
        Ordering::Equal => "the key " + number(was) + ", which was given before, is given again",
        Ordering::Greater => {
            "only rows that may be deleted keep their keys from being given again".into()
        }
    }
}

/// The statement that sets a sequence to what it was.
fn correction(regressed: &Regressed) -> String {
    let was = regressed.was;
    let name = Value::text(&regressed.table).literal();
    match regressed.says {
        Some(_) => format!("UPDATE sqlite_sequence SET seq = {was} WHERE name = {name};"),
        None => format!("INSERT INTO sqlite_sequence(name, seq) VALUES ({name}, {was});"),
    }
}

/// The last statement that wrote the sequence of a table: it names the table, or no table.
fn writing(case: Case<'_>, table: &str, rebuild: Option<&Rebuild<'_>>) -> Option<usize> {
    let is_its = |name: String| {
        ident::same(&name, table) || rebuild.is_some_and(|rebuild| rebuild.names.contains(&name))
    };
    let is_table = |name: String| name != "sqlite_sequence" && case.tables(&name).next().is_some();
    let is_meant = |sql: &str| {
        let words = || token::folded(sql);
        words().any(is_its) || !words().any(is_table)
    };
    let mut writing = case.latest().filter(|it| it.targets("sqlite_sequence"));
    let last = writing.find(|statement| is_meant(case.migration.sql(statement)));
    last.map(|statement| statement.index)
}
