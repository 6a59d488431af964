//! Which statements of a document may speak of somebody: found by the names, where a document has so many statements
//! that it is worth it.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use crate::decide::{Identity, Names};
use crate::document::MAX_STATEMENTS;
use crate::statement::Statement;

/// Fewest statements of a document that has an index. Fewer are looked at in less time than names are hashed.
const WORTH_IT: usize = 8;
/// Bits of a word.
const BITS: usize = 64;

/// The statements of a document by whom they name.
#[derive(Clone, Debug)]
pub(crate) struct Index {
    /// Hashes of names, each with the number of a statement that has the name, in order. Different names may have the
    /// same hash: a statement that is found is still asked.
    named: Box<[(u64, usize)]>,
    /// Statements that do not speak of some by name.
    open: Numbers,
}

impl Index {
    pub(crate) fn of(statements: &[Statement]) -> Option<Box<Self>> {
        if statements.len() < WORTH_IT {
            return None;
        }
        let (mut named, mut open) = (Vec::new(), Numbers::default());
        for (number, statement) in statements.iter().enumerate() {
            match statement
                .principals
                .as_ref()
                .and_then(|principals| principals.names().collect::<Option<Vec<_>>>())
            {
                Some(all) => named.extend(all.into_iter().map(|name| (hash(name), number))),
                None => open.insert(number),
            }
        }
        named.sort_unstable();
        // The policies of identities name nobody.
        (!named.is_empty()).then(|| Box::new(Self { named: named.into(), open }))
    }

    /// The statements that may speak of somebody.
    pub(crate) fn about(&self, names: &Names<'_>) -> Numbers {
        let mut found = self.open;
        let mut add = |name: &str| {
            let hash = hash(name);
            let first = self.named.partition_point(|(known, _)| *known < hash);
            let same = self.named.iter().skip(first).take_while(|(known, _)| *known == hash);
            same.for_each(|(_, number)| found.insert(*number));
        };
        if let Some(account) = names.account {
            add(account.id);
        }
        for identity in names.identities {
            match identity {
                Identity::Aws { arn, id } => {
                    add(arn);
                    if let Some(id) = id {
                        add(id);
                    }
                }
                Identity::Service(name) | Identity::Federated(name) | Identity::CanonicalUser(name) => {
                    add(name);
                }
            }
        }
        found
    }

    pub(crate) fn weight(&self) -> usize {
        size_of::<Self>() + size_of_val(&*self.named)
    }
}

/// The same in every process: nothing depends on it but time, and whoever makes names meet has their own statements asked.
fn hash(name: &str) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(name)
}

/// Some of the statements of a document, by their numbers from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Numbers([u64; MAX_STATEMENTS.div_ceil(BITS)]);

impl Numbers {
    fn insert(&mut self, number: usize) {
        if let Some(word) = self.0.get_mut(number / BITS) {
            *word |= 1 << (number % BITS);
        }
    }

    /// In order.
    pub(crate) fn iter(self) -> impl Iterator<Item = usize> {
        self.0.into_iter().zip((0..).step_by(BITS)).flat_map(|(mut word, first)| {
            std::iter::from_fn(move || {
                let bit = usize::try_from(word.trailing_zeros()).ok().filter(|bit| *bit < BITS)?;
                word &= word - 1;
                Some(first + bit)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::Account;
    use crate::document::Document;

    #[test]
    fn numbers_come_in_order() {
        let mut numbers = Numbers::default();
        assert_eq!(numbers.iter().count(), 0);
        for number in [999, 0, 63, 64, 64, 127, 500] {
            numbers.insert(number);
        }
        assert_eq!(numbers.iter().collect::<Vec<_>>(), [0, 63, 64, 127, 500, 999]);
    }

    /// Every way to name somebody, many times over.
    fn document() -> Document {
        let ways = [
            r#""Principal":"*""#,
            r#""Principal":{"AWS":["*","111122223333"]}"#,
            r#""Principal":{"AWS":"111122223333"}"#,
            r#""Principal":{"AWS":["arn:aws:iam::111122223333:root","444455556666"]}"#,
            r#""Principal":{"AWS":"arn:aws:iam::111122223333:user/alice"}"#,
            r#""Principal":{"AWS":"arn:aws:iam::111122223333:role/app"}"#,
            r#""Principal":{"AWS":"arn:aws:sts::111122223333:assumed-role/app/s1"}"#,
            r#""Principal":{"AWS":"AIDACKCEVSQ6C2EXAMPLE"}"#,
            r#""Principal":{"Service":["logs.amazonaws.com","s3.amazonaws.com"]}"#,
            r#""Principal":{"Federated":"ci.example.com"}"#,
            r#""NotPrincipal":{"AWS":"111122223333"}"#,
        ];
        let statement = |number: usize| {
            let effect = if number.is_multiple_of(3) { "Deny" } else { "Allow" };
            let way = ways[number % ways.len()];
            format!(r#"{{"Effect":"{effect}",{way},"Action":"kms:*","Resource":"*"}}"#)
        };
        let statements: Vec<_> = (0..20 * ways.len()).map(statement).collect();
        Document::parse(&format!(r#"{{"Statement":[{}]}}"#, statements.join(","))).unwrap()
    }

    #[test]
    fn whoever_a_statement_speaks_of_finds_it() {
        let free = document();
        let ids = [("arn:aws:iam::111122223333:user/alice".to_owned(), "AIDAOTHEROTHEROTHER00".to_owned())];
        let pinned = free.clone().pin(&ids.into());
        let account = |id| Some(Account { partition: "aws", id });
        let aws = |arn, id| Identity::Aws { arn, id };
        let alice = "arn:aws:iam::111122223333:user/alice";
        let session = [
            aws("arn:aws:iam::111122223333:role/app", Some("AROADBQP57FF2AEXAMPLE")),
            aws("arn:aws:sts::111122223333:assumed-role/app/s1", None),
        ];
        let everybody: &[(Option<Account<'_>>, &[Identity<'_>])] = &[
            (None, &[]),
            (account("111122223333"), &[]),
            (account("444455556666"), &[]),
            (account("111122223333"), &[aws(alice, None)]),
            (account("111122223333"), &[aws(alice, Some("AIDACKCEVSQ6C2EXAMPLE"))]),
            (account("111122223333"), &[aws(alice, Some("AIDAOTHEROTHEROTHER00"))]),
            (account("111122223333"), &session),
            (None, &[Identity::Service("logs.amazonaws.com")]),
            (None, &[Identity::Federated("ci.example.com")]),
        ];
        for document in [&free, &pinned] {
            for (account, identities) in everybody {
                let names = Names { account: *account, identities };
                let index = Index::of(document.statements()).unwrap();
                let spoken = document.statements().iter().enumerate();
                let spoken = spoken.filter(|(_, statement)| statement.concerns(&names));
                let spoken: Vec<_> = spoken.map(|(number, _)| number).collect();
                let found: Vec<_> = index.about(&names).iter().collect();
                assert!(spoken.iter().all(|number| found.contains(number)), "{names:?}");
                assert!(found.len() < document.statements().len() * 3 / 4, "{names:?}");
            }
        }
    }
}
