//! Attempts at actions: what is checked before, what is seen in them, and what comes of two at once.

use std::collections::HashSet;

use api::constraint::{Kind, Member};
use policy::{Principal, Via};
use serde::Deserialize;
use serde_json::json;
use store::Batch;
use tokio::task::JoinSet;

use super::*;
use crate::records::{self, AccessKeyRecord, OfAccount as _, Owner, Tag, UserRecord};
use crate::testing::{ACCOUNT, Bench, NOW, allow};
use crate::{IamError, limits, nobody};

const NAME: Kind = Kind::Text { min: 1, max: 8, pattern: None };
const MEMBERS: &[Member] = &[
    Member { name: "UserName", required: true, kind: NAME },
    Member { name: "Tag", required: true, kind: NAME },
];

/// Adds a tag to a user.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AddTag {
    user_name: String,
    tag: String,
}

impl Action for AddTag {
    type Answer = usize;
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "AddTag";
    const MEMBERS: &'static [Member] = MEMBERS;

    async fn run(&self, cx: &Context<'_>) -> Result<usize, Stop> {
        let Some(mut user) = cx.get::<UserRecord>(&self.user_name).await? else {
            return Err(Error::no_such_entity("The user cannot be found.").into());
        };
        user.tags.push(Tag { key: self.tag.clone(), value: String::new() });
        let mut writes = cx.writes();
        writes.put(&user);
        cx.commit(writes).await?;
        Ok(user.tags.len())
    }
}

/// Changes the account, and nothing in it.
#[derive(Deserialize)]
struct Touch {}

impl Action for Touch {
    type Answer = ();
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "Touch";
    const MEMBERS: &'static [Member] = &[];

    async fn run(&self, cx: &Context<'_>) -> Result<(), Stop> {
        cx.commit(cx.writes()).await
    }
}

/// Tells who asks; STS has such.
#[derive(Deserialize)]
struct WhoAmI {}

impl Action for WhoAmI {
    type Answer = String;
    const SERVICE: Service = Service::Sts;
    const NAME: &'static str = "WhoAmI";
    const MEMBERS: &'static [Member] = &[];

    async fn run(&self, cx: &Context<'_>) -> Result<String, Stop> {
        Ok(cx.caller().arn().to_owned())
    }
}

/// The same, for whoever asks.
#[derive(Deserialize)]
struct Hello {}

impl Action for Hello {
    type Answer = ();
    const SERVICE: Service = Service::Sts;
    const NAME: &'static str = "Hello";
    const MEMBERS: &'static [Member] = &[];
    const SIGNED: bool = false;

    async fn run(&self, _: &Context<'_>) -> Result<(), Stop> {
        Ok(())
    }
}

async fn add_tag(bench: &Bench, caller: &Caller, request: Value) -> Result<Value, Error> {
    bench.iam.call_with::<AddTag>(caller, request, NOW).await
}

#[tokio::test]
async fn a_request_that_is_none_is_told_all_that_is_wrong_with_it() {
    let bench = Bench::new().await;
    for (request, message) in [
        (
            json!({"UserName": ""}),
            "2 validation errors detected: Value '' at 'userName' failed to satisfy constraint: Member must have \
             length greater than or equal to 1; Value null at 'tag' failed to satisfy constraint: Member must not \
             be null",
        ),
        (
            json!({"UserName": "alice", "Tag": "123456789"}),
            "1 validation error detected: Value '123456789' at 'tag' failed to satisfy constraint: Member must have \
             length less than or equal to 8",
        ),
        (json!({"UserName": ["alice"], "Tag": "x"}), "'userName' must be a string, not a list."),
        (json!([]), "The request is not a structure."),
        (Value::Null, "The request is not a structure."),
    ] {
        let error = add_tag(&bench, &bench.root(), request).await.unwrap_err();
        assert_eq!((error.code, error.status, error.message.as_str()), ("ValidationError", 400, message));
    }
}

