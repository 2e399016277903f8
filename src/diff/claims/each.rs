//! `each`: a condition that each changed row must meet, evaluated by the engine over the tables of
//! both states.

use super::ask::ClaimedTable;
use super::shown::MOST;
use super::{Asking, FoundRows};
use crate::change::RowAddress;
use crate::diff::written_rows::Addresses;
use crate::rehearse::{BEFORE, QueryError, Rowids, may_read_before, read};
use crate::rewrite::{self, Varies, Varying};
use crate::scope::Op;
use crate::snapshot::catalog::Table;
use crate::sql::{Value, Words, ident, message};
use rusqlite::{Connection, ErrorCode, Statement, params_from_iter};

/// What the states say to `each`.
#[derive(Debug)]
pub struct EachAnswer {
    /// how many rows were asked
    pub asked: u64,
    /// those of which the condition is not true
    pub failing: FoundRows,
}

/// The most rowids between two rows that are asked in one go.
const GAP: i64 = 64;

impl ClaimedTable<'_> {
    /// What the states say to a condition, or why they do not.
    pub(super) fn each(
        self,
        condition: &str,
        asking: &mut Asking<'_>,
    ) -> Result<Result<EachAnswer, String>, QueryError> {
        self.check(condition)?;
        Ok(self.evaluate(condition, asking))
    }

    /// What no state can answer.
    fn check(self, condition: &str) -> Result<(), QueryError> {
        rewrite::expression(condition).map_err(QueryError::NotOneExpression)?;
        let words = Words::of(condition);
        let names = |row: &str| {
            (1..words.len())
                .any(|at| words.text(at) == "." && ident::same(&words.name(at - 1), row))
        };
        match self.op {
            Op::Insert if names("old") => {
                return Err(QueryError::NoSuchRow("an inserted row has no `old`"));
            }
            Op::Delete if names("new") => {
                return Err(QueryError::NoSuchRow("a deleted row has no `new`"));
            }
            _ => {}
        }
        let is_parameter = |at: &usize| words.text(*at).starts_with(['?', ':', '@', '$']);
        if (0..words.len()).any(|at| is_parameter(&at)) {
            return Err(QueryError::Parameters);
        }
        if self.reads_before(&words) {
            let why = "a query in it reads the state before: only `old` has that";
            return Err(QueryError::NoSuchRow(why));
        }
        let is_refused = |varies: &Varies| varies.by != Varying::Clock;
        if rewrite::varying(condition).iter().any(is_refused) || is_of_connection(&words) {
            let why = "chance, or an order that is not total, decides what it gives";
            return Err(QueryError::Varies(why));
        }
        Ok(())
    }

    /// Whether a name in a condition would be found in the state before, which the state after does
    /// not have.
    fn reads_before(self, words: &Words<'_>) -> bool {
        let is_gone = |table: &&Table| {
            let now = self.tables.after.map(|table| &table.name);
            now.is_none_or(|now| !ident::same(now, &table.name))
        };
        let gone = self.tables.before.filter(is_gone);
        let reads = |name: &str| (0..words.len()).any(|at| ident::same(&words.name(at), name));
        reads(BEFORE) || gone.is_some_and(|table| reads(&table.name))
    }

    fn evaluate(self, condition: &str, asking: &mut Asking<'_>) -> Result<EachAnswer, String> {
        let asked = self.written.changed(self.op).len();
        let mut failing = Failing::default();
        if let Some(both) = asking.both.as_deref_mut() {
            let old = self.tables.before.filter(|_| self.op != Op::Insert);
            let old = old.map(|table| table.name.as_str());
            may_read_before(both, old.unwrap_or_default()).map_err(|e| message(&e))?;
            let ask = |conn: &Connection| self.ask(conn, condition, &mut failing);
            read::within(both, asking.limit, ask).map_err(|e| in_words(&e))?;
        } else if asked > 0 {
            return Err("the two states are not at hand".to_owned());
        }
        if failing.found != asked {
            return Err("not all changed rows were found in the states".to_owned());
        }
        let found = self.shown(asking).found(failing.rows, failing.first);
        Ok(EachAnswer {
            asked,
            failing: found.map_err(|e| QueryError::from(e).to_string())?,
        })
    }

    /// Asks of each changed row whether the condition is true.
    fn ask(
        self,
        conn: &Connection,
        condition: &str,
        failing: &mut Failing,
    ) -> Result<(), QueryError> {
        let (changed, op) = (self.written.changed(self.op), self.op);
        let condition = RowCondition {
            table: self,
            text: condition,
            conn,
        };
        let mut of_row = condition.of_row()?;
        let (stayed, others): (&Rowids, Vec<Addresses>) = match op {
            Op::Update => (&self.written.updated.stayed, self.written.updated.moved()),
            Op::Insert | Op::Delete => (
                changed.rowids(),
                changed.keys().map(|key| place(op, key)).collect(),
            ),
        };
        for place in others {
            let mut found = of_row.query(parameters(&place))?;
            if let Some(row) = found.next()? {
                failing.take(row.get(0)?, place);
            }
        }
        if stayed.is_empty() {
            return Ok(());
        }
        condition.ask_stayed(stayed, failing)
    }
}

/// Whether functions are called that say what one connection did.
pub(super) fn is_of_connection(words: &Words<'_>) -> bool {
    let names = ["changes", "total_changes", "last_insert_rowid"];
    (0..words.len()).any(|at| words.is_word_of(at, &names) && words.text(at + 1) == "(")
}

/// Why a condition cannot be evaluated.
fn in_words(error: &QueryError) -> String {
    match error {
        QueryError::Sqlite(e)
            if e.sqlite_error_code() == Some(ErrorCode::AuthorizationForStatementDenied) =>
        {
            "a query in it reads a table that is not there after the migration".to_owned()
        }
        _ => error.to_string(),
    }
}

