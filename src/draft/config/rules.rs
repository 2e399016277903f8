//! The rules of a draft for the tables without the tenant column, each tried on the rows of the
//! snapshot.
//!
//! A rule is ready where every row has one tenant by it and no other foreign key says another; else
//! it is a comment, for a person to decide. That a table is shared is never assumed.

use super::super::{DraftError, KeyedSchema, spell};
use super::candidates::{Candidate, SettledTables, key_named_by};
use super::lookup::{TenantPath, half_key};
use crate::inspect::rows::{self, RowCounts};
use crate::progress::Progress;
use crate::scope::{TableTenancy, TenantMap, TenantRule};
use crate::snapshot::catalog::{Table, TableKind};
use crate::snapshot::keys::Keys;
use crate::sql::ident;
use rusqlite::Connection;
use std::collections::BTreeMap;

/// A rule of one table.
#[derive(Debug)]
pub(super) struct RuleDraft {
    pub(super) table: String,
    /// the rule; where it is not ready, the rules to choose from
    pub(super) says: Vec<TenantRule>,
    /// whether the table has this rule, which is a comment otherwise
    pub(super) ready: bool,
    /// a clause
    pub(super) why: String,
}

/// What the rules are drafted from.
#[derive(Clone, Copy)]
pub(super) struct Rules<'a> {
    pub(super) conn: &'a Connection,
    pub(super) schema: &'a KeyedSchema,
    /// the tenant column
    pub(super) chosen: &'a Candidate,
}

impl<'a> Rules<'a> {
    pub(super) fn tables(self) -> impl Iterator<Item = &'a Table> {
        let tables = self.schema.catalog.tables.values();
        tables.filter(|table| matches!(table.kind, TableKind::Ordinary | TableKind::Virtual))
    }

    pub(super) fn has_column(self, table: &Table) -> bool {
        table.column(&self.chosen.column).is_some()
    }

    /// The rules of tables without the column, by name.
    pub(super) fn draft(self, applied: Option<&str>) -> Result<Vec<RuleDraft>, DraftError> {
        let mut settled = SettledTables::by(self.schema, &self.chosen.column);
        let mut others: Vec<&Table> = self
            .tables()
            .filter(|table| !self.has_column(table))
            .collect();
        // Nearer tables first: the paths of those behind them depend on their rows.
        others.sort_by_key(|table| settled.known(table).map_or(usize::MAX, TenantPath::len));
        let mut rules = Vec::new();
        for table in others {
            let is_applied = applied.is_some_and(|applied| ident::same(applied, &table.name));
            let own = settled.known(table).filter(|path| path.len() == 0);
            rules.push(match own.and_then(TenantPath::own_column) {
                Some(column) => self.by_column(table, column),
                None if is_applied => RuleDraft {
                    ready: true,
                    ..shared(
                        table,
                        "the applied migrations, which are nobody's".to_owned(),
                    )
                },
                None => self.by_keys(&mut settled, table)?,
            });
        }
        rules.sort_by(|a, b| a.table.cmp(&b.table));
        Ok(rules)
    }

    fn by_column(self, table: &Table, column: &str) -> RuleDraft {
        let says = TenantRule::Column(column.to_owned());
        let rows = tried(self.conn, table, &says);
        let (rows_seen, chosen) = (described(Some(&rows)), &self.chosen.column);
        RuleDraft {
            table: table.name.clone(),
            says: vec![says],
            ready: rows.is_ok(),
            why: format!("{rows_seen}; {chosen} refers to it"),
        }
    }

    /// The rule of a table by its foreign keys, and what the tables behind it then go by; where
    /// there is none, what the rule may be.
    fn by_keys(self, settled: &mut SettledTables, table: &Table) -> Result<RuleDraft, DraftError> {
        let nothing = Keys::default();
        let keys = self.schema.keys(&table.name).unwrap_or(&nothing);
        let found = settled.paths(self.schema, table, keys);
        settled.adopt(table, None);
        let Some(first) = found.first().map(columns) else {
            return Ok(self.unsettled(table, keys));
        };
        let (paths, mut says): (Vec<TenantPath>, Vec<TenantRule>) = found
            .into_iter()
            .filter_map(|path| path.rule().map(|rule| (path, rule)))
            .unzip();
        if paths.is_empty() {
            return Ok(shared(
                table,
                format!(
                    "its foreign key ({first}) cannot be written as a lookup, since no parameter \
                    can have such a name"
                ),
            ));
        }
        let chosen = self.by_paths(table, &paths, &says)?;
        let (ready, why) = match chosen {
            Ok((at, why)) => {
                says = vec![says.swap_remove(at)];
                settled.adopt(table, paths.into_iter().nth(at));
                (true, why)
            }
            Err(why) => (false, why),
        };
        Ok(RuleDraft {
            table: table.name.clone(),
            says,
            ready,
            why,
        })
    }

    fn unsettled(self, table: &Table, keys: &Keys) -> RuleDraft {
        let total = match counted(self.conn, table, &TenantMap::nobody()) {
            Some(Ok(rows)) => spell::counted(rows.total, "row", "rows"),
            Some(Err(reason)) => format!("rows not counted: {reason}"),
            None => "rows not counted".to_owned(),
        };
        let chosen = &self.chosen.column;
        let named = key_named_by(table, keys, chosen);
        let half_keys: Vec<String> = keys
            .foreign
            .iter()
            .filter_map(|key| half_key(self.schema, key))
            .collect();
        let why = if named.is_some() {
            format!("by its name, {chosen} refers to it, and no foreign key says so")
        } else if half_keys.is_empty() {
            "no foreign key of its own leads to a table whose tenants are settled".to_owned()
        } else {
            half_keys.join("; ")
        };
        let mut rule = shared(table, format!("{total}; {why}"));
        rule.says.splice(0..0, named.map(TenantRule::Column));
        rule
    }

    /// The place of the shortest path that gives every row a tenant, if no other path leads to
    /// another tenant, and why; else why there is none.
    fn by_paths(
        self,
        table: &Table,
        paths: &[TenantPath],
        rules: &[TenantRule],
    ) -> rusqlite::Result<Result<(usize, String), String>> {
        let (at, rows) = match shortest(self.conn, table, paths, rules) {
            Ok(found) => found,
            Err(why) => return Ok(Err(why)),
        };
        let (path, total) = (&paths[at], rows.total);
        let mut whys = vec![match total {
            0 => "no rows to try it on".to_owned(),
            _ => format!("tried on {}", described(Some(&Ok(rows)))),
        }];
        for other in paths.iter().filter(|other| !std::ptr::eq(*other, path)) {
            let apart = self.apart(table, path, other)?;
            let (path, other) = (columns(path), columns(other));
            if apart > 0 {
                return Ok(Err(format!(
                    "by {path} and by {other}, {apart} of {total} rows have different tenants"
                )));
            }
            whys.push(format!("{other} says no other"));
        }
        Ok(Ok((at, whys.join("; "))))
    }

    /// The rows for which two paths lead to two tenants.
    fn apart(self, table: &Table, a: &TenantPath, b: &TenantPath) -> rusqlite::Result<u64> {
        let mut outer = "this_row".to_owned();
        while self.schema.catalog.table(&outer).is_some() {
            outer.push('_');
        }
        let (a, b) = (a.beside(&outer), b.beside(&outer));
        let table = ident::qualified("main", &table.name);
        let sql = format!(
            "SELECT count(*) FROM {table} AS {outer} WHERE ({a}) IS NOT ({b}) AND ({b}) IS NOT NULL"
        );
        let n: i64 = self.conn.query_row(&sql, [], |row| row.get(0))?;
        Ok(n.unsigned_abs())
    }
}

