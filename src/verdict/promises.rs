//! Findings about what a table promised and the one made in its place does not: what decides which
//! rows may exist is an error, what many rebuilds are meant to drop a warning.

use super::continued::Continued;
use super::drops::DECLARED;
use super::index_shape::IndexShape;
use super::phrases::list;
use super::rebuild::Rebuild;
use super::{Code, Finding, Severity};
use crate::rewrite::{Definition, Reference};
use crate::sentence::{Sentence, bare, name, schema, schema_part};
use crate::sql::Affinity;
use crate::sql::token::exact_words;
use std::collections::BTreeMap;

pub(super) fn findings(rebuild: &Rebuild<'_>) -> Vec<Finding> {
    let Continued {
        case,
        before,
        after,
    } = rebuild.table;
    let Some(text) = case.rehearsal.before.definition(&before.name) else {
        return Vec::new();
    };
    let finding = |(severity, what)| {
        let message = name(&after.name) + " was made again" + what;
        let help = match severity {
            Severity::Note => DECLARED.into(),
            _ => Sentence::from(LOST) + schema(text) + ";",
        };
        Finding::new(Code::SchemaObjectLost, message)
            .on(&after.name)
            .at(case.place(rebuild.created))
            .severity(severity)
            .help(help)
    };
    endings(rebuild.table).into_iter().map(finding).collect()
}

const LOST: &str = "say it in the CREATE TABLE of the rebuild, if it is to stay; if it is to go, declare \
    it under `drops`; before, the table was made by\n";

/// What the table made again does not promise any more.
pub(super) fn losses(rebuild: &Rebuild<'_>) -> Vec<Sentence> {
    let lost = lost(rebuild.table).into_iter().flat_map(LostPromise::all);
    lost.map(|(_, lost)| lost.what).collect()
}

fn lost(table: Continued<'_>) -> Option<LostPromise> {
    let (old, new) = table.definitions()?;
    Some(Promises { table, old, new }.lost())
}

/// How the sentences about the new table end, and how bad each is: a note, if what it says is
/// declared.
fn endings(table: Continued<'_>) -> Vec<(Severity, Sentence)> {
    let Some(lost) = lost(table) else {
        let unread = ", and harness cannot read what it promised before or promises now";
        return vec![(Severity::Warning, unread.into())];
    };
    let mut by_severity: BTreeMap<Severity, Vec<Sentence>> = BTreeMap::new();
    for (severity, LostItem { what, now }) in lost.all() {
        let is_declared = table.case.declares_loss(&table.after.name, &what);
        let severity = if is_declared {
            Severity::Note
        } else {
            severity
        };
        by_severity.entry(severity).or_default().push(what + now);
    }
    let ending = |(severity, what): (Severity, Vec<Sentence>)| {
        let as_declared = match severity {
            Severity::Note => ", as declared",
            _ => "",
        };
        (
            severity,
            " without " + Sentence::join(what, ", ") + as_declared,
        )
    };
    by_severity.into_iter().map(ending).collect()
}

/// What a table promised before, and what it promises after.
struct Promises<'a> {
    table: Continued<'a>,
    old: Definition,
    new: Definition,
}

/// What is promised no longer.
struct LostPromise {
    /// what decides which rows may exist, and which key a row gets
    rules: Vec<LostItem>,
    /// what columns ask of or give to a row
    habits: Vec<LostItem>,
}

struct LostItem {
    what: Sentence,
    /// ` (now …)`, if something is in its place
    now: Sentence,
}

impl From<Sentence> for LostItem {
    fn from(what: Sentence) -> Self {
        let now = Sentence::default();
        Self { what, now }
    }
}

