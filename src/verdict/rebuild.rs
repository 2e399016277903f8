//! Findings about tables that were made again: rows that did not arrive, promises that the new
//! table does not make.

use super::{Case, Code, Finding, Severity, declared, schema, scope};
use crate::diff::{Deletions, Whole};
use crate::migration::{ObjectType, Statement, StatementKind};
use crate::rewrite::{self, Definition, Reference};
use crate::scope::{Count, Op};
use crate::snapshot::catalog::{Table, TableKind};
use crate::sql::{ident, token};
use std::collections::BTreeSet;

/// A table that the migration made in the place of one of the state before.
pub(super) struct Rebuild<'a> {
    pub(super) before: &'a Table,
    pub(super) after: &'a Table,
    /// the names that the new table bore, folded, the last one first
    pub(super) names: Vec<String>,
    /// the statement that created it, or of one that was there before, gave it this name
    pub(super) created: Option<usize>,
}

pub(super) fn findings(case: Case<'_>) -> Vec<Finding> {
    let rebuilds = rebuilds(case);
    rebuilds
        .iter()
        .flat_map(|rebuild| {
            rows_lost(case, rebuild)
                .into_iter()
                .chain(promises_lost(case, rebuild))
        })
        .collect()
}

/// Every table of that kind.
pub(super) fn rebuilds(case: Case<'_>) -> Vec<Rebuild<'_>> {
    let (before, after) = (&case.rehearsal.before, &case.rehearsal.after);
    let lineage = &case.rehearsal.lineage;
    let is_plain = |table: &&Table| table.kind == TableKind::Ordinary;
    let rebuild = |(folded, after_table): (&String, &'_ Table)| {
        let old = lineage.before(folded, before, after).filter(is_plain)?;
        if !lineage.is_replaced(folded, old) {
            return None;
        }
        let after = case.rehearsal.after.table(&after_table.name)?;
        let (names, created) = origin(case, folded);
        Some((old, after, names, created))
    };
    let tables = after
        .tables
        .iter()
        .filter(|(_, table)| is_plain(table))
        .filter_map(rebuild);
    tables
        .map(|(before, after, names, created)| Rebuild {
            before,
            after,
            names,
            created,
        })
        .collect()
}

/// The names that a table of the state after bore, and the statement that created it, else gave it
/// the last name.
fn origin(case: Case<'_>, folded: &str) -> (Vec<String>, Option<usize>) {
    let (mut names, mut renaming) = (vec![folded.to_owned()], None);
    let is_named = |statement: &Statement, name: &str| {
        statement
            .table
            .as_deref()
            .is_some_and(|table| ident::same(table, name))
    };
    for statement in executed(case).into_iter().rev() {
        let last = names.last().map_or(folded, String::as_str);
        if statement.kind == StatementKind::Create(ObjectType::Table) && is_named(statement, last) {
            return (names, Some(statement.index));
        }
        if let (Some(table), Some(to)) = (&statement.table, renamed_to(case, statement))
            && ident::same(&to, last)
        {
            renaming = renaming.or(Some(statement.index));
            names.push(ident::folded(table));
        }
    }
    (names, renaming)
}

/// The statements that ran without an error.
pub(super) fn executed(case: Case<'_>) -> Vec<&Statement> {
    let ran = case
        .rehearsal
        .statements
        .iter()
        .filter(|run| run.error.is_none());
    ran.filter_map(|run| case.migration.statements.get(run.index.checked_sub(1)?))
        .collect()
}

/// The new name that an `ALTER TABLE … RENAME TO` gives.
pub(super) fn renamed_to(case: Case<'_>, statement: &Statement) -> Option<String> {
    if statement.kind != StatementKind::AlterTable {
        return None;
    }
    let sql = case.migration.sql(statement);
    let tokens = token::significant(sql);
    let at = tokens
        .windows(2)
        .position(|pair| pair[0].is_word(sql, "RENAME") && pair[1].is_word(sql, "TO"))?;
    tokens
        .get(at + 2)
        .map(|token| ident::dequote(token.span.of(sql)))
}

fn rows_lost(case: Case<'_>, rebuild: &Rebuild<'_>) -> Option<Finding> {
    let table = &rebuild.after.name;
    let changes = case.diff.changes.tables.get(table)?;
    let inserted = changes.changed().insert;
    let whole = case.diff.wholes.get(table)?;
    let statements = executed(case);
    let its = Names::of(case, rebuild, &statements);
    let is_filling =
        |statement: &&&Statement| statement.kind == StatementKind::Insert && its.is_new(statement);
    let filling: Vec<usize> = statements
        .iter()
        .filter(is_filling)
        .map(|statement| statement.index)
        .collect();
    let (lost, from_new) = lost(case, whole, &its, &statements, rebuild.created);
    if lost == 0 {
        return None;
    }
    let before = whole.rows;
    let how_many = if lost == before {
        format!("all {}", scope::rows(before))
    } else {
        format!("{lost} of the {}", scope::rows(before))
    };
    let owners = schema::owners(changes, Op::Delete, |_| true);
    let tenants = schema::by_tenant(case, &owners, lost);
    let mut clauses = vec![format!(
        "{how_many} of `{table}` did not arrive in the table that took its place{tenants}"
    )];
    for index in &filling {
        let run = case
            .rehearsal
            .statements
            .iter()
            .find(|run| run.index == *index);
        if let (Some(Some(Ok(preview))), Some(statement)) = (
            run.map(|run| &run.preview),
            case.migration.statements.get(index - 1),
        ) {
            clauses.push(format!(
                "the INSERT at line {} selects {}",
                statement.line,
                scope::rows(preview.rows)
            ));
        }
    }
    if inserted > 0 {
        clauses.push(format!(
            "{} {} not there before",
            scope::rows(inserted),
            if inserted == 1 { "was" } else { "were" }
        ));
    }
    let is_doubtful = from_new >= lost;
    if is_doubtful {
        clauses.push(format!(
            "a DELETE took {} out of the new table, and harness cannot tell whether it is these",
            scope::rows(from_new)
        ));
    }
    let message = clauses.join("; ");
    let place = filling
        .first()
        .or(rebuild.created.as_ref())
        .and_then(|index| case.place(*index));
    let mut finding = Finding::new(Code::RowsLostInRebuild, message)
        .on(table)
        .at(place);
    finding.rows = Some(lost);
    finding.tenants = scope::spell(case, owners.keys().copied());
    let count = case
        .scope
        .and_then(|scope| scope.tables.get(&ident::folded(table)))
        .and_then(|t| t.expected.counts.get(&Op::Delete));
    let is_exact =
        count.is_some_and(|count| !matches!(count, Count::Any | Count::Range(_, u64::MAX)));
    if is_exact && declared::standing(case, table, Op::Delete) == declared::Standing::Declared {
        finding.severity = Severity::Note;
        "nothing, if these are the rows you meant: their deletion is declared"
            .clone_into(&mut finding.help);
    } else if inserted >= lost || is_doubtful {
        // As many came as went: the rows may have got other keys.
        finding.severity = Severity::Warning;
    }
    Some(finding)
}

/// The names that the tables of a rebuild bore.
struct Names<'a> {
    rebuild: &'a Rebuild<'a>,
    aside: Vec<String>,
}

