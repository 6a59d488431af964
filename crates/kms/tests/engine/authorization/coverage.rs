//! Every operation there is: allowed and denied within an account, across accounts, and by grants. What to ask comes
//! from the table of operations and the table of states; an operation without a request that succeeds does not pass.

use api::{Error, ErrorCode, GrantOperation};
use kms::{Caller, TABLE};
use serde_json::{Value, json};

use super::asks::{Ask, subjects};
use super::people::{
    FRIEND, allow, by_in, deny, everything, everything_but, policy_of_keys, statement, user, user_arn,
};
use crate::states::keys::{ABROAD, Engine, HOME, text};
use crate::world::ACCOUNT;

/// What a denial says of everything that another account has not allowed.
const ELSEWHERE: &str = "because the resource does not exist in this Region, no resource-based policies allow access, \
                         or a resource-based policy explicitly denies access";

/// The permissions that an operation takes, by the names of their actions.
pub(super) fn permissions(operation: &'static str) -> Vec<&'static str> {
    match operation {
        "ReEncrypt" => vec!["ReEncryptFrom", "ReEncryptTo"],
        "ReplicateKey" => vec!["ReplicateKey", "CreateKey"],
        name => vec![name],
    }
}

/// Operations for which no other API has a permission.
const AWS_ALONE: &[&str] = &[
    "ConnectCustomKeyStore",
    "CreateCustomKeyStore",
    "Decapsulate",
    "DeleteCustomKeyStore",
    "DescribeCustomKeyStores",
    "DisconnectCustomKeyStore",
    "Encapsulate",
    "GetKeyPolicy",
    "ListKeyPolicies",
    "PutKeyPolicy",
    "UpdateCustomKeyStore",
];

/// Permissions that a key policy has no say in.
fn is_for_identities_alone(permission: &str) -> bool {
    matches!(permission, "CreateKey" | "ListAliases" | "RetireGrant")
}

/// Operations that begin with something of the caller's own account, so that another account's key never comes up.
fn begins_at_home(operation: &str) -> bool {
    matches!(operation, "DeleteAlias" | "UpdateAlias")
}

impl Engine {
    /// The ids of all keys in a Region.
    pub(super) async fn keys(&self, region: &str) -> Vec<String> {
        let listed = self.must(region, "ListKeys", json!({})).await;
        listed["Keys"].as_array().unwrap().iter().map(|key| text(&key["KeyId"])).collect()
    }

    /// Gives every key a policy that leaves it to its account, and this statement.
    pub(super) async fn put_policies(&self, statement: Value) {
        let policy = policy_of_keys(&[statement]);
        for region in [HOME, ABROAD] {
            for key in self.keys(region).await {
                self.must(region, "PutKeyPolicy", json!({"KeyId": key, "Policy": policy})).await;
            }
        }
    }

    /// Grants the friend's root some operations on every key in a Region, as far as the key has a use for them. Gives
    /// what names the grants.
    async fn grant_friend(&self, region: &str, operations: &[&str]) -> Vec<Value> {
        let mut grants = Vec::new();
        for key in self.keys(region).await {
            let asked = |operations: &[&str]| json!({"KeyId": key, "GranteePrincipal": root(FRIEND), "Operations": operations});
            let mut fitting = Vec::new();
            for operation in operations {
                let mut dry = asked(&["DescribeKey", operation]);
                dry["DryRun"] = json!(true);
                let answer = self.send(region, "CreateGrant", &dry).await;
                if answer.unwrap_err().code() == ErrorCode::DryRun {
                    fitting.push(*operation);
                }
            }
            if !fitting.is_empty() {
                let grant = self.must(region, "CreateGrant", asked(&fitting)).await["GrantId"].clone();
                grants.push(json!({"KeyId": key, "GrantId": grant}));
            }
        }
        grants
    }
}

fn root(account: &str) -> String {
    format!("arn:aws:iam::{account}:root")
}

/// What whoever has no permission for the key of a ciphertext is told that does not belong to its account.
const CIPHERTEXT: &str = "The ciphertext refers to a customer master key that does not exist, does not exist in this \
                          region, or you are not allowed to access.";

/// What whoever may not retire a grant is told, for whatever reason: whose key it is, a token must not tell.
const RETIRING: &str = "and the accounts that own the key and made the grant";

/// Asks, and says what is wrong with the answer to one who may not.
async fn denied(engine: &Engine, ask: &Ask, caller: &Caller, ends: &[String]) -> Result<(), String> {
    let ends = if ask.operation == "RetireGrant" { &[RETIRING.to_owned()][..] } else { ends };
    let expected = |error: &Error| {
        let text = error.message().unwrap_or_default();
        let begins = format!("User: {} is not authorized to perform: kms:", caller.arn());
        let by_ciphertext = ask.operation == "ReEncrypt" && ask.body["SourceKeyId"].is_null();
        error.code() == ErrorCode::AccessDenied
            && (text.starts_with(&begins) && ends.iter().any(|end| text.ends_with(end.as_str()))
                || text == CIPHERTEXT && by_ciphertext && caller.account() != ACCOUNT)
    };
    match engine.send_as(caller, ask.operation, &ask.body).await {
        Err(error) if expected(&error) => Ok(()),
        Err(error) => Err(format!("{error}, and not {ends:?}")),
        Ok(answer) => Err(format!("succeeded with {answer}, and not {ends:?}")),
    }
}

/// The same for one who may.
async fn allowed(engine: &Engine, ask: &Ask, caller: &Caller) -> Result<(), String> {
    let answer = engine.send_as(caller, ask.operation, &ask.body).await;
    if ask.succeeded(&answer) { Ok(()) } else { Err(format!("{answer:?}, and not allowed")) }
}

fn no_identity_policy(permission: &str) -> String {
    format!("because no identity-based policy allows the kms:{permission} action")
}

/// Asks everything of the table in one way; says all that is wrong.
macro_rules! walk {
    ($way:ident) => {{
        let mut wrong = Vec::new();
        for entry in TABLE {
            for about in subjects(entry.spec.name) {
                let engine = Engine::new().await;
                let ask = Ask::new(&engine, entry.spec.name, about).await;
                if let Err(what) = $way(&engine, ask).await {
                    wrong.push(format!("{} of {about:?}: {what}", entry.spec.name));
                }
            }
        }
        assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    }};
}

#[tokio::test]
async fn within_an_account() {
    walk!(in_own_account);
}

#[tokio::test]
async fn across_accounts() {
    walk!(from_another_account);
}

#[tokio::test]
async fn by_grants() {
    walk!(by_grant);
}

#[tokio::test]
async fn by_the_names_of_another_api() {
    walk!(by_other_names);
}

/// Whoever is denied another API's permissions may do nothing that they are for.
async fn by_other_names(engine: &Engine, ask: Ask) -> Result<(), String> {
    let denied_them = statement("Deny", &["kms:*:*".to_owned()]);
    let caller = by_in(user(ACCOUNT, "denied", &[everything(), denied_them]), ask.region());
    ask.bring(engine).await;
    if AWS_ALONE.contains(&ask.operation) {
        return allowed(engine, &ask, &caller).await;
    }
    let end = "with an explicit deny in an identity-based policy".to_owned();
    denied(engine, &ask, &caller, &[end]).await
}

/// Whoever has just the permissions may; whoever lacks one or is denied one may not.
async fn in_own_account(engine: &Engine, ask: Ask) -> Result<(), String> {
    let by = |name: &str, statements: &[Value]| by_in(user(ACCOUNT, name, statements), ask.region());
    ask.bring(engine).await;
    let permissions = permissions(ask.operation);
    let ends: Vec<_> = permissions.iter().map(|permission| no_identity_policy(permission)).collect();
    denied(engine, &ask, &by("nobody", &[]), &ends).await?;
    for permission in &permissions {
        let lacking = by("lacking", &[everything_but(permission)]);
        denied(engine, &ask, &lacking, &[no_identity_policy(permission)]).await?;
        let end = "with an explicit deny in an identity-based policy".to_owned();
        denied(engine, &ask, &by("denied", &[everything(), deny(&[permission])]), &[end]).await?;
        if ask.case.is_some() && !is_for_identities_alone(permission) {
            let unloved = json!({"StringEquals": {"aws:PrincipalArn": user_arn(ACCOUNT, "unloved")}});
            let statement = json!({"Effect": "Deny", "Principal": "*", "Action": format!("kms:{permission}"),
                "Resource": "*", "Condition": unloved});
            engine.put_policies(statement).await;
            let end = "with an explicit deny in a resource-based policy".to_owned();
            denied(engine, &ask, &by("unloved", &[everything()]), &[end]).await?;
        }
    }
    allowed(engine, &ask, &by("allowed", &[allow(&permissions)])).await
}

/// Both accounts have to allow it, and the operation must be one that crosses accounts.
async fn from_another_account(engine: &Engine, mut ask: Ask) -> Result<(), String> {
    let spec = kms::operation(ask.operation).unwrap().spec;
    let region = ask.region();
    let by = |statements: &[Value]| by_in(user(FRIEND, "friend", statements), region);
    let (everyone, nobody) = (by(&[everything()]), by(&[]));
    ask.bring(engine).await;
    if ask.case.is_none() {
        // It is about the caller's own account, whoever that is.
        if ask.operation == "ListRetirableGrants" {
            denied(engine, &ask, &everyone, &[String::new()]).await?;
            ask.body["RetiringPrincipal"] = json!(root(FRIEND));
        }
        assert!(!spec.cross_account, "{}", ask.operation);
        return allowed(engine, &ask, &everyone).await;
    }
    let mut ask = ask.by_arns();
    if ask.operation == "RetireGrant" {
        return retiring(engine, ask, &everyone).await;
    }
    if begins_at_home(ask.operation) {
        let answer = engine.send_as(&everyone, ask.operation, &ask.body).await;
        return match answer {
            Err(error) if error.code() == ErrorCode::NotFound && !spec.cross_account => Ok(()),
            answer => Err(format!("{answer:?}, and no alias of its own")),
        };
    }
    denied(engine, &ask, &everyone, &[ELSEWHERE.to_owned()]).await?;
    let statement =
        json!({"Effect": "Allow", "Principal": {"AWS": root(FRIEND)}, "Action": "kms:*", "Resource": "*"});
    engine.put_policies(statement).await;
    if ask.operation == "PutKeyPolicy" {
        ask.body["Policy"] = json!(policy_of_keys(&[]));
    }
    if spec.cross_account {
        let ends: Vec<_> = permissions(ask.operation).into_iter().map(no_identity_policy).collect();
        denied(engine, &ask, &nobody, &ends).await?;
        for permission in permissions(ask.operation) {
            denied(engine, &ask, &by(&[everything_but(permission)]), &[no_identity_policy(permission)])
                .await?;
        }
        allowed(engine, &ask, &everyone).await
    } else {
        denied(engine, &ask, &everyone, &[ELSEWHERE.to_owned()]).await
    }
}

/// A grant says who may retire it; policies of other accounts cannot.
async fn retiring(engine: &Engine, mut ask: Ask, everyone: &Caller) -> Result<(), String> {
    denied(engine, &ask, everyone, &[]).await?;
    let (key, friend) = (ask.body["KeyId"].clone(), Caller::root("aws", FRIEND, ask.region()));
    let mut asked = json!({"KeyId": key, "GranteePrincipal": root(ACCOUNT), "Operations": ["Encrypt"]});
    asked["RetiringPrincipal"] = json!(root(FRIEND));
    ask.body["GrantId"] = engine.must(ask.region(), "CreateGrant", asked).await["GrantId"].clone();
    allowed(engine, &ask, &friend).await
}

/// A grant of everything but the operation does not allow it, and one of the operation does, where grants can.
async fn by_grant(engine: &Engine, ask: Ask) -> Result<(), String> {
    let spec = kms::operation(ask.operation).unwrap().spec;
    if ask.case.is_none() {
        assert!(spec.grant.is_none(), "{}", ask.operation);
        return Ok(());
    }
    let mut ask = ask.by_arns();
    let friend = Caller::root("aws", FRIEND, ask.region());
    let grantable = spec.grant.is_some() || ask.operation == "ReEncrypt";
    let missing = if grantable { permissions(ask.operation) } else { vec![""] };
    for permission in &missing {
        let operations = GrantOperation::NAMES.iter().copied();
        let others: Vec<_> = operations.filter(|operation| operation != permission).collect();
        let grants = engine.grant_friend(ask.region(), &others).await;
        if ask.operation == "RetireGrant" {
            ask.body["GrantId"] = grants[0]["GrantId"].clone();
        }
        if !begins_at_home(ask.operation) {
            ask.bring(engine).await;
            denied(engine, &ask, &friend, &[ELSEWHERE.to_owned()]).await?;
        }
        if missing.len() > 1 {
            for grant in grants {
                engine.must(ask.region(), "RevokeGrant", grant).await;
            }
        }
    }
    if !grantable {
        return Ok(());
    }
    let mut operations = permissions(ask.operation);
    // Nobody is granted CreateGrant alone, and nobody passes on more than there is.
    operations.push(if ask.operation == "CreateGrant" { "Encrypt" } else { "DescribeKey" });
    operations.dedup();
    let grants = engine.grant_friend(ask.region(), &operations).await;
    if ask.operation == "RetireGrant" {
        ask.body["GrantId"] = grants[0]["GrantId"].clone();
    }
    assert!(spec.cross_account, "{}", ask.operation);
    allowed(engine, &ask, &friend).await
}

#[test]
fn every_grant_operation_is_a_permission_of_an_operation() {
    let known: Vec<_> = TABLE.iter().flat_map(|entry| permissions(entry.spec.name)).collect();
    for operation in GrantOperation::NAMES {
        assert!(known.contains(operation), "{operation}");
    }
    for entry in TABLE {
        if let Some(operation) = entry.spec.grant {
            assert_eq!(operation.as_str(), entry.spec.name);
        }
    }
}
