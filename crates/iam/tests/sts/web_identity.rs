//! Roles for whoever an identity provider says somebody is.

use iam::Error;
use serde_json::{Value, json};

use crate::idp::{RSA, STRANGER, jwks};
use crate::tokens::{GITHUB, GITLAB, KUBERNETES, NOW, of_github_job, of_gitlab_job, of_service_account};
use crate::world::{
    OURS, Session, THEIRS, World, allow, denied, document, fact, may, nobody, refused, trusts,
};

const ASSUME: &str = "sts:AssumeRoleWithWebIdentity";
const PROVIDER: &str = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com";

fn trust(condition: &Value) -> Value {
    trust_to(&json!({"Federated": PROVIDER}), &[ASSUME], condition)
}

fn trust_to(principal: &Value, actions: &[&str], condition: &Value) -> Value {
    json!([{"Effect": "Allow", "Principal": principal, "Action": actions, "Condition": condition}])
}

fn of_repository() -> Value {
    json!({"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"},
        "StringLike": {"token.actions.githubusercontent.com:sub": "repo:octo-org/octo-repo:*"}})
}

/// A world whose account trusts jobs of GitHub, with a role `deploy` for those of one repository.
async fn world() -> (World, String) {
    let world = World::new().await;
    provider(&world, OURS, GITHUB, "sts.amazonaws.com").await;
    let role = world.role("deploy", &trust(&of_repository())).await;
    (world, role)
}

async fn provider(world: &World, account: &str, url: &str, audience: &str) {
    let request = json!({"Url": url, "ClientIDList": [audience], "ThumbprintList": []});
    world.set_up(account, "CreateOpenIDConnectProvider", request).await;
}

async fn present(world: &World, role: &str, token: &str, more: Value) -> Result<Value, Error> {
    let mut request = json!({"RoleArn": role, "RoleSessionName": "job-1", "WebIdentityToken": token});
    request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    world.sts(&nobody(), "AssumeRoleWithWebIdentity", request).await
}

fn signed(claims: &Value) -> String {
    RSA.token("RS256", claims)
}

fn job(claim: &str, value: Value) -> String {
    let mut claims = of_github_job();
    claims[claim] = value;
    signed(&claims)
}

#[track_caller]
fn not_authorized(answer: Result<Value, Error>, action: &str) {
    assert_eq!(denied(answer), format!("Not authorized to perform {action}"));
}

#[tokio::test]
async fn a_job_becomes_a_role() {
    let (world, role) = world().await;
    let answer = present(&world, &role, &signed(&of_github_job()), json!({})).await.unwrap();
    assert_eq!(answer["SubjectFromWebIdentityToken"], "repo:octo-org/octo-repo:environment:prod");
    assert_eq!(answer["Provider"], GITHUB);
    assert_eq!(answer["Audience"], "sts.amazonaws.com");
    assert_eq!(answer["AssumedRoleUser"]["Arn"], "arn:aws:sts::111122223333:assumed-role/deploy/job-1");
    assert_eq!(answer.get("PackedPolicySize"), None);
    assert_eq!(
        Session::of(&answer).expiration,
        "2026-11-21T23:26:40Z",
        "an hour, and not as long as the token"
    );
    let session = world.enter(&answer).await.unwrap();
    assert!(may(&session, "kms:Decrypt") && !may(&session, "s3:GetObject"));
    assert_eq!(fact(&session, "aws:federatedprovider").as_deref(), Some(PROVIDER));
    let id = answer["AssumedRoleUser"]["AssumedRoleId"].as_str();
    assert_eq!(fact(&session, "aws:userid").as_deref(), id);
    assert!(fact(&session, "aws:tokenissuetime").is_some());
    let claims = [
        ("sub", Some("repo:octo-org/octo-repo:environment:prod")),
        ("aud", Some("sts.amazonaws.com")),
        ("actor", None),
    ];
    for (claim, value) in claims {
        let key = format!("token.actions.githubusercontent.com:{claim}");
        assert_eq!(fact(&session, &key).as_deref(), value, "{claim}");
    }
}

#[tokio::test]
async fn a_token_is_taken_as_a_file_has_it() {
    let (world, role) = world().await;
    let token = signed(&of_github_job());
    present(&world, &role, &format!("{token}\n"), json!({})).await.unwrap();
    let (head, tail) = token.split_at(token.len() / 2);
    let broken = present(&world, &role, &format!("{head}\n{tail}"), json!({})).await;
    assert_eq!(broken.unwrap_err().code, "InvalidIdentityToken");
}

