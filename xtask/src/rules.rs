//! Who may import whom: Cargo's edges are the architecture, and this list keeps them.
//!
//! Only what is built into the product counts: dev-dependencies are free.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::failure::Failure;
use crate::workspace;

/// Each crate of `crates/` and the workspace crates it may name.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("api", &[]),
    ("attestation", &["crypto"]),
    ("crypto", &[]),
    ("policy", &[]),
    ("store", &[]),
    ("sigv4", &["crypto"]),
    ("seal", &["crypto", "store"]),
    ("iam", &["api", "crypto", "policy", "seal", "sigv4"]),
    ("kms", &["api", "attestation", "crypto", "iam", "policy", "seal", "store"]),
    ("client", &["api", "crypto", "sigv4"]),
    ("server", &["api", "crypto", "iam", "kms", "policy", "sigv4"]),
    ("trent", &["api", "client", "crypto", "iam", "kms", "policy", "seal", "server", "sigv4", "store"]),
];

/// Outside crates that have one home: a name (or, with a final `-`, a beginning of names) and the homes.
const HOMES: &[(&str, &[&str])] = &[
    ("rusqlite", &["store"]),
    ("aws-lc-", &["crypto"]),
    ("clap", &["trent"]),
    ("clap_complete", &["trent"]),
    ("hyper", &["server", "client"]),
    ("hyper-", &["server", "client"]),
    ("rustls", &["server", "client"]),
    ("tokio-rustls", &["server", "client"]),
    ("rustls-webpki", &["attestation"]),
    ("minicbor", &["attestation"]),
    ("jsonwebtoken", &["iam"]),
    ("quick-xml", &["server"]),
    ("form_urlencoded", &["server"]),
    ("percent-encoding", &["server", "sigv4"]),
    ("argon2", &["crypto"]),
];

/// Says which rules are broken, one line each.
pub(crate) fn check(root: &Path) -> Result<Vec<String>, Failure> {
    let folder = root.join("crates");
    let entries = fs::read_dir(&folder)
        .map_err(|error| Failure::new(format!("cannot list {}: {error}", folder.display())))?;
    let mut manifests = BTreeMap::new();
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        manifests.insert(name, workspace::read(&entry.path().join("Cargo.toml"))?);
    }
    Ok(manifests.iter().flat_map(|(name, manifest)| broken(name, manifest)).collect())
}

fn broken(name: &str, manifest: &str) -> Vec<String> {
    let Some((_, allowed)) = MAY_IMPORT.iter().find(|(known, _)| *known == name) else {
        return vec![format!(
            "crates/{name} has no line in xtask/src/rules.rs: say there what it may import"
        )];
    };
    dependencies(manifest).filter_map(|import| complaint(name, import, allowed)).collect()
}

fn complaint(name: &str, import: &str, allowed: &[&str]) -> Option<String> {
    let in_workspace = MAY_IMPORT.iter().any(|(known, _)| *known == import);
    if in_workspace && !allowed.contains(&import) {
        return Some(format!("{name} imports {import}; it may import: {}", list(allowed)));
    }
    HOMES
        .iter()
        .find(|(outside, homes)| is(import, outside) && !homes.contains(&name))
        .map(|(_, homes)| format!("{name} imports {import}, which belongs only in {}", list(homes)))
}

fn is(import: &str, outside: &str) -> bool {
    if outside.ends_with('-') { import.starts_with(outside) } else { import == outside }
}

fn list(names: &[&str]) -> String {
    if names.is_empty() { "no crate of the workspace".to_owned() } else { names.join(", ") }
}

/// The names under `[dependencies]`, `[build-dependencies]` and their `[target.…]` forms, in either spelling
/// (`[dependencies]` and a line, or `[dependencies.name]`).
fn dependencies(manifest: &str) -> impl Iterator<Item = &str> {
    let mut inside = false;
    manifest.lines().filter_map(move |line| {
        let line = line.trim();
        if let Some(header) = line.strip_prefix('[') {
            let header = header.trim_end_matches(']');
            inside = is_dependency_table(header);
            return header
                .rsplit_once('.')
                .filter(|(table, _)| is_dependency_table(table))
                .map(|(_, name)| name);
        }
        let end = line.find(['.', '=', ' '])?;
        line.get(..end).filter(|name| inside && !name.is_empty() && !name.starts_with('#'))
    })
}

fn is_dependency_table(header: &str) -> bool {
    let table = header.rsplit('.').next().unwrap_or(header);
    table == "dependencies" || table == "build-dependencies"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workspace_keeps_the_rules() {
        assert_eq!(check(workspace::root()).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn every_listed_crate_exists() {
        for (name, _) in MAY_IMPORT {
            assert!(workspace::root().join("crates").join(name).is_dir(), "{name}");
        }
    }

    #[test]
    fn an_import_that_is_not_listed_is_named() {
        let manifest =
            "[package]\nname = \"api\"\n[dependencies]\nserde.workspace = true\ncrypto.workspace = true\n";
        assert_eq!(broken("api", manifest), ["api imports crypto; it may import: no crate of the workspace"]);
    }

    #[test]
    fn an_outside_crate_away_from_home_is_named() {
        for import in ["aws-lc-sys", "aws-lc-rs"] {
            let manifest = format!("[dependencies]\n{import} = {{ version = \"1\" }}\n");
            assert_eq!(
                broken("kms", &manifest),
                [format!("kms imports {import}, which belongs only in crypto")]
            );
        }
        assert_eq!(broken("crypto", "[dependencies]\naws-lc-rs.workspace = true\n"), Vec::<String>::new());
    }

    #[test]
    fn every_spelling_of_a_dependency_is_seen() {
        let manifest = "[dependencies.clap]\nversion = \"4\"\n[target.'cfg(unix)'.dependencies]\nrusqlite = \"0\"\n\
                        [build-dependencies]\nhyper-util = \"0\"\n[dev-dependencies]\nhyper = \"1\"\n";
        let names: Vec<_> = dependencies(manifest).collect();
        assert_eq!(names, ["clap", "rusqlite", "hyper-util"]);
    }

    #[test]
    fn an_unlisted_crate_is_asked_for() {
        assert!(broken("surprise", "").first().is_some_and(|text| text.contains("no line in xtask")));
    }
}
