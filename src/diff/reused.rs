//! Keys that the engine gives again: a row is deleted, a new one gets its key, and the rows that
//! referred to the one refer to the other
//! (<https://sqlite.org/autoinc.html#the_autoincrement_keyword>).
//!
//! Who names the key of a row means that row: only keys that the engine chose are looked at. What
//! refers are foreign keys, a tenant lookup by the key, and where the key is a tenant, the columns
//! that name tenants. Only rows count that were not inserted by the migration and refer by the value
//! that they had.

use super::{Diff, DiffError, States};
use crate::change::RowAddress;
use crate::rehearse::{Rehearsal, TouchedRows, read};
use crate::scope::{TenantMap, TenantRule};
use crate::snapshot::catalog::Table;
use crate::snapshot::tenancy;
use crate::sql::{Value, Words, ident, is_lack, message};
use rusqlite::params_from_iter;
use std::collections::BTreeSet;

/// Keys of one table that the engine gave again.
#[derive(Debug)]
pub struct ReusedKeys {
    /// the table
    pub table: String,
    /// the keys to which rows refer
    pub keys: BTreeSet<i64>,
    /// the statements that inserted the new rows
    pub statements: BTreeSet<usize>,
    /// what refers to them
    pub by: Vec<Referring>,
}

/// The rows of one table that referred to a row that is gone, and refer to another now.
#[derive(Debug)]
pub struct Referring {
    /// the table
    pub table: String,
    /// the columns by which they refer
    pub columns: Vec<String>,
    /// how many
    pub rows: u64,
}

impl ReusedKeys {
    /// Takes in a key to which a row refers.
    fn take(&mut self, key: i64, keys: &[GivenKey]) {
        let given = keys.iter().filter(|(given, _)| *given == key);
        self.statements.extend(given.flat_map(|(_, by)| by));
        self.keys.insert(key);
    }
}

/// The most keys of a table that are looked for.
const KEYS: usize = 1000;

/// A key, and the statements that inserted the new row.
type GivenKey = (i64, BTreeSet<usize>);

/// Finds them.
pub(super) fn reused(
    states: States<'_>,
    rehearsal: &Rehearsal,
    tenants: &TenantMap,
    diff: &mut Diff,
) -> Result<(), DiffError> {
    let chosen = rehearsal.statements.iter().filter(|run| run.leaves_key);
    let chosen: BTreeSet<usize> = chosen.map(|run| run.index).collect();
    for parent in rehearsal.after.ordinary() {
        let name = ident::folded(&parent.name);
        let touched = rehearsal.touched.rows.get(&name);
        let touched = touched.filter(|rows| !rows.statements().is_disjoint(&chosen));
        if let (Some(touched), Some(place)) = (touched, parent.integer_primary_key) {
            let search = KeyUse {
                states,
                rehearsal,
                tenants,
                parent,
                key: &parent.columns[place].name,
            };
            search.add_to(diff, &given_again(touched, &chosen))?;
        }
    }
    Ok(())
}

/// The keys of rows that ended and of rows that began with one that the engine chose, each with the
/// statements that wrote it.
fn given_again(touched: &TouchedRows, chosen: &BTreeSet<usize>) -> Vec<GivenKey> {
    let (ended, began) = (touched.ended(), touched.began());
    let (rowids, _) = touched.ended().rowids_and_keys();
    let again = |key: i64| {
        let address = RowAddress::Rowid(key);
        let by = began
            .statements_of(&address)
            .filter(|_| ended.contains(&address))?;
        let by: BTreeSet<usize> = by.intersection(chosen).copied().collect();
        (!by.is_empty()).then_some((key, by))
    };
    rowids.iter().filter_map(again).take(KEYS).collect()
}

/// The search for what refers to rows of one table by their key.
struct KeyUse<'a> {
    states: States<'a>,
    rehearsal: &'a Rehearsal,
    tenants: &'a TenantMap,
    parent: &'a Table,
    key: &'a str,
}

