//! Which grants can be made.

use api::{
    CreateGrant, EncryptionContext, Error, ErrorCode, GrantConstraints, GrantOperation, KeyUsage, Reason,
    limits,
};
use seal::Records;

use super::operation::GrantedOperation;
use super::record::{GrantId, Party};
use super::terms::{Pairs, Terms};
use crate::arn::shown;
use crate::key::KeyRecord;
use crate::pipeline::KeyRef;

/// Characters of a name in an encryption context constraint. AWS has no number for it, but one for values; whoever looks
/// at a grantee's terms reads the names.
const LONGEST_NAME: usize = limits::MAX_GRANT_CONTEXT_VALUE;

/// What a request asks for, once all has been checked that needs no key.
pub(crate) struct Asked {
    pub(crate) name: Option<String>,
    pub(crate) grantee: Party,
    pub(crate) retiring: Option<Party>,
    /// Without repetition.
    pub(crate) operations: Vec<GrantedOperation>,
    pub(crate) constraints: Option<GrantConstraints>,
}

impl Asked {
    /// # Errors
    /// `InvalidArnException` for what is no principal, `LimitExceededException` for a constraint that is too large,
    /// and `ValidationException` for what does not go together.
    pub(crate) fn of(request: &CreateGrant, partition: &str) -> Result<Self, Error> {
        let principal = request.grantee_principal.as_ref();
        let grantee = grantee(principal, request.grantee_service_principal.as_ref(), partition)?;
        let grantee = grantee.ok_or_else(|| {
            invalid("You must specify either GranteePrincipal or GranteeServicePrincipal.".to_owned())
        })?;
        let principal = request.retiring_principal.as_ref();
        let retiring = retiring(principal, request.retiring_service_principal.as_ref(), partition)?;
        let constraints = request.constraints.clone().filter(|given| *given != GrantConstraints::default());
        check_constraints(constraints.as_ref())?;
        let source_arn = constraints.as_ref().and_then(|given| given.source_arn.as_ref());
        if matches!(grantee, Party::Service(_)) && (source_arn.is_none() || retiring.is_none()) {
            let text = "A grant for a GranteeServicePrincipal needs a SourceArn constraint, and a RetiringPrincipal \
                        or a RetiringServicePrincipal.";
            return Err(invalid(text.to_owned()));
        }
        let operations: Vec<_> = request.operations.iter().copied().map(GrantedOperation::Api).collect();
        Ok(Self { constraints, ..Self::new(request.name.clone(), grantee, retiring, &operations)? })
    }

    /// The same without constraints, for somebody who is known already.
    ///
    /// # Errors
    /// `ValidationException` for operations that are none or do not go together.
    pub(crate) fn new(
        name: Option<String>,
        grantee: Party,
        retiring: Option<Party>,
        operations: &[GrantedOperation],
    ) -> Result<Self, Error> {
        Ok(Self { name, grantee, retiring, operations: self::operations(operations)?, constraints: None })
    }

    /// The id of this grant on a key, when someone of `issuing_account` makes it. With a name it is always the same, so that
    /// a request can be sent again; the order of operations and pairs does not matter, anything else does.
    pub(crate) fn id(
        &self,
        records: &Records,
        key: &KeyRef,
        issuing_account: &str,
    ) -> Result<GrantId, Error> {
        let Some(name) = &self.name else {
            return Ok(GrantId::generate());
        };
        let (terms, _) = Terms::of(&self.operations, None);
        let parameters = (&self.grantee, &self.retiring, terms, &self.constraints);
        let parameters = serde_json::to_vec(&parameters).map_err(Error::internal)?;
        let on = [&key.account, &key.region, key.id.as_str(), issuing_account, name].map(str::as_bytes);
        let parts: Vec<_> = [&b"grant"[..]].into_iter().chain(on).chain([parameters.as_slice()]).collect();
        Ok(GrantId::from_bytes(records.identity(&parts)))
    }
}

