//! What holds for any text as a migration: its statements are those that the engine sees, and what
//! the engine prepares and [`UpdateOrDelete::preview`] rewrites is one statement that only reads.
//! Everything is prepared, nothing is run.

use harness::config;
use harness::migration::{Migration, Statement, StatementKind};
use harness::rewrite::{self, Preview, UpdateOrDelete};
use harness::scope::TenantMap;
use harness::snapshot::Catalog;
use rusqlite::fallible_iterator::FallibleIterator as _;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::{Batch, Connection};
use std::path::Path;

/// A table of every shape beside those of the incident; names that need their quotes.
pub(crate) const SCHEMA: &str = "
CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE note(org INTEGER NOT NULL, id INTEGER NOT NULL, body TEXT, done INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(org, id));
CREATE INDEX note_done ON note(done);
CREATE TABLE setting(org TEXT, k TEXT, v, PRIMARY KEY(k, org)) WITHOUT ROWID;
CREATE TABLE strictly(id INTEGER PRIMARY KEY DESC, org INT, v ANY) STRICT;
CREATE TABLE computed(a INTEGER PRIMARY KEY, org, b AS (a + 1), c AS (b || org) STORED);
CREATE TABLE log(what TEXT, n);
CREATE TABLE assigned(b, d);
CREATE TABLE attachment(id INTEGER PRIMARY KEY, note_org, \"note id\");
CREATE TABLE \"awk\"\"ward; name\"(\"select\", \"x y\" PRIMARY KEY, \"a.b\", \"é\", [1st], `t``k`, org);
CREATE TABLE \"set\"(\"from\" PRIMARY KEY, \"where\", \"set\", org) WITHOUT ROWID;
CREATE TABLE named_rowid(rowid TEXT, org, v);
CREATE TABLE no_rowid_left(rowid, _rowid_, oid, org);
CREATE TABLE hidden(org, a);
CREATE TEMP TABLE hidden(z);
CREATE TEMP TABLE scratch(org, a);
CREATE VIEW open_note AS SELECT * FROM note WHERE done = 0;
CREATE TRIGGER open_note_update INSTEAD OF UPDATE ON open_note BEGIN UPDATE note SET body = new.body WHERE id = new.id; END;
CREATE TRIGGER open_note_delete INSTEAD OF DELETE ON open_note BEGIN DELETE FROM note WHERE id = old.id; END;
CREATE VIRTUAL TABLE search USING fts5(body, org);
";

const TENANCY: &str = r#"
engine = { foreign_keys = false, transaction = "none", on_error = "stop" }
[tenant]
column = "org"
[tenant.tables]
org = "id"
systems = "id"
point_info = "system_id"
migrations = { shared = true }
attachment = { lookup = 'SELECT org FROM note WHERE org = :note_org AND id > 1 -- several' }
"#;

/// The schema, as the engine and as harness know it.
struct Bench {
    conn: Connection,
    catalog: Catalog,
    tenants: TenantMap,
}

thread_local! {
    static BENCH: Bench = Bench::new();
}

/// Whether all of it holds for these bytes, or what does not.
pub(crate) fn holds(bytes: &[u8]) -> Result<(), String> {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => BENCH.with(|bench| bench.holds(text)),
        _ => Ok(()),
    }
}