/// Rows of which the condition is not true.
#[derive(Debug, Clone, Default)]
struct Failing {
    /// how many rows were found
    found: u64,
    rows: u64,
    first: Vec<Addresses>,
}

impl Failing {
    fn take(&mut self, fails: bool, place: Addresses) {
        self.found += 1;
        self.rows += u64::from(fails);
        if fails && self.first.len() < MOST {
            self.first.push(place);
        }
    }
}

/// Where a row is that kept its address, or that one state has.
fn place(op: Op, address: RowAddress) -> Addresses {
    let before = (op != Op::Insert).then(|| address.clone());
    [before, (op != Op::Delete).then_some(address)]
}

/// The first and last rowids of stretches without a gap that is worth another search.
fn runs(rowids: &Rowids) -> Vec<(i64, i64)> {
    let mut runs: Vec<(i64, i64)> = Vec::new();
    for rowid in rowids.iter() {
        match runs.last_mut() {
            Some((_, last)) if rowid.saturating_sub(*last) <= GAP => *last = rowid,
            _ => runs.push((rowid, rowid)),
        }
    }
    runs
}

/// The rows between two rowids, both included, of which the condition is not true.
fn in_range(
    range: &mut Statement<'_>,
    between: (i64, i64),
    mut take: impl FnMut(i64, bool),
) -> rusqlite::Result<()> {
    let mut found = range.query(between)?;
    while let Some(row) = found.next()? {
        take(row.get(0)?, row.get(1)?);
    }
    Ok(())
}

/// The values of an address before and of one after, one after the other.
fn parameters(place: &Addresses) -> impl rusqlite::Params {
    let values = place.iter().flatten().flat_map(|address| match address {
        RowAddress::Rowid(rowid) => vec![Value::Integer(*rowid)],
        RowAddress::Key(key) => key.to_vec(),
    });
    params_from_iter(values.collect::<Vec<_>>())
}

/// A condition over the rows of a table in both states.
#[derive(Clone, Copy)]
struct RowCondition<'a> {
    table: ClaimedTable<'a>,
    text: &'a str,
    conn: &'a Connection,
}

impl<'a> RowCondition<'a> {
    /// The states that have the rows, each with the name that the condition has for it, that of the
    /// attached database, and the table there.
    fn states(self) -> impl Iterator<Item = (&'static str, &'static str, &'a Table)> {
        let (op, tables) = (self.table.op, self.table.tables);
        let old = tables.before.filter(|_| op != Op::Insert);
        let new = tables.after.filter(|_| op != Op::Delete);
        let old = old.map(|table| ("old", BEFORE, table));
        old.into_iter()
            .chain(new.map(|table| ("new", "main", table)))
    }

    /// Asks of rows that kept their rowids, or that one state has.
    fn ask_stayed(self, stayed: &Rowids, failing: &mut Failing) -> Result<(), QueryError> {
        let at = |rowid| place(self.table.op, RowAddress::Rowid(rowid));
        let mut range = self.of_range()?;
        for (first, last) in runs(stayed) {
            let before = failing.clone();
            let asked = in_range(&mut range, (first, last), |rowid, fails| {
                if stayed.contains(rowid) {
                    failing.take(fails, at(rowid));
                }
            });
            if asked.is_ok() {
                continue;
            }
            // What cannot be evaluated may be a row between two changed ones, of which nothing is
            // claimed.
            *failing = before;
            let rows = stayed.iter().skip_while(|rowid| *rowid < first);
            for rowid in rows.take_while(|rowid| *rowid <= last) {
                in_range(&mut range, (rowid, rowid), |rowid, fails| {
                    failing.take(fails, at(rowid));
                })?;
            }
        }
        Ok(())
    }

    /// Whether the condition is not true of the row at an address.
    fn of_row(self) -> rusqlite::Result<Statement<'a>> {
        let columns = self.states().flat_map(|(name, _, table)| {
            let columns = read::address_columns(table).into_iter();
            columns.map(move |column| format!("{name}.{}", ident::quote(column)))
        });
        let places = columns
            .zip(1..)
            .map(|(column, at)| format!("{column} = ?{at}"));
        self.prepare("", &places.collect::<Vec<_>>())
    }

    /// The rowids between two of rows that kept them of which the condition is not true.
    fn of_range(self) -> rusqlite::Result<Statement<'a>> {
        let rowids = self.states().flat_map(|(name, _, table)| {
            let alias = table.rowid_alias.iter();
            alias.map(move |alias| format!("{name}.{}", ident::quote(alias)))
        });
        let rowids: Vec<String> = rowids.collect();
        let mut terms = vec![format!("{} BETWEEN ?1 AND ?2", rowids[0])];
        terms.extend(
            rowids
                .get(1)
                .map(|other| format!("{other} = {}", rowids[0])),
        );
        self.prepare(&format!("{}, ", rowids[0]), &terms)
    }

    fn prepare(self, results: &str, terms: &[String]) -> rusqlite::Result<Statement<'a>> {
        let tables = self.states().map(|(name, schema, table)| {
            format!("{} AS {name}", ident::qualified(schema, &table.name))
        });
        let tables: Vec<String> = tables.collect();
        // A comment at the end of the condition ends with its line.
        let (condition, tables) = (self.text, tables.join(" CROSS JOIN "));
        // In a WHERE clause the engine refuses what would make one row of several.
        read::unquoted(
            self.conn,
            &format!("SELECT 1 FROM {tables} WHERE ({condition}\n)"),
        )?;
        let sql = format!(
            "SELECT {results}({condition}\n) IS NOT TRUE FROM {tables} WHERE {}",
            terms.join(" AND ")
        );
        read::unquoted(self.conn, &sql)
    }
}
