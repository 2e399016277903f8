//! What the engine says, and harness's own reasons, without the values that may stand in them: `RAISE` and a string that is no name put
//! any value into a message. So one is shown only as far as its words are known; of the rest nothing is left.

use super::Hidden;
use crate::sql::ident;

/// What stands in the place of something hidden.
pub(crate) const REDACTED: &str = "‹redacted›";

/// Messages that are known. `{}` stands for names: where it is none, it is hidden; `{#}` for a number of columns or the like; `{…}` at the
/// end for another message.
#[rustfmt::skip]
const KNOWN: &[&str] = &[
    // constraints
    "UNIQUE constraint failed: {}", "UNIQUE constraint failed: index '{}'", "NOT NULL constraint failed: {}", "CHECK constraint failed: {}",
    "FOREIGN KEY constraint failed", "datatype mismatch", "cannot store {} value in {} column {}", "foreign key mismatch - \"{}\" referencing \"{}\"",
    // names
    "no such table: {}", "no such column: \"{}\" - should this be a string literal in single-quotes?", "no such column: {}", "no such index: {}", "no such view: {}", "no such trigger: {}", "no such function: {}",
    "no such module: {}", "no such collation sequence: {}", "no such savepoint: {}", "no such tokenizer: {}", "no such database: {}",
    "unknown function: {}()", "unknown database {}", "unknown column \"{}\" in foreign key definition", "ambiguous column name: {}",
    "duplicate column name: {}", "table {} already exists", "view {} already exists", "index {} already exists", "trigger {} already exists",
    "there is already a table named {}", "there is already an index named {}", "there is already another table or index with this name: {}",
    "table {} has no column named {}", "object name reserved for internal use: {}", "database {} is already in use", "database {} is locked",
    // shape
    "near \"{}\": syntax error", "near \"{}\": syntax error at ({#}, {#})", "near \"{}\": syntax error (line {#}, column {#} of the statement)",
    "non-terminated literal at ({#}, {#})", "unrecognized token: \"{}\"", "incomplete input", "table {} has {#} columns but {#} values were supplied",
    "{#} values for {#} columns", "sub-select returns {#} columns - expected {#}", "all VALUES must have the same number of terms",
    "row value misused", "misuse of aggregate: {}()", "misuse of aggregate function {}()", "misuse of window function {}()",
    "wrong number of arguments to function {}()", "a GROUP BY clause is required before HAVING", "too many SQL variables",
    "SELECTs to the left and right of {} do not have the same number of result columns", "no tables specified", "bad parameters",
    "ON CONFLICT clause does not match any PRIMARY KEY or UNIQUE constraint", "RAISE() may only be used within a trigger-program",
    // values
    "integer overflow", "malformed JSON", "string or blob too big", "out of memory", "interrupted", "constraint failed",
    // transactions
    "cannot start a transaction within a transaction", "cannot commit - no transaction is active",
    "cannot rollback - no transaction is active", "cannot VACUUM from within a transaction", "database is locked",
    "cannot change into wal mode from within a transaction", "cannot change out of wal mode from within a transaction",
    "safety level may not be changed inside a transaction", "COMMIT: {…}", "ROLLBACK: {…}",
    // the schema
    "cannot modify {} because it is a view", "table {} may not be modified", "table {} may not be dropped", "table {} may not be altered",
    "use DROP TABLE to delete table {}", "use DROP VIEW to delete view {}", "cannot UPDATE generated column \"{}\"",
    "cannot INSERT into generated column \"{}\"", "error in {} {} after rename: {…}", "error in {} {} after drop column: {…}",
    "error in {} {} after add column: {…}", "error in {} {}: {…}", "cannot drop column \"{}\": no other columns exist",
    "cannot drop PRIMARY KEY column: \"{}\"", "cannot drop UNIQUE column: \"{}\"", "Cannot add a PRIMARY KEY column",
    "Cannot add a UNIQUE column", "Cannot add a NOT NULL column with default value NULL", "cannot add a STORED column",
    "Cannot add a REFERENCES column with non-NULL default value", "Cannot add a column with non-constant default",
    "index associated with UNIQUE or PRIMARY KEY constraint cannot be dropped", "table \"{}\" has more than one primary key",
    "AUTOINCREMENT is only allowed on an INTEGER PRIMARY KEY", "PRIMARY KEY missing on table {}", "view {} is circularly defined",
    "circular reference: {}", "views may not be indexed", "cannot create trigger on system table", "parameters are not allowed in {}",
    "cannot create INSTEAD OF trigger on table: {}", "cannot create BEFORE trigger on view: {}", "cannot create AFTER trigger on view: {}",
    "default value of column [{}] is not constant", "subqueries prohibited in {}", "non-deterministic use of {}() in {}",
    "expressions prohibited in PRIMARY KEY and UNIQUE constraints", "too many levels of trigger recursion", "no query solution",
    "number of columns in foreign key does not match the number of columns in the referenced table", "trigger cannot use variables",
    // files and rights
    "not authorized", "authorization denied", "not authorized to use function: {}", "access to {} is prohibited", "attempt to write a readonly database",
    "database disk image is malformed", "database or disk is full", "disk I/O error", "unable to open database file",
    // what `PRAGMA quick_check` says
    "CHECK constraint failed in {}", "NULL value in {}", "{} value in {}", "row {#} missing from index {}", "wrong # of entries in index {}",
    "non-unique entry in index {}", "index {} stores an imprecise floating-point value for row {#}",
    // harness's own
    "the engine refuses its SELECT: {…}", "its source cannot be shown: {…}", "the parser does not read it: {…}", "{} took longer than {#} seconds, the limit",
    "it refers to the row outside it ({…})", "it takes too long", "it stands in a query that has common table expressions of its own",
    "it takes back the runner's transaction, and with it the migrations before this one", "its clauses cannot be told apart",
    "its SELECT cannot be told apart", "it is neither an UPDATE nor a DELETE", "no table `{}`", "columns of `{}` hide its rowid",
    "this engine has no ORDER BY or LIMIT on UPDATE and DELETE", "its target is a temporary table", "its target is in an attached database",
    "its target `{}` is the engine's own table", "its columns hide its rowid, so its rows cannot be followed",
    "it keeps no content of its own that could be read back", "a temporary table or view of the same name hides it from the tenant lookups",
    "it says `{}`, where `allow` or `expect` is known", "it stands behind the last statement, so it allows nothing", "it names no code",
    "behind the code stands no `until` with a date", "`{}` is no date such as 2027-01-31", "behind the date stands no `because` with a reason",
    "behind `because` stands no reason", "`harness:` must stand right behind what opens the comment", "neither an SQLite database nor an SQL dump: {…}", "the dump ends inside a transaction: it is truncated",
    "the statement holds a NUL byte", "the dump is rolled back: a shell ends one so where it could not read the database",
    "a command of the sqlite3 shell is no SQL: take its line out of the dump",
    "the statement is not UTF-8, which only the text of a row need not be", "a statement is longer than {#} bytes, or has no end",
    "the dump lacks rows: the shell that wrote it says here that the database is damaged",
    "{…}: SQLite {#} of harness lacks what this statement relies on", "it must be one SELECT", "it holds a NUL character, at which SQLite stops reading", "it has parameters, and nothing binds them",
    "it gives more than {#} rows or {#} MiB: let it aggregate them", "it took longer than {#} seconds, the limit",
    "it returns {#} columns, not {#}", "the first run did not run through", "the second run took too long", "the run that was to fail took too long",
    "the first run left its transaction open, so that nothing of it remains", "one transaction spans all migrations",
    "one transaction spans all migrations, so that no run is over when the next begins",
    "VACUUM INTO would find the file that the first run wrote", "its row value has another shape than its columns",
];

