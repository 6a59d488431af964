//! One row of facts per operation. Dispatch, checks, tests and documentation read the same rows.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::constraint::Member;
use crate::{ErrorCode, GrantOperation, KeyState, KeyUsage};

/// A request of the API, its response and its row.
pub trait Request: Serialize + DeserializeOwned + Send + 'static {
    /// What it is answered with; [`Empty`](crate::Empty) where the API sends no body.
    type Response: Serialize + DeserializeOwned + Send + 'static;
    /// The facts.
    const SPEC: Spec;
}

/// The facts of one operation.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    /// Its name, as in `TrentService.<name>` and in the permission `kms:<name>`.
    pub name: &'static str,
    /// The members of the request and their constraints.
    pub members: &'static [Member],
    /// Which ways of naming a key it takes.
    pub key_ids: KeyIds,
    /// What each key state makes of it.
    pub states: States,
    /// The key usage it needs, if any.
    pub usage: Option<KeyUsage>,
    /// The operation a grant must list to allow it, if a grant can. `ReEncrypt` has none here: it needs one for
    /// each of its keys, `ReEncryptFrom` and `ReEncryptTo`.
    pub grant: Option<GrantOperation>,
    /// Whether it works on keys of other accounts, where their owners allow it (permissions reference of the
    /// developer guide, "Cross-account use").
    pub cross_account: bool,
    /// Its errors, as the model lists them and in the model's order. Any operation may also be answered with the
    /// errors that all AWS services share.
    pub errors: &'static [ErrorCode],
}

impl Spec {
    /// The row every other begins with: no members, key ids only, any state, no grant, keys of its own account.
    pub const EMPTY: Self = Self {
        name: "",
        members: &[],
        key_ids: KeyIds::IdOrArn,
        states: States::ANY,
        usage: None,
        grant: None,
        cross_account: false,
        errors: &[],
    };
}

/// Which ways of naming a key an operation takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyIds {
    /// Key id or key ARN.
    IdOrArn,
    /// Key id, key ARN, alias name or alias ARN.
    IdOrAlias,
}

/// What a key state makes of an operation (developer guide, "Key states", with its footnotes).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It goes ahead.
    Proceeds,
    /// `DisabledException`, "… is disabled." (footnote 1).
    IsDisabled,
    /// `KMSInvalidStateException`, "… is pending deletion." (footnotes 2 and 3; see [`States::USE`]).
    IsPendingDeletion,
    /// `KMSInvalidStateException`, "… is not pending deletion." (footnote 4).
    IsNotPendingDeletion,
    /// `KMSInvalidStateException`, "… is pending import." (footnote 5).
    IsPendingImport,
    /// `KMSInvalidStateException`, "… is unavailable." (footnote 11).
    IsUnavailable,
    /// `KMSInvalidStateException`, "… is creating." (footnote 14).
    IsCreating,
    /// `KMSInvalidStateException`, "… is updating." (footnote 15).
    IsUpdating,
}

/// An operation's row in the key state table: one [`Outcome`] a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct States {
    /// In state Enabled.
    pub enabled: Outcome,
    /// In state Disabled.
    pub disabled: Outcome,
    /// In states PendingDeletion and PendingReplicaDeletion.
    pub pending_deletion: Outcome,
    /// In state PendingImport.
    pub pending_import: Outcome,
    /// In state Unavailable.
    pub unavailable: Outcome,
    /// In state Creating.
    pub creating: Outcome,
    /// In state Updating.
    pub updating: Outcome,
}

