//! Key policies as they come with requests: read strictly, and none that locks its maker out.
//!
//! They do not decide who may use a key yet (see `authorize.rs`). A document that could not decide is refused all the
//! same, so that none waits in the store for the day it matters. What is kept is the document as it is shown.

use api::{Error, ErrorCode, limits};
use policy::{Account, Context as Facts, Decision, Document, Identity, Request};

use crate::Caller;
use crate::arn::Place;
use crate::caller::root_arn;
use crate::pipeline::Context;

/// The name of the policy that every key has.
pub(crate) const NAME: &str = "default";
/// The action that a policy must leave to its maker.
const PUT_KEY_POLICY: &str = "kms:PutKeyPolicy";

/// The policy of a key that was created without one: the account decides (developer guide, "Default key policy").
pub(crate) fn default_policy(partition: &str, account: &str) -> String {
    let root = root_arn(partition, account);
    format!(
        "{{\n  \"Version\" : \"2012-10-17\",\n  \"Id\" : \"key-default-1\",\n  \"Statement\" : [ {{\n    \
         \"Sid\" : \"Enable IAM User Permissions\",\n    \"Effect\" : \"Allow\",\n    \"Principal\" : {{\n      \
         \"AWS\" : \"{root}\"\n    }},\n    \"Action\" : \"kms:*\",\n    \"Resource\" : \"*\"\n  }} ]\n}}"
    )
}

/// The policy of a key that is made at `place`: the one asked for, if it may be, or the default.
///
/// # Errors
/// Those of [`checked`].
pub(crate) fn of_new_key(
    cx: &Context<'_>,
    place: &Place,
    asked: Option<&str>,
    bypass_lockout_check: bool,
) -> Result<String, Error> {
    // The key has no id yet. No policy can know it, so what a policy says of it, it says of every key.
    let arn = format!("arn:{}:kms:{}:{}:key/*", place.partition, place.region, place.account);
    match asked {
        Some(policy) => checked(cx, &arn, policy, bypass_lockout_check),
        None => Ok(default_policy(&place.partition, &place.account)),
    }
}

/// The document that a request gives for the key of this ARN, as it is kept and shown.
///
/// # Errors
/// `LimitExceededException` over 32,768 bytes; `MalformedPolicyDocumentException` for what is no policy, and for one
/// that would not let the caller change it again, unless that is what the caller wants.
pub(crate) fn checked(
    cx: &Context<'_>,
    arn: &str,
    policy: &str,
    bypass_lockout_check: bool,
) -> Result<String, Error> {
    let document = parse(policy)?;
    if !bypass_lockout_check {
        check_lockout(cx, arn, &document)?;
    }
    Ok(document.shown())
}

fn parse(policy: &str) -> Result<Document, Error> {
    if policy.len() > limits::MAX_POLICY {
        let text = format!("The key policy has {} bytes; it may have {}.", policy.len(), limits::MAX_POLICY);
        return Err(Error::new(ErrorCode::LimitExceeded, text));
    }
    Document::parse(policy).map_err(|error| Error::new(ErrorCode::MalformedPolicyDocument, error.to_string()))
}

/// Refuses a policy that does not let the caller put another in its place: directly, or by leaving it to the account.
/// A condition counts for the caller only if this request meets it; a denial counts unless it depends on something
/// that the next request may bring along.
fn check_lockout(cx: &Context<'_>, arn: &str, document: &Document) -> Result<(), Error> {
    let (caller, partition) = (cx.caller(), &cx.kms().settings().partition);
    let identity = [Identity::Aws { arn: &caller.principal, id: None }];
    let is_root = caller.is_root_of(partition, &caller.account);
    let request = Request {
        caller: &policy::Caller {
            account: Some(Account { partition, id: &caller.account }),
            identities: if is_root { &[] } else { &identity },
        },
        action: PUT_KEY_POLICY,
        resource: arn,
        context: &facts(caller, is_root, cx.now().seconds()),
    };
    match document.decide(&request) {
        Decision::Allowed(_) | Decision::Delegated(_) | Decision::AllowedUnless { .. } => Ok(()),
        _ => {
            let text = "The new key policy will not allow you to update the key policy in the future.";
            Err(Error::new(ErrorCode::MalformedPolicyDocument, text))
        }
    }
}

/// What is known of a `PutKeyPolicy` that the caller would make now.
fn facts(caller: &Caller, is_root: bool, now: i64) -> Facts<'_> {
    let facts = Facts::partial()
        .with("aws:CurrentTime", now.to_string())
        .with("aws:EpochTime", now.to_string())
        .with("aws:PrincipalAccount", caller.account.as_str())
        .with("aws:PrincipalArn", caller.principal.as_str())
        .with("aws:RequestedRegion", caller.region.as_str())
        .with("kms:CallerAccount", caller.account.as_str())
        .with("kms:PolicyName", NAME)
        .with_all("kms:ViaService", []);
    let facts = if is_root { facts.with("aws:PrincipalType", "Account") } else { facts };
    match caller.source_ip {
        Some(address) => facts.with("aws:SourceIp", address.to_string()),
        None => facts,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_policy_is_one_and_shown_as_it_is() {
        let policy = default_policy("aws", "000000000000");
        assert_eq!(parse(&policy).unwrap().shown(), policy);
    }

    #[test]
    fn what_is_none() {
        for policy in ["", "x", "[]", "{}", r#"{"Statement":[]}"#, r#"{"Statement":{"Effect":"Allow"}}"#] {
            assert_eq!(parse(policy).unwrap_err().code(), ErrorCode::MalformedPolicyDocument, "{policy}");
        }
        let long = format!("{{{}}}", " ".repeat(limits::MAX_POLICY));
        assert_eq!(parse(&long).unwrap_err().code(), ErrorCode::LimitExceeded);
    }
}
