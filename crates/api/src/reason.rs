//! Why a request was refused, finer than the API's codes.
//!
//! Another API over the same engine has codes of its own, and more of them: a reason is what both sides of that
//! translation agree on. It never leaves the server as such, and an error whose code is all that may be known carries
//! none.

use crate::KeyUsage;

/// Why a request was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The key is disabled.
    KeyDisabled,
    /// The key waits to be deleted.
    KeyPendingDeletion,
    /// The key does not wait to be deleted.
    KeyNotPendingDeletion,
    /// The key waits for its material.
    KeyPendingImport,
    /// The key does not wait for its material.
    KeyNotPendingImport,
    /// The key is not disabled, and only such a key can be enabled.
    KeyNotDisabled,
    /// The key is not enabled, and only such a key can be disabled.
    KeyNotEnabled,
    /// The key is being made, being changed, or for the moment out of reach.
    KeyBusy,
    /// The alias is another key's, or stands already.
    AliasTaken,
    /// The alias is no name for one.
    AliasName,
    /// The alias is one of those that are kept for services.
    AliasReserved,
    /// The key has as many aliases as it may have.
    TooManyAliases,
    /// The key would have more tags than it may have, or the request brings more.
    TooManyTags,
    /// The key, or one grantee of it, has as many grants as it may have.
    TooManyGrants,
    /// There are as many keys as there may be.
    TooManyKeys,
    /// The key's material is not imported.
    NotExternal,
    /// The key's material is imported, so the key is not rotated by itself.
    External,
    /// The key is not one for symmetric encryption.
    NotSymmetric,
    /// The key is one for symmetric encryption.
    Symmetric,
    /// The key is for something else: for this.
    Usage(KeyUsage),
    /// The algorithm does not fit the key's spec.
    Algorithm,
    /// The message is not as long as a digest of the algorithm.
    DigestLength,
    /// The plaintext is longer than the key encrypts.
    TooLong,
    /// The ciphertext does not open, where that may be known.
    Ciphertext,
    /// The ciphertext is another key's.
    OtherKey,
    /// The import token is older than it may be.
    TokenExpired,
    /// The import token is another key's.
    TokenOfAnotherKey,
    /// The import token is none of this server's, or not as it left it.
    TokenDamaged,
    /// The wrapping of the key material does not open.
    Wrapping,
    /// The key material is not as long as the key's spec wants it.
    MaterialLength,
    /// The key material is not the one that the key had.
    MaterialDiffers,
    /// The wrapped private key is missing: only the temporary key that wraps it came.
    PrivateKeyMissing,
    /// The private key is none of the key's spec, or does not open.
    PrivateKeyInvalid,
    /// The temporary key that wraps the private key is of a length that is not offered.
    TemporaryKeyLength,
    /// The key material's expiry is over already.
    ExpiryPast,
    /// The key material's expiry is further off than it may be.
    ExpiryTooFar,
    /// The key's state does not let its material be deleted.
    MaterialState,
    /// A private key is never deleted from its key, and never expires.
    PrivateKeyStays,
    /// The waiting period is shorter or longer than it may be.
    PendingWindow,
    /// The rotation period is shorter or longer than it may be.
    RotationPeriod,
    /// The key is not rotated by itself, and would have to be.
    RotationDisabled,
    /// The key is rotated by itself already.
    RotationEnabled,
    /// Keys of this kind are not rotated.
    RotationUnsupported,
    /// A grant of nothing but the making of grants.
    OnlyCreateGrant,
    /// Whom the grant names is nobody.
    Grantee,
    /// There is no such grant.
    GrantNotFound,
    /// The signature is not the message's.
    Signature,
    /// The MAC is not the message's.
    Mac,
    /// The public key is none, or does not fit the key.
    PublicKey,
    /// A tag has a key or a value that no tag may have.
    TagName,
    /// It is a matter of another Region.
    OtherRegion,
    /// The key is a replica, and this is asked of its primary.
    Replica,
    /// There is a replica in that Region already.
    Replicated,
    /// The key is a service's, and only services use it.
    KeyManagedByService,
    /// The alias is another key's.
    AliasOfAnotherKey,
    /// The key is one of a single Region.
    NotMultiRegion,
    /// The key's spec is not offered, or does not fit its usage.
    Spec,
    /// The key's origin is not offered, or does not fit its spec.
    Origin,
}
