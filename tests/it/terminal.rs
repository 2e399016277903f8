//! What a person sees at a terminal: progress that leaves nothing behind, colours that repeat
//! words, reports as wide as the screen.

use crate::pty::{On, Shown, Terminal};
use crate::support::{CONFIG, Playground, SEED, command, harness, root};
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

const INCIDENT: &str = "tests/incident/0036_update_amber_point_metadata.sql";

/// Without end: its preview, and then the statement itself, are interrupted at the limit.
const ENDLESS: &str = "INSERT INTO note WITH RECURSIVE q(n) AS (SELECT 1 UNION ALL SELECT n + \
    1 FROM q) SELECT 3, n, 'x' FROM q;";

fn on_terminal(folder: &Path, args: &[&str], columns: u16) -> Shown {
    let mut command = command(folder);
    command.args(args);
    Terminal::run(command, columns, On::Report).finish()
}

fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

/// A folder whose migration takes as long as the limit lets it, twice.
fn endless(seconds: f64) -> Playground {
    let playground = Playground::new();
    playground.write(
        "harness.toml",
        format!("{CONFIG}[limits]\nstatement_seconds = {seconds:?}\n"),
    );
    playground.write(
        "0001_名前がとても長い移行_with_a_name_that_is_long_too.sql",
        ENDLESS,
    );
    playground
}

fn check_endless(playground: &Playground, args: &[&str]) -> Command {
    let mut command = command(playground.path());
    command
        .arg("check")
        .args(args)
        .arg("0001_名前がとても長い移行_with_a_name_that_is_long_too.sql");
    command
}

/// A dump on standard input, of which the rest comes when the progress is seen.
fn loaded_slowly(rest: &str) -> Shown {
    let playground = Playground::new();
    let mut command = command(playground.path());
    command
        .args(["check", "--snapshot", "-", "ok.sql"])
        .stdin(Stdio::piped());
    let mut terminal = Terminal::run(command, 100, On::Output);
    let mut stdin = terminal.stdin();
    stdin.write_all(SEED.as_bytes()).expect("written");
    terminal
        .wait_for(|screen| screen.contains(&format!("loading standard input: {} B", SEED.len())));
    stdin.write_all(rest.as_bytes()).expect("written");
    drop(stdin);
    terminal.finish()
}

#[test]
fn a_load_is_seen_while_it_lasts_and_leaves_nothing_behind() {
    let shown = loaded_slowly("SELECT 1;");
    assert_eq!(shown.code, Some(0), "{}", shown.screen);
    assert!(
        shown
            .screen
            .starts_with("ACCEPTED ok — within its declared scope\n")
            && !shown.screen.contains("loading"),
        "{}",
        shown.screen
    );
}

#[test]
fn an_error_stands_where_the_progress_stood() {
    let shown = loaded_slowly("nothing;");
    assert_eq!(shown.code, Some(2), "{}", shown.screen);
    assert_eq!(
        shown.screen.trim_end(),
        "error: snapshot standard input:3: near \"nothing\": syntax error"
    );
}

#[test]
fn rows_previewed_and_written_are_told_of_the_statement_on_one_line() {
    for columns in [40, 160] {
        let playground = endless(2.0);
        let terminal = Terminal::run(check_endless(&playground, &[]), columns, On::Output);
        for told in ["rows previewed", "rows written"] {
            let screen = terminal.wait_for(|screen| screen.contains(told));
            assert_eq!(screen.trim_end().lines().count(), 1, "{screen}");
            let place =
                "0001_名前がとても長い移行_with_a_name_that_is_long_too, statement 1 of 1: ";
            assert_eq!(screen.starts_with(place), columns == 160, "{screen}");
        }
        let shown = terminal.finish();
        assert_eq!(shown.code, Some(1), "{}", shown.screen);
        assert!(
            shown.screen.starts_with("REJECTED") && !shown.screen.contains("rows written"),
            "{}",
            shown.screen
        );
    }
}

#[test]
fn after_ctrl_c_nothing_is_on_the_screen() {
    let playground = endless(600.0);
    let mut command = check_endless(&playground, &[]);
    let workspaces = playground.at("workspaces");
    fs::create_dir(&workspaces).expect("a folder");
    command.env("TMPDIR", &workspaces);
    let terminal = Terminal::run(command, 100, On::Output);
    terminal.wait_for(|screen| screen.contains("rows previewed"));
    let id = rustix::process::Pid::from_raw(terminal.id().cast_signed()).expect("a process");
    rustix::process::kill_process(id, rustix::process::Signal::INT).expect("a signal");
    let shown = terminal.finish();
    assert_eq!((shown.code, shown.screen.trim()), (Some(130), ""));
    assert_eq!(
        fs::read_dir(&workspaces).expect("the folder").count(),
        0,
        "the clone is gone"
    );
}

