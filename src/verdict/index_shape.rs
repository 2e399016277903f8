//! What an index or key is over, and whether what keeps rows apart after forbids all that something
//! before did. Makes no findings.

use super::continued::Continued;
use crate::rewrite::{self, Definition, IndexDefinition, KeyTerm};
use crate::sentence::{Sentence, bare, schema_part};
use crate::snapshot::Catalog;
use crate::sql::ident;
use crate::sql::token::exact_words;

/// What an index or key of a table is over.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct IndexShape {
    /// `PRIMARY KEY`, `UNIQUE`, or `INDEX` of one that keeps no rows apart
    pub(super) what: &'static str,
    terms: Vec<ShapeTerm>,
    conditions: Vec<ShapeCondition>,
}

#[derive(Clone, PartialEq, Eq)]
struct ShapeTerm {
    text: String,
    words: Vec<String>,
    is_column: bool,
    /// its own, else that of the column
    collation: String,
    is_descending: bool,
}

#[derive(Clone, PartialEq, Eq)]
struct ShapeCondition {
    words: Vec<String>,
    /// what it asks not to be NULL, if it asks nothing else
    not_null: Option<Vec<String>>,
}

impl IndexShape {
    fn new(what: &'static str, terms: &[KeyTerm], table: &Definition) -> Self {
        let term = |term: &KeyTerm| ShapeTerm {
            text: term.what.clone(),
            words: exact_words(&term.what),
            is_column: term.is_column,
            collation: collation(term, table),
            is_descending: term.is_descending,
        };
        // The name of a column is one word, whatever is in it.
        let whole = |mut shape: ShapeTerm| {
            if shape.is_column {
                shape.words = vec![shape.text.clone()];
            }
            shape
        };
        Self {
            what,
            terms: terms.iter().map(term).map(whole).collect(),
            conditions: Vec::new(),
        }
    }

    /// The keys that a table's own text says.
    pub(super) fn keys(table: &Definition) -> impl Iterator<Item = Self> {
        let primary = Some(&table.primary_key).filter(|key| !key.is_empty());
        let primary = primary.map(|key| Self::new("PRIMARY KEY", key, table));
        let unique = table.unique.iter();
        primary
            .into_iter()
            .chain(unique.map(|key| Self::new("UNIQUE", key, table)))
    }

    /// An index by its text, in a table of this definition.
    fn index(sql: &str, table: &Definition) -> Option<Self> {
        let IndexDefinition {
            unique,
            terms,
            conditions,
        } = rewrite::index_definition(sql)?;
        let what = if unique { "UNIQUE" } else { "INDEX" };
        let condition = |it: rewrite::IndexCondition| ShapeCondition {
            words: exact_words(&it.text),
            not_null: it.not_null.as_deref().map(exact_words),
        };
        Some(Self {
            conditions: conditions.into_iter().map(condition).collect(),
            ..Self::new(what, &terms, table)
        })
    }

    /// An object of a catalog by its type and name; `None` if it is no index that can be read.
    pub(super) fn of(catalog: &Catalog, key: &(String, String)) -> Option<Self> {
        let object = catalog.objects.get(key).filter(|_| key.0 == "index")?;
        Self::index(object.sql.as_deref()?, &definition(catalog, &object.table))
    }

    /// The keys and indexes of a table.
    fn all(catalog: &Catalog, table: &str) -> Vec<Self> {
        let definition = definition(catalog, table);
        let own = Self::keys(&definition);
        let indexes = catalog
            .objects
            .iter()
            .filter(|((kind, _), entry)| kind == "index" && ident::same(&entry.table, table))
            .filter_map(|(_, entry)| Self::index(entry.sql.as_deref()?, &definition));
        own.chain(indexes).collect()
    }

    pub(super) fn is_unique(&self) -> bool {
        self.what != "INDEX"
    }

    /// `UNIQUE (org, code COLLATE nocase)`, by the names that `column` gives, of a table.
    pub(super) fn phrase(&self, table: &str, column: impl Fn(&str) -> Option<String>) -> Sentence {
        let term = |term: &ShapeTerm| {
            let named = column(&term.text).filter(|_| term.is_column);
            let what = named.map_or_else(|| schema_part(table, &term.text), bare);
            match term.collation.as_str() {
                "binary" => what,
                collation => what + " COLLATE " + bare(collation),
            }
        };
        let terms = Sentence::join(self.terms.iter().map(term), ", ");
        let some = if self.conditions.is_empty() {
            ")"
        } else {
            ") for some rows"
        };
        Sentence::from(self.what) + " (" + terms + some
    }
}

fn definition(catalog: &Catalog, table: &str) -> Definition {
    let name = catalog.table(table).map_or(table, |table| &table.name);
    let definition = catalog.definition(name).and_then(rewrite::definition);
    definition.unwrap_or_default()
}

/// The collation under which a term compares.
fn collation(term: &KeyTerm, table: &Definition) -> String {
    let of_column = || table.collations.get(&term.what).filter(|_| term.is_column);
    let own = term.collation.as_ref().or_else(of_column);
    own.map_or("binary", String::as_str).to_owned()
}

/// Whether what is equal under one collation is equal under another: what is equal in each byte is
/// equal under all.
fn is_as_coarse(is: &str, was: &str) -> bool {
    is == was || was == "binary"
}

