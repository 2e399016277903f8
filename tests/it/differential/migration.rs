//! Generated migrations: statements of every kind one after the other, most of which run.

use super::known;
use super::random::Random;
use super::schema::{Schema, quote};
use super::{ddl, inserts, rebuild, writes};

/// One statement and the kinds that it counts as.
#[derive(Clone)]
pub(super) struct Step {
    pub(super) sql: String,
    pub(super) tags: Vec<&'static str>,
}

impl Step {
    /// The statement with its end, laid out in the ways of people; a line begins behind it.
    pub(super) fn text(&self) -> String {
        let ends = [
            ";\n",
            ";\n",
            "\n;\n",
            "; -- it's done; really\n",
            ";\r\n\n",
            " /* ; */;\n",
            ";\n-- BEGIN;\n",
        ];
        format!("{}{}", self.sql, ends[self.sql.len() % ends.len()])
    }

    pub(super) fn new(sql: String, tag: &'static str) -> Self {
        Self {
            sql,
            tags: vec![tag],
        }
    }
}

const SEQUENCES: [&str; 3] = [
    "UPDATE sqlite_sequence SET seq = seq + 5",
    "DELETE FROM sqlite_sequence",
    "UPDATE sqlite_sequence SET seq = 2",
];

/// Settings that change how statements run, or what a look at the database finds.
const SETTINGS: [&str; 18] = [
    "reverse_unordered_selects = ON",
    "ignore_check_constraints = ON",
    "case_sensitive_like = ON",
    "full_column_names = ON",
    "short_column_names = OFF",
    "empty_result_callbacks = ON",
    "count_changes = ON",
    "query_only = ON",
    "query_only = OFF",
    "trusted_schema = OFF",
    "automatic_index = OFF",
    "auto_vacuum = FULL",
    "page_size = 8192",
    "locking_mode = EXCLUSIVE",
    "journal_mode = MEMORY",
    "journal_mode = WAL",
    "temp_store = MEMORY",
    "optimize",
];

/// What a migration may do to the transaction around it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Transactions {
    /// the runner opens none
    Own,
    /// the runner has one open
    Within,
    /// the runner has one open that holds other migrations too, so it is left alone
    Untouchable,
}

/// A migration under construction.
struct Draft<'a> {
    random: &'a mut Random,
    schema: &'a mut Schema,
    steps: Vec<Step>,
    transactions: Transactions,
    begun: bool,
    savepoints: Vec<&'static str>,
}

/// The statements of one migration on `schema`, which is then what they should have made of it.
pub(super) fn generate(
    random: &mut Random,
    schema: &mut Schema,
    transactions: Transactions,
) -> Vec<Step> {
    let length = 1 + random.index(10).max(random.index(10));
    let mut draft = Draft {
        random,
        schema,
        steps: Vec::new(),
        transactions,
        begun: false,
        savepoints: Vec::new(),
    };
    if draft.transactions == Transactions::Own && draft.random.chance(25) {
        draft.begin();
    }
    while draft.steps.len() < length {
        draft.step();
    }
    if draft.transactions == Transactions::Own && draft.is_open() && draft.random.chance(90) {
        draft.steps.push(Step::new("COMMIT".to_owned(), "commit"));
    }
    draft.steps
}

