//! What was acknowledged is there after a crash of the process, and was made durable for one of the machine.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use tokio::time::sleep;

use super::{Proof, ended};
use crate::Outcome;
use crate::data::Data;
use crate::people::People;
use crate::trent::{Settings, Trent};
use crate::wire::{Call, Connection};

/// How many keys are made, one after the other.
const MADE: usize = 20;
/// How long the end of what is written about a server is awaited.
const LAST_WORDS: Duration = Duration::from_secs(30);

pub(super) async fn prove(trent: Trent, binary: &Path, data: &Data, people: &People) -> Outcome<Vec<Proof>> {
    let made = make(&trent, people, MADE).await?;
    trent.process.crash()?;
    let trent = Trent::start(binary, data, Settings::default(), &people.application).await?;
    let mut connection = Connection::to(&trent.target(&people.application)?);
    let mut lost = 0;
    for key_id in made {
        let describe = Call::new("DescribeKey", format!(r#"{{"KeyId":"{key_id}"}}"#));
        lost += usize::from(ended(connection.call(&describe).await) != "done");
    }
    trent.process.stop()?;
    let found = format!("{lost} lost");
    let crashed = Proof::of("20 keys that were acknowledged right before kill -9", "0 lost", found);
    let (what, wanted) =
        ("each of 20 keys, made one after the other, waits for the disk", "20 times fdatasync");
    let found = match synced(binary, data, people).await {
        Ok(times) if times >= MADE => wanted.to_owned(),
        Ok(times) => format!("{times} times fdatasync"),
        Err(error) => format!("cannot be seen: {error}"),
    };
    Ok(vec![crashed, Proof::of(what, wanted, found)])
}

/// Makes keys, each after the last was answered.
async fn make(trent: &Trent, people: &People, number: usize) -> Outcome<Vec<String>> {
    let mut connection = Connection::to(&trent.target(&people.application)?);
    let mut made = Vec::new();
    for _ in 0..number {
        let answer = connection.call(&Call::new("CreateKey", "{}".to_owned())).await?;
        made.push(answer.text("/KeyMetadata/KeyId")?);
    }
    Ok(made)
}

/// How often the server asks the system to make something durable for these keys: above what it does without them.
async fn synced(binary: &Path, data: &Data, people: &People) -> Outcome<usize> {
    let without = calls(binary, data, people, 0).await?;
    Ok(calls(binary, data, people, MADE).await?.saturating_sub(without))
}

/// The calls of fsync and fdatasync of a server that makes so many keys, from its start to its end. They are told by
/// strace; a crash of the whole machine, which is what they are for, cannot be had.
async fn calls(binary: &Path, data: &Data, people: &People, number: usize) -> Outcome<usize> {
    let traced = data.folder.with_extension("strace");
    let settings = Settings { traced: Some(&traced), ..Settings::default() };
    let trent = Trent::start(binary, data, settings, &people.application).await?;
    // As strace writes it: the id, as many spaces as it likes, and how that process ended.
    let id = trent.process.id().to_string();
    let is_last = |line: &str| {
        let mut words = line.split_ascii_whitespace();
        words.next() == Some(&id) && words.next() == Some("+++")
    };
    make(&trent, people, number).await?;
    trent.process.stop()?;
    let began = Instant::now();
    loop {
        let text = fs::read_to_string(&traced)?;
        if text.lines().any(is_last) {
            fs::remove_file(&traced)?;
            // A call that others interrupt has two lines, of which the second names it without its arguments.
            return Ok(text.matches("sync(").count());
        }
        if began.elapsed() > LAST_WORDS {
            return Err("strace did not come to its end".into());
        }
        sleep(Duration::from_millis(20)).await;
    }
}
