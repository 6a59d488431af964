//! Simulations tell what the evaluator would decide, and by which policy.

use serde_json::{Value, json};

use crate::world::{ADMINISTRATOR, World, arn, document, each, text, with};

const KEY: &str = "arn:aws:kms:eu-west-1:111122223333:key/k";

async fn simulate(world: &World, more: Value) -> Value {
    let request = with(json!({"PolicySourceArn": arn("user/alice")}), more);
    world.ok("SimulatePrincipalPolicy", request).await["EvaluationResults"].clone()
}

#[tokio::test]
async fn which_policy_of_a_user_decides() {
    let world = World::new().await;
    let statements = json!([
        {"Effect": "Allow", "Action": "kms:Encrypt", "Resource": "*"},
        {"Effect": "Deny", "Action": "kms:ScheduleKeyDeletion", "Resource": "*"},
    ]);
    world.user("alice", statements).await;
    world.ok("CreateGroup", json!({"GroupName": "g"})).await;
    let decrypt = document(&json!([{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}]));
    world
        .ok("PutGroupPolicy", json!({"GroupName": "g", "PolicyName": "use", "PolicyDocument": decrypt}))
        .await;
    world.ok("AddUserToGroup", json!({"GroupName": "g", "UserName": "alice"})).await;
    let sign = world.policy("sign", "kms:Sign").await;
    world.ok("AttachUserPolicy", json!({"UserName": "alice", "PolicyArn": sign})).await;

    let actions = ["kms:Encrypt", "kms:ScheduleKeyDeletion", "kms:Decrypt", "kms:Sign", "kms:CreateKey"];
    let results = simulate(&world, json!({"ActionNames": actions, "ResourceArns": [KEY]})).await;
    let decided: Vec<_> = results
        .as_array()
        .unwrap()
        .iter()
        .map(|result| {
            assert_eq!(result["EvalResourceName"], json!(KEY));
            let by = &result["MatchedStatements"];
            let by = by
                .get(0)
                .map(|by| format!("{} {}", text(&by["SourcePolicyType"]), text(&by["SourcePolicyId"])));
            (text(&result["EvalActionName"]), text(&result["EvalDecision"]), by.unwrap_or_default())
        })
        .collect();
    let expected = [
        ("kms:Encrypt", "allowed", "user user_alice_own"),
        ("kms:ScheduleKeyDeletion", "explicitDeny", "user user_alice_own"),
        ("kms:Decrypt", "allowed", "group group_g_use"),
        ("kms:Sign", "allowed", "user-managed sign"),
        ("kms:CreateKey", "implicitDeny", ""),
    ];
    let expected =
        expected.map(|(action, decision, by)| (action.to_owned(), decision.to_owned(), by.to_owned()));
    assert_eq!(decided, expected);
}

#[tokio::test]
async fn boundaries_and_conditions_are_simulated() {
    let world = World::new().await;
    let statements = json!([{
        "Effect": "Allow", "Action": "kms:*", "Resource": "*",
        "Condition": {"StringEquals": {"kms:EncryptionContext:app": "${aws:username}"}},
    }]);
    world.user("alice", statements).await;
    let ask = |context: Value| json!({"ActionNames": ["kms:Decrypt"], "ContextEntries": context});
    let without = simulate(&world, ask(json!([]))).await;
    assert_eq!(without[0]["EvalDecision"], json!("implicitDeny"));
    assert_eq!(without[0]["MissingContextValues"], json!(["kms:encryptioncontext:app"]));
    assert_eq!(without[0]["EvalResourceName"], json!("*"));
    let entry = json!([{
        "ContextKeyName": "kms:EncryptionContext:app", "ContextKeyValues": ["alice"], "ContextKeyType": "string"
    }]);
    let with = simulate(&world, ask(entry.clone())).await;
    assert_eq!(with[0]["EvalDecision"], json!("allowed"));
    assert_eq!(with[0]["MissingContextValues"], json!([]));
    assert!(with[0].get("PermissionsBoundaryDecisionDetail").is_none());

    let boundary = world.policy("limit", "kms:Encrypt").await;
    world
        .ok("PutUserPermissionsBoundary", json!({"UserName": "alice", "PermissionsBoundary": boundary}))
        .await;
    let bounded = simulate(&world, ask(entry.clone())).await;
    assert_eq!(bounded[0]["EvalDecision"], json!("implicitDeny"));
    let detail = json!({"AllowedByPermissionsBoundary": false});
    assert_eq!(bounded[0]["PermissionsBoundaryDecisionDetail"], detail);
    // A boundary of the request stands in the place of that.
    let mut request = ask(entry);
    let wide = document(&json!([{"Effect": "Allow", "Action": "*", "Resource": "*"}]));
    request["PermissionsBoundaryPolicyInputList"] = json!([wide]);
    assert_eq!(simulate(&world, request).await[0]["EvalDecision"], json!("allowed"));
}

