//! `--changed-since REF`: what a branch changes is rehearsed, what it changes although it is
//! applied is said, and nothing is taken for unchanged that is not so to the byte.

use crate::repository::{Repository, TOO_FAR, git_in, on_its_own, update};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::Command;
use std::time::{Duration, SystemTime};

const ONLY_THE_BRANCH: bool = false;
const WITH_APPLIED: bool = true;

#[test]
fn a_branch_without_migrations_is_green() {
    for knows_applied in [WITH_APPLIED, ONLY_THE_BRANCH] {
        let repository = Repository::new(knows_applied);
        repository.accepted(&[
            "ACCEPTED — no migration to rehearse\n",
            "branch    since main, which it left at ",
            ": no migration changed\n",
        ]);
        repository.write("src/app.txt", "code");
        repository.write("migrations/README.md", "none of these");
        repository.commit("code only");
        repository.accepted(&["no migration to rehearse", "no migration changed\n"]);
        let run = repository.harness_in(".", &["check", "--changed-since", "main", "--quiet"]);
        assert_eq!(
            (run.code, run.stdout.as_str()),
            (0, "ACCEPTED — no migration to rehearse\n")
        );
    }
}

#[test]
fn what_the_branch_adds_is_rehearsed_whether_or_not_it_is_committed() {
    let repository = Repository::new(WITH_APPLIED);
    repository.add("0003_third", &update("third"));
    let added = "migrations/0003_third.sql added\n";
    repository.accepted(&["ACCEPTED 0003_third", added]);
    repository.git(&["add", "--all"]);
    repository.accepted(&["ACCEPTED 0003_third", added]);
    repository.commit("a third");
    repository.accepted(&["ACCEPTED 0003_third", added]);
    repository.add("0003_third", TOO_FAR);
    repository.rejected(&["REJECTED 0003_third", "out-of-scope"]);
    repository.git(&["checkout", "-q", "--", "."]);
    repository.accepted(&["ACCEPTED 0003_third", added]);
}

#[test]
fn what_main_did_meanwhile_is_not_of_the_branch() {
    let repository = Repository::new(WITH_APPLIED);
    repository.git(&["switch", "-q", "main"]);
    repository.write("migrations/0003_of_main.sql", TOO_FAR);
    repository.commit("a migration that is rejected");
    repository.git(&["switch", "-q", "work"]);
    repository.accepted(&["no migration changed\n"]);
    repository.git(&["merge", "-q", "--no-edit", "main"]);
    repository.accepted(&["no migration changed\n"]);
}

#[test]
fn pending_migrations_of_others_run_with_those_of_the_branch() {
    let repository = Repository::new(WITH_APPLIED);
    repository.git(&["switch", "-q", "main"]);
    repository.write(
        "migrations/0003_of_main.sql",
        "ALTER TABLE note ADD COLUMN colour TEXT;\n",
    );
    repository.write(
        "harness.toml",
        fs::read_to_string(repository.at("harness.toml")).expect("read")
            + "[expect.0003_of_main]\ntenants = []\n",
    );
    repository.commit("a column");
    repository.git(&["switch", "-q", "work"]);
    repository.git(&["merge", "-q", "--no-edit", "main"]);
    repository.add(
        "0004_on_top",
        "UPDATE note SET colour = 'red' WHERE org = 1 AND id = 1;\n",
    );
    repository.commit("needs the column");
    let others = "migrations/0004_on_top.sql added; pending too: migrations/0003_of_main.sql\n";
    repository.accepted(&[
        "2 of 2 migrations accepted",
        others,
        "ACCEPTED 0003_of_main",
        "ACCEPTED 0004_on_top",
    ]);
}

#[test]
fn an_applied_migration_that_is_edited_is_rejected_and_the_rest_is_rehearsed() {
    let repository = Repository::new(WITH_APPLIED);
    repository.write(
        "migrations/0002_second.sql",
        format!("-- why\n{}{}", update("second"), update("more")),
    );
    repository.add("0003_third", &update("third"));
    repository.commit("an edit in place");
    let edited = [
        "REJECTED — 1 of 2 migrations accepted",
        "error[already-applied] migrations/0002_second.sql:3:1",
        "`0002_second` is applied in the snapshot already, and the branch edits it",
        "ACCEPTED 0003_third",
    ];
    repository.rejected(&edited);
    let run = repository.harness_in(
        ".",
        &["check", "--changed-since", "main", "--format", "json"],
    );
    assert_eq!(run.code, 1);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(report["migrations"][0]["name"], "0002_second");
    assert_eq!(
        report["migrations"][0]["findings"][0]["code"],
        "already-applied"
    );
}

