//! `trent key-policy reset`: for the day when a key policy lets nobody in.
//!
//! Nobody can change such a policy through the API, which is what the policy says. On AWS one asks their support; here whoever
//! holds the root key decides.

use std::sync::Arc;

use kms::{Kms, Settings, SystemClock};
use serde_json::json;

use crate::folder::FolderArgs;
use crate::{Failure, output, start};

/// Key policies without a server.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Put the default policy in the place of a key's policy, while the server is stopped
    Reset(ResetArgs),
}

/// Which key.
#[derive(clap::Args)]
#[command(
    after_help = "Afterwards the identity policies of the key's account decide about the key, and its root may do everything. The policy that \
it had is gone. Grants stay as they are.

Example:
  trent key-policy reset --config trent.toml \\
      --key arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
)]
struct ResetArgs {
    /// The key
    #[arg(long, value_name = "KEY-ARN")]
    key: String,
    #[command(flatten)]
    folder: FolderArgs,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(args: Args) -> Result<(), Failure> {
    match args.command {
        Command::Reset(args) => reset(args).await,
    }
}

async fn reset(args: ResetArgs) -> Result<(), Failure> {
    let folder = args.folder.folder()?;
    let (records, _) = start::open_stopped(&folder.path).await?;
    let settings = Settings { partition: folder.partition, ..Settings::default() };
    let kms = Kms::new(records, Arc::new(SystemClock), settings);
    kms.reset_key_policy(&args.key).await?;
    let key = &args.key;
    output::warn(&format!(
        "the policy that {key} had is gone, and so is everything it denied: whoever an identity policy of the account, or a \
         grant, allows to use this key may use it again"
    ));
    start::print(&if args.json {
        format!("{}\n", json!({ "key": key, "policy": "default" }))
    } else {
        format!(
            "The key policy of {key} is the default one: its account decides. Start the server, and write the policy you \
             want with `aws kms put-key-policy`.\n"
        )
    })
}
