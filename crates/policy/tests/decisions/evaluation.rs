//! Every rule by which policies of several kinds decide together, each with cases that it allows and that it denies.

use std::sync::Arc;

use policy::PolicyKind::{Boundary, Identity, Resource, Session};
use policy::{
    Asked, Context, DecidedBy, Denial, Document, Evaluation, Form, PolicyKind, Principal, PrincipalName,
    Verdict, evaluate,
};

use crate::world::{
    ALICE, ALICE_ID, APP, APP_ID, KEY, OTHER, OWN, SESSION, alice, elsewhere, identity, logs, read, root,
    session, to, to_arn,
};

const DELEGATES: &str = "arn:aws:iam::111122223333:root";

fn of(principal: &Principal, policy: Option<&str>, owner: &str) -> Evaluation {
    let policy = policy.map(|statements| read(Form::Resource, statements));
    let context = Context::complete();
    evaluate(
        principal,
        &Asked {
            action: "kms:Encrypt".into(),
            resource: KEY,
            owner,
            policy: policy.as_deref(),
            context: &context,
        },
    )
}

fn verdict(principal: &Principal, policy: Option<&str>) -> Verdict {
    of(principal, policy, OWN).verdict()
}

fn none_allows(by: PolicyKind) -> Verdict {
    Verdict::Denied(Denial { explicit: false, by, cross_account: false })
}

fn denies(by: PolicyKind) -> Verdict {
    Verdict::Denied(Denial { explicit: true, by, cross_account: false })
}

fn abroad(explicit: bool, by: PolicyKind) -> Verdict {
    Verdict::Denied(Denial { explicit, by, cross_account: true })
}

fn with(mut principal: Principal, policies: &[&Arc<Document>]) -> Principal {
    principal.policies = policies.iter().copied().cloned().collect();
    principal
}

fn bounded(mut principal: Principal, boundary: Arc<Document>) -> Principal {
    principal.boundary = Some(boundary);
    principal
}

fn limited(mut principal: Principal, session: &[&Arc<Document>]) -> Principal {
    principal.session_policies = session.iter().copied().cloned().collect();
    principal
}

