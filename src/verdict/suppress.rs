//! What a person may say about findings: how bad those of a code are, by configuration, and that
//! some are known, by comments in the migration. Neither concerns the codes of scope, capture,
//! preview and failure.

use super::{Case, Code, Finding, Level, Place};
use crate::migration::{Allow, Directive, Says, directives};
use crate::sentence::{Sentence, bare, engine, name, quoted};

/// A suppression, and the findings that it keeps out of the verdict.
#[derive(Debug, Clone)]
pub struct Suppressed {
    /// the code
    pub code: Code,
    /// where the comment is
    pub place: Place,
    /// the last day on which it holds, as `2027-01-31`
    pub until: String,
    /// why
    pub reason: String,
    /// what it keeps out; empty if it keeps out nothing
    pub findings: Vec<Finding>,
}

/// The findings as configured, without those that comments allow.
pub(super) fn suppress(case: Case<'_>, mut found: Vec<Finding>) -> (Vec<Finding>, Vec<Suppressed>) {
    found.retain_mut(|finding| configure(case, finding));
    let mut suppressed = Vec::new();
    for directive in directives(case.migration) {
        let place = Place::of(case.migration, directive.statement, directive.span);
        let allowed = match &directive.says {
            Says::Expect(_) => continue,
            Says::Unreadable(why) => {
                let message = "this comment cannot be read: " + engine(why);
                Err((Code::InvalidSuppression, message))
            }
            Says::Allow(allow) => allowed(case, allow).map(|code| (code, allow)),
        };
        match allowed {
            Ok((code, allow)) => suppressed.push(Suppressed {
                code,
                place,
                until: allow.until.clone(),
                reason: allow.reason.clone(),
                findings: found
                    .extract_if(.., |f| f.code == code && covers(&directive, f))
                    .collect(),
            }),
            Err((code, message)) => found.push(Finding::new(code, message).at(place)),
        }
    }
    (found, suppressed)
}

/// Gives a finding its configured severity; false if its code is off.
fn configure(case: Case<'_>, finding: &mut Finding) -> bool {
    match case.severities.get(&finding.code) {
        Some(level) if !finding.code.entry().is_core => {
            finding.severity = level.severity().unwrap_or(finding.severity);
            *level != Level::Off
        }
        _ => true,
    }
}

/// A finding's code and message.
type Fault = (Code, Sentence);

/// The code that a suppression allows, or why it allows none.
fn allowed(case: Case<'_>, allow: &Allow) -> Result<Code, Fault> {
    let invalid = |why: Sentence| {
        let message = "this comment allows nothing: " + why;
        (Code::InvalidSuppression, message)
    };
    let unknown = || invalid("there is no code " + quoted(&allow.code));
    let code = Code::named(&allow.code).ok_or_else(unknown)?;
    if code.entry().is_core {
        let why = " cannot be suppressed: only a declared scope, or a migration that runs, \
            answers it";
        return Err(invalid(name(code.id()) + why));
    }
    if case.now > allow.expires {
        let message = name(code.id())
            + " was allowed until "
            + bare(&allow.until)
            + ", because: "
            + bare(&allow.reason);
        return Err((Code::ExpiredSuppression, message));
    }
    Ok(code)
}

/// Whether a suppression is at the statement of the finding, or at the head of the file.
fn covers(directive: &Directive, finding: &Finding) -> bool {
    let statement = finding.place.and_then(|place| place.statement);
    directive.statement.is_none() || directive.statement == statement
}
