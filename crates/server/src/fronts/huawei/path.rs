//! What the path of a request is for.

use std::borrow::Cow;

use http::Method;
use percent_encoding::percent_decode_str;

/// Most parts of a path. The longest of an endpoint has seven.
const MOST_PARTS: usize = 10;

/// Where a request goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Route {
    /// `/`: which versions there are.
    Versions,
    /// `/v1.0`: one version.
    Version(String),
    /// `/v3…`: Keystone, with the path as it is.
    Identity(String),
    /// Below `/{version}/{project}/kms`: the parts that follow, decoded.
    Kms { version: &'static str, project: String, parts: Vec<String> },
    /// Elsewhere: none of this API's.
    Unknown,
}

impl Route {
    /// Reads a path; None for one that is none of this API's.
    pub(super) fn of(path: &str) -> Option<Self> {
        if path == "/" {
            return Some(Self::Versions);
        }
        let trimmed = path.strip_suffix('/').unwrap_or(path);
        let mut parts = trimmed.strip_prefix('/')?.split('/');
        let version = match parts.next()? {
            "v3" => return Some(Self::Identity(trimmed.to_owned())),
            "v1.0" => "v1.0",
            "v2" => "v2",
            _ => return None,
        };
        let Some(project) = parts.next() else { return Some(Self::Version(version.to_owned())) };
        let rest = match parts.next() {
            Some("kms") => {
                parts.take(MOST_PARTS).map(decoded).collect::<Option<Vec<_>>>().unwrap_or_default()
            }
            // What other services of the cloud have there, none of them has here.
            _ => Vec::new(),
        };
        Some(Self::Kms { version, project: project.to_owned(), parts: rest })
    }

    pub(super) fn is_of_identity(&self) -> bool {
        matches!(self, Self::Identity(_))
    }

    /// As the log calls it: nothing of it comes from outside but by being one of ours.
    pub(super) fn name(&self, method: &Method) -> &'static str {
        match self {
            Self::Versions | Self::Version(_) => "versions",
            Self::Identity(_) => "identity",
            Self::Unknown => "unknown",
            Self::Kms { .. } => {
                super::endpoint::find(method, self).map_or("unknown", |(found, _)| found.name())
            }
        }
    }
}

fn decoded(part: &str) -> Option<String> {
    percent_decode_str(part).decode_utf8().ok().map(Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_told_apart() {
        let kms = |version, project: &str, parts: &[&str]| {
            let parts = parts.iter().map(|part| (*part).to_owned()).collect();
            Some(Route::Kms { version, project: project.to_owned(), parts })
        };
        for (path, expected) in [
            ("/", Some(Route::Versions)),
            ("/v1.0", Some(Route::Version("v1.0".to_owned()))),
            ("/v2/", Some(Route::Version("v2".to_owned()))),
            ("/v3", Some(Route::Identity("/v3".to_owned()))),
            ("/v3/auth/tokens", Some(Route::Identity("/v3/auth/tokens".to_owned()))),
            ("/v1.0/p/kms/list-keys", kms("v1.0", "p", &["list-keys"])),
            ("/v1.0/p/kms/list-keys/", kms("v1.0", "p", &["list-keys"])),
            ("/v1.0/p/kms/k/tags/a%2Fb%20c", kms("v1.0", "p", &["k", "tags", "a/b c"])),
            ("/v2/p/kms/regions", kms("v2", "p", &["regions"])),
            ("/v1.0/p/keystores", kms("v1.0", "p", &[])),
            ("/v1.0/p/kms/k/tags/%FF", kms("v1.0", "p", &[])),
            ("/v10", None),
            ("/v1", None),
            ("//", None),
            ("", None),
            ("/kms", None),
        ] {
            assert_eq!(Route::of(path), expected, "{path}");
        }
    }
}
