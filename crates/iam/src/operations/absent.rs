//! What users of AWS can have and users here cannot: whoever may ask is told that there is nothing.

use crate::authorize::Conditions;
use crate::context::Context;
use crate::records::UserRecord;
use crate::refusal::Stop;
use crate::shapes::Listed;
use crate::shapes::absent::{
    ListMFADevices, ListSSHPublicKeys, ListServiceSpecificCredentials, ListSigningCertificates,
    ListVirtualMFADevices,
};
use crate::table::Action;

use super::iam_action;
use super::target::action_of;
use super::whose::{Whose, whose};

macro_rules! lists_nothing_of_users {
    ($($action:ident = $list:literal;)*) => { $(
        impl Action for $action {
            type Answer = Listed<String>;
            iam_action!($action);

            async fn run(&self, cx: &Context<'_>) -> Result<Self::Answer, Stop> {
                permit::<Self>(cx, self.user_name.as_deref()).await?;
                self.page.answer($list, Vec::new(), String::clone, |nothing| nothing)
            }
        }
    )* };
}

lists_nothing_of_users! {
    ListMFADevices = "MFADevices";
    ListSigningCertificates = "Certificates";
    ListSSHPublicKeys = "SSHPublicKeys";
    ListServiceSpecificCredentials = "ServiceSpecificCredentials";
}

impl Action for ListVirtualMFADevices {
    type Answer = Listed<String>;
    iam_action!(ListVirtualMFADevices);

    async fn run(&self, cx: &Context<'_>) -> Result<Self::Answer, Stop> {
        cx.permit(&action_of::<Self>(), &cx.arn("mfa/"), &Conditions::default())?;
        self.page.answer("VirtualMFADevices", Vec::new(), String::clone, |nothing| nothing)
    }
}

/// Whether the caller may do `A` to the user that is asked about.
async fn permit<A: Action>(cx: &Context<'_>, name: Option<&str>) -> Result<(), Stop> {
    match whose(cx, name)? {
        Whose::User(name) => cx.permitted::<A, UserRecord>(name).await.map(drop),
        Whose::Root => cx.permit(&action_of::<A>(), &cx.arn("root"), &Conditions::default()),
    }
}
