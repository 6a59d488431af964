//! The keys that the root key wraps: the domain keys, which seal everything else, and the identity key.
//!
//! They are one record, at [`KEYRING`], so that exchanging the root key means writing one record, and exchanging
//! the domain key means adding to it:
//!
//! ```text
//! form 1 (1 byte) | fingerprint of the root key (16 ASCII bytes) | sealed under the root key:
//!     identity key (32) | then for each domain key, the oldest first: version (4, big endian) | key (32)
//! ```
//!
//! The seal covers the form, the fingerprint and the place of the record. The last domain key seals; all of them
//! open. What a domain key has sealed begins with that key's version (4 bytes, big endian).

use crypto::{OpenError, SealingKey, SecretBytes, hmac_sha256, random};

use crate::root_key::FINGERPRINT;
use crate::{RootKey, SealError};

/// Where the keyring is in the store. Everything else is sealed under it.
pub(crate) const KEYRING: &str = "domain/keyring";

/// The form described above.
const FORM: u8 = 1;

/// Bytes of a domain key, and of the identity key.
const KEY: usize = 32;

/// Bytes of a domain key's version.
const VERSION: usize = 4;

/// The keys in use, opened.
pub(crate) struct Keyring {
    identity: SecretBytes,
    current: DomainKey,
    earlier: Vec<DomainKey>,
}

struct DomainKey {
    version: u32,
    key: SealingKey,
}

impl Keyring {
    /// New keys for a new store.
    pub(crate) fn generate() -> Self {
        let current = DomainKey { version: 1, key: SealingKey::generate() };
        Self { identity: random::secret(KEY), current, earlier: Vec::new() }
    }

    /// The record of these keys, for the store.
    pub(crate) fn wrap(&self, root: &RootKey) -> Vec<u8> {
        // Room for all of it at once: a buffer that grows would leave copies of keys behind.
        let mut keys = Vec::with_capacity(KEY + (self.earlier.len() + 1) * (VERSION + KEY));
        keys.extend_from_slice(self.identity.expose());
        for domain in self.earlier.iter().chain([&self.current]) {
            keys.extend_from_slice(&domain.version.to_be_bytes());
            keys.extend_from_slice(domain.key.to_secret().expose());
        }
        let keys = SecretBytes::new(keys);
        let mut record = header(&root.fingerprint());
        let sealed = root.sealing().seal(&aad(&record), keys.expose());
        record.extend_from_slice(&sealed);
        record
    }

    /// The keys in a record of the store.
    pub(crate) fn unwrap(root: &RootKey, record: &[u8]) -> Result<Self, SealError> {
        match record.first() {
            Some(&FORM) => {}
            Some(&found) if found > FORM => return Err(SealError::KeyringNewer { found }),
            _ => return Err(SealError::KeyringDamaged),
        }
        let (head, sealed) = record.split_at_checked(1 + FINGERPRINT).ok_or(SealError::KeyringDamaged)?;
        let given = root.fingerprint();
        if head != header(&given) {
            let wanted =
                head.iter().skip(1).map(|byte| char::from(*byte).escape_default().to_string()).collect();
            return Err(SealError::RootKeyDoesNotFit { wanted, given });
        }
        let keys = root.sealing().open(&aad(head), sealed).map_err(|OpenError| SealError::KeyringDamaged)?;
        Self::parse(keys.expose()).ok_or(SealError::KeyringDamaged)
    }

    fn parse(keys: &[u8]) -> Option<Self> {
        let (identity, domains) = keys.split_at_checked(KEY)?;
        let mut domains = domains.chunks(VERSION + KEY).map(DomainKey::parse).collect::<Option<Vec<_>>>()?;
        let current = domains.pop()?;
        Some(Self { identity: SecretBytes::copy_of(identity), current, earlier: domains })
    }

    /// Seals under the current domain key.
    pub(crate) fn seal(&self, aad: &[u8], plaintext: &[u8]) -> Vec<u8> {
        let sealed = self.current.key.seal(aad, plaintext);
        [&self.current.version.to_be_bytes()[..], &sealed].concat()
    }

    /// Opens what [`Self::seal`] gave for the same `aad`, under this or an earlier domain key.
    pub(crate) fn open(&self, aad: &[u8], sealed: &[u8]) -> Result<SecretBytes, OpenError> {
        let (version, sealed) = sealed.split_first_chunk::<VERSION>().ok_or(OpenError)?;
        let version = u32::from_be_bytes(*version);
        let mut domains = self.earlier.iter().chain([&self.current]);
        domains.find(|domain| domain.version == version).ok_or(OpenError)?.key.open(aad, sealed)
    }

