//! The words of SQL text that matter to what is hidden.

use crate::sql::ident;
use crate::sql::token::{self, TokenKind};
use std::collections::BTreeSet;

/// The texts of the significant tokens.
pub(super) fn significant(sql: &str) -> Vec<&str> {
    token::significant(sql)
        .iter()
        .map(|token| token.span.of(sql))
        .collect()
}

/// Everything that may be a name, folded; strings too, which the engine takes for names where one
/// must stand.
pub(super) fn names(sql: &str) -> BTreeSet<String> {
    let is_name =
        |kind: TokenKind| matches!(kind, TokenKind::Word | TokenKind::Quoted | TokenKind::Text);
    let tokens = token::significant(sql)
        .into_iter()
        .filter(|token| is_name(token.kind));
    tokens
        .map(|token| ident::folded(&ident::dequote(token.span.of(sql))))
        .filter(|name| !starts_number(name))
        .collect()
}

/// What is a name wherever it stands: unquoted words, and those in brackets or backticks.
pub(super) fn certain(sql: &str) -> impl Iterator<Item = String> + '_ {
    token::significant(sql).into_iter().filter_map(|token| {
        let text = token.span.of(sql);
        let is_certain = match token.kind {
            TokenKind::Word => {
                !starts_number(text)
                    && !["TRUE", "FALSE"]
                        .iter()
                        .any(|word| text.eq_ignore_ascii_case(word))
            }
            TokenKind::Quoted => !text.starts_with('"'),
            _ => false,
        };
        is_certain.then(|| ident::folded(&ident::dequote(text)))
    })
}

fn starts_number(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

/// Whether a text has this unquoted word.
pub(super) fn says(sql: &str, word: &str) -> bool {
    token::significant(sql)
        .iter()
        .any(|token| token.is_word(sql, word))
}

/// Whether a text has a `*` that stands for columns, rather than for a product or for rows.
pub(super) fn stars(sql: &str) -> bool {
    let tokens = significant(sql);
    let stands = |before: &str| {
        let words = ["SELECT", "DISTINCT", "ALL", "RETURNING"];
        [",", "."].contains(&before) || words.iter().any(|word| before.eq_ignore_ascii_case(word))
    };
    tokens.first() == Some(&"*")
        || tokens
            .windows(2)
            .any(|pair| pair[1] == "*" && stands(pair[0]))
}

/// Whether a query counts rows and gives nothing else: `SELECT count(…) FROM …`.
pub(super) fn counts(sql: &str) -> bool {
    let tokens = significant(sql);
    let is = |at: usize, word: &str| {
        tokens
            .get(at)
            .is_some_and(|token| token.eq_ignore_ascii_case(word))
    };
    if !(is(0, "SELECT") && is(1, "count") && is(2, "(")) {
        return false;
    }
    let mut depth = 0_usize;
    let close = tokens.iter().skip(2).position(|token| {
        match *token {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    let is_compound = tokens.iter().any(|token| {
        ["UNION", "EXCEPT", "INTERSECT"]
            .iter()
            .any(|word| token.eq_ignore_ascii_case(word))
    });
    close.is_some_and(|close| is(close + 3, "FROM")) && !is_compound
}
