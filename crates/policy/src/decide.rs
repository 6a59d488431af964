//! What one document says to one request.

use crate::context::Context;
use crate::document::Document;
use crate::principal::Spoken;
use crate::statement::Effect;
use crate::truth::Truth;

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub struct Caller<'a> {
    /// The account the caller belongs to; services belong to none.
    pub account: Option<Account<'a>>,
    /// All that the caller is besides: nothing for the root of an account, one for a user or a service, the role
    /// and the session for a session of a role.
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

/// One of the names a policy may know a caller by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity<'a> {
    /// A user, role or session.
    Aws {
        /// Its ARN.
        arn: &'a str,
        /// Its unique id.
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
    pub caller: &'a Caller<'a>,
    /// For what, as `kms:Encrypt`.
    pub action: &'a str,
    /// On what: an ARN, or `*`.
    pub resource: &'a str,
    /// The condition keys.
    pub context: &'a Context<'a>,
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
    /// not tell: on condition keys that a [partial](Context::partial) context leaves out, on policy variables
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

impl Document {
    /// Decides a request: an explicit denial comes first, then what is allowed.
    pub fn decide(&self, request: &Request<'_>) -> Decision {
        let (mut allowed, mut delegated, mut doubt) = (None, None, None);
        for (index, statement) in self.statements().iter().enumerate() {
            match (statement.effect, statement.applies(request)) {
                (Effect::Deny, (Truth::True, _)) => return Decision::Denied(index),
                (Effect::Deny, (Truth::Unknown, _)) => _ = doubt.get_or_insert(index),
                (Effect::Allow, (Truth::True, Spoken::Directly)) => _ = allowed.get_or_insert(index),
                (Effect::Allow, (Truth::True, Spoken::Account)) => _ = delegated.get_or_insert(index),
                (Effect::Allow | Effect::Deny, _) => {}
            }
        }
        match (allowed, delegated, doubt) {
            (Some(by), _, Some(denied)) | (None, Some(by), Some(denied)) => {
                Decision::AllowedUnless { by, denied }
            }
            (Some(by), _, None) => Decision::Allowed(by),
            (None, Some(by), None) => Decision::Delegated(by),
            (None, None, _) => Decision::NotAllowed,
        }
    }
}

#[cfg(test)]
mod tests {
    use Decision::{Allowed, AllowedUnless, Delegated, Denied, NotAllowed};

    use super::*;

    const ACCOUNT: Account<'_> = Account { partition: "aws", id: "111122223333" };
    const ROOT: Caller<'_> = Caller { account: Some(ACCOUNT), identities: &[] };
    const ALICE: Caller<'_> = Caller {
        account: Some(ACCOUNT),
        identities: &[Identity::Aws {
            arn: "arn:aws:iam::111122223333:user/alice",
            id: Some("AIDACKCEVSQ6C2EXAMPLE"),
        }],
    };
    const SESSION: Caller<'_> = Caller {
        account: Some(ACCOUNT),
        identities: &[
            Identity::Aws { arn: "arn:aws:iam::111122223333:role/app", id: Some("AROADBQP57FF2AEXAMPLE") },
            Identity::Aws { arn: "arn:aws:sts::111122223333:assumed-role/app/s1", id: None },
        ],
    };
    const FOREIGN: Caller<'_> =
        Caller { account: Some(Account { partition: "aws", id: "444455556666" }), identities: &[] };
    const LOGS: Caller<'_> = Caller { account: None, identities: &[Identity::Service("logs.amazonaws.com")] };
    const KEY: &str = "arn:aws:kms:eu-west-1:111122223333:key/k";

    fn decide(statements: &str, caller: &Caller<'_>, action: &str, context: &Context<'_>) -> Decision {
        let document = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
        let document = Document::parse(&document).unwrap_or_else(|error| panic!("{statements}: {error}"));
        document.decide(&Request { caller, action, resource: KEY, context })
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
    fn actions_and_resources() {
        for (rest, expected) in [
            (r#""Action":"kms:Encrypt","Resource":"*""#, Allowed(0)),
            (r#""Action":"KMS:encrypt","Resource":"*""#, Allowed(0)),
            (r#""Action":["kms:Decrypt","kms:En*"],"Resource":"*""#, Allowed(0)),
            (r#""Action":"*","Resource":"*""#, Allowed(0)),
            (r#""Action":"kms:Encryp","Resource":"*""#, NotAllowed),
            (r#""Action":"kms:Encrypt?","Resource":"*""#, NotAllowed),
            (r#""Action":"s3:*","Resource":"*""#, NotAllowed),
            (r#""NotAction":"kms:Decrypt","Resource":"*""#, Allowed(0)),
            (r#""NotAction":"kms:Enc*","Resource":"*""#, NotAllowed),
            (r#""Action":"kms:*","Resource":"arn:aws:kms:*:111122223333:key/*""#, Allowed(0)),
            (r#""Action":"kms:*","Resource":"arn:aws:kms""#, Allowed(0)),
            (r#""Action":"kms:*","Resource":"arn:aws:kms:*:key/*""#, NotAllowed),
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
