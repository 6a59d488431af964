//! Whose access key it is, as accounts change under it.

mod accounts;
mod broken_policies;
mod changes_under_the_reading;
mod cost;
mod secrets;
mod sessions_of_keys;
mod sessions_of_roles;
mod tokens;
mod users;

use seal::RootKey;
use serde_json::json;
use store::{Batch, Memory};

use super::*;
use crate::records::{GroupRecord, PolicyRecord, PolicyVersion, Tag};
use crate::session::SessionPolicy;
use crate::testing::{ACCOUNT, Bench, NOW, allow, may};

async fn refusal(identities: &Identities, id: &str, token: Option<&str>, now: i64) -> IamError {
    identities.find(id, token, now).await.err().expect("must be refused")
}

async fn empty() -> Arc<Records> {
    Arc::new(Records::open(Arc::new(Memory::default()), &RootKey::generate()).await.unwrap())
}

fn fact<'p>(principal: &'p Principal, key: &str) -> Option<&'p [String]> {
    principal.facts.iter().find(|(name, _)| name == key).map(|(_, values)| values.as_slice())
}

fn group(name: &str) -> GroupRecord {
    GroupRecord {
        name: name.to_owned(),
        id: "AGPAX".to_owned(),
        path: "/".to_owned(),
        ..GroupRecord::default()
    }
}

fn managed_policy(name: &str, document: &str) -> PolicyRecord {
    let version = PolicyVersion { id: "v1".to_owned(), document: document.to_owned(), created: NOW };
    PolicyRecord {
        name: name.to_owned(),
        id: "ANPAX".to_owned(),
        path: "/team/".to_owned(),
        versions: vec![version],
        default: "v1".to_owned(),
        ..PolicyRecord::default()
    }
}

fn session_policy(arn: &str, id: &str) -> SessionPolicy {
    SessionPolicy { arn: arn.to_owned(), id: id.to_owned() }
}

fn role_session(role: &RoleRecord) -> Session {
    let (name, id) = (role.name.clone(), role.id.clone());
    Session::new(ACCOUNT, SessionOf::Role { name, id, session_name: "job".to_owned() }, NOW, 3600)
}
