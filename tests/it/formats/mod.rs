//! The formats for services: what each gives of a few reports, and what holds of it whatever the
//! report.
//!
//! `expected/` has what each gives of the reports in [`LOOKED_AT`], of SARIF without the rules;
//! `HARNESS_BLESS=1` writes it anew, to be read before it is committed.

mod actions;
mod github;
mod junit;
mod markdown;
mod sarif;

use crate::cases::folders;
use crate::support::{harness, root};
use harness::report::{self, Evidence, Format, Layout};
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

/// Cases, of which the last has names, cells, SQL and a path that mean something in one format or
/// another.
const LOOKED_AT: [&str; 4] = [
    "json/accepted",
    "json/failed",
    "json/rejected",
    "formats/hostile",
];

fn case(name: &str) -> Evidence {
    evidence(&root().join("tests/cases").join(name))
        .unwrap_or_else(|| panic!("{name} gives a report"))
}

/// The evidence of a case; `None` where it is of a run that gives no report.
fn evidence(folder: &Path) -> Option<Evidence> {
    let run = harness(folder, &["check", "--format", "json"]);
    (run.code < 2).then(|| Evidence::read(&run.stdout).expect("evidence"))
}

/// The evidence of every third case, and of those that are looked at.
fn all() -> &'static [Evidence] {
    static ALL: OnceLock<Vec<Evidence>> = OnceLock::new();
    ALL.get_or_init(|| {
        let folders = folders(&root().join("tests/cases"));
        let found: Vec<Evidence> = folders
            .iter()
            .step_by(3)
            .filter_map(|folder| evidence(folder))
            .chain(LOOKED_AT.map(case))
            .collect();
        assert!(found.len() > 100, "{} cases give a report", found.len());
        found
    })
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
        if std::env::var_os("HARNESS_BLESS").is_some() {
            fs::write(&path, &got).expect("written");
        } else if fs::read_to_string(&path).unwrap_or_default() != got {
            wrong.push(format!("{}:\n{got}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
