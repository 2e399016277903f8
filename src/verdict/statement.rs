//! Findings about what one statement says: whose rows its WHERE clause reaches and why, what it
//! leaves as it was, what it takes for a string, and what differs from run to run.

mod nulls;
mod shifted;
mod untied;

use super::case::Look;
use super::declared::Allowed;
use super::finding::first_line;
use super::phrases::{described, few, list, names, rows_or_none, tenants};
use super::{Case, Code, Finding, Place, Severity};
use crate::migration::{Migration, ObjectType, StatementKind};
use crate::rehearse::{PartialRun, PreviewRun, SubqueryRun, TakenString};
use crate::rewrite::{self, OuterColumn, UpdateOrDelete, Varies, Varying};
use crate::scope::{AllowedTenants, Count, Tenant};
use crate::sentence::{Sentence, clause, name, sql};
use crate::sql::Span;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn findings(case: Case<'_>) -> Vec<Finding> {
    let of_text = |look: Look<'_>| {
        let outer = look.run.outer.iter().map(|outer| look.outer_column(outer));
        let of_names = look.strings().into_iter().chain(outer);
        let mut found: Vec<Finding> = of_names.chain(look.varying()).collect();
        if let Some(preview) = look.preview().filter(|_| look.statement.kind.finds_rows()) {
            found.extend(look.of_rows(preview));
        }
        found
    };
    let families = [nulls::findings, shifted::findings, untied::findings].into_iter();
    case.ran()
        .flat_map(of_text)
        .chain(families.flat_map(|family| family(case)))
        .chain(no_statement(case.migration))
        .collect()
}

/// That there is nothing to run, which is no fault: runners take such a file as they take any other.
fn no_statement(migration: &Migration) -> Option<Finding> {
    if !migration.statements.is_empty() {
        return None;
    }
    let message = name(&migration.name) + " holds no statement, so it does nothing";
    let end = migration.text.len();
    let head = first_line(migration, Span { start: 0, end });
    let place = (head.end > 0).then(|| Place::of(migration, None, head));
    Some(Finding::new(Code::NoStatement, message).at(place))
}

