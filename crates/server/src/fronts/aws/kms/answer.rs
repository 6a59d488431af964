//! Answers as the KMS API gives them.
//!
//! An error's text is under `message`, whichever layer it comes from: AWS's identity layer writes `Message`, but
//! every SDK reads `message`, and some read nothing else.

use api::{Error, ErrorCode};
use http::{HeaderValue, header};
use serde::Serialize;
use tracing::error;

use crate::body::BodyError;
use crate::fronts::answer::Answer;
use crate::fronts::aws::refusal::Refusal;

const CONTENT_TYPE: HeaderValue = HeaderValue::from_static("application/x-amz-json-1.1");

#[derive(Serialize)]
struct Body<'a> {
    #[serde(rename = "__type")]
    code: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
}

/// What an operation gave: JSON, or nothing.
pub(in crate::fronts::aws) fn success(body: Vec<u8>) -> Answer {
    Answer::new(200, CONTENT_TYPE, body)
}

/// The answer to an error, whose cause is for the log only.
pub(in crate::fronts::aws) fn failure(error: &Error) -> Answer {
    if let Some(cause) = error.cause() {
        error!(cause, "the request failed");
    }
    answer(error.code().http_status(), error.code(), error.message())
}

/// The answer to a request that no operation saw.
pub(in crate::fronts::aws) fn refusal(refusal: &Refusal) -> Answer {
    if let Refusal::Failed(cause) = refusal {
        return failure(&Error::internal(cause));
    }
    let code = code(refusal);
    let status = match refusal {
        Refusal::TooManyHeaders => 431,
        Refusal::Path => 404,
        Refusal::Method => 405,
        _ => code.http_status(),
    };
    let answer = answer(status, code, Some(&refusal.to_string()));
    match refusal {
        Refusal::Method => answer.with(header::ALLOW, HeaderValue::from_static("POST")),
        _ => answer,
    }
}

fn code(refusal: &Refusal) -> ErrorCode {
    match refusal {
        Refusal::WebPage | Refusal::Host => ErrorCode::AccessDenied,
        Refusal::Signature(error) => {
            let code = ErrorCode::ALL.iter().find(|code| code.as_str() == error.code());
            code.copied().unwrap_or(ErrorCode::InvalidSignature)
        }
        Refusal::UnknownClient => ErrorCode::UnrecognizedClient,
        Refusal::ExpiredToken => ErrorCode::ExpiredToken,
        Refusal::Body(BodyError::TooLarge(_)) | Refusal::TooManyHeaders => ErrorCode::RequestEntityTooLarge,
        Refusal::Body(BodyError::TooSlow) => ErrorCode::RequestTimeout,
        Refusal::Body(BodyError::Broken) => ErrorCode::Serialization,
        Refusal::Body(BodyError::NoRoom) | Refusal::NoRoom => ErrorCode::ServiceUnavailable,
        Refusal::Path | Refusal::Method => ErrorCode::UnknownOperation,
        Refusal::Failed(_) => ErrorCode::Internal,
    }
}

fn answer(status: u16, code: ErrorCode, message: Option<&str>) -> Answer {
    Answer::new(status, CONTENT_TYPE, json(code, message)).failed(code.as_str())
}

fn json(code: ErrorCode, message: Option<&str>) -> Vec<u8> {
    // Two strings always have a JSON form.
    serde_json::to_vec(&Body { code: code.as_str(), message }).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;
    use uuid::Uuid;

    use super::*;

    async fn sent(answer: Answer) -> (u16, String) {
        let status = answer.status();
        let body = answer
            .into_response(crate::fronts::aws::REQUEST_ID, Uuid::nil())
            .into_body()
            .collect()
            .await
            .unwrap()
            .to_bytes();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn an_error_has_its_type_and_text_and_never_its_cause() {
        let with = sent(failure(&Error::new(ErrorCode::NotFound, "Key 'a\"b' does not exist"))).await;
        let body = r#"{"__type":"NotFoundException","message":"Key 'a\"b' does not exist"}"#;
        assert_eq!(with, (400, body.to_owned()));
        let without = sent(failure(&Error::bare(ErrorCode::InvalidCiphertext))).await;
        assert_eq!(without.1, r#"{"__type":"InvalidCiphertextException"}"#);
        for internal in
            [failure(&Error::internal("disk sda1 is full")), refusal(&Refusal::Failed("sda1".into()))]
        {
            let (status, body) = sent(internal).await;
            assert!(
                status == 500 && body.contains("KMSInternalException") && !body.contains("sda1"),
                "{body}"
            );
        }
    }
}
