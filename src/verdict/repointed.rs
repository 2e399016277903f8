//! Findings about views and triggers that no longer work, and about those and foreign keys that refer
//! to another table than before, and no statement says so.

use super::continued::Continued;
use super::phrases::{list, object};
use super::rebuild::{Rebuild, rebuilds};
use super::{Case, Code, Finding};
use crate::diff::BrokenObject;
use crate::migration::{ObjectType, Statement, StatementKind};
use crate::rewrite::Reference;
use crate::sentence::{Sentence, engine, name};
use crate::snapshot::catalog::TableKind;
use crate::sql::{ident, token};
use std::collections::BTreeSet;

pub(super) fn findings(case: Case<'_>) -> Vec<Finding> {
    let rehearsal = case.rehearsal;
    let taken_along = objects(case);
    // A text that a RENAME took along says why it is broken by itself.
    let is_other = |broken: &&BrokenObject| {
        let mut keys = taken_along.iter().map(|(key, _)| key);
        !keys.any(|(kind, name)| *kind == broken.object && *name == broken.name)
    };
    let others = case.diff.broken.iter().filter(is_other);
    let mut found: Vec<Finding> = others.map(|other| broken(case, other)).collect();
    found.extend(taken_along.into_iter().map(|(_, finding)| finding));
    if rehearsal.before.objects != rehearsal.after.objects {
        found.extend(keys(case));
    }
    found
}

/// The views and triggers in whose text a RENAME wrote another table, while the old name is that of
/// a table again; each by its type and name.
fn objects(case: Case<'_>) -> Vec<(&(String, String), Finding)> {
    let mut found = Vec::new();
    for key in &case.rehearsal.unnamed {
        let (kind, own) = key;
        if let "view" | "trigger" = kind.as_str()
            && let Some((from, to, rename)) = taken_along(case, key)
        {
            let message = object(kind, own)
                + " uses "
                + name(&to)
                + " now"
                + or_gone("", case.rehearsal.after.tables.contains_key(&to))
                + ", and used "
                + name(&from)
                + ": renaming "
                + name(from)
                + " took it along";
            let finding = Finding::new(Code::ForeignKeyRepointed, message);
            found.push((key, finding.at(case.place(rename))));
        }
    }
    found
}

/// The table that an object used, the one that it uses, and the number of the RENAME.
fn taken_along(case: Case<'_>, key: &(String, String)) -> Option<(String, String, usize)> {
    let catalogs = case.catalogs();
    let [was, is] = catalogs.map(|catalog| {
        let object = catalog.objects.get(key)?;
        let sql = object.sql.as_deref().unwrap_or_default();
        Some(token::folded(sql).collect::<Vec<_>>())
    });
    let (was, is) = was.zip(is).filter(|(was, is)| was.len() == is.len())?;
    // A RENAME writes the new name in the place of the old one and leaves the rest as it is.
    let is_back = |name: &String| catalogs.iter().all(|c| c.tables.contains_key(name));
    was.into_iter()
        .zip(is)
        .filter(|(from, to)| from != to && is_back(from))
        .find_map(|(from, to)| {
            let rename = case.renames_to(&to).filter(|it| it.targets(&from)).last()?;
            Some((from, to, rename.index))
        })
}

fn broken(case: Case<'_>, broken: &BrokenObject) -> Finding {
    let message =
        object(&broken.object, &broken.name) + " no longer works: " + engine(&broken.reason);
    let breaking = case
        .latest()
        .find(|statement| may_break(statement, broken))
        .map(|statement| statement.index);
    let finding = Finding::new(Code::SchemaObjectLost, message)
        .at(case.place(breaking))
        .help("make what it uses again, or drop it by name and make it anew to fit");
    match broken.object.as_str() {
        "view" => finding,
        _ => finding.on(&broken.table),
    }
}

/// Whether a statement drops or alters a table that the engine's reason names, or that a virtual
/// table keeps its rows in or indexes.
fn may_break(statement: &Statement, broken: &BrokenObject) -> bool {
    let changes = matches!(
        statement.kind,
        StatementKind::Drop(_) | StatementKind::AlterTable
    );
    let reason = &broken.reason;
    let is_storage = |table: &String| table.starts_with(&format!("{}_", broken.name));
    let is_named = |table: &String| {
        let is_content = |content: &String| ident::same(content, table);
        token::mentions(reason, table)
            || (broken.object == "table" && is_storage(table))
            || reason.ends_with(&format!(".{table}"))
            || broken.content.as_ref().is_some_and(is_content)
    };
    let object = statement.object.as_ref().map(|object| &object.name);
    let target = statement.table.as_ref().or(object);
    changes && target.is_some_and(is_named)
}

