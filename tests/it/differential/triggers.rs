//! Generated triggers: on tables, which write tables further on, and on views, which write the
//! table behind.
//!
//! Each write of a trigger reaches few rows, and a table's triggers write later tables only, so
//! that nothing runs away.

use super::random::Random;
use super::rows;
use super::schema::{Column, Kind, Schema, Table, list, quote};

/// A trigger on a table, made by `create`: `CREATE TRIGGER`, or a temporary one.
pub(super) fn on_table(
    random: &mut Random,
    schema: &mut Schema,
    at: usize,
    create: &str,
) -> Option<String> {
    let name = schema.fresh("tr'");
    let table = schema.tables[at].clone();
    let event = random.pick(&["INSERT", "UPDATE", "UPDATE", "DELETE", "DELETE"]);
    let time = random.pick(&["BEFORE", "AFTER", "AFTER"]);
    let row = if event == "DELETE" || (event == "UPDATE" && random.chance(50)) {
        "old"
    } else {
        "new"
    };
    let mut body: Vec<String> = (0..=random.below(2))
        .filter_map(|_| effect(random, schema, at, row))
        .collect();
    if body.is_empty() || random.chance(20) {
        body.push(raise(random, &table, row)?);
    }
    let of = if event == "UPDATE" && random.chance(40) {
        of(random, &table)
    } else {
        String::new()
    };
    let when = if random.chance(35) {
        when(random, &table, row)
    } else {
        String::new()
    };
    schema.triggers.push((name.clone(), table.name.clone()));
    let each = random.pick(&["", " FOR EACH ROW"]);
    Some(format!(
        "{create} {} {time} {event}{of} ON {}{each}{when} BEGIN {}; END",
        quote(&name),
        quote(&table.name),
        body.join("; ")
    ))
}

/// A trigger that fires itself, where triggers are recursive, until the number is high enough.
pub(super) fn recursive(schema: &mut Schema, at: usize) -> Option<String> {
    let name = schema.fresh("again ");
    let table = schema.tables[at].clone();
    let id = quote(
        &table
            .columns
            .iter()
            .find(|c| table.key == [c.name.clone()])?
            .name,
    );
    let n = quote(
        &table
            .columns
            .iter()
            .find(|c| c.kind == Kind::Int && !c.rules.contains("UNIQUE"))?
            .name,
    );
    let on = quote(&table.name);
    schema.triggers.push((name.clone(), table.name));
    let body = format!("UPDATE {on} SET {n} = {n} + 1 WHERE {id} = new.{id}");
    Some(format!(
        "CREATE TRIGGER {} AFTER UPDATE ON {on} WHEN new.{n} BETWEEN 1 AND 4 BEGIN {body}; END",
        quote(&name)
    ))
}

fn of(random: &mut Random, table: &Table) -> String {
    let columns = table.settable();
    let first = columns[random.index(columns.len())];
    let second = columns[random.index(columns.len())];
    format!(" OF {}", list([first.name.as_str(), second.name.as_str()]))
}

fn column_of<'t>(random: &mut Random, table: &'t Table) -> &'t Column {
    random.one(&table.columns).expect("a table has columns")
}

fn when(random: &mut Random, table: &Table, row: &str) -> String {
    let column = quote(&column_of(random, table).name);
    let test = random.pick(&["IS NOT NULL", "IS NULL", "> 2", "IN (1, 'x', 'a')"]);
    format!(" WHEN {row}.{column} {test}")
}

/// A veto, or a failure that is rare.
fn raise(random: &mut Random, table: &Table, row: &str) -> Option<String> {
    let id = quote(
        &table
            .columns
            .iter()
            .find(|c| matches!(c.kind, Kind::Rowid | Kind::Id | Kind::Ref | Kind::Int))?
            .name,
    );
    Some(match random.below(8) {
        0 => format!("SELECT RAISE(ABORT, 'never 7') WHERE {row}.{id} = 7"),
        1 => format!("SELECT RAISE(FAIL, 'no 6') WHERE {row}.{id} = 6"),
        2 => format!("SELECT RAISE(ROLLBACK, 'all back') WHERE {row}.{id} = 8"),
        3 => format!("SELECT CASE WHEN {row}.{id} = 2 THEN RAISE(IGNORE) END"),
        _ => format!("SELECT RAISE(IGNORE) WHERE {row}.{id} % 3 = 0"),
    })
}

