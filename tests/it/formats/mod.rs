//! The formats for services: what each gives of a few reports. The trials of the cases hold what
//! is true of every report.
//!
//! `expected/` has what each gives of the reports in [`LOOKED_AT`], of SARIF without the rules;
//! `HARNESS_BLESS=1` writes it anew, to be read before it is committed.

mod actions;
mod github;
mod junit;
mod markdown;
mod sarif;

use crate::run::{blesses, harness, root};
use harness::report::{self, Evidence, Format, Layout};
use std::fs;

/// Cases, of which the last has names, cells, SQL and a path that mean something in one format or
/// another.
const LOOKED_AT: [&str; 4] = [
    "json/accepted",
    "json/failed",
    "json/rejected",
    "formats/hostile",
];

fn case(name: &str) -> Evidence {
    let folder = root().join("tests/cases").join(name);
    let run = harness(&folder, &["check", "--format", "json"]);
    Evidence::read(&run.stdout).unwrap_or_else(|_| panic!("{name} gives a report"))
}

fn rendered(evidence: &Evidence, format: Format) -> String {
    let mut out = Vec::new();
    report::render(evidence, format, Layout::default(), &mut out).expect("rendered");
    String::from_utf8(out).expect("UTF-8")
}

/// Holds what a format gives of the reports that are looked at against what is expected.
fn hold(format: Format, shown: impl Fn(String) -> String) {
    let mut wrong = Vec::new();
    for name in LOOKED_AT {
        let path = root().join("tests/it/formats/expected").join(format!(
            "{}.{}",
            name.split('/').next_back().expect("a name"),
            format.word()
        ));
        let got = shown(rendered(&case(name), format));
        if blesses() {
            fs::write(&path, &got).expect("written");
        } else if fs::read_to_string(&path).unwrap_or_default() != got {
            wrong.push(format!("{}:\n{got}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
