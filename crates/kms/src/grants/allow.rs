//! Whether a grant allows something: looked up, not searched for.
//!
//! Of all grants on a key only the caller's are read, and of those one of each terms. Where the terms allow
//! the request if the values fit, one more look tells if there is a grant with just these values. So it does not
//! matter how many grants the key has, or how many of them the caller; and of terms a grantee has few, because
//! [`Keys::is_full_of_terms`] says when no more are to be made. What was read is remembered until the key's grants
//! change (`remembered.rs`).

use std::sync::{Arc, LazyLock};

use api::{EncryptionContext, Error, GrantConstraints, limits};
use seal::Stamp;

use super::operation::GrantedOperation;
use super::record::Party;
use super::remembered::Held;
use super::rules::Asked;
use super::shelf::{count_path, hash_of_values, of_grantee, of_terms, of_values, terms_of};
use super::terms::{Fit, Pairs, Terms, context_condition};
use crate::keys::{Keys, read};
use crate::pipeline::KeyRef;

impl Keys {
    /// Whether a grant on the key allows `party` this, in a request with this encryption context. For `CreateGrant`:
    /// whether there is anything to pass on; what that is, says [`Self::may_pass_on`].
    ///
    /// It looks the same way whether or not there is such a key.
    pub(crate) async fn granted(
        &self,
        key: &KeyRef,
        party: &Party,
        operation: GrantedOperation,
        context: Option<&EncryptionContext>,
    ) -> Result<bool, Error> {
        let pairs = Pairs::of(context);
        self.any_grant(key, party, &pairs, |terms| terms.allowing(operation, &pairs)).await
    }

    /// Whether a grant on the key lets `party` make one of `operations` under `constraints`.
    pub(crate) async fn may_pass_on(
        &self,
        key: &KeyRef,
        party: &Party,
        operations: &[GrantedOperation],
        constraints: Option<&GrantConstraints>,
    ) -> Result<bool, Error> {
        let (condition, pairs) = context_condition(constraints);
        let fit = |terms: &Terms| terms.passing_on(operations, &condition, &pairs);
        self.any_grant(key, party, &pairs, fit).await
    }

    /// Whether a grant of `party` fits a request with these pairs.
    async fn any_grant(
        &self,
        key: &KeyRef,
        party: &Party,
        pairs: &Pairs,
        fit: impl Fn(&Terms) -> Fit + Send + Sync,
    ) -> Result<bool, Error> {
        let records = self.records();
        // Before anything is read that is remembered under it.
        let stamp = records.stamp(&count_path(key));
        let mine = of_grantee(records, key, party);
        // Hashed for the first terms that need it, and once for all.
        let whole = LazyLock::new(|| hash_of_values(records, pairs));
        let mut held = self.remembered().held(&mine, stamp).unwrap_or_default();
        let (mut number, mut news) = (0, false);
        let granted = loop {
            let Some((of_terms, terms)) = held.terms.get(number) else {
                if held.all {
                    break false;
                }
                self.read_on(&mine, Arc::make_mut(&mut held)).await?;
                news = true;
                continue;
            };
            number += 1;
            let values = match fit(terms) {
                Fit::None => continue,
                Fit::All => break true,
                Fit::Whole => of_values(of_terms, &whole),
                Fit::Part(values) => of_values(of_terms, &hash_of_values(records, &values)),
            };
            if self.is_there(&values, stamp).await? {
                break true;
            }
        };
        // That somebody of another account has nothing is looked up each time: how long that takes must not tell of
        // a key that its grants have changed.
        if news && (party.is_of(&key.account) || !held.terms.is_empty()) {
            self.remembered().keep_held(&mine, held, stamp);
        }
        Ok(granted)
    }

    /// Reads one more of the terms of a grantee's grants on a key.
    async fn read_on(&self, mine: &str, held: &mut Held) -> Result<(), Error> {
        let after = held.terms.last().map(|(of_terms, _)| format!("{of_terms}{PAST_ALL}"));
        let found = self.records().scan(mine, after.as_deref(), 1).await.map_err(Error::internal)?;
        match found.first() {
            Some(first) => held.terms.push((terms_of(mine, &first.key)?.to_owned(), read(first)?)),
            None => held.all = true,
        }
        Ok(())
    }

    /// Whether there is a grant whose name begins like this, with terms and values.
    async fn is_there(&self, of_values: &str, stamp: Option<Stamp>) -> Result<bool, Error> {
        if let Some(there) = self.remembered().is_there(of_values, stamp) {
            return Ok(there);
        }
        let there = self.any_name(of_values, None).await?.is_some();
        self.remembered().keep_there(of_values, there, stamp);
        Ok(there)
    }

    /// Whether the grant asked for would be on new terms, and its grantee has grants on as many terms as it may have.
    pub(crate) async fn is_full_of_terms(&self, key: &KeyRef, asked: &Asked) -> Result<bool, Error> {
        let mine = of_grantee(self.records(), key, &asked.grantee);
        let (terms, _) = Terms::of(&asked.operations, asked.constraints.as_ref());
        if self.any_name(&of_terms(self.records(), &mine, &terms)?, None).await?.is_some() {
            return Ok(false);
        }
        let mut after = None;
        for _ in 0..limits::MAX_GRANT_TERMS {
            let Some(first) = self.any_name(&mine, after.as_deref()).await? else {
                return Ok(false);
            };
            after = Some(format!("{}{PAST_ALL}", terms_of(&mine, &first)?));
        }
        Ok(true)
    }

    /// The first name with this prefix after `after`.
    async fn any_name(&self, prefix: &str, after: Option<&str>) -> Result<Option<String>, Error> {
        let found = self.records().scan_names(prefix, after, 1).await.map_err(Error::internal)?;
        Ok(found.into_iter().next())
    }
}

/// Greater than any hexadecimal digit, with which the rest of a name begins.
const PAST_ALL: char = '~';
