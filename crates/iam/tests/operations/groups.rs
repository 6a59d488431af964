//! Groups.

use serde_json::json;

use crate::world::{NOW_TEXT, World, arn, each, refused, text};

#[tokio::test]
async fn a_group_from_beginning_to_end() {
    let world = World::new().await;
    let made = world.ok("CreateGroup", json!({"GroupName": "Ops", "Path": "/x/"})).await;
    let id = text(&made["Group"]["GroupId"]);
    assert!(id.starts_with("AGPA"), "{id}");
    let expected = json!({"Path": "/x/", "GroupName": "Ops", "GroupId": id, "Arn": arn("group/x/Ops"), "CreateDate": NOW_TEXT});
    assert_eq!(made, json!({"Group": expected}));
    world.refused("CreateGroup", json!({"GroupName": "ops"}), "EntityAlreadyExists").await;
    assert_eq!(world.ok("ListGroups", json!({})).await["Groups"], json!([expected]));
    let empty = json!({"Group": expected, "Users": [], "IsTruncated": false});
    assert_eq!(world.ok("GetGroup", json!({"GroupName": "OPS"})).await, empty);
    world.ok("DeleteGroup", json!({"GroupName": "ops"})).await;
    world.refused("GetGroup", json!({"GroupName": "ops"}), "NoSuchEntity").await;
}

#[tokio::test]
async fn users_come_and_go() {
    let world = World::new().await;
    world.ok("CreateGroup", json!({"GroupName": "g"})).await;
    for user in ["b", "a"] {
        world.ok("CreateUser", json!({"UserName": user})).await;
        world.ok("AddUserToGroup", json!({"GroupName": "G", "UserName": user})).await;
    }
    // Once more is no more.
    world.ok("AddUserToGroup", json!({"GroupName": "g", "UserName": "A"})).await;
    let group = world.ok("GetGroup", json!({"GroupName": "g"})).await;
    assert_eq!(each(&group["Users"], "UserName"), ["a", "b"]);
    let groups = world.ok("ListGroupsForUser", json!({"UserName": "a"})).await;
    assert_eq!(each(&groups["Groups"], "GroupName"), ["g"]);
    world.refused("DeleteGroup", json!({"GroupName": "g"}), "DeleteConflict").await;
    world.ok("RemoveUserFromGroup", json!({"GroupName": "g", "UserName": "a"})).await;
    let gone = json!({"GroupName": "g", "UserName": "a"});
    world.refused("RemoveUserFromGroup", gone, "NoSuchEntity").await;
    for request in
        [json!({"GroupName": "none", "UserName": "a"}), json!({"GroupName": "g", "UserName": "none"})]
    {
        world.refused("AddUserToGroup", request, "NoSuchEntity").await;
    }
}

#[tokio::test]
async fn a_user_is_in_ten_groups_at_most() {
    let world = World::new().await;
    world.ok("CreateUser", json!({"UserName": "a"})).await;
    for number in 0..10 {
        world.ok("CreateGroup", json!({"GroupName": format!("g{number}")})).await;
        world.ok("AddUserToGroup", json!({"GroupName": format!("g{number}"), "UserName": "a"})).await;
    }
    world.ok("CreateGroup", json!({"GroupName": "g10"})).await;
    let text =
        world.refused("AddUserToGroup", json!({"GroupName": "g10", "UserName": "a"}), "LimitExceeded").await;
    assert_eq!(text, "Cannot exceed quota for GroupsPerUser: 10");
}

#[tokio::test]
async fn what_a_group_may_its_users_may() {
    let world = World::new().await;
    let alice = world.user("alice", json!(null)).await;
    refused(world.by(&alice, "ListUsers", json!({})).await, "AccessDenied");
    world.ok("CreateGroup", json!({"GroupName": "g"})).await;
    let policy = "arn:aws:iam::aws:policy/IAMReadOnlyAccess";
    world.ok("AttachGroupPolicy", json!({"GroupName": "g", "PolicyArn": policy})).await;
    world.ok("AddUserToGroup", json!({"GroupName": "g", "UserName": "alice"})).await;
    let keys = world.ok("ListAccessKeys", json!({"UserName": "alice"})).await;
    let id = text(&keys["AccessKeyMetadata"][0]["AccessKeyId"]);
    let alice = world.caller(&id).await.unwrap();
    assert!(world.by(&alice, "ListUsers", json!({})).await.is_ok());
    // Also when it is called otherwise.
    world.ok("UpdateGroup", json!({"GroupName": "g", "NewGroupName": "h", "NewPath": "/p/"})).await;
    let alice = world.caller(&id).await.unwrap();
    let groups = world.by(&alice, "ListGroupsForUser", json!({"UserName": "alice"})).await.unwrap();
    assert_eq!(each(&groups["Groups"], "Arn"), [arn("group/p/h")]);
    world.refused("GetGroup", json!({"GroupName": "g"}), "NoSuchEntity").await;
    world.refused("DeleteGroup", json!({"GroupName": "h"}), "DeleteConflict").await;
    world.ok("RemoveUserFromGroup", json!({"GroupName": "h", "UserName": "alice"})).await;
    world.refused("DeleteGroup", json!({"GroupName": "h"}), "DeleteConflict").await;
    let alice = world.caller(&id).await.unwrap();
    refused(world.by(&alice, "ListUsers", json!({})).await, "AccessDenied");
}

#[tokio::test]
async fn a_group_is_not_renamed_to_another() {
    let world = World::new().await;
    for name in ["g", "h"] {
        world.ok("CreateGroup", json!({"GroupName": name})).await;
    }
    world.refused("UpdateGroup", json!({"GroupName": "g", "NewGroupName": "H"}), "EntityAlreadyExists").await;
    world.ok("UpdateGroup", json!({"GroupName": "g", "NewGroupName": "G"})).await;
    assert_eq!(each(&world.ok("ListGroups", json!({})).await["Groups"], "GroupName"), ["G", "h"]);
}
