//! Answers as IAM and STS give them.

use http::{HeaderValue, header};
use iam::Service;
use serde_json::{Map, Value, json};
use tracing::error;
use uuid::Uuid;

use super::Dialect;
use super::error::Error;
use super::xml::Document;
use crate::fronts::answer::Answer;
use crate::fronts::aws::refusal::Refusal;

const XML: HeaderValue = HeaderValue::from_static("text/xml");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// What an action gave: the members of its result, or null for those that have none.
pub(super) fn success(action: &str, result: Value, dialect: Dialect, id: Uuid) -> Answer {
    let (response, wrapper) = (format!("{action}Response"), format!("{action}Result"));
    let id = id.to_string();
    if dialect.is_json {
        let mut members = Map::new();
        if !result.is_null() {
            members.insert(wrapper, result);
        }
        members.insert("ResponseMetadata".to_owned(), json!({ "RequestId": id }));
        return Answer::new(200, JSON, text(&json!({ response: members })));
    }
    let body = Document::write(&response, namespace(dialect.service), |document| {
        document.value(&wrapper, &result);
        document.element("ResponseMetadata", |document| document.text("RequestId", &id));
    });
    Answer::new(200, XML, body)
}

/// The answer to an error.
pub(super) fn failure(error: &Error, dialect: Dialect, id: Uuid) -> Answer {
    let Error { status, code, message } = error;
    let id = id.to_string();
    if dialect.is_json {
        let told =
            json!({ "Error": { "Code": code, "Message": message, "Type": error.fault() }, "RequestId": id });
        return Answer::new(*status, JSON, text(&told)).failed(code);
    }
    let body = Document::write("ErrorResponse", namespace(dialect.service), |document| {
        document.element("Error", |document| {
            document.text("Type", error.fault());
            document.text("Code", code);
            document.text("Message", message);
        });
        document.text("RequestId", &id);
    });
    Answer::new(*status, XML, body).failed(code)
}

/// The answer to a request that no action saw.
pub(in crate::fronts::aws) fn refusal(refusal: &Refusal, dialect: Dialect, id: Uuid) -> Answer {
    if let Refusal::Failed(cause) = refusal {
        error!(cause, "the request failed");
    }
    let answer = failure(&refusal.into(), dialect, id);
    match refusal {
        Refusal::Method => answer.with(header::ALLOW, HeaderValue::from_static("GET, POST")),
        _ => answer,
    }
}

fn namespace(service: Service) -> &'static str {
    match service {
        Service::Iam => "https://iam.amazonaws.com/doc/2010-05-08/",
        Service::Sts => "https://sts.amazonaws.com/doc/2011-06-15/",
    }
}

fn text(value: &Value) -> Vec<u8> {
    value.to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;

    use super::*;

    async fn body(answer: Answer) -> String {
        let body = answer
            .into_response(crate::fronts::aws::REQUEST_ID, Uuid::nil())
            .into_body()
            .collect()
            .await
            .unwrap()
            .to_bytes();
        String::from_utf8(body.to_vec()).unwrap()
    }

    const ID: &str = "00000000-0000-0000-0000-000000000000";

    #[tokio::test]
    async fn the_form_of_answers() {
        let iam = Dialect { service: Service::Iam, is_json: false };
        let sts = Dialect { service: Service::Sts, is_json: true };
        let user = json!({ "User": { "UserName": "a" } });
        assert_eq!(
            body(success("CreateUser", user.clone(), iam, Uuid::nil())).await,
            format!(
                "<CreateUserResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><CreateUserResult><User>\
                 <UserName>a</UserName></User></CreateUserResult><ResponseMetadata><RequestId>{ID}</RequestId>\
                 </ResponseMetadata></CreateUserResponse>"
            )
        );
        assert_eq!(
            body(success("DeleteUser", Value::Null, iam, Uuid::nil())).await,
            format!(
                "<DeleteUserResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><ResponseMetadata>\
                 <RequestId>{ID}</RequestId></ResponseMetadata></DeleteUserResponse>"
            )
        );
        let parsed: Value =
            serde_json::from_str(&body(success("CreateUser", user, sts, Uuid::nil())).await).unwrap();
        assert_eq!(
            parsed,
            json!({ "CreateUserResponse": {
                "CreateUserResult": { "User": { "UserName": "a" } }, "ResponseMetadata": { "RequestId": ID },
            } })
        );
    }

    #[tokio::test]
    async fn the_form_of_errors() {
        let sts = Dialect { service: Service::Sts, is_json: false };
        let answer = failure(&Error::malformed("a < b"), sts, Uuid::nil());
        assert_eq!((answer.status(), answer.code()), (400, Some("MalformedInput")));
        assert_eq!(
            body(answer).await,
            format!(
                "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>\
                 <Code>MalformedInput</Code><Message>a &lt; b</Message></Error><RequestId>{ID}</RequestId></ErrorResponse>"
            )
        );
        let failed = refusal(&Refusal::Failed("sda1 is full".to_owned()), sts, Uuid::nil());
        assert_eq!((failed.status(), failed.code()), (500, Some("InternalFailure")));
        let told = body(failed).await;
        assert!(told.contains("<Type>Receiver</Type>") && !told.contains("sda1"), "{told}");
    }
}