impl States {
    /// Describing, reading, listing, policies, the end of grants, alias deletion: every state.
    pub const ANY: Self = Self {
        enabled: Outcome::Proceeds,
        disabled: Outcome::Proceeds,
        pending_deletion: Outcome::Proceeds,
        pending_import: Outcome::Proceeds,
        unavailable: Outcome::Proceeds,
        creating: Outcome::Proceeds,
        updating: Outcome::Proceeds,
    };
    /// Cryptographic use, and `UpdatePrimaryRegion`. Of the two errors the guide allows for a key pending deletion, the newer service's:
    /// `KMSInvalidStateException`.
    pub const USE: Self = Self {
        disabled: Outcome::IsDisabled,
        pending_deletion: Outcome::IsPendingDeletion,
        pending_import: Outcome::IsPendingImport,
        unavailable: Outcome::IsUnavailable,
        creating: Outcome::IsCreating,
        ..Self::ANY
    };
    /// `EnableKey`, `DisableKey`.
    pub const SWITCH: Self = Self {
        pending_deletion: Outcome::IsPendingDeletion,
        pending_import: Outcome::IsPendingImport,
        creating: Outcome::IsCreating,
        updating: Outcome::IsUpdating,
        ..Self::ANY
    };
    /// Changes that only a key about to be deleted refuses: aliases, tags, descriptions.
    pub const NOT_PENDING_DELETION: Self = Self { pending_deletion: Outcome::IsPendingDeletion, ..Self::ANY };
    /// `ScheduleKeyDeletion`.
    pub const SCHEDULE_DELETION: Self =
        Self { pending_deletion: Outcome::IsPendingDeletion, updating: Outcome::IsUpdating, ..Self::ANY };
    /// `CancelKeyDeletion`.
    pub const CANCEL_DELETION: Self = Self {
        enabled: Outcome::IsNotPendingDeletion,
        disabled: Outcome::IsNotPendingDeletion,
        pending_deletion: Outcome::Proceeds,
        pending_import: Outcome::IsNotPendingDeletion,
        unavailable: Outcome::IsNotPendingDeletion,
        creating: Outcome::IsNotPendingDeletion,
        updating: Outcome::IsNotPendingDeletion,
    };
    /// `GetParametersForImport`.
    pub const IMPORT_PARAMETERS: Self = Self {
        pending_deletion: Outcome::IsPendingDeletion,
        creating: Outcome::IsCreating,
        updating: Outcome::IsUpdating,
        ..Self::ANY
    };
    /// `ImportKeyMaterial`.
    pub const IMPORT: Self =
        Self { pending_deletion: Outcome::IsPendingDeletion, creating: Outcome::IsCreating, ..Self::ANY };
    /// `DeleteImportedKeyMaterial`.
    pub const DELETE_MATERIAL: Self =
        Self { creating: Outcome::IsCreating, updating: Outcome::IsUpdating, ..Self::ANY };
    /// `RotateKeyOnDemand` and `ReplicateKey`.
    pub const ROTATE_OR_REPLICATE: Self = Self { updating: Outcome::IsUpdating, ..Self::USE };
    /// `EnableKeyRotation` and `DisableKeyRotation`. Keys that wait for an import or are in a key store are refused
    /// by their origin instead, in every state.
    pub const ROTATION_SCHEDULE: Self =
        Self { pending_import: Outcome::Proceeds, unavailable: Outcome::Proceeds, ..Self::USE };
    /// `CreateGrant`.
    pub const CREATE_GRANT: Self = Self { unavailable: Outcome::Proceeds, ..Self::USE };

    /// The cell of one state.
    pub const fn of(&self, state: KeyState) -> Outcome {
        match state {
            KeyState::Enabled => self.enabled,
            KeyState::Disabled => self.disabled,
            KeyState::PendingDeletion | KeyState::PendingReplicaDeletion => self.pending_deletion,
            KeyState::PendingImport => self.pending_import,
            KeyState::Unavailable => self.unavailable,
            KeyState::Creating => self.creating,
            KeyState::Updating => self.updating,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The operations that have "Yes" in the column "Cross-account use" of the permissions reference.
    const CROSS_ACCOUNT: &[&str] = &[
        "CreateGrant",
        "Decapsulate",
        "Decrypt",
        "DeriveSharedSecret",
        "DescribeKey",
        "Encapsulate",
        "Encrypt",
        "GenerateDataKey",
        "GenerateDataKeyPair",
        "GenerateDataKeyPairWithoutPlaintext",
        "GenerateDataKeyWithoutPlaintext",
        "GenerateMac",
        "GetKeyRotationStatus",
        "GetPublicKey",
        "ListGrants",
        "ReEncrypt",
        "RetireGrant",
        "RevokeGrant",
        "Sign",
        "Verify",
        "VerifyMac",
    ];

    macro_rules! all_specs {
        ($($operation:ident,)*) => { [$( <crate::$operation as Request>::SPEC ),*] };
    }

    #[test]
    fn works_on_keys_of_other_accounts_where_the_reference_says_so() {
        let specs: &[Spec] = &crate::for_each_operation!(all_specs);
        let found: Vec<_> = specs.iter().filter(|spec| spec.cross_account).map(|spec| spec.name).collect();
        assert_eq!(found, CROSS_ACCOUNT);
    }
}
