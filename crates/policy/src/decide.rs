//! What one document says to one request.

use crate::action::Action;
use crate::actions::Actions;
use crate::condition_keys::ConditionKeys;
use crate::document::Document;
use crate::facts::Facts;
use crate::listing::Spoken;
use crate::statement::Effect;
use crate::truth::Truth;

/// The names by which a policy may know who asks.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a> {
    /// The account it belongs to; services belong to none.
    pub account: Option<Account<'a>>,
    /// All that it is besides: nothing for the root of an account, one for a user or a service, the role and the
    /// session, in this order, for a session of a role.
    pub identities: &'a [Identity<'a>],
}

/// An account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account<'a> {
    /// The partition of its ARNs.
    pub partition: &'a str,
    /// Its 12 digits.
    pub id: &'a str,
}

/// One of the names a policy may know somebody by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity<'a> {
    /// A user, role or session.
    Aws {
        /// Its ARN.
        arn: &'a str,
        /// Its unique id: of a session, that of its role or user, a colon, and the session's name.
        id: Option<&'a str>,
    },
    /// A service that acts for itself, as `logs.eu-west-1.amazonaws.com`.
    Service(&'a str),
    /// The identity provider that a federated session comes from.
    Federated(&'a str),
    /// A canonical user id.
    CanonicalUser(&'a str),
}

/// One thing that is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Who asks.
    pub names: &'a Names<'a>,
    /// For what.
    pub action: Actions<'a>,
    /// On what: an ARN, or `*`.
    pub resource: &'a str,
    /// The condition keys.
    pub context: &'a dyn ConditionKeys,
}

/// What a document says. Numbers are those of statements, from 0; see [`Document::place`]. Only [`Allowed`] allows by
/// itself.
///
/// [`Allowed`]: Decision::Allowed
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Decision {
    /// A statement denies, whatever others allow.
    Denied(usize),
    /// A statement allows the caller.
    Allowed(usize),
    /// A statement allows the caller's account: the policies of the account decide.
    Delegated(usize),
    /// A statement allows the caller or its account, unless another denies, which depends on what the request does
    /// not tell: on condition keys that a [partial](crate::Context::partial) context leaves out, on policy variables
    /// without a value, on values that are not of the operator's type. No permission; a check that only asks
    /// whether a permission is possible may take it for one.
    AllowedUnless {
        /// The statement that allows.
        by: usize,
        /// The statement that may deny.
        denied: usize,
    },
    /// No statement speaks for the caller. A statement whose conditions may or may not hold does not.
    NotAllowed,
}

/// All that a document says to a request, before it is known what that is worth. Numbers are those of statements.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Judgment {
    /// The first that denies. If there is one, nothing else is told.
    pub(crate) denied: Option<usize>,
    /// The first that may deny.
    pub(crate) doubt: Option<usize>,
    /// The one that allows whoever asks, and says the most of them.
    pub(crate) allowed: Option<(usize, Spoken)>,
    /// The first that allows their account.
    pub(crate) delegated: Option<usize>,
}

impl Document {
    /// Decides a request: an explicit denial comes first, then what is allowed.
    pub fn decide(&self, request: &Request<'_>) -> Decision {
        let name = Action::of(request.action.name);
        let request = Request { action: Actions { name: name.as_str(), ..request.action }, ..*request };
        self.judge(&request, &Facts::of(request.context)).into()
    }

    /// Judges a request whose action has its name in lower case.
    pub(crate) fn judge<'f>(&'f self, request: &Request<'_>, facts: &Facts<'f>) -> Judgment {
        let mut judgment = Judgment::default();
        for (index, statement) in self.statements_about(request.names) {
            match (statement.effect, statement.applies(request, facts)) {
                (Effect::Deny, Truth::True) => {
                    return Judgment { denied: Some(index), ..Judgment::default() };
                }
                (Effect::Deny, Truth::Unknown) => _ = judgment.doubt.get_or_insert(index),
                (Effect::Allow, Truth::True) => judgment.allow(index, statement.spoken(request.names)),
                (_, Truth::False) | (Effect::Allow, Truth::Unknown) => {}
            }
        }
        judgment
    }
}

impl Judgment {
    fn allow(&mut self, statement: usize, spoken: Option<Spoken>) {
        match spoken {
            None => {}
            Some(Spoken::Account) => _ = self.delegated.get_or_insert(statement),
            Some(spoken) => match self.allowed {
                Some((_, best)) if best >= spoken => {}
                _ => self.allowed = Some((statement, spoken)),
            },
        }
    }
}