#[test]
fn a_migration_without_a_statement_is_accepted_unless_one_is_lost() {
    for knows_applied in [WITH_APPLIED, ONLY_THE_BRANCH] {
        let repository = Repository::new(knows_applied);
        repository.write("migrations/0003_third.sql", "-- nothing yet\n");
        repository.commit("nothing yet");
        repository.accepted(&[
            "ACCEPTED 0003_third — no scope is declared, and none is needed",
            "note[no-statement] migrations/0003_third.sql:1:1",
        ]);
    }
    let repository = Repository::new(WITH_APPLIED);
    repository.write("migrations/0002_second.sql", "-- nothing any more\n");
    repository.rejected(&["error[already-applied]\n", "`0002_second` is applied"]);
}

#[test]
fn an_edit_of_comments_is_a_warning() {
    let repository = Repository::new(WITH_APPLIED);
    repository.write(
        "migrations/0002_second.sql",
        format!("-- why\n{}", update("second").replace(' ', "  ")),
    );
    repository.commit("a comment");
    repository.accepted(&[
        "no migration to rehearse",
        "warning   migrations/0002_second.sql is applied in the snapshot already, and the \
        branch edits its comments",
    ]);
}

#[test]
fn an_added_migration_that_is_applied_already_was_not_rehearsed() {
    let repository = Repository::new(WITH_APPLIED);
    repository.write(
        "seed.sql",
        fs::read_to_string(repository.at("seed.sql")).expect("read")
            + "INSERT INTO applied VALUES ('0003_third');\n",
    );
    repository.add("0003_third", &update("third"));
    repository.rejected(&[
        "error[already-applied] ",
        "`0003_third` is applied in the snapshot already, and the branch adds a file of that name",
    ]);
}

#[test]
fn renamed_deleted_and_belated_migrations_are_told() {
    let repository = Repository::new(WITH_APPLIED);
    repository.git(&[
        "mv",
        "migrations/0002_second.sql",
        "migrations/0003_second.sql",
    ]);
    repository.declare("0003_second");
    repository.commit("a new number");
    repository.accepted(&[
        "migrations/0003_second.sql renamed from 0002_second",
        "warning   migrations/0003_second.sql is `0002_second` renamed, which is applied in \
        the snapshot already",
        "ACCEPTED 0003_second",
    ]);
    let repository = Repository::new(WITH_APPLIED);
    repository.git(&["rm", "-q", "migrations/0001_first.sql"]);
    repository.accepted(&[
        "warning   migrations/0001_first.sql is deleted, and is applied in the snapshot already",
    ]);
    repository.add("0000_belated", &update("late"));
    repository.accepted(&[
        "warning   migrations/0000_belated.sql stands before `0002_second`, which is applied",
        "ACCEPTED 0000_belated",
    ]);
}

#[test]
fn without_a_query_for_the_applied_ones_only_the_branch_is_rehearsed_and_what_that_takes_for_granted_is_told()
 {
    let repository = Repository::new(ONLY_THE_BRANCH);
    repository.add("0003_third", &update("third"));
    repository.commit("a third");
    repository.accepted(&[
        "ACCEPTED 0003_third",
        "warning   the 2 other migrations of the folder, which the branch leaves alone, must \
        be applied",
    ]);
    repository.add("0002_second", &update("other"));
    repository.git(&["rm", "-q", "migrations/0001_first.sql"]);
    repository.accepted(&[
        "2 of 2 migrations accepted",
        "warning   migrations/0001_first.sql is deleted: whether it is applied is not known",
        "warning   migrations/0002_second.sql was there before the branch, which edits it: \
        whether it is applied is not known",
    ]);
    let repository = Repository::new(ONLY_THE_BRANCH);
    repository.git(&[
        "mv",
        "migrations/0002_second.sql",
        "migrations/0003_second.sql",
    ]);
    repository.declare("0003_second");
    repository.accepted(&[
        "ACCEPTED 0003_second",
        "migrations/0003_second.sql is `0002_second` renamed: whether it is applied is not known",
    ]);
}

