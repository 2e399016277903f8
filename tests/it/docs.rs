//! The pages below `docs/` and those of the top level: their links lead somewhere, and their samples
//! are what harness reads, prints and runs.

use crate::support::{CONFIG, Playground, accepted, harness, rejected_with, root};
use harness::codes::TABLE;
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

/// Every page, by its path from the repository.
fn pages() -> Vec<(PathBuf, String)> {
    let of = |folder: &str| {
        let files = fs::read_dir(root().join(folder))
            .expect("a folder")
            .map(|e| e.expect("a file").path());
        files
            .filter(|path| path.extension().is_some_and(|e| e == "md"))
            .collect::<Vec<_>>()
    };
    let paths = [of("."), of("docs")].concat();
    assert!(paths.len() >= 11, "the pages are found: {paths:?}");
    paths
        .into_iter()
        .map(|path| (path.clone(), fs::read_to_string(path).expect("a page")))
        .collect()
}

fn page(path: &str) -> String {
    fs::read_to_string(root().join(path)).expect("a page")
}

/// The fenced samples of a page in one language.
fn samples(page: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    let starts = page.split(&fence).skip(1);
    starts
        .map(|rest| rest.split("```").next().expect("its end").to_owned())
        .collect()
}

/// The anchor that GitHub gives a heading.
fn anchor(heading: &str) -> String {
    let kept = heading
        .chars()
        .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.collect::<String>()
        .trim()
        .to_lowercase()
        .replace(' ', "-")
}

#[test]
fn every_link_leads_somewhere() {
    let mut seen = 0;
    for (path, text) in pages() {
        let targets = text
            .split("](")
            .skip(1)
            .map(|rest| rest.split(')').next().expect("a target"));
        for target in targets.filter(|target| !target.contains("://")) {
            let (file, heading) = target.split_once('#').unwrap_or((target, ""));
            let file = if file.is_empty() {
                path.clone()
            } else {
                path.with_file_name(file)
            };
            let linked =
                fs::read(&file).unwrap_or_else(|_| panic!("{} links {target}", path.display()));
            let linked = String::from_utf8_lossy(&linked).into_owned();
            let has = |line: &str| {
                line.starts_with('#') && anchor(line.trim_start_matches('#')) == heading
            };
            assert!(
                heading.is_empty() || linked.lines().any(has),
                "{}: {target}",
                path.display()
            );
            seen += 1;
        }
    }
    assert!(seen > 15, "links are seen: {seen}");
}

#[test]
fn the_readme_is_a_page_and_names_every_other() {
    let readme = page("README.md");
    assert!(
        readme.lines().count() <= 150,
        "{} lines",
        readme.lines().count()
    );
    for (path, _) in pages() {
        let name = path
            .strip_prefix(root())
            .expect("a page")
            .display()
            .to_string();
        let name = name.trim_start_matches("./").to_owned();
        let is_named =
            name == "README.md" || name == "CHANGELOG.md" || readme.contains(&format!("({name})"));
        assert!(is_named, "the README does not link {name}");
    }
}

#[test]
fn every_code_in_the_guide_is_one() {
    let guide = page("docs/guide.md");
    let table = guide
        .split("| what is wrong | codes |")
        .nth(1)
        .and_then(|rest| rest.split("\n\n").next())
        .expect("the table");
    let named: BTreeSet<&str> = table.split('`').skip(1).step_by(2).collect();
    let known: BTreeSet<&str> = TABLE.iter().map(|entry| entry.id).collect();
    assert!(
        named.len() > 12 && named.is_subset(&known),
        "{:?}",
        named.difference(&known)
    );
}

#[test]
fn the_workflow_gives_the_action_what_it_takes() {
    let samples = [
        samples(&page("README.md"), "yaml"),
        samples(&page("docs/ci.md"), "yaml"),
    ];
    assert_eq!(
        samples[0],
        samples[1][..1],
        "the README has the recipe of docs/ci.md"
    );
    let read = |text: &str| serde_saphyr::from_str::<Json>(text).expect("YAML");
    let (workflow, action) = (read(&samples[0][0]), read(&page("action.yml")));
    let given = workflow["jobs"]["harness"]["steps"][1]["with"]
        .as_object()
        .expect("inputs");
    let taken = action["inputs"].as_object().expect("inputs");
    assert!(
        !given.is_empty() && given.keys().all(|key| taken.contains_key(key)),
        "{given:?}"
    );
    let (hook, hooks) = (read(&samples[1][1]), read(&page(".pre-commit-hooks.yaml")));
    assert_eq!(hook["repos"][0]["hooks"][0]["id"], hooks[0]["id"]);
}

/// The words behind `harness` of every line for a shell.
fn commands() -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    for (path, text) in pages() {
        let lines = samples(&text, "sh").join("");
        for line in lines
            .lines()
            .filter_map(|line| line.split('#').next()?.trim().strip_prefix("harness "))
        {
            let words = line.split_whitespace().map(str::to_owned).collect();
            found.push((path.display().to_string(), words));
        }
    }
    found
}

#[test]
fn every_option_of_a_sample_is_one() {
    let commands = commands();
    assert!(commands.len() >= 6, "samples are found: {commands:?}");
    for (path, words) in commands {
        let help = harness(&root(), &[&words[0], "--help"]);
        assert_eq!(help.code, 0, "{path}: harness {}", words[0]);
        let options = words.iter().filter(|word| word.starts_with("--"));
        for option in options.map(|option| option.split('=').next().expect("a name")) {
            assert!(
                help.stdout.contains(option),
                "{path}: harness {} {option}",
                words[0]
            );
        }
    }
}

#[test]
fn the_comments_that_speak_to_harness_do_what_is_said() {
    let allow = samples(&page("docs/guide.md"), "sql").concat();
    let playground = Playground::new();
    playground.database("seed.db", "CREATE TABLE room(org, label, colour); INSERT INTO room VALUES (1, 'hall', 'red'), (2, 'hall', 'red');");
    let config = CONFIG
        .replace("seed.sql", "seed.db")
        .replace("[expect.ok]\ntenants = [1]", "[expect.ok]\ntenants = []");
    playground.write(
        "harness.toml",
        config.split("[expect.ok.tables").next().expect("the head"),
    );
    playground.write("ok.sql", allow);
    assert!(
        accepted(playground.path(), &["check", "ok.sql"])
            .stdout
            .contains("matches-nothing until 2027-01-31")
    );
    let scope = samples(&page("docs/configuration.md"), "sql").concat();
    let playground = Playground::new();
    let head = CONFIG.split("[expect.ok]").next().expect("the head");
    playground.write("harness.toml", head);
    playground.write(
        "ok.sql",
        scope.replace("point_info", "note").replace("[9]", "[1]")
            + "UPDATE note SET body = 'x' WHERE org = 1;\nCOMMIT;\n",
    );
    rejected_with(
        playground.path(),
        &["check", "ok.sql"],
        &["update 6", "update 2"],
    );
}
