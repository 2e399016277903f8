//! Findings about foreign keys, views and triggers that refer to another table than before, and no
//! statement says so.

use super::continued::Continued;
use super::phrases::list;
use super::rebuild::rebuilds;
use super::words::words;
use super::{Case, Code, Finding};
use crate::migration::{ObjectType, Statement, StatementKind};
use crate::rewrite::{self, Definition};
use crate::sentence::{Sentence, name};
use crate::snapshot::Catalog;
use crate::snapshot::catalog::{Table, TableKind};
use crate::sql::ident;
use std::collections::BTreeSet;

pub(super) fn findings(case: Case<'_>) -> Vec<Finding> {
    if case.rehearsal.before.objects == case.rehearsal.after.objects {
        return Vec::new();
    }
    let objects = objects(case).into_iter().map(|object| object.finding(case));
    objects.chain(keys(case)).collect()
}

/// A view or trigger in whose text a RENAME wrote another table, while the old name is that of a
/// table again.
pub(super) struct Object<'a> {
    pub(super) kind: &'a String,
    pub(super) name: &'a String,
    from: String,
    to: String,
    /// the number of the RENAME
    statement: usize,
}

/// The views and triggers of that kind.
pub(super) fn objects(case: Case<'_>) -> Vec<Object<'_>> {
    let unnamed = case.rehearsal.unnamed.iter();
    let own = unnamed.filter(|(kind, _)| matches!(kind.as_str(), "view" | "trigger"));
    own.filter_map(|key| object(case, key)).collect()
}

fn object<'a>(case: Case<'a>, key: &'a (String, String)) -> Option<Object<'a>> {
    let [before, after] = case.catalogs();
    let text = |catalog: &Catalog| {
        Some(words(
            catalog.objects.get(key)?.sql.as_deref().unwrap_or_default(),
        ))
    };
    let (was, is) = (text(before)?, text(after)?);
    if was.len() != is.len() {
        return None;
    }
    // A RENAME writes the new name in the place of the old one and leaves the rest as it is.
    let is_back = |name: &String| [before, after].iter().all(|c| c.tables.contains_key(name));
    let mut exchanged = was
        .into_iter()
        .zip(is)
        .filter(|(from, to)| from != to && is_back(from));
    exchanged.find_map(|(from, to)| {
        let renames = |statement: &Statement| {
            statement.targets(&from)
                && statement
                    .renamed_to()
                    .is_some_and(|new| ident::same(new, &to))
        };
        let (_, rename) = case.ran().find(|(_, statement)| renames(statement))?;
        let (kind, name) = key;
        let statement = rename.index;
        Some(Object {
            kind,
            name,
            from,
            to,
            statement,
        })
    })
}

impl Object<'_> {
    fn finding(self, case: Case<'_>) -> Finding {
        let Self { kind, from, to, .. } = self;
        let gone = if case.rehearsal.after.tables.contains_key(&to) {
            ""
        } else {
            ", which is no table any more"
        };
        let message = Sentence::from(kind.as_str())
            + " "
            + name(self.name)
            + " uses "
            + name(to)
            + " now"
            + gone
            + ", and used "
            + name(&from)
            + ": renaming "
            + name(from)
            + " took it along";
        Finding::new(Code::ForeignKeyRepointed, message).at(case.place(self.statement))
    }
}

/// Foreign keys of continuing tables that refer to another table, or to none.
fn keys(case: Case<'_>) -> Vec<Finding> {
    let [before, after] = case.catalogs();
    let made = rebuilds(case);
    let tables = after
        .tables
        .iter()
        .filter(|(_, table)| table.kind == TableKind::Ordinary);
    let of_table = |(folded, table): (&String, &'_ Table)| {
        let old = case.rehearsal.lineage.before(folded, before, after)?;
        let rebuild = made
            .iter()
            .find(|made| ident::same(&made.table.after.name, &table.name));
        let created = rebuild.and_then(|rebuild| rebuild.created).unwrap_or(0);
        let continued = Continued {
            case,
            before: old,
            after: after.tables.get(folded)?,
        };
        let keys = continuing_keys(continued);
        Some(
            keys.into_iter()
                .filter_map(move |key| key.finding(case, continued.after, created)),
        )
    };
    tables.filter_map(of_table).flatten().collect()
}

