//! Across accounts: both have to allow it, and whoever may not cannot tell what there is.

use api::{
    Blob, CreateAlias, CreateKey, Decrypt, DescribeKey, DisableKey, Encrypt, Error, ErrorCode, GetPublicKey,
    ListGrants, ReEncrypt, Tag, TagResource,
};
use kms::Caller;
use serde_json::{Value, json};

use super::super::people::{allow, by, deny, everything, session, user};
use super::{ELSEWHERE, FRIEND, Peopled, REGION, denied, of_key, refusal};
use crate::world::{ACCOUNT, refused};

const NO_IDENTITY: &str = "because no identity-based policy allows the kms:Encrypt action";
const DENIED_BY_IDENTITY: &str = "with an explicit deny in an identity-based policy";
const NO_KEY: &str = "01234567-89ab-4def-8123-456789abcdef";

fn to_owner() -> Value {
    of_key("Allow", &json!({"AWS": ACCOUNT}), "kms:*")
}

fn to_friend() -> Value {
    of_key("Allow", &json!({"AWS": FRIEND}), "kms:*")
}

fn decrypt(blob: &Blob) -> Decrypt {
    let mut request = Decrypt::request();
    request.ciphertext_blob = Some(blob.clone());
    request
}

#[tokio::test]
async fn both_accounts_have_to_allow_it() {
    let peopled = Peopled::new().await;
    let friend = |statements: &[Value]| by(user(FRIEND, "friend", statements));
    let may = [allow(&["Encrypt"])];
    let denying = of_key("Deny", &json!({"AWS": FRIEND}), "kms:Encrypt");
    let root = Caller::root("aws", FRIEND, REGION);
    let mut bounded = user(FRIEND, "friend", &may);
    bounded.boundary = Some(super::super::people::policy(&[allow(&["Decrypt"])]));
    let cases = [
        ("both", vec![to_owner(), to_friend()], friend(&may), None),
        ("only the friend's", vec![to_owner()], friend(&may), Some(ELSEWHERE)),
        ("only the key's", vec![to_owner(), to_friend()], friend(&[]), Some(NO_IDENTITY)),
        ("the key's denies", vec![to_owner(), to_friend(), denying], friend(&may), Some(ELSEWHERE)),
        (
            "the friend's denies",
            vec![to_owner(), to_friend()],
            friend(&[everything(), deny(&["Encrypt"])]),
            Some(DENIED_BY_IDENTITY),
        ),
        ("the friend's root", vec![to_owner(), to_friend()], root.clone(), None),
        ("any root", vec![to_owner()], root, Some(ELSEWHERE)),
        (
            "everyone, and it may not",
            vec![of_key("Allow", &json!("*"), "kms:*")],
            friend(&[]),
            Some(NO_IDENTITY),
        ),
        ("everyone, and it may", vec![of_key("Allow", &json!("*"), "kms:*")], friend(&may), None),
        (
            "a boundary",
            vec![to_owner(), to_friend()],
            by(bounded),
            Some("because no permissions boundary allows the kms:Encrypt action"),
        ),
    ];
    for (name, statements, caller, reason) in cases {
        let key = peopled.key(&statements).await;
        let answer = peopled.encrypt(&caller, &key.arn).await;
        match reason {
            None => assert!(answer.is_ok(), "{name}: {:?}", answer.err()),
            Some(reason) => {
                let error = refused(answer, ErrorCode::AccessDenied);
                let text = refusal(&caller, "Encrypt", &key.arn, reason);
                assert_eq!(error.message(), Some(text.as_str()), "{name}");
            }
        }
    }
}

