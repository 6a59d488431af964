//! Condition keys that the members of requests decide.

use serde_json::json;

use super::{Trial, as_it_is, trial};
use crate::states::keys::ABROAD;
use crate::world::{ACCOUNT, DAY, START};

const ANN: &str = "arn:aws:iam::000000000000:root";
const BOB: &str = "arn:aws:iam::111122223333:root";
const SERVICE: &str = "rds.eu-west-1.amazonaws.com";
const SOURCE: &str = "arn:aws:rds:eu-west-1:000000000000:db:mine";

pub(super) fn trials() -> Vec<Trial> {
    [of_import(), of_management(), of_cryptography(), of_contexts(), of_new_keys(), of_tags()]
        .into_iter()
        .flatten()
        .collect()
}

fn is(value: &str) -> (&'static str, serde_json::Value) {
    ("StringEquals", json!(value))
}

fn of_import() -> Vec<Trial> {
    vec![
        trial(
            "kms:WrappingAlgorithm",
            "GetParametersForImport",
            is("RSAES_OAEP_SHA_256"),
            as_it_is,
            |asked| {
                asked.body["WrappingAlgorithm"] = json!("RSAES_OAEP_SHA_1");
            },
        ),
        trial("kms:WrappingKeySpec", "GetParametersForImport", is("RSA_2048"), as_it_is, |asked| {
            asked.body["WrappingKeySpec"] = json!("RSA_3072");
        }),
        trial(
            "kms:ExpirationModel",
            "ImportKeyMaterial",
            is("KEY_MATERIAL_DOES_NOT_EXPIRE"),
            as_it_is,
            |asked| {
                // What is left out has a default.
                asked.body["ExpirationModel"] = json!(null);
                asked.body["ValidTo"] = json!(START.seconds() + DAY);
            },
        ),
        trial(
            "kms:ValidTo",
            "ImportKeyMaterial",
            ("NumericLessThanEquals", json!(START.seconds() + 10 * DAY)),
            |asked| {
                asked.body["ExpirationModel"] = json!("KEY_MATERIAL_EXPIRES");
                asked.body["ValidTo"] = json!(START.seconds() + 10 * DAY);
            },
            |asked| {
                asked.body["ExpirationModel"] = json!("KEY_MATERIAL_EXPIRES");
                asked.body["ValidTo"] = json!(START.seconds() + 10 * DAY + 1);
            },
        ),
        trial("kms:ValidTo", "ImportKeyMaterial", ("Null", json!("true")), as_it_is, |asked| {
            asked.body["ExpirationModel"] = json!("KEY_MATERIAL_EXPIRES");
            asked.body["ValidTo"] = json!(START.seconds() + DAY);
        }),
    ]
}

fn of_management() -> Vec<Trial> {
    vec![
        trial(
            "kms:RotationPeriodInDays",
            "EnableKeyRotation",
            ("NumericLessThanEquals", json!(180)),
            as_it_is,
            |asked| asked.body["RotationPeriodInDays"] = json!(null),
        ),
        trial(
            "kms:ScheduleKeyDeletionPendingWindowInDays",
            "ScheduleKeyDeletion",
            ("NumericGreaterThanEquals", json!("30")),
            as_it_is,
            |asked| asked.body["PendingWindowInDays"] = json!(29),
        ),
        trial("kms:PolicyName", "GetKeyPolicy", is("default"), as_it_is, |asked| {
            asked.body["PolicyName"] = json!("AWS_RAM");
        }),
        trial("kms:PolicyName", "PutKeyPolicy", is("default"), as_it_is, |asked| {
            asked.body["PolicyName"] = json!("other");
        }),
        trial(
            "kms:BypassPolicyLockoutSafetyCheck",
            "PutKeyPolicy",
            ("Bool", json!("false")),
            as_it_is,
            |asked| asked.body["BypassPolicyLockoutSafetyCheck"] = json!(true),
        ),
        trial("kms:BypassPolicyLockoutSafetyCheck", "CreateKey", ("Bool", json!(false)), as_it_is, |asked| {
            asked.body["BypassPolicyLockoutSafetyCheck"] = json!(true);
        }),
        trial(
            "kms:BypassPolicyLockoutSafetyCheck",
            "ReplicateKey",
            ("Bool", json!("false")),
            as_it_is,
            |asked| asked.body["BypassPolicyLockoutSafetyCheck"] = json!(true),
        ),
        trial("kms:PrimaryRegion", "UpdatePrimaryRegion", is(ABROAD), as_it_is, |asked| {
            asked.body["PrimaryRegion"] = json!("eu-north-1");
        }),
        trial("kms:ReplicaRegion", "ReplicateKey", is("ap-south-1"), as_it_is, |asked| {
            asked.body["ReplicaRegion"] = json!("ap-south-2");
        }),
    ]
}

