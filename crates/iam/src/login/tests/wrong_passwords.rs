//! Wrong passwords, and what they tell.

use super::*;

const WRONG: &str = "Wrong horse 1";
/// An account that there is not.
const NOBODYS: &str = "999999999999";
/// The id of no user.
const NO_ID: &str = "AIDAZZZZZZZZZZZZZZZZ";

/// How log-ins with a wrong password are answered, each of them by name or by id.
async fn answers(
    bench: &Bench,
    account: &str,
    users: impl IntoIterator<Item = UserName<'_>>,
) -> Vec<&'static str> {
    let mut answers = Vec::new();
    for user in users {
        answers.push(match log_in(&bench.identities, account, user, WRONG, NOW).await {
            Err(LoginError::Refused) => "refused",
            Err(LoginError::TooManyFailures { seconds: 900 }) => "wait",
            Err(error) => panic!("{error}"),
            Ok(_) => panic!("logged in"),
        });
    }
    answers
}

#[tokio::test]
async fn who_is_wrong_too_often_waits() {
    let (bench, user) = bench().await;
    for name in [UserName::Name("alice"), UserName::Id(&user.id), UserName::Name("nobody")] {
        assert_eq!(answers(&bench, ACCOUNT, [name; 10]).await, ["refused"; 10], "{name:?}");
        let error = log_in(&bench.identities, ACCOUNT, name, PASSWORD, NOW + 1).await.unwrap_err();
        assert!(matches!(error, LoginError::TooManyFailures { seconds: 899 }), "{name:?}: {error}");
    }
    assert!(log_in(&bench.identities, ACCOUNT, UserName::Name("alice"), PASSWORD, NOW + 900).await.is_ok());
}

#[tokio::test]
async fn strangers_are_answered_alike_whoever_exists() {
    let (bench, user) = bench().await;
    for (account, name, id, what) in [
        (ACCOUNT, "nobody", NO_ID, "no user"),
        (NOBODYS, "alice", user.id.as_str(), "no account"),
        ("none", "alice", user.id.as_str(), "another that is none"),
        // The last, because she waits then.
        (ACCOUNT, "alice", user.id.as_str(), "a user"),
    ] {
        let upper = name.to_ascii_uppercase();
        let (by_name, by_id) = (UserName::Name(name), UserName::Id(id));
        let in_turn = [by_name, by_id].into_iter().cycle().take(16);
        assert_eq!(answers(&bench, account, in_turn).await, ["refused"; 16], "{what}");
        // Eight failures each. That the right user logs in does not change what the stranger is told.
        alice(&bench).await;
        let next = [by_name, UserName::Name(&upper), by_name, by_id, by_id, by_id, UserName::Name(id)];
        let expected = ["refused", "refused", "wait", "refused", "refused", "wait", "refused"];
        assert_eq!(answers(&bench, account, next).await, expected, "{what}");
    }
}

#[tokio::test]
async fn who_waits_costs_no_read_of_the_store() {
    let (bench, user) = bench().await;
    for id in [user.id.as_str(), NO_ID] {
        answers(&bench, ACCOUNT, [UserName::Id(id); 10]).await;
        bench.store.reads();
        assert_eq!(answers(&bench, ACCOUNT, [UserName::Id(id)]).await, ["wait"]);
        assert_eq!(bench.store.reads(), 0, "{id}");
    }
}

#[tokio::test]
async fn log_ins_and_changes_of_the_password_are_counted_apart() {
    let bench = Bench::new().await;
    let changed = "Another horse 2";
    let change = |old: &str, new: &str| json!({"OldPassword": old, "NewPassword": new});
    let (user, key) = bench.user("Alice", &allow("iam:ChangePassword")).await;
    let principal = bench.find(&key.id, None).await.unwrap();
    let caller = policy::Caller { principal, ..bench.root() };
    ok(&bench, "CreateLoginProfile", json!({"UserName": "Alice", "Password": PASSWORD})).await;
    for name in [UserName::Name("alice"), UserName::Id(&user.id)] {
        answers(&bench, ACCOUNT, [name; 10]).await;
        assert_eq!(answers(&bench, ACCOUNT, [name]).await, ["wait"]);
    }
    bench.act(&caller, "ChangePassword", change(PASSWORD, changed)).await.unwrap();

    for expected in [["AccessDenied"; 10].as_slice(), &["Throttling"]].concat() {
        let error = bench.act(&caller, "ChangePassword", change(WRONG, PASSWORD)).await.unwrap_err();
        assert_eq!(error.code, expected);
    }
    let later = NOW + 900;
    assert!(log_in(&bench.identities, ACCOUNT, UserName::Name("alice"), changed, later).await.is_ok());
}