#[test]
fn an_edited_configuration_has_the_pending_ones_rehearsed() {
    let repository = Repository::new(WITH_APPLIED);
    repository.git(&["switch", "-q", "main"]);
    repository.add("0003_of_main", &update("x"));
    repository.commit("pending");
    repository.git(&["switch", "-q", "-c", "other"]);
    repository.accepted(&["no migration changed\n"]);
    repository.declare("0003_of_main");
    // Declared in both places now.
    repository.refused("main", &["0003_of_main"]);
    let repository = Repository::new(ONLY_THE_BRANCH);
    repository.declare("0002_second");
    repository.accepted(&[
        "no migration to rehearse",
        ": the configuration edited\n",
        "warning   the branch edits the configuration",
    ]);
}

#[test]
fn a_branch_that_says_that_there_are_no_tenants_is_told() {
    let repository = Repository::new(ONLY_THE_BRANCH);
    let text = fs::read_to_string(repository.at("harness.toml")).expect("read");
    let (head, _) = text.split_once("[tenant]").expect("the tenant column");
    let none = format!("{head}[tenant]\nnone = true\n");
    let told = "the branch sets `[tenant] none = true`";
    repository.write("harness.toml", &none);
    repository.accepted(&[
        "no migration to rehearse",
        told,
        "tenants: none (harness.toml:",
    ]);
    repository.commit("no tenants");
    repository.accepted(&[told]);
    repository.git(&["switch", "-q", "main"]);
    repository.git(&["merge", "-q", "work"]);
    repository.git(&["switch", "-q", "-c", "other"]);
    repository.write("harness.toml", none + "# again\n");
    let run = repository.harness_in(".", &["check", "--changed-since", "main"]);
    assert!(!run.stdout.contains(told), "{}", run.stdout);
}

