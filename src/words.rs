//! Closed sets of words: enums whose variants are words of the configuration and of reports.

/// An enum of words, each variant with its word; [`serde`] spells it so. `ALL` has them in order.
macro_rules! words {
    (
        $(#[$about:meta])*
        pub enum $name:ident { $($(#[$means:meta])* $variant:ident = $word:literal,)+ }
    ) => {
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord,
            serde::Serialize, serde::Deserialize, schemars::JsonSchema,
        )]
        $(#[$about])*
        pub enum $name {
            $($(#[$means])* #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// All of them, in order.
            pub const ALL: [Self; [$($word),+].len()] = [$(Self::$variant),+];

            /// Its word.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }
    };
}

pub(crate) use words;
