//! Generated conditions and values: what stands in WHERE and right of `=`.

use super::random::Random;
use super::rows;
use super::schema::{Column, Kind, Schema, Table, quote};

/// The table that a statement writes, as its expressions name it.
pub(super) struct Target<'a> {
    pub(super) table: &'a Table,
    /// the alias or name, quoted
    pub(super) qualifier: String,
    /// whether every column needs it
    pub(super) qualified: bool,
}

impl Target<'_> {
    pub(super) fn bare(&self, column: &Column) -> String {
        if self.qualified {
            self.full(column)
        } else {
            quote(&column.name)
        }
    }

    pub(super) fn full(&self, column: &Column) -> String {
        format!("{}.{}", self.qualifier, quote(&column.name))
    }

    fn key(&self) -> Option<&Column> {
        self.table
            .columns
            .iter()
            .find(|c| self.table.is_key(c) && c.kind != Kind::Org)
    }

    fn some(&self, random: &mut Random) -> &Column {
        random
            .one(&self.table.columns)
            .expect("a table has columns")
    }
}

/// A condition, or nothing for every row; `tags` says what is in it.
pub(super) fn filter(
    random: &mut Random,
    schema: &Schema,
    target: &Target<'_>,
    tags: &mut Vec<&'static str>,
) -> String {
    let first = condition(random, schema, target, tags);
    match random.below(12) {
        0 => {
            tags.push("no where");
            String::new()
        }
        1 | 2 => format!(" WHERE {first} OR {}", simple(random, target)),
        3 | 4 => format!(" WHERE {first} AND {}", simple(random, target)),
        5 => format!(" WHERE NOT ({first})"),
        _ => format!(" WHERE {first}"),
    }
}

pub(super) fn condition(
    random: &mut Random,
    schema: &Schema,
    target: &Target<'_>,
    tags: &mut Vec<&'static str>,
) -> String {
    if random.chance(60) {
        return simple(random, target);
    }
    let other = schema.some(random).clone();
    subquery(random, target, &other, tags).unwrap_or_else(|| simple(random, target))
}

/// A test of the row's own columns.
pub(super) fn simple(random: &mut Random, target: &Target<'_>) -> String {
    let org = target.table.org().map(|c| target.bare(c));
    let key = target.key();
    match (random.below(12), org, key) {
        (0..=2, Some(org), _) => format!("{org} = {}", 1 + random.below(3)),
        (3, Some(org), _) => random
            .pick(&["# IS NULL", "# IN (1, 2)", "# <> 1", "# IS DISTINCT FROM 2"])
            .replace('#', &org),
        (4, Some(org), Some(key)) => format!(
            "({org}, {}) >= (1, {})",
            target.bare(key),
            rows::plain(random, key.kind)
        ),
        (5..=8, _, Some(key)) => {
            let (of, value) = (target.bare(key), rows::plain(random, key.kind));
            let test = random.pick(&[
                "= @",
                "<= @",
                "> @",
                "BETWEEN 2 AND 5",
                "IN (1, 3, 'a', @)",
                "<> @",
            ]);
            format!("{of} {}", test.replace('@', &value))
        }
        (9, ..) if target.table.rowid().is_some() => {
            let rowid = target.table.rowid().expect("it has one");
            format!("{}.{rowid} % 2 = {}", target.qualifier, random.below(2))
        }
        _ => of_column(random, target),
    }
}

fn of_column(random: &mut Random, target: &Target<'_>) -> String {
    let column = target.some(random).clone();
    let tests = [
        "IS NOT NULL",
        "IS NULL",
        "> 1",
        "LIKE '%a%'",
        "GLOB '*x*'",
        "IN ('x', 1, 2.0)",
        "NOT IN (3, 'y')",
        "BETWEEN 0 AND 5",
    ];
    let of = target.bare(&column);
    match random.below(4) {
        0 => format!(
            "typeof({of}) = '{}'",
            random.pick(&["text", "integer", "null", "real", "blob"])
        ),
        1 => format!("length({of}) > {}", random.below(3)),
        _ => format!("{of} {}", random.pick(&tests)),
    }
}

