//! What `trent import` is told.

use std::path::PathBuf;
use std::str::FromStr;

use api::{
    AlgorithmSpec, CreateAlias, CreateKey, ImportKeyMaterial, ImportType, KeySpec, KeyUsage, Request, Tag,
    Timestamp, WrappingKeySpec, constraint,
};
use clap::ArgGroup;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::lifetime;
use crate::Failure;
use crate::material::Format;

const EXAMPLES: &str = "\
Examples:
  Create an HMAC key from 32 random bytes and give it a name:
    openssl rand -out hmac.key 32
    trent import --create --key-spec HMAC_256 --alias alias/tokens --material-file hmac.key

  Import an RSA signing key that exists, for 30 days:
    trent import --create --key-spec RSA_3072 --key-usage SIGN_VERIFY --expires-in 30d \\
        --material-file key.pem

  Bring back material that has expired or was deleted, from a pipe:
    pass show kms/master | trent import --key-id alias/master --material-file - --format base64

Endpoint, Region and credentials are found as the AWS CLI finds them: options, then environment
(AWS_ENDPOINT_URL_KMS, AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID, …), then ~/.aws.
With no endpoint anywhere it is that of AWS KMS itself. SSL_CERT_FILE names a certificate authority
of your own.";

/// Import key material into a key: get a wrapping key, wrap, import, confirm
#[derive(clap::Args)]
#[command(after_help = EXAMPLES, group = ArgGroup::new("key").args(["key_id", "create"]).required(true))]
pub(crate) struct Args {
    /// The key to import into: key id, key ARN or alias
    #[arg(long, value_name = "KEY")]
    pub(super) key_id: Option<String>,

    /// The material: a file, or - for standard input
    #[arg(long, value_name = "FILE")]
    pub(super) material_file: PathBuf,

    /// How the material is written in the file
    #[arg(long, value_enum, default_value = "auto")]
    pub(super) format: Format,

    /// Let the material expire after so long: 30d, 12h or 90m, at most 365d. Without this it stays
    #[arg(long, value_name = "TIME", conflicts_with = "valid_to", value_parser = lifetime::duration)]
    pub(super) expires_in: Option<i64>,

    /// Let the material expire then: 2027-01-01T00:00:00Z, at most 365 days from now. Without this it stays
    #[arg(long, value_name = "INSTANT", value_parser = lifetime::instant)]
    pub(super) valid_to: Option<Timestamp>,

    /// Symmetric encryption keys: insist that the material is, or is not, new to the key
    #[arg(long, value_name = "TYPE", value_parser = one_of::<ImportType>(ImportType::NAMES))]
    pub(super) import_type: Option<ImportType>,

    /// Symmetric encryption keys: what to remember of this material
    #[arg(long, value_name = "TEXT", value_parser = member_of::<ImportKeyMaterial>("KeyMaterialDescription"))]
    pub(super) key_material_description: Option<String>,

    /// Name the key, once the material is in it
    #[arg(long, value_name = "alias/NAME", value_parser = alias)]
    pub(super) alias: Option<String>,

    /// Wrap otherwise than in the strongest way that AWS lists for the key spec
    #[arg(long, value_name = "ALGORITHM", value_parser = one_of::<AlgorithmSpec>(AlgorithmSpec::NAMES))]
    pub(super) wrapping_algorithm: Option<AlgorithmSpec>,

    /// Wrap under another key than RSA_4096
    #[arg(long, value_name = "SPEC", value_parser = one_of::<WrappingKeySpec>(WrappingKeySpec::NAMES))]
    pub(super) wrapping_key_spec: Option<WrappingKeySpec>,

    /// Print the result as one JSON object
    #[arg(long)]
    pub(super) json: bool,

    #[command(flatten)]
    pub(super) create: CreateArgs,

    #[command(flatten)]
    pub(super) service: ServiceArgs,
}

#[derive(clap::Args)]
#[command(next_help_heading = "A new key")]
pub(super) struct CreateArgs {
    /// Create the key first
    #[arg(long)]
    pub(super) create: bool,

    /// What kind of key
    #[arg(long, value_name = "SPEC", conflicts_with = "key_id", default_value = "SYMMETRIC_DEFAULT", value_parser = one_of::<KeySpec>(KeySpec::NAMES))]
    pub(super) key_spec: KeySpec,

    /// What it may be used for; RSA keys have no default
    #[arg(long, value_name = "USAGE", conflicts_with = "key_id", value_parser = one_of::<KeyUsage>(KeyUsage::NAMES))]
    pub(super) key_usage: Option<KeyUsage>,

    /// What it is for
    #[arg(long, value_name = "TEXT", conflicts_with = "key_id", value_parser = member_of::<CreateKey>("Description"))]
    pub(super) description: Option<String>,

    /// Make it the primary of a multi-Region key
    #[arg(long, conflicts_with = "key_id")]
    pub(super) multi_region: bool,

