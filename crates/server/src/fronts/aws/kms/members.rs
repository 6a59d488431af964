//! The members of a presigned request, which stand in its query string.
//!
//! A presigned URL is used without a body, so whoever presigns (boto3's `generate_presigned_url`, for one) moves the
//! members of the request into the query, as text. Here they become the JSON they were. Structures, lists and maps have
//! no agreed text, so they are not taken this way; a request that needs them is sent with a body.

use api::constraint::{Kind, Member};
use api::{Error, ErrorCode, Spec};
use bytes::Bytes;
use serde_json::{Map, Number, Value};
use sigv4::Query;

/// What the parameters of the signature itself begin with.
const SIGNATURE: &[u8] = b"x-amz-";

/// The members in a query as a JSON body. As in a body, names the operation does not know are ignored.
pub(super) fn from_query(query: &str, spec: &Spec) -> Result<Bytes, Error> {
    let query =
        Query::parse(query).map_err(|error| Error::new(ErrorCode::Serialization, error.to_string()))?;
    let mut members = Map::new();
    for (name, value) in query.iter().filter(|(name, _)| !is_of_signature(name)) {
        let Some(member) = spec.members.iter().find(|member| member.name.as_bytes() == name) else {
            continue;
        };
        let value = typed(member, value)?;
        if members.insert(member.name.to_owned(), value).is_some() {
            return Err(refused(member, "must be given only once"));
        }
    }
    serde_json::to_vec(&members).map(Bytes::from).map_err(Error::internal)
}

fn is_of_signature(name: &[u8]) -> bool {
    name.get(..SIGNATURE.len()).is_some_and(|start| start.eq_ignore_ascii_case(SIGNATURE))
}

fn typed(member: &Member, value: &[u8]) -> Result<Value, Error> {
    let text = std::str::from_utf8(value).map_err(|_| refused(member, "must be UTF-8"))?;
    match member.kind {
        Kind::Text { .. } | Kind::Blob { .. } | Kind::Enum(_) => Ok(Value::from(text)),
        Kind::Integer { .. } => {
            text.parse::<i64>().map(Value::from).map_err(|_| refused(member, "must be an integer"))
        }
        Kind::Timestamp => {
            let seconds = text.parse().ok().and_then(Number::from_f64);
            seconds.map(Value::from).ok_or_else(|| refused(member, "must be a number of seconds since 1970"))
        }
        // Python writes them with a capital.
        Kind::Boolean => match text {
            "true" | "True" => Ok(Value::Bool(true)),
            "false" | "False" => Ok(Value::Bool(false)),
            _ => Err(refused(member, "must be true or false")),
        },
        // Secrets neither: what stands in a URL is written to logs.
        Kind::Secret { .. } | Kind::List { .. } | Kind::Map { .. } | Kind::Structure(_) => {
            Err(refused(member, "cannot stand in a query string: send it in a body, signed in the headers"))
        }
    }
}

fn refused(member: &Member, why: &str) -> Error {
    Error::new(ErrorCode::Serialization, format!("The query parameter '{}' {why}.", member.name))
}

#[cfg(test)]
mod tests {
    use api::{CreateKey, Encrypt, ImportKeyMaterial, ListKeys, Request};

    use super::*;

    fn body(spec: &Spec, query: &str) -> Result<String, String> {
        let body = from_query(query, spec).map_err(|error| error.to_string())?;
        Ok(String::from_utf8(body.to_vec()).unwrap())
    }

    #[test]
    fn members_become_the_json_they_were() {
        for (case, spec, query, expected) in [
            ("none", ListKeys::SPEC, "", "{}"),
            ("an integer", ListKeys::SPEC, "Limit=5", r#"{"Limit":5}"#),
            (
                "text and base64",
                Encrypt::SPEC,
                "KeyId=alias%2Fa%20b&Plaintext=AP9hYisv",
                r#"{"KeyId":"alias/a b","Plaintext":"AP9hYisv"}"#,
            ),
            ("a boolean of Python's", CreateKey::SPEC, "MultiRegion=True", r#"{"MultiRegion":true}"#),
            ("a boolean of JSON's", CreateKey::SPEC, "MultiRegion=false", r#"{"MultiRegion":false}"#),
            ("a time", ImportKeyMaterial::SPEC, "ValidTo=1796086923.5", r#"{"ValidTo":1796086923.5}"#),
            (
                "unknown names and the signature's",
                ListKeys::SPEC,
                "Limit=5&Other=1&X-Amz-Date=x&x-amz-signature=y",
                r#"{"Limit":5}"#,
            ),
        ] {
            assert_eq!(body(&spec, query).as_deref(), Ok(expected), "{case}");
        }
    }

    #[test]
    fn what_has_no_one_reading_is_refused() {
        for (spec, query, reason) in [
            (Encrypt::SPEC, "EncryptionContext=%7B%7D", "cannot stand in a query string"),
            (Encrypt::SPEC, "GrantTokens=a", "cannot stand in a query string"),
            (Encrypt::SPEC, "KeyId=a&KeyId=b", "only once"),
            (Encrypt::SPEC, "KeyId=%FF", "must be UTF-8"),
            (ListKeys::SPEC, "Limit=5.5", "must be an integer"),
            (ListKeys::SPEC, "Limit=", "must be an integer"),
            (CreateKey::SPEC, "MultiRegion=yes", "must be true or false"),
            (ImportKeyMaterial::SPEC, "ValidTo=tomorrow", "must be a number of seconds"),
            (ImportKeyMaterial::SPEC, "ValidTo=inf", "must be a number of seconds"),
        ] {
            let error = body(&spec, query).unwrap_err();
            assert!(
                error.starts_with("SerializationException") && error.contains(reason),
                "{query}: {error}"
            );
        }
    }
}