fn of_cryptography() -> Vec<Trial> {
    vec![
        trial("kms:SigningAlgorithm", "Sign", is("ECDSA_SHA_256"), as_it_is, |asked| {
            asked.body["SigningAlgorithm"] = json!("ECDSA_SHA_384");
        }),
        trial("kms:SigningAlgorithm", "Verify", is("ECDSA_SHA_256"), as_it_is, |asked| {
            asked.body["SigningAlgorithm"] = json!("ECDSA_SHA_384");
        }),
        trial("kms:MessageType", "Sign", is("RAW"), as_it_is, |asked| {
            asked.body["MessageType"] = json!("DIGEST");
        }),
        trial("kms:MessageType", "Verify", is("RAW"), as_it_is, |asked| {
            asked.body["MessageType"] = json!("DIGEST");
        }),
        trial("kms:MacAlgorithm", "GenerateMac", is("HMAC_SHA_256"), as_it_is, |asked| {
            asked.body["MacAlgorithm"] = json!("HMAC_SHA_512");
        }),
        trial("kms:MacAlgorithm", "VerifyMac", is("HMAC_SHA_256"), as_it_is, |asked| {
            asked.body["MacAlgorithm"] = json!("HMAC_SHA_512");
        }),
        // There is one algorithm.
        trial("kms:KeyAgreementAlgorithm", "DeriveSharedSecret", is("ECDH"), as_it_is, |asked| {
            asked.value = json!("X25519");
        }),
        trial("kms:DataKeyPairSpec", "GenerateDataKeyPair", is("ECC_NIST_P256"), as_it_is, |asked| {
            asked.body["KeyPairSpec"] = json!("RSA_2048");
        }),
        trial(
            "kms:DataKeyPairSpec",
            "GenerateDataKeyPairWithoutPlaintext",
            is("ECC_NIST_P256"),
            as_it_is,
            |asked| asked.body["KeyPairSpec"] = json!("RSA_2048"),
        ),
        trial("kms:EncryptionAlgorithm", "Encrypt", is("SYMMETRIC_DEFAULT"), as_it_is, |asked| {
            asked.body["EncryptionAlgorithm"] = json!("RSAES_OAEP_SHA_1");
        }),
        trial("kms:EncryptionAlgorithm", "Decrypt", is("SYMMETRIC_DEFAULT"), as_it_is, |asked| {
            asked.body["EncryptionAlgorithm"] = json!("RSAES_OAEP_SHA_1");
        }),
        trial("kms:EncryptionAlgorithm", "ReEncrypt", is("SYMMETRIC_DEFAULT"), as_it_is, |asked| {
            asked.body["DestinationEncryptionAlgorithm"] = json!("RSAES_OAEP_SHA_1");
        }),
        trial("kms:EncryptionAlgorithm", "GenerateDataKey", is("SYMMETRIC_DEFAULT"), as_it_is, |asked| {
            asked.value = json!("RSAES_OAEP_SHA_1");
        }),
        trial("kms:ReEncryptOnSameKey", "ReEncrypt", ("Bool", json!("false")), as_it_is, |asked| {
            asked.body["DestinationKeyId"] = asked.body["SourceKeyId"].clone();
        }),
        trial(
            "kms:ReEncryptOnSameKey",
            "ReEncrypt",
            ("Bool", json!("true")),
            |asked| {
                // The ciphertext alone says which key it is of.
                asked.body["DestinationKeyId"] = asked.body["SourceKeyId"].take();
            },
            as_it_is,
        ),
    ]
}

