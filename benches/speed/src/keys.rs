//! The keys that are used, made by the engine before the server starts.

use std::collections::BTreeMap;

use api::{
    Blob, CreateGrant, CreateKey, Encrypt, GrantConstraints, GrantOperation, KeySpec, KeyUsage, OriginType,
    ScheduleKeyDeletion, Timestamp,
};
use kms::{Clock as _, ManualClock};

use crate::Outcome;
use crate::data::Engine;
use crate::people;

/// What is encrypted: a key of AES-256, as is usual.
pub(crate) const PLAINTEXT: [u8; 32] = [7; 32];
/// The encryption context of every request, its one pair.
pub(crate) const CONTEXT: (&str, &str) = ("tenant", "team-a");
/// Grants on one key: the goal's number.
pub(crate) const GRANTS: u32 = 1_000;
/// Of how many keys one is for message authentication; the others encrypt.
const ONE_OF: usize = 10;
/// The shortest time a key waits for its deletion, in days (AWS: `ScheduleKeyDeletion`).
const SHORTEST_WAIT: i64 = 7;
const WAIT_SECONDS: i64 = SHORTEST_WAIT * 24 * 60 * 60;

/// A key for encryption, and what it encrypted.
pub(crate) struct Cipher {
    pub(crate) key_id: String,
    /// In base64.
    pub(crate) ciphertext: String,
}

/// Keys of the light operations.
#[derive(Default)]
pub(crate) struct KeySet {
    pub(crate) ciphers: Vec<Cipher>,
    /// The ids of keys for message authentication.
    pub(crate) macs: Vec<String>,
}

impl KeySet {
    /// How many keys there are.
    pub(crate) fn len(&self) -> usize {
        self.ciphers.len() + self.macs.len()
    }
}

/// Makes `number` keys, and two if it is one: a key encrypts or authenticates.
pub(crate) async fn make(engine: &Engine, number: usize) -> Outcome<KeySet> {
    let mut set = KeySet::default();
    for index in 0..number {
        if index % ONE_OF == 0 {
            set.macs.push(create(engine, KeySpec::Hmac256, KeyUsage::GenerateVerifyMac).await?);
            if number > 1 {
                continue;
            }
        }
        let key_id = create(engine, KeySpec::SymmetricDefault, KeyUsage::EncryptDecrypt).await?;
        let ciphertext = encrypted(engine, &key_id).await?;
        set.ciphers.push(Cipher { key_id, ciphertext });
    }
    Ok(set)
}

/// Makes a key with the policy of all keys.
pub(crate) async fn create(engine: &Engine, spec: KeySpec, usage: KeyUsage) -> Outcome<String> {
    let mut request = CreateKey::request();
    request.key_spec = Some(spec);
    request.key_usage = Some(usage);
    request.policy = Some(people::key_policy());
    let made = engine.kms.call(&engine.root, request).await?;
    Ok(made.key_metadata.key_id)
}

/// Makes a key that waits for material, with the policy of all keys.
pub(crate) async fn without_material(engine: &Engine) -> Outcome<String> {
    let mut request = CreateKey::request();
    request.origin = Some(OriginType::External);
    request.policy = Some(people::key_policy());
    Ok(engine.kms.call(&engine.root, request).await?.key_metadata.key_id)
}

/// Makes a key on which there are [`GRANTS`] grants, one of which lets the guest encrypt.
pub(crate) async fn with_grants(engine: &Engine, guest_arn: &str) -> Outcome<String> {
    let key_id = create(engine, KeySpec::SymmetricDefault, KeyUsage::EncryptDecrypt).await?;
    for number in 0..GRANTS {
        let mut request = CreateGrant::request(&key_id, [GrantOperation::Encrypt, GrantOperation::Decrypt]);
        request.grantee_principal = Some(guest_arn.to_owned());
        let value = if number == GRANTS / 2 { CONTEXT.1.to_owned() } else { format!("project-{number}") };
        request.constraints = Some(GrantConstraints {
            encryption_context_subset: Some([(CONTEXT.0.to_owned(), value)].into()),
            ..GrantConstraints::default()
        });
        engine.kms.call(&engine.root, request).await?;
    }
    Ok(key_id)
}

/// Makes keys that can be [`doomed`].
pub(crate) async fn mortal(engine: &Engine, clock: &ManualClock, number: u32) -> Outcome<Vec<String>> {
    clock.set(kms::SystemClock.now().plus_seconds(-WAIT_SECONDS));
    let mut keys = Vec::new();
    for _ in 0..number {
        keys.push(create(engine, KeySpec::SymmetricDefault, KeyUsage::EncryptDecrypt).await?);
    }
    Ok(keys)
}

/// Lets these keys be due to be deleted one after the other, `a_second` of them each second from `first` on. `clock` is
/// the engine's, and shows the time before a key's wait.
pub(crate) async fn doomed(
    engine: &Engine,
    clock: &ManualClock,
    keys: Vec<String>,
    first: Timestamp,
    a_second: u32,
) -> Outcome<()> {
    let begin = first.plus_seconds(-WAIT_SECONDS).millis();
    for (index, key_id) in (0_i64..).zip(keys) {
        clock.set(Timestamp::from_millis(begin + index * 1000 / i64::from(a_second)));
        let mut request = ScheduleKeyDeletion::request(key_id);
        request.pending_window_in_days = Some(SHORTEST_WAIT);
        engine.kms.call(&engine.root, request).await?;
    }
    Ok(())
}

async fn encrypted(engine: &Engine, key_id: &str) -> Outcome<String> {
    let mut request = Encrypt::request(key_id, Blob::new(PLAINTEXT));
    request.encryption_context = Some(context());
    let answer = engine.kms.call(&engine.root, request).await?;
    Ok(base64(answer.ciphertext_blob.as_bytes()))
}

/// [`CONTEXT`] as requests have it.
pub(crate) fn context() -> BTreeMap<String, String> {
    [(CONTEXT.0.to_owned(), CONTEXT.1.to_owned())].into()
}

/// As blobs stand in JSON.
pub(crate) fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// The bytes that stand in JSON so.
pub(crate) fn unbase64(text: &str) -> Option<Vec<u8>> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.decode(text).ok()
}
