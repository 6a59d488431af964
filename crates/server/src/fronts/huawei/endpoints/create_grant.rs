//! `POST /create-grant`.

use std::ops::RangeInclusive;

use kms::GrantedOperation;
use kms::huawei::CreateGrant;
use serde_json::json;

use super::grant::principal;
use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;
use crate::fronts::huawei::members::{Members, invalid, missing};
use crate::fronts::huawei::names;

/// Bytes of a grant's name (API reference, "Creating a Grant").
const NAME: RangeInclusive<usize> = 1..=255;
/// Most operations in a request: more than there are.
const MAX_OPERATIONS: usize = 50;

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    let grant = asked.call(request(asked.members)?).await?;
    Ok(Done::Json(json!({ "grant_id": grant.grant_id })))
}

fn request(members: &Members) -> Result<CreateGrant, Failure> {
    let key_id = members.key_id()?.to_owned();
    let kind = members.text("grantee_principal_type")?.unwrap_or("user");
    let grantee = principal(members.required("grantee_principal")?, kind)?;
    let retiring = members.text("retiring_principal")?.map(|id| principal(id, "user")).transpose()?;
    Ok(CreateGrant { key_id, grantee, retiring, name: name(members)?, operations: operations(members)? })
}

fn name(members: &Members) -> Result<Option<String>, Failure> {
    let Some(name) = members.text("name")? else { return Ok(None) };
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b":/_-".contains(&byte);
    if NAME.contains(&name.len()) && name.bytes().all(fits) {
        return Ok(Some(name.to_owned()));
    }
    Err(invalid("name", "must have 1 to 255 letters, digits, and characters of :/_-"))
}

fn operations(members: &Members) -> Result<Vec<GrantedOperation>, Failure> {
    let listed = members.texts("operations")?.ok_or_else(|| missing("operations"))?;
    if !(1..=MAX_OPERATIONS).contains(&listed.len()) {
        return Err(invalid("operations", "must list the operations of the grant"));
    }
    let mut operations = Vec::new();
    for name in listed {
        let operation = names::granted_of(name);
        let operation = operation.ok_or_else(|| invalid("operations", "has what cannot be granted"))?;
        if !operations.contains(&operation) {
            operations.push(operation);
        }
    }
    Ok(operations)
}

#[cfg(test)]
mod tests {
    use api::GrantOperation;
    use kms::huawei::Grantee;
    use serde_json::Value;

    use super::*;
    use crate::fronts::huawei::endpoints::tests::members;

    fn read(member: &str, value: Value) -> Result<CreateGrant, &'static str> {
        let mut body = json!({
            "key_id": "bb6a3d22-dc93-47ac-b5bd-88df7ad35f1e",
            "operations": ["describe-key", "create-datakey", "encrypt-datakey", "describe-key"],
            "grantee_principal": "13gg44z4g2sglzk0egw0u726zoyzvrs8",
            "name": "my_grant",
        });
        body[member] = value;
        request(&members(body)).map_err(|failure| failure.code().name())
    }

    #[test]
    fn the_example_of_the_documents_is_read() {
        let user = Grantee::Identity("13gg44z4g2sglzk0egw0u726zoyzvrs8".to_owned());
        let request = read("retiring_principal", json!("13gg44z4g2sglzk0egw0u726zoyzvrs8")).unwrap();
        assert_eq!((request.grantee, request.retiring), (user.clone(), Some(user)));
        assert_eq!(request.name.as_deref(), Some("my_grant"));
        let expected = [
            GrantOperation::DescribeKey.into(),
            GrantOperation::GenerateDataKey.into(),
            GrantedOperation::EncryptDataKey,
        ];
        assert_eq!(request.operations, expected);
    }

    #[test]
    fn what_is_no_grant_is_refused() {
        for (member, value, expected) in [
            ("grantee_principal", json!(""), "KMS.0204"),
            ("grantee_principal", json!("arn:aws:iam::1:root"), "KMS.2402"),
            ("grantee_principal_type", json!("group"), "KMS.0308"),
            ("retiring_principal", json!("a b"), "KMS.2402"),
            ("operations", json!(null), "KMS.0204"),
            ("operations", json!([]), "KMS.0308"),
            ("operations", json!(["Encrypt"]), "KMS.0308"),
            ("operations", json!("encrypt-data"), "KMS.0308"),
            ("operations", json!(vec!["encrypt-data"; 51]), "KMS.0308"),
            ("name", json!("a b"), "KMS.0308"),
            ("name", json!("n".repeat(256)), "KMS.0308"),
            ("key_id", json!("alias/a"), "KMS.0205"),
        ] {
            assert_eq!(read(member, value).err(), Some(expected), "{member}");
        }
    }
}
