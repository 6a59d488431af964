//! Grants in memory: what a grantee was found to have on a key.
//!
//! Nothing here is ever stale: it is used only while the number of the key's grants has the stamp that was taken before
//! anything was read (ADR 3), and every change of the grants writes that number (`shelf.rs`).

use std::sync::Arc;

use seal::Stamp;

use super::terms::{Condition, Terms};

/// How many facts are expected, and how many bytes they may take.
const EXPECTED: usize = 10_000;
const CAPACITY: u64 = 16 * 1024 * 1024;
/// What a fact or some terms take beside their texts.
const BYTES: usize = 128;

/// The terms of a grantee's grants on a key, as far as they have been asked for.
#[derive(Clone, Default)]
pub(super) struct Held {
    /// In the order of their names, which begin as told.
    pub(super) terms: Vec<(String, Terms)>,
    /// Whether there are no more.
    pub(super) all: bool,
}

/// Something that was read.
#[derive(Clone)]
enum Fact {
    /// What a grantee has.
    Held(Arc<Held>),
    /// Whether there is a grant with some terms and values.
    There(bool),
}

/// The facts, by what the names begin with that they are about.
pub(crate) struct Remembered(quick_cache::sync::Cache<String, (Stamp, Fact), Weight>);

#[derive(Clone)]
struct Weight;

impl quick_cache::Weighter<String, (Stamp, Fact)> for Weight {
    fn weight(&self, name: &String, (_, fact): &(Stamp, Fact)) -> u64 {
        let held = match fact {
            Fact::Held(held) => held.terms.iter().map(|(name, terms)| name.len() + weight(terms)).sum(),
            Fact::There(_) => 0,
        };
        u64::try_from(BYTES + name.len() + held).unwrap_or(u64::MAX)
    }
}

fn weight(terms: &Terms) -> usize {
    let names = match &terms.condition {
        Condition::Subset(names) => names.iter().map(|name| size_of::<String>() + name.len()).sum(),
        Condition::Always | Condition::Equals | Condition::Never => 0,
    };
    BYTES + terms.operations.len() + names
}

impl Remembered {
    pub(crate) fn new() -> Self {
        Self(quick_cache::sync::Cache::with_weighter(EXPECTED, CAPACITY, Weight))
    }

    pub(super) fn held(&self, of_grantee: &str, now: Option<Stamp>) -> Option<Arc<Held>> {
        match self.get(of_grantee, now)? {
            Fact::Held(held) => Some(held),
            Fact::There(_) => None,
        }
    }

    pub(super) fn keep_held(&self, of_grantee: &str, held: Arc<Held>, read_at: Option<Stamp>) {
        self.keep(of_grantee, Fact::Held(held), read_at);
    }

    pub(super) fn is_there(&self, of_values: &str, now: Option<Stamp>) -> Option<bool> {
        match self.get(of_values, now)? {
            Fact::Held(_) => None,
            Fact::There(there) => Some(there),
        }
    }

    pub(super) fn keep_there(&self, of_values: &str, there: bool, read_at: Option<Stamp>) {
        self.keep(of_values, Fact::There(there), read_at);
    }

    fn get(&self, name: &str, now: Option<Stamp>) -> Option<Fact> {
        let (now, (read_at, fact)) = (now?, self.0.get(name)?);
        (read_at == now).then_some(fact)
    }

    fn keep(&self, name: &str, fact: Fact, read_at: Option<Stamp>) {
        if let Some(read_at) = read_at {
            self.0.insert(name.to_owned(), (read_at, fact));
        }
    }
}
