//! From the bytes of a body to a typed, checked request.

use crate::constraint;
use crate::json::{Json, Object};
use crate::{Error, ErrorCode, Request};

/// Reads a request body: JSON, of the operation's shape, within its constraints.
///
/// An empty body is an empty object. Members the operation does not know are ignored, as the JSON 1.1 protocol
/// asks. What the parsed JSON copied of the body is wiped before it is freed, since any of it may be a plaintext.
///
/// # Errors
/// `SerializationException` for what is not JSON or of the wrong types, `ValidationException` naming every
/// broken constraint.
pub fn decode<R: Request>(body: &[u8]) -> Result<R, Error> {
    let json = parse(body)?;
    let Json::Object(object) = &json else {
        return Err(Error::new(ErrorCode::Serialization, "The request body must be a JSON object."));
    };
    constraint::check_object(R::SPEC.members, object).into_result()?;
    R::deserialize(&json).map_err(|_| {
        // What is left after the checks: base64 that is none, timestamps out of range.
        let text = "A member of the request cannot be read: blobs are standard base64, timestamps seconds since 1970-01-01T00:00:00Z.";
        Error::new(ErrorCode::Serialization, text)
    })
}

fn parse(body: &[u8]) -> Result<Json<'_>, Error> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Json::Object(Object::default()));
    }
    serde_json::from_slice(body).map_err(|error| {
        let text = format!("The request body is not JSON: line {}, column {}.", error.line(), error.column());
        Error::new(ErrorCode::Serialization, text)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{CreateAlias, CreateGrant, Decrypt, Encrypt, ImportKeyMaterial, ListKeys};

    #[track_caller]
    fn refused<R: Request>(body: &str, code: ErrorCode, text: &str) {
        match decode::<R>(body.as_bytes()) {
            Ok(_) => panic!("accepted: {body}"),
            Err(error) => {
                assert_eq!(error.code(), code, "{error}");
                assert!(error.message().unwrap().contains(text), "{error}");
            }
        }
    }

    #[test]
    fn an_empty_body_is_an_empty_object() {
        assert!(decode::<ListKeys>(b"").is_ok());
        assert!(decode::<ListKeys>(b"{}").is_ok());
    }

    #[test]
    fn what_is_not_json() {
        refused::<ListKeys>("{", ErrorCode::Serialization, "not JSON: line 1, column 1");
        refused::<ListKeys>("[]", ErrorCode::Serialization, "must be a JSON object");
        refused::<ListKeys>(&"[".repeat(100_000), ErrorCode::Serialization, "not JSON");
    }

    #[test]
    fn several_violations_in_one_answer() {
        refused::<CreateAlias>(
            "{}",
            ErrorCode::Validation,
            "2 validation errors detected: Value null at 'aliasName'",
        );
    }

    #[test]
    fn wrong_base64_is_not_repeated() {
        let body = r#"{"KeyId":"k","Plaintext":"topsecret!!!"}"#;
        refused::<Encrypt>(body, ErrorCode::Serialization, "standard base64");
        assert!(!decode::<Encrypt>(body.as_bytes()).unwrap_err().to_string().contains("topsecret"));
    }

    #[test]
    fn structures_are_checked_inside() {
        let text = "'recipient.keyEncryptionAlgorithm' failed to satisfy constraint: \
                    Member must satisfy enum value set: [RSAES_OAEP_SHA_256]";
        refused::<Decrypt>(
            r#"{"Recipient":{"KeyEncryptionAlgorithm":"ROT13"}}"#,
            ErrorCode::Validation,
            text,
        );
        let text = "'recipient.attestationDocument' failed to satisfy constraint: \
                    Member must have length greater than or equal to 1";
        refused::<Decrypt>(r#"{"Recipient":{"AttestationDocument":""}}"#, ErrorCode::Validation, text);
        let text = "'constraints.sourceArn' failed to satisfy constraint: \
                    Member must satisfy regular expression pattern: ^arn:aws";
        refused::<CreateGrant>(
            r#"{"KeyId":"k","Operations":["Sign"],"Constraints":{"SourceArn":"not the ARN of anything"}}"#,
            ErrorCode::Validation,
            text,
        );
        let text = "'constraints.encryptionContextEquals.value' must be a string, not a number.";
        refused::<CreateGrant>(
            r#"{"KeyId":"k","Operations":[],"Constraints":{"EncryptionContextEquals":{"a":1}}}"#,
            ErrorCode::Serialization,
            text,
        );
    }

    #[test]
    fn unknown_members_are_ignored() {
        assert!(decode::<ListKeys>(br#"{"Wishes":["a"]}"#).is_ok());
    }

    proptest! {
        #[test]
        fn any_bytes_are_answered(body in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = decode::<ImportKeyMaterial>(&body);
        }

        #[test]
        fn any_value_of_any_member_is_answered(text in ".{0,80}", number in any::<f64>()) {
            for member in ImportKeyMaterial::SPEC.members {
                let as_text = serde_json::json!({ member.name: text }).to_string();
                let as_number = serde_json::json!({ member.name: number }).to_string();
                prop_assert!(decode::<ImportKeyMaterial>(as_text.as_bytes()).is_err());
                prop_assert!(decode::<ImportKeyMaterial>(as_number.as_bytes()).is_err());
            }
        }
    }
}