    /// A keyed hash of a sequence of byte strings.
    pub(crate) fn identity(&self, parts: &[&[u8]]) -> [u8; 32] {
        let lengths: Vec<_> = parts.iter().map(|part| (part.len() as u64).to_be_bytes()).collect();
        let framed: Vec<&[u8]> =
            lengths.iter().zip(parts).flat_map(|(length, part)| [length.as_slice(), part]).collect();
        hmac_sha256(self.identity.expose(), &framed)
    }
}

impl DomainKey {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let (version, key) = bytes.split_first_chunk::<VERSION>()?;
        let key = SealingKey::from_secret(&SecretBytes::copy_of(key))?;
        Some(Self { version: u32::from_be_bytes(*version), key })
    }
}

fn header(fingerprint: &str) -> Vec<u8> {
    [&[FORM], fingerprint.as_bytes()].concat()
}

fn aad(header: &[u8]) -> Vec<u8> {
    [KEYRING.as_bytes(), &[0], header].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_a_second_domain_key(ring: Keyring) -> Keyring {
        let mut earlier = ring.earlier;
        let version = ring.current.version + 1;
        earlier.push(ring.current);
        Keyring {
            identity: ring.identity,
            current: DomainKey { version, key: SealingKey::generate() },
            earlier,
        }
    }

    #[test]
    fn a_wrapped_keyring_opens_what_it_sealed_before() {
        let root = RootKey::generate();
        let ring = Keyring::generate();
        let (sealed, identity) = (ring.seal(b"aad", b"text"), ring.identity(&[b"a"]));
        let again = Keyring::unwrap(&root, &ring.wrap(&root)).unwrap();
        assert!(again.open(b"aad", &sealed).unwrap().same_as(b"text"));
        assert_eq!(again.identity(&[b"a"]), identity);
    }

    #[test]
    fn an_exchanged_domain_key_still_opens_and_keeps_the_identity() {
        let root = RootKey::generate();
        let ring = Keyring::generate();
        let (old, identity) = (ring.seal(b"aad", b"old"), ring.identity(&[b"a"]));
        let ring = with_a_second_domain_key(with_a_second_domain_key(ring));
        let ring = Keyring::unwrap(&root, &ring.wrap(&root)).unwrap();
        let new = ring.seal(b"aad", b"new");
        assert_eq!((&old[..4], &new[..4]), (&[0, 0, 0, 1][..], &[0, 0, 0, 3][..]));
        assert!(ring.open(b"aad", &old).unwrap().same_as(b"old"));
        assert!(ring.open(b"aad", &new).unwrap().same_as(b"new"));
        assert_eq!(ring.identity(&[b"a"]), identity);
    }

    #[test]
    fn the_version_in_front_cannot_be_changed_or_cut() {
        let ring = with_a_second_domain_key(Keyring::generate());
        let sealed = ring.seal(b"aad", b"text");
        for version in [0, 1, 3] {
            let mut edited = sealed.clone();
            edited[3] = version;
            assert!(ring.open(b"aad", &edited).is_err(), "version {version}");
        }
        for length in 0..sealed.len() {
            assert!(ring.open(b"aad", &sealed[..length]).is_err(), "{length} bytes");
        }
    }

    #[test]
    fn another_root_key_is_told_by_its_fingerprint() {
        let (right, wrong) = (RootKey::generate(), RootKey::generate());
        let error = Keyring::unwrap(&wrong, &Keyring::generate().wrap(&right)).err().unwrap();
        assert!(matches!(error, SealError::RootKeyDoesNotFit { .. }));
        let message = error.to_string();
        assert!(
            message.contains(&right.fingerprint()) && message.contains(&wrong.fingerprint()),
            "{message}"
        );
    }

    #[test]
    fn every_edited_or_missing_byte_of_the_record_is_refused() {
        let root = RootKey::generate();
        let record = Keyring::generate().wrap(&root);
        for place in 0..record.len() {
            let mut edited = record.clone();
            edited[place] ^= 0x40;
            assert!(Keyring::unwrap(&root, &edited).is_err(), "byte {place}");
            assert!(Keyring::unwrap(&root, &record[..place]).is_err(), "{place} bytes");
        }
        let mut newer = record;
        newer[0] = FORM + 1;
        assert!(matches!(Keyring::unwrap(&root, &newer), Err(SealError::KeyringNewer { found: 2 })));
    }

    #[test]
    fn identity_tells_where_one_part_ends() {
        let ring = Keyring::generate();
        let all = [&[&b"ab"[..], b"c"][..], &[b"a", b"bc"], &[b"abc"], &[b"abc", b""], &[b"", b"abc"], &[]];
        for (n, left) in all.iter().enumerate() {
            for right in &all[n + 1..] {
                assert_ne!(ring.identity(left), ring.identity(right));
            }
            assert_ne!(ring.identity(left), Keyring::generate().identity(left), "keyed");
        }
    }
}
