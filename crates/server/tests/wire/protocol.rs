//! The form of requests and answers.

use http::{HeaderMap, Method};
use serde_json::json;
use server::Hosts;

use crate::fixture::{Call, Client2, Setup, request, start};

#[tokio::test]
async fn answers_have_the_form_clients_expect() {
    let server = start(Setup::default()).await;
    let created = server.call(&Call { target: "TrentService.CreateKey", ..Call::default() }).await;
    created.succeeded("CreateKey");
    assert_eq!(created.header("content-type"), "application/x-amz-json-1.1");
    assert_eq!(created.header("cache-control"), "no-cache, no-store");
    let key = created.json()["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned();

    let body = json!({ "KeyId": key }).to_string();
    let disabled =
        server.call(&Call { target: "TrentService.DisableKey", body: &body, ..Call::default() }).await;
    disabled.succeeded("DisableKey");
    assert!(disabled.body.is_empty());
    assert_eq!(disabled.header("content-length"), "0");

    let ids: Vec<_> = [&created, &disabled].map(|answer| answer.header("x-amzn-requestid").to_owned()).into();
    assert!(ids.iter().all(|id| id.len() == 36 && id.split('-').count() == 5), "{ids:?}");
    assert_ne!(ids[0], ids[1]);
}

#[tokio::test]
async fn an_error_without_text_has_no_message() {
    let server = start(Setup::default()).await;
    let answer = server.call(&Call { target: "TrentService.NoSuchThing", ..Call::default() }).await;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.body, r#"{"__type":"UnknownOperationException"}"#);
    assert_eq!(answer.header("content-type"), "application/x-amz-json-1.1");
}

#[tokio::test]
async fn requests_that_are_not_understood() {
    let server = start(Setup::default()).await;
    let serialization = "SerializationException";
    for (case, target, body, code, text) in [
        ("not JSON", "ListKeys", "{", serialization, "not JSON"),
        ("no object", "ListKeys", "[]", serialization, "JSON object"),
        ("not UTF-8 in JSON's terms", "ListKeys", "{\"Marker\":\"\\ud800\"}", serialization, ""),
        ("wrong type", "ListKeys", r#"{"Limit":"five"}"#, serialization, "'limit' must be an integer"),
        ("constraint", "ListKeys", r#"{"Limit":0}"#, "ValidationException", "1 validation error detected"),
        ("missing member", "DescribeKey", "{}", "ValidationException", "keyId"),
        (
            "no such key",
            "DescribeKey",
            r#"{"KeyId":"1234abcd-12ab-34cd-56ef-1234567890ab"}"#,
            "NotFoundException",
            "does not exist",
        ),
        ("no such operation", "ListThings", "{}", "UnknownOperationException", ""),
    ] {
        let target = format!("TrentService.{target}");
        let answer = server.call(&Call { target: &target, body, ..Call::default() }).await;
        answer.is_refused(case, 400, code, text);
    }
    let deep = "[".repeat(100_000);
    let answer = server.call(&Call { body: &deep, ..Call::default() }).await;
    answer.is_refused("deeper than any parser should follow", 400, serialization, "not JSON");
    for target in ["", "ListKeys", "Trent.ListKeys"] {
        let answer = server.call(&Call { target, ..Call::default() }).await;
        answer.is_refused(target, 400, "UnknownOperationException", "");
    }
    for content_type in ["", "text/plain", "application/x-www-form-urlencoded"] {
        let answer = server.call(&Call { content_type, ..Call::default() }).await;
        answer.is_refused(content_type, 400, serialization, "Content-Type must be");
    }
    server.call(&Call { body: "", ..Call::default() }).await.succeeded("an empty body is an empty object");
    let charset = Call { content_type: "application/json; charset=UTF-8", ..Call::default() };
    server.call(&charset).await.succeeded("a charset is tolerated");
}

#[tokio::test]
async fn other_paths_and_methods_are_told_where_the_api_is() {
    let server = start(Setup::default()).await;
    for (method, path, status) in [
        (Method::GET, "/?Version=1", 405),
        (Method::PUT, "/", 405),
        (Method::DELETE, "/?Action=ListKeys", 405),
        (Method::POST, "/kms", 404),
        (Method::GET, "/favicon.ico", 404),
    ] {
        let mut headers = HeaderMap::new();
        headers.insert("host", server.address.to_string().parse().unwrap());
        let answer = server.send(request(method.clone(), path, headers, "")).await;
        answer.is_refused(path, status, "UnknownOperationException", "AWS KMS API");
        assert_eq!(answer.header("allow"), if status == 405 { "POST" } else { "" }, "{method} {path}");
    }
}

#[tokio::test]
async fn a_stranger_learns_only_that_they_must_sign() {
    let server = start(Setup::default()).await;
    for target in ["TrentService.ListKeys", "TrentService.NoSuchThing"] {
        let mut request = Call { target, body: "not JSON", ..Call::default() }.signed(server.address);
        request.headers_mut().remove("authorization");
        let answer = server.send(request).await;
        answer.is_refused(target, 400, "MissingAuthenticationTokenException", "");
    }
}

#[tokio::test]
async fn web_pages_are_refused_everywhere() {
    let server = start(Setup::default()).await;
    for (name, value) in
        [("origin", "http://localhost:3000"), ("origin", "null"), ("sec-fetch-site", "same-origin")]
    {
        let mut request = Call::default().signed(server.address);
        request.headers_mut().insert(name, value.parse().unwrap());
        let answer = server.send(request).await;
        answer.is_refused(name, 400, "AccessDeniedException", "Web pages cannot use this API");
    }
}

#[tokio::test]
async fn a_server_of_this_machine_is_called_by_its_names() {
    let here =
        start(Setup { hosts: Hosts::ThisMachineAnd(vec!["trent".to_owned()]), ..Setup::default() }).await;
    let anywhere = start(Setup::default()).await;
    // Truly signed: the page of a name that was made to mean this machine can do that, where the secrets are known.
    let named = |host: &str| {
        let call = Call::default();
        let (uri, mut headers) = (format!("http://{host}/").parse().unwrap(), call.headers());
        call.signer().sign_headers("POST", &uri, &mut headers, call.body.as_bytes(), call.at).unwrap();
        headers.insert("host", host.parse().unwrap());
        (uri, request(Method::POST, "/", headers, call.body))
    };
    for host in ["localhost:4599", "kms.localhost", "127.0.0.1", "[::1]:4599", "trent:4599"] {
        here.send(named(host).1).await.succeeded(host);
    }
    for host in ["evil.example", "evil.example:4599", "localhost.evil.example", "192.0.2.1"] {
        let answer = here.send(named(host).1).await;
        answer.is_refused(host, 400, "AccessDeniedException", "trent dev --allow-host <name>");
        anywhere.send(named(host).1).await.succeeded(host);
    }
    let client = Client2::new(here.connect().await).await;
    for (host, status) in [("evil.example", 400), ("localhost:4599", 200)] {
        let (uri, mut request) = named(host);
        *request.uri_mut() = uri;
        request.headers_mut().remove("host");
        let answer = client.sender.clone().send_request(request).await.unwrap();
        assert_eq!(answer.status(), status, "{host}");
    }
}

#[tokio::test]
async fn http2_without_and_with_errors_on_one_connection() {
    let server = start(Setup::default()).await;
    let client = Client2::new(server.connect().await).await;
    let calls = [
        Call::default(),
        Call { secret: "wrong", ..Call::default() },
        Call { target: "TrentService.NoSuchThing", ..Call::default() },
        Call { body: "{", ..Call::default() },
        Call { target: "TrentService.GenerateRandom", body: r#"{"NumberOfBytes":32}"#, ..Call::default() },
    ];
    let mut statuses = Vec::new();
    for call in &calls {
        statuses.push(client.call(call, "http", server.address).await.status.as_u16());
    }
    assert_eq!(statuses, [200, 400, 400, 400, 200]);
}

#[tokio::test]
async fn http2_streams_run_beside_each_other() {
    let server = start(Setup::default()).await;
    let client = std::sync::Arc::new(Client2::new(server.connect().await).await);
    // From then on it knows how many streams it may open at once.
    client.call(&Call::default(), "http", server.address).await.succeeded("first");
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..200 {
        let (client, address) = (std::sync::Arc::clone(&client), server.address);
        calls.spawn(async move {
            let call = Call {
                target: "TrentService.GenerateRandom",
                body: r#"{"NumberOfBytes":32}"#,
                ..Call::default()
            };
            client.call(&call, "http", address).await
        });
    }
    let answers = calls.join_all().await;
    let mut random: Vec<_> = answers.iter().map(|answer| answer.json()["Plaintext"].to_string()).collect();
    random.sort();
    random.dedup();
    assert_eq!(random.len(), 200, "each answer is its own");
}

#[tokio::test]
async fn the_authority_of_http2_must_be_the_one_signed() {
    let server = start(Setup::default()).await;
    let client = Client2::new(server.connect().await).await;
    let mut elsewhere = Call::default().signed(server.address);
    *elsewhere.uri_mut() = "http://kms.us-east-1.amazonaws.com/".parse().unwrap();
    elsewhere.headers_mut().remove("host");
    let answer = client.sender.clone().send_request(elsewhere).await.unwrap();
    assert_eq!(answer.status(), 400);
}
