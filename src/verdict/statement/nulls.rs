//! Findings about comparisons that NULL keeps from being true.

use crate::rehearse::{NullRun, PreviewRun};
use crate::rewrite::NullSource;
use crate::sentence::{Sentence, sql};
use crate::verdict::case::Look;
use crate::verdict::{Case, Code, Finding, Severity};

pub(in crate::verdict) fn findings(case: Case<'_>) -> Vec<Finding> {
    let of = |look: Look<'_>| {
        let preview = look.preview().into_iter();
        let all = preview.flat_map(|preview| preview.nulls.iter().map(move |run| (preview, run)));
        all.map(|(preview, run)| look.met_null(preview, run))
            .collect::<Vec<_>>()
    };
    case.ran().flat_map(of).collect()
}

impl Look<'_> {
    fn met_null(self, preview: &PreviewRun, run: &NullRun) -> Finding {
        let comparison = &run.comparison;
        let written = sql(comparison.span.of(self.sql()));
        let (code, lead, help): (_, Sentence, _) = match &comparison.with {
            NullSource::Literal(true) => (
                Code::ComparedWithNull,
                written + " is never true",
                "write IS NULL",
            ),
            NullSource::Literal(false) => (
                Code::ComparedWithNull,
                written + " is never true",
                "write IS NOT NULL",
            ),
            NullSource::List => (
                Code::NullInNotIn,
                "the list behind NOT IN has NULL in it, so the comparison is never true".into(),
                "leave NULL out of the list; IS NOT NULL is a condition of its own",
            ),
            NullSource::Query { is_enough, .. } => {
                let rest = if *is_enough {
                    ", so the comparison is never true"
                } else {
                    ", which keeps the comparison from being true"
                };
                let lead = "what is behind NOT IN gives NULL".to_owned() + rest;
                let help = "leave NULL out of it: add IS NOT NULL to its WHERE clause, or use NOT \
                    EXISTS";
                (Code::NullInNotIn, lead.into(), help)
            }
        };
        let (severity, effect) = self.effect_of_null(preview, run);
        self.finding(code, lead + effect)
            .at(self.place(comparison.span))
            .severity(severity)
            .help(help)
            .rows(preview.rows)
    }

    /// What it keeps from being matched, and how bad that is.
    fn effect_of_null(self, preview: &PreviewRun, run: &NullRun) -> (Severity, Sentence) {
        let Some((rows, tenants)) = run.instead.as_ref().filter(|(n, _)| *n != preview.rows) else {
            return (Severity::Warning, Sentence::default());
        };
        let message = format!(": this {} matches ", self.statement.kind.word());
        let message = Sentence::from(message)
            + self.counted(preview.rows, &preview.tenants)
            + ", and without NULL "
            + self.counted(*rows, tenants);
        let severity = match preview.rows {
            0 => Severity::Error,
            _ => Severity::Warning,
        };
        (severity, message)
    }
}
