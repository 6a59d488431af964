//! Elliptic curve keys of the API: ECDSA on P-256, P-384, P-521 and secp256k1, and ECDH on the first three.

use std::sync::OnceLock;

use aws_lc_rs::encoding::{AsBigEndian, AsDer, EcPrivateKeyBin, PublicKeyX509Der};
use aws_lc_rs::signature::{
    self, EcdsaKeyPair, EcdsaSigningAlgorithm, EcdsaVerificationAlgorithm, KeyPair as _, ParsedPublicKey,
};
use const_oid::db::rfc5912::ID_EC_PUBLIC_KEY;
use der::Encode as _;
use sec1::EcPrivateKey;
use zeroize::Zeroizing;

use crate::agreement::{Agreement, AgreementError};
use crate::ber;
use crate::fatal::or_abort;
use crate::fields::{Fields, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, unsigned};
use crate::material::KeyError;
use crate::pkcs8::{self, EC_PARAMETERS, EC_PUBLIC_KEY, Parameters, PrivateKey};
use crate::prepared::prepared;
use crate::refusal::MaterialError;
use crate::secret::SecretBytes;
use crate::signing::{Hash, Message, SignError, SigningAlgorithm};
use crate::spec::Curve;

/// An elliptic curve key pair, for signatures or for key agreement.
pub struct EccKey {
    curve: Curve,
    pair: EcdsaKeyPair,
    public: Vec<u8>,
    verifier: OnceLock<ParsedPublicKey>,
    agreement: OnceLock<Agreement>,
}

impl EccKey {
    pub(crate) fn generate(curve: Curve) -> Result<Self, KeyError> {
        let pair = EcdsaKeyPair::generate(suite(curve).signing).map_err(|_| KeyError::Generation)?;
        Self::new(curve, pair).ok_or(KeyError::Generation)
    }

    /// Takes a PKCS#8 key in BER or DER around an RFC 5915 key on the named curve. The public point may be absent,
    /// compressed or uncompressed, and must be that of the scalar.
    pub(crate) fn import(curve: Curve, document: &SecretBytes) -> Result<Self, MaterialError> {
        let der = ber::to_der(document.expose())?;
        let outer = PrivateKey::parse(der.expose())?;
        if outer.algorithm != ID_EC_PUBLIC_KEY {
            return Err(MaterialError::WrongAlgorithm);
        }
        match outer.parameters {
            Parameters::Named(oid) if oid == curve.oid() => {}
            Parameters::Named(_) => return Err(MaterialError::WrongCurve),
            Parameters::Other => return Err(MaterialError::ExplicitParameters),
            Parameters::Absent | Parameters::Null => return Err(MaterialError::Encoding),
        }
        let inner = ber::to_der(outer.key)?;
        let key = InnerKey::parse(inner.expose(), curve)?;
        let scalar = key.fixed_scalar(curve)?;
        let plain = pkcs8_document(curve, &scalar, None);
        // Well-formed by construction: what can still be wrong is the scalar.
        let pair = EcdsaKeyPair::from_pkcs8(suite(curve).signing, plain.expose())
            .map_err(|_| MaterialError::ScalarRange)?;
        let point = pair.public_key().as_ref();
        for given in [key.point, outer.public].into_iter().flatten() {
            if !same_point(given, point) {
                return Err(MaterialError::PublicKeyMismatch);
            }
        }
        Self::new(curve, pair).ok_or(MaterialError::Inconsistent)
    }

    fn new(curve: Curve, pair: EcdsaKeyPair) -> Option<Self> {
        let der: PublicKeyX509Der<'_> = pair.public_key().as_der().ok()?;
        let public = der.as_ref().to_vec();
        Some(Self { curve, pair, public, verifier: OnceLock::new(), agreement: OnceLock::new() })
    }

    pub(crate) fn curve(&self) -> Curve {
        self.curve
    }

    pub(crate) fn public_key(&self) -> &[u8] {
        &self.public
    }

    pub(crate) fn to_pkcs8(&self) -> SecretBytes {
        pkcs8_document(self.curve, self.scalar().as_ref(), Some(self.pair.public_key().as_ref()))
    }

    fn scalar(&self) -> EcPrivateKeyBin<'_> {
        or_abort(self.pair.private_key().as_be_bytes(), "encoding an elliptic curve key")
    }

    pub(crate) fn agree(&self, peer: &[u8]) -> Result<SecretBytes, AgreementError> {
        prepared(&self.agreement, || Agreement::new(self.curve, self.scalar().as_ref()))?.with(peer)
    }

    pub(crate) fn sign(
        &self,
        algorithm: SigningAlgorithm,
        message: Message<'_>,
    ) -> Result<Vec<u8>, SignError> {
        let digest = message.digest(self.hash(algorithm)?)?;
        let signature = self.pair.sign_digest(&digest).map_err(|_| SignError::Failed)?;
        Ok(signature.as_ref().to_vec())
    }

    pub(crate) fn verify(
        &self,
        algorithm: SigningAlgorithm,
        message: Message<'_>,
        signature: &[u8],
    ) -> Result<(), SignError> {
        let digest = message.digest(self.hash(algorithm)?)?;
        prepared(&self.verifier, || ParsedPublicKey::new(suite(self.curve).verifying, &self.public))
            .map_err(|_| SignError::Failed)?
            .verify_digest_sig(&digest, signature)
            .map_err(|_| SignError::Invalid)
    }

    fn hash(&self, algorithm: SigningAlgorithm) -> Result<Hash, SignError> {
        let hash = suite(self.curve).hash;
        if algorithm == SigningAlgorithm::Ecdsa(hash) { Ok(hash) } else { Err(SignError::WrongAlgorithm) }
    }
}

