//! The IAM and STS APIs: the Query protocol, parameters as a form or in the URL, answers as XML.
//!
//! Answers are JSON to a client that asks for nothing else by `Accept: application/json`, as authenticators of
//! Kubernetes do who present somebody's signed `GetCallerIdentity`.

mod answer;
mod error;
mod form;
mod xml;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, Method, header};
use iam::{Entry, Iam, Service};
use kms::Caller;
use serde_json::Value;
use sigv4::SignatureError;

pub(super) use self::answer::refusal;
use self::error::Error;
use self::form::Form;
use super::refusal::Refusal;
use crate::fronts::access_log::LogEntry;
use crate::fronts::answer::Answer;
use uuid::Uuid;

/// The parameter that names the action, and the one that says of which version of the API it is.
const ACTION: &str = "Action";
const VERSION: &str = "Version";

/// A service of this protocol, and the form in which the client reads its answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dialect {
    pub(super) service: Service,
    is_json: bool,
}

impl Dialect {
    /// The form in which the sender of `head` reads answers of `service`.
    pub(super) fn of(service: Service, head: &Parts) -> Self {
        Self { service, is_json: essence(&head.headers, header::ACCEPT) == "application/json" }
    }
}

/// What signatures of a service are scoped to.
pub(super) fn name(service: Service) -> &'static str {
    match service {
        Service::Iam => "iam",
        Service::Sts => "sts",
    }
}

/// The service whose signatures are scoped to `name`.
pub(super) fn service(name: &str) -> Option<Service> {
    [Service::Iam, Service::Sts].into_iter().find(|service| self::name(*service) == name)
}

/// The version of a service's API, which every request names.
fn version(service: Service) -> &'static str {
    match service {
        Service::Iam => "2010-05-08",
        Service::Sts => "2011-06-15",
    }
}

/// The service that a request is for whose signature cannot be read: whether it has the form of this protocol, and if
/// its URL names no version, STS, which has an action that needs no signature.
pub(super) fn service_by_form(head: &Parts) -> Option<Service> {
    let is_taken = head.method == Method::POST || head.method == Method::GET;
    let query = head.uri.query().unwrap_or_default();
    let has = |parameter: &str| query.split('&').any(|found| found.starts_with(parameter));
    let has_form = is_form(&head.headers) || has("Action=");
    let of_iam = has("Version=2010-05-08");
    (is_taken && has_form && !head.headers.contains_key("x-amz-target")).then_some(if of_iam {
        Service::Iam
    } else {
        Service::Sts
    })
}

/// Whether a request without a signature may prove in its body who sends it.
pub(super) fn may_have_a_token(head: &Parts) -> bool {
    head.method == Method::POST && head.uri.query().is_none() && is_form(&head.headers)
}

/// What a request asks for.
pub(super) struct Asked {
    entry: &'static Entry,
    input: Value,
}

/// Reads a request that is truly signed.
fn read(head: &Parts, body: &Bytes, service: Service, log: &LogEntry) -> Result<Asked, Error> {
    let form = parameters(head, body)?;
    let entry = entry(&form, service)?;
    log.operation(entry.name);
    Ok(Asked { entry, input: form.into_json(entry.members)? })
}

/// Reads a request without a signature, in `body`. Whatever is not one of those that need none must be signed, and
/// more is not said about it.
pub(super) fn read_unsigned(
    body: &Bytes,
    dialect: Dialect,
    id: Uuid,
    log: &LogEntry,
) -> Result<Asked, Answer> {
    let must_be_signed = || refusal(&Refusal::Signature(SignatureError::Missing), dialect, id);
    let form = Form::of_body(body).map_err(|_| must_be_signed())?;
    let entry = entry(&form, dialect.service).ok().filter(|entry| !entry.signed);
    let entry = entry.ok_or_else(must_be_signed)?;
    log.operation(entry.name);
    let input = form.into_json(entry.members).map_err(|error| answer::failure(&error, dialect, id))?;
    Ok(Asked { entry, input })
}

/// Carries out a request that is truly signed.
pub(super) async fn call(
    iam: &Iam,
    caller: &Caller,
    (head, body): (&Parts, &Bytes),
    dialect: Dialect,
    (now, id): (i64, Uuid),
    log: &LogEntry,
) -> Answer {
    match read(head, body, dialect.service, log) {
        Ok(asked) => carry_out(iam, caller, asked, dialect, (now, id)).await,
        Err(error) => answer::failure(&error, dialect, id),
    }
}

/// Does what is asked for.
pub(super) async fn carry_out(
    iam: &Iam,
    caller: &Caller,
    Asked { entry, input }: Asked,
    dialect: Dialect,
    (now, id): (i64, Uuid),
) -> Answer {
    match (entry.call)(iam, caller, input, now).await {
        Ok(value) => answer::success(entry.name, value, dialect, id),
        Err(error) => answer::failure(&error.into(), dialect, id),
    }
}

