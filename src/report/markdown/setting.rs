//! The beginning of the Markdown report: what was rehearsed on, and how.

use super::MORE;
use super::detail::Detail;
use crate::report::evidence::{Evidence, Level};
use crate::report::phrases;

/// What was rehearsed on and how, the severities and warnings of the configuration, and what is
/// left out here.
pub(super) fn setting(evidence: &Evidence, detail: &Detail) -> String {
    let source = detail.code(&evidence.snapshot.source);
    let sqlite = detail.prose(&phrases::sqlite(&evidence.engine));
    let harness = detail.prose(&format!("harness {}", evidence.harness));
    let (size, runner) = (
        phrases::size(&evidence.snapshot),
        phrases::runner(&evidence.engine),
    );
    let rehearsed =
        format!("Rehearsed on {source} ({size}) with {sqlite}, {runner}; {harness}\n\n");
    let branch = evidence
        .branch
        .as_ref()
        .map(|branch| format!("Branch: {}\n\n", detail.prose(&branch.shown)));
    let left_out = detail
        .left_out()
        .map(|left_out| format!("> ✂️ {}\n\n", phrases::shortened(&left_out)));
    let configured = configured(evidence, detail);
    [
        rehearsed,
        branch.unwrap_or_default(),
        configured,
        left_out.unwrap_or_default(),
    ]
    .concat()
}

/// The severities that the configuration sets, and its warnings.
fn configured(evidence: &Evidence, detail: &Detail) -> String {
    let severity = |(id, level): (&String, &Level)| format!("{} {}", detail.code(id), level.word());
    let severities = detail.list(&evidence.severities, severity, ["", ""]);
    let warning = |warning: &String| format!("- ⚠️ {}\n", detail.prose(warning));
    let mut warnings = detail.list(&evidence.warnings, warning, MORE);
    if !warnings.is_empty() {
        warnings.push("\n".to_owned());
    }
    let severities = match severities.join(", ") {
        none if none.is_empty() => none,
        each => format!("Findings by configuration: {each}\n\n"),
    };
    severities + &warnings.concat()
}
