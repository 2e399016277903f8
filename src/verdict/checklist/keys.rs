//! The item about composite keys: a WHERE clause that names a part of one, and leaves open whose
//! rows it means.
//!
//! What must be named are the columns of the key that give the tenant; if it has none, its first
//! column, since the others begin anew under each of its values. A clause that names nothing of a
//! key is about other columns and is left to the scope.
//!
//! Its own look is at the clauses that no finding mentions, since only they can show that a key is
//! used whole.

use super::answer::{Answer, message, of_codes};
use super::statements::{PLAINER, unknown, unreached, writes};
use super::{Case, Code, Finding, unnamed};
use crate::rehearse::PreviewRun;
use crate::rewrite::{Named, UpdateOrDelete};
use crate::scope::AllowedTenants;
use crate::sentence::{Sentence, name};
use crate::snapshot::catalog::Table;
use crate::snapshot::tenancy;
use crate::verdict::case::Look;
use crate::verdict::phrases::list;

/// What WHERE clauses make of composite keys, clause by clause.
#[derive(Default)]
struct Uses {
    /// keys of which no clause leaves open what must be named
    whole: Vec<Sentence>,
    /// a part is named, and all tenants are declared
    meant: Vec<Answer>,
    /// a part is named, and rows of tenants that are not declared are met
    beyond: Vec<Sentence>,
    /// not known
    open: Vec<Answer>,
}

pub(super) fn composite_keys(case: Case<'_>, found: &[Finding]) -> Answer {
    let partial = of_codes(found, [Code::PartialKeyMatch]);
    if let Some(failed) = Answer::fail(partial.map(message)) {
        return failed;
    }
    let mut uses = Uses::default();
    for write in writes(case) {
        uses.open.extend(unknown(write));
        if let Some(preview) = write.preview() {
            uses.take(write, preview);
        }
    }
    uses.open.extend(unreached(case).chain(unnamed::keys(case)));
    uses.answer(unnamed::are_there(case))
}

/// The keys of several columns: the primary key, or unique indexes if that has only one.
pub(super) fn composite(table: &Table) -> Vec<Vec<usize>> {
    if table.primary_key.len() > 1 {
        return vec![table.primary_key.clone()];
    }
    table
        .unique
        .iter()
        .filter(|key| key.len() > 1)
        .cloned()
        .collect()
}

impl Uses {
    /// Takes in a statement, for each key of its table, before and after if it is another then.
    fn take(&mut self, write: Look<'_>, preview: &PreviewRun) {
        let target = write.statement.table.as_deref().unwrap_or_default();
        let mut tables: Vec<&Table> = write.case.tables(target).collect();
        tables.dedup_by(|a, b| {
            a.column_names().eq(b.column_names())
                && a.primary_key == b.primary_key
                && a.unique == b.unique
        });
        if tables.is_empty() {
            let at = " at " + write.named() + " is not known";
            let would_show = "a table that is there before or after the migration";
            let because = "the key of " + name(target) + at;
            self.open.push(Answer::open(because, would_show));
        }
        for table in tables {
            for columns in composite(table) {
                self.add(&CompositeKey {
                    write,
                    preview,
                    table,
                    columns,
                });
            }
        }
    }

    fn add(&mut self, key: &CompositeKey<'_>) {
        let (at, table) = (key.write.named(), name(&key.table.name));
        let Some(branches) = key.branches() else {
            let because = "the WHERE clause of " + at + " cannot be told apart";
            return self.open.push(Answer::open(because, PLAINER));
        };
        let mut subqueries = key.preview.subqueries.iter();
        if let Some(partial) = branches.iter().find(|named| key.is_partial(named)) {
            self.partial(key, at + " names " + key.partly(partial));
        } else if subqueries.any(|subquery| subquery.result.is_err())
            && branches.iter().any(|named| key.is_silent(named))
        {
            let rest = " by a subquery that does not run alone";
            let because = at + " finds rows of " + table + rest;
            self.open.push(Answer::open(because, key.whole_clause()));
        } else {
            self.whole.push(table + " " + key.list(&key.columns));
        }
    }

