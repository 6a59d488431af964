//! No secret is left behind once its request is answered: neither in the server's memory nor in its files.
//!
//! That the search finds what is there is shown first, with a secret whose request is still being received.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, ErrorKind};
use std::os::unix::fs::FileExt as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::AsyncWriteExt as _;
use tokio::time::sleep;

use super::{Proof, UNSEEN};
use crate::Outcome;
use crate::data::Data;
use crate::keys::{base64, unbase64};
use crate::parts::import::{get_parameters, import_of};
use crate::people::People;
use crate::process::Process;
use crate::trent::Trent;
use crate::wire::{Call, Connection, Target};

/// How much of the server's memory is looked at together, and how much of it again with the next.
const WINDOW: usize = 1024 * 1024;
/// How many requests carry each secret that is looked for.
const TIMES: usize = 50;
/// How long the server may take to notice that its clients have gone and to drop what it has for them.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) async fn prove(
    trent: &Trent,
    people: &People,
    data: &Data,
    key_id: &str,
    external: &str,
) -> Outcome<Vec<Proof>> {
    let target = trent.target(&people.application)?;
    let mut proofs = Vec::new();
    let mut tried = |what, wanted, found| proofs.push(Proof::of(what, wanted, found));

    let (waiting, half) = begun(&target, key_id).await?;
    let found = eventually(&trent.process, &[&half], |times| times > 0).await?;
    tried("a secret in a request that is still being received", "found", shown(found));
    drop(waiting);
    let found = eventually(&trent.process, &[&half], |times| times == 0).await?;
    tried("the same once its client has gone", "none", shown(found));

    let used = used(&target, key_id).await?;
    let found = eventually(&trent.process, &forms(&used), |times| times == 0).await?;
    tried("plaintexts and data keys in memory after their requests", "none", shown(found));

    let material: [u8; 32] = crypto::random::array();
    let custodian = trent.target(&people.custodian)?;
    import(&target, external, &material).await?;
    let delete = Call::new("DeleteImportedKeyMaterial", format!(r#"{{"KeyId":"{external}"}}"#));
    Connection::to(&custodian).call(&delete).await?;
    let material = Secret::of(&material);
    let found = eventually(&trent.process, &material.forms(), |times| times == 0).await?;
    tried("imported key material in memory after its deletion", "none", shown(found));

    let mut secrets = forms(&used);
    secrets.extend(material.forms());
    let found = in_files(data, &secrets)?;
    tried("any of these in the server's files", "none", shown(Some(found)));
    Ok(proofs)
}

fn shown(found: Option<usize>) -> String {
    match found {
        None => UNSEEN.to_owned(),
        Some(0) => "none".to_owned(),
        Some(_) => "found".to_owned(),
    }
}

/// A secret as the server has it, and as it stands in JSON.
struct Secret {
    bytes: Vec<u8>,
    encoded: String,
}

impl Secret {
    fn of(bytes: &[u8]) -> Self {
        Self { bytes: bytes.to_vec(), encoded: base64(bytes) }
    }

    fn forms(&self) -> Vec<&[u8]> {
        vec![&self.bytes, self.encoded.as_bytes()]
    }
}

fn forms(secrets: &[Secret]) -> Vec<&[u8]> {
    secrets.iter().flat_map(Secret::forms).collect()
}

/// A request of which all but the last byte was sent, on a connection that lasts as long as the value, and the secret in it.
async fn begun(target: &Arc<Target>, key_id: &str) -> Outcome<(tokio::net::TcpStream, Vec<u8>)> {
    let secret = base64(&crypto::random::array::<32>());
    let call = Call::new("Encrypt", format!(r#"{{"KeyId":"{key_id}","Plaintext":"{secret}"}}"#));
    let mut text = "POST / HTTP/1.1\r\n".to_owned();
    for (name, value) in target.signed(&call)?.headers() {
        text.extend([name.as_str(), ": ", value.to_str()?, "\r\n"]);
    }
    text.extend([&format!("content-length: {}\r\n\r\n", call.body.len()), std::str::from_utf8(&call.body)?]);
    text.pop();
    let mut stream = target.connect().await?;
    stream.write_all(text.as_bytes()).await?;
    Ok((stream, secret.into_bytes()))
}

/// Has secrets encrypted, opened and made, and hangs up.
async fn used(target: &Arc<Target>, key_id: &str) -> Outcome<Vec<Secret>> {
    let mut connection = Connection::to(target);
    let mut secrets = Vec::new();
    let secret = Secret::of(&crypto::random::array::<32>());
    for _ in 0..TIMES {
        let body = format!(r#"{{"KeyId":"{key_id}","Plaintext":"{}"}}"#, secret.encoded);
        let ciphertext = connection.call(&Call::new("Encrypt", body)).await?.text("/CiphertextBlob")?;
        let body = format!(r#"{{"CiphertextBlob":"{ciphertext}"}}"#);
        connection.call(&Call::new("Decrypt", body)).await?;
    }
    secrets.push(secret);
    for _ in 0..2 {
        let body = format!(r#"{{"KeyId":"{key_id}","KeySpec":"AES_256"}}"#);
        let made = connection.call(&Call::new("GenerateDataKey", body)).await?.text("/Plaintext")?;
        secrets.push(Secret::of(&unbase64(&made).ok_or("a data key that is not base64")?));
    }
    Ok(secrets)
}

/// Imports `material` and encrypts with it.
async fn import(target: &Arc<Target>, key_id: &str, material: &[u8]) -> Outcome<()> {
    let mut connection = Connection::to(target);
    let parameters = connection.call(&get_parameters(key_id, "RSA_2048")).await?;
    connection.call(&import_of(material, key_id, &parameters)?).await?;
    for _ in 0..TIMES {
        let body = format!(r#"{{"KeyId":"{key_id}","Plaintext":"{}"}}"#, base64(b"anything"));
        connection.call(&Call::new("Encrypt", body)).await?;
    }
    Ok(())
}

/// How often any of `needles` is in the memory of the server, once that is as it should be or does not become so. None if
/// that cannot be seen.
async fn eventually(
    server: &Process,
    needles: &[&[u8]],
    should: impl Fn(usize) -> bool,
) -> Outcome<Option<usize>> {
    let began = Instant::now();
    loop {
        let found = match occurrences(server, needles) {
            Ok(found) => found,
            Err(error) if error.kind() == ErrorKind::PermissionDenied => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        if should(found) || began.elapsed() > PATIENCE {
            return Ok(Some(found));
        }
        sleep(Duration::from_millis(100)).await;
    }
}

/// How often any of `needles` stands in the memory that a process can write. Takes the right to look into other
/// processes: the server lets nobody else.
fn occurrences(process: &Process, needles: &[&[u8]]) -> std::io::Result<usize> {
    let maps = BufReader::new(File::open(format!("/proc/{}/maps", process.id()))?);
    let memory = File::open(format!("/proc/{}/mem", process.id()))?;
    let overlap = needles.iter().map(|needle| needle.len()).max().unwrap_or_default().saturating_sub(1);
    let (mut window, mut found) = (vec![0_u8; WINDOW], 0);
    for line in maps.lines() {
        let line = line?;
        let mut words = line.split_ascii_whitespace();
        let (Some(range), Some(rights)) = (words.next(), words.next()) else { continue };
        let ends = range.split_once('-').filter(|_| rights.starts_with("rw"));
        let Some((from, to)) = ends.and_then(|(from, to)| Some((hexadecimal(from)?, hexadecimal(to)?)))
        else {
            continue;
        };
        let mut at = from;
        while at < to {
            let length = usize::try_from(to - at).unwrap_or(WINDOW).min(WINDOW);
            let Some(window) = window.get_mut(..length) else { break };
            // Some parts, such as the kernel's own, cannot be read.
            if memory.read_exact_at(window, at).is_ok() {
                found += needles.iter().map(|needle| times(window, needle)).sum::<usize>();
            }
            if length <= overlap || to - at <= length as u64 {
                break;
            }
            // One that lies across the end of this window is in the next.
            at += u64::try_from(length - overlap).unwrap_or(u64::MAX);
        }
    }
    Ok(found)
}

fn hexadecimal(text: &str) -> Option<u64> {
    u64::from_str_radix(text, 16).ok()
}

/// How often `needle` stands in `text`.
fn times(text: &[u8], needle: &[u8]) -> usize {
    let Some((first, rest)) = needle.split_first() else { return 0 };
    let begins = text.iter().enumerate().filter(|(_, byte)| *byte == first);
    begins.filter(|(at, _)| text.get(at + 1..).is_some_and(|after| after.starts_with(rest))).count()
}

/// How often any of `needles` stands in the files of the server.
fn in_files(data: &Data, needles: &[&[u8]]) -> Outcome<usize> {
    let mut found = 0;
    for entry in fs::read_dir(&data.folder)? {
        let text = fs::read(entry?.path())?;
        found += needles.iter().map(|needle| times(&text, needle)).sum::<usize>();
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_found() {
        assert_eq!(times(b"abcabcab", b"abc"), 2);
        assert_eq!(times(b"aaaa", b"aa"), 3);
        assert_eq!(times(b"ab", b"abc"), 0);
    }
}
