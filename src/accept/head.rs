//! The scope at the head of a migration.

use super::{EditError, Edited, Observed, edit, edited, lines};
use crate::migration::{Migration, Says, directives};
use crate::sql::Span;

/// The migration, with the scope at its head as it was observed.
///
/// # Errors
/// As [`in_config`](super::in_config), and where the scope would end its comment.
pub(crate) fn at_head(migration: &Migration, observed: &Observed) -> Result<Edited, EditError> {
    let (old, amendment) = (&migration.text, &observed.amendment);
    let head = head(migration).ok_or(EditError::ReachesFurther)?;
    let scope = head.of(old);
    let mut block = edited(scope, amendment, |plain| edit::whole(plain, amendment))?;
    if !block.ends_with(['\n', ' ']) {
        block.push('\n');
    }
    // A comment on one line does not show how the lines of its file end.
    if !scope.contains('\n') && old.contains("\r\n") {
        block = block.replace('\n', "\r\n");
    }
    if block.contains("*/") {
        return Err(EditError::EndsComment);
    }
    let text = format!("{}{block}{}", &old[..head.start], &old[head.end..]);
    Ok(Edited {
        lines: lines::shown(old, &text),
        scope: lines::shown(scope, &block),
        text,
    })
}

/// The scope at the head of a migration, filled in or not.
fn head(migration: &Migration) -> Option<Span> {
    directives(migration)
        .into_iter()
        .find_map(|directive| match directive.says {
            Says::Expect(toml) => Some(toml),
            _ => None,
        })
}

/// Whether the scope of a migration is at its head, filled in or not.
pub(crate) fn is_at_head(migration: &Migration) -> bool {
    head(migration).is_some()
}