impl Continued<'_> {
    /// Whether something of the table after does all that an index or key before did.
    pub(super) fn still_has(&self, was: &IndexShape) -> bool {
        let [_, after] = self.case.catalogs();
        let now = IndexShape::all(after, &self.after.name);
        now.iter().any(|now| self.covers(now, was))
    }

    /// Whether every column of an index or key before goes on.
    pub(super) fn has_terms(&self, was: &IndexShape) -> bool {
        let terms = was.terms.iter().map(|term| &term.words);
        let words = terms.chain(was.conditions.iter().map(|it| &it.words));
        words
            .flatten()
            .all(|word| self.before.column(word).is_none() || self.column(word).is_some())
    }

    /// Whether an index after does all that one before did: all rows are in it, and those that it
    /// keeps apart. One that keeps none apart is over the same in the same order.
    pub(super) fn covers(&self, now: &IndexShape, was: &IndexShape) -> bool {
        let holds = || now.conditions.iter().all(|it| self.is_implied(it, was));
        let is_term = |now: &ShapeTerm| {
            was.terms.iter().any(|was| {
                self.says_same(&was.words, &now.words)
                    && is_as_coarse(&now.collation, &was.collation)
            })
        };
        if was.is_unique() {
            now.is_unique() && now.terms.iter().all(is_term) && holds()
        } else {
            self.have_same_terms(was, now) && have_same_order(was, now) && holds()
        }
    }

    /// Whether a condition holds for all rows that an index before had in it. One that keeps rows
    /// apart never does so where a term is NULL.
    fn is_implied(&self, now: &ShapeCondition, was: &IndexShape) -> bool {
        let is_said = |was: &ShapeCondition| self.says_same(&was.words, &now.words);
        let is_term = |words: &Vec<String>| {
            let same = |term: &ShapeTerm| self.says_same(&term.words, words);
            was.is_unique() && was.terms.iter().any(same)
        };
        was.conditions.iter().any(is_said) || now.not_null.as_ref().is_some_and(is_term)
    }

    /// Whether an index after forbids what one before did, and no more.
    fn is_same(&self, now: &IndexShape, was: &IndexShape) -> bool {
        self.covers(now, was)
            && now.terms.len() == was.terms.len()
            && now.conditions.len() == was.conditions.len()
            && !have_other_collations(now, was)
    }

    /// Whether something before forbade all that a unique index after does.
    pub(super) fn has_had(&self, now: &IndexShape) -> bool {
        let [before, _] = self.case.catalogs();
        let old = IndexShape::all(before, &self.before.name);
        old.iter()
            .any(|old| old.is_unique() && self.is_same(now, old))
    }

    fn have_same_terms(&self, was: &IndexShape, now: &IndexShape) -> bool {
        let both = was.terms.iter().zip(&now.terms);
        was.terms.len() == now.terms.len()
            && both
                .into_iter()
                .all(|(was, now)| self.says_same(&was.words, &now.words))
    }

    /// The keys after over one of the terms of something before that kept rows apart, if nothing
    /// before was like them.
    pub(super) fn new_keys(&self, was: &IndexShape) -> Vec<IndexShape> {
        let [before, after] = self.case.catalogs();
        let old = IndexShape::all(before, &self.before.name);
        let mut now = IndexShape::all(after, &self.after.name);
        let shares = |now: &IndexShape| {
            let mut terms = now.terms.iter();
            terms.any(|now| {
                was.terms
                    .iter()
                    .any(|was| self.says_same(&was.words, &now.words))
            })
        };
        now.retain(|now| {
            now.is_unique() && shares(now) && !old.iter().any(|old| self.is_same(now, old))
        });
        now
    }

    /// Whether something after is over all terms of something before, and more.
    pub(super) fn is_longer(&self, was: &IndexShape, now: &IndexShape) -> bool {
        let same = |was: &ShapeTerm| {
            let mut terms = now.terms.iter();
            terms.any(|now| self.says_same(&was.words, &now.words))
        };
        now.terms.len() > was.terms.len() && was.terms.iter().all(same)
    }

    /// In what an index after is less than one before, and whether its text leaves something out
    /// rather than says something else.
    pub(super) fn lacks(&self, was: &IndexShape, now: &IndexShape) -> (&'static str, bool) {
        if was.is_unique() && !now.is_unique() {
            ("without UNIQUE", true)
        } else if self.is_longer(was, now) && was.is_unique() {
            ("over more columns", false)
        } else if !self.have_same_terms(was, now) {
            ("over other columns", false)
        } else if have_other_collations(was, now) {
            ("with another COLLATE", true)
        } else if !have_same_order(was, now) {
            ("in another order", true)
        } else if was.conditions.is_empty() {
            ("for some rows only", false)
        } else {
            ("with another WHERE", false)
        }
    }
}

/// Whether a term of an index after compares in another way; both have the same terms.
fn have_other_collations(was: &IndexShape, now: &IndexShape) -> bool {
    let mut both = was.terms.iter().zip(&now.terms);
    if was.is_unique() {
        both.any(|(was, now)| !is_as_coarse(&now.collation, &was.collation))
    } else {
        both.any(|(was, now)| now.collation != was.collation)
    }
}

/// Whether two indexes over the same terms sort alike: one may be the other read backwards.
fn have_same_order(was: &IndexShape, now: &IndexShape) -> bool {
    let both = || was.terms.iter().zip(&now.terms);
    let alike = both().filter(|(was, now)| was.is_descending == now.is_descending);
    let same = alike.count();
    !have_other_collations(was, now) && (same == 0 || same == was.terms.len())
}
