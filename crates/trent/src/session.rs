//! `trent session`: temporary credentials, made beside the data.

use iam::SessionCredentials;
use jiff::Timestamp;
use kms::{Clock as _, SystemClock};
use serde_json::json;

use crate::folder::FolderArgs;
use crate::{Failure, start};

/// Whose the credentials are, and for how long.
#[derive(clap::Args)]
#[command(
    after_help = "They are those of the root or user that the access key belongs to, who may do the same with them, but for IAM. They end by \
themselves, or with that access key. The server need not be told of them, and may run meanwhile.

Examples:
  trent session --config trent.toml --access-key-id AKIAIOSFODNN7EXAMPLE
  trent session --data ./trent-data --access-key-id test --duration 900 --json"
)]
pub(crate) struct Args {
    #[command(flatten)]
    folder: FolderArgs,
    /// The access key whose principal the credentials are for
    #[arg(long, value_name = "ID")]
    access_key_id: String,
    /// How long they are good for, in seconds: 900 to 129600
    #[arg(long, value_name = "SECONDS", default_value_t = 3600)]
    duration: i64,
    /// Print JSON, in the form that `credential_process` of the AWS CLI and the SDKs reads
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(args: Args) -> Result<(), Failure> {
    let folder = args.folder.folder()?;
    let (records, mode) = start::open_to_read(&folder.path).await?;
    let identities = mode.identities(records, &folder.partition);
    let now = SystemClock.now().seconds();
    let session = identities.issue_session(&args.access_key_id, args.duration, now).await?;
    start::print(&if args.json { as_json(&session)? } else { as_exports(&session)? })
}

fn as_json(session: &SessionCredentials) -> Result<String, Failure> {
    let result = json!({
        "Version": 1,
        "AccessKeyId": session.access_key_id,
        "SecretAccessKey": String::from_utf8_lossy(session.secret.expose()),
        "SessionToken": session.session_token,
        "Expiration": Timestamp::from_second(session.expires_at)?.to_string(),
    });
    Ok(format!("{result}\n"))
}

fn as_exports(session: &SessionCredentials) -> Result<String, Failure> {
    Ok(format!(
        "# good until {}\nexport AWS_ACCESS_KEY_ID={} AWS_SECRET_ACCESS_KEY={} AWS_SESSION_TOKEN={}\n",
        Timestamp::from_second(session.expires_at)?,
        session.access_key_id,
        String::from_utf8_lossy(session.secret.expose()),
        session.session_token,
    ))
}
