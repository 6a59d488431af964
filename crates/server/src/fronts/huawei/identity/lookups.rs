//! The projects and the domain of whoever asks.

use http::request::Parts;
use serde_json::{Value, json};
use sigv4::Query;

use super::super::projects::{Project, domain_id};
use super::answer::Refused;
use super::{Resource, Who};
use crate::fronts::Front;
use crate::fronts::answer::Answer;

/// Answers which projects there are in the account, or that the account is a domain.
pub(super) async fn answer(
    front: &Front,
    resource: Resource,
    who: &Who<'_>,
    head: &Parts,
    base: &str,
) -> Result<Answer, Refused> {
    let account = who.caller.account();
    let (links, name) = (links(head, base), parameter(head, "name")?);
    if resource == Resource::Domains {
        let is_it = match &name {
            Some(name) => front.identities.account_of(name).await?.as_deref() == Some(account),
            None => true,
        };
        let name = name.as_deref().unwrap_or(account);
        let domains: Vec<_> = is_it.then(|| domain(account, name, base)).into_iter().collect();
        return Ok(Answer::success(json!({ "domains": domains, "links": links })));
    }
    let is_of_account = parameter(head, "domain_id")?.is_none_or(|id| id == domain_id(account));
    let found = match name {
        _ if !is_of_account => Vec::new(),
        Some(name) => front.projects.by_name(account, &name).into_iter().collect(),
        None => front.projects.of_account(account),
    };
    let projects: Vec<_> = found.iter().map(|found| project(found, base)).collect();
    Ok(Answer::success(json!({ "projects": projects, "links": links })))
}

fn domain(account: &str, name: &str, base: &str) -> Value {
    let id = domain_id(account);
    let itself = format!("{base}/v3/domains/{id}");
    json!({ "id": id, "name": name, "description": "", "enabled": true, "links": { "self": itself } })
}

fn project(project: &Project, base: &str) -> Value {
    let (domain, itself) = (project.domain_id(), format!("{base}/v3/projects/{}", project.id));
    json!({
        "id": project.id,
        "name": project.name,
        "domain_id": domain,
        "parent_id": domain,
        "is_domain": false,
        "enabled": true,
        "description": "",
        "links": { "self": itself },
    })
}

/// The links of a list that is all on one page.
pub(super) fn links(head: &Parts, base: &str) -> Value {
    json!({ "self": format!("{base}{}", head.uri.path()), "previous": null, "next": null })
}

/// A parameter of the query.
pub(super) fn parameter(head: &Parts, name: &str) -> Result<Option<String>, Refused> {
    let unread = |_| Refused::new(400, "The query string cannot be read.");
    let query = Query::parse(head.uri.query().unwrap_or_default()).map_err(unread)?;
    Ok(query.get(name).map(|value| String::from_utf8_lossy(value).into_owned()))
}
