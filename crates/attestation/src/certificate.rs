//! What AWS asks of each certificate and the path validation of webpki leaves unchecked: webpki takes a root as it
//! is, and ignores key usage. Only what the checks need is kept.

use der::asn1::{AnyRef, BitStringRef, GeneralizedTime, ObjectIdentifier, OctetStringRef, UtcTime};
use der::{Choice, Decode, Sequence};

use crate::Error;
use crate::error::Position;

const BASIC_CONSTRAINTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.19");
const KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.15");
/// Bits of a key usage, in its first byte (RFC 5280, 4.2.1.3).
const DIGITAL_SIGNATURE: u8 = 0x80;
const KEY_CERT_SIGN: u8 = 0x04;

/// A certificate's own claims.
pub(crate) struct Certificate {
    position: Position,
    not_before: u64,
    not_after: u64,
    constraints: BasicConstraints,
    usage: u8,
}

impl Certificate {
    pub(crate) fn parse(position: Position, der: &[u8]) -> Result<Self, Error> {
        Self::read(position, der).map_err(|_| Error::Certificate { certificate: position })
    }

    fn read(position: Position, der: &[u8]) -> der::Result<Self> {
        let X509 { tbs, .. } = X509::from_der(der)?;
        let mut constraints = BasicConstraints { ca: false, path_length: None };
        let mut usage = 0;
        for extension in tbs.extensions.unwrap_or_default() {
            let value = extension.value.as_bytes();
            match extension.id {
                BASIC_CONSTRAINTS => constraints = BasicConstraints::from_der(value)?,
                KEY_USAGE => usage = BitStringRef::from_der(value)?.raw_bytes().first().copied().unwrap_or(0),
                _ => {}
            }
        }
        let Validity { not_before, not_after } = tbs.validity;
        Ok(Self {
            position,
            not_before: not_before.seconds(),
            not_after: not_after.seconds(),
            constraints,
            usage,
        })
    }

    /// That it is valid at `now`, in seconds since 1970.
    pub(crate) fn check_validity(&self, now: u64) -> Result<(), Error> {
        let certificate = self.position;
        if now < self.not_before {
            return Err(Error::NotYetValid { certificate });
        }
        if now > self.not_after {
            return Err(Error::Expired { certificate });
        }
        Ok(())
    }

    /// That it may sign certificates, with `below` other authorities between it and the one that signs documents.
    pub(crate) fn check_authority(&self, below: usize) -> Result<(), Error> {
        let reaches = self.constraints.path_length.is_none_or(|length| usize::from(length) >= below);
        self.allow(self.constraints.ca && reaches && self.usage & KEY_CERT_SIGN != 0)
    }

    /// That it may sign documents, and no certificates.
    pub(crate) fn check_leaf(&self) -> Result<(), Error> {
        let is_leaf = !self.constraints.ca && self.constraints.path_length.is_none();
        self.allow(is_leaf && self.usage & DIGITAL_SIGNATURE != 0)
    }

    fn allow(&self, allowed: bool) -> Result<(), Error> {
        if allowed { Ok(()) } else { Err(Error::Usage { certificate: self.position }) }
    }
}

// RFC 5280, 4.1. Fields that no check needs are read and dropped.

#[derive(Sequence)]
struct X509<'a> {
    tbs: Tbs<'a>,
    algorithm: AnyRef<'a>,
    signature: BitStringRef<'a>,
}

#[derive(Sequence)]
struct Tbs<'a> {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    version: u8,
    serial: AnyRef<'a>,
    algorithm: AnyRef<'a>,
    issuer: AnyRef<'a>,
    validity: Validity,
    subject: AnyRef<'a>,
    public_key: AnyRef<'a>,
    #[asn1(context_specific = "3", tag_mode = "EXPLICIT", optional = "true")]
    extensions: Option<Vec<Extension<'a>>>,
}

#[derive(Clone, Copy, Sequence)]
struct Validity {
    not_before: Time,
    not_after: Time,
}

#[derive(Clone, Copy, Choice)]
enum Time {
    #[asn1(type = "UTCTime")]
    Utc(UtcTime),
    #[asn1(type = "GeneralizedTime")]
    Generalized(GeneralizedTime),
}

impl Time {
    fn seconds(self) -> u64 {
        match self {
            Self::Utc(time) => time.to_unix_duration(),
            Self::Generalized(time) => time.to_unix_duration(),
        }
        .as_secs()
    }
}

#[derive(Sequence)]
struct Extension<'a> {
    id: ObjectIdentifier,
    #[asn1(default = "Default::default")]
    critical: bool,
    value: &'a OctetStringRef,
}

#[derive(Sequence)]
struct BasicConstraints {
    #[asn1(default = "Default::default")]
    ca: bool,
    #[asn1(optional = "true")]
    path_length: Option<u8>,
}
