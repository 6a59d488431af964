//! Two accounts with whom and what a test puts there.

use std::sync::Arc;

use iam::web_identity::Issuers;
use iam::{AccessKey, Error, Iam, IamError, Identities, Service};
use policy::{Asked, Caller, Context, Document, evaluate};
use seal::{Records, RootKey};
use serde_json::{Value, json};
use store::Memory;

use crate::tokens::{NOW, issuers};

/// The account of most of a test.
pub(crate) const OURS: &str = "111122223333";
/// Another one.
pub(crate) const THEIRS: &str = "444455556666";

pub(crate) struct World {
    pub(crate) iam: Iam,
    pub(crate) identities: Arc<Identities>,
    pub(crate) issuers: Issuers,
}

/// Credentials of a session, as an answer has them.
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) token: String,
    pub(crate) secret: String,
    pub(crate) expiration: String,
}

impl Session {
    pub(crate) fn of(answer: &Value) -> Self {
        let text = |name: &str| answer["Credentials"][name].as_str().unwrap().to_owned();
        Self {
            id: text("AccessKeyId"),
            token: text("SessionToken"),
            secret: text("SecretAccessKey"),
            expiration: text("Expiration"),
        }
    }
}

impl World {
    pub(crate) async fn new() -> Self {
        let records = Records::open(Arc::new(Memory::default()), &RootKey::generate()).await.unwrap();
        let records = Arc::new(records);
        let identities = Arc::new(Identities::new(Arc::clone(&records), "aws"));
        for account in [OURS, THEIRS] {
            identities.create_account(account, NOW).await.unwrap();
        }
        let issuers = issuers();
        let iam = Iam::new(records, Arc::clone(&identities)).with_issuers(issuers.clone());
        Self { iam, identities, issuers }
    }

    /// Does something of IAM's as the root of an account.
    pub(crate) async fn set_up(&self, account: &str, action: &str, request: Value) -> Value {
        let root = Caller::root("aws", account, "eu-west-1");
        let done = self.iam.perform(Service::Iam, action, &root, request.clone(), NOW).await;
        done.unwrap_or_else(|error| panic!("{action} {request}: {error}"))
    }

    /// Makes a user with one policy of these statements. None: without any.
    pub(crate) async fn user(&self, account: &str, name: &str, statements: Option<Value>) -> Caller {
        self.set_up(account, "CreateUser", json!({"UserName": name})).await;
        if let Some(statements) = statements {
            let document = document(&statements);
            let request = json!({"UserName": name, "PolicyName": "own", "PolicyDocument": document});
            self.set_up(account, "PutUserPolicy", request).await;
        }
        let key = self.access_key(account, name).await;
        self.caller(&key.id, None, NOW).await.unwrap()
    }

    pub(crate) async fn access_key(&self, account: &str, user: &str) -> AccessKey {
        let answer = self.set_up(account, "CreateAccessKey", json!({"UserName": user})).await;
        let text = |name: &str| answer["AccessKey"][name].as_str().unwrap();
        let secret = crypto::SecretBytes::copy_of(text("SecretAccessKey").as_bytes());
        AccessKey { id: text("AccessKeyId").to_owned(), secret }
    }

