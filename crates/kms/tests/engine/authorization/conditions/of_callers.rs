//! Condition keys that the caller decides, and how the request came.

use kms::Via;
use serde_json::json;

use super::{Trial, as_it_is, trial};
use crate::states::keys::HOME;
use crate::world::{ACCOUNT, DAY, START};

const BUCKET: &str = "arn:aws:s3:::mine";

pub(super) fn trials() -> Vec<Trial> {
    [of_identities(), of_transport(), of_services()].into_iter().flatten().collect()
}

fn of_identities() -> Vec<Trial> {
    let is = |value: &str| ("StringEquals", json!(value));
    vec![
        trial("kms:CallerAccount", "Encrypt", is(ACCOUNT), as_it_is, |asked| {
            asked.value = json!("111122223333");
        }),
        trial("kms:CallerAccount", "CreateCustomKeyStore", is(ACCOUNT), as_it_is, |asked| {
            asked.value = json!("111122223333");
        }),
        trial(
            "aws:PrincipalArn",
            "Encrypt",
            ("ArnEquals", json!(format!("arn:aws:iam::{ACCOUNT}:user/tried"))),
            as_it_is,
            |asked| asked.value = json!(format!("arn:aws:iam::{ACCOUNT}:user/other")),
        ),
        trial("aws:PrincipalAccount", "ListKeys", is(ACCOUNT), as_it_is, |asked| {
            asked.value = json!("111122223333");
        }),
        trial("aws:PrincipalType", "Encrypt", is("User"), as_it_is, |asked| asked.value = json!("Account")),
        trial("aws:username", "Encrypt", is("tried"), as_it_is, |asked| asked.value = json!("other")),
        trial("aws:userid", "Encrypt", ("StringLike", json!("AIDA*")), as_it_is, |asked| {
            asked.value = json!("AROA*");
        }),
        trial(
            "aws:PrincipalTag/team",
            "Decrypt",
            is("blue"),
            |asked| asked.knows("aws:principaltag/team", "blue"),
            |asked| asked.knows("aws:principaltag/team", "red"),
        ),
        // A variable in the place of a value.
        trial(
            "aws:ResourceTag/Team",
            "Decrypt",
            is("${aws:PrincipalTag/team}"),
            |asked| asked.knows("aws:principaltag/team", "blue"),
            as_it_is,
        ),
        trial(
            "aws:MultiFactorAuthPresent",
            "ScheduleKeyDeletion",
            ("Bool", json!("true")),
            |asked| asked.knows("aws:multifactorauthpresent", "true"),
            as_it_is,
        ),
        trial(
            "aws:TokenIssueTime",
            "Encrypt",
            ("DateGreaterThan", json!("2025-12-31T00:00:00Z")),
            |asked| asked.knows("aws:tokenissuetime", "2026-01-01T00:00:00Z"),
            |asked| asked.knows("aws:tokenissuetime", "2025-12-30T00:00:00Z"),
        ),
    ]
}

fn of_transport() -> Vec<Trial> {
    vec![
        trial(
            "aws:SourceIp",
            "Decrypt",
            ("IpAddress", json!(["192.0.2.0/24", "2001:db8::/32"])),
            |asked| asked.caller.source_ip = Some("2001:db8::7".parse().unwrap()),
            |asked| asked.caller.source_ip = Some("198.51.100.7".parse().unwrap()),
        ),
        trial(
            "aws:SourceIp",
            "GenerateRandom",
            ("IpAddress", json!("192.0.2.0/24")),
            |asked| asked.caller.source_ip = Some("192.0.2.7".parse().unwrap()),
            as_it_is,
        ),
        trial("aws:SecureTransport", "Encrypt", ("Bool", json!("true")), as_it_is, |asked| {
            asked.caller.secure_transport = false;
        }),
        trial(
            "aws:UserAgent",
            "Encrypt",
            ("StringLike", json!("aws-cli/*")),
            |asked| asked.caller.user_agent = Some("aws-cli/2.31".to_owned()),
            as_it_is,
        ),
        trial("aws:RequestedRegion", "ListKeys", ("StringEquals", json!(HOME)), as_it_is, |asked| {
            asked.caller.region = "us-east-1".to_owned();
        }),
        trial(
            "aws:CurrentTime",
            "Encrypt",
            ("DateGreaterThanEquals", json!("2026-01-03T00:00:00Z")),
            |asked| asked.days = 2,
            as_it_is,
        ),
        trial(
            "aws:EpochTime",
            "Encrypt",
            ("NumericLessThan", json!(START.seconds() + DAY)),
            as_it_is,
            |asked| asked.value = json!(START.seconds()),
        ),
    ]
}

fn via(service: &str) -> Via {
    Via {
        service: format!("{service}.{HOME}.amazonaws.com"),
        source_arn: Some(BUCKET.to_owned()),
        source_account: Some(ACCOUNT.to_owned()),
    }
}

/// What only a front can say that knows a service.
fn of_services() -> Vec<Trial> {
    let service = format!("s3.{HOME}.amazonaws.com");
    vec![
        trial(
            "kms:ViaService",
            "Decrypt",
            ("StringEquals", json!(service)),
            |asked| asked.caller.via = Some(via("s3")),
            |asked| asked.caller.via = Some(via("ec2")),
        ),
        trial(
            "kms:ViaService",
            "GenerateDataKey",
            ("StringEquals", json!(service)),
            |asked| asked.caller.via = Some(via("s3")),
            as_it_is,
        ),
        trial(
            "kms:GrantIsForAWSResource",
            "CreateGrant",
            ("Bool", json!("true")),
            |asked| asked.caller.via = Some(via("ec2")),
            as_it_is,
        ),
        trial(
            "kms:GrantIsForAWSResource",
            "ListGrants",
            ("Bool", json!("true")),
            |asked| asked.caller.via = Some(via("ec2")),
            as_it_is,
        ),
        trial("kms:GrantIsForAWSResource", "RevokeGrant", ("Bool", json!("false")), as_it_is, |asked| {
            asked.caller.via = Some(via("ec2"));
        }),
        trial(
            "aws:ViaAWSService",
            "Encrypt",
            ("Bool", json!("true")),
            |asked| asked.caller.via = Some(via("s3")),
            as_it_is,
        ),
        trial(
            "aws:CalledVia",
            "Encrypt",
            ("ForAnyValue:StringEquals", json!("s3.amazonaws.com")),
            |asked| asked.caller.via = Some(via("s3")),
            |asked| asked.caller.via = Some(via("ec2")),
        ),
        trial(
            "aws:SourceArn",
            "Encrypt",
            ("ArnLike", json!("arn:aws:s3:::*")),
            |asked| asked.caller.via = Some(via("s3")),
            as_it_is,
        ),
        trial(
            "aws:SourceAccount",
            "Encrypt",
            ("StringEquals", json!(ACCOUNT)),
            |asked| asked.caller.via = Some(via("s3")),
            as_it_is,
        ),
    ]
}
