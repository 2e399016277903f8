//! Findings about copies by position whose columns do not line up by name.

use crate::rehearse::{ShiftEffect, ShiftedRun};
use crate::rewrite::Shift;
use crate::sentence::{Sentence, clause, name};
use crate::sql::ident;
use crate::verdict::case::Look;
use crate::verdict::phrases::{few, rows};
use crate::verdict::{Case, Code, Finding, Severity};

pub(in crate::verdict) fn findings(case: Case<'_>) -> Vec<Finding> {
    let shifted = |look: Look<'_>| Some(look.shifted(look.preview()?.shifted.as_ref()?));
    case.ran().filter_map(shifted).collect()
}

impl Look<'_> {
    fn shifted(self, run: &ShiftedRun) -> Finding {
        let table = self.statement.table.as_deref().unwrap_or_default();
        let pair = |shift: &Shift| name(&shift.column) + " gets " + name(&shift.given);
        let message = "the columns of the query do not line up with those of ".to_owned();
        let (severity, effect) = effect(run);
        let message = Sentence::from(message)
            + name(table)
            + ", and an INSERT goes by their places: "
            + few(run.copy.shifts.iter().map(pair), ", ")
            + effect;
        let help = match &run.copy.order {
            Some(order) => {
                let order = order.iter().map(|column| ident::quote(column));
                let order = order.collect::<Vec<_>>().join(", ");
                let target = format!("INSERT INTO {}({order})", ident::quote(table));
                "name the columns in the order of the query: " + clause(target)
            }
            None => "name the columns of both".into(),
        };
        self.finding(Code::ShiftedCopy, message)
            .at(self.place(run.copy.span))
            .severity(severity)
            .help(help)
    }
}

/// What it means for the rows, and how bad that is.
fn effect(run: &ShiftedRun) -> (Severity, Sentence) {
    let Some(effects) = &run.effects else {
        return (Severity::Warning, Sentence::default());
    };
    let each = || run.copy.shifts.iter().zip(effects);
    let first = |is: fn(&ShiftEffect) -> u64| each().find(|(_, effect)| is(effect) > 0);
    let of_tenant = |effect: &ShiftEffect| u64::from(effect.tells_tenant) * effect.differs;
    let another = |(shift, effect): (&Shift, &ShiftEffect)| {
        "; so " + gets(effect.differs) + " another " + name(&shift.column)
    };
    if let Some(one) = first(of_tenant) {
        return (
            Severity::Error,
            another(one) + ", which says whose a row is",
        );
    }
    if let Some((shift, effect)) = first(|effect| effect.of_other_type) {
        let of = "; in " + name(&shift.column) + ", ";
        let message = of + gets(effect.of_other_type) + " a value of another type";
        return (Severity::Error, message);
    }
    let makes_none = || "; here that makes no difference".into();
    let message = first(|effect| effect.differs).map_or_else(makes_none, another);
    (Severity::Warning, message)
}

/// `1 row gets`, `2 rows get`
fn gets(n: u64) -> Sentence {
    rows(n) + if n == 1 { " gets" } else { " get" }
}
