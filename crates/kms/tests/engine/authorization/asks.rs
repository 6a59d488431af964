//! A request of each operation that succeeds, for whoever may.

use api::{Error, ErrorCode, KeyState};
use serde_json::{Value, json};

use crate::states::keys::{Case, Engine, HOME};
use crate::states::requests::needs_material;
use crate::states::table::{ROWS, Subject, WITHOUT_A_KEY};
use crate::world::ACCOUNT;

/// Operations that every caller who may is told are not offered.
const NOT_OFFERED: &[&str] = &[
    "ConnectCustomKeyStore",
    "CreateCustomKeyStore",
    "DeleteCustomKeyStore",
    "DisconnectCustomKeyStore",
    "UpdateCustomKeyStore",
];
/// Members of requests that name keys.
const NAMES_OF_KEYS: [&str; 4] = ["KeyId", "TargetKeyId", "SourceKeyId", "DestinationKeyId"];

/// A request that succeeds once its key is in the right state, and what it is about.
pub(crate) struct Ask {
    pub(crate) operation: &'static str,
    pub(crate) body: Value,
    /// `None` where no key is asked about.
    pub(crate) case: Option<Case>,
}

/// What an operation is asked about: each subject with a state in which it succeeds, or nothing.
///
/// Panics for an operation without any: then there is no telling who may do it.
pub(crate) fn subjects(operation: &str) -> Vec<Option<(Subject, KeyState)>> {
    if WITHOUT_A_KEY.contains(&operation) {
        return vec![None];
    }
    let rows = ROWS.iter().filter(|row| row.operation == operation);
    let found: Vec<_> = rows
        .filter_map(|row| {
            let states = [KeyState::Enabled, KeyState::PendingDeletion];
            let state = states.into_iter().find(|state| row.cell(*state) == "ok")?;
            Some(Some((row.subject, state)))
        })
        .collect();
    assert!(!found.is_empty(), "there is no request of {operation} that succeeds");
    found
}

impl Ask {
    /// The request and its key, which is still enabled.
    pub(crate) async fn new(
        engine: &Engine,
        operation: &'static str,
        about: Option<(Subject, KeyState)>,
    ) -> Self {
        let Some((subject, state)) = about else {
            return Self { operation, body: without_key(operation), case: None };
        };
        let case = engine.case(subject, state, needs_material(operation, subject)).await;
        let body = engine.request(operation, &case).await;
        Self { operation, body, case: Some(case) }
    }

    pub(crate) fn region(&self) -> &'static str {
        self.case.as_ref().map_or(HOME, |case| case.key.region)
    }

    /// Brings the key to the state in which the request succeeds.
    pub(crate) async fn bring(&self, engine: &Engine) {
        if let Some(case) = &self.case {
            engine.bring(case).await;
        }
    }

    /// With key ARNs instead of key ids, as other accounts must name keys.
    pub(crate) fn by_arns(mut self) -> Self {
        let region = self.region();
        for member in NAMES_OF_KEYS {
            if let Some(name) = self.body[member].as_str().filter(|name| !name.starts_with("arn:")) {
                self.body[member] = json!(format!("arn:aws:kms:{region}:{ACCOUNT}:key/{name}"));
            }
        }
        if let Value::Object(members) = &mut self.body {
            members.retain(|_, value| !value.is_null());
        }
        self
    }

    /// Whether an answer is that of a request which is allowed.
    pub(crate) fn succeeded(&self, answer: &Result<Value, Error>) -> bool {
        match answer {
            Ok(_) => !NOT_OFFERED.contains(&self.operation),
            Err(error) => {
                NOT_OFFERED.contains(&self.operation) && error.code() == ErrorCode::UnsupportedOperation
            }
        }
    }
}

/// The request of an operation on the account.
fn without_key(operation: &str) -> Value {
    let store = json!({"CustomKeyStoreId": "cks-1234567890abcdef0"});
    match operation {
        "CreateCustomKeyStore" => json!({"CustomKeyStoreName": "a store"}),
        "CreateKey" | "DescribeCustomKeyStores" | "ListKeys" => json!({}),
        "GenerateRandom" => json!({"NumberOfBytes": 16}),
        "ListRetirableGrants" => json!({"RetiringPrincipal": format!("arn:aws:iam::{ACCOUNT}:root")}),
        name if name.ends_with("CustomKeyStore") => store,
        name => panic!("there is no request of {name}"),
    }
}
