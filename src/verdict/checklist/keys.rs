//! The item about composite keys: a WHERE clause that names a part of one, and leaves open whose
//! rows it means.
//!
//! What must be named are the columns of the key that tell the tenant; where it has none, its first
//! column, since the others begin anew under each of its values. A clause that names nothing of a
//! key is about other columns and is left to the scope.

use super::statements::{PLAINER, unknown, writes};
use super::{Answer, Case, Code, Finding, of_code, others, told};
use crate::migration::Statement;
use crate::rehearse::PreviewRun;
use crate::rewrite::{self, Named};
use crate::scope::AllowedTenants;
use crate::snapshot::catalog::Table;
use crate::snapshot::tenancy;
use std::collections::BTreeSet;

/// What WHERE clauses make of composite keys, clause by clause.
#[derive(Default)]
struct Uses {
    /// keys of which no clause leaves open what must be named
    whole: BTreeSet<String>,
    /// a part is named, and all tenants are declared
    meant: Vec<String>,
    /// a part is named, and rows of tenants that are not declared are met
    beyond: Vec<String>,
    /// not known, with what would show it
    open: Vec<(String, String)>,
}

pub(super) fn composite_keys(case: Case<'_>, found: &[Finding]) -> Answer {
    if let Some(shown) = told(of_code(found, Code::PartialKeyMatch).map(|f| f.message.clone())) {
        return Answer::Fail(shown);
    }
    let mut uses = Uses::default();
    for (statement, run) in writes(case) {
        uses.open.extend(unknown(statement, run));
        let Some(Some(Ok(preview))) = run.map(|run| &run.preview) else {
            continue;
        };
        let (before, after) = (&case.rehearsal.before, &case.rehearsal.after);
        let name = statement.table.as_deref().unwrap_or_default();
        let mut tables: Vec<&Table> = [before, after]
            .into_iter()
            .filter_map(|catalog| catalog.table(name))
            .collect();
        tables.dedup_by(|a, b| {
            a.column_names().eq(b.column_names())
                && a.primary_key == b.primary_key
                && a.unique == b.unique
        });
        if tables.is_empty() {
            let why = format!(
                "the key of `{name}` at statement {} is not known",
                statement.index
            );
            uses.open.push((
                why,
                "a table that is there before or after the migration".to_owned(),
            ));
        }
        for table in tables {
            for key in composite(table) {
                uses.add(case, statement, preview, table, &key);
            }
        }
    }
    uses.open.extend(others::keys(case));
    uses.answer(others::are_there(case))
}

/// The keys of several columns: the primary key, or unique indexes where that has but one.
pub(super) fn composite(table: &Table) -> Vec<Vec<usize>> {
    match table.primary_key.len() {
        0 | 1 => table
            .unique
            .iter()
            .filter(|key| key.len() > 1)
            .cloned()
            .collect(),
        _ => vec![table.primary_key.clone()],
    }
}

/// The columns of a key that must be named with any of its others.
fn needed(case: Case<'_>, table: &Table, key: &[usize]) -> Vec<usize> {
    let rule = tenancy::rule_for(case.tenants, table);
    let tenant = rule
        .and_then(|rule| tenancy::places_of(&rule, table))
        .unwrap_or_default();
    let tenant: Vec<usize> = tenant.into_iter().filter(|at| key.contains(at)).collect();
    if tenant.is_empty() {
        key[..1].to_vec()
    } else {
        tenant
    }
}

