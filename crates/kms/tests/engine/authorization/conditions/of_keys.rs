//! Condition keys that the key decides which a request is about, and its past.

use serde_json::json;

use super::{ALIAS, Trial, as_it_is, trial};
use crate::states::keys::HOME;

pub(super) fn trials() -> Vec<Trial> {
    let is = |value: &str| ("StringEquals", json!(value));
    let other = |key, value, operation| {
        trial(key, operation, is(value), as_it_is, |asked| asked.value = json!("OTHER"))
    };
    vec![
        other("kms:KeySpec", "SYMMETRIC_DEFAULT", "DescribeKey"),
        other("kms:KeySpec", "ECC_NIST_P256", "Sign"),
        other("kms:CustomerMasterKeySpec", "HMAC_256", "GenerateMac"),
        other("kms:KeyUsage", "SIGN_VERIFY", "Sign"),
        other("kms:CustomerMasterKeyUsage", "ENCRYPT_DECRYPT", "DisableKey"),
        other("kms:KeyOrigin", "AWS_KMS", "GetKeyPolicy"),
        other("kms:KeyOrigin", "EXTERNAL", "GetParametersForImport"),
        other("kms:MultiRegionKeyType", "PRIMARY", "ReplicateKey"),
        trial("kms:MultiRegion", "Encrypt", ("Bool", json!("false")), as_it_is, |asked| {
            asked.value = json!("true");
        }),
        trial("kms:MultiRegion", "UpdatePrimaryRegion", ("Bool", json!("true")), as_it_is, |asked| {
            asked.value = json!("false");
        }),
        trial("kms:MultiRegionKeyType", "Encrypt", ("Null", json!("true")), as_it_is, |asked| {
            asked.value = json!("false");
        }),
        trial(
            "kms:RequestAlias",
            "Encrypt",
            is(ALIAS),
            |asked| asked.body["KeyId"] = json!(ALIAS),
            // The same key, named otherwise.
            as_it_is,
        ),
        trial(
            "kms:RequestAlias",
            "DescribeKey",
            ("StringLike", json!("alias/*")),
            |asked| asked.body["KeyId"] = json!(format!("arn:aws:kms:{HOME}:000000000000:{ALIAS}")),
            as_it_is,
        ),
        trial(
            "kms:ResourceAliases",
            "Decrypt",
            ("ForAnyValue:StringEquals", json!(ALIAS)),
            as_it_is,
            |asked| asked.value = json!("alias/other"),
        ),
        trial("aws:ResourceTag/team", "EnableKeyRotation", is("blue"), as_it_is, |asked| {
            asked.value = json!("red");
        }),
        trial("aws:ResourceTag/Other", "Sign", ("Null", json!("true")), as_it_is, |asked| {
            asked.value = json!("false");
        }),
        trial(
            "kms:TrailingDaysWithoutKeyUsage",
            "ScheduleKeyDeletion",
            ("NumericGreaterThanEquals", json!(90)),
            |asked| asked.days = 1,
            |asked| asked.days = 89,
        ),
        trial(
            "kms:TrailingDaysWithoutKeyUsage",
            "DisableKey",
            ("NumericGreaterThan", json!(9)),
            |asked| asked.days = 10,
            as_it_is,
        ),
    ]
}
