//! Logic with a third value, for what a request does not tell.

use std::ops::Not;

/// In this order, so that "and" is the smaller of two and "or" the greater (Kleene's logic).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Truth {
    False,
    Unknown,
    True,
}

impl Truth {
    /// Asks no further when a part is false.
    pub(crate) fn all(parts: impl Iterator<Item = Self>) -> Self {
        !Self::any(parts.map(Self::not))
    }

    /// Asks no further when a part is true.
    pub(crate) fn any(parts: impl Iterator<Item = Self>) -> Self {
        let mut any = Self::False;
        for part in parts {
            any = any.max(part);
            if any == Self::True {
                break;
            }
        }
        any
    }
}

impl From<bool> for Truth {
    fn from(told: bool) -> Self {
        if told { Self::True } else { Self::False }
    }
}

impl Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
            Self::True => Self::False,
        }
    }
}
