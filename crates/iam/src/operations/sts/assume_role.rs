//! `AssumeRole`: a session of a role whose trust policy, or whose account, lets the caller have one.

use api::constraint::Member;
use policy::PrincipalKind;

use super::limits::Limits;
use super::role::{DEFAULT_SECONDS, Role, RoleArn};
use super::{issued, second_factor, tags};
use crate::Error;
use crate::authorize::Conditions;
use crate::context::Context;
use crate::records::Tag;
use crate::refusal::Stop;
use crate::shapes::sts::{AssumeRole, AssumedRole};
use crate::table::{Action, Service};

/// The longest session of a role that was assumed with a session of a role, in seconds (model, `DurationSeconds`).
const MAX_OF_CHAINED: i64 = 3600;
const ASSUME: &str = "sts:AssumeRole";
const TAG: &str = "sts:TagSession";
const SET_SOURCE: &str = "sts:SetSourceIdentity";
const SOURCE_IDENTITY: &str = "aws:sourceidentity";

impl Action for AssumeRole {
    type Answer = AssumedRole;
    const SERVICE: Service = Service::Sts;
    const NAME: &'static str = "AssumeRole";
    const MEMBERS: &'static [Member] = Self::FIELDS;

    async fn run(&self, cx: &Context<'_>) -> Result<Self::Answer, Stop> {
        let arn = RoleArn::parse(&self.role_arn)?;
        self.check(cx)?;
        let tags = self.tags.as_deref().unwrap_or_default();
        tags::check(tags)?;
        let limits = Limits::of(self.policy.as_deref(), self.policy_arns.as_deref())?;
        let source = self.source_identity(cx)?;

        // The same answer whether there is no such role, or one that does not trust the caller.
        let role = arn.find(cx).await?.ok_or_else(|| cx.denied(ASSUME, arn.text, None))?;
        let conditions = self.conditions(&role, tags, source.as_deref());
        permit(cx, ASSUME, &arn, &role, &conditions)?;
        if !tags.is_empty() {
            permit(cx, TAG, &arn, &role, &conditions)?;
        }
        if source.is_some() {
            permit(cx, SET_SOURCE, &arn, &role, &conditions)?;
        }

        let mut session = role.session(&self.role_session_name, self.duration_seconds, cx)?;
        limits.put_on(&mut session, &arn, cx).await?;
        session.tags = tags.to_vec();
        session.source_identity = source;
        let token = issued::issue(cx, &session, self.minimum_session_token_size)?;
        Ok(issued::assumed(&role, &self.role_session_name, session, token))
    }
}

impl AssumeRole {
    /// What does not depend on the role.
    fn check(&self, cx: &Context<'_>) -> Result<(), Error> {
        let principal = &cx.caller().principal;
        if principal.is_root() {
            return Err(Error::access_denied("Roles may not be assumed by root accounts."));
        }
        second_factor::check(self.serial_number.as_deref(), self.token_code.as_deref())?;
        if self.transitive_tag_keys.as_ref().is_some_and(|keys| !keys.is_empty()) {
            return Err(Error::validation(
                "TransitiveTagKeys: transitive session tags are not supported here.",
            ));
        }
        if self.provided_contexts.is_some() {
            return Err(Error::validation("ProvidedContexts: there are no context providers here."));
        }
        let chained = principal.kind == PrincipalKind::Role;
        if chained && self.duration_seconds.is_some_and(|seconds| seconds > MAX_OF_CHAINED) {
            let text = "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining";
            return Err(Error::validation(text));
        }
        Ok(())
    }

    /// The source identity of the session. Once a session has one, it is that of all sessions it makes.
    fn source_identity(&self, cx: &Context<'_>) -> Result<Option<String>, Error> {
        let inherited = cx.caller().fact(SOURCE_IDENTITY, cx.now());
        let inherited = inherited.and_then(|values| values.into_iter().next());
        match (inherited, self.source_identity.as_deref()) {
            (Some(inherited), Some(asked)) if inherited != asked => {
                Err(Error::access_denied("The source identity of a session cannot be changed."))
            }
            (Some(inherited), _) => Ok(Some(inherited.into_owned())),
            (None, asked) => Ok(asked.map(str::to_owned)),
        }
    }

    fn conditions(&self, role: &Role, tags: &[Tag], source: Option<&str>) -> Conditions {
        Conditions::default()
            .with("sts:RoleSessionName", &self.role_session_name)
            .maybe("sts:ExternalId", self.external_id.as_deref())
            .with("sts:DurationSeconds", self.duration_seconds.unwrap_or(DEFAULT_SECONDS).to_string())
            .maybe("sts:SourceIdentity", source)
            .request_tags(tags)
            .resource_tags(role.tags())
    }
}

/// Permits what the trust policy, and the caller's own policies, have to say about. Does not tell which of them did
/// not: that would tell of a role that the caller may not know.
fn permit(
    cx: &Context<'_>,
    action: &str,
    arn: &RoleArn<'_>,
    role: &Role,
    conditions: &Conditions,
) -> Result<(), Stop> {
    cx.permit_by(action, arn.text, arn.account, Some(&role.trust), conditions)
        .map_err(|_| cx.denied(action, arn.text, None))
}
