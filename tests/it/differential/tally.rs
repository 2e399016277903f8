//! How often each kind of statement ran and how many rows it wrote, so that the test cannot become
//! empty.

use std::collections::BTreeMap;

#[derive(Default)]
pub(super) struct Tally {
    kinds: BTreeMap<&'static str, Count>,
    pub(super) changes: usize,
    /// changed rows of which something was claimed
    pub(super) claimed: u64,
    /// rows that lead nowhere by a migration
    pub(super) dangling: u64,
}

#[derive(Default, Debug)]
struct Count {
    ran: u64,
    failed: u64,
    /// statements that wrote rows
    writing: u64,
}

/// Every kind, with how many in a thousand cases must run at least, and how many must write rows: a
/// third of what does.
const LEAST: [(&str, u64, u64); 67] = [
    ("add column", 44, 0),
    ("analyze", 22, 0),
    ("begin", 81, 0),
    ("commit", 72, 0),
    ("correlated", 69, 27),
    ("create index", 13, 0),
    ("create table as", 48, 0),
    ("create trigger", 23, 0),
    ("create view", 45, 0),
    ("cte", 27, 12),
    ("cte named like the table", 26, 17),
    ("delete", 205, 125),
    ("do nothing", 18, 13),
    ("drop and create", 33, 0),
    ("drop column", 24, 0),
    ("drop index", 8, 0),
    ("drop table", 46, 6),
    ("drop trigger", 8, 0),
    ("drop view", 5, 0),
    ("exists", 59, 41),
    ("from a query", 53, 1),
    ("in subquery", 63, 32),
    ("indexed by", 27, 15),
    ("insert", 74, 60),
    ("insert or abort", 9, 7),
    ("insert or fail", 19, 13),
    ("insert or ignore", 62, 45),
    ("insert or replace", 60, 51),
    ("insert or rollback", 7, 6),
    ("insert select", 68, 32),
    ("key update", 60, 29),
    ("materialized cte", 32, 15),
    ("new then renamed", 68, 14),
    ("no where", 56, 45),
    ("not indexed", 42, 26),
    ("old renamed first", 75, 15),
    ("pragma defer_foreign_keys", 11, 0),
    ("pragma foreign_key_check", 14, 0),
    ("pragma foreign_keys", 14, 0),
    ("pragma legacy_alter_table", 33, 0),
    ("pragma recursive_triggers", 17, 0),
    ("pragma user_version", 14, 0),
    ("recursive cte", 28, 22),
    ("reindex", 43, 0),
    ("release", 49, 0),
    ("rename column", 13, 0),
    ("rename to", 19, 0),
    ("returning", 57, 34),
    ("rollback", 12, 0),
    ("rollback to", 47, 0),
    ("row value in", 32, 13),
    ("row value set", 69, 37),
    ("savepoint", 192, 0),
    ("scalar", 32, 19),
    ("sequence", 3, 0),
    ("temporary table", 5, 0),
    ("through a backup", 85, 13),
    ("update", 365, 213),
    ("update from", 95, 47),
    ("update or abort", 23, 12),
    ("update or fail", 46, 27),
    ("update or ignore", 53, 32),
    ("update or replace", 52, 32),
    ("update or rollback", 23, 13),
    ("upsert", 36, 32),
    ("vacuum", 16, 0),
    ("view write", 26, 16),
];

impl Tally {
    /// Takes in one statement that was reached.
    pub(super) fn note(&mut self, tags: &[&'static str], failed: bool, rows: u64) {
        for tag in tags {
            let count = self.kinds.entry(tag).or_default();
            count.ran += u64::from(!failed);
            count.failed += u64::from(failed);
            count.writing += u64::from(rows > 0);
        }
    }

    pub(super) fn assert_is_enough(&self, cases: u64) {
        for (kind, ran, writing) in LEAST {
            let count = self.kinds.get(kind).unwrap_or(&Count {
                ran: 0,
                failed: 0,
                writing: 0,
            });
            let enough = |n: u64, least: u64| cases < 100 || n >= least * cases / 1000;
            assert!(
                enough(count.ran, ran) && enough(count.writing, writing),
                "`{kind}` hardly runs: {count:?} in {cases} cases"
            );
        }
        assert!(
            cases < 100 || self.changes as u64 >= 4 * cases,
            "hardly anything changes: {} rows in {cases} cases",
            self.changes
        );
        assert!(
            cases < 100 || self.dangling >= cases / 10,
            "hardly a reference leads nowhere: {} rows in {cases} cases",
            self.dangling
        );
        assert!(
            cases < 100 || self.claimed >= cases,
            "hardly anything is claimed: of {} rows in {cases} cases",
            self.claimed
        );
        let (changes, dangling) = (self.changes, self.dangling);
        assert!(
            std::env::var_os("HARNESS_TALLY").is_none(),
            "as asked for: {changes} changes, {dangling} dangling, {:#?}",
            self.kinds
        );
    }
}
