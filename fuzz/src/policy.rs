//! A key policy.

use policy::{Account, Context, Decision, Document, Identity, Names, Request};

/// Takes the bytes for a policy. One that is read must be shown as what it is, and decide the same afterwards.
pub fn policy(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(document) = Document::parse(text) else { return };
    let shown = document.shown();
    let again = Document::parse(&shown).expect("what is shown is a policy");
    assert_eq!(again.shown(), shown, "what is shown is shown otherwise");
    for identities in [&[][..], &[Identity::Aws { arn: "arn:aws:iam::111122223333:user/ann", id: None }]] {
        assert_eq!(
            decide(&document, identities),
            decide(&again, identities),
            "what is shown decides otherwise"
        );
    }
}

fn decide(document: &Document, identities: &[Identity<'_>]) -> Decision {
    document.decide(&Request {
        names: &Names { account: Some(Account { partition: "aws", id: "111122223333" }), identities },
        action: "kms:PutKeyPolicy".into(),
        resource: "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        context: &Context::partial()
            .with("kms:CallerAccount", "111122223333")
            .with("aws:EpochTime", "1795327200"),
    })
}