/// A foreign key that a table had before and has after.
struct Key {
    /// its columns, if they are known
    columns: Vec<String>,
    /// the table that it referred to
    from: String,
    /// the table that it refers to
    to: String,
}

/// The foreign keys of a table after over the same columns as before.
fn continuing_keys(table: Continued<'_>) -> Vec<Key> {
    let [before, after] = table.case.catalogs();
    let read = |catalog: &Catalog, table: &Table| {
        catalog
            .definition(&table.name)
            .and_then(rewrite::definition)
    };
    let (Some(was), Some(is)) = (read(before, table.before), read(after, table.after)) else {
        // The engine says which tables a table refers to, if not by which columns.
        let keys = table.after.foreign_keys.iter();
        let parents: BTreeSet<String> = keys.map(|key| ident::folded(&key.parent)).collect();
        let key = |to: String| Key {
            columns: Vec::new(),
            from: to.clone(),
            to,
        };
        return parents.into_iter().map(key).collect();
    };
    let Definition { foreign_keys, .. } = was;
    let key = |is: rewrite::Reference| {
        let mut same = foreign_keys.iter();
        let was = same.find(|was| table.columns(&was.columns).as_ref() == Some(&is.columns))?;
        Some(Key {
            columns: is.columns,
            from: was.parent.clone(),
            to: is.parent,
        })
    };
    is.foreign_keys.into_iter().filter_map(key).collect()
}

impl Key {
    /// None if it refers to the same table, or if no other statement led it to another.
    fn finding(&self, case: Case<'_>, table: &Table, created: usize) -> Option<Finding> {
        let [before, after] = case.catalogs();
        let Self { from, to, .. } = self;
        let is_table = after
            .tables
            .get(to)
            .is_some_and(|t| t.kind != TableKind::View);
        let dangles = !is_table && before.tables.contains_key(from);
        let renamed = || case.rehearsal.lineage.renamed_to(from, before, after);
        if !dangles && (from == to || renamed() == Some(to)) {
            return None;
        }
        let gives_name = |statement: &&Statement| {
            statement.index > created
                && !statement.targets(&table.name)
                && statement
                    .renamed_to()
                    .is_some_and(|new| ident::same(new, to))
        };
        let rename = case.latest().find(gives_name);
        if !dangles && rename.is_none() {
            return None;
        }
        let drops =
            |s: &&Statement| s.kind == StatementKind::Drop(ObjectType::Table) && s.targets(to);
        let place = rename.or_else(|| case.latest().find(drops));
        let message = self.message(table, is_table, rename.is_some());
        let finding = Finding::new(Code::ForeignKeyRepointed, message)
            .on(&table.name)
            .at(place.and_then(|statement| case.place(statement.index)));
        Some(match rename {
            Some(_) => finding,
            None => finding.help(
                "drop the tables that refer to it too, or make them again without the foreign key",
            ),
        })
    }

    fn message(&self, table: &Table, is_table: bool, is_renamed: bool) -> Sentence {
        let Self { columns, from, to } = self;
        let mut message = Sentence::from("the foreign key");
        if !columns.is_empty() {
            message = message + " (" + list(columns) + ")";
        }
        message = message + " of " + name(&table.name) + " refers to " + name(to);
        message += if is_table {
            " now"
        } else {
            ", which is no table any more"
        };
        if from != to {
            message = message + ", and referred to " + name(from);
        }
        if from != to && is_renamed {
            message = message + ": renaming " + name(from) + " took it along";
        }
        message
    }
}
