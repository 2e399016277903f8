//! A new trigger, which is an addition if it is known whose the rows are that it will write.

use super::super::Case;
use super::super::phrases::names;
use super::additions::Refusal;
use super::reach::says_whose;
use crate::rewrite::{self, TriggerOutline};
use crate::scope::Op;
use crate::sentence::{Sentence, name};
use crate::snapshot::catalog::{SchemaObject, Table, TableKind};
use crate::snapshot::tenancy;
use crate::sql::{Words, ident};
use std::collections::BTreeSet;

/// `, which writes log and tag`, with what its writes lead to in turn.
pub(super) fn writes(case: Case<'_>, own: &str) -> Result<Sentence, Refusal> {
    let [_, after] = case.catalogs();
    let mut triggers = after.triggers();
    let Some((_, trigger)) = triggers.find(|(name, _)| ident::same(name, own)) else {
        return Err("trigger " + name(own) + " is gone");
    };
    let on = after.table(&trigger.table);
    if !on.is_some_and(|on| matches!(on.kind, TableKind::Ordinary | TableKind::View)) {
        return Err(name(&trigger.table) + " is no ordinary table");
    }
    keeps_owners(case, own, trigger)?;
    let written = reached(case, trigger)?;
    let is_nobodys = |table: &&&Table| tenancy::rule_for(case.tenants, table).is_none();
    if let Some(nobodys) = written.iter().find(|table| is_nobodys(table)) {
        let whose = " writes, and nothing says whose its rows are";
        return Err(name(&nobodys.name) + " is a table that trigger " + name(own) + whose);
    }
    if written.is_empty() {
        return Ok(", which writes no table".into());
    }
    Ok(", which writes " + names(written.iter().map(|table| &table.name)))
}

/// Whether it keeps no row from being written, and leaves whose they are.
fn keeps_owners(case: Case<'_>, own: &str, trigger: &SchemaObject) -> Result<(), Refusal> {
    let sql = trigger.sql.as_deref().unwrap_or_default();
    if raises(sql) {
        return Err("trigger " + name(own) + " may keep rows from being written");
    }
    let mut sets = outline(trigger)?.sets.into_iter();
    if let Some((table, _)) = sets.find(|(table, column)| says_whose(case, table, column)) {
        let whose = " may change whose rows of ";
        return Err("trigger " + name(own) + whose + name(table) + " are");
    }
    if replaces(sql) {
        return Err("trigger " + name(own) + " may replace rows, whosever they are");
    }
    Ok(())
}

/// Whether it has a RAISE, as which it is a CHECK by other means.
fn raises(sql: &str) -> bool {
    Words::of(sql).has("RAISE")
}

/// Whether an INSERT or UPDATE in it replaces what is in its way.
fn replaces(sql: &str) -> bool {
    let words = Words::of(sql);
    (1..words.len()).any(|at| {
        words.is_word(at, "REPLACE")
            && (words.is_word(at - 1, "OR") || words.is_word(at + 1, "INTO"))
    })
}

/// The tables that a trigger writes, and those that triggers and keys with an action lead to from
/// there.
fn reached<'a>(case: Case<'a>, trigger: &SchemaObject) -> Result<Vec<&'a Table>, Refusal> {
    let [_, after] = case.catalogs();
    let mut due = outline(trigger)?.writes;
    let mut known: BTreeSet<(Op, String)> = BTreeSet::new();
    let mut found: Vec<&Table> = Vec::new();
    while let Some((op, own)) = due.pop() {
        if !known.insert((op, ident::folded(&own))) {
            continue;
        }
        let Some(table) = after.table(&own) else {
            return Err("table " + name(own) + " is written by a trigger, and is not there");
        };
        let is_known = found.iter().any(|known| known.name == table.name);
        if table.kind != TableKind::View && !is_known {
            found.push(table);
        }
        let is_on = |(_, other): &(&str, &SchemaObject)| ident::same(&other.table, &own);
        for (_, other) in after.triggers().filter(is_on) {
            due.extend(outline(other)?.writes);
        }
        due.extend(acted_on(case, &own));
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

/// What foreign keys with an action may do where rows of a table are written: an INSERT may replace
/// some.
fn acted_on(case: Case<'_>, parent: &str) -> Vec<(Op, String)> {
    let [_, after] = case.catalogs();
    let children = after.ordinary().filter(|child| {
        let mut parents = child.keys.foreign.iter().map(|key| &key.parent);
        child.has_key_action() && parents.any(|own| ident::same(own, parent))
    });
    let acts = |child: &Table| [Op::Update, Op::Delete].map(|op| (op, child.name.clone()));
    children.flat_map(acts).collect()
}

fn outline(trigger: &SchemaObject) -> Result<TriggerOutline, Refusal> {
    let sql = trigger.sql.as_deref().unwrap_or_default();
    let on = || "a trigger on " + name(&trigger.table);
    rewrite::trigger(sql).ok_or_else(|| on() + " cannot be read by the parser")
}
