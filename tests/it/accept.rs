//! `harness accept`: what it writes, what it leaves byte for byte, and when it writes nothing.

use crate::support::{CONFIG, Playground, accepted, harness, refused_with};
use std::fs;
#[cfg(unix)]
use std::process::{Child, Stdio};

/// Everything before the scopes, with a comment and an odd blank.
const HEAD: &str = "\
# Rehearsed before every release.
[snapshot]
path = \"seed.sql\"   # beside this file
[engine]
foreign_keys = false
transaction = \"none\"
on_error = 'stop'
[tenant]
column = \"org\"
tables = { tag = { shared = true } }
";

const SEED: &str = "\
CREATE TABLE note(org INTEGER, id INTEGER NOT NULL, body TEXT, done INTEGER, PRIMARY KEY(org, id));
INSERT INTO note VALUES (1, 1, 'a', 0), (1, 2, 'b', 0), (2, 1, 'c', 0), (2, 2, 'd', 0);
CREATE TABLE tag(name TEXT PRIMARY KEY);
INSERT INTO tag VALUES ('x');
";

/// Updates two rows of tenant 1 and one of tenant 2, and inserts a shared one.
const MIGRATION: &str = "\
UPDATE note SET body = 'n' WHERE id = 1;
UPDATE note SET body = 'n' WHERE org = 1 AND id = 2;
INSERT INTO tag VALUES ('y');
";

fn playground(config: &str) -> Playground {
    let playground = Playground::new();
    playground.write("harness.toml", config);
    playground.write("seed.sql", SEED);
    playground.write("m.sql", MIGRATION);
    playground
}

fn text(playground: &Playground, file: &str) -> String {
    fs::read_to_string(playground.at(file)).expect("a file")
}

/// Accepts `m.sql` without asking; the text of the file that the scope stands in afterwards.
fn after(playground: &Playground, file: &str) -> String {
    let (others, seed) = (playground.listing(), text(playground, "seed.sql"));
    let run = accepted(playground.path(), &["accept", "--yes", "m.sql"]);
    assert!(
        run.stdout.ends_with(&format!("m: declared in {file}\n")),
        "{}",
        run.stdout
    );
    accepted(playground.path(), &["check", "m.sql"]);
    assert_eq!(
        (playground.listing(), text(playground, "seed.sql")),
        (others, seed),
        "nothing else is written"
    );
    let written = text(playground, file);
    let again = accepted(playground.path(), &["accept", "--yes", "m.sql"]);
    assert!(
        again.stdout.contains("nothing to write"),
        "{}",
        again.stdout
    );
    assert_eq!(
        text(playground, file),
        written,
        "a second time changes nothing"
    );
    written
}

#[test]
fn what_the_author_claims_stays_beside_the_number() {
    let claim = |count: &str, each: &str| {
        format!(
            "{HEAD}\n[expect.m]\ntenants = [1, 2]\n[expect.m.tables.note.update]\n{count}\
            rows = \"SELECT org, id FROM note WHERE org = 1 OR id = 1\" # by hand\n\
            each = \"{each}\"\n[expect.m.tables.tag]\ninsert = 2\n"
        )
    };
    let met = "new.body = 'n'";
    let playground = playground(&claim("count = 2\n", met));
    let expected = claim("count = 3\n", met).replace("insert = 2", "insert = 1");
    assert_eq!(after(&playground, "harness.toml"), expected);
    // No number comes beside a selection, and nothing is written where a claim is not met.
    playground.write("harness.toml", claim("", met));
    let expected = claim("", met).replace("insert = 2", "insert = 1");
    assert_eq!(after(&playground, "harness.toml"), expected);
    for (config, code) in [
        (claim("", "new.id > 1"), "each-not-met"),
        (claim("", met).replace(" OR id = 1", ""), "row-out-of-scope"),
        (claim("", met).replace("org = 1 OR", ""), "row-out-of-scope"),
        (
            claim("", met).replace("org = 1 OR id = 1", "1"),
            "row-left-out",
        ),
    ] {
        playground.write("harness.toml", &config);
        let run = harness(playground.path(), &["accept", "--yes", "m.sql"]);
        assert_eq!(run.code, 1, "{}", run.stderr);
        assert!(
            run.stdout.contains(code) || run.stderr.contains(code),
            "{}{}",
            run.stdout,
            run.stderr
        );
        assert_eq!(text(&playground, "harness.toml"), config);
    }
}