fn of_contexts() -> Vec<Trial> {
    let any = |names| ("ForAnyValue:StringEquals", names);
    let all = |names| ("ForAllValues:StringEquals", names);
    vec![
        trial(
            "kms:EncryptionContext:AppName",
            "Encrypt",
            is("Wallet"),
            // The name's case does not matter, and the value's does.
            |asked| asked.body["EncryptionContext"] = json!({"appname": "Wallet", "more": "x"}),
            |asked| asked.body["EncryptionContext"] = json!({"AppName": "wallet"}),
        ),
        trial(
            "kms:EncryptionContext:AppName",
            "Encrypt",
            is("Wallet"),
            |asked| asked.body["EncryptionContext"] = json!({"AppName": "Wallet"}),
            // Two names for one key: no value is the value.
            |asked| asked.body["EncryptionContext"] = json!({"AppName": "Wallet", "appname": "Wallet"}),
        ),
        trial(
            "kms:EncryptionContext:AppName",
            "GenerateDataKeyWithoutPlaintext",
            is("Wallet"),
            |asked| asked.body["EncryptionContext"] = json!({"AppName": "Wallet"}),
            as_it_is,
        ),
        trial(
            "kms:EncryptionContext:AppName",
            "CreateGrant",
            is("Wallet"),
            |asked| asked.body["Constraints"] = json!({"EncryptionContextSubset": {"AppName": "Wallet"}}),
            |asked| asked.body["Constraints"] = json!({"EncryptionContextSubset": {"AppName": "Purse"}}),
        ),
        trial(
            "kms:EncryptionContextKeys",
            "Encrypt",
            any(json!(["AppName", "Path"])),
            |asked| asked.body["EncryptionContext"] = json!({"Path": "x", "more": "y"}),
            |asked| asked.body["EncryptionContext"] = json!({"more": "y"}),
        ),
        trial(
            "kms:EncryptionContextKeys",
            "GenerateDataKey",
            all(json!(["AppName", "Path"])),
            as_it_is,
            |asked| asked.body["EncryptionContext"] = json!({"Path": "x", "more": "y"}),
        ),
        trial(
            "kms:EncryptionContextKeys",
            "CreateGrant",
            any(json!("AppName")),
            |asked| asked.body["Constraints"] = json!({"EncryptionContextEquals": {"AppName": "x"}}),
            as_it_is,
        ),
    ]
}

/// What a request for a grant says.
pub(super) fn grants() -> Vec<Trial> {
    vec![
        trial(
            "kms:GrantOperations",
            "CreateGrant",
            ("ForAllValues:StringEquals", json!(["Encrypt", "Decrypt"])),
            as_it_is,
            |asked| asked.body["Operations"] = json!(["Encrypt", "GenerateDataKey"]),
        ),
        trial(
            "kms:GranteePrincipal",
            "CreateGrant",
            is(ANN),
            |asked| asked.body["GranteePrincipal"] = json!(ANN),
            |asked| asked.body["GranteePrincipal"] = json!(BOB),
        ),
        trial(
            "kms:RetiringPrincipal",
            "CreateGrant",
            is(ANN),
            |asked| asked.body["RetiringPrincipal"] = json!(ANN),
            as_it_is,
        ),
        trial(
            "kms:GranteeServicePrincipal",
            "CreateGrant",
            is(SERVICE),
            |asked| {
                asked.body["GranteePrincipal"] = json!(null);
                asked.body["GranteeServicePrincipal"] = json!(SERVICE);
                asked.body["RetiringServicePrincipal"] = json!(SERVICE);
                asked.body["Constraints"] = json!({"SourceArn": SOURCE});
            },
            as_it_is,
        ),
        trial(
            "kms:RetiringServicePrincipal",
            "CreateGrant",
            ("StringLike", json!("rds.*.amazonaws.com")),
            |asked| asked.body["RetiringServicePrincipal"] = json!(SERVICE),
            |asked| asked.body["RetiringServicePrincipal"] = json!("dynamodb.eu-west-1.amazonaws.com"),
        ),
        trial(
            "kms:GrantConstraintType",
            "CreateGrant",
            is("EncryptionContextSubset"),
            |asked| asked.body["Constraints"] = json!({"EncryptionContextSubset": {"a": "b"}}),
            |asked| asked.body["Constraints"] = json!({"EncryptionContextEquals": {"a": "b"}}),
        ),
        trial(
            "kms:GrantConstraintSourceArn",
            "CreateGrant",
            ("ArnLike", json!(format!("arn:aws:rds:*:{ACCOUNT}:db:*"))),
            |asked| asked.body["Constraints"] = json!({"SourceArn": SOURCE}),
            |asked| asked.body["Constraints"] = json!({"SourceArn": SOURCE.replace("rds", "ec2")}),
        ),
    ]
}

