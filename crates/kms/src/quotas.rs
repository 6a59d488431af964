//! How much room the operator gives an account in a Region. AWS and Huawei have numbers of their own, which say what their
//! clouds have room for; here the machine is the operator's.

use api::{Error, ErrorCode, Reason, limits};
use serde::Deserialize;

use crate::arn::Place;
use crate::huawei::CountKeys;
use crate::pipeline::Context;

/// The most there may be. None: the operator sets no number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quotas {
    /// `keys`: keys of an account in a Region, those of services not counted. One that is asked for at the same
    /// moment as another may be one too many.
    pub keys: Option<u32>,
    /// `grants_per_key`: grants on one key, at most 50,000.
    pub grants_per_key: Option<u32>,
}

impl Quotas {
    /// The most grants on a key.
    pub fn grants(&self) -> usize {
        let most = self.grants_per_key.and_then(|most| usize::try_from(most).ok());
        most.unwrap_or(usize::MAX).min(limits::MAX_GRANTS_PER_KEY)
    }

    /// The most keys that clients are told of: where the operator sets no number, the one of AWS KMS (developer guide,
    /// "Resource quotas"), though nothing is refused for that.
    pub fn told_keys(&self) -> u32 {
        self.keys.unwrap_or(TOLD_KEYS)
    }
}

/// Keys of an account in a Region (developer guide, "Resource quotas").
const TOLD_KEYS: u32 = 100_000;

/// Refuses one key more than there may be in a Region.
pub(crate) async fn check_room_for_key(cx: &Context<'_>, region: &str) -> Result<(), Error> {
    let Some(most) = cx.kms().settings().quotas.keys else { return Ok(()) };
    let place = Place { region: region.to_owned(), ..cx.place() };
    if CountKeys::count(cx, place).await? < u64::from(most) {
        return Ok(());
    }
    let account = cx.caller().account();
    let text = format!(
        "Account {account} has {most} keys in {region}, which is the most that this server's operator allows ([quotas] \
         keys). Schedule the deletion of keys that are not needed."
    );
    Err(Error::new(ErrorCode::LimitExceeded, text).because(Reason::TooManyKeys))
}
