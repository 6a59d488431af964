//! Whether the caller may: IAM and STS actions are themselves authorized, by the evaluator that authorizes all else.

use std::borrow::Cow;

use policy::{Asked, Document, Verdict, evaluate};

use crate::Error;
use crate::context::Context;
use crate::records::Tag;
use crate::refusal::Stop;

/// What a request says of itself, in condition keys. Those of the caller are added by [`Context::permit`].
#[derive(Default)]
pub(crate) struct Conditions(Vec<(String, Vec<String>)>);

impl Conditions {
    /// With a key, as documented (`iam:PolicyARN`), and its value.
    #[must_use]
    pub(crate) fn with(self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.with_all(key, [value])
    }

    /// With a key and its value, if it has one.
    #[must_use]
    pub(crate) fn maybe(self, key: &str, value: Option<impl Into<String>>) -> Self {
        self.with_all(key, value)
    }

    /// With a key and its values. None means that the request does not have the key.
    #[must_use]
    pub(crate) fn with_all<V: Into<String>>(
        mut self,
        key: impl Into<String>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        self.0.push((key.into(), values.into_iter().map(Into::into).collect()));
        self
    }

    /// With the tags that the request brings: `aws:RequestTag/<key>` and `aws:TagKeys`.
    #[must_use]
    pub(crate) fn request_tags(self, tags: &[Tag]) -> Self {
        let keys = self.with_all("aws:TagKeys", tags.iter().map(|tag| tag.key.as_str()));
        tags.iter().fold(keys, |all, tag| all.with(format!("aws:RequestTag/{}", tag.key), &tag.value))
    }

    /// With the tags of what is asked for: `aws:ResourceTag/<key>` and `iam:ResourceTag/<key>`.
    #[must_use]
    pub(crate) fn resource_tags(self, tags: &[Tag]) -> Self {
        tags.iter().fold(self, |all, tag| {
            all.with(format!("aws:ResourceTag/{}", tag.key), &tag.value)
                .with(format!("iam:ResourceTag/{}", tag.key), &tag.value)
        })
    }

    /// The values of a key; None if nothing is said of it.
    fn get(&self, key: &str) -> Option<Vec<Cow<'_, str>>> {
        let mut said = self.0.iter().filter(|(name, _)| name.eq_ignore_ascii_case(key)).peekable();
        said.peek()?;
        Some(said.flat_map(|(_, values)| values).map(|value| Cow::Borrowed(value.as_str())).collect())
    }
}

