//! Text that must not be seen.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroize as _;

/// A string member that the model marks sensitive: a password, a credential. Wiped when dropped, and `Debug` shows
/// nothing of it, not even its length.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SecretText(String);

impl SecretText {
    /// Takes the text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<&str> for SecretText {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl Drop for SecretText {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_a_plain_string_on_the_wire_and_hidden_in_debug() {
        let secret: SecretText = serde_json::from_str("\"kmsPswd\"").unwrap();
        assert_eq!(secret.expose(), "kmsPswd");
        assert_eq!(serde_json::to_string(&secret).unwrap(), "\"kmsPswd\"");
        assert_eq!(format!("{secret:?}"), "SecretText");
    }
}
