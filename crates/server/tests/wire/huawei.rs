//! The Huawei front as clients meet it: what is for it, in which order it judges, and how it says no.

use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri};
use http_body_util::Full;
use serde_json::{Value, json};
use server::{Hosts, Limits, Project, Projects};
use sigv4::sdk_hmac::Signer;

use crate::fixture::{Answer, Call, Client2, NOW, Running, Setup, start};

const SHOP: &str = "0d0466b0e7274d9cb35df84bb474a37f";
const BANK: &str = "1d0466b0e7274d9cb35df84bb474a37f";

/// A request that is signed as Huawei's SDKs sign.
#[derive(Clone)]
struct Signed<'a> {
    method: Method,
    path: &'a str,
    body: &'a str,
    key: &'a str,
    secret: &'a str,
    at: i64,
    more: &'a [(&'static str, &'a str)],
}

impl Default for Signed<'_> {
    fn default() -> Self {
        Self {
            method: Method::POST,
            path: "/v1.0/0d0466b0e7274d9cb35df84bb474a37f/kms/list-keys",
            body: "{}",
            key: "test",
            secret: "test",
            at: NOW,
            more: &[],
        }
    }
}

impl Signed<'_> {
    fn request(&self, server: &Running) -> Request<Full<bytes::Bytes>> {
        let uri: Uri = format!("http://{}{}", server.address, self.path).parse().unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("content-type", HeaderValue::from_static("application/json;charset=utf-8"));
        for (name, value) in self.more {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        }
        let signer = Signer { access_key_id: self.key, secret: self.secret.as_bytes(), session_token: None };
        signer.sign_headers(self.method.as_str(), &uri, &mut headers, self.body.as_bytes(), self.at).unwrap();
        let target = uri.path_and_query().unwrap().as_str();
        crate::fixture::request(self.method.clone(), target, headers, self.body)
    }

    async fn send(&self, server: &Running) -> Answer {
        server.send(self.request(server)).await
    }
}

