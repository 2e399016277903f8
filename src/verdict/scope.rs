//! Findings about whose rows were written: nothing is declared, a tenant is outside, an owner is
//! not known. How many rows and which columns is the matter of `counts`.

use super::declared::{self, Allowed};
use super::finding::first_line;
use super::phrases::{owners, rows_of, spelled, was};
use super::{Case, Code, Finding, amendment, counts, side_effects};
use crate::change::{MovedRows, Owner, RowGroup, TableChanges};
use crate::migration::{self, Says};
use crate::rehearse::{Indirect, StatementRun, UntrackedTouch};
use crate::sentence::{Sentence, bare, name, value};
use crate::sql::ident;
use std::collections::{BTreeMap, BTreeSet};

/// Tables with owners of rows in them.
type Places = BTreeSet<(String, Owner)>;

pub(super) fn findings(case: Case<'_>) -> Vec<Finding> {
    let (tables, moved) = (&case.diff.changes.tables, &case.diff.changes.moved);
    let unknown = [Owner::Unassigned, Owner::Ambiguous];
    let of_nobody = |(table, changes): (&String, &_)| {
        unknown
            .each_ref()
            .map(|owner| unknown_owner(case, table, changes, owner))
    };
    let mut found: Vec<Finding> = tables.iter().flat_map(of_nobody).flatten().collect();
    found.extend(moved.iter().map(|moved| tenant_moved(case, moved)));
    if case.scope.is_none() {
        found.push(no_declared_scope(case));
        return found;
    }
    for (table, changes) in tables {
        found.extend(out_of_scope(case, table, changes));
        found.extend(counts::undeclared_changes(case, table, changes));
    }
    found.extend(passing(case));
    found.extend(counts::of_declared(case));
    found
}

/// The tables and owners whose rows may not be written.
pub(super) fn outside(case: Case<'_>) -> Places {
    let mut outside = Places::new();
    for (table, changes) in &case.diff.changes.tables {
        let allowed = Allowed::of(case, table);
        let is_allowed = |owner: &Owner| allowed.as_ref().is_some_and(|it| it.owner(owner));
        let owners = changes.owners().filter(|owner| !is_allowed(owner));
        outside.extend(owners.map(|owner| (table.clone(), owner.clone())));
    }
    outside
}

/// The tables and owners with changes of an operation or column that is not declared; none if no
/// scope is.
pub(super) fn undeclared(case: Case<'_>) -> Places {
    let tables = case
        .diff
        .changes
        .tables
        .iter()
        .filter(|_| case.scope.is_some());
    let places = tables.flat_map(|(table, changes)| {
        let is_declared = |owner: &Owner| declared::is_declared(case, table, changes, owner);
        let owners = changes.owners().filter(move |owner| !is_declared(owner));
        owners.map(|owner| (table.clone(), owner.clone()))
    });
    places.collect()
}

/// The statements that wrote rows of some groups.
pub(super) fn statements<'g>(groups: impl IntoIterator<Item = &'g RowGroup>) -> BTreeSet<usize> {
    let statements = groups.into_iter().flat_map(|group| &group.statements);
    statements.copied().collect()
}

/// The groups of rows with an owner that meets a condition.
fn owned_by(changes: &TableChanges, is_meant: impl Fn(&Owner) -> bool) -> Vec<&RowGroup> {
    let groups = changes.groups.iter();
    groups
        .filter(|(owners, _)| owners.each().any(&is_meant))
        .map(|(_, group)| group)
        .collect()
}

fn touched<'g>(groups: impl IntoIterator<Item = &'g RowGroup>) -> u64 {
    groups.into_iter().map(|group| group.touched).sum()
}

fn unknown_owner(
    case: Case<'_>,
    table: &str,
    changes: &TableChanges,
    unknown: &Owner,
) -> Option<Finding> {
    let groups = owned_by(changes, |owner| owner == unknown);
    let rows = touched(groups.iter().copied());
    if rows == 0 {
        return None;
    }
    let (code, why) = match unknown {
        Owner::Unassigned => (Code::UnassignedTable, " written, and nothing says whose"),
        _ => (
            Code::AmbiguousTenant,
            " written whose lookup gives no tenant, or several",
        ),
    };
    let finding = Finding::new(code, rows_of(rows, table) + " " + was(rows) + why);
    let place = case.first_place(&statements(groups));
    Some(finding.on(table).at(place).rows(rows))
}

fn tenant_moved(case: Case<'_>, moved: &MovedRows) -> Finding {
    let message = rows_of(moved.rows, &moved.table)
        + " moved to another tenant without being written: "
        + owners(case, &moved.owners);
    Finding::new(Code::TenantMoved, message)
        .on(&moved.table)
        .rows(moved.rows)
        .tenants(spelled(case, &moved.owners))
}

fn no_declared_scope(case: Case<'_>) -> Finding {
    let migration = &case.migration.name;
    let directives = migration::directives(case.migration);
    let head = directives
        .iter()
        .find(|d| matches!(d.says, Says::Expect(_)));
    if let Some(head) = head {
        let message = "the scope at the head of "
            + name(migration)
            + " is not filled in, so that nothing is declared";
        let place = case.place_of(None, first_line(case.migration, head.span));
        return Finding::new(Code::NoDeclaredScope, message)
            .at(place)
            .help(fill_in(case));
    }
    let observed = amendment::amendment(case);
    let help = "review this, which is what was observed, and declare it if it is what you meant: \
        in harness.toml, as `harness accept` writes it; or at the head of the migration in a \
        comment `/* harness: expect … */`, without `expect.NAME`\n";
    Finding::new(
        Code::NoDeclaredScope,
        "no scope is declared for " + name(migration),
    )
    .help(help + value(amendment::as_toml(Some(migration), &observed)))
}

