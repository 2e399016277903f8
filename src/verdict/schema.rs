//! Findings about the schema: objects that are gone or no longer work though no statement says so,
//! foreign keys that refer to another table, sequences that went back.

use super::rebuild::{Rebuild, executed, rebuilds, renamed_to};
use super::statement::few;
use super::{Case, Code, Finding, Place, Severity, dropped_along};
use crate::change::{Group, Owner, TableChanges};
use crate::migration::{ObjectType, Statement, StatementKind};
use crate::rewrite;
use crate::scope::Op;
use crate::snapshot::Catalog;
use crate::snapshot::catalog::{Table, TableKind};
use crate::sql::token::{Token, TokenKind};
use crate::sql::{Value, ident, token};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn findings(case: Case<'_>) -> Vec<Finding> {
    let mut found = sequences(case);
    if case.rehearsal.before.objects == case.rehearsal.after.objects {
        return found;
    }
    let (repointed, others) = repointed_objects(case);
    found.extend(dropped_along::findings(case));
    found.extend(broken(case, &repointed));
    found.extend(others);
    found.extend(repointed_keys(case));
    found
}

/// A table or view of the state before, and what it is after; `None` where it is gone.
pub(super) fn continued_table<'a>(case: Case<'a>, name: &str) -> Option<(&'a Table, &'a Table)> {
    let (before, after) = (&case.rehearsal.before, &case.rehearsal.after);
    let folded = ident::folded(name);
    let new = after.tables.get(&folded).or_else(|| {
        after
            .tables
            .get(case.rehearsal.lineage.renamed_to(&folded, before, after)?)
    })?;
    Some((before.tables.get(&folded)?, new))
}

/// The folded name after of a column before.
pub(super) fn continued(
    case: Case<'_>,
    before: &Table,
    after: &Table,
    column: &str,
) -> Option<String> {
    let at = before.column(column)?;
    let is_it = |name: &&str| case.rehearsal.lineage.column_before(name, before, after) == Some(at);
    after.column_names().find(is_it).map(ident::folded)
}

/// Whether a table of the state after keeps rows apart by these columns or some of them, or by
/// these and more where nothing did before.
pub(super) fn is_unique(case: Case<'_>, old: &Table, new: &Table, columns: &[String]) -> bool {
    let was = keys(&case.rehearsal.before, &old.name).into_iter();
    let was: Vec<BTreeSet<String>> = was
        .filter_map(|key| {
            key.iter()
                .map(|column| continued(case, old, new, column))
                .collect()
        })
        .collect();
    let now = keys(&case.rehearsal.after, &new.name);
    let columns: BTreeSet<String> = columns.iter().cloned().collect();
    // A key that holds another one keeps no rows apart that that one does not.
    let is_empty_word =
        |key: &BTreeSet<String>| now.iter().any(|other| other != key && other.is_subset(key));
    let is_wider = |key: &BTreeSet<String>| {
        columns.is_subset(key) && !was.contains(key) && !is_empty_word(key)
    };
    now.iter()
        .any(|key| key.is_subset(&columns) || is_wider(key))
}

/// The columns by which a table keeps its rows apart, all of them.
fn keys(catalog: &Catalog, table: &str) -> Vec<BTreeSet<String>> {
    let own = catalog
        .definition(table)
        .and_then(rewrite::definition)
        .unwrap_or_default();
    let indexes = catalog
        .objects
        .iter()
        .filter(|((kind, _), entry)| kind == "index" && ident::same(&entry.table, table));
    let indexes = indexes
        .filter_map(|(_, entry)| rewrite::index_definition(entry.sql.as_deref()?))
        .filter(|index| index.unique);
    let all = own
        .unique
        .into_iter()
        .chain([own.primary_key])
        .chain(indexes.filter_map(|index| index.columns));
    all.filter(|key| !key.is_empty())
        .map(|key| key.into_iter().collect())
        .collect()
}

