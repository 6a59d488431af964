//! Tokens that prove something: of every algorithm, and as Kubernetes, GitHub and GitLab make them.

use std::collections::BTreeMap;

use iam::web_identity::{Issuers, LEEWAY, TokenError, WebIdentity, verify};
use serde_json::{Value, json};

use crate::idp::{ED25519, P256, P384, ProviderKey, RSA, jwks, published, token};

pub(crate) const NOW: i64 = 1_795_300_000;
pub(crate) const KUBERNETES: &str = "https://kubernetes.default.svc.cluster.local";
pub(crate) const GITHUB: &str = "https://token.actions.githubusercontent.com";
pub(crate) const GITLAB: &str = "https://gitlab.example.com";

/// The issuers of these tests, all with the same keys.
pub(crate) fn issuers() -> Issuers {
    let urls = [KUBERNETES, GITHUB, GITLAB];
    let issuers = Issuers::new(urls).unwrap();
    for url in urls {
        assert_eq!(issuers.set_keys(url, &published()), Ok(4));
    }
    issuers
}

/// The token that a pod finds in its projected volume.
pub(crate) fn of_service_account() -> Value {
    json!({
        "aud": ["sts.example.com"],
        "exp": NOW + 3600,
        "iat": NOW,
        "iss": KUBERNETES,
        "jti": "9b6b9ae3-4b2a-4b1f-9d37-2b1d1f1f8f0a",
        "kubernetes.io": {
            "namespace": "shop",
            "node": {"name": "node-1", "uid": "f6a2"},
            "pod": {"name": "backend-5c6f", "uid": "7c1d"},
            "serviceaccount": {"name": "backend", "uid": "aa11"}
        },
        "nbf": NOW,
        "sub": "system:serviceaccount:shop:backend"
    })
}

/// The token of a job of GitHub Actions.
pub(crate) fn of_github_job() -> Value {
    json!({
        "jti": "example-id",
        "sub": "repo:octo-org/octo-repo:environment:prod",
        "environment": "prod",
        "aud": "sts.amazonaws.com",
        "ref": "refs/heads/main",
        "sha": "example-sha",
        "repository": "octo-org/octo-repo",
        "repository_owner": "octo-org",
        "actor_id": "12",
        "repository_visibility": "private",
        "run_id": "example-run-id",
        "run_number": "10",
        "runner_environment": "github-hosted",
        "actor": "octocat",
        "workflow": "example-workflow",
        "event_name": "workflow_dispatch",
        "ref_protected": "true",
        "job_workflow_ref": "octo-org/octo-automation/.github/workflows/oidc.yml@refs/heads/main",
        "iss": GITHUB,
        "nbf": NOW - 10,
        "exp": NOW + 300,
        "iat": NOW
    })
}

/// The id token of a job of GitLab.
pub(crate) fn of_gitlab_job() -> Value {
    json!({
        "namespace_id": "72",
        "namespace_path": "my-group",
        "project_id": "20",
        "project_path": "my-group/my-project",
        "user_login": "sample-user",
        "user_access_level": "developer",
        "pipeline_source": "push",
        "ref": "feature-branch-1",
        "ref_type": "branch",
        "ref_protected": "false",
        "groups_direct": ["mygroup/mysubgroup", "myothergroup/myothersubgroup"],
        "runner_id": 1,
        "jti": "235b3a54-b797-45c7-ae9a-f72d7bc6ef5b",
        "iat": NOW,
        "nbf": NOW - 5,
        "exp": NOW + 3600,
        "iss": GITLAB,
        "sub": "project_path:my-group/my-project:ref_type:branch:ref:feature-branch-1",
        "aud": "https://trent.example.com"
    })
}

fn keys_of(identity: &WebIdentity) -> BTreeMap<String, Vec<String>> {
    identity.condition_keys(identity.audiences()).into_iter().collect()
}

