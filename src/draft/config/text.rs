//! The text of a draft, and the proof that it is read as what it says.

use super::ConfigDraft;
use super::facts::ConfigFacts;
use super::rules::RuleDraft;
use super::tenancy::Tenancy;
use crate::config::{self, Config, ConfigError};
use crate::draft::{DraftError, render, spell};
use crate::sql::ident;
use std::path::Path;

const NAME: &str = "harness.toml";
const TEMPLATE: &str = include_str!("harness.toml.j2");

/// The draft of the file at `target`.
pub(super) fn draft(target: &Path, facts: ConfigFacts) -> Result<ConfigDraft, DraftError> {
    let draft = ConfigDraft {
        text: render(NAME, TEMPLATE, &facts)?,
        summary: summary(&facts),
        open: open(&facts),
        next: match &facts.folder {
            Some(_) if facts.files > 0 => "harness check",
            Some(_) => "harness new NAME",
            None => "harness check MIGRATION",
        },
    };
    prove(target, facts, &draft.text)?;
    Ok(draft)
}

/// Reads the text again: with what is open filled in, it says what was found; without, it lacks
/// just that.
fn prove(target: &Path, mut facts: ConfigFacts, text: &str) -> Result<(), DraftError> {
    let lacks_what_is_open = lacks_what_is_open(config::parse(text, target), &facts);
    for setting in &mut facts.engine {
        let first = setting.choices.first().map(|choice| (*choice).to_owned());
        setting.value = setting.value.take().or(first);
    }
    let Tenancy {
        column, choices, ..
    } = &mut facts.tenancy;
    *column = column.take().or(choices.first().cloned());
    let config = config::parse(&render(NAME, TEMPLATE, &facts)?, target)
        .map_err(|error| DraftError::unsound(NAME, &error))?;
    let query = facts.applied.as_ref().map(|applied| &applied.query);
    let reason = if !is_tenancy(&config, &facts.tenancy) {
        "the tenancy is not read as it was found"
    } else if config.applied.as_ref() != query {
        "the query for applied migrations is not read as it was found"
    } else if !lacks_what_is_open {
        "it lacks something else than what is left to decide"
    } else {
        return Ok(());
    };
    Err(DraftError::unsound(NAME, &reason))
}

fn is_tenancy(config: &Config, tenancy: &Tenancy) -> bool {
    let is_ruled = |rule: &RuleDraft| {
        let entry = config.tenants.tables.get(&ident::folded(&rule.table));
        entry.map(|entry| &entry.rule) == rule.says.first().filter(|_| rule.ready)
    };
    tenancy.column.as_ref() == Some(&config.tenants.column)
        && tenancy.rules.iter().all(is_ruled)
        && config.labels == tenancy.labels
}

fn lacks_what_is_open(read: Result<Config, ConfigError>, facts: &ConfigFacts) -> bool {
    let missing = facts
        .engine
        .iter()
        .filter(|setting| setting.value.is_none())
        .count();
    match (read, &facts.tenancy.column) {
        (Ok(_), Some(_)) => missing == 0,
        (Err(ConfigError::Invalid { problems }), Some(_)) => {
            missing > 0 && problems.len() == missing
        }
        (Err(ConfigError::Invalid { problems }), None) => problems.len() == missing + 1,
        _ => false,
    }
}

/// The settings that are left to the person.
fn open(facts: &ConfigFacts) -> Vec<String> {
    let engine = facts
        .engine
        .iter()
        .filter(|setting| setting.value.is_none());
    let engine = engine.map(|setting| format!("[engine] {}", setting.key));
    let has_column = facts.tenancy.column.is_some();
    let column = (!has_column).then(|| "[tenant] column".to_owned());
    let rules = facts
        .tenancy
        .rules
        .iter()
        .filter(|rule| !rule.ready)
        .map(|rule| format!("[tenant.tables] {}", rule.table));
    engine.chain(column).chain(rules).collect()
}

fn summary(facts: &ConfigFacts) -> Vec<(&'static str, String)> {
    let folder = match &facts.folder {
        Some(folder) => {
            let files = spell::counted(facts.files as u64, "file", "files");
            format!("{} ({}), {files}", folder.path, folder.why)
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
    let snapshot = &facts.snapshot;
    vec![
        ("snapshot", format!("{} ({})", snapshot.path, snapshot.why)),
        ("migrations", folder),
        ("applied", applied),
        ("tenant", tenant(&facts.tenancy)),
        ("engine", engine),
    ]
}

fn tenant(tenancy: &Tenancy) -> String {
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
