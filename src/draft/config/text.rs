//! The text of a draft, and the proof that it is read as what it says.

use super::engine::Setting;
use super::tenancy::{Rule, Tenancy};
use super::{Draft, Found, Request};
use crate::config::{self, ConfigError};
use crate::draft::{DraftError, render, spell};
use crate::scope::TenantRule;
use serde::Serialize;

const TEMPLATE: &str = include_str!("harness.toml.j2");

/// What the template takes: everything is spelled for its place.
#[derive(Debug, Serialize)]
struct View {
    snapshot: Line,
    engine: Vec<EngineLine>,
    folder: Option<Line>,
    applied: Option<Line>,
    /// whether the folder has files
    filled: bool,
    guess: String,
    tenant: TenantLines,
    rules: Vec<RuleLines>,
}

#[derive(Debug, Serialize)]
struct Line {
    value: String,
    why: String,
}

#[derive(Debug, Serialize)]
struct EngineLine {
    key: &'static str,
    value: Option<String>,
    choices: Vec<&'static str>,
    why: String,
}

#[derive(Debug, Serialize)]
struct TenantLines {
    seen: Vec<String>,
    column: Option<String>,
    choices: Vec<String>,
    labels: Option<String>,
}

#[derive(Debug, Serialize)]
struct RuleLines {
    why: String,
    lines: Vec<String>,
}

pub(super) fn draft(request: &Request<'_>, found: &Found) -> Result<Draft, DraftError> {
    let text = render("harness.toml", TEMPLATE, &view(request, found))?;
    prove(request, found, &text)?;
    let (summary, open) = (summary(request, found), open(found));
    let next = match request.folder {
        Some(_) if found.files > 0 => "harness check",
        Some(_) => "harness new NAME",
        None => "harness check MIGRATION",
    };
    Ok(Draft {
        text,
        summary,
        open,
        next,
    })
}

fn view(request: &Request<'_>, found: &Found) -> View {
    let folder = request.folder.map(|folder| {
        let files = spell::counted(found.files as u64, "file", "files");
        let unread = found
            .unread
            .as_ref()
            .map(|unread| format!("; {unread}"))
            .unwrap_or_default();
        Line {
            value: spell::string(folder.chosen.path),
            why: spell::toml_comment(&format!("{}; {files}{unread}", folder.chosen.why)),
        }
    });
    let applied = found.applied.as_ref().map(|applied| Line {
        value: spell::string(&applied.query),
        why: spell::toml_comment(&format!(
            "What is applied already is skipped: `{}` {}.",
            applied.table, applied.seen
        )),
    });
    View {
        snapshot: Line {
            value: spell::string(request.snapshot_path.path),
            why: spell::toml_comment(request.snapshot_path.why),
        },
        engine: found.engine.iter().map(engine_line).collect(),
        folder,
        applied,
        filled: found.files > 0,
        guess: spell::string(
            found
                .guess
                .as_deref()
                .unwrap_or("SELECT name FROM migrations"),
        ),
        tenant: tenant_lines(&found.tenancy),
        rules: found.tenancy.rules.iter().map(rule_lines).collect(),
    }
}

fn engine_line(setting: &Setting) -> EngineLine {
    EngineLine {
        key: setting.key,
        value: setting.value.clone(),
        choices: setting
            .choices
            .into_iter()
            .filter(|choice| !choice.is_empty())
            .collect(),
        why: spell::toml_comment(&setting.why),
    }
}

fn tenant_lines(tenancy: &Tenancy) -> TenantLines {
    let placeholder = || vec![spell::string("tenant_id")];
    let choices: Vec<String> = tenancy
        .choices
        .iter()
        .map(|choice| spell::string(choice))
        .collect();
    TenantLines {
        seen: tenancy
            .seen
            .iter()
            .map(|seen| spell::toml_comment(seen))
            .collect(),
        column: tenancy.column.as_deref().map(spell::string),
        choices: if choices.is_empty() {
            placeholder()
        } else {
            choices
        },
        labels: tenancy.labels.as_deref().map(spell::string),
    }
}

/// The rule as it stands, or each that is proposed as a comment.
fn rule_lines(rule: &Rule) -> RuleLines {
    let sign = if rule.ready { "" } else { "# " };
    let lines = rule
        .says
        .iter()
        .map(|says| format!("{sign}{} = {}", spell::key(&rule.table), value(says)));
    let decide = if rule.ready {
        ""
    } else {
        "DECIDE, and remove a #: "
    };
    RuleLines {
        why: spell::toml_comment(&format!("{decide}`{}`: {}", rule.table, rule.why)),
        lines: lines.collect(),
    }
}

