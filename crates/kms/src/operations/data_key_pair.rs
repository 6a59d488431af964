//! What the data key pair operations share.

use api::{Blob, DataKeyPairSpec, EncryptionAlgorithmSpec, EncryptionContext, Error, ErrorCode};
use crypto::{Content, Curve, KeyPair, KeySpec, Material, MlKemSet, RsaBits, SecretBytes};

use super::ciphertext::{self, Encrypted, check_algorithm, encrypt};
use super::members::check_dry_run;
use crate::authorize::Permit;
use crate::conditions::Conditions;
use crate::pipeline::{Context, Stop};

/// A data key pair that was made. It is kept nowhere.
pub(super) struct DataKeyPair {
    /// PKCS#8 in DER.
    pub(super) private: SecretBytes,
    /// The same, under the KMS key.
    pub(super) encrypted: Encrypted,
    /// `SubjectPublicKeyInfo` in DER.
    pub(super) public: Blob,
}

/// What policies may ask about a request for one.
pub(super) fn conditions(spec: DataKeyPairSpec, context: Option<&EncryptionContext>) -> Conditions<'_> {
    ciphertext::conditions(None, context).with("kms:DataKeyPairSpec", spec.as_str())
}

/// Makes a key pair and encrypts its private half. A dry run ends before the making: that is what costs.
pub(super) async fn generate(
    cx: &Context<'_>,
    key: &Permit<'_>,
    spec: KeySpec,
    context: Option<&EncryptionContext>,
    dry_run: Option<bool>,
) -> Result<DataKeyPair, Stop> {
    let algorithm = check_algorithm(key, Some(EncryptionAlgorithmSpec::SymmetricDefault), context)?;
    check_dry_run(dry_run)?;
    let KeyPair { private, public } = make(cx, spec).await?;
    let encrypted = encrypt(key, algorithm, context, (Content::Data, private.expose())).await?;
    Ok(DataKeyPair { private, encrypted, public: Blob::new(public) })
}

/// The cryptography of the pair asked for.
///
/// # Errors
/// `UnsupportedOperationException` for SM2, which AWS offers in Regions of China only.
pub(super) fn spec(asked: DataKeyPairSpec) -> Result<KeySpec, Error> {
    use DataKeyPairSpec as S;
    Ok(match asked {
        S::Rsa2048 => KeySpec::Rsa(RsaBits::B2048),
        S::Rsa3072 => KeySpec::Rsa(RsaBits::B3072),
        S::Rsa4096 => KeySpec::Rsa(RsaBits::B4096),
        S::EccNistP256 => KeySpec::Ecc(Curve::P256),
        S::EccNistP384 => KeySpec::Ecc(Curve::P384),
        S::EccNistP521 => KeySpec::Ecc(Curve::P521),
        S::EccSecgP256k1 => KeySpec::Ecc(Curve::K256),
        S::EccNistEdwards25519 => KeySpec::Ed25519,
        S::MlKem512 => KeySpec::MlKem(MlKemSet::K512),
        S::MlKem768 => KeySpec::MlKem(MlKemSet::K768),
        S::MlKem1024 => KeySpec::MlKem(MlKemSet::K1024),
        S::Sm2 => {
            let text = format!("KeyPairSpec {asked} is not supported in this Region.");
            return Err(Error::new(ErrorCode::UnsupportedOperation, text));
        }
    })
}

async fn make(cx: &Context<'_>, spec: KeySpec) -> Result<KeyPair, Error> {
    let work = move || Material::generate(spec).map(|material| material.key_pair());
    let pair = match spec {
        KeySpec::Rsa(_) => cx.kms().pairs().run(work).await?,
        // A tenth of a millisecond and more.
        KeySpec::Ecc(Curve::P384 | Curve::P521 | Curve::K256) => cx.kms().gate().run(work).await?,
        _ => work(),
    };
    pair.map_err(Error::internal)?.ok_or_else(|| Error::internal("a data key pair of a spec without pairs"))
}
