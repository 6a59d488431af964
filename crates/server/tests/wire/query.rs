//! IAM and STS: the form of requests and answers.

use http::{HeaderMap, Method};
use serde_json::Value;

use crate::fixture::{Answer, Call, Client2, NOW, Running, Setup, request, start};

const ROOT: &str = "arn:aws:iam::000000000000:root";

async fn sts(server: &Running, form: &str) -> Answer {
    server.call(&Call::query("sts", form)).await
}

async fn iam(server: &Running, form: &str) -> Answer {
    server.call(&Call::query("iam", form)).await
}

#[tokio::test]
async fn answers_have_the_form_clients_expect() {
    let server = start(Setup::default()).await;
    let who = sts(&server, "Action=GetCallerIdentity").await;
    who.succeeded("GetCallerIdentity");
    let id = who.header("x-amzn-requestid");
    assert_eq!(id.len(), 36);
    let expected =
        format!("</GetCallerIdentityResult><ResponseMetadata><RequestId>{id}</RequestId></ResponseMetadata>");
    assert!(who.text().contains(&expected), "{}", who.text());
    let start = "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>";
    assert!(who.text().starts_with(start), "{}", who.text());
    assert_eq!((who.element("Arn"), who.element("Account")), (Some(ROOT), Some("000000000000")));
    assert_eq!(who.header("content-type"), "text/xml");
    assert_eq!(who.header("cache-control"), "no-cache, no-store");

    let made =
        iam(&server, "Action=CreateUser&UserName=alice&Tags.member.1.Key=a&Tags.member.1.Value=b+c").await;
    made.succeeded("CreateUser");
    let tags = "<Tags><member><Key>a</Key><Value>b c</Value></member></Tags>";
    assert!(made.text().contains(tags), "{}", made.text());
    let policy = "Action=CreatePolicy&PolicyName=p&Description=%3C%26%0D%0A%3E&PolicyDocument=%7B%22Version%22%3A%222012-10-17\
                  %22%2C%22Statement%22%3A%7B%22Effect%22%3A%22Deny%22%2C%22Action%22%3A%22%2A%22%2C%22Resource%22%3A%22%2A%22%7D%7D";
    let policy = iam(&server, policy).await;
    assert_eq!(policy.element("Description"), Some("&lt;&amp;&#13;\n&gt;"), "{}", policy.text());
    let deleted = iam(&server, "Action=DeleteUser&UserName=alice").await;
    deleted.succeeded("DeleteUser");
    assert!(
        deleted.text().starts_with(
            "<DeleteUserResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><ResponseMetadata>"
        ),
        "{}",
        deleted.text()
    );
    let gone = iam(&server, "Action=GetUser&UserName=alice").await;
    gone.is_refused_in_xml("a user that is gone", 404, "NoSuchEntity", "alice");
    assert!(gone.text().contains("<Type>Sender</Type>"));
}

#[tokio::test]
async fn answers_are_json_to_who_asks_for_it() {
    let server = start(Setup::default()).await;
    let send = async |accept: &'static str, form: &str| {
        let mut request = Call::query("sts", form).signed(server.address);
        request.headers_mut().insert("accept", accept.parse().unwrap());
        server.send(request).await
    };
    let who = send("application/json", "Action=GetCallerIdentity").await;
    who.succeeded("GetCallerIdentity");
    assert_eq!(who.header("content-type"), "application/json");
    let answer = &who.json()["GetCallerIdentityResponse"];
    assert_eq!(answer["GetCallerIdentityResult"]["Arn"], ROOT);
    assert_eq!(answer["ResponseMetadata"]["RequestId"], who.header("x-amzn-requestid"));
    let wrong = send("application/json", "Action=Nothing").await;
    assert_eq!((wrong.status.as_u16(), &wrong.json()["Error"]["Code"]), (400, &Value::from("InvalidAction")));
    assert_eq!(wrong.json()["Error"]["Type"], "Sender");
    for xml in ["*/*", "text/xml", "application/json, text/xml"] {
        assert_eq!(send(xml, "Action=GetCallerIdentity").await.header("content-type"), "text/xml", "{xml}");
    }
}

#[tokio::test]
async fn requests_that_are_not_understood() {
    let server = start(Setup::default()).await;
    let malformed = "MalformedInput";
    for (case, form, code, text) in [
        ("no action", "", "MissingAction", "Action and Version"),
        (
            "no such action",
            "Action=ListThings",
            "InvalidAction",
            "Could not find operation ListThings for version 2010-05-08",
        ),
        ("an action of STS", "Action=GetCallerIdentity", "InvalidAction", "GetCallerIdentity"),
        ("case counts", "Action=listUsers", "InvalidAction", "listUsers"),
        ("a name with controls", "Action=%00%3C", "InvalidAction", "operation \\0< for"),
        ("twice", "Action=ListUsers&Action=ListUsers", malformed, "'Action' must be given only once"),
        ("a broken escape", "Action=ListUsers&PathPrefix=%4", malformed, "percent-escapes"),
        ("no integer", "Action=ListUsers&MaxItems=many", malformed, "'MaxItems' must be an integer"),
        ("no list", "Action=TagUser&UserName=a&Tags=b", malformed, "'Tags' is a list"),
        ("a gap", "Action=UntagUser&UserName=a&TagKeys.member.2=b", malformed, "must number its items"),
        ("a constraint", "Action=ListUsers&MaxItems=0", "ValidationError", "greater than or equal to 1"),
        ("a missing member", "Action=CreateUser", "ValidationError", "userName"),
    ] {
        iam(&server, form).await.is_refused_in_xml(case, 400, code, text);
    }
    let version = |version: &str| format!("Action=ListUsers&Version={version}");
    for (case, body) in [
        ("that of STS", version("2011-06-15")),
        ("another", version("2010-05-8")),
        ("none", "Action=ListUsers".to_owned()),
        ("two", version("2010-05-08") + "&Version=2010-05-08"),
    ] {
        let answer = server.call(&Call { body: &body, ..Call::query("iam", "") }).await;
        assert_eq!(answer.status, 400, "{case}: {}", answer.text());
    }
    let many = (0..1001).fold(String::new(), |form, number| format!("{form}&A{number}="));
    let answer = iam(&server, &format!("Action=ListUsers{many}")).await;
    answer.is_refused_in_xml("more parameters than are read", 400, malformed, "at most 1000");
    let deep = iam(&server, &format!("Action=ListUsers&{}=", ".".repeat(100_000))).await;
    deep.is_refused_in_xml("a deep name", 400, malformed, "at most 10 parts");
    let unknown = iam(&server, "Action=ListUsers&Wish.member.3=a").await;
    unknown.succeeded("names that the action does not know are ignored");
}

