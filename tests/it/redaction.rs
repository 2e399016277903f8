//! Redaction by every command: nothing hidden is in what it says. The trials of the cases hide
//! everything in each of them.

use crate::support::{Playground, copy_folder, harness, root};
use harness::report::Format;
use std::fs;

/// What the cases of redaction have wherever a value is to be hidden.
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