#[test]
fn a_configuration_that_names_another_folder_brings_in_what_stands_there() {
    for knows_applied in [WITH_APPLIED, ONLY_THE_BRANCH] {
        let repository = Repository::new(knows_applied);
        let config = fs::read_to_string(repository.at("harness.toml")).expect("read");
        let others = config.replace("\"migrations\"", "\"more/../others\"");
        repository.git(&["switch", "-q", "main"]);
        repository.write("more/README.md", "a folder");
        for (name, sql) in [
            ("0001_first", update("first")),
            ("0002_second", update("second")),
            ("0003_bad", TOO_FAR.to_owned()),
        ] {
            repository.write(&format!("others/{name}.sql"), sql);
        }
        repository.commit("another folder");
        repository.write("harness.toml", &others);
        // What is the same by name and content is no other migration.
        repository.rejected(&[
            "REJECTED 0003_bad",
            ": more/../others/0003_bad.sql added, the configuration edited\n",
        ]);
        repository.commit("another folder is configured");
        let run = repository.harness_in(".", &["check", "--changed-since", "HEAD"]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
        repository.write("others/0002_second.sql", TOO_FAR);
        let run = repository.harness_in(".", &["check", "--changed-since", "HEAD~1"]);
        assert_eq!((run.code, run.stderr.as_str()), (1, ""), "{}", run.stdout);
        assert!(
            run.stdout.contains("0002_second.sql edited"),
            "{}",
            run.stdout
        );
    }
}

#[test]
fn where_the_configuration_named_no_folder_all_of_it_is_new_unless_it_is_applied() {
    for before in [
        None,
        Some("[migrations"),
        Some("[engine]\n"),
        Some("[snapshot]\npath = \"seed.sql\"\n"),
        Some("\u{0}"),
    ] {
        for knows_applied in [WITH_APPLIED, ONLY_THE_BRANCH] {
            let repository = Repository::new(knows_applied);
            let config = fs::read_to_string(repository.at("harness.toml")).expect("read");
            repository.git(&["switch", "-q", "main"]);
            match before {
                Some(before) => repository.write("harness.toml", before),
                None => fs::remove_file(repository.at("harness.toml")).expect("removed"),
            }
            repository.write("migrations/0002_second.sql", TOO_FAR);
            repository.commit("before the configuration");
            repository.write("harness.toml", config);
            if knows_applied {
                repository.accepted(&["no migration to rehearse", ": the configuration edited\n"]);
            } else {
                let added = ": migrations/0001_first.sql added, migrations/0002_second.sql \
                    added, the configuration edited\n";
                repository.rejected(&["REJECTED 0002_second", added]);
            }
        }
    }
}

#[test]
fn names_are_taken_as_they_are() {
    let repository = Repository::new(WITH_APPLIED);
    for name in [
        "0003 with \"space\"",
        "0004\nline",
        "0005 $(touch pwned)",
        "-0006",
        "0007_ä",
    ] {
        repository.add(name, &update(&name.replace('\n', "")));
    }
    repository.commit("hostile names");
    let run = repository.accepted(&[
        "5 of 5 migrations accepted",
        "migrations/0004\\nline.sql added",
        "migrations/-0006.sql added",
    ]);
    assert!(!run.stdout.contains("0004\n"), "{}", run.stdout);
    fs::write(
        repository
            .at("migrations")
            .join(OsStr::from_bytes(b"0008\xff.sql")),
        TOO_FAR,
    )
    .expect("a file");
    repository.rejected(&["REJECTED — 5 of 6 migrations accepted", "0008\u{fffd}"]);
}

#[test]
fn it_is_run_in_any_folder_and_repository_below() {
    let repository = Repository::new(WITH_APPLIED);
    repository.add("0003_third", &update("third"));
    repository.commit("a third");
    let run = repository.harness_in("migrations", &["check", "--changed-since", "main"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
    assert!(
        run.stdout.contains("0003_third.sql added"),
        "{}",
        run.stdout
    );
    // A repository of its own in the folder's place.
    let inner = repository.at("migrations");
    repository.git(&["rm", "-rq", "--cached", "migrations"]);
    for args in [
        &["init", "-q"][..],
        &["add", "--all"],
        &["commit", "-q", "-m", "its own"],
    ] {
        git_in(&inner, args);
    }
    repository.accepted(&["migrations/0003_third.sql added", "ACCEPTED 0003_third"]);
    repository.add("0003_third", TOO_FAR);
    repository.rejected(&["REJECTED 0003_third"]);
    repository.commit("another repository");
    repository.refused(
        "main",
        &["migrations is in migrations, a submodule, of whose files this repository knows nothing"],
    );
}

#[test]
fn a_folder_in_a_submodule_is_looked_at_in_the_submodule_only() {
    let repository = Repository::new(WITH_APPLIED);
    let config = fs::read_to_string(repository.at("harness.toml")).expect("read");
    repository.git(&["switch", "-q", "main"]);
    let inner = Repository::new(WITH_APPLIED);
    let url = inner.path().display().to_string();
    repository.git(&[
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        &url,
        "below/sub",
    ]);
    repository.write("below/migrations/0001_first.sql", update("first"));
    repository.write("below/migrations/0002_second.sql", update("second"));
    for dir in ["below/sub", "below/sub/migrations", "below/migrations"] {
        repository.write(
            "harness.toml",
            config.replace("\"migrations\"", &format!("\"{dir}\"")),
        );
        repository.commit(dir);
        if dir == "below/migrations" {
            repository.accepted(&["no migration changed\n"]);
        } else {
            repository.refused(
                "main",
                &[
                    &format!("{dir} is in below/sub, a submodule"),
                    "run it in the submodule",
                ],
            );
        }
    }
    let run = repository.harness_in("below/sub", &["check", "--changed-since", "HEAD"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
    let run = repository.harness_in(
        ".",
        &[
            "check",
            "--changed-since",
            "HEAD",
            "--config",
            "below/sub/harness.toml",
        ],
    );
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{}", run.stderr);
    repository.write(
        "below/of_sub.toml",
        config
            .replace("\"seed", "\"../seed")
            .replace("\"migrations\"", "\"sub/migrations\""),
    );
    let run = repository.harness_in(
        "below/sub",
        &[
            "check",
            "--changed-since",
            "HEAD",
            "--config",
            "../of_sub.toml",
        ],
    );
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
    // Not checked out, and no more in the index.
    repository.write(
        "harness.toml",
        config.replace("\"migrations\"", "\"below/sub\""),
    );
    repository.git(&["submodule", "--quiet", "deinit", "--force", "below/sub"]);
    repository.refused("main", &["below/sub is in below/sub, a submodule"]);
    repository.git(&["rm", "-q", "--cached", "below/sub"]);
    repository.refused("main", &["below/sub is in below/sub, a submodule"]);
}

#[test]
fn files_that_git_does_not_follow_are_added_and_sub_folders_are_told() {
    let repository = Repository::new(WITH_APPLIED);
    repository.write(".gitignore", "*ignored*\n");
    repository.add("0003_ignored", TOO_FAR);
    repository.commit("ignores it");
    repository.rejected(&["REJECTED 0003_ignored", "migrations/0003_ignored.sql added"]);
    fs::remove_file(repository.at("migrations/0003_ignored.sql")).expect("removed");
    repository.write("migrations/2026/0004_below.sql", TOO_FAR);
    repository.commit("in a sub-folder");
    repository.accepted(&[
        "no migration to rehearse",
        "warning   migrations/2026/0004_below.sql is changed too, in a sub-folder",
    ]);
}

#[test]
fn a_migration_in_a_folder_of_its_own_goes_by_the_name_of_the_folder() {
    let repository = Repository::new(WITH_APPLIED);
    repository.add("0003_below/migration", TOO_FAR);
    repository.commit("in a folder of its own");
    let added = "migrations/0003_below/migration.sql added\n";
    repository.rejected(&["REJECTED 0003_below — 2 errors", "out-of-scope", added]);
    repository.add("0003_below/migration", &update("below"));
    repository.accepted(&["ACCEPTED 0003_below", added]);
    repository.git(&["mv", "migrations/0003_below", "migrations/0004_below"]);
    repository.commit("a new number");
    repository.accepted(&[
        "ACCEPTED 0004_below",
        "migrations/0004_below/migration.sql added",
    ]);
    let run = repository.harness_in(".", &["check", "--changed-since", "HEAD~1"]);
    assert!(
        run.stdout
            .contains("migrations/0004_below/migration.sql renamed from 0003_below"),
        "{}",
        run.stdout
    );
}

#[test]
fn names_that_are_applied_and_fit_no_file_are_told() {
    let repository = Repository::new(WITH_APPLIED);
    let config = fs::read_to_string(repository.at("harness.toml")).expect("read");
    let numbers = config.replace("SELECT name", "SELECT substr(name, 1, 4)");
    repository.write("harness.toml", &numbers);
    repository.add("0001_first", &update("first"));
    repository.add("0002_second", &update("second"));
    repository.rejected(&["error[applied-without-file]", "'0001', '0002'"]);
    // What the branch takes away was a file.
    repository.write("harness.toml", config);
    repository.git(&["rm", "-q", "-f", "migrations/0001_first.sql"]);
    repository.add("0003_third", &update("third"));
    let run = repository.accepted(&["ACCEPTED 0003_third"]);
    assert!(
        !run.stdout.contains("applied-without-file"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_file_taken_out_of_the_index_is_not_deleted() {
    let repository = Repository::new(ONLY_THE_BRANCH);
    repository.git(&["rm", "-q", "--cached", "migrations/0002_second.sql"]);
    repository.accepted(&["no migration changed\n"]);
    repository.add("0002_second", &update("more"));
    repository.accepted(&["migrations/0002_second.sql edited"]);
}

#[test]
fn after_merges_both_ways_both_commits_count() {
    let repository = Repository::new(WITH_APPLIED);
    repository.write("a", "work");
    repository.commit("of work");
    repository.git(&["switch", "-q", "main"]);
    repository.add("0003_of_main", &update("x"));
    repository.commit("of main");
    let (main, work) = (
        repository.git(&["rev-parse", "main"]),
        repository.git(&["rev-parse", "work"]),
    );
    repository.git(&["merge", "-q", "--no-edit", work.trim()]);
    repository.git(&["switch", "-q", "work"]);
    repository.git(&["merge", "-q", "--no-edit", main.trim()]);
    repository.accepted(&[
        " and ",
        "migrations/0003_of_main.sql added",
        "ACCEPTED 0003_of_main",
    ]);
}

#[test]
fn what_git_leaves_open_is_an_error() {
    let repository = Repository::new(WITH_APPLIED);
    repository.refused(
        "nowhere",
        &[
            "--changed-since nowhere: git knows no such commit",
            "`fetch-depth: 0`",
        ],
    );
    repository.refused("", &["REF is empty"]);
    repository.refused(
        "--help",
        &["--changed-since --help: git knows no such commit"],
    );
    repository.refused("--output=pwned", &["git knows no such commit"]);
    repository.refused("main..work", &["git knows no such commit"]);
    repository.git(&["switch", "-q", "--orphan", "stranger"]);
    repository.git(&["checkout", "-q", "work", "--", "."]);
    repository.refused("main", &["there is no commit yet"]);
    repository.commit("no parents");
    repository.refused("main", &["HEAD has no commit in common with it\n"]);
    let run = repository.harness_in(
        ".",
        &[
            "check",
            "--changed-since",
            "main",
            "migrations/0001_first.sql",
        ],
    );
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("cannot be used with"), "{}", run.stderr);
    fs::remove_dir_all(repository.at(".git")).expect("removed");
    repository.refused("main", &["the current folder is in no work tree of git"]);
}

#[test]
fn a_shallow_clone_is_an_error_unless_the_commit_itself_is_there() {
    let repository = Repository::new(WITH_APPLIED);
    repository.add("0003_third", &update("third"));
    repository.commit("a third");
    repository.add("0004_fourth", &update("fourth"));
    repository.commit("a fourth");
    let main = repository.git(&["rev-parse", "main"]);
    let clones = tempfile::tempdir().expect("a private folder");
    let url = format!("file://{}", repository.path().display());
    let shallow = |branch: &str, depth: &str| {
        let name = format!("{branch}-{depth}");
        git_in(
            clones.path(),
            &[
                "clone",
                "-q",
                "--depth",
                depth,
                "--no-single-branch",
                "-b",
                branch,
                &url,
                &name,
            ],
        );
        let folder = clones.path().join(name);
        move |since: &str| crate::support::harness(&folder, &["check", "--changed-since", since])
    };
    let one = shallow("work", "1");
    let run = one("origin/main");
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{}", run.stderr);
    assert!(
        run.stderr
            .contains("no commit in common with it; fetch the whole history: `fetch-depth: 0`"),
        "{}",
        run.stderr
    );
    let three = shallow("work", "3");
    let run = three(main.trim());
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
    // Main went on, and what both have in common may be an older commit than where the branch left
    // it.
    for args in [&["main"][..], &["-c", "late"], &["main"]] {
        repository.git(&[&["switch", "-q"], args].concat());
        // A message of its own: all else would make it the same commit.
        for message in ["goes on", "and on"] {
            repository.git(&[
                "commit",
                "-q",
                "--allow-empty",
                "-m",
                &format!("{} {message}", args.concat()),
            ]);
        }
    }
    let late = shallow("late", "3");
    let run = late("origin/main");
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{}", run.stderr);
    assert!(
        run.stderr.contains("history is cut off here"),
        "{}",
        run.stderr
    );
}

#[test]
fn what_git_does_not_look_at_is_an_error() {
    let repository = Repository::new(WITH_APPLIED);
    repository.git(&["switch", "-q", "main"]);
    symlink(
        "../elsewhere.sql",
        repository.at("migrations/0003_link.sql"),
    )
    .expect("a link");
    repository.write("elsewhere.sql", update("x"));
    repository.commit("a link");
    repository.git(&["switch", "-q", "-c", "other"]);
    repository.write("elsewhere.sql", TOO_FAR);
    repository.refused(
        "main",
        &["0003_link.sql is a link: git does not say whether what it leads to changed"],
    );

    let repository = Repository::new(WITH_APPLIED);
    repository.git(&[
        "update-index",
        "--skip-worktree",
        "migrations/0001_first.sql",
    ]);
    fs::remove_file(repository.at("migrations/0001_first.sql")).expect("removed");
    repository.refused(
        "main",
        &["0001_first.sql is missing, and git does not say that it is deleted"],
    );

    let repository = Repository::new(WITH_APPLIED);
    repository.add("0003_third", TOO_FAR);
    repository.commit("a third");
    repository.git(&[
        "sparse-checkout",
        "set",
        "--no-cone",
        "/*",
        "!/migrations/0003_third.sql",
    ]);
    repository.refused("main", &["0003_third.sql is missing"]);
}

#[test]
fn what_git_was_told_not_to_look_at_is_looked_at() {
    for flag in ["--assume-unchanged", "--skip-worktree"] {
        let repository = Repository::new(WITH_APPLIED);
        repository.git(&["switch", "-q", "main"]);
        repository.add("0003_third", &update("third"));
        repository.commit("a third");
        repository.git(&[
            "update-index",
            flag,
            "migrations/0002_second.sql",
            "migrations/0003_third.sql",
            "harness.toml",
            "seed.sql",
        ]);
        repository.accepted(&["no migration changed\n"]);
        repository.write("migrations/0002_second.sql", TOO_FAR);
        repository.rejected(&[
            "migrations/0002_second.sql edited",
            "error[already-applied]",
            "ACCEPTED 0003_third",
        ]);
        repository.write("migrations/0002_second.sql", update("second"));
        repository.accepted(&["no migration changed\n"]);
        repository.declare("0001_first");
        repository.accepted(&[
            ": the configuration edited; pending too: migrations/0003_third.sql\n",
            "ACCEPTED 0003_third",
        ]);
    }
}

#[test]
fn git_is_not_asked_whether_a_file_is_what_it_was() {
    let (was, edited) = (
        "UPDATE note SET body = '$Id$\n' WHERE id = 1;\n",
        "UPDATE note SET body = '$Id: y$\n' WHERE id = 1;\n",
    );
    let (same_size, crlf) = (was.replace("= 1", "< 9"), was.replace("\n'", "\r\n'"));
    let path = "migrations/0002_second.sql";
    let fsmonitor: &[&[&str]] = &[
        &["config", "core.fsmonitor", "printf 'token\\0' #"],
        &["config", "core.fsmonitorHookVersion", "2"],
    ];
    let stat: &[&[&str]] = &[
        &["config", "core.trustctime", "false"],
        &["config", "core.checkStat", "minimal"],
    ];
    let clean = format!("printf '%s' \"{}\"", was.replace('$', "\\$"));
    let filter: &[&[&str]] = &[&["config", "filter.z.clean", &clean]];
    let cases: [(&str, &[&[&str]], &str, &str); 5] = [
        ("told that nothing changed", fsmonitor, "", edited),
        ("of the same size and time", stat, "", &same_size),
        ("filtered", filter, "*.sql filter=z\n", edited),
        ("with an identifier", &[], "*.sql ident\n", edited),
        (
            "with other line ends",
            &[&["config", "core.autocrlf", "true"]],
            "",
            &crlf,
        ),
    ];
    for (what, settings, attributes, now) in cases {
        let repository = Repository::new(WITH_APPLIED);
        repository.git(&["switch", "-q", "main"]);
        repository.write(path, was);
        repository.write(".gitattributes", attributes);
        // Older than the index, so that git has no reason to look twice.
        let old = SystemTime::now() - Duration::from_secs(100);
        let age = |name: &str| {
            fs::File::options()
                .append(true)
                .open(repository.at(name))
                .expect("open")
                .set_modified(old)
                .expect("set");
        };
        age(path);
        repository.commit("as it was");
        for setting in settings {
            repository.git(setting);
        }
        repository.git(&["status", "--short"]);
        repository.accepted(&["no migration changed\n"]);
        repository.write(path, now);
        age(path);
        assert_eq!(
            repository.git(&["diff", "--name-only", "HEAD", "--", path]),
            "",
            "git takes one {what} for unchanged"
        );
        repository.rejected(&[
            "migrations/0002_second.sql edited",
            "error[already-applied]",
        ]);
    }
    let repository = Repository::new(WITH_APPLIED);
    repository.write(path, edited);
    repository.commit("an edit");
    repository.git(&[
        "replace",
        "main:migrations/0002_second.sql",
        "HEAD:migrations/0002_second.sql",
    ]);
    assert_eq!(
        repository.git(&["show", "main:migrations/0002_second.sql"]),
        edited
    );
    repository.rejected(&[
        "migrations/0002_second.sql edited",
        "error[already-applied]",
    ]);
}

#[test]
fn a_touched_file_and_converted_line_ends_are_no_edit_of_what_runs() {
    let repository = Repository::new(WITH_APPLIED);
    repository.write("migrations/0002_second.sql", update("second"));
    repository.accepted(&["no migration changed\n"]);
    repository.git(&["config", "core.autocrlf", "true"]);
    repository.write(
        "migrations/0002_second.sql",
        update("second").replace('\n', "\r\n"),
    );
    repository.accepted(&[
        "no migration to rehearse",
        "0002_second.sql is applied in the snapshot already, and the branch edits its comments",
    ]);
}

#[test]
fn a_link_of_the_work_tree_leads_to_nothing_that_git_tells() {
    let repository = Repository::new(WITH_APPLIED);
    let config = fs::read_to_string(repository.at("harness.toml")).expect("read");
    let link = |to: &str, at: &str| {
        fs::remove_file(repository.at(at)).ok();
        symlink(to, repository.at(at)).expect("a link");
    };
    repository.git(&["switch", "-q", "main"]);
    for version in ["v1", "v2"] {
        repository.write(&format!("{version}/m/0001_first.sql"), update("first"));
        repository.write(&format!("{version}/harness.toml"), &config);
    }
    repository.write("v2/m/0002_bad.sql", TOO_FAR);
    link("v1", "cur");
    link("v1/m", "m");
    for (dir, link_of) in [
        ("m", "m"),
        ("cur/m", "cur"),
        ("cur/../migrations", "cur"),
        ("./m/.", "m"),
    ] {
        repository.write(
            "harness.toml",
            config.replace("\"migrations\"", &format!("\"{dir}\"")),
        );
        repository.refused(
            "HEAD",
            &[&format!(
                "is reached by the symbolic link {link_of}: name what it leads to"
            )],
        );
    }
    repository.commit("links");
    link("v2", "cur");
    link("v2/m", "m");
    repository.write(
        "harness.toml",
        config.replace("\"migrations\"", "\"cur/m\""),
    );
    repository.commit("the links lead elsewhere");
    repository.refused("HEAD~1", &["/m is reached by the symbolic link cur"]);
    link("v1/harness.toml", "harness.toml");
    repository.refused(
        "HEAD~1",
        &["harness.toml is reached by the symbolic link harness.toml"],
    );
    // A link outside the work tree is no part of it, wherever it leads.
    fs::remove_file(repository.at("harness.toml")).expect("removed");
    repository.write("harness.toml", &config);
    repository.commit("no link to the configuration");
    repository.add("0003_third", &update("third"));
    let outside = tempfile::tempdir().expect("a private folder");
    symlink(repository.path(), outside.path().join("all")).expect("a link");
    let all = outside
        .path()
        .join("all/harness.toml")
        .display()
        .to_string();
    let run = repository.harness_in(".", &["check", "--changed-since", "HEAD", "--config", &all]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
    assert!(
        run.stdout.contains("0003_third.sql added"),
        "{}",
        run.stdout
    );
    repository.write("cur/migrations/0001_first.sql", update("first"));
    symlink(repository.at("cur"), outside.path().join("cur")).expect("a link");
    let through = outside
        .path()
        .join("cur/harness.toml")
        .display()
        .to_string();
    let run = repository.harness_in(
        ".",
        &["check", "--changed-since", "HEAD", "--config", &through],
    );
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{}", run.stderr);
    assert!(
        run.stderr.contains("is reached by the symbolic link cur"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_hook_of_git_may_run_it() {
    let repository = Repository::new(WITH_APPLIED);
    repository.add("0003_third", TOO_FAR);
    let hook = format!(
        "#!/bin/sh\nexec '{}' check --changed-since HEAD >&2\n",
        env!("CARGO_BIN_EXE_harness")
    );
    let main = repository.at(".git/hooks/pre-commit");
    fs::create_dir_all(main.parent().expect("a folder")).expect("a folder");
    fs::write(&main, hook).expect("written");
    fs::set_permissions(&main, fs::Permissions::from_mode(0o755)).expect("executable");
    // In a linked work tree, git tells its hooks where the repository is.
    let linked = tempfile::tempdir().expect("a private folder");
    repository.git(&[
        "worktree",
        "add",
        "-q",
        &linked.path().join("tree").display().to_string(),
    ]);
    for (folder, sql, is_held_up) in [
        (repository.path().to_owned(), TOO_FAR.to_owned(), true),
        (linked.path().join("tree"), TOO_FAR.to_owned(), true),
        (linked.path().join("tree"), update("third"), false),
    ] {
        let head = fs::read_to_string(repository.at("migrations/0003_third.sql"))
            .expect("read")
            .replace(TOO_FAR, &sql);
        fs::write(folder.join("migrations/0003_third.sql"), head).expect("written");
        git_in(&folder, &["add", "--all"]);
        let commit = on_its_own(
            Command::new("git")
                .current_dir(folder.join("migrations"))
                .args(["commit", "-q", "-a", "-m", "x"]),
        )
        .output();
        let commit = commit.expect("git runs");
        assert_eq!(
            commit.status.success(),
            !is_held_up,
            "{}",
            String::from_utf8_lossy(&commit.stderr)
        );
    }
}
