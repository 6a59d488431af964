//! The way back to a key whose policy locks everybody out: for the operator, beside all authorization.
//!
//! Nothing that comes over the network leads here. AWS has its support do this; who runs this server does it on the
//! server's own data, which takes the root key and says more than any signature.

use api::{Error, ErrorCode, KeyManagerType, PutKeyPolicy, Request as _};

use crate::Kms;
use crate::arn::{KeyName, Place, parse_key_name, shown};
use crate::keys::Keys;
use crate::policy::KeyPolicy;

impl Kms {
    /// Puts the default policy, which leaves the key to its account, in the place of a key's policy.
    ///
    /// # Errors
    /// `InvalidArnException` for what is no key ARN, `NotFoundException` if there is no such key,
    /// `UnsupportedOperationException` for an AWS managed key, whose policy is fixed.
    pub async fn reset_key_policy(&self, arn: &str) -> Result<(), Error> {
        let place = self.place_of(arn).ok_or_else(|| {
            Error::new(ErrorCode::InvalidArn, format!("'{}' is not the ARN of a key.", shown(arn)))
        })?;
        let (place, name) = parse_key_name(&PutKeyPolicy::SPEC, &place, arn)?;
        let not_found = || Error::new(ErrorCode::NotFound, format!("Key '{}' does not exist", shown(arn)));
        let KeyName::Key(id) = name else {
            return Err(not_found());
        };
        let key = self.keys().load(&place.account, &place.region, &id).await?.ok_or_else(not_found)?;
        if key.record.manager != KeyManagerType::Customer {
            let text = format!("{} is an AWS managed key, whose policy is fixed.", shown(arn));
            return Err(Error::new(ErrorCode::UnsupportedOperation, text));
        }
        let policy = KeyPolicy::default_of(&place.partition, &place.account);
        let mut record = key.record.clone();
        policy.put_on(&mut record);
        let changes = Keys::replace(Some(&key), &record)?;
        self.keys().commit(&record, changes).await.map_err(|_| {
            Error::new(ErrorCode::Throttling, "The key was changed at the same moment. Try again.")
        })
    }

    /// Where the key of an ARN is.
    fn place_of(&self, arn: &str) -> Option<Place> {
        let mut parts = arn.split(':').skip(3);
        let (region, account) = (parts.next()?.to_owned(), parts.next()?.to_owned());
        Some(Place { partition: self.settings().partition.clone(), account, region })
    }
}
