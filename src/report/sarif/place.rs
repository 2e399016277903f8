//! Where a result is: the address of the migration's file, and the region in it.

use super::{message, present};
use crate::record::Finding;
use crate::report::phrases;
use crate::report::place::normal;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value as Json, json};

/// The name that readers of SARIF give to the folder of the sources.
const BASE: &str = "%SRCROOT%";

/// All but the characters that a path has as they are (RFC 3986): a `:` in the first segment of a
/// relative one would end a scheme.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// What relative addresses are relative to, which only the reader knows as an address.
pub(super) fn base() -> Json {
    json!({ BASE: { "description": message(phrases::SOURCES) } })
}

/// The address of a file; `index` is that of its artifact.
pub(super) fn artifact(path: &str, index: Option<usize>) -> Json {
    let path = normal(path);
    let is_absolute = path.starts_with('/');
    let scheme = if is_absolute { "file://" } else { "" };
    present(json!({
        "uri": format!("{scheme}{}", utf8_percent_encode(&path, ESCAPED)),
        "uriBaseId": (!is_absolute).then_some(BASE),
        "index": index,
    }))
}

/// A region of a migration's file; where that is null, the file.
pub(super) fn location(path: &str, index: usize, region: &Json) -> Json {
    let location = json!({ "artifactLocation": artifact(path, Some(index)), "region": region });
    json!({ "physicalLocation": present(location) })
}

/// That of a finding, with its text where that is kept whole; null where it is of no one place.
/// Lines and columns are from 1; the end column is the one behind the last character.
pub(super) fn region(finding: &Finding) -> Json {
    let Some((line, column)) = finding.line.zip(finding.column) else {
        return Json::Null;
    };
    let whole = finding.excerpt.as_ref().filter(|excerpt| !excerpt.cut);
    present(json!({
        "startLine": line,
        "startColumn": column,
        "endLine": finding.end_line,
        "endColumn": finding.end_column,
        "snippet": whole.map(|excerpt| json!({ "text": excerpt.marked })),
    }))
}
