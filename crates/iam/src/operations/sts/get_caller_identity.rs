//! `GetCallerIdentity`: needs no permission, and none can be taken away, for a refusal would tell the same.

use api::constraint::Member;

use crate::context::Context;
use crate::refusal::Stop;
use crate::shapes::sts::{CallerIdentity, GetCallerIdentity};
use crate::table::{Action, Service};

impl Action for GetCallerIdentity {
    type Answer = CallerIdentity;
    const SERVICE: Service = Service::Sts;
    const NAME: &'static str = "GetCallerIdentity";
    const MEMBERS: &'static [Member] = Self::FIELDS;

    async fn run(&self, cx: &Context<'_>) -> Result<Self::Answer, Stop> {
        let user_id = cx.caller().fact("aws:userid", cx.now());
        let user_id = user_id.and_then(|values| values.into_iter().next());
        Ok(CallerIdentity {
            user_id: user_id.unwrap_or_default().into_owned(),
            account: cx.account().to_owned(),
            arn: cx.caller().arn().to_owned(),
        })
    }
}
