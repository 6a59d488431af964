//! Which users and roles there are: the unique ids that stand behind the ARNs which policies and grants name.

use std::collections::BTreeMap;
use std::sync::Arc;

use seal::{Records, Stamp};

use crate::IamError;
use crate::ids::{self, is_account};
use crate::principal::Reader;
use crate::records::{self, OfAccount, RoleRecord, UserRecord};

/// How many ARNs are remembered. Ours: ten megabytes at the most.
const REMEMBERED: usize = 10_000;
/// The longest that is remembered, in bytes: those of users and roles, with paths of 512, are shorter.
const LONGEST_REMEMBERED: usize = 768;

/// The users and roles of all accounts.
pub struct Directory {
    records: Arc<Records>,
    partition: String,
    /// The unique ids that ARNs were last found to stand for, and under which stamp of the record that says so (ADR 3).
    remembered: quick_cache::sync::Cache<String, (Stamp, String)>,
}

impl Directory {
    /// Over the records of a server; `partition` is that of its ARNs, such as `aws`.
    pub fn new(records: Arc<Records>, partition: &str) -> Self {
        let remembered = quick_cache::sync::Cache::new(REMEMBERED);
        Self { records, partition: partition.to_owned(), remembered }
    }

    /// The unique id of each user, role or session (`AROA…:name`, whether or not there is such a session now) that
    /// one of `arns` names. `None` for whom there is none, and for what is none of these.
    ///
    /// # Errors
    /// The records cannot be read.
    pub async fn unique_ids(&self, arns: &[&str]) -> Result<BTreeMap<String, Option<String>>, IamError> {
        let mut ids = BTreeMap::new();
        for arn in arns {
            if !ids.contains_key(*arn) {
                ids.insert((*arn).to_owned(), self.unique_id(arn).await?);
            }
        }
        Ok(ids)
    }

    /// The ARN of the user or role of this unique id in an account. Reads the account's users, or its roles.
    ///
    /// # Errors
    /// The records cannot be read.
    pub async fn arn_of(&self, account: &str, unique_id: &str) -> Result<Option<String>, IamError> {
        if !is_account(account) {
            return Ok(None);
        }
        let reader = Reader { records: &self.records, partition: &self.partition, account };
        let resource = if unique_id.starts_with(ids::USER) {
            let user = reader.find(|user: &UserRecord| user.id == unique_id).await?;
            user.map(|user| user.resource())
        } else if unique_id.starts_with(ids::ROLE) {
            let role = reader.find(|role: &RoleRecord| role.id == unique_id).await?;
            role.map(|role| role.resource())
        } else {
            None
        };
        Ok(resource.map(|resource| records::arn(&self.partition, account, &resource)))
    }

    /// Of these ARNs, each with the unique id that it once stood for, those that do not stand for it any more: whoever had
    /// the id is no more.
    ///
    /// # Errors
    /// The records cannot be read.
    pub async fn gone(&self, known: Vec<(&String, &String)>) -> Result<Vec<(String, String)>, IamError> {
        let arns: Vec<_> = known.iter().map(|(arn, _)| arn.as_str()).collect();
        let now = self.unique_ids(&arns).await?;
        let is_gone = |arn: &str, id: &String| now.get(arn).and_then(Option::as_ref) != Some(id);
        let gone = known.into_iter().filter(|(arn, id)| is_gone(arn, id));
        Ok(gone.map(|(arn, id)| (arn.clone(), id.clone())).collect())
    }

    async fn unique_id(&self, arn: &str) -> Result<Option<String>, IamError> {
        let Some((service, account, resource)) = self.parts(arn) else { return Ok(None) };
        let Some((kind, path)) = resource.split_once('/') else { return Ok(None) };
        let name = path.rsplit('/').next().unwrap_or_default();
        match (service, kind) {
            ("iam", "user") => {
                let is_it = |user: UserRecord| (user.resource() == resource).then_some(user.id);
                self.remembered_id(arn, (account, name), is_it).await
            }
            ("iam", "role") => {
                let is_it = |role: RoleRecord| (role.resource() == resource).then_some(role.id);
                self.remembered_id(arn, (account, name), is_it).await
            }
            ("sts", "assumed-role") => {
                let Some((name, session)) = path.split_once('/') else { return Ok(None) };
                let is_it = |role: RoleRecord| {
                    (role.name == name && is_session_name(session)).then(|| format!("{}:{session}", role.id))
                };
                self.remembered_id(arn, (account, name), is_it).await
            }
            _ => Ok(None),
        }
    }

    /// The unique id that the record of this name says `arn` stands for: remembered, while the record is as it was.
    async fn remembered_id<R: OfAccount>(
        &self,
        arn: &str,
        (account, name): (&str, &str),
        is_it: impl FnOnce(R) -> Option<String>,
    ) -> Result<Option<String>, IamError> {
        let stamp = self.records.stamp(&records::key::<R>(account, name));
        if let Some((read_at, id)) = self.remembered.get(arn)
            && stamp == Some(read_at)
        {
            return Ok(Some(id));
        }
        let reader = Reader { records: &self.records, partition: &self.partition, account };
        let id = reader.get::<R>(name).await?.and_then(is_it);
        if let (Some(stamp), Some(id)) = (stamp, &id)
            && arn.len() <= LONGEST_REMEMBERED
        {
            self.remembered.insert(arn.to_owned(), (stamp, id.clone()));
        }
        Ok(id)
    }

