//! What to say, and to advise, about a failed call.

use client::ceremony::CeremonyError;
use client::{Client, ClientError, Refusal};

/// `what` did not happen because of `error`.
pub(super) fn on_ceremony(error: &CeremonyError, what: &str, client: &Client) -> String {
    match error {
        CeremonyError::Call(error) => on_call(error, what, client),
        error => format!("{what}: {error}"),
    }
}

/// `what` did not happen because of `error`.
pub(super) fn on_call(error: &ClientError, what: &str, client: &Client) -> String {
    let advice = match error {
        ClientError::Connect { reason, .. } if reason.contains("certificate") => Some(
            "If a private authority signed the server's certificate, let SSL_CERT_FILE name the authority's own.".to_owned(),
        ),
        ClientError::Connect { .. } => Some(
            "Is this the right address (--endpoint-url), and does the server run? `trent dev` starts one on this machine."
                .to_owned(),
        ),
        ClientError::Service(refusal) => on_refusal(refusal, client),
        _ => None,
    };
    let advice = advice.map(|advice| format!("\n{advice}")).unwrap_or_default();
    format!("{what}: {error}{advice}")
}

fn on_refusal(refusal: &Refusal, client: &Client) -> Option<String> {
    let endpoint = client.endpoint();
    let message = refusal.message.as_deref().unwrap_or_default();
    match refusal.code.as_str() {
        "UnrecognizedClientException" => Some(format!(
            "{endpoint} does not know this access key, or a session token that came with it. Are these the credentials for \
             this endpoint? Is AWS_SESSION_TOKEN left over from another? `trent dev` prints its own when it starts."
        )),
        "InvalidSignatureException" if message.contains("expired") || message.contains("not yet current") => {
            Some("The clocks of this machine and of the service differ: set this one.".to_owned())
        }
        "InvalidSignatureException" if message.contains("valid region") => {
            Some("The service does not take this Region: name another with --region.".to_owned())
        }
        "InvalidSignatureException" => {
            Some("Is AWS_SECRET_ACCESS_KEY the one that belongs to the access key?".to_owned())
        }
        "ExpiredTokenException" => Some("Get new temporary credentials and try again.".to_owned()),
        "AccessDeniedException" => Some(format!("These credentials may not call {}.", refusal.operation)),
        "ThrottlingException" | "ServiceUnavailableException" => Some("Try again in a while.".to_owned()),
        "UnsupportedOperationException" if refusal.operation == "GetParametersForImport" => Some(
            "The service may not offer this wrapping: try --wrapping-algorithm and --wrapping-key-spec."
                .to_owned(),
        ),
        _ => None,
    }
}
