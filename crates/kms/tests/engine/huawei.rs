//! The engine under the rules of Huawei Cloud and Open Telekom Cloud, and what their requests do that AWS's do not.

mod aliases;
mod apart;
mod grants;
mod import;
mod lists;
mod replicas;
mod rules;

use api::{CreateKey, Error, ErrorCode, KeySpec, KeyUsage, OriginType, Reason};
use kms::{Dialect, Operation, huawei};

use crate::world::{World, refused, usage};

impl World {
    /// Carries out a request that came by Huawei's API.
    async fn huawei<O: Operation>(&self, request: O) -> Result<O::Response, Error> {
        self.kms.call_as(&self.caller, Dialect::huawei(&["kms:test:all"]), request).await
    }

    /// A key with an alias; its id.
    async fn named(&self, alias: &str) -> String {
        self.named_of(alias, KeySpec::SymmetricDefault, OriginType::AwsKms).await
    }

    async fn named_of(&self, alias: &str, spec: KeySpec, origin: OriginType) -> String {
        self.huawei(named(alias, spec, usage(spec), origin)).await.unwrap().key_metadata.key_id
    }

    /// The main alias of a key.
    async fn alias(&self, key: &str) -> String {
        self.huawei(huawei::DescribeKey { key_id: key.to_owned() }).await.unwrap().alias
    }
}

fn named(alias: &str, spec: KeySpec, usage: KeyUsage, origin: OriginType) -> huawei::CreateKey {
    let mut key = CreateKey::request();
    key.key_spec = Some(spec);
    key.key_usage = Some(usage);
    key.origin = Some(origin);
    huawei::CreateKey { alias: alias.to_owned(), key }
}

#[track_caller]
fn because<T>(answer: Result<T, Error>, code: ErrorCode, reason: Reason) {
    assert_eq!(refused(answer, code).reason(), Some(reason));
}
