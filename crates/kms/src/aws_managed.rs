//! AWS managed keys: those behind the predefined aliases `alias/aws/<service>`.
//!
//! AWS shows the aliases in every account and makes the key of one when it is first described or a service first
//! needs it. So it is here, for tools that expect to find them; but there are no services that could use the keys,
//! and the account itself may only read what they are.

use std::collections::BTreeMap;
use std::sync::Arc;

use api::{Error, KeyManagerType, KeySpec, KeyUsage, OriginType, Timestamp, limits};
use crypto::Material;
use policy::Document;

use crate::aliases::AliasRecord;
use crate::arn::{ALIAS_PREFIX, KeyId, KeyName, Place, parse_key_name};
use crate::caller::root_arn;
use crate::key::{KeyRecord, RotationSchedule};
use crate::keys::Keys;
use crate::pipeline::{Context, Stop};

/// What follows `alias/` in a predefined alias.
const PREFIX: &str = "aws/";

/// A service with a predefined alias.
struct Service {
    /// What the alias calls it.
    name: &'static str,
    /// What its endpoint calls it.
    endpoint: &'static str,
    /// What its key protects.
    protects: &'static str,
}

const fn service(name: &'static str, endpoint: &'static str, protects: &'static str) -> Service {
    Service { name, endpoint, protects }
}

/// The services whose aliases AWS shows in commercial Regions.
const SERVICES: &[Service] = &[
    service("acm", "acm", "ACM private keys"),
    service("backup", "backup", "Backup data"),
    service("codecommit", "codecommit", "CodeCommit repositories"),
    service("dms", "dms", "DMS replication instances"),
    service("dynamodb", "dynamodb", "DynamoDB data"),
    service("ebs", "ec2", "EBS data"),
    service("elasticfilesystem", "elasticfilesystem", "EFS file systems"),
    service("es", "es", "OpenSearch data"),
    service("fsx", "fsx", "FSx file systems"),
    service("glue", "glue", "Glue data"),
    service("kinesis", "kinesis", "Kinesis data"),
    service("kinesisvideo", "kinesisvideo", "Kinesis Video Streams data"),
    service("lambda", "lambda", "Lambda functions"),
    service("rds", "rds", "RDS database volumes"),
    service("redshift", "redshift", "Redshift clusters"),
    service("s3", "s3", "S3 objects"),
    service("secretsmanager", "secretsmanager", "Secrets Manager data"),
    service("sns", "sns", "SNS data"),
    service("sqs", "sqs", "SQS messages"),
    service("ssm", "ssm", "SSM parameters"),
    service("workspaces", "workspaces", "WorkSpaces volumes"),
    service("xray", "xray", "X-Ray traces"),
];

/// Some of the aliases of a place, with the predefined ones after `after` that have no key yet: by name.
pub(crate) fn with_predefined(
    found: Vec<(String, AliasRecord)>,
    after: Option<&str>,
) -> Vec<(String, Option<AliasRecord>)> {
    let names = SERVICES.iter().map(|service| format!("{ALIAS_PREFIX}{PREFIX}{}", service.name));
    let mut aliases: BTreeMap<_, _> = names
        .filter(|name| after.is_none_or(|after| name.as_str() > after))
        .map(|name| (name, None))
        .collect();
    aliases.extend(found.into_iter().map(|(name, alias)| (name, Some(alias))));
    aliases.into_iter().collect()
}

/// Makes the key of a predefined alias of the caller's account, if that is what `key_name` names, it has none, and
/// the caller may see it.
pub(crate) async fn make_if_asked(cx: &Context<'_>, key_name: &str) -> Result<(), Stop> {
    let Ok((place, KeyName::Alias(alias))) = parse_key_name(cx.spec(), &cx.place(), key_name) else {
        return Ok(());
    };
    let Some(service) = service_of(&alias).filter(|_| place == cx.place()) else {
        return Ok(());
    };
    let id = KeyId::generate(false);
    if !cx.may(&place.key_arn(&id)) || cx.keys().alias(&place, &alias).await?.is_some() {
        return Ok(());
    }
    make(cx, record(id, &place, service, cx.now())?, &alias).await
}

fn service_of(alias: &str) -> Option<&'static Service> {
    let name = alias.strip_prefix(ALIAS_PREFIX)?.strip_prefix(PREFIX)?;
    SERVICES.iter().find(|service| service.name == name)
}

