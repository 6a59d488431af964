//! `COSE_Sign1` (RFC 9052, 4.2) as AWS uses it: signed with ES384, no other header parameter anywhere.

use der::asn1::UintRef;
use der::{Encode, Sequence};
use minicbor::data::{Int, Tag, Type};
use minicbor::{Decoder, Encoder};

use crate::Error;
use crate::cbor::Reader;
use crate::limits::{MAX_PAYLOAD, SIGNATURE};

/// The tag of a `COSE_Sign1` (RFC 9052, 2), which may be left out.
const TAG: Tag = Tag::new(18);
/// The label of the algorithm in a header (RFC 9052, 3.1).
const ALGORITHM: i8 = 1;
/// ECDSA with SHA-384 (RFC 9053, 2.1).
const ES384: i8 = -35;

const STRUCTURE: &str = "COSE_Sign1 structure";
const PROTECTED: &str = "protected header";

/// A signed structure, of which nothing is verified yet.
pub(crate) struct Sign1<'b> {
    /// The header as it was signed.
    protected: &'b [u8],
    pub(crate) payload: &'b [u8],
    signature: &'b [u8; SIGNATURE],
}

impl<'b> Sign1<'b> {
    pub(crate) fn parse(bytes: &'b [u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(STRUCTURE, bytes);
        if reader.peek()? == Type::Tag && reader.read(Decoder::tag)? != TAG {
            return Err(Error::Malformed { part: STRUCTURE });
        }
        if reader.read(Decoder::array)? != Some(4) {
            return Err(Error::Malformed { part: STRUCTURE });
        }
        let protected = reader.read(Decoder::bytes)?;
        reader.map(0, |_| Ok(())).map_err(|_| Error::UnprotectedHeader)?;
        let payload = reader.read(Decoder::bytes)?;
        let signature = reader.read(Decoder::bytes)?;
        reader.end()?;

        check_protected(protected)?;
        if payload.is_empty() || payload.len() > MAX_PAYLOAD {
            return Err(Error::Field { field: "payload", reason: "it has from 1 to 16384 bytes" });
        }
        let signature = signature
            .try_into()
            .map_err(|_| Error::Field { field: "signature", reason: "one by ES384 has 96 bytes" })?;
        Ok(Self { protected, payload, signature })
    }

    /// What was signed: the `Sig_structure` of RFC 9052, 4.4.
    pub(crate) fn signed(&self) -> Vec<u8> {
        let mut out = Encoder::new(Vec::with_capacity(self.payload.len() + 64));
        // Writing to memory does not fail.
        let _ = out
            .array(4)
            .and_then(|out| out.str("Signature1"))
            .and_then(|out| out.bytes(self.protected))
            .and_then(|out| out.bytes(&[]))
            .and_then(|out| out.bytes(self.payload))
            .is_ok();
        out.into_writer()
    }

    /// The signature as X.509 writes it: COSE has the two numbers side by side, X.509 has them in a SEQUENCE.
    pub(crate) fn der_signature(&self) -> Result<Vec<u8>, Error> {
        let (r, s) = self.signature.split_at(SIGNATURE / 2);
        let number = |bytes| UintRef::new(bytes).map_err(|_| Error::Signature);
        EcdsaSignature { r: number(r)?, s: number(s)? }.to_der().map_err(|_| Error::Signature)
    }
}

/// RFC 5480, appendix A.
#[derive(Sequence)]
struct EcdsaSignature<'a> {
    r: UintRef<'a>,
    s: UintRef<'a>,
}

fn check_protected(bytes: &[u8]) -> Result<(), Error> {
    let mut reader = Reader::new(PROTECTED, bytes);
    let entries = reader.map(1, |reader| {
        let label = reader.read(Decoder::int);
        let value = reader.read(Decoder::int);
        if label == Ok(Int::from(ALGORITHM)) && value == Ok(Int::from(ES384)) {
            Ok(())
        } else {
            Err(Error::Algorithm)
        }
    });
    match entries {
        Ok(1) => reader.end(),
        _ => Err(Error::Algorithm),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An array of four: the protected header in its byte string, the unprotected one, a payload, 96 bytes.
    fn structure(protected: &[u8], unprotected: &[u8]) -> Vec<u8> {
        let mut out = vec![0x84, 0x40 + u8::try_from(protected.len()).unwrap()];
        out.extend_from_slice(protected);
        out.extend_from_slice(unprotected);
        out.extend_from_slice(&[0x41, 7, 0x58, 96]);
        out.extend_from_slice(&[1; SIGNATURE]);
        out
    }

    const HEADER: &[u8] = &[0xa1, 0x01, 0x38, 0x22];

    #[test]
    fn tagged_and_untagged_are_one() {
        let untagged = structure(HEADER, &[0xa0]);
        let tagged = [&[0xd2], untagged.as_slice()].concat();
        for bytes in [&untagged, &tagged] {
            let parsed = Sign1::parse(bytes).unwrap();
            assert_eq!(parsed.payload, [7]);
            let expected = [b"\x84\x6aSignature1\x44".as_slice(), HEADER, &[0x40, 0x41, 7]].concat();
            assert_eq!(parsed.signed(), expected);
        }
        let other_tag = [&[0xd1], untagged.as_slice()].concat();
        assert_eq!(Sign1::parse(&other_tag).err(), Some(Error::Malformed { part: STRUCTURE }));
    }

    #[test]
    fn no_other_header_is_taken() {
        for (protected, unprotected, expected) in [
            (&[0xa1, 0x01, 0x26][..], &[0xa0][..], Error::Algorithm), // ES256
            (&[0xa1, 0x02, 0x38, 0x22], &[0xa0], Error::Algorithm),   // another label
            (&[0xa2, 0x01, 0x38, 0x22, 0x04, 0x01], &[0xa0], Error::Algorithm), // one more
            (&[0xa2, 0x01, 0x38, 0x22, 0x01, 0x38, 0x22], &[0xa0], Error::Algorithm), // twice
            (&[0xa0], &[0xa0], Error::Algorithm),
            (&[], &[0xa0], Error::Algorithm),
            (&[0xa1, 0x01, 0x38, 0x22, 0x00], &[0xa0], Error::TrailingBytes { part: PROTECTED }),
            (HEADER, &[0xa1, 0x01, 0x38, 0x22], Error::UnprotectedHeader),
            (HEADER, &[0xf6], Error::UnprotectedHeader),
        ] {
            let bytes = structure(protected, unprotected);
            assert_eq!(Sign1::parse(&bytes).err(), Some(expected), "{protected:x?} {unprotected:x?}");
        }
    }

    #[test]
    fn a_signature_becomes_minimal_der() {
        let mut bytes = structure(HEADER, &[0xa0]);
        let first = bytes.len() - SIGNATURE;
        bytes[first..].fill(0);
        bytes[first + SIGNATURE / 2 - 1] = 5;
        bytes[first + SIGNATURE - 1] = 0x80;
        let signature = Sign1::parse(&bytes).unwrap().der_signature().unwrap();
        assert_eq!(signature, [0x30, 7, 2, 1, 5, 2, 2, 0, 0x80]);
    }
}
