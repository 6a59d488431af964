//! All the policies that decide a request.

use std::sync::Arc;

use policy::{
    Account, Asked, Context, Decision, Document, Evaluation, Form, Identity, Names, PolicyError, Principal,
    PrincipalKind, PrincipalName, Request, Verdict, evaluate,
};

/// What divides the documents.
const DIVIDER: &str = "\n---\n";
/// The account of the principals, and another one.
pub const OWNERS: [&str; 2] = ["111122223333", "444455556666"];

/// The documents of an input; any may be empty, and is none then.
#[derive(Debug)]
pub struct Sections {
    resource: Option<Document>,
    identity: Vec<Arc<Document>>,
    boundary: Option<Arc<Document>>,
    session: Vec<Arc<Document>>,
    trust: Option<Document>,
}

/// Reads the policies of a resource, an identity, a boundary, a session and a role.
///
/// # Errors
/// What is wrong with the first that is none.
pub fn sections(text: &str) -> Result<Sections, PolicyError> {
    let mut texts = text.splitn(5, DIVIDER);
    let mut read = |form| match texts.next() {
        None | Some("") => Ok(None),
        Some(text) => Document::parse_as(form, text).map(Some),
    };
    Ok(Sections {
        resource: read(Form::Resource)?,
        identity: read(Form::Identity)?.map(Arc::new).into_iter().collect(),
        boundary: read(Form::Identity)?.map(Arc::new),
        session: read(Form::Identity)?.map(Arc::new).into_iter().collect(),
        trust: read(Form::Trust)?,
    })
}

/// A root, a user, a session of a role and a service, with the policies of an input.
pub fn principals(sections: &Sections) -> [Principal; 4] {
    let name = |arn: &str, id: &str| PrincipalName { arn: arn.to_owned(), id: Some(id.to_owned()) };
    let root = Principal::root("aws", OWNERS[0]);
    let made = |kind, names: Vec<PrincipalName>| Principal {
        arn: names.last().map(|name| name.arn.clone()).unwrap_or_default(),
        kind,
        names,
        policies: sections.identity.clone(),
        boundary: sections.boundary.clone(),
        session_policies: sections.session.clone(),
        ..root.clone()
    };
    let ann = name("arn:aws:iam::111122223333:user/ann", "AIDACKCEVSQ6C2EXAMPLE");
    let role = name("arn:aws:iam::111122223333:role/app", "AROADBQP57FF2AEXAMPLE");
    let session = name("arn:aws:sts::111122223333:assumed-role/app/s", "AROADBQP57FF2AEXAMPLE:s");
    [
        made(PrincipalKind::User, vec![ann]),
        made(PrincipalKind::Role, vec![role, session]),
        Principal::service("logs.amazonaws.com"),
        root.clone(),
    ]
}

impl Sections {
    /// What they say of a principal who asks to encrypt with a key of an account.
    pub fn verdict(&self, principal: &Principal, owner: &str) -> Verdict {
        self.evaluate(principal, owner, &context()).verdict()
    }

    fn evaluate(&self, principal: &Principal, owner: &str, context: &Context<'_>) -> Evaluation {
        let resource = format!("arn:aws:kms:eu-west-1:{owner}:key/1234abcd-12ab-34cd-56ef-1234567890ab");
        let policy = self.resource.as_ref();
        evaluate(
            principal,
            &Asked { action: "kms:Encrypt".into(), resource: &resource, owner, policy, context },
        )
    }
}

fn context() -> Context<'static> {
    Context::complete().with("aws:username", "ann").with("aws:EpochTime", "1795327200")
}

/// Takes the bytes for policies. A denial by a statement is final, a grant only helps, and who trusts a role does so
/// in what is shown of it too.
pub fn evaluation(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(sections) = sections(text) else { return };
    for principal in principals(&sections) {
        for owner in OWNERS {
            for context in [context(), Context::partial()] {
                check(sections.evaluate(&principal, owner, &context));
            }
        }
    }
    if let Some(trust) = &sections.trust {
        let shown = Document::parse_as(Form::Trust, &trust.shown()).expect("what is shown is a policy");
        assert_eq!(trusted(&shown), trusted(trust), "what is shown trusts others");
    }
}

fn check(evaluation: Evaluation) {
    let verdict = evaluation.verdict();
    for name in [None, Some(0), Some(1), Some(2)] {
        match (verdict, evaluation.with_grant(name)) {
            (Verdict::Allowed, Verdict::Denied(denial)) => panic!("with a grant it is denied: {denial:?}"),
            (Verdict::Denied(denial), granted) if denial.explicit => {
                assert!(!granted.is_allowed(), "a grant lifts a denial: {denial:?}");
            }
            _ => {}
        }
    }
    let denied = matches!(verdict, Verdict::Denied(denial) if !denial.explicit);
    assert!(!denied || evaluation.decided_by().is_none(), "nothing allows, and yet something decided");
}

fn trusted(trust: &Document) -> [Decision; 2] {
    let account = Some(Account { partition: "aws", id: OWNERS[0] });
    let ann = [Identity::Aws { arn: "arn:aws:iam::111122223333:user/ann", id: None }];
    let federated = [Identity::Federated("example.com")];
    let names = [Names { account, identities: &ann }, Names { account: None, identities: &federated }];
    let context = Context::complete().with("sts:ExternalId", "x");
    names.map(|names| {
        trust.decide(&Request {
            names: &names,
            action: "sts:AssumeRole".into(),
            resource: "*",
            context: &context,
        })
    })
}
