//! Saved evidence: the commands that read it, and where it no longer holds.

use crate::repository::{Repository, update};
use crate::support::{
    CONFIG, Playground, SEED, accepted, command, finish, harness, refused_with, rejected_with, root,
};
use harness::report::{Evidence, Format};
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

#[test]
fn the_command_renders_what_the_run_did() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = |format: Format| match format {
        Format::Json => folder.path().join("evidence.json"),
        _ => folder.path().join(format.word()),
    };
    let reports =
        Format::ALL.map(|format| format!("--report={}={}", format.word(), place(format).display()));
    let mut args = vec![
        "check",
        "tests/incident/0036_update_amber_point_metadata.sql",
    ];
    args.extend(reports.iter().map(String::as_str));
    rejected_with(&root(), &args, &["partial-key-match"]);
    for format in Format::ALL {
        let direct = fs::read_to_string(place(format)).expect("a report");
        let run = accepted(
            folder.path(),
            &[
                "report",
                "evidence.json",
                "--format",
                format.word(),
                "--report",
                &format!("{}=file", format.word()),
            ],
        );
        assert_eq!(run.stdout, direct, "{}", format.word());
        assert_eq!(
            fs::read_to_string(folder.path().join("file")).expect("a report"),
            direct,
            "{}",
            format.word()
        );
    }
    let evidence = fs::read(place(Format::Json)).expect("the evidence");
    let mut piped = command(folder.path())
        .args(["report", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it runs");
    piped
        .stdin
        .take()
        .expect("a pipe")
        .write_all(&evidence)
        .expect("written");
    assert!(
        finish(piped.wait_with_output().expect("it ends"))
            .stdout
            .starts_with("REJECTED 0036")
    );
}

/// A playground with evidence of `ok.sql` in `e.json`.
fn saved(args: &[&str]) -> Playground {
    let playground = Playground::new();
    let args: Vec<&str> = ["check", "ok.sql", "--report", "json=e.json"]
        .iter()
        .chain(args)
        .copied()
        .collect();
    assert!(harness(playground.path(), &args).code < 2);
    playground
}

#[test]
fn evidence_that_holds_is_said_to_hold() {
    for args in [&[][..], &["--deep"], &["--samples", "1"]] {
        let playground = saved(args);
        let run = accepted(playground.path(), &["verify", "e.json"]);
        assert_eq!(run.stdout, "e.json: holds; the verdict is still accepted\n");
    }
    let playground = saved(&[]);
    playground.write("elsewhere.sql", SEED);
    fs::remove_file(playground.at("seed.sql")).expect("moved");
    assert_eq!(
        accepted(
            playground.path(),
            &["verify", "e.json", "--snapshot", "elsewhere.sql"]
        )
        .code,
        0
    );
    refused_with(
        playground.path(),
        &["verify", "e.json"],
        &["seed.sql", "does not exist"],
    );
}

#[test]
fn now_is_what_it_was() {
    let playground = Playground::new();
    playground.write(
        "ok.sql",
        "UPDATE note SET body = strftime('%Y-%m-%d %H:%M:%f', 'now') WHERE org = 1 AND id = 1;\n",
    );
    accepted(
        playground.path(),
        &["check", "ok.sql", "--report", "json=e.json"],
    );
    std::thread::sleep(std::time::Duration::from_millis(20));
    accepted(playground.path(), &["verify", "e.json"]);
}

#[test]
fn the_first_difference_is_told() {
    let differences: [(&str, String, &str); 6] = [
        (
            "ok.sql",
            "UPDATE note SET body = 'y' WHERE org = 1 AND id = 1;\n".to_owned(),
            "migrations: ok: was \"",
        ),
        (
            "seed.sql",
            SEED.replace("'b'", "'B'"),
            "snapshot: blake3: was \"",
        ),
        (
            "harness.toml",
            CONFIG.replace("foreign_keys = false", "foreign_keys = true"),
            "engine: foreign_keys: was false, is true",
        ),
        (
            "harness.toml",
            CONFIG.replace("on_error = \"stop\"", "on_error = \"continue\""),
            "engine: on_error: was \"stop\", is \"continue\"",
        ),
        (
            "harness.toml",
            CONFIG.replace("update = 1", "update = 2"),
            "rehearsal: ok: expected: note: expected: was \"update 1\", is \"update 2\"",
        ),
        (
            "harness.toml",
            format!("{CONFIG}[findings]\nnot-atomic = \"error\"\n"),
            "severities: not-atomic: was nothing, is \"error\"",
        ),
    ];
    for (file, text, told) in differences {
        let playground = saved(&[]);
        playground.write(file, text);
        rejected_with(
            playground.path(),
            &["verify", "e.json"],
            &["e.json: does not hold: ", told],
        );
    }
}

#[test]
fn edited_evidence_does_not_hold() {
    let edits = [
        ("\"touched\": 1,", "\"touched\": 2,"),
        ("\"body\": \"x\"", "\"body\": \"z\""),
        ("\"update\": 1,", "\"update\": 3,"),
        ("\"outcome\": \"applied\"", "\"outcome\": \"failed\""),
        ("\"verdict\": \"accepted\"", "\"verdict\": \"rejected\""),
        ("\"status\": \"pass\"", "\"status\": \"fail\""),
        ("\"1\": \"1\"", "\"1\": \"1 (somebody)\""),
        ("\"sql\": \"UPDATE", "\"sql\": \"DELETE"),
        ("\"shown_by\": \"", "\"shown_by\": \"surely "),
        (
            "\"findings\": []",
            "\"findings\": \
            [{\"code\":\"no-effect\",\"severity\":\"note\",\"message\":\"m\",\"help\":\"h\",\"tenants\":[]}]",
        ),
    ];
    let playground = saved(&[]);
    let evidence = fs::read_to_string(playground.at("e.json")).expect("evidence");
    for (true_one, edited) in edits {
        assert!(evidence.contains(true_one), "{true_one}");
        playground.write("edited.json", evidence.replace(true_one, edited));
        rejected_with(
            playground.path(),
            &["verify", "edited.json"],
            &["edited.json: does not hold: "],
        );
    }
}

#[test]
fn what_is_no_evidence_is_refused() {
    let playground = saved(&[]);
    let evidence = fs::read_to_string(playground.at("e.json")).expect("evidence");
    let hash = evidence
        .lines()
        .find(|line| line.contains("\"blake3\""))
        .expect("a hash")
        .trim();
    for (name, text, word) in [
        (
            "empty.json",
            String::new(),
            "is no evidence of harness: EOF",
        ),
        (
            "other.json",
            evidence.replace("harness-report", "harness-survey"),
            "`format` is \"harness-survey\"",
        ),
        (
            "later.json",
            evidence.replacen("\"version\": 1", "\"version\": 2", 1),
            "is evidence of version 2",
        ),
        (
            "cut.json",
            evidence[..evidence.len() / 2].to_owned(),
            "is no evidence of harness: EOF",
        ),
        (
            "less.json",
            evidence.replace("\"options\"", "\"opinions\""),
            "missing field `options`",
        ),
    ] {
        playground.write(name, text);
        refused_with(playground.path(), &["report", name], &[name, word]);
        refused_with(playground.path(), &["verify", name], &[name, word]);
    }
    playground.write(
        "unhashed.json",
        evidence.replacen(hash, "\"blake3\": null,", 1),
    );
    refused_with(
        playground.path(),
        &["verify", "unhashed.json"],
        &["holds no hash of the snapshot"],
    );
    playground.write(
        "late.json",
        replaced_number(&evidence, "\"now_ms\": ", "9223372036854775807"),
    );
    refused_with(
        playground.path(),
        &["verify", "late.json"],
        &["`engine.now_ms` is no time"],
    );
    playground.write(
        "device.json",
        evidence.replace("\"path\": \"ok.sql\"", "\"path\": \"/dev/zero\""),
    );
    refused_with(
        playground.path(),
        &["verify", "device.json"],
        &["/dev/zero: is no file"],
    );
    playground.write(
        "large.json",
        evidence.replace("\"update\": 1", "\"update\": 18446744073709551615"),
    );
    for format in Format::ALL {
        without_complaint(
            playground.path(),
            &["report", "large.json", "--format", format.word()],
        );
    }
    refused_with(
        playground.path(),
        &["report", "e.json", "--report", "text=e.json"],
        &["is read by this run, and is not overwritten"],
    );
    refused_with(
        playground.path(),
        &["report", "missing.json"],
        &["cannot read missing.json"],
    );
    let piped = "harness.toml";
    playground.write(
        "piped.json",
        evidence.replace("\"source\": \"seed.sql\"", "\"source\": \"standard input\""),
    );
    refused_with(
        playground.path(),
        &["verify", "piped.json", "--config", piped],
        &["give it with --snapshot"],
    );
}

#[test]
fn evidence_about_a_branch_holds_until_the_branch_goes_on() {
    let repository = Repository::new(true);
    repository.add("0003_third", &update("third"));
    repository.write("migrations/0002_second.sql", update("edited"));
    repository.commit("a third, and an applied one edited");
    let run = harness(
        repository.path(),
        &[
            "check",
            "--changed-since",
            "main",
            "--report",
            "json=e.json",
        ],
    );
    assert_eq!(run.code, 1, "{}{}", run.stdout, run.stderr);
    assert_eq!(
        accepted(repository.path(), &["verify", "e.json"]).stdout,
        "e.json: holds; the verdict is still rejected\n"
    );
    repository.git(&["branch", "-q", "-f", "main", "work"]);
    accepted(repository.path(), &["verify", "e.json"]);
    repository.add("0004_fourth", &update("fourth"));
    rejected_with(
        repository.path(),
        &["verify", "e.json"],
        &["migrations: 0004_fourth: was nothing, is \""],
    );
}

/// Evidence with another number behind each of its fields of a name.
fn replaced_number(evidence: &str, field: &str, number: &str) -> String {
    let line = |line: &str| match line.split_once(field) {
        Some((before, _)) => format!("{before}{field}{number}"),
        None => line.to_owned(),
    };
    evidence.lines().map(line).collect::<Vec<_>>().join("\n")
}

fn without_complaint(folder: &Path, args: &[&str]) {
    let run = harness(folder, args);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{args:?}");
}

#[test]
fn what_the_configuration_hides_by_now_is_not_printed() {
    let playground = saved(&[]);
    playground.write(
        "harness.toml",
        format!("{CONFIG}[report]\nvalues = \"none\"\n"),
    );
    let run = rejected_with(
        playground.path(),
        &["verify", "e.json"],
        &["e.json: does not hold: ", "is not what it was"],
    );
    assert!(
        !run.stdout.contains("'a'") && !run.stdout.contains("\"a\""),
        "{}",
        run.stdout
    );
}

#[test]
fn a_report_is_no_migration_and_one_that_fails_keeps_no_other_back() {
    let playground = Playground::new();
    playground.write(
        "harness.toml",
        CONFIG.replacen("[tenant]", "[migrations]\ndir = \"m\"\n[tenant]", 1),
    );
    playground.write(
        "m/ok.sql",
        fs::read_to_string(playground.at("ok.sql")).expect("read"),
    );
    let place = "would be taken for a migration, in their folder";
    refused_with(
        playground.path(),
        &["check", "m/ok.sql", "--report", "json=m/e.sql"],
        &[place],
    );
    accepted(
        playground.path(),
        &["check", "m/ok.sql", "--report", "json=m/e.json"],
    );
    if Path::new("/dev/full").exists() {
        let run = harness(
            playground.path(),
            &[
                "check",
                "m/ok.sql",
                "--report",
                "html=/dev/full",
                "--report",
                "json=e.json",
            ],
        );
        assert_eq!(run.code, 2, "{}", run.stderr);
        assert!(
            run.stderr.contains("report /dev/full cannot be written")
                && run.stdout.starts_with("ACCEPTED"),
            "{}",
            run.stderr
        );
        Evidence::read(&fs::read_to_string(playground.at("e.json")).expect("the other report"))
            .expect("evidence");
    }
}
