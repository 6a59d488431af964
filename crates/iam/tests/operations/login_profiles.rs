//! Passwords of users.

use serde_json::json;

use crate::world::{NOW_TEXT, World, refused, root};

const PASSWORD: &str = "Correct horse 1";

#[tokio::test]
async fn a_password_from_beginning_to_end() {
    let world = World::new().await;
    world.ok("CreateUser", json!({"UserName": "Alice"})).await;
    let text = world.refused("GetLoginProfile", json!({"UserName": "alice"}), "NoSuchEntity").await;
    assert_eq!(text, "Login Profile for User Alice cannot be found.");
    let update = json!({"UserName": "alice", "Password": PASSWORD});
    world.refused("UpdateLoginProfile", update, "NoSuchEntity").await;

    let create = json!({"UserName": "alice", "Password": PASSWORD, "PasswordResetRequired": true});
    let made = world.ok("CreateLoginProfile", create.clone()).await;
    let profile = |reset: bool| {
        let members = json!({"UserName": "Alice", "CreateDate": NOW_TEXT, "PasswordResetRequired": reset});
        json!({"LoginProfile": members})
    };
    assert_eq!(made, profile(true));
    assert_eq!(world.ok("GetLoginProfile", json!({"UserName": "alice"})).await, profile(true));
    let text = world.refused("CreateLoginProfile", create, "EntityAlreadyExists").await;
    assert_eq!(text, "Login Profile for user Alice already exists.");

    let update = json!({"UserName": "alice", "PasswordResetRequired": false});
    assert_eq!(world.ok("UpdateLoginProfile", update).await, json!(null));
    assert_eq!(world.ok("GetLoginProfile", json!({"UserName": "alice"})).await, profile(false));
    // A new password says nothing of whether it must be changed.
    let update = json!({"UserName": "alice", "Password": "Another horse 2"});
    world.ok("UpdateLoginProfile", update).await;
    assert_eq!(world.ok("GetLoginProfile", json!({"UserName": "alice"})).await, profile(false));

    assert_eq!(world.ok("DeleteLoginProfile", json!({"UserName": "alice"})).await, json!(null));
    world.refused("DeleteLoginProfile", json!({"UserName": "alice"}), "NoSuchEntity").await;
}

#[tokio::test]
async fn what_is_no_password() {
    let world = World::new().await;
    world.ok("CreateUser", json!({"UserName": "alice"})).await;
    for (password, code) in [
        (json!("Aa1aaaa"), "PasswordPolicyViolation"),
        (json!("aaaaaaaaaaaa"), "PasswordPolicyViolation"),
        (json!("aaaaaaaaaaa1"), "PasswordPolicyViolation"),
        (json!(""), "ValidationError"),
        (json!(null), "ValidationError"),
        (json!(1), "ValidationError"),
        (json!("Secret\u{20ac}12"), "ValidationError"),
        (json!(format!("Secret1{}", "a".repeat(122))), "ValidationError"),
    ] {
        let request = json!({"UserName": "alice", "Password": password});
        let text = world.refused("CreateLoginProfile", request, code).await;
        assert!(!text.contains("Secret") && !text.contains("aaaa"), "{text}");
    }
    // The longest, of characters that take two bytes each.
    let longest = format!("Aa{}", "\u{e4}".repeat(126));
    world.ok("CreateLoginProfile", json!({"UserName": "alice", "Password": longest})).await;
}

#[tokio::test]
async fn who_names_nobody_means_the_caller_and_a_root_has_none() {
    let world = World::new().await;
    let alice = world.user("alice", json!([{"Effect": "Allow", "Action": "iam:*", "Resource": "*"}])).await;
    world.by(&alice, "CreateLoginProfile", json!({"Password": PASSWORD})).await.unwrap();
    let found = world.by(&alice, "GetLoginProfile", json!({})).await.unwrap();
    assert_eq!(found["LoginProfile"]["UserName"], json!("alice"));
    world.by(&alice, "DeleteLoginProfile", json!({})).await.unwrap();

    world.refused("CreateLoginProfile", json!({"Password": PASSWORD}), "ValidationError").await;
    world.refused("GetLoginProfile", json!({}), "NoSuchEntity").await;
    world.refused("DeleteLoginProfile", json!({}), "NoSuchEntity").await;
    let change = json!({"OldPassword": PASSWORD, "NewPassword": PASSWORD});
    world.refused("ChangePassword", change, "InvalidUserType").await;
}

#[tokio::test]
async fn who_changes_a_password_must_know_it() {
    let world = World::new().await;
    let own = json!([{"Effect": "Allow", "Action": "iam:ChangePassword", "Resource": "*"}]);
    let alice = world.user("alice", own).await;
    let change = |old: &str, new: &str| json!({"OldPassword": old, "NewPassword": new});
    let answer = world.by(&alice, "ChangePassword", change(PASSWORD, "Another horse 2")).await;
    refused(answer, "NoSuchEntity");
    let create = json!({"UserName": "alice", "Password": PASSWORD, "PasswordResetRequired": true});
    world.ok("CreateLoginProfile", create).await;

    let answer = world.by(&alice, "ChangePassword", change("Wrong horse 1", "Another horse 2")).await;
    assert_eq!(refused(answer, "AccessDenied"), "The old password was incorrect.");
    let answer = world.by(&alice, "ChangePassword", change(PASSWORD, "short")).await;
    refused(answer, "PasswordPolicyViolation");
    world.by(&alice, "ChangePassword", change(PASSWORD, "Another horse 2")).await.unwrap();
    let profile = world.by(&root(), "GetLoginProfile", json!({"UserName": "alice"})).await.unwrap();
    assert_eq!(profile["LoginProfile"]["PasswordResetRequired"], json!(false));
    // With the first one, ten: that the password was changed meanwhile does not take it back.
    for _ in 0..9 {
        let answer = world.by(&alice, "ChangePassword", change(PASSWORD, "Third horse 3")).await;
        refused(answer, "AccessDenied");
    }
    // Even the right one: it could be a guess.
    let answer = world.by(&alice, "ChangePassword", change("Another horse 2", "Third horse 3")).await;
    refused(answer, "Throttling");
}