#[test]
fn no_progress_is_shown_where_it_is_not_wanted_or_cannot_be_seen() {
    let playground = endless(0.8);
    let quiet = Terminal::run(check_endless(&playground, &["-q"]), 100, On::Output).finish();
    assert_eq!(quiet.raw.lines().count(), 1, "{}", quiet.raw);
    assert!(
        quiet.raw.contains("REJECTED") && quiet.raw.contains(" — 2 errors: "),
        "{}",
        quiet.raw
    );
    let mut dumb = Command::new("env");
    dumb.current_dir(playground.path()).args([
        "-u",
        "CI",
        "TERM=dumb",
        env!("CARGO_BIN_EXE_harness"),
        "check",
    ]);
    dumb.arg("0001_名前がとても長い移行_with_a_name_that_is_long_too.sql")
        .stdin(Stdio::null());
    let dumb = Terminal::run(dumb, 100, On::Output).finish();
    assert!(
        dumb.raw.starts_with("REJECTED") && !dumb.raw.contains('\x1b'),
        "{}",
        dumb.raw
    );
    let piped = check_endless(&playground, &[]).output().expect("it runs");
    assert_eq!(String::from_utf8_lossy(&piped.stderr), "");
}

#[test]
fn progress_is_on_standard_error_while_the_report_goes_elsewhere() {
    let playground = endless(1.0);
    let mut command = check_endless(&playground, &[]);
    command.stdout(fs::File::create(playground.at("report.txt")).expect("a file"));
    let terminal = Terminal::run(command, 100, On::Errors);
    terminal.wait_for(|screen| screen.contains("rows"));
    assert_eq!(terminal.finish().screen.trim(), "");
    let report = fs::read_to_string(playground.at("report.txt")).expect("a report");
    assert!(
        report.starts_with("REJECTED 0001") && !report.contains("so far"),
        "{report}"
    );
}

#[test]
fn colours_go_by_the_option_then_the_environment_then_the_terminal() {
    let run = |args: &[&str], set: Option<&str>| {
        let mut command = command(&root());
        command.args(args);
        if let Some(name) = set {
            command.env(name, "1");
        }
        command
    };
    let piped = |command: &mut Command| {
        String::from_utf8(command.output().expect("it runs").stdout).expect("UTF-8")
    };
    let (check, always, never) = (
        ["check", INCIDENT],
        ["check", "--color", "always", INCIDENT],
        ["check", "--color=never", INCIDENT],
    );
    let bare = piped(&mut run(&check, None));
    assert!(!bare.contains('\x1b'));
    for command in [
        &mut run(&always, None),
        &mut run(&check, Some("CLICOLOR_FORCE")),
        &mut run(&always, Some("NO_COLOR")),
    ] {
        let coloured = piped(command);
        assert!(
            coloured.contains("\x1b[1m\x1b[31mREJECTED\x1b[0m"),
            "{coloured}"
        );
        assert_eq!(plain(&coloured), bare, "colours repeat what the words say");
    }
    for (args, set, is_coloured) in [(check, None, true), (check, Some("NO_COLOR"), false)] {
        assert_eq!(
            Terminal::run(run(&args, set), 200, On::Report)
                .finish()
                .raw
                .contains('\x1b'),
            is_coloured,
            "{set:?}"
        );
    }
    assert!(
        !Terminal::run(run(&never, Some("CLICOLOR_FORCE")), 200, On::Report)
            .finish()
            .raw
            .contains('\x1b')
    );
}