#[test]
fn a_scope_that_is_declared_nowhere_is_added_behind_all_that_is_there() {
    let scope = "\
[expect.m]
tenants = [1, 2]

[expect.m.tables.note]
update = 3
columns = [\"body\"]

[expect.m.tables.tag]
insert = 1
";
    let others = "\n[expect.other]\ntenants = [7]   # kept\n# The end.";
    for (config, between) in [
        (HEAD.to_owned(), "\n"),
        (format!("{HEAD}{others}"), "\n\n"),
        (format!("{HEAD}{others}\n\n"), ""),
        (format!("\u{feff}{HEAD}"), "\n"),
    ] {
        assert_eq!(
            after(&playground(&config), "harness.toml"),
            format!("{config}{between}{scope}")
        );
    }
    let crlf = format!("{HEAD}{others}\n").replace('\n', "\r\n");
    assert_eq!(
        after(&playground(&crlf), "harness.toml"),
        format!("{crlf}\r\n{}", scope.replace('\n', "\r\n"))
    );
    let dotted = format!("expect.other.tenants = [7]\n{HEAD}");
    assert_eq!(
        after(&playground(&dotted), "harness.toml"),
        format!("{dotted}\n{scope}")
    );
}

/// Scopes as they are declared, and as they are afterwards.
const EDITS: [(&str, &str); 9] = [
    // Comments stay with what stays.
    (
        "
# About m.
[expect.m] # asked for in 17
conserve = [\"tag\"]   # no
# Whose.
tenants = [
  9, # nine
  1, # one
]
# Notes.
[expect.m.tables.note] # here
update = 1   # one row
columns = ['done', \"BODY\"]  # only these
delete = 4 # goes

# Another.
[expect.other]
tenants = [ 7 ] # kept
",
        "
# About m.
[expect.m] # asked for in 17
# Whose.
tenants = [
  1, # one
  2,
]
# Notes.
[expect.m.tables.note] # here
update = 3   # one row
columns = ['done', \"BODY\"]  # only these

[expect.m.tables.tag]
insert = 1

# Another.
[expect.other]
tenants = [ 7 ] # kept
",
    ),
    // What holds what was observed stays as it is written.
    (
        "
[expect.m]
tenants = { query = \"SELECT DISTINCT org FROM note\" } # whoever has notes
[expect.m.tables.note]
update = \"1..=9\" # some
[expect.m.tables.tag]
update = 0
",
        "
[expect.m]
tenants = { query = \"SELECT DISTINCT org FROM note\" } # whoever has notes
[expect.m.tables.note]
update = \"1..=9\" # some
[expect.m.tables.tag]
update = 0
insert = 1
",
    ),
    // A query that does not give them becomes their list, a count by tenant one by tenant, a range
    // that is not met a number.
    (
        "
[expect.m]
tenants = \"all\"
[expect.m.tables.note]
tenants = { query = \"SELECT 1\" } # only one
update = { \"1\" = 2, \"7\" = 1 } # each
[expect.m.tables.tag]
insert = \"2..\" # more
",
        "
[expect.m]
tenants = \"all\"
[expect.m.tables.note]
tenants = [1, 2] # only one
update = { \"1\" = 2, 2 = 1 } # each
[expect.m.tables.tag]
insert = 1 # more
",
    ),
    // Inline tables.
    (
        "
expect.m = { tenants = [1], tables = { note = { update = 3 } } } # in one line
",
        "
expect.m = { tenants = [1, 2], tables = { note = { update = 3 }, tag = { insert = 1 } } } # in one line
",
    ),
    // Dotted keys.
    (
        "
[expect.m]
tenants = [1, 2]
tables.note.update = 2
tables.note.columns = [\"done\"]
",
        "
[expect.m]
tenants = [1, 2]
tables.note.update = 3
tables.note.columns = [\"body\"]
tables.tag.insert = 1
",
    ),
    (
        "
[expect]
other.tenants = [7]
m.tenants = [1]
m.tables.note.update.1 = 2
m.tables.note.update.2 = 2
m.tables.tag = { insert = \"any\" }
",
        "
[expect]
other.tenants = [7]
m.tenants = [1, 2]
m.tables.note.update.1 = 2
m.tables.note.update.2 = 1
m.tables.tag = { insert = \"any\" }
",
    ),
    // A scope that only the headers of its tables name, in two places of the file.
    (
        "
[expect.m.tables.note]
update = 3
[expect.other.tables.note]
update = 1
[expect.m.tables.tag]
insert = 9 # why
",
        "
[expect.m]
tenants = [1, 2]

[expect.m.tables.note]
update = 3
[expect.other.tables.note]
update = 1
[expect.m.tables.tag]
insert = 1 # why
",
    ),
    // Headers for what else is an inline table.
    (
        "
[expect.m.tenants]
query = \"SELECT 1\"
[expect.m.tables.note.update]
1 = 2 # one
[expect.m.tables.tag]
insert = 1
",
        "
[expect.m]
tenants = [1, 2]
[expect.m.tables.note.update]
1 = 2 # one
2 = 1
[expect.m.tables.tag]
insert = 1
",
    ),
    // A table of which nothing was observed, and names that need quotes.
    (
        "
[expect.\"m\"]
tenants = [2,1]
[expect.'m'.tables.\"NOTE\"]
update = 1
[expect.m.tables.tag]
insert = 1
delete = 1
",
        "
[expect.\"m\"]
tenants = [2,1]
[expect.'m'.tables.\"NOTE\"]
update = 3
[expect.m.tables.tag]
insert = 1
",
    ),
];

#[test]
fn only_what_does_not_hold_is_edited_in_the_form_in_which_it_stands() {
    for (at, (declared, expected)) in EDITS.iter().enumerate() {
        // `conserve` names a table that grows: no scope answers that.
        let declared = declared.replace("conserve = [\"tag\"]   # no\n", "");
        let root = |scopes: &str| {
            if scopes.starts_with("\nexpect.") {
                format!("{}{HEAD}", &scopes[1..])
            } else {
                format!("{HEAD}{scopes}")
            }
        };
        let (config, expected) = (root(&declared), root(expected));
        assert_eq!(
            after(&playground(&config), "harness.toml"),
            expected,
            "edit {at}"
        );
        let crlf = |text: &str| text.replace('\n', "\r\n");
        assert_eq!(
            after(&playground(&crlf(&config)), "harness.toml"),
            crlf(&expected),
            "edit {at} with CRLF"
        );
        let open = |text: &str| text.trim_end().to_owned();
        let last = after(&playground(&open(&config)), "harness.toml");
        assert_eq!(
            open(&last),
            open(&expected),
            "edit {at} without a last line end"
        );
    }
}

#[test]
fn a_last_line_that_is_not_edited_stays_open() {
    let config = format!(
        "[expect.m]\ntenants = [1]\ntables.note.update = 3\ntables.tag.insert = 1\n{HEAD}# The end."
    );
    let expected = config.replacen("[1]", "[1, 2]", 1);
    assert_eq!(after(&playground(&config), "harness.toml"), expected);
    let mixed = config
        .replacen("tables.note.update = 3\n", "tables.note.update = 3\r\n", 1)
        .replacen("# beside this file\n", "# beside this file\r\n", 1);
    assert_eq!(
        after(&playground(&mixed), "harness.toml"),
        mixed.replacen("[1]", "[1, 2]", 1)
    );
}

#[test]
fn a_scope_at_the_head_of_the_migration_is_edited_there() {
    let head = "-- Asked for in 17.\n/* harness: expect\n# Whose.\ntenants = [1] # \
        one\n[tables.note] # notes\nupdate = \"1..\"\n*/\n";
    let expected = "-- Asked for in 17.\n/* harness: expect\n# Whose.\ntenants = [1, 2] # \
        one\n[tables.note] # notes\nupdate = \"1..\"\n\n[tables.tag]\ninsert = 1\n*/\n";
    for change in [
        |text: &str| text.to_owned(),
        |text: &str| format!("\u{feff}{}", text.replace('\n', "\r\n")),
    ] {
        let playground = playground(HEAD);
        playground.write("m.sql", change(&format!("{head}{MIGRATION}")));
        assert_eq!(
            after(&playground, "m.sql"),
            change(&format!("{expected}{MIGRATION}"))
        );
        assert_eq!(text(&playground, "harness.toml"), HEAD);
    }
    let playground = playground(HEAD);
    playground.write(
        "m.sql",
        format!("/* harness: expect tenants = [2, 1] */ {MIGRATION}"),
    );
    let written = after(&playground, "m.sql");
    assert!(
        written.starts_with("/* harness: expect tenants = [2, 1]")
            && written.ends_with(&format!("*/ {MIGRATION}")),
        "{written}"
    );
}

/// What every head below gets that names no table.
const NOTES: &str = "\n[tables.note]\nupdate = 2\ncolumns = [\"body\"]\n";

#[test]
fn a_head_without_an_entry_of_its_own_gets_its_first_on_a_line_of_its_own() {
    let update = "UPDATE note SET body = 'n' WHERE org = 2;\n";
    let entries = format!("tenants = [2]\n{NOTES}");
    let invariant =
        "[[invariants]]\nname = \"i\"\nsql = \"SELECT count(*) FROM note\"\nequal = \"before\"\n";
    let table = "[tables.note]\nupdate = 2\n";
    for (head, expected) in [
        (
            "/* harness: expect\n*/\n".to_owned(),
            format!("/* harness: expect\n{entries}*/\n"),
        ),
        (
            "/* harness: expect */\n".to_owned(),
            format!("/* harness: expect\n{entries}*/\n"),
        ),
        (
            "/*harness: expect*/ ".to_owned(),
            format!("/*harness: expect\n{entries}*/ "),
        ),
        // Comments stay above.
        (
            "/* harness: expect\n# a\n\n  # b\n*/\n".to_owned(),
            format!(
                "/* harness: expect\n# a\n\n  \
            # b\n{entries}*/\n"
            ),
        ),
        (
            "/* harness: expect # a\n*/\n".to_owned(),
            format!("/* harness: expect # a\n{entries}*/\n"),
        ),
        (
            "/* harness: expect # a */\n".to_owned(),
            format!("/* harness: expect # a\n{entries}*/\n"),
        ),
        // A table first.
        (
            format!("/* harness: expect\n{table}*/\n"),
            format!(
                "/* harness: expect\ntenants = \
            [2]\n{table}*/\n"
            ),
        ),
        (
            format!("/* harness: expect\n\n# a\n{table}*/\n"),
            format!(
                "/* harness: expect\ntenants = \
            [2]\n\n# a\n{table}*/\n"
            ),
        ),
        (
            format!("/* harness: expect {table}*/\n"),
            format!(
                "/* harness: expect\ntenants = \
            [2]\n {table}*/\n"
            ),
        ),
        (
            format!("/* harness: expect # a\n{table}*/\n"),
            format!(
                "/* harness: expect\ntenants = \
            [2]\n # a\n{table}*/\n"
            ),
        ),
        // An invariant first.
        (
            format!("/* harness: expect\n{invariant}*/\n"),
            format!(
                "/* harness: expect\ntenants = \
            [2]\n{invariant}{NOTES}*/\n"
            ),
        ),
        // A first line that goes.
        (
            "/* harness: expect tables.tag.insert = 1\ntenants = [2]\n*/\n".to_owned(),
            "/* harness: expect\ntables.note.update = 2\ntables.note.columns = \
            [\"body\"]\ntenants = [2]\n*/\n"
                .to_owned(),
        ),
    ] {
        for change in [
            |text: &str| text.to_owned(),
            |text: &str| text.replace('\n', "\r\n"),
        ] {
            let playground = playground(HEAD);
            playground.write("m.sql", change(&format!("{head}{update}")));
            assert_eq!(
                after(&playground, "m.sql"),
                change(&format!("{expected}{update}")),
                "{head}"
            );
        }
    }
}

#[test]
fn where_no_row_changes_an_empty_scope_says_so() {
    let playground = playground(HEAD);
    playground.write(
        "m.sql",
        "/* harness: expect\n# tenants = [1]\n*/\nPRAGMA user_version = 2;\n",
    );
    let written = after(&playground, "m.sql");
    assert!(
        written.contains("tenants = []\n") && written.contains("# tenants = [1]\n"),
        "{written}"
    );
    accepted(playground.path(), &["check", "m.sql"]);
    playground.write(
        "m.sql",
        "/* harness: expect\n[tables.note]\nupdate = 1\n*/\nCREATE INDEX n ON note(body);\n",
    );
    let written = after(&playground, "m.sql");
    assert!(
        written.contains("tenants = []\n") && !written.contains("update"),
        "{written}"
    );
}

#[test]
fn what_needs_no_scope_gets_none() {
    let playground = playground(HEAD);
    for head in ["", "/* harness: expect\n# tenants = [1]\n*/\n"] {
        playground.write("m.sql", format!("{head}CREATE INDEX n ON note(body);\n"));
        let run = accepted(playground.path(), &["accept", "--yes", "m.sql"]);
        assert_eq!(
            run.stdout,
            "m: accepted without a declared scope; nothing to write\n"
        );
    }
}

#[test]
fn an_operation_that_is_declared_anew_is_limited_to_its_columns() {
    let playground = playground(&format!(
        "{HEAD}[expect.m]\ntenants = [2]\n[expect.m.tables.note]\ninsert = 1\n"
    ));
    playground.write("m.sql", "UPDATE note SET body = 'n' WHERE org = 2;\n");
    assert!(
        after(&playground, "harness.toml")
            .ends_with("[expect.m.tables.note]\nupdate = 2\ncolumns = [\"body\"]\n")
    );
}

#[test]
fn the_incident_is_not_declared_away() {
    let (playground, root) = (Playground::new(), crate::support::root());
    let config = fs::read_to_string(root.join("harness.toml"))
        .expect("the configuration")
        .replace("update = 6", "update = 32");
    playground.write("harness.toml", &config);
    let (snapshot, migration) = (
        "snapshots/liveone-20251116-100416.sql",
        "tests/incident/0036_update_amber_point_metadata.sql",
    );
    let (snapshot, migration) = (
        root.join(snapshot).display().to_string(),
        root.join(migration).display().to_string(),
    );
    let run = harness(
        playground.path(),
        &["accept", "--yes", "--snapshot", &snapshot, &migration],
    );
    assert_eq!((run.code, run.stderr.as_str()), (1, ""), "{}", run.stdout);
    assert!(
        run.stdout.contains("error[partial-key-match]")
            && run.stdout.ends_with("nothing is written\n"),
        "{}",
        run.stdout
    );
    assert_eq!(text(&playground, "harness.toml"), config);
}

#[test]
fn warnings_are_shown_before_anything_is_declared() {
    let playground = playground(HEAD);
    playground.write(
        "m.sql",
        format!("{MIGRATION}UPDATE note SET body = 'z' WHERE org = 3;\n"),
    );
    let run = accepted(playground.path(), &["accept", "--yes", "m.sql"]);
    let shown = run
        .stdout
        .split("Warnings that this leaves:\n")
        .nth(1)
        .expect("warnings");
    assert!(
        shown.contains("warning[matches-nothing] m.sql:4:1\n"),
        "{}",
        run.stdout
    );
}

/// A trigger that logs, a key whose action deletes, and rows to be left behind.
const EFFECTS: &str = "\
CREATE TABLE log(id INTEGER PRIMARY KEY, org INTEGER NOT NULL);
CREATE TRIGGER note_logs AFTER UPDATE ON note BEGIN INSERT INTO log(org) VALUES (NEW.org); END;
CREATE TABLE pin(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, note INTEGER, FOREIGN KEY(org, note) REFERENCES note(org, id) ON DELETE CASCADE);
INSERT INTO pin VALUES (1, 2, 1), (2, 2, 2);
CREATE TABLE part(org INTEGER NOT NULL, id INTEGER PRIMARY KEY, gone TEXT);
INSERT INTO part VALUES (1, 1, NULL), (1, 2, 'x'), (2, 3, 'x');
";

const REBUILD: &str = "\
BEGIN;
CREATE TABLE new_part(org INTEGER NOT NULL, id INTEGER PRIMARY KEY);
INSERT INTO new_part SELECT org, id FROM part WHERE gone IS NULL;
DROP TABLE part;
ALTER TABLE new_part RENAME TO part;
COMMIT;
";

fn with_effects(config: &str, migration: &str) -> Playground {
    let playground = playground(&config.replace("foreign_keys = false", "foreign_keys = true"));
    playground.write("seed.sql", format!("{SEED}{EFFECTS}"));
    playground.write("m.sql", migration);
    playground
}

#[test]
fn effects_that_only_a_scope_answers_are_shown_and_declared() {
    for (migration, shown, declared) in [
        (
            "UPDATE note SET body = 'n' WHERE org = 2;\n",
            "error[trigger-effect] m.sql:1:1\n    statement 1 inserted 2 rows into `log` by \
            way of a trigger",
            "[expect.m.tables.log]\ninsert = 2\n",
        ),
        (
            "DELETE FROM note WHERE org = 2 AND id = 1;\n",
            "error[cascade] m.sql:1:1\n    statement 1 deleted 1 row of `pin` by way of a \
            foreign key",
            "[expect.m.tables.pin]\ndelete = 1\n",
        ),
        (
            REBUILD,
            "error[rows-lost-in-rebuild] m.sql:3:1\n    2 of the 3 rows of `part` did not arrive",
            "[expect.m.tables.part]\ndelete = 2\n",
        ),
    ] {
        let copy = with_effects(HEAD, migration);
        let run = accepted(copy.path(), &["accept", "--yes", "m.sql"]);
        let listed = run
            .stdout
            .split("Errors that this declares to be meant:\n\n  ")
            .nth(1)
            .expect("a list");
        assert!(listed.starts_with(shown), "{}", run.stdout);
        let written = after(&with_effects(HEAD, migration), "harness.toml");
        assert!(written.contains(declared), "{written}");
    }
}

#[test]
fn effects_that_the_edited_scope_leaves_errors_are_not_declared() {
    let any = format!("{HEAD}[expect.m]\ntenants = \"all\"\ntables.part.delete = \"any\"\n");
    writes_nothing(
        &with_effects(&any, REBUILD),
        1,
        &[
            "rejected even with what was observed declared",
            "error[rows-lost-in-rebuild]",
        ],
    );
    let failing = with_effects(
        HEAD,
        "DELETE FROM note WHERE org = 2 AND id = 1;\nINSERT INTO tag VALUES ('x');\n",
    );
    writes_nothing(
        &failing,
        1,
        &["no scope answers these errors", "error[migration-failed]"],
    );
    let raised = format!("{HEAD}[findings]\nmissing-where = \"error\"\n");
    let everywhere = with_effects(&raised, "UPDATE part SET gone = 'y';\n");
    writes_nothing(
        &everywhere,
        1,
        &[
            "rejected even with what was observed declared",
            "error[missing-where]",
        ],
    );
}

#[test]
fn warnings_are_those_under_the_edited_scope() {
    let copy = with_effects(HEAD, "UPDATE note SET body = 'n' WHERE org = 2;\n");
    copy.write(
        "m.sql",
        "/* harness: expect */\nUPDATE note SET body = 'n' WHERE org = \
        2;\nUPDATE note SET body = 'z' WHERE org = 3;\n",
    );
    let run = accepted(copy.path(), &["accept", "--yes", "m.sql"]);
    let shown = run
        .stdout
        .split("Warnings that this leaves:\n")
        .nth(1)
        .expect("warnings");
    let line = text(&copy, "m.sql")
        .lines()
        .position(|line| line.contains("'z'"))
        .expect("it")
        + 1;
    assert!(
        shown.contains(&format!("warning[matches-nothing] m.sql:{line}:1\n")),
        "{}",
        run.stdout
    );
    let miscounted =
        format!("{HEAD}[expect.m]\ntenants = [2]\ntables.note.update = 2\ntables.log.insert = 1\n");
    let copy = with_effects(&miscounted, "UPDATE note SET body = 'n' WHERE org = 2;\n");
    let run = accepted(copy.path(), &["accept", "--yes", "m.sql"]);
    assert!(
        !run.stdout.contains("trigger-effect"),
        "a warning that the edited scope answers: {}",
        run.stdout
    );
}

/// A run that writes nothing, with its exit code and words.
fn writes_nothing(playground: &Playground, code: i32, words: &[&str]) {
    let before = (
        playground.listing(),
        text(playground, "harness.toml"),
        text(playground, "m.sql"),
    );
    let run = harness(playground.path(), &["accept", "--yes", "m.sql"]);
    let said = format!("{}{}", run.stdout, run.stderr);
    assert_eq!(run.code, code, "{said}");
    for word in words {
        assert!(said.contains(word), "`{word}` in {said}");
    }
    assert_eq!(
        (
            playground.listing(),
            text(playground, "harness.toml"),
            text(playground, "m.sql")
        ),
        before
    );
}

#[test]
fn errors_that_no_scope_answers_are_listed_and_nothing_is_written() {
    let failing = playground(HEAD);
    failing.write(
        "m.sql",
        format!("{MIGRATION}INSERT INTO tag VALUES ('y');\n"),
    );
    writes_nothing(
        &failing,
        1,
        &[
            "m: no scope answers these errors",
            "error[migration-failed] m.sql:4:1",
            "UNIQUE constraint failed",
            "nothing is written",
        ],
    );
    let broken = playground(&format!(
        "{HEAD}\n[expect.m]\nconserve = [\"tag\"]\n[[expect.m.invariants]]\nname = \"i\"\nsql \
        = \"SELECT count(*) FROM tag\"\nvalue = 1\n"
    ));
    writes_nothing(
        &broken,
        1,
        &["error[not-conserved]", "error[invariant-broken]"],
    );
    let unassigned = playground(&HEAD.replace("tables = { tag = { shared = true } }\n", ""));
    writes_nothing(&unassigned, 1, &["error[unassigned-table]"]);
    let open = playground(HEAD);
    open.write("m.sql", format!("BEGIN;\n{MIGRATION}"));
    writes_nothing(&open, 1, &["error[transaction-left-open]"]);
}

#[test]
fn tenants_that_toml_cannot_spell_are_not_left_out_by_silence() {
    for (tenant, spelled) in [("NULL", "NULL"), ("X'00ff'", "X'00FF'")] {
        let playground = playground(HEAD);
        playground.write(
            "m.sql",
            format!("INSERT INTO note VALUES ({tenant}, 5, 'n', 0);\n"),
        );
        writes_nothing(
            &playground,
            1,
            &["TOML cannot spell tenant", spelled, "declare it by a query"],
        );
    }
}

#[test]
fn what_would_end_the_comment_is_not_written_into_it() {
    let playground = playground(HEAD);
    playground.write(
        "seed.sql",
        format!("{SEED}CREATE TABLE \"a*/b\"(org INTEGER, id INTEGER PRIMARY KEY);\n"),
    );
    playground.write(
        "m.sql",
        "/* harness: expect\ntenants = [1]\n*/\nINSERT INTO \"a*/b\" VALUES (1, 1);\n",
    );
    writes_nothing(&playground, 1, &["ends the comment"]);
}

#[test]
fn what_cannot_be_rehearsed_or_asked_is_exit_2() {
    let unasked = playground(HEAD);
    refused_with(
        unasked.path(),
        &["accept", "m.sql"],
        &["nobody can be asked", "--yes"],
    );
    let twice = playground(&format!("{HEAD}[expect.m]\ntenants = [1]\n"));
    twice.write(
        "m.sql",
        format!("/* harness: expect\ntenants = [1]\n*/\n{MIGRATION}"),
    );
    writes_nothing(
        &twice,
        2,
        &["m.sql:1:1: the scope of `m` is declared here and as [expect.m] at harness.toml:11"],
    );
    let missing = playground(HEAD);
    refused_with(missing.path(), &["accept", "--yes", "n.sql"], &["n.sql"]);
}

#[test]
fn an_accepted_migration_changes_no_file() {
    let playground = Playground::new();
    let run = accepted(playground.path(), &["accept", "--yes", "ok.sql"]);
    assert_eq!(
        run.stdout,
        "ok: accepted as it is declared at harness.toml:9; nothing to write\n"
    );
    assert_eq!(text(&playground, "harness.toml"), CONFIG);
}

#[cfg(unix)]
#[test]
fn permissions_and_links_stay() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
    let playground = playground(HEAD);
    fs::create_dir(playground.at("real")).expect("a folder");
    fs::rename(
        playground.at("harness.toml"),
        playground.at("real/config.toml"),
    )
    .expect("moved");
    fs::set_permissions(
        playground.at("real/config.toml"),
        fs::Permissions::from_mode(0o640),
    )
    .expect("set");
    symlink("real/config.toml", playground.at("harness.toml")).expect("a link");
    assert!(after(&playground, "harness.toml").contains("[expect.m]"));
    assert!(playground.at("harness.toml").is_symlink());
    assert_eq!(
        playground
            .at("real/config.toml")
            .metadata()
            .expect("there")
            .mode()
            & 0o777,
        0o640
    );
}

/// `accept m.sql` with a terminal as standard input, at its question; and our end of the terminal.
#[cfg(unix)]
fn asked(playground: &Playground, temporary: &std::path::Path) -> (Child, fs::File) {
    use std::io::Read as _;
    let (ours, theirs) = crate::pty::pair();
    let mut command = crate::support::command(playground.path());
    command
        .args(["accept", "m.sql"])
        .env("TMPDIR", temporary)
        .stdin(theirs)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary runs");
    let (mut question, mut byte) = (String::new(), [0]);
    let stderr = child.stderr.as_mut().expect("a pipe");
    while !question.ends_with("[y/N] ") {
        assert_eq!(
            stderr.read(&mut byte).expect("read"),
            1,
            "ended before it asked: {question}"
        );
        question.push(char::from(byte[0]));
    }
    assert_eq!(question, "Declare this in harness.toml? [y/N] ");
    (child, ours)
}

#[cfg(unix)]
#[test]
fn a_person_at_the_terminal_decides() {
    use std::io::Write as _;
    for (answer, is_yes) in [
        ("y\n", true),
        ("Yes\n", true),
        ("n\n", false),
        ("\n", false),
        ("yesterday\n", false),
        ("\u{4}", false),
    ] {
        let (playground, temporary) = (playground(HEAD), tempfile::tempdir().expect("a folder"));
        let (child, mut terminal) = asked(&playground, temporary.path());
        terminal.write_all(answer.as_bytes()).expect("typed");
        let output = child.wait_with_output().expect("ends");
        let shown = String::from_utf8(output.stdout).expect("text");
        assert!(
            shown.contains("  + [expect.m]\n  + tenants = [1, 2]\n"),
            "{shown}"
        );
        assert_eq!(output.status.code(), Some(i32::from(!is_yes)), "{answer:?}");
        assert_eq!(
            text(&playground, "harness.toml") != HEAD,
            is_yes,
            "{answer:?}"
        );
        assert_eq!(fs::read_dir(temporary.path()).expect("a folder").count(), 0);
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_is_changed_while_it_asks_is_not_overwritten() {
    use std::io::Write as _;
    let (playground, temporary) = (playground(HEAD), tempfile::tempdir().expect("a folder"));
    let (child, mut terminal) = asked(&playground, temporary.path());
    playground.write("harness.toml", format!("{HEAD}# Mine.\n"));
    terminal.write_all(b"y\n").expect("typed");
    let output = child.wait_with_output().expect("ends");
    assert_eq!(
        (output.status.code(), text(&playground, "harness.toml")),
        (Some(2), format!("{HEAD}# Mine.\n"))
    );
}

#[cfg(unix)]
#[test]
fn an_interrupt_at_the_question_leaves_nothing_behind() {
    let (playground, temporary) = (playground(HEAD), tempfile::tempdir().expect("a folder"));
    let before = playground.listing();
    let (child, _terminal) = asked(&playground, temporary.path());
    let pid = i32::try_from(child.id()).expect("a process id");
    // SAFETY: a signal to a child of this process.
    #[expect(unsafe_code, reason = "the standard library sends SIGKILL only")]
    let sent = unsafe { libc::kill(pid, libc::SIGINT) };
    assert_eq!(sent, 0);
    let output = child.wait_with_output().expect("ends");
    assert_eq!(output.status.code(), Some(130));
    assert_eq!(
        (playground.listing(), text(&playground, "harness.toml")),
        (before, HEAD.to_owned())
    );
    assert_eq!(fs::read_dir(temporary.path()).expect("a folder").count(), 0);
}
