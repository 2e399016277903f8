//! Findings about what the author claims of the rows that an operation changes: which rows they are,
//! `rows`, and what becomes of them, `each`. Both are told with the first few rows that break them.

use super::case::Look;
use super::phrases::{list, participle, rows, was};
use super::{Case, Code, Finding, Severity};
use crate::change::{NamedCell, RowChange};
use crate::diff::{ClaimAnswers, EachAnswer, FoundRows, RowsAnswer, Slip};
use crate::rewrite::{NullSource, PartialKey};
use crate::scope::{AllowedTenants, Count, Op};
use crate::sentence::{self, Cell, Origin, Sentence, bare, clause, engine, name, sql};
use crate::sql::{Value, ident};

/// Columns of a row that a sentence names at most.
const COLUMNS: usize = 4;

pub(super) fn findings(case: Case<'_>) -> Vec<Finding> {
    let answers = case.claims.into_iter().flatten();
    answers
        .flat_map(|answers| {
            let claim = Claimed { case, answers };
            let rows = claim.rows().into_iter().chain(claim.slips());
            rows.chain(claim.each()).collect::<Vec<_>>()
        })
        .collect()
}

/// Whether the rows that changed are those that `rows` selects.
pub(crate) fn is_selection(case: Case<'_>, answers: &ClaimAnswers) -> Option<bool> {
    answers.rows.as_ref()?;
    Some(Claimed { case, answers }.rows().is_empty())
}

/// What is claimed of one operation on one table, and what the states say.
struct Claimed<'a> {
    case: Case<'a>,
    answers: &'a ClaimAnswers,
}

impl Claimed<'_> {
    fn table(&self) -> &str {
        let expected = self.case.expected(&self.answers.table);
        expected.map_or(&self.answers.table, |expected| &expected.table)
    }

    fn count(&self) -> Option<&Count> {
        let expected = self.case.expected(&self.answers.table)?;
        expected.counts.get(&self.answers.op)
    }

    fn finding(&self, code: Code, message: Sentence) -> Finding {
        Finding::new(code, name(self.table()) + ": " + message)
            .on(self.table())
            .at(self.case.place(self.statement()))
    }

    /// The first statement that is such an operation on the table, else the first that wrote there.
    fn statement(&self) -> Option<usize> {
        let is_own = |look: &Look<'_>| {
            let table = look.statement.table.as_deref();
            look.statement.kind.op() == Some(self.answers.op)
                && table.is_some_and(|table| ident::same(table, self.table()))
        };
        let own = self.case.runs().find(is_own).map(|look| look.run.index);
        let written = self.case.written_in(self.table()).statements();
        own.or_else(|| written.first().copied())
    }

    fn unknown(&self, what: &'static str, reason: &str) -> Finding {
        let message = name(what) + " of " + self.answers.op.word() + " was not evaluated: ";
        let help = "a claim that cannot be asked is not met; say it of a table whose rows can be \
            followed by their key, in words that the state has";
        self.finding(Code::NotEvaluated, message + engine(reason))
            .help(help)
    }

    fn rows(&self) -> Vec<Finding> {
        match &self.answers.rows {
            None => Vec::new(),
            Some(Err(reason)) => vec![self.unknown("rows", reason)],
            Some(Ok(answer)) => {
                let broken = [
                    self.selects_nothing(answer),
                    self.outside(answer),
                    self.left_out(answer),
                ];
                broken.into_iter().flatten().collect()
            }
        }
    }

    /// What may be slips in the query of keys.
    fn slips(&self) -> Vec<Finding> {
        let answer = self
            .answers
            .rows
            .as_ref()
            .and_then(|rows| rows.as_ref().ok());
        let slips = |answer: &RowsAnswer| -> Vec<Finding> {
            let slips = answer.slips.iter();
            slips.map(|slip| self.slip(slip, answer.selected)).collect()
        };
        answer.map(slips).unwrap_or_default()
    }

    fn slip(&self, slip: &Slip, selected: u64) -> Finding {
        let lead = name("rows") + " of " + self.answers.op.word();
        match slip {
            Slip::HalfKey { partial, whole } => {
                let (severity, effect) = self.half_key_effect(partial, *whole, selected);
                let message = lead + " compares (" + list(&partial.compared) + ") of the key (";
                let message = message + list(&partial.key) + ")" + effect;
                self.finding(Code::PartialKeyMatch, message)
                    .severity(severity)
                    .help("compare the whole key: " + clause(&partial.corrected))
            }
            Slip::Outer(outer) => {
                let message = lead + " has a query that gives " + name(&outer.column);
                let message = message
                    + ", which nothing that it reads has: it is that of the row \
                    outside, whatever it reads";
                self.finding(Code::OuterColumn, message)
            }
            Slip::Null(with, written) => {
                let code = match with {
                    NullSource::Literal(_) => Code::ComparedWithNull,
                    NullSource::List | NullSource::Query { .. } => Code::NullInNotIn,
                };
                let message = lead + " compares with NULL: " + sql(written) + " is never true";
                self.finding(code, message)
            }
        }
    }

    /// A query that selects nothing claims nothing, unless no row may be what is declared.
    fn selects_nothing(&self, answer: &RowsAnswer) -> Option<Finding> {
        let is_declared = matches!(self.count(), Some(Count::Range(0, _)));
        let message = name("rows") + " of " + self.answers.op.word() + " selects no row";
        (answer.selected == 0 && !is_declared)
            .then(|| self.finding(Code::RowsSelectNothing, message))
    }

    fn outside(&self, answer: &RowsAnswer) -> Option<Finding> {
        let FoundRows { rows: n, .. } = answer.outside;
        let done = match self.answers.op {
            Op::Update => "written",
            op => participle(op),
        };
        let message = rows(n) + " " + was(n) + " " + done + " that " + name("rows");
        let message = message + " does not select: " + self.samples(&answer.outside);
        (n > 0).then(|| self.finding(Code::RowOutOfScope, message).rows(n))
    }

    fn left_out(&self, answer: &RowsAnswer) -> Option<Finding> {
        let n = answer.left_out.rows + answer.absent;
        if n == 0 || self.count() != Some(&Count::Selected) {
            return None;
        }
        let mut message = rows(n) + " that " + name("rows") + " selects " + was(n) + " not ";
        message += participle(self.answers.op);
        if !answer.left_out.samples.is_empty() {
            message = message + ": " + self.samples(&answer.left_out);
        }
        if answer.absent > 0 {
            message = message + "; no row has " + answer.absent + " of these keys";
        }
        Some(self.finding(Code::RowLeftOut, message).rows(n))
    }

    /// What half a key selects, and how bad that is: as in a statement's WHERE clause.
    fn half_key_effect(
        &self,
        partial: &PartialKey,
        whole: Option<u64>,
        selected: u64,
    ) -> (Severity, Sentence) {
        let is_few = partial.names.is_none_or(|names| selected <= names);
        match whole {
            Some(whole) if whole < selected => {
                let message =
                    ": it selects " + rows(selected) + ", and with the whole key " + whole;
                (Severity::Error, message)
            }
            Some(_) => {
                let message =
                    ", which selects the same " + rows(selected) + " here as the whole key";
                (Severity::Warning, message)
            }
            None if self.is_for_all() => (Severity::Note, ", and all tenants are declared".into()),
            None if is_few => (Severity::Warning, Sentence::default()),
            None => (Severity::Error, ": it selects " + rows(selected)),
        }
    }

    fn is_for_all(&self) -> bool {
        let scope = self.case.scope;
        let tenants = scope.map(|scope| scope.tenants_of(&self.answers.table));
        matches!(tenants, Some(AllowedTenants::All))
    }

    fn each(&self) -> Option<Finding> {
        let answer = match self.answers.each.as_ref()? {
            Err(reason) => return Some(self.unknown("each", reason)),
            Ok(answer) => answer,
        };
        let EachAnswer { asked, failing } = answer;
        let n = failing.rows;
        let verb = if n == 1 { " does" } else { " do" };
        let message = Sentence::from(n) + " of " + rows(*asked) + " ";
        let message = message + participle(self.answers.op) + verb + " not meet " + name("each");
        let message = message + ": " + self.samples(failing);
        (n > 0).then(|| self.finding(Code::EachNotMet, message).rows(n))
    }

    /// The first few rows, by their keys, with what became of them.
    fn samples(&self, found: &FoundRows) -> Sentence {
        let mut cells = Cells {
            table: self.table(),
            shown: 0,
        };
        let samples = found.samples.iter().map(|row| cells.row(row));
        let shown = Sentence::join(samples.collect::<Vec<_>>(), "; ");
        match found.rows.saturating_sub(found.samples.len() as u64) {
            0 => shown,
            more => shown + " and " + more + " more",
        }
    }
}

