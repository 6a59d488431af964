//! `AssumeRoleWithWebIdentity`: a session of a role for whoever an identity provider says the caller is. The token is
//! the proof, so the request is not signed.

use std::borrow::Cow;
use std::collections::BTreeMap;

use api::constraint::Member;
use policy::{Decision, Identity, Names, Request};

use super::limits::Limits;
use super::role::{DEFAULT_SECONDS, Role, RoleArn};
use super::{issued, tags};
use crate::Error;
use crate::context::Context;
use crate::records::{self, OfAccount as _, OidcProviderRecord, Tag};
use crate::refusal::Stop;
use crate::shapes::sts::{AssumeRoleWithWebIdentity, AssumedRoleWithWebIdentity, is_source_identity};
use crate::table::{Action, Service};
use crate::web_identity::{TokenError, WebIdentity, verify};

const ASSUME: &str = "sts:AssumeRoleWithWebIdentity";
const TAG: &str = "sts:TagSession";
const SET_SOURCE: &str = "sts:SetSourceIdentity";
/// Claims that are condition keys of the session's requests too, for as long as it lasts.
const LASTING: [&str; 5] = ["amr", "aud", "azp", "oaud", "sub"];

impl Action for AssumeRoleWithWebIdentity {
    type Answer = AssumedRoleWithWebIdentity;
    const SERVICE: Service = Service::Sts;
    const NAME: &'static str = "AssumeRoleWithWebIdentity";
    const MEMBERS: &'static [Member] = Self::FIELDS;
    const SIGNED: bool = false;

    async fn run(&self, cx: &Context<'_>) -> Result<Self::Answer, Stop> {
        let arn = RoleArn::parse(&self.role_arn)?;
        if self.provider_id.is_some() {
            let text = "ProviderId: only OpenID Connect tokens are taken, which do not need it.";
            return Err(Error::validation(text).into());
        }
        // Whoever has no token of a configured issuer gets no further.
        // As files have it: many end with a line break, and clients send them as they are.
        let token = self.web_identity_token.expose().trim();
        let identity = verify(&cx.iam().issuers, token, cx.now()).map_err(refusal)?;
        let trusted = Trusted::find(&identity, &arn, cx).await?;
        let source = source_identity(&identity)?;
        let tags = tags::of_web_identity(identity.session_tags().map_err(refusal)?)?;
        let limits = Limits::of(self.policy.as_deref(), self.policy_arns.as_deref())?;

        let role = arn.find(cx).await?.ok_or_else(|| denied(ASSUME))?;
        let keys = self.condition_keys(&identity, &trusted, &tags, source.as_deref());
        let keys = [keys, role_keys(&role)].concat();
        let permit = |action| permit(cx, action, &role, &arn, &trusted, &keys);
        permit(ASSUME)?;
        if !tags.is_empty() {
            permit(TAG)?;
        }
        if source.is_some() {
            permit(SET_SOURCE)?;
        }

        let mut session = role.session(&self.role_session_name, self.duration_seconds, cx)?;
        limits.put_on(&mut session, &arn, cx).await?;
        session.tags = tags;
        session.source_identity = source;
        session.facts = facts(&identity, &trusted);
        let token = issued::issue(cx, &session, self.minimum_session_token_size)?;
        Ok(AssumedRoleWithWebIdentity {
            assumed: issued::assumed(&role, &self.role_session_name, session, token),
            subject_from_web_identity_token: identity.subject().to_owned(),
            provider: identity.issuer().to_owned(),
            audience: trusted.audiences.into_iter().next().unwrap_or_default(),
        })
    }
}

/// What of a token the account of the role trusts.
struct Trusted {
    /// The ARN of the account's provider.
    provider: String,
    /// Those of the token's audiences that are the provider's. There is one at least.
    audiences: Vec<String>,
}

impl Trusted {
    async fn find(identity: &WebIdentity, role: &RoleArn<'_>, cx: &Context<'_>) -> Result<Self, Stop> {
        let found = cx.get_in::<OidcProviderRecord>(role.account, identity.provider()).await?;
        let issuer = || identity.issuer().to_owned();
        let found = found.ok_or_else(|| refusal(TokenError::UnknownIssuer { issuer: issuer() }))?;
        let known = |audience: &&String| found.client_ids.contains(audience);
        let audiences: Vec<_> = identity.audiences().iter().filter(known).cloned().collect();
        if audiences.is_empty() {
            return Err(invalid("Incorrect token audience").into());
        }
        let provider = records::arn(cx.partition(), role.account, &found.resource());
        Ok(Self { provider, audiences })
    }
}

