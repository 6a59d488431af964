//! HTTP/2 frame by frame (RFC 9113), to send what no library would.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::fixture::{Call, Running, Setup, patiently, start};

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RESET: u8 = 3;
const SETTINGS: u8 = 4;
const GO_AWAY: u8 = 7;
const CONTINUATION: u8 = 9;
const END_OF_STREAM: u8 = 1;
const END_OF_HEADERS: u8 = 4;

type Field = (Vec<u8>, Vec<u8>);

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// Header fields in HPACK (RFC 7541): each literal, not indexed, not compressed.
fn block(fields: &[Field]) -> Vec<u8> {
    let mut block = Vec::new();
    for (name, value) in fields {
        block.push(0);
        for text in [name, value] {
            // An integer with a prefix of seven bits.
            if let Ok(short @ 0..0x7f) = u8::try_from(text.len()) {
                block.push(short);
            } else {
                block.push(0x7f);
                let mut rest = text.len() - 0x7f;
                while rest >= 0x80 {
                    block.push(u8::try_from(rest % 0x80).unwrap() | 0x80);
                    rest /= 0x80;
                }
                block.push(u8::try_from(rest).unwrap());
            }
            block.extend_from_slice(text);
        }
    }
    block
}

/// What became of a request.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    /// The first byte of the answer's fields, which for the usual statuses is the status (RFC 7541, appendix A).
    Answered(u8),
    /// The stream, or the whole connection, was ended.
    Ended,
}

const OK: Outcome = Outcome::Answered(0x88);
const BAD_REQUEST: Outcome = Outcome::Answered(0x8c);

/// The fields of an honest request.
fn honest(server: &Running) -> Vec<Field> {
    let signed = Call::default().signed(server.address);
    let authority = server.address.to_string();
    let pseudo = [(":method", "POST"), (":scheme", "http"), (":path", "/"), (":authority", &authority)];
    let mut fields: Vec<Field> = pseudo.map(|(name, value)| (name.into(), value.into())).into();
    let headers = signed.headers().iter().filter(|(name, _)| *name != "host");
    fields.extend(headers.map(|(name, value)| (name.as_str().into(), value.as_bytes().to_vec())));
    fields
}

async fn send(server: &Running, fields: &[Field]) -> Outcome {
    exchange(
        server,
        &[frame(HEADERS, END_OF_HEADERS, 1, &block(fields)), frame(DATA, END_OF_STREAM, 1, b"{}")],
    )
    .await
}

/// Sends frames on a connection of their own, and awaits what becomes of the first stream.
async fn exchange(server: &Running, frames: &[Vec<u8>]) -> Outcome {
    let mut stream = server.connect().await;
    let sent = [PREFACE, &frame(SETTINGS, 0, 0, b""), &frames.concat()].concat();
    // The server may have ended the connection before all was sent.
    drop(stream.write_all(&sent).await);
    loop {
        let mut head = [0; 9];
        if patiently(stream.read_exact(&mut head)).await.is_err() {
            return Outcome::Ended;
        }
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; length as usize];
        if patiently(stream.read_exact(&mut payload)).await.is_err() {
            return Outcome::Ended;
        }
        match head[3] {
            HEADERS => {
                // A change of the size of the table may come first.
                let status = payload.iter().find(|byte| **byte & 0xe0 != 0x20);
                return Outcome::Answered(*status.unwrap());
            }
            RESET | GO_AWAY => return Outcome::Ended,
            _ => {}
        }
    }
}

fn field(name: &str, value: &str) -> Field {
    (name.into(), value.into())
}

#[tokio::test]
async fn fields_that_are_read_in_two_ways_are_refused() {
    let server = start(Setup::default()).await;
    assert_eq!(send(&server, &honest(&server)).await, OK, "what is spoiled below");
    let own = server.address.to_string();
    let create = "TrentService.CreateKey";
    for (case, added) in [
        ("a second target", vec![field("x-amz-target", create)]),
        ("a name in upper case", vec![field("X-Amz-Target", create)]),
        ("a line within a value", vec![field("x-note", "a\r\nx-amz-target: TrentService.CreateKey")]),
        ("a line feed within a value", vec![field("x-note", "a\nb")]),
        ("a null within a value", vec![field("x-note", "a\0b")]),
        ("a line within a name", vec![field("x-note: a\r\nx-amz-target", create)]),
        ("a colon within a name", vec![field("x-amz-target:", create)]),
        ("a space within a name", vec![field("x-amz-target ", create)]),
        ("no name", vec![field("", "a")]),
        ("a pseudo field at the end", vec![field(":path", "/")]),
        ("a second authority", vec![field(":authority", "evil.example")]),
        ("a pseudo field that is none", vec![field(":host", "evil.example")]),
        ("the field of an answer", vec![field(":status", "200")]),
        ("another host", vec![field("host", "evil.example")]),
        ("two hosts", vec![field("host", &own), field("host", &own)]),
        ("chunks", vec![field("transfer-encoding", "chunked")]),
        ("a connection", vec![field("connection", "close")]),
        ("an upgrade", vec![field("upgrade", "h2c")]),
        ("another length", vec![field("content-length", "3")]),
        ("a length that is no number", vec![field("content-length", "+2")]),
        ("two lengths", vec![field("content-length", "2"), field("content-length", "1")]),
    ] {
        let fields = [honest(&server), added].concat();
        let outcome = send(&server, &fields).await;
        assert!([BAD_REQUEST, Outcome::Ended].contains(&outcome), "{case}: {outcome:?}");
    }
    for (case, added) in [
        ("the same host", field("host", &own)),
        ("its length", field("content-length", "2")),
        ("other spellings mean nothing", field("x_amz_target", create)),
    ] {
        assert_eq!(send(&server, &[honest(&server), vec![added]].concat()).await, OK, "{case}");
    }
}

