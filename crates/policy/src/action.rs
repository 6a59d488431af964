//! The name of an action, which policies write in any case.

/// Most bytes of the name of an action that is compared without an allocation: twice what any has.
const SHORT: usize = 128;

/// An action in lower case.
#[derive(Debug)]
pub(crate) enum Action {
    Short([u8; SHORT], usize),
    Long(String),
}

impl Action {
    pub(crate) fn of(name: &str) -> Self {
        let mut room = [0; SHORT];
        match room.get_mut(..name.len()) {
            Some(start) => {
                start.copy_from_slice(name.as_bytes());
                start.make_ascii_lowercase();
                Self::Short(room, name.len())
            }
            None => Self::Long(name.to_ascii_lowercase()),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        match self {
            // Letters are made others of their kind, so it is a text again.
            Self::Short(room, length) => {
                room.get(..*length).and_then(|name| str::from_utf8(name).ok()).unwrap_or_default()
            }
            Self::Long(name) => name,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_in_lower_case_whatever_its_length() {
        for name in ["", "kms:Encrypt", "KMS:É中", &"A".repeat(SHORT), &"Aé".repeat(SHORT)] {
            assert_eq!(Action::of(name).as_str(), name.to_ascii_lowercase());
        }
        assert!(matches!(Action::of(&"A".repeat(SHORT)), Action::Short(..)));
    }
}
