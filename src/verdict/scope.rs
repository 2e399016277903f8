//! Findings about scope: what changed against what was declared, table by table, tenant by tenant.

use super::statement::few;
use super::{Case, Code, Finding, amendment, side_effects};
use crate::change::{Group, Owner, Owners, TableChanges};
use crate::migration::{self, Says};
use crate::rehearse::{Indirect, Outcome, StatementRun, UntrackedTouch};
use crate::scope::{Count, Op, ResolvedScope, ResolvedTable, Tenant, key_names_tenant};
use crate::sql::{Affinity, Span, Value, ident};
use std::collections::{BTreeMap, BTreeSet};

/// Tables with owners of rows in them.
type Places = BTreeSet<(String, Owner)>;

/// Adds the findings; returns where rows are outside the declared tenants, and where changes are
/// not declared.
pub(super) fn findings(case: Case<'_>, found: &mut Vec<Finding>) -> (Places, Places) {
    for (table, changes) in &case.diff.changes.tables {
        found.extend(unknown_owners(case, table, changes, &Owner::Unassigned));
        found.extend(unknown_owners(case, table, changes, &Owner::Ambiguous));
    }
    found.extend(
        case.diff
            .changes
            .moved
            .iter()
            .map(|moved| tenant_moved(case, moved)),
    );
    let Some(scope) = case.scope else {
        found.push(undeclared(case));
        return (places(case, |_, _, _| true), Places::new());
    };
    for (table, changes) in &case.diff.changes.tables {
        found.extend(out_of_scope(
            case,
            scope,
            table,
            changes,
            case.affinity(table),
        ));
        found.extend(undeclared_changes(case, scope, table, changes));
    }
    found.extend(passing(case, scope));
    for declared in scope.tables.values() {
        found.extend(declared_table(case, declared));
    }
    let outside = places(case, |table, _, owner| {
        !allows(scope, table, owner, case.affinity(table))
    });
    (
        outside,
        places(case, |table, changes, owner| {
            !is_declared(scope, table, changes, owner)
        }),
    )
}

/// The tables and owners that meet a condition.
fn places(case: Case<'_>, meets: impl Fn(&str, &TableChanges, &Owner) -> bool) -> Places {
    let mut found = Places::new();
    for (table, changes) in &case.diff.changes.tables {
        let owners = changes
            .owners()
            .filter(|owner| meets(table, changes, owner));
        found.extend(owners.map(|owner| (table.clone(), owner.clone())));
    }
    found
}

/// Whether every operation and column that changed an owner's rows is declared.
fn is_declared(scope: &ResolvedScope, table: &str, changes: &TableChanges, owner: &Owner) -> bool {
    let declared = scope.tables.get(&ident::folded(table)).map(|d| &d.expected);
    let op_is = |op: Op| declared.is_some_and(|d| d.counts.contains_key(&op));
    let column_is = |column: &String| {
        declared
            .and_then(|d| d.columns.as_ref())
            .is_none_or(|all| all.iter().any(|c| ident::same(c, column)))
    };
    let mut groups = changes.of_owner(owner);
    groups.all(|g| {
        Op::ALL
            .into_iter()
            .all(|op| g.changed.of(op) == 0 || op_is(op))
            && g.columns.keys().all(column_is)
    })
}

pub(super) fn allows(
    scope: &ResolvedScope,
    table: &str,
    owner: &Owner,
    affinity: Affinity,
) -> bool {
    match owner {
        Owner::Tenant(tenant) => scope.tenants_of(table).allows(tenant, affinity),
        Owner::Shared => true,
        Owner::Unassigned | Owner::Ambiguous => false,
    }
}

/// Sums over the groups that meet a condition: distinct rows, and the statements that wrote them.
fn sum(changes: &TableChanges, meets: impl Fn(&Owners) -> bool) -> (Vec<&Group>, BTreeSet<usize>) {
    let groups: Vec<&Group> = changes
        .groups
        .iter()
        .filter(|(owners, _)| meets(owners))
        .map(|(_, g)| g)
        .collect();
    let statements = groups
        .iter()
        .flat_map(|g| g.statements.iter().copied())
        .collect();
    (groups, statements)
}

