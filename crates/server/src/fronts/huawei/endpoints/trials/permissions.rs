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