#[tokio::test]
async fn a_service_account_becomes_a_role() {
    let world = World::new().await;
    provider(&world, OURS, KUBERNETES, "sts.example.com").await;
    let arn = "arn:aws:iam::111122223333:oidc-provider/kubernetes.default.svc.cluster.local";
    let condition = json!({"StringEquals": {
        "kubernetes.default.svc.cluster.local:sub": "system:serviceaccount:shop:backend",
        "kubernetes.default.svc.cluster.local:aud": "sts.example.com"}});
    let role = world.role("shop", &trust_to(&json!({"Federated": arn}), &[ASSUME], &condition)).await;
    assert!(present(&world, &role, &signed(&of_service_account()), json!({})).await.is_ok());
    for (claim, value) in [
        ("sub", json!("system:serviceaccount:shop:frontend")),
        ("sub", json!("system:serviceaccount:shop:backend2")),
        ("sub", json!("system:serviceaccount:other:backend")),
    ] {
        let mut claims = of_service_account();
        claims[claim] = value;
        not_authorized(present(&world, &role, &signed(&claims), json!({})).await, ASSUME);
    }
    let mut claims = of_service_account();
    claims["aud"] = json!(["https://kubernetes.default.svc.cluster.local"]);
    let text =
        refused(present(&world, &role, &signed(&claims), json!({})).await, "InvalidIdentityToken", 400);
    assert_eq!(text, "Incorrect token audience", "the token every pod has for the API server");
}

#[tokio::test]
async fn a_job_of_gitlab_becomes_a_role() {
    let world = World::new().await;
    provider(&world, OURS, GITLAB, "https://trent.example.com").await;
    let arn = "arn:aws:iam::111122223333:oidc-provider/gitlab.example.com";
    let condition = json!({"StringEquals": {"gitlab.example.com:project_path": "my-group/my-project"},
        "ForAnyValue:StringEquals": {"gitlab.example.com:groups_direct": "mygroup/mysubgroup"},
        "NumericEquals": {"gitlab.example.com:runner_id": "1"}});
    let role = world.role("build", &trust_to(&json!({"Federated": arn}), &[ASSUME], &condition)).await;
    assert!(present(&world, &role, &signed(&of_gitlab_job()), json!({})).await.is_ok());
    for (claim, value) in [
        ("project_path", json!("my-group/other")),
        ("project_path", json!("MY-GROUP/MY-PROJECT")),
        ("project_path", json!({"a": "my-group/my-project"})),
        ("groups_direct", json!([])),
        ("groups_direct", json!(["mygroup"])),
        ("runner_id", json!(2)),
    ] {
        let mut claims = of_gitlab_job();
        claims[claim] = value;
        not_authorized(present(&world, &role, &signed(&claims), json!({})).await, ASSUME);
    }
}

