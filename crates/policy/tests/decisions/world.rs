//! Principals and documents that the cases share.

use std::sync::Arc;

use policy::{Document, Form, Principal, PrincipalKind, PrincipalName};

pub(crate) const OWN: &str = "111122223333";
pub(crate) const OTHER: &str = "444455556666";
pub(crate) const KEY: &str = "arn:aws:kms:eu-west-1:111122223333:key/k";
pub(crate) const ALICE: &str = "arn:aws:iam::111122223333:user/alice";
pub(crate) const APP: &str = "arn:aws:iam::111122223333:role/app";
pub(crate) const SESSION: &str = "arn:aws:sts::111122223333:assumed-role/app/s1";
pub(crate) const ALICE_ID: &str = "AIDACKCEVSQ6C2EXAMPLE";
pub(crate) const APP_ID: &str = "AROADBQP57FF2AEXAMPLE";

pub(crate) fn root() -> Principal {
    Principal::root("aws", OWN)
}

pub(crate) fn alice() -> Principal {
    Principal {
        arn: ALICE.to_owned(),
        kind: PrincipalKind::User,
        names: vec![PrincipalName { arn: ALICE.to_owned(), id: Some(ALICE_ID.to_owned()) }],
        ..root()
    }
}

/// A session of the role `app`.
pub(crate) fn session() -> Principal {
    Principal {
        arn: SESSION.to_owned(),
        kind: PrincipalKind::Role,
        names: vec![
            PrincipalName { arn: APP.to_owned(), id: Some(APP_ID.to_owned()) },
            PrincipalName { arn: SESSION.to_owned(), id: Some(format!("{APP_ID}:s1")) },
        ],
        ..root()
    }
}

pub(crate) fn logs() -> Principal {
    Principal::service("logs.amazonaws.com")
}

pub(crate) fn read(form: Form, statements: &str) -> Arc<Document> {
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
    Arc::new(Document::parse_as(form, &text).unwrap_or_else(|error| panic!("{text}: {error}")))
}

/// A statement of a resource's policy about all of KMS.
pub(crate) fn to(effect: &str, principal: &str) -> String {
    format!(r#"{{"Effect":"{effect}",{principal},"Action":"kms:*","Resource":"*"}}"#)
}

pub(crate) fn to_arn(effect: &str, arn: &str) -> String {
    to(effect, &format!(r#""Principal":{{"AWS":"{arn}"}}"#))
}

/// A document of an identity that says the same of everything.
pub(crate) fn identity(effect: &str) -> Arc<Document> {
    read(Form::Identity, &format!(r#"{{"Effect":"{effect}","Action":"kms:*","Resource":"*"}}"#))
}

/// A document that says nothing of KMS.
pub(crate) fn elsewhere() -> Arc<Document> {
    read(Form::Identity, r#"{"Effect":"Allow","Action":"s3:*","Resource":"*"}"#)
}
