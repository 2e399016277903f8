//! The beginning of the Markdown report: what was rehearsed on, and how.

use super::MORE;
use super::detail::Detail;
use crate::record::{Evidence, Level};
use crate::report::phrases;

/// What was rehearsed on and how, the severities and warnings of the configuration, and what is
/// left out here.
pub(super) fn setting(evidence: &Evidence, detail: &Detail) -> String {
    let (snapshot, engine) = (&evidence.snapshot, &evidence.engine);
    let source = detail.code(&snapshot.source);
    let sqlite = detail.prose(&phrases::sqlite(engine));
    let harness = detail.prose(&format!("harness {}", evidence.harness));
    let (size, runner) = (phrases::size(snapshot), phrases::runner(engine));
    let branch = evidence
        .branch
        .as_ref()
        .map(|branch| format!("Branch: {}\n\n", detail.prose(&branch.shown)));
    let left_out = detail
        .left_out()
        .map(|left_out| format!("> ✂️ {}\n\n", phrases::shortened(&left_out)));
    format!(
        "Rehearsed on {source} ({size}) with {sqlite}, {runner}; {harness}\n\n{}{}{}",
        branch.unwrap_or_default(),
        configured(evidence, detail),
        left_out.unwrap_or_default()
    )
}

/// The severities that the configuration sets, and its warnings.
fn configured(evidence: &Evidence, detail: &Detail) -> String {
    let severity = |(id, level): (&String, &Level)| format!("{} {}", detail.code(id), level.word());
    let severities = detail.list(&evidence.severities, severity, ["", ""]);
    let warning = |warning: &String| format!("- ⚠️ {}\n", detail.prose(warning));
    let warnings = detail.list(&evidence.warnings, warning, MORE);
    let none = phrases::no_tenants(evidence);
    let none = none.map(|none| format!("Tenants: {}\n\n", detail.prose(&none)));
    let mut configured = none.unwrap_or_default();
    if !severities.is_empty() {
        configured += "Findings by configuration: ";
        configured += &(severities.join(", ") + "\n\n");
    }
    if !warnings.is_empty() {
        configured += &(warnings.concat() + "\n");
    }
    configured
}
