//! The payload: what the document says, in the form that AWS specifies. Read before anything is verified, so that
//! the certificates can be found; nothing of it is to be believed until they and the signature are.

use std::collections::BTreeMap;

use minicbor::Decoder;

use crate::cbor::Reader;
use crate::limits::{CERTIFICATE, MAX_CABUNDLE, MAX_PCRS, MAX_USER_DATA, PCR, PUBLIC_KEY};
use crate::{Error, Platform};

const PAYLOAD: &str = "payload";
/// The only digest there is.
const DIGEST: &str = "SHA384";
/// Members of a payload, both kinds of registers counted.
const MAX_FIELDS: usize = 10;

/// What a document says, apart from what is only checked.
pub(crate) struct Payload<'b> {
    pub(crate) timestamp: u64,
    pub(crate) platform: Platform,
    pub(crate) pcrs: BTreeMap<u8, Vec<u8>>,
    pub(crate) certificate: &'b [u8],
    /// The root first.
    pub(crate) cabundle: Vec<&'b [u8]>,
    pub(crate) public_key: Option<&'b [u8]>,
}

/// A member that the hypervisor was given, or wrote as null.
struct Given<'b>(Option<&'b [u8]>);

/// The members as they are found.
#[derive(Default)]
struct Found<'b> {
    module_id: Option<&'b str>,
    digest: Option<&'b str>,
    timestamp: Option<u64>,
    registers: Option<(Platform, BTreeMap<u8, Vec<u8>>)>,
    certificate: Option<&'b [u8]>,
    cabundle: Option<Vec<&'b [u8]>>,
    public_key: Option<Given<'b>>,
    user_data: Option<Given<'b>>,
    nonce: Option<Given<'b>>,
}

impl<'b> Payload<'b> {
    pub(crate) fn parse(bytes: &'b [u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(PAYLOAD, bytes);
        let mut found = Found::default();
        reader.map(MAX_FIELDS, |reader| found.member(reader))?;
        reader.end()?;
        found.check()
    }
}

impl<'b> Found<'b> {
    fn member(&mut self, reader: &mut Reader<'b>) -> Result<(), Error> {
        match reader.read(Decoder::str)? {
            "module_id" => once("module_id", &mut self.module_id, reader.read(Decoder::str)?),
            "digest" => once("digest", &mut self.digest, reader.read(Decoder::str)?),
            "timestamp" => once("timestamp", &mut self.timestamp, reader.read(Decoder::u64)?),
            "pcrs" => once("pcrs", &mut self.registers, (Platform::Enclave, pcrs(reader)?)),
            "nitrotpm_pcrs" => once("pcrs", &mut self.registers, (Platform::NitroTpm, pcrs(reader)?)),
            "certificate" => once("certificate", &mut self.certificate, certificate("certificate", reader)?),
            "cabundle" => once("cabundle", &mut self.cabundle, cabundle(reader)?),
            "public_key" => once("public_key", &mut self.public_key, Given(reader.bytes_or_null()?)),
            "user_data" => once("user_data", &mut self.user_data, Given(reader.bytes_or_null()?)),
            "nonce" => once("nonce", &mut self.nonce, Given(reader.bytes_or_null()?)),
            _ => Err(Error::UnknownField),
        }
    }

    /// That everything is there and in its limits. What the hypervisor was not given it writes as null, or not at all.
    fn check(self) -> Result<Payload<'b>, Error> {
        let module_id = there("module_id", self.module_id)?;
        let timestamp = there("timestamp", self.timestamp)?;
        let (platform, pcrs) = there("pcrs", self.registers)?;
        let public_key = self.public_key.and_then(|given| given.0);
        let user_data = self.user_data.and_then(|given| given.0);
        let nonce = self.nonce.and_then(|given| given.0);
        let short = |data: Option<&[u8]>| data.is_none_or(|data| data.len() <= MAX_USER_DATA);
        for (holds, field, reason) in [
            (!module_id.is_empty(), "module_id", "it is not empty"),
            (there("digest", self.digest)? == DIGEST, "digest", "it is SHA384"),
            (timestamp > 0, "timestamp", "it is after 1970"),
            (
                public_key.is_none_or(|key| PUBLIC_KEY.contains(&key.len())),
                "public_key",
                "it has at most 1024 bytes",
            ),
            (short(user_data), "user_data", "it has at most 1024 bytes"),
            (short(nonce), "nonce", "it has at most 1024 bytes"),
        ] {
            if !holds {
                return Err(Error::Field { field, reason });
            }
        }
        Ok(Payload {
            timestamp,
            platform,
            pcrs,
            certificate: there("certificate", self.certificate)?,
            cabundle: there("cabundle", self.cabundle)?,
            public_key,
        })
    }
}

fn once<T>(field: &'static str, slot: &mut Option<T>, value: T) -> Result<(), Error> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(Error::DuplicateField { field }),
    }
}

fn there<T>(field: &'static str, slot: Option<T>) -> Result<T, Error> {
    slot.ok_or(Error::MissingField { field })
}

fn pcrs(reader: &mut Reader<'_>) -> Result<BTreeMap<u8, Vec<u8>>, Error> {
    let wrong = |reason| Error::Field { field: "pcrs", reason };
    let mut pcrs = BTreeMap::new();
    reader.map(MAX_PCRS, |reader| {
        let index = reader.read(Decoder::u8)?;
        let value = reader.read(Decoder::bytes)?;
        if usize::from(index) >= MAX_PCRS {
            return Err(wrong("registers are numbered from 0 to 31"));
        }
        if !PCR.contains(&value.len()) {
            return Err(wrong("a register has 32, 48 or 64 bytes"));
        }
        match pcrs.insert(index, value.to_vec()) {
            None => Ok(()),
            Some(_) => Err(Error::DuplicateField { field: "a register" }),
        }
    })?;
    if pcrs.is_empty() { Err(wrong("there is at least one register")) } else { Ok(pcrs) }
}

fn certificate<'b>(field: &'static str, reader: &mut Reader<'b>) -> Result<&'b [u8], Error> {
    let der = reader.read(Decoder::bytes)?;
    if CERTIFICATE.contains(&der.len()) {
        Ok(der)
    } else {
        Err(Error::Field { field, reason: "a certificate has from 1 to 1024 bytes" })
    }
}

fn cabundle<'b>(reader: &mut Reader<'b>) -> Result<Vec<&'b [u8]>, Error> {
    let mut bundle = Vec::new();
    reader.array(MAX_CABUNDLE, |reader| {
        bundle.push(certificate("cabundle", reader)?);
        Ok(())
    })?;
    if bundle.is_empty() {
        return Err(Error::Field { field: "cabundle", reason: "it begins with the root certificate" });
    }
    Ok(bundle)
}
