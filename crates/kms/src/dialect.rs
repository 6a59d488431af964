//! By which API a request came, and what that changes.
//!
//! The engine is one. What differs between the APIs in front of it are numbers and a few refusals: they are the
//! fields of [`Rules`], and operations read them where they would else have a constant.

use std::ops::RangeInclusive;

use api::limits;

/// By which API a request came.
#[derive(Clone, Copy, Debug)]
pub struct Dialect {
    /// What differs between the APIs.
    pub rules: &'static Rules,
    /// What the API calls the permission for the request, where its names are not AWS's: `kms:cmk:crypto`.
    pub permissions: &'static [&'static str],
}

impl Dialect {
    /// The AWS KMS API.
    pub const AWS: Self = Self { rules: &Rules::AWS, permissions: &[] };

    /// The API of Huawei Cloud and Open Telekom Cloud, which calls the permission for the request so.
    pub const fn huawei(permissions: &'static [&'static str]) -> Self {
        Self { rules: &Rules::HUAWEI, permissions }
    }
}

/// Limits and refusals that differ between the APIs. Everything else is the same for all.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a rule by itself, and any two go together")]
pub struct Rules {
    /// How long a key waits before it is deleted, in days.
    pub pending_window: RangeInclusive<i64>,
    /// How long from one automatic rotation to the next, in days.
    pub rotation_period: RangeInclusive<i64>,
    /// How long imported material lives at the most, in seconds, if there is a bound.
    pub material_life: Option<i64>,
    /// Whether material comes only into keys that wait for it.
    pub import_only_when_pending: bool,
    /// Whether material is deleted only from keys that are Enabled or Disabled.
    pub delete_material_only_at_rest: bool,
    /// Whether imported private keys stay: neither expire nor are deleted from their keys.
    pub private_keys_stay: bool,
    /// Whether a private key comes as two: a temporary key in one RSA block, and the private key under that. Then
    /// the parameters for its import name the way of the RSA block alone.
    pub private_keys_in_two: bool,
    /// Which lengths the temporary key may have that wraps material in the two-step algorithms, in bytes.
    pub temporary_key_lengths: &'static [usize],
    /// Whether RSAES_PKCS1_V1_5 is offered whatever the operator's setting.
    pub pkcs1_wrapping: bool,
    /// Whether a key is enabled only when it is Disabled and disabled only when it is Enabled, rather than asked twice.
    pub switches_once: bool,
    /// Whether data keys and data have operations of their own, and neither opens what the other made.
    pub data_keys_apart: bool,
    /// The longest name of an alias, in characters and without its `alias/`.
    pub longest_alias: usize,
    /// How many tags a key may have.
    pub tags_per_key: usize,
    /// The longest key of a tag, in characters.
    pub longest_tag_key: usize,
    /// The longest value of a tag, in characters.
    pub longest_tag_value: usize,
    /// What keys and values of tags are made of.
    pub is_tag_character: fn(char) -> bool,
    /// The same in words.
    pub tag_characters: &'static str,
    /// What no alias may end with, because services' own do.
    pub reserved_alias_suffix: Option<&'static str>,
}

/// Shortest waiting period before a key is deleted, in days (KMS.1401).
const HUAWEI_MIN_PENDING_WINDOW: i64 = 7;
/// Longest waiting period before a key is deleted, in days (KMS.1401).
const HUAWEI_MAX_PENDING_WINDOW: i64 = 1096;
/// Shortest period of automatic rotation, in days (`update-key-rotation-interval`).
const HUAWEI_MIN_ROTATION_PERIOD: i64 = 30;
/// Longest period of automatic rotation, in days (`update-key-rotation-interval`).
const HUAWEI_MAX_ROTATION_PERIOD: i64 = 365;
/// Longest alias, in characters (`create-key`, `key_alias`).
pub(crate) const HUAWEI_MAX_ALIAS: usize = 255;
/// Tags of one key (KMS.0409 and the tag API of Open Telekom Cloud).
const HUAWEI_MAX_TAGS: usize = 10;
/// A tag's key, in characters (`create-kms-tag`).
const HUAWEI_MAX_TAG_KEY: usize = 36;
/// A tag's value, in characters (`create-kms-tag`).
const HUAWEI_MAX_TAG_VALUE: usize = 43;

impl Rules {
    /// As AWS has them.
    pub const AWS: Self = Self {
        pending_window: limits::MIN_PENDING_WINDOW..=limits::MAX_PENDING_WINDOW,
        rotation_period: limits::MIN_ROTATION_PERIOD..=limits::MAX_ROTATION_PERIOD,
        material_life: Some(limits::MAX_MATERIAL_LIFE),
        import_only_when_pending: false,
        delete_material_only_at_rest: false,
        private_keys_stay: false,
        private_keys_in_two: false,
        temporary_key_lengths: &[32],
        pkcs1_wrapping: false,
        switches_once: false,
        data_keys_apart: false,
        longest_alias: limits::MAX_ALIAS_NAME - crate::arn::ALIAS_PREFIX.len(),
        tags_per_key: limits::MAX_TAGS_PER_KEY,
        longest_tag_key: limits::MAX_TAG_KEY,
        longest_tag_value: limits::MAX_TAG_VALUE,
        is_tag_character: is_aws_tag_character,
        tag_characters: "Keys and values of tags have letters, numbers, spaces and the characters _ . : / = + - @",
        reserved_alias_suffix: None,
    };

    /// As Huawei Cloud and Open Telekom Cloud have them.
    pub const HUAWEI: Self = Self {
        pending_window: HUAWEI_MIN_PENDING_WINDOW..=HUAWEI_MAX_PENDING_WINDOW,
        rotation_period: HUAWEI_MIN_ROTATION_PERIOD..=HUAWEI_MAX_ROTATION_PERIOD,
        material_life: None,
        import_only_when_pending: true,
        delete_material_only_at_rest: true,
        private_keys_stay: true,
        private_keys_in_two: true,
        temporary_key_lengths: &[16, 32],
        pkcs1_wrapping: true,
        switches_once: true,
        data_keys_apart: true,
        longest_alias: HUAWEI_MAX_ALIAS,
        tags_per_key: HUAWEI_MAX_TAGS,
        longest_tag_key: HUAWEI_MAX_TAG_KEY,
        longest_tag_value: HUAWEI_MAX_TAG_VALUE,
        is_tag_character: is_huawei_tag_character,
        tag_characters: "Keys have 1 to 36 characters and values at most 43, without control characters and * < > \\ =",
        reserved_alias_suffix: Some("/default"),
    };
}

/// Letters, numbers and spaces of any script, and a few signs (tagging guide, "Tag naming limits").
fn is_aws_tag_character(c: char) -> bool {
    c.is_alphanumeric() || (c.is_whitespace() && !c.is_control()) || "_.:/=+-@".contains(c)
}

/// All but ASCII's control characters and a few signs (`create-kms-tag`).
fn is_huawei_tag_character(c: char) -> bool {
    !matches!(c, '\0'..='\x1f' | '*' | '<' | '>' | '\\' | '=')
}
