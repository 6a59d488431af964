//! Tags, and the permissions that depend on them.

use serde_json::{Value, json};

use crate::requests::{POLICY, PROVIDER, fill};
use crate::world::{World, refused, root, with};

/// What has tags: the actions, and how it is named.
fn tagged() -> [(&'static str, Value); 4] {
    [
        ("User", json!({"UserName": "alice"})),
        ("Role", json!({"RoleName": "r"})),
        ("Policy", json!({"PolicyArn": POLICY})),
        ("OpenIDConnectProvider", json!({"OpenIDConnectProviderArn": PROVIDER})),
    ]
}

fn tags(pairs: &[(&str, &str)]) -> Value {
    pairs.iter().map(|(key, value)| json!({"Key": key, "Value": value})).collect()
}

#[tokio::test]
async fn tags_are_set_listed_and_taken_away() {
    let world = World::new().await;
    fill(&world).await;
    for (kind, named) in tagged() {
        let (set, untag, list) = (format!("Tag{kind}"), format!("Untag{kind}"), format!("List{kind}Tags"));
        world.ok(&set, with(named.clone(), json!({"Tags": tags(&[("team", "red"), ("Äb c", "")])}))).await;
        // Keys are compared without case: the later one stands.
        world.ok(&set, with(named.clone(), json!({"Tags": tags(&[("TEAM", "blue")])}))).await;
        let listed = world.ok(&list, named.clone()).await;
        assert_eq!(listed["Tags"], tags(&[("TEAM", "blue"), ("Äb c", "")]), "{kind}");
        world.ok(&untag, with(named.clone(), json!({"TagKeys": ["Team", "none"]}))).await;
        assert_eq!(world.ok(&list, named.clone()).await["Tags"], tags(&[("Äb c", "")]), "{kind}");
        for (wrong, code) in [
            (tags(&[("aws:x", "")]), "InvalidInput"),
            (tags(&[("a", ""), ("A", "")]), "InvalidInput"),
            (tags(&[("a<", "")]), "ValidationError"),
        ] {
            world.refused(&set, with(named.clone(), json!({"Tags": wrong})), code).await;
        }
    }
}

#[tokio::test]
async fn there_are_fifty_at_most() {
    let world = World::new().await;
    fill(&world).await;
    let many = |from: usize, to: usize| -> Value {
        (from..to).map(|number| json!({"Key": format!("k{number}"), "Value": ""})).collect()
    };
    for (kind, named) in tagged() {
        let set = format!("Tag{kind}");
        world.refused(&set, with(named.clone(), json!({"Tags": many(0, 51)})), "ValidationError").await;
        world.ok(&set, with(named.clone(), json!({"Tags": many(0, 50)}))).await;
        world.refused(&set, with(named.clone(), json!({"Tags": many(50, 51)})), "LimitExceeded").await;
    }
}

#[tokio::test]
async fn permissions_depend_on_tags() {
    let world = World::new().await;
    let statements = json!([
        {
            "Effect": "Allow", "Action": ["iam:CreateUser", "iam:TagUser"], "Resource": "*",
            "Condition": {
                "StringEquals": {"aws:RequestTag/team": "red"},
                "ForAllValues:StringEquals": {"aws:TagKeys": ["team", "name"]},
            },
        },
        {
            "Effect": "Allow", "Action": ["iam:GetUser", "iam:DeleteUser"], "Resource": "*",
            "Condition": {"StringEquals": {"iam:ResourceTag/team": "red"}},
        },
        {
            "Effect": "Allow", "Action": "iam:ListUserTags", "Resource": "*",
            "Condition": {"StringEquals": {"aws:ResourceTag/team": "red"}},
        },
        {
            "Effect": "Allow", "Action": "iam:UntagUser", "Resource": "*",
            "Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": ["name"]}},
        },
    ]);
    let red = world.user("red", statements).await;
    let create = |name: &str, tags: Value| json!({"UserName": name, "Tags": tags});
    for wrong in [json!([]), tags(&[("team", "blue")]), tags(&[("team", "red"), ("admin", "yes")])] {
        refused(world.by(&red, "CreateUser", create("x", wrong)).await, "AccessDenied");
    }
    world.by(&red, "CreateUser", create("x", tags(&[("team", "red"), ("name", "n")]))).await.unwrap();
    world.by(&root(), "CreateUser", create("y", tags(&[("team", "blue")]))).await.unwrap();
    for action in ["GetUser", "ListUserTags", "DeleteUser"] {
        refused(world.by(&red, action, json!({"UserName": "y"})).await, "AccessDenied");
        refused(world.by(&red, action, json!({"UserName": "red"})).await, "AccessDenied");
        if action != "DeleteUser" {
            world.by(&red, action, json!({"UserName": "x"})).await.unwrap();
        }
    }
    let untag = |key: &str| json!({"UserName": "x", "TagKeys": [key]});
    refused(world.by(&red, "UntagUser", untag("team")).await, "AccessDenied");
    world.by(&red, "UntagUser", untag("name")).await.unwrap();
    world.by(&red, "DeleteUser", json!({"UserName": "x"})).await.unwrap();
}

#[tokio::test]
async fn who_may_create_may_not_tag_for_that() {
    let world = World::new().await;
    let maker =
        world.user("maker", json!([{"Effect": "Allow", "Action": "iam:CreateUser", "Resource": "*"}])).await;
    world.by(&maker, "CreateUser", json!({"UserName": "plain"})).await.unwrap();
    let tagged = json!({"UserName": "tagged", "Tags": tags(&[("a", "b")])});
    let text = refused(world.by(&maker, "CreateUser", tagged).await, "AccessDenied");
    assert!(text.contains("iam:TagUser on resource: arn:aws:iam::111122223333:user/tagged"), "{text}");
}