impl Context<'_> {
    /// Permits `action` (`iam:CreateUser`) on something of the caller's own account, which has no policy of its own.
    ///
    /// # Errors
    /// `AccessDenied`, in the API's words.
    pub(crate) fn permit(&self, action: &str, resource: &str, conditions: &Conditions) -> Result<(), Stop> {
        self.permit_by(action, resource, self.account(), None, conditions)
    }

    /// Permits `action` on something of the account `owner`, with the policy that it has itself: the trust policy of
    /// a role.
    ///
    /// # Errors
    /// `AccessDenied`, in the API's words.
    pub(crate) fn permit_by(
        &self,
        action: &str,
        resource: &str,
        owner: &str,
        policy: Option<&Document>,
        conditions: &Conditions,
    ) -> Result<(), Stop> {
        let context = &self.told(policy, conditions);
        let asked = Asked { action: action.into(), resource, owner, policy, context };
        match evaluate(&self.caller().principal, &asked).verdict() {
            Verdict::Allowed => Ok(()),
            Verdict::Denied(denial) => {
                // For whoever runs the server: some answers say less.
                tracing::info!(action, resource, explicit = denial.explicit, by = ?denial.by, "denied");
                Err(self.denied(action, resource, Some(&denial.reason(action))))
            }
        }
    }

    /// The refusal of `action` on `resource`; `reason` begins with `because` or `with`.
    pub(crate) fn denied(&self, action: &str, resource: &str, reason: Option<&str>) -> Stop {
        let who = self.caller().arn();
        let mut text = format!("User: {who} is not authorized to perform: {action} on resource: {resource}");
        if let Some(reason) = reason {
            text.push(' ');
            text.push_str(reason);
        }
        Error::access_denied(text).into()
    }

    /// Every condition key that a policy in question asks for, as far as the request has it.
    fn told<'c>(&'c self, policy: Option<&Document>, conditions: &'c Conditions) -> policy::Context<'c> {
        let principal = &self.caller().principal;
        let documents =
            principal.policies.iter().chain(&principal.boundary).chain(&principal.session_policies);
        let keys = documents.map(AsRef::as_ref).chain(policy).flat_map(Document::condition_keys);
        let mut keys: Vec<&String> = keys.collect();
        // In the order in which a context keeps them, so that each comes behind the others.
        keys.sort_unstable_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
        keys.dedup();
        let of_request = |key: &str| conditions.get(key).or_else(|| self.caller().fact(key, self.now()));
        keys.into_iter().fold(policy::Context::complete(), |told, key| match of_request(key) {
            Some(values) => told.with_all(key.clone(), values),
            None => told,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use policy::{Caller, Form};

    use super::*;
    use crate::testing::{ACCOUNT, Bench, NOW};

    const RESOURCE: &str = "arn:aws:iam::111122223333:user/bob";

    fn tag(key: &str, value: &str) -> Tag {
        Tag { key: key.to_owned(), value: value.to_owned() }
    }

    /// A user with this policy.
    async fn caller(bench: &Bench, statement: &str) -> Caller {
        let text = format!(r#"{{"Version":"2012-10-17","Statement":{{{statement}}}}}"#);
        let (_, key) = bench.user("alice", &text).await;
        bench.caller(&key.into()).await
    }

    async fn asked(
        bench: &Bench,
        caller: &Caller,
        action: &str,
        conditions: &Conditions,
    ) -> Result<(), String> {
        let cx = Context::begin(&bench.iam, caller, NOW).await.unwrap();
        cx.permit(action, RESOURCE, conditions).map_err(|stop| match stop {
            Stop::Error(error) => {
                assert_eq!((error.code, error.status), ("AccessDenied", 403));
                error.message
            }
            Stop::Conflict => panic!("no conflict here"),
        })
    }

    #[tokio::test]
    async fn who_may_and_who_may_not_in_the_words_of_the_api() {
        let bench = Bench::new().await;
        let plain = Conditions::default();
        assert_eq!(asked(&bench, &bench.root(), "iam:CreateUser", &plain).await, Ok(()));
        let who = "User: arn:aws:iam::111122223333:user/alice is not authorized to perform: iam:CreateUser on \
                   resource: arn:aws:iam::111122223333:user/bob";
        for (statement, end) in [
            (r#""Effect":"Allow","Action":"iam:CreateUser","Resource":"*""#, None),
            (r#""Effect":"Allow","Action":"iam:Create*","Resource":"arn:aws:iam::*:user/b*""#, None),
            (
                r#""Effect":"Allow","Action":"iam:CreateUser","Resource":"arn:aws:iam::111122223333:user/alice""#,
                Some("because no identity-based policy allows the iam:CreateUser action"),
            ),
            (
                r#""Effect":"Deny","Action":"*","Resource":"*""#,
                Some("with an explicit deny in an identity-based policy"),
            ),
        ] {
            let expected = end.map_or(Ok(()), |end| Err(format!("{who} {end}")));
            let caller = caller(&bench, statement).await;
            assert_eq!(asked(&bench, &caller, "iam:CreateUser", &plain).await, expected, "{statement}");
        }
    }

    #[tokio::test]
    async fn each_condition_key_can_allow_and_deny() {
        let bench = Bench::new().await;
        let edge = "arn:aws:iam::111122223333:policy/Edge";
        for (condition, allowing, denying) in [
            (
                r#""StringEquals":{"aws:RequestTag/Dept":"red"}"#,
                Conditions::default().request_tags(&[tag("dept", "red")]),
                Conditions::default().request_tags(&[tag("dept", "blue")]),
            ),
            (
                r#""ForAllValues:StringEquals":{"aws:TagKeys":["a","b"]}"#,
                Conditions::default().request_tags(&[tag("a", "1"), tag("b", "2")]),
                Conditions::default().request_tags(&[tag("a", "1"), tag("c", "2")]),
            ),
            (
                r#""Null":{"aws:TagKeys":"true"}"#,
                Conditions::default().request_tags(&[]),
                Conditions::default().request_tags(&[tag("a", "")]),
            ),
            (
                r#""StringEquals":{"aws:ResourceTag/Dept":"red","iam:ResourceTag/Dept":"red"}"#,
                Conditions::default().resource_tags(&[tag("Dept", "red")]),
                Conditions::default().resource_tags(&[tag("Dept", "Red")]),
            ),
            (
                r#""ArnEquals":{"iam:PermissionsBoundary":"arn:aws:iam::111122223333:policy/Edge"}"#,
                Conditions::default().maybe("iam:PermissionsBoundary", Some(edge)),
                Conditions::default().maybe("iam:PermissionsBoundary", None::<&str>),
            ),
            (
                r#""ArnNotEquals":{"iam:PolicyARN":"arn:aws:iam::111122223333:policy/Edge"}"#,
                Conditions::default().with("iam:PolicyARN", "arn:aws:iam::aws:policy/AdministratorAccess"),
                Conditions::default().with("iam:PolicyARN", edge),
            ),
        ] {
            let statement =
                format!(r#""Effect":"Allow","Action":"iam:*","Resource":"*","Condition":{{{condition}}}"#);
            let caller = caller(&bench, &statement).await;
            assert_eq!(asked(&bench, &caller, "iam:TagUser", &allowing).await, Ok(()), "{condition}");
            assert!(asked(&bench, &caller, "iam:TagUser", &denying).await.is_err(), "{condition}");
        }
    }

    #[tokio::test]
    async fn the_request_cannot_speak_for_the_caller_nor_two_values_hide_one_another() {
        let bench = Bench::new().await;
        let caller = caller(
            &bench,
            r#""Effect":"Allow","Action":"iam:*","Resource":"*","Condition":{"StringEquals":{"aws:username":"alice","aws:CurrentTime":"2026-11-21T22:26:40Z"},"ForAllValues:StringEquals":{"aws:RequestTag/a":"1"}}"#,
        )
        .await;
        let tags = |tags: &[Tag]| Conditions::default().request_tags(tags);
        assert_eq!(asked(&bench, &caller, "iam:TagUser", &tags(&[tag("a", "1")])).await, Ok(()));
        let both = tags(&[tag("a", "1"), tag("A", "2")]);
        assert!(asked(&bench, &caller, "iam:TagUser", &both).await.is_err());
    }

    #[tokio::test]
    async fn another_accounts_role_asks_both_accounts() {
        let bench = Bench::new().await;
        let role = "arn:aws:iam::222233334444:role/app";
        let trust = |principal: &str| {
            let text = format!(
                r#"{{"Statement":{{"Effect":"Allow","Principal":{{"AWS":"{principal}"}},"Action":"sts:AssumeRole"}}}}"#
            );
            Document::parse_as(Form::Trust, &text).unwrap()
        };
        let elsewhere = "because the resource does not exist in this Region, no resource-based policies allow \
                         access, or a resource-based policy explicitly denies access";
        let own = "because no identity-based policy allows the sts:AssumeRole action";
        for (action, trusted, end) in [
            ("sts:AssumeRole", ACCOUNT, None),
            ("sts:AssumeRole", "arn:aws:iam::111122223333:user/alice", None),
            ("sts:AssumeRole", "arn:aws:iam::111122223333:user/bob", Some(elsewhere)),
            ("sts:AssumeRole", "222233334444", Some(elsewhere)),
            ("kms:*", ACCOUNT, Some(own)),
        ] {
            let caller =
                caller(&bench, &format!(r#""Effect":"Allow","Action":"{action}","Resource":"*""#)).await;
            let cx = Context::begin(&bench.iam, &caller, NOW).await.unwrap();
            let trust = trust(trusted);
            let asked =
                cx.permit_by("sts:AssumeRole", role, "222233334444", Some(&trust), &Conditions::default());
            match (asked, end) {
                (Ok(()), None) => {}
                (Err(Stop::Error(error)), Some(end)) => assert!(error.message.ends_with(end), "{error}"),
                (asked, _) => panic!("{action} {trusted}: {asked:?}"),
            }
        }
    }

    #[tokio::test]
    async fn nobody_may_nothing() {
        let bench = Bench::new().await;
        let nobody = Caller { principal: Arc::new(crate::nobody()), ..bench.root() };
        assert!(asked(&bench, &nobody, "iam:GetUser", &Conditions::default()).await.is_err());
    }
}