impl Draft<'_> {
    fn step(&mut self) {
        let kinds = [
            (30, "update"),
            (13, "delete"),
            (18, "insert"),
            (6, "view"),
            (13, "transaction"),
            (7, "alter"),
            (5, "rebuild"),
            (3, "create as"),
            (3, "drop"),
            (6, "object"),
            (5, "maintenance"),
            (6, "pragma"),
            (1, "fails"),
        ];
        // What was begun is more likely to be ended than something else to begin.
        if (self.begun || !self.savepoints.is_empty()) && self.random.chance(30) {
            return self.transaction();
        }
        match self.random.weighted(&kinds) {
            "insert" => self.steps.push(inserts::insert(self.random, self.schema)),
            "delete" => self.steps.push(writes::delete(self.random, self.schema)),
            "view" => self.view(),
            "transaction" if self.transactions != Transactions::Untouchable => self.transaction(),
            "alter" => self.all(ddl::alter),
            "rebuild" => self.rebuild(),
            "create as" => self.all(ddl::create_as),
            "drop" => self.all(ddl::drop_table),
            "object" => self.all(ddl::object),
            "maintenance" => self.maintenance(),
            "pragma" => self.pragma(),
            "fails" => self.failing(),
            _ => self.steps.push(writes::update(self.random, self.schema)),
        }
    }

    fn all(&mut self, make: fn(&mut Random, &mut Schema) -> Vec<Step>) {
        let steps = make(self.random, self.schema);
        self.steps.extend(steps);
    }

    fn view(&mut self) {
        let view = self.random.one(&self.schema.views).cloned();
        let step = view.and_then(|view| writes::through_view(self.random, &view));
        let step = step.unwrap_or_else(|| writes::update(self.random, self.schema));
        self.steps.push(step);
    }

    /// The statements of a rebuild, sometimes with writes between them.
    fn rebuild(&mut self) {
        let between = self.random.chance(30);
        for step in rebuild::rebuild(self.random, self.schema) {
            self.steps.push(step);
            if between && self.random.chance(50) {
                self.steps.push(writes::update(self.random, self.schema));
            }
        }
    }

    fn begin(&mut self) {
        let word = self.random.pick(&[
            "BEGIN",
            "BEGIN IMMEDIATE",
            "BEGIN TRANSACTION",
            "BEGIN EXCLUSIVE",
        ]);
        self.steps.push(Step::new(word.to_owned(), "begin"));
        self.begun = true;
    }

    /// A statement about transactions that fits where the migration stands, or now and then one
    /// that does not.
    fn transaction(&mut self) {
        let ends = self.begun && self.random.chance(25);
        match self.random.one(&self.savepoints).copied() {
            _ if self.random.chance(3) => {
                let word =
                    self.random
                        .pick(&["COMMIT", "ROLLBACK", "RELEASE s", "ROLLBACK TO s", "END"]);
                self.end(word, "ends or fails");
            }
            _ if ends && self.random.chance(50) => self.end("COMMIT", "commit"),
            _ if ends => self.end("ROLLBACK", "rollback"),
            Some(name) if self.random.chance(75) => self.back_to(name),
            None if !self.is_open() && self.random.chance(50) => self.begin(),
            _ => {
                let name = self.random.pick(&["s", "S", "\"a b\"", "t"]);
                self.savepoints.push(name);
                self.push(format!("SAVEPOINT {name}"), "savepoint");
            }
        }
    }

    /// Releases or takes back to a savepoint, and with it the ones inside.
    fn back_to(&mut self, name: &'static str) {
        let at = self
            .savepoints
            .iter()
            .rposition(|n| n.eq_ignore_ascii_case(name))
            .expect("one of them");
        let takes_back = self.random.chance(50);
        self.savepoints.truncate(at + usize::from(takes_back));
        let (word, tag) = if takes_back {
            ("ROLLBACK TO", "rollback to")
        } else {
            ("RELEASE", "release")
        };
        self.push(format!("{word} {name}"), tag);
    }

    fn is_open(&self) -> bool {
        self.begun || !self.savepoints.is_empty() || self.transactions != Transactions::Own
    }

    fn end(&mut self, sql: &str, tag: &'static str) {
        self.begun = false;
        self.savepoints.clear();
        self.push(sql.to_owned(), tag);
    }

    fn push(&mut self, sql: String, tag: &'static str) {
        self.steps.push(Step::new(sql, tag));
    }

    fn maintenance(&mut self) {
        match self.random.below(4) {
            0 if self.random.chance(50) => self.push("REINDEX".to_owned(), "reindex"),
            1 => self.push("ANALYZE".to_owned(), "analyze"),
            _ if !self.is_open() => self.push("VACUUM".to_owned(), "vacuum"),
            _ => self.push("REINDEX NOCASE".to_owned(), "reindex"),
        }
    }

    fn pragma(&mut self) {
        let value = self.random.pick(&["ON", "OFF", "1", "0"]);
        let defers = self.is_open() || !known::left_out("defer_foreign_keys outside a transaction");
        match self.random.below(9) {
            0 => self.push(
                format!("PRAGMA foreign_keys = {value}"),
                "pragma foreign_keys",
            ),
            1 => self.push(
                format!("PRAGMA user_version = {}", 3),
                "pragma user_version",
            ),
            2 if defers => self.push(
                format!("PRAGMA defer_foreign_keys = {value}"),
                "pragma defer_foreign_keys",
            ),
            3 => self.push(
                "PRAGMA foreign_key_check".to_owned(),
                "pragma foreign_key_check",
            ),
            4 => {
                let sql = self.random.pick(&SEQUENCES);
                self.push(sql.to_owned(), "sequence");
            }
            5 if self.random.chance(40) => {
                let name = quote(&self.schema.some(self.random).name);
                self.push(
                    format!("CREATE TEMP TABLE {name} AS SELECT * FROM main.{name}"),
                    "temporary table",
                );
            }
            6 | 7 => {
                let sql = self.random.pick(&SETTINGS);
                let fails = sql.starts_with("temp_store")
                    && self.is_open()
                    && known::left_out("temp_store inside a transaction");
                let sql = if fails { "application_id = 7" } else { sql };
                self.push(format!("PRAGMA {sql}"), "setting");
            }
            _ if !self.schema.cyclic => self.push(
                format!("PRAGMA recursive_triggers = {value}"),
                "pragma recursive_triggers",
            ),
            _ => self.push("SELECT count(*) FROM sqlite_schema".to_owned(), "select"),
        }
    }

    fn failing(&mut self) {
        let sql = self.random.pick(&[
            "UPDATE nowhere SET x = 1",
            "DELETE FORM note",
            "INSERT INTO sqlite_schema VALUES (1)",
            "DELETE FROM sqlite_schema",
            "CREATE TABLE",
            "SELECT RAISE(IGNORE)",
            "DROP TABLE nowhere",
            "UPDATE sqlite_schema SET name = 1",
        ]);
        self.push(sql.to_owned(), "fails");
    }
}
