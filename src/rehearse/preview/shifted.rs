//! What a copy by position whose columns do not line up gives to whom, on the state just before it.

use super::rows::View;
use crate::rewrite::{self, Preview, Shift, ShiftedCopy};
use crate::snapshot::tenancy;
use crate::sql::ident;
use rusqlite::{Connection, Row};

/// A copy by position whose columns do not line up by name.
#[derive(Debug, Clone)]
pub struct ShiftedRun {
    /// the copy
    pub copy: ShiftedCopy,
    /// of each of its shifts, what that means for the rows; `None` if it is not known
    pub effects: Option<Vec<ShiftEffect>>,
}

/// What it means for rows that a column gets values of another name.
#[derive(Debug, Clone, Copy)]
pub struct ShiftEffect {
    /// rows that get another value than the one of its own name
    pub differs: u64,
    /// rows that get a value of another type
    pub of_other_type: u64,
    /// whether the column says whose a row is
    pub tells_tenant: bool,
}

/// Looks whether the columns of an INSERT line up with the results of its query, `select`.
pub(super) fn look(
    conn: &Connection,
    (sql, select): (&str, &Preview),
    results: &[String],
    View {
        catalog, tenants, ..
    }: View<'_>,
) -> Option<ShiftedRun> {
    let copy = rewrite::shifted(sql, catalog, results)?;
    let rule = catalog
        .table(&select.table)
        .and_then(|table| tenancy::rule_for(tenants, table));
    let telling = rule.as_ref().map(tenancy::columns_of).unwrap_or_default();
    let is_telling = |column: &str| telling.iter().any(|own| ident::same(own, column));
    let query = query(&select.sql, results.len(), &copy.shifts);
    let effect = |row: &Row<'_>| {
        let each = copy.shifts.iter().enumerate();
        let each = each.map(|(at, shift)| {
            let count = |at| row.get::<_, Option<i64>>(at).map(Option::unwrap_or_default);
            Ok(ShiftEffect {
                differs: count(2 * at)?.unsigned_abs(),
                of_other_type: count(2 * at + 1)?.unsigned_abs(),
                tells_tenant: is_telling(&shift.column),
            })
        });
        each.collect::<rusqlite::Result<Vec<_>>>()
    };
    let effects = conn.query_row(&query, [], effect).ok();
    Some(ShiftedRun { copy, effects })
}

/// The SELECT that counts, for each shift, the rows that get another value, and those of which it is
/// of another type.
fn query(select: &str, results: usize, shifts: &[Shift]) -> String {
    let names: Vec<String> = (0..results).map(|at| format!("column{at}")).collect();
    let sums = shifts.iter().map(|Shift { at, own, .. }| {
        let kind = |at: &usize| format!("replace(typeof({}), 'real', 'integer')", names[*at]);
        let (given, meant) = (&names[*at], &names[*own]);
        let types = format!("{} <> {}", kind(at), kind(own));
        format!(
            "sum({given} IS NOT {meant}), sum({types} AND {given} IS NOT NULL AND {meant} IS NOT \
            NULL)"
        )
    });
    let sums = sums.collect::<Vec<_>>().join(", ");
    let select = select.trim_end().trim_end_matches(';');
    let names = names.join(", ");
    format!("WITH harness_given({names}) AS ({select}\n) SELECT {sums} FROM harness_given")
}
