//! The keys, defaults, checks and references of a generated table.

use super::known;
use super::random::Random;
use super::rows;
use super::schema::{Column, Kind, Shape, Table, list, quote};

/// The tenant column and the key's.
pub(super) fn add(random: &mut Random, table: &mut Table) {
    let declared = if table.strict {
        "INTEGER"
    } else {
        random.pick(&["INTEGER", "INTEGER", "INTEGER", "", "TEXT", "NUMERIC"])
    };
    let mut org = Column::new(
        random.pick(&["org", "org", "org", "Org", "ORG"]),
        declared,
        Kind::Org,
    );
    if random.chance(35) || (table.without_rowid && table.shape != Shape::Alias) {
        org = org.not_null();
    }
    let id = id(random, table);
    match table.shape {
        Shape::Composite => compose(random, table, org, id),
        Shape::Nullable if random.chance(50) => {
            org.nullable = !org.rules.contains("NOT NULL");
            compose(random, table, org, id);
        }
        Shape::Word if random.chance(50) => compose(random, table, org, id),
        Shape::Nullable | Shape::Word | Shape::Alias => single(table, org, id.rule("PRIMARY KEY")),
        Shape::Auto => single(table, org, id.rule("PRIMARY KEY AUTOINCREMENT")),
        Shape::Keyless => table.columns.push(org),
    }
}

fn id(random: &mut Random, table: &Table) -> Column {
    let name = random.pick(&["id", "id", "Id", "key", "rowid", "it's id"]);
    match table.shape {
        Shape::Alias | Shape::Auto => Column::new(name, "INTEGER", Kind::Rowid),
        Shape::Word => {
            let declared = if random.chance(50) {
                "TEXT COLLATE NOCASE"
            } else {
                "TEXT"
            };
            let column = Column::new("k", declared, Kind::Word);
            if random.chance(50) || table.without_rowid {
                column.not_null()
            } else {
                column
            }
        }
        Shape::Composite if random.chance(80) || table.without_rowid => {
            Column::new(name, "INTEGER", Kind::Id).not_null()
        }
        _ => Column::new(
            name,
            if table.strict {
                "INT"
            } else {
                random.pick(&["INT", "", "NUMERIC"])
            },
            Kind::Id,
        ),
    }
}

fn single(table: &mut Table, org: Column, id: Column) {
    table.key = vec![id.name.clone()];
    table.columns.extend([id, org]);
}

fn compose(random: &mut Random, table: &mut Table, org: Column, id: Column) {
    table.key = if random.chance(75) {
        vec![org.name.clone(), id.name.clone()]
    } else {
        vec![id.name.clone(), org.name.clone()]
    };
    let mut parts: Vec<String> = table.key.iter().map(|name| quote(name)).collect();
    if random.chance(15) {
        parts[1].push_str(" DESC");
    }
    let conflict = conflict(random);
    table
        .constraints
        .push(format!("PRIMARY KEY({}){conflict}", parts.join(", ")));
    if random.chance(50) {
        table.columns.extend([org, id]);
    } else {
        table.columns.extend([id, org]);
    }
}

/// What a constraint does where a statement does not say.
fn conflict(random: &mut Random) -> &'static str {
    let rule = random.weighted(&[
        (9, ""),
        (1, " ON CONFLICT REPLACE"),
        (1, " ON CONFLICT IGNORE"),
        (1, " ON CONFLICT FAIL"),
        (1, " ON CONFLICT ROLLBACK"),
    ]);
    if known::left_out("on conflict in a constraint") {
        ""
    } else {
        rule
    }
}

