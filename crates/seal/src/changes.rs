//! What a commit of records asks for: [`store::Batch`] with plaintexts in place of values.

use crypto::SecretBytes;
use store::Revision;

/// Expectations and writes that happen together or not at all.
#[derive(Default)]
pub struct Changes(pub(crate) Vec<Change>);

pub(crate) enum Change {
    ExpectAbsent(String),
    Expect(String, Revision),
    Put(String, SecretBytes),
    Delete(String),
}

impl Change {
    pub(crate) fn key(&self) -> &str {
        match self {
            Self::ExpectAbsent(key) | Self::Expect(key, _) | Self::Put(key, _) | Self::Delete(key) => key,
        }
    }
}

impl Changes {
    /// Lets the changes happen only if there is no record `key`.
    pub fn expect_absent(&mut self, key: &str) -> &mut Self {
        self.0.push(Change::ExpectAbsent(key.to_owned()));
        self
    }

    /// Lets the changes happen only if the record `key` was last written by the commit `revision`.
    pub fn expect(&mut self, key: &str, revision: Revision) -> &mut Self {
        self.0.push(Change::Expect(key.to_owned(), revision));
        self
    }

    /// Gives the record `key` this content.
    pub fn put(&mut self, key: &str, plaintext: SecretBytes) -> &mut Self {
        self.0.push(Change::Put(key.to_owned(), plaintext));
        self
    }

    /// Removes the record `key`.
    pub fn delete(&mut self, key: &str) -> &mut Self {
        self.0.push(Change::Delete(key.to_owned()));
        self
    }

    /// Adds the changes of another.
    pub fn append(&mut self, mut other: Self) -> &mut Self {
        self.0.append(&mut other.0);
        self
    }
}
