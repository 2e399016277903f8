//! Generated rebuilds: a table replaced by a copy of itself, in the shapes in which migrations do
//! it.

use super::migration::Step;
use super::random::Random;
use super::schema::{self, Kind, Schema, Table, quote};
use super::writes::plain_condition;

/// The statements of one rebuild; others may come between them.
pub(super) fn rebuild(random: &mut Random, schema: &mut Schema) -> Vec<Step> {
    let old = schema.some(random).clone();
    let new = reshaped(random, &old);
    let condition = if random.chance(30) {
        format!(" WHERE {}", plain_condition(random, schema, &old))
    } else {
        String::new()
    };
    let kept: Vec<&str> = new
        .settable()
        .into_iter()
        .map(|c| c.name.as_str())
        .filter(|name| old.settable().iter().any(|c| c.name == *name))
        .collect();
    let copy = |to: &str, from: &str| {
        let names = schema::list(kept.iter().copied());
        format!(
            "INSERT INTO {}({names}) SELECT {names} FROM {}{condition}",
            quote(to),
            quote(from)
        )
    };
    let shadow = schema.fresh(random.pick(&["new ", "_copy", "__tmp__"]));
    let (name, tag) = (
        &old.name,
        random.pick(&[
            "new then renamed",
            "old renamed first",
            "through a backup",
            "from a query",
        ]),
    );
    let drop = |name: &str| format!("DROP TABLE {}", quote(name));
    let rename =
        |from: &str, to: &str| format!("ALTER TABLE {} RENAME TO {}", quote(from), quote(to));
    let statements = match tag {
        "new then renamed" => vec![
            new.create(&shadow),
            copy(&shadow, name),
            drop(name),
            rename(&shadow, name),
        ],
        "old renamed first" => vec![
            rename(name, &shadow),
            new.create(name),
            copy(name, &shadow),
            drop(&shadow),
        ],
        "through a backup" => {
            let temporary = random.pick(&["", "TEMP "]);
            let backup = format!(
                "CREATE {temporary}TABLE {} AS SELECT * FROM {}",
                quote(&shadow),
                quote(name)
            );
            vec![
                backup,
                drop(name),
                new.create(name),
                copy(name, &shadow),
                drop(&shadow),
            ]
        }
        _ => {
            vec![
                format!(
                    "CREATE TABLE {} AS SELECT * FROM {}{condition}",
                    quote(&shadow),
                    quote(name)
                ),
                drop(name),
                rename(&shadow, name),
            ]
        }
    };
    let mut steps: Vec<Step> = statements
        .into_iter()
        .map(|sql| Step::new(sql, tag))
        .collect();
    if !(schema.views.is_empty() && schema.triggers.is_empty()) && random.chance(60) {
        steps.insert(
            0,
            Step::new(
                "PRAGMA legacy_alter_table = ON".to_owned(),
                "pragma legacy_alter_table",
            ),
        );
    }
    schema.forget(&old.name);
    schema.tables.push(if tag == "from a query" {
        unruled(&old)
    } else {
        new
    });
    steps
}

/// The same table, or one with a column more or less.
fn reshaped(random: &mut Random, old: &Table) -> Table {
    let mut new = old.clone();
    match random.below(6) {
        0 => {
            let column = schema::payload(random, old).rule(random.pick(&[
                "DEFAULT 5",
                "DEFAULT 'd'",
                "",
                "DEFAULT NULL",
            ]));
            new.columns.push(column);
        }
        1 => {
            let free = |c: &schema::Column| !c.pinned && !old.is_key(c) && c.kind != Kind::Org;
            let place = new.columns.iter().position(free);
            place.map(|at| new.columns.remove(at));
        }
        2 if !old.without_rowid => new.columns.rotate_left(1),
        _ => {}
    }
    new
}

/// What `CREATE TABLE … AS` leaves of a table.
fn unruled(old: &Table) -> Table {
    let mut new = old.clone();
    new.key.clear();
    new.constraints.clear();
    (new.without_rowid, new.strict, new.shape) = (false, false, schema::Shape::Keyless);
    for column in &mut new.columns {
        column.rules.clear();
        column.nullable = true;
        if column.kind == Kind::Computed {
            column.kind = Kind::Text;
        }
    }
    new
}
