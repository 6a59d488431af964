//! Logging in, and what is told to whoever did.

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::{Value, json};
use server::{Project, Projects};

use crate::fixture::{Answer, Call, Running, Setup, request, start};

const ZEROS: &str = "00000000000000000000000000000000";
const SHOP: &str = "0d0466b0e7274d9cb35df84bb474a37f";
const BANK: &str = "1d0466b0e7274d9cb35df84bb474a37f";

/// `trent dev`'s root, by password.
fn root() -> Value {
    password("test", "test", "test")
}

fn password(domain: &str, name: &str, password: &str) -> Value {
    let user = json!({ "name": name, "password": password, "domain": { "name": domain } });
    json!({ "methods": ["password"], "password": { "user": user } })
}

fn access_key(id: &str, secret: &str) -> Value {
    json!({ "methods": ["hw_ak_sk"], "hw_ak_sk": { "access": { "key": id }, "secret": { "key": secret } } })
}

fn token(token: &str) -> Value {
    json!({ "methods": ["token"], "token": { "id": token } })
}

async fn post(server: &Running, body: &str) -> Answer {
    let mut headers = headers(server, &[]);
    headers.insert("content-type", HeaderValue::from_static("application/json"));
    server.send(request(Method::POST, "/v3/auth/tokens", headers, body)).await
}

async fn log_in(server: &Running, identity: &Value, scope: Option<Value>) -> Answer {
    let mut auth = json!({ "identity": identity });
    if let Some(scope) = scope {
        auth["scope"] = scope;
    }
    post(server, &json!({ "auth": auth }).to_string()).await
}

