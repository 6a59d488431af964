//! What the statements of each kind of policy must and must not have.

use policy::{Document, Form, PolicyError};

#[test]
fn elements() {
    use Form::{Identity, Resource, Trust};
    let principal = r#""Principal":"*","#;
    let cases: &[(&str, &[Form])] = &[
        // Members of a statement, and the forms in which it is one.
        (r#""Principal":"*""#, &[Resource]),
        (r#""Principal":"*","Action":"*""#, &[Resource, Trust]),
        (r#""Principal":"*","Action":"*","Resource":"*""#, &[Resource]),
        (r#""Principal":"*","Resource":"*""#, &[Resource]),
        (r#""NotPrincipal":"*","NotAction":"*""#, &[Resource, Trust]),
        (r#""NotPrincipal":"*","NotAction":"*","NotResource":"*""#, &[Resource]),
        (r#""Action":"*","Resource":"*""#, &[Identity]),
        (r#""NotAction":"*","NotResource":"*""#, &[Identity]),
        (r#""Action":"*""#, &[]),
        (r#""Resource":"*""#, &[]),
        (r#""Sid":"""#, &[]),
        // Only KMS minds this, and a Sid that is a sentence minds KMS not.
        (
            r#""Action":"*","Resource":"*","Condition":{"ForAllValues:StringEquals":{"aws:RequestTag/a":"b"}}"#,
            &[Identity],
        ),
        (r#""Sid":"a b","Principal":"*","Action":"*""#, &[Resource]),
        (r#""Sid":"aB3","Principal":"*","Action":"*""#, &[Resource, Trust]),
        (
            r#""Sid":"a","Principal":"*","Action":"*"},{"Sid":"a","Effect":"Deny","Principal":"*","Action":"*""#,
            &[Resource],
        ),
        (
            r#""Sid":"","Principal":"*","Action":"*"},{"Sid":"","Effect":"Deny","Principal":"*","Action":"*""#,
            &[Resource, Trust],
        ),
    ];
    for (members, fits) in cases {
        let text = format!(r#"{{"Statement":[{{"Effect":"Allow",{members}}}]}}"#);
        for form in [Resource, Identity, Trust] {
            let read = Document::parse_as(form, &text);
            assert_eq!(read.is_ok(), fits.contains(&form), "{form:?}: {text}: {:?}", read.err());
        }
    }
    let text = format!(r#"{{"Statement":[{{"Effect":"Allow",{principal}"Action":"*","Resource":"*"}}]}}"#);
    for (form, element) in [(Identity, "Principal"), (Trust, "Resource")] {
        let error = Document::parse_as(form, &text).unwrap_err();
        assert!(
            matches!(&error, PolicyError::Prohibited { element: found, .. } if *found == element),
            "{error}"
        );
        assert_eq!(
            error.to_string(),
            format!("Statement 1 of the policy has {element}, which a policy of this kind must not have.")
        );
    }
    let text = r#"{"Statement":{"Effect":"Allow","Action":"*"}}"#;
    let error = Document::parse_as(Identity, text).unwrap_err();
    assert_eq!(error.to_string(), "Statement 1 of the policy must have Resource or NotResource.");
}

#[test]
fn condition_keys() {
    let text = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Action":"a:*","Resource":"arn:aws:kms:*:${aws:PrincipalAccount}:${K:Three, 'x'}",
         "Condition":{"StringLike":{"K:One":["${k:Two}*","${*}","${K:ONE}"]},"Null":{"k:Null":"true"}}},
        {"Effect":"Deny","Action":"a:*","Resource":"*","Condition":{"Bool":{"k:one":"true"}}}]}"#;
    let document = Document::parse_as(Form::Identity, text).unwrap();
    assert_eq!(document.condition_keys(), ["aws:principalaccount", "k:null", "k:one", "k:three", "k:two"]);
    let earlier = text.replace("2012-10-17", "2008-10-17");
    let document = Document::parse_as(Form::Identity, &earlier).unwrap();
    assert_eq!(document.condition_keys(), ["k:null", "k:one"]);
}