impl From<Judgment> for Decision {
    fn from(Judgment { denied, doubt, allowed, delegated }: Judgment) -> Self {
        match (denied, allowed.map(|(by, _)| by), delegated, doubt) {
            (Some(by), ..) => Self::Denied(by),
            (None, Some(by), _, Some(denied)) | (None, None, Some(by), Some(denied)) => {
                Self::AllowedUnless { by, denied }
            }
            (None, Some(by), _, None) => Self::Allowed(by),
            (None, None, Some(by), None) => Self::Delegated(by),
            (None, None, None, _) => Self::NotAllowed,
        }
    }
}

#[cfg(test)]
mod tests {
    use Decision::{Allowed, AllowedUnless, Delegated, Denied, NotAllowed};

    use super::*;
    use crate::context::Context;

    const ACCOUNT: Account<'_> = Account { partition: "aws", id: "111122223333" };
    const ROOT: Names<'_> = Names { account: Some(ACCOUNT), identities: &[] };
    const ALICE: Names<'_> = Names {
        account: Some(ACCOUNT),
        identities: &[Identity::Aws {
            arn: "arn:aws:iam::111122223333:user/alice",
            id: Some("AIDACKCEVSQ6C2EXAMPLE"),
        }],
    };
    const SESSION: Names<'_> = Names {
        account: Some(ACCOUNT),
        identities: &[
            Identity::Aws { arn: "arn:aws:iam::111122223333:role/app", id: Some("AROADBQP57FF2AEXAMPLE") },
            Identity::Aws { arn: "arn:aws:sts::111122223333:assumed-role/app/s1", id: None },
        ],
    };
    const FOREIGN: Names<'_> =
        Names { account: Some(Account { partition: "aws", id: "444455556666" }), identities: &[] };
    const LOGS: Names<'_> = Names { account: None, identities: &[Identity::Service("logs.amazonaws.com")] };
    const KEY: &str = "arn:aws:kms:eu-west-1:111122223333:key/k";

    fn decide(statements: &str, caller: &Names<'_>, action: &str, context: &Context<'_>) -> Decision {
        let document = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
        let document = Document::parse(&document).unwrap_or_else(|error| panic!("{statements}: {error}"));
        document.decide(&Request { names: caller, action: action.into(), resource: KEY, context })
    }

    fn to(effect: &str, principal: &str) -> String {
        format!(r#"{{"Effect":"{effect}",{principal},"Action":"kms:*","Resource":"*"}}"#)
    }

    #[test]
    fn principals() {
        let cases: &[(&str, [Decision; 5])] = &[
            // root, alice, a session of the role app, another account's root, a service
            (r#""Principal":"*""#, [Allowed(0); 5]),
            (r#""Principal":{"AWS":"*"}"#, [Allowed(0); 5]),
            (
                r#""Principal":{"AWS":"111122223333"}"#,
                [Allowed(0), Delegated(0), Delegated(0), NotAllowed, NotAllowed],
            ),
            (
                r#""Principal":{"AWS":"arn:aws:iam::111122223333:root"}"#,
                [Allowed(0), Delegated(0), Delegated(0), NotAllowed, NotAllowed],
            ),
            (r#""Principal":{"AWS":"arn:aws-cn:iam::111122223333:root"}"#, [NotAllowed; 5]),
            (
                r#""Principal":{"AWS":"arn:aws:iam::111122223333:user/alice"}"#,
                [NotAllowed, Allowed(0), NotAllowed, NotAllowed, NotAllowed],
            ),
            (
                r#""Principal":{"AWS":["111122223333","AIDACKCEVSQ6C2EXAMPLE"]}"#,
                [Allowed(0), Allowed(0), Delegated(0), NotAllowed, NotAllowed],
            ),
            (
                r#""Principal":{"AWS":"arn:aws:iam::111122223333:role/app"}"#,
                [NotAllowed, NotAllowed, Allowed(0), NotAllowed, NotAllowed],
            ),
            (
                r#""Principal":{"AWS":"arn:aws:sts::111122223333:assumed-role/app/s1"}"#,
                [NotAllowed, NotAllowed, Allowed(0), NotAllowed, NotAllowed],
            ),
            (
                r#""Principal":{"Service":"logs.amazonaws.com"}"#,
                [NotAllowed, NotAllowed, NotAllowed, NotAllowed, Allowed(0)],
            ),
            (
                r#""NotPrincipal":{"AWS":"arn:aws:iam::111122223333:user/alice"}"#,
                [Allowed(0), NotAllowed, Allowed(0), Allowed(0), Allowed(0)],
            ),
            (
                r#""NotPrincipal":{"AWS":"111122223333"}"#,
                [NotAllowed, NotAllowed, NotAllowed, Allowed(0), Allowed(0)],
            ),
        ];
        for (principal, expected) in cases {
            for (caller, expected) in [ROOT, ALICE, SESSION, FOREIGN, LOGS].iter().zip(expected) {
                let found = decide(&to("Allow", principal), caller, "kms:Encrypt", &Context::complete());
                assert_eq!(found, *expected, "{principal} to {caller:?}");
            }
        }
    }

    #[test]
    fn principals_who_are_denied() {
        let everyone = to("Allow", r#""Principal":"*""#);
        let cases: &[(&str, [bool; 5])] = &[
            (r#""Principal":{"AWS":"111122223333"}"#, [true, true, true, false, false]),
            (
                r#""Principal":{"AWS":"arn:aws:iam::111122223333:role/app"}"#,
                [false, false, true, false, false],
            ),
            (r#""NotPrincipal":{"AWS":"111122223333"}"#, [false, true, true, true, true]),
            (r#""NotPrincipal":{"AWS":"arn:aws:iam::111122223333:user/alice"}"#, [true; 5]),
            (
                r#""NotPrincipal":{"AWS":["111122223333","arn:aws:iam::111122223333:user/alice"]}"#,
                [false, false, true, true, true],
            ),
            (
                r#""NotPrincipal":{"AWS":["111122223333","arn:aws:iam::111122223333:role/app"]}"#,
                [false, true, true, true, true],
            ),
            (
                r#""NotPrincipal":{"AWS":["111122223333","arn:aws:iam::111122223333:role/app",
                   "arn:aws:sts::111122223333:assumed-role/app/s1"]}"#,
                [false, true, false, true, true],
            ),
            (r#""NotPrincipal":{"Service":"logs.amazonaws.com"}"#, [true, true, true, true, false]),
        ];
        for (principal, expected) in cases {
            for (caller, denied) in [ROOT, ALICE, SESSION, FOREIGN, LOGS].iter().zip(expected) {
                let statements = format!("{everyone},{}", to("Deny", principal));
                let found = decide(&statements, caller, "kms:Encrypt", &Context::complete());
                assert_eq!(found, if *denied { Denied(1) } else { Allowed(0) }, "{principal} to {caller:?}");
            }
        }
    }

    #[test]
    fn nobody_in_particular() {
        let nobody = Names { account: None, identities: &[] };
        let everyone = to("Allow", r#""Principal":"*""#);
        for (denied, expected) in [
            (r#""Principal":{"AWS":"111122223333"}"#, Allowed(0)),
            (r#""Principal":"*""#, Denied(1)),
            (r#""NotPrincipal":{"AWS":"111122223333"}"#, Denied(1)),
            (r#""NotPrincipal":"*""#, Allowed(0)),
        ] {
            let statements = format!("{everyone},{}", to("Deny", denied));
            assert_eq!(
                decide(&statements, &nobody, "kms:Encrypt", &Context::complete()),
                expected,
                "{denied}"
            );
        }
        assert_eq!(
            decide(
                &to("Allow", r#""Principal":{"AWS":"111122223333"}"#),
                &nobody,
                "kms:Encrypt",
                &Context::complete()
            ),
            NotAllowed
        );
    }

    #[test]
    fn who_is_federated() {
        let provider = "arn:aws:iam::111122223333:oidc-provider/ci.example.com";
        let federated = Names { account: None, identities: &[Identity::Federated(provider)] };
        for (principal, expected) in [
            (format!(r#""Principal":{{"Federated":"{provider}"}}"#), Allowed(0)),
            (format!(r#""Principal":{{"Federated":"{provider}/x"}}"#), NotAllowed),
            (r#""Principal":{"AWS":"111122223333"}"#.to_owned(), NotAllowed),
            (r#""Principal":{"Service":"ci.example.com"}"#.to_owned(), NotAllowed),
        ] {
            let found = decide(&to("Allow", &principal), &federated, "kms:Encrypt", &Context::complete());
            assert_eq!(found, expected, "{principal}");
        }
    }

    #[test]
    fn actions_and_resources() {
        for (rest, expected) in [
            (r#""Action":"kms:Encrypt","Resource":"*""#, Allowed(0)),
            (r#""Action":"KMS:encrypt","Resource":"*""#, Allowed(0)),
            (r#""Action":["kms:Decrypt","kms:En*"],"Resource":"*""#, Allowed(0)),
            (r#""Action":"*","Resource":"*""#, Allowed(0)),
            (r#""Action":"K?S:*T","Resource":"*""#, Allowed(0)),
            (r#""Action":"kms:Encryp","Resource":"*""#, NotAllowed),
            (r#""Action":"kms:Encrypt?","Resource":"*""#, NotAllowed),
            (r#""Action":"s3:*","Resource":"*""#, NotAllowed),
            (r#""NotAction":"kms:Decrypt","Resource":"*""#, Allowed(0)),
            (r#""NotAction":"kms:Enc*","Resource":"*""#, NotAllowed),
            (r#""Action":"kms:*","Resource":"arn:aws:kms:*:111122223333:key/*""#, Allowed(0)),
            (r#""Action":"kms:*","Resource":"arn:aws:kms""#, Allowed(0)),
            (r#""Action":"kms:*","Resource":"arn:aws:kms:*:key/*""#, NotAllowed),
            (r#""Action":"kms:*","Resource":"arn:aws:kms:eu-*""#, Allowed(0)),
            (r#""Action":"kms:*","Resource":"arn:aws:kms:*:${aws:PrincipalAccount}""#, Allowed(0)),
            (r#""Action":"kms:*","Resource":"arn:aws:kms:${aws:PrincipalAccount}""#, NotAllowed),
            (r#""Action":"kms:*","Resource":"arn:*:*:*:*:key/${aws:nothing, 'k'}""#, Allowed(0)),
            (r#""Action":"kms:*","Resource":"arn:aws:kms:*:*:${*}""#, NotAllowed),
            (r#""Action":"kms:*","Resource":"arn:aws:kms:*:*:alias/*""#, NotAllowed),
            (r#""Action":"kms:*","NotResource":"arn:aws:kms:*:*:alias/*""#, Allowed(0)),
            (r#""Action":"kms:*","Resource":"arn:aws:kms:*:${aws:PrincipalAccount}:key/*""#, Allowed(0)),
            (r#""Action":"kms:*","Resource":"arn:aws:kms:*:${aws:nothing}:key/*""#, NotAllowed),
            (r#""Action":"kms:*","NotResource":"arn:aws:kms:*:${aws:nothing}:key/*""#, NotAllowed),
            // Without one of the two a statement says nothing.
            (r#""Action":"kms:*""#, NotAllowed),
            (r#""Resource":"*""#, NotAllowed),
        ] {
            let statement = format!(r#"{{"Effect":"Allow","Principal":"*",{rest}}}"#);
            let context = Context::complete().with("aws:PrincipalAccount", "111122223333");
            assert_eq!(decide(&statement, &ALICE, "kms:Encrypt", &context), expected, "{rest}");
        }
        let context = Context::complete();
        let nothing = r#"{"Effect":"Deny","Principal":"*","Action":"kms:*"},"#;
        let all = to("Allow", r#""Principal":"*""#);
        assert_eq!(decide(&format!("{nothing}{all}"), &ALICE, "kms:Encrypt", &context), Allowed(1));
    }

    #[test]
    fn what_is_not_known_neither_allows_nor_lifts_a_denial() {
        let when = |effect: &str, key: &str| {
            format!(
                r#"{{"Effect":"{effect}","Principal":"*","Action":"kms:*","Resource":"*",
                   "Condition":{{"StringEquals":{{"{key}":"x"}}}}}}"#
            )
        };
        let all = to("Allow", r#""Principal":"*""#);
        let account = to("Allow", r#""Principal":{"AWS":"111122223333"}"#);
        let context = Context::partial().with("k:x", "x").with("k:y", "y");
        for (statements, expected) in [
            (when("Allow", "k:x"), Allowed(0)),
            (when("Allow", "k:y"), NotAllowed),
            (when("Allow", "k:other"), NotAllowed),
            (format!("{all},{}", when("Deny", "k:x")), Denied(1)),
            (format!("{all},{}", when("Deny", "k:y")), Allowed(0)),
            (format!("{all},{}", when("Deny", "k:other")), AllowedUnless { by: 0, denied: 1 }),
            (format!("{},{account}", when("Deny", "k:other")), AllowedUnless { by: 1, denied: 0 }),
            (format!("{account},{all}"), Allowed(1)),
            (when("Deny", "k:other"), NotAllowed),
        ] {
            assert_eq!(decide(&statements, &ALICE, "kms:Encrypt", &context), expected, "{statements}");
        }
        let found =
            decide(&format!("{all},{}", when("Deny", "k:other")), &ALICE, "kms:X", &Context::complete());
        assert_eq!(found, Allowed(0));
    }

    #[test]
    fn the_place_of_a_statement() {
        let document = r#"{"Statement":[{"Sid":"first one","Effect":"Deny","Principal":"*"}]}"#;
        let document = Document::parse(document).unwrap();
        assert_eq!(document.place(0).to_string(), "Statement 1 of the policy (Sid \"first one\")");
    }
}
