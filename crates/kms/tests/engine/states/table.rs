//! The key state table of the developer guide ("Key states of KMS keys"), written out: what each operation is
//! answered for a key in each state. The rows of operations younger than the guide's table follow their siblings.

use api::{ErrorCode, KeyState, Outcome};

/// What a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// A symmetric encryption key whose material the service made.
    Symmetric,
    /// An HMAC key.
    Mac,
    /// A key pair that signs.
    Signing,
    /// A key pair that agrees on secrets.
    Agreement,
    /// An ML-KEM key pair.
    Encapsulation,
    /// A symmetric encryption key with imported material.
    External,
    /// A multi-Region primary key with room for one more replica.
    Replicable,
    /// A multi-Region primary key with a replica.
    Replicated,
    /// The key that a ciphertext is taken from.
    Source,
    /// The key that an alias is taken away from.
    OldTarget,
}

/// One operation for one subject: a footnote of the table in each state, or `ok`, or `-` for what cannot be.
pub(crate) struct Row {
    pub(crate) operation: &'static str,
    pub(crate) subject: Subject,
    pub(crate) cells: [&'static str; 7],
}

/// The columns. PendingReplicaDeletion shares the third.
pub(crate) const STATES: [KeyState; 8] = [
    KeyState::Enabled,
    KeyState::Disabled,
    KeyState::PendingDeletion,
    KeyState::PendingImport,
    KeyState::Unavailable,
    KeyState::Creating,
    KeyState::Updating,
    KeyState::PendingReplicaDeletion,
];

impl Row {
    /// The cell of a state.
    pub(crate) fn cell(&self, state: KeyState) -> &'static str {
        let column = match state {
            KeyState::PendingReplicaDeletion => KeyState::PendingDeletion,
            other => other,
        };
        self.cells[STATES.iter().position(|known| *known == column).unwrap()]
    }
}

const fn row(operation: &'static str, subject: Subject, cells: [&'static str; 7]) -> Row {
    Row { operation, subject, cells }
}

/// Enabled, Disabled, PendingDeletion or PendingReplicaDeletion, PendingImport, Unavailable, Creating, Updating.
pub(crate) const ROWS: &[Row] = &[
    row("CancelKeyDeletion", Subject::Symmetric, ["4", "4", "ok", "4", "4", "4", "4"]),
    row("CreateAlias", Subject::Symmetric, ["ok", "ok", "3", "ok", "ok", "ok", "ok"]),
    row("CreateGrant", Subject::Symmetric, ["ok", "1", "3", "5", "ok", "14", "ok"]),
    row("Decapsulate", Subject::Encapsulation, ["ok", "1", "3", "-", "-", "14", "ok"]),
    row("Decrypt", Subject::Symmetric, ["ok", "1", "3", "5", "11", "14", "ok"]),
    row("DeleteAlias", Subject::Symmetric, ["ok", "ok", "ok", "ok", "ok", "ok", "ok"]),
    row("DeleteImportedKeyMaterial", Subject::External, ["ok", "ok", "ok", "ok", "-", "14", "15"]),
    row("DeleteImportedKeyMaterial", Subject::Symmetric, ["9", "9", "9", "-", "-", "-", "-"]),
    row("DeriveSharedSecret", Subject::Agreement, ["ok", "1", "3", "5", "-", "14", "ok"]),
    row("DescribeKey", Subject::Symmetric, ["ok", "ok", "ok", "ok", "ok", "ok", "ok"]),
    row("DisableKey", Subject::Symmetric, ["ok", "ok", "3", "5", "ok", "14", "15"]),
    row("DisableKeyRotation", Subject::Symmetric, ["ok", "1", "3", "6", "7", "14", "ok"]),
    row("DisableKeyRotation", Subject::External, ["7", "7", "7", "6", "-", "-", "7"]),
    row("EnableKey", Subject::Symmetric, ["ok", "ok", "3", "5", "ok", "14", "15"]),
    row("EnableKeyRotation", Subject::Symmetric, ["ok", "1", "3", "6", "7", "14", "ok"]),
    row("EnableKeyRotation", Subject::External, ["7", "7", "7", "6", "-", "-", "7"]),
    row("Encapsulate", Subject::Encapsulation, ["ok", "1", "3", "-", "-", "14", "ok"]),
    row("Encrypt", Subject::Symmetric, ["ok", "1", "3", "5", "11", "14", "ok"]),
    row("GenerateDataKey", Subject::Symmetric, ["ok", "1", "3", "5", "11", "14", "ok"]),
    row("GenerateDataKeyPair", Subject::Symmetric, ["ok", "1", "3", "5", "11", "14", "ok"]),
    row("GenerateDataKeyPairWithoutPlaintext", Subject::Symmetric, ["ok", "1", "3", "5", "11", "14", "ok"]),
    row("GenerateDataKeyWithoutPlaintext", Subject::Symmetric, ["ok", "1", "3", "5", "11", "14", "ok"]),
    row("GenerateMac", Subject::Mac, ["ok", "1", "3", "5", "-", "14", "ok"]),
    row("GetKeyLastUsage", Subject::Symmetric, ["ok", "ok", "ok", "ok", "ok", "ok", "ok"]),
    row("GetKeyPolicy", Subject::Symmetric, ["ok", "ok", "ok", "ok", "ok", "ok", "ok"]),
    // The guide's 6 for keys that wait for an import is older than the rotation of imported material on demand,
    // since which such keys have a rotation status.
    row("GetKeyRotationStatus", Subject::Symmetric, ["ok", "ok", "ok", "ok", "-", "ok", "ok"]),
    row("GetParametersForImport", Subject::External, ["ok", "ok", "8", "ok", "-", "14", "15"]),
    row("GetParametersForImport", Subject::Symmetric, ["9", "9", "9", "-", "-", "-", "-"]),
    row("GetPublicKey", Subject::Signing, ["ok", "1", "3", "5", "-", "14", "ok"]),
    row("ImportKeyMaterial", Subject::External, ["ok", "ok", "8", "ok", "-", "14", "ok"]),
    row("ImportKeyMaterial", Subject::Symmetric, ["9", "9", "9", "-", "-", "-", "-"]),
    row("ListAliases", Subject::Symmetric, ["ok", "ok", "ok", "ok", "ok", "ok", "ok"]),
    row("ListGrants", Subject::Symmetric, ["ok", "ok", "ok", "ok", "ok", "ok", "ok"]),
    row("ListKeyPolicies", Subject::Symmetric, ["ok", "ok", "ok", "ok", "ok", "ok", "ok"]),
    row("ListKeyRotations", Subject::Symmetric, ["ok", "ok", "ok", "ok", "-", "ok", "ok"]),
    row("ListResourceTags", Subject::Symmetric, ["ok", "ok", "ok", "ok", "ok", "ok", "ok"]),
    row("PutKeyPolicy", Subject::Symmetric, ["ok", "ok", "ok", "ok", "ok", "ok", "ok"]),
    row("ReEncrypt", Subject::Symmetric, ["ok", "1", "3", "5", "11", "14", "ok"]),
    row("ReEncrypt", Subject::Source, ["ok", "1", "3", "5", "11", "14", "ok"]),
    row("ReplicateKey", Subject::Replicable, ["ok", "1", "3", "5", "-", "14", "15"]),
    row("RetireGrant", Subject::Symmetric, ["ok", "ok", "ok", "ok", "ok", "ok", "ok"]),
    row("RevokeGrant", Subject::Symmetric, ["ok", "ok", "ok", "ok", "ok", "ok", "ok"]),
    row("RotateKeyOnDemand", Subject::Symmetric, ["ok", "1", "3", "5", "-", "14", "15"]),
    row("ScheduleKeyDeletion", Subject::Symmetric, ["ok", "ok", "3", "ok", "ok", "ok", "15"]),
    row("Sign", Subject::Signing, ["ok", "1", "3", "5", "-", "14", "ok"]),
    row("TagResource", Subject::Symmetric, ["ok", "ok", "3", "ok", "ok", "ok", "ok"]),
    row("UntagResource", Subject::Symmetric, ["ok", "ok", "3", "ok", "ok", "ok", "ok"]),
    row("UpdateAlias", Subject::Symmetric, ["ok", "ok", "10", "ok", "ok", "ok", "ok"]),
    row("UpdateAlias", Subject::OldTarget, ["ok", "ok", "ok", "ok", "ok", "ok", "ok"]),
    row("UpdateKeyDescription", Subject::Symmetric, ["ok", "ok", "3", "ok", "ok", "ok", "ok"]),
    row("UpdatePrimaryRegion", Subject::Replicated, ["ok", "1", "3", "5", "-", "14", "ok"]),
    row("Verify", Subject::Signing, ["ok", "1", "3", "5", "-", "14", "ok"]),
    row("VerifyMac", Subject::Mac, ["ok", "1", "3", "5", "-", "14", "ok"]),
];

