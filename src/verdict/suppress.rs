//! What a person may say about findings: how bad those of a code are, by configuration, and that
//! some are known, by comments in the migration. The codes of scope, capture, preview and failure
//! are beyond both.

use super::{Case, Code, Finding, Place};
use crate::migration::{Allow, Directive, Says, directives};

/// A suppression, and the findings that it keeps out of the verdict.
#[derive(Debug, Clone)]
pub struct Suppressed {
    /// the code
    pub code: Code,
    /// where the comment stands
    pub place: Place,
    /// the last day on which it holds, as `2027-01-31`
    pub until: String,
    /// why
    pub reason: String,
    /// what it keeps out; empty where nothing is there to be kept out
    pub findings: Vec<Finding>,
}

/// The findings as configured, without those that comments allow.
pub(super) fn adjusted(case: Case<'_>, mut found: Vec<Finding>) -> (Vec<Finding>, Vec<Suppressed>) {
    found.retain_mut(|finding| match case.severities.get(&finding.code) {
        Some(Some(severity)) if !finding.code.entry().is_core => {
            finding.severity = *severity;
            true
        }
        Some(None) => finding.code.entry().is_core,
        _ => true,
    });
    let mut suppressed = Vec::new();
    for directive in directives(case.migration) {
        let place = case.place_of(directive.statement, directive.span);
        match &directive.says {
            Says::Expect(_) => {}
            Says::Unreadable(why) => {
                let why = case.hidden.message(why);
                found.push(
                    Finding::new(
                        Code::InvalidSuppression,
                        format!("this comment cannot be read: {why}"),
                    )
                    .at(Some(place)),
                );
            }
            Says::Allow(allow) => match allowed(case, allow) {
                Ok(code) => suppressed.push(Suppressed {
                    code,
                    place,
                    until: allow.until.clone(),
                    reason: allow.reason.clone(),
                    findings: found
                        .extract_if(.., |finding| {
                            finding.code == code && covers(&directive, finding)
                        })
                        .collect(),
                }),
                Err((code, message)) => found.push(Finding::new(code, message).at(Some(place))),
            },
        }
    }
    (found, suppressed)
}

/// The code that a suppression allows, or why it allows none.
fn allowed(case: Case<'_>, allow: &Allow) -> Result<Code, (Code, String)> {
    let invalid = |why: String| {
        (
            Code::InvalidSuppression,
            format!("this comment allows nothing: {why}"),
        )
    };
    let code = Code::named(&allow.code).ok_or_else(|| {
        invalid(format!(
            "there is no code `{}`",
            case.hidden.name(&allow.code)
        ))
    })?;
    if code.entry().is_core {
        return Err(invalid(format!(
            "`{}` cannot be suppressed: only a declared scope, or a migration that runs, answers it",
            code.id()
        )));
    }
    if case.now > allow.expires {
        let message = format!(
            "`{}` was allowed until {}, because: {}",
            code.id(),
            allow.until,
            allow.reason
        );
        return Err((Code::ExpiredSuppression, message));
    }
    Ok(code)
}

/// Whether a suppression stands where the finding is: at its statement, or at the head of the file.
fn covers(directive: &Directive, finding: &Finding) -> bool {
    let statement = finding.place.and_then(|place| place.statement);
    directive.statement.is_none() || directive.statement == statement
}
