//! How keys and aliases are named.

use std::borrow::Cow;
use std::fmt;

use api::{Error, ErrorCode, KeyIds, Spec};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::dialect::HUAWEI_MAX_ALIAS;

/// What a multi-Region key's id begins with (developer guide, "Multi-Region keys").
const MULTI_REGION_PREFIX: &str = "mrk-";
/// What an alias name begins with.
pub(crate) const ALIAS_PREFIX: &str = "alias/";
/// The longest alias by any API's rules, in characters and with its `alias/`.
pub(crate) const LONGEST_ALIAS: usize = ALIAS_PREFIX.len() + HUAWEI_MAX_ALIAS;

/// Characters of a key id: of a UUID in groups, and of [`MULTI_REGION_PREFIX`] with 32 hexadecimal digits.
const ID_LENGTH: usize = 36;

/// A key id: a UUID in lower case, or `mrk-` and 32 hexadecimal digits. Both stand for 16 bytes.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct KeyId([u8; ID_LENGTH]);

impl KeyId {
    /// A fresh one.
    pub(crate) fn generate(multi_region: bool) -> Self {
        Self::from_bytes(multi_region, crypto::random::array())
    }

    /// The id that stands for 16 bytes. Version and variant bits are set as in any random UUID.
    fn from_bytes(multi_region: bool, bytes: [u8; 16]) -> Self {
        Self::of(multi_region, uuid::Builder::from_random_bytes(bytes).into_uuid())
    }

    fn of(multi_region: bool, uuid: uuid::Uuid) -> Self {
        let mut text = [0; ID_LENGTH];
        if multi_region {
            let (prefix, digits) = text.split_at_mut(MULTI_REGION_PREFIX.len());
            prefix.copy_from_slice(MULTI_REGION_PREFIX.as_bytes());
            uuid.simple().encode_lower(digits);
        } else {
            uuid.hyphenated().encode_lower(&mut text);
        }
        Self(text)
    }

    /// The id that a ciphertext names.
    pub(crate) fn from_header(header: &crypto::EnvelopeHeader) -> Self {
        Self::of(header.multi_region, uuid::Uuid::from_bytes(header.key_id))
    }

    /// Reads one; `None` if it is none.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let lower = |text: &str| text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f' | b'-'));
        let well_formed = match text.strip_prefix(MULTI_REGION_PREFIX) {
            Some(digits) => digits.len() == 32 && !digits.contains('-') && lower(digits),
            None => text.len() == 36 && lower(text) && uuid::Uuid::try_parse(text).is_ok(),
        };
        if well_formed { text.as_bytes().try_into().ok().map(Self) } else { None }
    }

    /// Whether it is a multi-Region key's.
    pub(crate) fn is_multi_region(&self) -> bool {
        self.0.starts_with(MULTI_REGION_PREFIX.as_bytes())
    }

    /// The 16 bytes it stands for.
    pub(crate) fn to_bytes(&self) -> [u8; 16] {
        let digits = self.0.strip_prefix(MULTI_REGION_PREFIX.as_bytes()).unwrap_or(&self.0);
        uuid::Uuid::try_parse_ascii(digits).unwrap_or_default().into_bytes()
    }

    pub(crate) fn as_str(&self) -> &str {
        // It was made of a text.
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl Serialize for KeyId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for KeyId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("no key id"))
    }
}

/// Where keys live: nothing crosses an account or a Region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) partition: String,
    pub(crate) account: String,
    pub(crate) region: String,
}

impl Place {
    /// The ARN of a resource, which is told in two parts.
    fn arn(&self, [kind, name]: [&str; 2]) -> String {
        ["arn:", &self.partition, ":kms:", &self.region, ":", &self.account, ":", kind, name].concat()
    }

    pub(crate) fn key_arn(&self, id: &KeyId) -> String {
        self.arn(["key/", id.as_str()])
    }

    /// `name` with its `alias/`.
    pub(crate) fn alias_arn(&self, name: &str) -> String {
        self.arn(["", name])
    }
}

/// What a `KeyId` member names.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum KeyName {
    Key(KeyId),
    /// An alias name with its `alias/`.
    Alias(String),
}

/// Reads a `KeyId` member as `spec`'s operation takes it, for a caller at `place`; also where it is, which an ARN may
/// say differently in the account alone.
///
/// # Errors
/// `NotFoundException` for what names nothing, `InvalidArnException` for a broken ARN (where the operation knows
/// that error).
pub(crate) fn parse_key_name(spec: &Spec, place: &Place, text: &str) -> Result<(Place, KeyName), Error> {
    key_name_in(spec, place.clone(), text)
}

/// The same for who needs the caller's place no longer.
pub(crate) fn key_name_in(spec: &Spec, place: Place, text: &str) -> Result<(Place, KeyName), Error> {
    let invalid = || Error::new(ErrorCode::NotFound, format!("Invalid keyId '{}'", shown(text)));
    let (place, resource) =
        if text.starts_with("arn:") { parse_arn(spec, place, text)? } else { (place, text) };
    if resource.starts_with(ALIAS_PREFIX) && spec.key_ids == KeyIds::IdOrAlias {
        // No alias has a longer name, and the store would take none.
        if resource.len() > LONGEST_ALIAS {
            return Err(crate::authorize::alias_not_found(&place, &shown(resource)));
        }
        return Ok((place, KeyName::Alias(resource.to_owned())));
    }
    let id = if text.starts_with("arn:") { resource.strip_prefix("key/") } else { Some(resource) };
    let id = id.and_then(KeyId::parse).ok_or_else(invalid)?;
    Ok((place, KeyName::Key(id)))
}

