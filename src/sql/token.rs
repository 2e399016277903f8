//! Tokens of SQL text, lossless and without failure: every byte belongs to exactly one token.
//!
//! Follows SQLite's `tokenize.c`: comments are white space, a block comment or a string may end at
//! the end of the text, identifiers start with a letter, `_`, `$` inside, or any byte above 127.
//! Does not know the grammar.

use super::ident;
use super::span::Span;

/// What a token is, as far as statement boundaries and clauses need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// blanks, line ends, a byte-order mark
    Space,
    /// `-- …` or `/* … */`
    Comment,
    /// an unquoted word: keyword, identifier or number
    Word,
    /// `'…'`
    Text,
    /// `"…"`, `` `…` `` or `[…]`
    Quoted,
    /// `:a`, `@a`, `$a`, `?`, `?1`
    Variable,
    /// `;`
    Semicolon,
    /// one character of anything else
    Punct,
}

/// One token.
#[derive(Debug, Clone, Copy)]
pub struct Token {
    /// what it is
    pub kind: TokenKind,
    /// where it is
    pub span: Span,
}

impl Token {
    /// Whether the token means something to the grammar.
    pub fn is_significant(&self) -> bool {
        !matches!(self.kind, TokenKind::Space | TokenKind::Comment)
    }

    /// Whether the token is this unquoted word, without regard to case.
    pub fn is_word(&self, source: impl AsRef<[u8]>, word: &str) -> bool {
        self.kind == TokenKind::Word
            && source.as_ref()[self.span.start..self.span.end].eq_ignore_ascii_case(word.as_bytes())
    }
}

/// Whether SQL uses a name, quoted or not.
pub fn mentions(source: &str, name: &str) -> bool {
    let name = ident::folded(name);
    folded(source).any(|known| known == name)
}

/// The texts of the significant tokens, without quotes and folded: everything that SQL may name is
/// among them.
pub fn folded(source: &str) -> impl Iterator<Item = String> + '_ {
    tokens(source, 0)
        .filter(Token::is_significant)
        .map(|t| ident::folded(&ident::dequote(t.span.of(source))))
}

/// The significant tokens, names without their quotes and folded, but strings unchanged: what a
/// column is compared with is no name.
pub fn exact_words(source: &str) -> Vec<String> {
    let word = |token: Token| match token.span.of(source) {
        string if token.kind == TokenKind::Text => string.to_owned(),
        name => ident::folded(&ident::dequote(name)),
    };
    significant(source).into_iter().map(word).collect()
}

/// All tokens of `source`, from byte `start` on; it may be bytes that are not UTF-8, as the engine
/// takes them.
pub fn tokens<S: AsRef<[u8]> + ?Sized>(
    source: &S,
    start: usize,
) -> impl Iterator<Item = Token> + '_ {
    let source = source.as_ref();
    let mut at = start;
    std::iter::from_fn(move || {
        if at >= source.len() {
            return None;
        }
        let (kind, len) = next(&source[at..]);
        let token = Token {
            kind,
            span: Span {
                start: at,
                end: at + len,
            },
        };
        at += len;
        Some(token)
    })
}

/// The significant tokens of `source`.
pub fn significant(source: &str) -> Vec<Token> {
    tokens(source, 0).filter(Token::is_significant).collect()
}

/// Kind and length of the first token of `rest`, which is not empty.
fn next(bytes: &[u8]) -> (TokenKind, usize) {
    if let Some(len) = comment(bytes) {
        return (TokenKind::Comment, len);
    }
    match bytes[0] {
        b'\'' => (TokenKind::Text, quoted(bytes, b'\'')),
        q @ (b'"' | b'`') => (TokenKind::Quoted, quoted(bytes, q)),
        b'[' => {
            let inner = run(bytes, |b| b != b']');
            (TokenKind::Quoted, (inner + 1).min(bytes.len()))
        }
        b';' => (TokenKind::Semicolon, 1),
        b'?' => {
            let digits = run(&bytes[1..], |b| b.is_ascii_digit());
            (TokenKind::Variable, 1 + digits)
        }
        b':' | b'@' | b'$' | b'#' if bytes.get(1).copied().is_some_and(is_word) => {
            (TokenKind::Variable, 1 + run(&bytes[1..], is_word))
        }
        _ => bare(bytes),
    }
}

/// The length of a comment.
fn comment(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [b'-', b'-', ..] => Some(run(bytes, |b| b != b'\n')),
        [b'/', b'*', _, ..] => {
            let end = bytes[2..].windows(2).position(|pair| pair == b"*/");
            Some(end.map_or(bytes.len(), |end| end + 4))
        }
        _ => None,
    }
}

/// The same for what nothing opens.
fn bare(bytes: &[u8]) -> (TokenKind, usize) {
    match bytes[0] {
        _ if bytes.starts_with("\u{feff}".as_bytes()) => (TokenKind::Space, 3),
        b if is_space(b) => (TokenKind::Space, run(bytes, is_space)),
        b if is_word(b) => (TokenKind::Word, run(bytes, is_word)),
        _ => (TokenKind::Punct, 1),
    }
}

/// SQLite's white space: space, tab, line feed, form feed, carriage return.
fn is_space(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\n' | b'\x0c' | b'\r')
}

fn is_word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_' || b == b'$' || b >= 0x80
}

fn run(bytes: &[u8], belongs: impl Fn(u8) -> bool) -> usize {
    bytes
        .iter()
        .position(|b| !belongs(*b))
        .unwrap_or(bytes.len())
}

/// Length of a quoted token, in which a doubled quote is one quote; an open one ends with the text.
fn quoted(bytes: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while at < bytes.len() {
        if bytes[at] != quote {
            at += 1;
        } else if bytes.get(at + 1) == Some(&quote) {
            at += 2;
        } else {
            return at + 1;
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_belongs_to_one_token() {
        for source in [
            "",
            "a'b''c'--x\n/*y*/;",
            "'open",
            "/*",
            "/* open",
            "é=[a b]?12:x@",
            "\u{feff}SELECT 1",
            "-",
            "\"\"\"\"x",
            "#",
        ] {
            let joined: String = tokens(source, 0).map(|t| t.span.of(source)).collect();
            assert_eq!(joined, source);
        }
    }

    #[test]
    fn knows_the_kinds() {
        let source = "UPDATE \"t\" SET a=':x' -- c\nWHERE b=:x;";
        let kinds: Vec<_> = significant(source)
            .iter()
            .map(|t| (t.kind, t.span.of(source)))
            .collect();
        assert_eq!(kinds[1], (TokenKind::Quoted, "\"t\""));
        assert_eq!(kinds[5], (TokenKind::Text, "':x'"));
        assert_eq!(kinds[9], (TokenKind::Variable, ":x"));
        assert_eq!(kinds[10], (TokenKind::Semicolon, ";"));
    }
}
