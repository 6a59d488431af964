//! What a token is for, as Keystone describes it.

use http::request::Parts;
use http::{HeaderName, HeaderValue};
use iam::{LoggedIn, LoginError};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use super::super::projects::{Projects, domain_id};
use super::answer::Refused;
use super::{Who, catalog};
use crate::fronts::Front;
use crate::fronts::answer::Answer;

/// The token that is given out or asked about.
pub(super) const SUBJECT_TOKEN: HeaderName = HeaderName::from_static("x-subject-token");
/// What the roles of an account's root and of its users are called. Nothing depends on them.
const ROLE_OF_ROOT: &str = "te_admin";
const ROLE_OF_USERS: &str = "member";

/// Describes the token in `X-Subject-Token` to whose it is, or to the root of its account. To others, it is as none.
pub(super) async fn describe(
    front: &Front,
    who: &Who<'_>,
    head: &Parts,
    base: &str,
    now: i64,
) -> Result<Answer, Refused> {
    let nothing = || Refused::new(404, "X-Subject-Token is no token, or one that is over, or not yours.");
    let header = head.headers.get(SUBJECT_TOKEN).ok_or_else(|| {
        Refused::new(400, "Send the token that is asked about in the X-Subject-Token header.")
    })?;
    let text = header.to_str().map_err(|_| nothing())?;
    let found = match front.identities.find_token(text, now).await {
        Ok(found) => found,
        Err(LoginError::InvalidToken | LoginError::ExpiredToken { .. }) => return Err(nothing()),
        Err(error) => return Err(error.into()),
    };
    let asks = &who.caller.principal;
    let is_theirs =
        found.account == asks.account && (asks.is_root() || found.identity.principal.arn == asks.arn);
    if !is_theirs {
        return Err(nothing());
    }
    let document = document(&front.projects, &found, base, wants_catalog(head));
    let token = HeaderValue::from_str(text).map_err(|_| nothing())?;
    Ok(Answer::success(document).with(SUBJECT_TOKEN, token))
}

/// Whether the catalog is to be with the token: unless the query has `nocatalog`.
pub(super) fn wants_catalog(head: &Parts) -> bool {
    let query = head.uri.query().unwrap_or_default();
    !query.split('&').any(|parameter| parameter.split('=').next() == Some("nocatalog"))
}

/// A token as it is described. What it is not for is not there at all.
#[derive(Serialize)]
struct Token<'a> {
    methods: &'a [String],
    user: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    project: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    domain: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    catalog: Option<Value>,
    roles: Value,
    issued_at: String,
    expires_at: String,
}

/// Describes a token.
pub(super) fn document(projects: &Projects, logged_in: &LoggedIn, base: &str, with_catalog: bool) -> Value {
    let LoggedIn { account, user_id, user_name, methods, issued_at, expires_at, .. } = logged_in;
    let domain = json!({ "id": domain_id(account), "name": account });
    let role = if logged_in.identity.principal.is_root() { ROLE_OF_ROOT } else { ROLE_OF_USERS };
    let project = logged_in.project.as_deref().and_then(|id| projects.find(id));
    let token = Token {
        methods,
        user: json!({ "domain": domain, "id": user_id, "name": user_name }),
        catalog: with_catalog.then(|| catalog::document(projects, account, project.as_ref(), base)),
        domain: project.is_none().then(|| domain.clone()),
        project: project.map(|found| json!({ "domain": domain, "id": found.id, "name": found.name })),
        roles: json!([{ "id": "0", "name": role }]),
        issued_at: time(*issued_at),
        expires_at: time(*expires_at),
    };
    json!({ "token": token })
}

/// `2026-11-22T12:00:00.000000Z`, from seconds since the epoch.
fn time(seconds: i64) -> String {
    format!("{:.6}", Timestamp::from_second(seconds).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    #[test]
    fn times_have_microseconds() {
        assert_eq!(time(1_795_348_800), "2026-11-22T12:00:00.000000Z");
        assert_eq!(time(i64::MAX), "1970-01-01T00:00:00.000000Z");
    }

    #[test]
    fn the_catalog_can_be_left_out() {
        for (uri, expected) in [
            ("/v3/auth/tokens", true),
            ("/v3/auth/tokens?nocatalog", false),
            ("/v3/auth/tokens?nocatalog=true", false),
            ("/v3/auth/tokens?a=nocatalog", true),
        ] {
            let head = Request::builder().uri(uri).body(()).unwrap().into_parts().0;
            assert_eq!(wants_catalog(&head), expected, "{uri}");
        }
    }
}