#[tokio::test]
async fn who_is_named_in_another_account_needs_its_own_account_too() {
    let peopled = Peopled::new().await;
    let may = [allow(&["Encrypt"])];
    let ann = peopled.people.user(FRIEND, "ann", &may).await;
    let bob = peopled.people.user(FRIEND, "bob", &[]).await;
    let carl = peopled.people.user(FRIEND, "carl", &may).await;
    let named = json!({"AWS": [ann.arn(), bob.arn()]});
    let key = peopled.key(&[to_owner(), of_key("Allow", &named, "kms:*")]).await;
    peopled.encrypt(&ann, &key.arn).await.unwrap();
    denied(peopled.encrypt(&bob, &key.arn).await, &refusal(&bob, "Encrypt", &key.arn, NO_IDENTITY));
    denied(peopled.encrypt(&carl, &key.arn).await, &refusal(&carl, "Encrypt", &key.arn, ELSEWHERE));
}

#[tokio::test]
async fn what_does_not_cross_accounts_is_for_the_owner() {
    let peopled = Peopled::new().await;
    let key = peopled.key(&[to_owner(), to_friend()]).await;
    let friend = by(user(FRIEND, "friend", &[everything()]));
    peopled.call(&friend, DescribeKey::request(&key.arn)).await.unwrap();
    peopled.call(&friend, ListGrants::request(&key.arn)).await.unwrap();
    let text = refusal(&friend, "DisableKey", &key.arn, ELSEWHERE);
    denied(peopled.call(&friend, DisableKey::request(&key.arn)).await, &text);
    let root = Caller::root("aws", FRIEND, REGION);
    let text = refusal(&root, "DisableKey", &key.arn, ELSEWHERE);
    denied(peopled.call(&root, DisableKey::request(&key.arn)).await, &text);
    // Nor does an alias of its own lead there.
    let text = refusal(&friend, "CreateAlias", &key.arn, ELSEWHERE);
    denied(peopled.call(&friend, CreateAlias::request("alias/theirs", &key.arn)).await, &text);
}

/// A statement that allows everything if there is nothing behind a condition key.
fn unless_there_is(key: &str) -> Value {
    let mut statement = everything();
    statement["Condition"] = json!({"Null": {key: "true"}});
    statement
}

/// The text of an answer about `there`, as if it had been about `absent`.
fn about(answer: Result<impl Sized, Error>, there: &str, absent: &str) -> (ErrorCode, String) {
    let error = answer.err().unwrap_or_else(|| panic!("{there} was not refused"));
    (error.code(), error.message().unwrap_or_default().replace(there, absent))
}

#[tokio::test]
async fn another_accounts_key_is_like_none() {
    let peopled = Peopled::new().await;
    let key = peopled.key_of_account().await;
    peopled.world.call(CreateAlias::request("alias/there", &key.id)).await.unwrap();
    let tag = Tag { tag_key: "team".to_owned(), tag_value: "blue".to_owned() };
    peopled.world.call(TagResource::request(&key.id, vec![tag])).await.unwrap();
    let arn = |rest: &str| format!("arn:aws:kms:{REGION}:{ACCOUNT}:{rest}");
    let callers = [
        Caller::root("aws", FRIEND, REGION),
        by(user(FRIEND, "ann", &[everything()])),
        by(user(FRIEND, "bob", &[])),
        by(user(FRIEND, "carl", &[everything(), deny(&["Encrypt"])])),
        by(session(FRIEND, "app", "today", &[everything()])),
        // Whoever makes its own policies ask about the key learns nothing of it either.
        by(user(FRIEND, "dora", &[unless_there_is("kms:KeySpec")])),
        by(user(FRIEND, "emil", &[unless_there_is("kms:ResourceAliases")])),
        by(user(FRIEND, "fred", &[unless_there_is("aws:ResourceTag/team")])),
    ];
    let pairs = [
        (key.id.clone(), NO_KEY.to_owned()),
        (key.arn.clone(), arn(&format!("key/{NO_KEY}"))),
        ("alias/there".to_owned(), "alias/absent".to_owned()),
        (arn("alias/there"), arn("alias/absent")),
    ];
    for caller in &callers {
        for (there, absent) in &pairs {
            let encrypt = |name: &str| peopled.call(caller, Encrypt::request(name, Blob::new(*b"m")));
            assert_eq!(
                about(encrypt(there).await, there, absent),
                about(encrypt(absent).await, "", ""),
                "{} {there}",
                caller.arn()
            );
            let describe = |name: &str| peopled.call(caller, DescribeKey::request(name));
            let answer = about(describe(there).await, there, absent);
            assert_eq!(answer, about(describe(absent).await, "", ""), "{} {there}", caller.arn());
            assert!(!answer.1.contains(&key.id), "{}", answer.1);
            let show = |name: &str| peopled.call(caller, GetPublicKey::request(name));
            assert_eq!(about(show(there).await, there, absent), about(show(absent).await, "", ""));
        }
    }
    // Nor does whoever names just this key in its own policies learn which alias stands for it.
    let mut only_this = everything();
    only_this["Resource"] = json!(key.arn);
    let gwen = by(user(FRIEND, "gwen", &[only_this]));
    let (there, absent) = &pairs[3];
    let encrypt = |name: &str| peopled.call(&gwen, Encrypt::request(name, Blob::new(*b"m")));
    assert_eq!(about(encrypt(there).await, there, absent), about(encrypt(absent).await, "", ""));
}