/// A test that reads another table, or the same one again.
fn subquery(
    random: &mut Random,
    target: &Target<'_>,
    other: &Table,
    tags: &mut Vec<&'static str>,
) -> Option<String> {
    let (org, inner) = (target.table.org()?, other.org()?);
    let (from, o) = (quote(&other.name), quote(&inner.name));
    let mine = target.some(random);
    let theirs = random.one(&other.columns)?;
    let (x, y) = (target.bare(mine), quote(&theirs.name));
    let outer = target.full(org);
    let tenant = 1 + random.below(3);
    Some(match random.below(8) {
        0 => {
            tags.push("in subquery");
            format!("{x} IN (SELECT {y} FROM {from} WHERE {o} = {tenant})")
        }
        1 => {
            tags.push("in subquery");
            format!("{x} NOT IN (SELECT {y} FROM {from} WHERE {y} IS NOT NULL)")
        }
        2 => {
            tags.push("exists");
            format!(
                "EXISTS (SELECT 1 FROM {from} AS o WHERE o.{o} = {outer} AND o.{y} IS NOT NULL)"
            )
        }
        3 => {
            tags.push("exists");
            format!(
                "NOT EXISTS (SELECT * FROM {from} o WHERE o.{o} IS {outer} AND o.{y} = {})",
                target.full(mine)
            )
        }
        4 => {
            tags.push("correlated");
            format!("{x} = (SELECT max(o.{y}) FROM {from} AS o WHERE o.{o} = {outer})")
        }
        5 => {
            tags.push("scalar");
            format!("{x} >= (SELECT min({y}) FROM {from})")
        }
        6 => {
            tags.push("row value in");
            format!(
                "({}, {x}) IN (SELECT {o}, {y} FROM {from})",
                target.bare(org)
            )
        }
        _ => {
            tags.push("correlated");
            format!("(SELECT count(*) FROM {from} AS o WHERE o.{o} = {outer}) > 2")
        }
    })
}

/// A value to set a column to, often one that differs from what it has.
pub(super) fn value(
    random: &mut Random,
    schema: &Schema,
    target: &Target<'_>,
    column: &Column,
) -> String {
    let own = target.bare(column);
    match (random.below(10), column.kind) {
        (0..=3, _) => rows::literal(random, column),
        (4, _) => own,
        (5, Kind::Text | Kind::Int | Kind::Any) => scalar(random, schema, target),
        (_, Kind::Rowid | Kind::Id) => random
            .pick(&["# + 10", "# + 1", "# - 1", "-#", "# * 2"])
            .replace('#', &own),
        (7, Kind::Int | Kind::Any) => random
            .pick(&["changes()", "last_insert_rowid()", "total_changes()"])
            .to_owned(),
        (_, Kind::Int | Kind::Real) => random
            .pick(&["# + 1", "coalesce(#, 0) + 1", "-#", "# / 2", "length(#)"])
            .replace('#', &own),
        (6, Kind::Any | Kind::Org) => random
            .pick(&[
                "# * 1.0",
                "CAST(# AS TEXT)",
                "CAST(# AS INTEGER)",
                "CAST(# AS REAL)",
            ])
            .replace('#', &own),
        (_, Kind::Text | Kind::Word | Kind::Any) => random
            .pick(&[
                "# || '+'",
                "upper(#)",
                "coalesce(#, 'none')",
                "CASE WHEN # IS NULL THEN 'n' ELSE # END",
                "typeof(#)",
            ])
            .replace('#', &own),
        (_, Kind::Org) => random.pick(&["# + 1", "3", "1", "#"]).replace('#', &own),
        _ => rows::literal(random, column),
    }
}

fn scalar(random: &mut Random, schema: &Schema, target: &Target<'_>) -> String {
    let other = schema.some(random);
    let (Some(org), Some(inner), Some(column)) =
        (target.table.org(), other.org(), random.one(&other.columns))
    else {
        return "7".to_owned();
    };
    let pick = random.pick(&["max", "min", "count"]);
    format!(
        "(SELECT {pick}(o.{}) FROM {} AS o WHERE o.{} = {})",
        quote(&column.name),
        quote(&other.name),
        quote(&inner.name),
        target.full(org)
    )
}
