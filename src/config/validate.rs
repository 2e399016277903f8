//! From the raw file to a valid [`Config`]: every problem is collected, none stops the others from
//! being found.

use super::Config;
use super::file::{
    Expect, File, Limits, RawEngine, RawReport, RawRule, RawSnapshot, RawTenant, Reach,
};
use super::problem::Validation;
use crate::bounds::{Bounds, CloneKind};
use crate::codes::{Code, Level};
use crate::files::blake3_of;
use crate::redaction::{Pattern, Redaction};
use crate::regime::{OnError, Regime, TransactionMode};
use crate::scope::{DeclaredAt, ExpectedScope, TableTenancy, TenantMap, TenantRule};
use crate::sql::{Position, ident};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;
use toml::Spanned;

/// Whether every value can be said to be hidden.
pub(super) const VALUES: [bool; 2] = [false, true];

pub(super) fn values_word(is_hidden: bool) -> &'static str {
    if is_hidden { "none" } else { "shown" }
}

/// What is wrong with a scope that names tenants where there are none, as a line says.
pub fn names_tenants(line: usize) -> String {
    format!(
        "names tenants, and `none = true` in line {line} of the configuration says that there are \
        none: declare operations and counts alone"
    )
}

impl Validation<'_> {
    /// Validates the whole file.
    pub(super) fn config(&mut self, file: File) -> Option<Config> {
        let folder = self.path.parent().unwrap_or(Path::new(""));
        let regime = self.regime(file.engine.as_ref());
        let bounds = self.bounds(file.reach, file.limits.as_ref(), folder);
        let tenancy = self.tenants(file.tenant);
        let severities = self.severities(file.findings);
        let redaction = self.redaction(file.report);
        let none = tenancy.as_ref().and_then(|(tenants, _)| tenants.none);
        let expect = self.scopes(file.expect, none);
        let (snapshot, clone, max_age) = self.snapshot(file.snapshot, folder);
        regime
            .zip(tenancy)
            .map(|(regime, (tenants, labels))| Config {
                path: self.path.to_owned(),
                blake3: blake3_of(self.text.as_bytes()),
                snapshot,
                max_age,
                clone,
                regime,
                bounds,
                migrations: file.migrations.as_ref().map(|m| folder.join(&m.dir)),
                applied: file.migrations.and_then(|m| m.applied),
                tenants,
                labels,
                severities,
                redaction,
                expect,
            })
    }

    /// The declared scopes, by migration name.
    fn scopes(
        &mut self,
        raw: BTreeMap<Spanned<String>, Expect>,
        none: Option<usize>,
    ) -> BTreeMap<String, ExpectedScope> {
        let scope = |(name, raw): (Spanned<String>, _)| {
            let declared = DeclaredAt {
                file: self.path.display().to_string(),
                line: Position::at(self.text, name.span().start).line,
                name: Some(name.get_ref().clone()),
            };
            let scope = self.scope(raw, declared);
            if let Some(line) = none.filter(|_| scope.names_tenants()) {
                let message = format!("`[expect.{}]` {}", name.get_ref(), names_tenants(line));
                self.problem(&name, message);
            }
            (name.into_inner(), scope)
        };
        raw.into_iter().map(scope).collect()
    }

    fn bounds(&mut self, reach: Option<Reach>, limits: Option<&Limits>, folder: &Path) -> Bounds {
        let reach = reach.unwrap_or_default();
        let resolved = |name: String| (name.clone(), folder.join(name));
        let mut bounds = Bounds {
            attach: self.files(reach.attach).into_iter().map(resolved).collect(),
            vacuum_into: self.files(reach.vacuum_into),
            writable_schema: reach.writable_schema,
            ..Bounds::default()
        };
        if let Some(rows) = limits.and_then(|limits| limits.followed_writes) {
            bounds.followed_writes = rows;
        }
        let seconds = limits.and_then(|limits| limits.statement_seconds.as_ref());
        if let Some(statement) = seconds.and_then(|seconds| self.duration(seconds)) {
            bounds.statement = statement;
        }
        bounds
    }

    fn files(&mut self, names: Vec<Spanned<String>>) -> Vec<String> {
        let is_uri = |name: &str| name.to_ascii_lowercase().starts_with("file:");
        for name in names.iter().filter(|name| is_uri(name.get_ref())) {
            let message = format!("`{}` is a URI: name a file", name.get_ref());
            self.problem(name, message);
        }
        names.into_iter().map(Spanned::into_inner).collect()
    }

    fn duration(&mut self, seconds: &Spanned<f64>) -> Option<Duration> {
        let duration = Duration::try_from_secs_f64(*seconds.get_ref());
        let duration = duration.ok().filter(|duration| !duration.is_zero());
        if duration.is_none() {
            let message = "`statement_seconds` must be a number of seconds above 0";
            self.problem(seconds, message);
        }
        duration
    }

    /// The snapshot's path, how the clone is made, and how old the snapshot may be.
    fn snapshot(
        &mut self,
        raw: Option<RawSnapshot>,
        folder: &Path,
    ) -> (Option<PathBuf>, CloneKind, Option<Duration>) {
        let Some(raw) = raw else {
            return Default::default();
        };
        let clone = self.word(raw.clone.as_ref(), &CloneKind::ALL, CloneKind::word);
        let max_age = (raw.max_age.as_ref()).and_then(|given| self.max_age(given));
        (
            Some(folder.join(raw.path)),
            clone.unwrap_or_default(),
            max_age,
        )
    }

    fn max_age(&mut self, text: &Spanned<String>) -> Option<Duration> {
        humantime::parse_duration(text.get_ref())
            .map_err(|e| {
                let message = format!("`max_age` is no duration, such as \"7 days\": {e}");
                self.problem(text, message);
            })
            .ok()
    }

    fn regime(&mut self, raw: Option<&Spanned<RawEngine>>) -> Option<Regime> {
        let Some(table) = raw else {
            self.problem_at(
                0,
                "missing table `[engine]`: it says what the production runner does and has no defaults",
            );
            return None;
        };
        let engine = table.get_ref();
        let keys = [
            (
                "foreign_keys",
                engine.foreign_keys.is_none(),
                "true or false",
            ),
            (
                "transaction",
                engine.transaction.is_none(),
                "\"none\", \"per-migration\" or \"all\"",
            ),
            (
                "on_error",
                engine.on_error.is_none(),
                "\"stop\" or \"continue\"",
            ),
        ];
        for (name, _, values) in keys.into_iter().filter(|(_, is_missing, _)| *is_missing) {
            let message = format!("missing `{name}` in `[engine]`: {values}; it has no default");
            self.problem(table, message);
        }
        let (transaction, on_error) = (engine.transaction.as_ref(), engine.on_error.as_ref());
        let transaction = self.word(transaction, &TransactionMode::ALL, TransactionMode::word);
        let on_error = self.word(on_error, &OnError::ALL, OnError::word);
        Some(Regime {
            foreign_keys: engine.foreign_keys?,
            transaction: transaction?,
            on_error: on_error?,
        })
    }

    /// The choice that a word names.
    fn word<T: Copy>(
        &mut self,
        given: Option<&Spanned<String>>,
        choices: &[T],
        name: fn(T) -> &'static str,
    ) -> Option<T> {
        let given = given?;
        let mut each = choices.iter().copied();
        let found = each.find(|choice| name(*choice) == given.get_ref());
        if found.is_none() {
            let names = choices
                .iter()
                .map(|choice| format!("\"{}\"", name(*choice)));
            let names = names.collect::<Vec<_>>().join(" or ");
            let message = format!("unknown value \"{}\": expected {names}", given.get_ref());
            self.problem(given, message);
        }
        found
    }

    /// How bad the findings of each code are, as configured. What belongs to scope, capture, preview or
    /// failure stays an error.
    fn severities(
        &mut self,
        raw: BTreeMap<Spanned<String>, Spanned<String>>,
    ) -> BTreeMap<Code, Level> {
        let mut found = BTreeMap::new();
        for (id, given) in raw {
            let name = id.get_ref();
            let Some(code) = Code::named(name) else {
                let hint = "`harness explain` lists them all";
                self.problem(&id, format!("there is no finding `{name}`: {hint}"));
                continue;
            };
            if code.entry().is_core {
                let hint = "what a migration may do is declared under [expect]";
                self.problem(&id, format!("`{}` is always an error: {hint}", code.id()));
            }
            if let Some(level) = self.word(Some(&given), &Level::ALL, Level::word) {
                found.insert(code, level);
            }
        }
        found
    }

    fn redaction(&mut self, raw: Option<RawReport>) -> Redaction {
        let Some(RawReport { redact, values }) = raw else {
            return Redaction::default();
        };
        let all = self
            .word(values.as_ref(), &VALUES, values_word)
            .unwrap_or_default();
        let pattern = |given: &Spanned<String>| {
            let pattern = Pattern::read(given.get_ref(), self.place(given.span().start));
            if pattern.is_none() {
                let message = format!(
                    "`{}` is no column: expected TABLE.COLUMN, with `*` for any, and a name in \
                    double quotes where a point or a blank is of it",
                    given.get_ref()
                );
                self.problem(given, message);
            }
            pattern
        };
        let patterns = redact.iter().filter_map(pattern).collect();
        Redaction { all, patterns }
    }

    /// The tenant map, and the query for the tenants' names.
    fn tenants(&mut self, raw: Option<Spanned<RawTenant>>) -> Option<(TenantMap, Option<String>)> {
        let Some(given) = raw else {
            let message = "missing table `[tenant]`: its `column` says whose a row is; where \
                everything has one owner, `none = true` says that";
            self.problem_at(0, message);
            return None;
        };
        let place = given.span().start;
        let raw = given.into_inner();
        if let Some(none) = &raw.none {
            return self.no_tenants(none, &raw).map(|map| (map, None));
        }
        let Some(column) = raw.column else {
            let message = "`[tenant]` leaves open whether there are tenants: `column` names the \
                column that says whose a row is, `none = true` says that everything has one owner";
            self.problem_at(place, message);
            return None;
        };
        if column.get_ref().is_empty() {
            self.problem(
                &column,
                "`column` is empty: name the column that says whose a row is",
            );
        }
        let mut tables = BTreeMap::new();
        for (name, rule) in raw.tables {
            let table = name.get_ref().clone();
            let rule = self.tenant_rule(rule);
            let folded = ident::folded(&table);
            let message = format!("table `{table}` stands twice in `[tenant.tables]`");
            if tables
                .insert(folded, TableTenancy { table, rule })
                .is_some()
            {
                self.problem(&name, message);
            }
        }
        let map = TenantMap {
            column: column.into_inner(),
            tables,
            none: None,
        };
        Some((map, raw.labels))
    }

    /// The map of a database without tenants.
    fn no_tenants(&mut self, none: &Spanned<bool>, raw: &RawTenant) -> Option<TenantMap> {
        if !none.get_ref() {
            let message = "`none = false` says nothing: name the column that says whose a row is";
            self.problem(none, message);
            return None;
        }
        let beside = [
            ("column", raw.column.is_some()),
            ("labels", raw.labels.is_some()),
            ("[tenant.tables]", !raw.tables.is_empty()),
        ];
        for (name, _) in beside.iter().filter(|(_, is_there)| *is_there) {
            let message = format!("`{name}` stands beside `none = true`: keep one of them");
            self.problem(none, message);
        }
        let line = Position::at(self.text, none.span().start).line;
        Some(TenantMap::of_one_owner(line))
    }

    fn tenant_rule(&mut self, rule: Spanned<RawRule>) -> TenantRule {
        if let RawRule::Shared(shared) = rule.get_ref()
            && !shared.shared
        {
            let message = "`shared = false` says nothing: name the column, or give a lookup";
            self.problem(&rule, message);
        }
        match rule.into_inner() {
            RawRule::Column(column) => TenantRule::Column(column),
            RawRule::Lookup(lookup) => TenantRule::Lookup(lookup.lookup),
            RawRule::Shared(_) => TenantRule::Shared,
        }
    }
}
