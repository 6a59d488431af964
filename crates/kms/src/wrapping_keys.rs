//! The wrapping keys of the tokens that were given last, parsed and ready to unwrap with.
//!
//! AWS-LC checks a private key whenever it is parsed, and prepares what it needs at its first use: together that takes
//! longer than to unwrap. Whoever was given a token usually comes back within minutes. By then it has been done, by a
//! thread that took what the others left of a core. What is not here, as after a restart, is parsed when it is needed.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use api::Timestamp;
use crypto::{KeyError, SecretBytes, WrappingKey};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use crate::priority::LOWEST;
use crate::threads::Threads;

/// How many wrapping keys are kept. Ours: about 2 MiB, for an hour of imports, a few a minute.
const KEPT: usize = 256;
/// For how long, in seconds. Ours: time to carry a wrapping key to an HSM and back.
const KEPT_FOR: i64 = 60 * 60;
/// How many may wait to be prepared. Ours: a tenth of a second of one core. Those of a longer burst are parsed when they are needed.
const WAITING: usize = 64;

/// The wrapping keys of an engine's tokens.
pub(crate) struct WrappingKeys {
    keys: Arc<Mutex<Shelf>>,
    /// One place for each that waits to be prepared.
    waiting: Arc<Semaphore>,
    threads: Threads,
}

#[derive(Default)]
struct Shelf {
    /// The oldest first.
    kept: VecDeque<Kept>,
}

struct Kept {
    token: TokenHash,
    until: Timestamp,
    key: Arc<WrappingKey>,
}

/// The SHA-256 of a token.
type TokenHash = [u8; 32];

/// Where the wrapping key of one token is kept.
pub(crate) struct TokenPlace {
    keys: Arc<Mutex<Shelf>>,
    token: TokenHash,
    until: Timestamp,
}

impl WrappingKeys {
    pub(crate) fn new() -> Self {
        Self {
            keys: Arc::default(),
            waiting: Arc::new(Semaphore::new(WAITING)),
            threads: Threads::new("given-keys", 1, LOWEST),
        }
    }

    /// The place of a token's wrapping key.
    pub(crate) fn of(&self, token: &[u8], now: Timestamp) -> TokenPlace {
        let until = now.plus_seconds(KEPT_FOR);
        TokenPlace { keys: Arc::clone(&self.keys), token: crypto::sha256(token), until }
    }

    /// Prepares the wrapping key of a token that is being given, unless too many wait for that. Nobody has to wait for it to be
    /// done.
    pub(crate) fn prepare(
        &self,
        token: &[u8],
        private_key: SecretBytes,
        now: Timestamp,
    ) -> Option<JoinHandle<()>> {
        let waits = Arc::clone(&self.waiting).try_acquire_owned().ok()?;
        let place = self.of(token, now);
        Some(self.threads.spawn(move || {
            drop(waits);
            if lock(&place.keys).find(&place.token).is_some() {
                return;
            }
            let key = WrappingKey::from_pkcs8(&private_key).and_then(|key| key.check_pair().map(|()| key));
            match key {
                Ok(key) => drop(place.keep(key)),
                Err(error) => tracing::error!(%error, "a wrapping key that was handed out cannot be used"),
            }
        }))
    }

    /// Forgets those that have been kept long enough.
    pub(crate) fn sweep(&self, now: Timestamp) {
        lock(&self.keys).kept.retain(|kept| now < kept.until);
    }
}

impl TokenPlace {
    /// The wrapping key, ready or else parsed now, which takes as long as an unwrap.
    pub(crate) fn key(self, private_key: &SecretBytes) -> Result<Arc<WrappingKey>, KeyError> {
        let found = lock(&self.keys).find(&self.token);
        match found {
            Some(key) => Ok(key),
            None => WrappingKey::from_pkcs8(private_key).map(|key| self.keep(key)),
        }
    }

    fn keep(self, key: WrappingKey) -> Arc<WrappingKey> {
        let key = Arc::new(key);
        let mut keys = lock(&self.keys);
        if keys.find(&self.token).is_none() {
            if keys.kept.len() >= KEPT {
                keys.kept.pop_front();
            }
            keys.kept.push_back(Kept { token: self.token, until: self.until, key: Arc::clone(&key) });
        }
        key
    }
}

impl Shelf {
    fn find(&self, token: &TokenHash) -> Option<Arc<WrappingKey>> {
        self.kept.iter().find(|kept| kept.token == *token).map(|kept| Arc::clone(&kept.key))
    }
}

