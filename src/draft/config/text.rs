//! The text of a draft, and the proof that it is read as what it says.

use super::applied::Applied;
use super::engine::Setting;
use super::facts::ConfigFacts;
use super::rules::RuleDraft;
use super::tenancy::Tenancy;
use super::{ConfigDraft, ConfigRequest};
use crate::config::{self, Config, ConfigError};
use crate::draft::{DraftError, render, spell};
use crate::scope::TenantRule;
use crate::sql::ident;
use serde::Serialize;

const TEMPLATE: &str = include_str!("harness.toml.j2");

/// What the template takes: everything is spelled for its place.
#[derive(Debug, Serialize)]
struct ConfigView {
    snapshot: CommentedValue,
    engine: Vec<EngineLine>,
    folder: Option<CommentedValue>,
    applied: Option<CommentedValue>,
    /// whether the folder has files
    filled: bool,
    guess: String,
    tenant: TenantLines,
    rules: Vec<RuleLines>,
}

#[derive(Debug, Serialize)]
struct CommentedValue {
    value: String,
    why: String,
}

impl CommentedValue {
    fn new(value: &str, why: &str) -> Self {
        Self {
            value: spell::string(value),
            why: spell::toml_comment(why),
        }
    }
}

#[derive(Debug, Serialize)]
struct EngineLine {
    key: &'static str,
    value: Option<String>,
    choices: &'static [&'static str],
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

pub(super) fn draft(
    request: &ConfigRequest<'_>,
    facts: &ConfigFacts,
) -> Result<ConfigDraft, DraftError> {
    let text = render("harness.toml", TEMPLATE, &view(request, facts))?;
    prove(request, facts, &text)?;
    Ok(ConfigDraft {
        text,
        summary: summary(request, facts),
        open: open(facts),
        next: match request.folder {
            Some(_) if facts.files > 0 => "harness check",
            Some(_) => "harness new NAME",
            None => "harness check MIGRATION",
        },
    })
}

fn view(request: &ConfigRequest<'_>, facts: &ConfigFacts) -> ConfigView {
    let files = spell::counted(facts.files as u64, "file", "files");
    let folder = request
        .folder
        .zip(facts.folder.as_ref())
        .map(|(chosen, path)| {
            let why = match &facts.unread {
                Some(unread) => format!("{}; {files}; {unread}", chosen.why),
                None => format!("{}; {files}", chosen.why),
            };
            CommentedValue::new(path, &why)
        });
    let applied = facts
        .applied
        .as_ref()
        .map(|Applied { table, query, seen }| {
            let why = format!("What is applied already is skipped: `{table}` {seen}.");
            CommentedValue::new(query, &why)
        });
    let engine = facts.engine.iter().map(|setting| EngineLine {
        key: setting.key,
        value: setting.value.clone(),
        choices: setting.choices,
        why: spell::toml_comment(&setting.why),
    });
    let guess = facts.guess.as_deref();
    ConfigView {
        snapshot: CommentedValue::new(&facts.snapshot, &request.snapshot_place.why),
        engine: engine.collect(),
        folder,
        applied,
        filled: facts.files > 0,
        guess: spell::string(guess.unwrap_or("SELECT name FROM migrations")),
        tenant: tenant_lines(&facts.tenancy),
        rules: facts.tenancy.rules.iter().map(rule_lines).collect(),
    }
}

fn tenant_lines(tenancy: &Tenancy) -> TenantLines {
    let strings = |texts: &[String]| texts.iter().map(|text| spell::string(text)).collect();
    let comments = tenancy.seen.iter().map(|seen| spell::toml_comment(seen));
    TenantLines {
        seen: comments.collect(),
        column: tenancy.column.as_deref().map(spell::string),
        choices: if tenancy.choices.is_empty() {
            vec![spell::string("tenant_id")]
        } else {
            strings(&tenancy.choices)
        },
        labels: tenancy.labels.as_deref().map(spell::string),
    }
}

