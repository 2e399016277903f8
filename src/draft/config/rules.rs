//! The rules of a draft for the tables without the tenant column, each tried on the rows of the
//! snapshot.
//!
//! A rule is ready where every row has one tenant by it and no other foreign key says another; else
//! it is a comment, for a person to decide. That a table is shared is never assumed.

use super::super::spell;
use super::candidates::{Candidate, SettledTables, key_named_by};
use super::lookup::{TenantPath, half_key};
use crate::inspect::rows::{self, RowCounts};
use crate::progress::Progress;
use crate::scope::{TableTenancy, TenantMap, TenantRule};
use crate::snapshot::Catalog;
use crate::snapshot::catalog::{Table, TableKind};
use crate::sql::ident;
use rusqlite::Connection;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;

/// A rule of one table.
#[derive(Debug, Serialize)]
pub(super) struct RuleDraft {
    pub(super) table: String,
    /// the rule; where it is not ready, the rules to choose from
    #[serde(serialize_with = "in_toml")]
    pub(super) says: Vec<TenantRule>,
    /// whether the table has this rule, which is a comment otherwise
    pub(super) ready: bool,
    /// a clause
    pub(super) why: String,
}

fn in_toml<S: Serializer>(rules: &[TenantRule], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(rules.iter().map(|rule| match rule {
        TenantRule::Column(column) => spell::string(column),
        TenantRule::Lookup(sql) => format!("{{ lookup = {} }}", spell::string(sql)),
        TenantRule::Shared => "{ shared = true }".to_owned(),
    }))
}

/// What the rules are drafted from.
#[derive(Clone, Copy)]
pub(super) struct Rules<'a> {
    pub(super) conn: &'a Connection,
    pub(super) schema: &'a Catalog,
    /// the tenant column
    pub(super) chosen: &'a Candidate,
}

impl<'a> Rules<'a> {
    pub(super) fn tables(self) -> impl Iterator<Item = &'a Table> {
        self.schema
            .tables
            .values()
            .filter(|table| matches!(table.kind, TableKind::Ordinary | TableKind::Virtual))
    }

    pub(super) fn has_column(self, table: &Table) -> bool {
        table.column(&self.chosen.column).is_some()
    }

    /// The rules of tables without the column, by name.
    pub(super) fn draft(self, applied: Option<&str>) -> rusqlite::Result<Vec<RuleDraft>> {
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
                    ..shared(table, "the applied migrations, which are nobody's")
                },
                None => self.by_keys(&mut settled, table)?,
            });
        }
        rules.sort_by(|a, b| a.table.cmp(&b.table));
        Ok(rules)
    }

    fn by_column(self, table: &Table, column: &str) -> RuleDraft {
        let says = TenantRule::Column(column.to_owned());
        let rows = self.tried(table, &says);
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
    fn by_keys(
        self,
        settled: &mut SettledTables<'_>,
        table: &Table,
    ) -> rusqlite::Result<RuleDraft> {
        let found = settled.paths(table);
        settled.adopt(table, None);
        let Some(first) = found.first().map(columns) else {
            return Ok(self.unsettled(table));
        };
        let mut written: Vec<(TenantPath, TenantRule)> = found
            .into_iter()
            .filter_map(|path| path.rule().map(|rule| (path, rule)))
            .collect();
        if written.is_empty() {
            return Ok(shared(
                table,
                format!(
                    "its foreign key ({first}) cannot be written as a lookup, since no parameter \
                    can have such a name"
                ),
            ));
        }
        let (ready, why) = match self.by_paths(table, &written)? {
            Ok((at, why)) => {
                written = vec![written.swap_remove(at)];
                settled.adopt(table, Some(written[0].0.clone()));
                (true, why)
            }
            Err(why) => (false, why),
        };
        Ok(RuleDraft {
            table: table.name.clone(),
            says: written.into_iter().map(|(_, rule)| rule).collect(),
            ready,
            why,
        })
    }

    fn unsettled(self, table: &Table) -> RuleDraft {
        let total = match self.counted(table, &TenantMap::nobody()) {
            Some(Ok(rows)) => spell::counted(rows.total, "row", "rows"),
            Some(Err(reason)) => format!("rows not counted: {reason}"),
            None => "rows not counted".to_owned(),
        };
        let chosen = &self.chosen.column;
        let named = key_named_by(table, chosen);
        let half_keys: Vec<String> = table
            .keys
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
        paths: &[(TenantPath, TenantRule)],
    ) -> rusqlite::Result<Result<(usize, String), String>> {
        let (at, rows) = match self.shortest(table, paths) {
            Ok(found) => found,
            Err(why) => return Ok(Err(why)),
        };
        let (path, total) = (&paths[at].0, rows.total);
        let mut whys = vec![match total {
            0 => "no rows to try it on".to_owned(),
            _ => format!("tried on {}", described(Some(&Ok(rows)))),
        }];
        let others = paths.iter().enumerate().filter(|(other, _)| *other != at);
        for (_, (other, _)) in others {
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

    /// The place of the first path that gives every row a tenant, and its rows; else why there is
    /// none.
    fn shortest(
        self,
        table: &Table,
        paths: &[(TenantPath, TenantRule)],
    ) -> Result<(usize, RowCounts), String> {
        let mut lacking = Vec::new();
        for (at, (path, rule)) in paths.iter().enumerate() {
            let rows = self
                .tried(table, rule)
                .map_err(|reason| format!("not tried: {reason}"))?;
            let (lost, total) = (rows.ambiguous + rows.of_null(), rows.total);
            if lost > 0 {
                let path = columns(path);
                lacking.push(format!("by {path} {lost} of {total} rows have no tenant"));
            } else if paths.len() > 1 && total == 0 {
                return Err(
                    "no rows that would show which of its foreign keys says whose a row is"
                        .to_owned(),
                );
            } else {
                return Ok((at, rows));
            }
        }
        Err(lacking.join("; "))
    }

    /// The rows of a table; the whole draft is one piece of work for the progress.
    pub(super) fn counted(
        self,
        table: &Table,
        map: &TenantMap,
    ) -> Option<Result<RowCounts, String>> {
        rows::count(self.conn, table, map, &Progress::default())
    }

    /// The rows of a table under one rule.
    fn tried(self, table: &Table, rule: &TenantRule) -> Result<RowCounts, String> {
        let entry = TableTenancy {
            table: table.name.clone(),
            rule: rule.clone(),
        };
        let map = TenantMap {
            tables: BTreeMap::from([(ident::folded(&table.name), entry)]),
            ..TenantMap::nobody()
        };
        let rows = self.counted(table, &map);
        rows.unwrap_or_else(|| Err("it has no rows of its own".to_owned()))
    }

    /// The rows for which two paths lead to two tenants.
    fn apart(self, table: &Table, a: &TenantPath, b: &TenantPath) -> rusqlite::Result<u64> {
        let mut outer = "this_row".to_owned();
        while self.schema.table(&outer).is_some() {
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

/// A rule that nobody is the owner, for a person to decide.
fn shared(table: &Table, why: impl Into<String>) -> RuleDraft {
    RuleDraft {
        table: table.name.clone(),
        says: vec![TenantRule::Shared],
        ready: false,
        why: why.into(),
    }
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
