//! `trent init`: the data of a server, and an account in it.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use iam::{AccessKey, Identities};
use kms::{Clock as _, SystemClock};
use serde_json::json;
use server::Config;

use crate::mode::Mode;
use crate::{Failure, output, start};

/// The access key of the account's root is printed once, and is nowhere else in clear.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  trent init --data /var/lib/trent --config /etc/trent/trent.toml
  trent init --data /var/lib/trent --account 111122223333    one more account, while the server is stopped")]
pub(crate) struct Args {
    /// The folder of the data; made if it does not exist
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// The account to make, 12 digits; a random one if left out
    #[arg(long, value_name = "DIGITS", value_parser = account)]
    account: Option<String>,
    /// The partition of the account's ARNs: that of the configuration if there is one, otherwise aws
    #[arg(long, value_name = "NAME", value_parser = partition)]
    partition: Option<String>,
    /// The configuration, written if there is none
    #[arg(long, value_name = "FILE", default_value = "trent.toml")]
    config: PathBuf,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(args: Args) -> Result<(), Failure> {
    let text = make(args).await?;
    output::hand_over(&text, "the account and the access key of its root were made")
}

/// Makes the data and an account, and gives what there is to say about them.
async fn make(args: Args) -> Result<String, Failure> {
    // All that can be refused is looked at before anything is made.
    for path in [&args.data, &args.config] {
        if path.to_str().is_none() {
            return Err(Failure::usage(format!(
                "{} is not written in UTF-8: use another path",
                path.display()
            )));
        }
    }
    let partition = match configured(&args.config, &args.data)? {
        Some(known) if args.partition.as_ref().is_some_and(|given| *given != known) => {
            return Err(Failure::usage(format!(
                "{} has the partition {known}: leave --partition out",
                args.config.display()
            )));
        }
        Some(known) => known,
        None => args.partition.clone().unwrap_or_else(|| "aws".to_owned()),
    };
    let data = start::open_or_create(&args.data, Mode::Serve).await?;
    let identities = Identities::new(data.records, &partition);
    // Not whether the root key is new: whoever was interrupted on the way here begins again and gets all there is.
    let first = !identities.has_accounts().await?;
    if !first && args.account.is_none() {
        return Err(Failure::usage(format!(
            "{} has been set up before and was left as it is. To make one more account in it, name it: --account DIGITS",
            args.data.display()
        )));
    }
    let account = args.account.unwrap_or_else(random_account);
    // The account comes last: its key is told once, and nothing may fail between making and telling it.
    let folder = fs::canonicalize(&args.data)?;
    let written = write_config(&args.config, &folder, &partition)?;
    let key = identities.create_account(&account, SystemClock.now().seconds()).await?;
    let secret = String::from_utf8_lossy(key.secret.expose());
    if args.json {
        let result = json!({
            "account": account,
            "access_key_id": key.id,
            "secret_access_key": secret,
            "data": folder,
            "root_key": data.root_key,
            "config": args.config,
        });
        return Ok(format!("{result}\n"));
    }
    let root_key = first.then_some(data.root_key.as_path());
    Ok(summary(&account, &key, &secret, root_key, (&args.config, written)))
}

fn summary(
    account: &str,
    key: &AccessKey,
    secret: &str,
    new_root_key: Option<&Path>,
    (config, written): (&Path, bool),
) -> String {
    let config = config.display();
    let backup = new_root_key.map_or_else(String::new, |path| {
        format!(
            "The root key is in {}. Back it up now, apart from the data: without it no key can ever be used again.\n\n",
            path.display()
        )
    });
    let how = if written { "was written" } else { "was there already and was left as it is" };
    let id = &key.id;
    format!(
        "{backup}Account {account}: the access key of its root, shown this once:\n\n  \
         export AWS_ACCESS_KEY_ID={id} AWS_SECRET_ACCESS_KEY={secret}\n\n\
         The configuration {config} {how}. Next:\n\n  \
         trent serve --config {config}\n\n\
         Its clients need a Region (AWS_DEFAULT_REGION, AWS_REGION) and its address (AWS_ENDPOINT_URL) besides. The root may do\n\
         everything: make users and roles for people and programs with `aws iam`.\n"
    )
}

/// An account number, refused before anything is made for it.
pub(crate) fn account(text: &str) -> Result<String, String> {
    if text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(text.to_owned());
    }
    Err("an account is 12 digits, such as 111122223333".to_owned())
}

