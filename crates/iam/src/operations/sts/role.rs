//! The role that somebody wants to assume, and whom it trusts.

use policy::{Document, Form};

use crate::context::Context;
use crate::records::{self, OfAccount as _, RoleRecord};
use crate::refusal::Stop;
use crate::session::{Session, SessionOf};
use crate::{Error, ids};

/// How long a session is if nothing is said, in seconds (model, `AssumeRole`).
pub(super) const DEFAULT_SECONDS: i64 = 3600;

/// The ARN of a role, whether there is one or not.
pub(super) struct RoleArn<'a> {
    pub(super) text: &'a str,
    pub(super) account: &'a str,
    name: &'a str,
}

/// A role.
pub(super) struct Role {
    record: RoleRecord,
    partition: String,
    account: String,
    /// Whom it trusts: users and roles that are gone are not those that have their names now.
    pub(super) trust: Document,
}

impl<'a> RoleArn<'a> {
    /// Reads `arn:aws:iam::111122223333:role/path/name`.
    ///
    /// # Errors
    /// `ValidationError`.
    pub(super) fn parse(text: &'a str) -> Result<Self, Error> {
        Self::read(text).ok_or_else(|| Error::validation("Request ARN is invalid"))
    }

    fn read(text: &'a str) -> Option<Self> {
        let parts: Vec<_> = text.splitn(6, ':').collect();
        let ["arn", _, "iam", "", account, resource] = parts.as_slice() else { return None };
        let (_, name) = resource.strip_prefix("role")?.rsplit_once('/')?;
        (ids::is_account(account) && !name.is_empty()).then_some(Self { text, account, name })
    }

    /// The role of exactly this ARN, if there is one.
    pub(super) async fn find(&self, cx: &Context<'_>) -> Result<Option<Role>, Stop> {
        let Some(record) = cx.get_in::<RoleRecord>(self.account, self.name).await? else { return Ok(None) };
        if records::arn(cx.partition(), self.account, &record.resource()) != self.text {
            return Ok(None);
        }
        let trust = Document::parse_as(Form::Trust, &record.trust).map_err(Error::service_failure)?;
        let (partition, account) = (cx.partition().to_owned(), self.account.to_owned());
        let trust = trust.pin(&record.trust_ids);
        Ok(Some(Role { record, partition, account, trust }))
    }
}

impl Role {
    /// Its unique id.
    pub(super) fn id(&self) -> &str {
        &self.record.id
    }

    /// Its tags, as the condition keys of a resource have them.
    pub(super) fn tags(&self) -> &[records::Tag] {
        &self.record.tags
    }

    /// The ARN of a session of it.
    pub(super) fn session_arn(&self, session_name: &str) -> String {
        let Self { record, partition, account, .. } = self;
        format!("arn:{partition}:sts::{account}:assumed-role/{}/{session_name}", record.name)
    }

    /// A session of it from now on, of the length that is asked for.
    ///
    /// # Errors
    /// `ValidationError` if that is longer than the role allows.
    pub(super) fn session(
        &self,
        session_name: &str,
        seconds: Option<i64>,
        cx: &Context<'_>,
    ) -> Result<Session, Error> {
        let seconds = seconds.unwrap_or(DEFAULT_SECONDS);
        if seconds > self.record.max_session_seconds {
            let text = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";
            return Err(Error::validation(text));
        }
        let of = SessionOf::Role {
            name: self.record.name.clone(),
            id: self.record.id.clone(),
            session_name: session_name.to_owned(),
        };
        Ok(Session::new(&self.account, of, cx.now(), seconds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arns_of_roles() {
        for (text, name) in [
            ("arn:aws:iam::111122223333:role/app", "app"),
            ("arn:aws:iam::111122223333:role/a/b/app", "app"),
            ("arn:aws-cn:iam::111122223333:role/app@x.y,z+=-_", "app@x.y,z+=-_"),
        ] {
            let arn = RoleArn::parse(text).unwrap();
            assert_eq!((arn.account, arn.name, arn.text), ("111122223333", name, text));
        }
        for text in [
            "app",
            "arn:aws:iam::111122223333:role",
            "arn:aws:iam::111122223333:role/",
            "arn:aws:iam::111122223333:role/a/",
            "arn:aws:iam::111122223333:roles",
            "arn:aws:iam::111122223333:user/app",
            "arn:aws:iam::11112222333:role/app",
            "arn:aws:iam::aws:role/app",
            "arn:aws:iam:eu-west-1:111122223333:role/app",
            "arn:aws:sts::111122223333:assumed-role/app/session",
            "urn:aws:iam::111122223333:role/app",
        ] {
            let refused = RoleArn::parse(text).err().map(|error| (error.code, error.status));
            assert_eq!(refused, Some(("ValidationError", 400)), "{text}");
        }
    }
}
