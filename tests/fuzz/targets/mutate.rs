//! Mutations of SQL by whole tokens: bytes alone would hardly ever make a statement that the engine
//! prepares.

use harness::sql::ident::KEYWORDS;
use harness::sql::token::{self, Token};
use std::sync::LazyLock;

/// Pieces that a clause may be made of.
const PIECES: [&str; 56] = [
    "UPDATE note SET body = 'x' WHERE org = 1;",
    "DELETE FROM note WHERE id = 2;",
    "UPDATE note AS n SET body = o.name FROM org AS o WHERE o.id = n.org",
    "UPDATE OR IGNORE",
    "WITH c(o) AS (SELECT id FROM org)",
    "WITH RECURSIVE note AS MATERIALIZED (VALUES (1, 2))",
    "CREATE TEMP TRIGGER t AFTER UPDATE ON note BEGIN DELETE FROM log; END;",
    "EXPLAIN QUERY PLAN",
    "INSERT INTO log VALUES (1, 2) ON CONFLICT DO UPDATE SET n = 1",
    "(body, done) = (SELECT name, id FROM org)",
    "(body, done) = ('x', 1)",
    "(SELECT name, id FROM org)",
    "(VALUES (1, 2))",
    "(WITH q AS (SELECT 1) SELECT * FROM q)",
    "IN (SELECT id FROM org)",
    "EXISTS (SELECT 1 FROM org o WHERE o.id = note.org)",
    "IS NOT DISTINCT FROM",
    "IS DISTINCT FROM",
    "FROM org AS o",
    "FROM org JOIN log ON log.n = org.id",
    "FROM (SELECT 1 AS a, 2 AS org) AS s",
    "FROM org LEFT JOIN log USING (n)",
    "FROM json_each('[1]')",
    "RETURNING *",
    "RETURNING body AS \"where\"",
    "ORDER BY id LIMIT 1",
    "INDEXED BY note_done",
    "NOT INDEXED",
    "main.",
    "temp.",
    "AS x",
    "AS \"set\"",
    "[n x]",
    "`a``b`",
    "\"awk\"\"ward; name\"",
    "\"body before\"",
    "\"no such\"",
    "CASE WHEN 1 THEN 2 END",
    "CAST(id AS TEXT)",
    "count(*) FILTER (WHERE 1) OVER (ORDER BY id)",
    "BETWEEN 1 AND 2",
    "LIKE 'a%' ESCAPE '\\'",
    "body ->> '$.a'",
    "COLLATE NOCASE",
    "x'00ff'",
    "1e-3",
    "0x1F",
    "1_000",
    "?1",
    ":org",
    "@a",
    "$a::b(c)",
    "-- c\n",
    "/* ; */",
    "'it''s;'",
    "\u{feff}",
];

/// Every word and name of the schema, every keyword, every piece.
static VOCABULARY: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let schema = super::preview::SCHEMA;
    let mut words: Vec<&str> = token::significant(schema).iter().map(|t| t.span.of(schema)).collect();
    words.sort_unstable();
    words.dedup();
    words.into_iter().chain(KEYWORDS).chain(PIECES).collect()
});

/// A small generator of numbers (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 32).unwrap_or(0) % n.max(1)
    }
}

/// The `LLVMFuzzerCustomMutator`: one time in three libFuzzer's own mutations, which know the
/// dictionary and other inputs.
pub fn mutate(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    let mut dice = Dice(u64::from(seed) << 20 | 0x9e37);
    let changed = match std::str::from_utf8(&data[..size]) {
        Ok(text) if dice.below(3) > 0 => by_tokens(text, &mut dice),
        _ => return libfuzzer_sys::fuzzer_mutate(data, size, max_size),
    };
    if changed.len() > max_size {
        return libfuzzer_sys::fuzzer_mutate(data, size, max_size);
    }
    data[..changed.len()].copy_from_slice(changed.as_bytes());
    changed.len()
}

fn by_tokens(text: &str, dice: &mut Dice) -> String {
    let mut parts: Vec<&str> = token::tokens(text, 0).filter(Token::is_significant).map(|t| t.span.of(text)).collect();
    for _ in 0..=dice.below(3) {
        let (at, other) = (dice.below(parts.len() + 1), dice.below(parts.len() + 1));
        let word = VOCABULARY[dice.below(VOCABULARY.len())];
        match dice.below(6) {
            0 if at < parts.len() => drop(parts.remove(at)),
            1 if at < parts.len() => parts[at] = word,
            2 if at < parts.len() && other < parts.len() => parts.swap(at, other),
            3 if at < parts.len() => {
                let copied: Vec<&str> = parts[at..].iter().take(1 + dice.below(8)).copied().collect();
                parts.splice(other..other, copied);
            }
            4 if at < parts.len() => drop(parts.drain(at..(at + 1 + dice.below(8)).min(parts.len()))),
            _ => parts.insert(at, word),
        }
    }
    let separator = if dice.below(8) == 0 { "" } else { " " };
    parts.join(separator)
}