fn parse_arn<'a>(spec: &Spec, place: Place, text: &'a str) -> Result<(Place, &'a str), Error> {
    // Not every operation knows InvalidArnException.
    let knows = spec.errors.contains(&ErrorCode::InvalidArn);
    let code = if knows { ErrorCode::InvalidArn } else { ErrorCode::NotFound };
    let invalid = || Error::new(code, format!("Invalid arn '{}'", shown(text)));
    let mut parts = text.splitn(6, ':');
    let mut next = || parts.next().ok_or_else(invalid);
    let (_, partition, service) = (next()?, next()?, next()?);
    let (region, account, resource) = (next()?, next()?, next()?);
    let is_resource =
        resource.strip_prefix("key/").or(resource.strip_prefix(ALIAS_PREFIX)).is_some_and(|r| !r.is_empty());
    let is_account = account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
    if partition != place.partition || service != "kms" || !is_account || !is_resource {
        return Err(invalid());
    }
    if region != place.region {
        return Err(Error::new(ErrorCode::NotFound, format!("Invalid arn {}", shown(region))));
    }
    let place = if account == place.account { place } else { Place { account: account.to_owned(), ..place } };
    Ok((place, resource))
}

/// A name as an error may repeat it: cut, and without control characters.
pub(crate) fn shown(text: &str) -> String {
    text.chars().take(256).flat_map(char::escape_debug).collect()
}

#[cfg(test)]
mod tests {
    use api::Request as _;

    use super::*;

    fn place() -> Place {
        Place { partition: "aws".into(), account: "000000000000".into(), region: "eu-west-1".into() }
    }

    #[test]
    fn ids_stand_for_their_bytes() {
        for multi_region in [false, true] {
            let id = KeyId::generate(multi_region);
            assert_eq!(KeyId::parse(id.as_str()), Some(id.clone()));
            assert_eq!(id.is_multi_region(), multi_region);
            let header = crypto::EnvelopeHeader {
                multi_region,
                content: crypto::Content::Data,
                key_id: id.to_bytes(),
                material_tag: [0; 16],
            };
            assert_eq!(KeyId::from_header(&header), id);
        }
    }

    #[test]
    fn what_is_no_id() {
        for text in [
            "",
            "x",
            "1234ABCD-12ab-34cd-56ef-1234567890ab",
            "1234abcd12ab34cd56ef1234567890ab",
            "mrk-1234",
            "mrk-1234abcd-12ab-34cd-56ef-1234567890ab",
            "{1234abcd-12ab-34cd-56ef-1234567890a}",
        ] {
            assert_eq!(KeyId::parse(text), None, "{text}");
        }
    }

    #[test]
    fn names_an_operation_takes() {
        let id = "1234abcd-12ab-34cd-56ef-1234567890ab";
        let arn = format!("arn:aws:kms:eu-west-1:000000000000:key/{id}");
        let alias_arn = "arn:aws:kms:eu-west-1:000000000000:alias/a";
        let key = || Ok((place(), KeyName::Key(KeyId::parse(id).unwrap())));
        let alias = || Ok((place(), KeyName::Alias("alias/a".to_owned())));
        let encrypt = &api::Encrypt::SPEC;
        assert_eq!(parse_key_name(encrypt, &place(), id), key());
        assert_eq!(parse_key_name(encrypt, &place(), &arn), key());
        assert_eq!(parse_key_name(encrypt, &place(), "alias/a"), alias());
        assert_eq!(parse_key_name(encrypt, &place(), alias_arn), alias());
        let import = &api::ImportKeyMaterial::SPEC;
        assert_eq!(parse_key_name(import, &place(), id), key());
        assert_eq!(parse_key_name(import, &place(), &arn), key());
        let theirs = Place { account: "111122223333".into(), ..place() };
        let (found, _) = parse_key_name(encrypt, &place(), &theirs.alias_arn("alias/a")).unwrap();
        assert_eq!(found, theirs);
    }

    #[test]
    fn names_an_operation_refuses() {
        let import = &api::ImportKeyMaterial::SPEC;
        let encrypt = &api::Encrypt::SPEC;
        let id = "1234abcd-12ab-34cd-56ef-1234567890ab";
        for (spec, name, code) in [
            (import, "alias/a".to_owned(), ErrorCode::NotFound),
            (import, "arn:aws:kms:eu-west-1:000000000000:alias/a".to_owned(), ErrorCode::NotFound),
            (import, "nonsense".to_owned(), ErrorCode::NotFound),
            (import, "arn:aws:kms".to_owned(), ErrorCode::InvalidArn),
            (encrypt, "arn:aws:kms".to_owned(), ErrorCode::NotFound),
            (import, format!("arn:aws-cn:kms:eu-west-1:000000000000:key/{id}"), ErrorCode::InvalidArn),
            (import, format!("arn:aws:s3:eu-west-1:000000000000:key/{id}"), ErrorCode::InvalidArn),
            (import, format!("arn:aws:kms:eu-west-1:0:key/{id}"), ErrorCode::InvalidArn),
            (import, format!("arn:aws:kms:us-east-1:000000000000:key/{id}"), ErrorCode::NotFound),
        ] {
            assert_eq!(parse_key_name(spec, &place(), &name).unwrap_err().code(), code, "{name}");
        }
    }
}
