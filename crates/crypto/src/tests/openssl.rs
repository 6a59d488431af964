//! Running OpenSSL's command line, the second implementation.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::random;

/// A directory of one test, removed at its end.
pub(super) struct Workplace(PathBuf);

impl Workplace {
    pub(super) fn new() -> Self {
        let path = std::env::temp_dir().join(format!("crypto-test-{}", hex::encode(random::array::<8>())));
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    /// Writes a file and returns its path.
    pub(super) fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(super) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    /// Runs `openssl` with these words, separated by blanks. Files are named without their directory.
    #[track_caller]
    pub(super) fn openssl(&self, words: &str) -> Vec<u8> {
        let (success, stdout, stderr) = run(&self.0, words.split_whitespace());
        assert!(success, "openssl {words}: {stderr}");
        stdout
    }

    /// True if OpenSSL ends without an error.
    pub(super) fn openssl_accepts(&self, words: &str) -> bool {
        run(&self.0, words.split_whitespace()).0
    }
}

impl Drop for Workplace {
    fn drop(&mut self) {
        let removed = std::fs::remove_dir_all(&self.0);
        assert!(removed.is_ok() || std::thread::panicking(), "the test's directory could not be removed");
    }
}

fn run(directory: &Path, words: impl Iterator<Item = impl AsRef<OsStr>>) -> (bool, Vec<u8>, String) {
    let output = Command::new("openssl")
        .args(words)
        .current_dir(directory)
        .output()
        .expect("these tests need the command `openssl` (version 3) on the PATH");
    (output.status.success(), output.stdout, String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn the_second_implementation_is_openssl_3() {
    let version = String::from_utf8(Workplace::new().openssl("version")).unwrap();
    assert!(version.starts_with("OpenSSL 3."), "these tests need OpenSSL 3, found {version}");
}
