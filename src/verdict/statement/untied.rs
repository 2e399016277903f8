//! Findings about other rows of a statement's target that nothing ties to the row that it writes.

use crate::rehearse::{PreviewRun, UntiedRun};
use crate::sentence::{Sentence, name, sql};
use crate::verdict::case::Look;
use crate::verdict::{Case, Code, Finding, Severity};

pub(in crate::verdict) fn findings(case: Case<'_>) -> Vec<Finding> {
    let of = |look: Look<'_>| {
        let preview = look.preview().into_iter();
        let all = preview.flat_map(|preview| preview.untied.iter().map(move |run| (preview, run)));
        all.map(|(preview, run)| look.untied(preview, run))
            .collect::<Vec<_>>()
    };
    case.ran().flat_map(of).collect()
}

impl Look<'_> {
    fn untied(self, preview: &PreviewRun, run: &UntiedRun) -> Finding {
        let (untied, table) = (&run.untied, self.statement.table.as_deref());
        let table = name(table.unwrap_or_default());
        let (is_hidden, called) = (untied.is_hidden, name(&untied.called));
        let lead = if is_hidden {
            "within the subquery, " + called + " is its own row of " + table
        } else {
            "nothing ties " + called + " to the row of " + table
        };
        let rest = ", so any row will do: it reaches ";
        let message = lead
            + if is_hidden { "" } else { " that is written" }
            + rest
            + self.counted(preview.rows, &preview.tenants);
        let (severity, effect) = self.effect_of_tie(preview, run);
        let finding = self
            .finding(Code::UntiedSelfJoin, message + effect)
            .at(self.place(untied.span))
            .severity(severity)
            .rows(preview.rows);
        if is_hidden {
            let help = "give the row within the subquery another name, and compare the two by their \
                keys";
            return finding.help(help);
        }
        finding
    }

    /// What a tie by the key would reach, and how bad it is that there is none.
    fn effect_of_tie(self, preview: &PreviewRun, run: &UntiedRun) -> (Severity, Sentence) {
        let tied = run.tied.as_ref().zip(run.untied.tie.as_ref());
        let Some(((rows, tenants), tie)) = tied.filter(|((n, _), _)| *n < preview.rows) else {
            return (Severity::Warning, Sentence::default());
        };
        let effect = ", where " + sql(tie) + " reaches " + self.counted(*rows, tenants);
        let is_beyond = preview
            .tenants
            .keys()
            .any(|tenant| !tenants.contains_key(tenant));
        let severity = if is_beyond && *rows > 0 {
            Severity::Error
        } else {
            Severity::Warning
        };
        (severity, effect)
    }
}
