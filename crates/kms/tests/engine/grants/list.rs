//! What is listed of grants, and to whom.

use api::{
    CreateGrant, CreateKey, ErrorCode, GrantListEntry, GrantOperation as Op, ListGrants, ListRetirableGrants,
};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::{Bench, FRIEND, NO_GRANT, OWNER, REGION, STRANGER, USER, by_id, root, source, subset};
use crate::world::{START, refused};

#[tokio::test]
async fn what_a_list_says_of_a_grant() {
    let bench = Bench::new().await;
    let mut request = bench.asked(&[Op::Decrypt, Op::Encrypt]);
    request.retiring_principal = Some(USER.to_owned());
    request.constraints = Some(subset(&[("Department", "IT")]));
    let made = bench.call(OWNER, request).await.unwrap();
    let expected = GrantListEntry {
        key_id: bench.arn.clone(),
        grant_id: made.grant_id.clone(),
        name: String::new(),
        creation_date: START,
        grantee_principal: Some(root(FRIEND)),
        retiring_principal: Some(USER.to_owned()),
        issuing_account: root(OWNER),
        operations: vec![Op::Decrypt, Op::Encrypt],
        constraints: Some(subset(&[("Department", "IT")])),
        grantee_service_principal: None,
        retiring_service_principal: None,
    };
    assert_eq!(bench.listed().await, [expected]);

    let mut service = CreateGrant::request(&bench.arn, vec![Op::Decrypt]);
    service.grantee_service_principal = Some("s3.amazonaws.com".to_owned());
    service.retiring_service_principal = Some("backup.amazonaws.com".to_owned());
    service.constraints = Some(source());
    let served = bench.call(OWNER, service).await.unwrap();
    let mut filter = ListGrants::request(&bench.key);
    filter.grantee_service_principal = Some("s3.amazonaws.com".to_owned());
    let listed = bench.call(OWNER, filter).await.unwrap().grants;
    assert_eq!(listed.len(), 1);
    assert_eq!((&listed[0].grant_id, &listed[0].grantee_principal), (&served.grant_id, &None));
    assert_eq!(listed[0].grantee_service_principal.as_deref(), Some("s3.amazonaws.com"));
    assert_eq!(listed[0].retiring_service_principal.as_deref(), Some("backup.amazonaws.com"));
}

#[tokio::test]
async fn lists_come_in_pages() {
    let bench = Bench::new().await;
    let mut made = Vec::new();
    for n in 0..7 {
        let mut request = bench.asked(&[Op::Encrypt]);
        if n % 2 == 1 {
            request.grantee_principal = Some(USER.to_owned());
        }
        made.push(bench.call(OWNER, request).await.unwrap().grant_id);
    }
    let odd: Vec<_> = made.iter().skip(1).step_by(2).cloned().collect();
    for (filter, expected) in [(None, made.clone()), (Some(USER), odd.clone())] {
        let mut request = ListGrants::request(&bench.key);
        (request.limit, request.grantee_principal) = (Some(2), filter.map(str::to_owned));
        let (mut found, mut markers) = (Vec::new(), Vec::new());
        loop {
            let page = bench.call(OWNER, request.clone()).await.unwrap();
            assert!(page.grants.len() <= 2);
            assert_eq!(page.truncated, page.next_marker.is_some());
            found.extend(page.grants.into_iter().map(|grant| grant.grant_id));
            let Some(marker) = page.next_marker else { break };
            assert!(marker.len() <= 1024);
            markers.push(marker.clone());
            request.marker = Some(marker);
        }
        found.sort();
        let mut expected = expected;
        expected.sort();
        assert_eq!(found, expected);
        assert_eq!(markers.len(), expected.len().div_ceil(2) - 1);

        // A marker is good for its own list only, and for none once it is changed.
        let mut other = request.clone();
        other.grantee_principal = Some(root(STRANGER));
        other.marker = Some(markers[0].clone());
        refused(bench.call(OWNER, other).await, ErrorCode::InvalidMarker);
        for marker in
            [format!("{}x", markers[0]), markers[0].replacen(&markers[0][..1], "_", 1), "x".to_owned()]
        {
            let mut changed = request.clone();
            changed.marker = Some(marker);
            refused(bench.call(OWNER, changed).await, ErrorCode::InvalidMarker);
        }
    }
    let listed = |id: &str, grantee: Option<&str>| {
        let mut request = ListGrants::request(&bench.key);
        (request.grant_id, request.grantee_principal) = (Some(id.to_owned()), grantee.map(str::to_owned));
        bench.call(OWNER, request)
    };
    assert_eq!(listed(&odd[0], None).await.unwrap().grants[0].grant_id, odd[0]);
    assert_eq!(listed(&odd[0], Some(USER)).await.unwrap().grants.len(), 1);
    assert!(listed(&odd[0], Some(&root(FRIEND))).await.unwrap().grants.is_empty());
    assert!(listed(NO_GRANT, None).await.unwrap().grants.is_empty());
    refused(listed("x", None).await, ErrorCode::InvalidGrantId);
    let mut both = ListGrants::request(&bench.key);
    both.grantee_principal = Some(USER.to_owned());
    both.grantee_service_principal = Some("s3.amazonaws.com".to_owned());
    refused(bench.call(OWNER, both).await, ErrorCode::Validation);
    let mut large = ListGrants::request(&bench.key);
    large.limit = Some(101);
    refused(bench.call(OWNER, large).await, ErrorCode::Validation);
    refused(bench.call(OWNER, ListGrants::request("alias/a")).await, ErrorCode::NotFound);
}

