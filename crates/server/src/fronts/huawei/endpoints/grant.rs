//! Grants, and whom they name.

use kms::huawei::{Grant, GrantList, Grantee};
use serde_json::{Value, json};

use super::paging::truncated;
use crate::fronts::huawei::code::Code;
use crate::fronts::huawei::failure::Failure;
use crate::fronts::huawei::members::{Members, invalid};
use crate::fronts::huawei::projects::{account_of, domain_id};
use crate::fronts::huawei::{dates, names};

/// Grants on a page of which nothing is said (API reference, "Querying Grants on a CMK").
pub(super) const USUAL_LIMIT: u32 = 100;
/// Longest id of a user or a domain, in bytes (API reference, "Creating a Grant").
const MAX_PRINCIPAL: usize = 64;
/// Hexadecimal digits of a grant's id (the same).
const GRANT_ID: usize = 64;

/// Whom a member names, of the kind that `grantee_principal_type` says: a user unless it says `domain`. The root of an
/// account is a user with the id of its domain.
pub(super) fn principal(id: &str, kind: &str) -> Result<Grantee, Failure> {
    let refused = || Failure::new(Code::KMS_2402);
    let is_id = |id: &str| {
        (1..=MAX_PRINCIPAL).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    if !is_id(id) {
        return Err(refused());
    }
    match (kind, account_of(id)) {
        ("user" | "domain", Some(account)) => Ok(Grantee::Account(account.to_owned())),
        ("user", None) => Ok(Grantee::Identity(id.to_owned())),
        ("domain", None) => Err(refused()),
        _ => Err(invalid("grantee_principal_type", "must be user or domain")),
    }
}

/// The `grant_id` that must be there.
pub(super) fn id(members: &Members) -> Result<&str, Failure> {
    let id = members.required("grant_id")?;
    let is_one = id.len() == GRANT_ID && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_one.then_some(id).ok_or_else(|| Failure::new(Code::KMS_2501))
}

/// A page of grants as the API shows it.
pub(super) fn page(list: &GrantList) -> Value {
    json!({
        "grants": list.grants.iter().map(shown).collect::<Vec<_>>(),
        "next_marker": list.next_marker.as_deref().unwrap_or_default(),
        "truncated": truncated(list.next_marker.is_some()),
        "total": list.total,
    })
}

fn shown(grant: &Grant) -> Value {
    json!({
        "key_id": grant.key_id,
        "grant_id": grant.grant_id,
        "grantee_principal": id_of(&grant.grantee),
        "grantee_principal_type": if matches!(grant.grantee, Grantee::Account(_)) { "domain" } else { "user" },
        "operations": grant.operations.iter().map(|operation| names::granted(*operation)).collect::<Vec<_>>(),
        "issuing_principal": domain_id(&grant.issuing_account),
        "creation_date": dates::written(grant.created),
        "name": grant.name,
        "retiring_principal": grant.retiring.as_ref().map(id_of).unwrap_or_default(),
    })
}

fn id_of(grantee: &Grantee) -> String {
    match grantee {
        Grantee::Identity(id) | Grantee::Service(id) => id.clone(),
        Grantee::Account(account) => domain_id(account),
    }
}

#[cfg(test)]
mod tests {
    use api::{GrantOperation, Timestamp};

    use super::*;
    use crate::fronts::huawei::endpoints::tests::members;

    #[test]
    fn principals_are_users_and_domains() {
        let domain = domain_id("111122223333");
        let account = Grantee::Account("111122223333".to_owned());
        let user = Grantee::Identity("AIDA2XMPL".to_owned());
        for (id, kind, expected) in [
            ("AIDA2XMPL", "user", Ok(user)),
            (&domain, "domain", Ok(account.clone())),
            (&domain, "user", Ok(account)),
            ("AIDA2XMPL", "domain", Err("KMS.2402")),
            ("", "user", Err("KMS.2402")),
            ("a:b", "user", Err("KMS.2402")),
            (&"a".repeat(65), "user", Err("KMS.2402")),
            ("AIDA2XMPL", "group", Err("KMS.0308")),
        ] {
            let read = principal(id, kind).map_err(|failure| failure.code().name());
            assert_eq!(read, expected, "{id} {kind}");
        }
    }

    #[test]
    fn grant_ids_are_64_hexadecimal_digits() {
        let of = |id: &str| id_refused(&members(json!({ "grant_id": id })));
        assert_eq!(of(&"aF".repeat(32)), None);
        assert_eq!(of(&"a".repeat(63)), Some("KMS.2501"));
        assert_eq!(of(&"g".repeat(64)), Some("KMS.2501"));
        assert_eq!(of(""), Some("KMS.0204"));
    }

    fn id_refused(members: &Members) -> Option<&'static str> {
        id(members).err().map(|failure| failure.code().name())
    }

    #[test]
    fn grants_are_shown_with_all_their_members() {
        let grant = Grant {
            key_id: "0d0466b0-e727-4d9c-b35d-f84bb474a37f".to_owned(),
            grant_id: "7c".repeat(32),
            name: "my_grant".to_owned(),
            created: Timestamp::from_millis(1_497_341_531_000),
            grantee: Grantee::Identity("AIDA2XMPL".to_owned()),
            retiring: None,
            issuing_account: "111122223333".to_owned(),
            operations: vec![kms::GrantedOperation::EncryptDataKey, GrantOperation::DescribeKey.into()],
        };
        let list = GrantList { grants: vec![grant], next_marker: None, total: 1 };
        let expected = json!({
            "grants": [{
                "key_id": "0d0466b0-e727-4d9c-b35d-f84bb474a37f",
                "grant_id": "7c".repeat(32),
                "grantee_principal": "AIDA2XMPL",
                "grantee_principal_type": "user",
                "operations": ["encrypt-datakey", "describe-key"],
                "issuing_principal": "00000000000000000000111122223333",
                "creation_date": "1497341531000",
                "name": "my_grant",
                "retiring_principal": "",
            }],
            "next_marker": "",
            "truncated": "false",
            "total": 1,
        });
        assert_eq!(page(&list), expected);
    }
}
