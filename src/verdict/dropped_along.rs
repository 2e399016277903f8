//! Findings about indexes and triggers that a statement dropped along with a table without naming
//! them, and that are not made again, or as less than they were.

use super::case::Look;
use super::continued::Continued;
use super::index_shape::IndexShape;
use super::phrases::object;
use super::{Case, Code, Finding, Severity};
use crate::sentence::{Sentence, name, schema, sql};
use crate::snapshot::catalog::is_bookkeeping;
use crate::sql::token::exact_words;
use crate::sql::{ident, token};

pub(super) fn findings(case: Case<'_>) -> Vec<Finding> {
    let lost = dropped(case);
    lost.map(|(dropped, statement)| dropped.finding(statement))
        .collect()
}

/// The tables, by their names after, and the indexes and triggers that they lost.
pub(super) fn losses(case: Case<'_>) -> Vec<(String, Sentence)> {
    let lost = dropped(case);
    lost.map(|(dropped, _)| (dropped.table.after.name.clone(), dropped.what()))
        .collect()
}

/// What was lost, and the statements that dropped it.
fn dropped(case: Case<'_>) -> impl Iterator<Item = (Dropped<'_>, usize)> {
    case.rehearsal
        .dropped_along
        .iter()
        .filter(|((_, name), _)| !is_bookkeeping(name))
        .filter_map(move |(key, statement)| {
            let object = case.rehearsal.before.objects.get(key)?;
            let dropped = Dropped {
                key,
                table: Continued::of(case, &object.table)?,
                sql: object.sql.as_deref()?,
                text: Text::new(&key.0, object.sql.as_deref()?),
                shape: IndexShape::of(&case.rehearsal.before, key),
            };
            dropped.is_lost().then_some((dropped, *statement))
        })
}

/// An object that was dropped along, of a table that goes on.
struct Dropped<'a> {
    /// its kind and its name
    key: &'a (String, String),
    table: Continued<'a>,
    sql: &'a str,
    text: Text,
    /// what it is over, if it is an index that can be read
    shape: Option<IndexShape>,
}

