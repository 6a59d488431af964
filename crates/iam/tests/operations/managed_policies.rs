//! Managed policies: those of the account, their versions, those of AWS, and what they are attached to.

use serde_json::{Value, json};

use crate::world::{
    ACCOUNT, ADMINISTRATOR, NOW_TEXT, World, arn, decoded, document, each, refused, root, text, trust, with,
};

fn allow(action: &str) -> String {
    document(&json!([{"Effect": "Allow", "Action": action, "Resource": "*"}]))
}

#[tokio::test]
async fn a_policy_from_beginning_to_end() {
    let world = World::new().await;
    let request = json!({
        "PolicyName": "Use", "Path": "/kms/", "PolicyDocument": allow("kms:Encrypt"), "Description": "d",
        "Tags": [{"Key": "k", "Value": "v"}],
    });
    let made = world.ok("CreatePolicy", request).await;
    let arn = arn("policy/kms/Use");
    let id = text(&made["Policy"]["PolicyId"]);
    assert!(id.starts_with("ANPA"));
    let expected = json!({
        "PolicyName": "Use", "PolicyId": id, "Arn": arn, "Path": "/kms/", "DefaultVersionId": "v1",
        "AttachmentCount": 0, "PermissionsBoundaryUsageCount": 0, "IsAttachable": true, "Description": "d",
        "CreateDate": NOW_TEXT, "UpdateDate": NOW_TEXT, "Tags": [{"Key": "k", "Value": "v"}],
    });
    assert_eq!(made["Policy"], expected);
    assert_eq!(world.ok("GetPolicy", json!({"PolicyArn": arn})).await["Policy"], expected);
    let taken = json!({"PolicyName": "use", "PolicyDocument": allow("kms:Encrypt")});
    world.refused("CreatePolicy", taken, "EntityAlreadyExists").await;
    let listed = world.ok("ListPolicies", json!({"Scope": "Local"})).await;
    assert_eq!(each(&listed["Policies"], "Arn"), std::slice::from_ref(&arn));
    assert!(listed["Policies"][0].get("Tags").is_none());
    world.ok("DeletePolicy", json!({"PolicyArn": arn})).await;
    let text = world.refused("GetPolicy", json!({"PolicyArn": arn}), "NoSuchEntity").await;
    assert_eq!(text, format!("Policy {arn} was not found."));
}

#[tokio::test]
async fn versions_come_and_go_and_one_is_in_force() {
    let world = World::new().await;
    let arn = world.policy("p", "kms:Encrypt").await;
    let add = |action: &str, default: bool| json!({"PolicyArn": arn, "PolicyDocument": allow(action), "SetAsDefault": default});
    let made = world.ok("CreatePolicyVersion", add("kms:Decrypt", false)).await;
    let expected = json!({"VersionId": "v2", "IsDefaultVersion": false, "CreateDate": NOW_TEXT});
    assert_eq!(made["PolicyVersion"], expected);
    let made = world.ok("CreatePolicyVersion", add("kms:Sign", true)).await;
    assert_eq!(made["PolicyVersion"]["IsDefaultVersion"], json!(true));
    let found = world.ok("GetPolicy", json!({"PolicyArn": arn})).await;
    assert_eq!(found["Policy"]["DefaultVersionId"], json!("v3"));
    let version = |id: &str| json!({"PolicyArn": arn, "VersionId": id});
    let found = world.ok("GetPolicyVersion", version("v2")).await;
    assert_eq!(decoded(&found["PolicyVersion"]["Document"]), allow("kms:Decrypt"));
    let listed = world.ok("ListPolicyVersions", json!({"PolicyArn": arn})).await;
    assert_eq!(each(&listed["Versions"], "VersionId"), ["v3", "v2", "v1"]);
    world.refused("DeletePolicyVersion", version("v3"), "DeleteConflict").await;
    world.ok("SetDefaultPolicyVersion", version("v1")).await;
    world.ok("DeletePolicyVersion", version("v3")).await;
    for action in ["GetPolicyVersion", "DeletePolicyVersion", "SetDefaultPolicyVersion"] {
        world.refused(action, version("v3"), "NoSuchEntity").await;
        world.refused(action, version("three"), "ValidationError").await;
    }
    // Numbers are not used again, and there are five versions at most.
    for expected in ["v4", "v5", "v6"] {
        let made = world.ok("CreatePolicyVersion", add("kms:Sign", false)).await;
        assert_eq!(made["PolicyVersion"]["VersionId"], json!(expected));
    }
    world.refused("CreatePolicyVersion", add("kms:Sign", false), "LimitExceeded").await;
    world.refused("DeletePolicy", json!({"PolicyArn": arn}), "DeleteConflict").await;
}

