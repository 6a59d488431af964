//! From records to a principal: who somebody is, and all the policies that say what they may do.
//!
//! A policy that is missing, or that this version cannot read, may be one that denies. So it is never passed over:
//! whoever it applies to is not found at all, and the log says why.

use std::collections::BTreeMap;
use std::sync::Arc;

use policy::{Document, Form, Principal, PrincipalKind, PrincipalName};
use seal::Records;

use crate::records::{self, GroupRecord, OfAccount, PolicyRecord, RoleRecord, Tag, UserRecord};
use crate::session::{Session, TOKEN_ISSUE_TIME};
use crate::{IamError, managed, time};

/// The condition key that tells the long-lived access key in use.
pub(crate) const ACCESS_KEY_ID: &str = "trent:accesskeyid";

/// A session policy that stands for one that is gone: its limits are not known any more, so nothing is within them.
const NOTHING: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}"#;

/// Records read at once in a scan.
const PAGE: u32 = 64;

/// Whoever asks without a signature. Nothing is permitted to it, and no policy of a resource knows it.
pub fn nobody() -> Principal {
    Principal { names: Vec::new(), ..Principal::service("anonymous") }
}

/// Reads what principals are made of, in one account.
pub(crate) struct Reader<'a> {
    pub(crate) records: &'a Records,
    pub(crate) partition: &'a str,
    pub(crate) account: &'a str,
}

/// A managed policy as it is now.
pub(crate) struct ManagedPolicy {
    /// Its unique id.
    pub(crate) id: String,
    /// The document in force.
    pub(crate) text: String,
}

impl Reader<'_> {
    /// The root of the account.
    pub(crate) fn root(&self) -> Principal {
        let mut root = Principal::root(self.partition, self.account);
        root.facts = facts([("aws:userid", self.account), ("aws:principaltype", "Account")]);
        root
    }

    /// A user.
    pub(crate) async fn user(&self, user: &UserRecord) -> Result<Principal, IamError> {
        let mut policies = self.documents(user, &user.inline, &user.attached).await?;
        for name in &user.groups {
            let Some(group) = self.get::<GroupRecord>(name).await? else {
                return Err(self.broken(user, format!("its group {name:?} does not exist")));
            };
            policies.append(&mut self.documents(&group, &group.inline, &group.attached).await?);
        }
        let arn = self.arn(user);
        let mut facts = facts([
            ("aws:userid", user.id.as_str()),
            ("aws:username", &user.name),
            ("aws:principaltype", "User"),
        ]);
        facts.extend(tag_facts(&user.tags, &[]));
        Ok(Principal {
            partition: self.partition.to_owned(),
            account: self.account.to_owned(),
            names: vec![PrincipalName { arn: arn.clone(), id: Some(user.id.clone()) }],
            arn,
            kind: PrincipalKind::User,
            policies,
            boundary: self.boundary(user, user.boundary.as_deref()).await?,
            session_policies: Vec::new(),
            facts,
        })
    }

    /// A session of a role.
    pub(crate) async fn role_session(
        &self,
        role: &RoleRecord,
        session_name: &str,
        session: &Session,
    ) -> Result<Principal, IamError> {
        let (arn, id) = (
            format!("arn:{}:sts::{}:assumed-role/{}/{session_name}", self.partition, self.account, role.name),
            format!("{}:{session_name}", role.id),
        );
        let mut facts = facts([("aws:userid", id.as_str()), ("aws:principaltype", "AssumedRole")]);
        facts.extend(session_facts(session));
        facts.extend(tag_facts(&role.tags, &session.tags));
        Ok(Principal {
            partition: self.partition.to_owned(),
            account: self.account.to_owned(),
            names: vec![
                PrincipalName { arn: self.arn(role), id: Some(role.id.clone()) },
                PrincipalName { arn: arn.clone(), id: Some(id) },
            ],
            arn,
            kind: PrincipalKind::Role,
            policies: self.documents(role, &role.inline, &role.attached).await?,
            boundary: self.boundary(role, role.boundary.as_deref()).await?,
            session_policies: self.session_policies(role, session).await?,
            facts,
        })
    }

    /// The record of this name.
    pub(crate) async fn get<R: OfAccount>(&self, name: &str) -> Result<Option<R>, IamError> {
        let key = records::key::<R>(self.account, name);
        let Some(record) = self.records.get(&key).await? else { return Ok(None) };
        serde_json::from_slice(record.plaintext.expose()).map(Some).map_err(|_| IamError::Record { key })
    }

    /// The first record that is the one looked for. Reads all of them, one after the other.
    pub(crate) async fn find<R: OfAccount>(
        &self,
        is_it: impl Fn(&R) -> bool + Send,
    ) -> Result<Option<R>, IamError> {
        let prefix = records::prefix::<R>(self.account);
        let mut after: Option<String> = None;
        loop {
            let page = self.records.scan(&prefix, after.as_deref(), PAGE).await?;
            let is_last = page.len() < PAGE as usize;
            for record in page {
                let read = serde_json::from_slice(record.plaintext.expose());
                let read = read.map_err(|_| IamError::Record { key: record.key.clone() })?;
                if is_it(&read) {
                    return Ok(Some(read));
                }
                after = Some(record.key);
            }
            if is_last {
                return Ok(None);
            }
        }
    }

    async fn documents<R: OfAccount>(
        &self,
        of: &R,
        inline: &BTreeMap<String, String>,
        attached: &[String],
    ) -> Result<Vec<Arc<Document>>, IamError> {
        let mut documents = Vec::with_capacity(inline.len() + attached.len());
        for (name, text) in inline {
            documents.push(self.parsed(of, &format!("its policy {name:?}"), text)?);
        }
        for arn in attached {
            documents.push(self.managed(of, arn).await?);
        }
        Ok(documents)
    }

    async fn boundary<R: OfAccount>(
        &self,
        of: &R,
        arn: Option<&str>,
    ) -> Result<Option<Arc<Document>>, IamError> {
        match arn {
            Some(arn) => self.managed(of, arn).await.map(Some),
            None => Ok(None),
        }
    }

    async fn session_policies(
        &self,
        role: &RoleRecord,
        session: &Session,
    ) -> Result<Vec<Arc<Document>>, IamError> {
        let mut documents = Vec::new();
        for text in &session.policies {
            documents.push(self.parsed(role, "a policy of its session", text)?);
        }
        for policy in &session.policy_arns {
            let found = self.managed_policy(&policy.arn).await?.filter(|found| found.id == policy.id);
            let text = found.as_ref().map_or(NOTHING, |found| &found.text);
            documents.push(self.parsed(role, "a policy of its session", text)?);
        }
        Ok(documents)
    }

    async fn managed<R: OfAccount>(&self, of: &R, arn: &str) -> Result<Arc<Document>, IamError> {
        match self.managed_text(arn).await? {
            Some(text) => self.parsed(of, &format!("the policy {arn}"), &text),
            None => Err(self.broken(of, format!("the policy {arn} does not exist"))),
        }
    }

    /// The document in force of the managed policy of this ARN: one of the account's own or one of AWS's.
    pub(crate) async fn managed_text(&self, arn: &str) -> Result<Option<String>, IamError> {
        Ok(self.managed_policy(arn).await?.map(|policy| policy.text))
    }

    /// The managed policy of this ARN: one of the account's own or one of AWS's.
    pub(crate) async fn managed_policy(&self, arn: &str) -> Result<Option<ManagedPolicy>, IamError> {
        let of_aws = records::arn(self.partition, managed::OWNER, "policy/");
        if let Some(name) = arn.strip_prefix(&of_aws) {
            let found = managed::POLICIES.iter().find(|policy| policy.name == name);
            let read = |policy: &managed::ManagedPolicy| ManagedPolicy {
                id: policy.id.to_owned(),
                text: policy.document.to_owned(),
            };
            return Ok(found.map(read));
        }
        let name = arn.rsplit('/').next().unwrap_or_default();
        let found = self.get::<PolicyRecord>(name).await?;
        let found = found.filter(|policy| self.arn(policy) == arn);
        Ok(found.and_then(|policy| {
            let text = policy.document()?.to_owned();
            Some(ManagedPolicy { id: policy.id, text })
        }))
    }

    fn parsed<R: OfAccount>(&self, of: &R, what: &str, text: &str) -> Result<Arc<Document>, IamError> {
        let document = Document::parse_as(Form::Identity, text);
        document.map(Arc::new).map_err(|error| self.broken(of, format!("{what} cannot be read: {error}")))
    }

    fn arn<R: OfAccount>(&self, record: &R) -> String {
        records::arn(self.partition, self.account, &record.resource())
    }

    fn broken<R: OfAccount>(&self, of: &R, reason: String) -> IamError {
        IamError::Policies { arn: self.arn(of), reason }
    }
}

