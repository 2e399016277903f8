//! Findings about whose rows were written: a tenant is outside, an owner is not known. How many rows
//! and which columns is the matter of `counts`.

use super::declared::{Allowed, Written};
use super::phrases::{owners, rows_of, spelled, was};
use super::{Case, Code, Finding, Severity, counts, undeclared};
use crate::change::{MovedRows, Owner, RuleFate};
use crate::rehearse::{Indirect, UntrackedTouch};
use crate::scope::TenantRule;
use crate::sentence::{Sentence, bare, name, value};
use crate::snapshot::tenancy;
use crate::sql::ident;
use crate::sql::token::mentions;
use std::collections::{BTreeMap, BTreeSet};

/// Writes of rows.
#[derive(Default)]
struct TouchedRows {
    /// distinct rows
    rows: u64,
    /// those that differ after
    changed: u64,
    statements: BTreeSet<usize>,
}

pub(super) fn findings(case: Case<'_>) -> Vec<Finding> {
    let unknown = [Owner::Unassigned, Owner::Ambiguous];
    let of_nobody =
        |written: Written<'_>| unknown.each_ref().map(|owner| written.unknown_owner(owner));
    let mut found: Vec<Finding> = case.written().flat_map(of_nobody).flatten().collect();
    for moved in &case.diff.changes.moved {
        found.push(tenant_moved(case, moved));
    }
    found.extend(ignored(case));
    if case.scope.is_none() {
        found.extend(undeclared::without_scope(case));
        return found;
    }
    for written in case.written() {
        found.extend(written.out_of_scope());
        found.extend(written.undeclared_changes());
    }
    found.extend(passing(case));
    found.extend(counts::of_declared(case));
    found.extend(counts::nowhere(case));
    found
}

impl Case<'_> {
    /// Whether an owner's rows of a table may be written.
    pub fn allows(&self, table: &str, owner: &Owner) -> bool {
        let allowed = self.written_in(table).allowed();
        allowed.is_some_and(|allowed| allowed.owner(owner))
    }

    /// Whether every operation and column that changed an owner's rows of a table is declared; if
    /// no scope is, none is missing.
    pub fn declares(&self, table: &str, owner: &Owner) -> bool {
        self.scope.is_none() || self.written_in(table).is_declared(owner)
    }
}

fn tenant_moved(case: Case<'_>, moved: &MovedRows) -> Finding {
    let rows = rows_of(moved.rows, &moved.table);
    let whose = owners(case, &moved.owners);
    let (is, has) = match moved.rows {
        1 => (" is", " has"),
        _ => (" are", " have"),
    };
    let altering = case.altering(&moved.table).into_iter().flatten();
    let (first, last) = (altering.clone().min(), altering.max());
    let found = |message: Sentence| Finding::new(Code::TenantMoved, message);
    let finding = match moved.fate {
        RuleFate::Kept => found(rows + " moved to another tenant without being written: " + whose)
            .at(case.first_place(&moving(case, &moved.table))),
        RuleFate::Lost => {
            found("nothing says any more whose " + rows + is + "; before the migration: " + whose)
                .at(case.first_place(first))
                .help(LOST)
        }
        RuleFate::Renamed => {
            let since = " another owner since a table or column got the name that says it: ";
            found(rows + has + since + whose)
                .at(case.first_place(last))
                .help(RENAMED)
        }
        RuleFate::Begun => {
            let message = new_rule(case, &moved.table) + " says whose " + rows + is + ": " + whose;
            Finding::new(Code::TenancyBegins, message).at(case.first_place(last))
        }
    };
    finding
        .on(&moved.table)
        .rows(moved.rows)
        .tenants(spelled(case, &moved.owners))
}

/// The statements that wrote what the lookup of a table reads, as far as it says so.
fn moving(case: Case<'_>, table: &str) -> BTreeSet<usize> {
    let table = case.tables(table).next();
    let rule = table.and_then(|table| tenancy::rule_for(case.tenants, table));
    let Some(TenantRule::Lookup(sql)) = rule else {
        return BTreeSet::new();
    };
    let read = case
        .written()
        .filter(|written| mentions(&sql, written.table));
    read.flat_map(|written| written.statements()).collect()
}

const LOST: &str = "let [tenant.tables] say it for the state after too, by the new name of the \
    table or column; say { shared = true } if the rows are nobody's";

