//! The help of each command is asserted output: `tests/it/help/*.txt`, blessed as the cases are.

use crate::run::{blesses, harness, root};
use std::fs;

#[test]
fn help_reads_as_it_was_read_when_it_was_accepted() {
    let bless = blesses();
    let names = [
        "check",
        "accept",
        "completions",
        "explain",
        "init",
        "new",
        "preview",
        "report",
        "schema",
        "survey",
        "verify",
    ];
    let commands = names.map(|name| (name, vec![name, "--help"]));
    let others = [
        ("harness", vec!["--help"]),
        ("snapshot", vec!["snapshot", "--help"]),
        ("inspect", vec!["snapshot", "inspect", "--help"]),
    ];
    for (name, args) in others.into_iter().chain(commands) {
        let path = root().join(format!("tests/it/help/{name}.txt"));
        let run = harness(&root(), &args);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
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
