//! What the data key operations share.

use api::{DataKeySpec, EncryptionAlgorithmSpec, EncryptionContext, Error, ErrorCode, limits};
use crypto::{Content, SecretBytes};

use super::ciphertext::{Encrypted, check_algorithm, encrypt};
use crate::authorize::Permit;
use crate::pipeline::Stop;

/// The length of what is asked for, in bytes.
pub(super) fn length(spec: Option<DataKeySpec>, bytes: Option<i64>) -> Result<usize, Error> {
    match (spec, bytes) {
        (Some(DataKeySpec::Aes256), None) => Ok(32),
        (Some(DataKeySpec::Aes128), None) => Ok(16),
        (None, Some(bytes)) if (1..=limits::MAX_RANDOM).contains(&bytes) => {
            usize::try_from(bytes).map_err(Error::internal)
        }
        (None, Some(_)) => {
            let text = format!("NumberOfBytes must be between 1 and {}.", limits::MAX_RANDOM);
            Err(Error::new(ErrorCode::Validation, text))
        }
        (None, None) | (Some(_), Some(_)) => {
            let text = "Please specify either number of bytes or key spec.";
            Err(Error::new(ErrorCode::Validation, text))
        }
    }
}

/// Makes a data key and encrypts it.
pub(super) async fn generate(
    key: &Permit<'_>,
    length: usize,
    context: Option<&EncryptionContext>,
) -> Result<(SecretBytes, Encrypted), Stop> {
    let algorithm = check_algorithm(key, Some(EncryptionAlgorithmSpec::SymmetricDefault), context)?;
    let plaintext = crypto::random::secret(length);
    let encrypted = encrypt(key, algorithm, context, (Content::DataKey, plaintext.expose())).await?;
    Ok((plaintext, encrypted))
}