#[test]
fn lines_are_as_wide_as_the_terminal_but_for_what_is_to_be_copied() {
    for columns in [40, 60, 80, 120, 200] {
        let shown = on_terminal(&root(), &["check", INCIDENT], columns);
        assert_eq!(shown.code, Some(1));
        let mut seen = 0;
        for line in shown.raw.lines() {
            // A word that is too long, such as a path, stays whole.
            let is_whole =
                line.starts_with("        \x1b[2m") || plain(line).split_whitespace().count() == 1;
            let width = textwrap::core::display_width(plain(line).trim_end());
            assert!(
                is_whole || width <= usize::from(columns),
                "{columns} columns: {line}"
            );
            seen += 1;
        }
        assert!(seen > 200, "{columns} columns: {seen} lines");
        let text = plain(&shown.raw);
        let has_table = text.contains("│ point_info │ all ");
        let has_sentences = text.contains("\nWRONG    point_info, all: update 32,");
        assert_eq!(
            (has_table, has_sentences),
            (columns >= 72, columns < 72),
            "{columns} columns"
        );
    }
}

/// A snapshot of so many tenants with one row each, and a migration that changes them all.
fn crowd(tenants: usize) -> Playground {
    let playground = Playground::new();
    let mut seed = "CREATE TABLE note(org INTEGER NOT NULL, id INTEGER NOT NULL, body TEXT, \
        PRIMARY KEY(org, id));\n"
        .to_owned();
    for org in 1..=tenants {
        writeln!(seed, "INSERT INTO note VALUES ({org}, 1, 'a');").expect("a line");
    }
    playground.write("seed.sql", seed);
    playground.write(
        "harness.toml",
        CONFIG.replace(
            "tenants = [1]",
            "tenants = { query = \"SELECT org FROM note WHERE org > 300\" }",
        ),
    );
    playground.write("ok.sql", "UPDATE note SET body = 'x';\n");
    playground
}

#[test]
fn of_thousands_of_tenants_the_wrong_ones_come_first_and_the_rest_is_summed_up() {
    let playground = crowd(2000);
    let table = |run: &str| -> Vec<String> {
        run.lines()
            .filter(|line| line.starts_with("       | "))
            .map(str::to_owned)
            .collect()
    };
    let usual = harness(playground.path(), &["check", "ok.sql"]).stdout;
    let rows = table(&usual);
    assert_eq!(rows.len(), 200 + 1 + 20 + 1, "{usual}");
    let has = |row: &str, words: &[&str]| words.iter().all(|word| row.contains(word));
    assert!(
        has(&rows[0], &["| 1 ", "| nothing", "| OUTSIDE"])
            && has(&rows[199], &["| 200 ", "| OUTSIDE"]),
        "{usual}"
    );
    assert!(
        has(
            &rows[200],
            &["| … and 100 more ", "| update 100 ", "| OUTSIDE"]
        ),
        "{usual}"
    );
    assert!(
        has(&rows[201], &["| 301 ", "| allowed", "| ok"])
            && has(
                &rows[221],
                &["| … and 1680 more ", "| update 1680 ", "| ok"]
            ),
        "{usual}"
    );
    for told in [
        "of 2000 tenants (1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1, 7: 1, 8: 1 and 1992 more)",
        ": 1, 2, 3, 4, 5, 6, 7, 8 and 292 more\n",
    ] {
        assert!(usual.contains(told), "{told}\n{usual}");
    }
    assert!(usual.len() < 40_000, "{} bytes", usual.len());
    let all = harness(playground.path(), &["check", "--verbose", "ok.sql"]).stdout;
    assert_eq!(table(&all).len(), 2000);
}

#[test]
fn a_table_of_a_few_tenants_more_than_are_shown_leaves_none_out() {
    let playground = crowd(321);
    playground.write(
        "harness.toml",
        CONFIG
            .replace("tenants = [1]", "tenants = \"all\"")
            .replace("update = 1", "update = 321"),
    );
    playground.write("ok.sql", "UPDATE note SET body = 'x' WHERE org <= 21;\n");
    let few = harness(playground.path(), &["check", "ok.sql"]).stdout;
    assert!(few.contains("| 21 ") && !few.contains("| … and"), "{few}");
    playground.write("ok.sql", "UPDATE note SET body = 'x' WHERE org <= 22;\n");
    let more = harness(playground.path(), &["check", "ok.sql"]).stdout;
    assert!(
        more.contains("| … and 2 more ") && !more.contains("| 21 "),
        "{more}"
    );
}

