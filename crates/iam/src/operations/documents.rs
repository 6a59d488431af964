//! Policy documents as they come in: read strictly, within the quotas, and of principals that there are.

use std::collections::BTreeMap;

use policy::{Document, Form};

use crate::context::Context;
use crate::limits::{self, most_bytes, policy_size};
use crate::refusal::Stop;
use crate::{Directory, Error};

/// Refuses what is no policy of an identity.
pub(super) fn check_identity_policy(text: &str) -> Result<Document, Error> {
    Document::parse_as(Form::Identity, text).map_err(|error| Error::malformed_policy(error.to_string()))
}

/// Refuses a version of a managed policy that is none, or too long.
pub(super) fn check_managed_policy(text: &str) -> Result<(), Error> {
    check_identity_policy(text)?;
    if policy_size(text) > limits::MANAGED_POLICY {
        return Err(Error::limit_exceeded("PolicySize", limits::MANAGED_POLICY));
    }
    check_bytes("managed policy", text.len(), limits::MANAGED_POLICY)
}

/// Refuses more bytes than are stored of what has this quota, in which white space is not counted.
pub(super) fn check_bytes(what: &str, bytes: usize, quota: usize) -> Result<(), Error> {
    let most = most_bytes(quota);
    if bytes > most {
        let text = format!(
            "The {what} has {bytes} bytes with its white space, and at most {most} are stored. Remove white space."
        );
        return Err(Error::new("LimitExceeded", 409, text));
    }
    Ok(())
}

/// Refuses what is no trust policy, or too long, or trusts somebody who is not there. The unique ids of those whom it
/// trusts: nobody who is made under their names later is trusted for it.
pub(super) async fn check_trust_policy(
    cx: &Context<'_>,
    text: &str,
) -> Result<BTreeMap<String, String>, Stop> {
    let document =
        Document::parse_as(Form::Trust, text).map_err(|error| Error::malformed_policy(error.to_string()))?;
    if policy_size(text) > limits::TRUST_POLICY {
        return Err(Error::limit_exceeded("ACLSizePerRole", limits::TRUST_POLICY).into());
    }
    check_bytes("trust policy", text.len(), limits::TRUST_POLICY)?;
    let ids = directory(cx).unique_ids(&document.principal_arns()).await.map_err(Error::service_failure)?;
    let known = ids.into_iter().map(|(arn, id)| match id {
        Some(id) => Ok((arn, id)),
        None => Err(Error::malformed_policy(format!("Invalid principal in policy: \"AWS\":\"{arn}\""))),
    });
    Ok(known.collect::<Result<_, _>>()?)
}

/// A trust policy as it is shown: whoever it trusted and is no more stands in it by the unique id.
pub(super) async fn shown_trust_policy(
    cx: &Context<'_>,
    text: &str,
    trusted: &BTreeMap<String, String>,
) -> Result<String, Stop> {
    let gone = directory(cx).gone(trusted.iter().collect()).await.map_err(Error::service_failure)?;
    if gone.is_empty() {
        return Ok(text.to_owned());
    }
    let document = Document::parse_as(Form::Trust, text).map_err(Error::service_failure)?;
    Ok(document.shown_with(&gone.into_iter().collect()))
}

fn directory(cx: &Context<'_>) -> Directory {
    Directory::new(cx.iam().records.clone(), cx.partition())
}
