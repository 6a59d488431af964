//! What grants may allow.

use std::fmt;

use api::GrantOperation;
use serde::{Deserialize, Serialize};

/// What a grant may allow: what AWS's API knows, and two parts of it that another API grants by themselves.
///
/// Written as text, which for what AWS's API knows is its name there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum GrantedOperation {
    /// Encryption of data keys, and of nothing else.
    EncryptDataKey,
    /// Decryption of data keys, and of nothing else.
    DecryptDataKey,
    /// An operation of AWS's API.
    #[serde(untagged)]
    Api(GrantOperation),
}

impl From<GrantOperation> for GrantedOperation {
    fn from(operation: GrantOperation) -> Self {
        Self::Api(operation)
    }
}

impl PartialEq<GrantOperation> for GrantedOperation {
    fn eq(&self, other: &GrantOperation) -> bool {
        *self == Self::Api(*other)
    }
}

impl GrantedOperation {
    /// Every value: AWS's in the order of the model, and then the parts. Stored records have this order.
    pub fn all() -> impl Iterator<Item = Self> {
        let api = GrantOperation::ALL.iter().copied().map(Self::Api);
        api.chain([Self::EncryptDataKey, Self::DecryptDataKey])
    }

    /// The operation of AWS's API that this is, or is a part of. By its name policies know it.
    pub const fn in_api(self) -> GrantOperation {
        match self {
            Self::EncryptDataKey => GrantOperation::Encrypt,
            Self::DecryptDataKey => GrantOperation::Decrypt,
            Self::Api(operation) => operation,
        }
    }

    /// Whether a grant that lists this allows `other`: the same, or a part of it.
    pub fn includes(self, other: Self) -> bool {
        self == other || self == other.in_api()
    }

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EncryptDataKey => "EncryptDataKey",
            Self::DecryptDataKey => "DecryptDataKey",
            Self::Api(operation) => operation.as_str(),
        }
    }
}

impl fmt::Display for GrantedOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Operations as AWS's API shows them: each once, in their order.
pub(super) fn as_api_shows(operations: &[GrantedOperation]) -> Vec<GrantOperation> {
    let mut shown = Vec::with_capacity(operations.len());
    for operation in operations.iter().map(|operation| operation.in_api()) {
        if !shown.contains(&operation) {
            shown.push(operation);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use GrantOperation as Op;
    use GrantedOperation::{Api, DecryptDataKey, EncryptDataKey};

    use super::*;

    #[test]
    fn is_written_by_its_name() {
        let all: Vec<_> = GrantedOperation::all().collect();
        assert_eq!(all.len(), GrantOperation::ALL.len() + 2);
        for operation in all {
            let text = serde_json::to_string(&operation).unwrap();
            assert_eq!(text, format!("\"{operation}\""));
            assert_eq!(serde_json::from_str::<GrantedOperation>(&text).unwrap(), operation);
        }
        // As records have it that are older than the parts.
        let old = serde_json::to_string(Op::ALL).unwrap();
        let read: Vec<GrantedOperation> = serde_json::from_str(&old).unwrap();
        assert_eq!(read, Op::ALL);
        assert_eq!(serde_json::to_string(&read).unwrap(), old);
        for none in ["\"Encryptdatakey\"", "\"\"", "null", "{\"Api\":\"Encrypt\"}"] {
            assert!(serde_json::from_str::<GrantedOperation>(none).is_err(), "{none}");
        }
    }

    #[test]
    fn the_whole_includes_its_parts_and_a_part_not_the_whole() {
        for (granted, asked, expected) in [
            (Api(Op::Encrypt), EncryptDataKey, true),
            (Api(Op::Decrypt), DecryptDataKey, true),
            (EncryptDataKey, EncryptDataKey, true),
            (EncryptDataKey, Api(Op::Encrypt), false),
            (EncryptDataKey, DecryptDataKey, false),
            (Api(Op::Encrypt), DecryptDataKey, false),
            (Api(Op::Encrypt), Api(Op::Encrypt), true),
            (Api(Op::Encrypt), Api(Op::Decrypt), false),
        ] {
            assert_eq!(granted.includes(asked), expected, "{granted} and {asked}");
        }
    }

    #[test]
    fn parts_are_shown_as_what_they_are_parts_of() {
        let operations = [EncryptDataKey, Api(Op::DescribeKey), Api(Op::Encrypt), DecryptDataKey];
        assert_eq!(as_api_shows(&operations), [Op::Encrypt, Op::DescribeKey, Op::Decrypt]);
    }
}