#[tokio::test]
async fn groups_and_roles_and_policies_of_resources() {
    let world = World::new().await;
    world.user("alice", json!(null)).await;
    world.ok("CreateGroup", json!({"GroupName": "admins"})).await;
    world.ok("AttachGroupPolicy", json!({"GroupName": "admins", "PolicyArn": ADMINISTRATOR})).await;
    let trusted = crate::world::trust("111122223333");
    world
        .ok("CreateRole", json!({"RoleName": "r", "Path": "/p/", "AssumeRolePolicyDocument": trusted}))
        .await;
    let ask =
        |arn: String| json!({"PolicySourceArn": arn, "ActionNames": ["kms:Encrypt"], "ResourceArns": [KEY]});
    for (source, decision) in [("group/admins", "allowed"), ("role/p/r", "implicitDeny")] {
        let found = world.ok("SimulatePrincipalPolicy", ask(arn(source))).await;
        assert_eq!(each(&found["EvaluationResults"], "EvalDecision"), [decision], "{source}");
    }
    for (source, code) in [
        ("role/r", "NoSuchEntity"),
        ("user/none", "NoSuchEntity"),
        ("policy/what-is-no-identity", "InvalidInput"),
    ] {
        world.refused("SimulatePrincipalPolicy", ask(arn(source)), code).await;
    }
    let key_policy = document(&json!([{
        "Effect": "Allow", "Principal": {"AWS": arn("user/alice")}, "Action": "kms:Encrypt", "Resource": "*"
    }]));
    let request =
        json!({"ActionNames": ["kms:Encrypt"], "ResourceArns": [KEY], "ResourcePolicy": key_policy});
    let found = simulate(&world, request.clone()).await;
    assert_eq!(found[0]["EvalDecision"], json!("allowed"));
    assert_eq!(found[0]["MatchedStatements"][0]["SourcePolicyType"], json!("resource"));
    // In another account the resource's policy alone is not enough.
    let mut other = request;
    other["ResourceOwner"] = json!("arn:aws:iam::444455556666:root");
    assert_eq!(simulate(&world, other).await[0]["EvalDecision"], json!("implicitDeny"));
}

#[tokio::test]
async fn policies_are_tried_before_they_are_put() {
    let world = World::new().await;
    let allow = |action: &str| document(&json!([{"Effect": "Allow", "Action": action, "Resource": "*"}]));
    let request = json!({
        "PolicyInputList": [allow("kms:Encrypt"), allow("kms:Decrypt")],
        "ActionNames": ["kms:Decrypt", "kms:Sign"],
    });
    let found = world.ok("SimulateCustomPolicy", request).await;
    assert_eq!(each(&found["EvaluationResults"], "EvalDecision"), ["allowed", "implicitDeny"]);
    let by = &found["EvaluationResults"][0]["MatchedStatements"][0]["SourcePolicyId"];
    assert_eq!(by, &json!("PolicyInputList.2"));
    let wrong = json!({"PolicyInputList": ["{}"], "ActionNames": ["kms:Decrypt"]});
    world.refused("SimulateCustomPolicy", wrong, "MalformedPolicyDocument").await;
}

#[tokio::test]
async fn simulations_are_bounded_and_come_in_pages() {
    let world = World::new().await;
    let allow = document(&json!([{"Effect": "Allow", "Action": "kms:*", "Resource": "*"}]));
    let actions: Vec<_> = (0..120).map(|number| format!("kms:Action{number}")).collect();
    let mut request = json!({"PolicyInputList": [allow], "ActionNames": actions, "MaxItems": 1000});
    let mut found = Vec::new();
    loop {
        let page = world.ok("SimulateCustomPolicy", request.clone()).await;
        found.extend(each(&page["EvaluationResults"], "EvalActionName"));
        match page.get("Marker") {
            Some(marker) => request["Marker"] = marker.clone(),
            None => break,
        }
    }
    assert_eq!(found, actions);
    let resources: Vec<_> = (0..10).map(|number| format!("{KEY}{number}")).collect();
    let many = json!({"PolicyInputList": [allow], "ActionNames": actions, "ResourceArns": resources});
    world.refused("SimulateCustomPolicy", many, "InvalidInput").await;
    let wide = format!("{allow}{}", " ".repeat(100_000));
    let long = json!({"PolicyInputList": [wide, wide], "ActionNames": ["kms:Sign"]});
    world.refused("SimulateCustomPolicy", long, "InvalidInput").await;
}

#[tokio::test]
async fn what_a_simulation_cannot_heed_is_refused() {
    let world = World::new().await;
    world.user("alice", json!(null)).await;
    let of_alice = json!({"PolicySourceArn": arn("user/alice"), "ActionNames": ["kms:Sign"]});
    let allow = document(&json!([{"Effect": "Allow", "Action": "kms:*", "Resource": "*"}]));
    let custom = json!({"PolicyInputList": [allow], "ActionNames": ["kms:Sign"]});
    let (principal_action, custom_action) = ("SimulatePrincipalPolicy", "SimulateCustomPolicy");
    let handling = json!({"ResourceHandlingOption": "EC2-VPC-InstanceStore"});
    let organizations = "OrderedOrganizationPolicyInputList";
    for (action, request, more, expected) in [
        (
            principal_action,
            &of_alice,
            json!({"PolicyExclusionList": [{"PolicyArn": ADMINISTRATOR}]}),
            "PolicyExclusionList is not supported: no policy can be left out.",
        ),
        (
            custom_action,
            &custom,
            json!({organizations: [{"ServiceControlPolicyInputList": [allow]}]}),
            "OrderedOrganizationPolicyInputList is not supported: there are no organizations.",
        ),
        (
            principal_action,
            &of_alice,
            handling.clone(),
            "ResourceHandlingOption is not supported: scenarios of EC2 are not simulated.",
        ),
        (
            custom_action,
            &custom,
            handling,
            "ResourceHandlingOption is not supported: scenarios of EC2 are not simulated.",
        ),
    ] {
        let text = world.refused(action, with(request.clone(), more), "ValidationError").await;
        assert_eq!(text, expected, "{action}");
    }
    // Lists of nothing ask for nothing.
    world.ok(principal_action, with(of_alice, json!({"PolicyExclusionList": []}))).await;
    world.ok(custom_action, with(custom, json!({organizations: []}))).await;
}