fn unknown_owners(
    case: Case<'_>,
    table: &str,
    changes: &TableChanges,
    unknown: &Owner,
) -> Option<Finding> {
    let (groups, statements) = sum(changes, |owners| owners.each().any(|o| o == unknown));
    let rows: u64 = groups.iter().map(|g| g.touched).sum();
    if rows == 0 {
        return None;
    }
    let (code, message) = match unknown {
        Owner::Unassigned => (
            Code::UnassignedTable,
            format!(
                "{} of `{table}` {} written, and nothing says whose",
                self::rows(rows),
                was(rows)
            ),
        ),
        _ => (
            Code::AmbiguousTenant,
            format!(
                "{} of `{table}` {} written whose lookup gives no tenant, or several",
                self::rows(rows),
                was(rows)
            ),
        ),
    };
    let mut finding = Finding::new(code, message)
        .on(table)
        .at(case.first_place(&statements));
    finding.rows = Some(rows);
    Some(finding)
}

fn tenant_moved(case: Case<'_>, moved: &crate::change::MovedRows) -> Finding {
    let owners: Vec<String> = moved
        .owners
        .iter()
        .map(|o| case.names.describe_owner(o))
        .collect();
    let message = format!(
        "{} of `{}` moved to another tenant without being written: {}",
        rows(moved.rows),
        moved.table,
        few(&owners, ", ")
    );
    let mut finding = Finding::new(Code::TenantMoved, message).on(&moved.table);
    finding.rows = Some(moved.rows);
    finding.tenants = spell(case, moved.owners.iter());
    finding
}

fn undeclared(case: Case<'_>) -> Finding {
    let name = &case.migration.name;
    let observed = amendment::amendment(case);
    if let Some(head) = migration::directives(case.migration)
        .iter()
        .find(|directive| matches!(directive.says, Says::Expect(_)))
    {
        let message = format!(
            "the scope at the head of `{name}` is not filled in, so that nothing is declared"
        );
        let mut finding = Finding::new(Code::NoDeclaredScope, message)
            .at(Some(case.place_of(None, first_line(case, head.span))));
        finding.help = if observed.is_empty() {
            "no row is changed yet: write the statements, then fill in whose rows they may \
            change, `tenants`, and how many of which table, `[tables.NAME]`; if no row is \
            meant to change, `tenants = []`"
                .to_owned()
        } else {
            format!(
                "fill in whose rows it may change, `tenants`, and how many of which table, \
                `[tables.NAME]`; this is what was observed, and `harness accept` writes it \
                there if it is what you meant\n{}",
                amendment::as_toml(None, &observed)
            )
        };
        return finding;
    }
    let message = format!("no scope is declared for `{name}`");
    let mut finding = Finding::new(Code::NoDeclaredScope, message);
    finding.help = format!(
        "review this, which is what was observed, and declare it if it is what you meant: in \
        harness.toml, as `harness accept` writes it; or at the head of the migration in a \
        comment `/* harness: expect … */`, without `expect.NAME`\n{}",
        amendment::as_toml(Some(name), &observed)
    );
    finding
}

/// The first line of some bytes of the migration.
fn first_line(case: Case<'_>, span: Span) -> Span {
    let first = span
        .of(&case.migration.text)
        .lines()
        .next()
        .unwrap_or_default()
        .trim_end();
    Span {
        start: span.start,
        end: span.start + first.len(),
    }
}

