//! `GetSessionToken`: credentials that end, for whoever has a long-lived access key. Needs no permission.

use api::constraint::Member;

use super::{issued, second_factor};
use crate::Error;
use crate::context::Context;
use crate::refusal::Stop;
use crate::session::{self, Session, SessionOf};
use crate::shapes::sts::{GetSessionToken, SessionToken};
use crate::table::{Action, Service};

/// How long a session is if nothing is said, in seconds (model, `GetSessionToken`).
const DEFAULT_SECONDS: i64 = 43_200;
/// The longest session of a root, in seconds: one that asks for more has this (likewise).
const MAX_OF_ROOT: i64 = 3600;

impl Action for GetSessionToken {
    type Answer = SessionToken;
    const SERVICE: Service = Service::Sts;
    const NAME: &'static str = "GetSessionToken";
    const MEMBERS: &'static [Member] = Self::FIELDS;

    async fn run(&self, cx: &Context<'_>) -> Result<Self::Answer, Stop> {
        let principal = &cx.caller().principal;
        // Otherwise a session could go on for ever.
        if session::is_session(principal) {
            let text = "Cannot call GetSessionToken with session credentials";
            return Err(Error::access_denied(text).into());
        }
        second_factor::check(self.serial_number.as_deref(), self.token_code.as_deref())?;
        let Some(issuer) = cx.caller_access_key() else {
            let text = "Cannot call GetSessionToken without a long-lived access key";
            return Err(Error::access_denied(text).into());
        };
        let longest = if principal.is_root() { MAX_OF_ROOT } else { i64::MAX };
        let seconds = self.duration_seconds.unwrap_or(DEFAULT_SECONDS).min(longest);
        let of = SessionOf::Key { issuer: issuer.to_owned() };
        let session = Session::new(cx.account(), of, cx.now(), seconds);
        Ok(issued::issue(cx, &session, self.minimum_session_token_size)?)
    }
}
