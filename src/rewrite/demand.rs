//! What ALTER TABLE asks of the rows that are there, so that it can fail where there are some
//! (<https://sqlite.org/lang_altertable.html>).

use super::grammar::first_statement;
use super::key::bare;
use sqlite3_parser::ast::{AlterTableBody, ColFlags, ColumnConstraint, Expr, Literal, Stmt};

/// What ALTER TABLE may fail by where there are rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowDemand {
    /// every row fails it
    Never(&'static str),
    /// every row fails it, if foreign keys are on
    NeverWithKeys(&'static str),
    /// it depends on the rows
    Checked(&'static str),
}

/// What a statement asks of the rows of its table; nothing, if it is no ALTER TABLE. One that the
/// grammar does not read may ask anything.
pub fn demands(sql: &str) -> Vec<RowDemand> {
    let look = |statement: &Stmt<'_>| {
        let Stmt::AlterTable(_, body) = statement else {
            return Some(Vec::new());
        };
        Some(match body {
            AlterTableBody::AddColumn(column) => {
                let constraints = column.constraints.iter().map(|named| &named.constraint);
                let is_stored = column.flags.contains(ColFlags::STORED);
                of_column(&constraints.collect::<Vec<_>>(), is_stored)
            }
            AlterTableBody::SetColumnNotNull(..) => vec![RowDemand::Checked("NOT NULL")],
            AlterTableBody::AddConstraint(_) => vec![RowDemand::Checked("the constraint")],
            _ => Vec::new(),
        })
    };
    match first_statement(sql, look) {
        Ok(asked) => asked.unwrap_or_default(),
        Err(_) => vec![RowDemand::Checked("what it says")],
    }
}

fn of_column(constraints: &[&ColumnConstraint<'_>], is_stored: bool) -> Vec<RowDemand> {
    let default = constraints.iter().find_map(|it| match it {
        ColumnConstraint::Default(expr) => Some(bare(expr)),
        _ => None,
    });
    let is_null = matches!(default, None | Some(Expr::Literal(Literal::Null)));
    let is_computed = constraints
        .iter()
        .any(|it| matches!(it, ColumnConstraint::Generated { .. }));
    let of = |constraint: &&ColumnConstraint<'_>| match constraint {
        ColumnConstraint::NotNull {
            nullable: false, ..
        } if is_computed => Some(RowDemand::Checked("NOT NULL")),
        ColumnConstraint::NotNull {
            nullable: false, ..
        } if is_null => Some(RowDemand::Never("NOT NULL without a DEFAULT")),
        ColumnConstraint::ForeignKey { .. } if !is_null => {
            Some(RowDemand::NeverWithKeys("REFERENCES with a DEFAULT"))
        }
        ColumnConstraint::Default(expr) if !is_constant(expr) => {
            Some(RowDemand::Never("a DEFAULT that is not constant"))
        }
        ColumnConstraint::Check(_) => Some(RowDemand::Checked("CHECK")),
        _ => None,
    };
    let stored = is_stored.then_some(RowDemand::Never("a STORED column"));
    constraints.iter().filter_map(of).chain(stored).collect()
}

/// Whether the engine takes a DEFAULT for a constant.
fn is_constant(expr: &Expr<'_>) -> bool {
    match bare(expr) {
        Expr::Literal(literal) => !matches!(
            literal,
            Literal::CurrentDate | Literal::CurrentTime | Literal::CurrentTimestamp
        ),
        Expr::Unary(_, inner) => is_constant(inner),
        Expr::Cast { expr, .. } => is_constant(expr),
        // A bare word is a string, or TRUE and FALSE.
        Expr::Id(_) | Expr::Name(_) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::Connection;

    /// Columns, and whether the engine adds them without and with a row.
    const COLUMNS: [(&str, bool); 22] = [
        ("c", true),
        ("c NOT NULL", false),
        ("c NOT NULL DEFAULT NULL", false),
        ("c NOT NULL DEFAULT 1", true),
        ("c NOT NULL DEFAULT (- +1)", true),
        ("c DEFAULT 'x'", true),
        ("c DEFAULT x", true),
        ("c DEFAULT true", true),
        ("c DEFAULT (NULL)", true),
        ("c DEFAULT (CAST('1' AS INT))", true),
        ("c DEFAULT x'00'", true),
        ("c DEFAULT CURRENT_DATE", false),
        ("c DEFAULT CURRENT_TIMESTAMP NOT NULL", false),
        ("c DEFAULT (1 + 1)", false),
        ("c DEFAULT (datetime('now'))", false),
        ("c REFERENCES t(a)", true),
        ("c REFERENCES t(a) DEFAULT NULL", true),
        ("c REFERENCES t(a) DEFAULT 1", false),
        ("c AS (a * 2)", true),
        ("c AS (a * 2) STORED", false),
        ("c CHECK (c > 1) DEFAULT 1", false),
        ("c AS (nullif(a, 1)) NOT NULL", false),
    ];

    #[test]
    fn what_it_asks_is_what_the_engine_refuses_where_there_is_a_row() {
        let runs = |seed: &str, column: &str| {
            let conn = Connection::open_in_memory().expect("opens");
            let sql = format!("PRAGMA foreign_keys = ON; CREATE TABLE t(a); {seed}");
            conn.execute_batch(&sql).expect("runs");
            conn.execute_batch(&format!("ALTER TABLE t ADD COLUMN {column}"))
                .is_ok()
        };
        for (column, with_row) in COLUMNS {
            assert!(runs("", column), "{column}");
            assert_eq!(
                runs("INSERT INTO t VALUES (1);", column),
                with_row,
                "{column}"
            );
            let asked = demands(&format!("ALTER TABLE t ADD COLUMN {column}"));
            assert_eq!(asked.is_empty(), with_row, "{column}: {asked:?}");
        }
        for nothing in ["DROP COLUMN c", "RENAME TO u", "RENAME a TO b"] {
            assert!(demands(&format!("ALTER TABLE t {nothing}")).is_empty());
        }
        let set = demands("ALTER TABLE t ALTER COLUMN a SET NOT NULL");
        assert_eq!(set, [RowDemand::Checked("NOT NULL")]);
    }
}
