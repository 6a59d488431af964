//! One material of a key: everything about it but its bytes, which are a record of their own.

use std::fmt;

use api::{ExpirationModelType, ImportState, KeyMaterialState, RotationType, Timestamp};
use serde::{Deserialize, Serialize};

/// Names a material within all time: a keyed hash over the key's id and the material, 64 hexadecimal digits.
///
/// Keyed, because imported HMAC secrets may be weak and a plain hash would let whoever sees the id test guesses.
/// It outlives the material, and so tells at a reimport whether the same one came back.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct MaterialId(String);

impl MaterialId {
    /// The id of a material of the key `key`, hashed with `hash`.
    pub(crate) fn of(records: &seal::Records, key: &crate::arn::KeyId, material: &crypto::Material) -> Self {
        let parts: [&[u8]; 3] = [b"key material id", key.as_str().as_bytes(), material.identity()];
        Self(hex::encode(records.identity(&parts)))
    }

    /// The piece of it that a ciphertext carries.
    pub(crate) fn tag(&self) -> [u8; 16] {
        let mut tag = [0; 16];
        // The id is 64 hexadecimal digits by construction; anything else leaves a tag no ciphertext matches.
        let _ = hex::decode_to_slice(self.0.get(..32).unwrap_or_default(), &mut tag);
        tag
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MaterialId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// When and how a material became current.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Rotation {
    pub(crate) date: Timestamp,
    pub(crate) kind: RotationType,
}

/// A material as its key's record knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MaterialRecord {
    pub(crate) id: MaterialId,
    pub(crate) state: KeyMaterialState,
    /// Whether its bytes are in the store. False once deleted, or erased after expiry.
    pub(crate) stored: bool,
    /// When it dies, if it does. From that instant on it is not there, swept or not.
    pub(crate) valid_to: Option<Timestamp>,
    pub(crate) description: Option<String>,
    pub(crate) rotation: Option<Rotation>,
}

impl MaterialRecord {
    /// One whose bytes are stored with it, without a description, that does not expire.
    pub(crate) fn new(id: MaterialId, state: KeyMaterialState) -> Self {
        Self { id, state, stored: true, valid_to: None, description: None, rotation: None }
    }

    /// Whether it can be used at `now`.
    pub(crate) fn is_present(&self, now: Timestamp) -> bool {
        self.stored && self.valid_to.is_none_or(|valid_to| now < valid_to)
    }

    /// Whether the key depends on it: some ciphertext may need it.
    pub(crate) fn is_permanent(&self) -> bool {
        matches!(self.state, KeyMaterialState::Current | KeyMaterialState::NonCurrent)
    }

    /// Whether it waits to become current.
    pub(crate) fn is_pending(&self) -> bool {
        !self.is_permanent()
    }

    pub(crate) fn import_state(&self, now: Timestamp) -> ImportState {
        if self.is_present(now) { ImportState::Imported } else { ImportState::PendingImport }
    }

    pub(crate) fn expiration_model(&self) -> ExpirationModelType {
        match self.valid_to {
            Some(_) => ExpirationModelType::KeyMaterialExpires,
            None => ExpirationModelType::KeyMaterialDoesNotExpire,
        }
    }
}
