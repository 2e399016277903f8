//! Generated UPDATE and DELETE statements.

use super::condition::{Target, condition, filter, value};
use super::known;
use super::migration::Step;
use super::random::Random;
use super::rows;
use super::schema::{Column, Kind, Schema, Table, View, quote, spell};

/// How a statement names its table.
struct Head {
    with: String,
    target: String,
    qualifier: String,
}

fn head(random: &mut Random, schema: &Schema, table: &Table, tags: &mut Vec<&'static str>) -> Head {
    let main = if random.chance(15) { "main." } else { "" };
    let alias = random
        .chance(20)
        .then(|| random.pick(&["me", "\"an alias\"", "t"]));
    let hint = hint(random, schema, table, tags);
    let named = alias.map(|a| format!(" AS {a}")).unwrap_or_default();
    let target = format!("{main}{}{named}{hint}", spell(random, &table.name));
    let with = if random.chance(15) {
        with(random, schema, table, tags)
    } else {
        String::new()
    };
    Head {
        with,
        target,
        qualifier: alias.map_or_else(|| quote(&table.name), str::to_owned),
    }
}

fn hint(
    random: &mut Random,
    schema: &Schema,
    table: &Table,
    tags: &mut Vec<&'static str>,
) -> String {
    if random.chance(6) {
        tags.push("not indexed");
        return " NOT INDEXED".to_owned();
    }
    let usable: Vec<_> = schema
        .indexes
        .iter()
        .filter(|(_, on, column)| *on == table.name && column.is_some())
        .collect();
    match random.one(&usable) {
        Some((name, ..)) if random.chance(25) => {
            tags.push("indexed by");
            format!(" INDEXED BY {}", quote(name))
        }
        _ => String::new(),
    }
}

/// A common table expression `q(x)`, which the condition uses.
fn with(
    random: &mut Random,
    schema: &Schema,
    table: &Table,
    tags: &mut Vec<&'static str>,
) -> String {
    let other = schema.some(random);
    let column = quote(
        &random
            .one(&other.columns)
            .expect("a table has columns")
            .name,
    );
    let from = quote(&other.name);
    match random.below(4) {
        0 => {
            tags.push("recursive cte");
            "WITH RECURSIVE q(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM q WHERE x < 4) "
                .to_owned()
        }
        1 => {
            tags.push("materialized cte");
            format!(
                "WITH q(x) AS {}MATERIALIZED (SELECT {column} FROM {from}) ",
                random.pick(&["", "NOT "])
            )
        }
        2 => {
            tags.push("cte named like the table");
            format!(
                "WITH q(x) AS (VALUES (1), (2)), {}(y) AS (SELECT 1) ",
                quote(&table.name)
            )
        }
        _ => {
            tags.push("cte");
            format!("WITH q(x) AS (SELECT {column} FROM {from}) ")
        }
    }
}

/// The condition of a statement with this head: through its index or common table expression where
/// it has one.
fn where_of(
    random: &mut Random,
    schema: &Schema,
    target: &Target<'_>,
    head: &Head,
    tags: &mut Vec<&'static str>,
) -> String {
    if !head.with.is_empty() {
        let key = target
            .table
            .columns
            .iter()
            .find(|c| matches!(c.kind, Kind::Rowid | Kind::Id | Kind::Ref | Kind::Int));
        let column = key
            .or(target.table.org())
            .unwrap_or(&target.table.columns[0]);
        return format!(" WHERE {} IN (SELECT x FROM q)", target.full(column));
    }
    filter(random, schema, target, tags)
}

fn returning(random: &mut Random, target: &Target<'_>, tags: &mut Vec<&'static str>) -> String {
    if !random.chance(8) {
        return String::new();
    }
    tags.push("returning");
    let column = &target.table.columns[random.index(target.table.columns.len())];
    random
        .pick(&[
            " RETURNING *",
            " RETURNING # AS returned",
            " RETURNING 1, #",
        ])
        .replace('#', &quote(&column.name))
}

