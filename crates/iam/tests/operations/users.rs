//! Users.

use serde_json::json;

use crate::world::{ACCOUNT, NOW_TEXT, World, arn, each, refused, root, text};

#[tokio::test]
async fn a_user_from_beginning_to_end() {
    let world = World::new().await;
    let request = json!({"UserName": "Alice", "Path": "/eng/", "Tags": [{"Key": "team", "Value": "red"}]});
    let made = world.ok("CreateUser", request).await;
    let id = text(&made["User"]["UserId"]);
    assert!(id.starts_with("AIDA") && id.len() == 21, "{id}");
    let expected = json!({"User": {
        "Path": "/eng/", "UserName": "Alice", "UserId": id, "Arn": arn("user/eng/Alice"),
        "CreateDate": NOW_TEXT, "Tags": [{"Key": "team", "Value": "red"}],
    }});
    assert_eq!(made, expected);
    // Names are compared without case, and told as they were given.
    assert_eq!(world.ok("GetUser", json!({"UserName": "aLICE"})).await, expected);
    let listed = world.ok("ListUsers", json!({})).await;
    assert_eq!(each(&listed["Users"], "UserName"), ["Alice"]);
    assert!(listed["Users"][0].get("Tags").is_none());
    assert_eq!(listed["IsTruncated"], json!(false));
    assert_eq!(world.ok("DeleteUser", json!({"UserName": "alice"})).await, json!(null));
    let text = world.refused("GetUser", json!({"UserName": "Alice"}), "NoSuchEntity").await;
    assert_eq!(text, "The user with name Alice cannot be found.");
}

#[tokio::test]
async fn a_name_is_taken_whatever_its_case_and_path() {
    let world = World::new().await;
    world.ok("CreateUser", json!({"UserName": "alice"})).await;
    let request = json!({"UserName": "ALICE", "Path": "/other/"});
    let text = world.refused("CreateUser", request, "EntityAlreadyExists").await;
    assert_eq!(text, "User with name ALICE already exists.");
}

#[tokio::test]
async fn what_no_user_can_be_called() {
    let world = World::new().await;
    for request in [
        json!({}),
        json!({"UserName": ""}),
        json!({"UserName": "a b"}),
        json!({"UserName": "a/b"}),
        json!({"UserName": "a".repeat(65)}),
        json!({"UserName": "a", "Path": "x"}),
        json!({"UserName": "a", "Path": "/x"}),
        json!({"UserName": "a", "PermissionsBoundary": "short"}),
        json!({"UserName": "a", "Tags": [{"Key": ""}]}),
        json!({"UserName": 1}),
        json!([]),
    ] {
        world.refused("CreateUser", request, "ValidationError").await;
    }
}

#[tokio::test]
async fn paths_select_what_is_listed() {
    let world = World::new().await;
    for (name, path) in [("a", "/"), ("b", "/eng/"), ("c", "/eng/kms/"), ("d", "/ops/")] {
        world.ok("CreateUser", json!({"UserName": name, "Path": path})).await;
    }
    for (prefix, names) in
        [("/", vec!["a", "b", "c", "d"]), ("/eng/", vec!["b", "c"]), ("/e", vec!["b", "c"])]
    {
        let listed = world.ok("ListUsers", json!({"PathPrefix": prefix})).await;
        assert_eq!(each(&listed["Users"], "UserName"), names, "{prefix}");
    }
}

#[tokio::test]
async fn a_renamed_user_keeps_everything() {
    let world = World::new().await;
    let alice =
        world.user("alice", json!([{"Effect": "Allow", "Action": "iam:GetUser", "Resource": "*"}])).await;
    world.ok("CreateGroup", json!({"GroupName": "g"})).await;
    world.ok("AddUserToGroup", json!({"GroupName": "g", "UserName": "alice"})).await;
    let before = world.ok("GetUser", json!({"UserName": "alice"})).await;
    world.ok("CreateUser", json!({"UserName": "bob"})).await;
    let taken = json!({"UserName": "alice", "NewUserName": "BOB"});
    world.refused("UpdateUser", taken, "EntityAlreadyExists").await;
    world.ok("UpdateUser", json!({"UserName": "alice", "NewUserName": "carol", "NewPath": "/x/"})).await;

    world.refused("GetUser", json!({"UserName": "alice"}), "NoSuchEntity").await;
    let after = world.ok("GetUser", json!({"UserName": "carol"})).await;
    assert_eq!(after["User"]["UserId"], before["User"]["UserId"]);
    assert_eq!(after["User"]["Arn"], json!(arn("user/x/carol")));
    let members = world.ok("GetGroup", json!({"GroupName": "g"})).await;
    assert_eq!(each(&members["Users"], "UserName"), ["carol"]);
    // The access key still is the user's, and its policy.
    let keys = world.ok("ListAccessKeys", json!({"UserName": "carol"})).await;
    let id = text(&keys["AccessKeyMetadata"][0]["AccessKeyId"]);
    assert_eq!(keys["AccessKeyMetadata"][0]["UserName"], json!("carol"));
    let carol = world.caller(&id).await.unwrap();
    assert_eq!(carol.arn(), arn("user/x/carol"));
    assert_eq!(world.by(&carol, "GetUser", json!({})).await.unwrap()["User"]["UserName"], json!("carol"));
    assert_eq!(alice.arn(), arn("user/alice"));
    // Only the case: the same record.
    world.ok("UpdateUser", json!({"UserName": "carol", "NewUserName": "Carol"})).await;
    assert_eq!(each(&world.ok("ListUsers", json!({})).await["Users"], "UserName"), ["bob", "Carol"]);
}

