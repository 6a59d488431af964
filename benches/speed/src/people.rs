//! Who calls: a user as applications have one, one who looks after keys, and a guest whom only grants let in.

use std::sync::Arc;

use crypto::SecretBytes;
use serde_json::{Value, json};

use crate::Outcome;
use crate::data::{ACCOUNT, Engine};
use crate::wire::Who;

/// The user's name.
const APPLICATION: &str = "application";
/// The custodian's name.
const CUSTODIAN: &str = "custodian";
/// The guest's name.
const GUEST: &str = "guest";

/// All of them.
pub(crate) struct People {
    /// May use keys by their policy, and make and import keys by policies of its own.
    pub(crate) application: Arc<Who>,
    /// Has no policy that allows it anything.
    pub(crate) guest: Arc<Who>,
    /// May delete imported material, and use no key.
    pub(crate) custodian: Arc<Who>,
    /// The guest's ARN.
    pub(crate) guest_arn: String,
}

/// Makes them, with the roles that key policies name.
pub(crate) async fn make(engine: &Engine) -> Outcome<People> {
    for role in ["administrator", "auditor"] {
        let trust = json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": { "AWS": root_arn() }, "Action": "sts:AssumeRole",
        }] });
        let request = json!({ "RoleName": role, "AssumeRolePolicyDocument": trust.to_string() });
        engine.act("CreateRole", request).await?;
    }
    let application =
        user(engine, APPLICATION, &[("keys", keys()), ("guardrails", guardrails()), ("rest", rest())])
            .await?;
    let custodian = user(engine, CUSTODIAN, &[("custody", custody())]).await?;
    let guest = user(engine, GUEST, &[("rest", rest())]).await?;
    Ok(People {
        application: Arc::new(application),
        guest: Arc::new(guest),
        custodian: Arc::new(custodian),
        guest_arn: format!("arn:aws:iam::{ACCOUNT}:user/{GUEST}"),
    })
}

/// The policy of keys: the account's root, administrators who may not use it, and the application under conditions.
pub(crate) fn key_policy() -> String {
    let role = |name: &str| format!("arn:aws:iam::{ACCOUNT}:role/{name}");
    let statements = json!([
        { "Sid": "Account", "Effect": "Allow", "Principal": { "AWS": root_arn() }, "Action": "kms:*", "Resource": "*" },
        { "Sid": "Administer", "Effect": "Allow", "Principal": { "AWS": role("administrator") },
          "Action": ["kms:Create*", "kms:Describe*", "kms:Enable*", "kms:List*", "kms:Put*", "kms:Update*", "kms:Revoke*",
                     "kms:Disable*", "kms:Get*", "kms:Delete*", "kms:TagResource", "kms:UntagResource",
                     "kms:ScheduleKeyDeletion", "kms:CancelKeyDeletion"],
          "Resource": "*" },
        { "Sid": "Audit", "Effect": "Allow", "Principal": { "AWS": role("auditor") },
          "Action": ["kms:Describe*", "kms:List*", "kms:Get*"], "Resource": "*" },
        { "Sid": "Use", "Effect": "Allow", "Principal": { "AWS": format!("arn:aws:iam::{ACCOUNT}:user/{APPLICATION}") },
          "Action": ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey", "kms:Sign",
                     "kms:Verify", "kms:GenerateMac", "kms:VerifyMac"],
          "Resource": "*" },
        { "Sid": "Grant", "Effect": "Allow", "Principal": { "AWS": format!("arn:aws:iam::{ACCOUNT}:user/{APPLICATION}") },
          "Action": ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"], "Resource": "*",
          "Condition": { "Bool": { "kms:GrantIsForAWSResource": "true" } } },
    ]);
    json!({ "Version": "2012-10-17", "Statement": statements }).to_string()
}

fn root_arn() -> String {
    format!("arn:aws:iam::{ACCOUNT}:root")
}

fn keys() -> Value {
    json!([
        { "Effect": "Allow", "Action": ["kms:CreateKey", "kms:GenerateRandom", "kms:ListKeys"], "Resource": "*" },
        { "Effect": "Allow", "Action": ["kms:GetParametersForImport", "kms:ImportKeyMaterial", "kms:DescribeKey"],
          "Resource": format!("arn:aws:kms:*:{ACCOUNT}:key/*") },
    ])
}

fn guardrails() -> Value {
    json!([
        { "Effect": "Deny", "Action": "kms:*", "Resource": "*",
          "Condition": { "NotIpAddress": { "aws:SourceIp": ["127.0.0.0/8", "10.0.0.0/8"] } } },
        { "Effect": "Deny", "Action": ["kms:ScheduleKeyDeletion", "kms:DeleteImportedKeyMaterial"], "Resource": "*" },
        { "Effect": "Deny", "Action": ["kms:Encrypt", "kms:Decrypt"], "Resource": "*",
          "Condition": { "StringEquals": { "kms:EncryptionContext:tenant": "forbidden" } } },
    ])
}

fn custody() -> Value {
    json!([{ "Effect": "Allow", "Action": "kms:DeleteImportedKeyMaterial", "Resource": "*" }])
}

fn rest() -> Value {
    json!([
        { "Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::data-*/*" },
        { "Effect": "Allow", "Action": ["sqs:SendMessage", "sqs:ReceiveMessage"], "Resource": "*",
          "Condition": { "StringLike": { "aws:UserAgent": "*aws-sdk*" } } },
    ])
}

async fn user(engine: &Engine, name: &str, policies: &[(&str, Value)]) -> Outcome<Who> {
    engine.act("CreateUser", json!({ "UserName": name, "Path": "/" })).await?;
    for (policy, statements) in policies {
        let document = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
        let request = json!({ "PolicyName": format!("{name}-{policy}"), "PolicyDocument": document });
        let made = engine.act("CreatePolicy", request).await?;
        let arn = made.pointer("/Policy/Arn").ok_or("no policy was made")?;
        engine.act("AttachUserPolicy", json!({ "UserName": name, "PolicyArn": arn })).await?;
    }
    let made = engine.act("CreateAccessKey", json!({ "UserName": name })).await?;
    let text = |pointer| made.pointer(pointer).and_then(Value::as_str).ok_or("no access key was made");
    Ok(Who {
        access_key_id: text("/AccessKey/AccessKeyId")?.to_owned(),
        secret: SecretBytes::copy_of(text("/AccessKey/SecretAccessKey")?.as_bytes()),
    })
}
