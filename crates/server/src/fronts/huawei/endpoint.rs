//! The table of endpoints, and what each of them works on.

use api::{Error, ErrorCode};
use http::Method;
use kms::{BoxFuture, Caller, Dialect, Kms, Operation};

use super::answer::Done;
use super::code::Code;
use super::failure::Failure;
use super::members::Members;
use super::path::Route;
use super::projects::{Project, Projects};

/// Carries out a request of one endpoint.
pub(super) type Call = for<'a> fn(&'a Asked<'a>) -> BoxFuture<'a, Result<Done, Failure>>;

/// One endpoint of the API.
pub(super) struct Endpoint {
    pub(super) method: Method,
    /// Below `/{version}/{project_id}/kms`, as the API's documents write it: `/{key_id}/tags`.
    pub(super) path: &'static str,
    pub(super) version: &'static str,
    /// What a caller must be permitted, any of them: as policies name it (API reference, "Permissions and Supported
    /// Actions").
    pub(super) permissions: &'static [&'static str],
    pub(super) call: Call,
}

impl Endpoint {
    /// As the log calls it.
    pub(super) fn name(&self) -> &'static str {
        self.path
    }

    /// The parts of a path that are the endpoint's variables, by name; None if it is not the endpoint's.
    fn segments(&self, parts: &[String]) -> Option<Vec<(&'static str, String)>> {
        let pattern: Vec<&'static str> = self.path.trim_start_matches('/').split('/').collect();
        if pattern.len() != parts.len() {
            return None;
        }
        let mut segments = Vec::new();
        for (pattern, part) in pattern.into_iter().zip(parts) {
            match pattern.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
                Some(name) => segments.push((name, part.clone())),
                None if pattern == part => {}
                None => return None,
            }
        }
        Some(segments)
    }
}

/// Variables of a path, by name.
pub(super) type Segments = Vec<(&'static str, String)>;

/// The endpoint of a request. Of several that its path fits, the one with fewer variables: they stand first.
pub(super) fn find(method: &Method, route: &Route) -> Result<(&'static Endpoint, Segments), Failure> {
    let Route::Kms { version, parts, .. } = route else { return Err(Failure::new(Code::KMS_0201)) };
    let mut is_path = false;
    for endpoint in super::endpoints::ENDPOINTS.iter().filter(|endpoint| endpoint.version == *version) {
        if let Some(segments) = endpoint.segments(parts) {
            if endpoint.method == *method {
                return Ok((endpoint, segments));
            }
            is_path = true;
        }
    }
    Err(Failure::new(if is_path { Code::KMS_0215 } else { Code::KMS_0201 }))
}

/// A request of an endpoint, from somebody who proved who they are, to a project of theirs.
pub(super) struct Asked<'a> {
    pub(super) kms: &'a Kms,
    pub(super) caller: &'a Caller,
    pub(super) project: &'a Project,
    pub(super) projects: &'a Projects,
    pub(super) members: &'a Members,
    pub(super) endpoint: &'static Endpoint,
    pub(super) segments: Segments,
}

impl Asked<'_> {
    /// Asks the engine, as this API.
    pub(super) async fn call<O: Operation>(&self, request: O) -> Result<O::Response, Failure> {
        let dialect = Dialect::huawei(self.endpoint.permissions);
        self.kms.call_as(self.caller, dialect, request).await.map_err(|error| match error.code() {
            ErrorCode::AccessDenied => self.denied(&error),
            _ => error.into(),
        })
    }

    /// A denial, with the permission as policies of this API name it.
    fn denied(&self, error: &Error) -> Failure {
        let code = Failure::from(error.clone()).code();
        let why = error.message().unwrap_or_default();
        match self.endpoint.permissions {
            [] => Failure::with(code, why),
            permissions => Failure::with(code, format!("{why} (here: {})", permissions.join(", "))),
        }
    }

    /// A variable of the path.
    pub(super) fn segment(&self, name: &str) -> Result<&str, Failure> {
        let found = self.segments.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.as_str()).ok_or_else(|| Failure::new(Code::KMS_0201))
    }

    /// The domain of the project: 32 hexadecimal digits.
    pub(super) fn domain_id(&self) -> String {
        self.project.domain_id()
    }

    /// The Region of the project.
    pub(super) fn region(&self) -> &str {
        &self.project.region
    }
}