    /// A clause that names a part of a key, by the rows that it met.
    fn partial(&mut self, key: &CompositeKey<'_>, what: Sentence) {
        let tenants = &key.preview.tenants;
        let allowed = key.write.case.written_in(&key.table.name).allowed();
        let is_beyond = match &allowed {
            Some(allowed) => !tenants.keys().all(|tenant| allowed.tenant(tenant)),
            None => tenants.len() > 1,
        };
        match allowed {
            Some(_) if is_beyond => {
                let rest = ", and meets rows of tenants that are not declared";
                self.beyond.push(what + rest);
            }
            None if is_beyond => {
                let rest = ", and meets rows of " + Sentence::from(tenants.len()) + " tenants";
                self.beyond.push(what + rest);
            }
            Some(allowed)
                if !tenants.is_empty() && matches!(allowed.tenants, AllowedTenants::All) =>
            {
                let all = ", and all tenants are declared";
                self.meant.push(Answer::pass(what + all));
            }
            _ => {
                let rest = ", and the rows that it meets here do not show what it would meet \
                    elsewhere";
                self.open
                    .push(Answer::open(what + rest, key.whole_clause()));
            }
        }
    }

    fn answer(mut self, has_unnamed: bool) -> Answer {
        self.whole.sort_by_key(ToString::to_string);
        self.whole.dedup();
        let whole = Sentence::join(self.whole, ", ");
        let used = || {
            Answer::pass(if !whole.is_empty() {
                "no WHERE clause names a part of a key that leaves open whose rows it means: "
                    + whole
            } else if has_unnamed {
                "nothing that updates or deletes rows has a clause that names a part of a key"
                    .into()
            } else {
                "no UPDATE or DELETE is of a table whose key has several columns".into()
            })
        };
        Answer::fail(self.beyond)
            .or_else(|| Answer::first(self.open))
            .or_else(|| Answer::first(self.meant))
            .unwrap_or_else(used)
    }
}

/// A key of several columns, by their places in the table, that a statement may name.
struct CompositeKey<'a> {
    write: Look<'a>,
    preview: &'a PreviewRun,
    table: &'a Table,
    columns: Vec<usize>,
}

impl CompositeKey<'_> {
    /// The columns that each branch of the WHERE clause names; `None` if they are not known.
    fn branches(&self) -> Option<Vec<Named>> {
        let asked = self.columns.iter().chain(&self.table.primary_key);
        let update = UpdateOrDelete::parse(self.write.sql()).ok()?;
        Some(update.named_columns(self.table, &asked.copied().collect()))
    }

    /// The columns that must be named with any of the others.
    fn needed(&self) -> Vec<usize> {
        let rule = tenancy::rule_for(self.write.case.tenants, self.table);
        let mut tenant = rule
            .and_then(|rule| tenancy::places_of(&rule, self.table))
            .unwrap_or_default();
        tenant.retain(|at| self.columns.contains(at));
        if tenant.is_empty() {
            tenant.push(self.columns[0]);
        }
        tenant
    }

    /// Whether a branch names something of the key and not what must be named, and does not name
    /// the row otherwise.
    fn is_partial(&self, named: &Named) -> bool {
        let is_named = |at: &usize| named.columns.contains(at);
        let names_row =
            named.rowid || matches!(self.table.primary_key[..], [only] if is_named(&only));
        !names_row
            && self.columns.iter().any(is_named)
            && !self.needed().iter().all(|at| named.pinned.contains(at))
    }

    /// Whether a branch names nothing of the key.
    fn is_silent(&self, named: &Named) -> bool {
        !named.rowid && !self.columns.iter().any(|at| named.columns.contains(at))
    }

    /// ``(id) of the key (system_id, id) of `point_info` without saying (system_id)``
    fn partly(&self, named: &Named) -> Sentence {
        let mut left = self.needed();
        left.retain(|at| !named.pinned.contains(at));
        self.list(self.columns.iter().filter(|at| named.columns.contains(at)))
            + " of the key "
            + self.list(&self.columns)
            + " of "
            + name(&self.table.name)
            + " without saying "
            + self.list(&left)
    }

    fn whole_clause(&self) -> Sentence {
        "a clause that names " + self.list(&self.columns)
    }

    /// `(system_id, id)`
    fn list<'p>(&self, places: impl IntoIterator<Item = &'p usize>) -> Sentence {
        let names = places.into_iter().map(|at| &self.table.columns[*at].name);
        "(" + list(names) + ")"
    }
}