#[tokio::test]
async fn trust_policies_that_do_not_trust() {
    let (world, role) = world().await;
    let token = signed(&of_github_job());
    assert!(present(&world, &role, &token, json!({})).await.is_ok());
    let federated = json!({"Federated": PROVIDER});
    let none = json!({});
    let mut but = trust(&none);
    but.as_array_mut().unwrap().push(json!({"Effect": "Deny", "Principal": federated, "Action": ASSUME,
        "Condition": {"StringEquals": {"token.actions.githubusercontent.com:ref": "refs/heads/main"}}}));
    let elsewhere = "arn:aws:iam::444455556666:oidc-provider/token.actions.githubusercontent.com";
    let other = "arn:aws:iam::111122223333:oidc-provider/gitlab.example.com";
    for (case, trust) in [
        ("an account", trust_to(&json!({"AWS": OURS}), &["sts:*"], &none)),
        ("another provider", trust_to(&json!({"Federated": other}), &["sts:*"], &none)),
        ("another account's provider", trust_to(&json!({"Federated": elsewhere}), &["sts:*"], &none)),
        ("another action", trust_to(&federated, &["sts:AssumeRole"], &none)),
        ("a denial", but),
        (
            "another repository",
            trust(&json!({"StringLike": {"token.actions.githubusercontent.com:sub": "repo:other/*"}})),
        ),
        (
            "another audience",
            trust(&json!({"StringEquals": {"token.actions.githubusercontent.com:aud": "x"}})),
        ),
        (
            "a claim that is not there",
            trust(&json!({"StringEquals": {"token.actions.githubusercontent.com:x": "x"}})),
        ),
        ("a claim of another issuer", trust(&json!({"StringLike": {"gitlab.example.com:sub": "repo:*"}}))),
        ("another session", trust(&json!({"StringEquals": {"sts:RoleSessionName": "job-2"}}))),
        ("a service", trust(&json!({"Bool": {"aws:PrincipalIsAWSService": "true"}}))),
        ("another region", trust(&json!({"StringEquals": {"aws:RequestedRegion": "eu-central-1"}}))),
    ] {
        world.trust("deploy", &trust).await;
        let text = denied(present(&world, &role, &token, json!({})).await);
        assert_eq!(text, "Not authorized to perform sts:AssumeRoleWithWebIdentity", "{case}");
    }
    for (case, condition) in [
        ("no condition", none.clone()),
        ("the session", json!({"StringEquals": {"sts:RoleSessionName": "job-1"}})),
        ("the region", json!({"StringEquals": {"aws:RequestedRegion": "eu-west-1"}})),
        ("the time", json!({"DateLessThan": {"aws:CurrentTime": "2027-01-01T00:00:00Z"}})),
        ("the provider", json!({"ArnEquals": {"aws:FederatedProvider": PROVIDER}})),
        (
            "nobody of an account",
            json!({"Null": {"aws:PrincipalAccount": "true", "aws:PrincipalArn": "true", "aws:userid": "true"}}),
        ),
        (
            "another case of the key",
            json!({"StringEquals": {"Token.Actions.GithubUserContent.com:Actor": "octocat"}}),
        ),
    ] {
        world.trust("deploy", &trust(&condition)).await;
        assert!(present(&world, &role, &token, json!({})).await.is_ok(), "{case}");
    }
    // What trusts an account does not trust the token, and the other way round.
    let alice = world.user(OURS, "alice", Some(allow(&["sts:*"]))).await;
    denied(world.assume(&alice, &role, json!({})).await);
}

#[tokio::test]
async fn nobody_learns_which_roles_there_are() {
    let (world, _) = world().await;
    world.role("of-users", &trusts(OURS)).await;
    let token = signed(&of_github_job());
    for name in ["of-users", "none", "path/deploy", "Deploy"] {
        let role = format!("arn:aws:iam::111122223333:role/{name}");
        for more in
            [json!({}), json!({"DurationSeconds": 43_200}), json!({"PolicyArns": [{"arn": PROVIDER}]})]
        {
            not_authorized(present(&world, &role, &token, more).await, ASSUME);
        }
    }
    // Nor accounts: one that trusts nobody is as one that is not there.
    for account in [THEIRS, "999999999999"] {
        let role = format!("arn:aws:iam::{account}:role/deploy");
        let text = refused(present(&world, &role, &token, json!({})).await, "InvalidIdentityToken", 400);
        assert_eq!(text, format!("No OpenIDConnect provider found in your account for {GITHUB}"));
    }
}

#[tokio::test]
async fn tokens_that_prove_nothing() {
    let (world, role) = world().await;
    let mut stranger = of_github_job();
    stranger["iss"] = json!("https://stranger.example.com");
    let unconfigured = "No OpenIDConnect provider found in your account for https://stranger.example.com";
    for (case, token, code, status, text) in [
        ("unconfigured", signed(&stranger), "InvalidIdentityToken", 400, unconfigured),
        ("another key", STRANGER.token("RS256", &of_github_job()), "InvalidIdentityToken", 400, "signature"),
        ("no token", "opaque".to_owned(), "InvalidIdentityToken", 400, "not a valid JWT"),
        ("no audience", job("aud", json!([])), "InvalidIdentityToken", 400, "aud"),
        (
            "another audience",
            job("aud", json!("sts.example.com")),
            "InvalidIdentityToken",
            400,
            "Incorrect token audience",
        ),
        (
            "expired",
            job("exp", json!(NOW - 1)),
            "ExpiredTokenException",
            400,
            "Token expired: current date/time",
        ),
        ("of the future", job("nbf", json!(NOW + 3600)), "IDPRejectedClaim", 403, "not valid yet"),
        ("no subject", job("sub", json!(null)), "InvalidIdentityToken", 400, "sub"),
        ("huge", "a".repeat(20_001), "ValidationError", 400, "webIdentityToken"),
        ("tiny", "a".to_owned(), "ValidationError", 400, "webIdentityToken"),
    ] {
        let found = refused(present(&world, &role, &token, json!({})).await, code, status);
        assert!(found.contains(text), "{case}: {found}");
        assert!(token.len() < 10 || !found.contains(&token), "{case}");
    }
    world.issuers.set_keys(GITHUB, &jwks(&[])).unwrap();
    let token = signed(&of_github_job());
    refused(present(&world, &role, &token, json!({})).await, "InvalidIdentityToken", 400);
}