/// What goes with a curve.
pub(crate) struct Suite {
    pub(crate) hash: Hash,
    signing: &'static EcdsaSigningAlgorithm,
    pub(crate) verifying: &'static EcdsaVerificationAlgorithm,
}

pub(crate) fn suite(curve: Curve) -> Suite {
    let (hash, signing, verifying) = match curve {
        Curve::P256 => {
            (Hash::Sha256, &signature::ECDSA_P256_SHA256_ASN1_SIGNING, &signature::ECDSA_P256_SHA256_ASN1)
        }
        Curve::P384 => {
            (Hash::Sha384, &signature::ECDSA_P384_SHA384_ASN1_SIGNING, &signature::ECDSA_P384_SHA384_ASN1)
        }
        Curve::P521 => {
            (Hash::Sha512, &signature::ECDSA_P521_SHA512_ASN1_SIGNING, &signature::ECDSA_P521_SHA512_ASN1)
        }
        Curve::K256 => {
            (Hash::Sha256, &signature::ECDSA_P256K1_SHA256_ASN1_SIGNING, &signature::ECDSA_P256K1_SHA256_ASN1)
        }
    };
    Suite { hash, signing, verifying }
}

/// An `ECPrivateKey` of RFC 5915.
struct InnerKey<'a> {
    scalar: &'a [u8],
    point: Option<&'a [u8]>,
}

impl<'a> InnerKey<'a> {
    fn parse(der: &'a [u8], curve: Curve) -> Result<Self, MaterialError> {
        let mut fields = Fields::of_sequence(der)?;
        if unsigned(fields.next(INTEGER)?)? != [1] {
            return Err(MaterialError::Encoding);
        }
        let scalar = fields.next(OCTET_STRING)?;
        if let Some(parameters) = fields.optional(EC_PARAMETERS)? {
            check_inner_curve(parameters, curve)?;
        }
        let point = fields.optional(EC_PUBLIC_KEY)?.map(pkcs8::ec_point).transpose()?;
        fields.finish()?;
        Ok(Self { scalar, point })
    }

    /// The scalar in as many bytes as RFC 5915 prescribes. Some writers leave out leading zeros, some add one.
    fn fixed_scalar(&self, curve: Curve) -> Result<Zeroizing<Vec<u8>>, MaterialError> {
        let zeros = self.scalar.iter().take_while(|&&byte| byte == 0).count();
        let significant = self.scalar.get(zeros..).unwrap_or_default();
        let padding = curve.field_len().checked_sub(significant.len()).ok_or(MaterialError::ScalarRange)?;
        let mut fixed = Zeroizing::new(Vec::with_capacity(curve.field_len()));
        fixed.resize(padding, 0);
        fixed.extend_from_slice(significant);
        Ok(fixed)
    }
}

fn check_inner_curve(parameters: &[u8], curve: Curve) -> Result<(), MaterialError> {
    let mut fields = Fields::of(parameters);
    match fields.any()? {
        (OBJECT_IDENTIFIER, name) if name == curve.oid().as_bytes() => fields.finish(),
        (OBJECT_IDENTIFIER, _) => Err(MaterialError::WrongCurve),
        (SEQUENCE, _) => Err(MaterialError::ExplicitParameters),
        _ => Err(MaterialError::Encoding),
    }
}

/// Whether `given`, compressed or not, is the uncompressed point `actual` (SEC 1 2.3.3).
fn same_point(given: &[u8], actual: &[u8]) -> bool {
    match (given, actual) {
        ([sign @ (2 | 3), given_x @ ..], [4, actual_coordinates @ .., last]) => {
            let x_len = actual_coordinates.len() / 2 + 1;
            actual_coordinates.get(..x_len) == Some(given_x) && sign & 1 == last & 1
        }
        _ => given == actual,
    }
}

fn pkcs8_document(curve: Curve, scalar: &[u8], point: Option<&[u8]>) -> SecretBytes {
    let inner = EcPrivateKey { private_key: scalar, parameters: None, public_key: point };
    let inner = Zeroizing::new(or_abort(inner.to_der(), "encoding an elliptic curve key"));
    pkcs8::encode(ID_EC_PUBLIC_KEY, Parameters::Named(curve.oid()), &inner)
}