/// Columns of a table that refer to the parent's, each with that.
type Pairs = Vec<(String, String)>;

impl KeyUse<'_> {
    /// Adds the keys of the parent to which rows refer.
    fn add_to(&self, diff: &mut Diff, keys: &[GivenKey]) -> Result<(), DiffError> {
        let mut found = ReusedKeys {
            table: self.parent.name.clone(),
            keys: BTreeSet::new(),
            statements: BTreeSet::new(),
            by: Vec::new(),
        };
        let children = self.rehearsal.after.ordinary();
        for child in children.filter(|child| !keys.is_empty() && child.unreadable.is_none()) {
            match self.look(child, keys, &mut found) {
                Err(error) if is_lack(&error) => {
                    let lacking = (child.name.clone(), message(&error));
                    diff.unevaluated.push(lacking);
                }
                looked => looked.map_err(DiffError::sqlite(&child.name))?,
            }
        }
        if !found.by.is_empty() {
            diff.reused.push(found);
        }
        Ok(())
    }

    /// Adds what rows of a table refer to, each column by one of the ways in which it does.
    fn look(
        &self,
        child: &Table,
        keys: &[GivenKey],
        found: &mut ReusedKeys,
    ) -> rusqlite::Result<()> {
        let mut seen: Vec<Pairs> = Vec::new();
        for pairs in self.references(child) {
            let is_known = |known: &Pairs| known[0].0 == pairs[0].0;
            if !seen.iter().any(is_known) {
                self.add(child, &pairs, keys, found)?;
                seen.push(pairs);
            }
        }
        Ok(())
    }

    /// The ways in which rows of a table refer to the parent's by its key.
    fn references(&self, child: &Table) -> Vec<Pairs> {
        let is_parent = |name: &str| ident::same(name, &self.parent.name);
        let declared = child
            .keys
            .foreign
            .iter()
            .filter(|key| is_parent(&key.parent));
        let declared = declared.map(|key| {
            let theirs = key.referred(self.parent).iter();
            key.columns.iter().cloned().zip(theirs.cloned()).collect()
        });
        let mut all: Vec<Pairs> = declared.collect();
        let to_key = |column: String| vec![(column, self.key.to_owned())];
        match tenancy::rule_for(self.tenants, child).filter(|_| !is_parent(&child.name)) {
            Some(TenantRule::Lookup(sql)) => {
                all.extend(self.looked_up_by(&sql).map(to_key));
            }
            Some(TenantRule::Column(column)) if self.is_tenant() => all.push(to_key(column)),
            _ => {}
        }
        let has = |(own, their): &(String, String)| {
            child.column(own).is_some() && self.parent.column(their).is_some()
        };
        let is_by_key = |(_, their): &(String, String)| ident::same(their, self.key);
        all.retain(|pairs| pairs.iter().all(has) && pairs.iter().any(is_by_key));
        all
    }

    /// Whether the key of the parent is the tenant.
    fn is_tenant(&self) -> bool {
        let rule = tenancy::rule_for(self.tenants, self.parent);
        matches!(rule, Some(TenantRule::Column(column)) if ident::same(&column, self.key))
    }

    /// The column by which a lookup finds a row of the parent by its key: `FROM t WHERE id = :own`.
    fn looked_up_by(&self, sql: &str) -> Option<String> {
        let words = Words::of(sql);
        let is = |at: usize, name: &str| ident::same(&words.name(at), name);
        let reads = |at: usize| {
            words.is_any(at, &["FROM", "JOIN"])
                && is(words.qualified(at + 1).1 - 1, &self.parent.name)
        };
        let own = |at: usize| {
            let (left, right) = (at.checked_sub(1)?, at + 1);
            let of = |key: usize, own: usize| {
                let text = words.text(own);
                let is_parameter = text.starts_with([':', '@', '$']);
                (is_parameter && is(key, self.key)).then(|| text[1..].to_owned())
            };
            of(left, right).or_else(|| of(right, left))
        };
        let mut equals = (0..words.len()).filter(|at| words.text(*at) == "=");
        let column = equals.find_map(own)?;
        (0..words.len()).any(reads).then_some(column)
    }

    /// Adds the rows of a table that refer by some columns.
    fn add(
        &self,
        child: &Table,
        pairs: &Pairs,
        keys: &[GivenKey],
        found: &mut ReusedKeys,
    ) -> rusqlite::Result<()> {
        let (mut after, mut was) = (self.after(child, pairs, keys)?, self.was(child, pairs)?);
        let touched = self.rehearsal.touched.rows.get(&ident::folded(&child.name));
        let began = touched.map(TouchedRows::began);
        let addressed = read::address_columns(child).len();
        let (mut rows, mut count) = (after.raw_query(), 0);
        while let Some(row) = rows.next()? {
            let address = read::address(row, child, addressed)?;
            let mut by = match &address {
                RowAddress::Rowid(rowid) => vec![Value::Integer(*rowid)],
                RowAddress::Key(key) => key.to_vec(),
            };
            by.extend(read::cells(row, addressed + 1, pairs.len())?);
            let is_new = began.as_ref().is_some_and(|began| began.contains(&address));
            if !is_new && was.exists(params_from_iter(&by))? {
                count += 1;
                found.take(row.get(addressed)?, keys);
            }
        }
        if count > 0 {
            found.by.push(Referring {
                table: child.name.clone(),
                columns: pairs.iter().map(|(own, _)| own.clone()).collect(),
                rows: count,
            });
        }
        Ok(())
    }

    /// Reads the rows that refer to keys: the address, the key, and the columns that refer.
    fn after(
        &self,
        child: &Table,
        pairs: &Pairs,
        keys: &[GivenKey],
    ) -> rusqlite::Result<rusqlite::Statement<'_>> {
        let column = |of: &str, name: &str| format!("{of}.{}", ident::quote(name));
        let address = read::address_columns(child).into_iter();
        let own = pairs.iter().map(|(own, _)| column("c", own));
        let key = column("p", self.key);
        let results: Vec<String> = address
            .map(|name| column("c", name))
            .chain([key.clone()])
            .chain(own)
            .collect();
        let equal: Vec<String> = pairs
            .iter()
            .map(|(own, their)| format!("{} = {}", column("p", their), column("c", own)))
            .collect();
        let keys: Vec<String> = keys.iter().map(|(key, _)| key.to_string()).collect();
        let sql = format!(
            "SELECT {} FROM {} AS c JOIN {} AS p ON {} WHERE {key} IN ({})",
            results.join(", "),
            read::from(child),
            read::from(self.parent),
            equal.join(" AND "),
            keys.join(", ")
        );
        self.states.after.prepare(&sql)
    }

    /// Asks whether a row had these values before: by its address, unless the table was made again.
    fn was(&self, child: &Table, pairs: &Pairs) -> rusqlite::Result<rusqlite::Statement<'_>> {
        let name = ident::folded(&child.name);
        let before = self.rehearsal.origin(&name).unwrap_or(child);
        let addressed = read::address_columns(child).len();
        let is_moved = self.rehearsal.lineage.is_readdressed(&name, before)
            && child.integer_primary_key.is_none();
        let address = read::address_columns(before).into_iter();
        let address = address.filter(|_| !is_moved);
        let columns = address.zip(1..).chain({
            let own = pairs.iter().map(|(own, _)| own.as_str());
            own.zip(addressed + 1..)
        });
        let is: Vec<String> = columns
            .map(|(name, at)| format!("{} IS ?{at}", ident::quote(name)))
            .collect();
        // Every parameter is named, used or not.
        let last = addressed + pairs.len();
        let sql = format!(
            "SELECT 1 FROM {} WHERE {} AND ?{last} IS ?{last}",
            read::from(before),
            is.join(" AND ")
        );
        self.states.before.prepare(&sql)
    }
}
