//! Logging in: a proof of who somebody is against a token.

use crypto::SecretBytes;
use http::HeaderName;
use http::HeaderValue;
use http::request::Parts;
use iam::{Identities, LoginError, Proof, Scope, UserName};

use super::super::projects::{Projects, account_of};
use super::answer::Refused;
use super::request::{Domain, LogIn, Method, ProjectNamed, User, Wanted};
use super::token::{self, SUBJECT_TOKEN};
use crate::fronts::Front;
use crate::fronts::answer::Answer;

/// Caches must not give a token to whoever asks next.
const VARY: (HeaderName, HeaderValue) = (http::header::VARY, HeaderValue::from_static("X-Auth-Token"));

/// Answers a log-in, at `now` (seconds since the epoch). `base` is what the catalog's URLs begin with.
pub(super) async fn answer(
    front: &Front,
    head: &Parts,
    base: &str,
    body: &[u8],
    now: i64,
) -> Result<Answer, Refused> {
    let (method, wanted) = LogIn::read(body)?;
    let Front { identities, projects, .. } = front;
    let account = account(identities, projects, (&method, &wanted), now).await?.unwrap_or_default();
    // What is wrong with the scope is said to whoever proved who they are, and to nobody else.
    let (scope, objection) = match scope(identities, projects, &wanted, &account).await? {
        Ok(project) => (Scope { project, account: Some(account.clone()) }, None),
        Err(objection) => (Scope { project: None, account: Some(account.clone()) }, Some(objection)),
    };
    let logged_in = prove(identities, &method, &account, &scope, now).await?;
    if let Some(objection) = objection {
        return Err(objection);
    }
    let document = token::document(projects, &logged_in, base, token::wants_catalog(head));
    let body = serde_json::to_vec(&document).unwrap_or_default();
    let token = HeaderValue::from_str(&logged_in.token).map_err(|error| Refused::failed(&error))?;
    Ok(Answer::json(201, body).with(SUBJECT_TOKEN, token).with(VARY.0, VARY.1))
}

async fn prove(
    identities: &Identities,
    method: &Method,
    account: &str,
    scope: &Scope,
    now: i64,
) -> Result<iam::LoggedIn, LoginError> {
    match method {
        Method::Password(User { id, name, password, .. }) => {
            let user = match (id, name) {
                (Some(id), _) => UserName::Id(id),
                (None, name) => UserName::Name(name.as_deref().unwrap_or_default()),
            };
            let password = &SecretBytes::copy_of(password.expose().as_bytes());
            identities.log_in(Proof::Password { account, user, password }, scope, now).await
        }
        Method::Token(token) => identities.log_in(Proof::Token(token.expose()), scope, now).await,
        Method::AccessKey { id, secret } => {
            let secret = &SecretBytes::copy_of(secret.expose().as_bytes());
            identities.log_in(Proof::AccessKey { id, secret, session_token: None }, scope, now).await
        }
    }
}

/// The account of whoever logs in, as far as it can be known before they have proved who they are. Whether there is one
/// is not told: whoever has none cannot prove anything.
async fn account(
    identities: &Identities,
    projects: &Projects,
    (method, wanted): (&Method, &Wanted),
    now: i64,
) -> Result<Option<String>, Refused> {
    match method {
        Method::Password(User { domain: Some(domain), .. }) => presented(identities, domain).await,
        // The root is known by the id of its domain.
        Method::Password(User { id: Some(id), .. }) if account_of(id).is_some() => {
            Ok(account_of(id).map(str::to_owned))
        }
        Method::Password(_) => match wanted {
            Wanted::Domain(domain) | Wanted::Project(ProjectNamed { domain: Some(domain), .. }) => {
                presented(identities, domain).await
            }
            Wanted::Project(ProjectNamed { id: Some(id), .. }) => {
                Ok(Some(projects.find(id).map_or_else(|| id.clone(), |project| project.account)))
            }
            _ => Err(Refused::new(400, "Name the domain of the user: the 12 digits of the account.")),
        },
        Method::Token(token) => Ok(Some(identities.find_token(token.expose(), now).await?.account)),
        // An access key that is not known is refused when it is to prove something.
        Method::AccessKey { id, .. } => {
            let found = identities.find(id, None, now).await;
            Ok(found.ok().map(|identity| identity.principal.account.clone()))
        }
    }
}

/// The account of a domain, or what was given for one that there is not: wrong passwords are counted for that alone, as
/// they are for one that there is.
async fn presented(identities: &Identities, domain: &Domain) -> Result<Option<String>, Refused> {
    let found = of_domain(identities, domain).await?;
    Ok(found.or_else(|| domain.id.clone().or_else(|| domain.name.clone())))
}

async fn of_domain(identities: &Identities, Domain { id, name }: &Domain) -> Result<Option<String>, Refused> {
    match (id, name) {
        (Some(id), _) => Ok(account_of(id).map(str::to_owned)),
        (None, Some(name)) => Ok(identities.account_of(name).await?),
        (None, None) => Ok(None),
    }
}

/// The project, if any, that the token is to be for, of one of `account`.
async fn scope(
    identities: &Identities,
    projects: &Projects,
    wanted: &Wanted,
    account: &str,
) -> Result<Result<Option<String>, Refused>, Refused> {
    let no_project = || {
        let text = "There is no such project in the domain of the user. Those that there are, GET /v3/auth/projects lists.";
        Refused::new(401, text)
    };
    let other_domain = || Refused::new(401, "A token is for the user's own domain, and this is another.");
    let is_theirs = async |domain: &Option<Domain>| match domain {
        Some(domain) => Ok::<_, Refused>(of_domain(identities, domain).await?.as_deref() == Some(account)),
        None => Ok(true),
    };
    Ok(match wanted {
        Wanted::Unscoped => Ok(None),
        Wanted::Unsaid => Ok(projects.of_account(account).into_iter().next().map(|project| project.id)),
        Wanted::Domain(domain) => {
            let theirs = of_domain(identities, domain).await?.as_deref() == Some(account);
            if theirs { Ok(None) } else { Err(other_domain()) }
        }
        Wanted::Project(ProjectNamed { id, name, domain }) => {
            let found = match (id, name) {
                (Some(id), _) => projects.find(id).filter(|project| project.account == account),
                (None, Some(name)) if is_theirs(domain).await? => projects.by_name(account, name),
                _ => None,
            };
            found.map(|project| Some(project.id)).ok_or_else(no_project)
        }
    })
}
