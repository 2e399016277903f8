//! What records of one migration hide: the values of columns that the author names, or all of
//! them, wherever they could be shown: in cells, in the literals of SQL, in messages. Counts, names,
//! tenants and keys stay. Pure; the record is the one border, and what is judged knows nothing of it.
//!
//! | what | is hidden |
//! |---|---|
//! | a cell | of a column that is named, or to which the schema or the migration takes values from there |
//! | a literal or comment in SQL | where the SQL names a table that holds hidden values, or one whose triggers meet such |
//! | SQL that the grammar does not read | all but its first word |
//! | a message of the engine's | but for words that are known and names: of what a message holds nothing else can be told |
//! | a part of a sentence | by its kind: see [`Hidden::sentence`] |

pub(crate) mod errors;
mod flow;
mod ground;
mod message;
mod numbers;
mod sentence;
mod words;

pub(crate) use flow::{Flow, gives};
pub(crate) use message::REDACTED;
pub(crate) use numbers::{Numbers, word};

use crate::migration::{Migration, Statement, StatementKind};
use crate::redaction::Redaction;
use crate::rehearse::{PreviewRun, StatementRun};
use crate::rewrite::{self, NoPreview};
use crate::scope::TenantMap;
use crate::snapshot::Catalog;
use crate::sql::mask::{self, Cover, Masked};
use crate::sql::{Words, ident};
use ground::Ground;
use std::collections::{BTreeMap, BTreeSet};

/// What is hidden in the reports of one migration.
#[derive(Debug, Default)]
pub struct Hidden {
    redaction: Redaction,
    flow: Flow,
    /// of each table the columns that stay unless they are named: of its key, and the one that says
    /// whose a row is
    kept: BTreeSet<(String, String)>,
    /// the columns of each table that a statement names as its target
    columns: BTreeMap<String, Vec<String>>,
    /// those columns in their order, where it stays the same
    places: BTreeMap<String, Vec<String>>,
    /// folded names of the schema, and words of the migration that are none of its literals
    names: BTreeSet<String>,
    /// how much of each statement is shown
    covers: Vec<Cover>,
    /// columns that say whose a row is and that the migration sets to hidden values, by table
    pub(crate) tenants: BTreeSet<(String, String)>,
    /// whether a trigger may say what looks like the engine's own numbers
    raises: bool,
}

impl Hidden {
    /// What is hidden of a migration; `flow` is what is known of the migrations before it, and
    /// learns where this one takes values. `catalogs` are the schemas before and after it, `runs`
    /// what its statements did.
    pub fn new(
        redaction: &Redaction,
        tenants: &TenantMap,
        flow: &mut Flow,
        migration: &Migration,
        catalogs: [&Catalog; 2],
        runs: &[StatementRun],
    ) -> Self {
        if redaction.is_nothing() {
            return Self::default();
        }
        let ground = Ground {
            redaction,
            tenants,
            migration,
            catalogs,
        };
        flow.follow(ground);
        let mut hidden = Self::of(ground, flow);
        for (statement, sql) in ground.texts() {
            let cover = hidden.cover(sql, runs.get(statement.index - 1));
            if cover != Cover::Whole {
                hidden.names.extend(words::certain(sql));
            }
            hidden.covers.push(cover);
        }
        hidden
    }

    /// What is hidden, given where hidden values are; the statements are not looked at.
    fn of(ground: Ground<'_>, flow: &Flow) -> Self {
        let mut redaction = ground.redaction.clone();
        redaction.all |= flow.attached;
        let says_raise = |sql: &str| Words::of(sql).has("RAISE");
        Self {
            redaction,
            flow: flow.clone(),
            kept: ground.kept(),
            columns: ground.by_target(|table| ground.some_columns(table)),
            places: ground.by_target(|table| ground.columns(table)),
            names: ground.catalogs.into_iter().flat_map(names_of).collect(),
            covers: Vec::new(),
            tenants: flow.tenants(ground),
            raises: says_raise(&ground.migration.text) || ground.triggers().any(says_raise),
        }
    }

