//! That each endpoint takes its own permission, and no other is enough.

use std::sync::Arc;

use policy::{Document, Form, Principal, PrincipalKind, PrincipalName};

use super::*;

const DENIED: Answer = Answer::Refused("KMS.0306");

/// A user whose only policy has these statements.
fn user(statements: &Value) -> Principal {
    let text = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
    let arn = format!("arn:aws:iam::{ACCOUNT}:user/ann");
    let id = "AIDAAAAAAAAAAAAAAAANN".to_owned();
    Principal {
        partition: "aws".to_owned(),
        account: ACCOUNT.to_owned(),
        names: vec![PrincipalName { arn: arn.clone(), id: Some(id) }],
        arn,
        kind: PrincipalKind::User,
        policies: vec![Arc::new(Document::parse_as(Form::Identity, &text).unwrap())],
        boundary: None,
        session_policies: Vec::new(),
        facts: Vec::new(),
    }
}

/// What the endpoint answers to somebody with these statements.
async fn answer(endpoint: &Endpoint, statements: Value) -> Answer {
    let mut bench = Bench::new().await;
    bench.caller.principal = Arc::new(user(&statements));
    let (path, body) = of_nobody(endpoint);
    bench.ask(endpoint.method.clone(), &path, body).await
}

fn statement(effect: &str, action: impl serde::Serialize) -> Value {
    json!({ "Effect": effect, "Action": action, "Resource": "*" })
}

#[tokio::test]
async fn every_endpoint_takes_its_own_permission() {
    for endpoint in ENDPOINTS {
        // What Regions there are, everybody knows who has a project.
        let Some(own) = endpoint.permissions.first() else { continue };
        let name = format!("{} {}", endpoint.method, endpoint.path);
        let by_root = {
            let (path, body) = of_nobody(endpoint);
            Bench::new().await.ask(endpoint.method.clone(), &path, body).await
        };
        let alone = answer(endpoint, json!([statement("Allow", own)])).await;
        match (&alone, &by_root) {
            // New ids each time.
            (Answer::Ok(_), Answer::Ok(_)) => {}
            _ => assert_eq!(alone, by_root, "{name}, allowed {own} alone"),
        }
        if endpoint.path == "/retire-grant" {
            // The grant, which there is not, says who may.
            continue;
        }
        let others = ENDPOINTS.iter().flat_map(|other| other.permissions).filter(|other| *other != own);
        let others: Vec<_> = others.collect();
        assert_eq!(answer(endpoint, json!([statement("Allow", others)])).await, DENIED, "{name}");
        let all = statement("Allow", ["kms:*", "kms:*:*"]);
        let denied = json!([all, statement("Deny", own)]);
        assert_eq!(answer(endpoint, denied).await, DENIED, "{name}, denied {own}");
    }
}

/// A permission that the one table had and the other not would be a permission without its denial.
#[test]
fn the_engine_knows_the_same_permissions() {
    // What AWS's API does not tell, nobody is to be denied there.
    let only_here = ["kms:cmk:getInstance", "kms:cmk:getQuota"];
    let here = ENDPOINTS.iter().flat_map(|endpoint| endpoint.permissions);
    let here: HashSet<_> = here.copied().filter(|permission| !only_here.contains(permission)).collect();
    let covering = |entry: &kms::Entry| kms::permissions_covering(entry.spec.name);
    let there: HashSet<_> = kms::TABLE.iter().flat_map(covering).copied().collect();
    assert_eq!(here, there);
}

#[tokio::test]
async fn whoever_may_verify_and_no_more_is_told_the_id_of_the_key() {
    let mut bench = Bench::new().await;
    let key = bench.key(json!({ "key_alias": "macs", "key_spec": "HMAC_256" })).await;
    bench.caller.principal = Arc::new(user(&json!([statement("Allow", "kms:cmk:verifyMac")])));
    let body =
        json!({ "key_id": "alias/macs", "message": "AAAA", "mac": "00", "mac_algorithm": "HMAC_SHA_256" });
    let expected = json!({ "key_id": key, "mac_algorithm": "HMAC_SHA_256", "mac_valid": false });
    assert_eq!(bench.post("/verify-mac", body).await, Answer::Ok(expected));
}
