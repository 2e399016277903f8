//! Faults are injected and the outcome demanded: what harness could not see is never a pass.

use crate::support::Playground;
use harness::check::{CheckError, Migrations, Request, check};
use harness::config;
use harness::migration::Migration;
use harness::progress::Progress;
use harness::record::Verdict;
use harness::rehearse::RehearseError;
use harness::snapshot::{Snapshot, SnapshotSource};

fn run(fail_capture_after: Option<u64>) -> Result<bool, CheckError> {
    let playground = Playground::new();
    let config = config::load(&playground.at("harness.toml")).expect("a configuration");
    let migrations = [Migration::parse(
        "ok",
        "ok.sql",
        "UPDATE note SET body = 'x' WHERE org = 1 AND id = 1;".to_owned(),
    )];
    let workspace = tempfile::tempdir().expect("a folder");
    let source = SnapshotSource::File(playground.at("seed.sql"));
    let snapshot =
        Snapshot::open(&source, workspace.path(), &Progress::default()).expect("a snapshot");
    let request = Request {
        config: &config,
        snapshot: &snapshot,
        migrations: Migrations::Named(&migrations),
        workspace: workspace.path(),
        now_ms: 0,
        samples: 1,
        keep_clone: None,
        identify: false,
        deep: false,
        fail_capture_after,
    };
    check(&request).map(|checked| checked.evidence.verdict == Verdict::Accepted)
}

#[test]
fn without_a_fault_the_migration_is_accepted() {
    assert!(run(None).expect("a report"));
    assert!(run(Some(1)).expect("one write is captured before the fault"));
}

#[test]
fn a_capture_that_fails_gives_no_report() {
    match run(Some(0)) {
        Err(CheckError::Rehearse(RehearseError::Capture {
            statement: 1,
            reason,
            ..
        })) => assert_eq!(reason, "injected failure"),
        other => panic!("{other:?}"),
    }
}