/// The rule, or each that is proposed as a comment.
fn rule_lines(rule: &RuleDraft) -> RuleLines {
    let (sign, decide) = if rule.ready {
        ("", "")
    } else {
        ("# ", "DECIDE, and remove a #: ")
    };
    let key = spell::key(&rule.table);
    let lines = rule.says.iter();
    RuleLines {
        why: spell::toml_comment(&format!("{decide}`{}`: {}", rule.table, rule.why)),
        lines: lines
            .map(|says| format!("{sign}{key} = {}", value(says)))
            .collect(),
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
fn prove(request: &ConfigRequest<'_>, facts: &ConfigFacts, text: &str) -> Result<(), DraftError> {
    let filled_in = render("harness.toml", TEMPLATE, &filled_in(view(request, facts)))?;
    let config = config::parse(&filled_in, request.target)?;
    let query = facts.applied.as_ref().map(|applied| &applied.query);
    let reason = if !is_tenancy(&config, &facts.tenancy) {
        "the tenancy is not read as it was found"
    } else if config.applied.as_ref() != query {
        "the query for applied migrations is not read as it was found"
    } else if !lacks_what_is_open(config::parse(text, request.target), facts) {
        "it lacks something else than what is left to decide"
    } else {
        return Ok(());
    };
    Err(DraftError::Unsound {
        what: "harness.toml",
        reason: reason.to_owned(),
    })
}

/// The view with the first choice of everything that is left to decide.
fn filled_in(mut view: ConfigView) -> ConfigView {
    for setting in &mut view.engine {
        let first = setting.choices.first().map(|choice| (*choice).to_owned());
        setting.value = setting.value.take().or(first);
    }
    let first = view.tenant.choices.first().cloned();
    view.tenant.column = view.tenant.column.take().or(first);
    view
}

fn is_tenancy(config: &Config, tenancy: &Tenancy) -> bool {
    let is_ruled = |rule: &RuleDraft| {
        let entry = config.tenants.tables.get(&ident::folded(&rule.table));
        entry.map(|entry| &entry.rule) == rule.says.first().filter(|_| rule.ready)
    };
    let mut column = tenancy.column.iter();
    column.all(|column| *column == config.tenants.column)
        && tenancy.rules.iter().all(is_ruled)
        && config.labels == tenancy.labels
}

fn lacks_what_is_open(read: Result<Config, ConfigError>, facts: &ConfigFacts) -> bool {
    let missing = undecided(facts).count();
    match (read, &facts.tenancy.column) {
        (Ok(_), Some(_)) => missing == 0,
        (Err(ConfigError::Invalid { problems }), Some(_)) => {
            missing > 0 && problems.len() == missing
        }
        (Err(ConfigError::Invalid { problems }), None) => problems.len() == 1,
        _ => false,
    }
}

/// The settings of the runner that are left to decide.
fn undecided(facts: &ConfigFacts) -> impl Iterator<Item = &Setting> {
    let settings = facts.engine.iter();
    settings.filter(|setting| setting.value.is_none())
}

fn open(facts: &ConfigFacts) -> Vec<String> {
    let engine = undecided(facts).map(|setting| format!("[engine] {}", setting.key));
    let has_column = facts.tenancy.column.is_some();
    let column = (!has_column).then(|| "[tenant] column".to_owned());
    let rules = facts.tenancy.rules.iter().filter(|rule| !rule.ready);
    let rules = rules.map(|rule| format!("[tenant.tables] {}", rule.table));
    engine.chain(column).chain(rules).collect()
}

fn summary(request: &ConfigRequest<'_>, facts: &ConfigFacts) -> Vec<(&'static str, String)> {
    let snapshot = format!("{} ({})", facts.snapshot, request.snapshot_place.why);
    let folder = match request.folder.zip(facts.folder.as_ref()) {
        Some((chosen, path)) => {
            let files = spell::counted(facts.files as u64, "file", "files");
            format!("{path} ({}), {files}", chosen.why)
        }
        None => "none found".to_owned(),
    };
    let applied = match &facts.applied {
        Some(applied) => format!("`{}` {}", applied.table, applied.seen),
        None => "not found".to_owned(),
    };
    let set = facts
        .engine
        .iter()
        .filter_map(|s| Some(format!("{} = {}", s.key, s.value.as_ref()?)));
    let engine = match set.collect::<Vec<_>>().join(", ") {
        none if none.is_empty() => "not known".to_owned(),
        set => set,
    };
    vec![
        ("snapshot", snapshot),
        ("migrations", folder),
        ("applied", applied),
        ("tenant", tenant_summary(&facts.tenancy)),
        ("engine", engine),
    ]
}

fn tenant_summary(tenancy: &Tenancy) -> String {
    let Some(column) = &tenancy.column else {
        return "no column is likelier than all others".to_owned();
    };
    let rules = spell::counted(
        tenancy.rules.iter().filter(|rule| rule.ready).count() as u64,
        "other table by a rule of its own",
        "other tables by rules of their own",
    );
    format!("`{column}`, and {rules}")
}