async fn get(server: &Running, target: &str, tokens: &[(&'static str, &str)]) -> Answer {
    server.send(request(Method::GET, target, headers(server, tokens), "")).await
}

fn headers(server: &Running, tokens: &[(&'static str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("host", HeaderValue::from_str(&server.address.to_string()).unwrap());
    for (name, value) in tokens {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
    }
    headers
}

/// The token of a log-in that must succeed.
async fn logged_in(server: &Running, identity: &Value, scope: Option<Value>) -> String {
    let answer = log_in(server, identity, scope).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.header("x-subject-token").to_owned()
}

fn is_refused(answer: &Answer, case: &str, status: u16, text: &str) {
    assert_eq!(answer.status, status, "{case}: {}", answer.text());
    let error = &answer.json()["error"];
    assert_eq!(error["code"], status, "{case}: {error}");
    assert!(error["title"].is_string(), "{case}: {error}");
    assert!(error["message"].as_str().unwrap().contains(text), "{case}: {error}");
    assert_eq!(answer.header("x-request-id").len(), 36, "{case}");
    assert_eq!(answer.header("x-subject-token"), "", "{case}");
    assert_eq!(!answer.header("www-authenticate").is_empty(), status == 401, "{case}");
}

fn configured() -> Setup {
    let shop = Project::new(SHOP, "000000000000", "eu-de", None).unwrap();
    let bank = Project::new(BANK, "111122223333", "eu-nl", Some("bank")).unwrap();
    Setup { projects: Some(Projects::new(vec![shop, bank]).unwrap()), ..Setup::default() }
}

#[tokio::test]
async fn anybody_may_ask_for_the_version() {
    let server = start(Setup::default()).await;
    for target in ["/v3", "/v3/"] {
        let answer = get(&server, target, &[]).await;
        answer.succeeded(target);
        let version = &answer.json()["version"];
        assert_eq!(version["status"], "stable");
        assert_eq!(version["links"][0]["href"], format!("http://{}/v3/", server.address));
    }
}

#[tokio::test]
async fn a_token_tells_what_it_is_for() {
    let server = start(Setup::default()).await;
    let scope = json!({ "project": { "id": SHOP } });
    let answer = log_in(&server, &root(), Some(scope)).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert!(answer.header("cache-control").contains("no-store"));
    let described = answer.json();
    let about = &described["token"];
    let domain = json!({ "id": ZEROS, "name": "000000000000" });
    assert_eq!(about["methods"], json!(["password"]));
    assert_eq!(about["user"]["domain"], domain);
    assert_eq!(about["user"]["name"], "test");
    assert_eq!((&about["project"]["id"], &about["project"]["domain"]), (&json!(SHOP), &domain));
    assert_eq!(about["issued_at"], "2026-11-22T12:00:00.000000Z");
    assert_eq!(about["expires_at"], "2026-11-23T12:00:00.000000Z");
    assert!(about["roles"][0]["name"].is_string() && about.get("domain").is_none());
    let keys = &about["catalog"][0];
    assert_eq!((&keys["type"], &keys["endpoints"][0]["region"]), (&json!("kms"), &json!("us-east-1")));
    assert_eq!(keys["endpoints"][0]["url"], format!("http://{}/v1.0/{SHOP}", server.address));

    let token = answer.header("x-subject-token");
    assert!(!answer.text().contains(token));
    let both = [("x-auth-token", token), ("x-subject-token", token)];
    let again = get(&server, "/v3/auth/tokens", &both).await;
    again.succeeded("its own description");
    assert_eq!((again.json(), again.header("x-subject-token")), (described, token));
    let without = get(&server, "/v3/auth/tokens?nocatalog", &both).await;
    assert!(without.json()["token"].get("catalog").is_none());
}

#[tokio::test]
async fn every_method_proves_who_one_is() {
    let server = start(configured()).await;
    let by_key = log_in(&server, &access_key("test", "test"), None).await.json();
    assert_eq!(
        (&by_key["token"]["methods"], &by_key["token"]["project"]["id"]),
        (&json!(["hw_ak_sk"]), &json!(SHOP))
    );
    let first = logged_in(&server, &root(), Some(json!("unscoped"))).await;
    server.clock.advance(3600);
    let second = log_in(&server, &token(&first), Some(json!({ "project": { "name": "eu-de" } }))).await;
    let about = &second.json()["token"];
    assert_eq!(about["project"]["id"], SHOP);
    assert_eq!(about["expires_at"], "2026-11-23T12:00:00.000000Z", "no token is prolonged by itself");
    server.clock.advance(23 * 3600);
    for token in [first.as_str(), second.header("x-subject-token")] {
        is_refused(&get(&server, "/v3/projects", &[("x-auth-token", token)]).await, "over", 401, "");
    }
}

#[tokio::test]
async fn a_wrong_proof_tells_nothing() {
    let server = start(Setup::default()).await;
    let cases = [
        ("a wrong password", password("test", "test", "tset")),
        ("an unknown user", password("test", "nobody", "test")),
        ("an unknown domain", password("999999999999", "test", "test")),
        ("no password", password("test", "test", "")),
    ];
    let mut said = Vec::new();
    for (case, identity) in cases {
        // The scope is wrong as well, and is not judged.
        let scope = json!({ "project": { "id": "none" } });
        let answer = log_in(&server, &identity, Some(scope)).await;
        is_refused(&answer, case, 401, "");
        said.push(answer.json());
    }
    said.dedup();
    assert_eq!(said.len(), 1, "{said:?}");
    for (case, identity) in [
        ("a wrong secret", access_key("test", "tset")),
        ("an unknown access key", access_key("AKIAIOSFODNN7EXAMPLE", "test")),
        ("no token", token("")),
        ("a damaged token", token("AAAA")),
    ] {
        is_refused(&log_in(&server, &identity, None).await, case, 401, "");
    }
}

#[tokio::test]
async fn a_token_is_for_what_its_user_has() {
    let server = start(configured()).await;
    for (case, scope, project) in [
        ("by id", json!({ "project": { "id": SHOP } }), Some(SHOP)),
        ("by name", json!({ "project": { "name": "eu-de" } }), Some(SHOP)),
        (
            "by name and domain",
            json!({ "project": { "name": "eu-de", "domain": { "id": ZEROS } } }),
            Some(SHOP),
        ),
        ("the domain by name", json!({ "domain": { "name": "test" } }), None),
        ("the domain by id", json!({ "domain": { "id": ZEROS } }), None),
        ("nothing", json!("unscoped"), None),
    ] {
        let answer = log_in(&server, &root(), Some(scope)).await;
        assert_eq!(answer.status, 201, "{case}: {}", answer.text());
        let about = &answer.json()["token"];
        assert_eq!(about["project"]["id"].as_str(), project, "{case}");
        assert_eq!(about["domain"]["id"].as_str(), project.is_none().then_some(ZEROS), "{case}");
    }
    for (case, scope) in [
        ("another account's project", json!({ "project": { "id": BANK } })),
        ("no project", json!({ "project": { "id": ZEROS } })),
        ("another account's by name", json!({ "project": { "name": "bank" } })),
        ("by its domain", json!({ "project": { "name": "bank", "domain": { "name": "111122223333" } } })),
        (
            "a project in another domain",
            json!({ "project": { "name": "eu-de", "domain": { "name": "111122223333" } } }),
        ),
        ("another domain", json!({ "domain": { "name": "111122223333" } })),
        ("no domain", json!({ "domain": {} })),
        ("the system", json!({ "system": { "all": true } })),
    ] {
        is_refused(&log_in(&server, &root(), Some(scope)).await, case, 401, "");
    }
}

#[tokio::test]
async fn what_is_no_log_in_is_refused() {
    let server = start(Setup::default()).await;
    for (case, body) in [
        ("nothing", ""),
        ("no JSON", "{"),
        ("a list", "[]"),
        ("no method", r#"{"auth":{"identity":{}}}"#),
        ("no user", r#"{"auth":{"identity":{"methods":["password"],"password":{}}}}"#),
        (
            "no domain",
            r#"{"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"test","password":"test"}}}}}"#,
        ),
    ] {
        is_refused(&post(&server, body).await, case, 400, "");
    }
    let long = format!(r#"{{"auth":"{}"}}"#, "a".repeat(40_000));
    assert!(post(&server, &long).await.status.is_client_error());
}

#[tokio::test]
async fn lists_are_for_whoever_proved_who_they_are() {
    let server = start(configured()).await;
    let lists =
        ["projects", "auth/projects", "domains", "auth/domains", "auth/catalog", "services", "endpoints"];
    for list in lists {
        let target = format!("/v3/{list}");
        is_refused(&get(&server, &target, &[]).await, list, 401, "");
        is_refused(&get(&server, &target, &[("x-auth-token", "AAAA")]).await, list, 401, "");
    }
    let token = logged_in(&server, &root(), None).await;
    let ask = async |target: &str| {
        let answer = get(&server, target, &[("x-auth-token", &token)]).await;
        answer.succeeded(target);
        answer.json()
    };
    for list in ["projects", "auth/projects", "projects?name=eu-de", &format!("projects?domain_id={ZEROS}")] {
        let found = ask(&format!("/v3/{list}")).await;
        let [project] = found["projects"].as_array().unwrap().as_slice() else { panic!("{list}: {found}") };
        assert_eq!(
            (&project["id"], &project["name"], &project["domain_id"]),
            (&json!(SHOP), &json!("eu-de"), &json!(ZEROS))
        );
    }
    for list in ["projects?name=bank", "projects?name=", "projects?domain_id=x"] {
        assert_eq!(ask(&format!("/v3/{list}")).await["projects"], json!([]), "{list}");
    }
    assert_eq!(ask("/v3/auth/domains?name=test").await["domains"][0]["id"], ZEROS);
    assert_eq!(ask("/v3/auth/domains?name=111122223333").await["domains"], json!([]));
    assert_eq!(ask("/v3/auth/catalog").await["catalog"][0]["endpoints"][0]["region"], "eu-de");
    assert_eq!(ask("/v3/services?type=kms").await["services"].as_array().unwrap().len(), 1);
    let endpoints = ask("/v3/endpoints?service_id=kms&interface=public").await;
    assert_eq!(endpoints["endpoints"][0]["url"], format!("http://{}/v1.0/{SHOP}", server.address));
    assert_eq!(ask("/v3/endpoints?interface=admin").await["endpoints"], json!([]));
    is_refused(
        &get(&server, "/v3/users", &[("x-auth-token", &token)]).await,
        "users",
        404,
        "nothing at this path",
    );
}

#[tokio::test]
async fn users_log_in_and_see_their_own_tokens_alone() {
    let server = start(Setup::default()).await;
    for name in ["ada", "bob"] {
        for form in [
            format!("Action=CreateUser&UserName={name}"),
            format!("Action=CreateLoginProfile&UserName={name}&Password=correct-Horse-7"),
        ] {
            server.call(&Call::query("iam", &form)).await.succeeded(&form);
        }
    }
    let ada = log_in(&server, &password("000000000000", "ada", "correct-Horse-7"), None).await;
    assert_eq!(ada.status, 201, "{}", ada.text());
    let id = ada.json()["token"]["user"]["id"].as_str().unwrap().to_owned();
    assert!(id.starts_with("AIDA"), "{id}");
    let by_id = json!({ "id": id, "password": "correct-Horse-7", "domain": { "id": ZEROS } });
    let by_id = json!({ "methods": ["password"], "password": { "user": by_id } });
    logged_in(&server, &by_id, None).await;

    let ada = ada.header("x-subject-token");
    let bob = logged_in(&server, &password("test", "bob", "correct-Horse-7"), None).await;
    let root = logged_in(&server, &root(), None).await;
    let describe = async |by: &str, of: &str| {
        get(&server, "/v3/auth/tokens", &[("x-auth-token", by), ("x-subject-token", of)]).await
    };
    describe(ada, ada).await.succeeded("her own");
    describe(&root, ada).await.succeeded("the root's");
    is_refused(&describe(&bob, ada).await, "another's", 404, "not yours");
    is_refused(&describe(ada, &root).await, "the root's, by a user", 404, "not yours");
    is_refused(&describe(ada, "AAAA").await, "none", 404, "not yours");

    let form = "Action=DeleteLoginProfile&UserName=ada";
    server.call(&Call::query("iam", form)).await.succeeded(form);
    is_refused(
        &get(&server, "/v3/projects", &[("x-auth-token", ada)]).await,
        "no password any more",
        401,
        "",
    );
}
