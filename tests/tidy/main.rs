//! The shape of the source, held by `cargo test`: who imports whom, the first line of every file,
//! sizes.

mod names;
mod phrases;
mod rooms;
mod sizes;
mod tokens;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The rows of the design, top to bottom: a module imports only from rows above its own.
const ROWS: [&[&str]; 17] = [
    &["sql", "files", "progress", "schema", "words"],
    &[
        "codes",
        "scope",
        "sentence",
        "redaction",
        "regime",
        "bounds",
    ],
    &["change"],
    &["names"],
    &["config"],
    &["snapshot"],
    &["migration"],
    &["rewrite"],
    &["rehearse"],
    &["diff"],
    &["verdict"],
    &["hidden"],
    &["record"],
    &["report"],
    &["accept", "check", "survey", "inspect", "verify"],
    &["draft"],
    &["cli"],
];

/// Modules that speak C.
const UNSAFE: [&str; 8] = [
    "src/rehearse/capture/cell.rs",
    "src/rehearse/capture/hook.rs",
    "src/rehearse/engine/untraced.rs",
    "src/rehearse/vfs/disk.rs",
    "src/rehearse/vfs/main_file.rs",
    "src/rehearse/vfs/mod.rs",
    "src/rehearse/vfs/wal_index.rs",
    "src/snapshot/raw.rs",
];

/// The files below `src/`, with what stands before their tests.
fn production() -> BTreeMap<String, String> {
    let code = |text: String| {
        text.split("#[cfg(test)]")
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    sources()
        .into_iter()
        .map(|(path, text)| (path.display().to_string(), code(text)))
        .collect()
}

fn sources() -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![PathBuf::from("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder of the source") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = fs::read_to_string(&path).expect("a source file");
                found.insert(path, text);
            }
        }
    }
    assert!(found.len() > 40, "the source is found");
    found
}

/// The top-level module that a file belongs to.
fn module(path: &Path) -> String {
    let first = path
        .strip_prefix("src")
        .expect("below src")
        .components()
        .next()
        .expect("a file");
    Path::new(first.as_os_str())
        .file_stem()
        .expect("a name")
        .to_string_lossy()
        .into_owned()
}

fn row(module: &str) -> Option<usize> {
    ROWS.iter().position(|row| row.contains(&module))
}

/// Every `crate::name` in the code of a file, its own tests left out.
fn imports(text: &str) -> impl Iterator<Item = &str> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    lines
        .flat_map(|line| line.split("crate::").skip(1))
        .map(|rest| {
            rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .next()
                .unwrap_or_default()
        })
}

#[test]
fn modules_import_only_from_rows_above() {
    let mut seen = 0;
    for (path, text) in sources() {
        let own = module(&path);
        let Some(own_row) = row(&own) else {
            assert!(
                ["lib", "main"].contains(&own.as_str()),
                "{} is in no row",
                path.display()
            );
            continue;
        };
        for import in imports(&text).filter(|i| !i.is_empty() && *i != own) {
            let Some(import_row) = row(import) else {
                panic!(
                    "{}: `crate::{import}` is no module of the design",
                    path.display()
                )
            };
            assert!(
                import_row < own_row,
                "{}: `{own}` must not import `{import}`",
                path.display()
            );
            seen += 1;
        }
    }
    assert!(seen > 50, "imports are seen");
}

#[test]
fn every_file_says_what_it_owns() {
    for (path, text) in sources() {
        assert!(
            text.starts_with("//! "),
            "{} opens with //!",
            path.display()
        );
    }
}

#[test]
fn unsafe_stands_only_where_c_is_spoken() {
    for (path, text) in sources() {
        let spoken = text.contains("unsafe_code");
        assert_eq!(
            spoken,
            UNSAFE.iter().any(|p| Path::new(p) == path),
            "{}",
            path.display()
        );
    }
}

/// What only the command line may do, beside what clippy's `print_stdout` and `print_stderr`
/// find.
const OUTWARD: [&str; 5] = [
    "env::",
    "io::stdout",
    "io::stderr",
    "process::exit",
    "ExitCode",
];

#[test]
fn only_the_command_line_prints_reads_the_environment_or_exits() {
    for (path, code) in production() {
        let own = module(Path::new(&path));
        if !["cli", "main"].contains(&own.as_str()) {
            for outward in OUTWARD {
                assert!(!code.contains(outward), "{path}: `{outward}`");
            }
        }
    }
}
