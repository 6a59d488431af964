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
    pub(crate) fn all(parts: impl Iterator<Item = Self>) -> Self {
        parts.min().unwrap_or(Self::True)
    }

    pub(crate) fn any(parts: impl Iterator<Item = Self>) -> Self {
        parts.max().unwrap_or(Self::False)
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