#[tokio::test]
async fn who_renames_must_be_permitted_under_both_names() {
    let world = World::new().await;
    let only_old = json!([{"Effect": "Allow", "Action": "iam:*", "Resource": arn("user/temp/*")}]);
    let admin = world.user("admin", only_old).await;
    world.ok("CreateUser", json!({"UserName": "x", "Path": "/temp/"})).await;
    let request = json!({"UserName": "x", "NewPath": "/admins/"});
    refused(world.by(&admin, "UpdateUser", request).await, "AccessDenied");
    world.by(&admin, "UpdateUser", json!({"UserName": "x", "NewUserName": "y"})).await.unwrap();
}

#[tokio::test]
async fn a_user_with_anything_is_not_deleted() {
    let world = World::new().await;
    world.user("alice", json!([{"Effect": "Allow", "Action": "*", "Resource": "*"}])).await;
    let attachment = json!({"UserName": "alice", "PolicyArn": "arn:aws:iam::aws:policy/IAMReadOnlyAccess"});
    world.ok("AttachUserPolicy", attachment.clone()).await;
    world.ok("CreateGroup", json!({"GroupName": "g"})).await;
    let membership = json!({"GroupName": "g", "UserName": "alice"});
    world.ok("AddUserToGroup", membership.clone()).await;
    let keys = world.ok("ListAccessKeys", json!({"UserName": "alice"})).await;
    let key = json!({"UserName": "alice", "AccessKeyId": keys["AccessKeyMetadata"][0]["AccessKeyId"]});
    let password = json!({"UserName": "alice", "Password": "Correct horse 1"});
    world.ok("CreateLoginProfile", password).await;
    for (action, request) in [
        ("DeleteLoginProfile", json!({"UserName": "alice"})),
        ("DeleteAccessKey", key),
        ("RemoveUserFromGroup", membership),
        ("DetachUserPolicy", attachment),
        ("DeleteUserPolicy", json!({"UserName": "alice", "PolicyName": "own"})),
    ] {
        let text = world.refused("DeleteUser", json!({"UserName": "alice"}), "DeleteConflict").await;
        assert!(text.starts_with("Cannot delete entity, must "), "{text}");
        world.ok(action, request).await;
    }
    world.ok("DeleteUser", json!({"UserName": "alice"})).await;
}

#[tokio::test]
async fn who_names_nobody_means_the_caller() {
    let world = World::new().await;
    let alice = world.user("alice", json!([{"Effect": "Allow", "Action": "iam:*", "Resource": "*"}])).await;
    let own = world.by(&alice, "GetUser", json!({})).await.unwrap();
    assert_eq!(own["User"]["UserName"], json!("alice"));
    let of_root = world.by(&root(), "GetUser", json!({})).await.unwrap();
    assert_eq!(of_root["User"]["Arn"], json!(arn("root")));
    assert_eq!(of_root["User"]["UserId"], json!(ACCOUNT));
    assert!(of_root["User"].get("UserName").is_none());
}

#[tokio::test]
async fn who_comes_again_under_a_name_is_somebody_else() {
    let world = World::new().await;
    let first = world.ok("CreateUser", json!({"UserName": "alice"})).await;
    world.ok("DeleteUser", json!({"UserName": "alice"})).await;
    let second = world.ok("CreateUser", json!({"UserName": "alice"})).await;
    assert_ne!(first["User"]["UserId"], second["User"]["UserId"]);
}
