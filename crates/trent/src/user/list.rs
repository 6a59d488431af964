//! `trent user list`: who there is.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::account::{AccessKey, Account, Accounts};
use crate::folder::FolderArgs;
use crate::{Failure, init, output, start};

/// What is listed.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    folder: FolderArgs,
    /// Only this account
    #[arg(long, value_name = "DIGITS", value_parser = init::account)]
    account: Option<String>,
    /// Print the list as JSON
    #[arg(long)]
    json: bool,
}

/// A user as the API tells of it.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Told {
    user_name: String,
    arn: String,
}

#[derive(Serialize)]
struct Listed {
    account: String,
    root: Owner,
    users: Vec<Owner>,
}

/// Somebody with access keys.
#[derive(Serialize)]
struct Owner {
    /// None for a root, which has no name.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    arn: String,
    access_keys: Vec<Key>,
}

#[derive(Serialize)]
struct Key {
    id: String,
    status: String,
    created: String,
}

impl From<AccessKey> for Key {
    fn from(key: AccessKey) -> Self {
        Self { id: key.id, status: key.status, created: key.create_date }
    }
}

pub(super) async fn run(args: Args) -> Result<(), Failure> {
    let accounts = Accounts::to_look(args.folder).await?;
    let mut listed = Vec::new();
    match args.account.as_deref() {
        Some(number) => listed.push(look(&accounts.one(Some(number))?).await?),
        None => {
            for account in accounts.all() {
                listed.push(look(&account).await?);
            }
        }
    }
    let text = if args.json {
        format!("{}\n", serde_json::to_string_pretty(&json!({ "accounts": listed }))?)
    } else {
        table(&listed)
    };
    start::print(&text)
}

async fn look(account: &Account<'_>) -> Result<Listed, Failure> {
    let arn = format!("arn:{}:iam::{}:root", account.partition(), account.number());
    let root = owner(account, None, arn).await?;
    let mut users = Vec::new();
    for user in account.list::<Told>("ListUsers", json!({}), "Users").await? {
        users.push(owner(account, Some(user.user_name), user.arn).await?);
    }
    Ok(Listed { account: account.number().to_owned(), root, users })
}

async fn owner(account: &Account<'_>, name: Option<String>, arn: String) -> Result<Owner, Failure> {
    let keys = account.access_keys(name.as_deref()).await?;
    Ok(Owner { name, arn, access_keys: keys.into_iter().map(Key::from).collect() })
}

/// A line for each access key, and for everybody without one.
fn table(accounts: &[Listed]) -> String {
    let mut rows = vec![["account", "user", "access key", "status", "made"].map(str::to_owned)];
    for Listed { account, root, users } in accounts {
        for owner in std::iter::once(root).chain(users) {
            let name = owner.name.as_deref().unwrap_or("(root)");
            let row = |key: [&str; 3]| {
                let [id, status, created] = key.map(str::to_owned);
                [account.clone(), name.to_owned(), id, status, created]
            };
            if owner.access_keys.is_empty() {
                rows.push(row(["none", "", ""]));
            }
            rows.extend(owner.access_keys.iter().map(|key| row([&key.id, &key.status, &key.created])));
        }
    }
    output::columns(&rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_for_each_access_key_and_for_everybody_without_one() {
        let key = |id: &str| Key {
            id: id.to_owned(),
            status: "Active".to_owned(),
            created: "2026-11-22T12:00:00Z".to_owned(),
        };
        let owner = |name: Option<&str>, access_keys| Owner {
            name: name.map(str::to_owned),
            arn: String::new(),
            access_keys,
        };
        let listed = Listed {
            account: "111122223333".to_owned(),
            root: owner(None, vec![]),
            users: vec![owner(Some("alice"), vec![key("AKIA1"), key("AKIA2")])],
        };
        assert_eq!(
            table(&[listed]),
            "account       user    access key  status  made\n\
             111122223333  (root)  none\n\
             111122223333  alice   AKIA1       Active  2026-11-22T12:00:00Z\n\
             111122223333  alice   AKIA2       Active  2026-11-22T12:00:00Z\n"
        );
    }
}