/// A request that is not signed.
async fn plain(
    server: &Running,
    method: Method,
    path: &str,
    more: &[(&'static str, &str)],
    body: &str,
) -> Answer {
    let mut headers = HeaderMap::new();
    headers.insert("host", HeaderValue::from_str(&server.address.to_string()).unwrap());
    headers.insert("content-type", HeaderValue::from_static("application/json"));
    for (name, value) in more {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
    }
    server.send(crate::fixture::request(method, path, headers, body)).await
}

async fn token(server: &Running, project: &str) -> String {
    let user = json!({ "name": "test", "password": "test", "domain": { "name": "test" } });
    let identity = json!({ "methods": ["password"], "password": { "user": user } });
    let auth = json!({ "auth": { "identity": identity, "scope": { "project": { "id": project } } } });
    let answer = plain(server, Method::POST, "/v3/auth/tokens", &[], &auth.to_string()).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.header("x-subject-token").to_owned()
}

#[track_caller]
fn is_refused(answer: &Answer, case: &str, status: u16, code: &str, text: &str) {
    assert_eq!(answer.status, status, "{case}: {}", answer.text());
    let json = answer.json();
    let expected = ["error_code", "error_msg"];
    let members: Vec<_> = json["error"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, expected, "{case}");
    assert_eq!(json["error"]["error_code"], code, "{case}: {json}");
    let message = json["error"]["error_msg"].as_str().unwrap();
    assert!(message.contains(text), "{case}: {message}");
    assert_eq!(answer.header("x-request-id").len(), 36, "{case}");
    assert_eq!(answer.header("content-type"), "application/json", "{case}");
    assert!(answer.header("cache-control").contains("no-store"), "{case}");
}

fn configured() -> Setup {
    let shop = Project::new(SHOP, "000000000000", "eu-de", None).unwrap();
    let bank = Project::new(BANK, "111122223333", "eu-nl", Some("bank")).unwrap();
    Setup { projects: Some(Projects::new(vec![shop, bank]).unwrap()), ..Setup::default() }
}

#[tokio::test]
async fn anybody_may_ask_which_versions_there_are() {
    let server = start(Setup::default()).await;
    let version = json!({
        "id": "v1.0",
        "links": [{ "href": format!("http://{}/v1.0/", server.address), "rel": "self" }],
        "min_version": "",
        "status": "CURRENT",
        "updated": "2018-09-05T08:18:05Z",
        "version": "",
    });
    for (path, expected) in [
        ("/", json!({ "versions": [version] })),
        ("/v1.0", json!({ "version": version })),
        ("/v1.0/", json!({ "version": version })),
    ] {
        let unsigned = plain(&server, Method::GET, path, &[], "").await;
        unsigned.succeeded(path);
        assert_eq!(unsigned.json(), expected, "{path}");
        assert_eq!(unsigned.header("x-request-id").len(), 36, "{path}");
        // The SDK signs this too.
        let signed = Signed { method: Method::GET, path, body: "", ..Signed::default() }.send(&server).await;
        assert_eq!(signed.json(), expected, "{path}, signed");
    }
    is_refused(
        &plain(&server, Method::GET, "/v2", &[], "").await,
        "no such version",
        400,
        "KMS.0201",
        "Invalid request URL.",
    );
    is_refused(&plain(&server, Method::PUT, "/v1.0", &[], "{}").await, "no such method", 405, "KMS.0215", "");
}

#[tokio::test]
async fn each_front_has_its_own_requests() {
    let server = start(Setup::default()).await;
    server.call(&Call::default()).await.succeeded("AWS's");
    Signed::default().send(&server).await.succeeded("Huawei's");
    // A signature of the one dialect is none of the other.
    for (path, status, code) in
        [("/", 405, "KMS.0215"), ("/kms", 400, "KMS.0201"), ("/v1.0/x/kms/%FF", 403, "KMS.0321")]
    {
        let elsewhere = Signed { path, ..Signed::default() }.send(&server).await;
        is_refused(&elsewhere, path, status, code, "");
    }
    let mut request = Call::default().signed(server.address);
    *request.uri_mut() = format!("/v1.0/{SHOP}/kms/list-keys").parse().unwrap();
    is_refused(
        &server.send(request).await,
        "AWS's signature",
        401,
        "APIGW.0301",
        "Incorrect IAM authentication information:",
    );
    // Neither front takes the other's paths.
    let unknown = plain(&server, Method::POST, "/v1/x", &[], "{}").await;
    unknown.is_refused("no one's path", 404, "UnknownOperationException", "");
}

#[tokio::test]
async fn who_has_no_proof_is_refused() {
    let server = start(Setup::default()).await;
    let good = token(&server, SHOP).await;
    let path = Signed::default().path;
    let with = |name: &'static str, value: &'static str| [(name, value)];
    for (case, headers, status, code) in [
        ("nothing", vec![], 403, "KMS.0301"),
        ("an empty token", with("x-auth-token", "").to_vec(), 403, "KMS.0302"),
        ("no token of ours", with("x-auth-token", "MIIabc").to_vec(), 403, "KMS.0302"),
        ("no signature", with("authorization", "SDK-HMAC-SHA256").to_vec(), 401, "APIGW.0301"),
        ("another algorithm", with("authorization", "SDK-HMAC-SM3 Access=test").to_vec(), 401, "APIGW.0301"),
        ("a basic one", with("authorization", "Basic dGVzdDp0ZXN0").to_vec(), 401, "APIGW.0301"),
    ] {
        is_refused(&plain(&server, Method::POST, path, &headers, "{}").await, case, status, code, "");
    }
    let both = Signed { more: &[("x-auth-token", &good)], ..Signed::default() };
    is_refused(&both.send(&server).await, "two proofs", 403, "KMS.0302", "not both");
    for (case, request) in [
        ("an unknown access key", Signed { key: "nobody", ..Signed::default() }),
        ("a wrong secret", Signed { secret: "wrong", ..Signed::default() }),
        ("too old", Signed { at: NOW - 901, ..Signed::default() }),
        ("from the future", Signed { at: NOW + 901, ..Signed::default() }),
    ] {
        let text = "Incorrect IAM authentication information: ";
        is_refused(&request.send(&server).await, case, 401, "APIGW.0301", text);
    }
    let mut changed = Signed::default().request(&server);
    *changed.body_mut() = Full::new(bytes::Bytes::from_static(b"{ }"));
    is_refused(&server.send(changed).await, "a changed body", 401, "APIGW.0301", "");
    plain(&server, Method::POST, path, &[("x-auth-token", &good)], "{}").await.succeeded("a token");
    server.clock.set(api::Timestamp::from_seconds(NOW + 24 * 60 * 60));
    let late = plain(&server, Method::POST, path, &[("x-auth-token", &good)], "{}").await;
    is_refused(&late, "a token that is over", 403, "KMS.0303", "");
}

#[tokio::test]
async fn a_project_is_for_its_own() {
    let server = start(configured()).await;
    let list = |project: &str| format!("/v1.0/{project}/kms/list-keys");
    let (shop, bank, none) = (list(SHOP), list(BANK), list(&"f".repeat(32)));
    Signed { path: &shop, ..Signed::default() }.send(&server).await.succeeded("its own");
    let bankers = Signed { path: &bank, key: "111122223333", ..Signed::default() };
    bankers.send(&server).await.succeeded("another's own");
    for (case, request) in [
        ("another's", Signed { path: &bank, ..Signed::default() }),
        ("nobody's", Signed { path: &none, ..Signed::default() }),
        ("no project", Signed { path: "/v1.0/x/kms/list-keys", ..Signed::default() }),
        ("signed for another", Signed { path: &shop, more: &[("x-project-id", BANK)], ..Signed::default() }),
    ] {
        is_refused(&request.send(&server).await, case, 403, "KMS.0321", "");
    }
    let named = Signed { path: &shop, more: &[("x-project-id", SHOP)], ..Signed::default() };
    named.send(&server).await.succeeded("signed for it");
    let token = token(&server, SHOP).await;
    plain(&server, Method::POST, &shop, &[("x-auth-token", &token)], "{}").await.succeeded("a token for it");
    let other = plain(&server, Method::POST, &bank, &[("x-auth-token", &token)], "{}").await;
    is_refused(&other, "a token for another", 403, "KMS.0321", "");
}

#[tokio::test]
async fn what_is_no_request_is_told_to_whoever_has_proved_who_they_are() {
    let server = start(Setup::default()).await;
    let at = |rest: &str| format!("/v1.0/{SHOP}/{rest}");
    let (nothing, elsewhere, tags) = (at("kms/no-such"), at("keystores"), at("kms/x/tags/action"));
    let (keys, deep) = (at("kms/list-keys"), at("kms/a/b/c/d/e/f/g/h/i/j/k/l"));
    let long = "x".repeat(2 * 1024 * 1024);
    for (case, request, status, code) in [
        ("no endpoint", Signed { path: &nothing, ..Signed::default() }, 400, "KMS.0201"),
        ("another service's", Signed { path: &elsewhere, ..Signed::default() }, 400, "KMS.0201"),
        ("a deep path", Signed { path: &deep, ..Signed::default() }, 400, "KMS.0201"),
        (
            "no such method",
            Signed { method: Method::GET, path: &keys, body: "", ..Signed::default() },
            405,
            "KMS.0215",
        ),
        ("no JSON", Signed { body: "{", ..Signed::default() }, 400, "KMS.0202"),
        ("no object", Signed { body: "[]", ..Signed::default() }, 400, "KMS.0202"),
        ("too long", Signed { body: &long, ..Signed::default() }, 400, "KMS.0203"),
        ("no serial number", Signed { body: r#"{"sequence":"1"}"#, ..Signed::default() }, 400, "KMS.0206"),
        ("no key id", Signed { path: &tags, ..Signed::default() }, 400, "KMS.0205"),
    ] {
        is_refused(&request.send(&server).await, case, status, code, "");
    }
    // Whoever has not, learns only that.
    is_refused(&plain(&server, Method::POST, &nothing, &[], "{}").await, "a stranger", 403, "KMS.0301", "");
}

#[tokio::test]
async fn pages_and_foreign_names_are_refused_before_all_else() {
    let server = start(Setup { hosts: Hosts::ThisMachineAnd(Vec::new()), ..Setup::default() }).await;
    let of_a_page = Signed { more: &[("origin", "https://evil.example")], ..Signed::default() };
    is_refused(&of_a_page.send(&server).await, "a page", 403, "KMS.0307", "Web pages");
    let rebound = Signed { more: &[("host", "evil.example")], ..Signed::default() };
    is_refused(&rebound.send(&server).await, "another name", 403, "KMS.0307", "--allow-host");
    let page =
        plain(&server, Method::POST, "/v3/auth/tokens", &[("sec-fetch-site", "cross-site")], "{}").await;
    assert_eq!((page.status.as_u16(), &page.json()["error"]["code"]), (403, &json!(403)));
}

#[tokio::test]
async fn strangers_who_log_in_have_little_room() {
    let server = start(Setup { limits: Limits::default(), ..Setup::default() }).await;
    let long = format!("{{\"auth\":\"{}\"}}", "x".repeat(64 * 1024));
    let answer = plain(&server, Method::POST, "/v3/auth/tokens", &[], &long).await;
    assert_eq!(answer.status, 400, "{}", answer.text());
    assert_eq!(answer.json()["error"]["code"], 400);
    let full =
        start(Setup { limits: Limits { strangers_bodies: 10, ..Limits::default() }, ..Setup::default() })
            .await;
    let answer = plain(&full, Method::POST, "/v3/auth/tokens", &[], "{}").await;
    assert_eq!(answer.status, 503, "{}", answer.text());
    Signed::default().send(&full).await.succeeded("those who sign have room of their own");
}

#[tokio::test]
async fn requests_come_over_http_2_too() {
    let server = start(Setup::default()).await;
    let client = Client2::new(server.connect().await).await;
    let mut request = Signed::default().request(&server);
    *request.uri_mut() = format!("http://{}{}", server.address, Signed::default().path).parse().unwrap();
    request.headers_mut().remove("host");
    let mut sender = client.sender.clone();
    let response = crate::fixture::patiently(sender.send_request(request)).await.unwrap();
    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn a_key_is_made_described_and_deleted() {
    let server = start(configured()).await;
    let at = |rest: &str| format!("/v1.0/{SHOP}/kms/{rest}");
    let call = async |rest: &str, body: Value| {
        let answer =
            Signed { path: &at(rest), body: &body.to_string(), ..Signed::default() }.send(&server).await;
        answer.succeeded(rest);
        answer.json()
    };
    let made = call("create-key", json!({ "key_alias": "first", "key_description": "mine" })).await;
    let id = made["key_info"]["key_id"].as_str().unwrap().to_owned();
    let domain = "0".repeat(32);
    assert_eq!(made, json!({ "key_info": { "key_id": id, "domain_id": domain, "region_id": "eu-de" } }));
    let described = call("describe-key", json!({ "key_id": id })).await;
    let details = &described["key_info"];
    for (member, expected) in [
        ("key_alias", "first"),
        ("key_description", "mine"),
        ("key_state", "2"),
        ("key_spec", "AES_256"),
        ("key_usage", "ENCRYPT_DECRYPT"),
        ("origin", "kms"),
        ("realm", "eu-de"),
        ("default_key_flag", "0"),
        ("key_type", "1"),
        ("scheduled_deletion_date", ""),
        ("expiration_time", ""),
        ("creation_date", &format!("{NOW}000")),
    ] {
        assert_eq!(details[member], expected, "{member}");
    }
    let again = Signed { path: &at("create-key"), body: r#"{"key_alias":"first"}"#, ..Signed::default() };
    is_refused(&again.send(&server).await, "the same alias", 400, "KMS.1104", "Duplicate key aliases.");
    let deleted = call("schedule-key-deletion", json!({ "key_id": id, "pending_days": "1096" })).await;
    assert_eq!(deleted, json!({ "key_id": id, "key_state": "4" }));
    // The same key by the other API.
    let body = json!({ "KeyId": "alias/first" }).to_string();
    let aws = Call { target: "TrentService.DescribeKey", body: &body, region: "eu-de", ..Call::default() };
    let aws = server.call(&aws).await.json();
    assert_eq!(aws["KeyMetadata"]["KeyState"], "PendingDeletion");
    assert_eq!(aws["KeyMetadata"]["DeletionDate"], NOW + 1096 * 24 * 60 * 60);
}
