//! Where a result is: the address of the migration's file, and the region in it.

use super::log::{ArtifactLocation, Base, Location, Message, PhysicalLocation, Region, Snippet};
use crate::report::evidence::Finding;
use crate::report::phrases;
use crate::report::place::normal;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
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

/// What relative addresses are relative to.
pub(super) fn base() -> BTreeMap<&'static str, Base> {
    BTreeMap::from([(
        BASE,
        Base {
            description: Message {
                text: phrases::SOURCES.to_owned(),
            },
        },
    )])
}

/// The address of a file; `index` is that of its artifact.
pub(super) fn artifact(path: &str, index: Option<usize>) -> ArtifactLocation {
    let path = normal(path);
    let encoded = utf8_percent_encode(&path, ESCAPED).to_string();
    let is_absolute = path.starts_with('/');
    ArtifactLocation {
        uri: if is_absolute {
            format!("file://{encoded}")
        } else {
            encoded
        },
        uri_base_id: (!is_absolute).then_some(BASE),
        index,
    }
}

/// A region of a migration's file; without one, the file.
pub(super) fn location(path: &str, index: usize, region: Option<Region>) -> Location {
    Location {
        physical_location: PhysicalLocation {
            artifact_location: artifact(path, Some(index)),
            region,
        },
    }
}

/// The region of a finding, with its text where that is kept whole; `None` where it is of no one
/// place.
pub(super) fn region(finding: &Finding) -> Option<Region> {
    let (line, column) = finding.line.zip(finding.column)?;
    let whole = finding.excerpt.as_ref().filter(|excerpt| !excerpt.cut);
    Some(Region {
        end_line: finding.end_line,
        end_column: finding.end_column,
        snippet: whole.map(|excerpt| Snippet {
            text: excerpt.marked.clone(),
        }),
        ..point(line, column)
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
