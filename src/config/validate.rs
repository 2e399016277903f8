//! From the raw file to a valid [`Config`]: every problem is collected, none stops the others from
//! being found.

use super::Config;
use super::expected;
use super::file::{File, Limits, RawEngine, RawReport, RawRule, RawTenant, Reach};
use super::problem::Problem;
use crate::bounds::{Bounds, CloneKind};
use crate::codes::{Code, Level};
use crate::files::blake3_of;
use crate::redaction::{Pattern, Redaction};
use crate::regime::{OnError, Regime, TransactionMode};
use crate::scope::{DeclaredAt, TableTenancy, TenantMap, TenantRule};
use crate::sql::{Position, ident};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;
use toml::Spanned;

type Problems = Vec<Problem>;

/// Validates the whole file at `path`, which holds `text`; relative paths are resolved against its
/// folder.
pub(super) fn config(file: File, text: &str, path: &Path) -> Result<Config, Problems> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut problems = Vec::new();
    let regime = regime(file.engine.as_ref(), &mut problems);
    let bounds = bounds(file.reach, file.limits, folder, &mut problems);
    let (tenants, labels) = tenants(file.tenant, &mut problems);
    let severities = severities(file.findings, &mut problems);
    let redaction = redaction(file.report, text, path, &mut problems);
    let mut scope = |name: toml::Spanned<String>, raw| {
        let line = Position::at(text, name.span().start).line;
        let declared = DeclaredAt {
            file: path.display().to_string(),
            line,
            name: Some(name.get_ref().clone()),
        };
        (
            name.into_inner(),
            expected::scope(raw, declared, &mut problems),
        )
    };
    let expect = file
        .expect
        .into_iter()
        .map(|(name, raw)| scope(name, raw))
        .collect();
    let (migrations, applied) = file
        .migrations
        .map_or((None, None), |m| (Some(folder.join(m.dir)), m.applied));
    let kind = file.snapshot.as_ref().and_then(|s| s.clone.as_ref());
    let clone = word(kind, &CloneKind::ALL, CloneKind::word, &mut problems).unwrap_or_default();
    let max_age = file
        .snapshot
        .as_ref()
        .and_then(|s| max_age(s.max_age.as_ref()?, &mut problems));
    match (regime, tenants) {
        (Some(regime), Some(tenants)) if problems.is_empty() => {
            let snapshot = file.snapshot.map(|s| folder.join(s.path));
            Ok(Config {
                path: path.to_owned(),
                blake3: blake3_of(text.as_bytes()),
                snapshot,
                max_age,
                clone,
                regime,
                bounds,
                migrations,
                applied,
                tenants,
                labels,
                severities,
                redaction,
                expect,
            })
        }
        _ => {
            problems.sort_by_key(Problem::offset);
            Err(problems)
        }
    }
}

fn bounds(
    reach: Option<Reach>,
    limits: Option<Limits>,
    folder: &Path,
    problems: &mut Problems,
) -> Bounds {
    let Reach {
        attach,
        vacuum_into,
        writable_schema,
    } = reach.unwrap_or_default();
    for uri in attach
        .iter()
        .chain(&vacuum_into)
        .filter(|name| name.get_ref().to_ascii_lowercase().starts_with("file:"))
    {
        problems.push(Problem::at(
            uri.span().start,
            format!("`{}` is a URI: name a file", uri.get_ref()),
        ));
    }
    let attach = attach
        .into_iter()
        .map(|name| (name.get_ref().clone(), folder.join(name.get_ref())))
        .collect();
    let vacuum_into = vacuum_into
        .into_iter()
        .map(toml::Spanned::into_inner)
        .collect();
    let mut bounds = Bounds {
        attach,
        vacuum_into,
        writable_schema,
        ..Bounds::default()
    };
    let Some(limits) = limits else { return bounds };
    bounds.followed_writes = limits.followed_writes.unwrap_or(bounds.followed_writes);
    let Some(seconds) = limits.statement_seconds else {
        return bounds;
    };
    match Duration::try_from_secs_f64(*seconds.get_ref()) {
        Ok(statement) if !statement.is_zero() => Bounds {
            statement,
            ..bounds
        },
        _ => {
            problems.push(Problem::at(
                seconds.span().start,
                "`statement_seconds` must be a number of seconds above 0",
            ));
            bounds
        }
    }
}

fn max_age(text: &Spanned<String>, problems: &mut Problems) -> Option<Duration> {
    let problem = |e| {
        problems.push(Problem::at(
            text.span().start,
            format!("`max_age` is no duration, such as \"7 days\": {e}"),
        ));
    };
    humantime::parse_duration(text.get_ref())
        .map_err(problem)
        .ok()
}

