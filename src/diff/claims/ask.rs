//! Asking about every claim of a scope, one table and operation after the other.

use super::shown::Shown;
use super::{Asking, ClaimAnswers, ClaimError};
use crate::diff::columns::TablePair;
use crate::diff::table;
use crate::diff::written_rows::WrittenRows;
use crate::rehearse::{QueryError, Rehearsal};
use crate::scope::{ExpectedScope, Op};
use std::collections::BTreeMap;

/// Asks both states about every claim of a scope.
///
/// # Errors
/// When a query of the author cannot be run.
pub(crate) fn answers(
    asking: &mut Asking<'_>,
    rehearsal: &Rehearsal,
    written: &BTreeMap<String, WrittenRows>,
    scope: &ExpectedScope,
) -> Result<Vec<ClaimAnswers>, Box<ClaimError>> {
    let (none, mut answers) = (WrittenRows::default(), Vec::new());
    for (folded, expected) in &scope.tables {
        for (op, claim) in &expected.claims {
            let on = ClaimedTable {
                tables: table::pair(rehearsal, folded),
                op: *op,
                written: written.get(folded).unwrap_or(&none),
            };
            let wrong = |key: &'static str, sql: &str, source: QueryError| {
                Box::new(ClaimError {
                    table: expected.table.clone(),
                    op: *op,
                    key,
                    sql: sql.to_owned(),
                    source,
                })
            };
            let reason = on.reason_against();
            let rows = claim.rows.as_deref().map(|sql| {
                let asked =
                    reason.map_or_else(|| on.rows(sql, asking), |it| Ok(Err(it.to_owned())));
                asked.map_err(|source| wrong("rows", sql, source))
            });
            let rows = rows.transpose()?;
            let each = claim.each.as_deref().map(|sql| {
                let asked =
                    reason.map_or_else(|| on.each(sql, asking), |it| Ok(Err(it.to_owned())));
                asked.map_err(|source| wrong("each", sql, source))
            });
            answers.push(ClaimAnswers {
                table: folded.clone(),
                op: *op,
                rows,
                each: each.transpose()?,
            });
        }
    }
    Ok(answers)
}

/// A table of which something is claimed for an operation.
#[derive(Clone, Copy)]
pub(super) struct ClaimedTable<'a> {
    pub(super) tables: TablePair<'a>,
    pub(super) op: Op,
    pub(super) written: &'a WrittenRows,
}

impl ClaimedTable<'_> {
    /// Why it is not known which of its rows were written.
    fn reason_against(self) -> Option<&'static str> {
        let here = match self.op {
            Op::Insert => self.tables.after,
            Op::Update | Op::Delete => self.tables.before,
        };
        match here {
            _ if self.written.lost.is_some() => self.written.lost,
            None if self.op == Op::Insert => Some("the table is not there after the migration"),
            None => Some("the table is not there before the migration"),
            Some(table) if !table.without_rowid && table.rowid_alias.is_none() => {
                Some("its columns hide its rowid")
            }
            Some(_) => None,
        }
    }

    pub(super) fn shown<'c>(self, asking: &'c Asking<'_>) -> Shown<'c>
    where
        Self: 'c,
    {
        Shown {
            tables: self.tables,
            op: self.op,
            before: asking.before,
            after: asking.after,
            clock: asking.clock,
        }
    }
}