impl Look<'_> {
    /// Findings about the rows that an UPDATE or DELETE reaches.
    fn of_rows(self, preview: &PreviewRun) -> Vec<Finding> {
        let partial = &preview.partial;
        let mut found: Vec<Finding> = partial
            .iter()
            .map(|run| self.partial_key(run, preview))
            .collect();
        if partial.is_empty() {
            found.extend(self.fan_out(preview));
        }
        // What the migration made itself surprises no reader.
        let is_own = self.is_own_table();
        found.extend(self.matches_nothing(preview).filter(|_| !is_own));
        if let Ok(update) = UpdateOrDelete::parse(self.sql()) {
            if !update.has_where() && !is_own {
                found.extend(self.missing_where(preview));
            }
            for (column, span) in update.self_named() {
                found.push(self.self_named(&column, span));
            }
            for (column, other, span) in update.joined_by_and() {
                found.push(self.joined_by_and(&column, &other, span));
            }
        }
        found.extend(self.no_effect(preview));
        found
    }

    /// Some bytes of the statement as a place.
    pub(super) fn place(self, span: Span) -> Place {
        let start = self.statement.span.start;
        let span = Span {
            start: start + span.start,
            end: start + span.end,
        };
        Place::of(self.case.migration, Some(self.statement.index), span)
    }

    pub(super) fn spelled<'t>(self, tenants: impl IntoIterator<Item = &'t Tenant>) -> Vec<String> {
        let spell = |tenant| self.case.names.spell(tenant);
        tenants.into_iter().map(spell).collect()
    }

    /// Whether the migration made the target itself.
    fn is_own_table(self) -> bool {
        let before = &self.case.rehearsal.before;
        let is_new = |table: &String| before.table(table).is_none();
        self.statement.table.as_ref().is_some_and(is_new)
    }

    fn partial_key(self, run: &PartialRun, preview: &PreviewRun) -> Finding {
        let partial = &run.partial;
        let (severity, effect) = self.partial_effect(run, preview);
        self.finding(
            Code::PartialKeyMatch,
            self.partial_lead(run) + ": " + effect,
        )
        .at(self.place(partial.span))
        .severity(severity)
        .help("match the whole key: " + clause(&partial.corrected))
        .rows(preview.rows)
        .tenants(self.spelled(preview.tenants.keys()))
    }

    /// ``id` is half of the key (system_id, id) of `point_info``
    fn partial_lead(self, PartialRun { partial, .. }: &PartialRun) -> Sentence {
        let is = if partial.compared.len() == 1 {
            " is "
        } else {
            " are "
        };
        let part = if partial.key.len() == 2 {
            "half"
        } else {
            "a part"
        };
        let (key, refers) = match &partial.refers {
            Some(parent) => (" of the foreign key (", " to " + name(parent)),
            None => (" of the key (", Sentence::default()),
        };
        names(&partial.compared)
            + is
            + part
            + key
            + list(&partial.key)
            + ") of "
            + name(self.statement.table.as_deref().unwrap_or_default())
            + refers
    }

    /// What it reaches, and how bad that is.
    fn partial_effect(self, run: &PartialRun, preview: &PreviewRun) -> (Severity, Sentence) {
        let partial = &run.partial;
        let corrected = sql(&partial.corrected);
        let reach = match partial.compared.len() {
            1 => "it reaches ",
            _ => "they reach ",
        };
        let reached = self.counted(preview.rows, &preview.tenants);
        match &run.whole {
            Some((rows, tenants)) if *rows < preview.rows => {
                let meant = self.counted(*rows, tenants);
                let message = reach + reached + ", where " + corrected + " reaches " + meant;
                (Severity::Error, message)
            }
            _ if preview.rows == 0 => {
                let message = Sentence::from(reach) + "no row here, and could elsewhere; compare ";
                (Severity::Warning, message + corrected)
            }
            Some(_) => {
                let rest = " here, and another snapshot may differ";
                (
                    Severity::Warning,
                    corrected + " reaches the same " + reached + rest,
                )
            }
            None => {
                let (severity, rest) = self.unrewritten(run, preview);
                (severity, reach + reached + rest)
            }
        }
    }

    /// How bad it is if the statement over the whole key is not known to reach fewer rows.
    fn unrewritten(self, run: &PartialRun, preview: &PreviewRun) -> (Severity, Sentence) {
        let (partial, rows) = (&run.partial, preview.rows);
        let corrected = sql(&partial.corrected);
        // As whole keys, so many values would name no more rows than they are.
        let is_few = partial.names.is_none_or(|names| rows <= names);
        match partial.statement {
            None if self.is_for_all() => (Severity::Note, ", and all tenants are declared".into()),
            None if self.are_declared(preview) => {
                (Severity::Note, ", and all of them are declared".into())
            }
            None if is_few => (Severity::Warning, " here; compare " + corrected),
            _ => (Severity::Error, "; compare " + corrected),
        }
    }

    /// The tenants of the rows that a subquery selects, compared with those of the rows that the
    /// statement reaches.
    fn fan_out(self, preview: &PreviewRun) -> Option<Finding> {
        let (query, selected, beyond) = preview
            .subqueries
            .iter()
            .find_map(|run| reaches_beyond(run, preview))?;
        let rows = beyond.values().sum();
        let message = "the subquery selects rows of "
            + tenants(self.case, selected.keys())
            + ", and the statement reaches "
            + rows_or_none(rows)
            + " of others: "
            + tenants(self.case, beyond.keys().copied());
        Some(
            self.finding(Code::SubqueryFanOut, message)
                .at(self.place(query))
                .rows(rows)
                .tenants(self.spelled(beyond.into_keys())),
        )
    }

    fn missing_where(self, preview: &PreviewRun) -> Option<Finding> {
        let table = self.statement.table.as_deref()?;
        if preview.rows == 0 {
            return None;
        }
        let verb = self.statement.kind.word().to_uppercase();
        let message = format!("this {verb} has no WHERE clause and reaches ");
        let is_meant = self.is_for_all() || self.is_counted(table, preview);
        let finding = self
            .finding(
                Code::MissingWhere,
                Sentence::from(message) + self.counted(preview.rows, &preview.tenants),
            )
            .severity(is_meant.then_some(Severity::Note))
            .rows(preview.rows);
        Some(finding)
    }

    /// Whether the scope says how many rows of the reached tenants: who declares that knows that
    /// it is all of them.
    fn is_counted(self, table: &str, preview: &PreviewRun) -> bool {
        let expected = self.case.expected(table).zip(self.statement.kind.op());
        let count = expected.and_then(|(expected, op)| expected.counts.get(&op));
        let allows = |allowed: Allowed<'_>| preview.tenants.keys().all(|t| allowed.tenant(t));
        let is_selected = expected.is_some_and(|(expected, op)| expected.selects(op));
        (is_selected || count.is_some_and(|count| *count != Count::Any))
            && self.case.written_in(table).allowed().is_some_and(allows)
    }

    /// Whether rows of all tenants are declared for the target.
    fn is_for_all(self) -> bool {
        let scope = self.case.scope.zip(self.statement.table.as_deref());
        scope.is_some_and(|(scope, table)| {
            self.case.expected(table).is_some()
                && matches!(scope.tenants_of(table), AllowedTenants::All)
        })
    }

    /// Whether the reached tenants are several, and rows of each are declared for the target.
    fn are_declared(self, preview: &PreviewRun) -> bool {
        let Some(table) = self.statement.table.as_deref() else {
            return false;
        };
        let allows = |allowed: Allowed<'_>| preview.tenants.keys().all(|it| allowed.tenant(it));
        preview.tenants.len() > 1
            && self.case.expected(table).is_some()
            && self.case.written_in(table).allowed().is_some_and(allows)
    }

    fn matches_nothing(self, preview: &PreviewRun) -> Option<Finding> {
        let table = self.statement.table.as_deref()?;
        let is_nothing = preview.rows == 0 && !preview.target_is_empty && self.rows() == 0;
        let message = format!("this {} matches no row of ", self.statement.kind.word());
        is_nothing
            .then(|| self.finding(Code::MatchesNothing, Sentence::from(message) + name(table)))
    }

    fn no_effect(self, preview: &PreviewRun) -> Option<Finding> {
        let (direct, indirect) = (self.run.direct, self.run.indirect);
        if !preview.changes_nothing || indirect.total() > 0 || direct.update == 0 {
            return None;
        }
        let them = match preview.rows {
            1 => " and gives it the values that it has",
            _ => " and gives each the values that it has",
        };
        let written = self.counted(preview.rows, &preview.tenants);
        Some(
            self.finding(Code::NoEffect, "this update writes " + written + them)
                .rows(preview.rows),
        )
    }

    fn self_named(self, column: &str, span: Span) -> Finding {
        let message = name(column) + " is set to the string that is its own name";
        self.finding(Code::SelfNamedLiteral, message)
            .at(self.place(span))
    }

    fn joined_by_and(self, column: &str, other: &str, span: Span) -> Finding {
        let message = name(column)
            + " is set to whether both are true, 0 or 1, and "
            + name(other)
            + " is not set: AND is in the place of a comma";
        self.finding(Code::AndForComma, message)
            .at(self.place(span))
    }

    /// Names taken for strings. A name that can only be meant as a column is an error; elsewhere a
    /// string may have been meant.
    fn strings(self) -> Option<Finding> {
        let strings = &self.run.strings;
        let first = strings.first()?;
        let shown = |taken: &TakenString| taken.span.of(self.sql());
        let names: BTreeSet<&str> = strings.iter().map(shown).collect();
        let what = match names.len() {
            1 => " names no column here, so it is a string",
            _ => " name no columns here, so they are strings",
        };
        let message = few(names.into_iter().map(clause), ", ") + what;
        let is_index = self.statement.kind == StatementKind::Create(ObjectType::Index);
        let (taken, message) = match strings.iter().find(|taken| taken.is_column) {
            Some(meant) if is_index => (meant, message + ", and the index is of that string"),
            Some(meant) => {
                let fills = ", and fills the column " + clause(shown(meant));
                (meant, message + fills + " with its own name")
            }
            None => (first, message),
        };
        Some(
            self.finding(Code::DoubleQuotedLiteral, message)
                .at(self.place(taken.span))
                .severity((!taken.is_column).then_some(Severity::Warning)),
        )
    }

    /// A subquery that gives a column of the row outside.
    fn outer_column(self, outer: &OuterColumn) -> Finding {
        let OuterColumn {
            column,
            table,
            read,
            span,
        } = outer;
        let meant = name(format!("{table}.{column}"));
        let has = if read.len() == 1 { " has" } else { " have" };
        let message = names(read)
            + has
            + " no column "
            + name(column)
            + ", so this subquery gives "
            + meant.clone()
            + " of the row outside, whatever it reads";
        self.finding(Code::OuterColumn, message)
            .at(self.place(*span))
            .help("name a column of " + names(read) + "; if the outer one is meant, write " + meant)
    }

    fn varying(self) -> Vec<Finding> {
        if !self.statement.kind.writes_rows() {
            return Vec::new();
        }
        let grouped = rewrite::bare_columns(self.sql(), self.case.catalogs()).into_iter();
        let grouped = grouped.map(|span| Varies {
            by: Varying::Group,
            chooses: false,
            span,
        });
        let found = rewrite::varying(self.sql()).into_iter().chain(grouped);
        let finding = |Varies { by, chooses, span }| {
            // Which rows it writes was then not evaluated.
            let is_chance = by == Varying::Chance && chooses;
            self.finding(Code::Nondeterministic, varies(by, chooses))
                .severity(is_chance.then_some(Severity::Error))
                .at(self.place(span))
        };
        found.map(finding).collect()
    }

    /// `5 rows of 5 tenants`, `1 row of tenant 9 (Amber Electric)`, `no row`
    pub(super) fn counted(self, n: u64, tenants: &BTreeMap<Tenant, u64>) -> Sentence {
        let rows = rows_or_none(n);
        match (tenants.len(), tenants.keys().next()) {
            (1, Some(only)) => rows + " of tenant " + described(self.case, only),
            (0, _) => rows,
            (several, _) => rows + " of " + several + " tenants",
        }
    }
}

