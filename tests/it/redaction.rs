//! Redaction: what is hidden stands in no format, in no error, and changes no verdict.
//!
//! With `values = "none"` every case is run again. Whatever text stands in its rows or in a literal
//! of its migrations, and is no key, no tenant and no name, must not be found in anything that
//! harness says; and the verdict must be that of the run that shows it all.

use crate::support::{Playground, copy_folder, harness, root};
use harness::check::{CheckError, Migrations, Request, check};
use harness::codes::TABLE;
use harness::config::{self, Config};
use harness::migration::{self, Migration};
use harness::progress::Progress;
use harness::redaction::Redaction;
use harness::report::{self, Detail, Evidence, Format, Layout, Report};
use harness::snapshot::{Snapshot, Source};
use harness::sql::ident;
use harness::sql::token::{self, TokenKind};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A case whose configuration and snapshot can be used.
struct Case {
    name: String,
    config: Config,
    migrations: Vec<Migration>,
    is_deep: bool,
}

/// Every case that `check` runs on a dump, the deep ones too.
fn cases() -> Vec<Case> {
    let families = fs::read_dir(root().join("tests/cases"))
        .expect("families")
        .map(|family| family.expect("a family").path());
    let mut folders: Vec<PathBuf> = families
        .flat_map(|family| {
            fs::read_dir(family)
                .expect("cases")
                .map(|case| case.expect("a case").path())
        })
        .collect();
    folders.sort();
    let cases: Vec<Case> = folders.iter().filter_map(|folder| case(folder)).collect();
    assert!(cases.len() > 400, "cases are found: {}", cases.len());
    cases
}

fn case(folder: &Path) -> Option<Case> {
    let args = fs::read_to_string(folder.join("args")).unwrap_or_else(|_| "check".to_owned());
    let config = config::load(&folder.join("harness.toml")).ok()?;
    let is_dump = config.snapshot.as_ref()?.extension()? == "sql";
    let files = migration::in_folder(config.migrations.as_ref()?).ok()?;
    let migrations: Vec<Migration> = files
        .iter()
        .map(|file| migration::read(file))
        .collect::<Result<_, _>>()
        .ok()?;
    let name = folder
        .strip_prefix(root())
        .expect("a case")
        .display()
        .to_string();
    (args.starts_with("check") && is_dump).then(|| Case {
        name,
        config,
        migrations,
        is_deep: args.contains("--deep"),
    })
}

impl Case {
    fn run(&self, redaction: Redaction) -> Result<Report, CheckError> {
        let config = Config {
            redaction,
            ..self.config.clone()
        };
        let workspace = tempfile::tempdir().expect("a folder");
        let source = Source::File(config.snapshot.clone().expect("a snapshot"));
        let snapshot = Snapshot::open(&source, workspace.path(), &Progress::default())?;
        let (migrations, workspace) = (Migrations::Pending(&self.migrations), workspace.path());
        check(&Request {
            config: &config,
            snapshot: &snapshot,
            migrations,
            workspace,
            now_ms: 1_763_300_000_000,
            samples: 3,
            keep_clone: None,
            identify: false,
            deep: self.is_deep,
            fail_capture_after: None,
        })
    }