/// The place of the first path that gives every row a tenant, and its rows; else why there is none.
fn shortest(
    conn: &Connection,
    table: &Table,
    paths: &[TenantPath],
    rules: &[TenantRule],
) -> Result<(usize, RowCounts), String> {
    let mut lacking = Vec::new();
    for (at, (path, rule)) in paths.iter().zip(rules).enumerate() {
        let rows = tried(conn, table, rule).map_err(|reason| format!("not tried: {reason}"))?;
        let (lost, total) = (rows.ambiguous + rows.of_null(), rows.total);
        if lost > 0 {
            let path = columns(path);
            lacking.push(format!("by {path} {lost} of {total} rows have no tenant"));
        } else if paths.len() > 1 && total == 0 {
            return Err(
                "no rows that would show which of its foreign keys says whose a row is".to_owned(),
            );
        } else {
            return Ok((at, rows));
        }
    }
    Err(lacking.join("; "))
}

/// A rule that nobody is the owner, for a person to decide.
fn shared(table: &Table, why: String) -> RuleDraft {
    RuleDraft {
        table: table.name.clone(),
        says: vec![TenantRule::Shared],
        ready: false,
        why,
    }
}

/// The rows of a table; the whole draft is one piece of work for the progress.
pub(super) fn counted(
    conn: &Connection,
    table: &Table,
    map: &TenantMap,
) -> Option<Result<RowCounts, String>> {
    rows::count(conn, table, map, &Progress::default())
}

/// The rows of a table under one rule.
fn tried(conn: &Connection, table: &Table, rule: &TenantRule) -> Result<RowCounts, String> {
    let entry = TableTenancy {
        table: table.name.clone(),
        rule: rule.clone(),
    };
    let map = TenantMap {
        tables: BTreeMap::from([(ident::folded(&table.name), entry)]),
        ..TenantMap::nobody()
    };
    counted(conn, table, &map).unwrap_or_else(|| Err("it has no rows of its own".to_owned()))
}

fn columns(path: &TenantPath) -> String {
    path.start().collect::<Vec<_>>().join(", ")
}

/// `32 rows of 6 tenants`
pub(super) fn described(rows: Option<&Result<RowCounts, String>>) -> String {
    let rows = match rows {
        None => return "not counted".to_owned(),
        Some(Err(reason)) => return format!("not counted: {reason}"),
        Some(Ok(rows)) if rows.total == 0 => return "no rows".to_owned(),
        Some(Ok(rows)) => rows,
    };
    let total = spell::counted(rows.total, "row", "rows");
    let tenants = spell::counted(rows.by_tenant.len() as u64, "tenant", "tenants");
    match rows.of_null() {
        0 => format!("{total} of {tenants}"),
        of_null => format!("{total} of {tenants}, {of_null} of them with NULL"),
    }
}
