//! The long explanations, `src/codes/CODE.md`, say what is true: each Example gives the finding,
//! and each Fix does not and is accepted.
//!
//! A file has the sections `## Example` and `## Fix`, each with fenced blocks that are run on
//! `explain/seed.sql` under `explain/harness.toml` (the scope there allows any change of tenant 9's
//! rows, foreign keys are on, each file has its own transaction):
//!
//! * ```` ```sql ```` is the migration, run as `m.sql`; exactly one a section
//! * ```` ```sql seed ```` runs behind the common seed, before the migration
//! * ```` ```toml ```` is laid over the common configuration: each value replaces the one of that
//!   name, and what it says under `[expect]` replaces all of that (`[expect]` alone: nothing is
//!   declared)
//!
//! A block of the Example that stands before the migration holds for the Fix too, unless that has
//! one of the same kind. With a `harness: expect` comment in the migration, `[expect]` of the
//! common configuration is left out.

use crate::support::{harness, refused_with, root};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use toml::{Table, Value};

/// Codes that one file of SQL cannot show, each with the reason; their files need no `## Example`.
const NOT_RUN: [(&str, &str); 4] = [
    ("already-applied", "it takes a branch"),
    ("applied-without-file", "it takes a folder of migrations"),
    ("migration-not-run", "it takes two migrations"),
    (
        "stale-snapshot",
        "the age of a file that a test writes is none",
    ),
];

/// Codes that `--deep` finds.
const DEEP: [&str; 3] = ["not-atomic", "not-idempotent", "integrity"];

/// The fenced blocks of one section, by what stands behind the fence.
type Blocks = BTreeMap<String, String>;

/// The blocks of the section `title`; `None` where there is no such section.
fn blocks(text: &str, title: &str) -> Option<Blocks> {
    let (_, section) = text.split_once(&format!("\n## {title}\n"))?;
    let section = section.split("\n## ").next()?;
    let mut found = Blocks::new();
    for (at, part) in section.split("\n```").enumerate() {
        if at % 2 == 1 {
            let (kind, body) = part.split_once('\n').expect("a fence with its kind");
            assert!(
                found
                    .insert(kind.trim().to_owned(), format!("{body}\n"))
                    .is_none(),
                "two blocks of the kind {kind}"
            );
        }
    }
    Some(found)
}

/// The common configuration with `over` laid over it.
fn configuration(over: Option<&str>, has_own_scope: bool) -> String {
    let common = fs::read_to_string(root().join("tests/it/explain/harness.toml"))
        .expect("the common configuration");
    let mut config: Table = common.parse().expect("TOML");
    let over: Table = over.unwrap_or_default().parse().expect("TOML");
    if has_own_scope || over.contains_key("expect") {
        config.remove("expect");
    }
    lay_over(&mut config, over);
    toml::to_string(&config).expect("TOML")
}

fn lay_over(below: &mut Table, over: Table) {
    for (key, value) in over {
        match (below.get_mut(&key), value) {
            (Some(Value::Table(below)), Value::Table(over)) => lay_over(below, over),
            (_, value) => drop(below.insert(key, value)),
        }
    }
}

/// Runs the blocks; the codes that are found, and whether the migration is accepted.
fn run(code: &str, blocks: &Blocks) -> (Vec<String>, bool, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("written");
    };
    let migration = blocks
        .get("sql")
        .unwrap_or_else(|| panic!("{code}: a section has a block of sql"));
    let seed =
        fs::read_to_string(root().join("tests/it/explain/seed.sql")).expect("the common seed");
    write(
        "seed.sql",
        &format!(
            "{seed}{}",
            blocks.get("sql seed").map_or("", String::as_str)
        ),
    );
    write("migrations/m.sql", migration);
    write(
        "harness.toml",
        &configuration(
            blocks.get("toml").map(String::as_str),
            migration.contains("harness: expect"),
        ),
    );
    let args: &[&str] = if DEEP.contains(&code) {
        &["check", "--deep", "--format", "json"]
    } else {
        &["check", "--format", "json"]
    };
    let run = harness(folder.path(), args);
    assert!(
        run.code < 2,
        "{code}: could not rehearse\n{migration}\n{}",
        run.stderr
    );
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("a report");
    let findings = report["migrations"][0]["findings"]
        .as_array()
        .expect("findings");
    let codes = findings
        .iter()
        .map(|f| f["code"].as_str().expect("a code").to_owned())
        .collect();
    (codes, run.code == 0, run.stdout)
}

fn files(folder: &Path) -> Vec<(String, String)> {
    let files = fs::read_dir(folder)
        .expect("the explanations")
        .map(|entry| entry.expect("a file").path());
    let mut found: Vec<(String, String)> = files
        .map(|path| {
            (
                path.file_stem()
                    .expect("a name")
                    .to_string_lossy()
                    .into_owned(),
                fs::read_to_string(path).expect("text"),
            )
        })
        .collect();
    found.sort();
    found
}

#[test]
fn every_example_gives_its_finding_and_every_fix_is_accepted_without_it() {
    let files = files(&root().join("src/codes"));
    let mut wrong = Vec::new();
    let mut seen = 0;
    for (code, text) in &files {
        if NOT_RUN.iter().any(|(listed, _)| listed == code) {
            assert!(
                blocks(text, "Example").is_none_or(|blocks| !blocks.contains_key("sql")),
                "{code} has an example: take it off the list"
            );
            continue;
        }
        let (Some(example), Some(own)) = (blocks(text, "Example"), blocks(text, "Fix")) else {
            wrong.push(format!("{code}: has no Example and Fix"));
            continue;
        };
        let mut fix = example.clone();
        fix.extend(own);
        let (codes, _, report) = run(code, &example);
        if !codes.contains(code) {
            wrong.push(format!("{code}: the Example does not give it\n{report}"));
        }
        let (codes, accepted, report) = run(code, &fix);
        if codes.contains(code) || !accepted {
            wrong.push(format!(
                "{code}: the Fix gives it too, or is rejected\n{report}"
            ));
        }
        seen += 1;
    }
    assert!(
        wrong.is_empty(),
        "{} of {seen} explanations are wrong\n{}",
        wrong.len(),
        wrong.join("\n\n")
    );
    for listed in NOT_RUN.iter().map(|(code, _)| code) {
        assert!(
            files.iter().any(|(code, _)| code == listed),
            "{listed} is listed and is no code"
        );
    }
}

#[test]
fn a_code_that_is_none_is_refused_with_the_nearest() {
    refused_with(
        &root(),
        &["explain", "partial-key"],
        &["no finding `partial-key`: did you mean `partial-key-match`?"],
    );
    refused_with(
        &root(),
        &["explain", "deadlock"],
        &["no finding `deadlock`: `harness explain` lists them all"],
    );
}

#[test]
fn the_common_seed_alone_gives_nothing() {
    let nothing = Blocks::from([(
        "sql".to_owned(),
        "UPDATE point_info SET point_name = 'Import' WHERE system_id = 9 AND id = 1;\n".to_owned(),
    )]);
    let (codes, accepted, report) = run("", &nothing);
    assert!(codes.is_empty() && accepted, "{report}");
}
