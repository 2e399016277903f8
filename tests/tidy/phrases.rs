//! What the reports say: `report/phrases` has each sentence, a format only lays it out, and none
//! compares a word that a report shows, since a name or value of the database may be the same one.

use super::production;
use super::tokens::{Token, tokens};

/// The formats.
const FORMATS: [&str; 7] = [
    "src/report/github.rs",
    "src/report/html/",
    "src/report/junit.rs",
    "src/report/markdown/",
    "src/report/previews.rs",
    "src/report/sarif/",
    "src/report/text/",
];

/// Where the words of the evidence are read.
const READERS: [&str; 1] = ["src/report/kinds.rs"];

/// Words that make a sentence.
const SENTENCE: usize = 4;

/// A literal without its quotes.
fn text<'a>(token: &Token<'a>) -> &'a str {
    let quoted = token.text.trim_start_matches(['b', 'c', 'r', '#']);
    quoted.trim_end_matches('#').trim_matches('"')
}

/// Whether a literal has so many words one behind the other.
fn is_sentence(token: &Token<'_>) -> bool {
    let is_word = |word: &str| {
        let word = word.trim_end_matches([',', '.', ':', ';']);
        !word.is_empty() && word.chars().all(char::is_alphabetic)
    };
    let words: Vec<&str> = text(token).split_whitespace().collect();
    words
        .windows(SENTENCE)
        .any(|words| words.iter().all(|word| is_word(word)))
}

/// The literals that are compared or matched with something.
fn compared<'a>(tokens: &[Token<'a>]) -> Vec<Token<'a>> {
    let is = |at: Option<usize>, texts: &[&str]| {
        at.and_then(|at| tokens.get(at))
            .is_some_and(|token| texts.contains(&token.text))
    };
    let is_compared = |at: usize| {
        let behind = (at + 1..tokens.len()).find(|behind| !is(Some(*behind), &[")"]));
        let operators = ["==", "!="];
        is(at.checked_sub(1), &operators)
            || is(Some(at + 1), &operators)
            || is(behind, &["=>", "|"])
    };
    let literals = tokens
        .iter()
        .enumerate()
        .filter(|(_, token)| token.is_string());
    literals
        .filter(|(at, token)| is_compared(*at) && text(token).contains(char::is_alphabetic))
        .map(|(_, token)| *token)
        .chain(matched(tokens))
        .collect()
}

/// The literals in a `matches!`.
fn matched<'a>(tokens: &[Token<'a>]) -> Vec<Token<'a>> {
    let begins = tokens
        .windows(2)
        .enumerate()
        .filter(|(_, pair)| pair[0].text == "matches" && pair[1].text == "!");
    let inside = |(at, _): (usize, &[Token<'a>])| {
        let mut depth = 0;
        let is_inside = move |token: &&Token<'_>| {
            depth += i32::from(token.text == "(") - i32::from(token.text == ")");
            depth > 0
        };
        tokens[at + 2..]
            .iter()
            .take_while(is_inside)
            .copied()
            .collect::<Vec<_>>()
    };
    let literals = begins.flat_map(inside).filter(|token| token.is_string());
    literals
        .filter(|token| text(token).contains(char::is_alphabetic))
        .collect()
}

#[test]
fn formats_lay_out_what_phrases_say() {
    let mut said = Vec::new();
    for (path, code) in production() {
        if FORMATS.iter().any(|format| path.starts_with(format)) {
            let literals = tokens(&code).into_iter().filter(|token| token.is_string());
            said.extend(
                literals
                    .filter(is_sentence)
                    .map(|t| format!("{path}:{}: {}", t.line, t.text)),
            );
        }
    }
    assert!(
        said.is_empty(),
        "sentences belong in src/report/phrases:\n{}",
        said.join("\n")
    );
}

#[test]
fn no_format_compares_a_word_that_a_report_shows() {
    let mut found = Vec::new();
    for (path, code) in production() {
        if path.starts_with("src/report/") && !READERS.contains(&path.as_str()) {
            let compared = compared(&tokens(&code));
            found.extend(
                compared
                    .iter()
                    .map(|t| format!("{path}:{}: {}", t.line, t.text)),
            );
        }
    }
    assert!(
        found.is_empty(),
        "words are read in {READERS:?}:\n{}",
        found.join("\n")
    );
}

#[test]
fn sentences_and_comparisons_are_found() {
    let code = r#"if a == "b" || "c" != d || matches!(e, Some("f" | "g")) { "never more than four words" }
        match h { "i" | "j" => "k", Some("l") => "- {m} {n}: x of y", "/" => "" }"#;
    let tokens = tokens(code);
    let mut found: Vec<&str> = compared(&tokens).iter().map(text).collect();
    found.sort_unstable();
    found.dedup();
    assert_eq!(found, ["b", "c", "f", "g", "i", "j", "l"]);
    let sentences = tokens.iter().filter(|t| t.is_string() && is_sentence(t));
    assert_eq!(
        sentences.map(text).collect::<Vec<_>>(),
        ["never more than four words"]
    );
}
