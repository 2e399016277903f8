//! Findings about what a table promised and the one made in its place does not: what decides which
//! rows may exist is an error, what many rebuilds are meant to drop a warning.

use super::continued::Continued;
use super::phrases::list;
use super::rebuild::Rebuild;
use super::words::exact_words;
use super::{Code, Finding, Severity};
use crate::rewrite::{Definition, Reference};
use crate::sentence::{Sentence, bare, name, schema, schema_part};

pub(super) fn findings(rebuild: &Rebuild<'_>) -> Vec<Finding> {
    let Continued {
        case,
        before,
        after,
    } = rebuild.table;
    let Some(text) = case.rehearsal.before.definition(&before.name) else {
        return Vec::new();
    };
    let lost = |(old, new): &_| {
        let table = rebuild.table;
        Promises { table, old, new }.lost().endings()
    };
    let unread = ", and harness cannot read what it promised before or promises now";
    let unread = || vec![(Severity::Warning, unread.into())];
    let endings = rebuild
        .table
        .definitions()
        .as_ref()
        .map_or_else(unread, lost);
    let help = "say it in the CREATE TABLE of the rebuild, if it is to stay; before, the table was \
        made by\n";
    let finding = |(severity, what)| {
        let message = name(&after.name) + " was made again" + what;
        Finding::new(Code::SchemaObjectLost, message)
            .on(&after.name)
            .at(rebuild.created.and_then(|index| case.place(index)))
            .severity(severity)
            .help(help + schema(text) + ";")
    };
    endings.into_iter().map(finding).collect()
}

/// What a table promised before, and what it promises after.
struct Promises<'a> {
    table: Continued<'a>,
    old: &'a Definition,
    new: &'a Definition,
}

/// What is promised no longer.
struct LostPromise {
    /// what decides which rows may exist, and which key a row gets
    rules: Vec<Sentence>,
    /// what columns ask of or give to a row
    habits: Vec<Sentence>,
}

/// `NOT NULL of the column`
fn of_column(what: impl Into<Sentence>, column: &str) -> Sentence {
    what.into() + " of " + name(column)
}

