//! Which row is which in a table that another one replaced, or that VACUUM numbered anew: by its
//! key, else by all it holds.

use super::known::left_out;
use super::migration::Step;
use super::plain::Ran;
use super::reported::{Change, spelled};
use super::state::Table;
use super::value::Value;
use harness::scope::Op;
use std::collections::BTreeSet;

/// The names of the tables that were dropped, and whether VACUUM ran. Nothing is said where
/// something was taken back.
#[derive(Default)]
pub(super) struct Rebuilt {
    dropped: BTreeSet<String>,
    vacuumed: bool,
}

impl Rebuilt {
    pub(super) fn by(steps: &[Step], ran: &Ran) -> Self {
        let mut rebuilt = Self::default();
        for (step, error) in steps.iter().zip(&ran.errors) {
            if ran.taken_back
                || error.is_some()
                || step.sql.starts_with("ROLLBACK")
                || step.sql.starts_with("SAVEPOINT")
            {
                return Self::default();
            }
            rebuilt.vacuumed |= step.sql == "VACUUM";
            rebuilt
                .dropped
                .extend(step.sql.strip_prefix("DROP TABLE ").map(unquoted));
        }
        rebuilt
    }

    /// Whether the rows of this table cannot be told by where they stand. A table that VACUUM
    /// renumbers has no index that tells its rows apart by one column.
    pub(super) fn concerns(&self, name: &str, before: &Table) -> bool {
        let renumbers = self.vacuumed
            && before.key.len() != 1
            && before.rows.iter().any(|(rowid, _)| rowid.is_some());
        renumbers || self.dropped.contains(&name.to_ascii_lowercase())
    }
}

fn unquoted(name: &str) -> String {
    let inner = name
        .strip_prefix(['"', '`', '['])
        .and_then(|rest| rest.strip_suffix(['"', '`', ']']))
        .unwrap_or(name);
    inner.replace("\"\"", "\"").to_ascii_lowercase()
}

/// Updates of a replaced table leave what identifies the row: its key, or where it has none, all
/// `common` columns.
pub(super) fn is_kept(
    changes: &[Change],
    key: &BTreeSet<String>,
    common: &BTreeSet<String>,
) -> Result<(), String> {
    let fixed = if key.is_empty() { common } else { key };
    let differs = |c: &Change, column: &String| match (c.before.get(column), c.after.get(column)) {
        (Some(old), Some(new)) if left_out("1 and 1.0 in a table without a key") => {
            !old.is_number_like(new)
        }
        _ => true,
    };
    let sets = |c: &Change, column: &String| fixed.contains(column) && differs(c, column);
    let moves = |c: &&Change| {
        c.op == Op::Update
            && c.before
                .keys()
                .chain(c.after.keys())
                .any(|column| sets(c, column))
    };
    let whole = |c: &&Change| key.is_empty() || !c.key.values().any(Value::is_null);
    match changes.iter().filter(whole).find(moves) {
        None => Ok(()),
        Some(c) => Err(format!(
            "another row is taken for this one: [{}] {} -> {}",
            spelled(&c.key),
            spelled(&c.before),
            spelled(&c.after)
        )),
    }
}