/// The parameters, which stand in the URL or in the body.
fn parameters(head: &Parts, body: &Bytes) -> Result<Form, Error> {
    let in_url = Form::of_query(head.uri.query().unwrap_or_default())?;
    if body.is_empty() {
        return Ok(in_url);
    }
    if head.method == Method::GET || !in_url.is_empty() {
        return Err(Error::malformed("The parameters must be in the URL or in the body, not in both."));
    }
    if !is_form(&head.headers) {
        return Err(Error::malformed("The Content-Type must be application/x-www-form-urlencoded."));
    }
    Form::of_body(body)
}

fn entry(form: &Form, service: Service) -> Result<&'static Entry, Error> {
    let (Some(action), Some(asked)) = (form.get(ACTION), form.get(VERSION)) else {
        return Err(Error::no_action());
    };
    let found = if asked == version(service) { iam::action(service, action) } else { None };
    found.ok_or_else(|| Error::unknown_action(action, asked, service))
}

/// Whether the body is a form. A browser can be made to send one by any page, without asking first, but not with a
/// signature, nor without saying that a page sends it.
fn is_form(headers: &HeaderMap) -> bool {
    essence(headers, header::CONTENT_TYPE) == "application/x-www-form-urlencoded"
}

/// A media type without its parameters, in lower case; empty if there is none, or more than one header.
fn essence(headers: &HeaderMap, name: header::HeaderName) -> String {
    let mut values = headers.get_all(name).iter().map(|value| value.to_str().unwrap_or_default());
    match (values.next(), values.next()) {
        (Some(value), None) => value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn head(method: &str, uri: &str, headers: &[(&str, &str)]) -> Parts {
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded; charset=utf-8");

    #[test]
    fn what_cannot_be_read_is_of_this_protocol_by_its_form() {
        let (sts, iam) = (Some(Service::Sts), Some(Service::Iam));
        for (case, method, uri, headers, expected) in [
            ("a form", "POST", "/", &[FORM][..], sts),
            ("a form for KMS", "POST", "/", &[FORM, ("x-amz-target", "TrentService.ListKeys")], None),
            ("JSON", "POST", "/", &[("content-type", "application/x-amz-json-1.1")], None),
            ("nothing", "GET", "/", &[], None),
            ("an action", "GET", "/?Action=GetCallerIdentity&Version=2011-06-15", &[], sts),
            ("an action of IAM", "GET", "/?Version=2010-05-08&Action=ListUsers", &[], iam),
            ("another method", "DELETE", "/?Action=ListUsers", &[], None),
        ] {
            assert_eq!(service_by_form(&head(method, uri, headers)), expected, "{case}");
        }
    }

    #[test]
    fn a_token_comes_in_a_form_alone() {
        assert!(may_have_a_token(&head("POST", "/", &[FORM])));
        for other in [
            head("GET", "/", &[FORM]),
            head("POST", "/?Action=AssumeRoleWithWebIdentity", &[FORM]),
            head("POST", "/", &[]),
            head("POST", "/", &[FORM, FORM]),
            head("POST", "/", &[("content-type", "text/plain")]),
        ] {
            assert!(!may_have_a_token(&other), "{other:?}");
        }
    }

    #[test]
    fn parameters_stand_in_one_place() {
        let read = |head: &Parts, body: &'static str| {
            parameters(head, &Bytes::from_static(body.as_bytes()))
                .map(|form| form.get(ACTION).map(str::to_owned))
        };
        let some = Ok(Some("A".to_owned()));
        assert_eq!(read(&head("GET", "/?Action=A", &[]), ""), some);
        assert_eq!(read(&head("POST", "/?Action=A&X-Amz-Date=d", &[FORM]), ""), some);
        assert_eq!(read(&head("POST", "/", &[FORM]), "Action=A"), some);
        assert_eq!(read(&head("POST", "/?X-Amz-Date=d", &[FORM]), "Action=A"), some);
        assert_eq!(read(&head("POST", "/", &[FORM]), ""), Ok(None));
        for (head, body) in [
            (head("POST", "/?Action=A", &[FORM]), "Action=A"),
            (head("POST", "/?Other=A", &[FORM]), "Action=A"),
            (head("GET", "/", &[FORM]), "Action=A"),
            (head("POST", "/", &[]), "Action=A"),
            (head("POST", "/", &[("content-type", "application/json")]), "{}"),
        ] {
            assert_eq!(read(&head, body).unwrap_err().code, "MalformedInput", "{head:?}");
        }
    }
}
