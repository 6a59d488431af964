//! Policies that are missing or cannot be read: whoever they apply to may do nothing.

use super::*;

/// Makes a user, breaks it, and gives the error that it is refused with.
async fn refused(breaking: impl FnOnce(&mut UserRecord, &mut GroupRecord)) -> String {
    let bench = Bench::new().await;
    let (mut user, key) = bench.user("alice", &allow("*")).await;
    let whole = user.clone();
    let mut ops = group("ops");
    breaking(&mut user, &mut ops);
    bench
        .write(|writes| {
            writes.put(&user).put(&ops).put(&managed_policy("Bad", "{\"Statement\":1}"));
        })
        .await;
    let text = match bench.find(&key.id, None).await {
        Err(IamError::Policies { arn, reason }) => format!("{arn}: {reason}"),
        other => panic!("{:?}", other.map(|found| found.arn.clone())),
    };
    bench
        .write(|writes| {
            writes.put(&whole);
        })
        .await;
    assert!(bench.find(&key.id, None).await.is_ok(), "put right, it must be found again");
    text
}

#[tokio::test]
async fn one_that_cannot_be_read_lets_nothing_be_done() {
    let newer = r#"{"Version":"2030-01-01","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}"#;
    let text = refused(|user, _| drop(user.inline.insert("p".to_owned(), newer.to_owned()))).await;
    assert!(text.contains("its policy \"p\" cannot be read") && text.contains("2030-01-01"), "{text}");
    for bad in ["", "{}", "garbage", r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"*"}}"#] {
        let text = refused(|user, _| drop(user.inline.insert("p".to_owned(), bad.to_owned()))).await;
        assert!(text.contains("cannot be read"), "{bad}: {text}");
    }
    let text = refused(|user, ops| {
        user.groups.push("ops".to_owned());
        ops.inline.insert("p".to_owned(), "{}".to_owned());
    })
    .await;
    assert!(text.contains("its policy \"p\" cannot be read"), "{text}");
    let bad = "arn:aws:iam::111122223333:policy/team/Bad";
    let text = refused(|user, _| user.attached.push(bad.to_owned())).await;
    assert!(text.contains(bad) && text.contains("cannot be read"), "{text}");
}

#[tokio::test]
async fn one_that_is_missing_lets_nothing_be_done() {
    let text = refused(|user, _| user.groups.push("gone".to_owned())).await;
    assert!(text.contains("its group \"gone\" does not exist"), "{text}");
    for arn in [
        "arn:aws:iam::111122223333:policy/Gone",
        // There is a policy of this name, but on another path, or in another account or partition.
        "arn:aws:iam::111122223333:policy/Bad",
        "arn:aws:iam::222233334444:policy/team/Bad",
        "arn:aws-cn:iam::111122223333:policy/team/Bad",
        "arn:aws:iam::aws:policy/NoSuchPolicy",
        "arn:aws:iam::aws:policy/team/AdministratorAccess",
        "AdministratorAccess",
        "",
    ] {
        let text = refused(|user, _| user.attached.push(arn.to_owned())).await;
        assert!(text.contains("does not exist"), "{text}");
        let text = refused(|user, _| user.boundary = Some(arn.to_owned())).await;
        assert!(text.contains("does not exist"), "{text}");
        let text = refused(|user, ops| {
            user.groups.push("ops".to_owned());
            ops.attached.push(arn.to_owned());
        })
        .await;
        assert!(text.contains("does not exist"), "{text}");
    }
}

#[tokio::test]
async fn a_record_of_a_newer_form_is_not_half_understood() {
    let bench = Bench::new().await;
    let (user, key) = bench.user("alice", &allow("*")).await;
    let mut newer = serde_json::to_value(&user).unwrap();
    newer["only_from"] = json!("10.0.0.0/8");
    let mut changes = Changes::default();
    changes
        .put("iam/user/111122223333/alice", SecretBytes::new(newer.to_string().into_bytes()))
        .put("iam/account/111122223333", AccountRecord::default().write());
    assert!(matches!(bench.records.commit(changes).await.unwrap(), Commit::Done(_)));
    let error = refusal(&bench.identities, &key.id, None, NOW).await;
    assert!(matches!(&error, IamError::Record { key } if key.ends_with("/alice")), "{error}");
}
