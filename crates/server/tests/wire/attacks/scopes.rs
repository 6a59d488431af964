//! A signature for one service, Region or form, used for another.

use http::Method;

use crate::fixture::{Answer, Call, Running, Setup, request, start};

use super::credentials::{FORM, done};

const CREATE: &str = "Action=CreateUser&UserName=smuggled&Version=2010-05-08";
const LIST: &str = "Action=ListUsers&Version=2010-05-08";
const IDENTITY: &str = "Action=GetCallerIdentity&Version=2011-06-15";
const SERVICES: [&str; 3] = ["kms", "iam", "sts"];

/// What each service is asked, in its own form: body, content type, target.
fn asked(service: &str) -> (&'static str, &'static str, &'static str) {
    match service {
        "iam" => (CREATE, FORM, ""),
        "sts" => (IDENTITY, FORM, ""),
        _ => ("{}", "application/x-amz-json-1.1", "TrentService.CreateKey"),
    }
}

fn form<'a>(service: &'a str, body: &'a str) -> Call<'a> {
    Call { target: "", content_type: FORM, service, body, ..Call::default() }
}

async fn nothing_was_done(server: &Running) {
    let keys = server.call(&Call::default()).await;
    assert_eq!(keys.json()["Keys"], serde_json::json!([]), "no key was made");
    assert!(!done(server, "iam", "Action=ListUsers").await.text().contains("smuggled"), "no user was made");
}

#[tokio::test]
async fn what_is_signed_for_one_service_is_done_by_no_other() {
    let server = start(Setup::default()).await;
    for meant in SERVICES {
        for scoped in SERVICES.into_iter().filter(|scoped| *scoped != meant) {
            let (body, content_type, target) = asked(meant);
            let call = Call { target, content_type, body, service: scoped, ..Call::default() };
            let answer = server.call(&call).await;
            assert!(answer.status.is_client_error(), "{meant} as {scoped}: {}", answer.text());
            // In transit, the scope is part of what is signed.
            let honest = Call { service: meant, ..call };
            let mut moved = honest.signed(server.address);
            let authorization = moved.headers()["authorization"].to_str().unwrap();
            let authorization = authorization.replace(&format!("/{meant}/"), &format!("/{scoped}/"));
            moved.headers_mut().insert("authorization", authorization.parse().unwrap());
            let answer = server.send(moved).await;
            assert!(answer.status.is_client_error(), "{meant} moved to {scoped}: {}", answer.text());
            assert!(answer.text().contains("Signature"), "{meant} moved to {scoped}: {}", answer.text());
        }
    }
    for other in ["s3", "KMS", "iam.amazonaws.com", "", "kms/iam", "*"] {
        for meant in SERVICES {
            let (body, content_type, target) = asked(meant);
            let call = Call { target, content_type, body, service: other, ..Call::default() };
            let answer = server.call(&call).await;
            assert!(answer.status.is_client_error(), "{meant} as {other}: {}", answer.text());
        }
    }
    nothing_was_done(&server).await;
}

/// Two requests in one: whichever front reads it, it must not be told by the other's half.
#[tokio::test]
async fn a_request_in_two_forms_is_one_or_none() {
    let server = start(Setup::default()).await;
    let target = "TrentService.CreateKey";
    for (case, call) in [
        (
            "a form for KMS, with a target",
            Call { content_type: FORM, body: CREATE, target, ..Call::default() },
        ),
        ("JSON for IAM, with a target", Call { service: "iam", target, ..Call::default() }),
        ("JSON for STS, with a target", Call { service: "sts", target, ..Call::default() }),
        (
            "a form for IAM, said to be JSON",
            Call { service: "iam", target: "", body: CREATE, ..Call::default() },
        ),
        ("a form for IAM, said to be nothing", Call { content_type: "", ..form("iam", CREATE) }),
        ("a form for IAM, said to be text", Call { content_type: "text/plain", ..form("iam", CREATE) }),
        (
            "a form for IAM in parts",
            Call { content_type: "multipart/form-data; boundary=a", ..form("iam", CREATE) },
        ),
        ("an action of IAM for STS", form("sts", CREATE)),
        ("an action of STS for IAM", form("iam", IDENTITY)),
        ("an operation of KMS for IAM", form("iam", "Action=CreateKey&Version=2010-05-08")),
    ] {
        let answer = server.call(&call).await;
        assert!(answer.status.is_client_error(), "{case}: {}", answer.text());
    }
    nothing_was_done(&server).await;
}

