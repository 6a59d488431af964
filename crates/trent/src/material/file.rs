//! Reading the file.

use std::fs;
use std::io::{self, IsTerminal as _, Read};
use std::path::Path;

use crypto::SecretBytes;

use crate::{Failure, output};

/// Longest file read, in bytes. A PEM file of a 4096-bit RSA key has about 3300.
const MAX_LEN: u64 = 64 * 1024;
/// "Readable by the group or by everybody" in the mode of a file.
#[cfg(unix)]
const READABLE_BY_OTHERS: u32 = 0o044;

/// What a file of material holds.
pub(crate) struct File {
    pub(crate) bytes: SecretBytes,
    /// How messages call it.
    pub(crate) name: String,
}

/// Reads a file of material, or standard input for `-`. Warns if others may read it too.
pub(crate) fn read(path: &Path) -> Result<File, Failure> {
    if path == Path::new("-") {
        return read_stdin();
    }
    let name = path.display().to_string();
    let unreadable = |error| Failure::new(format!("the key material in {name} cannot be read: {error}"));
    let file = fs::File::open(path).map_err(unreadable)?;
    warn_if_readable_by_others(&file, &name).map_err(unreadable)?;
    let bytes = read_bounded(file, &name)?;
    Ok(File { bytes, name })
}

fn read_stdin() -> Result<File, Failure> {
    let stdin = io::stdin();
    if stdin.is_terminal() {
        return Err(Failure::new(
            "standard input is a terminal, which would show the key material. Give a file to --material-file, or \
             pipe the material in.",
        ));
    }
    let name = "standard input".to_owned();
    let bytes = read_bounded(stdin.lock(), &name)?;
    Ok(File { bytes, name })
}

fn read_bounded(source: impl Read, name: &str) -> Result<SecretBytes, Failure> {
    // With room for everything from the start, nothing is left behind by a buffer that grows.
    let mut bytes = Vec::with_capacity(usize::try_from(MAX_LEN + 1).unwrap_or_default());
    let read = source.take(MAX_LEN + 1).read_to_end(&mut bytes);
    let bytes = SecretBytes::new(bytes);
    read.map_err(|error| Failure::new(format!("the key material in {name} cannot be read: {error}")))?;
    match bytes.len() as u64 {
        0 => Err(Failure::new(format!("{name} is empty: there is no key material in it"))),
        1..=MAX_LEN => Ok(bytes),
        _ => Err(Failure::new(format!("{name} has more than {MAX_LEN} bytes; no key material is that long"))),
    }
}

#[cfg(unix)]
fn warn_if_readable_by_others(file: &fs::File, name: &str) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = file.metadata()?;
    if metadata.is_file() && metadata.permissions().mode() & READABLE_BY_OTHERS != 0 {
        output::warn(&format!(
            "other users of this machine may read {name}: chmod 600 {}",
            output::quoted(name)
        ));
    }
    Ok(())
}

#[cfg(not(unix))]
fn warn_if_readable_by_others(_: &fs::File, _: &str) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_bounded() {
        let longest = usize::try_from(MAX_LEN).unwrap();
        assert_eq!(read_bounded(&vec![7; longest][..], "f").map(|b| b.len()).ok(), Some(longest));
        for len in [0, longest + 1] {
            assert!(read_bounded(&vec![7; len][..], "f").is_err(), "{len}");
        }
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = read(Path::new("/nowhere/key.bin")).err().unwrap();
        assert!(format!("{error:?}").contains("/nowhere/key.bin"), "{error:?}");
    }
}
