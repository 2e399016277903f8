//! Redaction: what is hidden is in no format and in no error, and changes no verdict.
//!
//! With `values = "none"` every case is run again. A text of six characters or more that is in its
//! rows or in a literal of its migrations, and is no key, no tenant and no name, is a canary: it
//! must not be in anything that harness says. The verdict must be that of the run that shows all.

use crate::case::{Case, Copy, Reported};
use crate::tally;
use harness::codes::TABLE;
use harness::config::{self, Config};
use harness::migration::{self, Migration};
use harness::redaction::Redaction;
use harness::report::{self, Detail, Format, Layout};
use harness::snapshot::{Catalog, tenancy};
use harness::sql::ident;
use harness::sql::token::{self, TokenKind};
use rusqlite::Connection;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::sync::LazyLock;

pub(crate) fn what_is_hidden_is_in_no_format_and_changes_no_verdict(
    case: &Case,
    copy: &Copy,
    reported: Reported,
) {
    let Some(source) = Source::of(case) else {
        return;
    };
    tally::count("cases that hide everything");
    let open = if source.config.redaction == Redaction::default() {
        reported
    } else {
        copy.reported_with(case, "shown")
    };
    let hidden = copy.reported_with(case, "none");
    assert_eq!(verdict(&open), verdict(&hidden), "the verdict");
    let keys = keys(&open);
    let mut canaries = source.canaries(&case.name);
    canaries.retain(|canary| !keys.contains(canary) && !PAGES.contains(canary));
    let in_open = said(&open);
    if canaries
        .iter()
        .any(|canary| in_open.iter().any(|(_, text)| text.contains(canary)))
    {
        tally::count("cases with something to hide");
    }
    for (format, text) in said(&hidden) {
        tally::count("texts that hide everything");
        for canary in &canaries {
            let line = text
                .lines()
                .find(|line| line.contains(canary))
                .unwrap_or_default();
            let line: String = line.chars().take(300).collect();
            assert!(!text.contains(canary), "{format}: {canary:?} in {line}");
        }
    }
}

/// What a case is made of, if its configuration can be used and its snapshot is a dump.
struct Source {
    config: Config,
    seed: String,
    migrations: Vec<Migration>,
}

impl Source {
    fn of(case: &Case) -> Option<Self> {
        let config = config::load(&case.folder.join("harness.toml")).ok()?;
        let snapshot = config.snapshot.as_ref()?;
        if snapshot.extension()? != "sql" {
            return None;
        }
        // A dump that is no UTF-8 is none to look for texts in.
        let seed = String::from_utf8(fs::read(snapshot).expect("a dump")).unwrap_or_default();
        let files = migration::in_folder(config.migrations.as_ref()?).ok()?;
        let migrations = files.iter().map(|file| migration::read(file));
        let migrations = migrations.collect::<Result<_, _>>().ok()?;
        Some(Self {
            config,
            seed,
            migrations,
        })
    }

    fn canaries(&self, name: &str) -> Vec<String> {
        let conn = Connection::open_in_memory().expect("a database");
        // A dump may be one that cannot be loaded to its end.
        let _ = conn.execute_batch(&self.seed);
        let texts = || {
            self.migrations
                .iter()
                .map(|migration| migration.text.as_str())
        };
        let mut found: BTreeSet<String> = texts().flat_map(literals).collect();
        let config = fs::read_to_string(&self.config.path).expect("a configuration");
        let mut shown = vec![config, format!("tests/cases/{name}")];
        for (column, is_shown, values) in values(&conn, &self.config) {
            shown.push(column);
            if is_shown {
                shown.extend(values);
            } else {
                found.extend(values);
            }
        }
        shown.extend(texts().chain([self.seed.as_str()]).flat_map(words));
        let shown = shown.join("\n").to_lowercase();
        let is_canary = |text: &String| {
            let is_long = text.chars().count() >= 6;
            is_long && !OWN.contains(&text.as_str()) && !shown.contains(&text.to_lowercase())
        };
        found.into_iter().filter(is_canary).collect()
    }
}

/// Words of the reports themselves.
const OWN: [&str; 6] = [
    "backup", "nothing", "delete", "closed", "changed", "<script>",
];

/// What the strings of a text hold.
fn literals(sql: &str) -> Vec<String> {
    let texts = token::significant(sql)
        .into_iter()
        .filter(|token| token.kind == TokenKind::Text);
    texts
        .map(|token| ident::dequote(token.span.of(sql)))
        .collect()
}

/// The words of a text that are in no string and no comment, and those of its comments that speak
/// to harness.
fn words(sql: &str) -> Vec<String> {
    let is_shown = |token: &token::Token| match token.kind {
        TokenKind::Word | TokenKind::Variable => true,
        TokenKind::Quoted => !token.span.of(sql).starts_with('"'),
        TokenKind::Comment => token.span.of(sql).contains("harness:"),
        _ => false,
    };
    token::tokens(sql, 0)
        .filter(is_shown)
        .map(|token| ident::dequote(token.span.of(sql)))
        .collect()
}

