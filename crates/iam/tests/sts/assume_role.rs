//! Who may assume a role, and for how long.

use serde_json::{Value, json};

use crate::tokens::NOW;
use crate::world::{OURS, Session, THEIRS, World, allow, denied, fact, may, refused, trusts, trusts_if};

const ASSUME: &[&str] = &["sts:AssumeRole"];

fn user(account: &str, name: &str) -> String {
    format!("arn:aws:iam::{account}:user/{name}")
}

#[tokio::test]
async fn a_session_is_who_the_answer_says() {
    let world = World::new().await;
    let alice = world.user(OURS, "alice", None).await;
    let role = world.role("app", &trusts(&user(OURS, "alice"))).await;
    let answer = world.assume(&alice, &role, json!({})).await.unwrap();

    let id = answer["AssumedRoleUser"]["AssumedRoleId"].as_str().unwrap();
    let arn = "arn:aws:sts::111122223333:assumed-role/app/s1";
    assert!(id.starts_with("AROA") && id.ends_with(":s1"), "{id}");
    assert_eq!(answer["AssumedRoleUser"]["Arn"], arn);
    assert_eq!(answer.get("PackedPolicySize"), None);
    assert_eq!(answer.get("SourceIdentity"), None);
    let session = Session::of(&answer);
    assert!(session.id.starts_with("ASIA"));
    assert_eq!(session.expiration, "2026-11-21T23:26:40Z", "an hour");
    assert_eq!(answer["SessionTokenSize"], session.token.len());

    let caller = world.enter(&answer).await.unwrap();
    assert_eq!(caller.arn(), arn);
    assert_eq!(fact(&caller, "aws:userid").as_deref(), Some(id));
    assert_eq!(fact(&caller, "aws:principalarn"), Some(role));
    assert_eq!(fact(&caller, "aws:tokenissuetime").as_deref(), Some("2026-11-21T22:26:40Z"));
    assert_eq!(fact(&caller, "aws:federatedprovider"), None);
    assert_eq!(fact(&caller, "aws:sourceidentity"), None);
    assert!(may(&caller, "kms:Decrypt") && !may(&caller, "iam:CreateUser"));
    let identity = world.sts(&caller, "GetCallerIdentity", json!({})).await.unwrap();
    assert_eq!(identity, json!({"UserId": id, "Account": OURS, "Arn": arn}));

    let late = world.caller(&session.id, Some(&session.token), NOW + 3600).await;
    assert!(matches!(late, Err(iam::IamError::ExpiredSessionToken { .. })));
}

#[tokio::test]
async fn in_the_same_account() {
    let world = World::new().await;
    let permitted = world.user(OURS, "permitted", Some(allow(ASSUME))).await;
    let nobody = world.user(OURS, "nobody", None).await;
    let forbidden = json!([{"Effect": "Deny", "Action": "sts:*", "Resource": "*"}]);
    let forbidden = world.user(OURS, "forbidden", Some(forbidden)).await;
    let other = world.user(OURS, "other", Some(allow(&["kms:*"]))).await;
    let of_account = world.role("of-account", &trusts(OURS)).await;
    let all_three = json!([user(OURS, "permitted"), user(OURS, "nobody"), user(OURS, "forbidden")]);
    let trust = json!([{"Effect": "Allow", "Principal": {"AWS": all_three}, "Action": "sts:AssumeRole"}]);
    let of_users = world.role("of-users", &trust).await;
    let mut trust = trusts(OURS);
    let denied_to = user(OURS, "permitted");
    trust
        .as_array_mut()
        .unwrap()
        .push(json!({"Effect": "Deny", "Principal": {"AWS": denied_to}, "Action": "sts:*"}));
    let but_one = world.role("but-one", &trust).await;
    let untrusting = world.role("untrusting", &trusts(THEIRS)).await;

    for (role, allowed) in [
        // permitted, nobody, forbidden, other
        (&of_account, [true, false, false, false]),
        (&of_users, [true, true, false, false]),
        (&but_one, [false; 4]),
        (&untrusting, [false; 4]),
    ] {
        let callers = [&permitted, &nobody, &forbidden, &other];
        for (caller, allowed) in callers.into_iter().zip(allowed) {
            let answer = world.assume(caller, role, json!({})).await;
            assert_eq!(answer.is_ok(), allowed, "{} {role}", caller.arn());
            if !allowed {
                let text = denied(answer);
                let who = caller.arn();
                let expected =
                    format!("User: {who} is not authorized to perform: sts:AssumeRole on resource: {role}");
                assert_eq!(text, expected);
            }
        }
    }
}