/// A partition, such as aws or aws-cn.
fn partition(text: &str) -> Result<String, String> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if !text.is_empty() && text.bytes().all(plain) {
        return Ok(text.to_owned());
    }
    Err("a partition is a name in small letters, such as aws".to_owned())
}

/// The partition that the configuration names, if there is one. It must be of this data.
fn configured(path: &Path, data: &Path) -> Result<Option<String>, Failure> {
    if !path.try_exists()? {
        return Ok(None);
    }
    let config = Config::load(path)?;
    let same = match (fs::canonicalize(&config.data), fs::canonicalize(data)) {
        (Ok(named), Ok(given)) => named == given,
        _ => std::path::absolute(&config.data)? == std::path::absolute(data)?,
    };
    if same {
        return Ok(Some(config.partition));
    }
    Err(Failure::usage(format!(
        "{} is the configuration of other data, {}. Name another file with --config",
        path.display(),
        config.data.display()
    )))
}

/// Writes the configuration if there is none, and says whether it did.
fn write_config(path: &Path, data: &Path, partition: &str) -> Result<bool, Failure> {
    let cannot = |error| Failure::new(format!("cannot write the configuration {}: {error}", path.display()));
    match OpenOptions::new().create_new(true).write(true).open(path) {
        Ok(mut file) => {
            file.write_all(config_text(data, partition).as_bytes()).map_err(cannot).map(|()| true)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(cannot(error)),
    }
}

fn config_text(data: &Path, partition: &str) -> String {
    // What JSON quotes, TOML reads the same way.
    let data = json!(data);
    format!(
        r#"# The configuration of a Trent server. Every setting is here; those after # show their defaults.
# Start with: trent serve --config <this file>. Paths are relative to this file.

# The folder with the root key (root.key) and the database (trent.db).
data = {data}

# The address and port of the API. Anything but a loopback address needs [tls].
listen = "127.0.0.1:4599"

# What stands after "arn:" in every ARN.
partition = "{partition}"

# The Region names that clients may sign for; none listed means any.
# regions = []

# How long a new replica key is Creating, and a key whose primary Region changed Updating.
# settling_seconds = 0

# Take unencrypted connections from other machines, because something in front of this server speaks TLS.
# insecure_plaintext = false

# [tls]
# certificate = "certificate.pem"    # the chain, the server's own certificate first
# private_key = "private-key.pem"

# [import]
# rsaes_pkcs1_v1_5 = false    # a wrapping algorithm that AWS withdrew in 2023 and older clients still use

# [attestation]
# root = "64:1A:03:21:A3:E2:44:EF:E4:56:46:31:95:D6:06:31:7E:D7:CD:CC:3C:17:56:E0:98:93:F3:C6:8F:79:BB:5B"    # AWS's

# One section for each issuer whose tokens stand for roles here: a Kubernetes cluster, a CI service.
# [[web_identity]]
# issuer = "https://ci.example"            # iss of its tokens
# jwks = "https://ci.example/keys.json"    # its keys: an https URL, or a file
# ca = "ca.pem"                            # the authorities that vouch for the URL, if not those of the system

# One section for each project that clients of the Huawei Cloud and Open Telekom Cloud API reach: an account and a Region.
# [[project]]
# id = "0d0466b0e7274d9cb35df84bb474a37f"    # any 32 hexadecimal digits; it stands in the paths of the API
# account = "111122223333"
# region = "eu-de"
# name = "eu-de"                             # the region, if left out

# The most keys of an account in a Region, and the most grants on a key; without a number there may be any number of keys.
# [quotas]
# keys = 100000
# grants_per_key = 50000

# How many wrapping keys are kept ready for GetParametersForImport, sealed in the database; 0 to 4096 of each kind, from
# when one of it is first asked for.
# [stock]
# RSA_2048 = 64
# RSA_3072 = 16
# RSA_4096 = 8

# [log]
# format = "text"    # or "json"
# level = "info"     # error, warn, info (a line for each request), debug, trace
"#
    )
}

/// Twelve random digits. Nothing depends on their being hard to guess.
fn random_account() -> String {
    let number = u64::from_be_bytes(crypto::random::array());
    format!("{:012}", number % 1_000_000_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_have_twelve_digits() {
        let account = random_account();
        assert!(account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit()), "{account}");
    }

    fn args(folder: &Path, account: Option<&str>) -> Args {
        Args {
            data: folder.join("data"),
            account: account.map(str::to_owned),
            partition: None,
            config: folder.join("trent.toml"),
            json: false,
        }
    }

    #[tokio::test]
    async fn whoever_was_interrupted_begins_again() {
        let folder = std::env::temp_dir().join(format!("trent-init-again-{}", std::process::id()));
        fs::create_dir(&folder).unwrap();
        // As far as the first attempt came: root key and keyring, and no account.
        drop(start::open_or_create(&folder.join("data"), Mode::Serve).await.unwrap());
        let made = make(args(&folder, None)).await.unwrap();
        assert!(made.contains("Back it up now"), "the first account is told of the root key: {made}");
        let again = format!("{:?}", make(args(&folder, None)).await.unwrap_err());
        assert!(again.contains("has been set up before"), "{again}");
        let more = make(args(&folder, Some("444455556666"))).await.unwrap();
        assert!(!more.contains("Back it up now"), "{more}");
        fs::remove_dir_all(&folder).unwrap();
    }

    #[tokio::test]
    async fn no_account_is_made_if_something_else_fails() {
        let folder = std::env::temp_dir().join(format!("trent-init-config-{}", std::process::id()));
        fs::create_dir(&folder).unwrap();
        let nowhere = Args { config: folder.join("none/trent.toml"), ..args(&folder, None) };
        assert!(make(nowhere).await.is_err());
        make(args(&folder, None)).await.expect("there is no account yet");
        fs::remove_dir_all(&folder).unwrap();
    }

    #[tokio::test]
    async fn a_further_account_has_the_partition_of_the_configuration() {
        let folder = std::env::temp_dir().join(format!("trent-init-partition-{}", std::process::id()));
        fs::create_dir(&folder).unwrap();
        let china = Args { partition: Some("aws-cn".to_owned()), ..args(&folder, None) };
        make(china).await.unwrap();
        make(args(&folder, Some("444455556666"))).await.unwrap();
        let config = Config::load(&folder.join("trent.toml")).unwrap();
        assert_eq!(config.partition, "aws-cn");
        let data = start::open_existing(&folder.join("data"), Mode::Serve).await.unwrap();
        assert_eq!(Identities::new(data.records.clone(), "aws-cn").accounts().await.unwrap().len(), 2);
        drop(data);
        let other = Args { partition: Some("aws".to_owned()), ..args(&folder, Some("555566667777")) };
        assert!(make(other).await.is_err());
        let elsewhere = Args { data: folder.join("other"), ..args(&folder, None) };
        assert!(make(elsewhere).await.is_err());
        assert!(!folder.join("other").exists(), "made although the configuration is of other data");
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn the_configuration_written_is_one_that_is_read_with_and_without_its_comments() {
        let folder = std::env::temp_dir().join(format!("trent-init-{}", std::process::id()));
        fs::create_dir(&folder).unwrap();
        let path = folder.join("trent.toml");
        let data = folder.join("a \"quoted\" folder");
        assert!(write_config(&path, &data, "aws-cn").unwrap());
        assert!(!write_config(&path, &data, "aws").unwrap());
        let as_written = Config::load(&path).unwrap();
        assert_eq!((as_written.data.as_path(), as_written.partition.as_str()), (data.as_path(), "aws-cn"));

        let is_setting = |line: &str| line.contains(" = ") || line.starts_with("# [");
        let text = fs::read_to_string(&path).unwrap();
        let all: Vec<_> = text
            .lines()
            .map(|line| if is_setting(line) { line.strip_prefix("# ").unwrap_or(line) } else { line })
            .collect();
        fs::write(&path, all.join("\n")).unwrap();
        let all = Config::load(&path).unwrap();
        assert_eq!(all.log.level, as_written.log.level);
        assert_eq!(all.log.format, as_written.log.format);
        assert_eq!(all.insecure_plaintext, as_written.insecure_plaintext);
        assert_eq!(all.import.rsaes_pkcs1_v1_5, as_written.import.rsaes_pkcs1_v1_5);
        assert_eq!(all.attestation.root, as_written.attestation.root);
        assert_eq!((as_written.web_identity.len(), all.web_identity.len()), (0, 1));
        assert_eq!(
            (as_written.projects.regions(), all.projects.regions()),
            (Vec::new(), vec!["eu-de".to_owned()])
        );
        let quotas = |config: &Config| (config.quotas.keys, config.quotas.grants_per_key);
        assert_eq!((quotas(&as_written), quotas(&all)), ((None, None), (Some(100_000), Some(50_000))));
        assert_eq!(all.tls.unwrap().certificate, folder.join("certificate.pem"));
        fs::remove_dir_all(&folder).unwrap();
    }
}
