//! `POST /get-publickey`: in PEM, with the line ends of the API's documents.

use api::GetPublicKey;
use serde_json::json;

use super::id_in;
use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;
use crate::fronts::huawei::members::base64_of;

/// Characters of a line of PEM (RFC 7468).
const LINE: usize = 64;

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    let found = asked.call(GetPublicKey::request(asked.members.key_name()?)).await?;
    Ok(Done::Json(json!({
        "key_id": id_in(&found.key_id),
        "public_key": pem(found.public_key.as_bytes()),
    })))
}

fn pem(der: &[u8]) -> String {
    let mut text = "-----BEGIN PUBLIC KEY-----\r\n".to_owned();
    let body = base64_of(der);
    let mut rest = body.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at_checked(LINE).unwrap_or((rest, ""));
        text.push_str(line);
        text.push_str("\r\n");
        rest = after;
    }
    text.push_str("-----END PUBLIC KEY-----\r\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_64_characters_and_end_as_in_the_documents() {
        let (begin, end) = ("-----BEGIN PUBLIC KEY-----\r\n", "-----END PUBLIC KEY-----\r\n");
        assert_eq!(pem(&[0; 48]), format!("{begin}{}\r\n{end}", "A".repeat(64)));
        assert_eq!(pem(&[0; 49]), format!("{begin}{}\r\nAA==\r\n{end}", "A".repeat(64)));
        assert_eq!(pem(b""), format!("{begin}{end}"));
    }
}