impl Bench {
    fn new() -> Self {
        let mut conn = Connection::open_in_memory().expect("a database in memory");
        conn.execute_batch(include_str!(
            "../../../snapshots/liveone-recovery-20251117-194532.sql"
        ))
        .expect("the incident's schema");
        conn.execute_batch(SCHEMA).expect("the schema");
        let catalog = Catalog::read(&conn).expect("the catalog");
        let tenants = config::parse(TENANCY, Path::new("harness.toml"))
            .expect("the tenant map")
            .tenants;
        // Some PRAGMAs act while they are prepared, so that one text would leave its mark on the
        // next.
        let authorize = |context: AuthContext<'_>| match context.action {
            AuthAction::Pragma { .. } => Authorization::Deny,
            _ => Authorization::Allow,
        };
        conn.authorizer(Some(authorize)).expect("an authorizer");
        Self {
            conn,
            catalog,
            tenants,
        }
    }

    fn holds(&self, text: &str) -> Result<(), String> {
        let migration = Migration::parse("m", "m.sql", text.to_owned());
        let mut end = 0;
        for statement in &migration.statements {
            let span = statement.span;
            let is_inside = end <= span.start && span.start < span.end && span.end <= text.len();
            if !is_inside || !text.is_char_boundary(span.start) || !text.is_char_boundary(span.end)
            {
                return Err(format!(
                    "statement {} has no place of its own: {span:?}, behind {end} of {}",
                    statement.index,
                    text.len()
                ));
            }
            self.is_nothing(&text[end..span.start])?;
            end = span.end;
            self.statement(&migration, statement)?;
        }
        self.is_nothing(&text[end..])
    }

    /// What stands between statements is none.
    fn is_nothing(&self, gap: &str) -> Result<(), String> {
        match Batch::new(&self.conn, gap).next() {
            Ok(None) => Ok(()),
            Ok(Some(_)) => Err(format!("the engine sees a statement in the gap {gap:?}")),
            Err(e) => Err(format!("the engine does not skip the gap {gap:?}: {e}")),
        }
    }

    fn statement(&self, migration: &Migration, statement: &Statement) -> Result<(), String> {
        let sql = migration.sql(statement);
        let mut whole = Batch::new(&self.conn, &migration.text[statement.span.start..]);
        let mut own = Batch::new(&self.conn, sql);
        let prepared = matches!(own.next(), Ok(Some(_)));
        if prepared && !matches!(own.next(), Ok(None)) {
            return Err(format!(
                "the engine sees more than one statement in {sql:?}"
            ));
        }
        // Arguments of a module, and variables like `:a(;)`, may hold a semicolon that no shell
        // passes on: cut off there, the statement fails. What runs must be what the engine would
        // take from the whole.
        if prepared && !matches!(whole.next(), Ok(Some(_))) {
            return Err(format!(
                "the engine ends the statement elsewhere than at the end of {sql:?}"
            ));
        }
        // These answer for any text.
        let _ = (rewrite::read(sql), rewrite::trigger(sql));
        let preview = match statement.kind {
            StatementKind::Insert => rewrite::source(sql, &self.catalog, &self.tenants),
            StatementKind::Update | StatementKind::Delete => UpdateOrDelete::parse(sql)
                .and_then(|update| update.preview(&self.catalog, &self.tenants))
                .map(Some),
            _ => return Ok(()),
        };
        match preview {
            Ok(Some(preview)) if prepared => self
                .preview(&preview)
                .map_err(|what| format!("{what}\nstatement: {sql}\npreview: {}", preview.sql)),
            _ => Ok(()),
        }
    }

    /// What is run beside the preview may be refused by the engine, and writes nothing.
    fn reads_only(&self, sql: &str) -> Result<(), String> {
        let mut batch = Batch::new(&self.conn, sql);
        while let Ok(Some(select)) = batch.next() {
            if !select.readonly() {
                return Err(format!("it writes: {sql}"));
            }
        }
        Ok(())
    }

    fn preview(&self, preview: &Preview) -> Result<(), String> {
        let mut batch = Batch::new(&self.conn, &preview.sql);
        let select = match batch.next() {
            // UPDATE FROM allows a term with the target's own name; a SELECT cannot tell the two
            // apart.
            Err(e) if preview.joins && e.to_string().contains("ambiguous column name") => {
                return Ok(());
            }
            first => first
                .map_err(|e| format!("the engine refuses the preview: {e}"))?
                .ok_or("the preview is no statement")?,
        };
        if !matches!(batch.next(), Ok(None)) {
            return Err("the preview is more than one statement".to_owned());
        }
        if !select.readonly() {
            return Err("the preview writes".to_owned());
        }
        for subquery in &preview.subqueries {
            self.reads_only(&subquery.sql)?;
            self.reads_only(subquery.owner.as_ref().map_or("", |owner| &owner.sql))?;
        }
        let names: Vec<&str> = select.column_names().collect();
        let owners = preview.owner.iter().flatten().map(|(_, at)| at);
        if let Some(at) = preview
            .address
            .iter()
            .chain(owners)
            .chain(&preview.shown)
            .find(|at| **at >= names.len())
        {
            return Err(format!("the preview has no result column {at}"));
        }
        let is_named = |at: usize, name: &str, time: &str| {
            names
                .get(at)
                .is_some_and(|n| n.trim_end_matches('_').strip_suffix(time) == Some(name))
        };
        match preview.assigned.iter().find(|a| {
            !is_named(a.before, &a.column, " before") || !is_named(a.after, &a.column, " after")
        }) {
            Some(assigned) => Err(format!(
                "`{}` before and after stand elsewhere in the preview",
                assigned.column
            )),
            None => Ok(()),
        }
    }
}