/// Views and triggers that no longer work, but for those of `repointed`, whose cause is told.
fn broken(case: Case<'_>, repointed: &BTreeSet<(String, String)>) -> Vec<Finding> {
    let own = case
        .diff
        .broken
        .iter()
        .filter(|b| !repointed.contains(&(b.object.clone(), b.name.clone())));
    let finding = |broken: &crate::diff::Broken| {
        let message = format!(
            "{} `{}` no longer works: {}",
            broken.object,
            broken.name,
            case.hidden.message(&broken.reason)
        );
        let is_cause = |name: &str| {
            token::mentions(&broken.reason, name) || broken.reason.ends_with(&format!(".{name}"))
        };
        let changing = executed(case).into_iter().rev().find(|s| {
            let may_be_cause = matches!(
                s.kind,
                StatementKind::Drop(ObjectType::Table) | StatementKind::AlterTable
            );
            may_be_cause && s.table.as_deref().is_some_and(is_cause)
        });
        let mut finding = Finding::new(Code::SchemaObjectLost, message)
            .at(changing.and_then(|s| case.place(s.index)));
        if broken.object == "trigger" {
            finding = finding.on(&broken.table);
        }
        "make what it uses again, or drop it by name and make it anew to fit"
            .clone_into(&mut finding.help);
        finding
    };
    own.map(finding).collect()
}

/// Foreign keys of continuing tables that refer to another table, or to none, and no statement said
/// so.
fn repointed_keys(case: Case<'_>) -> Vec<Finding> {
    let (before, after) = (&case.rehearsal.before, &case.rehearsal.after);
    let made = rebuilds(case);
    let mut found = Vec::new();
    for (folded, table) in after
        .tables
        .iter()
        .filter(|(_, table)| table.kind == TableKind::Ordinary)
    {
        let Some(old) = case.rehearsal.lineage.before(folded, before, after) else {
            continue;
        };
        let created = made
            .iter()
            .find(|rebuild| ident::same(&rebuild.after.name, &table.name))
            .map_or(0, |r| r.created.unwrap_or(0));
        let read = |text: Option<&str>| text.and_then(rewrite::definition);
        let (Some(was), Some(is)) = (
            read(before.definition(&old.name)),
            read(after.definition(&table.name)),
        ) else {
            // The engine tells the parents at least, if not which columns refer to them.
            let parents: BTreeSet<String> = table
                .foreign_keys
                .iter()
                .map(|key| ident::folded(&key.parent))
                .collect();
            found.extend(
                parents
                    .iter()
                    .filter_map(|parent| repointed(case, (table, created), &[], parent, parent)),
            );
            continue;
        };
        for key in &is.foreign_keys {
            let is_same = |other: &[String]| {
                other.iter().map(|c| continued(case, old, table, c)).eq(key
                    .columns
                    .iter()
                    .cloned()
                    .map(Some))
            };
            let Some(before_key) = was
                .foreign_keys
                .iter()
                .find(|other| is_same(&other.columns))
            else {
                continue;
            };
            found.extend(repointed(
                case,
                (table, created),
                &key.columns,
                &before_key.parent,
                &key.parent,
            ));
        }
    }
    found
}

/// A foreign key that referred to the table `from` and refers to `to` now.
fn repointed(
    case: Case<'_>,
    (table, created): (&Table, usize),
    columns: &[String],
    from: &str,
    to: &str,
) -> Option<Finding> {
    let (before, after) = (&case.rehearsal.before, &case.rehearsal.after);
    let is_table = |name: &str| {
        after
            .tables
            .get(name)
            .is_some_and(|t| t.kind != TableKind::View)
    };
    let was_there = before.tables.contains_key(from);
    let dangles = !is_table(to) && was_there;
    let follows = from == to || case.rehearsal.lineage.renamed_to(from, before, after) == Some(to);
    if !dangles && follows {
        return None;
    }
    let rename = executed(case).into_iter().rev().find(|s| {
        let is_own = s
            .table
            .as_deref()
            .is_some_and(|t| ident::same(t, &table.name));
        s.index > created && !is_own && renamed_to(case, s).is_some_and(|new| ident::same(&new, to))
    });
    if !dangles && rename.is_none() {
        return None;
    }
    let drop = executed(case).into_iter().rev().find(|s| {
        s.kind == StatementKind::Drop(ObjectType::Table)
            && s.table.as_deref().is_some_and(|t| ident::same(t, to))
    });
    let which = if columns.is_empty() {
        String::new()
    } else {
        format!(" ({})", columns.join(", "))
    };
    let key = format!("the foreign key{which} of `{}`", table.name);
    let now = if is_table(to) {
        format!("refers to `{to}` now")
    } else {
        format!("refers to `{to}`, which is no table any more")
    };
    let message = match rename {
        Some(_) if from != to => {
            format!("{key} {now}, and referred to `{from}`: renaming `{from}` took it along")
        }
        _ if from != to => format!("{key} {now}, and referred to `{from}`"),
        _ => format!("{key} {now}"),
    };
    let mut finding = Finding::new(Code::ForeignKeyRepointed, message)
        .on(&table.name)
        .at(rename.or(drop).and_then(|s| case.place(s.index)));
    if rename.is_none() {
        "drop the tables that refer to it too, or make them again without the foreign key"
            .clone_into(&mut finding.help);
    }
    Some(finding)
}

