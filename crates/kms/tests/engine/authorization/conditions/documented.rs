//! That no condition key is left out: what is tried, what AWS documents and what the engine's source names are the same.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use kms::{Caller, TABLE};

use super::super::coverage::permissions;
use super::{all, of_recipients, try_all};

/// The condition keys of the service (developer guide, "AWS KMS condition keys"; permissions reference). Those whose
/// last part is given by the policy end where it begins.
const OF_KMS: [&str; 40] = [
    "kms:BypassPolicyLockoutSafetyCheck",
    "kms:CallerAccount",
    "kms:CustomerMasterKeySpec",
    "kms:CustomerMasterKeyUsage",
    "kms:DataKeyPairSpec",
    "kms:EncryptionAlgorithm",
    "kms:EncryptionContext:",
    "kms:EncryptionContextKeys",
    "kms:ExpirationModel",
    "kms:GrantConstraintSourceArn",
    "kms:GrantConstraintType",
    "kms:GrantIsForAWSResource",
    "kms:GrantOperations",
    "kms:GranteePrincipal",
    "kms:GranteeServicePrincipal",
    "kms:KeyAgreementAlgorithm",
    "kms:KeyOrigin",
    "kms:KeySpec",
    "kms:KeyUsage",
    "kms:MacAlgorithm",
    "kms:MessageType",
    "kms:MultiRegion",
    "kms:MultiRegionKeyType",
    "kms:PolicyName",
    "kms:PrimaryRegion",
    "kms:ReEncryptOnSameKey",
    "kms:RecipientAttestation:",
    "kms:ReplicaRegion",
    "kms:RequestAlias",
    "kms:ResourceAliases",
    "kms:RetiringPrincipal",
    "kms:RetiringServicePrincipal",
    "kms:RotationPeriodInDays",
    "kms:ScheduleKeyDeletionPendingWindowInDays",
    "kms:SigningAlgorithm",
    "kms:TrailingDaysWithoutKeyUsage",
    "kms:ValidTo",
    "kms:ViaService",
    "kms:WrappingAlgorithm",
    "kms:WrappingKeySpec",
];
/// The global ones that the key and the request decide.
const OF_REQUESTS: [&str; 3] = ["aws:RequestTag/", "aws:ResourceTag/", "aws:TagKeys"];
/// The global ones that the caller decides, as far as a caller of this service can have them.
const OF_CALLERS: [&str; 18] = [
    "aws:CalledVia",
    "aws:CurrentTime",
    "aws:EpochTime",
    "aws:MultiFactorAuthPresent",
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:PrincipalTag/",
    "aws:PrincipalType",
    "aws:RequestedRegion",
    "aws:SecureTransport",
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:SourceIp",
    "aws:TokenIssueTime",
    "aws:UserAgent",
    "aws:ViaAWSService",
    "aws:userid",
    "aws:username",
];

/// The trials are made in so many parts, to take less long.
const PARTS: usize = 4;

macro_rules! parts {
    ($($name:ident: $part:literal,)*) => {
        $(
            #[tokio::test]
            async fn $name() {
                let trials: Vec<_> = all().into_iter().skip($part).step_by(PARTS).collect();
                try_all(&trials).await;
            }
        )*
    };
}

parts! {
    each_lets_through_what_meets_it_and_nothing_else: 0,
    each_second_of_them: 1,
    each_third_of_them: 2,
    each_fourth_of_them: 3,
}

/// A key without the part that a policy gives, in lower case.
fn family(key: &str) -> String {
    let end = key.find('/').or_else(|| key.match_indices(':').nth(1).map(|(at, _)| at));
    key[..end.map_or(key.len(), |at| at + 1)].to_ascii_lowercase()
}

fn families<'k>(keys: impl IntoIterator<Item = &'k str>) -> BTreeSet<String> {
    keys.into_iter().map(family).collect()
}

#[test]
fn every_key_is_tried() {
    let trials = all();
    let tried = trials.iter().map(|trial| trial.key).chain(of_recipients::KEYS.map(|(key, ..)| key));
    let documented = OF_KMS.into_iter().chain(OF_REQUESTS).chain(OF_CALLERS);
    assert_eq!(families(tried), families(documented));
}

#[test]
fn the_source_names_no_other_key() {
    let mut named = BTreeSet::new();
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut named);
    let actions: BTreeSet<_> = TABLE
        .iter()
        .flat_map(|entry| permissions(entry.spec.name))
        .map(|permission| format!("kms:{permission}").to_ascii_lowercase())
        .collect();
    // One of the caller's, which is another where an operation does something in another Region.
    let other = |key: &String| !actions.contains(key) && key != "aws:requestedregion";
    let named: BTreeSet<_> = named.into_iter().filter(other).collect();
    assert_eq!(named, families(OF_KMS.into_iter().chain(OF_REQUESTS)));
}

#[test]
fn callers_know_their_keys() {
    let caller = Caller::root("aws", "000000000000", "eu-west-1");
    for key in families(OF_CALLERS) {
        assert!(
            caller.fact(&format!("{key}{}", if key.ends_with('/') { "x" } else { "" }), 0).is_some(),
            "{key}"
        );
    }
    for key in families(OF_REQUESTS.into_iter().chain(OF_KMS)) {
        assert!(caller.fact(&key, 0).is_none(), "{key}");
    }
}

/// Collects the texts in the source files of a folder that look like condition keys.
fn read(folder: &Path, named: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, named);
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        // What tests of a file say is not what the engine knows.
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        named.extend(code.split('"').filter(|text| is_key(text)).map(family));
    }
}

fn is_key(text: &str) -> bool {
    let Some(name) = text.strip_prefix("kms:").or_else(|| text.strip_prefix("aws:")) else {
        return false;
    };
    let name = name.strip_suffix([':', '/']).unwrap_or(name);
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphabetic())
}
