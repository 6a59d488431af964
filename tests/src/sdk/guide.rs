//! The example of `docs/guide/clients.md`, which must stand here line for line.

use aws_sdk_kms::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_kms::primitives::Blob;

use crate::server::{Folder, Server};

#[tokio::test]
async fn the_example_of_the_guide() -> Result<(), Box<dyn std::error::Error>> {
    let folder = Folder::new("sdk-guide");
    let server = Server::start(&folder);
    let endpoint = server.endpoint();
    let prepared = server.client_in("us-east-1");
    let key_id = super::new_key(&prepared).await.key_id;
    prepared.create_alias().alias_name("alias/app").target_key_id(key_id).send().await?;

    let config = aws_sdk_kms::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(endpoint)
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("test", "test", None, None, "mine"))
        .build();
    let kms = aws_sdk_kms::Client::from_conf(config);
    let sealed = kms.encrypt().key_id("alias/app").plaintext(Blob::new("a secret")).send().await?;
    let blob = sealed.ciphertext_blob().unwrap().clone();
    let opened = kms.decrypt().ciphertext_blob(blob).send().await?;
    assert_eq!(opened.plaintext().unwrap().as_ref(), b"a secret");
    Ok(())
}
