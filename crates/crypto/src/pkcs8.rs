//! PKCS#8, the form in which private keys come and are kept (RFC 5208, RFC 5958).

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5912::{ID_EC_PUBLIC_KEY, RSA_ENCRYPTION};
use der::asn1::{AnyRef, BitStringRef, OctetStringRef};
use der::{Encode as _, Tag};
use pkcs8::PrivateKeyInfoRef;
use spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};

use crate::ber;
use crate::fatal::or_abort;
use crate::fields::{
    BIT_STRING, Fields, INTEGER, NULL, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, unsigned, whole_bytes,
};
use crate::refusal::MaterialError;
use crate::secret::SecretBytes;

const ATTRIBUTES: u8 = 0xa0;
/// `[1] IMPLICIT BIT STRING`.
const PUBLIC_KEY: u8 = 0x81;
/// `[0] EXPLICIT` in RFC 5915.
pub(crate) const EC_PARAMETERS: u8 = 0xa0;
/// `[1] EXPLICIT` in RFC 5915.
pub(crate) const EC_PUBLIC_KEY: u8 = 0xa1;

/// The parameters of an algorithm identifier.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Parameters {
    Absent,
    Null,
    Named(ObjectIdentifier),
    Other,
}

/// A PKCS#8 document taken apart. The inner key is as it came; it may itself be BER.
pub(crate) struct PrivateKey<'a> {
    pub(crate) algorithm: ObjectIdentifier,
    pub(crate) parameters: Parameters,
    pub(crate) key: &'a [u8],
    /// The public key of a version 2 document, as the bytes of its bit string.
    pub(crate) public: Option<&'a [u8]>,
}

impl<'a> PrivateKey<'a> {
    /// Takes a document apart that [`ber::to_der`] gave. Attributes must be well-formed and are ignored.
    pub(crate) fn parse(der: &'a [u8]) -> Result<Self, MaterialError> {
        let mut fields = Fields::of_sequence(der)?;
        let version = unsigned(fields.next(INTEGER)?)?;
        let (algorithm, parameters) = algorithm(fields.next(SEQUENCE)?)?;
        let key = fields.next(OCTET_STRING)?;
        fields.optional(ATTRIBUTES)?;
        let public = match version {
            [] => None,
            [1] => fields.optional(PUBLIC_KEY)?.map(whole_bytes).transpose()?,
            _ => return Err(MaterialError::Encoding),
        };
        fields.finish()?;
        Ok(Self { algorithm, parameters, key, public })
    }

    /// Refuses a public key that came along and is not `actual`.
    pub(crate) fn public_must_be(&self, actual: &[u8]) -> Result<(), MaterialError> {
        match self.public {
            Some(given) if given != actual => Err(MaterialError::PublicKeyMismatch),
            _ => Ok(()),
        }
    }
}

fn algorithm(content: &[u8]) -> Result<(ObjectIdentifier, Parameters), MaterialError> {
    let mut fields = Fields::of(content);
    let oid = object_identifier(fields.next(OBJECT_IDENTIFIER)?)?;
    let parameters = match fields.peek() {
        None => Parameters::Absent,
        Some(_) => match fields.any()? {
            (NULL, []) => Parameters::Null,
            (OBJECT_IDENTIFIER, name) => Parameters::Named(object_identifier(name)?),
            _ => Parameters::Other,
        },
    };
    fields.finish()?;
    Ok((oid, parameters))
}

pub(crate) fn object_identifier(content: &[u8]) -> Result<ObjectIdentifier, MaterialError> {
    ObjectIdentifier::from_bytes(content).map_err(|_| MaterialError::Encoding)
}

/// A version 1 document without attributes: the canonical form of every private key kept here.
pub(crate) fn encode(algorithm: ObjectIdentifier, parameters: Parameters, key: &[u8]) -> SecretBytes {
    let document = with_algorithm(algorithm, parameters, |algorithm| {
        PrivateKeyInfoRef::new(algorithm, OctetStringRef::new(key)?).to_der()
    });
    SecretBytes::new(document)
}

/// A `SubjectPublicKeyInfo`.
pub(crate) fn encode_public(algorithm: ObjectIdentifier, key: &[u8]) -> Vec<u8> {
    with_algorithm(algorithm, Parameters::Absent, |algorithm| {
        SubjectPublicKeyInfoRef { algorithm, subject_public_key: BitStringRef::from_bytes(key)? }.to_der()
    })
}

fn with_algorithm(
    oid: ObjectIdentifier,
    parameters: Parameters,
    document: impl FnOnce(AlgorithmIdentifierRef<'_>) -> der::Result<Vec<u8>>,
) -> Vec<u8> {
    let parameters = match &parameters {
        Parameters::Absent | Parameters::Other => Ok(None),
        Parameters::Null => Ok(Some(AnyRef::NULL)),
        Parameters::Named(name) => AnyRef::new(Tag::ObjectIdentifier, name.as_bytes()).map(Some),
    };
    // Writing fails only above 256 MiB.
    or_abort(
        parameters.and_then(|parameters| document(AlgorithmIdentifierRef { oid, parameters })),
        "encoding a key",
    )
}

/// Rewrites a private key as PKCS#8 DER: from PKCS#1 `RSAPrivateKey`, from SEC 1 `ECPrivateKey` that names its curve,
/// or from PKCS#8, which passes through. BER is taken too. `None` for anything else.
///
/// Only the outermost structure is looked at: whether the key is sound is found when it is imported.
pub fn to_pkcs8(key: &SecretBytes) -> Option<SecretBytes> {
    let der = ber::to_der(key.expose()).ok()?;
    let mut fields = Fields::of_sequence(der.expose()).ok()?;
    fields.next(INTEGER).ok()?;
    match fields.any().ok()? {
        (SEQUENCE, _) => Some(der),
        (INTEGER, _) => Some(encode(RSA_ENCRYPTION, Parameters::Null, der.expose())),
        (OCTET_STRING, _) => {
            let mut parameters = Fields::of(fields.optional(EC_PARAMETERS).ok()??);
            let curve = object_identifier(parameters.next(OBJECT_IDENTIFIER).ok()?).ok()?;
            parameters.finish().ok()?;
            Some(encode(ID_EC_PUBLIC_KEY, Parameters::Named(curve), der.expose()))
        }
        _ => None,
    }
}

/// The point inside the `[1]` field of RFC 5915.
pub(crate) fn ec_point(field: &[u8]) -> Result<&[u8], MaterialError> {
    let mut fields = Fields::of(field);
    let point = whole_bytes(fields.next(BIT_STRING)?)?;
    fields.finish()?;
    Ok(point)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Curve, KeySpec, Material};

    fn rewritten(document: &[u8]) -> Option<SecretBytes> {
        to_pkcs8(&SecretBytes::copy_of(document))
    }

    #[test]
    fn pkcs8_passes_through_and_what_is_no_private_key_does_not() {
        let key = Material::generate(KeySpec::Ecc(Curve::P256)).unwrap();
        let document = key.to_bytes();
        assert!(rewritten(document.expose()).unwrap().same_as(document.expose()));
        assert!(rewritten(key.public_key().unwrap()).is_none());
        let inner = PrivateKey::parse(document.expose()).unwrap().key;
        assert!(rewritten(inner).is_none(), "the curve is not named inside");
        for other in [&b""[..], b"text", &[0x30, 0], &[0x30, 3, 2, 1, 0], &[7; 32]] {
            assert!(rewritten(other).is_none());
        }
    }
}
