//! Lists in pages: every item once, whatever the size of the pages and whatever changes between them.

use serde_json::{Value, json};

use crate::world::{ACCOUNT, World, document, trust};

/// Every page of a list, with so many items each.
async fn pages(world: &World, action: &str, request: &Value, list: &str, size: usize) -> Vec<Value> {
    let mut request = request.clone();
    request["MaxItems"] = json!(size);
    let mut pages = Vec::new();
    loop {
        let page = world.ok(action, request.clone()).await;
        assert!(page[list].as_array().unwrap().len() <= size);
        assert_eq!(page["IsTruncated"] == json!(true), page.get("Marker").is_some(), "{page}");
        pages.push(page[list].clone());
        assert!(pages.len() < 50, "{action} does not end");
        match page.get("Marker") {
            Some(marker) => request["Marker"] = marker.clone(),
            None => return pages,
        }
    }
}

#[tokio::test]
async fn every_list_is_the_same_in_pages_of_any_size() {
    let world = World::new().await;
    let allowed = document(&json!([{"Effect": "Allow", "Action": "kms:*", "Resource": "*"}]));
    world.ok("CreateGroup", json!({"GroupName": "g"})).await;
    for name in ["a", "B", "c", "D", "e"] {
        world.ok("CreateUser", json!({"UserName": name})).await;
        world.ok("AddUserToGroup", json!({"GroupName": "g", "UserName": name})).await;
        let role = json!({"RoleName": name, "AssumeRolePolicyDocument": trust(ACCOUNT)});
        world.ok("CreateRole", role).await;
        let policy = world.policy(name, "kms:*").await;
        world.ok("AttachUserPolicy", json!({"UserName": "a", "PolicyArn": policy})).await;
        let inline = json!({"UserName": "a", "PolicyName": name, "PolicyDocument": allowed});
        world.ok("PutUserPolicy", inline).await;
        let tag = json!([{"Key": name.repeat(128), "Value": ""}]);
        world.ok("TagUser", json!({"UserName": "a", "Tags": tag})).await;
        let group = format!("g{name}");
        world.ok("CreateGroup", json!({"GroupName": group})).await;
        world.ok("AddUserToGroup", json!({"GroupName": group, "UserName": "a"})).await;
    }
    for _ in 0..4 {
        let version = json!({"PolicyArn": "arn:aws:iam::111122223333:policy/a", "PolicyDocument": allowed});
        world.ok("CreatePolicyVersion", version).await;
    }
    let attached = json!({"PolicyArn": "arn:aws:iam::111122223333:policy/a"});
    for (action, request, list, count) in [
        ("ListUsers", json!({}), "Users", 5),
        ("ListRoles", json!({}), "Roles", 5),
        ("ListGroups", json!({}), "Groups", 6),
        ("ListPolicies", json!({}), "Policies", 9),
        ("GetGroup", json!({"GroupName": "g"}), "Users", 5),
        ("ListGroupsForUser", json!({"UserName": "a"}), "Groups", 6),
        ("ListUserPolicies", json!({"UserName": "a"}), "PolicyNames", 5),
        ("ListAttachedUserPolicies", json!({"UserName": "a"}), "AttachedPolicies", 5),
        ("ListUserTags", json!({"UserName": "a"}), "Tags", 5),
        ("ListPolicyVersions", attached, "Versions", 5),
        ("ListAccessKeys", json!({}), "AccessKeyMetadata", 1),
    ] {
        let whole = pages(&world, action, &request, list, 1000).await;
        assert_eq!((whole.len(), whole[0].as_array().unwrap().len()), (1, count), "{action}");
        for size in [1, 2, count] {
            let parts = pages(&world, action, &request, list, size).await;
            assert_eq!(parts.len(), count.div_ceil(size), "{action} by {size}");
            let joined: Vec<_> = parts.iter().flat_map(|part| part.as_array().unwrap().clone()).collect();
            assert_eq!(json!(joined), whole[0], "{action} by {size}");
        }
    }
}

#[tokio::test]
async fn what_goes_between_two_pages_hides_nothing() {
    let world = World::new().await;
    for name in ["a", "b", "c", "d"] {
        world.ok("CreateUser", json!({"UserName": name})).await;
    }
    let first = world.ok("ListUsers", json!({"MaxItems": 2})).await;
    for name in ["a", "b"] {
        world.ok("DeleteUser", json!({"UserName": name})).await;
    }
    world.ok("CreateUser", json!({"UserName": "bb"})).await;
    let rest = world.ok("ListUsers", json!({"MaxItems": 10, "Marker": first["Marker"]})).await;
    assert_eq!(crate::world::each(&rest["Users"], "UserName"), ["bb", "c", "d"]);
}

#[tokio::test]
async fn pages_that_nobody_gave() {
    let world = World::new().await;
    for request in [
        json!({"MaxItems": 0}),
        json!({"MaxItems": 1001}),
        json!({"MaxItems": -1}),
        json!({"MaxItems": "5"}),
        json!({"Marker": ""}),
        json!({"Marker": "not a marker"}),
        json!({"Marker": "x".repeat(2000)}),
    ] {
        world.refused("ListUsers", request, "ValidationError").await;
    }
}
