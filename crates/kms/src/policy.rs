//! Key policies as documents: kept as given, checked for being one.
//!
//! They do not decide anything yet (see `authorize.rs`); a document that no policy engine could read is refused
//! all the same, so that none waits in the store for the day it matters.

use api::{Error, ErrorCode, limits};
use serde_json::Value;

use crate::caller::root_arn;

/// The policy of a key that was created without one: the account decides (developer guide, "Default key policy").
pub(crate) fn default_policy(partition: &str, account: &str) -> String {
    let root = root_arn(partition, account);
    format!(
        "{{\n  \"Version\" : \"2012-10-17\",\n  \"Id\" : \"key-default-1\",\n  \"Statement\" : [ {{\n    \
         \"Sid\" : \"Enable IAM User Permissions\",\n    \"Effect\" : \"Allow\",\n    \"Principal\" : {{\n      \
         \"AWS\" : \"{root}\"\n    }},\n    \"Action\" : \"kms:*\",\n    \"Resource\" : \"*\"\n  }} ]\n}}"
    )
}

/// Checks that a text is a policy document.
///
/// # Errors
/// `LimitExceededException` over 32,768 bytes, `MalformedPolicyDocumentException` otherwise.
pub(crate) fn check(policy: &str) -> Result<(), Error> {
    if policy.len() > limits::MAX_POLICY {
        let text = format!("The key policy has {} bytes; it may have {}.", policy.len(), limits::MAX_POLICY);
        return Err(Error::new(ErrorCode::LimitExceeded, text));
    }
    let Ok(Value::Object(document)) = serde_json::from_str(policy) else {
        return Err(malformed("Policy is not a JSON object."));
    };
    let statements = match document.get("Statement") {
        Some(Value::Array(statements)) if !statements.is_empty() => statements.as_slice(),
        Some(statement @ Value::Object(_)) => std::slice::from_ref(statement),
        _ => return Err(malformed("Policy has no Statement.")),
    };
    for statement in statements {
        if !matches!(statement.get("Effect").and_then(Value::as_str), Some("Allow" | "Deny")) {
            return Err(malformed("Policy contains a statement whose Effect is neither Allow nor Deny."));
        }
        if statement.get("Principal").or(statement.get("NotPrincipal")).is_none() {
            return Err(malformed("Policy contains a statement with no principal."));
        }
    }
    Ok(())
}

fn malformed(text: &str) -> Error {
    Error::new(ErrorCode::MalformedPolicyDocument, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_policy_is_one() {
        check(&default_policy("aws", "000000000000")).unwrap();
    }

    #[test]
    fn what_is_none() {
        for policy in [
            "",
            "x",
            "[]",
            "{}",
            r#"{"Statement":[]}"#,
            r#"{"Statement":[{"Effect":"Maybe"}]}"#,
            r#"{"Statement":{"Effect":"Allow"}}"#,
            r#"{"Statement":"Allow"}"#,
        ] {
            assert_eq!(check(policy).unwrap_err().code(), ErrorCode::MalformedPolicyDocument, "{policy}");
        }
        let long = format!("{{{}}}", " ".repeat(limits::MAX_POLICY));
        assert_eq!(check(&long).unwrap_err().code(), ErrorCode::LimitExceeded);
    }
}
