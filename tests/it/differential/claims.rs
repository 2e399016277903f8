//! Claims that are true of any migration: each changed row meets `1`, and every row that is updated
//! or deleted was there. So the rows that the claims are held against are those that are counted.

use super::schema::quote;
use super::state::State;
use super::tally::Tally;
use harness::record::{ClaimKind, Finding, Migration, Op, RowClaim};
use std::fmt::Write as _;

/// The scope of the first migration.
pub(super) fn scope(before: &State) -> String {
    let mut scope = "\n[expect.m1]\ntenants = \"all\"\n".to_owned();
    for (name, table) in &before.tables {
        let is_rowid = |name: &String| name.eq_ignore_ascii_case("rowid");
        let key = match &table.key[..] {
            [] if table.columns.iter().any(|column| is_rowid(&column.name)) => continue,
            [] => "rowid".to_owned(),
            key => key
                .iter()
                .map(|name| quote(name))
                .collect::<Vec<_>>()
                .join(", "),
        };
        let rows = text(&format!("SELECT {key} FROM main.{}", quote(name)));
        let table = text(name);
        let _ = write!(
            scope,
            "[expect.m1.tables.{table}]\n\
            insert = {{ count = \"any\", each = \"1\" }}\n\
            update = {{ count = \"any\", each = \"1\", rows = {rows} }}\n\
            delete = {{ count = \"any\", each = \"1\", rows = {rows} }}\n"
        );
    }
    scope
}

fn text(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// Whether every claim that was evaluated is met, of as many rows as the report counts.
pub(super) fn check(report: &Migration, tally: &mut Tally) -> Result<(), String> {
    let scope = report.scope.iter();
    for claim in scope.flat_map(|scope| &scope.claims) {
        let (Some(rows), Some(failing)) = (claim.rows, claim.failing) else {
            continue;
        };
        let counted = counted(report, claim);
        let of = format!(
            "{} of {} {}",
            claim.kind.word(),
            claim.op.word(),
            claim.table
        );
        if failing > 0 {
            return Err(format!("{of}: {failing} of {counted} rows fail"));
        }
        if claim.kind == ClaimKind::Each {
            tally.claimed += rows;
            if rows != counted {
                return Err(format!(
                    "{of}: {rows} rows were asked, and {counted} are counted"
                ));
            }
        }
    }
    Ok(())
}

/// Whether a finding says that a claim was not evaluated: its rows cannot be told, which is no gap of
/// the capture.
pub(super) fn is_about(finding: &Finding) -> bool {
    let of = ["`each` of ", "`rows` of "];
    of.iter().any(|words| finding.message.contains(words))
}

/// The rows of a claim that the report counts.
fn counted(report: &Migration, claim: &RowClaim) -> u64 {
    let mut tables = report.tables.iter();
    let table = tables.find(|table| table.table.eq_ignore_ascii_case(&claim.table));
    table.map_or(0, |table| match claim.op {
        Op::Insert => table.actual.insert,
        Op::Update => table.actual.update,
        Op::Delete => table.actual.delete,
    })
}