impl Promises<'_> {
    fn lost(&self) -> LostPromise {
        let mut lost = LostPromise {
            rules: self.rules().into_iter().map(LostItem::from).collect(),
            habits: self.habits().into_iter().map(LostItem::from).collect(),
        };
        self.numbering(&mut lost);
        self.keys(&mut lost);
        self.checks(&mut lost);
        for was in &self.old.foreign_keys {
            self.reference(was, &mut lost);
        }
        lost
    }

    fn rules(&self) -> Vec<Sentence> {
        let Continued { before, after, .. } = self.table;
        let columns = before.columns.iter().filter(|column| column.generated);
        let is_plain = |name: &str| {
            let at = after.column(name);
            at.is_some_and(|at| !after.columns[at].generated)
        };
        let generated = columns.filter_map(|column| {
            self.of_column("GENERATED".into(), &column.name, |name| !is_plain(name))
        });
        self.flags().chain(generated).collect()
    }

    fn flags(&self) -> impl Iterator<Item = Sentence> {
        let (old, new) = (&self.old, &self.new);
        [
            (old.strict, new.strict, "STRICT"),
            (old.without_rowid, new.without_rowid, "WITHOUT ROWID"),
        ]
        .into_iter()
        .filter(|(was, is, _)| *was && !is)
        .map(|(_, _, what)| what.into())
    }

    /// What gave a row its key: a rule, unless the key is one now that gives none.
    fn numbering(&self, lost: &mut LostPromise) {
        let (old, new) = (&self.old, &self.new);
        let Continued { before, after, .. } = self.table;
        let key = before
            .integer_primary_key
            .and_then(|at| self.table.column(&before.columns[at].name));
        let was_key =
            key.is_some_and(|key| matches!(&new.primary_key[..], [only] if only.what == key));
        let is_numbered = after.integer_primary_key.is_some() || after.without_rowid;
        let numbering = "the numbering of an INTEGER PRIMARY KEY";
        let flags = [
            (old.autoincrement && !new.autoincrement, "AUTOINCREMENT"),
            (was_key && !is_numbered, numbering),
        ];
        for (_, what) in flags.into_iter().filter(|(is_lost, _)| *is_lost) {
            lost.replaced(what.into(), self.other_key().into_iter());
        }
    }

    /// The primary key after, if it is none of integers that could be numbered.
    fn other_key(&self) -> Option<Sentence> {
        let after = self.table.after;
        let is_integer = match after.primary_key[..] {
            [] => true,
            [only] => after.columns[only].affinity == Affinity::Integer,
            _ => false,
        };
        let mut keys = IndexShape::keys(&self.new);
        let key = keys.next().filter(|_| !is_integer)?;
        Some(self.key_after(&key))
    }

    fn key_after(&self, key: &IndexShape) -> Sentence {
        key.phrase(&self.table.after.name, |column| Some(column.to_owned()))
    }

    /// What kept rows apart and does not: a rule, unless a primary key that has more columns now. It
    /// names the new keys over a part of it.
    fn keys(&self, lost: &mut LostPromise) {
        let table = self.table;
        let is_lost = |was: &IndexShape| table.has_terms(was) && !table.still_has(was);
        for was in IndexShape::keys(&self.old).filter(is_lost) {
            let what = was.phrase(&table.before.name, |column| table.column(column));
            let now = table.new_keys(&was);
            let is_wider = |now: &IndexShape| {
                was.what == "PRIMARY KEY" && now.what == was.what && table.is_longer(&was, now)
            };
            let kind = if now.iter().any(is_wider) {
                &mut lost.habits
            } else {
                &mut lost.rules
            };
            let now = now_also(now.iter().map(|now| self.key_after(now)));
            kind.push(LostItem { what, now });
        }
    }

    fn habits(&self) -> Vec<Sentence> {
        let (old, new) = (&self.old, &self.new);
        let not_null = old.not_null.iter().filter_map(|column| {
            self.of_column("NOT NULL".into(), column, |name| {
                new.not_null.contains(name) || new.is_in_key(name)
            })
        });
        let defaults = old.defaults.iter().filter_map(|(column, default)| {
            self.of_column("DEFAULT " + self.part(default), column, |name| {
                new.defaults.contains_key(name) || default.eq_ignore_ascii_case("NULL")
            })
        });
        let collations = old.collations.iter().filter_map(|(column, collation)| {
            self.of_column("COLLATE " + bare(collation), column, |name| {
                collation == "binary" || new.collations.get(name) == Some(collation)
            })
        });
        not_null.chain(defaults).chain(collations).collect()
    }

    /// `NOT NULL of the column`, unless that stays with the name after, or the column is gone.
    fn of_column(
        &self,
        what: Sentence,
        column: &str,
        stays: impl Fn(&String) -> bool,
    ) -> Option<Sentence> {
        let now = self.table.column(column)?;
        (!stays(&now)).then(|| what + " of " + name(now))
    }

    /// The checks that are gone are rules; those replaced by a new one over one of their columns
    /// are habits. A check of a column that is gone goes with it.
    fn checks(&self, lost: &mut LostPromise) {
        let now = self
            .new
            .checks
            .iter()
            .map(|check| (exact_words(check), check));
        let was = self
            .old
            .checks
            .iter()
            .filter_map(|check| Some((self.table.translated(exact_words(check))?, check)));
        let (now, was): (Vec<_>, Vec<_>) = (now.collect(), was.collect());
        let is_among = |all: &[(Vec<String>, _)], words| all.iter().any(|(all, _)| all == words);
        for (words, check) in was.iter().filter(|(words, _)| !is_among(&now, words)) {
            let fresh = now
                .iter()
                .filter(|(new, _)| !is_among(&was, new))
                .filter(|(new, _)| self.share_column(words, new));
            lost.replaced(self.check(check), fresh.map(|(_, check)| self.check(check)));
        }
    }

    fn share_column(&self, was: &[String], now: &[String]) -> bool {
        let is_column = |word: &String| self.table.after.column(word).is_some();
        was.iter().any(|word| now.contains(word) && is_column(word))
    }

    fn check(&self, check: &str) -> Sentence {
        "CHECK (" + self.part(check) + ")"
    }

    /// A foreign key that is gone is a rule. One that says less, or that is replaced, is a habit.
    /// Only a new key can replace another.
    fn reference(&self, was: &Reference, lost: &mut LostPromise) {
        let Some(columns) = self.continuing(was) else {
            return;
        };
        let what = foreign_key(&columns, &was.parent);
        let fresh = self.fresh(&columns);
        let covers = |key: &&&Reference| columns.iter().all(|column| key.columns.contains(column));
        let covering = || fresh.iter().filter(covers).copied();
        let mut keys = self.new.foreign_keys.iter();
        let same = keys.find(|key| self.is_same(key, was));
        if let Some(key) = same.or_else(|| covering().find(|key| self.refers(key, was))) {
            let unsaid = unsaid(was, key).map(|said| said + " of " + what.clone());
            lost.habits.extend(unsaid.map(LostItem::from));
        } else if covering().next().is_none() {
            let now = fresh.iter();
            lost.replaced(what, now.map(|key| foreign_key(&key.columns, &key.parent)));
        }
    }

    /// The columns after of a foreign key; `None` if one, or the table referred to, is gone.
    fn continuing(&self, was: &Reference) -> Option<Vec<String>> {
        let rehearsal = self.table.case.rehearsal;
        let goes_on = rehearsal.after.tables.contains_key(&was.parent)
            || rehearsal.renamed_to(&was.parent).is_some();
        self.table.columns(&was.columns).filter(|_| goes_on)
    }

    /// The foreign keys over one of some columns that are none of before.
    fn fresh(&self, columns: &[String]) -> Vec<&Reference> {
        let shares = |key: &&Reference| key.columns.iter().any(|column| columns.contains(column));
        let is_old = |key| {
            self.old
                .foreign_keys
                .iter()
                .any(|was| self.is_same(key, was))
        };
        self.new
            .foreign_keys
            .iter()
            .filter(shares)
            .filter(|key| !is_old(key))
            .collect()
    }

    /// Whether a foreign key refers to the table that another one referred to before.
    fn refers(&self, key: &Reference, was: &Reference) -> bool {
        let renamed = || self.table.case.rehearsal.renamed_to(&was.parent);
        key.parent == was.parent || renamed() == Some(&key.parent)
    }

    /// Whether a foreign key refers to the table of one before, over the same columns in any order.
    fn is_same(&self, key: &Reference, was: &Reference) -> bool {
        let is_it = |columns: Vec<String>| {
            columns.len() == key.columns.len()
                && columns.iter().all(|column| key.columns.contains(column))
        };
        self.refers(key, was) && self.table.columns(&was.columns).is_some_and(is_it)
    }

    /// A part of the old table's text.
    fn part(&self, sql: &str) -> Sentence {
        schema_part(&self.table.before.name, sql)
    }
}

