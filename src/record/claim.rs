//! What is declared of the rows themselves, and what both states say to it.

use super::Op;
use crate::diff::{ClaimAnswers, EachAnswer, RowsAnswer};
use crate::hidden::Hidden;
use crate::scope;
use crate::sql::ident;
use crate::verdict::{self, Case};
use crate::words::words;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is declared of the rows that one operation changes: which they are, or what becomes of each.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RowClaim {
    /// The table.
    pub table: String,
    /// The operation.
    pub op: Op,
    /// Whether it is the query of their keys or the condition that each meets.
    pub kind: ClaimKind,
    /// The query, or the condition.
    pub sql: String,
    /// How many rows the query selects, or of how many the condition was asked; null where it was
    /// not evaluated.
    pub rows: Option<u64>,
    /// How many written rows the query does not select, or the condition is not true of; null
    /// likewise.
    pub failing: Option<u64>,
    /// How many rows that the query selects did not change; null for a condition, and likewise.
    pub unchanged: Option<u64>,
    /// Whether it is met; null where the migration did not run through.
    pub held: Option<bool>,
}

words! {
    /// What is declared of rows.
    pub enum ClaimKind {
        /// Which they are.
        Rows = "rows",
        /// What becomes of each.
        Each = "each",
    }
}

impl RowClaim {
    /// What is declared of one operation on a table, and what came of it.
    pub(super) fn all(
        case: Case<'_>,
        hidden: &Hidden,
        (table, op): (&str, scope::Op),
        claim: &scope::Claim,
    ) -> impl Iterator<Item = Self> {
        let is_it =
            |answers: &&ClaimAnswers| answers.op == op && answers.table == ident::folded(table);
        let answers = case.claims.and_then(|all| all.iter().find(is_it));
        let of = |kind, sql: &String| Self {
            table: table.to_owned(),
            op,
            kind,
            sql: hidden.text(sql),
            rows: None,
            failing: None,
            unchanged: None,
            held: None,
        };
        let rows = claim.rows.as_ref().map(|sql| {
            let held = answers.and_then(|answers| verdict::is_selection(case, answers));
            let answer = answers.and_then(|answers| answers.rows.as_ref()?.as_ref().ok());
            of(ClaimKind::Rows, sql).selecting(answer, held)
        });
        let each = claim.each.as_ref().map(|sql| {
            let each = answers.and_then(|answers| answers.each.as_ref());
            of(ClaimKind::Each, sql).meeting(each)
        });
        rows.into_iter().chain(each)
    }

    fn selecting(self, answer: Option<&RowsAnswer>, held: Option<bool>) -> Self {
        Self {
            rows: answer.map(|answer| answer.selected),
            failing: answer.map(|answer| answer.outside.rows),
            unchanged: answer.map(|answer| answer.left_out.rows + answer.absent),
            held,
            ..self
        }
    }

    fn meeting(self, answer: Option<&Result<EachAnswer, String>>) -> Self {
        let known = answer.and_then(|answer| answer.as_ref().ok());
        Self {
            rows: known.map(|answer| answer.asked),
            failing: known.map(|answer| answer.failing.rows),
            held: answer.map(|_| known.is_some_and(|answer| answer.failing.rows == 0)),
            ..self
        }
    }

    /// What came of it, for a person: `3 selected, 1 other row written`; `None` where the migration
    /// did not run through.
    pub fn shown(&self) -> Option<String> {
        self.held?;
        let Some((all, failing)) = self.rows.zip(self.failing) else {
            return Some("not evaluated".to_owned());
        };
        Some(match self.kind {
            ClaimKind::Rows => {
                let unchanged = self.unchanged.unwrap_or(0);
                let others = if failing == 1 { "other" } else { "others" };
                let selected = format!("{all} selected");
                let unchanged = (unchanged > 0).then(|| format!("{unchanged} of them not changed"));
                let failing = (failing > 0).then(|| format!("{failing} {others} written"));
                let parts = [Some(selected), unchanged, failing].into_iter().flatten();
                parts.collect::<Vec<_>>().join(", ")
            }
            ClaimKind::Each => format!("{} of {all} meet it", all.saturating_sub(failing)),
        })
    }
}