#[test]
fn quiet_says_the_verdict_of_each_migration_on_one_line() {
    let playground = Playground::new();
    playground.write("other.sql", "UPDATE note SET body = 'y' WHERE org = 2;\n");
    let run = harness(playground.path(), &["check", "-q", "ok.sql", "other.sql"]);
    assert_eq!((run.code, run.stderr.as_str()), (1, ""));
    let told = "ACCEPTED ok — within its declared scope\nREJECTED other — 1 error: no scope is \
        declared for `other`\n";
    assert_eq!(run.stdout, told);
    let fit = harness(&root(), &["snapshot", "inspect", "-q"]);
    assert_eq!(
        (fit.code, fit.stdout.as_str()),
        (
            0,
            "FIT snapshots/liveone-20251116-100416.sql for rehearsal\n"
        )
    );
    let survey = harness(
        &root(),
        &["survey", "-q", "--foreign-keys", "off", "tests/incident"],
    );
    assert_eq!(
        survey.stdout,
        "2 files: 0 ok, 2 with trouble, 0 not read\n18 statements, 18 parsed, 0 of 10 \
        previewed, 8 ran\n"
    );
}

#[test]
fn verbose_shows_every_preview_and_says_on_standard_error_how_long_each_part_took() {
    let playground = Playground::new();
    playground.write(
        "ok.sql",
        "UPDATE note SET body = 'x' WHERE org = 1 AND id = 1;\n".repeat(14),
    );
    let previews = |stdout: &str| stdout.matches("FROM note\n").count();
    let usual = harness(playground.path(), &["check", "ok.sql"]);
    assert_eq!((previews(&usual.stdout), usual.stderr.as_str()), (12, ""));
    assert!(
        usual.stdout.contains(
            "  2 previews are left out; --verbose or `harness preview` prints them all\n"
        ),
        "{}",
        usual.stdout
    );
    let verbose = harness(playground.path(), &["check", "-v", "ok.sql"]);
    assert_eq!(previews(&verbose.stdout), 14, "{}", verbose.stdout);
    for told in [
        "the run took ",
        " loading the snapshot, ",
        "\nok\n",
        " previews, 14 rows\n",
        " statements, 14 rows written\n",
        " 14  line 14   update note\n",
    ] {
        assert!(verbose.stderr.contains(told), "{told}\n{}", verbose.stderr);
    }
    assert!(!verbose.stderr.contains('\''), "no value of a row");
    let both = harness(playground.path(), &["check", "-q", "-v", "ok.sql"]);
    assert_eq!((both.code, both.stdout.as_str()), (2, ""));
    assert!(
        both.stderr.contains("cannot be used with"),
        "{}",
        both.stderr
    );
}

#[test]
fn bash_completes_commands_options_and_formats() {
    let playground = Playground::new();
    let script = harness(playground.path(), &["completions", "bash"]);
    assert_eq!((script.code, script.stderr.as_str()), (0, ""));
    // The system's own file comes before it and may have set another prompt.
    playground.write("harness.bash", format!("{}\nPS1='$ '\n", script.stdout));
    for (typed, completed) in [
        ("harness ch\t", "$ harness check "),
        ("harness snapshot in\t", "$ harness snapshot inspect "),
        ("harness check --keep\t", "$ harness check --keep-clone "),
        (
            "harness check --format ht\t",
            "$ harness check --format html ",
        ),
        ("harness --color ne\t", "$ harness --color never "),
        ("harness check har\t", "$ harness check harness."),
    ] {
        let mut bash = Command::new("bash");
        bash.current_dir(playground.path())
            .args(["--noprofile", "--rcfile", "harness.bash", "-i"]);
        let mut terminal = Terminal::run(bash, 100, On::All);
        // What is typed before the prompt, bash does not see.
        terminal.wait_for(|screen| screen.trim_end().ends_with("\n$"));
        terminal.types(typed);
        terminal.wait_for(|screen| {
            screen
                .lines()
                .any(|line| line.starts_with(completed.trim_end()))
        });
        // The line goes without being run, and bash with the end of its input.
        terminal.types("\x15\x04");
        terminal.finish();
    }
}

#[test]
fn each_shell_has_a_script() {
    for (shell, begins) in [
        ("bash", "_harness() {"),
        ("zsh", "#compdef harness"),
        ("fish", "# Print an optspec"),
        ("powershell", "\nusing namespace"),
        ("elvish", "\nuse builtin"),
    ] {
        let script = harness(&root(), &["completions", shell]);
        assert!(
            script.code == 0 && script.stdout.starts_with(begins),
            "{shell}: {}",
            &script.stdout[..80]
        );
        assert!(
            script.stdout.contains("changed-since") && script.stdout.contains("verify"),
            "{shell}"
        );
    }
    assert_eq!(harness(&root(), &["completions", "tcsh"]).code, 2);
}