impl Promises<'_> {
    fn lost(&self) -> LostPromise {
        let mut lost = LostPromise {
            rules: self
                .flags()
                .chain(self.keys())
                .chain(self.generated())
                .collect(),
            habits: self
                .not_null()
                .chain(self.defaults())
                .chain(self.collations())
                .collect(),
        };
        self.checks(&mut lost);
        for was in &self.old.foreign_keys {
            self.reference(was, &mut lost);
        }
        lost
    }

    fn flags(&self) -> impl Iterator<Item = Sentence> {
        let (old, new, after) = (self.old, self.new, self.table.after);
        let was_key = self
            .numbered_column()
            .is_some_and(|key| new.primary_key == [key]);
        let is_numbered = after.integer_primary_key.is_some() || after.without_rowid;
        [
            (old.strict, new.strict, "STRICT"),
            (old.without_rowid, new.without_rowid, "WITHOUT ROWID"),
            (old.autoincrement, new.autoincrement, "AUTOINCREMENT"),
            (
                was_key,
                is_numbered,
                "the numbering of an INTEGER PRIMARY KEY",
            ),
        ]
        .into_iter()
        .filter(|(was, is, _)| *was && !is)
        .map(|(_, _, what)| what.into())
    }

    /// The name after of the INTEGER PRIMARY KEY before.
    fn numbered_column(&self) -> Option<String> {
        let before = self.table.before;
        self.table
            .column(&before.columns[before.integer_primary_key?].name)
    }

    fn keys(&self) -> impl Iterator<Item = Sentence> {
        let primary = Some(("PRIMARY KEY (", &self.old.primary_key))
            .filter(|(_, key)| !key.is_empty())
            .into_iter();
        let unique = self.old.unique.iter().map(|columns| ("UNIQUE (", columns));
        primary.chain(unique).filter_map(|(what, columns)| {
            let columns = self.table.columns(columns)?;
            (!self.table.is_unique(&columns)).then(|| what + list(columns) + ")")
        })
    }

    fn generated(&self) -> impl Iterator<Item = Sentence> {
        let names = self
            .table
            .before
            .columns
            .iter()
            .filter(|column| column.generated)
            .filter_map(|column| self.table.column(&column.name));
        let after = self.table.after;
        let is_plain = |name: &str| {
            after
                .column(name)
                .is_some_and(|at| !after.columns[at].generated)
        };
        names
            .filter(move |name| is_plain(name))
            .map(|name| of_column("GENERATED", &name))
    }

    fn not_null(&self) -> impl Iterator<Item = Sentence> {
        let new = self.new;
        let stays = |name: &String| new.not_null.contains(name) || new.primary_key.contains(name);
        self.old
            .not_null
            .iter()
            .filter_map(|column| self.table.column(column))
            .filter(move |name| !stays(name))
            .map(|name| of_column("NOT NULL", &name))
    }

    fn defaults(&self) -> impl Iterator<Item = Sentence> {
        self.old.defaults.iter().filter_map(|(column, default)| {
            let name = self.table.column(column)?;
            let stays =
                self.new.defaults.contains_key(&name) || default.eq_ignore_ascii_case("NULL");
            (!stays).then(|| of_column("DEFAULT " + self.part(default), &name))
        })
    }

    fn collations(&self) -> impl Iterator<Item = Sentence> {
        self.old
            .collations
            .iter()
            .filter_map(|(column, collation)| {
                let name = self.table.column(column)?;
                let stays =
                    collation == "binary" || self.new.collations.get(&name) == Some(collation);
                (!stays).then(|| of_column("COLLATE " + bare(collation), &name))
            })
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
        let same = self
            .new
            .foreign_keys
            .iter()
            .find(|key| self.is_same(key, was));
        if let Some(key) = same.or_else(|| covering().find(|key| self.refers(key, was))) {
            lost.habits
                .extend(unsaid(was, key).map(|said| said + " of " + what.clone()));
        } else if covering().next().is_none() {
            let now = fresh
                .iter()
                .map(|key| foreign_key(&key.columns, &key.parent));
            lost.replaced(what, now);
        }
    }

    /// The columns after of a foreign key; `None` if one, or the table referred to, is gone.
    fn continuing(&self, was: &Reference) -> Option<Vec<String>> {
        let tables = &self.table.case.rehearsal.after.tables;
        let goes_on = tables.contains_key(&was.parent) || self.renamed(&was.parent).is_some();
        self.table.columns(&was.columns).filter(|_| goes_on)
    }

    /// The foreign keys over one of some columns that are none of before.
    fn fresh(&self, columns: &[String]) -> Vec<&Reference> {
        let shares = |key: &&Reference| key.columns.iter().any(|column| columns.contains(column));
        let is_new = |key: &&Reference| {
            !self
                .old
                .foreign_keys
                .iter()
                .any(|was| self.is_same(key, was))
        };
        self.new
            .foreign_keys
            .iter()
            .filter(shares)
            .filter(is_new)
            .collect()
    }

    /// The name after of a table that has another now.
    fn renamed(&self, table: &str) -> Option<&str> {
        let [before, after] = self.table.case.catalogs();
        self.table
            .case
            .rehearsal
            .lineage
            .renamed_to(table, before, after)
    }

    /// Whether a foreign key refers to the table that another one referred to before.
    fn refers(&self, key: &Reference, was: &Reference) -> bool {
        key.parent == was.parent || self.renamed(&was.parent) == Some(&key.parent)
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
        let fresh = Sentence::join(fresh, ", ");
        if fresh.is_empty() {
            self.rules.push(what);
        } else {
            self.habits.push(what + " (now " + fresh + ")");
        }
    }

    /// How the sentences about the new table end, and how bad each is.
    fn endings(self) -> Vec<(Severity, Sentence)> {
        [
            (Severity::Error, self.rules),
            (Severity::Warning, self.habits),
        ]
        .into_iter()
        .filter(|(_, what)| !what.is_empty())
        .map(|(severity, what)| (severity, " without " + Sentence::join(what, ", ")))
        .collect()
    }
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
