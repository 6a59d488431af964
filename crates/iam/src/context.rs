//! One attempt at one action: who asks, when, and what is kept of the account.
//!
//! An action is written as if it were alone. What it commits is done only if nothing else changed the account since
//! the attempt began; if something did, the whole action runs again from the beginning.

use policy::Caller;
use seal::{Changes, Commit, Record, Revision, SealError};

use crate::identities::turns::Turn;
use crate::last_use::{LastUse, last_use, last_use_key};
use crate::principal::{ACCESS_KEY_ID, Reader};
use crate::records::{self, ACCESS_KEYS, AccessKeyRecord, AccountRecord, OfAccount, Owner};
use crate::refusal::Stop;
use crate::{Error, Iam, IamError};

/// Records read at once in a scan.
const PAGE: u32 = 64;

/// One attempt at one action.
pub(crate) struct Context<'a> {
    iam: &'a Iam,
    caller: &'a Caller,
    now: i64,
    /// The revision of the record of the caller's account when the attempt began.
    generation: Option<Revision>,
    /// What that record said. Nothing if there was none.
    record: AccountRecord,
    /// The account's turn, if it is this attempt's.
    turn: Option<Turn<'a>>,
}

/// Changes of the caller's account, to be committed.
pub(crate) struct Writes {
    account: String,
    changes: Changes,
    /// The ids of the root's access keys that are made or changed.
    put_root_keys: Vec<String>,
    /// The ids of those that are deleted.
    deleted_root_keys: Vec<String>,
}

impl Writes {
    /// Makes a record or changes it.
    pub(crate) fn put<R: OfAccount>(&mut self, record: &R) -> &mut Self {
        self.changes.put(&records::key::<R>(&self.account, record.name()), records::to_json(record));
        self
    }

    /// Deletes the record of this name.
    pub(crate) fn delete<R: OfAccount>(&mut self, name: &str) -> &mut Self {
        self.changes.delete(&records::key::<R>(&self.account, name));
        self
    }

    /// Makes an access key or changes it.
    pub(crate) fn put_access_key(&mut self, key: &AccessKeyRecord) -> &mut Self {
        self.changes.put(&AccessKeyRecord::key(&key.id), key.write());
        if key.owner == Owner::Root {
            self.put_root_keys.push(key.id.clone());
        }
        self
    }

    /// Deletes the access key, which [`Context::access_key`] or [`Context::access_keys`] gave.
    pub(crate) fn delete_access_key(&mut self, key: &AccessKeyRecord) -> &mut Self {
        self.changes.delete(&AccessKeyRecord::key(&key.id)).delete(&last_use_key(&key.id));
        if key.owner == Owner::Root {
            self.deleted_root_keys.push(key.id.clone());
        }
        self
    }
}

impl<'a> Context<'a> {
    /// Begins an attempt.
    pub(crate) async fn begin(iam: &'a Iam, caller: &'a Caller, now: i64) -> Result<Self, Error> {
        let found = match caller.account() {
            "" => None,
            account => iam.records.get(&AccountRecord::key(account)).await.map_err(Error::service_failure)?,
        };
        let generation = found.as_ref().map(|record| record.revision);
        let record = match found {
            Some(found) => AccountRecord::read(&found)
                .ok_or_else(|| Error::service_failure(IamError::Record { key: found.key }))?,
            None => AccountRecord::default(),
        };
        Ok(Self { iam, caller, now, generation, record, turn: None })
    }

    /// Begins an attempt that nobody in this process overtakes: until it is over, no other commits anything in the
    /// account.
    pub(crate) async fn begin_in_turn(iam: &'a Iam, caller: &'a Caller, now: i64) -> Result<Self, Error> {
        let turn = iam.identities.turns().take(caller.account()).await;
        Ok(Self { turn: Some(turn), ..Self::begin(iam, caller, now).await? })
    }

    /// The instant of this attempt, in seconds since the epoch: everything in it happens now.
    pub(crate) fn now(&self) -> i64 {
        self.now
    }

