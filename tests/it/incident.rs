//! The incident and its neighbours, through the bundled configuration and snapshots.

use crate::support::{accepted, harness, rejected_with, root};
use serde_json::Value;

const RECOVERY: [&str; 3] = [
    "check",
    "--snapshot",
    "snapshots/liveone-recovery-20251117-194532.sql",
];

fn json(args: &[&str]) -> Value {
    let args: Vec<&str> = ["check", "--format", "json"]
        .into_iter()
        .chain(args.iter().copied())
        .collect();
    serde_json::from_str(&harness(&root(), &args).stdout).expect("JSON")
}

#[test]
fn the_buggy_0036_reaches_26_rows_of_five_other_systems() {
    let labels = [
        "1 (Selectronic (daylesford))",
        "2 (Selectronic)",
        "3 (Enphase)",
        "5 (Fronius (kink_fron))",
        "6 (Mondo (kink_mondo))",
    ];
    let words: Vec<&str> = [
        "error[out-of-scope]",
        "error[count-mismatch]",
        "26 of the 32 rows",
    ]
    .into_iter()
    .chain(labels)
    .collect();
    rejected_with(
        &root(),
        &[
            "check",
            "tests/incident/0036_update_amber_point_metadata.sql",
        ],
        &words,
    );
    let report = json(&["tests/incident/0036_update_amber_point_metadata.sql"]);
    let migration = &report["migrations"][0];
    let touched: u64 = migration["changes"]
        .as_array()
        .expect("changes")
        .iter()
        .filter(|c| c["table"] == "point_info")
        .map(|c| c["touched"].as_u64().expect("a number"))
        .sum();
    assert_eq!(touched, 32);
    let finding = migration["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .find(|f| f["code"] == "out-of-scope")
        .expect("it");
    assert_eq!(
        (&finding["rows"], &finding["tenants"]),
        (&26.into(), &serde_json::json!(["1", "2", "3", "5", "6"]))
    );
    let rows = |s: &Value| s["preview"]["rows"].as_u64();
    let previews: Vec<u64> = migration["statements"]
        .as_array()
        .expect("statements")
        .iter()
        .filter_map(rows)
        .collect();
    assert_eq!(
        previews,
        [5, 5, 6, 5, 5, 6, 0, 0, 0],
        "six match, the three `controlled` ones do not"
    );
    for statement in migration["statements"]
        .as_array()
        .expect("statements")
        .iter()
        .filter(|s| rows(s).is_some())
    {
        let by_tenant: u64 = statement["preview"]["tenants"]
            .as_object()
            .expect("tenants")
            .values()
            .filter_map(Value::as_u64)
            .sum();
        assert_eq!(Some(by_tenant), rows(statement));
        assert!(
            statement["preview"]["sql"]
                .as_str()
                .expect("SQL")
                .starts_with("SELECT ")
        );
    }
}

/// The heads of the findings in a text report.
fn findings(report: &str) -> impl Iterator<Item = &str> {
    report
        .lines()
        .filter_map(|line| line.strip_prefix("  "))
        .filter(|line| {
            ["error[", "warning[", "note["]
                .iter()
                .any(|head| line.starts_with(head))
        })
}

#[test]
fn the_first_finding_on_0036_is_the_half_key_with_its_correction() {
    let file = "tests/incident/0036_update_amber_point_metadata.sql";
    let run = harness(&root(), &["check", file]);
    let cause = "`id` is half of the key (system_id, id) of `point_info`: it reaches 5 rows of \
        5 tenants, where `(system_id, id) IN (SELECT pi.system_id, pi.id …)` reaches 1 row of \
        tenant 9 (Amber Electric)";
    assert_eq!(
        run.stdout.lines().nth(1).map(str::trim),
        Some(cause),
        "the headline\n{}",
        run.stdout
    );
    assert_eq!(
        findings(&run.stdout).next(),
        Some(&*format!("error[partial-key-match] {file}:8:7"))
    );
    assert!(
        run.stdout
            .contains("8 | WHERE id IN (\n      |       ^^^^^^^"),
        "{}",
        run.stdout
    );
}

/// How each item of the checklist stands, by its id.
fn checklist(report: &Value) -> Vec<(&str, &str)> {
    let items = report["migrations"][0]["checklist"]
        .as_array()
        .expect("a checklist");
    items
        .iter()
        .map(|item| {
            (
                item["id"].as_str().expect("an id"),
                item["status"].as_str().expect("a status"),
            )
        })
        .collect()
}

#[test]
fn the_checklist_of_the_report_tells_the_buggy_0036_from_the_corrected_one() {
    let stand = |file: &str| json(&[file, "--deep"]);
    let buggy = stand("tests/incident/0036_update_amber_point_metadata.sql");
    let expected = [
        ("subqueries-alone", "fail"),
        ("where-as-select", "pass"),
        ("production-like-copy", "pass"),
        ("composite-keys", "fail"),
        ("explicit-transaction", "fail"),
        ("row-counts", "fail"),
        ("backup", "not-evaluated"),
        ("idempotent", "fail"),
    ];
    assert_eq!(checklist(&buggy), expected);
    let shown = buggy["migrations"][0]["checklist"][0]["shown_by"]
        .as_str()
        .expect("a sentence");
    assert!(
        shown.starts_with(
            "the subquery of statement 2 selects 1 row of one tenant, and the \
            statement matches 5 rows of 5 tenants"
        ),
        "{shown}"
    );
    let corrected = stand("tests/incident/corrected/0036_update_amber_point_metadata.sql");
    let mended = ["subqueries-alone", "composite-keys", "row-counts"];
    let expected =
        expected.map(|(id, status)| (id, if mended.contains(&id) { "pass" } else { status }));
    assert_eq!(
        checklist(&corrected),
        expected,
        "its tracking insert still stands outside of the transaction, and fails a second time"
    );
}

#[test]
fn the_corrected_0036_stays_with_tenant_9() {
    let file = "tests/incident/corrected/0036_update_amber_point_metadata.sql";
    let run = accepted(&root(), &["check", "--deep", file]);
    assert!(run.stdout.contains("9 (Amber Electric)") && run.stdout.contains("update 6"));
    let deserved = [
        ("warning[matches-nothing]", 88),
        ("warning[matches-nothing]", 102),
        ("warning[matches-nothing]", 116),
        ("warning[not-atomic]", 136),
        ("warning[not-idempotent]", 136),
        ("note[already-exists]", 132),
    ];
    let deserved = deserved.map(|(code, line)| format!("{code} {file}:{line}:1"));
    assert_eq!(
        findings(&run.stdout).collect::<Vec<_>>(),
        deserved,
        "{}",
        run.stdout
    );
    assert!(
        run.stdout
            .contains("UNIQUE constraint failed: migrations.id"),
        "a second run\n{}",
        run.stdout
    );
}

const TEMPLATE: &str = "tests/incident/template/0036_update_amber_point_metadata.sql";

#[test]
fn the_0036_of_the_template_changes_six_rows_once() {
    let conn = rusqlite::Connection::open_in_memory().expect("memory");
    let seed = std::fs::read_to_string(root().join("snapshots/liveone-20251116-100416.sql"))
        .expect("a snapshot");
    conn.execute_batch(&seed).expect("it loads");
    let migration = std::fs::read_to_string(root().join(TEMPLATE)).expect("a migration");
    let mut written = conn.total_changes();
    for expected in [7, 0] {
        conn.execute_batch(&migration).expect("it runs");
        assert_eq!(
            conn.total_changes() - written,
            expected,
            "six points and its entry, then nothing"
        );
        written = conn.total_changes();
    }
    let others =
        "SELECT count(*) FROM point_info WHERE point_name LIKE 'Grid %' AND system_id <> 9";
    assert_eq!(conn.query_row(others, [], |row| row.get(0)), Ok(0));
}

#[test]
fn the_0036_of_the_template_gets_no_finding_of_weight() {
    for depth in [&[][..], &["--deep"]] {
        let args = [
            &[
                "check",
                "--config",
                "tests/incident/template/harness.toml",
                TEMPLATE,
            ][..],
            depth,
        ]
        .concat();
        let run = accepted(&root(), &args);
        assert_eq!(
            findings(&run.stdout)
                .filter(|line| !line.starts_with("note["))
                .collect::<Vec<_>>(),
            [""; 0],
            "{}",
            run.stdout
        );
        assert!(
            run.stdout.contains("9 (Amber Electric)") && run.stdout.contains("update 6"),
            "{}",
            run.stdout
        );
    }
}

#[test]
fn the_buggy_0035_is_rejected_and_its_correction_accepted() {
    rejected_with(
        &root(),
        &["check", "tests/incident/0035_delta_for_energy_points.sql"],
        &["error[out-of-scope]", "600 of the 1040 rows"],
    );
    accepted(
        &root(),
        &[
            "check",
            "tests/incident/corrected/0035_delta_for_energy_points.sql",
        ],
    );
}

#[test]
fn the_whole_recovery_is_accepted_in_sequence() {
    let files = [
        "0044_restore_point_info_metadata",
        "0045_migrate_readings_to_old_points",
        "0046_delete_duplicate_points",
    ];
    let paths = files.map(|f| format!("tests/incident/recovery/{f}.sql"));
    let args: Vec<&str> = RECOVERY
        .into_iter()
        .chain(paths.iter().map(String::as_str))
        .collect();
    let run = accepted(&root(), &args);
    assert!(run.stdout.starts_with("ACCEPTED — 3 of 3"));
    // Enphase and Amber have aggregates only: what 0045 would move of their readings is not there.
    // Each file writes its own name behind its COMMIT.
    let empty_moves = (57..=58)
        .chain(71..=76)
        .map(|line| format!("warning[matches-nothing] {}:{line}:1", paths[1]));
    let outside = [(0, 51), (1, 118), (2, 17)]
        .map(|(file, line)| format!("warning[not-atomic] {}:{line}:1", paths[file]));
    // Each makes the table of migrations that is there already.
    let made = [(0, 47), (1, 114), (2, 13)]
        .map(|(file, line)| format!("note[already-exists] {}:{line}:1", paths[file]));
    let ([first, second, third], [one, two, three]) = (outside, made);
    let deserved: Vec<String> = [first, one]
        .into_iter()
        .chain(empty_moves)
        .chain([second, two, third, three])
        .collect();
    assert_eq!(
        findings(&run.stdout).collect::<Vec<_>>(),
        deserved,
        "{}",
        run.stdout
    );
}

#[test]
fn a_wrong_range_in_the_last_delete_is_rejected() {
    let args: Vec<&str> = RECOVERY
        .into_iter()
        .chain([
            "tests/incident/recovery/0044_restore_point_info_metadata.sql",
            "tests/incident/recovery/0045_migrate_readings_to_old_points.sql",
            "tests/incident/wrong-range/0046_delete_duplicate_points.sql",
        ])
        .collect();
    rejected_with(
        &root(),
        &args,
        &[
            "REJECTED — 2 of 3",
            "REJECTED 0046_delete_duplicate_points",
            "5 (Fronius (kink_fron)): 3 rows deleted, 6 declared",
        ],
    );
}

#[test]
fn the_pending_folder_is_run_in_the_order_of_names() {
    let run = rejected_with(
        &root(),
        &["check"],
        &[
            "0035_delta_for_energy_points",
            "0036_update_amber_point_metadata",
        ],
    );
    assert!(run.stdout.find("0035_") < run.stdout.find("0036_"));
}
