//! Finding the service and who one is, as the AWS tools do.

use std::error::Error;

use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::ProvideCredentials as _;
use client::{Client, Credentials, Endpoint};
use crypto::SecretBytes;

use super::arguments::ServiceArgs;
use crate::{Failure, output};

/// A client of the service that options, environment and profile name.
pub(super) async fn connect(args: &ServiceArgs) -> Result<Client, Failure> {
    let config = Box::pin(load(args)).await;
    let region = config.region().map(ToString::to_string).filter(|region| !region.is_empty());
    let region = region.ok_or_else(|| {
        Failure::new("no Region is set: add --region, or set AWS_REGION. For a server started by `trent dev`: us-east-1")
    })?;
    let profile = config.endpoint_url().filter(|_| !args.ignore_configured_endpoint_urls);
    let endpoint = endpoint(args, profile, &region);
    let credentials = Box::pin(credentials(&config, args)).await?;
    let client =
        Client::new(&endpoint, &region, credentials).map_err(|error| Failure::new(error.to_string()))?;
    check_channel(client.endpoint(), args.insecure_plaintext)?;
    output::note(&format!("endpoint {}, Region {region}", client.endpoint()));
    Ok(client)
}

async fn load(args: &ServiceArgs) -> SdkConfig {
    let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12());
    if let Some(profile) = &args.profile {
        // As with the AWS CLI, a profile named on the command line wins over an access key in the environment.
        let credentials = ProfileFileCredentialsProvider::builder().profile_name(profile).build();
        loader = loader.profile_name(profile).credentials_provider(credentials);
    }
    if let Some(region) = &args.region {
        loader = loader.region(Region::new(region.clone()));
    }
    loader.load().await
}

/// In the order of the AWS tools: option, the variable of this service, that of all services, the profile, AWS.
///
/// The variables are read here although the SDK reads them too: it passes over one that is no URL, and the
/// material would go to AWS instead of where it was meant to.
fn endpoint(args: &ServiceArgs, profile: Option<&str>, region: &str) -> String {
    let variables = [args.endpoint_url_kms.as_deref(), args.endpoint_url_all.as_deref()];
    let variables = variables.into_iter().flatten().filter(|_| !args.ignore_configured_endpoint_urls);
    let named =
        args.endpoint_url.as_deref().into_iter().chain(variables).chain(profile).find(|url| !url.is_empty());
    named.map_or_else(|| Endpoint::of_aws(region), str::to_owned)
}

fn check_channel(endpoint: &Endpoint, insecure_plaintext: bool) -> Result<(), Failure> {
    if !endpoint.is_exposed() {
        return Ok(());
    }
    if insecure_plaintext {
        output::warn(&format!(
            "{endpoint} is reached without encryption: nothing proves that its wrapping key is its own"
        ));
        return Ok(());
    }
    Err(Failure::new(format!(
        "{endpoint} is another machine and would be reached without encryption. Whoever stands between could give you a \
         wrapping key of their own, and then has your key material. Use https://, or add --insecure-plaintext if the \
         network in between is trusted."
    )))
}

async fn credentials(config: &SdkConfig, args: &ServiceArgs) -> Result<Credentials, Failure> {
    let missing = |reason: &str| no_credentials(args.profile.as_deref(), reason.trim_end_matches('.'));
    let provider = config.credentials_provider().ok_or_else(|| missing("nothing is configured"))?;
    let found = provider.provide_credentials().await.map_err(|error| missing(&innermost(&error)))?;
    Ok(Credentials {
        access_key_id: found.access_key_id().to_owned(),
        secret: SecretBytes::copy_of(found.secret_access_key().as_bytes()),
        session_token: found.session_token().map(str::to_owned),
    })
}

fn no_credentials(profile: Option<&str>, reason: &str) -> Failure {
    Failure::new(match profile {
        Some(profile) => format!(
            "the profile '{profile}' gives no AWS credentials: {reason}.\nIs it in ~/.aws/config or ~/.aws/credentials?"
        ),
        None => format!(
            "no AWS credentials were found; the last place looked at says: {reason}.\nSet AWS_ACCESS_KEY_ID and \
             AWS_SECRET_ACCESS_KEY, or name a profile with --profile. `trent dev` prints its own when it starts."
        ),
    })
}

fn innermost(error: &dyn Error) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(endpoint_url: Option<&str>, endpoint_url_kms: Option<&str>) -> ServiceArgs {
        ServiceArgs {
            endpoint_url: endpoint_url.map(str::to_owned),
            endpoint_url_kms: endpoint_url_kms.map(str::to_owned),
            endpoint_url_all: None,
            ignore_configured_endpoint_urls: false,
            region: None,
            profile: None,
            insecure_plaintext: false,
        }
    }

    #[test]
    fn a_variable_without_a_scheme_is_kept_to_be_refused() {
        let mut args = args(None, None);
        args.endpoint_url_all = Some("127.0.0.1:4599".to_owned());
        let named = endpoint(&args, None, "eu-west-1");
        assert_eq!(named, "127.0.0.1:4599");
        assert!(Endpoint::parse(&named).is_err());
    }

    #[test]
    fn configured_endpoints_can_be_ignored() {
        let mut args = args(None, Some("http://b"));
        args.ignore_configured_endpoint_urls = true;
        assert_eq!(endpoint(&args, None, "eu-west-1"), "https://kms.eu-west-1.amazonaws.com");
        args.endpoint_url = Some("http://a".to_owned());
        assert_eq!(endpoint(&args, None, "eu-west-1"), "http://a");
    }

    #[test]
    fn the_nearest_endpoint_wins() {
        let cases = [
            (args(Some("http://a"), Some("http://b")), Some("http://c"), "http://a"),
            (args(None, Some("http://b")), Some("http://c"), "http://b"),
            (args(None, Some("")), Some("http://c"), "http://c"),
            (args(None, None), None, "https://kms.eu-west-1.amazonaws.com"),
        ];
        for (args, configured, expected) in cases {
            assert_eq!(endpoint(&args, configured, "eu-west-1"), expected);
        }
    }

    #[test]
    fn plain_http_to_another_machine_needs_a_word() {
        let exposed = Endpoint::parse("http://kms.example.com").unwrap();
        assert!(check_channel(&exposed, false).is_err());
        assert!(check_channel(&exposed, true).is_ok());
        assert!(check_channel(&Endpoint::parse("http://localhost:4599").unwrap(), false).is_ok());
    }
}
