//! `trent user create`.

use serde_json::json;

use super::account::{Accounts, read};
use crate::folder::FolderArgs;
use crate::output::quoted;
use crate::{Failure, init, start};

/// The policy of AWS that allows everything.
const ADMINISTRATOR: &str = "AdministratorAccess";

/// What the user is to be.
#[derive(clap::Args)]
#[command(
    after_help = "The user has no access key yet; trent user access-key makes one. Stop the server first.

Example:
  trent user create alice --admin --config trent.toml"
)]
pub(super) struct Args {
    /// The name: 1 to 64 letters, digits and + = , . @ _ -
    name: String,
    /// Allow the user everything in the account, by the policy AdministratorAccess
    #[arg(long)]
    admin: bool,
    #[command(flatten)]
    folder: FolderArgs,
    /// The account, where the data has several
    #[arg(long, value_name = "DIGITS", value_parser = init::account)]
    account: Option<String>,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(args: Args) -> Result<(), Failure> {
    let accounts = Accounts::to_change(args.folder).await?;
    let account = accounts.one(args.account.as_deref())?;
    let mut answer = account.ask("CreateUser", json!({ "UserName": args.name })).await?;
    let user: serde_json::Value = read(&mut answer, "User")?;
    let arn = user.get("Arn").and_then(serde_json::Value::as_str).unwrap_or_default();
    let policy = format!("arn:{}:iam::aws:policy/{ADMINISTRATOR}", account.partition());
    if args.admin {
        let request = json!({ "UserName": args.name, "PolicyArn": policy });
        account.ask("AttachUserPolicy", request).await.map_err(|error| {
            Failure::new(format!(
                "the user {} was made and may do nothing yet: attaching {policy} failed: {error}",
                args.name
            ))
        })?;
    }
    if args.json {
        let policies: &[_] = if args.admin { &[policy] } else { &[] };
        let result =
            json!({ "account": account.number(), "name": args.name, "arn": arn, "policies": policies });
        return start::print(&format!("{result}\n"));
    }
    let may = if args.admin { "everything in the account" } else { "nothing yet" };
    start::print(&format!(
        "{arn} was made and may do {may}. An access key:\n\n  trent user access-key {} {}{}\n",
        quoted(&args.name),
        accounts.folder,
        args.account.map(|number| format!(" --account {number}")).unwrap_or_default(),
    ))
}
