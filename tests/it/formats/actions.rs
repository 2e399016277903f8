//! A run that is a step of a job in GitHub Actions: it annotates by itself, and nothing else that
//! it prints is a command.

use super::LOOKED_AT;
use crate::readers::github::{command, commands};
use crate::support::{self, Playground, Run, finish, harness, root};
use std::fs::File;
use std::path::Path;
use std::process::Command;

fn step(folder: &Path) -> Command {
    let mut command = support::command(folder);
    command.env("GITHUB_ACTIONS", "true");
    command
}

fn run(folder: &Path, args: &[&str]) -> Run {
    finish(step(folder).args(args).output().expect("the binary runs"))
}

/// No line of what is printed is a command.
fn is_harmless(output: &str) {
    let found: Vec<_> = output.split(['\n', '\r']).filter_map(command).collect();
    assert!(found.is_empty(), "{found:?} in\n{output}");
}

#[test]
fn the_report_stands_on_one_stream_and_the_annotations_on_the_other() {
    for name in LOOKED_AT {
        let folder = root().join("tests/cases").join(name);
        let (alone, inside) = (harness(&folder, &["check"]), run(&folder, &["check"]));
        assert_eq!(alone.code, inside.code);
        is_harmless(&inside.stdout);
        let found = commands(&inside.stderr);
        let rejected = found.iter().any(|command| command.name == "error");
        assert_eq!(
            (rejected, alone.stderr.as_str()),
            (inside.code == 1, ""),
            "{name}: {found:?}"
        );
        if name != "formats/hostile" {
            assert_eq!(alone.stdout, inside.stdout, "{name}");
        }
        let direct = run(&folder, &["check", "--format", "github"]);
        assert_eq!(
            (direct.stdout.as_str(), direct.stderr.as_str()),
            (inside.stderr.as_str(), ""),
            "once each"
        );
    }
}

/// A migration whose text is full of commands.
fn hostile() -> Playground {
    let playground = Playground::new();
    let sql = "UPDATE note SET body = '\n::set-output name=a::b\n \
        \t::add-mask::c\n#\u{200b}#[save-state \
        name=d]e\n##[add-mask]f\n::add-mask::##[add-mask]g\né::h' WHERE id = 1;\n";
    playground.write("m.sql", sql);
    playground
}

#[test]
fn text_and_json_have_another_way_to_write_a_command() {
    let playground = hostile();
    let text = run(playground.path(), &["check", "m.sql"]);
    is_harmless(&text.stdout);
    assert!(
        text.stdout
            .contains("\\u{3a}\\u{3a}set-output name=a\\u{3a}\\u{3a}b")
            && text.stdout.contains("##\\u{5b}add-mask]f"),
        "{}",
        text.stdout
    );
    assert!(
        command("##[add-mask]f").is_some() && command("  ::set-output name=a::b").is_some(),
        "which these would be"
    );
    is_harmless(&run(playground.path(), &["report", &evidence(&playground)]).stdout);
    playground.write(
        "m.sql",
        "UPDATE note SET body = '##[add-mask]f' WHERE id = 1;\n",
    );
    for format in ["json", "sarif"] {
        let [inside, alone] = [run, harness]
            .map(|run| run(playground.path(), &["check", "m.sql", "--format", format]));
        is_harmless(&inside.stdout);
        let [inside, alone] = [inside, alone].map(|run| {
            let mut value: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
            if format == "json" {
                value["engine"]["now_ms"] = 0.into();
                value["migrations"][0]["statements"][0]["elapsed_ms"] = 0.into();
            }
            value
        });
        assert_eq!(inside, alone, "it says the same");
    }
}

fn evidence(playground: &Playground) -> String {
    let path = playground.at("evidence.json").display().to_string();
    let saved = harness(
        playground.path(),
        &["check", "m.sql", "--report", &format!("json={path}")],
    );
    assert_eq!(saved.code, 1, "{}", saved.stderr);
    path
}

#[test]
fn what_has_no_other_way_goes_to_a_file() {
    let playground = hostile();
    let refused = run(
        playground.path(),
        &[
            "check",
            "m.sql",
            "--format",
            "markdown",
            "--report",
            "markdown=saved",
        ],
    );
    assert_eq!((refused.code, refused.stdout.as_str()), (2, ""));
    assert!(
        refused.stderr.contains("--report markdown=PATH"),
        "{}",
        refused.stderr
    );
    assert_eq!(
        refused.stderr.lines().filter_map(command).count(),
        1,
        "{}",
        refused.stderr
    );
    let args = ["check", "m.sql", "--format", "markdown"];
    let to = File::create(playground.at("redirected")).expect("a file");
    let redirected = step(playground.path())
        .args(args)
        .stdout(to)
        .output()
        .expect("the binary runs");
    assert_eq!(redirected.status.code(), Some(1));
    let [saved, redirected] =
        ["saved", "redirected"].map(|name| std::fs::read(playground.at(name)).expect("the report"));
    assert_eq!(saved, redirected);
    let harmless = run(
        playground.path(),
        &["check", "ok.sql", "--format", "markdown"],
    );
    assert_eq!(
        (harmless.code, harmless.stderr.as_str()),
        (0, ""),
        "{}",
        harmless.stdout
    );
}

#[test]
fn what_makes_a_rehearsal_impossible_is_an_annotation() {
    let playground = Playground::new();
    playground.write(
        "seed.sql",
        "SELECT '\n::set-output name=a::b\n##[add-mask]c'; nonsense ##[add-mask]d;",
    );
    let run = run(playground.path(), &["check", "ok.sql"]);
    let alone = harness(playground.path(), &["check", "ok.sql"]);
    assert_eq!((run.code, alone.code), (2, 2));
    let (told, annotation) = run.stderr.trim_end().rsplit_once('\n').expect("two things");
    is_harmless(told);
    assert!(told.starts_with("error: "), "{told}");
    let only = command(annotation).unwrap_or_else(|| panic!("{annotation}"));
    assert_eq!(
        (only.name.as_str(), format!("error: {}\n", only.message)),
        ("error", alone.stderr)
    );
}

#[test]
fn paths_are_those_of_the_repository() {
    let playground = Playground::new();
    playground.write("db/harness.toml", support::CONFIG);
    playground.write("db/seed.sql", support::SEED);
    playground.write("db/m.sql", "UPDATE note SET body = 'x';\n");
    let file = |workspace: &Path| {
        let args = ["check", "./m.sql"];
        let run = finish(
            step(&playground.at("db"))
                .env("GITHUB_WORKSPACE", workspace)
                .args(args)
                .output()
                .expect("the binary runs"),
        );
        commands(&run.stderr)[0].properties["file"].clone()
    };
    assert_eq!(file(playground.path()), "db/m.sql");
    assert_eq!(file(&playground.at("db")), "m.sql");
    assert_eq!(file(&playground.at("elsewhere")), "m.sql");
}

#[test]
fn elsewhere_there_are_no_annotations() {
    let playground = hostile();
    for value in ["", "false", "1"] {
        let run = finish(
            step(playground.path())
                .env("GITHUB_ACTIONS", value)
                .args(["check", "m.sql"])
                .output()
                .expect("the binary runs"),
        );
        assert_eq!((run.code, run.stderr.as_str()), (1, ""), "{value}");
        assert!(run.stdout.contains("##[add-mask]f"), "{}", run.stdout);
    }
}
