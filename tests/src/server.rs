//! The server as a process, started the way a user starts it.

use std::fs::{self, File};
use std::io::{BufReader, Read as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;

use aws_sdk_kms::Client;
use aws_sdk_kms::config::retry::RetryConfig;
use aws_sdk_kms::config::{BehaviorVersion, Credentials, Region};

/// The Region of the clients, unless a test says another.
const REGION: &str = "eu-central-1";

/// The file that a server logs to, in its folder.
const LOG: &str = "log";

/// The binary under test.
static BINARY: LazyLock<PathBuf> = LazyLock::new(|| match std::env::var_os("TRENT_BIN") {
    Some(path) => PathBuf::from(path),
    None => build(),
});

/// Builds the binary with the profile of the tests. It ends up beside the folder that this test runs from.
fn build() -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status =
        Command::new(cargo).args(["build", "--package", "trent", "--bin", "trent"]).status().unwrap();
    assert!(status.success(), "the server cannot be built: {status}");
    let own = std::env::current_exe().unwrap();
    own.ancestors().nth(2).unwrap().join("trent")
}

/// A data folder that goes away with the value.
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// A new one, named after the test.
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("trent-blackbox-{}-{name}", std::process::id()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

/// A running `trent dev`. It is killed when the value goes away.
pub(crate) struct Server {
    process: Child,
    pub(crate) address: SocketAddr,
    log: PathBuf,
}

impl Server {
    /// Starts a server on `folder`, and waits until it says where it listens. If it does not start, it ends, and its
    /// log is shown.
    pub(crate) fn start(folder: &Folder) -> Self {
        let log = File::options().create(true).append(true).open(folder.path().join(LOG)).unwrap();
        Self::start_logging_to(folder, log.into())
    }

    /// Starts a server that logs to `stderr`.
    pub(crate) fn start_logging_to(folder: &Folder, stderr: Stdio) -> Self {
        let log = folder.path().join(LOG);
        let mut process = Command::new(&*BINARY)
            .args(["dev", "--listen", "127.0.0.1:0", "--data"])
            .arg(folder.path().join("data"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(stderr)
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        let address = address_in(&mut stdout).unwrap_or_else(|| {
            panic!("the server did not start:\n{}", fs::read_to_string(&log).unwrap_or_default())
        });
        // Whatever it still prints must not fill the pipe.
        std::thread::spawn(move || stdout.read_to_end(&mut Vec::new()));
        Self { process, address, log }
    }

    /// Ends it as a power failure does.
    pub(crate) fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// What it has logged.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Whether it still runs.
    pub(crate) fn is_running(&mut self) -> bool {
        self.process.try_wait().unwrap().is_none()
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The SDK as the root of the default account. It never tries twice: an error is an error.
    pub(crate) fn client(&self) -> Client {
        self.client_as("test", "test")
    }

    pub(crate) fn client_as(&self, access_key_id: &str, secret: &str) -> Client {
        self.client_of(access_key_id, secret, REGION)
    }

    /// The SDK as the root of the default account, in another Region.
    pub(crate) fn client_in(&self, region: &'static str) -> Client {
        self.client_of("test", "test", region)
    }

    fn client_of(&self, access_key_id: &str, secret: &str, region: &'static str) -> Client {
        let config = aws_sdk_kms::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(self.endpoint())
            .region(Region::new(region))
            .credentials_provider(Credentials::new(access_key_id, secret, None, None, "test"))
            .retry_config(RetryConfig::disabled())
            .build();
        Client::from_conf(config)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("log of the server:\n{}", self.log());
        }
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// The address in the lines that the server prints when it is ready.
fn address_in(stdout: impl std::io::BufRead) -> Option<SocketAddr> {
    let mut lines = stdout.lines();
    lines.find_map(|line| {
        let line = line.ok()?;
        let (_, rest) = line.split_once("AWS_ENDPOINT_URL=http://")?;
        rest.split_whitespace().next()?.parse().ok()
    })
}