const RENAMED: &str = "rename nothing to what [tenant] goes by: fill a new column from the one that \
    says whose the rows are; or let [tenant.tables] say it for the state before too";

/// What says whose the rows of a table are since the migration.
fn new_rule(case: Case<'_>, table: &str) -> Sentence {
    let [_, after] = case.catalogs();
    let table = after.table(table);
    match table.and_then(|table| tenancy::rule_for(case.tenants, table)) {
        Some(TenantRule::Column(column)) => "the column " + name(column) + ", which is new,",
        _ => "the tenant lookup, which lacked something before the migration,".into(),
    }
}

/// The tables that are declared shared and have the tenant column: those that the migration gave it
/// or wrote to.
fn ignored(case: Case<'_>) -> impl Iterator<Item = Finding> {
    let entries = case.tenants.tables.values();
    let shared = entries.filter(|entry| entry.rule == TenantRule::Shared);
    shared.filter_map(move |entry| {
        let (table, column) = (&entry.table, &case.tenants.column);
        let [had, has] = case.catalogs().map(|catalog| {
            let table = catalog.table(table);
            table.is_some_and(|table| table.column(column).is_some())
        });
        let written = case.found_in(table).map(|written| written.statements());
        let (message, statements) = if has && !had {
            let message = " got the tenant column " + name(column) + ", and is declared shared";
            (message, case.altering(table).cloned().unwrap_or_default())
        } else {
            let message = " is written, which has the tenant column " + name(column);
            (
                message + " and is declared shared",
                written.filter(|_| had)?,
            )
        };
        let severity = (has && !had).then_some(Severity::Error);
        let message = name(table) + message + ": nothing holds its rows against a tenant's scope";
        Some(
            Finding::new(Code::TenantColumnIgnored, message)
                .severity(severity)
                .on(table)
                .at(case.first_place(&statements)),
        )
    })
}

impl Written<'_> {
    /// The writes of rows with an owner that meets a condition.
    fn of_owners(&self, is_meant: impl Fn(&Owner) -> bool) -> TouchedRows {
        let mut touched = TouchedRows::default();
        for (owners, group) in &self.changes.groups {
            if owners.each().any(&is_meant) {
                touched.rows += group.touched;
                touched.changed += group.changed.total();
                touched.statements.extend(&group.statements);
            }
        }
        touched
    }

    fn unknown_owner(&self, unknown: &Owner) -> Option<Finding> {
        let touched = self.of_owners(|owner| owner == unknown);
        let (code, why) = match unknown {
            Owner::Unassigned => (Code::UnassignedTable, " written, and nothing says whose"),
            _ => (
                Code::AmbiguousTenant,
                " written whose lookup gives no tenant, or several",
            ),
        };
        let message = rows_of(touched.rows, self.table) + " " + was(touched.rows) + why;
        (touched.rows > 0).then(|| self.touching(code, message, &touched))
    }

    fn touching(&self, code: Code, message: Sentence, touched: &TouchedRows) -> Finding {
        Finding::new(code, message)
            .on(self.table)
            .at(self.case.first_place(&touched.statements))
            .rows(touched.rows)
    }

    fn out_of_scope(&self) -> Option<Finding> {
        let allowed = self.allowed()?;
        let touched = self.of_owners(|owner| allowed.is_outside(owner));
        if touched.rows == 0 {
            return None;
        }
        let is_outside = |owner: &&Owner| allowed.is_outside(owner);
        let outside: Vec<&Owner> = self.changes.owners().filter(is_outside).collect();
        let tenants = match outside.len() {
            1 => " to a tenant",
            _ => " to tenants",
        };
        let mut message = self.share(touched.rows)
            + tenants
            + " outside the declared scope: "
            + owners(self.case, outside.iter().copied());
        let kept = touched.rows.saturating_sub(touched.changed);
        if kept > 0 {
            message = message + " (" + kept + " of them kept their values)";
        }
        message += self.copied(&touched.statements, |owner| allowed.is_outside(owner));
        let twin = outside
            .iter()
            .find_map(|owner| allowed.twin(owner.tenant()?));
        let finding = self
            .touching(Code::OutOfScope, message, &touched)
            .tenants(spelled(self.case, outside));
        let finding = match self.narrowing(&touched.statements) {
            Some(how) => {
                let rest = "; or declare these tenants if they are meant";
                finding.help(how.to_owned() + rest)
            }
            None => finding,
        };
        let finding = finding.by_way_of(self, &touched.statements);
        Some(match twin {
            Some((declared, tenant)) => {
                let help =
                    finding.help.clone() + "; " + value(declared) + " is declared, which is ";
                finding.help(help + "another value: this tenant is " + value(tenant) + " there")
            }
            None => finding,
        })
    }

    /// `3 of the 7 rows of the table written belong`
    fn share(&self, rows: u64) -> Sentence {
        let lead = match (rows, self.of_owners(|_| true).rows) {
            (1, 1) => "the one row of ".to_owned(),
            (n, m) if n == m => format!("all {n} rows of "),
            (n, m) => format!("{n} of the {m} rows of "),
        };
        let verb = match rows {
            1 => " written belongs",
            _ => " written belong",
        };
        Sentence::from(lead) + name(self.table) + verb
    }
}