/// The rows of each tenant.
type Rows<'a> = BTreeMap<&'a Tenant, u64>;

/// A subquery that selects rows, their tenants, and the rows of other tenants that the statement
/// reaches; none if it reaches none.
fn reaches_beyond<'a>(
    run: &'a SubqueryRun,
    preview: &'a PreviewRun,
) -> Option<(Span, &'a BTreeMap<Tenant, u64>, Rows<'a>)> {
    let (selected, ambiguous) = run.result.as_ref().ok()?.tenants.as_ref()?;
    let beyond: Rows<'_> = preview
        .tenants
        .iter()
        .map(|(tenant, rows)| (tenant, *rows))
        .filter(|(tenant, _)| !selected.contains_key(*tenant))
        .collect();
    let is_known = !selected.is_empty() && *ambiguous == 0 && !beyond.is_empty();
    Some((run.selects.filter(|_| is_known)?, selected, beyond))
}

fn varies(by: Varying, chooses: bool) -> String {
    let what = match by {
        Varying::Chance => "chance",
        Varying::Clock => "the time of the run",
        Varying::Order => "LIMIT without ORDER BY",
        Varying::Group => "GROUP BY with a column that is neither grouped nor aggregated",
    };
    // The engine may well read in the same order again.
    let will = match by {
        Varying::Chance | Varying::Clock => "will",
        Varying::Order | Varying::Group => "may",
    };
    if chooses {
        format!(
            "{what} decides which rows this statement writes: production may write others than \
            this rehearsal did"
        )
    } else {
        format!(
            "{what} decides what this statement writes: production {will} write other values than \
            this rehearsal did"
        )
    }
}
