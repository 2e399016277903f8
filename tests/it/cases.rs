//! Cases as folders: `harness.toml`, `seed.sql`, migrations, and `expected.txt` with the exit code
//! and the whole report.
//!
//! Each runs under either kind of clone and gives the same. `args` in a folder replaces the default
//! command `check`. Times are blanked out. With `HARNESS_BLESS=1` the expected output is written
//! instead of compared; read it before it is committed.

use crate::support::{copy_folder, harness, root};
use harness::bounds::CloneKind;
use harness::files::blake3_of;
use std::fs;
use std::path::{Path, PathBuf};

/// Every case below the families of `cases`.
pub(crate) fn folders(cases: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for family in fs::read_dir(cases).expect("families of cases") {
        let family = family.expect("a family").path();
        found.extend(
            fs::read_dir(family)
                .expect("cases")
                .map(|case| case.expect("a case").path()),
        );
    }
    found.sort();
    found
}

/// The fields of the JSON reports that hold times of the machine's, and what an inspection says of
/// them, blanked out.
fn without_times(output: &str) -> String {
    let blank = |line: &str| {
        let field = [
            "\"elapsed_ms\": ",
            "\"now_ms\": ",
            "\"modified_at\": ",
            "modified  ",
        ]
        .into_iter()
        .find(|field| line.trim_start().starts_with(field));
        match field {
            Some(field) if !line.contains("null") => format!(
                "{}{field}TIME",
                &line[..line.len() - line.trim_start().len()]
            ),
            _ => match line.split_once(" days ago") {
                Some((before, after)) => format!(
                    "{} TIME ago{after}",
                    before
                        .trim_end_matches(|c: char| c.is_ascii_digit())
                        .trim_end()
                ),
                None => line.to_owned(),
            },
        }
    };
    output.split('\n').map(blank).collect::<Vec<_>>().join("\n")
}

/// The case's output: exit code, report, messages.
fn output(folder: &Path) -> String {
    let args = fs::read_to_string(folder.join("args")).unwrap_or_else(|_| "check".to_owned());
    let run = harness(folder, &args.split_whitespace().collect::<Vec<_>>());
    format!(
        "exit {}\n{}{}",
        run.code,
        without_times(&run.stdout),
        run.stderr
    )
}

/// A copy of all cases that asks for a clone of this kind; the configurations keep their lines.
fn cases_on(kind: &str) -> tempfile::TempDir {
    let copy = tempfile::tempdir().expect("a folder");
    copy_folder(&root().join("tests/cases"), copy.path());
    for folder in folders(copy.path()) {
        let path = folder.join("harness.toml");
        let config = fs::read_to_string(&path).expect("a configuration");
        let (head, rest) = config.split_once("\n[").expect("a second table");
        let place = head
            .strip_prefix("[snapshot]\n")
            .expect("the snapshot first")
            .trim_end()
            .replace('\n', ", ");
        let lines = "\n".repeat(head.matches('\n').count());
        let place = place.replace('\n', ", ");
        fs::write(
            path,
            format!("snapshot = {{ {place}, clone = \"{kind}\" }}{lines}\n[{rest}"),
        )
        .expect("written");
    }
    copy
}

#[test]
fn every_case_gives_its_expected_output() {
    let bless = std::env::var_os("HARNESS_BLESS").is_some();
    let cases = root().join("tests/cases");
    let folders = folders(&cases);
    let other = if CloneKind::default() == CloneKind::Thin {
        CloneKind::Copy
    } else {
        CloneKind::Thin
    };
    let copy = cases_on(other.word());
    assert!(folders.len() >= 60, "cases are found: {}", folders.len());
    let mut wrong = Vec::new();
    for folder in folders {
        let got = output(&folder);
        let expected = folder.join("expected.txt");
        if bless {
            fs::write(&expected, &got).expect("written");
        } else if fs::read_to_string(&expected).unwrap_or_default() != got {
            wrong.push(format!("{}:\n{got}", folder.display()));
        }
        let other_folder = copy
            .path()
            .join(folder.strip_prefix(&cases).expect("a case"));
        // Its configuration is another text.
        let [own, others] = [&folder, &other_folder].map(|folder| {
            blake3_of(&fs::read(folder.join("harness.toml")).expect("a configuration"))
        });
        let same = output(&other_folder).replace(&others, &own);
        if same != got {
            wrong.push(format!(
                "{} on a clone that is {other:?}:\n{same}",
                folder.display()
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} cases differ\n{}",
        wrong.len(),
        wrong.join("\n\n")
    );
}
