//! Encrypting and decrypting: what `Encrypt`, `Decrypt`, `ReEncrypt` and the data key operations share.

use api::{
    Blob, EncryptionAlgorithmSpec, EncryptionContext, Error, ErrorCode, GrantOperation, Reason, limits,
};
use crypto::{Content, Envelope, EnvelopeHeader, RsaError, SecretBytes, encode_context};

use crate::GrantedOperation;
use crate::arn::{KeyId, KeyName, parse_key_name};
use crate::authorize::{Intent, Permit};
use crate::conditions::Conditions;
use crate::key::{KeyRecord, MaterialId, encryption_algorithms, oaep_hash};
use crate::pipeline::{Context, Stop};

/// A ciphertext that was made.
pub(crate) struct Encrypted {
    pub(crate) blob: Blob,
    /// For symmetric encryption keys: the material that made it.
    pub(crate) material: Option<String>,
}

/// How a request encrypts or decrypts, which need not say.
fn or_default(asked: Option<EncryptionAlgorithmSpec>) -> EncryptionAlgorithmSpec {
    asked.unwrap_or(EncryptionAlgorithmSpec::SymmetricDefault)
}

/// What policies may ask about a request that encrypts or decrypts.
pub(crate) fn conditions(
    asked: Option<EncryptionAlgorithmSpec>,
    context: Option<&EncryptionContext>,
) -> Conditions<'_> {
    let algorithm = or_default(asked).as_str();
    Conditions::default().with("kms:EncryptionAlgorithm", algorithm).encryption_context(context)
}

/// Checks that a key can encrypt so; gives the algorithm, which has a default.
pub(crate) fn check_algorithm(
    key: &Permit<'_>,
    asked: Option<EncryptionAlgorithmSpec>,
    context: Option<&EncryptionContext>,
) -> Result<EncryptionAlgorithmSpec, Error> {
    let algorithm = or_default(asked);
    let spec = key.record().spec;
    if !encryption_algorithms(spec).contains(&algorithm) {
        let text = format!("Algorithm {algorithm} is incompatible with key spec {spec}.");
        return Err(Error::new(ErrorCode::InvalidKeyUsage, text).because(Reason::Algorithm));
    }
    if oaep_hash(algorithm).is_some() && context.is_some_and(|context| !context.is_empty()) {
        let text = "An encryption context is only valid with symmetric encryption KMS keys.";
        return Err(Error::new(ErrorCode::Validation, text).because(Reason::NotSymmetric));
    }
    Ok(algorithm)
}

/// Encrypts with the current material of a key whose algorithm has been checked.
pub(crate) async fn encrypt(
    key: &Permit<'_>,
    algorithm: EncryptionAlgorithmSpec,
    context: Option<&EncryptionContext>,
    (kind, plaintext): (Content, &[u8]),
) -> Result<Encrypted, Stop> {
    let (id, material) = key.current_material().await?;
    if let Some(hash) = oaep_hash(algorithm) {
        let blob = material.encrypt(hash, plaintext).map_err(|error| match error {
            RsaError::TooLong { max, .. } => too_long(algorithm, key.record(), max),
            error => Error::internal(error),
        })?;
        return Ok(Encrypted { blob: Blob::new(blob), material: None });
    }
    let symmetric =
        material.as_symmetric().ok_or_else(|| Error::internal("material of another spec than its key"))?;
    if plaintext.len() > limits::MAX_PLAINTEXT {
        return Err(too_long(algorithm, key.record(), limits::MAX_PLAINTEXT).into());
    }
    let record = key.record();
    let header = EnvelopeHeader {
        multi_region: record.id.is_multi_region(),
        content: kind,
        key_id: record.id.to_bytes(),
        material_tag: id.tag(),
    };
    let blob = symmetric.encrypt(&header, &encoded(context), plaintext);
    Ok(Encrypted { blob: Blob::new(blob), material: Some(id.to_string()) })
}

