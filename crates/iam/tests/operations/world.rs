//! An account, and what a test puts there.

use std::sync::Arc;

use iam::{Error, Iam, IamError, Identities, Service};
use policy::Caller;
use seal::{Records, RootKey};
use serde_json::{Value, json};
use store::Memory;

/// The account of most of a test.
pub(crate) const ACCOUNT: &str = "111122223333";
/// Another one.
pub(crate) const OTHER: &str = "444455556666";
pub(crate) const NOW: i64 = 1_795_300_000;
pub(crate) const NOW_TEXT: &str = "2026-11-21T22:26:40Z";

pub(crate) const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

pub(crate) struct World {
    pub(crate) iam: Iam,
    pub(crate) identities: Arc<Identities>,
}

impl World {
    pub(crate) async fn new() -> Self {
        let records = Records::open(Arc::new(Memory::default()), &RootKey::generate()).await.unwrap();
        let records = Arc::new(records);
        let identities = Arc::new(Identities::new(Arc::clone(&records), "aws"));
        for account in [ACCOUNT, OTHER] {
            identities.create_account(account, NOW).await.unwrap();
        }
        Self { iam: Iam::new(records, Arc::clone(&identities)), identities }
    }

    pub(crate) async fn by(&self, caller: &Caller, action: &str, request: Value) -> Result<Value, Error> {
        self.iam.perform(Service::Iam, action, caller, request, NOW).await
    }

    /// Does something as the root of the account.
    pub(crate) async fn ok(&self, action: &str, request: Value) -> Value {
        let done = self.by(&root(), action, request.clone()).await;
        done.unwrap_or_else(|error| panic!("{action} {request}: {error}"))
    }

    /// That the root is refused with this code; the text.
    pub(crate) async fn refused(&self, action: &str, request: Value, code: &str) -> String {
        refused(self.by(&root(), action, request).await, code)
    }

    /// Makes a user, with a policy of these statements unless they are null, and calls as that user.
    pub(crate) async fn user(&self, name: &str, statements: Value) -> Caller {
        self.ok("CreateUser", json!({"UserName": name})).await;
        if !statements.is_null() {
            self.allow(name, statements).await;
        }
        let key = self.ok("CreateAccessKey", json!({"UserName": name})).await;
        self.caller(key["AccessKey"]["AccessKeyId"].as_str().unwrap()).await.unwrap()
    }

    /// Puts the one inline policy of a user.
    pub(crate) async fn allow(&self, name: &str, statements: Value) {
        let request = json!({"UserName": name, "PolicyName": "own", "PolicyDocument": document(&statements)});
        self.ok("PutUserPolicy", request).await;
    }

    /// Makes a policy that allows one action.
    pub(crate) async fn policy(&self, name: &str, action: &str) -> String {
        let document = document(&json!([{"Effect": "Allow", "Action": action, "Resource": "*"}]));
        let made = self.ok("CreatePolicy", json!({"PolicyName": name, "PolicyDocument": document})).await;
        text(&made["Policy"]["Arn"])
    }

    /// Who signs with an access key.
    pub(crate) async fn caller(&self, id: &str) -> Result<Caller, IamError> {
        let identity = self.identities.find(id, None, NOW).await?;
        Ok(Caller { principal: identity.principal, ..root() })
    }
}

pub(crate) fn root() -> Caller {
    Caller::root("aws", ACCOUNT, "eu-west-1")
}

#[track_caller]
pub(crate) fn refused(answer: Result<Value, Error>, code: &str) -> String {
    let error = answer.expect_err("must be refused");
    let status = match code {
        "NoSuchEntity" => 404,
        "EntityAlreadyExists" | "DeleteConflict" | "LimitExceeded" => 409,
        "AccessDenied" => 403,
        _ => 400,
    };
    assert_eq!((error.code, error.status), (code, status), "{}", error.message);
    error.message
}

pub(crate) fn document(statements: &Value) -> String {
    json!({"Version": "2012-10-17", "Statement": statements}).to_string()
}

/// A trust policy for one AWS principal.
pub(crate) fn trust(principal: &str) -> String {
    document(&json!([{"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"}]))
}

/// A request with more members.
#[track_caller]
pub(crate) fn with(request: Value, more: Value) -> Value {
    let (Value::Object(mut request), Value::Object(more)) = (request, more) else {
        panic!("a request is an object");
    };
    request.extend(more);
    Value::Object(request)
}

/// The ARN of something of the account.
pub(crate) fn arn(resource: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:{resource}")
}

#[track_caller]
pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

/// The member `name` of every item.
pub(crate) fn each(list: &Value, name: &str) -> Vec<String> {
    list.as_array().unwrap().iter().map(|item| text(&item[name])).collect()
}

/// What a percent-encoded document says.
pub(crate) fn decoded(value: &Value) -> String {
    let encoded = text(value);
    let (mut bytes, mut rest) = (Vec::new(), encoded.as_str());
    while let Some(first) = rest.chars().next() {
        let (byte, taken) = match first {
            '%' => (u8::from_str_radix(&rest[1..3], 16).unwrap(), 3),
            other => (u8::try_from(other).unwrap(), 1),
        };
        bytes.push(byte);
        rest = &rest[taken..];
    }
    String::from_utf8(bytes).unwrap()
}
