//! The survey as JSON, version 1: every file, every statement. Keys are added, never renamed.
//!
//! A file that is no migration has `reason` and no statements; `line` says where it shows. A
//! statement's `previewed` is `yes`, `not-applicable`, `no`, `differs` or `unknown`; its `ran` is
//! `yes`, `unbound`, `failed`, `refused`, `gave-up`, `not-reached` or `lost`; the `_reason` beside
//! each is null where nothing is to be said.

use super::{
    Reading, Survey, SurveyedFile, SurveyedPreview, SurveyedRun, SurveyedStatement, Totals,
};
use crate::report::write_json;
use serde_json::{Value as Json, json};
use std::io::{self, Write};

pub(super) fn render(survey: &Survey<'_>, out: &mut dyn Write) -> io::Result<()> {
    let snapshot = survey.snapshot;
    let survey = json!({
        "format": "harness-survey",
        "version": 1,
        "harness": env!("CARGO_PKG_VERSION"),
        "engine": survey.engine,
        "snapshot": snapshot.map(|s| json!({ "source": s.source, "bytes": s.bytes })),
        "folder": survey.folder,
        "clean": survey.is_clean(),
        "totals": survey.totals(),
        "files": survey.files.iter().map(file).collect::<Json>(),
    });
    write_json(&survey, out)
}

fn file(file: &SurveyedFile) -> Json {
    let (read, line, reason, left_open) = match &file.reading {
        Reading::Refused { line, reason } => (false, *line, Some(reason), false),
        Reading::Ran {
            left_open, fault, ..
        } => (true, None, fault.as_ref().map(|f| &f.message), *left_open),
    };
    json!({
        "path": file.path,
        "read": read,
        "clean": file.is_clean(),
        "line": line,
        "reason": reason,
        "left_open": left_open,
        "totals": Totals::of(file.statements()),
        "statements": file.statements().iter().map(statement).collect::<Json>(),
    })
}

fn statement(statement: &SurveyedStatement) -> Json {
    let (previewed, preview_reason) = previewed(&statement.previewed);
    let (ran, ran_reason) = ran(&statement.ran);
    let preview = match &statement.previewed {
        SurveyedPreview::Yes { sql, rows } => json!({ "sql": sql, "rows": rows }),
        _ => Json::Null,
    };
    json!({
        "index": statement.index,
        "line": statement.line,
        "kind": statement.kind,
        "table": statement.table,
        "sql": statement.sql,
        "parsed": statement.unparsed.is_none(),
        "parsed_reason": statement.unparsed,
        "previewed": previewed,
        "previewed_reason": preview_reason,
        "preview": preview,
        "ran": ran,
        "ran_reason": ran_reason,
    })
}

fn previewed(previewed: &SurveyedPreview) -> (&'static str, Option<&String>) {
    match previewed {
        SurveyedPreview::Yes { .. } => ("yes", None),
        SurveyedPreview::NotApplicable(why) => ("not-applicable", why.as_ref()),
        SurveyedPreview::No(why) => ("no", Some(why)),
        SurveyedPreview::Differs(how) => ("differs", Some(how)),
        SurveyedPreview::Unknown => ("unknown", None),
    }
}

fn ran(ran: &SurveyedRun) -> (&'static str, Option<String>) {
    match ran {
        SurveyedRun::Yes => ("yes", None),
        SurveyedRun::Unbound(names) => ("unbound", Some(names.join(", "))),
        SurveyedRun::Failed(message) => ("failed", Some(message.clone())),
        SurveyedRun::Refused(message) => ("refused", Some(message.clone())),
        SurveyedRun::GaveUp(message) => ("gave-up", Some(message.clone())),
        SurveyedRun::NotReached => ("not-reached", None),
        SurveyedRun::Lost => ("lost", None),
    }
}
