//! Comments that speak to harness: `-- harness: allow CODE until DATE because REASON`, and the
//! expected scope at the head of a migration, `/* harness: expect … */`. Reads what they say;
//! whether a code exists or a date has passed is for others to judge.

use super::{Migration, Statement};
use crate::sql::Span;
use crate::sql::token::{TokenKind, tokens};
use std::time::SystemTime;

/// What opens a comment that is meant for harness.
const MARK: &str = "harness:";

/// A comment that speaks to harness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    /// the whole comment
    pub span: Span,
    /// the statement that it is in, above, or behind on the same line; `None` before the first,
    /// where it concerns the whole file
    pub statement: Option<usize>,
    /// what it says
    pub says: Says,
}

/// What a comment says to harness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Says {
    /// that findings of a code are known and accepted for a time
    Allow(Allow),
    /// the expected scope, as the TOML of `[expect.NAME]`, at these bytes of the migration
    Expect(Span),
    /// something that cannot be read, and why
    Unreadable(String),
}

/// A suppression: the findings of a code that somebody has looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allow {
    /// the code
    pub code: String,
    /// the last day on which it holds, as `2027-01-31`
    pub until: String,
    /// the end of that day, in UTC
    pub expires: SystemTime,
    /// why the findings are accepted
    pub reason: String,
}

/// The comments of a migration that speak to harness, in their order.
pub fn directives(migration: &Migration) -> Vec<Directive> {
    let text = &migration.text;
    tokens(text, 0)
        .filter(|token| token.kind == TokenKind::Comment)
        .filter_map(|comment| directive(migration, comment.span))
        .collect()
}

fn directive(migration: &Migration, span: Span) -> Option<Directive> {
    let inner = inner(&migration.text, span);
    let body = inner.of(&migration.text);
    let (statement, is_behind) = placed(migration, span);
    let says = if let Some(lead) = marked(body, char::is_whitespace) {
        let start = inner.start + lead;
        said(&migration.text, Span { start, ..inner })
    } else {
        marked(body, |c| c.is_whitespace() || "*-!@#".contains(c))?;
        let why = format!("`{MARK}` must stand right behind what opens the comment");
        Says::Unreadable(why)
    };
    let says = match says {
        Says::Allow(_) if is_behind => {
            let why = "it stands behind the last statement, so it allows nothing";
            Says::Unreadable(why.to_owned())
        }
        says => says,
    };
    Some(Directive {
        span,
        statement,
        says,
    })
}

/// Where the mark ends that follows some leading characters.
fn marked(body: &str, is_leading: fn(char) -> bool) -> Option<usize> {
    let rest = body.trim_start_matches(is_leading);
    let mark = rest.get(..MARK.len())?;
    let end = body.len() - rest.len() + MARK.len();
    mark.eq_ignore_ascii_case(MARK).then_some(end)
}

/// A comment without what opens and closes it.
fn inner(text: &str, span: Span) -> Span {
    let comment = span.of(text);
    let is_closed = comment.starts_with("/*") && comment.len() >= 4 && comment.ends_with("*/");
    Span {
        start: span.start + 2,
        end: span.end - if is_closed { 2 } else { 0 },
    }
}

fn said(text: &str, rest: Span) -> Says {
    let body = rest.of(text);
    let word = body.split_whitespace().next().unwrap_or_default();
    let start = rest.start + body.find(word).unwrap_or_default() + word.len();
    let behind = Span { start, ..rest };
    match word {
        "expect" => Says::Expect(behind),
        "allow" => allow(behind.of(text)).map_or_else(Says::Unreadable, Says::Allow),
        _ => Says::Unreadable(format!(
            "it says `{word}`, where `allow` or `expect` is known"
        )),
    }
}

fn allow(text: &str) -> Result<Allow, String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let word = |at: usize| words.get(at).copied().unwrap_or_default();
    let code = words.first().ok_or("it names no code")?;
    let until = word(2);
    if word(1) != "until" {
        return Err("behind the code stands no `until` with a date".to_owned());
    }
    let expires =
        end_of(until).ok_or_else(|| format!("`{until}` is no date such as 2027-01-31"))?;
    if word(3) != "because" {
        return Err("behind the date stands no `because` with a reason".to_owned());
    }
    if words.len() == 4 {
        return Err("behind `because` stands no reason".to_owned());
    }
    Ok(Allow {
        code: (*code).to_owned(),
        until: until.to_owned(),
        expires,
        reason: words[4..].join(" "),
    })
}

