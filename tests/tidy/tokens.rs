//! The tokens of Rust source: comments and white space left out, a literal counted as one, and so an
//! operator such as `=>`. A function is counted from its `fn` to its closing brace, whatever it holds
//! included.

use std::ops::Range;

/// One token of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub(crate) text: &'a str,
    pub(crate) line: usize,
}

impl Token<'_> {
    pub(crate) fn is_name(self) -> bool {
        self.text
            .starts_with(|c: char| c.is_alphabetic() || c == '_')
            && !self.is_string()
    }

    pub(crate) fn is_string(self) -> bool {
        self.text.ends_with(['"', '#']) && self.text.contains('"')
    }
}

/// One function with a body.
pub(crate) struct Function<'a> {
    pub(crate) name: &'a str,
    pub(crate) tokens: Range<usize>,
}

/// Operators of several characters, the longest first.
const OPERATORS: [&str; 22] = [
    "<<=", ">>=", "...", "..=", "::", "->", "=>", "==", "!=", "<=", ">=", "&&", "||", "..", "+=",
    "-=", "*=", "/=", "%=", "^=", "&=", "|=",
];

/// The tokens of a text.
pub(crate) fn tokens(text: &str) -> Vec<Token<'_>> {
    let (mut found, mut at, mut line) = (Vec::new(), 0, 1);
    while at < text.len() {
        let length = length(&text[at..]);
        let token = &text[at..at + length];
        if !token.starts_with(char::is_whitespace) && !is_comment(token) {
            found.push(Token { text: token, line });
        }
        line += token.matches('\n').count();
        at += length;
    }
    found
}

fn is_comment(token: &str) -> bool {
    token.starts_with("//") || token.starts_with("/*")
}

/// How many bytes the first token of a text has.
fn length(rest: &str) -> usize {
    let first = rest.chars().next().expect("a character");
    let while_in = |is: fn(char) -> bool| rest.find(|c| !is(c)).unwrap_or(rest.len());
    if first.is_whitespace() {
        return while_in(char::is_whitespace);
    }
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return rest.find("*/").expect("a comment that ends") + 2;
    }
    if let Some(length) = string(rest).or_else(|| character(rest)) {
        return length;
    }
    if first == '\'' || first.is_alphanumeric() || first == '_' {
        return word(rest);
    }
    let operator = OPERATORS
        .iter()
        .find(|operator| rest.starts_with(**operator));
    operator.map_or(first.len_utf8(), |operator| operator.len())
}

/// A name, a lifetime, or a number with its fraction.
fn word(rest: &str) -> usize {
    let is_in = |c: char| c.is_alphanumeric() || c == '_';
    let lead = usize::from(rest.starts_with('\''));
    let end = rest[lead..]
        .find(|c| !is_in(c))
        .map_or(rest.len(), |end| end + lead);
    let is_number = rest.starts_with(|c: char| c.is_ascii_digit());
    let fraction = rest[end..]
        .strip_prefix('.')
        .filter(|f| f.starts_with(|c: char| c.is_ascii_digit()));
    match fraction {
        Some(fraction) if is_number => {
            end + 1 + fraction.find(|c| !is_in(c)).unwrap_or(fraction.len())
        }
        _ => end,
    }
}

/// A string literal, raw or not.
fn string(rest: &str) -> Option<usize> {
    let lead = rest.find('"').filter(|quote| *quote <= 6)?;
    let raw = rest[..lead].trim_start_matches(['b', 'c']);
    if let Some(hashes) = raw.strip_prefix('r') {
        let end = format!("\"{hashes}");
        let is_raw = hashes.bytes().all(|b| b == b'#');
        return is_raw.then(|| {
            let start = lead + 1;
            rest[start..]
                .find(&end)
                .map(|at| start + at + end.len())
                .expect("a string that ends")
        });
    }
    if !raw.is_empty() || lead > 1 {
        return None;
    }
    let mut bytes = rest.bytes().enumerate().skip(lead + 1);
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\\' => drop(bytes.next()),
            b'"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// A character literal, rather than a lifetime.
fn character(rest: &str) -> Option<usize> {
    let inner = rest.strip_prefix('b').unwrap_or(rest).strip_prefix('\'')?;
    let lead = rest.len() - inner.len();
    let mut chars = inner.char_indices();
    let (_, first) = chars.next()?;
    let from = if first == '\\' {
        chars.next().map(|(at, c)| at + c.len_utf8())?
    } else {
        first.len_utf8()
    };
    let end = inner[from..]
        .find('\'')
        .filter(|end| *end == 0 || first == '\\')?;
    Some(lead + from + end + 1)
}

/// The functions of some tokens, those inside of others too.
pub(crate) fn functions<'a>(tokens: &[Token<'a>]) -> Vec<Function<'a>> {
    let starts = tokens
        .windows(2)
        .enumerate()
        .filter(|(_, w)| w[0].text == "fn" && w[1].is_name());
    let one = |(start, pair): (usize, &[Token<'a>])| {
        let end = body_end(&tokens[start..])?;
        Some(Function {
            name: pair[1].text,
            tokens: start..start + end + 1,
        })
    };
    starts.filter_map(one).collect()
}

/// Where the body of the function that begins here ends; none where it has none.
fn body_end(tokens: &[Token<'_>]) -> Option<usize> {
    let (mut brackets, mut braces) = (0_i32, 0_i32);
    for (at, token) in tokens.iter().enumerate() {
        match token.text {
            "(" | "[" => brackets += 1,
            ")" | "]" => brackets -= 1,
            ";" if brackets == 0 && braces == 0 => return None,
            "{" => braces += 1,
            "}" if braces == 1 => return Some(at),
            "}" => braces -= 1,
            _ => {}
        }
    }
    None
}

#[test]
fn tokens_are_counted_as_stated() {
    let text = "fn f<'a>(x: &'a str) -> u8 { // no\n  /* no */ b'\\'' == 'x' || x != r#\"\"{\"# && 1.5 > 0..=2 }";
    let found: Vec<&str> = tokens(text).iter().map(|token| token.text).collect();
    let expected = [
        "fn",
        "f",
        "<",
        "'a",
        ">",
        "(",
        "x",
        ":",
        "&",
        "'a",
        "str",
        ")",
        "->",
        "u8",
        "{",
        "b'\\''",
        "==",
        "'x'",
        "||",
        "x",
        "!=",
        "r#\"\"{\"#",
        "&&",
        "1.5",
        ">",
        "0",
        "..=",
        "2",
        "}",
    ];
    assert_eq!(found, expected);
    assert_eq!(functions(&tokens(text))[0].tokens, 0..expected.len());
}