/// Views and triggers whose text a RENAME made refer to another table, while the old name stands
/// for a table again.
fn repointed_objects(case: Case<'_>) -> (BTreeSet<(String, String)>, Vec<Finding>) {
    let (before, after) = (&case.rehearsal.before, &case.rehearsal.after);
    let mut keys = BTreeSet::new();
    let mut found = Vec::new();
    for key in case
        .rehearsal
        .unnamed
        .iter()
        .filter(|(kind, _)| matches!(kind.as_str(), "view" | "trigger"))
    {
        let (Some(old), Some(new)) = (before.objects.get(key), after.objects.get(key)) else {
            continue;
        };
        let (was, is) = (
            words(old.sql.as_deref().unwrap_or_default()),
            words(new.sql.as_deref().unwrap_or_default()),
        );
        // A rename writes the new name in the place of the old one and leaves the rest as it is.
        let mut exchanged = was
            .iter()
            .zip(&is)
            .filter(|(old, new)| was.len() == is.len() && old != new);
        let rename = exchanged.find_map(|(from, to)| {
            let is_it = |s: &&Statement| {
                let names = |name: &str| {
                    s.table
                        .as_deref()
                        .is_some_and(|table| ident::same(table, name))
                };
                names(from) && renamed_to(case, s).is_some_and(|new| ident::same(&new, to))
            };
            let stands = before.tables.contains_key(from) && after.tables.contains_key(from);
            executed(case)
                .into_iter()
                .find(is_it)
                .filter(|_| stands)
                .map(|statement| (statement.index, from, to))
        });
        let Some((statement, from, to)) = rename else {
            continue;
        };
        let gone = if after.tables.contains_key(to) {
            ""
        } else {
            ", which is no table any more"
        };
        let (kind, name) = key;
        let message = format!(
            "{kind} `{name}` uses `{to}` now{gone}, and used `{from}`: renaming `{from}` took \
            it along"
        );
        found.push(Finding::new(Code::ForeignKeyRepointed, message).at(case.place(statement)));
        keys.insert(key.clone());
    }
    (keys, found)
}

/// The significant tokens of some SQL, names without their quotes, folded.
pub(super) fn words(sql: &str) -> Vec<String> {
    token::significant(sql)
        .iter()
        .map(|t| ident::folded(&ident::dequote(t.span.of(sql))))
        .collect()
}

/// The same, with text as it stands: what is compared with a column is no name.
pub(super) fn exact_words(sql: &str) -> Vec<String> {
    let word = |token: &Token| {
        let text = token.span.of(sql);
        if token.kind == TokenKind::Text {
            text.to_owned()
        } else {
            ident::folded(&ident::dequote(text))
        }
    };
    token::significant(sql).iter().map(word).collect()
}