impl LostPromise {
    /// What is gone, and what replaces it, if anything does.
    fn replaced(&mut self, what: Sentence, fresh: impl Iterator<Item = Sentence>) {
        let mut fresh = fresh.peekable();
        let lost = match fresh.peek() {
            Some(_) => &mut self.habits,
            None => &mut self.rules,
        };
        let now = now_also(fresh);
        lost.push(LostItem { what, now });
    }

    fn all(self) -> impl Iterator<Item = (Severity, LostItem)> {
        let rules = self.rules.into_iter().map(|it| (Severity::Error, it));
        let habits = self.habits.into_iter().map(|it| (Severity::Warning, it));
        rules.chain(habits)
    }
}

/// ` (now this, that)`
fn now_also(fresh: impl Iterator<Item = Sentence>) -> Sentence {
    let fresh = Sentence::join(fresh, ", ");
    if fresh.is_empty() {
        return fresh;
    }
    " (now " + fresh + ")"
}

fn foreign_key(columns: &[String], parent: &str) -> Sentence {
    "FOREIGN KEY (" + list(columns) + ") REFERENCES " + bare(parent)
}

/// The actions and the deferral of a foreign key that another one does not have.
fn unsaid(was: &Reference, is: &Reference) -> impl Iterator<Item = Sentence> {
    let actions = [
        ("ON DELETE ", was.on_delete, is.on_delete),
        ("ON UPDATE ", was.on_update, is.on_update),
    ]
    .into_iter()
    .filter_map(|(of, was, is)| {
        let action = was.filter(|was| is.is_none() && *was != "NO ACTION")?;
        Some(Sentence::from(of) + action)
    });
    let deferral = was.deferred == Some(true) && is.deferred.is_none();
    actions.chain(deferral.then(|| "DEFERRABLE INITIALLY DEFERRED".into()))
}