    /// Give it a tag; may be repeated
    #[arg(long = "tag", value_name = "KEY=VALUE", conflicts_with = "key_id", value_parser = tag)]
    pub(super) tags: Vec<Tag>,
}

#[derive(clap::Args)]
#[command(next_help_heading = "The service")]
pub(super) struct ServiceArgs {
    /// Where the service is: http://host:port or https://…
    #[arg(long, value_name = "URL")]
    pub(super) endpoint_url: Option<String>,

    /// The AWS CLI's variable for the endpoint of this service alone.
    #[arg(long, hide = true, env = "AWS_ENDPOINT_URL_KMS")]
    pub(super) endpoint_url_kms: Option<String>,

    /// The AWS CLI's variable for the endpoint of all services.
    #[arg(long, hide = true, env = "AWS_ENDPOINT_URL")]
    pub(super) endpoint_url_all: Option<String>,

    /// The AWS CLI's variable for leaving endpoints in variables and profiles alone.
    #[arg(long, hide = true, env = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", value_parser = clap::builder::FalseyValueParser::new())]
    pub(super) ignore_configured_endpoint_urls: bool,

    /// The Region of the key
    #[arg(long)]
    pub(super) region: Option<String>,

    /// A profile of ~/.aws
    #[arg(long)]
    pub(super) profile: Option<String>,

    /// Allow http:// to another machine. Whoever stands between can give you a wrapping key of their own, and
    /// then has your key material
    #[arg(long)]
    pub(super) insecure_plaintext: bool,
}

impl Args {
    /// What clap cannot check.
    pub(super) fn check(&self) -> Result<(), Failure> {
        let spec = self.create.key_spec;
        let rsa = matches!(spec, KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096);
        if self.create.create && rsa && self.create.key_usage.is_none() {
            return Err(Failure::usage(
                "an RSA key is for signing or for encryption, and that can never be changed: add --key-usage SIGN_VERIFY \
                 or --key-usage ENCRYPT_DECRYPT",
            ));
        }
        if self.create.create {
            self.check_for(spec)?;
        }
        Ok(())
    }

    /// Refuses options that keys of `spec` do not have.
    pub(super) fn check_for(&self, spec: KeySpec) -> Result<(), Failure> {
        let given = [
            ("--import-type", self.import_type.is_some()),
            ("--key-material-description", self.key_material_description.is_some()),
        ];
        match given.into_iter().find(|(_, given)| *given && spec != KeySpec::SymmetricDefault) {
            Some((option, _)) => Err(Failure::usage(format!(
                "{option} is for SYMMETRIC_DEFAULT keys only; this key has spec {spec}"
            ))),
            None => Ok(()),
        }
    }
}

/// One of the API's names, but those of SM2, which is not offered.
pub(crate) fn one_of<T>(names: &'static [&'static str]) -> impl TypedValueParser<Value = T>
where
    T: FromStr<Err = String> + Clone + Send + Sync + 'static,
{
    let offered = names.iter().copied().filter(|name| !name.starts_with("SM2"));
    PossibleValuesParser::new(offered).try_map(|name| name.parse::<T>())
}

/// Text that the service will take for this member: it is better refused before a key is made than after.
fn member_of<R: Request>(name: &'static str) -> impl Fn(&str) -> Result<String, String> + Clone {
    move |text| {
        let member: Vec<_> = R::SPEC.members.iter().copied().filter(|member| member.name == name).collect();
        let object = std::iter::once((name.to_owned(), text.into())).collect();
        let report = constraint::check(&member, &object);
        report.violations.into_iter().next().map_or_else(|| Ok(text.to_owned()), Err)
    }
}

fn alias(text: &str) -> Result<String, String> {
    match text.strip_prefix("alias/") {
        None | Some("") => Err("an alias begins with alias/, such as alias/tokens".to_owned()),
        Some(name) if name.starts_with("aws/") => Err("names in alias/aws/ are the service's own".to_owned()),
        Some(_) => member_of::<CreateAlias>("AliasName")(text),
    }
}

fn tag(text: &str) -> Result<Tag, String> {
    let (key, value) = text.split_once('=').ok_or("a tag is KEY=VALUE")?;
    Ok(Tag { tag_key: key.to_owned(), tag_value: value.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_keys() {
        for name in ["alias/tokens", "alias/a/b_c-d:1"] {
            assert_eq!(alias(name).as_deref(), Ok(name));
        }
        for name in ["", "tokens", "alias/", "alias/aws/s3", "alias/my key", "Alias/a"] {
            assert!(alias(name).is_err(), "{name}");
        }
    }

    #[test]
    fn texts_are_held_to_the_rules_of_the_service() {
        let description = member_of::<ImportKeyMaterial>("KeyMaterialDescription");
        assert!(description("from the safe, 2026").is_err_and(|error| error.contains("pattern")));
        assert!(description("from the safe").is_ok());
        assert!(description(&"a".repeat(257)).is_err());
    }
}