#[tokio::test]
async fn a_form_is_called_one() {
    let server = start(Setup::default()).await;
    for content_type in ["", "text/plain", "application/json", "multipart/form-data"] {
        let call = Call { content_type, ..Call::query("sts", "Action=GetCallerIdentity") };
        let answer = server.call(&call).await;
        answer.is_refused_in_xml(content_type, 400, "MalformedInput", "application/x-www-form-urlencoded");
    }
    for content_type in
        ["application/x-www-form-urlencoded", "Application/X-WWW-Form-Urlencoded;charset=UTF-8"]
    {
        let call = Call { content_type, ..Call::query("sts", "Action=GetCallerIdentity") };
        server.call(&call).await.succeeded(content_type);
    }
}

#[tokio::test]
async fn the_scope_says_which_api_it_is() {
    let server = start(Setup::default()).await;
    // Everything but the scope is of the other API.
    let query = Call::query("sts", "Action=GetCallerIdentity");
    let as_kms = server.call(&Call { service: "kms", ..query.clone() }).await;
    as_kms.is_refused("a form for KMS", 400, "UnknownOperationException", "");
    let as_iam = server.call(&Call { service: "iam", ..query.clone() }).await;
    as_iam.is_refused_in_xml("an action of STS for IAM", 400, "InvalidAction", "GetCallerIdentity");
    let json = server.call(&Call { service: "iam", ..Call::default() }).await;
    json.is_refused_in_xml("JSON for IAM", 400, "MalformedInput", "application/x-www-form-urlencoded");
    let other = server.call(&Call { service: "s3", ..query }).await;
    other.is_refused("neither", 400, "InvalidSignatureException", "correct service: 'kms'");
}

#[tokio::test]
async fn methods_and_paths() {
    let server = start(Setup::default()).await;
    let signed = |method: &str, target: &str| {
        let uri = format!("http://{}{target}", server.address).parse().unwrap();
        let mut headers = HeaderMap::new();
        let call = Call { service: "sts", ..Call::default() };
        call.signer().sign_headers(method, &uri, &mut headers, b"", NOW).unwrap();
        request(method.parse().unwrap(), target, headers, "")
    };
    let action = "?Action=GetCallerIdentity&Version=2011-06-15";
    for method in ["GET", "POST"] {
        server.send(signed(method, &format!("/{action}"))).await.succeeded(method);
    }
    for method in ["PUT", "DELETE", "HEAD"] {
        let answer = server.send(signed(method, &format!("/{action}"))).await;
        assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, "GET, POST"), "{method}");
    }
    let elsewhere = server.send(signed("GET", &format!("/sts{action}"))).await;
    elsewhere.is_refused_in_xml("another path", 404, "InvalidAction", "nothing at this path");
    let unsigned = server.send(request(Method::GET, &format!("/{action}"), HeaderMap::new(), "")).await;
    unsigned.is_refused_in_xml("unsigned", 403, "MissingAuthenticationToken", "missing Authentication Token");
}

#[tokio::test]
async fn secrets_do_not_stand_in_urls() {
    let server = start(Setup::default()).await;
    let target = "/?Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn:aws:iam::000000000000:role/a&\
                  RoleSessionName=a&WebIdentityToken=eyJh";
    let unsigned = server.send(request(Method::POST, target, HeaderMap::new(), "")).await;
    unsigned.is_refused_in_xml("unsigned", 403, "MissingAuthenticationToken", "");
    let uri = format!("http://{}{target}", server.address).parse().unwrap();
    let mut headers = HeaderMap::new();
    let call = Call { service: "sts", ..Call::default() };
    call.signer().sign_headers("GET", &uri, &mut headers, b"", NOW).unwrap();
    let signed = server.send(request(Method::GET, target, headers, "")).await;
    signed.is_refused_in_xml("signed", 400, "MalformedInput", "'WebIdentityToken' is a secret");
}

#[tokio::test]
async fn web_pages_are_refused_everywhere() {
    let server = start(Setup::default()).await;
    let mut request = Call::query("sts", "Action=GetCallerIdentity").signed(server.address);
    request.headers_mut().insert("origin", "null".parse().unwrap());
    server.send(request).await.is_refused_in_xml("origin", 403, "AccessDenied", "Web pages");
}

#[tokio::test]
async fn http2_carries_both() {
    let server = start(Setup::default()).await;
    let client = Client2::new(server.connect().await).await;
    let who = client.call(&Call::query("sts", "Action=GetCallerIdentity"), "http", server.address).await;
    assert_eq!(who.element("Arn"), Some(ROOT));
    client.call(&Call::default(), "http", server.address).await.succeeded("KMS on the same connection");
}
