//! The policies of the two cases.

/// Longest key policy, in bytes (AWS KMS: resource quotas).
pub const MAX_KEY_POLICY: usize = 32 * 1024;
/// Longest managed policy, in characters (AWS IAM: quotas).
pub const MAX_MANAGED_POLICY: usize = 6144;
/// Most managed policies of a user (likewise).
pub const MANAGED_POLICIES: usize = 10;
/// About how long managed policies are that people write for one purpose, in characters.
const USUAL_MANAGED_POLICY: usize = 1024;
/// The roles that the key policy of the usual case names.
pub(crate) const ROLES: usize = 40;

/// How the policies are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// As people write them: statements are for certain roles, some with a condition, and a few denials for everybody.
    Usual,
    /// So that they cost: every statement is for everybody, under conditions that do not hold in the end, and all
    /// policies are as long as they may be.
    Extreme,
}

impl Case {
    /// A key policy of 32 KiB that leaves it to `account`, after all else. The roles must exist.
    pub(crate) fn key_policy(self, account: &str) -> String {
        let last = format!(
            r#"{{"Effect":"Allow","Principal":{{"AWS":"{account}"}},"Action":"kms:*","Resource":"*"}}"#
        );
        filled(MAX_KEY_POLICY, &last, |number| match self {
            Self::Usual if number % 10 == 0 => denial(number),
            Self::Usual => use_by_roles(account, number),
            Self::Extreme => for_everybody(number),
        })
    }

    /// The managed policy of this number. `last` is its last statement.
    pub(crate) fn managed_policy(self, policy: usize, last: &str) -> String {
        let room = match self {
            Self::Usual => USUAL_MANAGED_POLICY,
            Self::Extreme => MAX_MANAGED_POLICY,
        };
        filled(room, last, |number| {
            let effect = if number % 4 == 0 { "Deny" } else { "Allow" };
            format!(
                concat!(
                    r#"{{"Effect":"{effect}","Action":["kms:Enc*","kms:Decrypt"],"#,
                    r#""Resource":"arn:aws:kms:*:*:key/*","Condition":{{"StringLike":"#,
                    r#"{{"kms:EncryptionContext:object":"s3://bucket-{policy}-{number}/*"}}}}}}"#
                ),
                effect = effect,
                policy = policy,
                number = number
            )
        })
    }
}

/// The name of a role.
pub(crate) fn role(number: usize) -> String {
    format!("team-{}-service", number % ROLES)
}

/// A document of at most `room` bytes: as many of `statement(0)`, `statement(1)` … as fit, and then `last`.
fn filled(room: usize, last: &str, statement: impl Fn(usize) -> String) -> String {
    let mut document = String::from(r#"{"Version":"2012-10-17","Statement":["#);
    for number in 0.. {
        let next = statement(number);
        if document.len() + next.len() + last.len() + 3 > room {
            break;
        }
        document.push_str(&next);
        document.push(',');
    }
    document + last + "]}"
}

fn use_by_roles(account: &str, number: usize) -> String {
    let roles = [number, number + 7, number + 19]
        .map(|number| format!("arn:aws:iam::{account}:role/{}", role(number)));
    let [first, second, third] = roles;
    format!(
        concat!(
            r#"{{"Sid":"Use of the key by team {number}","Effect":"Allow","Principal":{{"AWS":["#,
            r#""{first}","{second}","{third}"]}},"Action":["kms:Encrypt","kms:Decrypt","kms:ReEncrypt*","#,
            r#""kms:GenerateDataKey*","kms:DescribeKey"],"Resource":"*","Condition":{{"StringEquals":"#,
            r#"{{"kms:EncryptionContext:team":"team-{number}"}}}}}}"#
        ),
        number = number,
        first = first,
        second = second,
        third = third
    )
}

fn denial(number: usize) -> String {
    format!(
        concat!(
            r#"{{"Sid":"Guard {number}","Effect":"Deny","Principal":"*","Action":["kms:Decrypt","kms:Encrypt"],"#,
            r#""Resource":"*","Condition":{{"StringEquals":{{"kms:EncryptionContext:team":"retired-{number}"}}}}}}"#
        ),
        number = number
    )
}

fn for_everybody(number: usize) -> String {
    let effect = if number.is_multiple_of(4) { "Deny" } else { "Allow" };
    format!(
        concat!(
            r#"{{"Sid":"team {number}","Effect":"{effect}","Principal":{{"AWS":"*"}},"#,
            r#""Action":["kms:Encrypt","kms:Decrypt","kms:GenerateDataKey*"],"Resource":"*","Condition":{{"#,
            r#""StringEquals":{{"kms:EncryptionContext:team":"team-{number}"}},"#,
            r#""ArnLike":{{"aws:PrincipalArn":"arn:aws:iam::*:user/teams/*-{number}/*"}},"#,
            r#""NotIpAddress":{{"aws:SourceIp":"10.{number}.0.0/16"}}}}}}"#
        ),
        number = number,
        effect = effect
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_as_long_as_they_are_said_to_be() {
        let statement = 512;
        for (document, room) in [
            (Case::Usual.key_policy("111122223333"), MAX_KEY_POLICY),
            (Case::Extreme.key_policy("111122223333"), MAX_KEY_POLICY),
            (Case::Usual.managed_policy(0, "{}"), USUAL_MANAGED_POLICY),
            (Case::Extreme.managed_policy(0, "{}"), MAX_MANAGED_POLICY),
        ] {
            assert!(document.len() <= room && document.len() > room - statement, "{}", document.len());
        }
    }
}
