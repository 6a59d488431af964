//! An engine over a store in memory, with the key and the callers of the case.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;

use api::{Blob, CreateGrant, CreateKey, Encrypt, ErrorCode, GrantConstraints, GrantOperation, PutKeyPolicy};
use iam::{Iam, Identities, Service};
use kms::{Caller, Clock, Kms, ManualClock, Settings};
use seal::{Records, RootKey};
use serde_json::{Value, json};
use store::Memory;

use crate::documents::{Case, MANAGED_POLICIES, ROLES, role};

/// Grants on the key.
pub const GRANTS: usize = 1000;

pub(crate) const ACCOUNT: &str = "111122223333";
const REGION: &str = "eu-west-1";
const PARTITION: &str = "aws";
/// 2026-11-22T12:00:00Z.
const NOW: i64 = 1_795_348_800;
/// What is encrypted: a key of AES-256, as is usual.
pub(crate) const PLAINTEXT: [u8; 32] = [7; 32];

/// The callers that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// The root of the account, and a key with the default policy and no grants: what there is to do at the least.
    Root,
    /// The user that policies allow it.
    ByPolicy,
    /// One that a grant allows it, after all policies were asked in vain.
    ByGrant,
    /// One that nothing allows it.
    Denied,
}

/// One of the cases.
pub struct World {
    case: Case,
    kms: Arc<Kms>,
    iam: Iam,
    identities: Arc<Identities>,
    plain_key: String,
    key: String,
    callers: Vec<(Who, Caller)>,
}

pub(crate) type Outcome<T> = Result<T, Box<dyn Error>>;

impl World {
    /// Makes it.
    pub async fn new(case: Case) -> Outcome<Self> {
        let records = Arc::new(Records::open(Arc::new(Memory::default()), &RootKey::generate()).await?);
        let identities = Arc::new(Identities::new(Arc::clone(&records), PARTITION));
        let root_key = identities.create_account(ACCOUNT, NOW).await?;
        let clock: Arc<dyn Clock> = Arc::new(ManualClock::at(api::Timestamp::from_seconds(NOW)));
        let kms = Kms::new(Arc::clone(&records), clock, Settings::default());
        let iam = Iam::new(records, Arc::clone(&identities));
        let mut world = Self {
            case,
            kms,
            iam,
            identities,
            plain_key: String::new(),
            key: String::new(),
            callers: Vec::new(),
        };
        let root = world.caller(&root_key.id).await?;
        world.plain_key = world.kms.call(&root, CreateKey::request()).await?.key_metadata.arn;
        world.key = world.kms.call(&root, CreateKey::request()).await?.key_metadata.arn;
        world.callers.push((Who::Root, root));
        for (who, name) in [(Who::ByPolicy, "policy"), (Who::ByGrant, "grant"), (Who::Denied, "denied")] {
            let caller = world.user(name, who == Who::ByPolicy).await?;
            world.callers.push((who, caller));
        }
        world.roles().await?;
        world
            .kms
            .call(world.of(Who::Root)?, PutKeyPolicy::request(&world.key, case.key_policy(ACCOUNT)))
            .await?;
        world.grant().await?;
        Ok(world)
    }

    /// The engine.
    pub fn kms(&self) -> &Kms {
        &self.kms
    }

    /// One of the callers.
    pub fn of(&self, who: Who) -> Outcome<&Caller> {
        let found = self.callers.iter().find(|(known, _)| *known == who);
        found.map(|(_, caller)| caller).ok_or_else(|| "no such caller".into())
    }

    /// The request: a dry run, which does all but answer.
    pub fn request(&self, who: Who) -> Encrypt {
        let key = if who == Who::Root { &self.plain_key } else { &self.key };
        let mut request = Encrypt::request(key, Blob::new(PLAINTEXT));
        request.encryption_context = Some(context());
        request.dry_run = Some(true);
        request
    }

    /// The key of the case, its ARN.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Carries the request of a caller out; how it ended.
    pub async fn encrypts(&self, who: Who) -> Outcome<Option<ErrorCode>> {
        let answer = self.kms.call(self.of(who)?, self.request(who)).await;
        Ok(answer.err().map(|error| error.code()))
    }

    /// Makes the roles that the key policy names.
    async fn roles(&self) -> Outcome<()> {
        let trust = format!(
            r#"{{"Statement":{{"Effect":"Allow","Principal":{{"AWS":"{ACCOUNT}"}},"Action":"sts:AssumeRole"}}}}"#
        );
        for number in 0..ROLES {
            let request = json!({ "RoleName": role(number), "AssumeRolePolicyDocument": trust });
            self.act("CreateRole", request).await?;
        }
        Ok(())
    }

