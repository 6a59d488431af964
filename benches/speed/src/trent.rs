//! Trent, as its users run it: a release build in a process of its own, with a data folder on the disk.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::time::sleep;

use crate::Outcome;
use crate::data::Data;
use crate::process::Process;
use crate::wire::{Call, Connection, Target, Who};

/// How long a server may take until it answers.
const LONGEST_START: Duration = Duration::from_mins(1);
/// How often it is tried whether it answers.
const KNOCK: Duration = Duration::from_millis(1);

/// What is logged. `Warnings` is silent in a run without defects; `Requests` is the default of the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum LogLevel {
    #[default]
    Warnings,
    Requests,
}

/// What is not the same for all servers that are measured.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Settings<'a> {
    pub(crate) log: LogLevel,
    /// How many wrapping keys of RSA-2048 and of RSA-4096 are kept ready. None: as many as by default.
    pub(crate) stock: Option<(usize, usize)>,
    /// Where strace writes each time that something is made durable. None: it does not run.
    pub(crate) traced: Option<&'a Path>,
}

/// Trent, running.
pub(crate) struct Trent {
    pub(crate) process: Process,
    address: SocketAddr,
    /// From the start of the process to the first answer to a signed request.
    pub(crate) started_in: Duration,
}

impl Trent {
    /// Starts it, and waits until it answers `who`.
    pub(crate) async fn start(
        binary: &Path,
        data: &Data,
        settings: Settings<'_>,
        who: &Arc<Who>,
    ) -> Outcome<Self> {
        let address = free_address()?;
        let config = configure(data, address, settings)?;
        let log = File::create(data.folder.with_extension("log"))?;
        let began = Instant::now();
        let child = program(binary, settings.traced)
            .args(["serve", "--config"])
            .arg(&config)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .map_err(|error| {
                format!("{} does not run: {error}", settings.traced.map_or("trent", |_| "strace"))
            })?;
        let mut process = Process::of(child);
        let mut connection = Connection::to(&Target::new(address, Arc::clone(who))?);
        // Whatever it answers, it has verified the signature, found the user and evaluated policies.
        let first = Call::new("DescribeKey", r#"{"KeyId":"alias/none"}"#.to_owned());
        loop {
            match connection.call(&first).await {
                Err(refusal) if refusal.kind.starts_with("cannot connect") => {}
                _ => break,
            }
            if process.has_ended()? || began.elapsed() > LONGEST_START {
                let said = fs::read_to_string(data.folder.with_extension("log"))?;
                return Err(format!("trent serve did not start: {said}").into());
            }
            sleep(KNOCK).await;
        }
        Ok(Self { process, address, started_in: began.elapsed() })
    }

    /// It, called by `who`.
    pub(crate) fn target(&self, who: &Arc<Who>) -> Outcome<Arc<Target>> {
        Target::new(self.address, Arc::clone(who))
    }
}

/// A port that nobody uses at the moment.
fn free_address() -> Outcome<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// The server's program, or strace with it: whose child it is, so that it is the server that is stopped and measured.
fn program(binary: &Path, traced: Option<&Path>) -> Command {
    let Some(to) = traced else { return Command::new(binary) };
    let mut strace = Command::new("strace");
    strace.args(["-D", "-f", "-q", "-e", "trace=fsync,fdatasync", "-e", "signal=none", "-o"]);
    strace.arg(to).arg(binary);
    strace
}

fn configure(data: &Data, address: SocketAddr, settings: Settings<'_>) -> Outcome<PathBuf> {
    let path = data.folder.with_extension("toml");
    let level = match settings.log {
        LogLevel::Warnings => "warn",
        LogLevel::Requests => "info",
    };
    // What JSON quotes, TOML reads the same way.
    let folder = json!(fs::canonicalize(&data.folder)?);
    let stock =
        settings.stock.map(|(small, large)| format!("[stock]\nRSA_2048 = {small}\nRSA_4096 = {large}\n"));
    let stock = stock.unwrap_or_default();
    let text = format!("data = {folder}\nlisten = \"{address}\"\n\n{stock}[log]\nlevel = \"{level}\"\n");
    fs::write(&path, text)?;
    Ok(path)
}