impl<'a> Names<'a> {
    fn of(case: Case<'_>, rebuild: &'a Rebuild<'a>, statements: &[&Statement]) -> Self {
        let is_old = |s: &&&Statement| {
            s.table
                .as_deref()
                .is_some_and(|name| ident::same(name, &rebuild.before.name))
        };
        let aside = statements
            .iter()
            .filter(is_old)
            .filter_map(|s| renamed_to(case, s))
            .map(|name| ident::folded(&name));
        Self {
            rebuild,
            aside: aside.collect(),
        }
    }

    /// Whether a statement is of a table that bears a name of the new one.
    fn is_new(&self, statement: &Statement) -> bool {
        statement
            .table
            .as_deref()
            .is_some_and(|name| self.rebuild.names.iter().any(|own| ident::same(own, name)))
    }

    /// Whether some SQL names the old one.
    fn names_old(&self, sql: &str) -> bool {
        let is_old = |word: &String| {
            ident::same(word, &self.rebuild.before.name) || self.aside.contains(word)
        };
        schema::words(sql).iter().any(is_old)
    }
}

/// The rows that are gone and that no DELETE took out of the old table before it was copied, nor
/// out of the new one by their keys; and how many DELETEs took out of the new one whose keys tell
/// nothing.
fn lost(
    case: Case<'_>,
    whole: &Whole,
    its: &Names<'_>,
    statements: &[&Statement],
    created: Option<usize>,
) -> (u64, u64) {
    let is_copying = |s: &&&Statement| {
        s.kind == StatementKind::Insert && its.is_new(s) && its.names_old(case.migration.sql(s))
    };
    let copying: BTreeSet<usize> = statements
        .iter()
        .filter(is_copying)
        .map(|s| s.index)
        .collect();
    let begun = copying.first().copied().or(created).unwrap_or(usize::MAX);
    let deletes: BTreeSet<usize> = statements
        .iter()
        .filter(|s| s.kind == StatementKind::Delete)
        .map(|s| s.index)
        .collect();
    let rows = |is_it: &dyn Fn(&Deletions) -> bool| -> u64 {
        whole
            .gone
            .iter()
            .filter(|(by, _)| is_it(by))
            .map(|(_, rows)| rows)
            .sum()
    };
    let from_old = |by: &Deletions| {
        by.from_old
            .range(..begun)
            .any(|index| deletes.contains(index))
    };
    let from_new = |by: &Deletions| by.from_new.iter().any(|index| deletes.contains(index));
    let lost = rows(&|by| !from_old(by) && !from_new(by));
    let removed = case
        .rehearsal
        .touched
        .removed
        .get(&ident::folded(&its.rebuild.after.name))
        .filter(|_| !whole.tells_removed);
    let removed = removed.map_or(0, |removed| {
        removed.rows_by(|statement| deletes.contains(&statement))
    });
    let copied: u64 = case
        .rehearsal
        .statements
        .iter()
        .filter(|run| copying.contains(&run.index))
        .map(|run| run.direct.insert)
        .sum();
    let all_came = removed >= lost && copied + rows(&from_old) == whole.rows;
    if all_came {
        (0, removed)
    } else {
        (lost, removed)
    }
}

