//! What one evaluation knows, and what it may still spend on finding out more.

use std::cell::{Cell, OnceCell};

use crate::condition_keys::{ConditionKeys, Told};

/// Most steps of comparing texts in one evaluation. Documents and texts as long as they may be would take a thousand
/// times as many, if written for it; ordinary ones take a few thousand.
pub(crate) const MAX_STEPS: usize = 1_000_000;

/// How many condition keys are remembered: more than ordinary policies have. The others are asked for again.
const REMEMBERED: usize = 16;
/// The steps of asking for a key that cannot be remembered: it may have to be made out anew.
const ANEW: usize = 32;

/// The condition keys of a request, for as long as it is evaluated by documents that live as long.
#[derive(Debug)]
pub(crate) struct Facts<'a> {
    source: &'a dyn ConditionKeys,
    /// What was asked before, by its name, from the front.
    known: [OnceCell<(&'a str, Told<'a>)>; REMEMBERED],
    /// Steps left.
    left: Cell<usize>,
}

/// The steps are spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spent;

impl<'a> Facts<'a> {
    pub(crate) fn of(source: &'a dyn ConditionKeys) -> Self {
        Self { source, known: [const { OnceCell::new() }; REMEMBERED], left: Cell::new(MAX_STEPS) }
    }

    /// Does something with what the request tells of a key, whose name is in lower case.
    pub(crate) fn told<R>(&self, key: &'a str, then: impl FnOnce(&Told<'_>) -> R) -> R {
        for known in &self.known {
            let (name, told) = known.get_or_init(|| (key, self.source.told(key)));
            if *name == key {
                return then(told);
            }
        }
        match self.spend(ANEW) {
            Ok(()) => then(&self.source.told(key)),
            Err(Spent) => then(&Told::Unknown),
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

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;
    use crate::decide::{Account, Names, Request};
    use crate::document::Document;

    /// Tells of each key its name, and notes what it is asked for.
    #[derive(Default)]
    struct Noting(RefCell<Vec<String>>);

    impl ConditionKeys for Noting {
        fn told(&self, key: &str) -> Told<'_> {
            self.0.borrow_mut().push(key.to_owned());
            Told::One(key.to_owned().into())
        }
    }

    #[test]
    fn a_key_is_asked_for_once_as_long_as_there_is_room() {
        let names: Vec<_> = (0..2 * REMEMBERED).map(|number| format!("k:{number}")).collect();
        let source = Noting::default();
        let facts = Facts::of(&source);
        for name in names.iter().chain(&names) {
            assert!(facts.told(name, |told| *told == Told::One(name.into())), "{name}");
        }
        let asked = source.0.borrow().len();
        assert_eq!(asked, REMEMBERED + 2 * REMEMBERED);
        assert_eq!(facts.left(), MAX_STEPS - 2 * REMEMBERED * ANEW);
    }

    #[test]
    fn what_cannot_be_remembered_is_unknown_once_the_steps_are_spent() {
        let names: Vec<_> = (0..=REMEMBERED).map(|number| format!("k:{number}")).collect();
        let source = Noting::default();
        let facts = Facts::of(&source);
        let told = |name| facts.told(name, |told| *told != Told::Unknown);
        assert!(names.iter().all(|name| told(name)));
        assert_eq!(facts.spend(MAX_STEPS), Err(Spent));
        assert_eq!(names.iter().filter(|name| told(name)).count(), REMEMBERED);
    }

    #[test]
    fn only_what_a_decision_depends_on_is_asked_for() {
        let statement = |principal: &str, action: &str, resource: &str, key: &str| {
            format!(
                r#"{{"Effect":"Allow","Principal":{{"AWS":"{principal}"}},"Action":"{action}","Resource":"{resource}",
                   "Condition":{{"StringEquals":{{"{key}":"{key}"}}}}}}"#
            )
        };
        let arn = "arn:aws:kms:r:111122223333:key/k";
        let statements = [
            statement("111122223333", "kms:Decrypt", "*", "k:action"),
            statement("444455556666", "kms:Encrypt", "*", "k:principal"),
            statement("111122223333", "kms:Encrypt", "arn:aws:kms:r:111122223333:key/l", "k:resource"),
            statement("111122223333", "kms:Encrypt", "*", "k:all"),
            statement("111122223333", "kms:*", arn, "k:all"),
        ];
        let document = Document::parse(&format!(r#"{{"Statement":[{}]}}"#, statements.join(","))).unwrap();
        let source = Noting::default();
        let account = Account { partition: "aws", id: "111122223333" };
        let names = Names { account: Some(account), identities: &[] };
        document.decide(&Request {
            names: &names,
            action: "kms:Encrypt".into(),
            resource: arn,
            context: &source,
        });
        assert_eq!(*source.0.borrow(), ["k:all"]);
    }
}