#[tokio::test]
async fn a_ciphertext_of_another_accounts_key_is_like_one_of_none() {
    let (peopled, elsewhere) = (Peopled::new().await, Peopled::new().await);
    let (key, other) = (peopled.key_of_account().await, elsewhere.key_of_account().await);
    let here = peopled.encrypt(&peopled.world.caller, &key.id).await.unwrap();
    let of_none = elsewhere.encrypt(&elsewhere.world.caller, &other.id).await.unwrap();
    for caller in [
        Caller::root("aws", FRIEND, REGION),
        by(user(FRIEND, "ann", &[everything()])),
        by(user(FRIEND, "bob", &[])),
        by(user(FRIEND, "dora", &[unless_there_is("kms:KeySpec")])),
    ] {
        let ask = |blob: &Blob| peopled.call(&caller, decrypt(blob));
        assert_eq!(about(ask(&here).await, "", ""), about(ask(&of_none).await, "", ""), "{}", caller.arn());
        let text = refused(ask(&here).await, ErrorCode::AccessDenied);
        assert!(text.message().unwrap().starts_with("The ciphertext refers to"), "{text}");
    }
    // Allowed by both, it opens.
    let shared = peopled.key(&[to_owner(), to_friend()]).await;
    let blob = peopled.encrypt(&peopled.world.caller, &shared.id).await.unwrap();
    let ann = by(user(FRIEND, "ann", &[everything()]));
    assert_eq!(peopled.call(&ann, decrypt(&blob)).await.unwrap().key_id, shared.arn);
    // In its own account, whoever may not is told what it may not.
    let nobody = by(user(ACCOUNT, "nobody", &[]));
    let reason = "because no identity-based policy allows the kms:Decrypt action";
    denied(peopled.call(&nobody, decrypt(&blob)).await, &refusal(&nobody, "Decrypt", &shared.arn, reason));
}

