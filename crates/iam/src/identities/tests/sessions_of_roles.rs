//! Sessions of roles.

use super::*;

#[tokio::test]
async fn one_is_the_role_with_its_limits() {
    let bench = Bench::new().await;
    let mut role = bench.role("App", &allow("kms:*")).await;
    role.path = "/svc/".to_owned();
    role.tags = vec![
        Tag { key: "Dept".to_owned(), value: "red".to_owned() },
        Tag { key: "Cost".to_owned(), value: "1".to_owned() },
    ];
    bench
        .write(|writes| {
            writes.put(&role).put(&managed_policy("Edge", &allow("kms:*")));
        })
        .await;
    let mut session = role_session(&role);
    session.policies = vec![allow("kms:Encrypt")];
    session.tags = vec![Tag { key: "dept".to_owned(), value: "blue".to_owned() }];
    session.source_identity = Some("alice".to_owned());
    session.facts.insert("aws:federatedprovider".to_owned(), vec!["x".to_owned()]);
    let issued = session.issue(&bench.records).unwrap();
    let found = bench.find(&issued.access_key_id, Some(&issued.session_token)).await.unwrap();
    assert_eq!(found.arn, "arn:aws:sts::111122223333:assumed-role/App/job");
    assert_eq!(found.kind, policy::PrincipalKind::Role);
    let names: Vec<_> =
        found.names.iter().map(|name| (name.arn.as_str(), name.id.clone().unwrap())).collect();
    let id = role.id.clone();
    assert_eq!(
        names,
        [
            ("arn:aws:iam::111122223333:role/svc/App", id.clone()),
            ("arn:aws:sts::111122223333:assumed-role/App/job", format!("{id}:job")),
        ]
    );
    for (key, value) in [
        ("aws:userid", format!("{id}:job").as_str()),
        ("aws:principaltype", "AssumedRole"),
        ("aws:principaltag/dept", "blue"),
        ("aws:principaltag/cost", "1"),
        ("aws:sourceidentity", "alice"),
        ("aws:federatedprovider", "x"),
        ("aws:tokenissuetime", "2026-11-21T22:26:40Z"),
    ] {
        assert_eq!(fact(&found, key), Some(&[value.to_owned()][..]), "{key}");
    }
    assert!(fact(&found, ACCESS_KEY_ID).is_none() && fact(&found, "aws:username").is_none());
    assert!(may(&found, "kms:Encrypt") && !may(&found, "kms:Decrypt"));
}

#[tokio::test]
async fn a_session_policy_that_is_gone_leaves_nothing() {
    let bench = Bench::new().await;
    let role = bench.role("app", &allow("kms:*")).await;
    bench
        .write(|writes| {
            writes.put(&managed_policy("Edge", &allow("kms:Encrypt")));
        })
        .await;
    let mut session = role_session(&role);
    session.policies = vec![allow("kms:*")];
    session.policy_arns = vec![session_policy("arn:aws:iam::111122223333:policy/team/Edge", "ANPAX")];
    let issued = session.issue(&bench.records).unwrap();
    let token = Some(issued.session_token.as_str());
    assert!(may(&bench.find(&issued.access_key_id, token).await.unwrap(), "kms:Encrypt"));
    bench
        .write(|writes| {
            writes.delete::<PolicyRecord>("Edge");
        })
        .await;
    assert!(!may(&bench.find(&issued.access_key_id, token).await.unwrap(), "kms:Encrypt"));
    // Another of its name and path is not the one that is gone.
    for (id, allowed) in [("ANPAY", false), ("ANPAX", true)] {
        let again = PolicyRecord { id: id.to_owned(), ..managed_policy("Edge", &allow("kms:*")) };
        bench
            .write(|writes| {
                writes.put(&again);
            })
            .await;
        let found = bench.find(&issued.access_key_id, token).await.unwrap();
        assert_eq!(may(&found, "kms:Encrypt"), allowed, "{id}");
    }
}

#[tokio::test]
async fn one_ends_with_the_role_and_does_not_begin_with_another_of_its_name() {
    let bench = Bench::new().await;
    let other = bench.other_node().await;
    let role = bench.role("app", &allow("kms:*")).await;
    let issued = role_session(&role).issue(&bench.records).unwrap();
    let (id, token) = (&issued.access_key_id, Some(issued.session_token.as_str()));
    for node in [&*bench.identities, &other] {
        assert!(node.find(id, token, NOW).await.is_ok());
    }
    bench
        .write(|writes| {
            writes.delete::<RoleRecord>("app");
        })
        .await;
    for _ in 0..2 {
        for node in [&*bench.identities, &other] {
            let error = refusal(node, id, token, NOW).await;
            assert!(matches!(error, IamError::InvalidSessionToken { .. }), "{error}");
        }
        bench.role("app", &allow("kms:*")).await;
    }
}

#[tokio::test]
async fn a_change_of_the_role_is_one_of_its_sessions() {
    let bench = Bench::new().await;
    let other = bench.other_node().await;
    let mut role = bench.role("app", &allow("kms:*")).await;
    let issued = role_session(&role).issue(&bench.records).unwrap();
    let (id, token) = (&issued.access_key_id, Some(issued.session_token.as_str()));
    for (action, allowed) in [("kms:Encrypt", true), ("iam:GetUser", false), ("kms:Encrypt", true)] {
        role.inline.insert("own".to_owned(), allow(action));
        bench
            .write(|writes| {
                writes.put(&role);
            })
            .await;
        for node in [&*bench.identities, &other] {
            let found = node.find(id, token, NOW).await.unwrap().principal;
            assert_eq!(may(&found, "kms:Encrypt"), allowed);
        }
    }
}

#[tokio::test]
async fn one_too_long_for_a_token_is_not_made() {
    let bench = Bench::new().await;
    let role = bench.role("app", &allow("kms:*")).await;
    let mut session = role_session(&role);
    session.policies = vec!["x".repeat(2048)];
    let made = session.issue(&bench.records).unwrap();
    assert!(made.session_token.len() < 4096 && (30..60).contains(&made.packed_percent()));
    session.policies = vec!["x".repeat(6000)];
    let error = session.issue(&bench.records).err().unwrap();
    assert_eq!((error.code, error.status), ("PackedPolicyTooLarge", 400));
}
