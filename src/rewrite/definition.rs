//! What the grammar says about the text of a table or trigger: what it promises about the rows,
//! beyond their columns, and which writes fire it and follow.
//!
//! No PRAGMA tells CHECK, COLLATE or AUTOINCREMENT, so the text does. Names are folded.

use super::grammar::{dequoted, first_statement};
use super::key::{KeyTerm, bare};
use crate::scope::Op;
use crate::sql::ident;
use sqlite3_parser::ast::{
    ColumnConstraint, CreateTableBody, DeferSubclause, ForeignKeyClause, InitDeferredPred, Name,
    RefAct, RefArg, Set, SortedColumn, Stmt, TabFlags, TableConstraint, TriggerCmd, TriggerEvent,
    UpsertDo,
};
use std::collections::{BTreeMap, BTreeSet};

/// What a table promises.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Definition {
    /// the columns with the names of their types, in their order
    pub columns: Vec<(String, String)>,
    /// by computed column, its expression
    pub generated: BTreeMap<String, String>,
    /// STRICT
    pub strict: bool,
    /// WITHOUT ROWID
    pub without_rowid: bool,
    /// AUTOINCREMENT
    pub autoincrement: bool,
    /// what the primary key is over
    pub primary_key: Vec<KeyTerm>,
    /// what each UNIQUE is over
    pub unique: Vec<Vec<KeyTerm>>,
    /// the columns that are NOT NULL
    pub not_null: BTreeSet<String>,
    /// by column, its DEFAULT
    pub defaults: BTreeMap<String, String>,
    /// by column, its COLLATE
    pub collations: BTreeMap<String, String>,
    /// the expression of each CHECK
    pub checks: Vec<String>,
    /// each foreign key
    pub foreign_keys: Vec<Reference>,
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// its own columns
    pub columns: Vec<String>,
    /// the table that it refers to
    pub parent: String,
    /// the columns that it refers to, where it names them
    pub parent_columns: Vec<String>,
    /// what it says after ON DELETE
    pub on_delete: Option<&'static str>,
    /// what it says after ON UPDATE
    pub on_update: Option<&'static str>,
    /// whether it is checked when the transaction ends, where it says so
    pub deferred: Option<bool>,
}

fn word(action: RefAct) -> &'static str {
    match action {
        RefAct::SetNull => "SET NULL",
        RefAct::SetDefault => "SET DEFAULT",
        RefAct::Cascade => "CASCADE",
        RefAct::Restrict => "RESTRICT",
        RefAct::NoAction => "NO ACTION",
    }
}

fn is_deferred(deferral: &DeferSubclause) -> bool {
    deferral.deferrable && deferral.init_deferred == Some(InitDeferredPred::InitiallyDeferred)
}

/// Reads `CREATE TABLE …`; `None` where the grammar does not, or where it is no table of columns.
pub fn definition(sql: &str) -> Option<Definition> {
    let look = |statement: &Stmt<'_>| {
        let Stmt::CreateTable {
            body:
                CreateTableBody::ColumnsAndConstraints {
                    columns,
                    constraints,
                    flags,
                },
            ..
        } = statement
        else {
            return None;
        };
        let mut definition = Definition {
            strict: flags.contains(TabFlags::Strict),
            without_rowid: flags.contains(TabFlags::WithoutRowid),
            autoincrement: flags.contains(TabFlags::Autoincrement),
            ..Definition::default()
        };
        for column in columns {
            let of = column.col_type.as_ref().map_or("", |of| of.name);
            let name = folded(&column.col_name);
            definition.columns.push((name, ident::folded(of)));
            for named in column.constraints {
                definition.take_of_column(folded(&column.col_name), &named.constraint);
            }
        }
        for named in constraints.iter().flat_map(|all| all.iter()) {
            definition.take(&named.constraint);
        }
        Some(definition)
    };
    first_statement(sql, look).ok().flatten()
}

impl Definition {
    /// Whether a column is part of the primary key.
    pub fn is_in_key(&self, column: &str) -> bool {
        self.primary_key.iter().any(|term| term.what == column)
    }