/// What a session adds to the condition keys of whom it is of.
pub(crate) fn session_facts(session: &Session) -> Vec<(String, Vec<String>)> {
    let mut all = facts_of_issue(session.issued_at);
    if let Some(source) = &session.source_identity {
        all.push(("aws:sourceidentity".to_owned(), vec![source.clone()]));
    }
    all.extend(session.facts.iter().map(|(key, values)| (key.clone(), values.clone())));
    all
}

/// What it tells of somebody that their credentials were given out for a time, at this one (seconds since the epoch).
pub(crate) fn facts_of_issue(at: i64) -> Vec<(String, Vec<String>)> {
    let issued = time::iso8601(at);
    // There is no second factor yet, and a session tells so (IAM user guide, "aws:MultiFactorAuthPresent").
    facts([(TOKEN_ISSUE_TIME, issued.as_str()), ("aws:multifactorauthpresent", "false")])
}

/// The tags of a role or user, and those of its session in place of any with the same keys.
fn tag_facts(own: &[Tag], of_session: &[Tag]) -> Vec<(String, Vec<String>)> {
    let mut tags = BTreeMap::new();
    for tag in own.iter().chain(of_session) {
        tags.insert(format!("aws:principaltag/{}", tag.key.to_ascii_lowercase()), vec![tag.value.clone()]);
    }
    tags.into_iter().collect()
}

fn facts<const N: usize>(facts: [(&str, &str); N]) -> Vec<(String, Vec<String>)> {
    facts.map(|(key, value)| (key.to_owned(), vec![value.to_owned()])).to_vec()
}
