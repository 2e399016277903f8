//! `harness new`, by folders under `tests/new`: a project, the `name` given, and the whole file and
//! output expected of them.
//!
//! With `HARNESS_BLESS=1` what is expected is written instead. Every file that is written is
//! rehearsed as it stands.

use crate::run::blesses;
use crate::support::{
    Playground, accepted, copy_folder, harness, refused_with, rejected_with, root,
};
use serde_json::Value as Json;
use std::fs;
use std::path::{Path, PathBuf};

fn listing(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    found.sort();
    found
}

/// What is written and said in a copy of the case, and the copy.
fn run(case: &Path) -> (String, String, tempfile::TempDir) {
    let project = tempfile::tempdir().expect("a folder");
    copy_folder(case, project.path());
    let name = fs::read_to_string(case.join("name")).expect("a name");
    let before = listing(&project.path().join("migrations"));
    let run = harness(project.path(), &["new", name.trim_end()]);
    let written = listing(&project.path().join("migrations"))
        .into_iter()
        .filter(|path| !before.contains(path));
    let texts: Vec<String> = written
        .map(|path| fs::read_to_string(path).expect("a file"))
        .collect();
    (
        texts.concat(),
        format!("exit {}\n{}{}", run.code, run.stdout, run.stderr),
        project,
    )
}

#[test]
fn every_project_gets_its_expected_file() {
    let bless = blesses();
    let cases = listing(&root().join("tests/new"));
    assert!(cases.len() >= 6, "cases are found");
    let mut wrong = Vec::new();
    for case in cases {
        let (text, output, _) = run(&case);
        for (file, got) in [("expected.sql", text), ("expected.txt", output)] {
            let path = case.join(file);
            if bless {
                fs::write(&path, &got).expect("written");
            } else if fs::read_to_string(&path).unwrap_or_default() != got {
                wrong.push(format!("{}:\n{got}", path.display()));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} differ\n{}",
        wrong.len(),
        wrong.join("\n\n")
    );
}

#[test]
fn every_file_runs_as_it_stands_changes_nothing_but_its_entry_and_waits_to_be_filled_in() {
    for case in listing(&root().join("tests/new")) {
        let (_, output, project) = run(&case);
        let path = output
            .lines()
            .find_map(|line| line.strip_prefix("wrote "))
            .expect("a path");
        let run = rejected_with(
            project.path(),
            &["check", "--deep", "--format", "json", path],
            &["is not filled in"],
        );
        let report: Json = serde_json::from_str(&run.stdout).expect("JSON");
        let migration = &report["migrations"][0];
        let changed = migration["changes"].as_array().expect("changes");
        let is_entry =
            |change: &Json| change["insert"] == 1 && change["update"] == 0 && change["delete"] == 0;
        assert!(
            changed.len() <= 1 && changed.iter().all(is_entry),
            "{changed:?}"
        );
        let findings = migration["findings"]
            .as_array()
            .expect("findings")
            .iter()
            .filter(|finding| finding["severity"] != "note");
        let codes: Vec<&Json> = findings.map(|finding| &finding["code"]).collect();
        assert_eq!(codes, ["no-declared-scope"], "{}", case.display());
        let said = rejected_with(
            project.path(),
            &["check", path],
            &["error[no-declared-scope]"],
        )
        .stdout;
        let help = said.split("    → ").last().expect("what to do");
        assert!(
            help.contains("fill in whose rows") && help.contains("`tenants`"),
            "{said}"
        );
    }
}

#[test]
fn the_next_file_follows_the_last_one_that_was_made_so() {
    let (_, _, project) = run(&root().join("tests/new/self_tracking"));
    accepted(project.path(), &["new", "and on"]);
    let text = fs::read_to_string(project.path().join("migrations/0004_and_on.sql")).expect("it");
    assert!(text.contains(
        "SELECT '0004_and_on', unixepoch('now') * 1000\nWHERE NOT EXISTS (SELECT 1 FROM \
            applied WHERE name = '0004_and_on');"
    ));
}

#[test]
fn a_table_that_no_query_names_is_found_by_what_the_files_enter() {
    let (_, _, project) = run(&root().join("tests/new/self_tracking"));
    let path = project.path().join("harness.toml");
    let config = fs::read_to_string(&path).expect("it");
    fs::write(
        &path,
        config.replace("applied = \"SELECT name FROM applied\"\n", ""),
    )
    .expect("written");
    accepted(project.path(), &["new", "and on"]);
    let text = fs::read_to_string(project.path().join("migrations/0004_and_on.sql")).expect("it");
    assert!(
        text.contains("INSERT INTO applied (name, at)\nSELECT '0004_and_on', "),
        "{text}"
    );
}

#[test]
fn from_an_empty_folder_to_an_accepted_migration() {
    let (_, _, project) = run(&root().join("tests/new/self_tracking"));
    let folder = project.path();
    fs::remove_file(folder.join("harness.toml")).expect("removed");
    fs::remove_file(folder.join("migrations/0003_rename_the_north_meters.sql")).expect("removed");
    accepted(
        folder,
        &[
            "init",
            "--snapshot",
            "seed.sql",
            "--foreign-keys",
            "off",
            "--on-error",
            "stop",
        ],
    );
    accepted(folder, &["new", "name a meter"]);
    let path = folder.join("migrations/0003_name_a_meter.sql");
    let update = "UPDATE meters SET serial = 'x' WHERE (site_id, id) IN (SELECT site_id, id \
        FROM meters WHERE site_id = 1) AND serial IS NOT 'x';";
    let text = fs::read_to_string(&path)
        .expect("it")
        .replace("\nINSERT INTO", &format!("\n{update}\nINSERT INTO"));
    fs::write(&path, text).expect("written");
    rejected_with(
        folder,
        &["check", "migrations/0003_name_a_meter.sql"],
        &[
            "error[no-declared-scope]",
            "meters",
            "1 (North)",
            "[tables.meters]\n",
        ],
    );
    accepted(
        folder,
        &["accept", "--yes", "migrations/0003_name_a_meter.sql"],
    );
    let head = fs::read_to_string(&path).expect("it");
    let scope = "tenants = [1]\n\n[tables.applied]\ninsert = 1\n\n[tables.meters]\nupdate = \
        1\ncolumns = [\"serial\"]\n*/\n";
    assert!(
        head.starts_with("/* harness: expect\n# What this migration may change")
            && head.contains(scope),
        "{head}"
    );
    let run = accepted(
        folder,
        &["check", "--deep", "migrations/0003_name_a_meter.sql"],
    );
    assert!(
        run.stdout.contains("1 (North)") && !run.stdout.contains("Findings"),
        "{}",
        run.stdout
    );
}

fn playground(dir: &str) -> Playground {
    let playground = Playground::new();
    playground.write(
        "harness.toml",
        format!("{}[migrations]\ndir = \"{dir}\"\n", crate::support::CONFIG),
    );
    playground
}

#[test]
fn nothing_is_overwritten() {
    let playground = playground("m");
    playground.write("m/create.sql", "SELECT 1;");
    accepted(playground.path(), &["new", "alter"]);
    let before = fs::read(playground.at("m/alter.sql")).expect("it");
    refused_with(
        playground.path(),
        &["new", "alter"],
        &["m/alter.sql exists already, and is not overwritten"],
    );
    assert_eq!(fs::read(playground.at("m/alter.sql")).expect("it"), before);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("elsewhere.sql", playground.at("m/drop.sql")).expect("a link");
        refused_with(
            playground.path(),
            &["new", "drop"],
            &["m/drop.sql exists already"],
        );
    }
    assert_eq!(
        playground.listing(),
        ["harness.toml", "m", "ok.sql", "seed.sql"]
    );
}