fn value(rule: &TenantRule) -> String {
    match rule {
        TenantRule::Column(column) => spell::string(column),
        TenantRule::Lookup(sql) => format!("{{ lookup = {} }}", spell::string(sql)),
        TenantRule::Shared => "{ shared = true }".to_owned(),
    }
}

/// Reads the text again: with what is open filled in, it says what was found; without, it lacks
/// just that.
fn prove(request: &Request<'_>, found: &Found, text: &str) -> Result<(), DraftError> {
    let unsound = |reason: &str| {
        Err(DraftError::Unsound {
            what: "harness.toml",
            reason: reason.to_owned(),
        })
    };
    let mut view = view(request, found);
    for setting in &mut view.engine {
        setting.value = setting
            .value
            .take()
            .or_else(|| setting.choices.first().map(|choice| (*choice).to_owned()));
    }
    let is_complete = found.tenancy.column.is_some();
    view.tenant.column = view
        .tenant
        .column
        .take()
        .or_else(|| view.tenant.choices.first().cloned());
    let config = config::parse(&render("harness.toml", TEMPLATE, &view)?, request.target)?;
    let says_so = |rule: &Rule| {
        let entry = config
            .tenants
            .tables
            .get(&crate::sql::ident::folded(&rule.table));
        entry.map(|entry| &entry.rule) == rule.says.first().filter(|_| rule.ready)
    };
    let is_column = found
        .tenancy
        .column
        .as_ref()
        .is_none_or(|column| *column == config.tenants.column);
    if !is_column
        || !found.tenancy.rules.iter().all(says_so)
        || config.labels != found.tenancy.labels
    {
        return unsound("the tenancy is not read as it was found");
    }
    if config.applied.as_deref() != found.applied.as_ref().map(|applied| applied.query.as_str()) {
        return unsound("the query for applied migrations is not read as it was found");
    }
    let missing = found
        .engine
        .iter()
        .filter(|setting| setting.value.is_none())
        .count();
    match config::parse(text, request.target) {
        Ok(_) if missing == 0 && is_complete => Ok(()),
        Err(ConfigError::Invalid { problems })
            if is_complete && missing > 0 && problems.len() == missing =>
        {
            Ok(())
        }
        Err(ConfigError::Invalid { problems }) if !is_complete && problems.len() == 1 => Ok(()),
        _ => unsound("it lacks something else than what is left to decide"),
    }
}

fn open(found: &Found) -> Vec<String> {
    let engine = found
        .engine
        .iter()
        .filter(|setting| setting.value.is_none())
        .map(|setting| format!("[engine] {}", setting.key));
    let column = found
        .tenancy
        .column
        .is_none()
        .then(|| "[tenant] column".to_owned());
    let rules = found
        .tenancy
        .rules
        .iter()
        .filter(|rule| !rule.ready)
        .map(|rule| format!("[tenant.tables] {}", rule.table));
    engine.chain(column).chain(rules).collect()
}

fn summary(request: &Request<'_>, found: &Found) -> Vec<(&'static str, String)> {
    let tenancy = &found.tenancy;
    let ready = tenancy.rules.iter().filter(|rule| rule.ready).count() as u64;
    let tenant = match &tenancy.column {
        Some(column) => {
            format!(
                "`{column}`, and {}",
                spell::counted(
                    ready,
                    "other table by a rule of its own",
                    "other tables by rules of their own"
                )
            )
        }
        None => "no column is likelier than all others".to_owned(),
    };
    let set: Vec<String> = found
        .engine
        .iter()
        .filter_map(|s| Some(format!("{} = {}", s.key, s.value.as_ref()?)))
        .collect();
    let folder = request.folder.map_or_else(
        || "none found".to_owned(),
        |folder| {
            format!(
                "{} ({}), {}",
                folder.chosen.path,
                folder.chosen.why,
                spell::counted(found.files as u64, "file", "files")
            )
        },
    );
    vec![
        (
            "snapshot",
            format!(
                "{} ({})",
                request.snapshot_path.path, request.snapshot_path.why
            ),
        ),
        ("migrations", folder),
        (
            "applied",
            found.applied.as_ref().map_or_else(
                || "not found".to_owned(),
                |a| format!("`{}` {}", a.table, a.seen),
            ),
        ),
        ("tenant", tenant),
        (
            "engine",
            if set.is_empty() {
                "not known".to_owned()
            } else {
                set.join(", ")
            },
        ),
    ]
}
