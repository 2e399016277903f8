//! `harness init`, by folders under `tests/init`: seed and migrations, `args`, and the whole
//! `harness.toml` and output expected of them.
//!
//! The folder named `incident` has the bundled snapshots beside it. With `HARNESS_BLESS=1` what is
//! expected is written instead.

use crate::run::blesses;
use crate::support::{
    Playground, Run, accepted, copy_folder, harness, refused_with, rejected_with, root,
};
use std::fs;
use std::path::{Path, PathBuf};

/// A copy of the case `name`, as a project.
fn project(name: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    copy_folder(&root().join("tests/init").join(name), folder.path());
    if name == "incident" {
        copy_folder(&root().join("snapshots"), &folder.path().join("snapshots"));
    }
    for expected in ["expected.toml", "expected.txt"] {
        let _ = fs::remove_file(folder.path().join(expected));
    }
    folder
}

fn init(folder: &Path) -> Run {
    let args = fs::read_to_string(folder.join("args")).expect("arguments");
    harness(folder, &args.split_whitespace().collect::<Vec<_>>())
}

fn cases() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = fs::read_dir(root().join("tests/init"))
        .expect("cases")
        .map(|entry| entry.expect("a case").path())
        .collect();
    folders.sort();
    folders
}

#[test]
fn every_project_gives_its_expected_configuration() {
    let bless = blesses();
    let cases = cases();
    assert!(cases.len() >= 10, "cases are found");
    let mut wrong = Vec::new();
    for case in cases {
        let name = case
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let project = project(&name);
        let run = init(project.path());
        let output = format!("exit {}\n{}{}", run.code, run.stdout, run.stderr);
        let written = fs::read_to_string(project.path().join("harness.toml")).unwrap_or_default();
        for (file, got) in [("expected.toml", written), ("expected.txt", output)] {
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
fn what_was_written_is_what_check_then_reads() {
    let project = project("incident");
    assert_eq!(init(project.path()).code, 0);
    let words = [
        "0036_update_amber_point_metadata",
        "9 (Amber Electric)",
        "error[no-declared-scope]",
    ];
    let before = ["--snapshot", "snapshots/liveone-20251116-100416.sql"];
    rejected_with(
        project.path(),
        &[
            &["check", "migrations/0036_update_amber_point_metadata.sql"][..],
            &before,
        ]
        .concat(),
        &words,
    );
}

#[test]
fn a_lookup_of_two_steps_holds_in_a_rehearsal() {
    let project = project("levels");
    assert_eq!(init(project.path()).code, 0);
    let scope = "\n[expect.002-rename-a-task]\ntenants = \
        [1]\n[expect.002-rename-a-task.tables.tasks]\nupdate = 1\n";
    let path = project.path().join("harness.toml");
    fs::write(&path, fs::read_to_string(&path).expect("it") + scope).expect("written");
    let run = accepted(project.path(), &["check"]);
    assert!(
        run.stdout.contains("1 (Alder)") && !run.stdout.contains("001-create"),
        "{}",
        run.stdout
    );
}

#[test]
fn what_is_left_open_is_what_check_asks_for() {
    let project = project("composite");
    assert_eq!(init(project.path()).code, 0);
    fs::write(project.path().join("a.sql"), "SELECT 1;").expect("written");
    let words = [
        "missing `foreign_keys` in `[engine]`",
        "missing `transaction` in `[engine]`",
        "missing `on_error` in `[engine]`",
    ];
    refused_with(project.path(), &["check", "a.sql"], &words);
    let project = self::project("two_candidates");
    assert_eq!(init(project.path()).code, 0);
    fs::write(project.path().join("a.sql"), "SELECT 1;").expect("written");
    refused_with(
        project.path(),
        &["check", "a.sql"],
        &["`[tenant]` leaves open whether there are tenants"],
    );
}

#[test]
fn nothing_is_overwritten() {
    let playground = Playground::new();
    let args = ["init", "--snapshot", "seed.sql"];
    let before = fs::read(playground.at("harness.toml")).expect("it");
    refused_with(
        playground.path(),
        &args,
        &["harness.toml exists already, and is not overwritten"],
    );
    assert_eq!(fs::read(playground.at("harness.toml")).expect("it"), before);
    for taken in ["seed.sql", "ok.sql"] {
        let before = fs::read(playground.at(taken)).expect("it");
        refused_with(
            playground.path(),
            &[&args[..], &["--config", taken]].concat(),
            &["exists already"],
        );
        assert_eq!(fs::read(playground.at(taken)).expect("it"), before);
    }
    refused_with(
        playground.path(),
        &[&args[..], &["--config", "seed.sql-wal"]].concat(),
        &["is a neighbour of the snapshot"],
    );
    assert_eq!(playground.listing(), ["harness.toml", "ok.sql", "seed.sql"]);
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_is_not_followed() {
    let playground = Playground::new();
    fs::remove_file(playground.at("harness.toml")).expect("removed");
    std::os::unix::fs::symlink("elsewhere.toml", playground.at("harness.toml")).expect("a link");
    refused_with(
        playground.path(),
        &["init", "--snapshot", "seed.sql"],
        &["exists already"],
    );
    assert_eq!(playground.listing(), ["harness.toml", "ok.sql", "seed.sql"]);
}

#[test]
fn the_file_names_its_paths_from_where_it_stands() {
    let playground = Playground::new();
    playground.write("config/there.txt", "");
    playground.write(
        "db/migrations/1.sql",
        "UPDATE note SET body = 'y' WHERE org = 2 AND id = 1;",
    );
    let engine = [
        "--foreign-keys",
        "off",
        "--transaction",
        "none",
        "--on-error",
        "stop",
        "--tenant-column",
        "org",
    ];
    accepted(
        playground.path(),
        &[
            &[
                "init",
                "--snapshot",
                "seed.sql",
                "--config",
                "config/harness.toml",
            ][..],
            &engine,
        ]
        .concat(),
    );
    let text = fs::read_to_string(playground.at("config/harness.toml")).expect("it");
    assert!(
        text.contains("path = \"../seed.sql\"\n") && text.contains("dir = \"../db/migrations\"\n"),
        "{text}"
    );
    rejected_with(
        playground.path(),
        &["check", "--config", "config/harness.toml"],
        &["update 1", "no-declared-scope"],
    );
}

#[test]
fn of_several_snapshots_the_newest_is_taken_where_there_is_one() {
    let playground = Playground::new();
    fs::remove_file(playground.at("harness.toml")).expect("removed");
    refused_with(
        playground.path(),
        &["init"],
        &["no snapshot found in any of snapshots, ", "--snapshot PATH"],
    );
    for name in [
        "prod-20260102-000000.sql",
        "prod-20260103-000000.sql",
        "prod-20260101-000000.sql",
    ] {
        playground.write(&format!("snapshots/{name}"), crate::support::SEED);
    }
    let run = accepted(playground.path(), &["init"]);
    assert!(run.stdout.contains(
        "snapshots/prod-20260103-000000.sql (the newest of 3 in snapshots, by the time in its name)"
    ));
    fs::remove_file(playground.at("harness.toml")).expect("removed");
    fs::copy(
        playground.at("snapshots/prod-20260103-000000.sql"),
        playground.at("snapshots/copy-20260103-000000.sql"),
    )
    .expect("copied");
    refused_with(
        playground.path(),
        &["init"],
        &["4 snapshots found in snapshots, and none is the newest"],
    );
}

#[test]
fn of_several_folders_of_migrations_none_is_taken() {
    let playground = Playground::new();
    fs::remove_file(playground.at("harness.toml")).expect("removed");
    playground.write("prisma/migrations/begin/migration.sql", "SELECT 1;");
    let args = ["init", "--snapshot", "seed.sql"];
    refused_with(
        playground.path(),
        &args,
        &[
            "prisma/migrations has a folder for each migration",
            "--migrations DIR",
        ],
    );
    playground.write("migrations/1.sql", "SELECT 1;");
    playground.write("drizzle/1.sql", "SELECT 1;");
    refused_with(
        playground.path(),
        &args,
        &["several folders of migrations found, migrations, drizzle"],
    );
    refused_with(
        playground.path(),
        &[&args[..], &["--migrations", "nowhere"]].concat(),
        &["nowhere", "does not exist"],
    );
    accepted(
        playground.path(),
        &[&args[..], &["--migrations", "drizzle"]].concat(),
    );
}

#[test]
fn an_empty_folder_of_migrations_is_taken_and_one_of_other_files_is_not() {
    let written = |before: &[&str]| {
        let playground = Playground::new();
        fs::remove_file(playground.at("harness.toml")).expect("removed");
        for path in before {
            playground.write(path, "");
        }
        let run = accepted(playground.path(), &["init", "--snapshot", "seed.sql"]);
        (
            fs::read_to_string(playground.at("harness.toml")).expect("it"),
            run.stdout,
        )
    };
    for (before, dir) in [
        (&[][..], "migrations"),
        (&["migrations/.gitkeep"], "migrations"),
        (&["db/migrate/.keep"], "db/migrate"),
    ] {
        let (text, said) = written(before);
        assert!(
            text.contains(&format!("\ndir = \"{dir}\"\n"))
                && said.ends_with(", then `harness new NAME`\n"),
            "{text}{said}"
        );
    }
    let (text, said) = written(&["src/migrations/1.ts"]);
    assert!(
        text.contains("\n# dir = \"migrations\"\n")
            && said.ends_with(", then `harness check MIGRATION`\n"),
        "{text}{said}"
    );
    let playground = Playground::new();
    fs::remove_file(playground.at("harness.toml")).expect("removed");
    playground.write("migrations/.keep", "");
    playground.write("drizzle/.keep", "");
    refused_with(
        playground.path(),
        &["init", "--snapshot", "seed.sql"],
        &["several empty folders of migrations found, migrations, drizzle"],
    );
    accepted(
        playground.path(),
        &[
            "init",
            "--snapshot",
            "seed.sql",
            "--config",
            "drizzle/harness.toml",
            "--migrations",
            "drizzle",
        ],
    );
}

#[test]
fn a_folder_that_is_not_there_yet_is_named_from_where_the_file_stands() {
    let playground = Playground::new();
    playground.write("config/there.txt", "");
    accepted(
        playground.path(),
        &[
            "init",
            "--snapshot",
            "seed.sql",
            "--config",
            "config/harness.toml",
        ],
    );
    let text = fs::read_to_string(playground.at("config/harness.toml")).expect("it");
    assert!(text.contains("\ndir = \"../migrations\"\n"), "{text}");
}

#[test]
fn a_column_that_no_table_has_is_refused() {
    let playground = Playground::new();
    let args = [
        "init",
        "--snapshot",
        "seed.sql",
        "--config",
        "new.toml",
        "--tenant-column",
        "tenant",
    ];
    refused_with(
        playground.path(),
        &args,
        &["--tenant-column tenant: no table of the snapshot has this column"],
    );
    assert_eq!(playground.listing(), ["harness.toml", "ok.sql", "seed.sql"]);
}