async fn in_query(server: &Running, method: Method, service: &str, query: &str, body: &str) -> Answer {
    let content_type = if body.is_empty() { "" } else { FORM };
    let call = Call { content_type, ..form(service, body) };
    let uri = format!("http://{}/?{query}", server.address).parse().unwrap();
    let signed =
        call.signer().presign(method.as_str(), &uri, &call.headers(), body.as_bytes(), 60, call.at).unwrap();
    let mut headers = call.headers();
    headers.insert("host", server.address.to_string().parse().unwrap());
    server.send(request(method, signed.path_and_query().unwrap().as_str(), headers, body)).await
}

/// The canonical query is sorted, so a signature does not say which of two parameters of one name came first.
#[tokio::test]
async fn a_query_says_each_thing_once_and_in_one_place() {
    let server = start(Setup::default()).await;
    in_query(&server, Method::GET, "sts", IDENTITY, "").await.succeeded("a URL that tells who made it");
    for (case, method, service, query, body) in [
        ("two actions", Method::GET, "iam", format!("{LIST}&Action=CreateUser&UserName=smuggled"), ""),
        (
            "two actions, the other way",
            Method::GET,
            "iam",
            format!("Action=CreateUser&UserName=smuggled&{LIST}"),
            "",
        ),
        ("one in the query, one in the body", Method::POST, "iam", LIST.to_owned(), CREATE),
        ("one in the body, one in the query", Method::POST, "iam", CREATE.to_owned(), LIST),
        ("an action of the other", Method::GET, "sts", CREATE.to_owned(), ""),
        ("twice", Method::GET, "iam", format!("{CREATE}&UserName=smuggled"), ""),
    ] {
        let answer = in_query(&server, method, service, &query, body).await;
        let nothing_smuggled = answer.status.is_client_error() || !answer.text().contains("smuggled");
        assert!(nothing_smuggled, "{case}: {}", answer.text());
    }
    nothing_was_done(&server).await;
    // What was signed for reading is not good for another method or another action.
    let call = Call { content_type: "", ..form("sts", "") };
    let uri = format!("http://{}/?{IDENTITY}", server.address).parse().unwrap();
    let signed = call.signer().presign("GET", &uri, &call.headers(), b"", 60, call.at).unwrap();
    let path = signed.path_and_query().unwrap().as_str().to_owned();
    let mut headers = call.headers();
    headers.insert("host", server.address.to_string().parse().unwrap());
    for (case, method, path) in [
        ("another method", Method::POST, path.clone()),
        ("another action", Method::GET, path.replace("GetCallerIdentity", "GetSessionToken")),
        ("another parameter", Method::GET, format!("{path}&DurationSeconds=900")),
        ("a longer life", Method::GET, path.replace("X-Amz-Expires=60", "X-Amz-Expires=600000")),
    ] {
        let answer = server.send(request(method, &path, headers.clone(), "")).await;
        answer.is_refused_in_xml(case, 403, "SignatureDoesNotMatch", "");
    }
    server.clock.advance(61);
    let late = server.send(request(Method::GET, &path, headers, "")).await;
    late.is_refused_in_xml("too late", 403, "SignatureDoesNotMatch", "");
}

#[tokio::test]
async fn a_signature_is_for_its_region() {
    let regions = vec!["eu-central-1".to_owned(), "eu-west-1".to_owned()];
    let server = start(Setup { regions, ..Setup::default() }).await;
    let key = Call { target: "TrentService.CreateKey", region: "eu-west-1", ..Call::default() };
    let arn = server.call(&key).await.json()["KeyMetadata"]["Arn"].as_str().unwrap().to_owned();
    let body = format!(r#"{{"KeyId":"{arn}"}}"#);
    let describe = Call { target: "TrentService.DescribeKey", body: &body, ..key.clone() };
    server.call(&describe).await.succeeded("in its Region");
    let other = server.call(&Call { region: "eu-central-1", ..describe.clone() }).await;
    assert!(other.status.is_client_error(), "by another Region's signature: {}", other.text());
    let mut moved = describe.signed(server.address);
    let authorization =
        moved.headers()["authorization"].to_str().unwrap().replace("eu-west-1", "eu-central-1");
    moved.headers_mut().insert("authorization", authorization.parse().unwrap());
    server.send(moved).await.is_refused(
        "moved in transit",
        400,
        "InvalidSignatureException",
        "does not match",
    );
    for region in ["us-east-1", "eu-west-2", "EU-WEST-1", "eu-west-1 ", "*"] {
        let answer = server.call(&Call { region, ..describe.clone() }).await;
        answer.is_refused(region, 400, "InvalidSignatureException", "valid region");
    }
    // IAM is signed for the Region that clients have for it, whether or not there are keys.
    server.call(&form("iam", LIST)).await.succeeded("IAM in us-east-1");
    let elsewhere = server.call(&Call { region: "us-west-2", ..form("iam", LIST) }).await;
    assert!(elsewhere.status.is_client_error(), "IAM elsewhere: {}", elsewhere.text());
}