/// The columns of a database, whether each is of a key or says whose a row is, and their texts.
fn values(conn: &Connection, config: &Config) -> Vec<(String, bool, Vec<String>)> {
    let catalog = Catalog::read(conn).expect("a schema");
    let mut found = Vec::new();
    for table in catalog.tables.values() {
        found.push((table.name.clone(), true, Vec::new()));
        let rule = tenancy::rule_for(&config.tenants, table);
        let owner: Vec<String> = rule.iter().flat_map(tenancy::columns_of).collect();
        for (at, column) in table.columns.iter().enumerate() {
            let sql = format!(
                "SELECT DISTINCT {0} FROM {1} WHERE typeof({0}) = 'text'",
                ident::quote(&column.name),
                ident::quote(&table.name)
            );
            let is_kept = table.primary_key.contains(&at)
                || owner.iter().any(|name| ident::same(name, &column.name));
            let Ok(mut statement) = conn.prepare(&sql) else {
                continue;
            };
            let texts = statement
                .query_map([], |row| row.get::<_, String>(0))
                .expect("reads")
                .filter_map(Result::ok)
                .collect();
            found.push((column.name.clone(), is_kept, texts));
        }
    }
    if let Some(Ok(mut statement)) = config.labels.as_ref().map(|sql| conn.prepare(sql)) {
        let labels = statement
            .query_map([], |row| row.get::<_, String>(1))
            .expect("reads")
            .filter_map(Result::ok)
            .collect();
        found.push((String::new(), true, labels));
    }
    found
}

/// All that harness says of a run, by format.
fn said(run: &Reported) -> Vec<(&'static str, String)> {
    let streams = [("output", &run.run.stdout), ("errors", &run.run.stderr)];
    let streams = streams.map(|(name, text)| (name, text.clone()));
    let reports = run
        .reports
        .iter()
        .map(|(format, text)| (format.word(), text.clone()));
    let mut said: Vec<_> = streams.into_iter().chain(reports).collect();
    if let Some(evidence) = run.evidence() {
        let layout = Layout {
            width: Some(100),
            detail: Detail::All,
        };
        for format in [Format::Text, Format::Previews] {
            let mut out = Vec::new();
            report::render(&evidence, format, layout, &mut out).expect("rendered");
            said.push((format.word(), String::from_utf8(out).expect("UTF-8")));
        }
    }
    said
}

fn document(run: &Reported) -> Value {
    run.json().map_or(Value::Null, |json| {
        serde_json::from_str(json).expect("JSON")
    })
}

fn list<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value[name].as_array().into_iter().flatten()
}

/// The keys and tenants that a run shows: they stay.
fn keys(run: &Reported) -> String {
    let (document, mut shown) = (document(run), Vec::new());
    for change in list(&document, "migrations").flat_map(|migration| list(migration, "changes")) {
        let samples = list(change, "samples");
        let keys = samples.filter_map(|sample| sample["key"].as_object());
        let values = keys.flat_map(|key| key.values()).chain([&change["tenant"]]);
        shown.extend(values.map(|value| value.as_str().map_or(value.to_string(), str::to_owned)));
    }
    shown.join("\n")
}

/// What harness says of every code, which SARIF repeats: a word of these pages is no value.
static PAGES: LazyLock<String> = LazyLock::new(|| {
    let mut out = Vec::new();
    for entry in &TABLE {
        report::explanation(entry, Layout::default(), &mut out).expect("an explanation");
    }
    String::from_utf8(out).expect("UTF-8")
});

/// What a verdict comes to, without the sentences.
fn verdict(run: &Reported) -> Vec<Value> {
    let only = |of: &Value, name: &str, fields: &[&str]| -> Value {
        let one = |item: &Value| {
            fields
                .iter()
                .map(|field| item[*field].clone())
                .collect::<Value>()
        };
        list(of, name).map(one).collect()
    };
    let findings = |of: &Value| {
        only(
            of,
            "findings",
            &["code", "severity", "line", "rows", "tenants"],
        )
    };
    let one = |migration: &Value| {
        json!([
            migration["verdict"],
            migration["outcome"],
            findings(migration),
            list(migration, "suppressed")
                .map(findings)
                .collect::<Value>(),
            only(
                migration,
                "changes",
                &[
                    "table", "tenant", "expected", "touched", "insert", "update", "delete",
                    "columns"
                ]
            ),
            only(migration, "checklist", &["id", "status"]),
        ])
    };
    list(&document(run), "migrations").map(one).collect()
}
