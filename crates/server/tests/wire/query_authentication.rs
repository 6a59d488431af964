//! IAM and STS: every way of not being the caller one claims to be, in the codes of these services.

use http::{HeaderMap, HeaderValue, Method, Uri};

use crate::fixture::{Answer, Call, NOW, Running, Setup, request, start};

const WHO: &str = "Action=GetCallerIdentity";
const MISMATCH: &str = "SignatureDoesNotMatch";

#[tokio::test]
async fn each_failure_has_its_code() {
    let server = start(Setup { regions: vec!["eu-west-1".to_owned()], ..Setup::default() }).await;
    for service in ["iam", "sts"] {
        let call = Call::query(service, "Action=ListUsers");
        for (case, call, status, code, text) in [
            (
                "wrong secret",
                Call { secret: "wrong", ..call.clone() },
                403,
                MISMATCH,
                "does not match the signature",
            ),
            (
                "unknown key",
                Call { key: "AKIAIOSFODNN7EXAMPLE", ..call.clone() },
                403,
                "InvalidClientTokenId",
                "token included in the request is invalid",
            ),
            (
                "no such token",
                Call { token: Some("Fwo"), ..call.clone() },
                403,
                "InvalidClientTokenId",
                "is invalid",
            ),
            ("too old", Call { at: NOW - 301, ..call.clone() }, 403, MISMATCH, "Signature expired"),
            ("too early", Call { at: NOW + 301, ..call.clone() }, 403, MISMATCH, "not yet current"),
            ("another Region", Call { region: "eu-west-2", ..call.clone() }, 403, MISMATCH, "valid region"),
        ] {
            server.call(&call).await.is_refused_in_xml(case, status, code, text);
        }
        for (case, header, status, code) in [
            ("no signature", None, 403, "MissingAuthenticationToken"),
            ("half of one", Some("AWS4-HMAC-SHA256 Credential=test"), 400, "IncompleteSignature"),
            ("another kind", Some("Bearer abc"), 400, "IncompleteSignature"),
        ] {
            let mut request = call.signed(server.address);
            request.headers_mut().remove("authorization");
            if let Some(header) = header {
                request.headers_mut().insert("authorization", HeaderValue::from_static(header));
            }
            server.send(request).await.is_refused_in_xml(case, status, code, "");
        }
        let tampered = call.signed(server.address).map(|_| "Action=DeleteUser&UserName=a".to_owned().into());
        server.send(tampered).await.is_refused_in_xml("another body", 403, MISMATCH, "");
    }
}

#[tokio::test]
async fn regions_of_services_that_have_none() {
    let only = start(Setup { regions: vec!["eu-west-1".to_owned()], ..Setup::default() }).await;
    for region in ["eu-west-1", "us-east-1"] {
        for service in ["sts", "iam"] {
            let form = if service == "sts" { WHO } else { "Action=ListUsers" };
            only.call(&Call { region, ..Call::query(service, form) }).await.succeeded(region);
        }
    }
    let kms = only.call(&Call { region: "us-east-1", ..Call::default() }).await;
    kms.is_refused("KMS has its Regions", 400, "InvalidSignatureException", "valid region");
}

#[tokio::test]
async fn sessions() {
    let server = start(Setup::default()).await;
    let session = server.identities.issue_session("test", 900, NOW).await.unwrap();
    let secret = String::from_utf8(session.secret.expose().to_vec()).unwrap();
    let (key, token) = (session.access_key_id.as_str(), Some(session.session_token.as_str()));
    let call = Call { key, secret: &secret, token, ..Call::query("sts", WHO) };
    server.call(&call).await.succeeded("its own token");
    let none = Call { token: None, ..call.clone() };
    server.call(&none).await.is_refused_in_xml("no token", 403, "InvalidClientTokenId", "is invalid");
    server.clock.advance(900);
    let late = Call { at: NOW + 900, ..call };
    server.call(&late).await.is_refused_in_xml("expired", 403, "ExpiredToken", "is expired");
}

/// What an authenticator of Kubernetes gets from a client and presents: a URL, and a header that names the cluster.
async fn presented(server: &Running, secret: &str, expires: u32, cluster: &str) -> Answer {
    let uri: Uri =
        format!("http://{}/?Action=GetCallerIdentity&Version=2011-06-15", server.address).parse().unwrap();
    let mut headers = HeaderMap::new();
    headers.insert("x-k8s-aws-id", HeaderValue::from_static("blue"));
    let call = Call { secret, service: "sts", ..Call::default() };
    let signed = call.signer().presign("GET", &uri, &headers, b"", expires, NOW).unwrap();
    headers.insert("x-k8s-aws-id", HeaderValue::from_str(cluster).unwrap());
    headers.insert("host", HeaderValue::from_str(&server.address.to_string()).unwrap());
    headers.insert("accept", HeaderValue::from_static("application/json"));
    server.send(request(Method::GET, signed.path_and_query().unwrap().as_str(), headers, "")).await
}

#[tokio::test]
async fn who_someone_is_can_be_shown_to_others() {
    let server = start(Setup::default()).await;
    let shown = presented(&server, "test", 60, "blue").await;
    shown.succeeded("a signed URL");
    let result = &shown.json()["GetCallerIdentityResponse"]["GetCallerIdentityResult"];
    assert_eq!(result["Account"], "000000000000");
    for (case, answer) in [
        ("wrong secret", presented(&server, "wrong", 60, "blue").await),
        ("another cluster", presented(&server, "test", 60, "red").await),
    ] {
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["Error"]["Code"]),
            (403, &MISMATCH.into()),
            "{case}"
        );
    }
    server.clock.advance(61);
    assert_eq!(presented(&server, "test", 60, "blue").await.json()["Error"]["Code"], MISMATCH);
}

#[tokio::test]
async fn one_user_agent() {
    let server = start(Setup::default()).await;
    for (agents, refusal) in [
        (vec!["a"], None),
        (vec!["a", "b"], Some("'user-agent' must be given only once")),
        (vec!["a", "a"], Some("only once")),
    ] {
        let mut request = Call::query("sts", WHO).signed(server.address);
        for agent in &agents {
            request.headers_mut().append("user-agent", HeaderValue::from_static(agent));
        }
        let answer = server.send(request).await;
        match refusal {
            None => answer.succeeded("one"),
            Some(text) => answer.is_refused_in_xml("two", 400, "IncompleteSignature", text),
        }
    }
}
