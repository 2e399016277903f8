//! What the state of a snapshot says by itself: the database, its tenancy, its tables. Compares
//! nothing with what it should be.

use super::needs::{self, Needs};
use super::rows::{self, RowCounts};
use super::{DeclaredTenancy, InspectError, InspectRequest};
use crate::hidden;
use crate::names::TenantNames;
use crate::progress::{Progress, Work};
use crate::rehearse::{self, Owners};
use crate::scope::{TableTenancy, Tenant, TenantMap, TenantRule};
use crate::snapshot::catalog::{Table, TableKind};
use crate::snapshot::{Catalog, tenancy};
use crate::sql::{lacking, message};
use rusqlite::Connection;
use serde::Serialize;
use std::collections::BTreeMap;

/// What the state of a snapshot says.
#[derive(Debug)]
pub(crate) struct SnapshotState {
    /// the database, with what a WAL or hot journal adds
    pub(super) database: Database,
    /// who says whose the rows are
    pub(super) tenancy: Option<TenancyFacts>,
    /// the tables, by name
    pub(super) tables: Vec<TableFacts>,
    /// rows of each tenant in all tables, the largest number first
    pub(super) tenants: Vec<(Tenant, u64)>,
    /// how tenants are spelled
    pub(super) names: TenantNames,
    /// what of the engine the schema uses
    pub(super) needs: Needs,
    /// what is wrong with the database, where the whole of it was read
    pub(super) damage: Option<Result<Vec<String>, String>>,
}

/// The database as a whole, by the PRAGMAs of the same names.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Database {
    /// bytes of a page
    pub page_size: u64,
    /// pages
    pub pages: u64,
    /// pages that hold nothing
    pub free_pages: u64,
    /// what becomes of such pages: `none`, `full` or `incremental`
    pub auto_vacuum: &'static str,
    /// how text is stored
    pub encoding: String,
    /// how often the schema was changed
    pub schema_version: i64,
    /// a number of the application's own
    pub user_version: i64,
    /// another one, which says whose file it is
    pub application_id: i64,
}

/// Who says whose the rows are.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct TenancyFacts {
    /// the configuration's path, or the option
    pub by: String,
    /// the column that keys every table that has it; `None` where everything has one owner
    pub column: Option<String>,
    /// how many tables have a rule of their own
    pub exceptions: usize,
    /// what of the map fits nothing in this snapshot, as sentences
    pub unfitting: Vec<String>,
}

/// One table or view.
#[derive(Debug)]
pub(crate) struct TableFacts {
    /// what the schema says of it
    pub table: Table,
    /// how its rows say whose they are; none where nothing says it
    pub rule: Option<TenantRule>,
    /// its rows; none of a view or of a virtual table's own storage, which are not counted
    pub rows: Option<Result<RowCounts, String>>,
}

pub(super) fn read(
    conn: &Connection,
    request: &InspectRequest<'_>,
) -> Result<SnapshotState, InspectError> {
    let catalog = Catalog::read(conn)?;
    let progress = request.snapshot.progress();
    let declared = request.tenancy.as_ref();
    let labels = declared.map_or(Ok(None), |declared| declared.labels(conn, &catalog))?;
    let map = match declared {
        Some(declared) => declared.held(conn, &catalog)?,
        None => &TenantMap::nobody(),
    };
    let tables = TableFacts::all(conn, &catalog, map, progress)?;
    let tenants = rows::tenants(&tables);
    let mut names = TenantNames::new(tenants.iter().map(|(tenant, _)| tenant), labels);
    if declared.is_some_and(|declared| declared.redaction.all) {
        names = names.unlabelled();
    }
    Ok(SnapshotState {
        database: Database::read(conn)?,
        tenancy: declared.map(|declared| TenancyFacts::of(declared, &catalog)),
        names,
        needs: needs::read(conn, &catalog)?,
        damage: request.deep.then(|| damage(conn, progress)).transpose()?,
        tables,
        tenants,
    })
}

impl DeclaredTenancy {
    /// The tenants' names.
    fn labels(
        &self,
        conn: &Connection,
        catalog: &Catalog,
    ) -> Result<Option<BTreeMap<Tenant, String>>, InspectError> {
        let Some(sql) = &self.labels else {
            return Ok(None);
        };
        if hidden::gives(&self.redaction, &self.map, catalog, sql) {
            return Err(InspectError::LabelsRedacted(self.by.clone()));
        }
        let wrong = |source| InspectError::Labels {
            by: self.by.clone(),
            sql: sql.clone(),
            source,
        };
        let rows = rehearse::pairs(conn, sql).map_err(wrong)?.into_iter();
        Ok(Some(
            rows.map(|[tenant, label]| (Tenant(tenant), label.spelling()))
                .collect(),
        ))
    }

