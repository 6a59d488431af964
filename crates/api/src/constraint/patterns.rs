//! The regular expressions of the model, each with the function that decides it.
//!
//! The service tests the whole value, whether or not the expression has anchors; its classes `\w`, `\d` and `\s`
//! are those of ASCII.

use super::Pattern;

/// An alias name; a grant's name.
pub const NAME: Pattern =
    Pattern { text: "^[a-zA-Z0-9:/_-]+$", matches: |text| each(text, |c| is_word(c) || ":/-".contains(c)) };
/// The id of a key material.
pub const MATERIAL_ID: Pattern =
    Pattern { text: "^[a-f0-9]+$", matches: |text| each(text, |c| matches!(c, 'a'..='f' | '0'..='9')) };
/// A description of a key material.
pub const MATERIAL_DESCRIPTION: Pattern = Pattern {
    text: "^[a-zA-Z0-9:/_\\s.-]+$",
    matches: |text| each(text, |c| is_word(c) || matches!(c, ':' | '/' | '.' | '-' | ' ' | '\t'..='\r')),
};
/// A policy document.
pub const POLICY: Pattern = Pattern {
    text: "[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+",
    matches: |text| each(text, |c| matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{ff}')),
};
/// The name of a policy.
pub const POLICY_NAME: Pattern = Pattern { text: "[\\w]+", matches: |text| each(text, is_word) };
/// A pagination marker.
pub const MARKER: Pattern = Pattern {
    text: "[\\u0020-\\u00FF]*",
    matches: |text| text.chars().all(|c| matches!(c, '\u{20}'..='\u{ff}')),
};
/// The ARN of a principal.
pub const PRINCIPAL: Pattern = Pattern {
    text: "^[\\w+=,.@:/-]+$",
    matches: |text| each(text, |c| is_word(c) || "+=,.@:/-".contains(c)),
};
/// The name of a service as a principal.
pub const SERVICE_PRINCIPAL: Pattern = Pattern {
    text: "^([A-Za-z0-9\\-]+)\\.([A-Za-z0-9\\-]+)(\\.[A-Za-z0-9\\-]+)+$",
    matches: is_service_principal,
};
/// The ARN of the resource that a grant is made for.
pub const SOURCE_ARN: Pattern =
    Pattern { text: "^arn:aws[a-z0-9-]*:[a-z0-9-]+:[a-z0-9-]*:[0-9]{12}:.+$", matches: is_source_arn };
/// A Region.
pub const REGION: Pattern = Pattern { text: "^([a-z]+-){2,3}\\d+$", matches: is_region };
/// An AWS account.
pub const ACCOUNT: Pattern = Pattern { text: "[0-9]{12}", matches: is_account };
/// A CloudHSM cluster.
pub const CLOUD_HSM_CLUSTER_ID: Pattern =
    Pattern { text: "cluster-[2-7a-zA-Z]{11,16}", matches: is_cloud_hsm_cluster_id };
/// A key of an external key manager.
pub const XKS_KEY_ID: Pattern =
    Pattern { text: "^[a-zA-Z0-9-_.]+$", matches: |text| each(text, |c| is_word(c) || "-.".contains(c)) };
/// The access key id of an external key store proxy.
pub const XKS_ACCESS_KEY_ID: Pattern =
    Pattern { text: "^[A-Z2-7]+$", matches: |text| each(text, |c| matches!(c, 'A'..='Z' | '2'..='7')) };
/// The secret access key of an external key store proxy.
pub const XKS_SECRET_ACCESS_KEY: Pattern = Pattern {
    text: "^[a-zA-Z0-9\\/+=]+$",
    matches: |text| each(text, |c| c.is_ascii_alphanumeric() || "/+=".contains(c)),
};
/// Where an external key store proxy listens.
pub const XKS_URI_ENDPOINT: Pattern =
    Pattern { text: "^https://[a-zA-Z0-9.-]+$", matches: is_xks_uri_endpoint };
/// Under which path.
pub const XKS_URI_PATH: Pattern = Pattern {
    text: "^(/[a-zA-Z0-9\\/_-]+/kms/xks/v\\d{1,2})$|^(/kms/xks/v\\d{1,2})$",
    matches: is_xks_uri_path,
};
/// Behind which VPC endpoint service.
pub const XKS_VPC_ENDPOINT_SERVICE: Pattern = Pattern {
    text: "^(com|eu)\\.amazonaws\\.vpce\\.([a-z]+-){2,3}\\d+\\.vpce-svc-[0-9a-z]+$",
    matches: is_xks_vpc_endpoint_service,
};

/// One character or more, and each of them so: `[…]+`.
fn each(text: &str, is: impl Fn(char) -> bool) -> bool {
    !text.is_empty() && text.chars().all(is)
}

/// `\w`.
fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn is_digits(text: &str) -> bool {
    each(text, |c| c.is_ascii_digit())
}

fn is_lower_or_digit_or_dash(c: char) -> bool {
    matches!(c, 'a'..='z' | '0'..='9' | '-')
}

fn is_service_principal(text: &str) -> bool {
    let label = |label: &str| each(label, |c| c.is_ascii_alphanumeric() || c == '-');
    text.split('.').count() >= 3 && text.split('.').all(label)
}

fn is_source_arn(text: &str) -> bool {
    let mut parts = text.splitn(6, ':');
    let mut next = || parts.next().unwrap_or_default();
    next() == "arn"
        && next().strip_prefix("aws").is_some_and(|rest| rest.chars().all(is_lower_or_digit_or_dash))
        && each(next(), is_lower_or_digit_or_dash)
        && next().chars().all(is_lower_or_digit_or_dash)
        && is_account(next())
        // What `.` does not match: the ends of lines.
        && each(next(), |c| !matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}'))
}

fn is_region(text: &str) -> bool {
    let Some((words, number)) = text.rsplit_once('-') else { return false };
    matches!(words.split('-').count(), 2 | 3)
        && words.split('-').all(|word| each(word, |c| c.is_ascii_lowercase()))
        && is_digits(number)
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && is_digits(text)
}

fn is_cloud_hsm_cluster_id(text: &str) -> bool {
    text.strip_prefix("cluster-").is_some_and(|id| {
        (11..=16).contains(&id.len()) && each(id, |c| matches!(c, '2'..='7' | 'a'..='z' | 'A'..='Z'))
    })
}

fn is_xks_uri_endpoint(text: &str) -> bool {
    text.strip_prefix("https://")
        .is_some_and(|host| each(host, |c| c.is_ascii_alphanumeric() || ".-".contains(c)))
}

fn is_xks_uri_path(text: &str) -> bool {
    let Some((prefix, version)) = text.rsplit_once("/kms/xks/v") else { return false };
    let prefix_fits = prefix.is_empty()
        || prefix.strip_prefix('/').is_some_and(|rest| each(rest, |c| is_word(c) || "/-".contains(c)));
    prefix_fits && version.len() <= 2 && is_digits(version)
}

fn is_xks_vpc_endpoint_service(text: &str) -> bool {
    let rest = text.strip_prefix("com").or_else(|| text.strip_prefix("eu"));
    let Some(rest) = rest.and_then(|rest| rest.strip_prefix(".amazonaws.vpce.")) else { return false };
    let Some((region, id)) = rest.split_once(".vpce-svc-") else { return false };
    is_region(region) && each(id, |c| matches!(c, '0'..='9' | 'a'..='z'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn decides(pattern: Pattern, fitting: &[&str], others: &[&str]) {
        for text in fitting {
            assert!((pattern.matches)(text), "{text:?} should match {}", pattern.text);
        }
        for text in others {
            assert!(!(pattern.matches)(text), "{text:?} should not match {}", pattern.text);
        }
    }

    #[test]
    fn names() {
        decides(NAME, &["alias/a", "A:z/0_9-"], &["", "a b", "a.b", "ä"]);
        decides(POLICY_NAME, &["default", "AWS_RAM", "9"], &["", "de-fault", "d ", "é"]);
        decides(MATERIAL_ID, &["0af9"], &["", "0AF9", "g"]);
        decides(MATERIAL_DESCRIPTION, &["a b\t\u{b}\n.-:/_"], &["", "a+b", "a\u{a0}b"]);
    }

    #[test]
    fn documents_and_markers() {
        decides(POLICY, &["{\r\n\t}", "ÿ"], &["", "\u{b}", "Ā", "\u{0}"]);
        decides(MARKER, &["", " ~ÿ"], &["\n", "Ā"]);
    }

    #[test]
    fn principals() {
        decides(PRINCIPAL, &["arn:aws:iam::111122223333:user/a+b=c,d.e@f_g-h", "x"], &["", "*", "a b", "a#"]);
        decides(
            SERVICE_PRINCIPAL,
            &["ec2.amazonaws.com", "a.b.c.d", "-.-.-"],
            &["", "amazonaws.com", "ec2..amazonaws.com", ".a.b.c", "a.b.c.", "a_b.c.d"],
        );
    }

    #[test]
    fn arns_of_sources() {
        decides(
            SOURCE_ARN,
            &[
                "arn:aws:s3:eu-west-1:111122223333:x",
                "arn:aws-cn:s3::111122223333:a:b/c*",
                "arn:aws:dynamodb:eu-west-1:111122223333:table/T e",
            ],
            &[
                "arn:aws:s3:::bucket",
                "arn:gcp:s3::111122223333:x",
                "arn:aws:s3::111122223333:",
                "arn:aws:s3::11112222333:x",
                "arn:aws:S3::111122223333:x",
                "arn:aws:::111122223333:x",
                "arn:aws:s3::111122223333:a\nb",
                " arn:aws:s3::111122223333:x",
            ],
        );
    }

    #[test]
    fn regions_and_accounts() {
        decides(
            REGION,
            &["eu-west-1", "us-gov-east-12"],
            &["", "eu-1", "eu-west-", "eu-west-1a", "eu--1", "a-b-c-d-1", "EU-west-1", "eu-west1-1"],
        );
        decides(ACCOUNT, &["111122223333"], &["11112222333", "1111222233334", "11112222333a", "١١١١٢٢"]);
    }

    #[test]
    fn key_stores() {
        decides(
            CLOUD_HSM_CLUSTER_ID,
            &["cluster-2a23b4cdefg", "cluster-234567abcdefABCD"],
            &["cluster-2a23b4cdef", "cluster-234567abcdefABCDE", "cluster-0a23b4cdefg", "2a23b4cdefg"],
        );
        decides(XKS_KEY_ID, &["a-Z_0.9"], &["", "a/b", "a b"]);
        decides(XKS_ACCESS_KEY_ID, &["ABCDEFGHIJKLMNOPQR27"], &["", "ABC1", "abc2"]);
        decides(XKS_SECRET_ACCESS_KEY, &["aZ09/+="], &["", "a-b", "a_b"]);
        decides(
            XKS_URI_ENDPOINT,
            &["https://xks.example.com"],
            &["https://", "http://a", "https://a:443", "https://a/b"],
        );
        decides(
            XKS_URI_PATH,
            &[
                "/kms/xks/v1",
                "/kms/xks/v12",
                "/a/b_c-d/kms/xks/v1",
                "///kms/xks/v1",
                "/kms/xks/v1/kms/xks/v2",
            ],
            &[
                "",
                "//kms/xks/v1",
                "/kms/xks/v",
                "/kms/xks/v123",
                "kms/xks/v1",
                "a/kms/xks/v1",
                "/kms/xks/v1/",
                "/a.b/kms/xks/v1",
            ],
        );
        decides(
            XKS_VPC_ENDPOINT_SERVICE,
            &["com.amazonaws.vpce.us-east-1.vpce-svc-0a1b", "eu.amazonaws.vpce.eusc-de-east-1.vpce-svc-0a1b"],
            &[
                "com.amazonaws.vpce.us-east-1.vpce-svc-",
                "org.amazonaws.vpce.us-east-1.vpce-svc-0a",
                "com.amazonaws.vpce.useast1.vpce-svc-0a",
                "com.amazonaws.vpce.us-east-1.vpce-svc-0A",
            ],
        );
    }
}