fn too_long(algorithm: EncryptionAlgorithmSpec, record: &KeyRecord, max: usize) -> Error {
    let text = format!(
        "Algorithm {algorithm} and key spec {} cannot encrypt data larger than {max} bytes.",
        record.spec
    );
    Error::new(ErrorCode::Validation, text).because(Reason::TooLong)
}

/// A ciphertext as a request brings it.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) key_id: Option<&'a str>,
    pub(crate) algorithm: Option<EncryptionAlgorithmSpec>,
    pub(crate) context: Option<&'a EncryptionContext>,
    /// What policies may ask about its key's part in the request, where that differs from another key's.
    pub(crate) conditions: Option<&'a Conditions<'a>>,
    /// What it takes to open it.
    pub(crate) operation: GrantedOperation,
}

impl<'a> Source<'a> {
    fn intent(&self) -> Intent<'a> {
        Intent {
            operation: Some(self.operation),
            encryption_context: self.context,
            conditions: self.conditions,
            ..Intent::default()
        }
    }
}

/// A ciphertext that was opened.
pub(crate) struct Decrypted<'a> {
    pub(crate) key: Permit<'a>,
    pub(crate) plaintext: SecretBytes,
    pub(crate) algorithm: EncryptionAlgorithmSpec,
    /// For symmetric encryption keys: the material that opened it.
    pub(crate) material: Option<String>,
    /// What it was said to be when it was encrypted; of asymmetric keys' ciphertexts nothing is said.
    pub(crate) content: Content,
}

/// The id of the key that is to open a ciphertext, as far as a request tells.
pub(crate) async fn id_of_key(
    cx: &Context<'_>,
    named: Option<&str>,
    blob: Option<&Blob>,
) -> Result<Option<KeyId>, Error> {
    if let Some(name) = named {
        return id_of_named(cx, name).await;
    }
    let envelope = blob.and_then(|blob| Envelope::parse(blob.as_bytes()).ok());
    Ok(envelope.map(|envelope| KeyId::from_header(envelope.header())))
}

/// The id of the key that a request names. What another account's alias stands for is not asked: nobody is to notice
/// before it is permitted.
pub(crate) async fn id_of_named(cx: &Context<'_>, name: &str) -> Result<Option<KeyId>, Error> {
    match parse_key_name(cx.spec(), &cx.place(), name)? {
        (place, KeyName::Alias(_)) if place.account != cx.caller().account() => Ok(None),
        _ => cx.id_of(name).await,
    }
}

/// Finds the key of a ciphertext, asks for permission, and opens it.
pub(crate) async fn decrypt<'a>(
    cx: &Context<'a>,
    blob: &Blob,
    source: Source<'_>,
) -> Result<Decrypted<'a>, Stop> {
    let algorithm = or_default(source.algorithm);
    if algorithm == EncryptionAlgorithmSpec::SymmetricDefault {
        decrypt_symmetric(cx, blob, source).await
    } else {
        decrypt_asymmetric(cx, blob, algorithm, source).await
    }
}

/// What a dry run without a ciphertext asks: whether the caller may open ciphertexts of the named key so. `member`
/// is the one that names it.
pub(crate) async fn rehearse(cx: &Context<'_>, member: &str, source: Source<'_>) -> Result<(), Error> {
    let Some(name) = source.key_id else {
        let text = format!("{member} is required with the DryRunModifier IGNORE_CIPHERTEXT.");
        return Err(Error::new(ErrorCode::Validation, text));
    };
    let key = cx.permit_with(name, source.intent()).await?;
    check_algorithm(&key, source.algorithm, source.context).map(drop)
}