fn regime(engine: Option<&Spanned<RawEngine>>, problems: &mut Problems) -> Option<Regime> {
    let Some(engine) = engine else {
        problems.push(Problem::at(
            0,
            "missing table `[engine]`: it says what the production runner does and has no defaults",
        ));
        return None;
    };
    let (at, engine) = (engine.span().start, engine.get_ref());
    let mut missing = |name: &str, values: &str| {
        problems.push(Problem::at(
            at,
            format!("missing `{name}` in `[engine]`: {values}; it has no default"),
        ));
    };
    if engine.foreign_keys.is_none() {
        missing("foreign_keys", "true or false");
    }
    if engine.transaction.is_none() {
        missing("transaction", "\"none\", \"per-migration\" or \"all\"");
    }
    if engine.on_error.is_none() {
        missing("on_error", "\"stop\" or \"continue\"");
    }
    let transaction = word(
        engine.transaction.as_ref(),
        &TransactionMode::ALL,
        TransactionMode::word,
        problems,
    );
    let on_error = word(
        engine.on_error.as_ref(),
        &OnError::ALL,
        OnError::word,
        problems,
    );
    Some(Regime {
        foreign_keys: engine.foreign_keys?,
        transaction: transaction?,
        on_error: on_error?,
    })
}

/// The choice that a word names.
fn word<T: Copy>(
    given: Option<&Spanned<String>>,
    choices: &[T],
    name: fn(T) -> &'static str,
    problems: &mut Problems,
) -> Option<T> {
    let given = given?;
    let found = choices
        .iter()
        .copied()
        .find(|c| name(*c) == given.get_ref());
    if found.is_none() {
        let names: Vec<_> = choices
            .iter()
            .map(|c| format!("\"{}\"", name(*c)))
            .collect();
        problems.push(Problem::at(
            given.span().start,
            format!(
                "unknown value \"{}\": expected {}",
                given.get_ref(),
                names.join(" or ")
            ),
        ));
    }
    found
}

/// How bad the findings of each code are, as configured. What stands for an accident of scope,
/// capture, preview or failure stays an error.
fn severities(
    raw: BTreeMap<Spanned<String>, Spanned<String>>,
    problems: &mut Problems,
) -> BTreeMap<Code, Level> {
    let mut found = BTreeMap::new();
    for (id, given) in raw {
        let at = id.span().start;
        let Some(code) = Code::named(id.get_ref()) else {
            problems.push(Problem::at(
                at,
                format!(
                    "there is no finding `{}`: `harness explain` lists them all",
                    id.get_ref()
                ),
            ));
            continue;
        };
        if code.entry().is_core {
            problems.push(Problem::at(
                at,
                format!(
                    "`{}` is always an error: what a migration may do is declared under [expect]",
                    code.id()
                ),
            ));
        }
        if let Some(level) = word(Some(&given), &Level::ALL, Level::word, problems) {
            found.insert(code, level);
        }
    }
    found
}

/// Whether every value can be said to be hidden.
pub(super) const VALUES: [bool; 2] = [false, true];

pub(super) fn values_word(is_hidden: bool) -> &'static str {
    if is_hidden { "none" } else { "shown" }
}

fn redaction(
    raw: Option<RawReport>,
    text: &str,
    path: &Path,
    problems: &mut Problems,
) -> Redaction {
    let Some(RawReport { redact, values }) = raw else {
        return Redaction::default();
    };
    let all = word(values.as_ref(), &VALUES, values_word, problems).unwrap_or_default();
    let mut pattern = |given: Spanned<String>| {
        let at = given.span().start;
        let Position { line, column } = Position::at(text, at);
        let read = Pattern::read(
            given.get_ref(),
            format!("{}:{line}:{column}", path.display()),
        );
        if read.is_none() {
            let message = format!(
                "`{}` is no column: expected TABLE.COLUMN, with `*` for any, and a name in \
                double quotes where a point or a blank is of it",
                given.get_ref()
            );
            problems.push(Problem::at(at, message));
        }
        read
    };
    let patterns = redact.into_iter().filter_map(&mut pattern).collect();
    Redaction { all, patterns }
}

fn tenants(raw: Option<RawTenant>, problems: &mut Problems) -> (Option<TenantMap>, Option<String>) {
    let Some(raw) = raw else {
        problems.push(Problem::at(
            0,
            "missing table `[tenant]`: its `column` says whose a row is",
        ));
        return (None, None);
    };
    if raw.column.get_ref().is_empty() {
        problems.push(Problem::at(
            raw.column.span().start,
            "`column` is empty: name the column that says whose a row is",
        ));
    }
    let mut tables = BTreeMap::new();
    for (name, rule) in raw.tables {
        let at = name.span().start;
        let rule = tenant_rule(rule, problems);
        let entry = TableTenancy {
            table: name.get_ref().clone(),
            rule,
        };
        if tables
            .insert(ident::folded(name.get_ref()), entry)
            .is_some()
        {
            problems.push(Problem::at(
                at,
                format!(
                    "table `{}` stands twice in `[tenant.tables]`",
                    name.get_ref()
                ),
            ));
        }
    }
    (
        Some(TenantMap {
            column: raw.column.into_inner(),
            tables,
        }),
        raw.labels,
    )
}

fn tenant_rule(rule: Spanned<RawRule>, problems: &mut Problems) -> TenantRule {
    let at = rule.span().start;
    match rule.into_inner() {
        RawRule::Column(column) => TenantRule::Column(column),
        RawRule::Lookup(lookup) => TenantRule::Lookup(lookup.lookup),
        RawRule::Shared(shared) => {
            if !shared.shared {
                problems.push(Problem::at(
                    at,
                    "`shared = false` says nothing: name the column, or give a lookup",
                ));
            }
            TenantRule::Shared
        }
    }
}