#[test]
fn a_folder_that_is_missing_is_created() {
    let playground = playground("db/m");
    let run = accepted(playground.path(), &["new", "x"]);
    assert!(
        run.stdout
            .starts_with("created db/m\nwrote db/m/0001_x.sql\n"),
        "{}",
        run.stdout
    );
    let run = accepted(playground.path(), &["new", "y"]);
    assert!(
        run.stdout.starts_with("wrote db/m/0002_y.sql\n"),
        "{}",
        run.stdout
    );
    playground.write("db/file", "");
    let config = fs::read_to_string(playground.at("harness.toml")).expect("it");
    playground.write("harness.toml", config.replace("db/m", "db/file"));
    refused_with(
        playground.path(),
        &["new", "x"],
        &["db/file", "cannot be read"],
    );
    #[cfg(unix)]
    {
        playground.write("harness.toml", config.replace("db/m", "db/link"));
        std::os::unix::fs::symlink("nowhere", playground.at("db/link")).expect("a link");
        refused_with(
            playground.path(),
            &["new", "x"],
            &["db/link", "does not exist"],
        );
    }
}

#[test]
fn what_cannot_be_continued_is_refused() {
    let playground = playground("m");
    playground.write("m/20260101_a/migration.sql", "SELECT 1;");
    refused_with(
        playground.path(),
        &["new", "x"],
        &["has a folder for each migration"],
    );
    playground.write("m/V1.2__a.sql", "SELECT 1;");
    refused_with(
        playground.path(),
        &["new", "x"],
        &["`V1.2__a` has several parts"],
    );
    refused_with(
        Playground::new().path(),
        &["new", "x"],
        &["no folder to write to: set `[migrations] dir` in harness.toml"],
    );
}