/// What the old table promised and the new one does not: what decides which rows may stand is an
/// error, what many rebuilds are for a warning.
fn promises_lost(case: Case<'_>, rebuild: &Rebuild<'_>) -> Vec<Finding> {
    let (before, after) = (&case.rehearsal.before, &case.rehearsal.after);
    let Some(text) = before.definition(&rebuild.before.name) else {
        return Vec::new();
    };
    let (old, new) = (
        rewrite::definition(text),
        after
            .definition(&rebuild.after.name)
            .and_then(rewrite::definition),
    );
    let place = rebuild.created.and_then(|index| case.place(index));
    let table = &rebuild.after.name;
    let finding = |severity: Severity, message: String| {
        let mut finding = Finding::new(Code::SchemaObjectLost, message)
            .on(table)
            .at(place);
        finding.severity = severity;
        finding.help = format!(
            "say it in the CREATE TABLE of the rebuild, if it is to stay; before, the table \
            was made by\n{};",
            case.hidden.text(text)
        );
        finding
    };
    let (Some(old), Some(new)) = (old, new) else {
        let message = format!(
            "`{table}` was made again, and harness cannot read what it promised before or \
            promises now"
        );
        return vec![finding(Severity::Warning, message)];
    };
    let promises = Promises {
        case,
        rebuild,
        old: &old,
        new: &new,
    };
    let (mut rules, mut habits) = (promises.rules(), promises.habits());
    promises.checks(&mut rules, &mut habits);
    promises.references(&mut rules, &mut habits);
    let lost = [(Severity::Error, rules), (Severity::Warning, habits)]
        .into_iter()
        .filter(|(_, what)| !what.is_empty());
    lost.map(|(severity, what)| {
        finding(
            severity,
            format!("`{table}` was made again without {}", what.join(", ")),
        )
    })
    .collect()
}

/// What a table promised before, and what it promises after.
struct Promises<'a> {
    case: Case<'a>,
    rebuild: &'a Rebuild<'a>,
    old: &'a Definition,
    new: &'a Definition,
}

