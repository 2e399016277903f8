//! Asking about every claim of a scope, one table and operation after the other.

use super::shown::Shown;
use super::{Asking, ClaimAnswers, ClaimError, EachAnswer, RowsAnswer};
use crate::diff::columns::TablePair;
use crate::diff::written_rows::WrittenRows;
use crate::diff::{Diff, table};
use crate::rehearse::{QueryError, Rehearsal};
use crate::scope::{Claim, ExpectedScope, Op};
use crate::sql::ident;

/// Asks both states about every claim of a scope.
///
/// # Errors
/// When a query of the author cannot be run.
pub(crate) fn answers(
    asking: &mut Asking<'_>,
    rehearsal: &Rehearsal,
    diff: &Diff,
    scope: &ExpectedScope,
) -> Result<Vec<ClaimAnswers>, Box<ClaimError>> {
    let (none, mut answers) = (WrittenRows::default(), Vec::new());
    for (folded, expected) in &scope.tables {
        for (op, claim) in &expected.claims {
            let tables = diff.changes.tables.iter();
            let mut changes = tables.filter(|(name, _)| ident::folded(name) == *folded);
            let on = ClaimedTable {
                tables: table::pair(rehearsal, folded),
                op: *op,
                written: diff.rows.get(folded).unwrap_or(&none),
                counted: changes.next().map_or(0, |(_, it)| it.changed().of(*op)),
            };
            let (rows, each) = on.answers(claim, asking).map_err(|(key, sql, source)| {
                Box::new(ClaimError {
                    table: expected.table.clone(),
                    op: *op,
                    key,
                    sql: sql.to_owned(),
                    source,
                })
            })?;
            let (table, op) = (folded.clone(), *op);
            answers.push(ClaimAnswers {
                table,
                op,
                rows,
                each,
            });
        }
    }
    Ok(answers)
}

/// The answer to a claim, where it is made; or why there is none.
type ClaimAnswer<T> = Option<Result<T, String>>;

/// What cannot be asked: its key, the query, and what is wrong.
type Unasked<'c> = (&'static str, &'c str, QueryError);

/// A table of which something is claimed for an operation.
#[derive(Clone, Copy)]
pub(super) struct ClaimedTable<'a> {
    pub(super) tables: TablePair<'a>,
    pub(super) op: Op,
    pub(super) written: &'a WrittenRows,
    /// how many rows the operation changed
    counted: u64,
}

impl ClaimedTable<'_> {
    fn answers<'c>(
        self,
        claim: &'c Claim,
        asking: &mut Asking<'_>,
    ) -> Result<(ClaimAnswer<RowsAnswer>, ClaimAnswer<EachAnswer>), Unasked<'c>> {
        let reason = self.reason_against().map(str::to_owned);
        let rows = claim.rows.as_deref().map(|sql| match &reason {
            Some(reason) => Ok(Err(reason.clone())),
            None => self.rows(sql, asking).map_err(|e| ("rows", sql, e)),
        });
        let each = claim.each.as_deref().map(|sql| match &reason {
            Some(reason) => Ok(Err(reason.clone())),
            None => self.each(sql, asking).map_err(|e| ("each", sql, e)),
        });
        Ok((rows.transpose()?, each.transpose()?))
    }

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
            // Two roads to one number: what is claimed of some rows says nothing of others.
            Some(_) if self.written.changed(self.op).len() != self.counted => {
                Some("not all rows that changed are known; this is a fault of harness")
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
