//! What a log-in sends: `{"auth": {"identity": …, "scope": …}}` (OpenStack Identity API v3, "Authentication and token
//! management"; IAM API reference, "Obtaining a User Token"). What is not asked for here is passed over.

use api::SecretText;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::answer::Refused;

/// The body of a log-in.
#[derive(Deserialize)]
pub(super) struct LogIn {
    auth: Auth,
}

#[derive(Deserialize)]
struct Auth {
    identity: Identity,
    scope: Option<Scope>,
}

#[derive(Deserialize)]
struct Identity {
    methods: Vec<String>,
    password: Option<Password>,
    token: Option<Token>,
    hw_ak_sk: Option<Keys>,
}

#[derive(Deserialize)]
struct Password {
    user: User,
}

/// A user with their password: by id, or by name and domain.
#[derive(Deserialize)]
pub(super) struct User {
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) domain: Option<Domain>,
    pub(super) password: SecretText,
}

#[derive(Deserialize)]
struct Token {
    id: SecretText,
}

#[derive(Deserialize)]
struct Keys {
    access: AccessKeyId,
    secret: SecretAccessKey,
}

#[derive(Deserialize)]
struct AccessKeyId {
    key: String,
}

#[derive(Deserialize)]
struct SecretAccessKey {
    key: SecretText,
}

/// A domain, by id or name.
#[derive(Default, Deserialize)]
pub(super) struct Domain {
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
}

/// A project: by id, or by name, with the domain unless it is that of the user.
#[derive(Deserialize)]
pub(super) struct ProjectNamed {
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) domain: Option<Domain>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Scope {
    Word(String),
    Of {
        project: Option<ProjectNamed>,
        domain: Option<Domain>,
        system: Option<IgnoredAny>,
        #[serde(rename = "OS-TRUST:trust")]
        trust: Option<IgnoredAny>,
    },
}

/// How somebody proves who they are.
pub(super) enum Method {
    Password(User),
    Token(SecretText),
    AccessKey { id: String, secret: SecretText },
}

/// What a token is to be for.
pub(super) enum Wanted {
    /// This project.
    Project(ProjectNamed),
    /// The whole of this account.
    Domain(Domain),
    /// No project.
    Unscoped,
    /// Whatever is usual.
    Unsaid,
}

impl LogIn {
    /// Reads a body. What is wrong with it is not repeated: a password may stand there.
    pub(super) fn read(body: &[u8]) -> Result<(Method, Wanted), Refused> {
        let Self { auth: Auth { identity, scope } } = serde_json::from_slice(body).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            let text =
                format!("The body is no log-in as Keystone reads it, from line {line}, column {column} on.");
            Refused::new(400, text)
        })?;
        Ok((method(identity)?, wanted(scope)?))
    }
}

fn method(Identity { methods, password, token, hw_ak_sk }: Identity) -> Result<Method, Refused> {
    let [method] = methods.as_slice() else {
        return Err(Refused::new(401, "Log in with one method: password, token or hw_ak_sk."));
    };
    let missing = || Refused::new(400, format!("auth.identity has the method {method} and not its member."));
    match method.as_str() {
        "password" => Ok(Method::Password(password.ok_or_else(missing)?.user)),
        "token" => Ok(Method::Token(token.ok_or_else(missing)?.id)),
        "hw_ak_sk" => {
            let Keys { access, secret } = hw_ak_sk.ok_or_else(missing)?;
            Ok(Method::AccessKey { id: access.key, secret: secret.key })
        }
        _ => Err(Refused::new(401, "This method is not offered. Log in with password, token or hw_ak_sk.")),
    }
}