#[tokio::test]
async fn issuers_of_another_account_are_not_ours() {
    let (world, _) = world().await;
    provider(&world, THEIRS, GITLAB, "https://trent.example.com").await;
    let everyone = json!({"Federated": "arn:aws:iam::111122223333:oidc-provider/gitlab.example.com"});
    let role = world.role("build", &trust_to(&everyone, &[ASSUME], &json!({}))).await;
    let token = signed(&of_gitlab_job());
    refused(present(&world, &role, &token, json!({})).await, "InvalidIdentityToken", 400);
    provider(&world, OURS, GITLAB, "https://other.example.com").await;
    let text = refused(present(&world, &role, &token, json!({})).await, "InvalidIdentityToken", 400);
    assert_eq!(text, "Incorrect token audience");
    let arn = "arn:aws:iam::111122223333:oidc-provider/gitlab.example.com";
    let request = json!({"OpenIDConnectProviderArn": arn, "ClientID": "https://trent.example.com"});
    world.set_up(OURS, "AddClientIDToOpenIDConnectProvider", request).await;
    assert!(present(&world, &role, &token, json!({})).await.is_ok());
    world.set_up(OURS, "DeleteOpenIDConnectProvider", json!({"OpenIDConnectProviderArn": arn})).await;
    refused(present(&world, &role, &token, json!({})).await, "InvalidIdentityToken", 400);
}

#[tokio::test]
async fn one_of_several_audiences() {
    let (world, role) = world().await;
    let token = job("aud", json!(["https://other.example.com", "sts.amazonaws.com"]));
    let answer = present(&world, &role, &token, json!({})).await.unwrap();
    assert_eq!(answer["Audience"], "sts.amazonaws.com");
    // Whom a token was made for counts, and not who had it made.
    let mut claims = of_github_job();
    claims["aud"] = json!("https://other.example.com");
    claims["azp"] = json!("sts.amazonaws.com");
    let answer = present(&world, &role, &signed(&claims), json!({})).await;
    refused(answer, "InvalidIdentityToken", 400);
}

