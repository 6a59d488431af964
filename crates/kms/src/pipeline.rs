//! The one way through: every request, typed or as bytes, from any front, is carried out here.
//!
//! An operation works on a [`Context`] and is written as if it were alone. What it read is an expectation of what
//! it commits; if someone else was faster, the whole operation runs again from the beginning.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, OnceLock, PoisonError};

use api::{Error, ErrorCode, Spec, Timestamp};

use crate::arn::{KeyId, Place};
use crate::conditions::Conditions;
use crate::key::{KeyRecord, Transition, TransitionKind};
use crate::keys::Keys;
use crate::{Caller, Dialect, Kms, Rules};

/// A future on the heap.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// How often an operation runs again because another changed the same key, before the caller is asked to slow down.
const MOST_ATTEMPTS: u32 = 100;

/// An operation of the API: its request knows how to carry itself out.
pub trait Operation: api::Request + Sync {
    /// What its request tells policies of itself: the condition keys that AWS documents for the operation, with the
    /// values that count, so also those of members that are left out.
    fn conditions(&self) -> Conditions<'_> {
        Conditions::default()
    }

    /// Carries it out. Runs again from the beginning when it stops with a conflict.
    fn run(&self, cx: &Context<'_>) -> impl Future<Output = Result<Self::Response, Stop>> + Send;
}

/// A request whose operation does not matter.
trait Conditional: Sync {
    fn conditions(&self) -> Conditions<'_>;
}

impl<O: Operation> Conditional for O {
    fn conditions(&self) -> Conditions<'_> {
        Operation::conditions(self)
    }
}

/// Why an operation ended without an answer.
#[derive(Debug)]
pub enum Stop {
    /// With an error for the caller.
    Error(Error),
    /// Someone else changed what it had read.
    Conflict,
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

/// One attempt at one request: who asks for what, and when. Leads to keys by way of `authorize.rs` (ADR 4).
pub struct Context<'a> {
    kms: &'a Kms,
    caller: &'a Caller,
    dialect: Dialect,
    spec: &'static Spec,
    request: &'a dyn Conditional,
    now: Timestamp,
    /// Whom the answer is for, once that is proved.
    attested: OnceLock<attestation::Document>,
    /// The keys that were permitted.
    used: Mutex<Vec<KeyRef>>,
}

/// Where a key stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct KeyRef {
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) id: KeyId,
}

impl KeyRef {
    pub(crate) fn of(record: &KeyRecord) -> Self {
        Self { account: record.account.clone(), region: record.region.clone(), id: record.id.clone() }
    }
}

impl<'a> Context<'a> {
    /// The instant of this attempt: everything in it happens now.
    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    pub(crate) fn spec(&self) -> &'static Spec {
        self.spec
    }

    pub(crate) fn caller(&self) -> &'a Caller {
        self.caller
    }

    /// By which API the request came.
    pub(crate) fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// What that API has different from others.
    pub(crate) fn rules(&self) -> &'static Rules {
        self.dialect.rules
    }

    pub(crate) fn kms(&self) -> &'a Kms {
        self.kms
    }

    pub(crate) fn keys(&self) -> &'a Keys {
        self.kms.keys()
    }

    /// What the request tells policies of itself.
    pub(crate) fn conditions(&self) -> Conditions<'a> {
        self.request.conditions()
    }

    /// Whom the answer is for, if the request names a recipient and its attestation document has been verified.
    pub(crate) fn attested(&self) -> &OnceLock<attestation::Document> {
        &self.attested
    }

    /// Remembers a key that cryptographic work was permitted on, for when the operation has succeeded.
    pub(crate) fn remember(&self, record: &KeyRecord) {
        if self.spec.usage.is_some() {
            self.used.lock().unwrap_or_else(PoisonError::into_inner).push(KeyRef::of(record));
        }
    }

    /// A state that a key goes through now, if this server lets that take time.
    pub(crate) fn transition(&self, kind: TransitionKind) -> Option<Transition> {
        let seconds = self.kms.settings().settling_seconds;
        (seconds > 0).then(|| Transition { kind, until: self.now.plus_seconds(seconds) })
    }

    /// Where the caller's keys live.
    pub(crate) fn place(&self) -> Place {
        Place {
            partition: self.kms.settings().partition.clone(),
            account: self.caller.account().to_owned(),
            region: self.caller.region.clone(),
        }
    }
}

impl Kms {
    /// Carries out one request of the AWS API.
    ///
    /// # Errors
    /// What the operation refuses, in the API's codes.
    pub async fn call<O: Operation>(&self, caller: &Caller, request: O) -> Result<O::Response, Error> {
        self.call_as(caller, Dialect::AWS, request).await
    }

    /// The same for a request that came by any of the APIs, under that API's rules.
    ///
    /// # Errors
    /// What the operation refuses, in AWS's codes and, where those are coarser, with a [`Reason`](api::Reason).
    pub async fn call_as<O: Operation>(
        &self,
        caller: &Caller,
        dialect: Dialect,
        request: O,
    ) -> Result<O::Response, Error> {
        for _ in 0..MOST_ATTEMPTS {
            let (spec, now) = (const { &O::SPEC }, self.clock().now());
            let (attested, used) = (OnceLock::new(), Mutex::default());
            let cx = Context { kms: self, caller, dialect, spec, request: &request, now, attested, used };
            match request.run(&cx).await {
                Ok(response) => {
                    self.note_last_usage(cx).await;
                    return Ok(response);
                }
                Err(Stop::Error(error)) => return Err(error),
                Err(Stop::Conflict) => {}
            }
        }
        let text = "Too many changes of the same resource at once. Reduce the frequency of your calls.";
        Err(Error::new(ErrorCode::Throttling, text))
    }

    async fn note_last_usage(&self, cx: Context<'_>) {
        for key in cx.used.into_inner().unwrap_or_else(PoisonError::into_inner) {
            self.usage().note(self.records(), key, cx.spec.name, cx.now, &cx.caller.request_id).await;
        }
    }
}