    /// The case.
    pub fn case(&self) -> Case {
        self.case
    }

    /// A user with all the policies that a user may have, the last of which `may` allow it to encrypt.
    async fn user(&self, name: &str, may: bool) -> Outcome<Caller> {
        self.act("CreateUser", json!({ "UserName": name, "Path": "/teams/a-7/" })).await?;
        for number in 0..MANAGED_POLICIES {
            let is_last = may && number + 1 == MANAGED_POLICIES;
            let action = if is_last { "kms:Encrypt" } else { "kms:DescribeKey" };
            let last = format!(r#"{{"Effect":"Allow","Action":"{action}","Resource":"{}"}}"#, self.key);
            let document = self.case.managed_policy(number, &last);
            let policy = json!({ "PolicyName": format!("{name}-{number}"), "PolicyDocument": document });
            let made = self.act("CreatePolicy", policy).await?;
            let arn = made.pointer("/Policy/Arn").ok_or("no policy")?;
            self.act("AttachUserPolicy", json!({ "UserName": name, "PolicyArn": arn })).await?;
        }
        let made = self.act("CreateAccessKey", json!({ "UserName": name })).await?;
        let id = made.pointer("/AccessKey/AccessKeyId").and_then(Value::as_str).ok_or("no access key")?;
        self.caller(id).await
    }

    /// A thousand grants: a quarter the user's who has one that fits, on other encryption contexts; the rest others'.
    async fn grant(&self) -> Outcome<()> {
        let root = self.of(Who::Root)?;
        let (grantee, other) = (self.of(Who::ByGrant)?.arn(), self.of(Who::Denied)?.arn());
        for number in 0..GRANTS {
            let fits = number == GRANTS / 2;
            let mut request =
                CreateGrant::request(&self.key, [GrantOperation::Encrypt, GrantOperation::Decrypt]);
            let mine = fits || number % 4 == 0;
            request.grantee_principal = Some((if mine { grantee } else { other }).to_owned());
            let name = if fits { "team".to_owned() } else { format!("project-{}", number % 8) };
            let value = if fits { "team-x".to_owned() } else { number.to_string() };
            let pairs = [(name, value)].into_iter().collect();
            request.constraints = Some(GrantConstraints {
                encryption_context_subset: Some(pairs),
                ..GrantConstraints::default()
            });
            self.kms.call(root, request).await?;
        }
        Ok(())
    }

    async fn caller(&self, access_key: &str) -> Outcome<Caller> {
        let principal = self.identities.find(access_key, None, NOW).await?.principal;
        let source_ip = Some([10, 250, 1, 2].into());
        Ok(Caller { principal, source_ip, ..Caller::root(PARTITION, ACCOUNT, REGION) })
    }

    async fn act(&self, action: &str, request: Value) -> Outcome<Value> {
        let entry = iam::action(Service::Iam, action).ok_or("no such action")?;
        let root = Caller::root(PARTITION, ACCOUNT, "us-east-1");
        Ok((entry.call)(&self.iam, &root, request, NOW).await?)
    }
}

pub(crate) fn context() -> BTreeMap<String, String> {
    [("team", "team-x"), ("object", "s3://bucket/object")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers mean nothing unless the cases are those that were promised.
    async fn check(case: Case) {
        let world = World::new(case).await.unwrap();
        for (who, expected) in [
            (Who::Root, ErrorCode::DryRun),
            (Who::ByPolicy, ErrorCode::DryRun),
            (Who::ByGrant, ErrorCode::DryRun),
            (Who::Denied, ErrorCode::AccessDenied),
        ] {
            assert_eq!(world.encrypts(who).await.unwrap(), Some(expected), "{case:?} {who:?}");
        }
        for who in [Who::ByPolicy, Who::ByGrant, Who::Denied] {
            assert_eq!(world.of(who).unwrap().principal.policies.len(), MANAGED_POLICIES);
        }
        let root = world.of(Who::Root).unwrap();
        let (mut grants, mut marker) = (0, None);
        loop {
            let mut request = api::ListGrants::request(world.key());
            (request.limit, request.marker) = (Some(100), marker);
            let page = world.kms.call(root, request).await.unwrap();
            grants += page.grants.len();
            marker = page.next_marker;
            if marker.is_none() {
                break;
            }
        }
        assert_eq!(grants, GRANTS);
    }

    #[tokio::test]
    async fn the_usual_case() {
        check(Case::Usual).await;
    }

    #[tokio::test]
    async fn the_extreme_case() {
        check(Case::Extreme).await;
    }
}
