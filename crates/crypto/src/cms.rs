//! The envelope for an attested recipient: a CMS `EnvelopedData` (RFC 5652, section 6) that only the holder of one RSA
//! key opens.
//!
//! Its shape is what the enclave libraries of AWS take: version 2, one recipient named by the identifier of his key,
//! RSAES-OAEP with SHA-256 around a fresh AES-256 key, and the content under that key in CBC mode. The mode does not
//! authenticate: whoever opens the envelope must trust the way it came.

use aws_lc_rs::cipher::{AES_256, PaddedBlockEncryptingKey, UnboundCipherKey};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rsa::{OaepPublicEncryptingKey, PublicEncryptingKey};
use const_oid::ObjectIdentifier;
use const_oid::db::rfc5911::{ID_AES_256_CBC, ID_DATA, ID_ENVELOPED_DATA};
use const_oid::db::rfc5912::{ID_MGF_1, ID_RSAES_OAEP, ID_SHA_256, RSA_ENCRYPTION};
use der::asn1::{Any, OctetString, SetOfVec};
use der::{Decode as _, Encode as _, Sequence, ValueOrd};
use spki::{AlgorithmIdentifier, AlgorithmIdentifierOwned, SubjectPublicKeyInfoRef};
use thiserror::Error;

use crate::aead::KEY_LEN;
use crate::digest::sha1;
use crate::oaep::{self, OaepHash};
use crate::random;
use crate::secret::SecretBytes;
use crate::spec::RsaBits;

/// RFC 5652, 6.1 and 6.2.1: the version of data with a recipient named by a key identifier, and of that recipient.
const VERSION: u8 = 2;
/// AES has blocks of 16 bytes; padding adds one at most.
const BLOCK_LEN: usize = 16;

/// Why no envelope was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CmsError {
    /// The recipient's key is no RSA key of 2048, 3072 or 4096 bits in `SubjectPublicKeyInfo` DER.
    #[error("the recipient's public key is not an RSA key of 2048, 3072 or 4096 bits")]
    RecipientKey,
    /// The library failed although all was in order.
    #[error("the data could not be encrypted for the recipient")]
    Failed,
}

/// Encrypts `plaintext` for the holder of an RSA key in `SubjectPublicKeyInfo` DER. The result is a `ContentInfo` in
/// DER, different each time, and some 200 bytes longer than the modulus and the padded plaintext together.
pub fn enveloped_data(recipient: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, CmsError> {
    let recipient = Recipient::parse(recipient).ok_or(CmsError::RecipientKey)?;
    let content = encrypt(plaintext).map_err(|Unspecified| CmsError::Failed)?;
    let wrapped = oaep::encrypt(&recipient.key, OaepHash::Sha256, content.key.expose())
        .map_err(|Unspecified| CmsError::Failed)?;
    document(recipient.identifier, wrapped, content).map_err(|_| CmsError::Failed)
}

struct Recipient {
    key: OaepPublicEncryptingKey,
    /// RFC 5280 4.2.1.2, method 1: the SHA-1 of the public key. It names the key and protects nothing.
    identifier: [u8; 20],
}

impl Recipient {
    fn parse(public_key: &[u8]) -> Option<Self> {
        let document = SubjectPublicKeyInfoRef::from_der(public_key).ok()?;
        let identifier = sha1(document.subject_public_key.as_bytes()?);
        let key = PublicEncryptingKey::from_der(public_key).ok()?;
        RsaBits::of_modulus_bytes(key.key_size_bytes())?;
        if document.algorithm.oid != RSA_ENCRYPTION {
            return None;
        }
        Some(Self { key: OaepPublicEncryptingKey::new(key).ok()?, identifier })
    }
}

struct Content {
    key: SecretBytes,
    iv: [u8; BLOCK_LEN],
    ciphertext: Vec<u8>,
}

/// AES-256-CBC with padding (RFC 5652, 6.3) under a key and an initialization vector made for this content.
fn encrypt(plaintext: &[u8]) -> Result<Content, Unspecified> {
    let key = random::secret(KEY_LEN);
    let cipher = PaddedBlockEncryptingKey::cbc_pkcs7(UnboundCipherKey::new(&AES_256, key.expose())?)?;
    // Room for the padding, so that the buffer does not move and leave a copy of the plaintext behind.
    let mut ciphertext = Vec::with_capacity(plaintext.len() + BLOCK_LEN);
    ciphertext.extend_from_slice(plaintext);
    let context = cipher.encrypt(&mut ciphertext)?;
    let iv: &[u8] = (&context).try_into()?;
    Ok(Content { key, iv: iv.try_into().map_err(|_| Unspecified)?, ciphertext })
}

fn document(identifier: [u8; 20], wrapped_key: Vec<u8>, content: Content) -> der::Result<Vec<u8>> {
    let sha256 = AlgorithmIdentifierOwned { oid: ID_SHA_256, parameters: Some(Any::null()) };
    let recipient = KeyTransRecipientInfo {
        version: VERSION,
        identifier: OctetString::new(identifier)?,
        key_encryption: AlgorithmIdentifier {
            oid: ID_RSAES_OAEP,
            parameters: Some(OaepParameters {
                hash: sha256.clone(),
                mask: AlgorithmIdentifier { oid: ID_MGF_1, parameters: Some(sha256) },
            }),
        },
        encrypted_key: OctetString::new(wrapped_key)?,
    };
    let mut recipients = SetOfVec::new();
    recipients.insert(recipient)?;
    let enveloped = EnvelopedData {
        version: VERSION,
        recipients,
        content: EncryptedContentInfo {
            content_type: ID_DATA,
            encryption: AlgorithmIdentifier {
                oid: ID_AES_256_CBC,
                parameters: Some(OctetString::new(content.iv)?),
            },
            encrypted: OctetString::new(content.ciphertext)?,
        },
    };
    ContentInfo { content_type: ID_ENVELOPED_DATA, content: enveloped }.to_der()
}

/// RFC 5652, section 3.
#[derive(Sequence)]
struct ContentInfo {
    content_type: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    content: EnvelopedData,
}

/// RFC 5652, 6.1, without what is optional.
#[derive(Sequence)]
struct EnvelopedData {
    version: u8,
    recipients: SetOfVec<KeyTransRecipientInfo>,
    content: EncryptedContentInfo,
}

/// RFC 5652, 6.1.
#[derive(Sequence)]
struct EncryptedContentInfo {
    content_type: ObjectIdentifier,
    encryption: AlgorithmIdentifier<OctetString>,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT")]
    encrypted: OctetString,
}

/// RFC 5652, 6.2.1, with the second form of `RecipientIdentifier`.
#[derive(Sequence, ValueOrd)]
struct KeyTransRecipientInfo {
    version: u8,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT")]
    identifier: OctetString,
    key_encryption: AlgorithmIdentifier<OaepParameters>,
    encrypted_key: OctetString,
}

/// RFC 4055, 4.1: what differs from the defaults. The label is the default, empty.
#[derive(Sequence, ValueOrd)]
struct OaepParameters {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    hash: AlgorithmIdentifierOwned,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT")]
    mask: AlgorithmIdentifier<AlgorithmIdentifierOwned>,
}
