//! The accounts of a data folder, and how one of them is asked for something.

use std::sync::Arc;

use iam::{Iam, Service};
use kms::{Clock as _, SystemClock};
use policy::Caller;
use seal::Records;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::folder::FolderArgs;
use crate::mode::Mode;
use crate::{Failure, start};

/// The Region that IAM's requests are signed for, wherever they come from.
const REGION: &str = "us-east-1";
/// The account of the access key `test`, which there is in development.
const DEVELOPMENT: &str = "000000000000";

/// The accounts of a data folder.
pub(super) struct Accounts {
    iam: Iam,
    partition: String,
    numbers: Vec<String>,
    mode: Mode,
    /// What names this folder in another command.
    pub(super) folder: String,
}

impl Accounts {
    /// Opened to change them: no server may have the data.
    pub(super) async fn to_change(folder: FolderArgs) -> Result<Self, Failure> {
        let (words, folder) = (folder.words(), folder.folder()?);
        let (records, mode) = start::open_stopped(&folder.path).await?;
        Self::of(records, mode, folder.partition, words).await
    }

    /// Opened to look, whoever else has the data.
    pub(super) async fn to_look(folder: FolderArgs) -> Result<Self, Failure> {
        let (words, folder) = (folder.words(), folder.folder()?);
        let (records, mode) = start::open_to_read(&folder.path).await?;
        Self::of(records, mode, folder.partition, words).await
    }

    async fn of(
        records: Arc<Records>,
        mode: Mode,
        partition: String,
        folder: String,
    ) -> Result<Self, Failure> {
        let identities = Arc::new(mode.identities(Arc::clone(&records), &partition));
        let numbers = identities.accounts().await?;
        Ok(Self { iam: Iam::new(records, identities), partition, numbers, mode, folder })
    }

    /// The account that is meant. Where there is one only, it need not be named. In development there are all of them, and
    /// the one that everybody uses need not be named.
    pub(super) fn one(&self, named: Option<&str>) -> Result<Account<'_>, Failure> {
        match (named, self.numbers.as_slice()) {
            (named, _) if self.mode == Mode::Dev => Ok(self.account(named.unwrap_or(DEVELOPMENT))),
            (Some(named), numbers) if numbers.iter().any(|number| number == named) => Ok(self.account(named)),
            (None, [number]) => Ok(self.account(number)),
            (Some(named), _) => {
                Err(Failure::new(format!("there is no account {named} in this data; {}", self.which())))
            }
            (None, _) => Err(Failure::usage(format!("name the account with --account; {}", self.which()))),
        }
    }

    /// All of them, in the order of their numbers.
    pub(super) fn all(&self) -> impl Iterator<Item = Account<'_>> {
        self.numbers.iter().map(|number| self.account(number))
    }

    fn account<'a>(&'a self, number: &str) -> Account<'a> {
        Account { iam: &self.iam, root: Caller::root(&self.partition, number, REGION) }
    }

    fn which(&self) -> String {
        match self.numbers.as_slice() {
            [] => "it has none yet: `trent init` makes the first one".to_owned(),
            numbers => format!("it has {}", numbers.join(", ")),
        }
    }
}

/// One account, spoken to as its root.
pub(super) struct Account<'a> {
    iam: &'a Iam,
    root: Caller,
}

impl Account<'_> {
    /// 12 digits.
    pub(super) fn number(&self) -> &str {
        self.root.account()
    }

    /// What stands after `arn:`.
    pub(super) fn partition(&self) -> &str {
        &self.root.principal.partition
    }

    /// Carries out an action of the IAM API.
    pub(super) async fn ask(&self, action: &str, request: Value) -> Result<Value, iam::Error> {
        let now = SystemClock.now().seconds();
        self.iam.perform(Service::Iam, action, &self.root, request, now).await
    }

    /// Asks for a list of the IAM API, page by page. `member` is where the answer has it.
    pub(super) async fn list<T: DeserializeOwned>(
        &self,
        action: &str,
        mut request: Value,
        member: &str,
    ) -> Result<Vec<T>, Failure> {
        let mut found = Vec::new();
        loop {
            let mut answer = self.ask(action, request.clone()).await?;
            found.extend(read::<Vec<T>>(&mut answer, member)?);
            match answer.get("Marker") {
                Some(marker) => request = with(request, "Marker", marker.clone()),
                None => return Ok(found),
            }
        }
    }

    /// The access keys of a user, or of the root.
    pub(super) async fn access_keys(&self, user: Option<&str>) -> Result<Vec<AccessKey>, Failure> {
        self.list("ListAccessKeys", of_user(user), "AccessKeyMetadata").await
    }
}

/// An access key as the API tells of it.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AccessKey {
    #[serde(rename = "AccessKeyId")]
    pub(super) id: String,
    pub(super) status: String,
    pub(super) create_date: String,
}

/// A request about a user, or about the root, whom the API names by naming nobody.
pub(super) fn of_user(user: Option<&str>) -> Value {
    user.map_or_else(|| json!({}), |name| json!({ "UserName": name }))
}

/// A request with one more member.
pub(super) fn with(mut request: Value, member: &str, value: impl Into<Value>) -> Value {
    if let Value::Object(members) = &mut request {
        members.insert(member.to_owned(), value.into());
    }
    request
}

/// A member of an answer.
pub(super) fn read<T: DeserializeOwned>(answer: &mut Value, member: &str) -> Result<T, Failure> {
    let value = answer.get_mut(member).map(Value::take).unwrap_or_default();
    Ok(serde_json::from_value(value)?)
}