/// UNIQUE, NOT NULL, CHECK, DEFAULT and generated columns.
pub(super) fn rules(random: &mut Random, table: &mut Table) {
    let strict = table.strict;
    let keyed = table.key.clone();
    for column in table
        .columns
        .iter_mut()
        .filter(|c| !keyed.contains(&c.name) && c.kind != Kind::Org)
    {
        let default = if random.chance(30) {
            Some(rows::literal(random, column))
        } else {
            None
        };
        let name = quote(&column.name);
        match random.below(20) {
            0 => {
                *column = column
                    .clone()
                    .not_null()
                    .rule(&format!("DEFAULT {}", rows::plain(random, column.kind)));
            }
            1 => {
                *column = column
                    .clone()
                    .rule(&format!("CHECK({name} IS NULL OR {name} IS NOT 13)"));
            }
            2 => *column = column.clone().rule(&format!("CHECK(length({name}) < 40)")),
            3 => {
                let conflict = conflict(random);
                *column = column.clone().rule(&format!("UNIQUE{conflict}"));
                column.pinned = true;
            }
            _ => {
                if let Some(default) = default {
                    *column = column.clone().rule(&format!("DEFAULT ({default})"));
                }
            }
        }
    }
    if random.chance(25) {
        computed(random, table, strict);
    }
    if random.chance(10) {
        unique_with_org(table);
    }
}

fn computed(random: &mut Random, table: &mut Table, strict: bool) {
    let Some(source) = table.columns.last_mut() else {
        return;
    };
    source.pinned = true;
    let from = quote(&source.name);
    let expression = match random.below(4) {
        0 => format!("typeof({from})"),
        1 => format!("coalesce({from}, '') || '!'"),
        2 => format!("upper({from})"),
        _ => format!("CASE WHEN {from} IS NULL THEN 'none' ELSE 'some' END"),
    };
    let declared = if strict {
        "TEXT"
    } else {
        random.pick(&["TEXT", "", "BLOB"])
    };
    let stored = random.pick(&["VIRTUAL", "STORED", ""]);
    let column = Column::new("computed", declared, Kind::Computed)
        .rule(&format!("GENERATED ALWAYS AS ({expression}) {stored}"));
    if random.chance(50) {
        table.columns.push(column);
    } else {
        table.columns.insert(1, column);
    }
}

fn unique_with_org(table: &mut Table) {
    let Some(org) = table.org().map(|c| c.name.clone()) else {
        return;
    };
    let keyed = table.key.clone();
    let Some(other) = table
        .columns
        .iter_mut()
        .find(|c| c.kind == Kind::Int && !keyed.contains(&c.name))
    else {
        return;
    };
    other.pinned = true;
    let constraint = format!("UNIQUE({}, {})", quote(&org), quote(&other.name));
    table.constraints.push(constraint);
}

/// A reference to a table made before, or to itself.
pub(super) fn foreign(random: &mut Random, table: &mut Table, earlier: &[Table]) {
    let own = table.clone();
    let parents: Vec<&Table> = earlier
        .iter()
        .chain([&own])
        .filter(|t| !t.key.is_empty())
        .collect();
    let Some(parent) = random.one(&parents) else {
        return;
    };
    let Some(id) = parent
        .columns
        .iter()
        .find(|c| parent.is_key(c) && c.kind != Kind::Org)
    else {
        return;
    };
    let Some(org) = table.org().map(|c| c.name.clone()) else {
        return;
    };
    let kind = if id.kind == Kind::Word {
        Kind::Word
    } else {
        Kind::Ref
    };
    let declared = if id.kind == Kind::Word {
        "TEXT"
    } else {
        "INTEGER"
    };
    let mut column = Column::new("up", declared, kind);
    column.pinned = true;
    if random.chance(25) {
        column = column.rule(if kind == Kind::Word {
            "DEFAULT 'a'"
        } else {
            "DEFAULT 1"
        });
    }
    let is_org = |name: &String| {
        parent
            .columns
            .iter()
            .any(|c| c.name == *name && c.kind == Kind::Org)
    };
    let children: Vec<&str> = parent
        .key
        .iter()
        .map(|name| if is_org(name) { org.as_str() } else { "up" })
        .collect();
    let actions = [
        "CASCADE",
        "CASCADE",
        "SET NULL",
        "SET DEFAULT",
        "RESTRICT",
        "NO ACTION",
    ];
    let (delete, update) = (random.pick(&actions), random.pick(&actions));
    let deferred = if random.chance(30) {
        " DEFERRABLE INITIALLY DEFERRED"
    } else {
        ""
    };
    table.constraints.push(format!(
        "FOREIGN KEY({}) REFERENCES {}({}) ON DELETE {delete} ON UPDATE {update}{deferred}",
        list(children),
        quote(&parent.name),
        list(parent.key.iter().map(String::as_str)),
    ));
    table.columns.push(column);
}
