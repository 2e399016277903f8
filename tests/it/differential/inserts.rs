//! Generated INSERT statements: values, selections, conflict clauses, upserts.

use super::migration::Step;
use super::random::Random;
use super::rows;
use super::schema::{Column, Kind, Schema, Table, list, quote, spell};
use super::writes::plain_condition;

pub(super) fn insert(random: &mut Random, schema: &Schema) -> Step {
    let table = schema.some(random);
    let (verb, tag) = random.weighted(&[
        (6, ("INSERT INTO", "insert")),
        (3, ("INSERT OR IGNORE INTO", "insert or ignore")),
        (2, ("INSERT OR REPLACE INTO", "insert or replace")),
        (2, ("REPLACE INTO", "insert or replace")),
        (2, ("INSERT OR FAIL INTO", "insert or fail")),
        (1, ("INSERT OR ABORT INTO", "insert or abort")),
        (1, ("INSERT OR ROLLBACK INTO", "insert or rollback")),
    ]);
    let mut tags = vec![tag];
    let columns = columns(random, table);
    let names = list(columns.iter().map(|c| c.name.as_str()));
    let upsert = if tag == "insert" && random.chance(60) {
        upsert(random, table, &mut tags)
    } else {
        String::new()
    };
    let source = if random.chance(3) && upsert.is_empty() {
        return Step {
            sql: format!("{verb} {} DEFAULT VALUES", spell(random, &table.name)),
            tags,
        };
    } else if random.chance(30) {
        tags.push("insert select");
        select(random, schema, table, &columns)
    } else {
        values(random, &columns)
    };
    let returning = if random.chance(8) { " RETURNING *" } else { "" };
    Step {
        sql: format!(
            "{verb} {}({names}) {source}{upsert}{returning}",
            spell(random, &table.name)
        ),
        tags,
    }
}

/// All columns, or those that rows cannot do without and some others.
fn columns<'t>(random: &mut Random, table: &'t Table) -> Vec<&'t Column> {
    let all = table.settable();
    if random.chance(60) {
        return all;
    }
    let keep = |random: &mut Random, c: &Column| {
        (table.is_key(c) && c.kind != Kind::Rowid) || c.kind == Kind::Org || random.chance(50)
    };
    all.into_iter().filter(|c| keep(random, c)).collect()
}

fn values(random: &mut Random, columns: &[&Column]) -> String {
    let row = |random: &mut Random| {
        columns
            .iter()
            .map(|c| rows::literal(random, c))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let rows: Vec<String> = (0..=random.below(3))
        .map(|_| format!("({})", row(random)))
        .collect();
    format!("VALUES {}", rows.join(", "))
}

/// Rows of some table in the shape of this one: its own columns where they have the same name, a
/// little moved.
fn select(random: &mut Random, schema: &Schema, table: &Table, columns: &[&Column]) -> String {
    let other = if random.chance(50) {
        table
    } else {
        schema.some(random)
    };
    let expression = |random: &mut Random, column: &Column| match other
        .columns
        .iter()
        .find(|c| c.name == column.name && c.kind == column.kind)
    {
        Some(_) if matches!(column.kind, Kind::Id | Kind::Rowid) => {
            format!("{} + {}", quote(&column.name), random.below(9))
        }
        Some(_) => quote(&column.name),
        None => rows::literal(random, column),
    };
    let items: Vec<String> = columns.iter().map(|c| expression(random, c)).collect();
    let ordered = if random.chance(30) { " ORDER BY 1" } else { "" };
    let limit = if random.chance(30) { " LIMIT 3" } else { "" };
    let condition = plain_condition(random, schema, other);
    format!(
        "SELECT {} FROM {} WHERE {condition}{ordered}{limit}",
        items.join(", "),
        quote(&other.name)
    )
}

fn upsert(random: &mut Random, table: &Table, tags: &mut Vec<&'static str>) -> String {
    if table.key.is_empty() || random.chance(20) {
        tags.push("do nothing");
        return " ON CONFLICT DO NOTHING".to_owned();
    }
    let key = list(table.key.iter().map(String::as_str));
    let free: Vec<&Column> = table
        .settable()
        .into_iter()
        .filter(|c| !table.is_key(c))
        .collect();
    let Some(column) = random.one(&free) else {
        tags.push("do nothing");
        return format!(" ON CONFLICT({key}) DO NOTHING");
    };
    tags.push("upsert");
    let (name, value) = (quote(&column.name), rows::literal(random, column));
    let set = random
        .pick(&["# = excluded.#", "# = @", "# = coalesce(#, @)", "(#) = (@)"])
        .replace('#', &name)
        .replace('@', &value);
    let only = if random.chance(25) {
        format!(" WHERE {name} IS NOT excluded.{name}")
    } else {
        String::new()
    };
    format!(" ON CONFLICT({key}) DO UPDATE SET {set}{only}")
}
