//! `POST /create-rsa-datakey-pair`.

use super::data_key_pair;
use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;
use crate::fronts::huawei::names;

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    data_key_pair::create(asked, names::rsa_pair_of).await
}