pub(super) fn out_of_scope(
    case: Case<'_>,
    scope: &ResolvedScope,
    table: &str,
    changes: &TableChanges,
    affinity: Affinity,
) -> Option<Finding> {
    let is_outside =
        |owner: &Owner| matches!(owner, Owner::Tenant(_)) && !allows(scope, table, owner, affinity);
    let (groups, statements) = sum(changes, |owners| owners.each().any(is_outside));
    let rows: u64 = groups.iter().map(|g| g.touched).sum();
    if rows == 0 {
        return None;
    }
    let differing: u64 = groups.iter().map(|g| g.changed.total()).sum();
    let touched: u64 = changes.groups.values().map(|g| g.touched).sum();
    let owners: Vec<&Owner> = changes.owners().filter(|o| is_outside(o)).collect();
    let whose: Vec<String> = owners
        .iter()
        .map(|o| case.names.describe_owner(o))
        .collect();
    let tenants = if owners.len() == 1 {
        "a tenant"
    } else {
        "tenants"
    };
    let which = match (rows, touched) {
        (1, 1) => format!("the one row of `{table}` written belongs"),
        (n, m) if n == m => format!("all {n} rows of `{table}` written belong"),
        (1, m) => format!("1 of the {m} rows of `{table}` written belongs"),
        (n, m) => format!("{n} of the {m} rows of `{table}` written belong"),
    };
    let luck = if differing < rows {
        format!(" ({} of them kept their values)", rows - differing)
    } else {
        String::new()
    };
    let message = format!(
        "{which} to {tenants} outside the declared scope: {}{luck}",
        few(&whose, ", ")
    );
    let mut finding = Finding::new(Code::OutOfScope, message)
        .on(table)
        .at(case.first_place(&statements))
        .by_way_of(case, &statements);
    finding.rows = Some(rows);
    finding.tenants = spell(case, owners.into_iter());
    Some(finding)
}

/// Rows outside the scope that were written and could not be followed to the end, where nothing
/// else shows it.
fn passing(case: Case<'_>, scope: &ResolvedScope) -> Vec<Finding> {
    let shown = |table: &str, owner: &Owner| {
        let mut tables = case
            .diff
            .changes
            .tables
            .iter()
            .filter(|(name, _)| ident::same(name, table));
        tables.any(|(_, changes)| changes.concerns(owner))
    };
    let is_outside = |touch: &&UntrackedTouch| {
        let (table, owner) = (&touch.table, &touch.owner);
        !is_helper(case, touch)
            && !allows(scope, table, owner, case.affinity(table))
            && !shown(table, owner)
    };
    let mut tables: BTreeMap<&str, Vec<&UntrackedTouch>> = BTreeMap::new();
    for touch in case.rehearsal.touched.untracked.iter().filter(is_outside) {
        tables.entry(&touch.table).or_default().push(touch);
    }
    tables
        .into_iter()
        .map(|(table, touches)| passed(case, table, &touches))
        .collect()
}

/// Whether a touch is of a helper table of the migration's own that is gone at its end, or has no
/// tenant to tell: that is nobody's. One that took a table's place is not.
pub(super) fn is_helper(case: Case<'_>, touch: &UntrackedTouch) -> bool {
    let (before, after) = (&case.rehearsal.before, &case.rehearsal.after);
    let is_own = touch.origin.is_none() && before.table(&touch.table).is_none();
    is_own && (touch.owner == Owner::Unassigned || after.table(&touch.table).is_none())
}

fn passed(case: Case<'_>, table: &str, touches: &[&UntrackedTouch]) -> Finding {
    let n: u64 = touches.iter().map(|touch| touch.rows).sum();
    let owners: BTreeSet<&Owner> = touches.iter().map(|touch| &touch.owner).collect();
    let whose: Vec<String> = owners
        .iter()
        .map(|owner| case.names.describe_owner(owner))
        .collect();
    let (rows, were) = (rows(n), was(n));
    let message = format!(
        "{rows} of `{table}` outside the declared scope {were} written, though nothing in the \
        two states shows it: {}",
        few(&whose, ", ")
    );
    let place = case.first_place(touches.iter().flat_map(|touch| &touch.statements));
    let mut finding = Finding::new(Code::OutOfScope, message).on(table).at(place);
    finding.rows = Some(n);
    finding.tenants = spell(case, owners.into_iter());
    finding
}

/// Changes of tables, or by operations, that are not declared.
fn undeclared_changes(
    case: Case<'_>,
    scope: &ResolvedScope,
    table: &str,
    changes: &TableChanges,
) -> Vec<Finding> {
    let declared = scope.tables.get(&ident::folded(table));
    let (groups, statements) = sum(changes, |_| true);
    let is_missing = |op: &Op| declared.is_none_or(|d| !d.expected.counts.contains_key(op));
    let mut found = Vec::new();
    for op in Op::ALL.into_iter().filter(is_missing) {
        let rows: u64 = groups.iter().map(|g| g.changed.of(op)).sum();
        if rows > 0 {
            let what = if declared.is_some() {
                format!("no `{}` is declared for it", op.word())
            } else {
                "the table is not declared".to_owned()
            };
            let message = format!(
                "{} of `{table}` {} {}, and {what}",
                self::rows(rows),
                was(rows),
                participle(op)
            );
            let finding = Finding::new(Code::UndeclaredChange, message)
                .on(table)
                .at(case.first_place(&statements));
            let mut finding = finding.by_way_of(case, &statements);
            finding.rows = Some(rows);
            found.push(finding);
        }
    }
    found
}