fn of_new_keys() -> Vec<Trial> {
    let made = |key, value, fails| trial(key, "CreateKey", is(value), as_it_is, fails);
    vec![
        made("kms:KeySpec", "SYMMETRIC_DEFAULT", |asked| asked.body["KeySpec"] = json!("HMAC_256")),
        made("kms:KeySpec", "SYMMETRIC_DEFAULT", |asked| {
            asked.body["CustomerMasterKeySpec"] = json!("RSA_2048");
        }),
        made("kms:CustomerMasterKeySpec", "SYMMETRIC_DEFAULT", |asked| {
            asked.body["KeySpec"] = json!("HMAC_256");
        }),
        made("kms:KeyUsage", "ENCRYPT_DECRYPT", |asked| asked.body["KeyUsage"] = json!("SIGN_VERIFY")),
        made("kms:CustomerMasterKeyUsage", "ENCRYPT_DECRYPT", |asked| {
            asked.body["KeyUsage"] = json!("SIGN_VERIFY");
        }),
        made("kms:KeyOrigin", "AWS_KMS", |asked| asked.body["Origin"] = json!("EXTERNAL")),
        trial("kms:MultiRegion", "CreateKey", ("Bool", json!("false")), as_it_is, |asked| {
            asked.body["MultiRegion"] = json!(true);
        }),
        trial(
            "kms:MultiRegionKeyType",
            "CreateKey",
            is("PRIMARY"),
            |asked| asked.body["MultiRegion"] = json!(true),
            as_it_is,
        ),
    ]
}

fn of_tags() -> Vec<Trial> {
    let known = || ("ForAllValues:StringEquals", json!(["Team", "color"]));
    vec![
        trial("aws:RequestTag/color", "TagResource", is("blue"), as_it_is, |asked| {
            asked.body["Tags"] = json!([{"TagKey": "color", "TagValue": "Blue"}]);
        }),
        trial("aws:TagKeys", "TagResource", known(), as_it_is, |asked| {
            asked.body["Tags"] = json!([{"TagKey": "colour", "TagValue": "blue"}]);
        }),
        trial("aws:TagKeys", "UntagResource", known(), as_it_is, |asked| {
            asked.body["TagKeys"] = json!(["color", "other"]);
        }),
        trial(
            "aws:RequestTag/color",
            "CreateKey",
            is("blue"),
            |asked| asked.body["Tags"] = json!([{"TagKey": "Color", "TagValue": "blue"}]),
            as_it_is,
        ),
        trial("aws:TagKeys", "CreateKey", known(), as_it_is, |asked| {
            asked.body["Tags"] =
                json!([{"TagKey": "color", "TagValue": "x"}, {"TagKey": "other", "TagValue": "x"}]);
        }),
        trial(
            "aws:RequestTag/color",
            "ReplicateKey",
            is("blue"),
            |asked| asked.body["Tags"] = json!([{"TagKey": "color", "TagValue": "blue"}]),
            as_it_is,
        ),
    ]
}