#[tokio::test]
async fn an_action_nobody_offers_is_none() {
    let bench = Bench::new().await;
    for name in ["AddTag", "", "createuser"] {
        let error = bench.act(&bench.root(), name, json!({})).await.unwrap_err();
        assert_eq!((error.code, error.status), ("InvalidAction", 400), "{name}");
    }
}

#[tokio::test]
async fn changes_at_once_lose_nothing() {
    const CHANGES: usize = 40;
    let bench = Bench::new().await;
    bench.user("alice", &allow("*")).await;
    let records = Arc::clone(&bench.records);
    let root = bench.root();
    let mut tasks = JoinSet::new();
    for number in 0..CHANGES {
        // Each as a server of its own over one store.
        let identities = Arc::new(Identities::new(Arc::clone(&records), "aws"));
        let (iam, root) = (Iam::new(Arc::clone(&records), identities), root.clone());
        tasks.spawn(async move {
            let add = AddTag { user_name: "alice".to_owned(), tag: number.to_string() };
            iam.call(&root, &add, NOW).await
        });
    }
    let mut counts = HashSet::new();
    while let Some(done) = tasks.join_next().await {
        assert!(counts.insert(done.unwrap().unwrap()), "two saw the same state");
    }
    let cx = Context::begin(&bench.iam, &root, NOW).await.unwrap();
    let tags: HashSet<_> =
        cx.get::<UserRecord>("alice").await.unwrap().unwrap().tags.into_iter().map(|tag| tag.key).collect();
    assert_eq!(tags.len(), CHANGES);
}

#[tokio::test]
async fn of_two_attempts_that_saw_the_same_one_begins_again() {
    let bench = Bench::new().await;
    let (alice, _) = bench.user("alice", &allow("*")).await;
    let root = bench.root();
    let first = Context::begin(&bench.iam, &root, NOW).await.unwrap();
    let second = Context::begin(&bench.iam, &root, NOW).await.unwrap();
    // Even if they change different things: what one checked may no longer hold.
    let mut writes = first.writes();
    writes.put(&alice);
    first.commit(writes).await.unwrap();
    let mut writes = second.writes();
    writes.delete::<UserRecord>("bob");
    assert!(matches!(second.commit(writes).await, Err(Stop::Conflict)));
}

#[tokio::test]
async fn one_who_is_always_too_late_is_told_to_wait() {
    let bench = Bench::new().await;
    bench.user("alice", &allow("*")).await;
    let mut change = Batch::default();
    let account = "iam/account/111122223333";
    change.put(account, bench.store.raw(account).await.unwrap());
    bench.store.before("/alice", change, false);
    let error = add_tag(&bench, &bench.root(), json!({"UserName": "alice", "Tag": "x"})).await.unwrap_err();
    assert_eq!((error.code, error.status), ("ConcurrentModification", 409));
}

#[tokio::test]
async fn one_who_was_too_late_once_is_not() {
    let bench = Bench::new().await;
    bench.user("alice", &allow("*")).await;
    let mut change = Batch::default();
    let account = "iam/account/111122223333";
    change.put(account, bench.store.raw(account).await.unwrap());
    bench.store.before("/alice", change, true);
    let answer = add_tag(&bench, &bench.root(), json!({"UserName": "alice", "Tag": "x"})).await.unwrap();
    assert_eq!(answer, json!(1));
}

#[tokio::test]
async fn one_who_writes_without_pause_keeps_nobody_from_writing() {
    let bench = Arc::new(Bench::new().await);
    bench.user("alice", &allow("*")).await;
    let (busy, mut writer) = (Arc::clone(&bench), JoinSet::new());
    writer.spawn(async move {
        let root = busy.root();
        while busy.iam.call(&root, &Touch {}, NOW).await.is_ok() {}
    });
    // Every read takes turns with the writer, which is done in fewer of them.
    for count in 1..=3 {
        let request = json!({"UserName": "alice", "Tag": count.to_string()});
        assert_eq!(add_tag(&bench, &bench.root(), request).await.unwrap(), json!(count));
    }
    assert!(writer.try_join_next().is_none(), "the writer gave up");
}

