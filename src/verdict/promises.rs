//! Findings about what a table promised and the one made in its place does not: what decides which
//! rows may exist is an error, what many rebuilds are meant to drop a warning.

use super::continued::Continued;
use super::phrases::list;
use super::rebuild::Rebuild;
use super::words::exact_words;
use super::{Code, Finding, Severity};
use crate::rewrite::{self, Definition, Reference};
use crate::sentence::{Sentence, bare, name, schema, schema_part};

pub(super) fn findings(rebuild: &Rebuild<'_>) -> Vec<Finding> {
    let Continued {
        case,
        before,
        after,
    } = rebuild.table;
    let [was, is] = case.catalogs();
    let Some(text) = was.definition(&before.name) else {
        return Vec::new();
    };
    let lead = || name(&after.name) + " was made again";
    let finding = |severity: Severity, message: Sentence| {
        let help = "say it in the CREATE TABLE of the rebuild, if it is to stay; before, the table \
            was made by\n";
        Finding::new(Code::SchemaObjectLost, message)
            .on(&after.name)
            .at(rebuild.created.and_then(|index| case.place(index)))
            .severity(severity)
            .help(help + schema(text) + ";")
    };
    let new = is.definition(&after.name).and_then(rewrite::definition);
    let (Some(old), Some(new)) = (rewrite::definition(text), new) else {
        let why = ", and harness cannot read what it promised before or promises now";
        return vec![finding(Severity::Warning, lead() + why)];
    };
    let promises = Promises {
        table: rebuild.table,
        old: &old,
        new: &new,
    };
    let lost = promises.lost();
    let all = [
        (Severity::Error, lost.rules),
        (Severity::Warning, lost.habits),
    ];
    let lost = all.into_iter().filter(|(_, what)| !what.is_empty());
    lost.map(|(severity, what)| {
        finding(severity, lead() + " without " + Sentence::join(what, ", "))
    })
    .collect()
}

/// What a table promised before, and what it promises after.
struct Promises<'a> {
    table: Continued<'a>,
    old: &'a Definition,
    new: &'a Definition,
}