fn wanted(scope: Option<Scope>) -> Result<Wanted, Refused> {
    let Some(scope) = scope else { return Ok(Wanted::Unsaid) };
    match scope {
        Scope::Word(word) if word == "unscoped" => Ok(Wanted::Unscoped),
        // Of both, the project counts (IAM API reference).
        Scope::Of { project: Some(project), .. } => Ok(Wanted::Project(project)),
        Scope::Of { domain: Some(domain), .. } => Ok(Wanted::Domain(domain)),
        Scope::Of { system: None, trust: None, .. } => Ok(Wanted::Unsaid),
        Scope::Word(_) | Scope::Of { .. } => {
            Err(Refused::new(401, "A token is for a project or a domain: name one of these in auth.scope."))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<(Method, Wanted), String> {
        LogIn::read(body.as_bytes()).map_err(|refused| format!("{refused:?}"))
    }

    #[test]
    fn the_three_methods() {
        let (method, wanted) = read(
            r#"{"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"ada","password":"p\u0061ss",
            "domain":{"name":"shop"}}}},"scope":{"project":{"name":"eu-de","domain":{"id":"d"}}}}}"#,
        )
        .unwrap();
        let Method::Password(user) = method else { panic!("not a password") };
        assert_eq!((user.name.as_deref(), user.password.expose()), (Some("ada"), "pass"));
        assert_eq!(user.domain.unwrap().name.as_deref(), Some("shop"));
        assert!(matches!(wanted, Wanted::Project(project) if project.name.as_deref() == Some("eu-de")));

        let (method, wanted) =
            read(r#"{"auth":{"identity":{"methods":["token"],"token":{"id":"t"}},"scope":"unscoped"}}"#)
                .unwrap();
        assert!(matches!(method, Method::Token(token) if token.expose() == "t"));
        assert!(matches!(wanted, Wanted::Unscoped));

        let (method, wanted) = read(
            r#"{"auth":{"identity":{"methods":["hw_ak_sk"],"hw_ak_sk":{"access":{"key":"AK"},"secret":{"key":"SK"}}}}}"#,
        )
        .unwrap();
        assert!(matches!(method, Method::AccessKey { id, secret } if id == "AK" && secret.expose() == "SK"));
        assert!(matches!(wanted, Wanted::Unsaid));
    }

    #[test]
    fn scopes() {
        let with = |scope: &str| {
            let body = r#"{"auth":{"identity":{"methods":["token"],"token":{"id":"t"}},"scope":SCOPE}}"#;
            read(&body.replace("SCOPE", scope)).map(|(_, wanted)| match wanted {
                Wanted::Project(_) => "project",
                Wanted::Domain(_) => "domain",
                Wanted::Unscoped => "none",
                Wanted::Unsaid => "unsaid",
            })
        };
        for (scope, expected) in [
            (r#"{"project":{"id":"p"}}"#, "project"),
            (r#"{"domain":{"name":"d"}}"#, "domain"),
            (r#"{"project":{"id":"p"},"domain":{"name":"d"}}"#, "project"),
            (r#""unscoped""#, "none"),
            ("{}", "unsaid"),
            ("null", "unsaid"),
        ] {
            assert_eq!(with(scope).as_deref(), Ok(expected), "{scope}");
        }
        for scope in [r#""all""#, r#"{"system":{"all":true}}"#, r#"{"OS-TRUST:trust":{"id":"t"}}"#] {
            assert!(with(scope).unwrap_err().contains("401"), "{scope}");
        }
    }

    #[test]
    fn what_is_no_log_in_is_refused_and_not_repeated() {
        for (body, expected) in [
            ("", "400"),
            ("topsecret", "400"),
            (r#"{"auth":{"identity":{"methods":["password"],"password":"topsecret"}}}"#, "400"),
            (r#"{"auth":{"identity":{"methods":["password"],"password":{"user":"topsecret"}}}}"#, "400"),
            (r#"{"auth":{"identity":{"methods":["password"],"topsecret":{}}}}"#, "400"),
            (r#"{"auth":{"identity":{"methods":[]}}}"#, "401"),
            (r#"{"auth":{"identity":{"methods":["password","totp"]}}}"#, "401"),
            (r#"{"auth":{"identity":{"methods":["topsecret"]}}}"#, "401"),
        ] {
            let error = read(body).err().unwrap();
            assert!(error.contains(expected) && !error.contains("topsecret"), "{body}: {error}");
        }
    }
}
