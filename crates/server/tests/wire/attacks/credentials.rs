//! What attacks need of IAM and STS.

use crate::fixture::{Answer, Call, Running};

/// What forms are sent as.
pub(super) const FORM: &str = "application/x-www-form-urlencoded; charset=utf-8";

/// Has the root of 000000000000 do `action`, an action and its parameters.
pub(super) async fn done(server: &Running, service: &str, action: &str) -> Answer {
    let answer = server.call(&Call::query(service, action)).await;
    answer.succeeded(action);
    answer
}

/// Credentials, and the token if they are temporary.
#[derive(Clone)]
pub(super) struct Credentials {
    pub(super) key: String,
    pub(super) secret: String,
    pub(super) token: Option<String>,
}

impl Credentials {
    /// Those in an answer.
    pub(super) fn of(answer: &Answer) -> Self {
        let read = |name| answer.element(name).map(str::to_owned);
        let (key, secret) = (read("AccessKeyId").unwrap(), read("SecretAccessKey").unwrap());
        Self { key, secret, token: read("SessionToken") }
    }

    /// A new user of 000000000000 that may do nothing.
    pub(super) async fn of_user(server: &Running, name: &str) -> Self {
        done(server, "iam", &format!("Action=CreateUser&UserName={name}")).await;
        Self::of(&done(server, "iam", &format!("Action=CreateAccessKey&UserName={name}")).await)
    }

    /// A new session of the root of 000000000000.
    pub(super) async fn of_session(server: &Running) -> Self {
        Self::of(&done(server, "sts", "Action=GetSessionToken").await)
    }

    /// `ListKeys` by whom they are of.
    pub(super) fn call(&self) -> Call<'_> {
        Call { key: &self.key, secret: &self.secret, token: self.token.as_deref(), ..Call::default() }
    }

    pub(super) fn token(&self) -> &str {
        self.token.as_deref().unwrap()
    }
}
