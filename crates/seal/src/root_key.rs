//! The root key: 32 random bytes in a file of their own, apart from the data that they protect.
//!
//! The file is text, so that it can be printed and kept in a safe:
//!
//! ```text
//! trent root key 1
//! <the key, 64 hexadecimal digits>
//! sha256 <the first 16 hexadecimal digits of the SHA-256 of the two lines above>
//! ```
//!
//! The checksum tells a file that was truncated or mistyped from a key that does not fit the data. What must hold:
//! the file never exists half-written, is never overwritten, and is used only if nobody but its owner can read it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crypto::{SealingKey, SecretBytes, constant_time_eq, hmac_sha256, sha256};
use zeroize::Zeroizing;

use crate::SealError;

/// The first line of the file.
const HEADER: &str = "trent root key 1";

/// Hexadecimal digits of the checksum.
const CHECKSUM: usize = 16;

/// Only the owner may read and write the file.
const FILE_MODE: u32 = 0o600;

/// Permission bits that the file must not have: any for others, and execution.
const TOO_WIDE: u32 = 0o177;

/// Most bytes read of a root key file; a right one has 106.
const MAX_FILE: usize = 1_024;

/// Hexadecimal digits of a fingerprint.
pub(crate) const FINGERPRINT: usize = 16;

/// The key that wraps the keyring of a store.
pub struct RootKey {
    bytes: SecretBytes,
    sealing: SealingKey,
}

impl RootKey {
    /// A new random root key that is in no file: what is sealed under it is lost with it.
    pub fn generate() -> Self {
        let sealing = SealingKey::generate();
        Self { bytes: sealing.to_secret(), sealing }
    }

    /// Makes a new root key and the file at `path` that holds it, with mode 0600. The file is on the disk, whole,
    /// when this returns, and an existing file is left alone.
    pub fn create(path: &Path) -> Result<Self, SealError> {
        let root = Self::generate();
        write_new(path, root.to_text().as_bytes()).map_err(|source| match source.kind() {
            ErrorKind::AlreadyExists => SealError::RootKeyExists { path: path.to_owned() },
            _ => SealError::Io { doing: "write the root key", path: path.to_owned(), source },
        })?;
        Ok(root)
    }

    /// Reads the root key in the file at `path`, which may be a symbolic link.
    pub fn load(path: &Path) -> Result<Self, SealError> {
        let on = |source: io::Error| match source.kind() {
            ErrorKind::NotFound => SealError::RootKeyMissing { path: path.to_owned() },
            _ => SealError::Io { doing: "read the root key", path: path.to_owned(), source },
        };
        let file = File::open(path).map_err(on)?;
        let metadata = file.metadata().map_err(on)?;
        check_custody(path, metadata.mode(), metadata.uid(), rustix::process::geteuid().as_raw())?;
        // Room for all of it at once: a buffer that grows would leave copies behind.
        let mut text = Zeroizing::new(Vec::with_capacity(MAX_FILE + 1));
        file.take(MAX_FILE as u64).read_to_end(&mut text).map_err(on)?;
        Self::from_text(&text).ok_or_else(|| SealError::RootKeyDamaged { path: path.to_owned() })
    }

    /// What tells root keys apart and may be shown: 16 hexadecimal digits that say nothing about the key.
    pub fn fingerprint(&self) -> String {
        let digest = hmac_sha256(self.bytes.expose(), &[b"trent root key fingerprint"]);
        let mut digits = hex::encode(digest);
        digits.truncate(FINGERPRINT);
        digits
    }

    /// What wraps the keyring.
    pub(crate) fn sealing(&self) -> &SealingKey {
        &self.sealing
    }

    fn to_text(&self) -> Zeroizing<String> {
        let digits = Zeroizing::new(hex::encode(self.bytes.expose()));
        let lines = Zeroizing::new(format!("{HEADER}\n{}\n", *digits));
        let mut checksum = hex::encode(sha256(lines.as_bytes()));
        checksum.truncate(CHECKSUM);
        Zeroizing::new(format!("{}sha256 {checksum}\n", *lines))
    }

    /// The key in a file, if all of the file is as it was written; only white space at its end is let go.
    fn from_text(text: &[u8]) -> Option<Self> {
        let digits = text.split(|byte| *byte == b'\n').nth(1)?;
        let bytes = SecretBytes::new(hex::decode(digits).ok()?);
        let root = Self { sealing: SealingKey::from_secret(&bytes)?, bytes };
        let written = root.to_text();
        constant_time_eq(written.trim_end().as_bytes(), text.trim_ascii_end()).then_some(root)
    }
}

/// Refuses a file that others can read, or that its owner, being neither us nor root, could change under us.
fn check_custody(path: &Path, mode: u32, owner: u32, user: u32) -> Result<(), SealError> {
    let path = path.to_owned();
    if mode & TOO_WIDE != 0 {
        return Err(SealError::RootKeyExposed { path, mode: mode & 0o7777 });
    }
    if owner != user && owner != 0 {
        return Err(SealError::RootKeyOwner { path, owner, user });
    }
    Ok(())
}