/// Counts and columns of a declared table, changed or not.
fn declared_table(case: Case<'_>, declared: &ResolvedTable) -> Vec<Finding> {
    let table = &declared.expected.table;
    let none = TableChanges::default();
    let found = case
        .diff
        .changes
        .tables
        .iter()
        .find(|(name, _)| ident::same(name, table));
    let (name, changes) = found.map_or((table, &none), |(name, changes)| (name, changes));
    let mut findings = Vec::new();
    // What a failing migration left says nothing about how much it would have changed.
    if case.rehearsal.outcome == Outcome::Applied && !case.rehearsal.left_open {
        let each = declared.expected.counts.iter();
        findings
            .extend(each.filter_map(|(op, count)| count_mismatch(case, name, changes, *op, count)));
    }
    findings.extend(columns_out_of_scope(case, declared, name, changes));
    findings
}

pub(super) fn count_mismatch(
    case: Case<'_>,
    table: &str,
    changes: &TableChanges,
    op: Op,
    count: &Count,
) -> Option<Finding> {
    let rows = changes.changed().of(op);
    let wrong = match count {
        Count::Any => None,
        Count::Range(from, to) => (rows < *from || rows > *to).then(|| {
            format!(
                "{} {}, {} declared",
                self::rows(rows),
                participle(op),
                count.spelling()
            )
        }),
        Count::PerTenant(each) => per_tenant(case, table, changes, op, each),
    }?;
    let (_, statements) = sum(changes, |_| true);
    let mut finding = Finding::new(Code::CountMismatch, format!("`{table}`: {wrong}"))
        .on(table)
        .at(case.first_place(&statements));
    finding.rows = Some(rows);
    Some(finding)
}

/// The tenants whose numbers differ from the declared ones; a tenant that is not named must have
/// none.
fn per_tenant(
    case: Case<'_>,
    table: &str,
    changes: &TableChanges,
    op: Op,
    each: &[(Value, u64)],
) -> Option<String> {
    let affinity = case.affinity(table);
    let is = |declared: &Value, tenant: &Tenant| {
        key_names_tenant(declared, tenant, &case.names.spell(tenant), affinity)
    };
    let actual = |owner: &Owner| -> u64 { changes.of_owner(owner).map(|g| g.changed.of(op)).sum() };
    let owners: Vec<&Owner> = changes.owners().filter(|o| actual(o) > 0).collect();
    let mut wrong = Vec::new();
    for owner in &owners {
        let named: Vec<&(Value, u64)> = each
            .iter()
            .filter(|(declared, _)| matches!(owner, Owner::Tenant(t) if is(declared, t)))
            .collect();
        let declared = named.first().map_or(0, |(_, n)| *n);
        if let [(first, _), (second, _), ..] = named[..] {
            let (whose, first, second) = (
                case.names.describe_owner(owner),
                first.spelling(),
                second.spelling(),
            );
            wrong.push(format!(
                "{whose}: declared twice, as `{first}` and as `{second}`"
            ));
        } else if actual(owner) != declared {
            wrong.push(format!(
                "{}: {} {}, {declared} declared",
                case.names.describe_owner(owner),
                rows(actual(owner)),
                participle(op)
            ));
        }
    }
    for (declared, n) in each {
        let met = owners
            .iter()
            .any(|o| matches!(o, Owner::Tenant(t) if is(declared, t)));
        if !met && *n > 0 {
            wrong.push(format!(
                "{}: no row {}, {n} declared",
                declared.spelling(),
                participle(op)
            ));
        }
    }
    (!wrong.is_empty()).then(|| few(&wrong, "; "))
}