/// Operations that name no key, or none of this server's.
pub(crate) const WITHOUT_A_KEY: &[&str] = &[
    "ConnectCustomKeyStore",
    "CreateCustomKeyStore",
    "CreateKey",
    "DeleteCustomKeyStore",
    "DescribeCustomKeyStores",
    "DisconnectCustomKeyStore",
    "GenerateRandom",
    "ListKeys",
    "ListRetirableGrants",
    "UpdateCustomKeyStore",
];

/// The code and the message of a footnote, for a key with this ARN in this state; `None` for `ok`.
///
/// "2 or 3" of the guide is 3 here: of the two errors for a key pending deletion, the younger one.
pub(crate) fn footnote(note: &str, arn: &str, state: KeyState) -> Option<(ErrorCode, String)> {
    use ErrorCode::{Disabled, KmsInvalidState, UnsupportedOperation};
    let (code, text) = match (note, state) {
        ("ok", _) => return None,
        ("1", _) => (Disabled, "is disabled"),
        ("3" | "8" | "10", KeyState::PendingReplicaDeletion) => {
            (KmsInvalidState, "is pending replica deletion")
        }
        ("3" | "8" | "10", _) => (KmsInvalidState, "is pending deletion"),
        ("4", _) => (KmsInvalidState, "is not pending deletion"),
        ("5", _) => (KmsInvalidState, "is pending import"),
        ("6" | "7", _) => (UnsupportedOperation, "origin is EXTERNAL which is not valid for this operation"),
        ("9", _) => (UnsupportedOperation, "origin is AWS_KMS which is not valid for this operation"),
        ("11", _) => (KmsInvalidState, "is unavailable"),
        ("14", _) => (KmsInvalidState, "is creating"),
        ("15", _) => (KmsInvalidState, "is updating"),
        _ => panic!("the table has no footnote {note}"),
    };
    Some((code, format!("{arn} {text}.")))
}

/// What the same footnotes are in the row of facts of an operation; `None` where its origin or spec decides, or
/// nothing can be.
pub(crate) fn outcome(note: &str) -> Option<Outcome> {
    match note {
        "ok" => Some(Outcome::Proceeds),
        "4" => Some(Outcome::IsNotPendingDeletion),
        "11" => Some(Outcome::IsUnavailable),
        _ => None,
    }
}
