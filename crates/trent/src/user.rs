//! `trent user`: users and access keys, beside a server that is stopped.
//!
//! Everything here can be done with the AWS CLI while the server runs, by whoever may; this is for the day when nobody
//! may, or nobody can sign. It asks the same engine for the same actions, as the account's root: what holds there
//! (quotas, names, what a change must expect) holds here. Whoever can read the root key needs no other permission.

mod access_key;
mod account;
mod create;
mod list;

use crate::Failure;

const NOTES: &str = "While the server runs, `aws iam` does all of this and more. Only `list` works beside a running server; for the others \
stop it first, because one process alone may change the data.

Examples:
  trent user list --config trent.toml
  trent user access-key --root --config trent.toml    the root's access key was lost
  trent user create alice --admin --config trent.toml
  trent user access-key alice --config trent.toml
  trent user deactivate AKIAIOSFODNN7EXAMPLE --config trent.toml    an access key has leaked";

/// Users and access keys without a server.
#[derive(clap::Args)]
#[command(after_help = NOTES)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// List accounts, users and access keys; also while the server runs
    List(list::Args),
    /// Make a user
    Create(create::Args),
    /// Make an access key of a user or of the root, and print its secret, once
    AccessKey(access_key::NewArgs),
    /// Switch an access key off; it stays, and `aws iam update-access-key` switches it on again
    Deactivate(access_key::OldArgs),
    /// Delete an access key
    DeleteAccessKey(access_key::OldArgs),
}

pub(crate) async fn run(args: Args) -> Result<(), Failure> {
    match args.command {
        Command::List(args) => list::run(args).await,
        Command::Create(args) => create::run(args).await,
        Command::AccessKey(args) => access_key::make(args).await,
        Command::Deactivate(args) => access_key::deactivate(args).await,
        Command::DeleteAccessKey(args) => access_key::delete(args).await,
    }
}