impl Hidden {
    /// A message with what is not known hidden. One that holds numbers may be a trigger's where any
    /// raises something.
    pub(super) fn known(&self, message: &str) -> String {
        let shown = KNOWN.iter().find_map(|known| self.filled(known, message));
        shown.unwrap_or_else(|| REDACTED.to_owned())
    }

    /// The message as one of those that are known; `None` where it is another.
    fn filled(&self, known: &str, message: &str) -> Option<String> {
        let (lead, rest) = known.split_once('{').unwrap_or((known, ""));
        let behind = message.strip_prefix(lead)?;
        let Some((slot, known)) = rest.split_once('}') else {
            return behind.is_empty().then(|| lead.to_owned());
        };
        let next = known.split('{').next().unwrap_or_default();
        // The last place at which the rest can stand: a value may hold the words of a message.
        behind.rmatch_indices(next).find_map(|(end, _)| {
            let (value, behind) = behind.split_at(end);
            let tail = self.filled(known, behind)?;
            let value = self.slotted(slot, value)?;
            Some(format!("{lead}{value}{tail}"))
        })
    }

    /// What is shown in a slot; `None` where the value is none for it.
    fn slotted(&self, slot: &str, value: &str) -> Option<String> {
        let is_digit = |b: u8| b.is_ascii_digit() || b == b'.';
        let is_number = !value.is_empty() && value.bytes().all(is_digit);
        match slot {
            "#" => (is_number && !self.raises).then(|| value.to_owned()),
            "…" => Some(self.known(value)),
            _ if self.are_names(value) => Some(value.to_owned()),
            _ => Some("…".to_owned()),
        }
    }