    fn take_of_column(&mut self, column: String, constraint: &ColumnConstraint<'_>) {
        match constraint {
            ColumnConstraint::PrimaryKey { auto_increment, .. } => {
                self.primary_key = vec![KeyTerm::column(column)];
                self.autoincrement |= auto_increment;
            }
            ColumnConstraint::NotNull {
                nullable: false, ..
            } => self.not_null.extend([column]),
            ColumnConstraint::Unique(_) => self.unique.push(vec![KeyTerm::column(column)]),
            ColumnConstraint::Check(expr) => self.checks.push(bare(expr).to_string()),
            ColumnConstraint::Default(expr) => self.defaults.extend([(column, expr.to_string())]),
            ColumnConstraint::Collate { collation_name } => {
                self.collations.extend([(column, folded(collation_name))]);
            }
            ColumnConstraint::Generated { expr, .. } => {
                self.generated.extend([(column, bare(expr).to_string())]);
            }
            ColumnConstraint::ForeignKey {
                clause,
                defer_clause,
            } => self.refer(vec![column], clause, defer_clause.as_ref()),
            ColumnConstraint::Defer(deferral) => {
                if let Some(key) = self.foreign_keys.last_mut() {
                    key.deferred = Some(is_deferred(deferral));
                }
            }
            ColumnConstraint::NotNull { .. } => {}
        }
    }

    fn refer(
        &mut self,
        columns: Vec<String>,
        clause: &ForeignKeyClause<'_>,
        deferral: Option<&DeferSubclause>,
    ) {
        let (mut on_delete, mut on_update) = (None, None);
        for arg in clause.args {
            match arg {
                RefArg::OnDelete(action) => on_delete = Some(word(*action)),
                RefArg::OnUpdate(action) => on_update = Some(word(*action)),
                RefArg::OnInsert(_) | RefArg::Match(_) => {}
            }
        }
        let parent_columns = clause.columns.into_iter().flatten();
        self.foreign_keys.push(Reference {
            columns,
            parent: folded(&clause.tbl_name),
            parent_columns: parent_columns
                .map(|column| folded(&column.col_name))
                .collect(),
            on_delete,
            on_update,
            deferred: deferral.map(is_deferred),
        });
    }

    fn take(&mut self, constraint: &TableConstraint<'_>) {
        let sorted = |columns: &[SortedColumn<'_>]| columns.iter().map(KeyTerm::of).collect();
        match constraint {
            TableConstraint::PrimaryKey {
                columns,
                auto_increment,
                ..
            } => {
                self.primary_key = sorted(columns);
                self.autoincrement |= auto_increment;
            }
            TableConstraint::Unique { columns, .. } => self.unique.push(sorted(columns)),
            TableConstraint::Check(expr, _) => self.checks.push(bare(expr).to_string()),
            TableConstraint::ForeignKey {
                columns,
                clause,
                defer_clause,
            } => {
                let columns = columns.iter().map(|column| folded(&column.col_name));
                self.refer(columns.collect(), clause, defer_clause.as_ref());
            }
        }
    }
}

fn folded(name: &Name<'_>) -> String {
    ident::folded(&dequoted(name))
}

/// The outline of a trigger.
#[derive(Debug, PartialEq, Eq)]
pub struct TriggerOutline {
    /// what fires it
    pub event: Op,
    /// what its statements write, in their order
    pub writes: Vec<(Op, String)>,
    /// the columns that they set in rows which are there, each with its table
    pub sets: Vec<(String, String)>,
}

/// Reads `CREATE TRIGGER …`; `None` where the grammar does not.
pub fn trigger(sql: &str) -> Option<TriggerOutline> {
    let look = |statement: &Stmt<'_>| {
        let Stmt::CreateTrigger {
            event, commands, ..
        } = statement
        else {
            return None;
        };
        let event = match event {
            TriggerEvent::Delete => Op::Delete,
            TriggerEvent::Insert => Op::Insert,
            TriggerEvent::Update | TriggerEvent::UpdateOf(_) => Op::Update,
        };
        Some(TriggerOutline {
            event,
            writes: commands.iter().filter_map(write).collect(),
            sets: commands.iter().flat_map(sets).collect(),
        })
    };
    first_statement(sql, look).ok().flatten()
}