    /// The service, the account and the rest of an ARN of this partition.
    fn parts<'t>(&self, arn: &'t str) -> Option<(&'t str, &'t str, &'t str)> {
        let rest = arn.strip_prefix("arn:")?.strip_prefix(&self.partition)?.strip_prefix(':')?;
        let (service, rest) = rest.split_once(':')?;
        let (account, resource) = rest.strip_prefix(':')?.split_once(':')?;
        is_account(account).then_some((service, account, resource))
    }
}

fn is_session_name(text: &str) -> bool {
    !text.is_empty() && !text.contains('/')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Bench, allow};

    #[tokio::test]
    async fn each_arn_is_told_whose_it_is_now() {
        let bench = Bench::new().await;
        let (mut alice, _) = bench.user("Alice", &allow("*")).await;
        alice.path = "/team/".to_owned();
        let role = bench.role("App", &allow("*")).await;
        bench
            .write(|writes| {
                writes.put(&alice);
            })
            .await;
        let session = format!("{}:job", role.id);
        let expected: &[(&str, Option<&str>)] = &[
            ("arn:aws:iam::111122223333:user/team/Alice", Some(&alice.id)),
            ("arn:aws:iam::111122223333:role/App", Some(&role.id)),
            ("arn:aws:sts::111122223333:assumed-role/App/job", Some(&session)),
            // The name is right and something else is not.
            ("arn:aws:iam::111122223333:user/Alice", None),
            ("arn:aws:iam::111122223333:user/team/alice", None),
            ("arn:aws:iam::111122223333:role/Alice", None),
            ("arn:aws:iam::111122223333:role/app", None),
            ("arn:aws:sts::111122223333:assumed-role/app/job", None),
            ("arn:aws:sts::111122223333:assumed-role/App/", None),
            ("arn:aws:sts::111122223333:assumed-role/App/a/b", None),
            ("arn:aws:sts::111122223333:assumed-role/App", None),
            ("arn:aws:iam::222233334444:role/App", None),
            ("arn:aws-cn:iam::111122223333:role/App", None),
            ("arn:awsx:iam::111122223333:role/App", None),
            ("arn:aws:sts::111122223333:role/App", None),
            ("arn:aws:iam:eu-west-1:111122223333:role/App", None),
            // What has no unique id.
            ("arn:aws:iam::111122223333:root", None),
            ("arn:aws:iam::111122223333:user/", None),
            ("111122223333", None),
            ("*", None),
            ("", None),
        ];
        let directory = Directory::new(Arc::clone(&bench.records), "aws");
        let arns: Vec<&str> = expected.iter().map(|(arn, _)| *arn).collect();
        let found = directory.unique_ids(&arns).await.unwrap();
        assert_eq!(found.len(), expected.len());
        for (arn, id) in expected {
            assert_eq!(found.get(*arn).unwrap().as_deref(), *id, "{arn}");
        }
    }

    #[tokio::test]
    async fn whoever_is_made_again_is_another() {
        let bench = Bench::new().await;
        let directory = Directory::new(Arc::clone(&bench.records), "aws");
        let arn = "arn:aws:iam::111122223333:role/app";
        let mut ids = Vec::new();
        for _ in 0..2 {
            bench.role("app", &allow("*")).await;
            ids.push(directory.unique_ids(&[arn, arn]).await.unwrap().remove(arn).unwrap().unwrap());
            bench
                .write(|writes| {
                    writes.delete::<RoleRecord>("app");
                })
                .await;
            assert_eq!(directory.unique_ids(&[arn]).await.unwrap().remove(arn), Some(None));
        }
        assert_ne!(ids[0], ids[1]);
    }

    #[tokio::test]
    async fn a_unique_id_is_told_whose_it_is() {
        let bench = Bench::new().await;
        let (alice, _) = bench.user("Alice", &allow("*")).await;
        let role = bench.role("App", &allow("*")).await;
        // More than are read at once.
        bench
            .write(|writes| {
                for number in 0..200 {
                    let (name, id) = (format!("aaa{number}"), format!("AIDA{number}"));
                    writes.put(&UserRecord { name, id, path: "/".to_owned(), ..UserRecord::default() });
                }
            })
            .await;
        let directory = Directory::new(Arc::clone(&bench.records), "aws");
        for (account, id, expected) in [
            ("111122223333", alice.id.as_str(), Some("arn:aws:iam::111122223333:user/Alice")),
            ("111122223333", &role.id, Some("arn:aws:iam::111122223333:role/App")),
            ("111122223333", "AIDA199", Some("arn:aws:iam::111122223333:user/aaa199")),
            ("111122223333", "AIDA200", None),
            ("111122223333", "AROA", None),
            ("111122223333", "Alice", None),
            ("111122223333", "", None),
            ("444455556666", &alice.id, None),
            ("1111/2222333", &alice.id, None),
        ] {
            assert_eq!(directory.arn_of(account, id).await.unwrap().as_deref(), expected, "{id}");
        }
    }
}