#[test]
fn the_policy_of_the_resource_in_the_own_account() {
    let delegates = to_arn("Allow", DELEGATES);
    let cases: &[(&str, Principal, Option<&str>, Verdict)] = &[
        ("root is who the account names", root(), Some(&delegates), Verdict::Allowed),
        ("root is locked out", root(), Some(&to_arn("Allow", ALICE)), none_allows(Resource)),
        ("root is one of everyone", root(), Some(&to("Allow", r#""Principal":"*""#)), Verdict::Allowed),
        (
            "root is denied",
            root(),
            Some(&format!("{delegates},{}", to_arn("Deny", DELEGATES))),
            denies(Resource),
        ),
        ("the account of root decides", root(), None, Verdict::Allowed),
        ("a user needs no more than its name", alice(), Some(&to_arn("Allow", ALICE)), Verdict::Allowed),
        ("or its id", alice(), Some(&to_arn("Allow", ALICE_ID)), Verdict::Allowed),
        ("nobody's policy", alice(), Some(&to_arn("Deny", OTHER)), none_allows(Resource)),
        (
            "an identity's policy without delegation",
            with(alice(), &[&identity("Allow")]),
            Some(&to_arn("Allow", APP)),
            none_allows(Resource),
        ),
        ("delegation without an identity's policy", alice(), Some(&delegates), none_allows(Identity)),
        (
            "delegation and a policy on other things",
            with(alice(), &[&elsewhere()]),
            Some(&delegates),
            none_allows(Identity),
        ),
        (
            "delegation and a policy",
            with(alice(), &[&elsewhere(), &identity("Allow")]),
            Some(&delegates),
            Verdict::Allowed,
        ),
        (
            "no policy of the resource, and one of the user",
            with(alice(), &[&identity("Allow")]),
            None,
            Verdict::Allowed,
        ),
        ("no policy at all", alice(), None, none_allows(Identity)),
        (
            "a session needs no more than its role's name",
            session(),
            Some(&to_arn("Allow", APP)),
            Verdict::Allowed,
        ),
        ("or its role's id", session(), Some(&to_arn("Allow", APP_ID)), Verdict::Allowed),
        ("or its own name", session(), Some(&to_arn("Allow", SESSION)), Verdict::Allowed),
        ("the account of another", root(), Some(&to_arn("Allow", OTHER)), none_allows(Resource)),
    ];
    for (name, principal, policy, expected) in cases {
        assert_eq!(verdict(principal, *policy), *expected, "{name}");
    }
}

#[test]
fn a_denial_of_any_kind_comes_first() {
    let direct = to_arn("Allow", ALICE);
    let denied = format!("{direct},{}", to_arn("Deny", ALICE));
    let both = [identity("Allow"), identity("Deny")];
    let deny_and_allow = read(
        Form::Identity,
        r#"{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"kms:Enc*","Resource":"*"}"#,
    );
    let cases: &[(&str, Principal, &str, Verdict)] = &[
        ("resource", with(alice(), &[&identity("Allow")]), &denied, denies(Resource)),
        ("identity", with(alice(), &both.each_ref()), &direct, denies(Identity)),
        ("boundary", bounded(alice(), deny_and_allow.clone()), &direct, denies(Boundary)),
        ("session", limited(alice(), &both.each_ref()), &direct, denies(Session)),
        (
            "session, named as such",
            limited(session(), &both.each_ref()),
            &to_arn("Allow", SESSION),
            denies(Session),
        ),
        (
            "boundary, named as a session",
            bounded(session(), deny_and_allow.clone()),
            &to_arn("Allow", SESSION),
            denies(Boundary),
        ),
        (
            "identity before boundary",
            bounded(with(alice(), &both.each_ref()), deny_and_allow),
            &direct,
            denies(Identity),
        ),
    ];
    for (name, principal, policy, expected) in cases {
        let evaluation = of(principal, Some(policy), OWN);
        assert_eq!(evaluation.verdict(), *expected, "{name}");
        for grant in [None, Some(0), Some(1)] {
            assert_eq!(evaluation.with_grant(grant), *expected, "{name}: a grant lifts no denial");
        }
    }
}

#[test]
fn a_denial_that_may_apply_denies() {
    let unknown = r#"{"Effect":"Deny","Principal":"*","Action":"kms:*","Resource":"*",
        "Condition":{"StringEquals":{"k:k":"${k:nothing}"}}}"#;
    let context = Context::complete().with("k:k", "a");
    let policy = read(Form::Resource, &format!("{},{unknown}", to_arn("Allow", ALICE)));
    let asked = Asked {
        action: "kms:Encrypt".into(),
        resource: KEY,
        owner: OWN,
        policy: Some(&policy),
        context: &context,
    };
    let evaluation = evaluate(&alice(), &asked);
    assert_eq!(evaluation.verdict(), denies(Resource));
    assert_eq!(evaluation.decided_by(), Some(DecidedBy { kind: Resource, policy: 0, statement: 1 }));
    let own = read(Form::Identity, &unknown.replace(r#""Principal":"*","#, ""));
    let policy = read(Form::Resource, &to_arn("Allow", ALICE));
    let asked = Asked { policy: Some(&policy), ..asked };
    assert_eq!(evaluate(&with(alice(), &[&own]), &asked).verdict(), denies(Identity));
}

#[test]
fn what_limits_a_permission_of_the_resource() {
    let everyone = to("Allow", r#""Principal":"*""#);
    let not_bob = to("Allow", r#""NotPrincipal":{"AWS":"arn:aws:iam::111122223333:user/bob"}"#);
    let [no, yes] = [elsewhere(), identity("Allow")];
    let federated = || {
        let arn = "arn:aws:sts::111122223333:federated-user/al";
        let mut federated = alice();
        federated.names.push(PrincipalName { arn: arn.to_owned(), id: Some(format!("{OWN}:al")) });
        federated
    };
    let cases: &[(&str, Principal, &str, Verdict)] = &[
        ("a user by name, boundary", bounded(alice(), no.clone()), &to_arn("Allow", ALICE), Verdict::Allowed),
        (
            "a user by id, boundary",
            bounded(alice(), no.clone()),
            &to_arn("Allow", ALICE_ID),
            Verdict::Allowed,
        ),
        ("a user by *, boundary", bounded(alice(), no.clone()), &everyone, none_allows(Boundary)),
        ("a user by *, boundary that allows", bounded(alice(), yes.clone()), &everyone, Verdict::Allowed),
        ("a user by NotPrincipal, boundary", bounded(alice(), no.clone()), &not_bob, none_allows(Boundary)),
        (
            "a user's session by the user's name",
            limited(alice(), &[&no]),
            &to_arn("Allow", ALICE),
            none_allows(Session),
        ),
        (
            "a federated user by the user's name",
            bounded(federated(), no.clone()),
            &to_arn("Allow", ALICE),
            none_allows(Boundary),
        ),
        (
            "a federated user by its own",
            limited(bounded(federated(), no.clone()), &[&no]),
            &to_arn("Allow", "arn:aws:sts::111122223333:federated-user/al"),
            Verdict::Allowed,
        ),
        ("a role, boundary", bounded(session(), no.clone()), &to_arn("Allow", APP), none_allows(Boundary)),
        (
            "a role, boundary that allows",
            bounded(session(), yes.clone()),
            &to_arn("Allow", APP),
            Verdict::Allowed,
        ),
        ("a role, session policy", limited(session(), &[&no]), &to_arn("Allow", APP), none_allows(Session)),
        (
            "a role, one of two session policies",
            limited(session(), &[&no, &yes]),
            &to_arn("Allow", APP),
            Verdict::Allowed,
        ),
        ("a role by *, session policy", limited(session(), &[&no]), &everyone, none_allows(Session)),
        ("a session, boundary", bounded(session(), no.clone()), &to_arn("Allow", SESSION), Verdict::Allowed),
        (
            "a session, session policy",
            limited(session(), &[&no]),
            &to_arn("Allow", SESSION),
            Verdict::Allowed,
        ),
        (
            "a session and its role",
            limited(session(), &[&no]),
            &format!("{},{}", to_arn("Allow", APP), to_arn("Allow", SESSION)),
            Verdict::Allowed,
        ),
    ];
    for (name, principal, policy, expected) in cases {
        assert_eq!(verdict(principal, Some(policy)), *expected, "{name}");
    }
}

#[test]
fn what_limits_a_permission_of_the_identity() {
    let [no, yes] = [elsewhere(), identity("Allow")];
    let able = |principal: Principal| with(principal, &[&yes]);
    let cases = [
        ("a boundary that does not allow", bounded(able(alice()), no.clone()), none_allows(Boundary)),
        ("a boundary that does", bounded(able(alice()), yes.clone()), Verdict::Allowed),
        ("a boundary alone", bounded(alice(), yes.clone()), none_allows(Identity)),
        ("a session policy that does not allow", limited(able(session()), &[&no]), none_allows(Session)),
        ("a session policy that does", limited(able(session()), &[&yes]), Verdict::Allowed),
        ("a session policy alone", limited(session(), &[&yes]), none_allows(Identity)),
        ("both", limited(bounded(able(session()), yes.clone()), &[&no]), none_allows(Session)),
        ("both allow", limited(bounded(able(session()), yes.clone()), &[&yes]), Verdict::Allowed),
    ];
    for (name, principal, expected) in cases {
        assert_eq!(verdict(&principal, Some(&to_arn("Allow", OWN))), expected, "{name}, delegated");
        assert_eq!(verdict(&principal, None), expected, "{name}, without a policy");
    }
}

#[test]
fn a_resource_of_another_account() {
    let able = |principal: Principal| with(principal, &[&identity("Allow")]);
    let both = [identity("Allow"), identity("Deny")];
    let account = to_arn("Allow", OWN);
    let cases: &[(&str, Principal, Option<&str>, Verdict)] = &[
        ("named, without a policy at home", alice(), Some(&to_arn("Allow", ALICE)), abroad(false, Identity)),
        ("named, with one", able(alice()), Some(&to_arn("Allow", ALICE)), Verdict::Allowed),
        ("by the account, with one", able(alice()), Some(&account), Verdict::Allowed),
        ("by the account, without one", alice(), Some(&account), abroad(false, Identity)),
        ("root, by the account", root(), Some(&account), Verdict::Allowed),
        ("root, not named", root(), Some(&to_arn("Allow", OTHER)), abroad(false, Resource)),
        ("not named", able(alice()), Some(&to_arn("Allow", OTHER)), abroad(false, Resource)),
        (
            "denied",
            able(alice()),
            Some(&format!("{account},{}", to_arn("Deny", ALICE))),
            abroad(true, Resource),
        ),
        (
            "denied, and not able: the home's word is first",
            alice(),
            Some(&to_arn("Deny", ALICE)),
            abroad(false, Identity),
        ),
        ("denied at home", with(alice(), &both.each_ref()), Some(&account), abroad(true, Identity)),
        (
            "a boundary",
            bounded(able(alice()), elsewhere()),
            Some(&to_arn("Allow", ALICE)),
            abroad(false, Boundary),
        ),
        (
            "a session named, with a session policy",
            limited(able(session()), &[&elsewhere()]),
            Some(&to_arn("Allow", SESSION)),
            abroad(false, Session),
        ),
        ("no policy", able(alice()), None, abroad(false, Resource)),
        ("no policy, root", root(), None, abroad(false, Resource)),
    ];
    for (name, principal, policy, expected) in cases {
        assert_eq!(of(principal, *policy, OTHER).verdict(), *expected, "{name}");
    }
}

#[test]
fn grants() {
    let [no, yes] = [elsewhere(), identity("Allow")];
    let nobody = to_arn("Allow", "arn:aws:iam::111122223333:user/bob");
    let account = to_arn("Allow", OWN);
    let cases: &[(&str, Principal, &str, Option<usize>, Verdict)] = &[
        ("a user", alice(), &nobody, Some(0), Verdict::Allowed),
        (
            "a user, in spite of the boundary",
            bounded(alice(), no.clone()),
            &nobody,
            Some(0),
            Verdict::Allowed,
        ),
        ("a name that the user does not have", alice(), &nobody, Some(1), none_allows(Resource)),
        ("to root, asked by a user", alice(), &nobody, None, none_allows(Resource)),
        ("to root", root(), &nobody, None, Verdict::Allowed),
        ("to a name, asked by root", root(), &nobody, Some(0), none_allows(Resource)),
        ("a role", session(), &nobody, Some(0), Verdict::Allowed),
        ("a role, boundary", bounded(session(), no.clone()), &nobody, Some(0), none_allows(Boundary)),
        ("a role, session policy", limited(session(), &[&no]), &nobody, Some(0), none_allows(Session)),
        (
            "a role, session policy that allows",
            limited(session(), &[&yes]),
            &nobody,
            Some(0),
            Verdict::Allowed,
        ),
        ("a session, session policy", limited(session(), &[&no]), &nobody, Some(1), Verdict::Allowed),
        ("more than delegated", alice(), &account, Some(0), Verdict::Allowed),
        ("a service", logs(), &nobody, Some(0), Verdict::Allowed),
        ("a service by no name", logs(), &nobody, None, none_allows(Resource)),
    ];
    for (name, principal, policy, grant, expected) in cases {
        assert_eq!(of(principal, Some(policy), OWN).with_grant(*grant), *expected, "{name}");
    }
    let abroad_cases: &[(&str, Principal, &str, Option<usize>, Verdict)] = &[
        ("a user needs no policy at home", alice(), &nobody, Some(0), Verdict::Allowed),
        ("root", root(), &nobody, None, Verdict::Allowed),
        ("a role, session policy", limited(session(), &[&no]), &nobody, Some(0), abroad(false, Session)),
        ("a session, session policy", limited(session(), &[&no]), &nobody, Some(1), Verdict::Allowed),
        ("denied by the resource", alice(), &to_arn("Deny", ALICE), Some(0), abroad(true, Resource)),
        ("denied at home", with(alice(), &[&identity("Deny")]), &nobody, Some(0), abroad(true, Identity)),
    ];
    for (name, principal, policy, grant, expected) in abroad_cases {
        assert_eq!(of(principal, Some(policy), OTHER).with_grant(*grant), *expected, "{name} abroad");
    }
}

#[test]
fn services() {
    let service = r#""Principal":{"Service":"logs.amazonaws.com"}"#;
    for (name, policy, expected) in [
        ("named", Some(to("Allow", service)), Verdict::Allowed),
        ("everyone", Some(to("Allow", r#""Principal":"*""#)), Verdict::Allowed),
        ("another's name", Some(to("Allow", &service.replace("logs", "s3"))), none_allows(Resource)),
        ("an account", Some(to_arn("Allow", OWN)), none_allows(Resource)),
        ("denied", Some(format!("{},{}", to("Allow", service), to("Deny", service))), denies(Resource)),
        ("no policy", None, none_allows(Resource)),
    ] {
        assert_eq!(verdict(&logs(), policy.as_deref()), expected, "{name}");
    }
}

#[test]
fn who_is_not_made_right() {
    let mut nameless = alice();
    nameless.names.clear();
    let mut named = root();
    named.names = alice().names;
    let mut crowded = alice();
    crowded.names = vec![PrincipalName { arn: ALICE.to_owned(), id: None }; 5];
    for (name, principal) in
        [("nameless", nameless), ("a root with a name", named), ("too many names", crowded)]
    {
        let evaluation = of(&principal, Some(&to_arn("Allow", OWN)), OWN);
        assert_eq!(evaluation.verdict(), denies(Resource), "{name}");
        assert_eq!(evaluation.with_grant(None), denies(Resource), "{name}");
    }
}

#[test]
fn which_statement_decided() {
    let policy = format!("{},{}", to_arn("Deny", OTHER), to_arn("Allow", OWN));
    let two = with(alice(), &[&elsewhere(), &identity("Allow")]);
    let found = of(&two, Some(&policy), OWN).decided_by();
    assert_eq!(found, Some(DecidedBy { kind: Identity, policy: 1, statement: 0 }));
    let found = of(&root(), Some(&policy), OWN).decided_by();
    assert_eq!(found, Some(DecidedBy { kind: Resource, policy: 0, statement: 1 }));
    assert_eq!(of(&alice(), Some(&policy), OWN).decided_by(), None);
    let denied = with(alice(), &[&identity("Allow"), &identity("Deny")]);
    let found = of(&denied, Some(&policy), OWN).decided_by();
    assert_eq!(found, Some(DecidedBy { kind: Identity, policy: 1, statement: 0 }));
}

#[test]
fn reasons() {
    let vague = "because the resource does not exist in this Region, no resource-based policies allow access, or a \
                 resource-based policy explicitly denies access";
    for (verdict, expected) in [
        (none_allows(Identity), "because no identity-based policy allows the kms:Encrypt action"),
        (none_allows(Resource), "because no resource-based policy allows the kms:Encrypt action"),
        (none_allows(Boundary), "because no permissions boundary allows the kms:Encrypt action"),
        (none_allows(Session), "because no session policy allows the kms:Encrypt action"),
        (denies(Identity), "with an explicit deny in an identity-based policy"),
        (denies(Resource), "with an explicit deny in a resource-based policy"),
        (denies(Boundary), "with an explicit deny in a permissions boundary"),
        (denies(Session), "with an explicit deny in a session policy"),
        (abroad(false, Resource), vague),
        (abroad(true, Resource), vague),
        (abroad(false, Identity), "because no identity-based policy allows the kms:Encrypt action"),
    ] {
        let Verdict::Denied(denial) = verdict else { panic!("{expected}") };
        assert_eq!(denial.reason("kms:Encrypt"), expected);
    }
}
