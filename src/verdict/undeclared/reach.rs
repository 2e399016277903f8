//! What reads a table, by text: views, triggers, virtual tables and tenant lookups of the state
//! before, each with all that reads those in turn; and what a word in their texts may mean.

use super::super::Case;
use crate::scope::TenantRule;
use crate::sentence::{Sentence, name};
use crate::snapshot::tenancy;
use crate::sql::{Words, ident, token};
use std::collections::BTreeSet;

/// Something that was there before and reads tables.
pub(super) struct SchemaReader<'a> {
    pub(super) kind: ReaderKind,
    /// its own name, folded; of a lookup that of its table
    name: String,
    /// the table that it belongs to, folded
    of: Option<String>,
    pub(super) text: &'a str,
    /// the words of its text, folded
    words: BTreeSet<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReaderKind {
    View,
    Trigger,
    Virtual,
    Lookup,
}

impl SchemaReader<'_> {
    /// Whether a word in its text may mean an object or column of this name. A name that a query
    /// gives twice has `:1` behind it the second time.
    pub(super) fn may_mean(&self, name: &str) -> bool {
        let name = ident::folded(name);
        let numbered = name.clone() + ":";
        let mut words = self.words.iter();
        words.any(|word| *word == name || word.starts_with(&numbered))
    }

    /// Whether a further column of a table that it reads may change its rows, or what it does,
    /// without being named.
    pub(super) fn takes_all_columns(&self) -> bool {
        let words = Words::of(self.text);
        // Other modules than FTS5 may take the columns of what they are over.
        if self.kind == ReaderKind::Virtual && !words.has("fts5") {
            return true;
        }
        let orders = |at: usize| words.is_word(at, "BY") && has_number_behind(&words, at);
        let is_star = |at: usize| {
            let before = at
                .checked_sub(1)
                .map(|at| words.text(at).to_ascii_uppercase());
            let opens = ["SELECT", "DISTINCT", "ALL", ",", ".", "RETURNING"];
            words.text(at) == "*" && before.is_some_and(|word| opens.contains(&word.as_str()))
        };
        let compares = ["DISTINCT", "UNION", "EXCEPT", "INTERSECT"];
        let has_star = (0..words.len()).any(is_star);
        let is_positional = || {
            self.kind != ReaderKind::View
                || compares.iter().any(|word| words.has(word))
                || (0..words.len()).any(orders)
        };
        words.has("NATURAL") || has_star && is_positional()
    }

    /// Whether it reads the schema itself, which every addition changes.
    pub(super) fn reads_schema(&self) -> bool {
        let own = ["sqlite_schema", "sqlite_master"];
        let mut words = self.words.iter();
        words.any(|word| own.contains(&word.as_str()) || word.starts_with("pragma_"))
    }

    /// ``view `v` ``, as messages name it.
    pub(super) fn named(&self) -> Sentence {
        let kind = match self.kind {
            ReaderKind::View => "view ",
            ReaderKind::Trigger => "trigger ",
            ReaderKind::Virtual => "virtual table ",
            ReaderKind::Lookup => "the tenant lookup of ",
        };
        Sentence::from(kind) + name(&*self.name)
    }
}

/// Whether the terms of ORDER BY or GROUP BY behind a place have a number, which may be the place of
/// a column.
fn has_number_behind(words: &Words<'_>, by: usize) -> bool {
    let ends = ["LIMIT", "HAVING", "WINDOW", "ORDER"];
    (by + 1..words.len())
        .take_while(|at| words.depth(*at) >= words.depth(by) && !words.is_word_of(*at, &ends))
        .any(|at| words.is_number(at))
}

/// Everything of the state before that reads tables.
pub(super) fn readers(case: Case<'_>) -> Vec<SchemaReader<'_>> {
    let [before, _] = case.catalogs();
    let reader = |kind, own: &str, of, text| SchemaReader {
        kind,
        name: ident::folded(own),
        of,
        text,
        words: token::folded(text).collect(),
    };
    let objects = before.objects.iter().filter_map(|((of, own), object)| {
        let text = object.sql.as_deref()?;
        Some(match of.as_str() {
            "view" => reader(ReaderKind::View, own, None, text),
            "trigger" => {
                let table = ident::folded(&object.table);
                reader(ReaderKind::Trigger, own, Some(table), text)
            }
            "table" if Words::of(text).is(1, "VIRTUAL") => {
                reader(ReaderKind::Virtual, own, None, text)
            }
            _ => return None,
        })
    });
    let lookups = case.tenants.tables.values().filter_map(|entry| {
        let table = before.table(&entry.table)?;
        match &entry.rule {
            TenantRule::Lookup(sql) => Some(reader(ReaderKind::Lookup, &table.name, None, sql)),
            TenantRule::Column(_) | TenantRule::Shared => None,
        }
    });
    objects.chain(lookups).collect()
}

/// Those that read a table, directly or by way of others.
pub(super) fn readers_of<'r, 'a>(
    all: &'r [SchemaReader<'a>],
    table: &str,
) -> Vec<&'r SchemaReader<'a>> {
    let mut names = BTreeSet::from([ident::folded(table)]);
    loop {
        let reads = |reader: &&SchemaReader<'_>| {
            let is_on = reader.of.as_ref().is_some_and(|of| names.contains(of));
            is_on || names.iter().any(|name| reader.may_mean(name))
        };
        let found: Vec<&SchemaReader<'_>> = all.iter().filter(reads).collect();
        let tables = found
            .iter()
            .filter(|reader| matches!(reader.kind, ReaderKind::View | ReaderKind::Virtual));
        let more: BTreeSet<String> = tables.map(|reader| reader.name.clone()).collect();
        let known = names.len();
        names.extend(more);
        if names.len() == known {
            return found;
        }
    }
}

/// Whether something says whose rows are by a column: a rule of the table itself, or a lookup that
/// reads the table.
pub(super) fn says_whose(case: Case<'_>, table: &str, column: &str) -> bool {
    let [before, after] = case.catalogs();
    let own = [before, after].into_iter().filter_map(|catalog| {
        let table = catalog.table(table)?;
        tenancy::rule_for(case.tenants, table)
    });
    let mut own = own.flat_map(|rule| tenancy::columns_of(&rule));
    let mut lookups = case
        .tenants
        .tables
        .values()
        .filter_map(|entry| match &entry.rule {
            TenantRule::Lookup(sql) => Some(sql),
            TenantRule::Column(_) | TenantRule::Shared => None,
        });
    ident::same(column, &case.tenants.column)
        || own.any(|own| ident::same(&own, column))
        || lookups.any(|sql| token::mentions(sql, column) && token::mentions(sql, table))
}