fn lock(keys: &Mutex<Shelf>) -> MutexGuard<'_, Shelf> {
    keys.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use api::{AlgorithmSpec, CreateKey, GetParametersForImport, OriginType, WrappingKeySpec};
    use crypto::RsaBits;
    use seal::{Records, RootKey};
    use store::Memory;

    use super::*;
    use crate::{Caller, Kms, ManualClock, Settings};

    const NOW: Timestamp = Timestamp::from_seconds(1_795_348_800);

    fn pkcs8() -> SecretBytes {
        WrappingKey::generate(RsaBits::B2048).unwrap().to_pkcs8()
    }

    impl WrappingKeys {
        fn has(&self, token: &[u8]) -> Option<Arc<WrappingKey>> {
            lock(&self.keys).find(&crypto::sha256(token))
        }
    }

    #[tokio::test]
    async fn the_key_of_a_token_is_prepared_once_and_belongs_to_that_token_alone() {
        let (keys, private_key) = (WrappingKeys::new(), pkcs8());
        keys.prepare(b"a", SecretBytes::copy_of(private_key.expose()), NOW).unwrap().await.unwrap();
        let prepared = keys.has(b"a").unwrap();
        assert!(prepared.to_pkcs8().same_as(private_key.expose()));
        assert!(Arc::ptr_eq(&prepared, &keys.of(b"a", NOW).key(&private_key).unwrap()));
        assert!(keys.has(b"b").is_none());
        let other = pkcs8();
        let parsed = keys.of(b"b", NOW).key(&other).unwrap();
        assert!(parsed.to_pkcs8().same_as(other.expose()));
        assert!(Arc::ptr_eq(&parsed, &keys.has(b"b").unwrap()));
    }

    #[tokio::test]
    async fn what_is_no_key_is_not_kept() {
        let keys = WrappingKeys::new();
        let none = || SecretBytes::copy_of(b"no key");
        keys.prepare(b"a", none(), NOW).unwrap().await.unwrap();
        assert!(keys.has(b"a").is_none() && keys.of(b"a", NOW).key(&none()).is_err());
    }

    #[tokio::test]
    async fn no_more_are_kept_and_no_longer_than_said() {
        let (keys, private_key) = (WrappingKeys::new(), pkcs8());
        for number in 0..=KEPT {
            let place = keys.of(&number.to_be_bytes(), NOW.plus_seconds(i64::from(number == KEPT)));
            place.key(&private_key).unwrap();
        }
        let has = |number: usize| keys.has(&number.to_be_bytes()).is_some();
        assert!(!has(0) && has(1) && has(KEPT));
        keys.sweep(NOW.plus_seconds(KEPT_FOR - 1));
        assert!(has(1));
        keys.sweep(NOW.plus_seconds(KEPT_FOR));
        assert!(!has(1) && has(KEPT));
    }

    #[tokio::test]
    async fn no_more_wait_than_said() {
        let keys = WrappingKeys::new();
        let places =
            Arc::clone(&keys.waiting).try_acquire_many_owned(u32::try_from(WAITING).unwrap()).unwrap();
        assert!(keys.prepare(b"a", pkcs8(), NOW).is_none());
        drop(places);
        keys.prepare(b"a", pkcs8(), NOW).unwrap().await.unwrap();
        assert_eq!(keys.waiting.available_permits(), WAITING);
    }

    #[tokio::test]
    async fn whoever_is_given_a_token_finds_its_key_parsed_for_an_hour() {
        let records = Records::open(Arc::new(Memory::default()), &RootKey::generate()).await.unwrap();
        let clock = Arc::new(ManualClock::at(NOW));
        let kms = Kms::new(Arc::new(records), Arc::clone(&clock) as Arc<_>, Settings::default());
        let caller = Caller::root("aws", "111122223333", "eu-west-1");
        let external = CreateKey { origin: Some(OriginType::External), ..CreateKey::request() };
        let key = kms.call(&caller, external).await.unwrap().key_metadata.key_id;
        let ask =
            GetParametersForImport::request(key, AlgorithmSpec::RsaesOaepSha256, WrappingKeySpec::Rsa2048);
        let token = kms.call(&caller, ask).await.unwrap().import_token;
        let is_parsed = || kms.wrapping_keys().has(token.as_bytes()).is_some();
        let parsed = async {
            while !is_parsed() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_mins(1), parsed).await.unwrap();
        clock.advance(KEPT_FOR - 1);
        kms.sweep().await.unwrap();
        assert!(is_parsed());
        clock.advance(1);
        kms.sweep().await.unwrap();
        assert!(!is_parsed());
    }
}