/// What is promised no longer.
struct Lost {
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
    fn lost(&self) -> Lost {
        let mut lost = Lost {
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
        let flags = [
            (old.strict, new.strict, "STRICT"),
            (old.without_rowid, new.without_rowid, "WITHOUT ROWID"),
            (old.autoincrement, new.autoincrement, "AUTOINCREMENT"),
            (
                was_key,
                is_numbered,
                "the numbering of an INTEGER PRIMARY KEY",
            ),
        ];
        let lost = flags.into_iter().filter(|(was, is, _)| *was && !is);
        lost.map(|(_, _, what)| what.into())
    }

    /// The name after of the INTEGER PRIMARY KEY before.
    fn numbered_column(&self) -> Option<String> {
        let before = self.table.before;
        self.table
            .column(&before.columns[before.integer_primary_key?].name)
    }

    fn keys(&self) -> impl Iterator<Item = Sentence> {
        let primary = Some(("PRIMARY KEY (", &self.old.primary_key));
        let primary = primary.filter(|(_, key)| !key.is_empty()).into_iter();
        let unique = self.old.unique.iter().map(|columns| ("UNIQUE (", columns));
        primary.chain(unique).filter_map(|(what, columns)| {
            let columns = self.table.columns(columns)?;
            (!self.table.is_unique(&columns)).then(|| what + list(columns) + ")")
        })
    }

    fn generated(&self) -> impl Iterator<Item = Sentence> {
        let columns = self
            .table
            .before
            .columns
            .iter()
            .filter(|column| column.generated);
        let names = columns.filter_map(|column| self.table.column(&column.name));
        let after = self.table.after;
        let is_plain = |name: &str| {
            after
                .column(name)
                .is_some_and(|at| !after.columns[at].generated)
        };
        let plain = names.filter(move |name| is_plain(name));
        plain.map(|name| of_column("GENERATED", &name))
    }

    fn not_null(&self) -> impl Iterator<Item = Sentence> {
        let new = self.new;
        let stays = |name: &String| new.not_null.contains(name) || new.primary_key.contains(name);
        let names = self
            .old
            .not_null
            .iter()
            .filter_map(|column| self.table.column(column));
        let lost = names.filter(move |name| !stays(name));
        lost.map(|name| of_column("NOT NULL", &name))
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
    fn checks(&self, lost: &mut Lost) {
        let now = self
            .new
            .checks
            .iter()
            .map(|check| (check, exact_words(check)));
        let was = self
            .old
            .checks
            .iter()
            .filter_map(|check| Some((check, self.table.translated(exact_words(check))?)));
        let (now, was): (Vec<_>, Vec<(&String, Vec<String>)>) = (now.collect(), was.collect());
        let is_among = |words: &[String], all: &[(&String, Vec<String>)]| {
            all.iter().any(|(_, other)| other == words)
        };
        let is_column = |word: &String| self.table.after.column(word).is_some();
        for (check, words) in was.iter().filter(|(_, words)| !is_among(words, &now)) {
            let shares = |other: &[String]| {
                words
                    .iter()
                    .any(|word| other.contains(word) && is_column(word))
            };
            let fresh = now
                .iter()
                .filter(|(_, other)| !is_among(other, &was) && shares(other));
            let fresh = fresh.map(|(check, _)| self.check(check)).collect();
            lost.replaced(self.check(check), fresh);
        }
    }

    fn check(&self, check: &str) -> Sentence {
        "CHECK (" + self.part(check) + ")"
    }

    /// A foreign key that is gone is a rule. One that says less, or that is replaced, is a habit.
    /// Only a new key can replace another.
    fn reference(&self, was: &Reference, lost: &mut Lost) {
        let after = &self.table.case.rehearsal.after;
        let goes_on = after.tables.contains_key(&was.parent) || self.renamed(&was.parent).is_some();
        let Some(columns) = self.table.columns(&was.columns).filter(|_| goes_on) else {
            return;
        };
        let what = foreign_key(&columns, &was.parent);
        let shares = |key: &&Reference| key.columns.iter().any(|column| columns.contains(column));
        let covers = |key: &Reference| columns.iter().all(|column| key.columns.contains(column));
        let fresh = self.new.foreign_keys.iter().filter(|key| !self.had(key));
        let fresh: Vec<&Reference> = fresh.filter(shares).collect();
        let is_same = |key: &&Reference| self.refers(key, was) && is_same(&key.columns, &columns);
        let wider = || {
            fresh
                .iter()
                .copied()
                .find(|key| covers(key) && self.refers(key, was))
        };
        if let Some(key) = self.new.foreign_keys.iter().find(is_same).or_else(wider) {
            lost.habits
                .extend(unsaid(was, key).map(|said| said + " of " + what.clone()));
        } else if !fresh.iter().any(|key| covers(key)) {
            let now = fresh
                .iter()
                .map(|key| foreign_key(&key.columns, &key.parent));
            lost.replaced(what, now.collect());
        }
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

    /// Whether a foreign key was there before.
    fn had(&self, key: &Reference) -> bool {
        self.old.foreign_keys.iter().any(|was| {
            let columns = || self.table.columns(&was.columns);
            self.refers(key, was) && columns().is_some_and(|all| is_same(&all, &key.columns))
        })
    }

    /// A part of the old table's text.
    fn part(&self, sql: &str) -> Sentence {
        schema_part(&self.table.before.name, sql)
    }
}

impl Lost {
    /// What is gone, and what replaces it, if anything does.
    fn replaced(&mut self, what: Sentence, fresh: Vec<Sentence>) {
        if fresh.is_empty() {
            self.rules.push(what);
        } else {
            self.habits
                .push(what + " (now " + Sentence::join(fresh, ", ") + ")");
        }
    }
}

fn foreign_key(columns: &[String], parent: &str) -> Sentence {
    "FOREIGN KEY (" + list(columns) + ") REFERENCES " + bare(parent)
}

/// Whether two keys are over the same columns, in any order.
fn is_same(a: &[String], b: &[String]) -> bool {
    a.len() == b.len() && a.iter().all(|column| b.contains(column))
}

/// The actions and the deferral of a foreign key that another one does not have.
fn unsaid(was: &Reference, is: &Reference) -> impl Iterator<Item = Sentence> {
    let actions = [
        ("ON DELETE ", was.on_delete, is.on_delete),
        ("ON UPDATE ", was.on_update, is.on_update),
    ];
    let actions = actions.into_iter().filter_map(|(of, was, is)| {
        let action = was.filter(|was| is.is_none() && *was != "NO ACTION")?;
        Some(Sentence::from(of) + action)
    });
    let deferral = was.deferred == Some(true) && is.deferred.is_none();
    actions.chain(deferral.then(|| "DEFERRABLE INITIALLY DEFERRED".into()))
}
