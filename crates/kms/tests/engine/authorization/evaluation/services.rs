//! Services: as principals of their own, and on somebody's behalf; only a front can say either.

use api::{Blob, Decrypt, DescribeKey, Encrypt, ErrorCode};
use kms::{Caller, Via};
use policy::Principal;
use serde_json::{Value, json};

use super::super::people::{by, everything, user};
use super::{ELSEWHERE, FRIEND, Peopled, REGION, denied, of_key, refusal};
use crate::world::{ACCOUNT, refused};

const SERVICE: &str = "logs.eu-west-1.amazonaws.com";
const GROUP: &str = "arn:aws:logs:eu-west-1:000000000000:log-group:mine";

fn via(service: &str, source_arn: &str) -> Via {
    Via {
        service: service.to_owned(),
        source_arn: Some(source_arn.to_owned()),
        source_account: Some(ACCOUNT.to_owned()),
    }
}

/// The service itself, asking for something of its own.
fn service(name: &str, source_arn: &str) -> Caller {
    Caller { via: Some(via(name, source_arn)), ..by(Principal::service(name)) }
}

fn to_service(condition: &Value) -> Value {
    let mut statement = of_key("Allow", &json!({"Service": SERVICE}), "kms:*");
    statement["Condition"] = condition.clone();
    statement
}

#[tokio::test]
async fn a_service_needs_to_be_named() {
    let peopled = Peopled::new().await;
    let source =
        json!({"ArnEquals": {"aws:SourceArn": GROUP}, "StringEquals": {"aws:SourceAccount": ACCOUNT}});
    let owner = of_key("Allow", &json!({"AWS": ACCOUNT}), "kms:*");
    let named = peopled.key(&[owner.clone(), to_service(&source)]).await;
    let closed = peopled.key(&[owner]).await;
    let (logs, other) = (service(SERVICE, GROUP), service("s3.eu-west-1.amazonaws.com", GROUP));
    peopled.encrypt(&logs, &named.arn).await.unwrap();
    let elsewhere = service(SERVICE, &GROUP.replace("mine", "theirs"));
    for (caller, key) in [(&elsewhere, &named), (&other, &named), (&logs, &closed)] {
        refused(peopled.encrypt(caller, &key.arn).await, ErrorCode::AccessDenied);
    }
    // A ciphertext leads it to the key that it may use, and to no other.
    for (key, may) in [(&named, true), (&closed, false)] {
        let mut request = Decrypt::request();
        request.ciphertext_blob = Some(peopled.encrypt(&peopled.world.caller, &key.id).await.unwrap());
        let answer = peopled.call(&logs, request).await;
        assert_eq!(answer.is_ok(), may, "{:?}", answer.err());
    }
    // A user is not the service, whatever its name.
    let user = by(user(ACCOUNT, SERVICE, &[]));
    refused(peopled.encrypt(&user, &named.arn).await, ErrorCode::AccessDenied);
}

#[tokio::test]
async fn only_who_comes_by_way_of_a_service_comes_by_way_of_it() {
    let peopled = Peopled::new().await;
    let mut statement = of_key("Allow", &json!({"AWS": "*"}), "kms:*");
    statement["Condition"] = json!({"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com", "kms:CallerAccount": ACCOUNT}});
    let key = peopled.key(&[of_key("Allow", &json!({"AWS": ACCOUNT}), "kms:*"), statement]).await;
    let direct = by(user(ACCOUNT, "ann", &[]));
    let through = |service: &str| Caller { via: Some(via(service, "arn:aws:s3:::mine")), ..direct.clone() };
    peopled.encrypt(&through("s3.eu-west-1.amazonaws.com"), &key.arn).await.unwrap();
    refused(peopled.encrypt(&through("s3.us-east-1.amazonaws.com"), &key.arn).await, ErrorCode::AccessDenied);
    refused(peopled.encrypt(&direct, &key.arn).await, ErrorCode::AccessDenied);
    // What a request says itself is not what its front says.
    let mut request = Encrypt::request(&key.arn, Blob::new(*b"m"));
    let pairs =
        [("kms:ViaService", "s3.eu-west-1.amazonaws.com"), ("ViaService", "s3.eu-west-1.amazonaws.com")];
    request.encryption_context =
        Some(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into_iter().collect());
    let mut pretending = direct.clone();
    pretending.user_agent = Some("s3.eu-west-1.amazonaws.com".to_owned());
    let reason = "because no identity-based policy allows the kms:Encrypt action";
    denied(peopled.call(&pretending, request).await, &refusal(&pretending, "Encrypt", &key.arn, reason));
    // The account of who asks counts, and not that of the service.
    let friend = Caller {
        via: Some(via("s3.eu-west-1.amazonaws.com", GROUP)),
        ..by(user(FRIEND, "ann", &[everything()]))
    };
    denied(peopled.encrypt(&friend, &key.arn).await, &refusal(&friend, "Encrypt", &key.arn, ELSEWHERE));
}

#[tokio::test]
async fn an_aws_managed_key_is_used_by_way_of_its_service() {
    let peopled = Peopled::new().await;
    let described = peopled.world.call(DescribeKey::request("alias/aws/ebs")).await.unwrap().key_metadata;
    let ann = by(user(ACCOUNT, "ann", &[everything()]));
    refused(peopled.encrypt(&ann, &described.arn).await, ErrorCode::AccessDenied);
    let ec2 = format!("ec2.{REGION}.amazonaws.com");
    let through = Caller { via: Some(via(&ec2, "arn:aws:ec2:::mine")), ..by(user(ACCOUNT, "bob", &[])) };
    peopled.encrypt(&through, &described.arn).await.unwrap();
    let root = Caller { via: Some(via("s3.eu-west-1.amazonaws.com", GROUP)), ..peopled.world.caller.clone() };
    refused(peopled.encrypt(&root, &described.arn).await, ErrorCode::AccessDenied);
}