    /// Who asks.
    pub(crate) fn caller(&self) -> &'a Caller {
        self.caller
    }

    /// The caller's account.
    pub(crate) fn account(&self) -> &'a str {
        self.caller.account()
    }

    /// The partition of ARNs.
    pub(crate) fn partition(&self) -> &'a str {
        self.iam.identities.partition()
    }

    /// The name of the user who asks, if it is one, by a session or not.
    pub(crate) fn caller_user_name(&self) -> Option<&'a str> {
        self.fact("aws:username")
    }

    /// The long-lived access key that the caller uses, or made the session with. None of a role.
    pub(crate) fn caller_access_key(&self) -> Option<&'a str> {
        self.fact(ACCESS_KEY_ID)
    }

    fn fact(&self, key: &str) -> Option<&'a str> {
        let facts = &self.caller.principal.facts;
        facts.iter().find(|(name, _)| name == key).and_then(|(_, values)| values.first()).map(String::as_str)
    }

    /// The engine.
    pub(crate) fn iam(&self) -> &'a Iam {
        self.iam
    }

    /// The ARN of something in the caller's account; `resource` is what it ends with, such as `user/alice`.
    pub(crate) fn arn(&self, resource: &str) -> String {
        records::arn(self.partition(), self.account(), resource)
    }

    /// The ARN of a record of the caller's account.
    pub(crate) fn arn_of<R: OfAccount>(&self, record: &R) -> String {
        self.arn(&record.resource())
    }

    /// The record of this name in the caller's account.
    pub(crate) async fn get<R: OfAccount>(&self, name: &str) -> Result<Option<R>, Stop> {
        self.get_in(self.account(), name).await
    }

    /// The record of this name in any account. Nothing of other accounts can be changed.
    pub(crate) async fn get_in<R: OfAccount>(&self, account: &str, name: &str) -> Result<Option<R>, Stop> {
        match self.iam.records.get(&records::key::<R>(account, name)).await {
            Ok(Some(record)) => read(&record).map(Some),
            Ok(None) => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }

    /// All records of one kind in the caller's account, in the order of their names without case.
    pub(crate) async fn list<R: OfAccount>(&self) -> Result<Vec<R>, Stop> {
        self.list_as(|record| record).await
    }

    /// The same without the texts of policies: to be shown, never to be put back. All of an account's together would
    /// take as much memory as all that it stores.
    pub(crate) async fn list_to_show<R: OfAccount>(&self) -> Result<Vec<R>, Stop> {
        let bare = |mut record: R| {
            record.forget_policies();
            record
        };
        self.list_as(bare).await
    }

    async fn list_as<R: OfAccount>(&self, mut kept: impl FnMut(R) -> R + Send) -> Result<Vec<R>, Stop> {
        let mut all = Vec::new();
        let prefix = records::prefix::<R>(self.account());
        self.scan(&prefix, |record| {
            all.push(kept(read(record)?));
            Ok(())
        })
        .await?;
        Ok(all)
    }

    /// How many records of one kind the caller's account has. Reads their names only.
    pub(crate) async fn count<R: OfAccount>(&self) -> Result<usize, Stop> {
        let prefix = records::prefix::<R>(self.account());
        let mut count = 0;
        let mut after: Option<String> = None;
        loop {
            let page = self.iam.records.scan_names(&prefix, after.as_deref(), PAGE).await.map_err(failed)?;
            count += page.len();
            match page.into_iter().nth(PAGE as usize - 1) {
                Some(last) => after = Some(last),
                None => return Ok(count),
            }
        }
    }

    /// The access key of this id, if it is one of the caller's account.
    pub(crate) async fn access_key(&self, id: &str) -> Result<Option<AccessKeyRecord>, Stop> {
        let found = self.iam.records.get(&AccessKeyRecord::key(id)).await.map_err(failed)?;
        let key = found.as_ref().map(read_key).transpose()?;
        Ok(key.filter(|key| key.account == self.account()))
    }

    /// The last use of an access key that [`Self::access_key`] gave, as far as it was noted.
    pub(crate) async fn last_use(&self, key: &AccessKeyRecord) -> Result<Option<LastUse>, Stop> {
        let found = last_use(&self.iam.records, &key.id).await;
        found.map_err(|error| Error::service_failure(error).into())
    }

    /// The access keys of the caller's account's root, the oldest first.
    pub(crate) async fn root_access_keys(&self) -> Result<Vec<AccessKeyRecord>, Stop> {
        let Some(ids) = &self.record.root_access_keys else { return self.scan_root_access_keys().await };
        let mut keys = Vec::with_capacity(ids.len());
        for id in ids {
            keys.extend(self.access_key(id).await?.filter(|key| key.owner == Owner::Root));
        }
        keys.sort_by_key(|key| key.created);
        Ok(keys)
    }

    /// The same, of an account that does not note them. Looks at every access key there is.
    async fn scan_root_access_keys(&self) -> Result<Vec<AccessKeyRecord>, Stop> {
        let mut keys = Vec::new();
        self.scan(ACCESS_KEYS, |record| {
            let key = read_key(record)?;
            if key.account == self.account() && key.owner == Owner::Root {
                keys.push(key);
            }
            Ok(())
        })
        .await?;
        keys.sort_by_key(|key| key.created);
        Ok(keys)
    }

    /// The ids of the root's access keys, for the account's record. An account that does not note them has them looked
    /// for, this once; what is found is still so when the commit is done, for access keys are changes of the account
    /// too. None if they cannot be read, such as for one of another account: they stay not noted, and nothing else
    /// need fail for it.
    async fn root_key_ids(&self) -> Option<Vec<String>> {
        match &self.record.root_access_keys {
            Some(ids) => Some(ids.clone()),
            None => Some(self.scan_root_access_keys().await.ok()?.into_iter().map(|key| key.id).collect()),
        }
    }

    /// The document in force of the managed policy of this ARN: one of the caller's account, or one of AWS's. None if
    /// there is no such policy.
    pub(crate) async fn policy_text(&self, arn: &str) -> Result<Option<String>, Stop> {
        let (records, partition, account) = (&self.iam.records, self.partition(), self.account());
        let found = Reader { records, partition, account }.managed_text(arn).await;
        found.map_err(|error| Error::service_failure(error).into())
    }

    /// Changes to be filled in and handed to [`Self::commit`].
    pub(crate) fn writes(&self) -> Writes {
        Writes {
            account: self.account().to_owned(),
            changes: Changes::default(),
            put_root_keys: Vec::new(),
            deleted_root_keys: Vec::new(),
        }
    }

    /// Does all of `writes`, if the account is still as it was when the attempt began.
    pub(crate) async fn commit(&self, writes: Writes) -> Result<(), Stop> {
        let key = AccountRecord::key(self.account());
        let Writes { mut changes, put_root_keys, deleted_root_keys, .. } = writes;
        match self.generation {
            Some(generation) => changes.expect(&key, generation),
            // In development accounts are there before anybody made them.
            None if self.iam.identities.is_dev() => changes.expect_absent(&key),
            None => {
                let text = format!("The account {} cannot be found.", self.account());
                return Err(Error::no_such_entity(text).into());
            }
        };
        let mut record = AccountRecord { root_access_keys: self.root_key_ids().await };
        if let Some(ids) = &mut record.root_access_keys {
            ids.retain(|id| !put_root_keys.contains(id) && !deleted_root_keys.contains(id));
            ids.extend(put_root_keys);
        }
        changes.put(&key, record.write());
        let _turn = match self.turn {
            Some(_) => None,
            None => Some(self.iam.identities.turns().take(self.account()).await),
        };
        match self.iam.records.commit(changes).await {
            Ok(Commit::Done(_)) => Ok(()),
            Ok(Commit::Conflict) => Err(Stop::Conflict),
            Err(error) => Err(failed(error)),
        }
    }

    async fn scan(
        &self,
        prefix: &str,
        mut each: impl FnMut(&Record) -> Result<(), Stop> + Send,
    ) -> Result<(), Stop> {
        let mut after: Option<String> = None;
        loop {
            let page = self.iam.records.scan(prefix, after.as_deref(), PAGE).await.map_err(failed)?;
            page.iter().try_for_each(&mut each)?;
            match page.into_iter().nth(PAGE as usize - 1) {
                Some(last) => after = Some(last.key),
                None => return Ok(()),
            }
        }
    }
}

fn read<R: OfAccount>(record: &Record) -> Result<R, Stop> {
    serde_json::from_slice(record.plaintext.expose()).map_err(|_| unknown_form(record))
}

fn read_key(record: &Record) -> Result<AccessKeyRecord, Stop> {
    AccessKeyRecord::read(record).ok_or_else(|| unknown_form(record))
}

fn unknown_form(record: &Record) -> Stop {
    Error::service_failure(IamError::Record { key: record.key.clone() }).into()
}

fn failed(error: SealError) -> Stop {
    Error::service_failure(error).into()
}