/// Writes a file that must not exist yet. It appears under its name only when it is whole and on the disk: it is
/// written under another name first, and linking, unlike renaming, never replaces what is there.
fn write_new(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    let draft = PathBuf::from(name);
    // Left by a start that was interrupted; nothing can have been sealed under it yet.
    match fs::remove_file(&draft) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().create_new(true).write(true).mode(FILE_MODE).open(&draft)?;
    let linked =
        file.write_all(text).and_then(|()| file.sync_all()).and_then(|()| fs::hard_link(&draft, path));
    fs::remove_file(&draft)?;
    linked?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;
    use crate::testing::Folder;

    fn write(path: &Path, text: &[u8]) {
        fs::write(path, text).unwrap();
        fs::set_permissions(path, Permissions::from_mode(FILE_MODE)).unwrap();
    }

    fn refusal(path: &Path) -> SealError {
        RootKey::load(path).err().expect("the root key must be refused")
    }

    #[test]
    fn what_was_created_is_loaded_also_through_a_link() {
        let folder = Folder::new();
        let path = folder.join("root.key");
        let created = RootKey::create(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o7777, FILE_MODE);
        assert!(!folder.join("root.key.new").exists());

        let link = folder.join("link");
        symlink(&path, &link).unwrap();
        for path in [&path, &link] {
            let loaded = RootKey::load(path).unwrap();
            assert!(loaded.bytes.same_as(created.bytes.expose()));
            assert_eq!(loaded.fingerprint(), created.fingerprint());
        }
        assert_ne!(RootKey::generate().fingerprint(), created.fingerprint());
        assert_eq!(created.fingerprint().len(), FINGERPRINT);
    }

    #[test]
    fn creating_never_replaces_a_file_and_survives_an_interrupted_start() {
        let folder = Folder::new();
        let path = folder.join("root.key");
        write(&folder.join("root.key.new"), b"half a ro");
        RootKey::create(&path).unwrap();
        let before = fs::read(&path).unwrap();
        assert!(matches!(RootKey::create(&path), Err(SealError::RootKeyExists { .. })));
        assert_eq!(fs::read(&path).unwrap(), before);
        assert!(!folder.join("root.key.new").exists());
    }

    #[test]
    fn a_missing_file_is_named_with_what_to_do() {
        let path = Folder::new().join("root.key");
        let error = refusal(&path);
        assert!(matches!(error, SealError::RootKeyMissing { .. }));
        assert!(error.to_string().contains("backup"), "{error}");
        assert!(error.to_string().contains(path.to_str().unwrap()), "{error}");
    }

    #[test]
    fn a_mode_wider_than_0600_is_refused_with_the_command_that_mends_it() {
        let folder = Folder::new();
        let path = folder.join("root.key");
        RootKey::create(&path).unwrap();
        for mode in [0o640, 0o604, 0o660, 0o601, 0o700, 0o644, 0o610, 0o602] {
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            let error = refusal(&path);
            assert!(matches!(error, SealError::RootKeyExposed { mode: found, .. } if found == mode));
            assert!(error.to_string().contains(&format!("chmod 600 {}", path.display())), "{error}");
        }
        for mode in [0o600, 0o400] {
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            assert!(RootKey::load(&path).is_ok(), "{mode:o}");
        }
    }

    #[test]
    fn the_owner_must_be_this_user_or_root() {
        let path = Path::new("root.key");
        assert!(check_custody(path, 0o600, 1000, 1000).is_ok());
        assert!(check_custody(path, 0o600, 0, 1000).is_ok());
        for (owner, user) in [(1001, 1000), (1000, 0)] {
            let error = check_custody(path, 0o600, owner, user).unwrap_err();
            assert!(matches!(error, SealError::RootKeyOwner { .. }));
            assert!(error.to_string().contains(&format!("chown {user} root.key")), "{error}");
        }
    }

    #[test]
    fn every_truncation_is_refused() {
        let folder = Folder::new();
        let path = folder.join("root.key");
        RootKey::create(&path).unwrap();
        let whole = fs::read(&path).unwrap();
        // The last byte is the end of the last line, which an editor may drop.
        for length in 0..whole.len() - 1 {
            write(&path, &whole[..length]);
            assert!(matches!(refusal(&path), SealError::RootKeyDamaged { .. }), "{length} bytes");
        }
        write(&path, &whole[..whole.len() - 1]);
        assert!(RootKey::load(&path).is_ok());
    }

    #[test]
    fn every_edited_byte_and_every_addition_is_refused() {
        let folder = Folder::new();
        let path = folder.join("root.key");
        RootKey::create(&path).unwrap();
        let whole = fs::read(&path).unwrap();
        for place in 0..whole.len() {
            let mut edited = whole.clone();
            edited[place] ^= 1;
            write(&path, &edited);
            let error = refusal(&path);
            assert!(matches!(error, SealError::RootKeyDamaged { .. }), "byte {place}");
            assert!(error.to_string().contains("backup"), "{error}");
        }
        for addition in [&b"more"[..], &[b'x'; 4096]] {
            write(&path, &[&whole, addition].concat());
            assert!(matches!(refusal(&path), SealError::RootKeyDamaged { .. }));
        }
        write(&path, whole.to_ascii_uppercase().as_slice());
        assert!(matches!(refusal(&path), SealError::RootKeyDamaged { .. }));
    }

    #[test]
    fn a_folder_in_its_place_is_an_error_and_not_a_key() {
        let folder = Folder::new();
        let path = folder.join("root.key");
        fs::create_dir(&path).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        assert!(matches!(refusal(&path), SealError::Io { .. }));
    }
}
