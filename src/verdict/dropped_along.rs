//! Findings about indexes and triggers that a statement took along without naming them: not made
//! again, or as less than they were.

use super::schema::{continued, continued_table, exact_words, is_unique, words};
use super::{Case, Code, Finding, Severity};
use crate::rewrite;
use crate::snapshot::catalog::{SchemaObject, Table, is_bookkeeping};
use crate::sql::ident;

pub(super) fn findings(case: Case<'_>) -> Vec<Finding> {
    let before = &case.rehearsal.before;
    let each = case
        .rehearsal
        .dropped_along
        .iter()
        .filter(|((_, name), _)| !is_bookkeeping(name));
    each.filter_map(|(key, statement)| finding(case, key, before.objects.get(key)?, *statement))
        .collect()
}

/// An object that was taken along, of a table that goes on.
struct Taken<'a> {
    case: Case<'a>,
    kind: &'a str,
    tables: (&'a Table, &'a Table),
    text: Text,
}

fn finding(
    case: Case<'_>,
    key: &(String, String),
    object: &SchemaObject,
    statement: usize,
) -> Option<Finding> {
    let (kind, name) = key;
    let sql = object.sql.as_deref()?;
    let tables = continued_table(case, &object.table)?;
    let taken = Taken {
        case,
        kind,
        tables,
        text: Text::new(kind, sql),
    };
    let after = &case.rehearsal.after;
    let of_its_kind = after
        .objects
        .iter()
        .filter(|((other, _), entry)| other == kind && ident::same(&entry.table, &tables.1.name));
    let mut texts =
        of_its_kind.filter_map(|(_, entry)| Some(Text::new(kind, entry.sql.as_deref()?)));
    if texts.any(|text| taken.is_alike(&text)) {
        return None;
    }
    let is_unique = kind == "index" && taken.text.is_unique;
    if kind == "index"
        && (taken.is_of_a_gone_column(sql) || (is_unique && taken.is_kept_apart(sql)))
    {
        return None;
    }
    let how = after.objects.get(key).and_then(|now| taken.made_again(now));
    let what = if is_unique {
        "unique index"
    } else {
        kind.as_str()
    };
    let by = case
        .migration
        .statements
        .get(statement.checked_sub(1)?)
        .map(|s| case.migration.sql(s).lines().next().unwrap_or_default());
    let by = case.hidden.sql(
        statement,
        by.unwrap_or_default().trim_end().trim_end_matches(';'),
    );
    let (end, is_less) = how
        .clone()
        .unwrap_or_else(|| ("not made again".to_owned(), true));
    let message = format!(
        "{what} `{name}` of `{}` went with `{by}` and was {end}",
        tables.1.name
    );
    let mut finding = Finding::new(Code::SchemaObjectLost, message)
        .on(&tables.1.name)
        .at(case.place(statement));
    if !is_less || (kind == "index" && !is_unique) {
        finding.severity = Severity::Warning;
    }
    let again = if how.is_some() {
        "make it as it was"
    } else {
        "make it again behind the rebuild"
    };
    let to_go = if how.is_some() {
        "is to be another one"
    } else {
        "is to go"
    };
    finding.help = format!(
        "{again}, or drop it by name if it {to_go}:\n{};",
        case.hidden.text(sql)
    );
    Some(finding)
}

impl Taken<'_> {
    /// Whether another text says at least what this one did, with the table and columns under their
    /// names after.
    fn is_alike(&self, now: &Text) -> bool {
        let is_for_all = self.kind == "index" && now.body.is_empty();
        (now.is_unique || !self.text.is_unique)
            && self.same(&self.text.head, &now.head)
            && (is_for_all || self.same(&self.text.body, &now.body))
    }

    fn same(&self, was: &[String], now: &[String]) -> bool {
        let (old, new) = self.tables;
        let is_same = |was: &String, now: &String| {
            let is_table = ident::same(was, &old.name) && ident::same(now, &new.name);
            let is_column = || {
                old.column(was).is_some()
                    && continued(self.case, old, new, was).as_ref() == Some(now)
            };
            was == now || is_table || is_column()
        };
        was.len() == now.len() && was.iter().zip(now).all(|(was, now)| is_same(was, now))
    }

    fn is_of_a_gone_column(&self, sql: &str) -> bool {
        let (old, new) = self.tables;
        words(sql).iter().any(|word| {
            old.column(word).is_some() && continued(self.case, old, new, word).is_none()
        })
    }

    /// Whether the rows that the index kept apart are kept apart by something else.
    fn is_kept_apart(&self, sql: &str) -> bool {
        let (old, new) = self.tables;
        let columns = rewrite::index_definition(sql).and_then(|index| index.columns);
        let columns: Option<Vec<String>> = columns.and_then(|all| {
            all.iter()
                .map(|c| continued(self.case, old, new, c))
                .collect()
        });
        columns.is_some_and(|columns| is_unique(self.case, old, new, &columns))
    }

    /// As what the object of its name was made again, and whether that does less for certain;
    /// `None` where there is none for its table.
    fn made_again(&self, now: &SchemaObject) -> Option<(String, bool)> {
        if !ident::same(&now.table, &self.tables.1.name) {
            return Some((format!("made again for `{}`", now.table), true));
        }
        let now = Text::new(self.kind, now.sql.as_deref()?);
        let is_same_head = self.same(&self.text.head, &now.head);
        Some(match self.kind {
            "index" if self.text.is_unique && !now.is_unique => {
                ("made again without UNIQUE".to_owned(), true)
            }
            "index" if !is_same_head => ("made again over other columns".to_owned(), true),
            "index" if self.text.body.is_empty() => {
                ("made again for some rows only".to_owned(), true)
            }
            "index" => ("made again with another WHERE".to_owned(), false),
            _ if !is_same_head && !self.text.is_update_like(&now) => {
                ("made again for another event".to_owned(), true)
            }
            _ => ("made again with another text".to_owned(), false),
        })
    }
}

/// The words of the text of an index or trigger, without its name and what may be left out.
struct Text {
    /// what it is over, or fires on
    head: Vec<String>,
    /// an index's WHERE; what a trigger does, and when
    body: Vec<String>,
    is_unique: bool,
}

impl Text {
    fn new(kind: &str, sql: &str) -> Self {
        let ends: &[&str] = if kind == "index" {
            &["where"]
        } else {
            &["when", "begin"]
        };
        let (mut head, mut body) = (words(sql), exact_words(sql));
        // The engine keeps the name right behind the word for the kind.
        let name = head
            .iter()
            .position(|word| word == kind)
            .map_or(0, |at| at + 1)
            .min(head.len());
        let end = head
            .iter()
            .skip(name + 1)
            .position(|word| ends.contains(&word.as_str()))
            .map_or(head.len(), |at| name + 1 + at);
        let is_unique = head.iter().take(name).any(|word| word == "unique");
        body.drain(..end.min(body.len()));
        head.truncate(end);
        head.drain(..(name + 1).min(end));
        if kind == "trigger" {
            if let Some(at) = head
                .windows(3)
                .position(|three| three == ["for", "each", "row"])
            {
                head.drain(at..at + 3);
            }
            if !head
                .first()
                .is_some_and(|word| ["before", "after", "instead"].contains(&word.as_str()))
            {
                head.insert(0, "before".to_owned());
            }
        }
        Self {
            head,
            body,
            is_unique,
        }
    }

    /// Whether both fire on updates, if of other columns.
    fn is_update_like(&self, other: &Self) -> bool {
        self.head.get(1).is_some_and(|event| event == "update")
            && self.head.get(..2) == other.head.get(..2)
    }
}