#[tokio::test]
async fn in_another_account_both_must_allow() {
    let world = World::new().await;
    let permitted = world.user(THEIRS, "permitted", Some(allow(ASSUME))).await;
    let nobody = world.user(THEIRS, "nobody", None).await;
    let of_account = world.role("of-account", &trusts(THEIRS)).await;
    let of_user = world.role("of-user", &trusts(&user(THEIRS, "permitted"))).await;
    let of_nobody = world.role("of-nobody", &trusts(&user(THEIRS, "nobody"))).await;
    let ours_only = world.role("ours-only", &trusts(OURS)).await;
    for (role, by_permitted, by_nobody) in [
        (of_account, true, false),
        (of_user, true, false),
        (of_nobody, false, false),
        (ours_only, false, false),
    ] {
        assert_eq!(world.assume(&permitted, &role, json!({})).await.is_ok(), by_permitted, "{role}");
        assert_eq!(world.assume(&nobody, &role, json!({})).await.is_ok(), by_nobody, "{role}");
    }
    // A session is of the role's account, whoever made it.
    let caller = world.become_role(&permitted, "arn:aws:iam::111122223333:role/of-account", json!({})).await;
    assert_eq!(caller.account(), OURS);
    // What it may is limited to one role by what names that role.
    let only = json!([{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "arn:aws:iam::111122223333:role/x"}]);
    let narrow = world.user(THEIRS, "narrow", Some(only)).await;
    denied(world.assume(&narrow, "arn:aws:iam::111122223333:role/of-account", json!({})).await);
}

#[tokio::test]
async fn roots_do_not_assume_roles() {
    let world = World::new().await;
    let role = world.role("app", &trusts(OURS)).await;
    for account in [OURS, THEIRS] {
        let root = policy::Caller::root("aws", account, "eu-west-1");
        assert_eq!(
            denied(world.assume(&root, &role, json!({})).await),
            "Roles may not be assumed by root accounts."
        );
    }
}

#[tokio::test]
async fn nobody_learns_which_roles_there_are() {
    let world = World::new().await;
    let alice = world.user(THEIRS, "alice", Some(allow(&["*"]))).await;
    let role = world.role("app", &trusts(OURS)).await;
    for arn in [
        role.as_str(),
        "arn:aws:iam::111122223333:role/none",
        "arn:aws:iam::111122223333:role/path/app",
        "arn:aws:iam::111122223333:role/APP",
        "arn:aws-cn:iam::111122223333:role/app",
        "arn:aws:iam::999999999999:role/app",
        "arn:aws:iam::444455556666:role/none",
    ] {
        // Members that only a role can break tell nothing either.
        for more in [
            json!({}),
            json!({"DurationSeconds": 43_200}),
            json!({"PolicyArns": [{"arn": "arn:aws:iam::1:policy/x"}]}),
        ] {
            let text = denied(world.assume(&alice, arn, more).await);
            let expected = format!(
                "User: {} is not authorized to perform: sts:AssumeRole on resource: {arn}",
                alice.arn()
            );
            assert_eq!(text, expected);
        }
    }
    for arn in ["arn:aws:iam::111122223333:user/app", "arn:aws:sts::111122223333:assumed-role/app/s1"] {
        let text = refused(world.assume(&alice, arn, json!({})).await, "ValidationError", 400);
        assert_eq!(text, "Request ARN is invalid");
    }
}

#[tokio::test]
async fn who_knows_the_external_id() {
    let world = World::new().await;
    // A third party has many customers and one user. The id tells for whom it acts.
    let vendor = world.user(THEIRS, "vendor", Some(allow(ASSUME))).await;
    let condition = json!({"StringEquals": {"sts:ExternalId": "customer-1"}});
    let role = world.role("for-vendor", &trusts_if(THEIRS, condition)).await;
    assert!(world.assume(&vendor, &role, json!({"ExternalId": "customer-1"})).await.is_ok());
    for more in [
        json!({}),
        json!({"ExternalId": "customer-2"}),
        json!({"ExternalId": "Customer-1"}),
        json!({"ExternalId": "customer-1,customer-2"}),
    ] {
        denied(world.assume(&vendor, &role, more).await);
    }
    refused(world.assume(&vendor, &role, json!({"ExternalId": "*"})).await, "ValidationError", 400);
}

