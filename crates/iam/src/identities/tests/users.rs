//! Users: what they are made of, and how they change.

use super::*;

#[tokio::test]
async fn one_is_its_own_policies_and_those_of_its_groups() {
    let bench = Bench::new().await;
    let (mut user, key) = bench.user("Alice", &allow("kms:Encrypt")).await;
    user.path = "/team/".to_owned();
    user.groups = vec!["ops".to_owned()];
    user.attached = vec!["arn:aws:iam::111122223333:policy/team/Own".to_owned()];
    user.boundary = Some("arn:aws:iam::aws:policy/AdministratorAccess".to_owned());
    user.tags = vec![Tag { key: "Dept".to_owned(), value: "red".to_owned() }];
    let mut ops = group("Ops");
    ops.inline.insert("inline".to_owned(), allow("kms:Sign"));
    ops.attached = vec!["arn:aws:iam::aws:policy/IAMReadOnlyAccess".to_owned()];
    bench
        .write(|writes| {
            writes.put(&user).put(&ops).put(&managed_policy("Own", &allow("kms:Verify")));
        })
        .await;
    let found = bench.find(&key.id, None).await.unwrap();
    assert_eq!(found.arn, "arn:aws:iam::111122223333:user/team/Alice");
    assert_eq!((found.kind, found.names.len()), (policy::PrincipalKind::User, 1));
    assert_eq!((&found.names[0].arn, &found.names[0].id), (&found.arn, &Some(user.id.clone())));
    for action in ["kms:Encrypt", "kms:Sign", "kms:Verify", "iam:GetUser"] {
        assert!(may(&found, action), "{action}");
    }
    assert!(!may(&found, "kms:Decrypt"));
    assert_eq!((found.policies.len(), found.boundary.is_some()), (4, true));
    for (key, value) in [
        ("aws:userid", user.id.as_str()),
        ("aws:username", "Alice"),
        ("aws:principaltype", "User"),
        ("aws:principaltag/dept", "red"),
        (ACCESS_KEY_ID, &key.id),
    ] {
        assert_eq!(fact(&found, key), Some(&[value.to_owned()][..]), "{key}");
    }
    assert!(!session::is_session(&found));
}

#[tokio::test]
async fn a_boundary_limits() {
    let bench = Bench::new().await;
    let (mut user, key) = bench.user("alice", &allow("*")).await;
    user.boundary = Some("arn:aws:iam::111122223333:policy/team/Edge".to_owned());
    bench
        .write(|writes| {
            writes.put(&user).put(&managed_policy("Edge", &allow("kms:*")));
        })
        .await;
    let found = bench.find(&key.id, None).await.unwrap();
    assert!(may(&found, "kms:Encrypt") && !may(&found, "iam:CreateUser"));
}

#[tokio::test]
async fn a_change_is_honoured_at_once_on_every_node() {
    let bench = Bench::new().await;
    let other = bench.other_node().await;
    let (mut user, key) = bench.user("alice", &allow("kms:Encrypt")).await;
    for node in [&*bench.identities, &other] {
        assert!(may(&node.find(&key.id, None, NOW).await.unwrap().principal, "kms:Encrypt"));
    }
    user.inline.insert("own".to_owned(), allow("kms:Decrypt"));
    bench
        .write(|writes| {
            writes.put(&user);
        })
        .await;
    for node in [&*bench.identities, &other] {
        let found = node.find(&key.id, None, NOW).await.unwrap().principal;
        assert!(!may(&found, "kms:Encrypt") && may(&found, "kms:Decrypt"));
    }
}

#[tokio::test]
async fn a_change_of_another_account_forgets_nothing() {
    let bench = Bench::new().await;
    let (_, key) = bench.user("alice", &allow("kms:Encrypt")).await;
    let before = bench.find(&key.id, None).await.unwrap();
    bench.identities.create_account("222233334444", NOW).await.unwrap();
    assert!(Arc::ptr_eq(&before, &bench.find(&key.id, None).await.unwrap()));
}

#[tokio::test]
async fn an_inactive_or_deleted_key_is_as_unknown() {
    let bench = Bench::new().await;
    let other = bench.other_node().await;
    let (_, mut key) = bench.user("alice", &allow("kms:Encrypt")).await;
    for (status, known) in [(Status::Active, true), (Status::Inactive, false), (Status::Active, true)] {
        key.status = status;
        bench
            .write(|writes| {
                writes.put_access_key(&key);
            })
            .await;
        for node in [&*bench.identities, &other] {
            match node.find(&key.id, None, NOW).await {
                Ok(_) => assert!(known),
                Err(error) => {
                    assert!(!known && matches!(error, IamError::UnknownAccessKey { .. }), "{error}");
                }
            }
        }
    }
    bench
        .write(|writes| {
            writes.delete_access_key(&key);
        })
        .await;
    let error = refusal(&bench.identities, &key.id, None, NOW).await;
    assert!(matches!(error, IamError::UnknownAccessKey { .. }));
}

#[tokio::test]
async fn whoever_is_made_again_does_not_inherit() {
    let bench = Bench::new().await;
    let (first, old) = bench.user("alice", &allow("kms:*")).await;
    assert!(bench.find(&old.id, None).await.is_ok());
    bench
        .write(|writes| {
            writes.delete::<UserRecord>("ALICE");
        })
        .await;
    assert!(matches!(bench.find(&old.id, None).await, Err(IamError::UnknownAccessKey { .. })));
    let (mut second, new) = bench.user("alice", &allow("kms:*")).await;
    assert_ne!(first.id, second.id);
    // Not even a record that says so makes the old key one of hers.
    second.access_keys.push(old.id.clone());
    bench
        .write(|writes| {
            writes.put(&second);
        })
        .await;
    assert!(matches!(bench.find(&old.id, None).await, Err(IamError::UnknownAccessKey { .. })));
    let found = bench.find(&new.id, None).await.unwrap();
    assert_eq!(found.names[0].id.as_ref(), Some(&second.id));
}

#[tokio::test]
async fn a_key_that_its_user_does_not_own_is_as_unknown() {
    let bench = Bench::new().await;
    let (mut user, key) = bench.user("alice", &allow("kms:*")).await;
    user.access_keys.clear();
    bench
        .write(|writes| {
            writes.put(&user);
        })
        .await;
    assert!(matches!(bench.find(&key.id, None).await, Err(IamError::UnknownAccessKey { .. })));
}
