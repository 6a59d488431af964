//! Who may do what: every operation, every condition key, and all that policies and grants say together.

mod asks;
mod conditions;
mod coverage;
mod evaluation;
pub(crate) mod identities;
pub(crate) mod people;
mod permissions;