pub(super) fn update(random: &mut Random, schema: &Schema) -> Step {
    let table = schema.some(random);
    let conflict = random.weighted(&[
        (14, ("", "update")),
        (2, (" OR REPLACE", "update or replace")),
        (2, (" OR IGNORE", "update or ignore")),
        (2, (" OR FAIL", "update or fail")),
        (1, (" OR ABORT", "update or abort")),
        (1, (" OR ROLLBACK", "update or rollback")),
    ]);
    let mut tags = vec![conflict.1];
    let head = head(random, schema, table, &mut tags);
    let joins = random.chance(18);
    let target = Target {
        table,
        qualifier: head.qualifier.clone(),
        qualified: joins,
    };
    let (from, join) = if joins {
        from(random, schema, &target, &mut tags)
    } else {
        (String::new(), None)
    };
    let sets = sets(random, schema, &target, join.as_ref(), &mut tags);
    let mut condition = where_of(random, schema, &target, &head, &mut tags);
    if let Some((_, on)) = &join {
        let extra = if condition.is_empty() {
            String::new()
        } else {
            format!(" AND ({})", &condition[7..])
        };
        condition = format!(" WHERE {on}{extra}");
    }
    let returning = returning(random, &target, &mut tags);
    Step {
        sql: format!(
            "{}UPDATE{} {} SET {sets}{from}{condition}{returning}",
            head.with, conflict.0, head.target
        ),
        tags,
    }
}

/// A FROM clause, with an expression over it and what joins it to the target.
fn from(
    random: &mut Random,
    schema: &Schema,
    target: &Target<'_>,
    tags: &mut Vec<&'static str>,
) -> (String, Option<(String, String)>) {
    let other = schema.some(random);
    let (Some(org), Some(inner)) = (target.table.org(), other.org()) else {
        return (String::new(), None);
    };
    let column = quote(
        &random
            .one(&other.columns)
            .expect("a table has columns")
            .name,
    );
    let (name, o, outer) = (quote(&other.name), quote(&inner.name), target.full(org));
    tags.push("update from");
    let (from, joined) = match random.below(5) {
        0 => (
            format!(" FROM (SELECT {o} AS o, max({column}) AS c FROM {name} GROUP BY {o}) AS f"),
            "f.c".to_owned(),
        ),
        1 => (
            " FROM (SELECT 1 AS o, 5 AS c UNION ALL SELECT 1, 6 UNION ALL SELECT 2, 7) AS f"
                .to_owned(),
            "f.c".to_owned(),
        ),
        2 => (
            format!(
                " FROM (SELECT {o} AS o, {column} AS c FROM {name}) AS f JOIN {name} AS g ON \
                g.{o} = f.o"
            ),
            "g.".to_owned() + &column,
        ),
        3 => (
            format!(
                " FROM (SELECT {o} AS o, {column} AS c FROM {name}) AS f LEFT JOIN {name} AS g \
                ON g.{column} = f.c"
            ),
            "f.c".to_owned(),
        ),
        _ => {
            let on = format!("f.{o} = {outer}");
            return (
                format!(" FROM {name} AS f"),
                Some((format!("f.{column}"), on)),
            );
        }
    };
    (from, Some((joined, format!("f.o = {outer}"))))
}

