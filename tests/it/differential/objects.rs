//! Generated indexes and views, and which tables get triggers.

use super::random::Random;
use super::schema::{Column, Kind, Schema, Table, View, list, quote};
use super::triggers;

pub(super) fn indexes(random: &mut Random, schema: &mut Schema) -> Vec<String> {
    let places: Vec<usize> = (0..schema.tables.len())
        .filter(|_| random.chance(45))
        .collect();
    places
        .into_iter()
        .map(|at| index(random, schema, at))
        .collect()
}

/// Makes an index of one kind or another on a table.
pub(super) fn index(random: &mut Random, schema: &mut Schema, at: usize) -> String {
    let name = schema.fresh("ix ");
    let table = &mut schema.tables[at];
    let place = random.index(table.columns.len());
    let column = &mut table.columns[place];
    column.pinned = true;
    let (of, on) = (quote(&column.name), quote(&table.name));
    let org = quote(
        &table
            .org()
            .map_or_else(|| table.columns[0].name.clone(), |c| c.name.clone()),
    );
    let (unique, terms, hint) = match random.below(6) {
        0 => (
            "UNIQUE ",
            format!("{of}) WHERE {org} = 1 AND ({of} IS NOT NULL"),
            false,
        ),
        1 => ("", format!("{of}) WHERE ({of} IS NOT NULL"), false),
        2 => ("", format!("lower({of}), {org}"), false),
        3 => ("UNIQUE ", format!("{org}, length({of}), {of}"), false),
        4 => ("", format!("{of} DESC, {org}"), true),
        _ => ("", of.clone(), true),
    };
    let hinted = hint.then(|| table.columns[place].name.clone());
    schema
        .indexes
        .push((name.clone(), table.name.clone(), hinted));
    format!("CREATE {unique}INDEX {} ON {on}({terms})", quote(&name))
}

pub(super) fn views_and_triggers(random: &mut Random, schema: &mut Schema) -> Vec<String> {
    let mut made = Vec::new();
    if random.chance(35) {
        let at = random.index(schema.tables.len());
        made.extend(view(random, schema, at));
    }
    if random.chance(60) {
        if random.chance(25) && !schema.cyclic {
            let at = random.index(schema.tables.len());
            made.extend(triggers::recursive(schema, at));
        }
        for _ in 0..=random.below(4) {
            let at = random.index(schema.tables.len());
            made.extend(triggers::on_table(random, schema, at, "CREATE TRIGGER"));
        }
    }
    made
}

/// A view of some rows of a table, with or without the triggers that make it writable.
pub(super) fn view(random: &mut Random, schema: &mut Schema, at: usize) -> Vec<String> {
    let name = schema.fresh("view ");
    let table = schema.tables[at].clone();
    let keep = |c: &&Column| {
        matches!(
            c.kind,
            Kind::Org | Kind::Rowid | Kind::Id | Kind::Word | Kind::Text | Kind::Int | Kind::Any
        )
    };
    let columns: Vec<Column> = table.columns.iter().filter(keep).cloned().collect();
    let writable = random.chance(75);
    let mut made = vec![format!(
        "CREATE VIEW {} AS SELECT {} FROM {}{}",
        quote(&name),
        names(&columns),
        quote(&table.name),
        some_rows(random, &table)
    )];
    if writable {
        let events = ["INSERT", "UPDATE", "DELETE"];
        made.extend(
            events.map(|event| triggers::instead(random, schema, &name, &table, &columns, event)),
        );
    }
    schema.views.push(View {
        name,
        columns,
        writable,
    });
    made
}

fn names(columns: &[Column]) -> String {
    list(columns.iter().map(|c| c.name.as_str()))
}

fn some_rows(random: &mut Random, table: &Table) -> String {
    let org = table.org().map(|c| quote(&c.name));
    match org {
        Some(org) if random.chance(50) => format!(" WHERE {org} IN (1, 2) OR {org} IS NULL"),
        _ => String::new(),
    }
}