    /// The texts that may stand nowhere: those of rows and literals, of six characters at least,
    /// that are no part of what may be shown.
    fn canaries(&self) -> BTreeSet<String> {
        let seed = fs::read(self.config.snapshot.as_ref().expect("a snapshot")).expect("a dump");
        let Ok(seed) = String::from_utf8(seed) else {
            return BTreeSet::new();
        };
        let conn = rusqlite::Connection::open_in_memory().expect("a database");
        let _ = conn.execute_batch(&seed);
        let texts = self
            .migrations
            .iter()
            .map(|migration| migration.text.as_str());
        let mut found: BTreeSet<String> = texts.clone().flat_map(literals).collect();
        let mut kept: Vec<String> = vec![
            fs::read_to_string(&self.config.path).expect("a configuration"),
            self.name.clone(),
        ];
        for (column, is_kept, values) in values(&conn, &self.config) {
            kept.push(column);
            if is_kept {
                kept.extend(values);
            } else {
                found.extend(values);
            }
        }
        kept.extend(std::iter::once(seed.as_str()).chain(texts).flat_map(words));
        let shown = kept.join("\n").to_lowercase();
        // What the reports themselves say.
        found.retain(|text| !OWN.contains(&text.as_str()));
        found.retain(|text| text.chars().count() >= 6 && !shown.contains(&text.to_lowercase()));
        found
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
fn values(conn: &rusqlite::Connection, config: &Config) -> Vec<(String, bool, Vec<String>)> {
    let catalog = harness::snapshot::Catalog::read(conn).expect("a schema");
    let mut found = Vec::new();
    for table in catalog.tables.values() {
        found.push((table.name.clone(), true, Vec::new()));
        let rule = harness::snapshot::tenancy::rule_for(&config.tenants, table);
        let owner: Vec<String> = rule
            .iter()
            .flat_map(harness::snapshot::tenancy::columns_of)
            .collect();
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

fn everything() -> Redaction {
    Redaction {
        all: true,
        patterns: Vec::new(),
    }
}

/// Everything that harness says of a run, by format.
fn said(run: &Result<Report, CheckError>) -> Vec<(&'static str, String)> {
    let report = match run {
        Ok(report) => report,
        Err(error) => return vec![("error", error.to_string())],
    };
    let evidence = Evidence::new(report);
    let formats = Format::ALL
        .into_iter()
        .map(|format| (format.word(), format))
        .chain([("preview", Format::Previews)]);
    let rendered = formats.map(|(word, format)| {
        let mut out = Vec::new();
        report::render(
            &evidence,
            format,
            Layout {
                width: Some(100),
                detail: Detail::All,
            },
            &mut out,
        )
        .expect("is rendered");
        (word, String::from_utf8(out).expect("UTF-8"))
    });
    rendered.collect()
}

/// The keys and tenants that a run shows: they stay.
fn keys(run: &Result<Report, CheckError>) -> String {
    let changes: Vec<_> = run
        .iter()
        .flat_map(|report| &report.migrations)
        .flat_map(|m| &m.changes)
        .collect();
    let keys = changes
        .iter()
        .flat_map(|c| &c.samples)
        .flat_map(|sample| &sample.key)
        .map(|(_, value)| value.spelling());
    keys.chain(changes.iter().filter_map(|change| change.tenant.clone()))
        .collect::<Vec<_>>()
        .join("\n")
}

/// What harness says of every code, which SARIF repeats: a word of these pages in a report is no
/// value.
fn pages() -> String {
    let mut out = Vec::new();
    for entry in &TABLE {
        report::explanation(entry, Layout::default(), &mut out).expect("an explanation");
    }
    String::from_utf8(out).expect("UTF-8")
}

/// What a verdict comes to, without the sentences.
fn verdict(run: &Result<Report, CheckError>) -> String {
    let Ok(report) = run else {
        return "no report".to_owned();
    };
    let one = |m: &report::MigrationReport| {
        let findings = m
            .findings
            .iter()
            .chain(m.suppressed.iter().flat_map(|s| &s.findings));
        let findings: Vec<_> = findings
            .map(|f| {
                (
                    f.code,
                    f.severity,
                    f.place.map(|p| p.from.line),
                    f.rows,
                    f.tenants.clone(),
                )
            })
            .collect();
        let changes: Vec<_> = m
            .changes
            .iter()
            .map(|c| {
                (
                    &c.table, &c.tenant, c.expected, c.touched, c.changed, &c.columns,
                )
            })
            .collect();
        let checklist: Vec<_> = m
            .checklist
            .iter()
            .map(|item| (item.check, item.status))
            .collect();
        format!(
            "{} {:?}\n{findings:?}\n{changes:?}\n{checklist:?}",
            m.accepted, m.outcome
        )
    };
    report
        .migrations
        .iter()
        .map(one)
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn what_no_report_may_show_stands_in_no_format_and_changes_no_verdict() {
    let (mut looked, mut shown, mut wrong) = (0, 0, Vec::new());
    let pages = pages();
    for case in cases() {
        let (open, hidden) = (case.run(Redaction::default()), case.run(everything()));
        let keys = keys(&open);
        let canaries: Vec<String> = case
            .canaries()
            .into_iter()
            .filter(|canary| !keys.contains(canary.as_str()))
            .collect();
        let canaries: Vec<String> = canaries
            .into_iter()
            .filter(|canary| !pages.contains(canary.as_str()))
            .collect();
        if verdict(&open) != verdict(&hidden) {
            wrong.push(format!(
                "{}: the verdict differs:\n{}\n{}",
                case.name,
                verdict(&open),
                verdict(&hidden)
            ));
        }
        let was = said(&open);
        shown += usize::from(
            canaries
                .iter()
                .any(|canary| was.iter().any(|(_, text)| text.contains(canary.as_str()))),
        );
        for (format, text) in said(&hidden) {
            looked += 1;
            let found: Vec<&String> = canaries
                .iter()
                .filter(|canary| text.contains(canary.as_str()))
                .collect();
            for canary in found {
                let line = text
                    .lines()
                    .find(|line| line.contains(canary.as_str()))
                    .unwrap_or_default();
                wrong.push(format!(
                    "{} {format}: {canary:?} in {}",
                    case.name,
                    line.chars().take(300).collect::<String>()
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(
        looked > 3_000 && shown > 80,
        "there was something to hide: {looked} texts, {shown} cases that show it otherwise"
    );
}

/// What stands in the cases of redaction wherever a value is to be hidden.
const SECRET: &str = "hush";

/// Every case of redaction, in every format and by every command that rehearses or reads a dump:
/// nothing that is hidden is in the output, on standard output or error, nor in a saved report.
#[test]
fn nothing_hidden_is_said_by_any_command() {
    let cases = tempfile::tempdir().expect("a folder");
    copy_folder(&root().join("tests/cases/redaction"), cases.path());
    let mut wrong = Vec::new();
    let mut found = 0;
    for case in fs::read_dir(cases.path()).expect("cases") {
        let folder = case.expect("a case").path();
        let _ = fs::remove_file(folder.join("expected.txt"));
        let migration = fs::read_dir(folder.join("migrations"))
            .expect("migrations")
            .next()
            .expect("one")
            .expect("an entry")
            .path();
        let reports: Vec<String> = Format::ALL
            .into_iter()
            .map(|f| format!("--report={0}=out.{0}", f.word()))
            .collect();
        let all: Vec<&str> = ["check", "--deep", "--samples=9"]
            .into_iter()
            .chain(reports.iter().map(String::as_str))
            .collect();
        let commands: [&[&str]; 4] = [
            &all,
            &["preview", "--samples=9"],
            &["accept", "--yes", migration.to_str().expect("UTF-8")],
            &["snapshot", "inspect", "--deep"],
        ];
        for args in commands {
            let run = harness(&folder, args);
            assert!(
                run.code <= 2 && !(run.stdout.is_empty() && run.stderr.is_empty()),
                "{args:?} says something"
            );
            let saved = Format::ALL
                .into_iter()
                .filter_map(|f| fs::read_to_string(folder.join(format!("out.{}", f.word()))).ok());
            for text in [run.stdout, run.stderr].into_iter().chain(saved) {
                found += 1;
                let line = text.lines().find(|line| {
                    line.to_lowercase().contains(SECRET)
                        || line.contains("68757368")
                        || line.contains("HUSH")
                });
                wrong.extend(line.map(|line| format!("{} {}: {line}", folder.display(), args[0])));
            }
        }
    }
    assert!(found > 300, "reports are written: {found}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Without redaction the same cases say what is hidden: the values are met.
#[test]
fn what_is_hidden_there_is_shown_where_nothing_hides_it() {
    let playground = Playground::new();
    playground.write(
        "m.sql",
        "UPDATE note SET body = 'hush' WHERE org = 1 AND id = 1;\n",
    );
    let shown = harness(playground.path(), &["check", "m.sql", "--format", "json"]);
    assert_eq!(shown.stdout.matches("hush").count(), 4, "{}", shown.stdout);
    let config = fs::read_to_string(playground.at("harness.toml")).expect("a configuration");
    for (report, count) in [
        ("redact = [\"*.body\"]", 0),
        ("values = \"none\"", 0),
        ("values = \"shown\"", 4),
    ] {
        playground.write("harness.toml", format!("{config}[report]\n{report}\n"));
        let run = harness(playground.path(), &["check", "m.sql", "--format", "json"]);
        assert_eq!(
            (run.code, run.stdout.matches("hush").count()),
            (1, count),
            "{report}: {}",
            run.stdout
        );
        assert_eq!(
            run.stdout.contains("\"redacted\": 2"),
            count == 0,
            "the change is seen: {report}"
        );
    }
}
