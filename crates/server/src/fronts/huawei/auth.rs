//! Who asks: by the signature of an access key (AK/SK), or by a token that a log-in gave.

use std::sync::Arc;

use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{HeaderMap, HeaderName};
use iam::{IamError, Identity, LoggedIn, LoginError};
use kms::Caller;
use policy::Principal;
use sigv4::sdk_hmac::{self, PresentedSdk};
use sigv4::{SignatureError, SignedRequest};
use tracing::debug;
use uuid::Uuid;

use super::Huawei;
use super::code::Code;
use super::failure::Failure;
use super::projects::{Project, Projects};
use crate::fronts::caller::caller;
use crate::fronts::signed;
use crate::peers::Peer;

/// A token of a log-in.
pub(super) const AUTH_TOKEN: HeaderName = HeaderName::from_static("x-auth-token");
/// The project that a signed request says it is for, besides its path.
const PROJECT_ID: HeaderName = HeaderName::from_static("x-project-id");
/// What the gateway says before its reason.
const INCORRECT: &str = "Incorrect IAM authentication information:";

/// Who a request claims to be from.
pub(super) enum Claim {
    /// An access key that is known. Not yet proved.
    Key(Box<(PresentedSdk, Identity)>),
    /// Whoever has this token, which is proved by having it.
    Token(Arc<LoggedIn>),
}

/// Who it is from.
pub(super) struct Proved {
    pub(super) principal: Arc<Principal>,
    /// The access key that signed.
    pub(super) access_key_id: Option<String>,
    pub(super) logged_in: Option<Arc<LoggedIn>>,
}

impl Huawei<'_> {
    /// Who the head of a request claims to be; no body is needed for that.
    pub(super) async fn claim(&self, head: &Parts) -> Result<Claim, Failure> {
        let now = self.front.clock.now().seconds();
        let has_token = head.headers.contains_key(AUTH_TOKEN);
        match (head.headers.contains_key(AUTHORIZATION), has_token) {
            (true, true) => Err(Failure::with(
                Code::KMS_0302,
                "A request is signed or has a token in X-Auth-Token, not both.",
            )),
            (false, false) => Err(Failure::new(Code::KMS_0301)),
            (true, false) => {
                let presented = sdk_hmac::parse(&signed(head, b"")).map_err(|error| unsigned(&error))?;
                presented.check_time(now).map_err(|error| unsigned(&error))?;
                let token = presented.session_token();
                let found = self.front.identities.find(presented.access_key_id(), token, now).await;
                let identity = found.map_err(|error| unknown(error, presented.access_key_id()))?;
                Ok(Claim::Key(Box::new((presented, identity))))
            }
            (false, true) => {
                let token = only(&head.headers, &AUTH_TOKEN)?.ok_or_else(|| Failure::new(Code::KMS_0302))?;
                let found = self.front.identities.find_token(token, now).await;
                found.map(|found| Claim::Token(Arc::new(found))).map_err(|error| not_logged_in(&error))
            }
        }
    }
}

impl Claim {
    /// Who it is, if `request`, which is the one that made this claim and now has its body, proves it.
    pub(super) fn prove(self, request: &SignedRequest<'_>) -> Result<Proved, Failure> {
        match self {
            Self::Key(claimed) => {
                let (presented, identity) = *claimed;
                presented
                    .check_signature(request, identity.secret.expose())
                    .map_err(|error| unsigned(&error))?;
                let access_key_id = Some(presented.access_key_id().to_owned());
                Ok(Proved { principal: identity.principal, access_key_id, logged_in: None })
            }
            Self::Token(logged_in) => {
                let principal = Arc::clone(&logged_in.identity.principal);
                Ok(Proved { principal, access_key_id: None, logged_in: Some(logged_in) })
            }
        }
    }
}

impl Proved {
    /// The caller, of keys in `region`.
    pub(super) fn caller(
        &self,
        region: &str,
        head: &Parts,
        peer: &Peer,
        id: Uuid,
    ) -> Result<Caller, Failure> {
        caller(Arc::clone(&self.principal), region, &head.headers, peer, id).map_err(|error| unsigned(&error))
    }

    /// The project that a request is for, if it is one of the caller's account, the one that their token is for, and the
    /// one that they signed for.
    pub(super) fn project(&self, projects: &Projects, id: &str, head: &Parts) -> Result<Project, Failure> {
        let other = || Failure::new(Code::KMS_0321);
        let project = projects.find(id).ok_or_else(other)?;
        let of_token =
            self.logged_in.as_ref().is_none_or(|logged_in| logged_in.project.as_deref() == Some(id));
        let of_header = only(&head.headers, &PROJECT_ID)?.is_none_or(|named| named == id);
        if project.account != self.principal.account || !of_token || !of_header {
            return Err(other());
        }
        Ok(project)
    }
}

/// The only value of a header.
fn only<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<Option<&'h str>, Failure> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => {
            let text =
                value.to_str().map_err(|_| Failure::with(Code::KMS_0302, format!("{name} is not ASCII.")));
            text.map(Some)
        }
        (Some(_), Some(_)) => Err(Failure::with(Code::KMS_0302, format!("{name} is there more than once."))),
    }
}

/// As the gateway in front of the API says it: a request that is not signed as it must be.
fn unsigned(error: &SignatureError) -> Failure {
    debug!(%error, "the signature was refused");
    Failure::with(Code::APIGW_0301, format!("{INCORRECT} {error}"))
}

fn unknown(error: IamError, access_key_id: &str) -> Failure {
    debug!(%error, "the caller is not known");
    let refused = |text: String| Failure::with(Code::APIGW_0301, format!("{INCORRECT} {text}"));
    match error {
        IamError::UnknownAccessKey { .. } => refused(format!("ak {access_key_id} not exist")),
        IamError::InvalidSessionToken { .. } => refused("the security token is not valid".to_owned()),
        IamError::ExpiredSessionToken { .. } => refused("the security token has expired".to_owned()),
        other => Failure::internal(other),
    }
}

fn not_logged_in(error: &LoginError) -> Failure {
    debug!(%error, "the token was refused");
    match error {
        LoginError::ExpiredToken { .. } => Failure::new(Code::KMS_0303),
        LoginError::Iam(error) => Failure::internal(error),
        _ => Failure::new(Code::KMS_0302),
    }
}
