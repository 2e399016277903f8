//! Generated tables: the model of them that statements are made from, and their text.

use super::random::Random;
use super::rows;
use super::{ddl, keys, objects};

/// What a database holds, and during a migration, what it should hold by then.
#[derive(Clone)]
pub(super) struct Schema {
    pub(super) tables: Vec<Table>,
    pub(super) views: Vec<View>,
    /// names of indexes with the table that they are on, and the first column where they can be
    /// hinted
    pub(super) indexes: Vec<(String, String, Option<String>)>,
    pub(super) triggers: Vec<(String, String)>,
    /// whether triggers may fire each other in a circle, which only ends while triggers are not
    /// recursive
    pub(super) cyclic: bool,
    fresh: u64,
}

/// One view, of rows of one table.
#[derive(Clone)]
pub(super) struct View {
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
    /// whether INSTEAD OF triggers make it writable
    pub(super) writable: bool,
}

/// What the primary key is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Alias,
    Auto,
    Composite,
    Word,
    Nullable,
    Keyless,
}

#[derive(Clone)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
    /// names of the primary key's columns
    pub(super) key: Vec<String>,
    pub(super) shape: Shape,
    pub(super) without_rowid: bool,
    pub(super) strict: bool,
    pub(super) constraints: Vec<String>,
}

/// What values a column is given.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Org,
    Rowid,
    Id,
    Word,
    Ref,
    Text,
    Int,
    Real,
    Blob,
    Any,
    Computed,
}

#[derive(Clone)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) declared: &'static str,
    pub(super) rules: String,
    pub(super) kind: Kind,
    pub(super) nullable: bool,
    /// whether something else names it, so that it cannot be dropped
    pub(super) pinned: bool,
}

const TABLES: [&str; 15] = [
    "note", "item", "Tag", "kv", "child", "order", "a b", "it's", "quo\"te", "größe", "select",
    "x.y", "t-1", "日本", "old",
];
const COLUMNS: [&str; 16] = [
    "body",
    "n",
    "group",
    "A b",
    "x\"y",
    "ünï",
    "rowid",
    "oid",
    "body before",
    "val'ue",
    "b;c",
    "from",
    "v",
    "w",
    "column1",
    "set",
];

/// A name as SQL can always take it.
pub(super) fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A name in one of the ways in which people write it.
pub(super) fn spell(random: &mut Random, name: &str) -> String {
    let keyword = ["order", "select", "group", "from", "set"].contains(&name);
    let plain = !keyword
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && !name.starts_with(|c: char| c.is_ascii_digit());
    match random.below(8) {
        0..=4 if plain => name.to_owned(),
        5 if plain => name.to_ascii_uppercase(),
        6 if !name.contains(['`', ']']) => format!("`{name}`"),
        7 if !name.contains([']', '[']) => format!("[{name}]"),
        _ => quote(name),
    }
}

/// `"a", "b"`
pub(super) fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(quote).collect::<Vec<_>>().join(", ")
}

impl Schema {
    pub(super) fn generate(random: &mut Random) -> (Self, String) {
        let mut schema = Self {
            tables: Vec::new(),
            views: Vec::new(),
            indexes: Vec::new(),
            triggers: Vec::new(),
            cyclic: random.chance(20),
            fresh: 0,
        };
        for _ in 0..2 + random.below(4) {
            let table = table(random, &schema.tables);
            schema.tables.push(table);
        }
        let encoding = random.weighted(&[(10, "UTF-8"), (1, "UTF-16le"), (1, "UTF-16be")]);
        let journal = random.weighted(&[(8, "DELETE"), (1, "WAL")]);
        let mut seed = vec![
            format!("PRAGMA encoding = '{encoding}'"),
            format!("PRAGMA journal_mode = {journal}"),
        ];
        seed.push("PRAGMA foreign_keys = OFF".to_owned());
        seed.extend(schema.tables.iter().map(|t| t.create(&t.name)));
        seed.extend(objects::indexes(random, &mut schema));
        seed.extend(
            schema
                .tables
                .iter()
                .flat_map(|t| rows::fill(random, t))
                .collect::<Vec<_>>(),
        );
        // Records that are shorter than their rows. The rowid's own names cannot be added.
        for table in &mut schema.tables {
            if !random.chance(25) || table.strict {
                continue;
            }
            let mut longer = table.clone();
            let steps = ddl::add_column(random, &mut longer);
            if longer
                .columns
                .last()
                .is_some_and(|column| !["rowid", "oid"].contains(&column.name.as_str()))
            {
                seed.extend(steps.into_iter().take(1).map(|step| step.sql));
                *table = longer;
            }
        }
        seed.extend(objects::views_and_triggers(random, &mut schema));
        (schema, seed.join(";\n") + ";\n")
    }

    /// A name that nothing has.
    pub(super) fn fresh(&mut self, stem: &str) -> String {
        self.fresh += 1;
        format!("{stem}{}", self.fresh)
    }

    pub(super) fn some(&self, random: &mut Random) -> &Table {
        random
            .one(&self.tables)
            .expect("a migration leaves a table")
    }