impl Uses {
    fn add(
        &mut self,
        case: Case<'_>,
        statement: &Statement,
        preview: &PreviewRun,
        table: &Table,
        key: &[usize],
    ) {
        let asked: BTreeSet<usize> = key.iter().chain(&table.primary_key).copied().collect();
        let index = statement.index;
        let Ok(branches) = rewrite::named_columns(case.migration.sql(statement), table, &asked)
        else {
            self.open.push((
                format!("the WHERE clause of statement {index} cannot be told apart"),
                PLAINER.to_owned(),
            ));
            return;
        };
        let needed = needed(case, table, key);
        let whole = format!("a clause that names {}", columns(table, key));
        if let Some(partial) = branches
            .iter()
            .find(|named| is_partial(named, table, key, &needed))
        {
            let named: Vec<usize> = key
                .iter()
                .copied()
                .filter(|at| partial.columns.contains(at))
                .collect();
            let left: Vec<usize> = needed
                .iter()
                .copied()
                .filter(|at| !partial.pinned.contains(at))
                .collect();
            let (named, left) = (columns(table, &named), columns(table, &left));
            let what = format!(
                "statement {index} names {named} of the key {} of `{}` without saying {left}",
                columns(table, key),
                table.name
            );
            self.partial(case, preview, table, &what, whole);
        } else if preview.subqueries.iter().any(|s| s.result.is_err())
            && branches.iter().any(|named| is_silent(named, key))
        {
            self.open.push((
                format!(
                    "statement {index} finds rows of `{}` by a subquery that does not run alone",
                    table.name
                ),
                whole,
            ));
        } else {
            self.whole
                .insert(format!("`{}` {}", table.name, columns(table, key)));
        }
    }

    /// A clause that names a part of a key, by what it met.
    fn partial(
        &mut self,
        case: Case<'_>,
        preview: &PreviewRun,
        table: &Table,
        what: &str,
        whole: String,
    ) {
        let allowed = case.scope.map(|scope| scope.tenants_of(&table.name));
        let affinity = case.affinity(&table.name);
        let beyond = match allowed {
            Some(allowed) => preview
                .tenants
                .keys()
                .any(|tenant| !allowed.allows(tenant, affinity)),
            None => preview.tenants.len() > 1,
        };
        match allowed {
            Some(_) if beyond => self.beyond.push(format!(
                "{what}, and meets rows of tenants \
                that are not declared"
            )),
            None if beyond => self.beyond.push(format!(
                "{what}, and meets rows of {} tenants",
                preview.tenants.len()
            )),
            Some(AllowedTenants::All) if !preview.tenants.is_empty() => self.meant.push(format!(
                "{what}, and all tenants are \
                declared"
            )),
            _ => self.open.push((
                format!(
                    "{what}, and the rows that it meets here do not show \
                what it would meet elsewhere"
                ),
                whole,
            )),
        }
    }

    fn answer(self, others: bool) -> Answer {
        if let Some(shown) = told(self.beyond) {
            return Answer::Fail(shown);
        }
        let keys: Vec<String> = self.whole.into_iter().collect();
        Answer::open_for(self.open)
            .or(told(self.meant).map(Answer::Pass))
            .unwrap_or_else(|| {
                Answer::Pass(match keys.len() {
                    0 if others => {
                        "nothing that updates or deletes rows has a clause that names a \
                    part of a key"
                            .to_owned()
                    }
                    0 => {
                        "no UPDATE or DELETE is of a table whose key has several columns".to_owned()
                    }
                    _ => format!(
                        "no WHERE clause names a part of a key that leaves open whose \
                    rows it means: {}",
                        keys.join(", ")
                    ),
                })
            })
    }
}

/// Whether a branch names something of a key and not what must be named, and does not name the row
/// otherwise.
fn is_partial(named: &Named, table: &Table, key: &[usize], needed: &[usize]) -> bool {
    let is_named = |at: &usize| named.columns.contains(at);
    let names_row = named.rowid || matches!(table.primary_key[..], [only] if is_named(&only));
    !names_row && key.iter().any(is_named) && !needed.iter().all(|at| named.pinned.contains(at))
}

/// Whether a branch names nothing of a key.
fn is_silent(named: &Named, key: &[usize]) -> bool {
    !named.rowid && !key.iter().any(|at| named.columns.contains(at))
}

/// `(system_id, id)`
fn columns(table: &Table, places: &[usize]) -> String {
    let names: Vec<&str> = places
        .iter()
        .map(|at| table.columns[*at].name.as_str())
        .collect();
    format!("({})", names.join(", "))
}