fn sets(
    random: &mut Random,
    schema: &Schema,
    target: &Target<'_>,
    join: Option<&(String, String)>,
    tags: &mut Vec<&'static str>,
) -> String {
    let changes_key = random.chance(40);
    let open = |c: &&Column| {
        if changes_key {
            true
        } else {
            !target.table.is_key(c) && c.kind != Kind::Org
        }
    };
    let mut columns: Vec<&Column> = target.table.settable().into_iter().filter(open).collect();
    if columns.is_empty() {
        columns = target.table.settable();
    }
    let chosen: Vec<&Column> = (0..=random.below(2))
        .map(|_| columns[random.index(columns.len())])
        .collect();
    if chosen.iter().any(|c| target.table.is_key(c)) {
        tags.push("key update");
    }
    if let [one, two] = chosen[..]
        && (one.name != two.name || !known::left_out("row value sets one column twice"))
        && random.chance(40)
    {
        tags.push("row value set");
        return row_value(random, schema, target, [one, two]);
    }
    let mut value_of = |c: &Column| match join {
        Some((joined, _)) if !target.table.is_key(c) => joined.clone(),
        _ => value(random, schema, target, c),
    };
    let each: Vec<String> = chosen
        .iter()
        .map(|c| format!("{} = {}", quote(&c.name), value_of(c)))
        .collect();
    each.join(", ")
}

fn row_value(
    random: &mut Random,
    schema: &Schema,
    target: &Target<'_>,
    [one, two]: [&Column; 2],
) -> String {
    let names = format!("({}, {})", quote(&one.name), quote(&two.name));
    let other = schema.some(random);
    match (random.below(3), target.table.org(), other.org()) {
        (0, Some(org), Some(inner)) => {
            let column = quote(
                &random
                    .one(&other.columns)
                    .expect("a table has columns")
                    .name,
            );
            let (from, o) = (quote(&other.name), quote(&inner.name));
            format!(
                "{names} = (SELECT o.{column}, {} FROM {from} AS o WHERE o.{o} = {} LIMIT 1)",
                target.full(two),
                target.full(org)
            )
        }
        (1, ..) => format!(
            "{names} = (VALUES ({}, {}))",
            rows::literal(random, one),
            rows::literal(random, two)
        ),
        _ => format!(
            "{names} = ({}, {})",
            value(random, schema, target, one),
            value(random, schema, target, two)
        ),
    }
}

pub(super) fn delete(random: &mut Random, schema: &Schema) -> Step {
    let table = schema.some(random);
    let mut tags = vec!["delete"];
    let head = head(random, schema, table, &mut tags);
    let target = Target {
        table,
        qualifier: head.qualifier.clone(),
        qualified: false,
    };
    let mut condition = where_of(random, schema, &target, &head, &mut tags);
    // A table is seldom emptied, so that there is something left to do.
    if condition.is_empty() && random.chance(60) {
        condition = format!(" WHERE {}", super::condition::simple(random, &target));
    }
    let returning = returning(random, &target, &mut tags);
    Step {
        sql: format!(
            "{}DELETE FROM {}{condition}{returning}",
            head.with, head.target
        ),
        tags,
    }
}

/// A write to a view.
pub(super) fn through_view(random: &mut Random, view: &View) -> Option<Step> {
    let column = random.one(&view.columns)?;
    let name = quote(&view.name);
    let test = format!("{} IS NOT NULL", quote(&random.one(&view.columns)?.name));
    let sql = match random.below(3) {
        0 => format!(
            "UPDATE {name} SET {} = {} WHERE {test}",
            quote(&column.name),
            rows::literal(random, column)
        ),
        1 => format!(
            "DELETE FROM {name} WHERE {test} AND {} = {}",
            quote(&column.name),
            rows::literal(random, column)
        ),
        _ => {
            let values: Vec<String> = view
                .columns
                .iter()
                .map(|c| rows::literal(random, c))
                .collect();
            format!("INSERT INTO {name} VALUES ({})", values.join(", "))
        }
    };
    let tag = if view.writable { "view write" } else { "fails" };
    Some(Step {
        sql,
        tags: vec![tag],
    })
}

/// A condition for a copy or an INSERT … SELECT over one table.
pub(super) fn plain_condition(random: &mut Random, schema: &Schema, table: &Table) -> String {
    let target = Target {
        table,
        qualifier: quote(&table.name),
        qualified: false,
    };
    condition(random, schema, &target, &mut Vec::new())
}