#[tokio::test]
async fn what_markers_are_bound_to() {
    let bench = Bench::new().await;
    for _ in 0..2 {
        let mut request = bench.asked(&[Op::Encrypt]);
        request.retiring_principal = Some(root(OWNER));
        bench.call(OWNER, request).await.unwrap();
    }
    let records = bench.records().await;
    let opens = |marker: Option<String>, purpose: String| {
        let sealed = URL_SAFE_NO_PAD.decode(marker.unwrap()).unwrap();
        records.open_sealed(&purpose, &sealed).unwrap_or_else(|_| panic!("{purpose}"));
    };
    let mut request = ListGrants::request(&bench.key);
    request.limit = Some(1);
    let marker = bench.call(OWNER, request.clone()).await.unwrap().next_marker;
    opens(marker, format!("marker/ListGrants/{OWNER}/{REGION}/{}/all/anybody", bench.arn));
    request.grantee_principal = Some(root(FRIEND));
    let marker = bench.call(OWNER, request).await.unwrap().next_marker;
    let grantee = root(FRIEND);
    opens(marker, format!("marker/ListGrants/{OWNER}/{REGION}/{}/all/principal/{grantee}", bench.arn));
    let mut request = ListRetirableGrants::request();
    (request.limit, request.retiring_principal) = (Some(1), Some(root(OWNER)));
    let marker = bench.call(OWNER, request).await.unwrap().next_marker;
    let retiring = root(OWNER);
    opens(marker, format!("marker/ListRetirableGrants/{OWNER}/{REGION}/principal/{retiring}"));
}

#[tokio::test]
async fn who_may_retire_what_is_listed_across_keys_and_accounts() {
    let bench = Bench::new().await;
    let mut made = Vec::new();
    for account in [OWNER, STRANGER] {
        let key = bench.call(account, CreateKey::request()).await.unwrap().key_metadata.arn;
        for retiring in [root(FRIEND), USER.to_owned()] {
            let mut request = bench.asked(&[Op::Encrypt]);
            (request.key_id, request.retiring_principal) = (key.clone(), Some(retiring.clone()));
            let id = bench.call(account, request).await.unwrap().grant_id;
            if retiring == root(FRIEND) {
                made.push((key.clone(), id));
            }
        }
    }
    // Not in this Region, and of no retiring principal.
    let elsewhere = bench.call_in("us-east-1", OWNER, CreateKey::request()).await.unwrap().key_metadata.arn;
    let mut request = bench.asked(&[Op::Encrypt]);
    (request.key_id, request.retiring_principal) = (elsewhere, Some(root(FRIEND)));
    bench.call_in("us-east-1", OWNER, request).await.unwrap();
    bench.grant(&[Op::Encrypt]).await;

    let mut request = ListRetirableGrants::request();
    (request.retiring_principal, request.limit) = (Some(root(FRIEND)), Some(1));
    let mut found = Vec::new();
    loop {
        let page = bench.call(FRIEND, request.clone()).await.unwrap();
        found.extend(page.grants.into_iter().map(|grant| (grant.key_id, grant.grant_id)));
        request.marker = page.next_marker;
        if !page.truncated {
            break;
        }
    }
    found.sort();
    made.sort();
    assert_eq!(found, made);
    let (key, id) = &made[0];
    bench.call(FRIEND, by_id(key, id)).await.unwrap();
    request.marker = None;
    assert_eq!(bench.call(FRIEND, request.clone()).await.unwrap().grants.len(), 1);

    refused(bench.call(OWNER, request.clone()).await, ErrorCode::AccessDenied);
    let mut user = ListRetirableGrants::request();
    user.retiring_principal = Some(USER.to_owned());
    assert_eq!(bench.call(OWNER, user.clone()).await.unwrap().grants.len(), 2);
    refused(bench.call(FRIEND, user.clone()).await, ErrorCode::AccessDenied);
    user.marker = Some("x".to_owned());
    refused(bench.call(OWNER, user.clone()).await, ErrorCode::InvalidMarker);
    user.retiring_service_principal = Some("s3.amazonaws.com".to_owned());
    refused(bench.call(OWNER, user.clone()).await, ErrorCode::Validation);
    user.retiring_principal = None;
    refused(bench.call(OWNER, user.clone()).await, ErrorCode::AccessDenied);
    refused(bench.call(OWNER, ListRetirableGrants::request()).await, ErrorCode::Validation);
    user.retiring_service_principal = None;
    user.retiring_principal = Some("nobody".to_owned());
    refused(bench.call(OWNER, user.clone()).await, ErrorCode::InvalidArn);
    (user.retiring_principal, user.limit) = (Some(USER.to_owned()), Some(101));
    refused(bench.call(OWNER, user).await, ErrorCode::Validation);
}
