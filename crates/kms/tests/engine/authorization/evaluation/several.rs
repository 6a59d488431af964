//! Operations that take more than one permission, or one on more than one thing.

use api::{
    CreateAlias, CreateKey, DeleteAlias, Error, ErrorCode, PutKeyPolicy, ReplicateKey, Tag, UpdateAlias,
    UpdatePrimaryRegion,
};
use kms::{Caller, Operation};
use serde_json::{Value, json};

use super::super::people::{allow, by, user};
use super::{Key, Peopled, REGION, denied, of_key, refusal};
use crate::world::{ACCOUNT, refused};

const ABROAD: &str = "us-east-1";

/// A statement that allows operations on some resources.
fn on(operations: &[&str], resources: &[&str]) -> Value {
    let mut statement = allow(operations);
    statement["Resource"] = json!(resources);
    statement
}

fn ann(statements: &[Value]) -> Caller {
    by(user(ACCOUNT, "ann", statements))
}

fn alias_arn(name: &str) -> String {
    format!("arn:aws:kms:{REGION}:{ACCOUNT}:{name}")
}

/// Asks with all statements but one each time, and then with all.
async fn needs_each<O: Operation + Clone>(
    peopled: &Peopled,
    request: O,
    statements: &[Value],
    told: &[&str],
) {
    for (missing, resource) in told.iter().enumerate() {
        let mut given = statements.to_vec();
        let lost = given.remove(missing);
        let action = lost["Action"][0].as_str().unwrap().strip_prefix("kms:").unwrap();
        let caller = ann(&given);
        let reason = format!("because no identity-based policy allows the kms:{action} action");
        denied(peopled.call(&caller, request.clone()).await, &refusal(&caller, action, resource, &reason));
    }
    let answer = peopled.call(&ann(statements), request).await;
    assert!(answer.is_ok(), "{}: {:?}", O::SPEC.name, answer.err());
}

#[tokio::test]
async fn an_alias_and_its_keys() {
    let peopled = Peopled::new().await;
    let (old, new) = (peopled.key_of_account().await, peopled.key_of_account().await);
    let alias = alias_arn("alias/app");
    let create = [on(&["CreateAlias"], &[&alias]), on(&["CreateAlias"], &[&old.arn])];
    needs_each(&peopled, CreateAlias::request("alias/app", &old.id), &create, &[&alias, &old.arn]).await;
    let update = [&alias, &old.arn, &new.arn].map(|arn| on(&["UpdateAlias"], &[arn]));
    let told = [alias.as_str(), &old.arn, &new.arn];
    needs_each(&peopled, UpdateAlias::request("alias/app", &new.id), &update, &told).await;
    let delete = [&alias, &new.arn].map(|arn| on(&["DeleteAlias"], &[arn]));
    needs_each(&peopled, DeleteAlias::request("alias/app"), &delete, &[&alias, &new.arn]).await;
}

#[tokio::test]
async fn a_key_that_is_closed_keeps_its_aliases() {
    let peopled = Peopled::new().await;
    let key = peopled.key_of_account().await;
    peopled.world.call(CreateAlias::request("alias/app", &key.id)).await.unwrap();
    let other = peopled.key_of_account().await;
    let policy = json!({"Statement": [of_key("Allow", &json!({"AWS": ACCOUNT}), "kms:PutKeyPolicy")]});
    peopled.world.call(PutKeyPolicy::request(&key.id, policy.to_string())).await.unwrap();
    let root = &peopled.world.caller;
    let reason = |action: &str| format!("because no resource-based policy allows the kms:{action} action");
    for request in ["DeleteAlias", "UpdateAlias", "CreateAlias"] {
        let answer = match request {
            "DeleteAlias" => peopled.world.call(DeleteAlias::request("alias/app")).await,
            "UpdateAlias" => peopled.world.call(UpdateAlias::request("alias/app", &other.id)).await,
            _ => peopled.world.call(CreateAlias::request("alias/more", &key.id)).await,
        };
        denied(answer, &refusal(root, request, &key.arn, &reason(request)));
    }
}

fn tags() -> Vec<Tag> {
    vec![Tag { tag_key: "team".to_owned(), tag_value: "blue".to_owned() }]
}

#[tokio::test]
async fn a_key_with_tags() {
    let peopled = Peopled::new().await;
    let mut request = CreateKey::request();
    request.tags = Some(tags());
    let maker = ann(&[allow(&["CreateKey"])]);
    peopled.call(&maker, CreateKey::request()).await.unwrap();
    let error = refused(peopled.call(&maker, request.clone()).await, ErrorCode::AccessDenied);
    assert!(
        error.message().unwrap().contains("to perform: kms:TagResource on resource: arn:aws:kms:"),
        "{error}"
    );
    let tagger = on(&["TagResource"], &[&alias_arn("key/*")]);
    peopled.call(&ann(&[allow(&["CreateKey"]), tagger.clone()]), request.clone()).await.unwrap();
    refused(peopled.call(&ann(&[tagger]), request).await, ErrorCode::AccessDenied);
}