    /// What is hidden in errors, which know no schema: whatever may be.
    fn anywhere(redaction: &Redaction) -> Self {
        let redaction = if redaction.is_nothing() {
            Redaction::default()
        } else {
            redaction.everything()
        };
        Self {
            redaction,
            ..Self::default()
        }
    }

    /// Whether nothing is.
    pub fn is_nothing(&self) -> bool {
        self.redaction.is_nothing()
    }

    /// Whether every value is that may be.
    pub fn is_everything(&self) -> bool {
        self.redaction.all
    }

    /// Whether the values of a column are.
    pub fn column(&self, table: &str, column: &str) -> bool {
        let place = (ident::folded(table), ident::folded(column));
        let kept = self.kept.contains(&place);
        self.flow.holds(table, column)
            || self.redaction.hides(table, column, kept)
            || (self.redaction.all && !kept)
    }

    /// Whether the answer of a query is: unless it does nothing but count.
    pub fn answer(&self, sql: &str) -> bool {
        !words::counts(sql) && self.cover(sql, None) != Cover::None
    }

    /// How much of a statement is shown.
    fn cover_of(&self, statement: usize) -> Cover {
        let cover = self.covers.get(statement.wrapping_sub(1));
        cover.copied().unwrap_or_default()
    }

    /// The SQL of a statement, or SQL that is made of it.
    pub fn sql(&self, statement: usize, sql: &str) -> String {
        self.covered(self.cover_of(statement), sql)
    }

    /// SQL of the schema or the configuration.
    pub fn text(&self, sql: &str) -> String {
        self.covered(self.cover(sql, None), sql)
    }

    /// SQL of the schema about a table, possibly a part of a statement.
    pub fn part(&self, table: &str, sql: &str) -> String {
        let is_concerned = self.concerns(&BTreeSet::from([ident::folded(table)]));
        self.covered(literals_where(is_concerned), sql)
    }

    /// A message of the engine's, or a reason of harness's own that may hold one.
    pub fn message(&self, message: &str) -> String {
        if self.is_nothing() {
            message.to_owned()
        } else {
            self.known(message)
        }
    }

    /// A name, where it is known as one; else what stands in its place.
    pub fn name(&self, name: &str) -> String {
        let is_name = self.is_name(name);
        if is_name { name } else { REDACTED }.to_owned()
    }

    /// The word for what a statement does, where it is one.
    pub fn kind(&self, statement: &Statement) -> String {
        let kind = statement.kind.word();
        let is_known = self.is_nothing() || kind.split('-').all(ident::is_keyword);
        if is_known { kind } else { "unknown" }.to_owned()
    }

    /// The text of the migration. What stands between its statements is comments.
    pub fn source(&self, migration: &Migration) -> Masked {
        if self.is_nothing() {
            return Masked::whole(&migration.text);
        }
        let statements = &migration.statements;
        let cover = |at: usize| {
            let next = statements.partition_point(|statement| statement.span.end <= at);
            match statements.get(next) {
                Some(Statement { span, index, .. }) if span.start <= at => self.cover_of(*index),
                _ => Cover::Literals,
            }
        };
        mask::mask(&migration.text, &cover, &|name| self.is_name(name))
    }

    /// The result columns of a preview that are hidden.
    pub fn result_columns(&self, statement: &Statement, sql: &str, run: &PreviewRun) -> Vec<bool> {
        let all = run.columns.len();
        if self.is_nothing() {
            return vec![false; all];
        }
        let table = statement.table.as_deref().unwrap_or_default();
        if statement.kind != StatementKind::Insert {
            return (0..all)
                .map(|at| self.result_column(table, run, at))
                .collect();
        }
        let named = rewrite::written(sql).and_then(|written| written.columns);
        let targets = named.or_else(|| self.places.get(&ident::folded(table)).cloned());
        match targets.filter(|targets| targets.len() == all) {
            Some(targets) => targets.iter().map(|to| self.column(table, to)).collect(),
            // Where no column is known for a value, any of it may be hidden.
            None => vec![self.cover_of(statement.index) != Cover::None; all],
        }
    }

