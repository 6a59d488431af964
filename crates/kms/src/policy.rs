//! Key policies as they come with requests: read strictly, and none that locks its maker out.
//!
//! What is kept is the document as it is shown, and who the users and roles in it are: their unique ids. Whoever is made
//! anew under the same name is somebody else, and has nothing of what the policy says.

use std::collections::BTreeMap;
use std::sync::Arc;

use api::{Error, ErrorCode, limits};
use policy::{Account, Context as Facts, Decision, Document, Identity, Names, PolicyError, Request};

use crate::arn::Place;
use crate::authorize::of_key;
use crate::caller::root_arn;
use crate::key::KeyRecord;
use crate::pipeline::Context;

/// The name of the policy that every key has.
pub(crate) const NAME: &str = "default";
/// The action that a policy must leave to its maker.
const PUT_KEY_POLICY: &str = "kms:PutKeyPolicy";

/// A key's policy as its record has it.
#[derive(Debug)]
pub(crate) struct KeyPolicy {
    /// The document, as it is shown.
    pub(crate) text: String,
    /// The unique ids of the users, roles and sessions in it, by ARN.
    pub(crate) principals: Arc<BTreeMap<String, String>>,
}

impl KeyPolicy {
    /// The policy of a key that was created without one: the account decides (developer guide, "Default key
    /// policy").
    pub(crate) fn default_of(partition: &str, account: &str) -> Self {
        let root = root_arn(partition, account);
        let text = format!(
            "{{\n  \"Version\" : \"2012-10-17\",\n  \"Id\" : \"key-default-1\",\n  \"Statement\" : [ {{\n    \
             \"Sid\" : \"Enable IAM User Permissions\",\n    \"Effect\" : \"Allow\",\n    \"Principal\" : {{\n      \
             \"AWS\" : \"{root}\"\n    }},\n    \"Action\" : \"kms:*\",\n    \"Resource\" : \"*\"\n  }} ]\n}}"
        );
        Self { text, principals: Arc::default() }
    }

    /// Makes it the policy of a key.
    pub(crate) fn put_on(self, record: &mut KeyRecord) {
        record.policy = self.text.into();
        record.policy_principals = self.principals;
    }
}

/// Gives a key that is being made its policy: the one asked for, if it may be, or the default.
///
/// # Errors
/// Those of [`checked`].
pub(crate) async fn give(
    cx: &Context<'_>,
    record: &mut KeyRecord,
    asked: Option<&str>,
    bypass_lockout_check: bool,
) -> Result<(), Error> {
    let Place { partition, region, account } = record.place(&cx.kms().settings().partition);
    let policy = match asked {
        Some(policy) => {
            // Nobody knows the key's id yet, so what a policy says of it, it says of every key.
            let arn = format!("arn:{partition}:kms:{region}:{account}:key/*");
            checked(cx, record, &arn, policy, bypass_lockout_check).await?
        }
        None => KeyPolicy::default_of(&partition, &account),
    };
    policy.put_on(record);
    Ok(())
}

/// The document that a request gives for a key, which has this ARN, as it is kept and shown.
///
/// # Errors
/// `LimitExceededException` over 32,768 bytes; `MalformedPolicyDocumentException` for what is no policy, for one that
/// names a user or role that is not there, and for one that would not let the caller change it again, unless that
/// is what the caller wants.
pub(crate) async fn checked(
    cx: &Context<'_>,
    record: &KeyRecord,
    arn: &str,
    policy: &str,
    bypass_lockout_check: bool,
) -> Result<KeyPolicy, Error> {
    check_length(policy)?;
    let policies = cx.keys().policies();
    let given = policies.given(policy).map_err(|error| malformed(&error))?;
    let principals = Arc::new(principals(cx, &given.principals).await?);
    if !bypass_lockout_check {
        let kept = policies.pinned(&given.shown, &principals).map_err(|error| malformed(&error))?;
        check_lockout(cx, record, arn, kept.document())?;
    }
    Ok(KeyPolicy { text: given.shown.clone(), principals })
}