#[tokio::test]
async fn the_pseudo_fields_are_those_that_were_signed() {
    let server = start(Setup::default()).await;
    let own = server.address.to_string();
    for (case, name, value) in [
        ("another authority", ":authority", Some("evil.example".to_owned())),
        ("a user", ":authority", Some(format!("evil.example@{own}"))),
        ("the host as a user", ":authority", Some(format!("{own}@evil.example"))),
        ("an empty authority", ":authority", Some(String::new())),
        ("no authority", ":authority", None),
        ("a line within the authority", ":authority", Some(format!("{own}\r\nx: y"))),
        ("an absolute path", ":path", Some(format!("http://{own}/"))),
        ("another path", ":path", Some("//".to_owned())),
        ("an asterisk", ":path", Some("*".to_owned())),
        ("an empty path", ":path", Some(String::new())),
        ("no path", ":path", None),
        ("a line within the path", ":path", Some("/ HTTP/1.1\r\nx: y".to_owned())),
        ("a query that was not signed", ":path", Some("/?Action=CreateKey".to_owned())),
        ("another method", ":method", Some("PUT".to_owned())),
        ("a method that is two", ":method", Some("POST / HTTP/1.1\r\nx: y".to_owned())),
        ("no method", ":method", None),
        ("a tunnel", ":method", Some("CONNECT".to_owned())),
        ("no scheme", ":scheme", None),
    ] {
        let mut fields = honest(&server);
        let at = fields.iter().position(|(sent, _)| sent == name.as_bytes()).unwrap();
        match value {
            Some(value) => fields[at].1 = value.into(),
            None => drop(fields.remove(at)),
        }
        let outcome = send(&server, &fields).await;
        assert!(outcome != OK, "{case}");
    }
    // `Host` stands for an authority that is not there, and is signed as such.
    let mut fields = honest(&server);
    fields.retain(|(name, _)| name != b":authority");
    fields.push(field("host", &own));
    assert_eq!(send(&server, &fields).await, OK, "a host instead of an authority");
}

#[tokio::test]
async fn fields_without_end_are_refused() {
    let server = start(Setup::default()).await;
    let fields = block(&honest(&server));
    let half = fields.len() / 2;
    let begun = frame(HEADERS, 0, 1, &fields[..half]);
    // Each of them allowed, and none the last.
    let empty = vec![frame(CONTINUATION, 0, 1, b""); 10_000].concat();
    assert_eq!(exchange(&server, &[begun.clone(), empty]).await, Outcome::Ended, "empty continuations");
    let long = block(&[(b"x-note".to_vec(), vec![b'a'; 16_000])]);
    let more = vec![frame(CONTINUATION, 0, 1, &long); 100].concat();
    assert_ne!(exchange(&server, &[begun.clone(), more]).await, OK, "long continuations");
    let other = frame(DATA, END_OF_STREAM, 1, b"{}");
    assert_eq!(exchange(&server, &[begun, other]).await, Outcome::Ended, "something else between them");
    // One field, named again and again by one byte each: small to send, large to read.
    let note = [&[0x40, 6][..], b"x-note", &[0x7f, 0x80 | 0x21, 0x1e], &[b'a'; 4000]].concat();
    let repeated = |times: usize| {
        let block = [block(&honest(&server)), note.clone(), vec![0xbe; times]].concat();
        [frame(HEADERS, END_OF_HEADERS, 1, &block), frame(DATA, END_OF_STREAM, 1, b"{}")]
    };
    assert_eq!(exchange(&server, &repeated(3)).await, OK, "a field that is there four times");
    assert_ne!(exchange(&server, &repeated(10_000)).await, OK, "and ten thousand times");
    server.call(&Call::default()).await.succeeded("others are served");
}

/// Streams that are opened and given up at once: the server gives the connection up, not itself.
#[tokio::test]
async fn streams_that_are_reset_at_once_end_their_connection() {
    let server = start(Setup::default()).await;
    let fields = block(&honest(&server));
    let frames: Vec<_> = (0..20_000)
        .map(|n| {
            let stream = 2 * n + 1;
            let begun = frame(HEADERS, END_OF_HEADERS, stream, &fields);
            let cancelled = frame(RESET, 0, stream, &8u32.to_be_bytes());
            [begun, cancelled].concat()
        })
        .collect();
    let mut stream = server.connect().await;
    // The server ends the connection before all is sent.
    drop(stream.write_all(&[PREFACE, &frame(SETTINGS, 0, 0, b""), &frames.concat()].concat()).await);
    drop(patiently(stream.read_to_end(&mut Vec::new())).await);
    server.call(&Call::default()).await.succeeded("others are served");
}
