//! One client: takes its youngest key from stage to stage, and creates a new one when it is through.

use std::sync::Arc;

use aws_sdk_kms::Client;
use aws_sdk_kms::error::{DisplayErrorContext, SdkError};
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::{ImportType, OriginType};
use tokio::sync::mpsc::UnboundedSender;

use super::ledger::{Key, Ledger, Stage};
use crate::ceremony;

/// The server is gone: the answer of the last request is out.
struct Gone;

/// A request that was answered, or [`Gone`]. A server that answers with an error fails the test.
fn answered<T, E, R>(result: Result<T, SdkError<E, R>>) -> Result<T, Gone>
where
    SdkError<E, R>: std::error::Error,
{
    match result {
        Ok(answer) => Ok(answer),
        Err(SdkError::DispatchFailure(_) | SdkError::ResponseError(_)) => Err(Gone),
        Err(error) => panic!("the server refused what it must do: {}", DisplayErrorContext(error)),
    }
}

/// Works until the server is gone; says each answer to `count`.
pub(crate) async fn work(kms: Arc<Client>, mut ledger: Ledger, count: UnboundedSender<()>) -> Ledger {
    while step(&kms, &mut ledger).await.is_ok() {
        // Once enough were counted nobody listens, and the server is about to be killed.
        let _ = count.send(());
    }
    ledger
}

async fn step(kms: &Client, ledger: &mut Ledger) -> Result<(), Gone> {
    let unfinished = ledger.keys.last_mut().and_then(|key| Some((key.answered.next()?, key)));
    let Some((next, key)) = unfinished else {
        ledger.unanswered_creations += 1;
        let made = answered(kms.create_key().origin(OriginType::External).send().await)?;
        ledger.unanswered_creations -= 1;
        ledger.keys.push(Key::created(made.key_metadata.unwrap().key_id));
        return Ok(());
    };
    key.asked = next;
    advance(kms, key, next).await?;
    key.answered = next;
    key.furthest = key.furthest.max(next);
    if let Some(material) = current(next) {
        encrypt(kms, key, material).await?;
    }
    Ok(())
}

/// Which material encrypts at this stage, if the key is usable.
fn current(stage: Stage) -> Option<usize> {
    match stage {
        Stage::Created | Stage::Emptied => None,
        Stage::Imported | Stage::Named | Stage::Pending => Some(0),
        Stage::Rotated => Some(1),
    }
}

async fn advance(kms: &Client, key: &mut Key, next: Stage) -> Result<(), Gone> {
    match next {
        Stage::Created => {}
        Stage::Imported => import(kms, key, 0, None).await?,
        Stage::Named => {
            answered(kms.create_alias().alias_name(key.alias()).target_key_id(&key.id).send().await)?;
        }
        Stage::Pending => import(kms, key, 1, Some(ImportType::NewKeyMaterial)).await?,
        Stage::Rotated => {
            answered(kms.rotate_key_on_demand().key_id(&key.id).send().await)?;
        }
        Stage::Emptied => {
            let first = key.material_ids[0].clone();
            let delete = kms.delete_imported_key_material().key_id(&key.id).set_key_material_id(first);
            answered(delete.send().await)?;
        }
    }
    Ok(())
}

async fn import(
    kms: &Client,
    key: &mut Key,
    material: usize,
    import_type: Option<ImportType>,
) -> Result<(), Gone> {
    let given = answered(ceremony::parameters(kms, &key.id).await)?;
    let wrapped = ceremony::wrapped(&given, &key.materials[material]);
    let imported = answered(ceremony::import(kms, &key.id, &given, wrapped, import_type).await)?;
    key.material_ids[material] = imported.key_material_id;
    Ok(())
}

async fn encrypt(kms: &Client, key: &mut Key, material: usize) -> Result<(), Gone> {
    let plaintext = Blob::new(key.plaintext());
    let sealed = answered(kms.encrypt().key_id(&key.id).plaintext(plaintext).send().await)?;
    key.ciphertexts.push((material, sealed.ciphertext_blob.unwrap().into_inner()));
    Ok(())
}