/// Sequences of tables that still have AUTOINCREMENT; one that lost it is an object lost.
fn sequences(case: Case<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for regressed in &case.diff.regressed {
        let table = &regressed.table;
        let definition = case
            .rehearsal
            .after
            .definition(table)
            .and_then(rewrite::definition);
        let (was, is) = (regressed.was, regressed.is);
        if was <= 0 || definition.is_some_and(|definition| !definition.autoincrement) {
            continue;
        }
        let to = if is < was {
            is
        } else {
            regressed.says.unwrap_or(0)
        };
        let doubled = "; `sqlite_sequence` has a further row for it, and SQLite uses the first";
        let doubled = if regressed.is_doubled { doubled } else { "" };
        let given = match is.cmp(&(was - 1)) {
            Ordering::Less => format!(
                "the keys {} to {was}, which were given before, are given again",
                is + 1
            ),
            Ordering::Equal => format!("the key {was}, which was given before, is given again"),
            Ordering::Greater => {
                "only rows that may be deleted keep their keys from being given again".to_owned()
            }
        };
        let message =
            format!("the sequence of `{table}` went back from {was} to {to}: {given}{doubled}");
        let rebuilds = rebuilds(case);
        let rebuild = rebuilds
            .iter()
            .find(|rebuild| ident::same(&rebuild.after.name, table));
        let by_name = sequence_written(case, table, rebuild);
        let created = rebuild.and_then(|rebuild| rebuild.created);
        let place: Option<Place> = by_name
            .map(|s| s.index)
            .or(created)
            .and_then(|index| case.place(index));
        let mut finding = Finding::new(Code::SequenceRegressed, message)
            .on(table)
            .at(place);
        // Who wrote what it was meant to be did not mean what it is.
        if (by_name.is_some() && !regressed.is_doubled) || is >= was {
            finding.severity = Severity::Warning;
        }
        let when = if by_name.is_some() {
            "leave it where it was, unless keys may be given again"
        } else {
            "set it behind the rebuild, before rows are inserted"
        };
        let name = Value::Text(table.as_bytes().into()).literal();
        let set = match regressed.says {
            Some(_) => format!("UPDATE sqlite_sequence SET seq = {was} WHERE name = {name};"),
            None => format!("INSERT INTO sqlite_sequence(name, seq) VALUES ({name}, {was});"),
        };
        finding.help = format!("{when}:\n{set}");
        found.push(finding);
    }
    found
}

/// The last statement that wrote the sequence of a table: it names the table, or no table.
fn sequence_written<'a>(
    case: Case<'a>,
    table: &str,
    rebuild: Option<&Rebuild<'_>>,
) -> Option<&'a Statement> {
    let is_its = |name: &str| {
        ident::same(name, table)
            || rebuild.is_some_and(|rebuild| rebuild.names.iter().any(|own| own == name))
    };
    let is_other = |name: &String| {
        let (before, after) = (&case.rehearsal.before, &case.rehearsal.after);
        name != "sqlite_sequence"
            && (before.tables.contains_key(name) || after.tables.contains_key(name))
    };
    executed(case).into_iter().rev().find(|s| {
        let words = || words(case.migration.sql(s));
        let is_sequence = s
            .table
            .as_deref()
            .is_some_and(|t| ident::same(t, "sqlite_sequence"));
        is_sequence && (words().iter().any(|word| is_its(word)) || !words().iter().any(is_other))
    })
}

/// Whose the rows of some groups were, or are, that an operation changed, and how many.
pub(super) fn owners(
    changes: &TableChanges,
    op: Op,
    is_meant: impl Fn(&Group) -> bool,
) -> BTreeMap<&Owner, u64> {
    let mut found = BTreeMap::new();
    for (owners, group) in changes
        .groups
        .iter()
        .filter(|(_, group)| group.changed.of(op) > 0 && is_meant(group))
    {
        if let Some(owner) = owners.before.as_ref().or(owners.after.as_ref()) {
            *found.entry(owner).or_default() += group.changed.of(op);
        }
    }
    found
}

/// ` (1 (Ash): 3, 2 (Birch): 2)`, where the numbers are those of the rows.
pub(super) fn by_tenant(case: Case<'_>, owners: &BTreeMap<&Owner, u64>, rows: u64) -> String {
    let each: Vec<String> = owners
        .iter()
        .map(|(owner, n)| format!("{}: {n}", case.names.describe_owner(owner)))
        .collect();
    if each.is_empty() || owners.values().sum::<u64>() != rows {
        String::new()
    } else {
        format!(" ({})", few(&each, ", "))
    }
}