impl Dropped<'_> {
    /// Whether nothing after does as much.
    fn is_lost(&self) -> bool {
        !(self.is_replaced() || self.is_index() && self.is_of_gone())
    }

    /// ``index `i` ``
    fn what(&self) -> Sentence {
        object(&self.key.0, &self.key.1)
    }

    fn finding(&self, statement: usize) -> Finding {
        let (again, may_do, help) = match self.made_again() {
            None => (
                "not made again".into(),
                false,
                "make it again behind the rebuild, or drop it by name if it is to go:\n",
            ),
            Some((how, may_do)) => (
                "made again " + how,
                may_do,
                "make it as it was, or drop it by name if it is to be another one:\n",
            ),
        };
        let is_uncertain = may_do || (self.is_index() && !self.is_unique());
        let finding = Finding::new(Code::SchemaObjectLost, self.message(statement) + again)
            .on(&self.table.after.name)
            .at(self.table.case.place(statement));
        let Continued { case, after, .. } = self.table;
        if case.declares_loss(&after.name, &self.what()) {
            return finding.declared_loss();
        }
        finding
            .severity(is_uncertain.then_some(Severity::Warning))
            .help(help + schema(self.sql) + ";")
    }

    /// ``index `i` of `t` went with `DROP TABLE t` and was ``
    fn message(&self, statement: usize) -> Sentence {
        let (case, (kind, own)) = (self.table.case, self.key);
        let unique = if self.is_unique() { "unique " } else { "" };
        let first = case
            .look(statement)
            .map_or("", Look::sql)
            .lines()
            .next()
            .unwrap_or_default()
            .trim_end()
            .trim_end_matches(';');
        Sentence::from(format!("{unique}{kind} "))
            + name(own)
            + " of "
            + name(&self.table.after.name)
            + " went with "
            + sql(first)
            + " and was "
    }

    fn is_index(&self) -> bool {
        self.key.0 == "index"
    }

    fn is_unique(&self) -> bool {
        self.is_index() && self.text.is_unique
    }

    /// Whether an object of the state after does as much.
    fn is_replaced(&self) -> bool {
        let (kind, _) = self.key;
        let Continued { case, after, .. } = self.table;
        if let Some(shape) = &self.shape {
            return self.table.still_has(shape);
        }
        case.rehearsal
            .after
            .objects
            .iter()
            .any(|((other, _), object)| {
                let is_its = other == kind && ident::same(&object.table, &after.name);
                let sql = object.sql.as_deref().filter(|_| is_its);
                sql.is_some_and(|sql| self.is_covered_by(&Text::new(kind, sql)))
            })
    }

    /// Whether another text says at least what this one did, with the names after of the table and
    /// its columns.
    fn is_covered_by(&self, now: &Text) -> bool {
        (now.is_unique || !self.text.is_unique)
            && self.table.says_same(&self.text.head, &now.head)
            && self.table.says_same(&self.text.body, &now.body)
    }

    /// Whether a column of the index is gone.
    fn is_of_gone(&self) -> bool {
        self.table.translated(token::folded(self.sql)).is_none()
    }

    /// What the object of its name was made again as, and whether that may do as much; `None` if it
    /// was not.
    fn made_again(&self) -> Option<(Sentence, bool)> {
        let case = self.table.case;
        let now = case.rehearsal.after.objects.get(self.key)?;
        if !ident::same(&now.table, &self.table.after.name) {
            return Some(("for " + name(&now.table), false));
        }
        let is = IndexShape::of(&case.rehearsal.after, self.key);
        if let Some((was, is)) = self.shape.as_ref().zip(is) {
            return Some((self.table.lacks(was, &is).0.into(), false));
        }
        Some(self.compared(&Text::new(&self.key.0, now.sql.as_deref()?)))
    }

    fn compared(&self, now: &Text) -> (Sentence, bool) {
        let was = &self.text;
        let is_same_head = self.table.says_same(&was.head, &now.head);
        // Both may fire on updates, if of other columns.
        let is_update_like = || {
            was.head.get(1).is_some_and(|event| event == "update")
                && was.head.get(..2) == now.head.get(..2)
        };
        let (how, may_do) = match self.key.0.as_str() {
            "trigger" if !is_same_head && !is_update_like() => ("for another event", false),
            _ => ("with another text", true),
        };
        (how.into(), may_do)
    }
}

/// The words of the text of an index or trigger, without its name and what may be left out.
struct Text {
    /// the columns of an index, or the event of a trigger
    head: Vec<String>,
    /// an index's WHERE; what a trigger does, and when
    body: Vec<String>,
    is_unique: bool,
}

impl Text {
    fn new(kind: &str, sql: &str) -> Self {
        let words: Vec<String> = token::folded(sql).collect();
        let ends: &[&str] = if kind == "index" {
            &["where"]
        } else {
            &["when", "begin"]
        };
        // The engine keeps the name right after the word for the kind.
        let name = words
            .iter()
            .position(|word| word == kind)
            .map_or(0, |at| at + 1);
        let start = (name + 1).min(words.len());
        let end = words[start..]
            .iter()
            .position(|word| ends.contains(&word.as_str()))
            .map_or(words.len(), |at| start + at);
        let head = words[start..end].to_vec();
        Self {
            head: if kind == "trigger" {
                with_time(head)
            } else {
                head
            },
            body: exact_words(sql).split_off(end),
            is_unique: words.iter().take(name).any(|word| word == "unique"),
        }
    }
}

/// The head of a trigger with its BEFORE, and without FOR EACH ROW: both may be left out.
fn with_time(mut head: Vec<String>) -> Vec<String> {
    let mut threes = head.windows(3);
    if let Some(at) = threes.position(|three| three == ["for", "each", "row"]) {
        head.drain(at..at + 3);
    }
    let is_time = |word: &String| ["before", "after", "instead"].contains(&word.as_str());
    if !head.first().is_some_and(is_time) {
        head.insert(0, "before".to_owned());
    }
    head
}
