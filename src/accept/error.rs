//! Why what was observed cannot be declared.

/// Why what was observed cannot be declared in a file.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum EditError {
    /// TOML has no value for a tenant
    #[error("TOML cannot spell tenant {0}: declare it by a query, as {{ query = \"SELECT …\" }}")]
    Unspelled(String),
    /// the scope would end the comment around it
    #[error(
        "the scope would hold `*/`, which ends the comment at the head of the migration: \
        declare it in harness.toml"
    )]
    EndsComment,
    /// the TOML cannot be read for an edit
    #[error("its TOML cannot be edited: {0}")]
    Unreadable(String),
    /// an edit would change something else
    #[error("the edit would change more than the scope of the migration; edit the file yourself")]
    ReachesFurther,
}
