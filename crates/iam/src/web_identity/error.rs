//! Why an issuer, its keys or a token are refused.

use super::issuers::{MAX_ISSUER_URL, MAX_ISSUERS};
use super::jwks::{MAX_JWKS, MAX_KEYS};
use super::verify::MAX_TOKEN;

/// Why an issuer cannot be configured.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IssuerError {
    /// Not a URL that issuers have.
    #[error(
        "{url:?} cannot be an issuer: give the https URL that tokens have as iss, with a host of more than one word, \
         without query or fragment, and with at most {MAX_ISSUER_URL} characters"
    )]
    Url {
        /// What was given.
        url: String,
    },
    /// The same one again.
    #[error("the issuer {url} is configured twice")]
    Twice {
        /// The issuer.
        url: String,
    },
    /// More than there may be.
    #[error("{count} issuers are configured, and at most {MAX_ISSUERS} may be")]
    TooMany {
        /// How many.
        count: usize,
    },
}

/// Why a set of keys is refused. The keys that were known before stay as they are.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JwksError {
    /// No such issuer was configured.
    #[error("{issuer} is none of the configured issuers")]
    UnknownIssuer {
        /// The issuer.
        issuer: String,
    },
    /// More bytes than are taken.
    #[error("the key set has {bytes} bytes, and at most {MAX_JWKS} are taken")]
    TooLong {
        /// How many bytes.
        bytes: usize,
    },
    /// Not a key set.
    #[error(
        "this is no JSON Web Key Set: a JSON object with the list \"keys\" was expected (line {line}, column {column})"
    )]
    Malformed {
        /// Where reading ended, from 1.
        line: usize,
        /// Where in that line, from 1.
        column: usize,
    },
    /// More keys than are taken.
    #[error("the key set has {count} keys, and at most {MAX_KEYS} are taken")]
    TooMany {
        /// How many.
        count: usize,
    },
}

/// Why a token proves nothing. No variant repeats what is in a token, but for the name of its issuer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// More characters than are looked at.
    #[error("the token has {characters} characters, and at most {MAX_TOKEN} are taken")]
    TooLong {
        /// How many.
        characters: usize,
    },
    /// Not three parts of base64url with JSON in the first two; or something in it twice.
    #[error("the ID Token provided is not a valid JWT (an access token that is opaque is not one)")]
    Malformed,
    /// Its header asks for what is not understood here.
    #[error("the token's header has a crit, zip or enc, which are not supported")]
    Critical,
    /// The operator has not configured its issuer.
    #[error("No OpenIDConnect provider found in your account for {issuer}")]
    UnknownIssuer {
        /// What the token says, cut short.
        issuer: String,
    },
    /// The keys of its issuer have not been read yet.
    #[error("the keys of the identity provider {issuer} could not be read yet: try again in a moment")]
    NoKeys {
        /// The issuer.
        issuer: String,
    },
    /// The issuer has no key of that id for that algorithm; or the token names none, and there are several.
    #[error("the identity provider has no key that fits the kid and the alg of the token")]
    NoSuchKey,
    /// Made with another key, or changed afterwards.
    #[error("the signature of the token is not one of the identity provider's")]
    Signature,
    /// A claim that must be there is not.
    #[error("Missing a required claim: {claim}")]
    MissingClaim {
        /// Which.
        claim: &'static str,
    },
    /// A claim is not of the form it must have.
    #[error("the claim {claim} of the token is not {wanted}")]
    Claim {
        /// Which.
        claim: &'static str,
        /// What it must be.
        wanted: &'static str,
    },
    /// It is over.
    #[error("Token expired: current date/time {now} must be before the expiration date/time {expired_at}")]
    Expired {
        /// Seconds since the epoch.
        now: i64,
        /// Likewise.
        expired_at: i64,
    },
    /// It is from the future.
    #[error("the token is not valid yet: its {claim} is {from}, and it is now {now} (seconds since 1970)")]
    NotYet {
        /// Which claim says so.
        claim: &'static str,
        /// Seconds since the epoch.
        from: i64,
        /// Likewise.
        now: i64,
    },
}