#[tokio::test]
async fn conditions_of_the_request() {
    let world = World::new().await;
    let alice = world.user(OURS, "alice", Some(allow(ASSUME))).await;
    let tag = json!({"RoleName": "tagged", "Tags": [{"Key": "Team", "Value": "blue"}]});
    let role = |condition: Value| trusts_if(OURS, condition);
    for (name, condition, good, bad) in [
        (
            "named",
            json!({"StringEquals": {"sts:RoleSessionName": "${aws:username}"}}),
            json!({"RoleSessionName": "alice"}),
            json!({"RoleSessionName": "bob"}),
        ),
        (
            "short",
            json!({"NumericLessThanEquals": {"sts:DurationSeconds": "1800"}}),
            json!({"DurationSeconds": 1800}),
            json!({"DurationSeconds": 1801}),
        ),
        (
            "not-long",
            json!({"NumericLessThan": {"sts:DurationSeconds": "3600"}}),
            json!({"DurationSeconds": 3599}),
            json!({}),
        ),
        (
            "from-here",
            json!({"StringEquals": {"aws:RequestedRegion": "eu-west-1", "sts:RoleSessionName": "s1"}}),
            json!({}),
            json!({"RoleSessionName": "s2"}),
        ),
    ] {
        let arn = world.role(name, &role(condition)).await;
        assert!(world.assume(&alice, &arn, good).await.is_ok(), "{name}");
        denied(world.assume(&alice, &arn, bad).await);
    }
    let condition = json!({"StringEquals": {"aws:ResourceTag/Team": "blue"}});
    let arn = world.role("tagged", &role(condition)).await;
    denied(world.assume(&alice, &arn, json!({})).await);
    world.set_up(OURS, "TagRole", tag).await;
    assert!(world.assume(&alice, &arn, json!({})).await.is_ok());
}

