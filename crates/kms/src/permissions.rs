//! What the API of Huawei Cloud and Open Telekom Cloud calls the permission for an AWS action.
//!
//! Whoever is denied one of these permissions is denied the action too, by whichever API the request comes. What is
//! allowed by them, the endpoints of that API know themselves: each takes its own.
//!
//! The names are those of the Open Telekom Cloud API reference ("Permissions and Supported Actions", "Encryption Key
//! Management"). For what that does not list they are made in the same way: aliases `kms:alias:…`, and of keys
//! `sign`, `verify`, `getPublicKey`, `generateMac`, `verifyMac`, `deriveSharedSecret`, `replicate`.

/// The permissions that cover an action, as `Encrypt`; none for what that API has nothing like.
pub fn covering(action: &str) -> &'static [&'static str] {
    match action {
        // `update-key-alias`, which changes the one alias of a key, takes `kms:cmk:update`.
        "CreateAlias" => &["kms:alias:create", "kms:cmk:update"],
        "UpdateAlias" => &["kms:alias:associate", "kms:cmk:update"],
        "DeleteAlias" => &["kms:alias:delete", "kms:cmk:update"],
        "ListAliases" => &["kms:alias:list"],
        "CreateKey" => &["kms:cmk:create"],
        "DescribeKey" | "GetKeyLastUsage" => &["kms:cmk:get"],
        "ListKeys" => &["kms:cmk:list"],
        "EnableKey" => &["kms:cmk:enable"],
        "DisableKey" => &["kms:cmk:disable"],
        "ScheduleKeyDeletion" | "CancelKeyDeletion" | "UpdateKeyDescription" | "UpdatePrimaryRegion" => {
            &["kms:cmk:update"]
        }
        "ReplicateKey" => &["kms:cmk:replicate"],
        "GenerateRandom" => &["kms:cmk:generate"],
        "Encrypt" | "Decrypt" | "ReEncrypt" | "ReEncryptFrom" | "ReEncryptTo" => {
            &["kms:cmk:crypto", "kms:dek:crypto"]
        }
        "GenerateDataKey"
        | "GenerateDataKeyWithoutPlaintext"
        | "GenerateDataKeyPair"
        | "GenerateDataKeyPairWithoutPlaintext" => &["kms:dek:create"],
        "Sign" => &["kms:cmk:sign"],
        "Verify" => &["kms:cmk:verify"],
        "GetPublicKey" => &["kms:cmk:getPublicKey"],
        "GenerateMac" => &["kms:cmk:generateMac"],
        "VerifyMac" => &["kms:cmk:verifyMac"],
        "DeriveSharedSecret" => &["kms:cmk:deriveSharedSecret"],
        "CreateGrant" => &["kms:grant:create"],
        "RevokeGrant" => &["kms:grant:revoke"],
        "RetireGrant" => &["kms:grant:retire"],
        "ListGrants" | "ListRetirableGrants" => &["kms:grant:list"],
        "GetParametersForImport" => &["kms:cmk:getMaterial"],
        "ImportKeyMaterial" => &["kms:cmk:importMaterial"],
        "DeleteImportedKeyMaterial" => &["kms:cmk:deleteMaterial"],
        // A period is changed by what enables rotation.
        "EnableKeyRotation" => &["kms:cmk:enableRotation", "kms:cmk:updateRotation"],
        "RotateKeyOnDemand" => &["kms:cmk:updateRotation"],
        "DisableKeyRotation" => &["kms:cmk:disableRotation"],
        "GetKeyRotationStatus" | "ListKeyRotations" => &["kms:cmk:getRotation"],
        "TagResource" => &["kms:cmkTag:create", "kms:cmkTag:batch"],
        "UntagResource" => &["kms:cmkTag:delete", "kms:cmkTag:batch"],
        "ListResourceTags" => &["kms:cmkTag:list", "kms:cmkTag:listInstance"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use api::GrantOperation;

    use super::*;

    /// Actions that no endpoint of that API leads to, and whose like it does not have.
    const WITHOUT: &[&str] = &[
        "ConnectCustomKeyStore",
        "CreateCustomKeyStore",
        "Decapsulate",
        "DeleteCustomKeyStore",
        "DescribeCustomKeyStores",
        "DisconnectCustomKeyStore",
        "Encapsulate",
        "GetKeyPolicy",
        "ListKeyPolicies",
        "PutKeyPolicy",
        "UpdateCustomKeyStore",
    ];

    #[test]
    fn every_action_is_covered_unless_it_is_known_not_to_be() {
        let actions =
            crate::TABLE.iter().map(|entry| entry.spec.name).chain(GrantOperation::NAMES.iter().copied());
        for action in actions {
            assert_eq!(covering(action).is_empty(), WITHOUT.contains(&action), "{action}");
        }
    }

    #[test]
    fn permissions_have_three_parts() {
        for entry in crate::TABLE {
            for permission in covering(entry.spec.name) {
                let parts: Vec<_> = permission.split(':').collect();
                let kinds = ["cmk", "dek", "grant", "alias", "cmkTag"];
                assert!(matches!(parts.as_slice(), ["kms", kind, _] if kinds.contains(kind)), "{permission}");
            }
        }
    }
}
