//! What the members of the IAM API must be: bounds and patterns of its model (2010-05-08).

use api::constraint::{Kind, Member};

use super::patterns;

/// Most tags of a user, role, policy or provider, and of one request (model, `tagListType`).
pub(crate) const MAX_TAGS: usize = 50;
/// Most items of a page (model, `maxItemsType`).
const MAX_ITEMS: i64 = 1000;
/// Most characters of a marker. The model says 320; ours hold the key of a tag, which may be longer.
const MAX_MARKER: usize = 1024;
/// Most bytes of a document that the model takes (`policyDocumentType`). The quotas are lower.
const MAX_DOCUMENT: usize = 131_072;
/// Most items of a list for which the model has no bound.
const MAX_LIST: usize = 1000;

/// A text within bounds, in characters, that follows a pattern.
const fn text(min: usize, max: usize, pattern: api::constraint::Pattern) -> Kind {
    Kind::Text { min, max, pattern: Some(pattern) }
}

/// Any text within bounds, in characters.
const fn free(min: usize, max: usize) -> Kind {
    Kind::Text { min, max, pattern: None }
}

/// The name of a user that is to be (`userNameType`).
pub(crate) const NEW_USER_NAME: Kind = text(1, 64, patterns::NAME);
/// The name of a user, group or policy.
pub(crate) const NAME: Kind = text(1, 128, patterns::NAME);
/// The name of a role (`roleNameType`).
pub(crate) const ROLE_NAME: Kind = text(1, 64, patterns::NAME);
/// The path of a user, group or role.
pub(crate) const PATH: Kind = text(1, 512, patterns::PATH);
/// What the paths of what is listed begin with.
pub(crate) const PATH_PREFIX: Kind = text(1, 512, patterns::PATH_PREFIX);
/// The path of a policy, or what it begins with.
pub(crate) const POLICY_PATH: Kind = text(1, 512, patterns::POLICY_PATH);
/// An ARN.
pub(crate) const ARN: Kind = free(20, 2048);
/// A policy document.
pub(crate) const DOCUMENT: Kind = text(1, MAX_DOCUMENT, patterns::DOCUMENT);
/// Policy documents.
pub(crate) const DOCUMENTS: Kind = Kind::List { min: 0, max: MAX_LIST, item: &DOCUMENT };
/// The id of a version of a policy.
pub(crate) const VERSION_ID: Kind = text(0, 128, patterns::VERSION_ID);
/// The description of a policy.
pub(crate) const POLICY_DESCRIPTION: Kind = free(0, 1000);
/// The description of a role.
pub(crate) const ROLE_DESCRIPTION: Kind = text(0, 1000, patterns::ROLE_DESCRIPTION);
/// How long sessions of a role may be, in seconds.
pub(crate) const MAX_SESSION_DURATION: Kind = Kind::Integer { min: 3600, max: 43_200 };
/// The id of an access key.
pub(crate) const ACCESS_KEY_ID: Kind = text(16, 128, patterns::ACCESS_KEY_ID);
/// Whether an access key may be used.
pub(crate) const STATUS: Kind = Kind::Enum(&["Active", "Inactive", "Expired"]);
/// A password (`passwordType`), which errors do not repeat.
pub(crate) const PASSWORD: Kind = Kind::Secret { min: 1, max: 128, pattern: Some(patterns::PASSWORD) };
/// Where the last page ended.
pub(crate) const MARKER: Kind = text(1, MAX_MARKER, patterns::MARKER);
/// The most items of a page.
pub(crate) const MAX_ITEMS_OF_PAGE: Kind = Kind::Integer { min: 1, max: MAX_ITEMS };
/// The URL of an OpenID Connect issuer.
pub(crate) const PROVIDER_URL: Kind = free(1, 255);
/// The audience of tokens.
pub(crate) const CLIENT_ID: Kind = free(1, 255);
/// Audiences.
pub(crate) const CLIENT_IDS: Kind = Kind::List { min: 0, max: MAX_LIST, item: &CLIENT_ID };
/// SHA-1 of a certificate, in hex.
pub(crate) const THUMBPRINTS: Kind = Kind::List { min: 0, max: MAX_LIST, item: &free(40, 40) };
/// Which policies are listed.
pub(crate) const POLICY_SCOPE: Kind = Kind::Enum(&["All", "AWS", "Local"]);
/// As what a policy is used.
pub(crate) const POLICY_USAGE: Kind = Kind::Enum(&["PermissionsPolicy", "PermissionsBoundary"]);
/// What a policy is attached to.
pub(crate) const ENTITY: Kind =
    Kind::Enum(&["User", "Role", "Group", "LocalManagedPolicy", "AWSManagedPolicy"]);

const TAG_KEY: Kind = text(1, 128, patterns::TAG_KEY);
/// Tags.
pub(crate) const TAGS: Kind = Kind::List {
    min: 0,
    max: MAX_TAGS,
    item: &Kind::Structure(&[required("Key", TAG_KEY), required("Value", text(0, 256, patterns::TAG_VALUE))]),
};
/// Keys of tags.
pub(crate) const TAG_KEYS: Kind = Kind::List { min: 0, max: MAX_TAGS, item: &TAG_KEY };

/// Names of actions to try.
pub(crate) const ACTION_NAMES: Kind = Kind::List { min: 0, max: MAX_LIST, item: &free(3, 128) };
/// A resource to try.
pub(crate) const RESOURCE_NAME: Kind = free(1, 2048);
/// Resources to try.
pub(crate) const RESOURCE_NAMES: Kind = Kind::List { min: 0, max: MAX_LIST, item: &RESOURCE_NAME };
/// Condition keys of a simulation, with their values.
pub(crate) const CONTEXT_ENTRIES: Kind = Kind::List {
    min: 0,
    max: MAX_LIST,
    item: &Kind::Structure(&[
        optional("ContextKeyName", free(5, 256)),
        optional("ContextKeyValues", Kind::List { min: 0, max: MAX_LIST, item: &free(0, 2048) }),
        optional(
            "ContextKeyType",
            Kind::Enum(&[
                "string",
                "stringList",
                "numeric",
                "numericList",
                "boolean",
                "booleanList",
                "ip",
                "ipList",
                "binary",
                "binaryList",
                "date",
                "dateList",
            ]),
        ),
    ]),
};

/// A member that must be there.
pub(crate) const fn required(name: &'static str, kind: Kind) -> Member {
    Member { name, required: true, kind }
}

/// A member that may be left out.
pub(crate) const fn optional(name: &'static str, kind: Kind) -> Member {
    Member { name, required: false, kind }
}
