//! Findings about what one statement says: whose rows its WHERE clause reaches and why, what it
//! leaves as it was, what it takes for a string, and what differs from run to run.

use super::{Case, Code, Finding, Place, Severity, scope};
use crate::migration::{ObjectType, Statement, StatementKind};
use crate::rehearse::{PartialRun, PreviewRun, StatementRun, TakenString};
use crate::rewrite::{self, Hazard, Varying};
use crate::scope::{AllowedTenants, Count, Tenant};
use crate::sql::{Span, ident};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn findings(case: Case<'_>) -> Vec<Finding> {
    let ran = case
        .rehearsal
        .statements
        .iter()
        .filter(|run| run.error.is_none());
    ran.flat_map(|run| {
        Look {
            case,
            run,
            statement: &case.migration.statements[run.index - 1],
        }
        .findings()
    })
    .collect()
}

/// One statement under examination.
struct Look<'a> {
    case: Case<'a>,
    run: &'a StatementRun,
    statement: &'a Statement,
}

impl Look<'_> {
    fn findings(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        let preview = self
            .run
            .preview
            .as_ref()
            .and_then(|preview| preview.as_ref().ok());
        let is_targeted = self.statement.kind.finds_rows();
        found.extend(self.strings());
        found.extend(self.varying());
        let Some(preview) = preview.filter(|_| is_targeted) else {
            return found;
        };
        found.extend(
            preview
                .partial
                .iter()
                .map(|run| self.partial_key(run, preview)),
        );
        if preview.partial.is_empty() {
            found.extend(self.fan_out(preview));
        }
        // What the migration made itself is not what a reader could be surprised about.
        if !self.is_own_table() {
            found.extend(self.matches_nothing(preview));
        }
        for hazard in rewrite::hazards(self.sql()) {
            match hazard {
                Hazard::MissingWhere if !self.is_own_table() => {
                    found.extend(self.missing_where(preview));
                }
                Hazard::SelfNamed { column, span } => found.push(self.self_named(&column, span)),
                Hazard::MissingWhere | Hazard::Varies { .. } => {}
            }
        }
        found.extend(self.no_effect(preview));
        found
    }

    fn sql(&self) -> &str {
        self.case.migration.sql(self.statement)
    }

    /// Some bytes of the statement as a place.
    fn place(&self, span: Span) -> Place {
        let start = self.statement.span.start;
        self.case.place_of(
            Some(self.statement.index),
            Span {
                start: start + span.start,
                end: start + span.end,
            },
        )
    }

    fn finding(&self, code: Code, message: String) -> Finding {
        let finding = Finding::new(code, message).at(self.case.place(self.statement.index));
        match &self.statement.table {
            Some(table) => finding.on(table),
            None => finding,
        }
    }

    /// Whether the migration made the target itself.
    fn is_own_table(&self) -> bool {
        self.statement
            .table
            .as_ref()
            .is_some_and(|table| self.case.rehearsal.before.table(table).is_none())
    }

    fn partial_key(&self, run: &PartialRun, preview: &PreviewRun) -> Finding {
        let partial = &run.partial;
        let table = self.statement.table.as_deref().unwrap_or_default();
        let part = if partial.key.len() == 2 {
            "half"
        } else {
            "a part"
        };
        let (is, verb) = if partial.compared.len() == 1 {
            ("is", "it")
        } else {
            ("are", "they")
        };
        let compared: Vec<String> = partial
            .compared
            .iter()
            .map(|column| format!("`{column}`"))
            .collect();
        let lead = format!(
            "{} {is} {part} of the key ({}) of `{table}`",
            compared.join(", "),
            partial.key.join(", ")
        );
        let reached = self.counted(preview.rows, &preview.tenants);
        let (severity, message) = match &run.whole {
            Some((rows, tenants)) if *rows < preview.rows => {
                let meant = self.counted(*rows, tenants);
                (
                    Severity::Error,
                    format!(
                        "{lead}: {verb} reach{} {reached}, where `{}` reaches {meant}",
                        plural(is),
                        partial.corrected
                    ),
                )
            }
            _ if preview.rows == 0 => (
                Severity::Warning,
                format!(
                    "{lead}: {verb} reach{} no row here, and could elsewhere; compare `{}`",
                    plural(is),
                    partial.corrected
                ),
            ),
            Some(_) => (
                Severity::Warning,
                format!(
                    "{lead}: `{}` reaches the same {reached} here, and another snapshot may differ",
                    partial.corrected
                ),
            ),
            None if partial.statement.is_none() && self.is_for_all() => (
                Severity::Note,
                format!(
                    "{lead}: {verb} reach{} {reached}, and all tenants are declared",
                    plural(is)
                ),
            ),
            // As whole keys, so many values would name no more rows than they are.
            None if partial.statement.is_none()
                && partial.names.is_none_or(|names| preview.rows <= names) =>
            {
                (
                    Severity::Warning,
                    format!(
                        "{lead}: {verb} reach{} {reached} here; compare `{}`",
                        plural(is),
                        partial.corrected
                    ),
                )
            }
            None => (
                Severity::Error,
                format!(
                    "{lead}: {verb} reach{} {reached}; compare `{}`",
                    plural(is),
                    partial.corrected
                ),
            ),
        };
        let mut finding = self.finding(Code::PartialKeyMatch, message);
        finding.place = Some(self.place(partial.span));
        finding.severity = severity;
        finding.help = format!("match the whole key: {}", partial.corrected);
        finding.rows = Some(preview.rows);
        finding.tenants = preview
            .tenants
            .keys()
            .map(|tenant| self.case.names.spell(tenant))
            .collect();
        finding
    }

    /// The tenants of the rows that a subquery selects against those of the rows that the statement
    /// reaches.
    fn fan_out(&self, preview: &PreviewRun) -> Option<Finding> {
        let found = preview.subqueries.iter().find_map(|run| {
            let query = run.selects?;
            let (selected, ambiguous) = run.result.as_ref().ok()?.tenants.as_ref()?;
            let is_beyond = |tenant: &&Tenant| !selected.contains_key(*tenant);
            let beyond: BTreeSet<&Tenant> = preview.tenants.keys().filter(is_beyond).collect();
            (!selected.is_empty() && *ambiguous == 0 && !beyond.is_empty())
                .then(|| (query, selected.clone(), beyond))
        });
        let (query, selected, beyond) = found?;
        let whose: Vec<String> = selected
            .keys()
            .map(|tenant| self.case.names.describe(tenant))
            .collect();
        let others: Vec<String> = beyond
            .iter()
            .map(|tenant| self.case.names.describe(tenant))
            .collect();
        let rows: u64 = beyond
            .iter()
            .filter_map(|tenant| preview.tenants.get(tenant))
            .sum();
        let message = format!(
            "the subquery selects rows of {}, and the statement reaches {} of others: {}",
            few(&whose, ", "),
            rows_of(rows),
            few(&others, ", ")
        );
        let mut finding = self.finding(Code::SubqueryFanOut, message);
        finding.place = Some(self.place(query));
        finding.rows = Some(rows);
        finding.tenants = beyond
            .into_iter()
            .map(|tenant| self.case.names.spell(tenant))
            .collect();
        Some(finding)
    }

    fn missing_where(&self, preview: &PreviewRun) -> Option<Finding> {
        if preview.rows == 0 {
            return None;
        }
        let table = self.statement.table.as_deref()?;
        // Who declares how many rows of whom knows that it is all of them.
        let op = self.statement.kind.op()?;
        let is_declared = self.is_for_all()
            || self.case.scope.is_some_and(|scope| {
                let count = scope
                    .tables
                    .get(&ident::folded(table))
                    .and_then(|declared| declared.expected.counts.get(&op));
                let (allowed, affinity) = (scope.tenants_of(table), self.case.affinity(table));
                count.is_some_and(|count| *count != Count::Any)
                    && preview
                        .tenants
                        .keys()
                        .all(|tenant| allowed.allows(tenant, affinity))
            });
        let verb = self.statement.kind.word().to_uppercase();
        let mut finding = self.finding(
            Code::MissingWhere,
            format!(
                "this {verb} has no WHERE clause and reaches {}",
                self.counted(preview.rows, &preview.tenants)
            ),
        );
        if is_declared {
            finding.severity = Severity::Note;
        }
        finding.rows = Some(preview.rows);
        Some(finding)
    }

    /// Whether rows of all tenants are declared for the target.
    fn is_for_all(&self) -> bool {
        let scope = self.case.scope.zip(self.statement.table.as_deref());
        scope.is_some_and(|(scope, table)| {
            scope.tables.contains_key(&ident::folded(table))
                && matches!(scope.tenants_of(table), AllowedTenants::All)
        })
    }

    fn matches_nothing(&self, preview: &PreviewRun) -> Option<Finding> {
        let table = self.statement.table.as_deref()?;
        let is_nothing = preview.rows == 0
            && !preview.target_is_empty
            && self.run.direct.total() == 0
            && self.run.indirect.total() == 0;
        is_nothing.then(|| {
            self.finding(
                Code::MatchesNothing,
                format!(
                    "this {} matches no row of `{table}`",
                    self.statement.kind.word()
                ),
            )
        })
    }

    fn no_effect(&self, preview: &PreviewRun) -> Option<Finding> {
        if !preview.changes_nothing || self.run.indirect.total() > 0 || self.run.direct.update == 0
        {
            return None;
        }
        let them = if preview.rows == 1 {
            "it the values that it has"
        } else {
            "each the values that it has"
        };
        let message = format!(
            "this update writes {} and gives {them}",
            self.counted(preview.rows, &preview.tenants)
        );
        let mut finding = self.finding(Code::NoEffect, message);
        finding.rows = Some(preview.rows);
        Some(finding)
    }

    fn self_named(&self, column: &str, span: Span) -> Finding {
        let mut finding = self.finding(
            Code::SelfNamedLiteral,
            format!("`{column}` is set to the string that is its own name"),
        );
        finding.place = Some(self.place(span));
        finding
    }

    /// Names taken for strings. One that can only be meant as a column is an error; in another
    /// place a string may have been meant.
    fn strings(&self) -> Option<Finding> {
        let (sql, first) = (self.sql(), self.run.strings.first()?);
        let meant = self.run.strings.iter().find(|taken| taken.is_column);
        let shown = |taken: &TakenString| self.case.hidden.sql(self.run.index, taken.span.of(sql));
        let names: BTreeSet<String> = self.run.strings.iter().map(shown).collect();
        let names: Vec<String> = names.into_iter().collect();
        let what = if names.len() == 1 {
            "names no column here, so it is a string"
        } else {
            "name no columns here, so they are strings"
        };
        let mut finding = self.finding(
            Code::DoubleQuotedLiteral,
            format!("{} {what}", few(&names, ", ")),
        );
        if let Some(meant) = meant {
            let effect = if self.statement.kind == StatementKind::Create(ObjectType::Index) {
                "the index is of that string".to_owned()
            } else {
                format!("fills the column {} with its own name", shown(meant))
            };
            finding.message = format!("{}, and {effect}", finding.message);
        } else {
            finding.severity = Severity::Warning;
        }
        finding.place = Some(self.place(meant.unwrap_or(first).span));
        Some(finding)
    }

    fn varying(&self) -> Vec<Finding> {
        let is_writing = self.statement.kind.writes_rows();
        let found = if is_writing {
            rewrite::varying(self.sql())
        } else {
            Vec::new()
        };
        let told = |hazard| {
            let Hazard::Varies { by, chooses, span } = hazard else {
                return None;
            };
            let what = match by {
                Varying::Chance => "chance",
                Varying::Clock => "the time of the run",
                Varying::Order => "LIMIT without ORDER BY",
            };
            let message = if chooses {
                format!(
                    "{what} decides which rows this statement writes: production may write \
                    others than this rehearsal did"
                )
            } else {
                format!(
                    "{what} decides what this statement writes: production will write other \
                    values than this rehearsal did"
                )
            };
            let mut finding = self.finding(Code::Nondeterministic, message);
            finding.place = Some(self.place(span));
            if by == Varying::Chance && chooses {
                finding.severity = Severity::Warning;
            }
            Some(finding)
        };
        found.into_iter().filter_map(told).collect()
    }

    /// `5 rows of 5 tenants`, `1 row of tenant 9 (Amber Electric)`
    fn counted(&self, rows: u64, tenants: &BTreeMap<Tenant, u64>) -> String {
        let whose = match tenants.len() {
            0 => String::new(),
            1 => tenants
                .keys()
                .next()
                .map(|tenant| format!(" of tenant {}", self.case.names.describe(tenant)))
                .unwrap_or_default(),
            n => format!(" of {n} tenants"),
        };
        format!("{}{whose}", rows_of(rows))
    }
}

fn rows_of(n: u64) -> String {
    if n == 0 {
        "no row".to_owned()
    } else {
        scope::rows(n)
    }
}

fn plural(is: &str) -> &'static str {
    if is == "is" { "es" } else { "" }
}

/// The first few of a list, and how many more there are.
pub(super) fn few(all: &[String], between: &str) -> String {
    const SHOWN: usize = 8;
    let shown = all[..all.len().min(SHOWN)].join(between);
    if all.len() > SHOWN {
        format!("{shown} and {} more", all.len() - SHOWN)
    } else {
        shown
    }
}