    /// Whether a text is names, as in `t.a, t.b`; a word of SQL and a sign count as such.
    fn are_names(&self, text: &str) -> bool {
        let is_known = |name: &str| self.is_name(&ident::dequote(name)) || ident::is_keyword(name);
        let is_sign = text.len() == 1 && text.bytes().all(|b| b.is_ascii_punctuation());
        let mut names = text.split(", ");
        is_sign
            || self.is_name(text)
            || names.all(|name| is_known(name) || name.split('.').all(is_known))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redaction::Redaction;

    fn of(message: &str) -> String {
        let names = ["users", "email", "id", "text", "integer", "a b"];
        let hidden = Hidden {
            redaction: Redaction::default().everything(),
            names: names.map(str::to_owned).into(),
            ..Hidden::default()
        };
        hidden.message(message)
    }

    #[test]
    fn a_message_is_shown_as_far_as_it_is_known() {
        for known in [
            "UNIQUE constraint failed: users.id, users.email",
            "cannot store TEXT value in INTEGER column users.id",
            "table users has 3 columns but 2 values were supplied",
            "near \"FROM\": syntax error",
            "near \")\": syntax error",
            "no such column: users.a b",
            "the engine refuses its SELECT: no such table: users",
            "it refers to the row outside it (no such column: users.email)",
            "COMMIT: FOREIGN KEY constraint failed",
        ] {
            assert_eq!(of(known), known);
        }
    }

    #[test]
    fn nothing_is_left_of_what_is_not() {
        for (message, expected) in [
            ("bob@x is taken", REDACTED),
            (
                "no such column: \"bob\" - should this be a string literal in single-quotes?",
                "no such column: \"…\" - should this be a string literal in single-quotes?",
            ),
            ("near \"bob\": syntax error", "near \"…\": syntax error"),
            (
                "UNIQUE constraint failed: users.bob",
                "UNIQUE constraint failed: …",
            ),
            ("no such table: bob, users", "no such table: …"),
            (
                "table users has bob columns but 2 values were supplied",
                REDACTED,
            ),
            ("integer overflow bob", REDACTED),
            (
                "the engine refuses its SELECT: bob is taken",
                "the engine refuses its SELECT: ‹redacted›",
            ),
            (
                "it refers to the row outside it (no such column: bob) bob",
                REDACTED,
            ),
            ("COMMIT: bob", "COMMIT: ‹redacted›"),
            ("", REDACTED),
        ] {
            assert_eq!(of(message), expected, "{message}");
        }
    }
}