/// A write to a table behind this one, or to any where circles are allowed.
fn effect(random: &mut Random, schema: &Schema, at: usize, row: &str) -> Option<String> {
    let table = &schema.tables[at];
    let first = if schema.cyclic { 0 } else { at + 1 };
    let target = random.one(&schema.tables[first..])?;
    let org = |t: &Table| t.org().map(|c| quote(&c.name));
    let (from, to) = (org(table)?, org(target)?);
    let rows = few(random, target, &to, &format!("{row}.{from}"));
    Some(match random.below(5) {
        0 | 1 => insert(random, target, &to, &format!("{row}.{from}")),
        2 | 3 => {
            let columns: Vec<&Column> = target
                .settable()
                .into_iter()
                .filter(|c| !target.is_key(c))
                .collect();
            let column = random.one(&columns)?;
            format!(
                "UPDATE {} SET {} = {} WHERE {rows}",
                quote(&target.name),
                quote(&column.name),
                rows::literal(random, column)
            )
        }
        _ => format!("DELETE FROM {} WHERE {rows}", quote(&target.name)),
    })
}

fn insert(random: &mut Random, target: &Table, org: &str, tenant: &str) -> String {
    let conflict = random.pick(&["", " OR IGNORE", " OR REPLACE", " OR IGNORE"]);
    let others: Vec<&Column> = target
        .settable()
        .into_iter()
        .filter(|c| quote(&c.name) != org)
        .collect();
    let names = list(others.iter().map(|c| c.name.as_str()));
    let values: Vec<String> = std::iter::once(tenant.to_owned())
        .chain(others.iter().map(|c| rows::literal(random, c)))
        .collect();
    let comma = if names.is_empty() { "" } else { ", " };
    format!(
        "INSERT{conflict} INTO {}({org}{comma}{names}) VALUES ({})",
        quote(&target.name),
        values.join(", ")
    )
}

/// A condition that few rows meet.
fn few(random: &mut Random, target: &Table, org: &str, tenant: &str) -> String {
    let name = quote(&target.name);
    let id = target
        .columns
        .iter()
        .find(|c| target.is_key(c) && c.kind != Kind::Org);
    match (target.rowid(), id) {
        (_, Some(id)) if random.chance(60) => format!(
            "{org} IS {tenant} AND {} = {}",
            quote(&id.name),
            rows::plain(random, id.kind)
        ),
        (Some(rowid), _) => {
            format!("{rowid} = (SELECT min({rowid}) FROM {name} WHERE {org} = {tenant})")
        }
        (None, _) => format!(
            "{org} = {tenant} AND {} = 'a'",
            quote(&target.columns[0].name)
        ),
    }
}

/// An INSTEAD OF trigger that does to the table what is done to the view, more or less.
pub(super) fn instead(
    random: &mut Random,
    schema: &mut Schema,
    view: &str,
    table: &Table,
    columns: &[Column],
    event: &str,
) -> String {
    let name = schema.fresh("instead ");
    let base = quote(&table.name);
    let same = |row: &str| {
        let keys: Vec<&Column> = columns
            .iter()
            .filter(|c| table.is_key(c) || c.kind == Kind::Org)
            .collect();
        let tests: Vec<String> = keys
            .iter()
            .map(|c| format!("{0} IS {row}.{0}", quote(&c.name)))
            .collect();
        if tests.is_empty() {
            "1".to_owned()
        } else {
            tests.join(" AND ")
        }
    };
    let body = match event {
        "INSERT" => {
            let plain: Vec<&Column> = columns
                .iter()
                .filter(|c| c.kind != Kind::Computed)
                .collect();
            let values: Vec<String> = plain
                .iter()
                .map(|c| format!("new.{}", quote(&c.name)))
                .collect();
            format!(
                "INSERT OR IGNORE INTO {base}({}) VALUES ({})",
                list(plain.iter().map(|c| c.name.as_str())),
                values.join(", ")
            )
        }
        "UPDATE" => {
            let sets: Vec<String> = columns
                .iter()
                .map(|c| format!("{0} = new.{0}", quote(&c.name)))
                .collect();
            format!(
                "UPDATE OR IGNORE {base} SET {} WHERE {}",
                sets.join(", "),
                same("old")
            )
        }
        _ => format!("DELETE FROM {base} WHERE {}", same("old")),
    };
    schema.triggers.push((name.clone(), view.to_owned()));
    let when = if random.chance(15) {
        format!(" WHEN {} <> 3", if event == "INSERT" { "1" } else { "2" })
    } else {
        String::new()
    };
    format!(
        "CREATE TRIGGER {} INSTEAD OF {event} ON {}{when} BEGIN {body}; END",
        quote(&name),
        quote(view)
    )
}
