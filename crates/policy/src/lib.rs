//! The policy language of IAM: a document is read strictly or not at all, and then decides who may do what.
//!
//! Nothing here knows the time, the network, or a key: a [`Request`] carries all that a decision depends on, so the
//! same document and the same request always give the same [`Decision`]. What must hold: no input panics, none
//! takes long, and nothing that is not understood is passed over. What a request does not tell never allows, and never
//! lifts a Deny (see [`Decision::AllowedUnless`]).
//!
//! A [`Document`] decides alone ([`Document::decide`]), and [`evaluate`] puts together what all the policies that count
//! say of a [`Principal`]. Neither allocates, and the steps of comparing texts are limited, so that no policy and no
//! request makes an evaluation long.
//!
//! # Where AWS is silent
//! The IAM user guide leaves some questions open. Here they are answered so that less is allowed:
//! - It is *not known* whether a condition holds (so it does not let a statement allow, and does not keep one from
//!   denying) if a policy variable has no value and no default, or several; if a value of the request is not of the
//!   operator's kind, as a date that is none; if the key has several values and the operator no `ForAllValues` or
//!   `ForAnyValue`; and if the steps of the evaluation are spent.
//! - An action may have names in another API, of three parts, which only patterns of three parts mean (see [`Actions`]).
//! - Condition keys that differ in case are one key, which has the values of both.
//! - `*` and `NotPrincipal` name no one in particular: boundary and session policies limit what they allow, as they
//!   limit what is allowed to a role, and a boundary limits it for a user too.
//! - `NotPrincipal` with `Deny` spares only whom it lists with all that they are: the account, and the role as well as
//!   its session.
//! - Values that are no ARN are compared by `ArnLike` and its like as if they were one: every colon divides, up to the
//!   fifth. `*` alone is everything.
//! - How much of an ARN a `Resource` has, which decides what is added to it, is told by the colons that are written,
//!   not by those that a variable may bring.
//! - `Null` has neither `IfExists` nor a quantifier. A year alone is a number of seconds. Numbers are those of 64 bits
//!   and floating point. An IPv4 address is the same when it is written as IPv6 (`::ffff:192.0.2.1`).
//! - Letters are the same in any case if their lower-case forms are, in every script; names of actions and condition
//!   keys are ASCII.
//! - Why another account's resource is out of reach has first the reason of the own account, if that does not allow
//!   it either, and else one that does not tell whether the resource exists.

mod action;
mod actions;
#[cfg(test)]
mod bombs;
mod caller;
mod condition;
mod condition_keys;
mod context;
mod decide;
mod document;
mod error;
mod evaluate;
mod facts;
mod form;
mod global;
mod index;
mod json;
mod listed;
mod listing;
mod members;
mod pattern;
mod principal;
mod statement;
mod truth;
mod verdict;

pub use actions::Actions;
pub use caller::{Caller, Via};
pub use condition_keys::{ConditionKeys, Told};
pub use context::Context;
pub use decide::{Account, Decision, Identity, Names, Request};
pub use document::Document;
pub use error::{Place, PolicyError};
pub use evaluate::{Asked, DecidedBy, Evaluation, evaluate};
pub use form::Form;
pub use principal::{Principal, PrincipalKind, PrincipalName};
pub use verdict::{Denial, PolicyKind, Verdict};
