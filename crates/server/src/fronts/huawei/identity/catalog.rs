//! The catalog: which services there are, and where.

use http::HeaderName;
use http::request::Parts;
use serde_json::{Value, json};

use super::super::projects::{Project, Projects};
use super::answer::Refused;
use super::lookups::{links, parameter};
use super::{Resource, Who};
use crate::fronts::Front;
use crate::fronts::answer::Answer;

/// The project that a signed request is for.
const PROJECT_ID: HeaderName = HeaderName::from_static("x-project-id");
/// The service of keys: as the Python clients call it, and as the Go client and what is made with it do.
const KEYS: [&str; 2] = ["kms", "kmsv1"];
/// This service.
const IDENTITY: &str = "identity";
/// The Region of what is everywhere, where there is no other.
const EVERYWHERE: &str = "*";

/// A service in one Region.
struct Endpoint {
    service: &'static str,
    region: String,
    url: String,
}

/// What there is for a project of `account`, or without one.
fn endpoints(projects: &Projects, account: &str, project: Option<&Project>, base: &str) -> Vec<Endpoint> {
    let mut endpoints = Vec::new();
    for service in KEYS {
        endpoints.extend(project.map(|Project { id, region, .. }| Endpoint {
            service,
            region: region.clone(),
            url: format!("{base}/v1.0/{id}"),
        }));
    }
    let of_account = projects.of_account(account);
    let mut regions: Vec<_> =
        of_account.iter().chain(project).map(|project| project.region.as_str()).collect();
    regions.sort_unstable();
    regions.dedup();
    if regions.is_empty() {
        regions.push(EVERYWHERE);
    }
    let url = format!("{base}/v3");
    endpoints.extend(regions.into_iter().map(|region| Endpoint {
        service: IDENTITY,
        region: region.to_owned(),
        url: url.clone(),
    }));
    endpoints
}

/// The services of some endpoints, each once.
fn services(endpoints: &[Endpoint]) -> Vec<&'static str> {
    let mut services: Vec<_> = endpoints.iter().map(|endpoint| endpoint.service).collect();
    services.dedup();
    services
}

impl Endpoint {
    fn document(&self) -> Value {
        let Self { service, region, url } = self;
        json!({
            "id": format!("{service}-{region}"),
            "service_id": service,
            "interface": "public",
            "region": region,
            "region_id": region,
            "url": url,
            "enabled": true,
        })
    }
}

/// The catalog, as tokens have it.
pub(super) fn document(projects: &Projects, account: &str, project: Option<&Project>, base: &str) -> Value {
    let endpoints = endpoints(projects, account, project, base);
    let entry = |service: &'static str| {
        let of_it = endpoints.iter().filter(|endpoint| endpoint.service == service);
        let endpoints: Vec<_> = of_it.map(Endpoint::document).collect();
        json!({ "id": service, "type": service, "name": name(service), "endpoints": endpoints })
    };
    services(&endpoints).into_iter().map(entry).collect()
}

fn name(service: &str) -> &str {
    if service == IDENTITY { "iam" } else { "kms" }
}

/// Answers what is asked of the catalog: all of it, or its services or endpoints alone.
pub(super) fn answer(
    front: &Front,
    resource: Resource,
    who: &Who<'_>,
    head: &Parts,
    base: &str,
) -> Result<Answer, Refused> {
    let (projects, account) = (&front.projects, who.caller.account());
    let project = project(projects, who, head);
    let links = links(head, base);
    if resource == Resource::Catalog {
        let catalog = document(projects, account, project.as_ref(), base);
        return Ok(Answer::success(json!({ "catalog": catalog, "links": links })));
    }
    let mut found = endpoints(projects, account, project.as_ref(), base);
    if resource == Resource::Services {
        let kind = parameter(head, "type")?;
        let services: Vec<_> = services(&found)
            .into_iter()
            .filter(|service| kind.as_deref().is_none_or(|kind| kind == *service))
            .map(|service| json!({ "id": service, "type": service, "name": name(service), "enabled": true }))
            .collect();
        return Ok(Answer::success(json!({ "services": services, "links": links })));
    }
    if let Some(service) = parameter(head, "service_id")? {
        found.retain(|endpoint| endpoint.service == service);
    }
    if parameter(head, "interface")?.is_some_and(|interface| interface != "public") {
        found.clear();
    }
    let endpoints: Vec<_> = found.iter().map(Endpoint::document).collect();
    Ok(Answer::success(json!({ "endpoints": endpoints, "links": links })))
}

/// The project that a request is for: that of the token; of whoever signed, the one that they name, or the first.
fn project(projects: &Projects, who: &Who<'_>, head: &Parts) -> Option<Project> {
    let account = who.caller.account();
    if let Some(logged_in) = who.logged_in {
        return projects.find(logged_in.project.as_deref()?);
    }
    match head.headers.get(PROJECT_ID) {
        Some(id) => projects.find(id.to_str().ok()?).filter(|project| project.account == account),
        None => projects.of_account(account).into_iter().next(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOP: &str = "0d0466b0e7274d9cb35df84bb474a37f";

    #[test]
    fn services_are_where_their_project_is() {
        let shop = Project::new(SHOP, "111122223333", "eu-de", None).unwrap();
        let nl = Project::new(&SHOP.replace('0', "1"), "111122223333", "eu-nl", None).unwrap();
        let projects = Projects::new(vec![shop.clone(), nl]).unwrap();
        let catalog = document(&projects, "111122223333", Some(&shop), "http://a:1");
        let found = |catalog: &Value| -> Vec<(String, String, String)> {
            let services = catalog.as_array().unwrap().iter();
            let all = services.flat_map(|service| {
                let kind = service["type"].as_str().unwrap().to_owned();
                let endpoints = service["endpoints"].as_array().unwrap().clone();
                endpoints.into_iter().map(move |endpoint| {
                    assert_eq!(
                        (endpoint["interface"].as_str(), &endpoint["region_id"]),
                        (Some("public"), &endpoint["region"])
                    );
                    let text = |name: &str| endpoint[name].as_str().unwrap().to_owned();
                    (kind.clone(), text("region"), text("url"))
                })
            });
            all.collect()
        };
        let row = |kind: &str, region: &str, url: &str| (kind.to_owned(), region.to_owned(), url.to_owned());
        let keys = format!("http://a:1/v1.0/{SHOP}");
        assert_eq!(
            found(&catalog),
            [
                row("kms", "eu-de", &keys),
                row("kmsv1", "eu-de", &keys),
                row("identity", "eu-de", "http://a:1/v3"),
                row("identity", "eu-nl", "http://a:1/v3"),
            ]
        );
        let without = document(&projects, "444455556666", None, "http://a:1");
        assert_eq!(found(&without), [row("identity", "*", "http://a:1/v3")]);
    }
}