pub(super) fn columns_out_of_scope(
    case: Case<'_>,
    declared: &ResolvedTable,
    table: &str,
    changes: &TableChanges,
) -> Option<Finding> {
    let allowed = declared.expected.columns.as_ref()?;
    let is_outside = |column: &String| !allowed.iter().any(|a| ident::same(a, column));
    let (groups, statements) = sum(changes, |_| true);
    let columns: BTreeSet<&String> = groups
        .iter()
        .flat_map(|g| g.columns.keys())
        .filter(|c| is_outside(c))
        .collect();
    if columns.is_empty() {
        return None;
    }
    let cells =
        |column: &&String| -> u64 { groups.iter().filter_map(|g| g.columns.get(*column)).sum() };
    let each: Vec<String> = columns
        .iter()
        .map(|c| format!("`{c}` in {}", rows(cells(c))))
        .collect();
    let message = format!(
        "updates of `{table}` changed columns that are not declared: {}",
        each.join(", ")
    );
    let writing = statements.iter().filter(|statement| {
        columns
            .iter()
            .any(|column| may_set(case, **statement, table, column))
    });
    let finding = Finding::new(Code::ColumnOutOfScope, message)
        .on(table)
        .at(case.first_place(writing));
    let mut finding = finding.by_way_of(case, &statements);
    finding.rows = columns.iter().map(cells).max();
    Some(finding)
}

/// Whether a statement may have set a column of a table: an UPDATE of that very table that assigns
/// others has not.
fn may_set(case: Case<'_>, statement: usize, table: &str, column: &str) -> bool {
    let run = case
        .rehearsal
        .statements
        .iter()
        .find(|run| run.index == statement);
    let target = case
        .migration
        .statements
        .get(statement.wrapping_sub(1))
        .and_then(|s| s.table.as_deref());
    match run.and_then(|run| run.preview.as_ref()) {
        Some(Ok(preview))
            if target.is_some_and(|t| ident::same(t, table)) && !preview.assigned.is_empty() =>
        {
            preview
                .assigned
                .iter()
                .any(|assigned| ident::same(&assigned.column, column))
        }
        _ => true,
    }
}

impl Finding {
    /// Adds how the statements led to the rows, where no statement wrote them itself.
    fn by_way_of(mut self, case: Case<'_>, statements: &BTreeSet<usize>) -> Self {
        let Some(table) = self.table.clone() else {
            return self;
        };
        let runs = case
            .rehearsal
            .statements
            .iter()
            .filter(|run| statements.contains(&run.index));
        let changes = case.diff.changes.tables.get(&table);
        let is_own = |run: &StatementRun, way: &Indirect| {
            changes.is_some_and(|c| side_effects::is_of_own_rows(case, run, way, c))
        };
        let ways = runs
            .flat_map(|run| run.paths.iter().map(move |way| (run, way)))
            .filter(|(_, way)| ident::same(&way.table, &table));
        // Of the rows that a statement wrote itself, a trigger may still be what set a column.
        let ways =
            ways.filter(|(run, way)| self.code == Code::ColumnOutOfScope || !is_own(run, way));
        let ways: BTreeSet<String> = ways.map(|(_, way)| way.told()).collect();
        if ways.is_empty() {
            return self;
        }
        self.message = format!(
            "{} ({})",
            self.message,
            ways.into_iter().collect::<Vec<_>>().join("; ")
        );
        if self.code == Code::OutOfScope {
            "look at what leads there from the statement; keep it from doing so, or declare \
            these tenants if they are meant"
                .clone_into(&mut self.help);
        }
        self
    }
}

/// The tenants among some owners, as reports spell them.
pub(super) fn spell<'o>(case: Case<'_>, owners: impl Iterator<Item = &'o Owner>) -> Vec<String> {
    let tenant = |owner: &Owner| match owner {
        Owner::Tenant(tenant) => Some(case.names.spell(tenant)),
        _ => None,
    };
    owners.filter_map(tenant).collect()
}

pub(super) fn rows(n: u64) -> String {
    if n == 1 {
        "1 row".to_owned()
    } else {
        format!("{n} rows")
    }
}

fn was(n: u64) -> &'static str {
    if n == 1 { "was" } else { "were" }
}

pub(super) fn participle(op: Op) -> &'static str {
    match op {
        Op::Insert => "inserted",
        Op::Update => "updated",
        Op::Delete => "deleted",
    }
}
