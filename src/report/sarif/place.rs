//! Where a result is: the address of the migration's file, and the region in it.

use super::log::{ArtifactLocation, Base, Message, Region, Snippet};
use crate::report::evidence::Finding;
use crate::report::place::normal;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::collections::BTreeMap;

/// The name that readers of SARIF give to the folder of the sources.
const BASE: &str = "%SRCROOT%";

/// All but what may stand in a path as it is (RFC 3986): a `:` in the first segment of a relative
/// one would end a scheme.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// What relative addresses are relative to.
pub(super) fn base() -> BTreeMap<&'static str, Base> {
    BTreeMap::from([(
        BASE,
        Base {
            description: Message {
                text: "The folder that harness ran in.".to_owned(),
            },
        },
    )])
}

/// The address of a file; `index` is that of its artifact.
pub(super) fn artifact(path: &str, index: Option<usize>) -> ArtifactLocation {
    let path = normal(path);
    let encoded = utf8_percent_encode(&path, ESCAPED).to_string();
    match path.strip_prefix('/') {
        Some(_) => ArtifactLocation {
            uri: format!("file://{encoded}"),
            uri_base_id: None,
            index,
        },
        None => ArtifactLocation {
            uri: encoded,
            uri_base_id: Some(BASE),
            index,
        },
    }
}

/// The region of a finding, with its text where that is kept whole; `None` where it is of no one
/// place.
pub(super) fn region(finding: &Finding) -> Option<Region> {
    let (start_line, column) = finding.line.zip(finding.column)?;
    let whole = finding.excerpt.as_ref().filter(|excerpt| !excerpt.cut);
    let snippet = whole.map(|excerpt| Snippet {
        text: excerpt.marked.clone(),
    });
    Some(Region {
        start_line,
        start_column: Some(column),
        end_line: finding.end_line,
        end_column: finding.end_column,
        snippet,
    })
}

/// A place without an extent.
pub(super) fn point(line: usize, column: usize) -> Region {
    Region {
        start_line: line,
        start_column: Some(column),
        end_line: None,
        end_column: None,
        snippet: None,
    }
}