#[tokio::test]
async fn a_new_version_is_what_its_users_may_do() {
    let world = World::new().await;
    let arn = world.policy("p", "iam:ListUsers").await;
    let alice = world.user("alice", json!(null)).await;
    world.ok("AttachUserPolicy", json!({"UserName": "alice", "PolicyArn": arn})).await;
    let keys = world.ok("ListAccessKeys", json!({"UserName": "alice"})).await;
    let id = text(&keys["AccessKeyMetadata"][0]["AccessKeyId"]);
    refused(world.by(&alice, "ListUsers", json!({})).await, "AccessDenied");
    let alice = world.caller(&id).await.unwrap();
    world.by(&alice, "ListUsers", json!({})).await.unwrap();
    let request = json!({"PolicyArn": arn, "PolicyDocument": allow("iam:ListRoles"), "SetAsDefault": true});
    world.ok("CreatePolicyVersion", request).await;
    let alice = world.caller(&id).await.unwrap();
    refused(world.by(&alice, "ListUsers", json!({})).await, "AccessDenied");
    world.by(&alice, "ListRoles", json!({})).await.unwrap();
}

#[tokio::test]
async fn documents_are_read_strictly_and_measured() {
    let world = World::new().await;
    let arn = world.policy("p", "kms:Encrypt").await;
    let long =
        document(&json!([{"Sid": "a".repeat(6144), "Effect": "Allow", "Action": "*", "Resource": "*"}]));
    for (text, code) in [("{}", "MalformedPolicyDocument"), (long.as_str(), "LimitExceeded")] {
        world.refused("CreatePolicy", json!({"PolicyName": "q", "PolicyDocument": text}), code).await;
        world.refused("CreatePolicyVersion", json!({"PolicyArn": arn, "PolicyDocument": text}), code).await;
    }
    let unreadable = json!({"PolicyName": "q", "PolicyDocument": "{\u{4e2d}}"});
    world.refused("CreatePolicy", unreadable, "ValidationError").await;
}

#[tokio::test]
async fn white_space_is_free_within_bounds() {
    let world = World::new().await;
    let arn = world.policy("p", "kms:Encrypt").await;
    // Four bytes for each character of the quota of 6,144.
    for (bytes, is_stored) in [(24_576, true), (24_577, false)] {
        let text = format!("{:bytes$}", allow("kms:Sign"));
        for (action, request) in [
            ("CreatePolicy", json!({"PolicyName": "wide", "PolicyDocument": text})),
            ("CreatePolicyVersion", json!({"PolicyArn": arn, "PolicyDocument": text})),
        ] {
            if is_stored {
                world.ok(action, request).await;
                continue;
            }
            let refusal = world.refused(action, request, "LimitExceeded").await;
            let expected = "The managed policy has 24577 bytes with its white space, and at most 24576 are stored. \
                            Remove white space.";
            assert_eq!(refusal, expected);
        }
    }
    let found = world.ok("GetPolicyVersion", json!({"PolicyArn": arn, "VersionId": "v2"})).await;
    assert_eq!(decoded(&found["PolicyVersion"]["Document"]).len(), 24_576);
}