/// A service of the owner's that re-encrypts what others bring it must not be led to open what they may not.
#[tokio::test]
async fn re_encryption_asks_for_both_keys() {
    let peopled = Peopled::new().await;
    let (secret, mine) = (peopled.key_of_account().await, peopled.key_of_account().await);
    let blob = peopled.encrypt(&peopled.world.caller, &secret.id).await.unwrap();
    let only = |operations: &[&str], key: &str| {
        let mut statement = allow(operations);
        statement["Resource"] = json!(key);
        statement
    };
    let ask = |name: bool| {
        let mut request = ReEncrypt::request(&mine.id);
        request.ciphertext_blob = Some(blob.clone());
        request.source_key_id = name.then(|| secret.id.clone());
        request
    };
    let all_of_mine = only(&["ReEncryptFrom", "ReEncryptTo", "Decrypt", "Encrypt"], &mine.arn);
    let from = |key: &super::Key| only(&["ReEncryptFrom"], &key.arn);
    let to = |key: &super::Key| only(&["ReEncryptTo"], &key.arn);
    let refusals = [
        ("only the destination", vec![all_of_mine.clone()], "ReEncryptFrom", &secret),
        (
            "to decrypt it is not enough",
            vec![all_of_mine, only(&["Decrypt"], &secret.arn)],
            "ReEncryptFrom",
            &secret,
        ),
        ("only the source", vec![from(&secret)], "ReEncryptTo", &mine),
        ("the wrong way round", vec![from(&mine), to(&secret)], "ReEncryptTo", &mine),
        ("the action of none", vec![allow(&["ReEncrypt"])], "ReEncryptTo", &mine),
    ];
    for (name, statements, action, key) in refusals {
        let deputy = by(user(ACCOUNT, "deputy", &statements));
        for named in [true, false] {
            let error = refused(peopled.call(&deputy, ask(named)).await, ErrorCode::AccessDenied);
            let reason = format!("because no identity-based policy allows the kms:{action} action");
            let text = refusal(&deputy, action, &key.arn, &reason);
            assert_eq!(error.message(), Some(text.as_str()), "{name}");
        }
    }
    let deputy = by(user(ACCOUNT, "deputy", &[from(&secret), to(&mine)]));
    for named in [true, false] {
        peopled.call(&deputy, ask(named)).await.unwrap();
    }
}

/// The deputy of one account is brought a ciphertext of another's.
#[tokio::test]
async fn re_encryption_of_another_accounts_ciphertext() {
    let peopled = Peopled::new().await;
    let secret = peopled.key_of_account().await;
    let blob = peopled.encrypt(&peopled.world.caller, &secret.id).await.unwrap();
    let root = Caller::root("aws", FRIEND, REGION);
    let mine = peopled.call(&root, CreateKey::request()).await.unwrap().key_metadata.key_id;
    let deputy = by(user(FRIEND, "deputy", &[everything()]));
    let mut request = ReEncrypt::request(&mine);
    request.ciphertext_blob = Some(blob.clone());
    for caller in [&root, &deputy] {
        let error = refused(peopled.call(caller, request.clone()).await, ErrorCode::AccessDenied);
        assert!(error.message().unwrap().starts_with("The ciphertext refers to"), "{error}");
        let mut named = request.clone();
        named.source_key_id = Some(secret.arn.clone());
        let error = refused(peopled.call(caller, named).await, ErrorCode::AccessDenied);
        let text = refusal(caller, "ReEncryptFrom", &secret.arn, ELSEWHERE);
        assert_eq!(error.message(), Some(text.as_str()));
    }
    // What an alias of the other account stands for does not show in whether both keys are one.
    peopled.world.call(CreateAlias::request("alias/there", &secret.id)).await.unwrap();
    let mut only_same = everything();
    only_same["Condition"] = json!({"Bool": {"kms:ReEncryptOnSameKey": "true"}});
    let curious = by(user(FRIEND, "curious", &[only_same]));
    let to_alias = |name: &str| {
        let name = format!("arn:aws:kms:{REGION}:{ACCOUNT}:alias/{name}");
        (name.clone(), ReEncrypt { destination_key_id: name, ..request.clone() })
    };
    let (there, absent) = (to_alias("there"), to_alias("absent"));
    let answer = about(peopled.call(&curious, there.1).await, &there.0, &absent.0);
    assert_eq!(answer, about(peopled.call(&curious, absent.1).await, "", ""));
    // And its own is not re-encrypted to a key that it may not use.
    let own = peopled.encrypt(&root, &mine).await.unwrap();
    let mut away = ReEncrypt::request(&secret.arn);
    away.ciphertext_blob = Some(own);
    let text = refusal(&deputy, "ReEncryptTo", &secret.arn, ELSEWHERE);
    denied(peopled.call(&deputy, away).await, &text);
}
