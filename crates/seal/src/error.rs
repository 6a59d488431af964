//! Why the seal refuses.

use std::io;
use std::path::PathBuf;

use store::StoreError;

/// Why the seal refuses. Most of these stop the server at its start, so each says what the operator can do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// There is no root key file.
    #[error(
        "there is no root key at {path}: put the file back from its backup. Without it no key in the data can ever \
         be used again; a new root key would not help. Only to begin anew, start with an empty data folder"
    )]
    RootKeyMissing {
        /// Where it should be.
        path: PathBuf,
    },
    /// A root key was to be made where there is a file already.
    #[error(
        "{path} exists already and was left as it is: use that root key, or move it away (never delete it while there is data under it)"
    )]
    RootKeyExists {
        /// The file.
        path: PathBuf,
    },
    /// The mode of the root key file lets others than its owner at it.
    #[error(
        "others than its owner can get at the root key (mode {mode:04o}): run `chmod 600 {path}`, and if someone may have \
         read it, treat the keys in the data as known to them"
    )]
    RootKeyExposed {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The root key file belongs to someone who could change it under us.
    #[error(
        "the root key {path} belongs to user id {owner}, and this server runs as user id {user}: run `chown {user} {path}`, \
         or start the server as the user who owns it"
    )]
    RootKeyOwner {
        /// The file.
        path: PathBuf,
        /// Who owns it.
        owner: u32,
        /// Who we are.
        user: u32,
    },
    /// The root key file is not as it was written.
    #[error(
        "the root key file {path} is truncated or was edited: put it back from its backup. The data is untouched"
    )]
    RootKeyDamaged {
        /// The file.
        path: PathBuf,
    },
    /// A file could not be made, opened, read or written.
    #[error("cannot {doing} {path}: check that the folder exists and that this user may use it")]
    Io {
        /// What was tried, as words that fit before the path.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The data was sealed under another root key.
    #[error(
        "this root key (fingerprint {given}) does not fit the data, which was sealed under the root key with fingerprint \
         {wanted}: start with that root key, or with the data that belongs to this one. Nothing was changed"
    )]
    RootKeyDoesNotFit {
        /// Fingerprint of the root key that the data names.
        wanted: String,
        /// Fingerprint of the root key at hand.
        given: String,
    },
    /// There are records, but not the keyring that they were sealed with.
    #[error(
        "the store has records but no keyring to open them with: part of the data is missing, so restore all of it from a backup"
    )]
    KeyringMissing,
    /// The keyring names the right root key and does not open.
    #[error("the keyring in the store was altered outside of Trent: restore the data from a backup")]
    KeyringDamaged,
    /// The keyring has a form that this version does not know.
    #[error(
        "the keyring in the store has form {found}, which this version of Trent does not know: start the newer Trent that wrote it"
    )]
    KeyringNewer {
        /// Its form.
        found: u8,
    },
    /// A record does not open under its own name.
    #[error(
        "the record {key} in the store was altered or moved outside of Trent and will not be used: restore the data from a backup"
    )]
    RecordDamaged {
        /// The key of the record.
        key: String,
    },
    /// A caller tried to write what belongs to this crate.
    #[error("the key {key} is reserved for the keyring")]
    ReservedKey {
        /// The key.
        key: String,
    },
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}