/// The end of a day in UTC.
fn end_of(day: &str) -> Option<SystemTime> {
    let is_date = day.len() == 10 && day.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let end = humantime::parse_rfc3339(&format!("{day}T23:59:59Z"));
    end.ok().filter(|_| is_date)
}

/// The statement that a comment is at, none where it is before the first or behind the last; and
/// whether it is behind the last.
fn placed(migration: &Migration, comment: Span) -> (Option<usize>, bool) {
    let statements = &migration.statements;
    let at = statements.partition_point(|statement| statement.span.end <= comment.start);
    let is_beside = |before: &&Statement| {
        let between = &migration.text[before.span.end..comment.start];
        !between.contains('\n')
    };
    let before = at.checked_sub(1).map(|at| &statements[at]);
    match (before.filter(is_beside), statements.get(at)) {
        (None, Some(next)) if at == 0 && comment.start < next.span.start => (None, false),
        (Some(own), _) | (None, Some(own)) => (Some(own.index), false),
        (None, None) => (None, true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<Directive> {
        directives(&Migration::parse("m", "m.sql", text.to_owned()))
    }

    fn refused(comment: &str) -> String {
        match &of(&format!("{comment}\nSELECT 1;"))[..] {
            [
                Directive {
                    says: Says::Unreadable(why),
                    ..
                },
            ] => why.clone(),
            other => panic!("{comment}: {other:?}"),
        }
    }

    #[test]
    fn a_suppression_needs_its_date_and_reason() {
        let found =
            of("-- harness: allow no-effect until 2027-01-31 because the  rows are\nSELECT 1;");
        let Says::Allow(allow) = &found[0].says else {
            panic!("{found:?}")
        };
        assert_eq!(
            (
                allow.code.as_str(),
                allow.until.as_str(),
                allow.reason.as_str()
            ),
            ("no-effect", "2027-01-31", "the rows are")
        );
        assert_eq!(
            humantime::format_rfc3339(allow.expires).to_string(),
            "2027-01-31T23:59:59Z"
        );
        for (comment, why) in [
            ("-- harness:", "it says ``"),
            (
                "--- harness: allow no-effect until 2027-01-31 because x",
                "right behind",
            ),
            ("/** harness: expect */", "right behind"),
            ("-- Harness: ignore all", "it says `ignore`"),
            ("-- harness: allow", "it names no code"),
            ("-- harness: allow no-effect", "no `until`"),
            (
                "-- harness: allow no-effect until 2027-02-30 because x",
                "is no date",
            ),
            (
                "-- harness: allow no-effect until 2027-1-31 because x",
                "is no date",
            ),
            (
                "/* harness: allow no-effect until 2027-01-31 */",
                "no `because`",
            ),
            (
                "-- harness: allow no-effect until 2027-01-31 because",
                "no reason",
            ),
        ] {
            assert!(
                refused(comment).contains(why),
                "{comment}: {}",
                refused(comment)
            );
        }
    }

    #[test]
    fn a_comment_belongs_to_the_statement_that_it_stands_at() {
        let allow = "-- harness: allow a until 2027-01-31 because b\n";
        let text = format!("{allow}SELECT 1; {allow}{allow}SELECT\n{allow} 2;\n{allow}");
        let found = of(&text);
        let places: Vec<_> = found.iter().map(|d| d.statement).collect();
        assert_eq!(places, [None, Some(1), Some(2), Some(2), None]);
        assert!(matches!(&found[4].says, Says::Unreadable(why) if why.contains("behind the last")));
        assert!(
            of("SELECT '-- harness: allow', \"/* harness: expect */\"; -- the harness: is")
                .is_empty()
        );
    }

    #[test]
    fn a_scope_at_the_head_is_found_with_its_bytes() {
        let text = "\u{feff}/* harness: expect\r\ntenants = [9]\r\n*/ BEGIN;";
        let found = of(text);
        assert!(
            matches!(found[0].says, Says::Expect(span) if span.of(text) == "\r\ntenants = [9]\r\n"),
            "{found:?}"
        );
        assert_eq!(found[0].statement, None);
    }
}
