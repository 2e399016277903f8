//! What a statement adds to the schema, by the grammar. Knows no schema: whether it did so, the
//! catalogs say.

use super::grammar::{dequoted, first_statement, read};
use crate::migration::ObjectType;
use sqlite3_parser::ast::{
    AlterTableBody, ColumnConstraint, ColumnDefinition, CreateTableBody, Expr, Literal, Stmt,
};

/// A statement that only adds to the schema, or does nothing to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Addition {
    /// it begins, ends or marks a transaction, or reads
    Nothing,
    /// it makes an object
    Object {
        /// its type
        of: ObjectType,
        /// its name
        name: String,
        /// whether it is a UNIQUE index
        is_unique: bool,
        /// whether it is a virtual table
        is_virtual: bool,
    },
    /// it makes a column
    Column {
        /// the table
        table: String,
        /// the column
        name: String,
        /// whether nothing about it bears on rows but a constant as its default
        is_plain: bool,
    },
}

/// What a statement adds; `None` where it does anything else, or the grammar does not read it.
pub fn addition(sql: &str) -> Option<Addition> {
    read(sql).ok()?;
    first_statement(sql, look).ok().flatten()
}

fn look(statement: &Stmt<'_>) -> Option<Addition> {
    let object = |of, name| Addition::Object {
        of,
        name,
        is_unique: false,
        is_virtual: false,
    };
    Some(match statement {
        Stmt::Begin(..)
        | Stmt::Commit(_)
        | Stmt::Savepoint(_)
        | Stmt::Release(_)
        | Stmt::Select(_) => Addition::Nothing,
        Stmt::CreateTable {
            temporary: false,
            tbl_name,
            body: CreateTableBody::ColumnsAndConstraints { .. },
            ..
        } => object(ObjectType::Table, dequoted(&tbl_name.name)),
        Stmt::CreateVirtualTable { tbl_name, .. } => Addition::Object {
            of: ObjectType::Table,
            name: dequoted(&tbl_name.name),
            is_unique: false,
            is_virtual: true,
        },
        Stmt::CreateIndex {
            unique, idx_name, ..
        } => Addition::Object {
            of: ObjectType::Index,
            name: dequoted(&idx_name.name),
            is_unique: *unique,
            is_virtual: false,
        },
        Stmt::CreateView {
            temporary: false,
            view_name,
            ..
        } => object(ObjectType::View, dequoted(&view_name.name)),
        Stmt::CreateTrigger {
            temporary: false,
            trigger_name,
            ..
        } => object(ObjectType::Trigger, dequoted(&trigger_name.name)),
        Stmt::AlterTable(table, AlterTableBody::AddColumn(column)) => Addition::Column {
            table: dequoted(&table.name),
            name: dequoted(&column.col_name),
            is_plain: is_plain(column),
        },
        _ => return None,
    })
}

fn is_plain(column: &ColumnDefinition<'_>) -> bool {
    let mut constraints = column.constraints.iter();
    constraints.all(|named| match &named.constraint {
        ColumnConstraint::NotNull { .. } | ColumnConstraint::Collate { .. } => true,
        ColumnConstraint::Default(value) => is_constant(value),
        _ => false,
    })
}

/// Whether a default is a constant by its text alone: not a time, and not computed.
fn is_constant(value: &Expr<'_>) -> bool {
    match value {
        Expr::Literal(literal) => !matches!(
            literal,
            Literal::CurrentDate | Literal::CurrentTime | Literal::CurrentTimestamp
        ),
        // A bare word is a string as a default.
        Expr::Id(_) | Expr::Name(_) => true,
        Expr::Unary(_, inner) => matches!(inner, Expr::Literal(Literal::Numeric(_))),
        Expr::Parenthesized(inner) => matches!(&inner[..], [only] if is_constant(only)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_plain_whose_default_is_a_constant() {
        let is_plain = |column: &str| {
            let sql = format!("ALTER TABLE main.t ADD COLUMN {column}");
            match addition(&sql) {
                Some(Addition::Column { is_plain, .. }) => Some(is_plain),
                other => {
                    assert_eq!(other, None, "{sql}");
                    None
                }
            }
        };
        for column in [
            "a",
            "a TEXT",
            "a TEXT NOT NULL DEFAULT ''",
            "a INT DEFAULT -1",
            "a INT DEFAULT (-1)",
            "a TEXT DEFAULT NULL COLLATE NOCASE",
            "a TEXT DEFAULT new",
            "a TEXT DEFAULT \"new\"",
            "a BLOB DEFAULT x'00'",
            "a INT DEFAULT TRUE",
        ] {
            assert_eq!(is_plain(column), Some(true), "{column}");
        }
        for column in [
            "a INT CHECK (a > 0)",
            "a INT REFERENCES p(id)",
            "a INT AS (b + 1)",
            "a INT GENERATED ALWAYS AS (b + 1) VIRTUAL",
            "a TEXT DEFAULT CURRENT_TIMESTAMP",
            "a TEXT DEFAULT (CURRENT_DATE)",
            "a INT DEFAULT (random())",
            "a INT DEFAULT (1 + 1)",
            "a INT UNIQUE",
        ] {
            assert_eq!(is_plain(column), Some(false), "{column}");
        }
    }

    #[test]
    fn whatever_does_more_is_no_addition() {
        for sql in [
            "CREATE TABLE t AS SELECT 1",
            "CREATE TEMP TABLE t(a)",
            "CREATE TEMP VIEW v AS SELECT 1",
            "CREATE TEMPORARY TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END",
            "ALTER TABLE t RENAME TO u",
            "ALTER TABLE t RENAME a TO b",
            "ALTER TABLE t DROP COLUMN a",
            "DROP VIEW v",
            "PRAGMA foreign_keys = OFF",
            "ATTACH 'a.db' AS a",
            "ROLLBACK",
            "ROLLBACK TO s",
            "INSERT INTO t VALUES (1)",
            "WITH a AS (SELECT 1) UPDATE t SET b = 1",
            "REINDEX",
            "ANALYZE",
            "VACUUM",
            "EXPLAIN SELECT 1",
            "SELECT 1; DROP TABLE t",
            "CREATE TABLE t(a INT,)",
        ] {
            assert_eq!(addition(sql), None, "{sql}");
        }
        assert_eq!(addition("COMMIT;"), Some(Addition::Nothing));
    }
}