/// Refuses operations and constraints that a key has no use for.
pub(crate) fn check_for_key(asked: &Asked, key: &KeyRecord, key_arn: &str) -> Result<(), Error> {
    let allowed = operations_of(key);
    let part = asked.operations.iter().find(|operation| **operation != operation.in_api());
    if let Some(operation) = part
        && !key.is_symmetric_encryption()
    {
        let text = format!(
            "The operation {operation} is only valid in grants on symmetric encryption KMS keys; the key spec of \
             {key_arn} is {}.",
            key.spec
        );
        return Err(invalid(text).because(Reason::NotSymmetric));
    }
    if let Some(operation) = asked.operations.iter().find(|operation| !allowed.contains(&operation.in_api()))
    {
        let names: Vec<_> = allowed.iter().map(|operation| operation.as_str()).collect();
        return Err(invalid(format!(
            "The operation {operation} is not valid in a grant on {key_arn}, whose key spec is {} and key usage {}. \
             Valid are: {}.",
            key.spec,
            key.usage,
            names.join(", ")
        ))
        .because(Reason::Usage(key.usage)));
    }
    let contexts =
        asked.constraints.as_ref().is_some_and(|constraints| contexts_of(constraints).next().is_some());
    if contexts && !key.is_symmetric_encryption() {
        return Err(invalid(format!(
            "Encryption context constraints are only valid in grants on symmetric encryption KMS keys; the key spec \
             of {key_arn} is {}.",
            key.spec
        )));
    }
    Ok(())
}

/// What grants on a key can allow (developer guide, "Grant operations").
fn operations_of(key: &KeyRecord) -> Vec<GrantOperation> {
    use GrantOperation as Op;
    let own: &[Op] = match key.usage {
        KeyUsage::EncryptDecrypt if key.is_symmetric_encryption() => &[
            Op::Decrypt,
            Op::Encrypt,
            Op::GenerateDataKey,
            Op::GenerateDataKeyWithoutPlaintext,
            Op::GenerateDataKeyPair,
            Op::GenerateDataKeyPairWithoutPlaintext,
            Op::ReEncryptFrom,
            Op::ReEncryptTo,
        ],
        KeyUsage::EncryptDecrypt => {
            &[Op::Decrypt, Op::Encrypt, Op::ReEncryptFrom, Op::ReEncryptTo, Op::GetPublicKey]
        }
        KeyUsage::SignVerify => &[Op::Sign, Op::Verify, Op::GetPublicKey],
        KeyUsage::GenerateVerifyMac => &[Op::GenerateMac, Op::VerifyMac],
        KeyUsage::KeyAgreement => &[Op::DeriveSharedSecret, Op::GetPublicKey],
        KeyUsage::EncapsulateDecapsulate => &[Op::Encapsulate, Op::Decapsulate, Op::GetPublicKey],
    };
    [own, &[Op::CreateGrant, Op::RetireGrant, Op::DescribeKey]].concat()
}

fn operations(given: &[GrantedOperation]) -> Result<Vec<GrantedOperation>, Error> {
    let mut operations = Vec::new();
    for operation in given {
        if !operations.contains(operation) {
            operations.push(*operation);
        }
    }
    match operations.as_slice() {
        [] => Err(invalid("Operations is empty: a grant allows at least one operation.".to_owned())),
        // As the live service says it.
        [GrantedOperation::Api(GrantOperation::CreateGrant)] => {
            let text = "Grants must not contain only the CreateGrant operation.".to_owned();
            Err(invalid(text).because(Reason::OnlyCreateGrant))
        }
        _ => Ok(operations),
    }
}

fn contexts_of(constraints: &GrantConstraints) -> impl Iterator<Item = &EncryptionContext> {
    let GrantConstraints { encryption_context_subset, encryption_context_equals, .. } = constraints;
    encryption_context_subset.iter().chain(encryption_context_equals)
}

fn check_constraints(constraints: Option<&GrantConstraints>) -> Result<(), Error> {
    let mut contexts = constraints.into_iter().flat_map(contexts_of);
    let Some(context) = contexts.next() else {
        return Ok(());
    };
    if contexts.next().is_some() {
        // As the live service says it, also where one of the two is empty.
        return Err(invalid("More than one constraint supplied".to_owned()));
    }
    let exceeded = |text| Err(Error::new(ErrorCode::LimitExceeded, text));
    if context.len() > limits::MAX_GRANT_CONTEXT_PAIRS {
        let (found, most) = (context.len(), limits::MAX_GRANT_CONTEXT_PAIRS);
        return exceeded(format!("The encryption context constraint has {found} pairs; it may have {most}."));
    }
    let (names, values) = (context.keys().map(|name| (name, "name", LONGEST_NAME)), context.values());
    let values = values.map(|value| (value, "value", limits::MAX_GRANT_CONTEXT_VALUE));
    for (text, what, most) in names.chain(values) {
        if text.chars().count() > most {
            return exceeded(format!(
                "A {what} in the encryption context constraint has more than {most} characters."
            ));
        }
    }
    if Pairs::of(Some(context)).repeat_a_name() {
        let text = "Two names in the encryption context constraint differ only by case, which constraints do not see.";
        return Err(invalid(text.to_owned()));
    }
    Ok(())
}

