//! What to do about a key that was created and then got no material.

use super::Args;
use super::lifetime::written;
use super::target::Target;
use crate::Failure;
use crate::output::quoted;

/// What went wrong, and if the key is new: that it exists, how to go on, and how to get rid of it.
pub(super) fn with_what_is_left(wrong: &str, args: &Args, target: &Target) -> Failure {
    if !target.created {
        return Failure::new(wrong);
    }
    let arn = quoted(&target.arn);
    Failure::new(format!(
        "{wrong}\n\nThe key was created and waits for its material: {}\n  To go on:         {}\n  To get rid of it: \
         aws kms schedule-key-deletion --pending-window-in-days 7 --key-id {arn}",
        target.arn,
        command(args, target),
    ))
}

/// The command that imports into the key that is there now.
fn command(args: &Args, target: &Target) -> String {
    let material_file = args.material_file.to_string_lossy().into_owned();
    let options = [
        ("--key-id", Some(target.arn.clone())),
        ("--material-file", Some(material_file)),
        ("--format", Some(args.format.name()).filter(|name| *name != "auto").map(str::to_owned)),
        // A duration would count anew, which is what someone who wrote one wants.
        ("--expires-in", args.expires_in.map(|seconds| format!("{}m", seconds / 60))),
        ("--valid-to", args.valid_to.map(written)),
        ("--key-material-description", args.key_material_description.clone()),
        ("--alias", args.alias.clone()),
        ("--wrapping-algorithm", args.wrapping_algorithm.map(|name| name.to_string())),
        ("--wrapping-key-spec", args.wrapping_key_spec.map(|name| name.to_string())),
        ("--endpoint-url", args.service.endpoint_url.clone()),
        ("--region", args.service.region.clone()),
        ("--profile", args.service.profile.clone()),
    ];
    let words =
        options.into_iter().filter_map(|(option, value)| Some(format!("{option} {}", quoted(&value?))));
    let insecure = args.service.insecure_plaintext.then(|| "--insecure-plaintext".to_owned());
    let words: Vec<_> = words.chain(insecure).collect();
    format!("trent import {}", words.join(" "))
}

#[cfg(test)]
mod tests {
    use clap::{Args as _, FromArgMatches as _};

    use super::*;

    #[test]
    fn the_command_says_all_that_was_said() {
        let words = "import --create --key-spec ECC_NIST_P256 --format pem --expires-in 30d --alias alias/a \
                     --wrapping-key-spec RSA_2048 --endpoint-url http://kms --region eu-west-1 --insecure-plaintext \
                     --material-file";
        let matches = Args::augment_args(clap::Command::new("import"))
            .get_matches_from(words.split_ascii_whitespace().chain(["my key"]));
        let args = Args::from_arg_matches(&matches).unwrap();
        let target = Target { arn: "arn:k".to_owned(), spec: api::KeySpec::EccNistP256, created: true };
        assert_eq!(
            command(&args, &target),
            "trent import --key-id arn:k --material-file 'my key' --format pem --expires-in 43200m --alias alias/a \
             --wrapping-key-spec RSA_2048 --endpoint-url http://kms --region eu-west-1 --insecure-plaintext"
        );
    }
}