    /// Forgets a table and what goes with it.
    pub(super) fn forget(&mut self, name: &str) {
        self.tables.retain(|t| t.name != name);
        self.indexes.retain(|(_, table, _)| table != name);
        self.triggers.retain(|(_, table)| table != name);
    }
}

impl Table {
    /// Its `CREATE TABLE` under some name.
    pub(super) fn create(&self, name: &str) -> String {
        let mut parts: Vec<String> = self.columns.iter().map(Column::definition).collect();
        parts.extend(self.constraints.iter().cloned());
        let tail = match (self.without_rowid, self.strict) {
            (true, true) => " STRICT, WITHOUT ROWID",
            (true, false) => " WITHOUT ROWID",
            (false, true) => " STRICT",
            (false, false) => "",
        };
        format!("CREATE TABLE {}({}){tail}", quote(name), parts.join(", "))
    }

    /// The columns that a statement may set.
    pub(super) fn settable(&self) -> Vec<&Column> {
        self.columns
            .iter()
            .filter(|c| c.kind != Kind::Computed)
            .collect()
    }

    pub(super) fn org(&self) -> Option<&Column> {
        self.columns.iter().find(|c| c.kind == Kind::Org)
    }

    pub(super) fn is_key(&self, column: &Column) -> bool {
        self.key.contains(&column.name)
    }

    /// A name that reaches the rowid.
    pub(super) fn rowid(&self) -> Option<&'static str> {
        let hidden = |alias: &&str| {
            self.columns
                .iter()
                .any(|c| c.name.eq_ignore_ascii_case(alias))
        };
        if self.without_rowid {
            None
        } else {
            ["rowid", "_rowid_", "oid"]
                .into_iter()
                .find(|alias| !hidden(alias))
        }
    }
}

impl Column {
    pub(super) fn new(name: &str, declared: &'static str, kind: Kind) -> Self {
        Self {
            name: name.to_owned(),
            declared,
            rules: String::new(),
            kind,
            nullable: true,
            pinned: false,
        }
    }

    pub(super) fn rule(mut self, rule: &str) -> Self {
        self.rules.push(' ');
        self.rules.push_str(rule);
        self
    }

    pub(super) fn not_null(mut self) -> Self {
        self.nullable = false;
        self.rule("NOT NULL")
    }

    pub(super) fn definition(&self) -> String {
        let space = if self.declared.is_empty() { "" } else { " " };
        format!(
            "{}{space}{}{}",
            quote(&self.name),
            self.declared,
            self.rules
        )
    }
}

/// One of `pool` that is not taken, whatever its case.
fn free(random: &mut Random, pool: &[&'static str], taken: impl Fn(&str) -> bool) -> &'static str {
    let left: Vec<&'static str> = pool.iter().copied().filter(|name| !taken(name)).collect();
    left[random.index(left.len())]
}

fn table(random: &mut Random, earlier: &[Table]) -> Table {
    let name = free(random, &TABLES, |name| {
        earlier.iter().any(|t| t.name == name)
    });
    let shapes = [
        (4, Shape::Alias),
        (2, Shape::Auto),
        (5, Shape::Composite),
        (3, Shape::Word),
        (2, Shape::Nullable),
        (3, Shape::Keyless),
    ];
    let shape = random.weighted(&shapes);
    let strict = random.chance(15);
    let can_lack = matches!(shape, Shape::Alias | Shape::Composite | Shape::Word);
    let without_rowid = can_lack && random.chance(35);
    let columns = Vec::new();
    let mut table = Table {
        name: name.to_owned(),
        columns,
        key: Vec::new(),
        shape,
        without_rowid,
        strict,
        constraints: Vec::new(),
    };
    keys::add(random, &mut table);
    for _ in 0..=random.below(4) {
        let column = payload(random, &table);
        table.columns.push(column);
    }
    keys::rules(random, &mut table);
    if random.chance(50) {
        keys::foreign(random, &mut table, earlier);
    }
    table
}

/// A column without a part in the key.
pub(super) fn payload(random: &mut Random, table: &Table) -> Column {
    let name = free(random, &COLUMNS, |name| {
        table
            .columns
            .iter()
            .any(|c| c.name.eq_ignore_ascii_case(name))
    });
    let kinds: [(u64, (Kind, &[&'static str])); 5] = [
        (
            3,
            (Kind::Text, &["TEXT", "VARCHAR(20)", "TEXT COLLATE NOCASE"]),
        ),
        (3, (Kind::Int, &["INTEGER", "INT", "BOOLEAN", "NUMERIC"])),
        (2, (Kind::Real, &["REAL", "DOUBLE"])),
        (1, (Kind::Blob, &["BLOB"])),
        (3, (Kind::Any, &["", "BLOB", "NUMERIC", "ANY"])),
    ];
    let (kind, types) = random.weighted(&kinds);
    let declared = match (table.strict, kind) {
        (true, Kind::Any) => "ANY",
        (true, _) => types[0],
        (false, _) => random.pick(types),
    };
    Column::new(name, declared, kind)
}