impl Promises<'_> {
    /// What decides which rows may stand, and whose key a row gets.
    fn rules(&self) -> Vec<String> {
        let (old, new) = (self.old, self.new);
        let mut lost = Vec::new();
        let mut flag = |before: bool, after: bool, what: &str| {
            lost.extend((before && !after).then(|| what.to_owned()));
        };
        flag(old.strict, new.strict, "STRICT");
        flag(old.without_rowid, new.without_rowid, "WITHOUT ROWID");
        flag(old.autoincrement, new.autoincrement, "AUTOINCREMENT");
        let numbered =
            self.rebuild.before.integer_primary_key.and_then(|at| {
                self.continued(&ident::folded(&self.rebuild.before.columns[at].name))
            });
        let is_key = |column: &String| new.primary_key == [column.clone()];
        let is_numbered =
            self.rebuild.after.integer_primary_key.is_some() || self.rebuild.after.without_rowid;
        flag(
            numbered.as_ref().is_some_and(is_key),
            is_numbered,
            "the numbering of an INTEGER PRIMARY KEY",
        );
        if let Some(key) = self.all(&old.primary_key)
            && !key.is_empty()
            && !self.is_unique(&key)
        {
            lost.push(format!("PRIMARY KEY ({})", key.join(", ")));
        }
        let unique = old
            .unique
            .iter()
            .filter_map(|columns| self.all(columns))
            .filter(|columns| !self.is_unique(columns));
        lost.extend(unique.map(|columns| format!("UNIQUE ({})", columns.join(", "))));
        let generated = self
            .rebuild
            .before
            .columns
            .iter()
            .filter(|column| column.generated);
        let is_plain = |name: &String| {
            self.rebuild
                .after
                .column(name)
                .is_some_and(|at| !self.rebuild.after.columns[at].generated)
        };
        let plain = generated
            .filter_map(|column| self.continued(&ident::folded(&column.name)))
            .filter(is_plain);
        lost.extend(plain.map(|column| format!("GENERATED of `{column}`")));
        lost
    }

    /// What columns ask of or give to a row; to end one of these is what many rebuilds are for.
    fn habits(&self) -> Vec<String> {
        let (old, new) = (self.old, self.new);
        let goes_on = |column: &String| self.continued(column);
        let is_key = |column: &String| new.primary_key.contains(column);
        let not_null = old
            .not_null
            .iter()
            .filter_map(goes_on)
            .filter(|column| !new.not_null.contains(column) && !is_key(column));
        let mut lost: Vec<String> = not_null
            .map(|column| format!("NOT NULL of `{column}`"))
            .collect();
        for (column, default) in &old.defaults {
            let is_null = default.eq_ignore_ascii_case("NULL");
            let gone = self
                .continued(column)
                .filter(|column| !is_null && !new.defaults.contains_key(column));
            lost.extend(
                gone.map(|column| format!("DEFAULT {} of `{column}`", self.shown(default))),
            );
        }
        for (column, collation) in &old.collations {
            let gone = self.continued(column).filter(|column| {
                collation != "binary" && new.collations.get(column) != Some(collation)
            });
            lost.extend(gone.map(|column| format!("COLLATE {collation} of `{column}`")));
        }
        lost
    }

    /// The foreign keys that are gone, those that say less, and the actions that one says nothing
    /// of any more. Only one that is new may stand in the place of another.
    fn references(&self, rules: &mut Vec<String>, habits: &mut Vec<String>) {
        let Self { case, old, new, .. } = self;
        let (before, after) = (&case.rehearsal.before, &case.rehearsal.after);
        let is_same = |a: &[String], b: &[String]| {
            a.len() == b.len() && a.iter().all(|column| b.contains(column))
        };
        let refers = |key: &Reference, was: &Reference| {
            key.parent == was.parent
                || case
                    .rehearsal
                    .lineage
                    .renamed_to(&was.parent, before, after)
                    == Some(&key.parent)
        };
        let stood = |key: &&Reference| {
            !old.foreign_keys.iter().any(|was| {
                refers(key, was)
                    && self
                        .all(&was.columns)
                        .is_some_and(|all| is_same(&all, &key.columns))
            })
        };
        let spelled = |columns: &[String], parent: &str| {
            format!("FOREIGN KEY ({}) REFERENCES {parent}", columns.join(", "))
        };
        for was in &old.foreign_keys {
            let goes_on = after.tables.contains_key(&was.parent)
                || case
                    .rehearsal
                    .lineage
                    .renamed_to(&was.parent, before, after)
                    .is_some();
            let Some(columns) = self.all(&was.columns).filter(|_| goes_on) else {
                continue;
            };
            let lost = spelled(&columns, &was.parent);
            let fresh: Vec<&Reference> = new
                .foreign_keys
                .iter()
                .filter(stood)
                .filter(|key| key.columns.iter().any(|c| columns.contains(c)))
                .collect();
            let covers =
                |key: &&&Reference| columns.iter().all(|column| key.columns.contains(column));
            let kept = new
                .foreign_keys
                .iter()
                .find(|key| refers(key, was) && is_same(&key.columns, &columns));
            if let Some(key) = kept.or_else(|| {
                fresh
                    .iter()
                    .find(|key| covers(key) && refers(key, was))
                    .copied()
            }) {
                let actions = [
                    ("DELETE", was.on_delete, key.on_delete),
                    ("UPDATE", was.on_update, key.on_update),
                ]
                .into_iter();
                let actions = actions.filter_map(|(of, was, is)| {
                    Some((of, was.filter(|was| is.is_none() && *was != "NO ACTION")?))
                });
                habits.extend(actions.map(|(of, action)| format!("ON {of} {action} of {lost}")));
                let deferral = was.deferred == Some(true) && key.deferred.is_none();
                habits.extend(deferral.then(|| format!("DEFERRABLE INITIALLY DEFERRED of {lost}")));
            } else if fresh.is_empty() {
                rules.push(lost);
            } else if !fresh.iter().any(|key| covers(&key)) {
                let now: Vec<String> = fresh
                    .iter()
                    .map(|key| spelled(&key.columns, &key.parent))
                    .collect();
                habits.push(format!("{lost} (now {})", now.join(", ")));
            }
        }
    }

    /// The checks that are gone, and those in whose place there is a new one over one of their
    /// columns. One over a column that is gone goes with it.
    fn checks(&self, rules: &mut Vec<String>, habits: &mut Vec<String>) {
        let renamed = |check: &str| -> Option<Vec<String>> {
            let own = |word: String| {
                if self.rebuild.before.column(&word).is_some() {
                    self.continued(&word)
                } else {
                    Some(word)
                }
            };
            schema::exact_words(check).into_iter().map(own).collect()
        };
        let now: Vec<(&String, Vec<String>)> = self
            .new
            .checks
            .iter()
            .map(|check| (check, schema::exact_words(check)))
            .collect();
        let was: Vec<(&String, Vec<String>)> = self
            .old
            .checks
            .iter()
            .filter_map(|check| Some((check, renamed(check)?)))
            .collect();
        let share = |a: &[String], b: &[String]| {
            a.iter()
                .any(|word| b.contains(word) && self.rebuild.after.column(word).is_some())
        };
        for (check, words) in was
            .iter()
            .filter(|(_, words)| now.iter().all(|(_, other)| other != words))
        {
            let fresh = now.iter().filter(|(_, other)| {
                was.iter().all(|(_, known)| known != other) && share(words, other)
            });
            let fresh: Vec<String> = fresh
                .map(|(check, _)| format!("CHECK ({})", self.shown(check)))
                .collect();
            let check = self.shown(check);
            if fresh.is_empty() {
                rules.push(format!("CHECK ({check})"));
            } else {
                habits.push(format!("CHECK ({check}) (now {})", fresh.join(", ")));
            }
        }
    }

    /// A part of the table's text.
    fn shown(&self, sql: &str) -> String {
        self.case.hidden.part(&self.rebuild.before.name, sql)
    }

    fn is_unique(&self, columns: &[String]) -> bool {
        schema::is_unique(self.case, self.rebuild.before, self.rebuild.after, columns)
    }

    /// The names after of some columns before; `None` where one of them is gone.
    fn all(&self, columns: &[String]) -> Option<Vec<String>> {
        columns
            .iter()
            .map(|column| self.continued(column))
            .collect()
    }

    /// The folded name after of a column before.
    fn continued(&self, column: &str) -> Option<String> {
        schema::continued(self.case, self.rebuild.before, self.rebuild.after, column)
    }
}