/// The cells of a table in one sentence.
struct Cells<'a> {
    table: &'a str,
    shown: usize,
}

impl Cells<'_> {
    /// `(system_id 9, id 1): origin_sub_id price → NULL`
    fn row(&mut self, row: &RowChange) -> Sentence {
        let key = row.key.iter().map(|cell| {
            let of = Origin::Column(self.table.to_owned(), cell.0.clone());
            bare(&cell.0) + " " + self.value(&cell.1, of)
        });
        let key = "(" + Sentence::join(key.collect::<Vec<_>>(), ", ") + ")";
        let changes: Vec<Sentence> = match row.op {
            Op::Update => self.changes(row),
            Op::Insert => self.others(row, &row.after),
            Op::Delete => self.others(row, &row.before),
        };
        if changes.is_empty() {
            return key;
        }
        let more = if changes.len() > COLUMNS { ", …" } else { "" };
        key + ": " + Sentence::join(changes.into_iter().take(COLUMNS), ", ") + more
    }

    /// `qty 5`, for each column that is none of the key.
    fn others(&mut self, row: &RowChange, cells: &[NamedCell]) -> Vec<Sentence> {
        let is_other = |(column, _): &&NamedCell| !row.key.iter().any(|(key, _)| key == column);
        let others = cells.iter().filter(is_other);
        others.map(|cell| self.named(cell)).collect()
    }

    /// `qty 5 → 4`, for each column that differs.
    fn changes(&mut self, row: &RowChange) -> Vec<Sentence> {
        let mut changes = Vec::new();
        for after in &row.after {
            let before = row.before.iter().find(|(column, _)| *column == after.0);
            let was = before.map(|before| self.named(before) + " → ");
            let now = self.value(&after.1, Origin::Row);
            changes.push(match was {
                Some(was) => was + now,
                None => bare(&after.0) + " " + now,
            });
        }
        let is_gone = |(column, _): &&NamedCell| !row.after.iter().any(|(now, _)| now == column);
        for gone in row.before.iter().filter(is_gone) {
            changes.push(self.named(gone) + " → no such column");
        }
        changes
    }

    /// `qty 1`
    fn named(&mut self, cell: &NamedCell) -> Sentence {
        bare(&cell.0) + " " + self.value(&cell.1, Origin::Row)
    }

    fn value(&mut self, value: &Value, of: Origin) -> Sentence {
        self.shown += 1;
        let cell = Cell {
            value: value.clone(),
            of,
            around: ["", ""],
            rank: self.shown,
        };
        sentence::cell(cell, value.shown())
    }
}
