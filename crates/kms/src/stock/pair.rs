//! A wrapping key as it is kept and handed out, as bytes; `wrapping_keys.rs` parses it when its token has been given.

use crypto::{KeyError, RsaBits, SecretBytes, WrappingKey};

/// The two halves of a wrapping key.
pub(crate) struct Pair {
    /// `SubjectPublicKeyInfo` in DER.
    pub(crate) public: Vec<u8>,
    /// PKCS#8 in DER.
    pub(crate) private: SecretBytes,
}

impl Pair {
    pub(super) fn make(bits: RsaBits) -> Result<Self, KeyError> {
        let key = WrappingKey::generate(bits)?;
        Ok(Self { public: key.public_key().to_vec(), private: key.to_pkcs8() })
    }

    /// As it lies in the store: two bytes with the length of the public half, and both halves.
    pub(super) fn to_record(&self) -> Option<SecretBytes> {
        let length = u16::try_from(self.public.len()).ok()?;
        let mut record = Vec::with_capacity(2 + self.public.len() + self.private.len());
        record.extend_from_slice(&length.to_be_bytes());
        record.extend_from_slice(&self.public);
        record.extend_from_slice(self.private.expose());
        Some(SecretBytes::new(record))
    }

    /// What [`Self::to_record`] gave; `None` if it is something else.
    pub(super) fn of_record(record: &SecretBytes) -> Option<Self> {
        let (length, rest) = record.expose().split_first_chunk::<2>()?;
        let (public, private) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        Some(Self { public: public.to_vec(), private: SecretBytes::copy_of(private) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_has_both_halves() {
        let pair = Pair { public: vec![1, 2, 3], private: SecretBytes::copy_of(&[4, 5]) };
        let record = pair.to_record().unwrap();
        assert_eq!(record.expose(), [0, 3, 1, 2, 3, 4, 5]);
        let again = Pair::of_record(&record).unwrap();
        assert!(again.public == pair.public && again.private.same_as(&[4, 5]));
        for damaged in [&[][..], &[0], &[0, 3, 1, 2]] {
            assert!(Pair::of_record(&SecretBytes::copy_of(damaged)).is_none());
        }
    }
}
