//! Reports to look at, made by the binary.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// An HTML report and the folder that it lies in.
pub(crate) struct Page {
    pub(crate) folder: TempDir,
}

impl Page {
    /// The report of `harness check` with these arguments in a folder, which must end with this
    /// exit code.
    pub(crate) fn checked(home: &Path, args: &[&str], code: i32) -> Self {
        let page = Self {
            folder: tempfile::tempdir().expect("a private folder"),
        };
        let run = Command::new(env!("CARGO_BIN_EXE_harness"))
            .current_dir(home)
            .arg("check")
            .args(args)
            .arg(format!("--report=html={}", page.path().display()))
            .output()
            .expect("the binary runs");
        assert_eq!(
            run.status.code(),
            Some(code),
            "{}",
            String::from_utf8_lossy(&run.stderr)
        );
        page
    }

    /// The incident.
    pub(crate) fn incident() -> Self {
        Self::checked(
            Path::new(env!("CARGO_MANIFEST_DIR")),
            &["tests/incident/0036_update_amber_point_metadata.sql"],
            1,
        )
    }

    /// Three migrations, of which some are rejected.
    pub(crate) fn several() -> Self {
        let migrations = [
            "0035_delta_for_energy_points",
            "0036_update_amber_point_metadata",
            "wrong-range/0046_delete_duplicate_points",
        ];
        let paths = migrations.map(|name| format!("tests/incident/{name}.sql"));
        Self::checked(
            Path::new(env!("CARGO_MANIFEST_DIR")),
            &paths.each_ref().map(String::as_str),
            1,
        )
    }

    /// A migration that fails.
    pub(crate) fn failed() -> Self {
        let case = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/cases/atomic/a_failed_migration_shows_what_it_left");
        Self::checked(&case, &[], 1)
    }

    /// Where the report is.
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("page.html")
    }

    /// The report's text.
    pub(crate) fn html(&self) -> String {
        fs::read_to_string(self.path()).expect("the report")
    }

    /// Another file beside it, with other text.
    pub(crate) fn beside(&self, name: &str, html: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, html).expect("written");
        path
    }
}

/// A folder with files in it.
pub(crate) fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a private folder");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("written");
    }
    folder
}
