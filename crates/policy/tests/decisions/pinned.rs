//! Principals that a policy names, and those who are made under the same names later.

use std::collections::BTreeMap;

use policy::{Account, Context, Decision, Document, Identity, Names, Request};

use crate::world::{ALICE, ALICE_ID, APP, APP_ID, KEY, SESSION, to};

fn document() -> Document {
    let named = format!(r#"{{"AWS":["{ALICE}","{SESSION}","111122223333"],"Service":"s3.amazonaws.com"}}"#);
    let [allow, deny] = [
        to("Allow", &format!(r#""Principal":{named}"#)),
        to("Deny", &format!(r#""NotPrincipal":{{"AWS":["{ALICE}","{APP}","{SESSION}","111122223333"]}}"#)),
    ];
    Document::parse(&format!(r#"{{"Statement":[{allow},{deny}]}}"#)).unwrap()
}

fn ids() -> BTreeMap<String, String> {
    [(ALICE, ALICE_ID.to_owned()), (APP, APP_ID.to_owned()), (SESSION, format!("{APP_ID}:s1"))]
        .map(|(arn, id)| (arn.to_owned(), id))
        .into()
}

fn decide(document: &Document, identities: &[Identity<'_>]) -> Decision {
    document.decide(&Request {
        names: &Names { account: Some(Account { partition: "aws", id: "111122223333" }), identities },
        action: "kms:Encrypt".into(),
        resource: KEY,
        context: &Context::complete(),
    })
}

#[test]
fn arns_are_those_of_statements() {
    let document = document();
    assert_eq!(document.principal_arns(), [APP, ALICE, SESSION]);
    assert_eq!(document.pin(&ids()).principal_arns(), [APP, ALICE, SESSION], "pinned or not");
}

#[test]
fn whoever_is_pinned_is_known_by_the_id_alone() {
    use Decision::{Allowed, Denied};
    let (free, pinned) = (document(), document().pin(&ids()));
    let session_id = format!("{APP_ID}:s1");
    let [alice, app, session] = [(ALICE, ALICE_ID), (APP, APP_ID), (SESSION, &session_id)]
        .map(|(arn, id)| Identity::Aws { arn, id: Some(id) });
    let again = |arn, id| Identity::Aws { arn, id: Some(id) };
    let cases: &[(&str, &[Identity<'_>], Decision, Decision)] = &[
        // Who asks; by the policy as it is; by the pinned one.
        ("alice", &[alice], Allowed(0), Allowed(0)),
        ("alice made again", &[again(ALICE, "AIDAAGAINAGAINAGAIN00")], Allowed(0), Denied(1)),
        ("the session", &[app, session], Allowed(0), Allowed(0)),
        (
            "a session of the role made again",
            &[again(APP, "AROAAGAINAGAINAGAIN00"), again(SESSION, "AROAAGAINAGAINAGAIN00:s1")],
            Allowed(0),
            Denied(1),
        ),
        (
            "alice under another name",
            &[again("arn:aws:iam::111122223333:user/al", ALICE_ID)],
            Denied(1),
            Allowed(0),
        ),
        ("someone with the name and no id", &[Identity::Aws { arn: ALICE, id: None }], Allowed(0), Denied(1)),
    ];
    for (name, identities, by_arn, by_id) in cases {
        assert_eq!(decide(&free, identities), *by_arn, "{name}");
        assert_eq!(decide(&pinned, identities), *by_id, "{name}, pinned");
    }
    let others: BTreeMap<_, _> = [("arn:aws:iam::111122223333:user/x".to_owned(), "AIDAX".to_owned())].into();
    assert_eq!(decide(&free.pin(&others), &[alice]), Allowed(0), "only those in the list are pinned");
}

#[test]
fn who_is_no_more_is_shown_by_the_id() {
    let document = document();
    let gone: BTreeMap<_, _> = [(ALICE.to_owned(), ALICE_ID.to_owned())].into();
    let shown = document.shown_with(&gone);
    assert_eq!(shown, document.shown().replace(ALICE, ALICE_ID));
    assert_eq!(shown.matches(ALICE_ID).count(), 2);
    assert_eq!(document.shown_with(&BTreeMap::new()), document.shown());
    let single = Document::parse(&format!(
        r#"{{"Statement":{}}}"#,
        to("Allow", &format!(r#""Principal":{{"AWS":"{ALICE}"}}"#))
    ))
    .unwrap();
    assert!(single.shown_with(&gone).contains(&format!(r#""AWS" : "{ALICE_ID}""#)));
    assert!(Document::parse(&shown).is_ok(), "what is shown can be put again");
}
