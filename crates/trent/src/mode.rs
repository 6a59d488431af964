//! What a data folder is for. Development gives every account the secret `test`, so it must never open the data of a
//! real server; and what was made in development is known to everybody, so a real server must not serve it.

use std::path::Path;
use std::sync::Arc;

use crypto::SecretBytes;
use iam::Identities;
use seal::{Changes, Commit, Records};

use crate::Failure;

/// The record that says it, made with the data.
const RECORD: &str = "server/mode";

/// What a data folder is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// `trent dev`.
    Dev,
    /// `trent init` and `trent serve`.
    Serve,
}

impl Mode {
    const fn word(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Serve => "serve",
        }
    }

    /// Who there is in data of this mode.
    pub(crate) fn identities(self, records: Arc<Records>, partition: &str) -> Identities {
        match self {
            Self::Dev => Identities::dev(records, partition),
            Self::Serve => Identities::new(records, partition),
        }
    }

    /// What the data in `folder` is for.
    pub(crate) async fn of(folder: &Path, records: &Records) -> Result<Self, Failure> {
        Self::find(folder, records).await?.ok_or_else(|| nothing_said(folder))
    }

    /// Refuses data that is for something else, and marks data in which there is nothing yet.
    pub(crate) async fn claim(self, folder: &Path, records: &Records) -> Result<(), Failure> {
        match Self::find(folder, records).await? {
            Some(found) if found == self => Ok(()),
            Some(found) => Err(found.refusal(folder)),
            None if records.scan("", None, 1).await?.is_empty() => self.mark(folder, records).await,
            None => Err(nothing_said(folder)),
        }
    }

    async fn find(folder: &Path, records: &Records) -> Result<Option<Self>, Failure> {
        let Some(record) = records.get(RECORD).await? else { return Ok(None) };
        let modes = [Self::Dev, Self::Serve];
        let mode = modes.into_iter().find(|mode| record.plaintext.expose() == mode.word().as_bytes());
        mode.map(Some).ok_or_else(|| {
            Failure::new(format!(
                "the data in {} is for something that this version of Trent does not know: start the newer Trent that \
                 made it",
                folder.display()
            ))
        })
    }

    async fn mark(self, folder: &Path, records: &Records) -> Result<(), Failure> {
        let mut changes = Changes::default();
        changes.expect_absent(RECORD).put(RECORD, SecretBytes::copy_of(self.word().as_bytes()));
        match records.commit(changes).await? {
            Commit::Done(_) => Ok(()),
            // Only this process has the data, so this is somebody editing it.
            Commit::Conflict => Err(nothing_said(folder)),
        }
    }

    /// Why data of this mode is not opened in the other.
    fn refusal(self, folder: &Path) -> Failure {
        let folder = folder.display();
        Failure::new(match self {
            Self::Serve => format!(
                "the data in {folder} was made by `trent init` for a real server, and everybody knows the secrets of the \
                 development server: start it with `trent serve`, or give `trent dev` another folder"
            ),
            Self::Dev => format!(
                "the data in {folder} was made by `trent dev`, whose secrets everybody knows: use `trent dev` with it, or \
                 make the data of a real server with `trent init` in another folder"
            ),
        })
    }
}

fn nothing_said(folder: &Path) -> Failure {
    Failure::new(format!(
        "the data in {} does not say whether it is for development or for a real server: part of it is missing, so \
         restore all of it from a backup",
        folder.display()
    ))
}

#[cfg(test)]
mod tests {
    use seal::RootKey;
    use store::Memory;

    use super::*;

    async fn records() -> Records {
        Records::open(Arc::new(Memory::default()), &RootKey::generate()).await.unwrap()
    }

    async fn put(records: &Records, key: &str, text: &[u8]) {
        let mut changes = Changes::default();
        changes.put(key, SecretBytes::copy_of(text));
        assert!(matches!(records.commit(changes).await.unwrap(), Commit::Done(_)));
    }

    #[tokio::test]
    async fn data_stays_what_it_was_made_for() {
        let folder = Path::new("/data");
        for (mine, other, advice) in [
            (Mode::Dev, Mode::Serve, "make the data of a real server with `trent init`"),
            (Mode::Serve, Mode::Dev, "start it with `trent serve`"),
        ] {
            let records = records().await;
            assert!(Mode::of(folder, &records).await.is_err(), "nothing is said yet");
            mine.claim(folder, &records).await.unwrap();
            mine.claim(folder, &records).await.unwrap();
            assert_eq!(Mode::of(folder, &records).await.unwrap(), mine);
            let refusal = format!("{:?}", other.claim(folder, &records).await.unwrap_err());
            assert!(refusal.contains("/data") && refusal.contains(advice), "{refusal}");
            put(&records, "key/1", b"x").await;
            mine.claim(folder, &records).await.unwrap();
        }
    }

    #[tokio::test]
    async fn data_that_does_not_say_is_for_nobody() {
        let folder = Path::new("/data");
        for (key, text) in [("key/1", &b"x"[..]), (RECORD, b"demo")] {
            let records = records().await;
            put(&records, key, text).await;
            assert!(Mode::Dev.claim(folder, &records).await.is_err(), "{key}");
            assert!(Mode::Serve.claim(folder, &records).await.is_err(), "{key}");
            assert!(Mode::of(folder, &records).await.is_err(), "{key}");
        }
    }
}
