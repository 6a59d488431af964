//! `trent user access-key`, `deactivate` and `delete-access-key`.

use serde::Deserialize;
use serde_json::json;

use super::account::{AccessKey, Account, Accounts, of_user, read, with};
use crate::folder::FolderArgs;
use crate::{Failure, init, output, start};

/// The code of the IAM API for one more than a quota allows.
const LIMIT_EXCEEDED: &str = "LimitExceeded";
/// The code of the IAM API for what is not there.
const NO_SUCH_ENTITY: &str = "NoSuchEntity";
/// The code of the IAM API for what is another account's.
const ACCESS_DENIED: &str = "AccessDenied";

/// Whose the access key is to be.
#[derive(clap::Args)]
#[command(
    after_help = "The secret is printed this once, and is nowhere else in clear. A user has two access keys at most, and so has a root. Stop \
the server first.

Examples:
  trent user access-key alice --config trent.toml
  trent user access-key --root --account 111122223333 --config trent.toml"
)]
#[group(id = "owner", required = true, multiple = false, args = ["name", "root"])]
pub(super) struct NewArgs {
    /// The user
    name: Option<String>,
    /// The root of the account, instead of a user
    #[arg(long)]
    root: bool,
    #[command(flatten)]
    folder: FolderArgs,
    /// The account, where the data has several
    #[arg(long, value_name = "DIGITS", value_parser = init::account)]
    account: Option<String>,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

/// Which access key. The id says whose it is.
#[derive(clap::Args)]
#[command(
    after_help = "The account and the owner are found by the id. Sessions that were made with the access key end with it. Stop the server \
first."
)]
pub(super) struct OldArgs {
    /// The id of the access key, such as AKIAIOSFODNN7EXAMPLE
    access_key_id: String,
    #[command(flatten)]
    folder: FolderArgs,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

/// A new access key as the API tells of it.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Made {
    access_key_id: String,
    secret_access_key: String,
}

/// Whose an access key is, as the API tells.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Owner {
    /// None: the root's.
    user_name: Option<String>,
}

pub(super) async fn make(args: NewArgs) -> Result<(), Failure> {
    let accounts = Accounts::to_change(args.folder).await?;
    let account = accounts.one(args.account.as_deref())?;
    let user = args.name.as_deref();
    let mut answer = match account.ask("CreateAccessKey", of_user(user)).await {
        Err(error) if error.code == LIMIT_EXCEEDED => {
            return Err(too_many(&account.access_keys(user).await?, user, &accounts.folder));
        }
        answer => answer?,
    };
    let Made { access_key_id: id, secret_access_key: secret } = read(&mut answer, "AccessKey")?;
    let number = account.number();
    let text = if args.json {
        let result =
            json!({ "account": number, "user": user, "access_key_id": id, "secret_access_key": secret });
        format!("{result}\n")
    } else {
        format!(
            "Account {number}: a new access key of {}, shown this once:\n\n  \
             export AWS_ACCESS_KEY_ID={id} AWS_SECRET_ACCESS_KEY={secret}\n",
            whose(user)
        )
    };
    output::hand_over(&text, &format!("the access key {id} was made"))
}

fn too_many(keys: &[AccessKey], user: Option<&str>, folder: &str) -> Failure {
    let known: Vec<_> =
        keys.iter().map(|key| format!("  {} ({}, made {})", key.id, key.status, key.create_date)).collect();
    Failure::new(format!(
        "{} has as many access keys as it may have:\n\n{}\n\nDelete one first: trent user delete-access-key ID {folder}",
        whose(user),
        known.join("\n"),
    ))
}

/// What becomes of an access key.
#[derive(Clone, Copy)]
enum End {
    Deactivated,
    Deleted,
}

pub(super) async fn deactivate(args: OldArgs) -> Result<(), Failure> {
    end(args, End::Deactivated).await
}

pub(super) async fn delete(args: OldArgs) -> Result<(), Failure> {
    end(args, End::Deleted).await
}

async fn end(args: OldArgs, end: End) -> Result<(), Failure> {
    let accounts = Accounts::to_change(args.folder).await?;
    let id = args.access_key_id;
    for account in accounts.all() {
        let Some(Owner { user_name: user }) = owner_in(&account, &id).await? else { continue };
        let key = with(of_user(user.as_deref()), "AccessKeyId", id.as_str());
        let (action, request, was) = match end {
            End::Deactivated => ("UpdateAccessKey", with(key, "Status", "Inactive"), "deactivated"),
            End::Deleted => ("DeleteAccessKey", key, "deleted"),
        };
        account.ask(action, request).await?;
        let number = account.number();
        return start::print(&if args.json {
            format!("{}\n", json!({ "account": number, "user": user, "access_key_id": id, "was": was }))
        } else {
            format!("The access key {id} of {} in account {number} was {was}.\n", whose(user.as_deref()))
        });
    }
    Err(Failure::new(format!(
        "there is no access key {id} in this data; see trent user list {}",
        accounts.folder
    )))
}

/// Whose access key this is, if it is of this account.
async fn owner_in(account: &Account<'_>, id: &str) -> Result<Option<Owner>, Failure> {
    match account.ask("GetAccessKeyLastUsed", json!({ "AccessKeyId": id })).await {
        Ok(answer) => Ok(Some(serde_json::from_value(answer)?)),
        Err(error) if error.code == NO_SUCH_ENTITY || error.code == ACCESS_DENIED => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn whose(user: Option<&str>) -> String {
    user.map_or_else(|| "the root".to_owned(), |name| format!("the user {name}"))
}
