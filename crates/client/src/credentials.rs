//! Whose requests these are.

use crypto::SecretBytes;

/// An access key, permanent or of a session. Deliberately without `Debug` and `Clone`.
pub struct Credentials {
    /// The access key id, which is not secret.
    pub access_key_id: String,
    /// The secret access key.
    pub secret: SecretBytes,
    /// The token that belongs to a temporary access key.
    pub session_token: Option<String>,
}

impl Credentials {
    pub(crate) fn signer<'a>(&'a self, region: &'a str) -> sigv4::Signer<'a> {
        sigv4::Signer {
            access_key_id: &self.access_key_id,
            secret: self.secret.expose(),
            session_token: self.session_token.as_deref(),
            region,
            service: crate::SERVICE,
        }
    }
}