async fn primary(peopled: &Peopled, policy: Option<String>) -> Key {
    let mut request = CreateKey::request();
    (request.multi_region, request.policy) = (Some(true), policy);
    let made = peopled.world.call(request).await.unwrap().key_metadata;
    Key { id: made.key_id, arn: made.arn }
}

#[tokio::test]
async fn a_replica_is_a_new_key() {
    let peopled = Peopled::new().await;
    let key = primary(&peopled, None).await;
    let replica = key.arn.replace(REGION, ABROAD);
    let mut request = ReplicateKey::request(&key.id, ABROAD);
    request.tags = Some(tags());
    let statements =
        [on(&["ReplicateKey"], &[&key.arn]), on(&["CreateKey"], &["*"]), on(&["TagResource"], &[&replica])];
    needs_each(&peopled, request, &statements, &[&key.arn, "*", &replica]).await;
}

/// Its creation is judged by what it will be, and where.
#[tokio::test]
async fn a_replica_is_created_as_what_it_will_be() {
    let peopled = Peopled::new().await;
    for (condition, may) in [
        (json!({"StringEquals": {"kms:KeySpec": "SYMMETRIC_DEFAULT"}}), true),
        (json!({"StringEquals": {"kms:KeySpec": "RSA_2048"}}), false),
        (json!({"StringEquals": {"kms:MultiRegionKeyType": "PRIMARY"}}), false),
        (json!({"StringEquals": {"aws:RequestedRegion": REGION}}), false),
        (json!({"StringEquals": {"kms:MultiRegionKeyType": "REPLICA", "aws:RequestedRegion": ABROAD}}), true),
    ] {
        let mut create = allow(&["CreateKey"]);
        create["Condition"] = condition.clone();
        let caller = ann(&[allow(&["ReplicateKey"]), create]);
        let key = primary(&peopled, None).await;
        let answer = peopled.call(&caller, ReplicateKey::request(&key.id, ABROAD)).await;
        assert_eq!(answer.is_ok(), may, "{condition}");
    }
}

#[tokio::test]
async fn a_new_primary_takes_both_keys() {
    let peopled = Peopled::new().await;
    let key = primary(&peopled, None).await;
    let replica = key.arn.replace(REGION, ABROAD);
    peopled.world.call(ReplicateKey::request(&key.id, ABROAD)).await.unwrap();
    let statements = [&key.arn, &replica].map(|arn| on(&["UpdatePrimaryRegion"], &[arn]));
    let told = [key.arn.as_str(), &replica];
    needs_each(&peopled, UpdatePrimaryRegion::request(&key.id, ABROAD), &statements, &told).await;
}

#[tokio::test]
async fn the_policies_of_both_keys_count_for_a_new_primary() {
    let peopled = Peopled::new().await;
    let key = primary(&peopled, None).await;
    let mut replicate = ReplicateKey::request(&key.id, ABROAD);
    let policy = json!({"Statement": [of_key("Allow", &json!({"AWS": ACCOUNT}), "kms:PutKeyPolicy")]});
    replicate.policy = Some(policy.to_string());
    peopled.world.call(replicate).await.unwrap();
    let answer: Result<_, Error> = peopled.world.call(UpdatePrimaryRegion::request(&key.id, ABROAD)).await;
    let reason = "because no resource-based policy allows the kms:UpdatePrimaryRegion action";
    let replica = key.arn.replace(REGION, ABROAD);
    denied(answer, &refusal(&peopled.world.caller, "UpdatePrimaryRegion", &replica, reason));
}

#[tokio::test]
async fn nobody_locks_itself_out_by_a_policy() {
    let peopled = Peopled::new().await;
    let ann = peopled.people.user(ACCOUNT, "ann", &[allow(&["CreateKey"])]).await;
    let named = |arn: &str| json!({"Statement": of_key("Allow", &json!({"AWS": arn}), "kms:*")}).to_string();
    let mut request = CreateKey::request();
    request.policy = Some(named(ann.arn()));
    let key = peopled.call(&ann, request.clone()).await.unwrap().key_metadata.key_id;
    // Root may not, and what it may not do it does not do by making a new key like that.
    refused(peopled.world.call(request).await, ErrorCode::MalformedPolicyDocument);
    let bob = peopled.people.user(ACCOUNT, "bob", &[]).await;
    let put = |policy: &str| peopled.call(&ann, PutKeyPolicy::request(&key, policy));
    refused(put(&named(bob.arn())).await, ErrorCode::MalformedPolicyDocument);
    put(&json!({"Statement": of_key("Allow", &json!({"AWS": [ann.arn(), bob.arn()]}), "kms:*")}).to_string())
        .await
        .unwrap();
}
