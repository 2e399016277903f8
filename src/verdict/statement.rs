//! Findings about what one statement says: whose rows its WHERE clause reaches and why, what it
//! leaves as it was, what it takes for a string, and what differs from run to run.

use super::declared::Allowed;
use super::phrases::{counted, few, list, names, rows_or_none, tenants};
use super::{Case, Code, Finding, Place, Severity};
use crate::migration::{ObjectType, Statement, StatementKind};
use crate::rehearse::{PartialRun, PreviewRun, StatementRun, TakenString};
use crate::rewrite::{self, UpdateOrDelete, Varies, Varying};
use crate::scope::{AllowedTenants, Count, Tenant};
use crate::sentence::{Sentence, clause, name, sql};
use crate::sql::Span;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn findings(case: Case<'_>) -> Vec<Finding> {
    let looks = case.ran().map(|(run, statement)| Look {
        case,
        run,
        statement,
    });
    looks.flat_map(|look| look.findings()).collect()
}

/// One statement under examination.
struct Look<'a> {
    case: Case<'a>,
    run: &'a StatementRun,
    statement: &'a Statement,
}

impl Look<'_> {
    fn findings(&self) -> Vec<Finding> {
        let mut found: Vec<Finding> = self.strings().into_iter().chain(self.varying()).collect();
        let preview = self.case.preview(self.run.index);
        if let Some(preview) = preview.filter(|_| self.statement.kind.finds_rows()) {
            found.extend(self.of_rows(preview));
        }
        found
    }

    /// Findings about the rows that an UPDATE or DELETE reaches.
    fn of_rows(&self, preview: &PreviewRun) -> Vec<Finding> {
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
            let is_missing = !update.has_where() && !is_own;
            found.extend(self.missing_where(preview).filter(|_| is_missing));
            let named = update.self_named().into_iter();
            found.extend(named.map(|(column, span)| self.self_named(&column, span)));
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
        let span = Span {
            start: start + span.start,
            end: start + span.end,
        };
        self.case.place_of(Some(self.statement.index), span)
    }

    fn finding(&self, code: Code, message: impl Into<Sentence>) -> Finding {
        Finding::new(code, message).of_statement(self.case, self.statement.index)
    }

    fn spelled<'t>(&self, tenants: impl IntoIterator<Item = &'t Tenant>) -> Vec<String> {
        let spell = |tenant| self.case.names.spell(tenant);
        tenants.into_iter().map(spell).collect()
    }

    /// Whether the migration made the target itself.
    fn is_own_table(&self) -> bool {
        let table = self.statement.table.as_ref();
        table.is_some_and(|table| self.case.rehearsal.before.table(table).is_none())
    }

    fn partial_key(&self, run: &PartialRun, preview: &PreviewRun) -> Finding {
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
    fn partial_lead(&self, PartialRun { partial, .. }: &PartialRun) -> Sentence {
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
        names(&partial.compared)
            + is
            + part
            + " of the key ("
            + list(&partial.key)
            + ") of "
            + name(self.statement.table.as_deref().unwrap_or_default())
    }

    /// What it reaches, and how bad that is.
    fn partial_effect(&self, run: &PartialRun, preview: &PreviewRun) -> (Severity, Sentence) {
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
            None if partial.statement.is_none() && self.is_for_all() => (
                Severity::Note,
                reach + reached + ", and all tenants are declared",
            ),
            // As whole keys, so many values would name no more rows than they are.
            None if partial.statement.is_none()
                && partial.names.is_none_or(|names| preview.rows <= names) =>
            {
                (
                    Severity::Warning,
                    reach + reached + " here; compare " + corrected,
                )
            }
            None => (Severity::Error, reach + reached + "; compare " + corrected),
        }
    }

    /// The tenants of the rows that a subquery selects, compared with those of the rows that the
    /// statement reaches.
    fn fan_out(&self, preview: &PreviewRun) -> Option<Finding> {
        let (query, selected, beyond) = preview.subqueries.iter().find_map(|run| {
            let query = run.selects?;
            let (selected, ambiguous) = run.result.as_ref().ok()?.tenants.as_ref()?;
            let reached = preview.tenants.keys();
            let beyond: BTreeSet<&Tenant> = reached
                .filter(|tenant| !selected.contains_key(*tenant))
                .collect();
            (!selected.is_empty() && *ambiguous == 0 && !beyond.is_empty())
                .then_some((query, selected, beyond))
        })?;
        let rows = beyond.iter().map(|tenant| preview.tenants[*tenant]).sum();
        let message = "the subquery selects rows of "
            + tenants(self.case, selected.keys())
            + ", and the statement reaches "
            + rows_or_none(rows)
            + " of others: "
            + tenants(self.case, beyond.iter().copied());
        let finding = self.finding(Code::SubqueryFanOut, message);
        Some(
            finding
                .at(self.place(query))
                .rows(rows)
                .tenants(self.spelled(beyond)),
        )
    }

    fn missing_where(&self, preview: &PreviewRun) -> Option<Finding> {
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
    fn is_counted(&self, table: &str, preview: &PreviewRun) -> bool {
        let declared = self.case.declared(table).zip(self.statement.kind.op());
        let count = declared.and_then(|(declared, op)| declared.expected.counts.get(&op));
        let allows = |allowed: Allowed<'_>| preview.tenants.keys().all(|t| allowed.tenant(t));
        count.is_some_and(|count| *count != Count::Any)
            && Allowed::of(self.case, table).is_some_and(allows)
    }

    /// Whether rows of all tenants are declared for the target.
    fn is_for_all(&self) -> bool {
        let table = self.statement.table.as_deref();
        let declared = table.and_then(|table| self.case.declared(table));
        declared.is_some_and(|declared| matches!(declared.tenants, AllowedTenants::All))
    }

    fn matches_nothing(&self, preview: &PreviewRun) -> Option<Finding> {
        let table = self.statement.table.as_deref()?;
        let is_nothing = preview.rows == 0
            && !preview.target_is_empty
            && self.run.direct.total() + self.run.indirect.total() == 0;
        let message = format!("this {} matches no row of ", self.statement.kind.word());
        is_nothing
            .then(|| self.finding(Code::MatchesNothing, Sentence::from(message) + name(table)))
    }

    fn no_effect(&self, preview: &PreviewRun) -> Option<Finding> {
        let (direct, indirect) = (self.run.direct, self.run.indirect);
        if !preview.changes_nothing || indirect.total() > 0 || direct.update == 0 {
            return None;
        }
        let them = match preview.rows {
            1 => " and gives it the values that it has",
            _ => " and gives each the values that it has",
        };
        let written = self.counted(preview.rows, &preview.tenants);
        let finding = self.finding(Code::NoEffect, "this update writes " + written + them);
        Some(finding.rows(preview.rows))
    }

    fn self_named(&self, column: &str, span: Span) -> Finding {
        let message = name(column) + " is set to the string that is its own name";
        self.finding(Code::SelfNamedLiteral, message)
            .at(self.place(span))
    }

    /// Names taken for strings. A name that can only be meant as a column is an error; elsewhere a
    /// string may have been meant.
    fn strings(&self) -> Option<Finding> {
        let strings = &self.run.strings;
        let first = strings.first()?;
        let shown = |taken: &TakenString| taken.span.of(self.sql());
        let names: BTreeSet<&str> = strings.iter().map(shown).collect();
        let what = match names.len() {
            1 => " names no column here, so it is a string",
            _ => " name no columns here, so they are strings",
        };
        let mut message = few(names.into_iter().map(clause), ", ") + what;
        let meant = strings.iter().find(|taken| taken.is_column);
        if let Some(meant) = meant {
            message += if self.statement.kind == StatementKind::Create(ObjectType::Index) {
                ", and the index is of that string".into()
            } else {
                ", and fills the column " + clause(shown(meant)) + " with its own name"
            };
        }
        let finding = self
            .finding(Code::DoubleQuotedLiteral, message)
            .severity(meant.is_none().then_some(Severity::Warning));
        Some(finding.at(self.place(meant.unwrap_or(first).span)))
    }

    fn varying(&self) -> Vec<Finding> {
        if !self.statement.kind.writes_rows() {
            return Vec::new();
        }
        let found = rewrite::varying(self.sql()).into_iter();
        let finding = |Varies { by, chooses, span }| {
            let is_chance = by == Varying::Chance && chooses;
            let finding = self.finding(Code::Nondeterministic, varies(by, chooses));
            let finding = finding.severity(is_chance.then_some(Severity::Warning));
            finding.at(self.place(span))
        };
        found.map(finding).collect()
    }

    fn counted(&self, rows: u64, tenants: &BTreeMap<Tenant, u64>) -> Sentence {
        counted(self.case, rows, tenants)
    }
}

fn varies(by: Varying, chooses: bool) -> String {
    let what = match by {
        Varying::Chance => "chance",
        Varying::Clock => "the time of the run",
        Varying::Order => "LIMIT without ORDER BY",
    };
    if chooses {
        format!(
            "{what} decides which rows this statement writes: production may write others than \
            this rehearsal did"
        )
    } else {
        format!(
            "{what} decides what this statement writes: production will write other values than \
            this rehearsal did"
        )
    }
}