#[test]
fn every_algorithm() {
    let issuers = issuers();
    let all: [(&ProviderKey, &[&str]); 4] = [
        (&RSA, &["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]),
        (&P256, &["ES256"]),
        (&P384, &["ES384"]),
        (&ED25519, &["EdDSA"]),
    ];
    for (key, algorithms) in all {
        for algorithm in algorithms {
            let identity = verify(&issuers, &key.token(algorithm, &of_github_job()), NOW).unwrap();
            assert_eq!(identity.subject(), "repo:octo-org/octo-repo:environment:prod", "{algorithm}");
        }
    }
}

#[test]
fn a_service_account_of_kubernetes() {
    let identity = verify(&issuers(), &RSA.token("RS256", &of_service_account()), NOW).unwrap();
    assert_eq!(identity.issuer(), KUBERNETES);
    assert_eq!(identity.provider(), "kubernetes.default.svc.cluster.local");
    assert_eq!(identity.subject(), "system:serviceaccount:shop:backend");
    assert_eq!(identity.audiences(), ["sts.example.com"]);
    let keys = keys_of(&identity);
    let names: Vec<_> = keys.keys().map(String::as_str).collect();
    let provider = identity.provider();
    let expected = ["aud", "jti", "oaud", "sub"].map(|claim| format!("{provider}:{claim}"));
    assert_eq!(names, expected, "no structures, no times");
}

#[test]
fn a_job_of_github() {
    let identity = verify(&issuers(), &RSA.token("RS256", &of_github_job()), NOW).unwrap();
    let keys = keys_of(&identity);
    for (claim, value) in [
        ("sub", "repo:octo-org/octo-repo:environment:prod"),
        ("aud", "sts.amazonaws.com"),
        ("oaud", "sts.amazonaws.com"),
        ("repository", "octo-org/octo-repo"),
        ("job_workflow_ref", "octo-org/octo-automation/.github/workflows/oidc.yml@refs/heads/main"),
    ] {
        assert_eq!(keys[&format!("token.actions.githubusercontent.com:{claim}")], [value]);
    }
}

#[test]
fn a_job_of_gitlab() {
    let identity = verify(&issuers(), &P256.token("ES256", &of_gitlab_job()), NOW).unwrap();
    let keys = keys_of(&identity);
    assert_eq!(keys["gitlab.example.com:project_path"], ["my-group/my-project"]);
    assert_eq!(keys["gitlab.example.com:runner_id"], ["1"]);
    let groups = ["mygroup/mysubgroup", "myothergroup/myothersubgroup"];
    assert_eq!(keys["gitlab.example.com:groups_direct"], groups);
}

#[test]
fn several_audiences_and_who_may_be_meant() {
    let mut claims = of_gitlab_job();
    claims["aud"] = json!(["one", "two"]);
    claims["azp"] = json!("app");
    claims["oaud"] = json!("made up");
    let identity = verify(&issuers(), &RSA.token("RS256", &claims), NOW).unwrap();
    assert_eq!(identity.audiences(), ["one", "two"]);
    let keys: BTreeMap<_, _> = identity.condition_keys(&["two".to_owned()]).into_iter().collect();
    assert_eq!(keys["gitlab.example.com:aud"], ["two"]);
    assert_eq!(keys["gitlab.example.com:oaud"], ["one", "two"]);
    assert_eq!(keys["gitlab.example.com:azp"], ["app"]);
}

#[test]
fn a_key_without_a_name_if_it_is_the_only_one() {
    let issuers = Issuers::new([GITLAB]).unwrap();
    let nameless = |key: &ProviderKey, alg: &str| {
        token(&json!({ "alg": alg }), &of_gitlab_job(), |message| key.sign(alg, message))
    };
    issuers.set_keys(GITLAB, &jwks(&[RSA.jwk(), P256.jwk()])).unwrap();
    assert!(verify(&issuers, &nameless(&RSA, "RS256"), NOW).is_ok());
    assert!(verify(&issuers, &nameless(&P256, "ES256"), NOW).is_ok());
    let mut second = RSA.jwk();
    second["kid"] = json!("rsa-2");
    issuers.set_keys(GITLAB, &jwks(&[RSA.jwk(), second])).unwrap();
    assert_eq!(verify(&issuers, &nameless(&RSA, "RS256"), NOW).unwrap_err(), TokenError::NoSuchKey);
}

#[test]
fn from_when_until_when() {
    let issuers = issuers();
    let at = |claims: &Value, now| verify(&issuers, &ED25519.token("EdDSA", claims), now).map(|_| ());
    let mut claims = of_gitlab_job();
    claims["exp"] = json!(NOW + 100);
    claims["nbf"] = json!(NOW);
    claims["iat"] = json!(NOW);
    assert_eq!(at(&claims, NOW + 99), Ok(()));
    for now in [NOW + 100, NOW + 101, i64::MAX] {
        assert_eq!(at(&claims, now), Err(TokenError::Expired { now, expired_at: NOW + 100 }));
    }
    assert_eq!(at(&claims, NOW - LEEWAY), Ok(()));
    let early = NOW - LEEWAY - 1;
    assert_eq!(at(&claims, early), Err(TokenError::NotYet { claim: "nbf", from: NOW, now: early }));
    claims.as_object_mut().unwrap().remove("nbf");
    assert_eq!(at(&claims, early), Err(TokenError::NotYet { claim: "iat", from: NOW, now: early }));
    claims.as_object_mut().unwrap().remove("iat");
    assert_eq!(at(&claims, 0), Ok(()), "neither is required");
}

#[test]
fn what_the_provider_says_of_the_session() {
    let issuers = issuers();
    let read = |name: &str, value: Value| {
        let mut claims = of_gitlab_job();
        claims[name] = value;
        verify(&issuers, &RSA.token("RS256", &claims), NOW).unwrap()
    };
    let none = read("x", json!(1));
    assert_eq!((none.source_identity(), none.session_tags()), (Ok(None), Ok(Vec::new())));
    let named = read("https://aws.amazon.com/source_identity", json!("alice"));
    assert_eq!(named.source_identity(), Ok(Some("alice")));
    assert!(read("https://aws.amazon.com/source_identity", json!(["alice"])).source_identity().is_err());

    let tags = Ok(vec![("Project".to_owned(), "Automation".to_owned())]);
    let nested = json!({"principal_tags": {"Project": ["Automation"]}, "transitive_tag_keys": []});
    assert_eq!(read("https://aws.amazon.com/tags", nested).session_tags(), tags);
    let flat = read("https://aws.amazon.com/tags/principal_tags/Project", json!("Automation"));
    assert_eq!(flat.session_tags(), tags);
    for (name, wrong) in [
        ("https://aws.amazon.com/tags", json!("Project")),
        ("https://aws.amazon.com/tags", json!({"principal_tags": {"Project": ["a", "b"]}})),
        ("https://aws.amazon.com/tags", json!({"principal_tags": {"Project": []}})),
        ("https://aws.amazon.com/tags", json!({"principal_tags": {"Project": 1}})),
        ("https://aws.amazon.com/tags", json!({"principal_tag": {}})),
        ("https://aws.amazon.com/tags", json!({"principal_tags": {}, "transitive_tag_keys": ["Project"]})),
        ("https://aws.amazon.com/tags/principal_tags/Project", json!({})),
        ("https://aws.amazon.com/tags/transitive_tag_keys", json!(["Project"])),
    ] {
        assert!(read(name, wrong.clone()).session_tags().is_err(), "{name} {wrong}");
    }
}
