//! Accounts, the keys of their roots, and those there are only in development.

use super::*;

#[tokio::test]
async fn one_is_made_once_and_its_key_found_again() {
    let records = empty().await;
    let identities = Identities::new(Arc::clone(&records), "aws-cn");
    assert!(!identities.has_accounts().await.unwrap());
    assert!(!identities.has_account(ACCOUNT).await.unwrap());
    let key = identities.create_account(ACCOUNT, NOW).await.unwrap();
    assert!(identities.has_accounts().await.unwrap() && identities.has_account(ACCOUNT).await.unwrap());
    assert_eq!(identities.accounts().await.unwrap(), [ACCOUNT]);
    let again = identities.create_account(ACCOUNT, NOW).await;
    assert!(matches!(again, Err(IamError::AccountExists { account }) if account == ACCOUNT));
    let found = Identities::new(records, "aws-cn").find(&key.id, None, NOW).await.unwrap();
    assert_eq!(found.principal.arn, "arn:aws-cn:iam::111122223333:root");
    assert_eq!((found.principal.partition.as_str(), found.principal.account.as_str()), ("aws-cn", ACCOUNT));
    assert!(found.principal.is_root() && found.secret.same_as(key.secret.expose()));
    assert_eq!(fact(&found.principal, "aws:userid").unwrap(), [ACCOUNT]);
    assert_eq!(fact(&found.principal, ACCESS_KEY_ID).unwrap(), [key.id]);
}

#[tokio::test]
async fn what_is_no_number_of_one_is_refused() {
    let identities = Identities::new(empty().await, "aws");
    for account in ["", "12345678901", "1234567890123", "12345678901a", "１２３４"] {
        let made = identities.create_account(account, NOW).await;
        assert!(matches!(made, Err(IamError::NotAnAccount { .. })), "{account}");
    }
}

#[tokio::test]
async fn all_are_listed_however_many() {
    let identities = Identities::new(empty().await, "aws");
    let all: Vec<String> = (0..300).map(|number| format!("{number:012}")).collect();
    for account in &all {
        identities.create_account(account, NOW).await.unwrap();
    }
    assert_eq!(identities.accounts().await.unwrap(), all);
}

#[tokio::test]
async fn a_key_kept_in_the_first_form_is_the_roots() {
    let records = empty().await;
    let (principal, secret) = ("arn:aws:iam::111122223333:root", "a-secret-of-old");
    let old = json!({"account": ACCOUNT, "principal": principal, "secret": secret}).to_string();
    let mut changes = Changes::default();
    changes
        .put("iam/account/111122223333", AccountRecord::default().write())
        .put("iam/access-key/AKIAOLD", SecretBytes::new(old.into_bytes()));
    assert!(matches!(records.commit(changes).await.unwrap(), Commit::Done(_)));
    let found = Identities::new(records, "aws").find("AKIAOLD", None, NOW).await.unwrap();
    assert!(found.principal.is_root() && found.secret.same_as(secret.as_bytes()));
}

#[tokio::test]
async fn the_names_of_development_are_known_there_only() {
    let records = empty().await;
    let dev = Identities::dev(Arc::clone(&records), "aws");
    let serve = Identities::new(records, "aws");
    for (id, account) in [("test", "000000000000"), (ACCOUNT, ACCOUNT)] {
        let found = dev.find(id, None, NOW).await.unwrap();
        assert_eq!(found.principal.arn, format!("arn:aws:iam::{account}:root"));
        assert!(found.principal.is_root() && found.secret.same_as(b"test"));
        assert!(matches!(refusal(&serve, id, None, NOW).await, IamError::UnknownAccessKey { .. }));
    }
    for id in ["11112222333", "Test", "AKIAIOSFODNN7EXAMPLE", "../account/111122223333"] {
        assert!(matches!(refusal(&dev, id, None, NOW).await, IamError::UnknownAccessKey { .. }), "{id}");
    }
}