/// `there`, if what is referred to is a table.
fn or_gone(there: &str, is_table: bool) -> &str {
    if is_table {
        there
    } else {
        ", which is no table any more"
    }
}

/// Foreign keys of continuing tables that refer to another table, or to none.
fn keys(case: Case<'_>) -> Vec<Finding> {
    let made = rebuilds(case);
    let mut found = Vec::new();
    for table in Continued::all(case) {
        let is_it = |made: &&Rebuild<'_>| made.table.after.name == table.after.name;
        let created = made.iter().find(is_it).and_then(|made| made.created);
        let keys = continuing_keys(&table);
        found.extend(
            keys.iter()
                .filter_map(|key| key.finding(&table, created.unwrap_or(0))),
        );
    }
    found
}

const LEFT_BEHIND: &str =
    "drop the tables that refer to it too, or make them again without the foreign key";

/// A foreign key that a table had before and has after.
struct ForeignKeyChange {
    /// its columns, if they are known
    columns: Vec<String>,
    /// the table that it referred to
    from: String,
    /// the table that it refers to
    to: String,
}

/// The foreign keys of a table after over the same columns as before.
fn continuing_keys(table: &Continued<'_>) -> Vec<ForeignKeyChange> {
    let Some((was, is)) = table.definitions() else {
        // The engine says which tables a table refers to, if not by which columns.
        let keys = table.after.keys.foreign.iter();
        let parents: BTreeSet<String> = keys.map(|key| ident::folded(&key.parent)).collect();
        let key = |to: String| ForeignKeyChange {
            columns: Vec::new(),
            from: to.clone(),
            to,
        };
        return parents.into_iter().map(key).collect();
    };
    let key = |is: Reference| {
        let is_same = |was: &&Reference| table.columns(&was.columns).as_ref() == Some(&is.columns);
        let was = was.foreign_keys.iter().find(is_same)?;
        Some(ForeignKeyChange {
            from: was.parent.clone(),
            columns: is.columns,
            to: is.parent,
        })
    };
    is.foreign_keys.into_iter().filter_map(key).collect()
}

impl ForeignKeyChange {
    /// None if it refers to the same table, or if no other statement led it to another.
    fn finding(&self, table: &Continued<'_>, created: usize) -> Option<Finding> {
        let Self { from, to, .. } = self;
        let (case, own) = (table.case, &table.after.name);
        let (rehearsal, is_table) = (case.rehearsal, self.leads_to_table(case));
        let dangles = !is_table && rehearsal.before.tables.contains_key(from);
        let is_other = |it: &&Statement| it.index > created && !it.targets(own);
        let rename = case.renames_to(to).find(is_other);
        // It may refer to the table that it referred to, under another name.
        let follows = || from == to || rehearsal.renamed_to(from) == Some(to);
        if !dangles && (rename.is_none() || follows()) {
            return None;
        }
        let drops =
            |it: &&Statement| it.kind == StatementKind::Drop(ObjectType::Table) && it.targets(to);
        let place = rename.or_else(|| case.latest().find(drops));
        let finding = Finding::new(
            Code::ForeignKeyRepointed,
            self.message(own, is_table, rename.is_some()),
        )
        .on(own)
        .at(case.place(place.map(|statement| statement.index)));
        Some(match rename {
            Some(_) => finding,
            None => finding.help(LEFT_BEHIND),
        })
    }

    fn leads_to_table(&self, case: Case<'_>) -> bool {
        let table = case.rehearsal.after.tables.get(&self.to);
        table.is_some_and(|table| table.kind != TableKind::View)
    }

    fn message(&self, table: &str, is_table: bool, is_renamed: bool) -> Sentence {
        let Self { columns, from, to } = self;
        let columns = match &columns[..] {
            [] => Sentence::default(),
            columns => " (" + list(columns) + ")",
        };
        let now = or_gone(" now", is_table);
        let key = "the foreign key" + columns + " of " + name(table);
        let mut message = key + " refers to " + name(to) + now;
        if from != to {
            message += ", and referred to " + name(from);
            if is_renamed {
                message += ": renaming " + name(from) + " took it along";
            }
        }
        message
    }
}