/// The policy of a key as it is shown now: with the unique ids of those who are no more in the place of their ARNs.
pub(crate) async fn shown(cx: &Context<'_>, record: &KeyRecord) -> Result<String, Error> {
    if record.policy_principals.is_empty() {
        return Ok(record.policy.to_string());
    }
    let gone = cx
        .kms()
        .directory()
        .gone(record.policy_principals.iter().collect())
        .await
        .map_err(Error::internal)?;
    if gone.is_empty() {
        return Ok(record.policy.to_string());
    }
    let document = Document::parse(&record.policy).map_err(|error| malformed(&error))?;
    Ok(document.shown_with(&gone.into_iter().collect()))
}

fn check_length(policy: &str) -> Result<(), Error> {
    if policy.len() > limits::MAX_POLICY {
        let text = format!("The key policy has {} bytes; it may have {}.", policy.len(), limits::MAX_POLICY);
        return Err(Error::new(ErrorCode::LimitExceeded, text));
    }
    Ok(())
}

fn malformed(error: &PolicyError) -> Error {
    Error::new(ErrorCode::MalformedPolicyDocument, error.to_string())
}

/// The unique ids of the users, roles and sessions of these ARNs.
async fn principals(cx: &Context<'_>, arns: &[String]) -> Result<BTreeMap<String, String>, Error> {
    let arns: Vec<_> = arns.iter().map(String::as_str).collect();
    let found = cx.kms().directory().unique_ids(&arns).await.map_err(Error::internal)?;
    let id = |(arn, id): (String, Option<String>)| {
        let text = "Policy contains a statement with one or more invalid principals.";
        let id = id.ok_or_else(|| Error::new(ErrorCode::MalformedPolicyDocument, text))?;
        Ok((arn, id))
    };
    found.into_iter().map(id).collect()
}

/// Refuses a policy that does not let the caller put another in its place: directly, or by leaving it to the account.
/// A condition counts for the caller only if this request, and the key, meet it; a denial counts unless it depends on
/// something that the next request may bring along.
fn check_lockout(cx: &Context<'_>, record: &KeyRecord, arn: &str, document: &Document) -> Result<(), Error> {
    let principal = &cx.caller().principal;
    let identities: Vec<_> =
        principal.names.iter().map(|name| Identity::Aws { arn: &name.arn, id: name.id.as_deref() }).collect();
    let request = Request {
        names: &Names {
            account: Some(Account { partition: &principal.partition, id: &principal.account }),
            identities: &identities,
        },
        action: PUT_KEY_POLICY.into(),
        resource: arn,
        context: &facts(cx, record, document),
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
fn facts<'f>(cx: &'f Context<'_>, record: &'f KeyRecord, document: &'f Document) -> Facts<'f> {
    let caller = cx.caller();
    let facts = Facts::partial()
        .with("kms:CallerAccount", caller.account())
        .with("kms:PolicyName", NAME)
        .with_all("kms:ViaService", []);
    let keys = document.condition_keys().iter();
    let told = |key| caller.told(key, cx.now().seconds()).or_else(|| of_key(record, key));
    let known = keys.filter_map(|key| Some((key.as_str(), told(key)?)));
    known.fold(facts, |facts, (key, told)| facts.with_all(key, told.values().unwrap_or_default().to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::Policies;

    #[test]
    fn the_default_policy_is_one_and_shown_as_it_is() {
        let policy = KeyPolicy::default_of("aws", "000000000000").text;
        assert_eq!(Policies::default().given(&policy).unwrap().shown, policy);
    }

    #[test]
    fn what_is_none() {
        for policy in ["", "x", "[]", "{}", r#"{"Statement":[]}"#, r#"{"Statement":{"Effect":"Allow"}}"#] {
            let Err(error) = Policies::default().given(policy) else { panic!("{policy}") };
            assert_eq!(malformed(&error).code(), ErrorCode::MalformedPolicyDocument, "{policy}");
        }
        let long = " ".repeat(limits::MAX_POLICY);
        assert!(check_length(&long).is_ok());
        assert_eq!(check_length(&(long + " ")).unwrap_err().code(), ErrorCode::LimitExceeded);
    }
}
