//! How many and how long: the quotas of the IAM user guide, "IAM and AWS STS quotas", the defaults where an account
//! could ask for more. Sizes of policies are in characters without whitespace ([`policy_size`]).
//!
//! What is stored is the text as it came, white space and all. How many bytes that may be is a limit of this server's
//! own ([`most_bytes`]), which AWS does not have.

/// Access keys of a user, and of the root of an account.
pub(crate) const ACCESS_KEYS: usize = 2;
/// Groups that a user is in.
pub(crate) const GROUPS_OF_USER: usize = 10;
/// Managed policies attached to a user, a group or a role.
pub(crate) const ATTACHED: usize = 10;
/// Versions of a managed policy.
pub(crate) const POLICY_VERSIONS: usize = 5;
/// Users of an account.
pub(crate) const USERS: usize = 5000;
/// Groups of an account.
pub(crate) const GROUPS: usize = 300;
/// Roles of an account.
pub(crate) const ROLES: usize = 1000;
/// Managed policies of an account.
pub(crate) const POLICIES: usize = 1500;
/// OpenID Connect providers of an account.
pub(crate) const OIDC_PROVIDERS: usize = 100;
/// Client ids of an OpenID Connect provider.
pub(crate) const CLIENT_IDS: usize = 100;
/// Thumbprints of an OpenID Connect provider.
pub(crate) const THUMBPRINTS: usize = 5;
/// Tags of anything that has tags.
pub(crate) const TAGS: usize = 50;
/// All inline policies of a user together.
pub(crate) const USER_INLINE: usize = 2048;
/// All inline policies of a group together.
pub(crate) const GROUP_INLINE: usize = 5120;
/// All inline policies of a role together.
pub(crate) const ROLE_INLINE: usize = 10_240;
/// A managed policy.
pub(crate) const MANAGED_POLICY: usize = 6144;
/// A role's trust policy.
pub(crate) const TRUST_POLICY: usize = 2048;

/// Bytes that may be stored for each character of a quota, at most: enough for policies with deep indentation, and
/// for characters of two bytes, which are the longest that the model takes (`policyDocumentType`, up to U+00FF).
const BYTES_PER_CHARACTER: usize = 4;

/// Most bytes of the text of a policy of this quota, or of all the policies that share it: 24,576 of a managed policy,
/// 8,192 of a trust policy or of all inline policies of a user.
pub(crate) const fn most_bytes(quota: usize) -> usize {
    BYTES_PER_CHARACTER * quota
}

/// The size of a policy as the quotas count it: white space is not counted.
pub(crate) fn policy_size(text: &str) -> usize {
    text.chars().filter(|character| !character.is_whitespace()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_is_free() {
        assert_eq!(policy_size(" {\n\t\"a\" : \"ä b\"\r\n}"), "{\"a\":\"äb\"}".chars().count());
    }
}