#[tokio::test]
async fn an_attempt_in_turn_commits_and_lets_the_next_have_it() {
    let bench = Bench::new().await;
    let root = bench.root();
    for _ in 0..2 {
        let cx = Context::begin_in_turn(&bench.iam, &root, NOW).await.unwrap();
        cx.commit(cx.writes()).await.unwrap();
    }
}

#[tokio::test]
async fn a_session_of_a_key_does_not_reach_iam_but_one_of_a_role_does() {
    let bench = Bench::new().await;
    let (_, key) = bench.user("alice", &allow("*")).await;
    let role = bench.role("app", &allow("*")).await;
    let of = session::SessionOf::Role { name: role.name.clone(), id: role.id, session_name: "s".to_owned() };
    let of_role = session::Session::new(ACCOUNT, of, NOW, 900).issue(&bench.records).unwrap();
    let of_user = bench.identities.issue_session(&key.id, 900, NOW).await.unwrap();
    let of_root = bench.identities.issue_session(&bench.key.id, 900, NOW).await.unwrap();
    for (credentials, reaches) in [(of_role, true), (of_user, false), (of_root, false)] {
        let token = Some(credentials.session_token.as_str());
        let principal = bench.find(&credentials.access_key_id, token).await.unwrap();
        let caller = Caller { principal, ..bench.root() };
        let answer = add_tag(&bench, &caller, json!({"UserName": "alice", "Tag": "x"})).await;
        assert_eq!(answer.is_ok(), reaches, "{}", caller.arn());
        assert!(answer.is_ok() || answer.is_err_and(|error| error.code == "InvalidClientTokenId"));
        let answer = bench.iam.call(&caller, &WhoAmI {}, NOW).await.unwrap();
        assert_eq!(answer, caller.arn());
    }
}

#[tokio::test]
async fn who_is_of_no_account_reaches_only_what_is_not_signed() {
    let bench = Bench::new().await;
    let via = Some(Via {
        service: "s3.eu-west-1.amazonaws.com".to_owned(),
        source_arn: None,
        source_account: None,
    });
    for principal in [nobody(), Principal::service("s3.amazonaws.com")] {
        let caller = Caller { principal: Arc::new(principal), via: via.clone(), ..bench.root() };
        let error = bench.iam.call(&caller, &WhoAmI {}, NOW).await.unwrap_err();
        assert_eq!((error.code, error.status), ("AccessDenied", 403));
        let error = add_tag(&bench, &caller, json!({"UserName": "alice", "Tag": "x"})).await.unwrap_err();
        assert_eq!(error.code, "AccessDenied");
        assert_eq!(bench.iam.call_with::<Hello>(&caller, json!({}), NOW).await.unwrap(), Value::Null);
    }
}

#[tokio::test]
async fn an_account_that_nobody_made_has_nothing_and_gets_nothing() {
    let bench = Bench::new().await;
    let stranger = Caller::root("aws", "999988887777", "eu-west-1");
    let cx = Context::begin(&bench.iam, &stranger, NOW).await.unwrap();
    let mut writes = cx.writes();
    writes.put(&UserRecord { name: "alice".to_owned(), ..UserRecord::default() });
    let stop = cx.commit(writes).await.unwrap_err();
    assert!(matches!(stop, Stop::Error(Error { code: "NoSuchEntity", .. })));
    assert!(!bench.identities.has_account("999988887777").await.unwrap());
}

#[tokio::test]
async fn in_development_an_account_is_there_once_something_is_made_in_it() {
    let bench = Bench::new().await;
    let identities = Arc::new(Identities::dev(Arc::clone(&bench.records), "aws"));
    let dev = Iam::new(Arc::clone(&bench.records), Arc::clone(&identities));
    let root = Caller::root("aws", "000000000000", "eu-west-1");
    assert!(!identities.has_account("000000000000").await.unwrap());
    for name in ["alice", "bob"] {
        let cx = Context::begin(&dev, &root, NOW).await.unwrap();
        let mut writes = cx.writes();
        writes.put(&UserRecord { name: name.to_owned(), ..UserRecord::default() });
        cx.commit(writes).await.unwrap();
    }
    assert!(identities.has_account("000000000000").await.unwrap());
}