/// A condition key and its values.
type Key = (String, Vec<String>);

impl AssumeRoleWithWebIdentity {
    /// What the request and the token say of themselves. They come before all other keys.
    fn condition_keys(
        &self,
        identity: &WebIdentity,
        trusted: &Trusted,
        tags: &[Tag],
        source: Option<&str>,
    ) -> Vec<Key> {
        let one = |key: &str, value: &str| (key.to_owned(), vec![value.to_owned()]);
        let mut keys = identity.condition_keys(&trusted.audiences);
        keys.push(one("sts:RoleSessionName", &self.role_session_name));
        keys.push(one("aws:FederatedProvider", &trusted.provider));
        keys.push(one("aws:PrincipalIsAWSService", "false"));
        let seconds = self.duration_seconds.unwrap_or(DEFAULT_SECONDS);
        keys.push(one("sts:DurationSeconds", &seconds.to_string()));
        keys.extend(source.map(|source| one("sts:SourceIdentity", source)));
        keys.push(("aws:TagKeys".to_owned(), tags.iter().map(|tag| tag.key.clone()).collect()));
        keys.extend(tags.iter().map(|tag| one(&format!("aws:RequestTag/{}", tag.key), &tag.value)));
        keys
    }
}

fn role_keys(role: &Role) -> Vec<Key> {
    let key = |prefix: &str, tag: &Tag| (format!("{prefix}{}", tag.key), vec![tag.value.clone()]);
    let keys = |tag| [key("aws:ResourceTag/", tag), key("iam:ResourceTag/", tag)];
    role.tags().iter().flat_map(keys).collect()
}

/// Permits what the trust policy says directly of the provider. There is no account to delegate to: whoever presents
/// a token belongs to none.
fn permit(
    cx: &Context<'_>,
    action: &'static str,
    role: &Role,
    arn: &RoleArn<'_>,
    trusted: &Trusted,
    keys: &[Key],
) -> Result<(), Stop> {
    let mut context = policy::Context::complete();
    for (key, values) in keys {
        context = context.with_all(key.as_str(), values.iter().map(|value| Cow::Borrowed(value.as_str())));
    }
    // When, from where and how: but nothing of the principal, for there is none yet.
    let of_request = |key: &&String| !key.starts_with("aws:principal");
    for key in role.trust.condition_keys().iter().filter(of_request) {
        if let Some(values) = cx.caller().fact(key, cx.now())
            && !keys.iter().any(|(told, _)| told.eq_ignore_ascii_case(key))
        {
            context = context.with_all(key.as_str(), values);
        }
    }
    let names = Names { account: None, identities: &[Identity::Federated(&trusted.provider)] };
    let request = Request { names: &names, action: action.into(), resource: arn.text, context: &context };
    match role.trust.decide(&request) {
        Decision::Allowed(_) => Ok(()),
        _ => Err(denied(action)),
    }
}

/// What the session keeps of the token.
fn facts(identity: &WebIdentity, trusted: &Trusted) -> BTreeMap<String, Vec<String>> {
    let lasting = LASTING.map(|claim| format!("{}:{claim}", identity.provider()));
    let of_token =
        identity.condition_keys(&trusted.audiences).into_iter().filter(|(key, _)| lasting.contains(key));
    let provider = ("aws:federatedprovider".to_owned(), vec![trusted.provider.clone()]);
    of_token.map(|(key, values)| (key.to_ascii_lowercase(), values)).chain([provider]).collect()
}

fn source_identity(identity: &WebIdentity) -> Result<Option<String>, Stop> {
    match identity.source_identity().map_err(refusal)? {
        Some(source) if !is_source_identity(source) => Err(invalid(
            "The source identity of the token must have 2 to 64 letters, digits or any of _+=,.@-",
        )
        .into()),
        source => Ok(source.map(str::to_owned)),
    }
}

/// The same for a role that does not exist and one that does not trust the caller.
fn denied(action: &str) -> Stop {
    Error::access_denied(format!("Not authorized to perform {action}")).into()
}

fn invalid(text: impl Into<String>) -> Error {
    Error::new("InvalidIdentityToken", 400, text)
}

/// A token that proves nothing, in the API's codes.
#[expect(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
fn refusal(error: TokenError) -> Error {
    let (code, status) = match error {
        TokenError::Expired { .. } => ("ExpiredTokenException", 400),
        TokenError::NotYet { .. } => ("IDPRejectedClaim", 403),
        TokenError::NoKeys { .. } => ("IDPCommunicationError", 400),
        _ => ("InvalidIdentityToken", 400),
    };
    Error::new(code, status, error.to_string())
}
