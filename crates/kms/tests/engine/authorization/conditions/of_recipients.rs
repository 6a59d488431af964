//! Condition keys that the attestation document of a recipient decides. The registers of the enclave's document are 48
//! times the register's number, and so are the two of the NitroTPM's.

use api::ErrorCode;
use serde_json::{Value, json};

use super::super::asks::{Ask, subjects};
use super::super::people::{actions, by, statement, user};
use crate::recipient::{recipient, trusting};
use crate::states::keys::Engine;
use crate::world::ACCOUNT;

const OPERATIONS: [&str; 5] =
    ["Decrypt", "DeriveSharedSecret", "GenerateDataKey", "GenerateDataKeyPair", "GenerateRandom"];
/// Each key, with the document that has it and the register's number.
pub(super) const KEYS: [(&str, &str, u8); 5] = [
    ("kms:RecipientAttestation:ImageSha384", "enclave", 0),
    ("kms:RecipientAttestation:PCR0", "enclave", 0),
    ("kms:RecipientAttestation:PCR8", "enclave", 8),
    ("kms:RecipientAttestation:NitroTPMPCR4", "nitrotpm", 4),
    ("kms:RecipientAttestation:NitroTPMPCR7", "nitrotpm", 7),
];

fn digest(register: u8) -> String {
    format!("{register:02x}").repeat(48)
}

async fn may(engine: &Engine, ask: &Ask, condition: Value, document: Option<&str>) -> bool {
    let mut asking = statement("Allow", &actions(&[ask.operation]));
    asking["Condition"] = condition;
    let mut body = ask.body.clone();
    if let Some(document) = document {
        body["Recipient"] = serde_json::to_value(recipient(document)).unwrap();
    }
    match engine.send_as(&by(user(ACCOUNT, "enclave", &[asking])), ask.operation, &body).await {
        Ok(_) => true,
        Err(error) => {
            assert_eq!(error.code(), ErrorCode::AccessDenied, "{}: {error}", ask.operation);
            false
        }
    }
}

#[tokio::test]
async fn what_the_document_says() {
    for (key, document, register) in KEYS {
        let mut engine = Engine::new().await;
        engine.world.restart_with(trusting(document)).await;
        for operation in OPERATIONS {
            let ask = Ask::new(&engine, operation, subjects(operation)[0]).await;
            let is = |register| json!({"StringEqualsIgnoreCase": {key: digest(register)}});
            assert!(may(&engine, &ask, is(register), Some(document)).await, "{key} of {operation}");
            assert!(!may(&engine, &ask, is(register + 1), Some(document)).await, "{key} of {operation}");
            assert!(!may(&engine, &ask, is(register), None).await, "{key} of {operation}");
        }
    }
}

#[tokio::test]
async fn a_document_of_one_kind_has_no_registers_of_the_other() {
    for (document, keys) in
        [("enclave", ["NitroTPMPCR4", "NitroTPMPCR7"]), ("nitrotpm", ["PCR4", "ImageSha384"])]
    {
        let mut engine = Engine::new().await;
        engine.world.restart_with(trusting(document)).await;
        let ask = Ask::new(&engine, "GenerateRandom", None).await;
        for key in keys {
            let there = |there: bool| json!({"Null": {format!("kms:RecipientAttestation:{key}"): (!there).to_string()}});
            assert!(!may(&engine, &ask, there(true), Some(document)).await, "{key} of {document}");
            assert!(may(&engine, &ask, there(false), Some(document)).await, "{key} of {document}");
        }
    }
}