#[tokio::test]
async fn how_long() {
    let world = World::new().await;
    let alice = world.user(OURS, "alice", Some(allow(ASSUME))).await;
    let role = world.role("app", &trusts(OURS)).await;
    let seconds = async |seconds: i64| world.assume(&alice, &role, json!({"DurationSeconds": seconds})).await;
    assert_eq!(Session::of(&seconds(900).await.unwrap()).expiration, "2026-11-21T22:41:40Z");
    assert_eq!(Session::of(&seconds(3600).await.unwrap()).expiration, "2026-11-21T23:26:40Z");
    let text = refused(seconds(3601).await, "ValidationError", 400);
    assert_eq!(text, "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
    for wrong in [899, 43_201, 0, -1] {
        let text = refused(seconds(wrong).await, "ValidationError", 400);
        assert!(text.contains("'durationSeconds' failed to satisfy constraint"), "{text}");
    }
    world.set_up(OURS, "UpdateRole", json!({"RoleName": "app", "MaxSessionDuration": 43_200})).await;
    assert_eq!(Session::of(&seconds(43_200).await.unwrap()).expiration, "2026-11-22T10:26:40Z");
}

#[tokio::test]
async fn one_role_after_another() {
    let world = World::new().await;
    let alice = world.user(OURS, "alice", Some(allow(ASSUME))).await;
    let first = world.role("first", &trusts(OURS)).await;
    let second = world.role("second", &trusts(&first)).await;
    let by_session = "arn:aws:sts::111122223333:assumed-role/first/s1";
    let third = world.role("third", &trusts(by_session)).await;
    for name in ["second", "third"] {
        world.set_up(OURS, "UpdateRole", json!({"RoleName": name, "MaxSessionDuration": 43_200})).await;
    }
    denied(world.assume(&alice, &second, json!({})).await);
    let session = world.become_role(&alice, &first, json!({})).await;
    let chained = world.become_role(&session, &second, json!({})).await;
    assert_eq!(chained.arn(), "arn:aws:sts::111122223333:assumed-role/second/s1");
    assert!(world.assume(&session, &third, json!({})).await.is_ok());
    let other = world.become_role(&alice, &first, json!({"RoleSessionName": "s2"})).await;
    denied(world.assume(&other, &third, json!({})).await);

    assert!(world.assume(&session, &second, json!({"DurationSeconds": 3600})).await.is_ok());
    let text = refused(
        world.assume(&session, &second, json!({"DurationSeconds": 3601})).await,
        "ValidationError",
        400,
    );
    assert_eq!(
        text,
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining"
    );
    // Nor is a role trusted by itself.
    denied(world.assume(&chained, &second, json!({})).await);
}

#[tokio::test]
async fn sessions_end_with_their_role() {
    let world = World::new().await;
    let alice = world.user(OURS, "alice", None).await;
    let role = world.role("app", &trusts(&user(OURS, "alice"))).await;
    let answer = world.assume(&alice, &role, json!({})).await.unwrap();
    assert!(world.enter(&answer).await.is_ok());
    world.set_up(OURS, "DeleteRolePolicy", json!({"RoleName": "app", "PolicyName": "own"})).await;
    assert!(
        !may(&world.enter(&answer).await.unwrap(), "kms:Decrypt"),
        "what the role loses, its sessions lose"
    );
    world.set_up(OURS, "DeleteRole", json!({"RoleName": "app"})).await;
    assert!(world.enter(&answer).await.is_err());
    world.role("app", &trusts(&user(OURS, "alice"))).await;
    assert!(world.enter(&answer).await.is_err(), "the role that is made again is another one");
}

#[tokio::test]
async fn trust_is_not_inherited() {
    let world = World::new().await;
    let alice = world.user(OURS, "alice", None).await;
    let role = world.role("app", &trusts(&user(OURS, "alice"))).await;
    assert!(world.assume(&alice, &role, json!({})).await.is_ok());
    let keys = world.set_up(OURS, "ListAccessKeys", json!({"UserName": "alice"})).await;
    let id = &keys["AccessKeyMetadata"][0]["AccessKeyId"];
    world.set_up(OURS, "DeleteAccessKey", json!({"UserName": "alice", "AccessKeyId": id})).await;
    world.set_up(OURS, "DeleteUser", json!({"UserName": "alice"})).await;
    let another = world.user(OURS, "alice", None).await;
    assert_eq!(another.arn(), alice.arn());
    denied(world.assume(&another, &role, json!({})).await);
    world.trust("app", &trusts(&user(OURS, "alice"))).await;
    assert!(world.assume(&another, &role, json!({})).await.is_ok());
}

#[tokio::test]
async fn members_that_mean_nothing_here_are_refused() {
    let world = World::new().await;
    let alice = world.user(OURS, "alice", Some(allow(ASSUME))).await;
    let role = world.role("app", &trusts(OURS)).await;
    let device = json!({"SerialNumber": "arn:aws:iam::111122223333:mfa/alice", "TokenCode": "123456"});
    let text = denied(world.assume(&alice, &role, device).await);
    assert_eq!(text, "MultiFactorAuthentication failed with invalid MFA one time pass code.");
    for (member, value) in [
        ("SerialNumber", json!("GAHT12345678")),
        ("TokenCode", json!("123456")),
        ("TokenCode", json!("12345a")),
        ("TransitiveTagKeys", json!(["Project"])),
        ("ProvidedContexts", json!([{"ProviderArn": "arn:aws:iam::aws:contextProvider/IdentityCenter"}])),
        ("MinimumSessionTokenSize", json!(4096)),
        ("RoleSessionName", json!("a")),
        ("RoleSessionName", json!("a b")),
        ("RoleSessionName", json!("a/b")),
        ("RoleSessionName", json!("a".repeat(65))),
    ] {
        refused(world.assume(&alice, &role, json!({ member: value })).await, "ValidationError", 400);
    }
    assert!(world.assume(&alice, &role, json!({"TransitiveTagKeys": []})).await.is_ok());
    assert!(world.assume(&alice, &role, json!({"MinimumSessionTokenSize": 100})).await.is_ok());
}

#[tokio::test]
async fn a_session_of_a_user_assumes_roles_too() {
    let world = World::new().await;
    let alice = world.user(OURS, "alice", Some(allow(ASSUME))).await;
    let answer = world.sts(&alice, "GetSessionToken", json!({})).await.unwrap();
    let session = world.enter(&answer).await.unwrap();
    let role = world.role("app", &trusts(OURS)).await;
    world.set_up(OURS, "UpdateRole", json!({"RoleName": "app", "MaxSessionDuration": 43_200})).await;
    assert!(
        world.assume(&session, &role, json!({"DurationSeconds": 43_200})).await.is_ok(),
        "that is no chain"
    );
    let condition = json!({"Bool": {"aws:MultiFactorAuthPresent": "true"}});
    world.trust("app", &trusts_if(OURS, condition)).await;
    denied(world.assume(&session, &role, json!({})).await);
}