/// Rows outside the scope that were written and could not be followed to the end, if nothing else
/// shows them.
fn passing(case: Case<'_>) -> Vec<Finding> {
    let is_outside = |touch: &&UntrackedTouch| {
        let written = case.written_in(&touch.table);
        let is_allowed = |allowed: Allowed<'_>| allowed.owner(&touch.owner);
        !is_helper(case, touch)
            && !written.allowed().is_some_and(is_allowed)
            && !written.changes.concerns(&touch.owner)
    };
    let mut tables: BTreeMap<&str, Vec<&UntrackedTouch>> = BTreeMap::new();
    for touch in case.rehearsal.touched.untracked.iter().filter(is_outside) {
        tables.entry(&touch.table).or_default().push(touch);
    }
    let passed = |(table, touches): (_, Vec<_>)| passed(case, table, &touches);
    tables.into_iter().map(passed).collect()
}

fn passed(case: Case<'_>, table: &str, touches: &[&UntrackedTouch]) -> Finding {
    let rows: u64 = touches.iter().map(|touch| touch.rows).sum();
    let whose: BTreeSet<&Owner> = touches.iter().map(|touch| &touch.owner).collect();
    let message = rows_of(rows, table)
        + " outside the declared scope "
        + was(rows)
        + " written, though nothing in the two states shows it: "
        + owners(case, whose.iter().copied());
    let statements = touches.iter().flat_map(|touch| &touch.statements);
    Finding::new(Code::OutOfScope, message)
        .on(table)
        .at(case.first_place(statements))
        .rows(rows)
        .tenants(spelled(case, whose))
}

/// Whether a touch is of the migration's own helper table that is gone at its end, or has no
/// tenant: those rows are nobody's. A table that replaced another is no helper.
pub(super) fn is_helper(case: Case<'_>, touch: &UntrackedTouch) -> bool {
    let [before, after] = case.catalogs();
    let is_own = touch.origin.is_none() && before.table(&touch.table).is_none();
    is_own && (touch.owner == Owner::Unassigned || after.table(&touch.table).is_none())
}

impl Finding {
    /// Adds how the statements led to the rows, if no statement wrote them itself.
    pub(super) fn by_way_of(mut self, written: &Written<'_>, statements: &BTreeSet<usize>) -> Self {
        // A trigger may have set a column of rows that a statement wrote itself.
        let is_any = self.code == Code::ColumnOutOfScope;
        let ways: Vec<&Indirect> = statements
            .iter()
            .filter_map(|statement| written.case.look(*statement))
            .flat_map(|look| {
                look.run.paths.iter().filter(move |way| {
                    ident::same(written.table, &way.table)
                        && (is_any || !look.wrote_itself(way, written))
                })
            })
            .collect();
        if ways.is_empty() {
            return self;
        }
        self.is_indirect = !is_any && !ways.iter().all(|way| way.is_replacement());
        let ways: BTreeSet<String> = ways.into_iter().map(Indirect::told).collect();
        self.message += " (" + Sentence::join(ways.into_iter().map(bare), "; ") + ")";
        if self.code == Code::OutOfScope {
            self.help = "look at what leads there from the statement; keep it from doing so, or \
                declare these tenants if they are meant"
                .into();
        }
        self
    }
}