/// The grantee that a request names, if it names one.
///
/// # Errors
/// `InvalidArnException` for what is no principal, `ValidationException` for a principal and a service.
pub(crate) fn grantee(
    principal: Option<&String>,
    service: Option<&String>,
    partition: &str,
) -> Result<Option<Party>, Error> {
    party("GranteePrincipal", "GranteeServicePrincipal", (principal, service), partition)
}

/// The same for who may retire a grant.
pub(crate) fn retiring(
    principal: Option<&String>,
    service: Option<&String>,
    partition: &str,
) -> Result<Option<Party>, Error> {
    party("RetiringPrincipal", "RetiringServicePrincipal", (principal, service), partition)
}

fn party(
    principal: &str,
    service: &str,
    given: (Option<&String>, Option<&String>),
    partition: &str,
) -> Result<Option<Party>, Error> {
    match given {
        (Some(_), Some(_)) => {
            Err(invalid(format!("You can specify either {principal} or {service}, but not both.")))
        }
        (Some(arn), None) if is_principal(arn, partition) => Ok(Some(Party::Principal(arn.clone()))),
        (Some(arn), None) => {
            let text = format!(
                "The {principal} '{}' is not the ARN of a principal: an account's root, a user, a role, an assumed \
                 role or a federated user.",
                shown(arn)
            );
            Err(Error::new(ErrorCode::InvalidArn, text).because(Reason::Grantee))
        }
        (None, service) => Ok(service.cloned().map(Party::Service)),
    }
}

/// Whether an ARN is one that someone can have who calls.
fn is_principal(arn: &str, partition: &str) -> bool {
    let parts: Vec<_> = arn.splitn(6, ':').collect();
    let ["arn", found, service, "", account, resource] = parts.as_slice() else {
        return false;
    };
    let is_account = account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
    let names: Vec<_> = resource.split('/').collect();
    let complete = names.iter().all(|name| !name.is_empty()) && !resource.contains(['*', '?', ':']);
    let known = matches!(
        (*service, names.as_slice()),
        ("iam", ["root"] | ["user" | "role", _, ..])
            | ("sts", ["assumed-role", _, _] | ["federated-user", _])
    );
    *found == partition && is_account && complete && known
}

fn invalid(text: String) -> Error {
    Error::new(ErrorCode::Validation, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_can_be_a_principal() {
        for arn in [
            "arn:aws:iam::111122223333:root",
            "arn:aws:iam::111122223333:user/ann",
            "arn:aws:iam::111122223333:user/team/ann@example.com",
            "arn:aws:iam::111122223333:role/service-role/r",
            "arn:aws:sts::111122223333:assumed-role/r/session",
            "arn:aws:sts::111122223333:federated-user/ann",
        ] {
            assert!(is_principal(arn, "aws"), "{arn}");
            assert!(!is_principal(arn, "aws-cn"), "{arn}");
        }
    }

    #[test]
    fn who_cannot() {
        for arn in [
            "",
            "*",
            "111122223333",
            "ann",
            "rds.us-east-1.amazonaws.com",
            "arn:aws:iam::111122223333",
            "arn:aws:iam::111122223333:",
            "arn:aws:iam::1:root",
            "arn:aws:iam::11112222333x:root",
            "arn:aws:iam:eu-west-1:111122223333:root",
            "arn:aws:iam::111122223333:root/x",
            "arn:aws:iam::111122223333:user",
            "arn:aws:iam::111122223333:user/",
            "arn:aws:iam::111122223333:user//ann",
            "arn:aws:iam::111122223333:user/*",
            "arn:aws:iam::111122223333:user/a?n",
            "arn:aws:iam::111122223333:group/admins",
            "arn:aws:sts::111122223333:assumed-role/r",
            "arn:aws:sts::111122223333:assumed-role/r/s/t",
            "arn:aws:kms:eu-west-1:111122223333:key/x",
            "ARN:aws:iam::111122223333:root",
        ] {
            assert!(!is_principal(arn, "aws"), "{arn}");
        }
    }
}
