//! Every operation on a key in every state, against the key state table.

pub(crate) mod keys;
pub(crate) mod requests;
pub(crate) mod table;

use api::{ErrorCode, KeyState};
use kms::{TABLE, operation};

use keys::Engine;
use requests::needs_material;
use table::{ROWS, Row, Subject, WITHOUT_A_KEY, footnote, outcome};

/// Cells where `ok` is shown by another error than the state's: what is asked for cannot be there.
const NOTHING_THERE: &[(&str, KeyState, ErrorCode)] = &[
    ("RetireGrant", KeyState::Creating, ErrorCode::NotFound),
    ("RevokeGrant", KeyState::Creating, ErrorCode::NotFound),
];

#[tokio::test]
async fn enabled() {
    walk(KeyState::Enabled).await;
}

#[tokio::test]
async fn disabled() {
    walk(KeyState::Disabled).await;
}

#[tokio::test]
async fn pending_deletion() {
    walk(KeyState::PendingDeletion).await;
}

#[tokio::test]
async fn pending_replica_deletion() {
    walk(KeyState::PendingReplicaDeletion).await;
}

#[tokio::test]
async fn pending_import() {
    walk(KeyState::PendingImport).await;
}

#[tokio::test]
async fn creating() {
    walk(KeyState::Creating).await;
}

#[tokio::test]
async fn updating() {
    walk(KeyState::Updating).await;
}

/// No key of this server is ever unavailable; so the rows of facts are compared.
#[test]
fn unavailable() {
    for row in ROWS {
        if let Some(expected) = outcome(row.cell(KeyState::Unavailable)) {
            let states = operation(row.operation).unwrap().spec.states;
            assert_eq!(states.of(KeyState::Unavailable), expected, "{}", row.operation);
        }
    }
}

#[test]
fn the_table_knows_every_operation() {
    for entry in TABLE {
        let name = entry.spec.name;
        let names_a_key = ROWS.iter().any(|row| row.operation == name);
        assert!(names_a_key != WITHOUT_A_KEY.contains(&name), "{name}");
        let members = entry.spec.members.iter();
        let by_member =
            members.filter(|member| matches!(member.name, "KeyId" | "TargetKeyId" | "DestinationKeyId"));
        assert!(names_a_key || by_member.count() == 0, "{name} takes a key");
    }
    for name in ROWS.iter().map(|row| row.operation).chain(WITHOUT_A_KEY.iter().copied()) {
        assert!(operation(name).is_some(), "{name} is in the table of states, but no operation");
    }
}

/// Asks everything of keys in this state; says all that differs.
async fn walk(state: KeyState) {
    let engine = Engine::new().await;
    let mut differences = Vec::new();
    for row in ROWS.iter().filter(|row| row.cell(state) != "-") {
        if let Err(difference) = ask(&engine, row, state).await {
            differences.push(format!("{} of {:?} key: {difference}", row.operation, row.subject));
        }
    }
    assert!(differences.is_empty(), "{state}:\n{}", differences.join("\n"));
}

async fn ask(engine: &Engine, row: &Row, state: KeyState) -> Result<(), String> {
    let case = engine.case(row.subject, state, needs_material(row.operation, row.subject)).await;
    let request = engine.request(row.operation, &case).await;
    engine.bring(&case).await;
    // A primary that makes another Region's key the primary is asked about that key.
    let asks_from_home = row.subject == Subject::Replicated && state == KeyState::Creating;
    let region = if asks_from_home { case.origin.region } else { case.key.region };
    let answer = engine.send(region, row.operation, &request).await;
    let there = NOTHING_THERE.iter().find(|cell| (cell.0, cell.1) == (row.operation, state));
    let expected = footnote(row.cell(state), &case.key.arn(), state);
    match (answer, expected, there) {
        (Ok(_), None, None) => Ok(()),
        (Err(error), None, Some((.., code))) if error.code() == *code => Ok(()),
        (Err(error), Some((code, text)), _) if error.code() == code && error.message() == Some(&text) => {
            Ok(())
        }
        (Ok(_), expected, _) => Err(format!("succeeded, and not {expected:?}")),
        (Err(error), expected, _) => Err(format!("{error}, and not {expected:?}")),
    }
}
