//! The global condition keys of a caller.

use std::sync::Arc;

use policy::{Caller, Principal, Via};

use crate::world::{alice, logs, root, session};

/// 2026-11-22T12:00:00Z.
const NOW: i64 = 1_795_348_800;

fn caller(principal: Principal) -> Caller {
    Caller { principal: Arc::new(principal), ..Caller::root("aws", "111122223333", "eu-west-1") }
}

#[track_caller]
fn check(caller: &Caller, cases: &[(&str, Option<&[&str]>)]) {
    for (key, expected) in cases {
        let found = caller.fact(key, NOW);
        let found: Option<Vec<&str>> =
            found.as_ref().map(|values| values.iter().map(AsRef::as_ref).collect());
        assert_eq!(found.as_deref(), *expected, "{key}");
    }
}

#[test]
fn of_the_request() {
    let mut caller = caller(root());
    check(
        &caller,
        &[
            ("aws:currenttime", Some(&["2026-11-22T12:00:00Z"])),
            ("aws:epochtime", Some(&["1795348800"])),
            ("aws:requestedregion", Some(&["eu-west-1"])),
            ("aws:securetransport", Some(&["true"])),
            ("aws:sourceip", Some(&[])),
            ("aws:useragent", Some(&[])),
            ("aws:viaawsservice", Some(&["false"])),
            ("aws:calledvia", Some(&[])),
            ("aws:sourcearn", Some(&[])),
            ("aws:sourceaccount", Some(&[])),
            ("aws:principalorgid", Some(&[])),
            ("aws:sourcevpce", Some(&[])),
            // What the resource and the request's members decide is not the caller's to tell.
            ("aws:resourceaccount", None),
            ("aws:resourcetag/a", None),
            ("aws:requesttag/a", None),
            ("aws:tagkeys", None),
            ("kms:viaservice", None),
            ("aws:nosuchkey", None),
        ],
    );
    caller.source_ip = Some([192, 0, 2, 1].into());
    caller.user_agent = Some("aws-cli/2".to_owned());
    caller.secure_transport = false;
    caller.via = Some(Via {
        service: "s3.eu-west-1.amazonaws.com".to_owned(),
        source_arn: Some("arn:aws:s3:::bucket".to_owned()),
        source_account: Some("111122223333".to_owned()),
    });
    check(
        &caller,
        &[
            ("aws:securetransport", Some(&["false"])),
            ("aws:sourceip", Some(&["192.0.2.1"])),
            ("aws:useragent", Some(&["aws-cli/2"])),
            ("aws:viaawsservice", Some(&["true"])),
            ("aws:calledvia", Some(&["s3.amazonaws.com"])),
            ("aws:calledviafirst", Some(&["s3.amazonaws.com"])),
            ("aws:sourcearn", Some(&["arn:aws:s3:::bucket"])),
            ("aws:sourceaccount", Some(&["111122223333"])),
        ],
    );
}

#[test]
fn of_the_principal() {
    check(
        &caller(root()),
        &[
            ("aws:principalaccount", Some(&["111122223333"])),
            ("aws:principalarn", Some(&["arn:aws:iam::111122223333:root"])),
            ("aws:principaltype", Some(&["Account"])),
            ("aws:userid", Some(&["111122223333"])),
            ("aws:username", Some(&[])),
            ("aws:principaltag/team", Some(&[])),
            ("aws:multifactorauthpresent", Some(&[])),
            ("aws:principalisawsservice", Some(&["false"])),
        ],
    );
    let mut user = alice();
    user.facts = [
        ("aws:username", "alice"),
        ("aws:userid", "AIDA"),
        ("aws:principaltag/team", "a"),
        ("saml:sub", "s"),
    ]
    .map(|(key, value)| (key.to_owned(), vec![value.to_owned()]))
    .to_vec();
    check(
        &caller(user),
        &[
            ("aws:principalarn", Some(&["arn:aws:iam::111122223333:user/alice"])),
            ("aws:principaltype", Some(&["User"])),
            ("aws:username", Some(&["alice"])),
            ("aws:userid", Some(&["AIDA"])),
            ("aws:principaltag/team", Some(&["a"])),
            ("aws:principaltag/other", Some(&[])),
            ("saml:sub", Some(&["s"])),
        ],
    );
    check(
        &caller(session()),
        &[
            ("aws:principalarn", Some(&["arn:aws:iam::111122223333:role/app"])),
            ("aws:principaltype", Some(&["AssumedRole"])),
            ("aws:username", Some(&[])),
        ],
    );
    check(
        &caller(logs()),
        &[
            ("aws:principalaccount", Some(&[])),
            ("aws:principalarn", Some(&[])),
            ("aws:principalisawsservice", Some(&["true"])),
            ("aws:principalservicename", Some(&["logs.amazonaws.com"])),
            ("aws:principaltype", Some(&[])),
        ],
    );
}
