//! A rehearsal of one migration under a scope.

use super::world::World;
use crate::support::Playground;
use harness::check::{Migrations, Request, check};
use harness::config;
use harness::migration::Migration;
use harness::progress::Progress;
use harness::record::{Evidence, Severity, Verdict};
use harness::snapshot::{Snapshot, SnapshotSource};

/// What a rehearsal came to.
pub(super) enum Judged {
    /// with its report
    Accepted(Box<Evidence>),
    /// with the reasons
    Rejected(String),
}

/// The configuration with a scope, on either kind of clone.
pub(super) fn config(scope: &str, case: u64) -> String {
    let clone = if case.is_multiple_of(2) {
        "thin"
    } else {
        "copy"
    };
    format!(
        "[snapshot]\npath = \"s.db\"\nclone = \"{clone}\"\n\n[engine]\nforeign_keys = false\n\
        transaction = \"per-migration\"\non_error = \"stop\"\n\n[tenant]\ncolumn = \"org\"\n\n{scope}"
    )
}

/// Rehearses a migration on the world.
pub(super) fn judge(world: &World, sql: &str, scope: &str, case: u64) -> Judged {
    let playground = Playground::new();
    let text = config(scope, case);
    let config = config::parse(&text, &playground.at("harness.toml")).expect("valid");
    let path = playground.database(
        "s.db",
        &format!(
            "PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF;\n{}",
            world.seed
        ),
    );
    let workspace = tempfile::tempdir().expect("a folder");
    let migrations = [Migration::parse("m", "m.sql", sql.to_owned())];
    let source = SnapshotSource::File(path);
    let snapshot =
        Snapshot::open(&source, workspace.path(), &Progress::default()).expect("a snapshot");
    let request = Request {
        config: &config,
        snapshot: &snapshot,
        migrations: Migrations::Named(&migrations),
        workspace: workspace.path(),
        now_ms: 1_763_272_800_000,
        samples: 3,
        keep_clone: None,
        identify: false,
        deep: false,
        fail_capture_after: None,
    };
    match check(&request) {
        Ok(checked) if checked.evidence.verdict == Verdict::Accepted => {
            Judged::Accepted(Box::new(checked.evidence))
        }
        Ok(checked) => {
            let findings = checked.evidence.migrations.iter().flat_map(|m| &m.findings);
            let errors = findings.filter(|finding| finding.severity == Severity::Error);
            let errors = errors.map(|finding| format!("{}: {}", finding.code, finding.message));
            Judged::Rejected(errors.collect::<Vec<_>>().join("; "))
        }
        Err(error) => Judged::Rejected(format!("no report: {error}")),
    }
}
