//! Every condition key: a request that it lets through, and one that it does not.

mod documented;
mod of_callers;
mod of_keys;
mod of_recipients;
mod of_requests;

use std::sync::Arc;

use api::ErrorCode;
use kms::Caller;
use serde_json::{Value, json};

use super::asks::{Ask, subjects};
use super::people::{actions, by_in, statement, user};
use crate::states::keys::Engine;
use crate::world::{ACCOUNT, DAY};

/// The alias of every key that is asked about.
const ALIAS: &str = "alias/tried";

/// A condition, and how two requests differ: the one that meets it, and the one that does not.
struct Trial {
    key: &'static str,
    operator: &'static str,
    /// What a policy wants of the key.
    value: Value,
    operation: &'static str,
    fits: fn(&mut Asked),
    fails: fn(&mut Asked),
}

/// A request before it is sent.
struct Asked {
    body: Value,
    /// How it comes; who asks is put in its place.
    caller: Caller,
    /// What is known of who asks, besides.
    facts: Vec<(String, Vec<String>)>,
    /// What the policy wants of the key.
    value: Value,
    /// How long after everything was made.
    days: i64,
}

impl Asked {
    fn knows(&mut self, key: &str, value: &str) {
        self.facts.push((key.to_owned(), vec![value.to_owned()]));
    }
}

/// Where the condition stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum In {
    IdentityPolicy,
    KeyPolicy,
}

fn trial(
    key: &'static str,
    operation: &'static str,
    (operator, value): (&'static str, Value),
    fits: fn(&mut Asked),
    fails: fn(&mut Asked),
) -> Trial {
    Trial { key, operator, value, operation, fits, fails }
}

/// The request as it is.
fn as_it_is(_: &mut Asked) {}

/// Tries each in an identity policy and, where it is about a key, in the key's; says all that is wrong.
async fn try_all(trials: &[Trial]) {
    let mut wrong = Vec::new();
    for trial in trials {
        for place in [In::IdentityPolicy, In::KeyPolicy] {
            if let Err(what) = trial.run(place).await {
                wrong.push(format!("{} of {} in {place:?}: {what}", trial.key, trial.operation));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

impl Trial {
    async fn run(&self, place: In) -> Result<(), String> {
        let about = *subjects(self.operation).last().unwrap();
        if about.is_none() && place == In::KeyPolicy {
            return Ok(());
        }
        let engine = Engine::new().await;
        let ask = Ask::new(&engine, self.operation, about).await;
        if let Some(case) = &ask.case {
            let (key, region) = (&case.key.id, case.key.region);
            let tags = json!([{"TagKey": "Team", "TagValue": "blue"}]);
            engine.must(region, "TagResource", json!({"KeyId": key, "Tags": tags})).await;
            engine.must(region, "CreateAlias", json!({"AliasName": ALIAS, "TargetKeyId": key})).await;
        }
        ask.bring(&engine).await;
        let failing = self.send(&engine, &ask, self.fails, place).await;
        match failing {
            Err(error) if error.code() == ErrorCode::AccessDenied => {}
            answer => return Err(format!("{answer:?} where it should be denied")),
        }
        let answer = self.send(&engine, &ask, self.fits, place).await;
        if ask.succeeded(&answer) { Ok(()) } else { Err(format!("{answer:?} where it should be allowed")) }
    }

    async fn send(
        &self,
        engine: &Engine,
        ask: &Ask,
        change: fn(&mut Asked),
        place: In,
    ) -> Result<Value, api::Error> {
        let mut asked = Asked {
            body: ask.body.clone(),
            caller: Caller::root("aws", ACCOUNT, ask.region()),
            facts: Vec::new(),
            value: self.value.clone(),
            days: 0,
        };
        change(&mut asked);
        if let Value::Object(members) = &mut asked.body {
            members.retain(|_, value| !value.is_null());
        }
        let restricted = match self.operation {
            "ReEncrypt" => actions(&["ReEncryptFrom", "ReEncryptTo"]),
            operation => actions(&[operation]),
        };
        let mut conditional = statement("Allow", &restricted);
        conditional["Condition"] = json!({self.operator: {self.key: asked.value}});
        let everything_else = json!({"Effect": "Allow", "NotAction": restricted, "Resource": "*"});
        let mut statements = vec![everything_else];
        if place == In::IdentityPolicy {
            statements.push(conditional);
        } else {
            conditional["Principal"] = json!("*");
            engine.put_policies(conditional).await;
        }
        let mut principal = user(ACCOUNT, "tried", &statements);
        principal.facts.retain(|(known, _)| !asked.facts.iter().any(|(key, _)| key == known));
        principal.facts.extend(asked.facts);
        let region = asked.caller.region.clone();
        let caller = Caller { principal: Arc::clone(&by_in(principal, &region).principal), ..asked.caller };
        engine.world.clock.advance(asked.days * DAY);
        engine.send_as(&caller, self.operation, &asked.body).await
    }
}

/// Every trial there is, but those of recipients.
fn all() -> Vec<Trial> {
    [of_requests::trials(), of_requests::grants(), of_keys::trials(), of_callers::trials()]
        .into_iter()
        .flatten()
        .collect()
}