/// Makes the key and its alias in one commit. If someone else was faster, there is a conflict: the alias exists.
async fn make(cx: &Context<'_>, mut record: KeyRecord, alias: &str) -> Result<(), Stop> {
    let material = Material::generate(crypto::KeySpec::Symmetric).map_err(Error::internal)?;
    let mut changes = cx.keys().create(&mut record, Some(&material))?;
    let target = AliasRecord { target: record.id.clone(), created: cx.now(), updated: cx.now() };
    Keys::create_alias(&mut changes, &cx.place(), alias, &target)?;
    cx.keys().commit(&record, changes).await
}

fn record(id: KeyId, place: &Place, service: &Service, now: Timestamp) -> Result<KeyRecord, Error> {
    Ok(KeyRecord {
        id,
        account: place.account.clone(),
        region: place.region.clone(),
        created: now,
        description: format!(
            "Default key that protects my {} when no other key is defined",
            service.protects
        ),
        spec: KeySpec::SymmetricDefault,
        usage: KeyUsage::EncryptDecrypt,
        origin: OriginType::AwsKms,
        manager: KeyManagerType::Aws,
        policy: key_policy(place, service)?.into(),
        policy_principals: Arc::default(),
        tags: Vec::new(),
        multi_region: None,
        enabled: true,
        deletion: None,
        transition: None,
        // AWS rotates its managed keys every year, and nobody can switch that off.
        rotation: Some(RotationSchedule::starting(now, limits::DEFAULT_ROTATION_PERIOD)),
        materials: Vec::new(),
        on_demand_rotations: 0,
    })
}

/// The policy of an AWS managed key: use by way of the service, and for the account itself no more than a look.
fn key_policy(place: &Place, service: &Service) -> Result<String, Error> {
    let Place { partition, account, region } = place;
    let Service { name, endpoint, protects } = service;
    let root = root_arn(partition, account);
    let text = format!(
        r#"{{"Version":"2012-10-17","Id":"auto-{name}-1","Statement":[
        {{"Sid":"Use by way of the service for {protects}","Effect":"Allow","Principal":{{"AWS":"*"}},
        "Action":["kms:Encrypt","kms:Decrypt","kms:ReEncrypt*","kms:GenerateDataKey*","kms:CreateGrant","kms:DescribeKey"],
        "Resource":"*","Condition":{{"StringEquals":
        {{"kms:CallerAccount":"{account}","kms:ViaService":"{endpoint}.{region}.amazonaws.com"}}}}}},
        {{"Sid":"Metadata for the account","Effect":"Allow","Principal":{{"AWS":"{root}"}},
        "Action":["kms:Describe*","kms:Get*","kms:List*","kms:RevokeGrant"],"Resource":"*"}}]}}"#
    );
    Ok(Document::parse(&text).map_err(Error::internal)?.shown())
}

#[cfg(test)]
mod tests {
    use policy::{Asked, Context as Facts, Principal, Verdict};

    use super::*;

    const ACCOUNT: &str = "111122223333";

    fn place() -> Place {
        Place { partition: "aws".into(), account: ACCOUNT.into(), region: "eu-west-1".into() }
    }

    #[test]
    fn the_services_are_in_order_and_have_policies() {
        assert!(SERVICES.is_sorted_by(|a, b| a.name < b.name));
        for service in SERVICES {
            key_policy(&place(), service).unwrap();
        }
    }

    #[test]
    fn the_account_may_look_and_nothing_else() {
        let document = Document::parse(&key_policy(&place(), &SERVICES[0]).unwrap()).unwrap();
        let root = Principal::root("aws", ACCOUNT);
        let context = Facts::complete().with("kms:CallerAccount", ACCOUNT);
        for entry in crate::TABLE {
            let name = entry.spec.name;
            let action = format!("kms:{name}");
            let asked = Asked {
                action: action.as_str().into(),
                resource: "r",
                owner: ACCOUNT,
                policy: Some(&document),
                context: &context,
            };
            let looks = ["Describe", "Get", "List"].iter().any(|verb| name.starts_with(verb));
            let may = matches!(policy::evaluate(&root, &asked).verdict(), Verdict::Allowed);
            assert_eq!(may, looks || name == "RevokeGrant", "{name}");
        }
    }
}