#[tokio::test]
async fn lists_are_whole_and_in_order_however_long() {
    let bench = Bench::new().await;
    let names: Vec<String> = (0..600).map(|number| format!("User{number:03}")).collect();
    bench
        .write(|writes| {
            for name in &names {
                writes.put(&UserRecord { name: name.clone(), ..UserRecord::default() });
            }
        })
        .await;
    let root = bench.root();
    let cx = Context::begin(&bench.iam, &root, NOW).await.unwrap();
    let found: Vec<_> = cx.list::<UserRecord>().await.unwrap().into_iter().map(|user| user.name).collect();
    assert_eq!(found, names);
    assert_eq!(cx.get::<UserRecord>("uSER599").await.unwrap().unwrap().name, "User599");
    assert!(cx.list::<records::RoleRecord>().await.unwrap().is_empty());
    assert_eq!(cx.count::<UserRecord>().await.unwrap(), names.len());
    assert_eq!(cx.count::<records::RoleRecord>().await.unwrap(), 0);
}

#[tokio::test]
async fn access_keys_of_other_accounts_are_not_seen() {
    let bench = Bench::new().await;
    let foreign = bench.identities.create_account("222233334444", NOW).await.unwrap();
    bench.user("alice", &allow("*")).await;
    let second = AccessKeyRecord::generate(ACCOUNT, Owner::Root, NOW + 1);
    bench
        .write(|writes| {
            writes.put_access_key(&second);
        })
        .await;
    let root = bench.root();
    let cx = Context::begin(&bench.iam, &root, NOW).await.unwrap();
    assert!(cx.access_key(&foreign.id).await.unwrap().is_none());
    assert!(cx.access_key("AKIAIOSFODNN7EXAMPLE").await.unwrap().is_none());
    assert!(cx.access_key(&bench.key.id).await.unwrap().is_some());
    let keys: Vec<_> = cx.root_access_keys().await.unwrap().into_iter().map(|key| key.id).collect();
    assert_eq!(keys, [bench.key.id.clone(), second.id]);
    assert!(keys.len() <= limits::ACCESS_KEYS);
}

/// The ids of the root's access keys, and how many reads it took to find them.
async fn root_keys(bench: &Bench) -> (Vec<String>, usize) {
    let root = bench.root();
    let cx = Context::begin(&bench.iam, &root, NOW).await.unwrap();
    bench.store.reads();
    let keys = cx.root_access_keys().await.unwrap();
    (keys.into_iter().map(|key| key.id).collect(), bench.store.reads())
}

#[tokio::test]
async fn the_keys_of_a_root_are_found_without_looking_at_those_of_others() {
    let bench = Bench::new().await;
    for number in 0..300 {
        bench.identities.create_account(&format!("{number:012}"), NOW).await.unwrap();
    }
    assert_eq!(root_keys(&bench).await, (vec![bench.key.id.clone()], 1));
    let second = AccessKeyRecord::generate(ACCOUNT, Owner::Root, NOW + 1);
    // Made, and changed.
    for _ in 0..2 {
        bench
            .write(|writes| {
                writes.put_access_key(&second);
            })
            .await;
        assert_eq!(root_keys(&bench).await, (vec![bench.key.id.clone(), second.id.clone()], 2));
    }
    bench.user("alice", &allow("*")).await;
    assert_eq!(root_keys(&bench).await.1, 2);
    bench
        .write(|writes| {
            writes.delete_access_key(&second);
        })
        .await;
    assert_eq!(root_keys(&bench).await, (vec![bench.key.id.clone()], 1));
}

