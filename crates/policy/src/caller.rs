//! A request as every service sees it, whatever it asks for.

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;

use crate::condition_keys::Told;
use crate::principal::Principal;

/// Who asks, and how the request came.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who asks.
    pub principal: Arc<Principal>,
    /// The Region that is asked.
    pub region: String,
    /// Where the request came from; None if that is no address.
    pub source_ip: Option<IpAddr>,
    /// Whether it came over TLS.
    pub secure_transport: bool,
    /// What the client says of itself.
    pub user_agent: Option<String>,
    /// The service that asks on the principal's behalf.
    pub via: Option<Via>,
    /// The request's id.
    pub request_id: String,
}

/// That a service asks on somebody's behalf, and for what. Only a front that is trusted with it may say so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Via {
    /// The service and its Region, as `kms:ViaService` has it: `s3.eu-west-1.amazonaws.com`.
    pub service: String,
    /// The ARN of the resource for which it asks.
    pub source_arn: Option<String>,
    /// The account of that resource.
    pub source_account: Option<String>,
}

impl Caller {
    /// The root of an account, asking from nowhere in particular.
    pub fn root(partition: &str, account: &str, region: &str) -> Self {
        Self {
            principal: Arc::new(Principal::root(partition, account)),
            region: region.to_owned(),
            source_ip: None,
            secure_transport: true,
            user_agent: None,
            via: None,
            request_id: String::new(),
        }
    }

    /// The account of who asks; "" of a service.
    pub fn account(&self) -> &str {
        &self.principal.account
    }

    /// The ARN of who asks, as messages show it.
    pub fn arn(&self) -> &str {
        &self.principal.arn
    }

    /// The values of a global condition key (`aws:…`, in lower case) at a time in seconds since 1970. None: it is no
    /// such key, or one that the resource and the request's members decide. Empty: it is absent.
    pub fn fact<'c>(&'c self, key: &str, now: i64) -> Option<Vec<Cow<'c, str>>> {
        self.told(key, now).map(|told| told.values().unwrap_or_default().to_vec())
    }

    /// The same, without a list.
    pub fn told<'c>(&'c self, key: &str, now: i64) -> Option<Told<'c>> {
        crate::global::told(self, key, now)
    }
}
