//! How often each kind of statement ran and how many rows it wrote, so that the test cannot become empty.

use std::collections::BTreeMap;

#[derive(Default)]
pub(super) struct Tally {
    kinds: BTreeMap<&'static str, Count>,
    pub(super) changes: usize,
}

#[derive(Default, Debug)]
struct Count {
    ran: u64,
    failed: u64,
    /// statements that wrote rows
    writing: u64,
}

/// Every kind, with how many in a thousand cases must run at least, and how many must write rows.
const LEAST: [(&str, u64, u64); 0] = [];

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
            let count = self.kinds.get(kind).unwrap_or(&Count { ran: 0, failed: 0, writing: 0 });
            let enough = |n: u64, least: u64| n >= least * cases / 1000;
            assert!(enough(count.ran, ran) && enough(count.writing, writing), "`{kind}` hardly runs: {count:?} in {cases} cases");
        }
        assert!(self.changes as u64 >= 4 * cases, "hardly anything changes: {} rows in {cases} cases", self.changes);
        assert!(std::env::var_os("HARNESS_TALLY").is_none(), "as asked for: {} changes, {:#?}", self.changes, self.kinds);
    }
}
