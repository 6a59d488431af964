//! What one evaluation knows, and what it may still spend on finding out more.

use std::cell::Cell;

use crate::context::{Context, Told};

/// Most steps of comparing texts in one evaluation. Documents and texts as long as they may be would take a thousand
/// times as many, if written for it; ordinary ones take a few thousand.
pub(crate) const MAX_STEPS: usize = 1_000_000;

/// The condition keys of a request, for as long as it is evaluated.
#[derive(Debug)]
pub(crate) struct Facts<'a> {
    context: &'a Context<'a>,
    /// Steps left.
    left: Cell<usize>,
}

/// The steps are spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spent;

impl<'a> Facts<'a> {
    pub(crate) fn of(context: &'a Context<'a>) -> Self {
        Self { context, left: Cell::new(MAX_STEPS) }
    }

    /// What the request tells of a key, whose name is in lower case.
    pub(crate) fn told(&self, key: &str) -> Told<'a> {
        self.context.told(key)
    }

    /// The value of a key that has one.
    pub(crate) fn one(&self, key: &str) -> Option<&'a str> {
        match self.told(key) {
            Told::Values([value]) => Some(value),
            _ => None,
        }
    }

    #[cfg(test)]
    pub(crate) fn left(&self) -> usize {
        self.left.get()
    }

    /// Takes some steps.
    ///
    /// # Errors
    /// There are not so many left. Then there are none any more: whatever is asked afterwards is not found out either.
    pub(crate) fn spend(&self, steps: usize) -> Result<(), Spent> {
        let left = self.left.get().checked_sub(steps);
        self.left.set(left.unwrap_or(0));
        left.map(drop).ok_or(Spent)
    }
}
