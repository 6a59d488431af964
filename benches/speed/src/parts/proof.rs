//! That nothing was traded for speed: in the very build that is measured, signatures are verified, callers authorized,
//! changes durable and secrets wiped.

use std::fs::File;
use std::io::BufRead as _;
use std::os::unix::fs::FileExt as _;
use std::sync::Arc;

use http::HeaderValue;
use http::header::AUTHORIZATION;
use kms::SystemClock;

use crate::Outcome;
use crate::keys::{self, base64};
use crate::measure::Bench;
use crate::process::Process;
use crate::trent::{LogLevel, Trent};
use crate::wire::{Call, Connection, Target};
use crate::world::Template;

/// How much of the server's memory is looked at together, and how much of it again with the next.
const WINDOW: usize = 1024 * 1024;
/// How many requests carry the secret that is looked for.
const TIMES: usize = 200;

pub(crate) async fn run(bench: &mut Bench, template: &Template) -> Outcome<()> {
    let data = template.copy(bench, "proof")?;
    let engine = data.engine(Arc::new(SystemClock)).await?;
    let keys = keys::make(&engine, 1).await?;
    let key_id = keys.ciphers.first().map(|cipher| cipher.key_id.clone()).ok_or("no key was made")?;
    engine.write_back(&data).await?;
    let who = &template.people.application;
    let trent = Trent::start(&bench.trent, &data, LogLevel::Warnings, who).await?;
    let (application, guest) = (trent.target(who)?, trent.target(&template.people.guest)?);
    let describe = Call::new("DescribeKey", format!(r#"{{"KeyId":"{key_id}"}}"#));

    let found = altered(&application, &describe).await?;
    said(bench, "Proof: a request whose signature has one digit changed", found, "InvalidSignatureException");
    let found = ended(Connection::to(&guest).call(&describe).await);
    said(bench, "Proof: a user whom nothing allows it", found, "AccessDeniedException");

    let found = wiped(&trent.process, &application, &key_id).await?;
    said(bench, "Proof: plaintexts in the server's memory after their requests", found, "none");

    let made = Connection::to(&application).call(&Call::new("CreateKey", "{}".to_owned())).await?;
    let made = made.text("/KeyMetadata/KeyId")?;
    trent.process.crash()?;
    let trent = Trent::start(&bench.trent, &data, LogLevel::Warnings, who).await?;
    let describe = Call::new("DescribeKey", format!(r#"{{"KeyId":"{made}"}}"#));
    let found = ended(Connection::to(&trent.target(who)?).call(&describe).await);
    said(bench, "Proof: a key whose making was answered right before kill -9", found, "there");
    trent.process.stop()
}

fn said(bench: &mut Bench, what: &str, found: String, wanted: &str) {
    let met = found == wanted;
    bench.report.goal(what, wanted, found, met);
}

fn ended(answer: Result<crate::wire::Answer, crate::wire::Refusal>) -> String {
    answer.map_or_else(|refusal| refusal.kind, |_| "there".to_owned())
}

/// The answer to a request whose signature ends in another digit.
async fn altered(target: &Arc<Target>, call: &Call) -> Outcome<String> {
    let mut request = target.signed(call)?;
    let header = request.headers().get(AUTHORIZATION).ok_or("the request is not signed")?.to_str()?;
    let (rest, last) = header.split_at(header.len() - 1);
    let header = format!("{rest}{}", if last == "0" { "1" } else { "0" });
    request.headers_mut().insert(AUTHORIZATION, HeaderValue::from_str(&header)?);
    Ok(ended(Connection::to(target).send(request).await))
}

/// Sends secrets, hangs up, and looks for them in the whole memory of the server, as they are and in base64.
async fn wiped(server: &Process, target: &Arc<Target>, key_id: &str) -> Outcome<String> {
    let secret: [u8; 32] = crypto::random::array();
    let encoded = base64(&secret);
    let mut connection = Connection::to(target);
    for _ in 0..TIMES {
        let body = format!(r#"{{"KeyId":"{key_id}","Plaintext":"{encoded}"}}"#);
        connection.call(&Call::new("Encrypt", body)).await?;
    }
    drop(connection);
    // Another connection that is answered: the server has noticed the end of the first.
    for _ in 0..TIMES {
        Connection::to(target)
            .call(&Call::new("GenerateRandom", r#"{"NumberOfBytes":32}"#.to_owned()))
            .await?;
    }
    let found = match occurrences(server, &[&secret, encoded.as_bytes()]) {
        Ok(0) => "none".to_owned(),
        Ok(number) => format!("{number} found"),
        Err(error) => format!("not to be seen: {error}"),
    };
    Ok(found)
}

/// How often any of `needles` stands in the memory that a process can write. Takes the right to look into other
/// processes: the server lets nobody else.
fn occurrences(process: &Process, needles: &[&[u8]]) -> Outcome<usize> {
    let maps = std::io::BufReader::new(File::open(format!("/proc/{}/maps", process.id()))?);
    let memory = File::open(format!("/proc/{}/mem", process.id()))?;
    let longest = needles.iter().map(|needle| needle.len()).max().unwrap_or_default();
    let (mut window, mut found) = (vec![0_u8; WINDOW], 0);
    for line in maps.lines() {
        let line = line?;
        let mut words = line.split_ascii_whitespace();
        let (Some(range), Some(rights)) = (words.next(), words.next()) else { continue };
        let Some((from, to)) = range.split_once('-').filter(|_| rights.starts_with("rw")) else { continue };
        let (mut at, to) = (u64::from_str_radix(from, 16)?, u64::from_str_radix(to, 16)?);
        while at < to {
            let length = usize::try_from(to - at)?.min(WINDOW);
            let Some(window) = window.get_mut(..length) else { break };
            // Parts that were never used cannot be read.
            let Ok(length) = memory.read_at(window, at) else { break };
            let read = window.get(..length).unwrap_or_default();
            found += needles
                .iter()
                .map(|needle| read.windows(needle.len()).filter(|seen| seen == needle).count())
                .sum::<usize>();
            if length <= longest {
                break;
            }
            // One that lies across the end of this window is in the next.
            at += u64::try_from(length - longest)?;
            if at + u64::try_from(longest)? >= to {
                break;
            }
        }
    }
    Ok(found)
}
