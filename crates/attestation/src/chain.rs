//! The certificates of a document, from the trusted root to the one that signs.

use rustls_pki_types::{CertificateDer, UnixTime};
use webpki::aws_lc_rs::ECDSA_P384_SHA384;
use webpki::{Cert, EndEntityCert, ExtendedKeyUsageValidator, KeyPurposeIdIter, anchor_from_trusted_cert};

use crate::certificate::Certificate;
use crate::cose::Sign1;
use crate::error::Position;
use crate::{Error, Root};

/// Verifies that `structure` is signed by the key of `leaf`, and that `bundle` leads from `root` to it at `now`, in
/// seconds since 1970. Every certificate of the bundle is part of the path, in the order of the bundle.
pub(crate) fn verify(
    structure: &Sign1<'_>,
    leaf: &[u8],
    bundle: &[&[u8]],
    root: &Root,
    now: u64,
) -> Result<(), Error> {
    let Some((first, intermediates)) = bundle.split_first() else {
        return Err(Error::UntrustedRoot);
    };
    if Root(crypto::sha256(first)) != *root {
        return Err(Error::UntrustedRoot);
    }
    check_each(leaf, bundle, now)?;

    let anchor_der = CertificateDer::from(*first);
    let anchor = anchor_from_trusted_cert(&anchor_der).map_err(|_| Error::Path)?;
    let leaf = CertificateDer::from(leaf);
    let leaf =
        EndEntityCert::try_from(&leaf).map_err(|_| Error::Certificate { certificate: Position::Leaf })?;
    let intermediates: Vec<_> = intermediates.iter().rev().map(|der| CertificateDer::from(*der)).collect();
    let time = UnixTime::since_unix_epoch(std::time::Duration::from_secs(now));
    let anchors = [anchor];
    let path = leaf
        .verify_for_usage(&[ECDSA_P384_SHA384], &anchors, &intermediates, time, AnyPurpose, None, None)
        .map_err(|_| Error::Path)?;
    if !path.intermediate_certificates().map(Cert::der).eq(intermediates.iter().cloned()) {
        return Err(Error::Path);
    }
    leaf.verify_signature(ECDSA_P384_SHA384, &structure.signed(), &structure.der_signature()?)
        .map_err(|_| Error::Signature)
}

/// What each certificate must allow for itself.
fn check_each(leaf: &[u8], bundle: &[&[u8]], now: u64) -> Result<(), Error> {
    for (index, der) in bundle.iter().enumerate() {
        let certificate = Certificate::parse(Position::Bundle(index), der)?;
        certificate.check_validity(now)?;
        certificate.check_authority(bundle.len().saturating_sub(index + 1))?;
    }
    let certificate = Certificate::parse(Position::Leaf, leaf)?;
    certificate.check_validity(now)?;
    certificate.check_leaf()
}

/// AWS specifies no extended key usage, and its certificates have none.
struct AnyPurpose;

impl ExtendedKeyUsageValidator for AnyPurpose {
    fn validate(&self, _: KeyPurposeIdIter<'_, '_>) -> Result<(), webpki::Error> {
        Ok(())
    }
}
