//! The light operations: those that take less than about 100 microseconds.

use std::hint::black_box;
use std::sync::Arc;

use crypto::{
    Content, Envelope, EnvelopeHeader, HmacHash, KeySpec, Material, SecretBytes, SymmetricKey, encode_context,
};

use crate::Outcome;
use crate::keys::{CONTEXT, Cipher, KeySet, PLAINTEXT, base64};
use crate::load::Turn;
use crate::pick::Pick;
use crate::wire::Call;

/// A light operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Light {
    Encrypt,
    Decrypt,
    GenerateDataKey,
    GenerateMac,
    GenerateRandom,
    DescribeKey,
}

impl Light {
    pub(crate) const ALL: [Self; 6] = [
        Self::Encrypt,
        Self::Decrypt,
        Self::GenerateDataKey,
        Self::GenerateMac,
        Self::GenerateRandom,
        Self::DescribeKey,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Encrypt => "Encrypt",
            Self::Decrypt => "Decrypt",
            Self::GenerateDataKey => "GenerateDataKey",
            Self::GenerateMac => "GenerateMac",
            Self::GenerateRandom => "GenerateRandom",
            Self::DescribeKey => "DescribeKey",
        }
    }

    /// The cryptography of it alone, with a key of its own; whether it was done. None: it has none.
    pub(crate) fn bare(self) -> Outcome<Option<Box<dyn FnMut() -> bool>>> {
        let key = SymmetricKey::from_secret(&SecretBytes::copy_of(&PLAINTEXT)).ok_or("no key")?;
        let header = EnvelopeHeader {
            multi_region: false,
            content: Content::Data,
            key_id: [0; 16],
            material_tag: [0; 16],
        };
        let context = encode_context([CONTEXT]);
        let blob = key.encrypt(&header, &context, &PLAINTEXT);
        let mac = Material::generate(KeySpec::Hmac(HmacHash::Sha256))?;
        Ok(match self {
            Self::Encrypt => {
                Some(Box::new(move || !black_box(key.encrypt(&header, &context, &PLAINTEXT)).is_empty()))
            }
            Self::Decrypt => Some(Box::new(move || {
                Envelope::parse(&blob).is_ok_and(|envelope| key.decrypt(&envelope, &context).is_ok())
            })),
            Self::GenerateDataKey => Some(Box::new(move || {
                let made = crypto::random::secret(PLAINTEXT.len());
                !black_box(key.encrypt(&header, &context, made.expose())).is_empty()
            })),
            Self::GenerateMac => Some(Box::new(move || black_box(mac.mac(&PLAINTEXT)).is_some())),
            Self::GenerateRandom => Some(Box::new(|| {
                black_box(crypto::random::secret(PLAINTEXT.len()));
                true
            })),
            Self::DescribeKey => None,
        })
    }

    /// A request for the key that the turn's choice is.
    pub(crate) fn call(self, keys: &Picked, turn: Turn) -> Call {
        let body = match self {
            Self::Encrypt => {
                let Cipher { key_id, .. } = keys.cipher(turn);
                format!(r#"{{"KeyId":"{key_id}","Plaintext":"{}",{}}}"#, keys.plaintext, keys.context)
            }
            Self::Decrypt => {
                let Cipher { key_id, ciphertext } = keys.cipher(turn);
                format!(r#"{{"KeyId":"{key_id}","CiphertextBlob":"{ciphertext}",{}}}"#, keys.context)
            }
            Self::GenerateDataKey => {
                let Cipher { key_id, .. } = keys.cipher(turn);
                format!(r#"{{"KeyId":"{key_id}","KeySpec":"AES_256",{}}}"#, keys.context)
            }
            Self::GenerateMac => {
                let (key_id, message) = (keys.mac(turn), &keys.plaintext);
                format!(r#"{{"KeyId":"{key_id}","Message":"{message}","MacAlgorithm":"HMAC_SHA_256"}}"#)
            }
            Self::GenerateRandom => r#"{"NumberOfBytes":32}"#.to_owned(),
            Self::DescribeKey => format!(r#"{{"KeyId":"{}"}}"#, keys.cipher(turn).key_id),
        };
        Call::new(self.name(), body)
    }
}

/// Keys, and how often each is used.
pub(crate) struct Picked {
    keys: Arc<KeySet>,
    ciphers: Pick,
    macs: Pick,
    plaintext: String,
    context: String,
    /// What stands for a key where there is none.
    none: Cipher,
}

impl Picked {
    /// Uses all alike.
    pub(crate) fn uniform(keys: &Arc<KeySet>) -> Arc<Self> {
        Self::by(keys, Pick::uniform)
    }

    /// Uses them by Zipf's law.
    pub(crate) fn zipf(keys: &Arc<KeySet>) -> Arc<Self> {
        Self::by(keys, Pick::zipf)
    }

    /// Uses one after the other, by the number of the turn.
    pub(crate) fn in_turn(keys: &Arc<KeySet>) -> Arc<Self> {
        Self::by(keys, |_| Pick::InTurn)
    }

    fn by(keys: &Arc<KeySet>, pick: impl Fn(usize) -> Pick) -> Arc<Self> {
        Arc::new(Self {
            keys: Arc::clone(keys),
            ciphers: pick(keys.ciphers.len()),
            macs: pick(keys.macs.len()),
            plaintext: base64(&PLAINTEXT),
            context: format!(r#""EncryptionContext":{{"{}":"{}"}}"#, CONTEXT.0, CONTEXT.1),
            none: Cipher { key_id: String::new(), ciphertext: String::new() },
        })
    }

    fn cipher(&self, turn: Turn) -> &Cipher {
        self.keys.ciphers.get(self.ciphers.of(turn)).unwrap_or(&self.none)
    }

    fn mac(&self, turn: Turn) -> &str {
        self.keys.macs.get(self.macs.of(turn)).map(String::as_str).unwrap_or_default()
    }
}
