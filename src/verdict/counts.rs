//! Findings about what changed of a table: operations that are not declared, other numbers of rows
//! than declared, other columns. Whose rows they are is the matter of `scope`.

use super::case::Look;
use super::declared::Written;
use super::phrases::{few, names, participle, rows, rows_of, was, whose};
use super::{Case, Code, Finding, Place};
use crate::change::Owner;
use crate::scope::{Count, Op, Stored, Tenant, TenantName};
use crate::sentence::{Sentence, name, value};
use crate::sql::ident;
use std::collections::BTreeSet;

/// Counts and columns of the declared tables, changed or not.
pub(super) fn of_declared(case: Case<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for expected in case.declared() {
        let written = case.written_in(&expected.table);
        // What a failing migration left says nothing about how much it would have changed.
        if case.rehearsal.ran_through() {
            let counts = expected.counts.iter();
            let wrong = counts.filter(|(op, count)| !written.fits(**op, count));
            found.extend(wrong.map(|(op, count)| written.count_mismatch(*op, count)));
        }
        found.extend(written.columns_out_of_scope());
        if case.rehearsal.ran_through() {
            found.extend(written.columns_unused());
        }
    }
    found
}

/// Declared tables and columns that neither state has.
pub(super) fn nowhere(case: Case<'_>) -> Vec<Finding> {
    if !case.rehearsal.ran_through() {
        return Vec::new();
    }
    let declared = case.declared().flat_map(|expected| {
        let table = &expected.table;
        let finding = |message: Sentence| Finding::new(Code::DeclaredNowhere, message).on(table);
        if case.tables(table).next().is_none() {
            let message = "the scope names " + name(table) + ", a table that" + NOWHERE;
            return vec![finding(message)];
        }
        let has = |column: &String| case.tables(table).any(|it| it.column(column).is_some());
        let missing = expected
            .columns
            .iter()
            .flatten()
            .filter(|column| !has(column));
        let message = |column: &String| {
            let of = "the scope names " + name(column) + " among the columns of ";
            of + name(table) + ", a column that" + NOWHERE
        };
        missing.map(|column| finding(message(column))).collect()
    });
    declared.collect()
}

const NOWHERE: &str = " is there neither before nor after the migration";

/// `7 rows updated, 6 declared`
fn differing(rows: Sentence, op: Op, declared: impl Into<Sentence>) -> Sentence {
    rows + " " + participle(op) + ", " + declared.into() + " declared"
}

/// The key of TOML that names a tenant, where that is not its spelling: `` (by the key `'1'`)``.
fn other_key(case: Case<'_>, tenant: &Tenant, stored: Stored) -> Option<Sentence> {
    let key = TenantName::as_key(tenant, stored).spelling();
    let is_other = key != case.names.spell(tenant);
    is_other.then(|| " (by the key `" + value(key) + "`)")
}

/// How the rows that changed of one tenant differ from the declared numbers that name it.
fn miscount<'n>(
    op: Op,
    n: u64,
    mut named: impl Iterator<Item = &'n (TenantName, u64)>,
) -> Option<Sentence> {
    let declared = match (named.next(), named.next()) {
        (Some((first, _)), Some((second, _))) => {
            let keys = value(first.spelling()) + "` and as `" + value(second.spelling());
            return Some("declared twice, as `" + keys + "`");
        }
        (only, _) => only.map_or(0, |(_, declared)| *declared),
    };
    (declared != n).then(|| differing(rows(n), op, declared))
}