#[tokio::test]
async fn how_long_and_with_what_limits() {
    let (world, role) = world().await;
    let token = signed(&of_github_job());
    let with = async |more: Value| present(&world, &role, &token, more).await;
    assert_eq!(
        Session::of(&with(json!({"DurationSeconds": 900})).await.unwrap()).expiration,
        "2026-11-21T22:41:40Z"
    );
    let text = refused(with(json!({"DurationSeconds": 3601})).await, "ValidationError", 400);
    assert_eq!(text, "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
    refused(with(json!({"DurationSeconds": 899})).await, "ValidationError", 400);

    let answer = with(json!({"Policy": document(&allow(&["kms:Decrypt", "s3:*"]))})).await.unwrap();
    let session = world.enter(&answer).await.unwrap();
    assert!(may(&session, "kms:Decrypt") && !may(&session, "kms:Encrypt") && !may(&session, "s3:GetObject"));
    assert!(answer["PackedPolicySize"].as_u64().unwrap() > 0);
    refused(with(json!({"Policy": "{}"})).await, "MalformedPolicyDocument", 400);
    let long =
        document(&json!([{"Sid": "a".repeat(2048), "Effect": "Allow", "Action": "*", "Resource": "*"}]));
    refused(with(json!({"Policy": long})).await, "ValidationError", 400);
    let administrator = json!({"PolicyArns": [{"arn": "arn:aws:iam::aws:policy/AdministratorAccess"}]});
    assert!(with(administrator).await.is_ok());
    let missing = json!({"PolicyArns": [{"arn": "arn:aws:iam::111122223333:policy/none"}]});
    refused(with(missing).await, "ValidationError", 400);
    refused(with(json!({"ProviderId": "www.amazon.com"})).await, "ValidationError", 400);

    let boundary = json!({"PolicyName": "boundary", "PolicyDocument": document(&allow(&["kms:Encrypt"]))});
    let boundary = world.set_up(OURS, "CreatePolicy", boundary).await;
    let request = json!({"RoleName": "deploy", "PermissionsBoundary": boundary["Policy"]["Arn"]});
    world.set_up(OURS, "PutRolePermissionsBoundary", request).await;
    let answer = with(json!({})).await.unwrap();
    let session = world.enter(&answer).await.unwrap();
    assert!(may(&session, "kms:Encrypt") && !may(&session, "kms:Decrypt"));
}

#[tokio::test]
async fn a_session_of_a_web_identity_is_a_link_of_a_chain() {
    let (world, role) = world().await;
    let next = world.role("next", &trusts(&role)).await;
    world.set_up(OURS, "UpdateRole", json!({"RoleName": "next", "MaxSessionDuration": 43_200})).await;
    let answer = present(&world, &role, &signed(&of_github_job()), json!({})).await.unwrap();
    let session = world.enter(&answer).await.unwrap();
    let chained = world.become_role(&session, &next, json!({})).await;
    assert_eq!(fact(&chained, "aws:federatedprovider"), None);
    refused(world.assume(&session, &next, json!({"DurationSeconds": 3601})).await, "ValidationError", 400);
    denied(world.sts(&session, "GetSessionToken", json!({})).await);
}

#[tokio::test]
async fn tags_and_source_identity_of_the_provider() {
    let (world, role) = world().await;
    let tagged = job("https://aws.amazon.com/tags", json!({"principal_tags": {"Project": ["blue"]}}));
    let sourced = job("https://aws.amazon.com/source_identity", json!("octocat"));
    not_authorized(present(&world, &role, &tagged, json!({})).await, "sts:TagSession");
    not_authorized(present(&world, &role, &sourced, json!({})).await, "sts:SetSourceIdentity");

    let federated = json!({"Federated": PROVIDER});
    let actions = [ASSUME, "sts:TagSession", "sts:SetSourceIdentity"];
    let condition =
        json!({"StringEqualsIfExists": {"aws:RequestTag/Project": "blue", "sts:SourceIdentity": "octocat"}});
    world.trust("deploy", &trust_to(&federated, &actions, &condition)).await;
    let answer = present(&world, &role, &tagged, json!({})).await.unwrap();
    let session = world.enter(&answer).await.unwrap();
    assert_eq!(fact(&session, "aws:principaltag/project").as_deref(), Some("blue"));
    let answer = present(&world, &role, &sourced, json!({})).await.unwrap();
    assert_eq!(answer["SourceIdentity"], "octocat");
    let session = world.enter(&answer).await.unwrap();
    assert_eq!(fact(&session, "aws:sourceidentity").as_deref(), Some("octocat"));

    let red = job("https://aws.amazon.com/tags", json!({"principal_tags": {"Project": ["red"]}}));
    not_authorized(present(&world, &role, &red, json!({})).await, ASSUME);
    let many: serde_json::Map<_, _> = (0..51).map(|n| (n.to_string(), json!([""]))).collect();
    for (claim, value, code) in [
        ("https://aws.amazon.com/tags", json!({"principal_tags": {"aws:x": ["y"]}}), "InvalidParameterValue"),
        (
            "https://aws.amazon.com/tags",
            json!({"principal_tags": {"a": ["1"], "A": ["2"]}}),
            "InvalidParameterValue",
        ),
        ("https://aws.amazon.com/tags", json!({"principal_tags": {"a*": ["1"]}}), "InvalidParameterValue"),
        (
            "https://aws.amazon.com/tags",
            json!({"principal_tags": {"a": ["x".repeat(257)]}}),
            "InvalidParameterValue",
        ),
        ("https://aws.amazon.com/tags", json!({ "principal_tags": many }), "InvalidParameterValue"),
        ("https://aws.amazon.com/tags", json!({"transitive_tag_keys": ["Project"]}), "InvalidIdentityToken"),
        ("https://aws.amazon.com/source_identity", json!("a b"), "InvalidIdentityToken"),
        ("https://aws.amazon.com/source_identity", json!(5), "InvalidIdentityToken"),
    ] {
        refused(present(&world, &role, &job(claim, value), json!({})).await, code, 400);
    }
}
