//! A finding: its parts, and how one is built. Judges nothing.

use super::case::Look;
use super::{Code, Severity};
use crate::migration::Migration;
use crate::sentence::Sentence;
use crate::sql::{Position, Span};

/// One thing wrong.
#[derive(Debug, Clone)]
pub struct Finding {
    /// what kind of thing
    pub code: Code,
    /// how bad
    pub severity: Severity,
    /// one sentence
    pub message: Sentence,
    /// what to do about it
    pub help: Sentence,
    /// where in the migration
    pub place: Option<Place>,
    /// the table concerned
    pub table: Option<String>,
    /// the tenants concerned, as reports spell them
    pub tenants: Vec<String>,
    /// the distinct rows concerned
    pub rows: Option<u64>,
    /// whether it is of rows that no statement wrote itself
    pub(super) is_indirect: bool,
}

/// Puts findings in the order in which they are read: what caused it, what was written outside of
/// the scope, the counts, and what only followed from a statement by a trigger or a foreign key.
pub(super) fn sort(findings: &mut [Finding]) {
    let is_outside = |finding: &Finding| {
        let by_scope = [Code::OutOfScope, Code::UndeclaredChange].contains(&finding.code);
        by_scope && !finding.is_indirect && finding.severity == Severity::Error
    };
    // A trigger or a foreign key is the cause, unless a statement itself went too far.
    let are_others_causes = findings.iter().any(is_outside);
    let follows = |finding: &Finding| {
        let by_name = [Code::Cascade, Code::TriggerEffect].contains(&finding.code);
        finding.is_indirect || (by_name && are_others_causes)
    };
    findings.sort_by_key(|f| {
        let start = f.place.map(|place| place.span.start);
        (f.severity, follows(f), f.code, start, f.table.clone())
    });
}

impl Finding {
    /// With the severity and help of its code, and nothing else.
    pub(super) fn new(code: Code, message: impl Into<Sentence>) -> Self {
        let entry = code.entry();
        Self {
            code,
            severity: entry.severity,
            message: message.into(),
            help: entry.help.into(),
            place: None,
            table: None,
            tenants: Vec::new(),
            rows: None,
            is_indirect: false,
        }
    }

    pub(super) fn at(mut self, place: impl Into<Option<Place>>) -> Self {
        self.place = place.into();
        self
    }

    pub(super) fn on(mut self, table: &str) -> Self {
        self.table = Some(table.to_owned());
        self
    }

    /// At a statement, on its target.
    pub(super) fn of_statement(mut self, look: Look<'_>) -> Self {
        self.place = look.case.place(look.statement.index);
        self.table.clone_from(&look.statement.table);
        self
    }

    pub(super) fn rows(mut self, rows: u64) -> Self {
        self.rows = Some(rows);
        self
    }

    pub(super) fn tenants(mut self, tenants: Vec<String>) -> Self {
        self.tenants = tenants;
        self
    }

    /// `None` leaves the severity of the code.
    pub(super) fn severity(mut self, severity: impl Into<Option<Severity>>) -> Self {
        self.severity = severity.into().unwrap_or(self.severity);
        self
    }

    pub(super) fn help(mut self, help: impl Into<Sentence>) -> Self {
        self.help = help.into();
        self
    }
}

/// A place in the text of a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// the number of the statement, if it is in one
    pub statement: Option<usize>,
    /// its bytes
    pub span: Span,
    /// where it starts
    pub from: Position,
    /// where it ends: after its last character
    pub to: Position,
}

impl Place {
    /// The first line of a statement, by its number.
    pub(super) fn of_statement(migration: &Migration, statement: usize) -> Option<Self> {
        let span = migration.statement(statement)?.span;
        let span = first_line(migration, span);
        Some(Self::of(migration, Some(statement), span))
    }

    pub(super) fn of(migration: &Migration, statement: Option<usize>, span: Span) -> Self {
        let known = statement
            .and_then(|number| migration.statement(number))
            .map_or((0, 1), |s| (s.span.start, s.line));
        let at = |offset| Position::near(&migration.text, offset, known);
        Self {
            statement,
            span,
            from: at(span.start),
            to: at(span.end),
        }
    }
}

/// The first line of some bytes of a migration, without the white space at its end.
pub(super) fn first_line(migration: &Migration, span: Span) -> Span {
    let first = span.of(&migration.text).lines().next().unwrap_or_default();
    Span {
        start: span.start,
        end: span.start + first.trim_end().len(),
    }
}
