//! Who asks, besides the roots of accounts. They are made by hand: what they may do is all that counts of them here.

use std::sync::Arc;

use kms::Caller;
use policy::{Document, Form, Principal, PrincipalKind, PrincipalName};
use serde_json::{Value, json};

use crate::states::keys::HOME;
use crate::world::ACCOUNT;

/// An account that owns none of the keys.
pub(crate) const FRIEND: &str = "111122223333";

/// A statement of an identity policy about every resource.
pub(crate) fn statement(effect: &str, actions: &[String]) -> Value {
    json!({"Effect": effect, "Action": actions, "Resource": "*"})
}

/// A statement that allows everything.
pub(crate) fn everything() -> Value {
    statement("Allow", &["kms:*".to_owned()])
}

/// A statement that allows everything but one operation.
pub(crate) fn everything_but(operation: &str) -> Value {
    json!({"Effect": "Allow", "NotAction": format!("kms:{operation}"), "Resource": "*"})
}

pub(crate) fn allow(operations: &[&str]) -> Value {
    statement("Allow", &actions(operations))
}

pub(crate) fn deny(operations: &[&str]) -> Value {
    statement("Deny", &actions(operations))
}

/// The actions of some operations.
pub(crate) fn actions(operations: &[&str]) -> Vec<String> {
    operations.iter().map(|operation| format!("kms:{operation}")).collect()
}

/// An identity policy of these statements.
pub(crate) fn policy(statements: &[Value]) -> Arc<Document> {
    let text = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
    Arc::new(Document::parse_as(Form::Identity, &text).unwrap_or_else(|error| panic!("{text}: {error}")))
}

pub(crate) fn user_arn(account: &str, name: &str) -> String {
    format!("arn:aws:iam::{account}:user/{name}")
}

/// A user whose identity policy has these statements.
pub(crate) fn user(account: &str, name: &str, statements: &[Value]) -> Principal {
    let arn = user_arn(account, name);
    let id = format!("AIDA{:A>17}", name.to_ascii_uppercase());
    let facts = [("aws:userid", id.as_str()), ("aws:username", name), ("aws:principaltype", "User")];
    Principal {
        partition: "aws".to_owned(),
        account: account.to_owned(),
        kind: PrincipalKind::User,
        names: vec![PrincipalName { arn: arn.clone(), id: Some(id.clone()) }],
        arn,
        policies: if statements.is_empty() { Vec::new() } else { vec![policy(statements)] },
        boundary: None,
        session_policies: Vec::new(),
        facts: facts.map(|(key, value)| (key.to_owned(), vec![value.to_owned()])).into(),
    }
}

/// A session of a role whose identity policy has these statements.
pub(crate) fn session(account: &str, role: &str, name: &str, statements: &[Value]) -> Principal {
    let id = format!("AROA{:A>17}", role.to_ascii_uppercase());
    let (arn, session_id) =
        (format!("arn:aws:sts::{account}:assumed-role/{role}/{name}"), format!("{id}:{name}"));
    let facts = [("aws:userid", session_id.as_str()), ("aws:principaltype", "AssumedRole")];
    Principal {
        kind: PrincipalKind::Role,
        names: vec![
            PrincipalName { arn: format!("arn:aws:iam::{account}:role/{role}"), id: Some(id) },
            PrincipalName { arn: arn.clone(), id: Some(session_id.clone()) },
        ],
        arn,
        facts: facts.map(|(key, value)| (key.to_owned(), vec![value.to_owned()])).into(),
        ..user(account, name, statements)
    }
}

/// A request of this principal.
pub(crate) fn by(principal: Principal) -> Caller {
    by_in(principal, HOME)
}

/// A request of this principal, signed for a Region.
pub(crate) fn by_in(principal: Principal, region: &str) -> Caller {
    let root = Caller::root("aws", &principal.account, region);
    Caller { principal: Arc::new(principal), ..root }
}

/// A key policy that leaves everything to the account of the keys, with some more statements.
pub(crate) fn policy_of_keys(statements: &[Value]) -> String {
    let account =
        json!({"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "kms:*", "Resource": "*"});
    let statements = [&[account], statements].concat();
    json!({"Version": "2012-10-17", "Statement": statements}).to_string()
}