    /// The map, if all its lookups can be used.
    fn held(&self, conn: &Connection, catalog: &Catalog) -> Result<&TenantMap, InspectError> {
        let wrong = |source| InspectError::Lookup {
            by: self.by.clone(),
            source,
        };
        catalog
            .tables
            .values()
            .filter(|t| t.unreadable.is_none())
            .try_for_each(|table| Owners::check(conn, table, &self.map).map_err(wrong))?;
        Ok(&self.map)
    }
}

/// The first few things that are wrong with the database, by reading all of it; indexes are not
/// compared with their tables. The reason where the schema relies on something that this engine
/// lacks, so that it cannot say.
fn damage(conn: &Connection, progress: &Progress) -> rusqlite::Result<Result<Vec<String>, String>> {
    let _checking = progress.begin(Work::Integrity, "", None);
    let read = || -> rusqlite::Result<Vec<String>> {
        conn.prepare("PRAGMA main.quick_check(5)")?
            .query_map([], |row| row.get(0))?
            .collect()
    };
    match read() {
        Ok(found) => Ok(Ok(if found == ["ok"] { Vec::new() } else { found })),
        Err(e) if lacking(&message(&e)).is_some() => Ok(Err(message(&e))),
        Err(e) => Err(e),
    }
}

impl Database {
    fn read(conn: &Connection) -> rusqlite::Result<Self> {
        let number = |pragma: &str| {
            conn.query_row(&format!("PRAGMA main.{pragma}"), [], |row| {
                row.get::<_, i64>(0)
            })
        };
        let size = |pragma: &str| number(pragma).map(i64::unsigned_abs);
        let auto_vacuum = match number("auto_vacuum")? {
            1 => "full",
            2 => "incremental",
            _ => "none",
        };
        Ok(Self {
            page_size: size("page_size")?,
            pages: size("page_count")?,
            free_pages: size("freelist_count")?,
            auto_vacuum,
            encoding: conn.query_row("PRAGMA main.encoding", [], |row| row.get(0))?,
            schema_version: number("schema_version")?,
            user_version: number("user_version")?,
            application_id: number("application_id")?,
        })
    }
}

impl TenancyFacts {
    fn of(declared: &DeclaredTenancy, catalog: &Catalog) -> Self {
        let map = &declared.map;
        Self {
            by: declared.by.clone(),
            column: map.none.is_none().then(|| map.column.clone()),
            exceptions: map.tables.len(),
            unfitting: unfitting(map, catalog),
        }
    }
}

/// What a map says of tables and columns that are not there.
fn unfitting(map: &TenantMap, catalog: &Catalog) -> Vec<String> {
    let mut unfitting = Vec::new();
    let mut tables = catalog.tables.values();
    if map.none.is_none() && !tables.any(|table| table.column(&map.column).is_some()) {
        unfitting.push(format!("no table has the column `{}`", map.column));
    }
    for TableTenancy { table: name, rule } in map.tables.values() {
        let Some(table) = catalog.table(name) else {
            unfitting.push(format!("there is no table `{name}`"));
            continue;
        };
        unfitting.extend(
            tenancy::columns_of(rule)
                .into_iter()
                .filter(|column| table.column(column).is_none())
                .map(|column| format!("`{name}` has no column `{column}`")),
        );
    }
    unfitting
}

impl TableFacts {
    fn all(
        conn: &Connection,
        catalog: &Catalog,
        map: &TenantMap,
        progress: &Progress,
    ) -> rusqlite::Result<Vec<Self>> {
        let read = |table: &Table| Self {
            // A rule over a column that the table does not have says nothing.
            rule: tenancy::rule_for(map, table)
                .filter(|rule| tenancy::places_of(rule, table).is_some()),
            rows: rows::count(conn, table, map, progress),
            table: table.clone(),
        };
        // Outside of a transaction each lookup would lock the file anew.
        conn.execute_batch("BEGIN")?;
        let tables = catalog.tables.values().map(read).collect();
        conn.execute_batch("COMMIT")?;
        Ok(tables)
    }

    /// Whether it has rows of its own.
    pub(crate) fn has_rows(&self) -> bool {
        matches!(self.table.kind, TableKind::Ordinary | TableKind::Virtual)
    }

    /// Its rows, where they were counted.
    pub(crate) fn counted(&self) -> Option<&RowCounts> {
        self.rows.as_ref()?.as_ref().ok()
    }
}
