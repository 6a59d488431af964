//! Finding out whether a key holds the material it should.

use std::fmt;

use api::{
    Blob, Decrypt, DescribeKey, Encrypt, GenerateMac, GetPublicKey, IncludeKeyMaterial, KeyMaterialState,
    KeyMetadata, KeyState, ListKeyRotations, MacAlgorithmSpec,
};
use crypto::{HmacHash, KeySpec, Material, constant_time_eq, random};

use super::{CeremonyError, Imported};
use crate::{Client, ClientError};

/// The code of "you may not".
const ACCESS_DENIED: &str = "AccessDeniedException";
/// Length of the random messages that keys are tried on, in bytes.
const TRIAL_LEN: usize = 32;

/// What was found out about a key after an import.
#[derive(Clone, Debug, PartialEq)]
pub struct Confirmation {
    /// The key as the service describes it now.
    pub key: KeyMetadata,
    /// What part the imported material plays in it; symmetric encryption keys only, and where the caller may ask.
    pub role: Option<KeyMaterialState>,
    /// Whether the key was seen to hold the material.
    pub proof: Proof,
}

/// Whether a key was seen to hold its material.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// It was, by this.
    Seen(Evidence),
    /// The caller may not use the operation that would show it. Importing without using is a common division of duties.
    NotPermitted {
        /// The operation.
        operation: &'static str,
    },
    /// The key cannot be used in its state, or not yet with this material.
    NotUsable,
}

/// What shows that a key holds a material.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Its public key is that of the material.
    PublicKey,
    /// The MAC it makes of a random message is the one the material makes.
    Mac,
    /// A random message comes back through Encrypt and Decrypt, and Decrypt names the imported material. The bytes of
    /// a symmetric key cannot be told from outside: that the named material is the right one is the service's word.
    KeyMaterialId,
}

impl Evidence {
    /// The operation that shows it.
    pub fn operation(self) -> &'static str {
        match self {
            Self::PublicKey => "GetPublicKey",
            Self::Mac => "GenerateMac",
            Self::KeyMaterialId => "Decrypt",
        }
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PublicKey => "public key",
            Self::Mac => "MAC of a random message",
            Self::KeyMaterialId => "key material id",
        })
    }
}

/// Asks what became of the key, and makes it show its material where it can.
///
/// # Errors
/// [`CeremonyError::Mismatch`] if it shows another; otherwise what went wrong on the way.
pub async fn confirm(
    client: &Client,
    imported: &Imported,
    material: &Material,
) -> Result<Confirmation, CeremonyError> {
    let key_id = imported.key_id.as_str();
    let key = client.call(&DescribeKey::request(key_id)).await?.key_metadata;
    let current =
        imported.key_material_id.is_none() || imported.key_material_id == key.current_key_material_id;
    let role = role(client, imported, current).await?;
    let usable = current && key.key_state == KeyState::Enabled;
    let proof = if usable { prove(client, imported, material).await? } else { Proof::NotUsable };
    Ok(Confirmation { key, role, proof })
}

/// The part of the imported material; only when it is not the current one does that take a call.
async fn role(
    client: &Client,
    imported: &Imported,
    current: bool,
) -> Result<Option<KeyMaterialState>, CeremonyError> {
    let Some(material_id) = &imported.key_material_id else { return Ok(None) };
    if current {
        return Ok(Some(KeyMaterialState::Current));
    }
    let mut request = ListKeyRotations::request(imported.key_id.as_str());
    request.include_key_material = Some(IncludeKeyMaterial::AllKeyMaterial);
    let rotations = match client.call(&request).await {
        Ok(answer) => answer.rotations,
        Err(error) if error.code() == Some(ACCESS_DENIED) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let entry = rotations.into_iter().find(|entry| entry.key_material_id == *material_id);
    Ok(entry.map(|entry| entry.key_material_state))
}

async fn prove(client: &Client, imported: &Imported, material: &Material) -> Result<Proof, CeremonyError> {
    let key_id = imported.key_id.as_str();
    let (evidence, shown) = match material.spec() {
        KeySpec::Symmetric => (Evidence::KeyMaterialId, round_trip(client, imported).await),
        KeySpec::Hmac(hash) => (Evidence::Mac, same_mac(client, key_id, material, hash).await),
        _ => (Evidence::PublicKey, same_public_key(client, key_id, material).await),
    };
    match shown {
        Ok(true) => Ok(Proof::Seen(evidence)),
        Ok(false) => Err(CeremonyError::Mismatch { key_id: key_id.to_owned(), evidence }),
        Err(ClientError::Service(refusal)) if refusal.code == ACCESS_DENIED => {
            Ok(Proof::NotPermitted { operation: refusal.operation })
        }
        Err(error) => Err(error.into()),
    }
}

async fn same_public_key(client: &Client, key_id: &str, material: &Material) -> Result<bool, ClientError> {
    let answer = client.call(&GetPublicKey::request(key_id)).await?;
    Ok(Some(answer.public_key.as_bytes()) == material.public_key())
}

async fn same_mac(
    client: &Client,
    key_id: &str,
    material: &Material,
    hash: HmacHash,
) -> Result<bool, ClientError> {
    let algorithm = match hash {
        HmacHash::Sha224 => MacAlgorithmSpec::HmacSha224,
        HmacHash::Sha256 => MacAlgorithmSpec::HmacSha256,
        HmacHash::Sha384 => MacAlgorithmSpec::HmacSha384,
        HmacHash::Sha512 => MacAlgorithmSpec::HmacSha512,
    };
    let message = random::array::<TRIAL_LEN>();
    let answer = client.call(&GenerateMac::request(Blob::new(message), key_id, algorithm)).await?;
    Ok(material.verify_mac(&message, answer.mac.as_bytes()))
}

async fn round_trip(client: &Client, imported: &Imported) -> Result<bool, ClientError> {
    let message = random::array::<TRIAL_LEN>();
    let encrypted = client.call(&Encrypt::request(imported.key_id.as_str(), Blob::new(message))).await?;
    let mut request = Decrypt::request();
    request.ciphertext_blob = Some(encrypted.ciphertext_blob);
    request.key_id = Some(imported.key_id.clone());
    let decrypted = client.call(&request).await?;
    Ok(constant_time_eq(decrypted.plaintext.unwrap_or_default().as_bytes(), &message)
        && decrypted.key_material_id == imported.key_material_id)
}
