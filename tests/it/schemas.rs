//! The JSON Schemas are the contract of `harness.toml` and the JSON report: real files and real
//! reports are valid under them, wrong ones are not, and a change of the contract is seen in
//! `tests/it/schemas/*.schema.json`, blessed as the cases are.

use crate::readers::schema::{problems, validator};
use crate::run::blesses;
use crate::support::{CONFIG, harness, root};
use harness::{config, report};
use serde_json::{Value as Json, json};
use std::fs;
use std::path::{Path, PathBuf};

fn from_toml(text: &str) -> Option<Json> {
    toml::from_str::<Json>(text).ok()
}

/// Every file of this name below a folder.
fn files(folder: &Path, name: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path, name));
        } else if path.file_name().is_some_and(|n| n == name) {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[test]
fn the_schemas_are_as_they_were_when_they_were_accepted() {
    let bless = blesses();
    for name in ["config", "report"] {
        let run = harness(&root(), &["schema", name]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        let path = root().join(format!("tests/it/schemas/{name}.schema.json"));
        if bless {
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(&path, &run.stdout).expect("written");
        }
        assert_eq!(
            fs::read_to_string(&path).unwrap_or_default(),
            run.stdout,
            "{name}"
        );
    }
}

/// The places of a schema that lack what its readers need: keys without a description, objects that
/// take any key.
fn lacking(schema: &Json, place: &str, found: &mut Vec<String>) {
    let properties = schema.get("properties").and_then(Json::as_object);
    for (key, property) in properties.into_iter().flatten() {
        if property.get("description").is_none() {
            found.push(format!("{place}/{key} has no description"));
        }
    }
    if properties.is_some() && schema.get("additionalProperties") != Some(&json!(false)) {
        found.push(format!("{place} is not closed"));
    }
    match schema {
        Json::Object(each) => each
            .iter()
            .for_each(|(key, inner)| lacking(inner, &format!("{place}/{key}"), found)),
        Json::Array(each) => each
            .iter()
            .enumerate()
            .for_each(|(at, inner)| lacking(inner, &format!("{place}/{at}"), found)),
        _ => {}
    }
}

#[test]
fn every_key_has_a_description_and_every_object_is_closed() {
    for schema in [config::schema(), report::schema()] {
        let mut found = Vec::new();
        lacking(&schema, "", &mut found);
        assert!(
            found.is_empty(),
            "write a doc comment, or deny unknown fields: {found:#?}"
        );
    }
    let mut found = Vec::new();
    lacking(
        &json!({ "properties": { "a": { "properties": {} } } }),
        "",
        &mut found,
    );
    assert_eq!(found.len(), 3, "what is lacking is found: {found:?}");
}

#[test]
fn every_configuration_of_the_cases_and_the_readme_is_valid() {
    let schema = validator(&config::schema());
    let mut texts: Vec<(String, String)> = files(&root().join("tests"), "harness.toml")
        .into_iter()
        .chain([root().join("harness.toml")])
        .map(|path| {
            (
                path.display().to_string(),
                fs::read_to_string(&path).expect("a configuration"),
            )
        })
        .collect();
    let page = fs::read_to_string(root().join("docs/configuration.md")).expect("a page");
    let example = page
        .split("```toml\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next());
    texts.push((
        "configuration.md".to_owned(),
        example.expect("an example").to_owned(),
    ));
    // Some cases are about a configuration that is refused.
    texts.retain(|(_, text)| config::parse(text, Path::new("harness.toml")).is_ok());
    assert!(
        texts.len() > 300,
        "configurations are found: {}",
        texts.len()
    );
    assert!(
        texts.iter().any(|(name, _)| name == "configuration.md"),
        "the documented example is taken"
    );
    for (name, text) in texts {
        let document = from_toml(&text).unwrap_or_else(|| panic!("{name} is TOML"));
        assert_eq!(problems(&schema, &document), Vec::<String>::new(), "{name}");
    }
}

/// Whatever is accepted is valid under the schema: an editor that complains of what works is
/// switched off.
#[test]
fn the_schema_of_the_configuration_takes_what_harness_takes() {
    let schema = validator(&config::schema());
    let right = [
        "[expect.a.tables.t]\nupdate = \" 1 .. = 12 \"",
        "[expect.a.tables.t]\nupdate = \"..\"\ninsert = \"6\"\ndelete = \"..=7\"",
        "[expect.a.tables.t]\nupdate = { \"9\" = 6, a = 0 }\ntenants = \"all\"\ncolumns = []",
        "[expect.a]\ntenants = [1, 2.5, 'x']",
        "[tenant.tables]\nt = \"a\"\nu = { lookup = \"SELECT 1\" }\nv = { shared = true }",
        "[limits]\nstatement_seconds = 0.5\nfollowed_writes = 0",
        "[findings]\nno-effect = \"off\"\nmissing-where = \"error\"",
        "[reach]\nwritable_schema = true\nattach = [\"a.db\"]",
    ];
    for addition in right {
        let text = format!("{CONFIG}{addition}\n");
        config::parse(&text, Path::new("harness.toml")).expect("harness takes it");
        assert_eq!(
            problems(&schema, &from_toml(&text).expect("TOML")),
            Vec::<String>::new(),
            "{text}"
        );
    }
}

#[test]
fn a_configuration_that_is_wrong_is_wrong_under_the_schema_too() {
    let schema = validator(&config::schema());
    let wrong = [
        ("transaction = \"none\"", "transaction = \"nothing\""),
        ("transaction = \"none\"", "transactions = \"none\""),
        ("on_error = \"stop\"\n", ""),
        ("on_error = \"stop\"", "on_error = \"Stop\""),
        ("foreign_keys = false", "foreign_keys = \"off\""),
        (
            "[engine]\nforeign_keys = false\ntransaction = \"none\"\non_error = \"stop\"\n",
            "",
        ),
        ("[tenant]\ncolumn = \"org\"\n", ""),
        ("column = \"org\"", "column = \"\""),
        (
            "column = \"org\"",
            "column = \"org\"\ntables = { t = { shared = false } }",
        ),
        (
            "column = \"org\"",
            "column = \"org\"\ntables = { t = { lookups = \"SELECT 1\" } }",
        ),
        ("column = \"org\"", "column = \"org\"\ntables = { t = 5 }"),
        (
            "path = \"seed.sql\"",
            "path = \"seed.sql\"\nclone = \"thick\"",
        ),
        ("path = \"seed.sql\"", "pfad = \"seed.sql\""),
        ("[engine]", "[engines]"),
        (
            "[expect.ok]",
            "[limits]\nstatement_seconds = 0\n[expect.ok]",
        ),
        ("[expect.ok]", "[limits]\nfollowed_writes = -1\n[expect.ok]"),
        ("[expect.ok]", "[reach]\nattach = \"a.db\"\n[expect.ok]"),
        (
            "[expect.ok]",
            "[findings]\nout-of-scope = \"off\"\n[expect.ok]",
        ),
        (
            "[expect.ok]",
            "[findings]\nno-effect = \"quiet\"\n[expect.ok]",
        ),
        ("[expect.ok]", "[findings]\nnoeffect = \"off\"\n[expect.ok]"),
        ("tenants = [1]", "tenants = \"everybody\""),
        ("tenants = [1]", "tenants = 1"),
        ("tenants = [1]", "tenants = [[1]]"),
        ("tenants = [1]", "tenants = { sql = \"SELECT 1\" }"),
        ("update = 1", "updates = 1"),
        ("update = 1", "update = -1"),
        ("update = 1", "update = 1.5"),
        ("update = 1", "update = \"5..=3x\""),
        ("update = 1", "update = \"many\""),
        ("update = 1", "update = \"1..=\""),
        ("update = 1", "update = \"1...3\""),
        ("update = 1", "update = \"\""),
        ("update = 1", "update = { \"1\" = \"any\" }"),
        ("update = 1", "update = 1\ncolumns = \"body\""),
    ];
    assert_eq!(
        problems(&schema, &from_toml(CONFIG).expect("TOML")),
        Vec::<String>::new()
    );
    for (right, instead) in wrong {
        assert!(CONFIG.contains(right), "{right}");
        let text = CONFIG.replacen(right, instead, 1);
        assert!(
            config::parse(&text, Path::new("harness.toml")).is_err(),
            "harness takes it: {text}"
        );
        assert!(
            !problems(&schema, &from_toml(&text).expect("TOML")).is_empty(),
            "the schema takes it: {text}"
        );
    }
}

#[test]
fn a_report_with_a_key_or_word_that_is_not_documented_is_invalid() {
    let schema = validator(&report::schema());
    let run = harness(
        &root().join("tests/cases/json/rejected"),
        &["check", "--format", "json"],
    );
    let report: Json = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(problems(&schema, &report), Vec::<String>::new());
    let places = [
        "",
        "/engine",
        "/snapshot",
        "/migrations/0",
        "/migrations/0/statements/0",
        "/migrations/0/findings/0",
        "/migrations/0/changes/0",
    ];
    for place in places {
        let object = |report: &mut Json| {
            report
                .pointer_mut(place)
                .and_then(Json::as_object_mut)
                .map(std::mem::take)
                .expect(place)
        };
        for key in object(&mut report.clone()).keys() {
            let mut without = report.clone();
            without
                .pointer_mut(place)
                .and_then(Json::as_object_mut)
                .expect(place)
                .remove(key);
            assert!(!schema.is_valid(&without), "{place} is valid without {key}");
        }
        let mut with = report.clone();
        with.pointer_mut(place)
            .and_then(Json::as_object_mut)
            .expect(place)
            .insert("undocumented".to_owned(), json!(1));
        assert!(!schema.is_valid(&with), "{place} takes any key");
    }
    for (place, word) in [
        ("/verdict", "perhaps"),
        ("/format", "other"),
        ("/migrations/0/outcome", "done"),
        ("/migrations/0/findings/0/code", "x"),
    ] {
        let mut other = report.clone();
        *other.pointer_mut(place).expect(place) = json!(word);
        assert!(!schema.is_valid(&other), "{place} takes {word}");
    }
}
