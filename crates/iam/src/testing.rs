//! A server's accounts for tests: over a store that counts, and that lets others be faster at a chosen moment.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use policy::{Caller, Principal};
use seal::{Commit, Records, RootKey};
use serde_json::Value;
use store::{Batch, BoxFuture, Memory, Store, StoreError, Versioned};

use crate::access_key::AccessKey;
use crate::context::{Context, Writes};
use crate::records::{AccessKeyRecord, Owner, RoleRecord, UserRecord};
use crate::{Error, Iam, IamError, Identities, Service, ids};

pub(crate) const ACCOUNT: &str = "111122223333";
/// 2026-11-21T22:26:40Z.
pub(crate) const NOW: i64 = 1_795_300_000;

/// A store that counts its reads.
#[derive(Default)]
pub(crate) struct Spy {
    store: Memory,
    reads: AtomicUsize,
    /// What happens right before a read of a key that ends so, and whether it happens once only.
    before: Mutex<Option<(String, Batch, bool)>>,
}

impl Spy {
    /// How many reads there were since this was asked last.
    pub(crate) fn reads(&self) -> usize {
        self.reads.swap(0, Ordering::Relaxed)
    }

    /// Lets a batch happen right before the next read, or every read, of a key that ends so.
    pub(crate) fn before(&self, end: &str, batch: Batch, once: bool) {
        *self.before.lock().unwrap() = Some((end.to_owned(), batch, once));
    }

    /// A record as it lies in the store.
    pub(crate) async fn raw(&self, key: &str) -> Option<Bytes> {
        self.store.get(key.as_bytes()).await.unwrap().map(|found| found.value)
    }

    pub(crate) async fn put_raw(&self, batch: Batch) {
        assert!(matches!(self.store.commit(batch).await.unwrap(), Commit::Done(_)));
    }

    fn due(&self, key: &[u8]) -> Option<Batch> {
        let mut before = self.before.lock().unwrap();
        let (_, batch, once) = before.as_ref().filter(|(end, ..)| key.ends_with(end.as_bytes()))?;
        let (batch, once) = (batch.clone(), *once);
        if once {
            *before = None;
        }
        Some(batch)
    }
}

impl Store for Spy {
    fn get(&self, key: &[u8]) -> BoxFuture<'_, Result<Option<Versioned>, StoreError>> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        let (due, key) = (self.due(key), key.to_vec());
        Box::pin(async move {
            if let Some(batch) = due {
                self.put_raw(batch).await;
            }
            let found = self.store.get(&key).await;
            // Lets others run in between, as a store on a disk would.
            tokio::task::yield_now().await;
            found
        })
    }

    fn scan(
        &self,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: u32,
    ) -> BoxFuture<'_, Result<Vec<(Bytes, Versioned)>, StoreError>> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        self.store.scan(prefix, after, limit)
    }

    fn commit(&self, batch: Batch) -> BoxFuture<'_, Result<Commit, StoreError>> {
        self.store.commit(batch)
    }
}

/// A server with the account [`ACCOUNT`].
pub(crate) struct Bench {
    pub(crate) store: Arc<Spy>,
    pub(crate) root_key: RootKey,
    pub(crate) records: Arc<Records>,
    pub(crate) identities: Arc<Identities>,
    pub(crate) iam: Iam,
    /// The access key of the account's root.
    pub(crate) key: AccessKey,
}

impl Bench {
    pub(crate) async fn new() -> Self {
        let (store, root_key) = (Arc::new(Spy::default()), RootKey::generate());
        let records = Arc::new(Records::open(store.clone(), &root_key).await.unwrap());
        let identities = Arc::new(Identities::new(Arc::clone(&records), "aws"));
        let key = identities.create_account(ACCOUNT, NOW).await.unwrap();
        let iam = Iam::new(Arc::clone(&records), Arc::clone(&identities));
        Self { store, root_key, records, identities, iam, key }
    }

    /// The identities as another server over the same store sees them.
    pub(crate) async fn other_node(&self) -> Identities {
        let records = Records::open(self.store.clone(), &self.root_key).await.unwrap();
        Identities::new(Arc::new(records), "aws")
    }

    /// The account's root.
    pub(crate) fn root(&self) -> Caller {
        Caller::root(self.identities.partition(), ACCOUNT, "eu-west-1")
    }

    /// Whoever this access key is of.
    pub(crate) async fn caller(&self, key: &AccessKey) -> Caller {
        let principal = self.identities.find(&key.id, None, NOW).await.unwrap().principal;
        Caller { principal, ..self.root() }
    }

    /// Carries out an action of IAM.
    pub(crate) async fn act(&self, caller: &Caller, name: &str, request: Value) -> Result<Value, Error> {
        self.iam.perform(Service::Iam, name, caller, request, NOW).await
    }

    /// Changes records of [`ACCOUNT`], as an action does.
    pub(crate) async fn write(&self, change: impl FnOnce(&mut Writes)) {
        let root = self.root();
        let cx = Context::begin(&self.iam, &root, NOW).await.unwrap();
        let mut writes = cx.writes();
        change(&mut writes);
        cx.commit(writes).await.unwrap();
    }

    /// Makes a user with an inline policy and an access key.
    pub(crate) async fn user(&self, name: &str, policy: &str) -> (UserRecord, AccessKeyRecord) {
        let mut user = UserRecord {
            name: name.to_owned(),
            id: ids::unique(ids::USER),
            path: "/".to_owned(),
            created: NOW,
            ..UserRecord::default()
        };
        user.inline.insert("own".to_owned(), policy.to_owned());
        let owner = Owner::User { name: name.to_owned(), id: user.id.clone() };
        let key = AccessKeyRecord::generate(ACCOUNT, owner, NOW);
        user.access_keys.push(key.id.clone());
        self.write(|writes| {
            writes.put(&user).put_access_key(&key);
        })
        .await;
        (user, key)
    }

    /// Makes a role with an inline policy, which everyone of the account may take on.
    pub(crate) async fn role(&self, name: &str, policy: &str) -> RoleRecord {
        let mut role = RoleRecord {
            name: name.to_owned(),
            id: ids::unique(ids::ROLE),
            path: "/".to_owned(),
            created: NOW,
            max_session_seconds: 3600,
            trust: format!(
                r#"{{"Statement":{{"Effect":"Allow","Principal":{{"AWS":"{ACCOUNT}"}},"Action":"sts:AssumeRole"}}}}"#
            ),
            ..RoleRecord::default()
        };
        role.inline.insert("own".to_owned(), policy.to_owned());
        self.write(|writes| {
            writes.put(&role);
        })
        .await;
        role
    }

    /// The principal that an access key means now.
    pub(crate) async fn find(&self, id: &str, token: Option<&str>) -> Result<Arc<Principal>, IamError> {
        self.identities.find(id, token, NOW).await.map(|identity| identity.principal)
    }
}

/// An identity policy of one statement.
pub(crate) fn allow(action: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"{action}","Resource":"*"}}}}"#
    )
}

/// Whether a principal may do this on anything of its account that has no policy.
pub(crate) fn may(principal: &Principal, action: &str) -> bool {
    let context = policy::Context::complete();
    let (resource, owner) = ("arn:aws:iam::111122223333:user/x", ACCOUNT);
    let asked = policy::Asked { action: action.into(), resource, owner, policy: None, context: &context };
    policy::evaluate(principal, &asked).verdict().is_allowed()
}