    /// Makes a role of our account. Its policy allows `kms:*` and `iam:GetUser`, and nothing else.
    pub(crate) async fn role(&self, name: &str, trust: &Value) -> String {
        let request = json!({"RoleName": name, "AssumeRolePolicyDocument": document(trust)});
        let answer = self.set_up(OURS, "CreateRole", request).await;
        self.allow_role(name, &allow(&["kms:*", "iam:GetUser", "sts:AssumeRole"])).await;
        answer["Role"]["Arn"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn allow_role(&self, name: &str, statements: &Value) {
        let request = json!({"RoleName": name, "PolicyName": "own", "PolicyDocument": document(statements)});
        self.set_up(OURS, "PutRolePolicy", request).await;
    }

    pub(crate) async fn trust(&self, name: &str, trust: &Value) {
        let request = json!({"RoleName": name, "PolicyDocument": document(trust)});
        self.set_up(OURS, "UpdateAssumeRolePolicy", request).await;
    }

    pub(crate) async fn sts(&self, caller: &Caller, action: &str, request: Value) -> Result<Value, Error> {
        self.sts_at(caller, action, request, NOW).await
    }

    pub(crate) async fn sts_at(
        &self,
        caller: &Caller,
        action: &str,
        request: Value,
        now: i64,
    ) -> Result<Value, Error> {
        self.iam.perform(Service::Sts, action, caller, request, now).await
    }

    /// Assumes a role as the session `s1`, with more members.
    pub(crate) async fn assume(&self, caller: &Caller, arn: &str, more: Value) -> Result<Value, Error> {
        let mut request = json!({"RoleArn": arn, "RoleSessionName": "s1"});
        request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.sts(caller, "AssumeRole", request).await
    }

    /// Assumes a role, and is then the session.
    pub(crate) async fn become_role(&self, caller: &Caller, arn: &str, more: Value) -> Caller {
        let answer = self.assume(caller, arn, more).await.unwrap();
        self.enter(&answer).await.unwrap()
    }

    /// Who asks with the credentials of an answer.
    pub(crate) async fn enter(&self, answer: &Value) -> Result<Caller, IamError> {
        let Session { id, token, secret, .. } = Session::of(answer);
        let found = self.identities.find(&id, Some(&token), NOW).await?;
        assert!(found.secret.same_as(secret.as_bytes()));
        self.caller(&id, Some(&token), NOW).await
    }

    pub(crate) async fn caller(&self, id: &str, token: Option<&str>, now: i64) -> Result<Caller, IamError> {
        let identity = self.identities.find(id, token, now).await?;
        Ok(Caller { principal: identity.principal, ..Caller::root("aws", OURS, "eu-west-1") })
    }
}

/// Whoever asks without a signature.
pub(crate) fn nobody() -> Caller {
    Caller { principal: Arc::new(iam::nobody()), ..Caller::root("aws", OURS, "eu-west-1") }
}

/// Whether a principal may do something to a resource of its account that has no policy of its own.
pub(crate) fn may(caller: &Caller, action: &str) -> bool {
    let principal = &caller.principal;
    let documents = principal.policies.iter().chain(&principal.boundary).chain(&principal.session_policies);
    let mut context = Context::complete();
    for key in documents.flat_map(|document| document.condition_keys()) {
        if let Some(values) = caller.fact(key, NOW) {
            context = context.with_all(key.clone(), values);
        }
    }
    let resource = "arn:aws:kms:eu-west-1:111122223333:key/k";
    let asked =
        Asked { action: action.into(), resource, owner: &principal.account, policy: None, context: &context };
    evaluate(principal, &asked).verdict().is_allowed()
}

/// The value of a condition key of whoever asks.
pub(crate) fn fact(caller: &Caller, key: &str) -> Option<String> {
    caller.fact(key, NOW).and_then(|values| values.into_iter().next()).map(std::borrow::Cow::into_owned)
}

pub(crate) fn document(statements: &Value) -> String {
    let document = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
    Document::parse_as(policy::Form::Identity, &document)
        .or_else(|_| Document::parse_as(policy::Form::Trust, &document))
        .unwrap_or_else(|error| panic!("{document}: {error}"));
    document
}

/// A statement of an identity's policy.
pub(crate) fn allow(actions: &[&str]) -> Value {
    json!([{"Effect": "Allow", "Action": actions, "Resource": "*"}])
}

/// A statement of a trust policy that lets an AWS principal assume the role.
pub(crate) fn trusts(principal: &str) -> Value {
    json!([{"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"}])
}

/// The same with a condition.
pub(crate) fn trusts_if(principal: &str, condition: Value) -> Value {
    let mut statements = trusts(principal);
    statements[0]["Condition"] = condition;
    statements
}

/// That a request was refused with this code and status, and the text.
#[track_caller]
pub(crate) fn refused(answer: Result<Value, Error>, code: &str, status: u16) -> String {
    match answer {
        Ok(_) => panic!("was not refused"),
        Err(error) => {
            assert_eq!((error.code, error.status), (code, status), "{}", error.message);
            error.message
        }
    }
}

/// That it was refused because the caller may not.
#[track_caller]
pub(crate) fn denied(answer: Result<Value, Error>) -> String {
    refused(answer, "AccessDenied", 403)
}
