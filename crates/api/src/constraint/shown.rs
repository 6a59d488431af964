//! A wrong value, as errors repeat it: written out only when it is one.

use std::fmt;

use crate::json::{Json, Text};

/// The longest piece of a wrong value that an error repeats, in characters.
const SHOWN: usize = 256;

/// What an error repeats of a value.
#[derive(Clone, Copy)]
pub(super) enum Shown<'a> {
    /// Nothing: it may be secret, or is too much.
    Nothing,
    /// That it is not there.
    Null,
    Text(&'a str),
    Integer(i64),
    /// A list of texts.
    Texts(&'a [Json<'a>]),
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("Value"),
            Self::Null => f.write_str("Value null"),
            Self::Text(text) => quoted(text, f),
            Self::Integer(number) => write!(f, "Value '{number}'"),
            Self::Texts(items) => {
                let texts = items.iter().take(SHOWN).map(|item| match item {
                    Json::Text(text) => Text::as_str(text),
                    _ => "",
                });
                quoted(&format!("[{}]", texts.collect::<Vec<_>>().join(", ")), f)
            }
        }
    }
}

fn quoted(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let shown: String = text.chars().take(SHOWN).flat_map(char::escape_debug).collect();
    let rest = if text.chars().nth(SHOWN).is_some() { "..." } else { "" };
    write!(f, "Value '{shown}{rest}'")
}
