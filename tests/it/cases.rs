//! Cases as folders: `harness.toml`, `seed.sql`, migrations, and `expected.txt` with the exit code and the whole report.
//!
//! `args` in a folder replaces the default command `check`. Times are blanked out. With `HARNESS_BLESS=1` the expected output is written instead of
//! compared; read it before it is committed.

use crate::support::{harness, root};
use std::fs;
use std::path::PathBuf;

fn folders() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for family in fs::read_dir(root().join("tests/cases")).expect("families of cases") {
        let family = family.expect("a family").path();
        found.extend(fs::read_dir(family).expect("cases").map(|case| case.expect("a case").path()));
    }
    found.sort();
    found
}

/// The fields of the JSON reports that hold times of the machine's, and what an inspection says of them, blanked out.
fn without_times(output: &str) -> String {
    let blank = |line: &str| {
        let field = ["\"elapsed_ms\": ", "\"now_ms\": ", "\"modified_at\": ", "modified  "]
            .into_iter()
            .find(|field| line.trim_start().starts_with(field));
        match field {
            Some(field) if !line.contains("null") => format!("{}{field}TIME", &line[..line.len() - line.trim_start().len()]),
            _ => match line.split_once(" days ago") {
                Some((before, after)) => format!("{} TIME ago{after}", before.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end()),
                None => line.to_owned(),
            },
        }
    };
    output.split('\n').map(blank).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_case_gives_its_expected_output() {
    let bless = std::env::var_os("HARNESS_BLESS").is_some();
    let folders = folders();
    assert!(folders.len() >= 60, "cases are found: {}", folders.len());
    let mut wrong = Vec::new();
    for folder in folders {
        let args = fs::read_to_string(folder.join("args")).unwrap_or_else(|_| "check".to_owned());
        let run = harness(&folder, &args.split_whitespace().collect::<Vec<_>>());
        let got = format!("exit {}\n{}{}", run.code, without_times(&run.stdout), run.stderr);
        let expected = folder.join("expected.txt");
        if bless {
            fs::write(&expected, &got).expect("written");
        } else if fs::read_to_string(&expected).unwrap_or_default() != got {
            wrong.push(format!("{}:\n{got}", folder.display()));
        }
    }
    assert!(wrong.is_empty(), "{} cases differ\n{}", wrong.len(), wrong.join("\n\n"));
}