/// Makes one holder of each kind; gives the names of their kinds.
async fn holders(world: &World) -> [&'static str; 3] {
    world.ok("CreateUser", json!({"UserName": "h"})).await;
    world.ok("CreateGroup", json!({"GroupName": "h"})).await;
    world.ok("CreateRole", json!({"RoleName": "h", "AssumeRolePolicyDocument": trust(ACCOUNT)})).await;
    ["User", "Group", "Role"]
}

fn attach(kind: &str, arn: &str) -> Value {
    json!({format!("{kind}Name"): "h", "PolicyArn": arn})
}

#[tokio::test]
async fn policies_are_attached_and_detached() {
    let world = World::new().await;
    let arn = world.policy("p", "kms:Encrypt").await;
    for kind in holders(&world).await {
        let (on, off) = (format!("Attach{kind}Policy"), format!("Detach{kind}Policy"));
        for policy in [arn.as_str(), ADMINISTRATOR, ADMINISTRATOR] {
            world.ok(&on, attach(kind, policy)).await;
        }
        let list = format!("ListAttached{kind}Policies");
        let listed = world.ok(&list, json!({format!("{kind}Name"): "H"})).await;
        let expected = json!([
            {"PolicyName": "p", "PolicyArn": arn},
            {"PolicyName": "AdministratorAccess", "PolicyArn": ADMINISTRATOR},
        ]);
        assert_eq!(listed["AttachedPolicies"], expected);
        let listed = world.ok(&list, json!({format!("{kind}Name"): "h", "PathPrefix": "/x/"})).await;
        assert_eq!(listed["AttachedPolicies"], json!([]));
        world.ok(&off, attach(kind, &arn)).await;
        world.refused(&off, attach(kind, &arn), "NoSuchEntity").await;
        for missing in ["arn:aws:iam::111122223333:policy/none", "arn:aws:iam::444455556666:policy/p"] {
            let text = world.refused(&on, attach(kind, missing), "NoSuchEntity").await;
            assert_eq!(text, format!("Policy {missing} does not exist or is not attachable."));
        }
    }
}

#[tokio::test]
async fn ten_are_attached_at_most() {
    let world = World::new().await;
    for kind in holders(&world).await {
        for number in 0..11 {
            let name = format!("p{kind}{number}");
            let arn = world.policy(&name, "kms:Encrypt").await;
            let answer = world.by(&root(), &format!("Attach{kind}Policy"), attach(kind, &arn)).await;
            match number {
                10 => {
                    let text = refused(answer, "LimitExceeded");
                    assert_eq!(text, format!("Cannot exceed quota for PoliciesPer{kind}: 10"));
                }
                _ => assert!(answer.is_ok()),
            }
        }
    }
}