    fn result_column(&self, table: &str, run: &PreviewRun, at: usize) -> bool {
        let mut assigned = run.assigned.iter();
        if let Some(assigned) = assigned.find(|a| a.before == at || a.after == at) {
            return self.column(table, &assigned.column);
        }
        // What tells the row's address or tenant is no column's value.
        let column = &run.columns[at];
        let known = self.columns.get(&ident::folded(table));
        let is_column = known.is_none_or(|known| known.contains(&ident::folded(column)));
        (is_column || self.flow.holds(table, column)) && self.column(table, column)
    }

    /// Why a statement has no preview, which may hold a message of the engine's.
    pub fn no_preview(&self, none: &NoPreview) -> String {
        let why = none.to_string();
        match none {
            NoPreview::Unparsed(_) | NoPreview::Source(_) | NoPreview::Unsupported(_) => {
                self.message(&why)
            }
            NoPreview::Temporary | NoPreview::Attached | NoPreview::Bookkeeping(_) => why,
        }
    }

    /// The names of the result columns of a preview; one that has none is called by its text.
    pub fn result_names(&self, statement: usize, columns: &[String]) -> Vec<String> {
        let shown = |column: &String| {
            if self.is_name(column) {
                column.clone()
            } else {
                self.sql(statement, column)
            }
        };
        columns.iter().map(shown).collect()
    }

    fn covered(&self, cover: Cover, sql: &str) -> String {
        match cover {
            Cover::None => sql.to_owned(),
            cover => mask::mask(sql, &|_| cover, &|name| self.is_name(name)).text,
        }
    }

    fn cover(&self, sql: &str, run: Option<&StatementRun>) -> Cover {
        if self.is_nothing() {
            return Cover::None;
        }
        if rewrite::read(sql).is_err() {
            return Cover::Whole;
        }
        let mut paths = run.into_iter().flat_map(|run| &run.paths);
        let is_concerned = self.concerns(&words::names(sql));
        literals_where(is_concerned || paths.any(|path| self.flow.is_of(&path.table)))
    }

    /// Whether SQL with these names may have hidden values as its literals.
    fn concerns(&self, names: &BTreeSet<String>) -> bool {
        let says = |name: &Option<String>| {
            let name = name.as_ref();
            name.is_none_or(|name| names.contains(&ident::folded(name)))
        };
        let mut patterns = self.redaction.patterns.iter();
        self.redaction.all
            || self.flow.concerns(names)
            || patterns.any(|pattern| says(&pattern.table) && says(&pattern.column))
    }

    /// Whether a name may be shown as one.
    fn is_name(&self, name: &str) -> bool {
        let folded = ident::folded(name);
        // Previews call the two values of a column so, and harness its own terms.
        let bare = folded.trim_end_matches('_');
        let mut column = [" before", " after"].into_iter();
        self.is_nothing()
            || self.names.contains(&folded)
            || self.names.contains(bare)
            || column
                .find_map(|end| bare.strip_suffix(end))
                .is_some_and(|column| self.names.contains(column))
    }
}

fn literals_where(are_hidden: bool) -> Cover {
    if are_hidden {
        Cover::Literals
    } else {
        Cover::None
    }
}

/// Every name of a schema, and every word of its text that is no literal: functions, collations,
/// modules.
fn names_of(catalog: &Catalog) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = ["main", "temp"].map(str::to_owned).into();
    for table in catalog.tables.values() {
        names.insert(ident::folded(&table.name));
        names.extend(table.column_names().map(ident::folded));
    }
    let objects = catalog
        .objects
        .iter()
        .map(|((_, name), object)| (name.as_str(), object));
    for (name, object) in objects.chain(catalog.triggers()) {
        names.insert(ident::folded(name));
        names.extend(object.sql.iter().flat_map(|sql| words::certain(sql)));
    }
    names.extend(catalog.temporary.tables.iter().cloned());
    names
}
