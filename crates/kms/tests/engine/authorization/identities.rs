//! Users and roles that are there, made by IAM in the same store as the keys: key policies and grants that name someone
//! know them by their unique ids.

use std::sync::Arc;

use iam::{Iam, Identities, Service};
use kms::Caller;
use seal::Records;
use serde_json::{Value, json};

use super::people::by;
use crate::world::START;

/// Who there is.
pub(crate) struct People {
    iam: Iam,
    identities: Arc<Identities>,
}

impl People {
    pub(crate) fn new(records: Arc<Records>) -> Self {
        let identities = Arc::new(Identities::new(Arc::clone(&records), "aws"));
        Self { iam: Iam::new(records, Arc::clone(&identities)), identities }
    }

    /// Has the root of an account do something in IAM. The account is made if it is not there.
    pub(crate) async fn manage(&self, account: &str, action: &str, request: Value) -> Value {
        if !self.identities.has_account(account).await.unwrap() {
            self.identities.create_account(account, START.seconds()).await.unwrap();
        }
        let root = Caller::root("aws", account, "us-east-1");
        self.ask(&root, Service::Iam, action, request).await
    }

    async fn ask(&self, caller: &Caller, service: Service, action: &str, request: Value) -> Value {
        let answer = self.iam.perform(service, action, caller, request.clone(), START.seconds()).await;
        answer.unwrap_or_else(|error| panic!("{action} {request}: {error:?}"))
    }

    /// A new user with an identity policy of these statements, as its requests come.
    pub(crate) async fn user(&self, account: &str, name: &str, statements: &[Value]) -> Caller {
        let named = json!({ "UserName": name });
        self.manage(account, "CreateUser", named.clone()).await;
        if !statements.is_empty() {
            let mut request = named.clone();
            request["PolicyName"] = json!("own");
            request["PolicyDocument"] = json!(document(statements));
            self.manage(account, "PutUserPolicy", request).await;
        }
        let key = self.manage(account, "CreateAccessKey", named).await["AccessKey"].clone();
        self.found(&text(&key["AccessKeyId"]), None).await
    }

    /// Takes a user away, with all that it has.
    pub(crate) async fn delete_user(&self, account: &str, name: &str) {
        let named = json!({ "UserName": name });
        let keys = self.manage(account, "ListAccessKeys", named.clone()).await["AccessKeyMetadata"].clone();
        for key in keys.as_array().unwrap() {
            let request = json!({"UserName": name, "AccessKeyId": key["AccessKeyId"]});
            self.manage(account, "DeleteAccessKey", request).await;
        }
        let policies = self.manage(account, "ListUserPolicies", named.clone()).await["PolicyNames"].clone();
        for policy in policies.as_array().unwrap() {
            let request = json!({"UserName": name, "PolicyName": policy});
            self.manage(account, "DeleteUserPolicy", request).await;
        }
        self.manage(account, "DeleteUser", named).await;
    }

    /// A new role that its account trusts, with an identity policy of these statements.
    pub(crate) async fn role(&self, account: &str, name: &str, statements: &[Value]) {
        let trust = json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": account},
            "Action": "sts:AssumeRole"}});
        let request = json!({"RoleName": name, "AssumeRolePolicyDocument": trust.to_string()});
        self.manage(account, "CreateRole", request).await;
        if !statements.is_empty() {
            let request =
                json!({"RoleName": name, "PolicyName": "own", "PolicyDocument": document(statements)});
            self.manage(account, "PutRolePolicy", request).await;
        }
    }

    /// A session of a role of the account, limited by these statements if there are any.
    pub(crate) async fn session(&self, account: &str, role: &str, name: &str, limits: &[Value]) -> Caller {
        let assumer = format!("assumer-of-{role}-{name}");
        let may = json!({"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"});
        let caller = self.user(account, &assumer, &[may]).await;
        let mut request =
            json!({"RoleArn": format!("arn:aws:iam::{account}:role/{role}"), "RoleSessionName": name});
        if !limits.is_empty() {
            request["Policy"] = json!(document(limits));
        }
        let made = self.ask(&caller, Service::Sts, "AssumeRole", request).await["Credentials"].clone();
        self.found(&text(&made["AccessKeyId"]), Some(&text(&made["SessionToken"]))).await
    }

    async fn found(&self, access_key: &str, token: Option<&str>) -> Caller {
        let found = self.identities.find(access_key, token, START.seconds()).await;
        let principal = found.unwrap_or_else(|error| panic!("{access_key}: {error}")).principal;
        by((*principal).clone())
    }
}

fn document(statements: &[Value]) -> String {
    json!({"Version": "2012-10-17", "Statement": statements}).to_string()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}