#[tokio::test]
async fn what_uses_a_policy_is_counted_and_listed() {
    let world = World::new().await;
    let arn = world.policy("p", "kms:Encrypt").await;
    for kind in holders(&world).await {
        world.ok(&format!("Attach{kind}Policy"), attach(kind, &arn)).await;
    }
    world.ok("CreateUser", json!({"UserName": "b", "Path": "/x/", "PermissionsBoundary": arn})).await;
    let found = world.ok("GetPolicy", json!({"PolicyArn": arn})).await;
    let counts = (&found["Policy"]["AttachmentCount"], &found["Policy"]["PermissionsBoundaryUsageCount"]);
    assert_eq!(counts, (&json!(3), &json!(1)));

    let names = async |more: Value| {
        let request = with(json!({"PolicyArn": arn}), more);
        let listed = world.ok("ListEntitiesForPolicy", request).await;
        let mut names = Vec::new();
        for (list, member) in
            [("PolicyGroups", "GroupName"), ("PolicyUsers", "UserName"), ("PolicyRoles", "RoleName")]
        {
            names.extend(each(&listed[list], member).iter().map(|name| format!("{member}={name}")));
        }
        names.join(" ")
    };
    assert_eq!(names(json!({})).await, "GroupName=h UserName=b UserName=h RoleName=h");
    assert_eq!(names(json!({"EntityFilter": "Role"})).await, "RoleName=h");
    assert_eq!(names(json!({"PathPrefix": "/x/"})).await, "UserName=b");
    assert_eq!(names(json!({"PolicyUsageFilter": "PermissionsBoundary"})).await, "UserName=b");
    let attached = json!({"PolicyUsageFilter": "PermissionsPolicy", "EntityFilter": "User"});
    assert_eq!(names(attached).await, "UserName=h");

    world.policy("unused", "kms:Encrypt").await;
    for (filter, expected) in [
        (json!({"OnlyAttached": true}), vec!["p"]),
        (json!({"OnlyAttached": false, "Scope": "Local"}), vec!["p", "unused"]),
        (json!({"PolicyUsageFilter": "PermissionsBoundary"}), vec!["p"]),
        (json!({"PolicyUsageFilter": "PermissionsPolicy", "Scope": "AWS"}), vec![]),
    ] {
        let listed = world.ok("ListPolicies", filter.clone()).await;
        assert_eq!(each(&listed["Policies"], "PolicyName"), expected, "{filter}");
    }
    // Nothing that is used is deleted, also as a boundary alone.
    for kind in ["User", "Group", "Role"] {
        world.refused("DeletePolicy", json!({"PolicyArn": arn}), "DeleteConflict").await;
        world.ok(&format!("Detach{kind}Policy"), attach(kind, &arn)).await;
    }
    world.refused("DeletePolicy", json!({"PolicyArn": arn}), "DeleteConflict").await;
    world.ok("DeleteUserPermissionsBoundary", json!({"UserName": "b"})).await;
    world.ok("DeletePolicy", json!({"PolicyArn": arn})).await;
}

#[tokio::test]
async fn the_policies_of_aws_are_seen_and_not_changed() {
    let world = World::new().await;
    let listed = world.ok("ListPolicies", json!({"Scope": "AWS"})).await;
    let names =
        ["AdministratorAccess", "AWSKeyManagementServicePowerUser", "IAMFullAccess", "IAMReadOnlyAccess"];
    assert_eq!(each(&listed["Policies"], "PolicyName"), names);
    let found = world.ok("GetPolicy", json!({"PolicyArn": ADMINISTRATOR})).await;
    assert_eq!(found["Policy"]["Arn"], json!(ADMINISTRATOR));
    assert_eq!(found["Policy"]["PolicyId"], json!("ANPAIWMBCKSKIEE64ZLYK"));
    let version = json!({"PolicyArn": ADMINISTRATOR, "VersionId": "v1"});
    let found = world.ok("GetPolicyVersion", version.clone()).await;
    assert!(decoded(&found["PolicyVersion"]["Document"]).contains("\"Action\": \"*\""));
    assert_eq!(
        each(
            &world.ok("ListPolicyVersions", json!({"PolicyArn": ADMINISTRATOR})).await["Versions"],
            "VersionId"
        ),
        ["v1"]
    );
    for (action, request) in [
        ("DeletePolicy", json!({"PolicyArn": ADMINISTRATOR})),
        ("CreatePolicyVersion", json!({"PolicyArn": ADMINISTRATOR, "PolicyDocument": allow("*")})),
        ("DeletePolicyVersion", version.clone()),
        ("SetDefaultPolicyVersion", version),
        ("TagPolicy", json!({"PolicyArn": ADMINISTRATOR, "Tags": []})),
    ] {
        refused(world.by(&root(), action, request).await, "AccessDenied");
    }
    world
        .refused("GetPolicy", json!({"PolicyArn": "arn:aws:iam::aws:policy/NoSuchPolicy"}), "NoSuchEntity")
        .await;
    for wrong in ["arn:aws:iam::111122223333:user/alice", "not an arn of anything"] {
        world.refused("GetPolicy", json!({"PolicyArn": wrong}), "InvalidInput").await;
    }
}
