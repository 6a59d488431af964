//! `GetAccessKeyInfo`: the account of a long-lived access key. Of a session's there is no record, so it is as unknown.

use api::constraint::Member;

use crate::authorize::Conditions;
use crate::context::Context;
use crate::records::AccessKeyRecord;
use crate::refusal::Stop;
use crate::shapes::Only;
use crate::shapes::sts::GetAccessKeyInfo;
use crate::table::{Action, Service};
use crate::{Error, IamError};

impl Action for GetAccessKeyInfo {
    type Answer = Only<String>;
    const SERVICE: Service = Service::Sts;
    const NAME: &'static str = "GetAccessKeyInfo";
    const MEMBERS: &'static [Member] = Self::FIELDS;

    async fn run(&self, cx: &Context<'_>) -> Result<Self::Answer, Stop> {
        cx.permit("sts:GetAccessKeyInfo", "*", &Conditions::default())?;
        let key = AccessKeyRecord::key(&self.access_key_id);
        let found = cx.iam().records.get(&key).await.map_err(Error::service_failure)?;
        let Some(record) = found else {
            let text = format!("The access key {} is unknown here.", self.access_key_id);
            return Err(Error::validation(text).into());
        };
        let read = AccessKeyRecord::read(&record);
        let key = read.ok_or_else(|| Error::service_failure(IamError::Record { key }))?;
        Ok(Only("Account", key.account))
    }
}