#[tokio::test]
async fn an_account_that_does_not_note_the_keys_of_its_root_does_from_its_next_change_on() {
    let bench = Bench::new().await;
    for number in 0..300 {
        bench.identities.create_account(&format!("{number:012}"), NOW).await.unwrap();
    }
    let mut changes = seal::Changes::default();
    changes.put("iam/account/111122223333", crypto::SecretBytes::copy_of(b"{}"));
    assert!(matches!(bench.records.commit(changes).await.unwrap(), seal::Commit::Done(_)));
    let (keys, reads) = root_keys(&bench).await;
    assert!(keys == [bench.key.id.clone()] && reads > 1, "{keys:?} {reads}");
    bench.user("alice", &allow("*")).await;
    assert_eq!(root_keys(&bench).await, (vec![bench.key.id.clone()], 1));
}

#[tokio::test]
async fn keys_that_cannot_be_read_keep_nobody_from_changing_an_account_that_does_not_note_its_own() {
    let bench = Bench::new().await;
    let mut changes = seal::Changes::default();
    changes
        .put("iam/account/111122223333", crypto::SecretBytes::copy_of(b"{}"))
        .put("iam/access-key/AKIABROKEN", crypto::SecretBytes::copy_of(b"{}"));
    assert!(matches!(bench.records.commit(changes).await.unwrap(), seal::Commit::Done(_)));
    bench.user("alice", &allow("*")).await;
    let mut changes = seal::Changes::default();
    changes.delete("iam/access-key/AKIABROKEN");
    assert!(matches!(bench.records.commit(changes).await.unwrap(), seal::Commit::Done(_)));
    assert_eq!(root_keys(&bench).await.0, vec![bench.key.id.clone()]);
}

#[tokio::test]
async fn a_record_that_is_not_understood_is_a_failure_of_the_server_that_tells_nothing() {
    let bench = Bench::new().await;
    let mut changes = seal::Changes::default();
    let key = records::key::<UserRecord>(ACCOUNT, "alice");
    changes.put(&key, crypto::SecretBytes::copy_of(br#"{"name":"alice","hidden":"thing"}"#));
    assert!(matches!(bench.records.commit(changes).await.unwrap(), seal::Commit::Done(_)));
    let error = add_tag(&bench, &bench.root(), json!({"UserName": "alice", "Tag": "x"})).await.unwrap_err();
    assert_eq!((error.code, error.status), ("ServiceFailure", 500));
    assert!(!error.message.contains("alice") && !error.message.contains("hidden"), "{error}");
}

#[tokio::test]
async fn a_user_who_asks_is_known_by_name_and_key_also_in_a_session() {
    let bench = Bench::new().await;
    let (user, key) = bench.user("Alice", &allow("*")).await;
    let issued = bench.identities.issue_session(&key.id, 900, NOW).await.unwrap();
    let token = Some(issued.session_token.as_str());
    for (id, token) in [(&key.id, None), (&issued.access_key_id, token)] {
        let caller = Caller { principal: bench.find(id, token).await.unwrap(), ..bench.root() };
        let cx = Context::begin(&bench.iam, &caller, NOW).await.unwrap();
        assert_eq!((cx.caller_user_name(), cx.caller_access_key()), (Some("Alice"), Some(key.id.as_str())));
        assert_eq!(cx.arn_of(&user), caller.arn());
        assert_eq!(cx.arn(&user.resource()), caller.arn());
    }
    let root = bench.root();
    let cx = Context::begin(&bench.iam, &root, NOW).await.unwrap();
    assert_eq!((cx.caller_user_name(), cx.caller_access_key()), (None, None));
}

#[tokio::test]
async fn managed_policies_are_found_by_their_whole_arn() -> Result<(), IamError> {
    let bench = Bench::new().await;
    let root = bench.root();
    let cx = Context::begin(&bench.iam, &root, NOW).await.unwrap();
    let text = cx.policy_text("arn:aws:iam::aws:policy/AdministratorAccess").await.unwrap().unwrap();
    assert!(policy::Document::parse_as(policy::Form::Identity, &text).is_ok());
    for arn in ["arn:aws:iam::aws:policy/x", "arn:aws-cn:iam::aws:policy/AdministratorAccess", "x", ""] {
        assert_eq!(cx.policy_text(arn).await.unwrap(), None, "{arn}");
    }
    Ok(())
}
