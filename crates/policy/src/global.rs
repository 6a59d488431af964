//! The global condition keys, as far as who asks and how the request came decide them (IAM user guide, "AWS global
//! condition context keys").

use std::borrow::Cow;

use jiff::Timestamp;

use crate::caller::{Caller, Via};
use crate::condition_keys::Told;
use crate::principal::{Principal, PrincipalKind};

/// Keys that are absent from every request, because nothing here has what they tell of: organizations, private
/// networks, other services' callers.
const ABSENT: [&str; 20] = [
    "aws:assumedroot",
    "aws:chatbotsourcearn",
    "aws:ec2instancesourceprivateipv4",
    "aws:ec2instancesourcevpc",
    "aws:federatedprovider",
    "aws:multifactorauthage",
    "aws:multifactorauthpresent",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:referer",
    "aws:sourceidentity",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:sourcevpc",
    "aws:sourcevpcarn",
    "aws:sourcevpce",
    "aws:tokenissuetime",
    "aws:vpceaccount",
    "aws:vpceorgid",
    "aws:vpcsourceip",
];
/// Beginning of the keys of the principal's tags: one that it does not have is absent.
const PRINCIPAL_TAG: &str = "aws:principaltag/";

pub(crate) fn told<'c>(caller: &'c Caller, key: &str, now: i64) -> Option<Told<'c>> {
    let Caller { principal, region, source_ip, secure_transport, user_agent, via, .. } = caller;
    let maybe = |text: Option<&'c str>| Some(Told::maybe(text));
    let truth = |truth: bool| maybe(Some(if truth { "true" } else { "false" }));
    match key {
        "aws:currenttime" => Some(Told::maybe(Timestamp::from_second(now).ok().map(|time| time.to_string()))),
        "aws:epochtime" => Some(Told::One(now.to_string().into())),
        "aws:requestedregion" => maybe(Some(region)),
        "aws:securetransport" => truth(*secure_transport),
        "aws:sourceip" => Some(Told::maybe(source_ip.map(|address| address.to_string()))),
        "aws:useragent" => maybe(user_agent.as_deref()),
        "aws:viaawsservice" => truth(via.is_some() && principal.kind != PrincipalKind::Service),
        "aws:calledvia" | "aws:calledviafirst" | "aws:calledvialast" => {
            Some(Told::maybe(via.as_ref().and_then(called_via)))
        }
        "aws:sourcearn" => maybe(via.as_ref().and_then(|via| via.source_arn.as_deref())),
        "aws:sourceaccount" => maybe(via.as_ref().and_then(|via| via.source_account.as_deref())),
        _ => of_principal(principal, key),
    }
}

/// `s3.amazonaws.com` of `s3.eu-west-1.amazonaws.com`.
fn called_via(via: &Via) -> Option<Cow<'_, str>> {
    let mut labels = via.service.splitn(3, '.');
    let (service, _region, domain) = (labels.next()?, labels.next()?, labels.next()?);
    Some(format!("{service}.{domain}").into())
}

fn of_principal<'c>(principal: &'c Principal, key: &str) -> Option<Told<'c>> {
    let is_service = principal.kind == PrincipalKind::Service;
    let maybe = |text: Option<&'c str>| Some(Told::maybe(text));
    match key {
        "aws:principalaccount" => return maybe((!is_service).then_some(&principal.account)),
        "aws:principalarn" => return maybe(arn(principal)),
        "aws:principalisawsservice" => return maybe(Some(if is_service { "true" } else { "false" })),
        "aws:principalservicename" | "aws:principalservicenameslist" => {
            return maybe(is_service.then_some(&principal.arn));
        }
        _ => {}
    }
    if let Some((_, values)) = principal.facts.iter().find(|(name, _)| name == key) {
        return Some(Told::all(values.iter().map(|value| value.as_str().into())));
    }
    match (key, principal.kind) {
        ("aws:principaltype", PrincipalKind::Root) => maybe(Some("Account")),
        ("aws:principaltype", PrincipalKind::User) => maybe(Some("User")),
        ("aws:principaltype", PrincipalKind::Role) => maybe(Some("AssumedRole")),
        ("aws:userid", PrincipalKind::Root) => maybe(Some(&principal.account)),
        ("aws:principaltype" | "aws:userid" | "aws:username", _) => maybe(None),
        _ if ABSENT.contains(&key) || key.starts_with(PRINCIPAL_TAG) => maybe(None),
        _ => None,
    }
}

/// Of a session of a role, it is the role.
fn arn(principal: &Principal) -> Option<&str> {
    match principal.kind {
        PrincipalKind::Service => None,
        PrincipalKind::Role => principal.names.first().map(|role| role.arn.as_str()),
        PrincipalKind::Root | PrincipalKind::User => Some(&principal.arn),
    }
}
