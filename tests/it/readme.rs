//! The README's sample is the real output of its first command.

use crate::support::{harness, root};

const COMMAND: &str = "harness check tests/incident/0036_update_amber_point_metadata.sql";

#[test]
fn the_readme_opens_with_the_two_commands_and_shows_what_the_first_prints() {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("a README");
    let built = COMMAND.replace("harness ", "cargo run --release -- ");
    let (first, second) = (readme.find(&built).expect("the first command"), readme.find("\ncargo test\n").expect("the second"));
    assert!(first < second && second < 1200, "they open it");
    let args: Vec<&str> = COMMAND.split(' ').skip(1).collect();
    let run = harness(&root(), &args);
    assert_eq!(run.code, 1);
    let sample = readme.split("```text\n").nth(1).and_then(|rest| rest.split("\n```").next()).expect("a sample");
    let shown = run.stdout.trim_end();
    let (mut at, parts) = (0, sample.split("\n[…]\n").collect::<Vec<_>>());
    assert!(parts.len() > 1 && shown.starts_with(parts[0]), "the sample's head is stale; it is now\n{shown}");
    for part in &parts {
        let found = shown[at..].find(part).unwrap_or_else(|| panic!("the sample is stale at\n{part}\nit is now\n{shown}"));
        at += found + part.len();
    }
    assert_eq!(at, shown.len(), "the sample's end is the report's");
}