impl Written<'_> {
    fn finding(&self, code: Code, message: Sentence) -> Finding {
        let place = self.case.first_place(&self.statements());
        Finding::new(code, message).on(self.table).at(place)
    }

    /// Changes of the table, or by operations, that are not declared.
    pub(super) fn undeclared_changes(&self) -> impl Iterator<Item = Finding> {
        self.changes
            .changed()
            .by_op()
            .into_iter()
            .filter(move |(op, n)| *n > 0 && self.count(*op).is_none())
            .map(move |(op, n)| {
                let why = match self.expected() {
                    Some(_) => "no " + name(op.word()) + " is declared for it",
                    None => "the table is not declared".into(),
                };
                let what = rows_of(n, self.table) + " " + was(n) + " ";
                self.finding(
                    Code::UndeclaredChange,
                    what + participle(op) + ", and " + why,
                )
                .rows(n)
                .by_way_of(self, &self.statements())
            })
    }

    fn count_mismatch(&self, op: Op, count: &Count) -> Finding {
        let n = self.changed(op);
        let wrong = match count {
            Count::PerTenant(each) => few(self.miscounts(op, each), "; "),
            other => differing(rows(n), op, other.spelling()),
        };
        let finding = self
            .finding(Code::CountMismatch, name(self.table) + ": " + wrong)
            .rows(n);
        let place = finding.place.or_else(|| self.place_of(op));
        finding.at(place)
    }

    /// The first statement that was to write the table, by this operation where there is one.
    fn place_of(&self, op: Op) -> Option<Place> {
        let targets = |look: &Look<'_>| look.statement.targets(self.table);
        let is_meant = |look: &Look<'_>| look.statement.kind.op() == Some(op);
        let targeting: Vec<Look<'_>> = self.case.ran().filter(targets).collect();
        let meant = targeting.iter().find(|look| is_meant(look));
        self.case
            .place(meant.or(targeting.first())?.statement.index)
    }

    /// The tenants whose numbers differ from the declared ones. A tenant that is not named must
    /// have none.
    pub(super) fn miscounts(
        &self,
        op: Op,
        each: &[(TenantName, u64)],
    ) -> impl Iterator<Item = Sentence> {
        let (case, stored) = (self.case, self.case.stored(self.table));
        let is_named = move |key: &TenantName, owner: &Owner| {
            owner.tenant().is_some_and(|it| key.names(it, stored))
        };
        let of_owner = move |(owner, n): (&Owner, u64)| {
            let named = each.iter().filter(|(key, _)| is_named(key, owner));
            let key = owner.tenant().and_then(|it| other_key(case, it, stored));
            let tenant = whose(case, owner) + key.unwrap_or_default();
            Some(tenant + ": " + miscount(op, n, named)?)
        };
        let of_key = move |(key, n): &(TenantName, u64)| {
            let is_met = self.by_owner(op).any(|(owner, _)| is_named(key, owner));
            let wrong = value(key.spelling()) + ": " + differing("no row".into(), op, *n);
            (*n > 0 && !is_met).then_some(wrong)
        };
        self.by_owner(op)
            .filter_map(of_owner)
            .chain(each.iter().filter_map(of_key))
    }

    /// The declared columns in which no update changed a row, where any changed one.
    fn columns_unused(&self) -> Option<Finding> {
        let (declared, changed) = (self.expected()?.columns.as_ref()?, self.columns());
        let is_there = |column: &String| {
            let mut tables = self.case.tables(self.table);
            tables.any(|table| table.column(column).is_some())
        };
        let is_unused = |column: &&String| {
            is_there(column) && !changed.iter().any(|it| ident::same(it, column))
        };
        let unused: Vec<&String> = declared.iter().filter(is_unused).collect();
        if unused.is_empty() || self.changed(Op::Update) == 0 {
            return None;
        }
        let message = "updates of " + name(self.table) + " change no row in ";
        let message = message + names(unused) + ", which the scope declares";
        Some(self.finding(Code::DeclaredUnused, message))
    }

    fn columns_out_of_scope(&self) -> Option<Finding> {
        let columns = self.undeclared_columns();
        let cells = |column: &String| -> u64 {
            self.changes
                .groups
                .values()
                .filter_map(|group| group.columns.get(column))
                .sum()
        };
        let most = columns.iter().map(|column| cells(column)).max()?;
        let each = columns
            .iter()
            .map(|column| name(*column) + " in " + rows(cells(column)));
        let message = "updates of "
            + name(self.table)
            + " changed columns that are not declared: "
            + Sentence::join(each, ", ");
        let statements = self.statements();
        let writing = statements.iter().filter(|at| self.may_set(**at, &columns));
        // What no statement set itself, one computes anew, or what one fires has set.
        let altering = self.case.altering(self.table).into_iter().flatten();
        let altered = self.case.first_place(altering);
        let first = altered.or_else(|| self.case.first_place(&statements));
        Some(
            self.finding(Code::ColumnOutOfScope, message)
                .at(self.case.first_place(writing).or(first))
                .rows(most)
                .by_way_of(self, &statements),
        )
    }

    /// Whether a statement may have set one of some columns: an UPDATE of the table that assigns
    /// only others has not.
    fn may_set(&self, statement: usize, columns: &BTreeSet<&String>) -> bool {
        let look = self.case.look(statement);
        let preview = look
            .filter(|look| look.statement.targets(self.table))
            .and_then(Look::preview);
        let assigned = preview.map_or(&[][..], |preview| &preview.assigned);
        let is_set = |column: &&String| assigned.iter().any(|a| ident::same(&a.column, column));
        assigned.is_empty() || columns.iter().any(is_set)
    }
}
