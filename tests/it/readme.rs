//! The guide's sample is the real output of the README's first command, and the README's four lines
//! from an empty folder are four steps.

use crate::support::{Playground, accepted, harness, rejected_with, root};

const COMMAND: &str = "harness check tests/incident/0036_update_amber_point_metadata.sql";

const POINTS: &str = "\
CREATE TABLE systems(id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO systems VALUES (5, 'Fronius'), (9, 'Amber');
CREATE TABLE points(system_id INTEGER NOT NULL REFERENCES systems(id), id INTEGER NOT NULL, name TEXT, PRIMARY KEY(system_id, id));
INSERT INTO points VALUES (5, 1, 'a'), (5, 2, 'b'), (9, 1, 'c'), (9, 2, 'd');
CREATE TABLE readings(system_id INTEGER NOT NULL REFERENCES systems(id), point_id INTEGER NOT NULL, at INTEGER NOT NULL,
                      PRIMARY KEY(system_id, point_id, at));
INSERT INTO readings VALUES (5, 1, 10), (9, 1, 10);
";

#[test]
fn the_readme_opens_with_the_two_commands_and_shows_what_the_first_prints() {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("a README");
    let built = COMMAND.replace("harness ", "cargo run -- ");
    let (first, second) = (
        readme.find(&built).expect("the first command"),
        readme.find("\ncargo test\n").expect("the second"),
    );
    assert!(first < second && second < 1200, "they open it");
    let args: Vec<&str> = COMMAND.split(' ').skip(1).collect();
    let run = harness(&root(), &args);
    assert_eq!(run.code, 1);
    let guide = std::fs::read_to_string(root().join("docs/guide.md")).expect("a guide");
    let sample = guide
        .split("```text\n")
        .nth(1)
        .and_then(|rest| rest.split("\n```").next())
        .expect("a sample");
    let shown = run.stdout.trim_end();
    let (mut at, parts) = (0, sample.split("\n[…]\n").collect::<Vec<_>>());
    assert!(
        parts.len() > 1 && shown.starts_with(parts[0]),
        "the sample's head is stale; it is now\n{shown}"
    );
    for part in &parts {
        let found = shown[at..]
            .find(part)
            .unwrap_or_else(|| panic!("the sample is stale at\n{part}\nit is now\n{shown}"));
        at += found + part.len();
    }
    assert_eq!(at, shown.len(), "the sample's end is the report's");
}

#[test]
fn the_four_lines_from_an_empty_folder_are_four_steps() {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("a README");
    let section = readme
        .split("## Quick start\n")
        .nth(1)
        .expect("the section");
    let lines: Vec<&str> = section
        .split("```sh\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .expect("its lines")
        .lines()
        .collect();
    let words: Vec<Vec<&str>> = lines.iter().map(|line| arguments(line)).collect();
    let [init, new, check, accept] = &words[..] else {
        panic!("four lines: {lines:?}")
    };
    let playground = Playground::new();
    for file in ["harness.toml", "seed.sql", "ok.sql"] {
        std::fs::remove_file(playground.at(file)).expect("removed");
    }
    std::fs::create_dir(playground.at("snapshots")).expect("a folder");
    playground.database("snapshots/prod.db", POINTS);
    let folder = playground.path();
    accepted(folder, init);
    let said = accepted(folder, new).stdout;
    assert!(
        said.contains("created migrations\n") && said.contains(&format!("wrote {}\n", check[1])),
        "{said}"
    );
    let text = std::fs::read_to_string(playground.at(check[1])).expect("the migration");
    let update = "UPDATE points SET name = 'Grid' WHERE (system_id, id) IN ((9, 1), (9, 2));";
    playground.write(
        check[1],
        text.replace("\nCOMMIT;", &format!("\n{update}\nCOMMIT;")),
    );
    rejected_with(folder, check, &["`points`", "update 2", "9 (Amber)"]);
    // Nobody is there to answer.
    accepted(folder, &[&accept[..], &["--yes"]].concat());
    accepted(folder, check);
    assert_eq!(
        playground.listing(),
        ["harness.toml", "migrations", "snapshots"]
    );
}

/// The arguments of a line for a shell, whose comment and quotes it knows.
fn arguments(line: &str) -> Vec<&str> {
    let line = line
        .split('#')
        .next()
        .expect("a part")
        .trim_end()
        .strip_prefix("harness ")
        .expect("the binary");
    let parts = line.split('"').enumerate();
    parts
        .flat_map(|(at, part)| {
            if at % 2 == 1 {
                vec![part]
            } else {
                part.split_whitespace().collect()
            }
        })
        .collect()
}
