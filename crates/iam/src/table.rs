//! Every action the server offers. A name that is not here is answered as an action nobody offers.

use std::future::Future;
use std::pin::Pin;

use api::constraint::Member;
use policy::Caller;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::context::Context;
use crate::refusal::Stop;
use crate::{Error, Iam};

/// A future on the heap.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Which API an action belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// Identity and Access Management.
    Iam,
    /// Security Token Service.
    Sts,
}

/// An action of the API: its request knows how to carry itself out.
pub(crate) trait Action: DeserializeOwned + Send + Sync + 'static {
    /// What it answers: a structure with the members of the API's, or `()`.
    type Answer: Serialize + Send;
    /// The API it belongs to.
    const SERVICE: Service;
    /// Its name, such as `CreateUser`.
    const NAME: &'static str;
    /// The members of the request.
    const MEMBERS: &'static [Member];
    /// Whether the request must be signed.
    const SIGNED: bool = true;

    /// Carries it out. Runs again from the beginning when it stops with a conflict.
    fn run(&self, cx: &Context<'_>) -> impl Future<Output = Result<Self::Answer, Stop>> + Send;
}

/// Carries out an action on a request of JSON, at a time in seconds since the epoch; gives the answer as JSON, `null`
/// where the API has none.
pub type Call = for<'a> fn(&'a Iam, &'a Caller, Value, i64) -> BoxFuture<'a, Result<Value, Error>>;

/// An action: its facts and its function.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The API it belongs to.
    pub service: Service,
    /// Its name, such as `CreateUser`.
    pub name: &'static str,
    /// The members of the request.
    pub members: &'static [Member],
    /// The function.
    pub call: Call,
    /// Whether the request must be signed.
    pub signed: bool,
}

macro_rules! iam_actions {
    ($($action:path,)*) => { static IAM: &[Entry] = &[ $( entry::<$action>(), )* ]; };
}

macro_rules! sts_actions {
    ($($action:path,)*) => { static STS: &[Entry] = &[ $( entry::<$action>(), )* ]; };
}

crate::operations::for_each_action!(iam_actions);
crate::operations::sts::for_each_action!(sts_actions);

/// The action of this name. Names are compared as the API does, with regard to case.
pub fn action(service: Service, name: &str) -> Option<&'static Entry> {
    actions(service).iter().find(|entry| entry.name == name)
}

/// Every action of an API.
pub fn actions(service: Service) -> &'static [Entry] {
    match service {
        Service::Iam => IAM,
        Service::Sts => STS,
    }
}

const fn entry<A: Action>() -> Entry {
    Entry { service: A::SERVICE, name: A::NAME, members: A::MEMBERS, call: carry_out::<A>, signed: A::SIGNED }
}

fn carry_out<'a, A: Action>(
    iam: &'a Iam,
    caller: &'a Caller,
    request: Value,
    now: i64,
) -> BoxFuture<'a, Result<Value, Error>> {
    Box::pin(iam.call_with::<A>(caller, request, now))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_action_is_there_once_under_its_service() {
        for service in [Service::Iam, Service::Sts] {
            let mut names = HashSet::new();
            for entry in actions(service) {
                assert_eq!(entry.service, service, "{}", entry.name);
                assert!(names.insert(entry.name), "{} is there twice", entry.name);
                assert_eq!(action(service, entry.name).unwrap().name, entry.name);
            }
            assert!(action(service, "CreateNothing").is_none());
        }
    }
}