/// What to write into an empty scope at the head of a migration.
fn fill_in(case: Case<'_>) -> Sentence {
    let observed = amendment::amendment(case);
    if observed.is_empty() {
        return "no row is changed yet: write the statements, then fill in whose rows they may \
            change, `tenants`, and how many of which table, `[tables.NAME]`; if no row is meant \
            to change, `tenants = []`"
            .into();
    }
    let help = "fill in whose rows it may change, `tenants`, and how many of which table, \
        `[tables.NAME]`; this is what was observed, and `harness accept` writes it there if it \
        is what you meant\n";
    help + value(amendment::as_toml(None, &observed))
}

fn out_of_scope(case: Case<'_>, table: &str, changes: &TableChanges) -> Option<Finding> {
    let allowed = Allowed::of(case, table)?;
    let groups = owned_by(changes, |owner| allowed.is_outside(owner));
    let rows = touched(groups.iter().copied());
    if rows == 0 {
        return None;
    }
    let outside: Vec<&Owner> = changes.owners().filter(|o| allowed.is_outside(o)).collect();
    let differing: u64 = groups.iter().map(|group| group.changed.total()).sum();
    let tenants = match outside.len() {
        1 => " to a tenant",
        _ => " to tenants",
    };
    let mut message = share(rows, touched(changes.groups.values()), table)
        + tenants
        + " outside the declared scope: "
        + owners(case, outside.iter().copied());
    if differing < rows {
        message = message + " (" + (rows - differing) + " of them kept their values)";
    }
    let statements = statements(groups);
    let finding = Finding::new(Code::OutOfScope, message)
        .on(table)
        .at(case.first_place(&statements))
        .rows(rows)
        .tenants(spelled(case, outside));
    Some(finding.by_way_of(case, &statements))
}

/// `3 of the 7 rows of the table written belong`
fn share(rows: u64, all: u64, table: &str) -> Sentence {
    let lead = match (rows, all) {
        (1, 1) => "the one row of ".into(),
        (n, m) if n == m => "all " + Sentence::from(n) + " rows of ",
        (n, m) => Sentence::from(n) + " of the " + m + " rows of ",
    };
    let verb = if rows == 1 { "belongs" } else { "belong" };
    lead + name(table) + " written " + verb
}

/// Rows outside the scope that were written and could not be followed to the end, if nothing else
/// shows them.
fn passing(case: Case<'_>) -> Vec<Finding> {
    let is_outside = |touch: &&UntrackedTouch| {
        let (table, owner) = (&touch.table, &touch.owner);
        let is_shown = || {
            case.changes(table)
                .is_some_and(|changes| changes.concerns(owner))
        };
        !is_helper(case, touch)
            && Allowed::of(case, table).is_some_and(|allowed| !allowed.owner(owner))
            && !is_shown()
    };
    let mut tables: BTreeMap<&str, Vec<&UntrackedTouch>> = BTreeMap::new();
    for touch in case.rehearsal.touched.untracked.iter().filter(is_outside) {
        tables.entry(&touch.table).or_default().push(touch);
    }
    let tables = tables.into_iter();
    tables
        .map(|(table, touches)| passed(case, table, &touches))
        .collect()
}

/// Whether a touch is of the migration's own helper table that is gone at its end, or has no
/// tenant: those rows are nobody's. A table that replaced another is no helper.
pub(super) fn is_helper(case: Case<'_>, touch: &UntrackedTouch) -> bool {
    let [before, after] = case.catalogs();
    let is_own = touch.origin.is_none() && before.table(&touch.table).is_none();
    is_own && (touch.owner == Owner::Unassigned || after.table(&touch.table).is_none())
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

impl Finding {
    /// Adds how the statements led to the rows, if no statement wrote them itself.
    pub(super) fn by_way_of(mut self, case: Case<'_>, statements: &BTreeSet<usize>) -> Self {
        let Some(changes) = self.table.as_deref().and_then(|table| case.changes(table)) else {
            return self;
        };
        // A trigger may have set a column of rows that a statement wrote itself.
        let is_any = self.code == Code::ColumnOutOfScope;
        let is_of_table = |way: &Indirect| {
            self.table
                .as_ref()
                .is_some_and(|t| ident::same(t, &way.table))
        };
        let leads = |run: &StatementRun, way: &Indirect| {
            is_of_table(way) && (is_any || !side_effects::is_of_own_rows(case, run, way, changes))
        };
        let runs = statements
            .iter()
            .filter_map(|statement| case.run(*statement));
        let ways = runs.flat_map(|run| run.paths.iter().map(move |way| (run, way)));
        let ways: BTreeSet<String> = ways
            .filter(|(run, way)| leads(run, way))
            .map(|(_, way)| way.told())
            .collect();
        if ways.is_empty() {
            return self;
        }
        self.message = self.message + " (" + Sentence::join(ways.into_iter().map(bare), "; ") + ")";
        if self.code == Code::OutOfScope {
            self.help = "look at what leads there from the statement; keep it from doing so, or \
                declare these tenants if they are meant"
                .into();
        }
        self
    }
}