/// The columns that a command sets in rows which are there, each with the table.
fn sets(command: &TriggerCmd<'_>) -> Vec<(String, String)> {
    let mut all: Vec<&[Set<'_>]> = Vec::new();
    let table = match command {
        TriggerCmd::Update { tbl_name, sets, .. } => {
            all.push(sets);
            tbl_name
        }
        TriggerCmd::Insert {
            tbl_name, upsert, ..
        } => {
            let mut next = *upsert;
            while let Some(upsert) = next {
                if let UpsertDo::Set { sets, .. } = &upsert.do_clause {
                    all.push(sets);
                }
                next = upsert.next;
            }
            tbl_name
        }
        TriggerCmd::Delete { .. } | TriggerCmd::Select(_) => return Vec::new(),
    };
    let names = all
        .into_iter()
        .flatten()
        .flat_map(|set| set.col_names.iter());
    names
        .map(|column| (dequoted(&table.name), dequoted(column)))
        .collect()
}

fn write(command: &TriggerCmd<'_>) -> Option<(Op, String)> {
    let (op, name) = match command {
        TriggerCmd::Update { tbl_name, .. } => (Op::Update, tbl_name),
        TriggerCmd::Insert { tbl_name, .. } => (Op::Insert, tbl_name),
        TriggerCmd::Delete { tbl_name, .. } => (Op::Delete, tbl_name),
        TriggerCmd::Select(_) => return None,
    };
    Some((op, dequoted(&name.name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_promises_of_a_table_are_read() {
        let sql = "CREATE TABLE \"T\"(Id INTEGER PRIMARY KEY AUTOINCREMENT, [a b] TEXT NOT \
            NULL DEFAULT 'x' COLLATE NOCASE UNIQUE, n INT CHECK (n > 0) REFERENCES P(id) ON \
            DELETE CASCADE, UNIQUE(n, \"a b\" COLLATE RTRIM), FOREIGN KEY (n, Id) REFERENCES \
            Q(x, y) ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED, CHECK ((n < Id))) STRICT";
        let got = definition(sql).expect("it is a table");
        assert!(got.strict && got.autoincrement && !got.without_rowid);
        let collated = KeyTerm {
            collation: Some("rtrim".to_owned()),
            ..KeyTerm::column("a b".to_owned())
        };
        let column = |name: &str| KeyTerm::column(name.to_owned());
        assert_eq!(got.primary_key, [column("id")]);
        assert_eq!(
            got.unique,
            [vec![column("a b")], vec![column("n"), collated]]
        );
        assert_eq!(got.not_null, BTreeSet::from(["a b".to_owned()]));
        assert_eq!(got.defaults["a b"], "'x'");
        assert_eq!(got.collations["a b"], "nocase");
        assert_eq!(got.checks, ["n > 0", "n < Id"]);
        let named = |columns: &[&str]| columns.iter().map(|c| (*c).to_owned()).collect();
        let key = |columns: &[&str], parent: &str, parent_columns: &[&str]| Reference {
            columns: named(columns),
            parent: parent.to_owned(),
            parent_columns: named(parent_columns),
            on_delete: None,
            on_update: None,
            deferred: None,
        };
        let p = Reference {
            on_delete: Some("CASCADE"),
            ..key(&["n"], "p", &["id"])
        };
        assert_eq!(
            got.foreign_keys,
            [
                p,
                Reference {
                    on_update: Some("SET NULL"),
                    deferred: Some(true),
                    ..key(&["n", "id"], "q", &["x", "y"])
                }
            ]
        );
        let got = definition("CREATE TABLE t(a, b, PRIMARY KEY(b, a)) WITHOUT ROWID")
            .expect("it is a table");
        assert!(got.without_rowid && got.primary_key == ["b", "a"].map(column));
        assert_eq!(definition("CREATE VIEW v AS SELECT 1"), None);
    }

    #[test]
    fn the_writes_of_a_body_are_read() {
        let sql = "CREATE TRIGGER begin AFTER UPDATE OF x ON t BEGIN SELECT 1; INSERT OR \
            REPLACE INTO [u v] VALUES (new.x); DELETE FROM w; UPDATE t SET a = 1, (b, \"C\") = \
            (2, 3); INSERT INTO t(a) VALUES (1) ON CONFLICT(a) DO UPDATE SET d = 1; END";
        let owned = |name: &str| name.to_owned();
        let writes = vec![
            (Op::Insert, owned("u v")),
            (Op::Delete, owned("w")),
            (Op::Update, owned("t")),
            (Op::Insert, owned("t")),
        ];
        let sets = ["a", "b", "C", "d"].map(|column| (owned("t"), owned(column)));
        assert_eq!(
            trigger(sql),
            Some(TriggerOutline {
                event: Op::Update,
                writes,
                sets: sets.to_vec(),
            })
        );
        assert_eq!(trigger("CREATE TABLE t(x)"), None);
    }
}
