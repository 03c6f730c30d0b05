//! Short texts that people type: codes and names. Parsed once, trimmed, without control characters.
//!
//! What does not live here: numbering of codes, search folding, translation.

use serde::{Deserialize, Serialize};

/// Longest code, in characters.
pub const CODE_CHARS_MAX: usize = 64;

/// Longest name, in characters.
pub const NAME_CHARS_MAX: usize = 200;

/// Why a text is not a code or a name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing is left after trimming.
    #[error("is empty")]
    Empty,
    /// More characters than allowed.
    #[error("has {found} characters, at most {max} are allowed")]
    TooLong {
        /// Characters found.
        found: usize,
        /// Characters allowed.
        max: usize,
    },
    /// A line break, tab or another control character.
    #[error("contains the control character U+{code_point:04X} at character {position}")]
    ControlCharacter {
        /// Its Unicode code point.
        code_point: u32,
        /// Its place, counted in characters from 1.
        position: usize,
    },
}

macro_rules! short_text {
    ($(#[$meta:meta])* $name:ident, $max:expr) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Trims the text and checks its length and characters.
            ///
            /// # Errors
            /// The first rule that the text breaks.
            pub fn new(text: &str) -> Result<Self, TextError> {
                parse_short_text(text, $max).map(|text| Self(text.to_owned()))
            }

            /// The text, trimmed.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = TextError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::new(&text)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = TextError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::new(text)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

short_text! {
    /// What people call a thing on paper: `STL-40x40`, `WC-WELD`. 1 to 64 characters.
    Code, CODE_CHARS_MAX
}

short_text! {
    /// What a thing is, in words: `Table frame 80×80`. 1 to 200 characters.
    Name, NAME_CHARS_MAX
}

fn parse_short_text(text: &str, max: usize) -> Result<&str, TextError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(TextError::Empty);
    }
    if let Some((index, found)) = text.chars().enumerate().find(|(_, c)| c.is_control()) {
        return Err(TextError::ControlCharacter { code_point: u32::from(found), position: index.saturating_add(1) });
    }
    let found = text.chars().count();
    if found > max { Err(TextError::TooLong { found, max }) } else { Ok(text) }
}
