//! Identifiers: quoting them into SQL, reading them out of it, and comparing them as SQLite does.
//!
//! Source of the rules: <https://sqlite.org/lang_keywords.html>. Does not know which names exist.

/// Every keyword of the engine, in upper case and in order; a test holds it against
/// `sqlite3_keyword_name`.
#[rustfmt::skip]
pub const KEYWORDS: [&str; 147] = [
    "ABORT", "ACTION", "ADD", "AFTER", "ALL", "ALTER", "ALWAYS", "ANALYZE", "AND", "AS", "ASC", "ATTACH", "AUTOINCREMENT",
    "BEFORE", "BEGIN", "BETWEEN", "BY", "CASCADE", "CASE", "CAST", "CHECK", "COLLATE", "COLUMN", "COMMIT", "CONFLICT",
    "CONSTRAINT", "CREATE", "CROSS", "CURRENT", "CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "DATABASE", "DEFAULT",
    "DEFERRABLE", "DEFERRED", "DELETE", "DESC", "DETACH", "DISTINCT", "DO", "DROP", "EACH", "ELSE", "END", "ESCAPE", "EXCEPT",
    "EXCLUDE", "EXCLUSIVE", "EXISTS", "EXPLAIN", "FAIL", "FILTER", "FIRST", "FOLLOWING", "FOR", "FOREIGN", "FROM", "FULL",
    "GENERATED", "GLOB", "GROUP", "GROUPS", "HAVING", "IF", "IGNORE", "IMMEDIATE", "IN", "INDEX", "INDEXED", "INITIALLY",
    "INNER", "INSERT", "INSTEAD", "INTERSECT", "INTO", "IS", "ISNULL", "JOIN", "KEY", "LAST", "LEFT", "LIKE", "LIMIT", "MATCH",
    "MATERIALIZED", "NATURAL", "NO", "NOT", "NOTHING", "NOTNULL", "NULL", "NULLS", "OF", "OFFSET", "ON", "OR", "ORDER",
    "OTHERS", "OUTER", "OVER", "PARTITION", "PLAN", "PRAGMA", "PRECEDING", "PRIMARY", "QUERY", "RAISE", "RANGE", "RECURSIVE",
    "REFERENCES", "REGEXP", "REINDEX", "RELEASE", "RENAME", "REPLACE", "RESTRICT", "RETURNING", "RIGHT", "ROLLBACK", "ROW",
    "ROWS", "SAVEPOINT", "SELECT", "SET", "TABLE", "TEMP", "TEMPORARY", "THEN", "TIES", "TO", "TRANSACTION", "TRIGGER",
    "UNBOUNDED", "UNION", "UNIQUE", "UPDATE", "USING", "VACUUM", "VALUES", "VIEW", "VIRTUAL", "WHEN", "WHERE", "WINDOW",
    "WITH", "WITHOUT",
];

/// The names by which SQL reaches a rowid (<https://sqlite.org/rowidtable.html>).
pub const ROWIDS: [&str; 3] = ["rowid", "_rowid_", "oid"];

/// The identifier as SQL: bare where that is safe, else in double quotes with inner quotes doubled.
///
/// `point_info` → `point_info`; `order` → `"order"`; `a"b` → `"a""b"`.
pub fn quote(name: &str) -> String {
    if is_plain(name) {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

/// `schema.name`, both quoted where needed.
pub fn qualified(schema: &str, name: &str) -> String {
    format!("{}.{}", quote(schema), quote(name))
}

/// The name that a token of SQL spells: `"a""b"` → `a"b`, `[x y]` → `x y`, `` `x` `` → `x`, `x` →
/// `x`.
pub fn dequote(token: &str) -> String {
    let Some(first) = token.chars().next() else {
        return String::new();
    };
    let close = if first == '[' { ']' } else { first };
    // A quote that nothing closes is an error of the statement's, and its name only a guess.
    let inner = || {
        token[1..]
            .strip_suffix(close)
            .unwrap_or(&token[1..])
            .to_owned()
    };
    match first {
        '[' => inner(),
        '"' | '\'' | '`' => inner().replace(&format!("{first}{first}"), &first.to_string()),
        _ => token.to_owned(),
    }
}

/// Whether SQLite takes the two for one name: ASCII letters compare without case, all others as
/// they are.
pub fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

/// Whether a list of names is this one alone.
pub fn is_only(names: &[String], name: &str) -> bool {
    matches!(names, [only] if same(only, name))
}

/// The form under which a name is a key of a map.
pub fn folded(name: &str) -> String {
    name.to_ascii_lowercase()
}

/// Whether a word is a keyword, in whatever case.
pub fn is_keyword(word: &str) -> bool {
    let word = word.to_ascii_uppercase();
    KEYWORDS.binary_search(&word.as_str()).is_ok()
}

fn is_plain(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes
        .next()
        .is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && !is_keyword(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_survives_quoting_and_reading_back() {
        for name in [
            "plain",
            "order",
            "with space",
            "a\"b",
            "",
            "héllo",
            "1st",
            "x'y",
            "[z]",
            "a`b",
        ] {
            assert_eq!(dequote(&quote(name)), name, "{name:?}");
        }
    }

    #[test]
    fn only_plain_words_stay_bare() {
        assert_eq!(quote("point_info"), "point_info");
        assert_eq!(quote("Order"), "\"Order\"");
        assert_eq!(quote("a;DROP TABLE t"), "\"a;DROP TABLE t\"");
    }

    #[test]
    fn the_keyword_list_is_the_engines() {
        let conn = rusqlite::Connection::open_in_memory().expect("memory database");
        for word in KEYWORDS {
            let aliased = conn.prepare(&format!("SELECT 1 AS {}", quote(word)));
            assert!(aliased.is_ok(), "{word}");
        }
        assert!(KEYWORDS.is_sorted());
    }
}
