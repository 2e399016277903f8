//! Where a result is: the address of the migration's file, and the region in it.

use super::message::Message;
use crate::record::Finding;
use crate::report::phrases;
use crate::report::place::normal;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use std::collections::BTreeMap;

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

/// What a relative address is relative to, which only the reader knows as an address.
#[derive(Serialize)]
pub(super) struct UriBase {
    description: Message,
}

/// A place in a file.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Location {
    physical_location: PhysicalLocation,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<SarifRegion>,
}

/// The address of a file.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ArtifactLocation {
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<usize>,
}

/// Lines and columns from 1; the end column is the one behind the last character.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SarifRegion {
    start_line: usize,
    start_column: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    snippet: Option<Snippet>,
}

#[derive(Serialize)]
struct Snippet {
    text: String,
}

/// What relative addresses are relative to.
pub(super) fn base() -> BTreeMap<&'static str, UriBase> {
    let description = Message::new(phrases::SOURCES);
    BTreeMap::from([(BASE, UriBase { description })])
}

/// The address of a file; `index` is that of its artifact.
pub(super) fn artifact(path: &str, index: Option<usize>) -> ArtifactLocation {
    let path = normal(path);
    let is_absolute = path.starts_with('/');
    let scheme = if is_absolute { "file://" } else { "" };
    ArtifactLocation {
        uri: format!("{scheme}{}", utf8_percent_encode(&path, ESCAPED)),
        uri_base_id: (!is_absolute).then_some(BASE),
        index,
    }
}

impl Location {
    /// A region of a migration's file; without one, the file.
    pub(super) fn new(path: &str, index: usize, region: Option<SarifRegion>) -> Self {
        let physical_location = PhysicalLocation {
            artifact_location: artifact(path, Some(index)),
            region,
        };
        Self { physical_location }
    }
}

impl SarifRegion {
    /// That of a finding, with its text where that is kept whole; `None` where it is of no one place.
    pub(super) fn of(finding: &Finding) -> Option<Self> {
        let (line, column) = finding.line.zip(finding.column)?;
        let whole = finding.excerpt.as_ref().filter(|excerpt| !excerpt.cut);
        let snippet = whole.map(|excerpt| Snippet {
            text: excerpt.marked.clone(),
        });
        Some(Self {
            end_line: finding.end_line,
            end_column: finding.end_column,
            snippet,
            ..Self::point(line, column)
        })
    }

    /// A place without an extent.
    pub(super) fn point(start_line: usize, start_column: usize) -> Self {
        Self {
            start_line,
            start_column,
            end_line: None,
            end_column: None,
            snippet: None,
        }
    }
}
