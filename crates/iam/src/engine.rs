//! The one way through: every request of the IAM and STS APIs, from any front, is carried out here.

use std::sync::Arc;

use policy::{Caller, PrincipalKind};
use seal::Records;
use serde_json::Value;

use crate::context::Context;
use crate::identities::turns::FREE_TRIES;
use crate::refusal::Stop;
use crate::table::{self, Action, Service};
use crate::web_identity::Issuers;
use crate::{Error, Identities, session};

/// How often an action runs again because another changed the same account, before the caller is told to wait. Only
/// another process can change it so often: see [`crate::identities::turns`].
const MOST_ATTEMPTS: u32 = 100;

/// The engine of the IAM and STS APIs.
pub struct Iam {
    pub(crate) records: Arc<Records>,
    pub(crate) identities: Arc<Identities>,
    pub(crate) issuers: Issuers,
}

impl Iam {
    /// Over the records that `identities` finds its access keys in. Without issuers of web identities.
    pub fn new(records: Arc<Records>, identities: Arc<Identities>) -> Self {
        Self { records, identities, issuers: Issuers::default() }
    }

    /// With the issuers of web identities that the operator trusts.
    #[must_use]
    pub fn with_issuers(self, issuers: Issuers) -> Self {
        Self { issuers, ..self }
    }

    /// Carries out the action of this name on a request of JSON, at `now` in seconds since the epoch.
    ///
    /// # Errors
    /// `InvalidAction` if there is none of that name; otherwise those of the action.
    pub async fn perform(
        &self,
        service: Service,
        name: &str,
        caller: &Caller,
        request: Value,
        now: i64,
    ) -> Result<Value, Error> {
        let Some(entry) = table::action(service, name) else {
            return Err(Error::new("InvalidAction", 400, format!("Could not find operation {name}.")));
        };
        (entry.call)(self, caller, request, now).await
    }

    /// Checks a request of JSON against what its members must be, and carries it out.
    pub(crate) async fn call_with<A: Action>(
        &self,
        caller: &Caller,
        request: Value,
        now: i64,
    ) -> Result<Value, Error> {
        let request = decode::<A>(request)?;
        let answer = self.call(caller, &request, now).await?;
        serde_json::to_value(answer).map_err(Error::service_failure)
    }

    /// Carries out one request at `now`, in seconds since the epoch.
    pub(crate) async fn call<A: Action>(
        &self,
        caller: &Caller,
        request: &A,
        now: i64,
    ) -> Result<A::Answer, Error> {
        check_caller::<A>(caller)?;
        for attempt in 0..MOST_ATTEMPTS {
            let cx = if attempt < FREE_TRIES {
                Context::begin(self, caller, now).await?
            } else {
                Context::begin_in_turn(self, caller, now).await?
            };
            match request.run(&cx).await {
                Ok(answer) => return Ok(answer),
                Err(Stop::Error(error)) => return Err(error),
                Err(Stop::Conflict) => {}
            }
        }
        Err(Error::concurrent_modification())
    }
}

/// Refuses those whom the whole API is closed to, whatever their policies say.
fn check_caller<A: Action>(caller: &Caller) -> Result<(), Error> {
    let principal = &caller.principal;
    if A::SIGNED && principal.account.is_empty() {
        return Err(Error::access_denied(format!("{} does not belong to an account.", principal.arn)));
    }
    // As AWS: a session made by GetSessionToken without a second factor does not reach IAM, so that credentials
    // which are meant to end cannot make themselves ones which do not.
    let of_key = principal.kind != PrincipalKind::Role && session::is_session(principal);
    if A::SERVICE == Service::Iam && of_key {
        return Err(Error::new(
            "InvalidClientTokenId",
            403,
            "The security token included in the request is invalid.",
        ));
    }
    Ok(())
}

fn decode<A: Action>(request: Value) -> Result<A, Error> {
    let Value::Object(object) = &request else {
        return Err(Error::validation("The request is not a structure."));
    };
    let report = api::constraint::check(A::MEMBERS, object);
    if let Some(text) = report.wrong_type {
        return Err(Error::validation(text));
    }
    if !report.violations.is_empty() {
        let noun = if report.violations.len() == 1 { "error" } else { "errors" };
        let (count, all) = (report.violations.len(), report.violations.join("; "));
        return Err(Error::validation(format!("{count} validation {noun} detected: {all}")));
    }
    serde_json::from_value(request).map_err(|_| Error::validation("The request is malformed."))
}

#[cfg(test)]
mod tests;
