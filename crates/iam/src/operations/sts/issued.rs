//! Sessions as answers show them.

use api::SecretText;

use super::role::Role;
use crate::context::Context;
use crate::session::{Session, SessionCredentials};
use crate::shapes::sts::{AssumedRole, AssumedRoleUser, Credentials, SessionToken};
use crate::{Error, time};

/// Draws the credentials of a session.
///
/// # Errors
/// `PackedPolicyTooLarge`; `ValidationError` if a longer token is asked for than the session needs, which is not made.
pub(super) fn issue(
    cx: &Context<'_>,
    session: &Session,
    minimum_size: Option<usize>,
) -> Result<SessionToken, Error> {
    let issued = session.issue(&cx.iam().records)?;
    let size = issued.session_token.len();
    if size < minimum_size.unwrap_or_default() {
        let text =
            format!("MinimumSessionTokenSize: session tokens are not made longer than they are, {size}.");
        return Err(Error::validation(text));
    }
    Ok(SessionToken { utilization: issued.packed_percent(), size, credentials: credentials(&issued) })
}

/// The answer to whoever assumed `role`.
pub(super) fn assumed(role: &Role, session_name: &str, session: Session, token: SessionToken) -> AssumedRole {
    let packs = !(session.policies.is_empty() && session.policy_arns.is_empty() && session.tags.is_empty());
    AssumedRole {
        packed_policy_size: packs.then_some(token.utilization),
        session: token,
        user: AssumedRoleUser {
            assumed_role_id: format!("{}:{session_name}", role.id()),
            arn: role.session_arn(session_name),
        },
        source_identity: session.source_identity,
    }
}

fn credentials(issued: &SessionCredentials) -> Credentials {
    let secret = std::str::from_utf8(issued.secret.expose()).unwrap_or_default();
    Credentials {
        access_key_id: issued.access_key_id.clone(),
        secret_access_key: SecretText::new(secret),
        session_token: SecretText::new(issued.session_token.as_str()),
        expiration: time::iso8601(issued.expires_at),
    }
}