async fn decrypt_symmetric<'a>(
    cx: &Context<'a>,
    blob: &Blob,
    source: Source<'_>,
) -> Result<Decrypted<'a>, Stop> {
    let named = match source.key_id {
        Some(name) => Some(cx.permit_with(name, source.intent()).await?),
        None => None,
    };
    if let Some(key) = &named {
        check_algorithm(key, source.algorithm, source.context)?;
    }
    let envelope = Envelope::parse(blob.as_bytes()).map_err(|_| invalid_ciphertext())?;
    let id = KeyId::from_header(envelope.header());
    let key = match named {
        Some(key) if key.record().id == id => key,
        Some(_) => return Err(incorrect_key().into()),
        None => cx.permit_id(&id, source.intent()).await?.ok_or_else(unknown_key)?,
    };
    let EnvelopeHeader { material_tag: tag, content, .. } = *envelope.header();
    if expected(cx, source.operation).is_some_and(|expected| expected != content) {
        return Err(invalid_ciphertext().into());
    }
    let made_by = |id: &MaterialId| id.tag() == tag;
    let entry =
        key.record().materials.iter().find(|material| made_by(&material.id) && material.is_present(cx.now()));
    let material_id = entry.map(|entry| entry.id.clone()).ok_or_else(invalid_ciphertext)?;
    let material = key.material(&material_id).await?;
    let symmetric = material.as_symmetric().ok_or_else(invalid_ciphertext)?;
    let plaintext =
        symmetric.decrypt(&envelope, &encoded(source.context)).map_err(|_| invalid_ciphertext())?;
    Ok(Decrypted {
        key,
        plaintext,
        algorithm: EncryptionAlgorithmSpec::SymmetricDefault,
        material: Some(material_id.to_string()),
        content,
    })
}

/// What alone an operation opens, where there is one for data keys and one for data, and somebody may one and not the
/// other.
fn expected(cx: &Context<'_>, operation: GrantedOperation) -> Option<Content> {
    match operation {
        GrantedOperation::DecryptDataKey => Some(Content::DataKey),
        GrantedOperation::Api(GrantOperation::Decrypt) if cx.rules().data_keys_apart => Some(Content::Data),
        _ => None,
    }
}

async fn decrypt_asymmetric<'a>(
    cx: &Context<'a>,
    blob: &Blob,
    algorithm: EncryptionAlgorithmSpec,
    source: Source<'_>,
) -> Result<Decrypted<'a>, Stop> {
    let Some(name) = source.key_id else {
        let text =
            format!("KeyId is required to decrypt with {algorithm}: the ciphertext does not name its key.");
        return Err(Error::new(ErrorCode::Validation, text).into());
    };
    let key = cx.permit_with(name, source.intent()).await?;
    let algorithm = check_algorithm(&key, Some(algorithm), source.context)?;
    let hash = oaep_hash(algorithm).ok_or_else(invalid_ciphertext)?;
    let (_, material) = key.current_material().await?;
    let blob = blob.clone();
    let opened = cx.kms().gate().run(move || material.decrypt(hash, blob.as_bytes())).await?;
    let plaintext = opened.map_err(|_| invalid_ciphertext())?;
    Ok(Decrypted { key, plaintext, algorithm, material: None, content: Content::Data })
}

fn encoded(context: Option<&EncryptionContext>) -> Vec<u8> {
    let pairs = context.into_iter().flatten();
    encode_context(pairs.map(|(name, value)| (name.as_str(), value.as_str())))
}

/// Says nothing more: why a ciphertext does not open is of use only to who forges them.
fn invalid_ciphertext() -> Error {
    Error::bare(ErrorCode::InvalidCiphertext).because(Reason::Ciphertext)
}

fn incorrect_key() -> Error {
    let text = "The key ID in the request does not identify a CMK that can perform this operation.";
    Error::new(ErrorCode::IncorrectKey, text).because(Reason::OtherKey)
}

fn unknown_key() -> Error {
    let text = "The ciphertext refers to a customer master key that does not exist, does not exist in this region, or \
                you are not allowed to access.";
    Error::new(ErrorCode::AccessDenied, text)
}
