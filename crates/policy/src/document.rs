//! A policy document, from text to statements and back.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::decide::Names;
use crate::error::{Place, PolicyError};
use crate::form::Form;
use crate::index::{Index, Numbers};
use crate::json::Json;
use crate::listing::Listing;
use crate::members::Members;
use crate::statement::Statement;

/// Most bytes of a document: the most that any operation of KMS or IAM takes in a request (models, `PolicyType` and
/// `policyDocumentType`). Services refuse more than their own, lower, quotas.
pub(crate) const MAX_TEXT: usize = 131_072;
/// Most statements of a document: 32,768 bytes, the quota of a key policy, have room for fewer.
pub(crate) const MAX_STATEMENTS: usize = 1000;
/// Most values of one list in a document: 32,768 bytes have room for fewer that are of any use.
pub(crate) const MAX_VALUES: usize = 4096;

/// The version that knows policy variables.
const CURRENT: &str = "2012-10-17";
/// The version of a document that names none.
const EARLIER: &str = "2008-10-17";

/// A policy document.
#[derive(Clone, Debug)]
pub struct Document {
    statements: Box<[Statement]>,
    index: Option<Box<Index>>,
    /// See [`Self::condition_keys`].
    keys: Box<[String]>,
    /// What it was read from: much smaller than the tree that it is shown by.
    text: Arc<str>,
}

impl Document {
    /// Reads the policy of a resource: [`Self::parse_as`] of [`Form::Resource`].
    ///
    /// # Errors
    /// What is wrong with it, and in which statement.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        Self::parse_as(Form::Resource, text)
    }

    /// Reads a document, strictly: what the language does not have is refused, not passed over.
    ///
    /// # Errors
    /// What is wrong with it, and in which statement.
    pub fn parse_as(form: Form, text: &str) -> Result<Self, PolicyError> {
        if text.len() > MAX_TEXT {
            return Err(PolicyError::TooLong { bytes: text.len() });
        }
        let source = Json::read(text)?;
        if !matches!(source, Json::Object(_)) {
            return Err(PolicyError::NotAnObject);
        }
        let members =
            Members::of(&source, "Policy", false, &Place::Document)?.only(&["Version", "Id", "Statement"])?;
        let variables = match members.text("Version")? {
            Some(CURRENT) => true,
            None | Some(EARLIER) => false,
            Some(version) => return Err(PolicyError::Version { version: version.to_owned() }),
        };
        members.text("Id")?;
        let statements = match members.get("Statement") {
            Some(Json::List(statements)) => statements.as_slice(),
            Some(statement) => std::slice::from_ref(statement),
            None => &[],
        };
        match statements.len() {
            0 => return Err(PolicyError::NoStatement),
            1..=MAX_STATEMENTS => {}
            count => return Err(PolicyError::TooManyStatements { count }),
        }
        let statements = statements
            .iter()
            .zip(1..)
            .map(|(statement, number)| Statement::read(statement, number, form, variables))
            .collect::<Result<Box<[_]>, _>>()?;
        if form != Form::Resource {
            check_sids(&statements)?;
        }
        let keys: BTreeSet<&str> = statements.iter().flat_map(Statement::keys).collect();
        let keys = keys.into_iter().map(str::to_owned).collect();
        Ok(Self { index: Index::of(&statements), statements, keys, text: text.into() })
    }

    /// About how many bytes of memory it takes.
    pub fn weight(&self) -> usize {
        let keys: usize = self.keys.iter().map(|key| size_of::<String>() + key.len()).sum();
        let statements: usize = self.statements.iter().map(Statement::weight).sum();
        let index = self.index.as_ref().map_or(0, |index| index.weight());
        size_of::<Self>() + self.text.len() + keys + statements + index
    }

    /// The text that it was read from.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// Every condition key on which a decision can depend, those of policy variables included: in lower case, in
    /// order, and each once.
    pub fn condition_keys(&self) -> &[String] {
        &self.keys
    }

    /// The ARNs of users, roles and sessions that statements name as principals, in order, and each once.
    pub fn principal_arns(&self) -> Vec<&str> {
        let arns: BTreeSet<&str> = self
            .statements
            .iter()
            .filter_map(|statement| statement.principals.as_ref())
            .flat_map(Listing::arns)
            .collect();
        arns.into_iter().collect()
    }

    /// Lets every principal's ARN that is in `ids` mean only the one who has that unique id from now on: whoever is
    /// made under the same name later is somebody else. (Unique ids are those of [`Identity::Aws`].)
    ///
    /// [`Identity::Aws`]: crate::Identity::Aws
    #[must_use]
    pub fn pin(mut self, ids: &BTreeMap<String, String>) -> Self {
        for principals in self.statements.iter_mut().filter_map(|statement| statement.principals.as_mut()) {
            principals.pin(ids);
        }
        self.index = Index::of(&self.statements);
        self
    }

    /// The document as the service shows it: its members in their order, laid out anew, and a `Principal` of `*` in
    /// the longer form that means the same.
    pub fn shown(&self) -> String {
        self.shown_with(&BTreeMap::new())
    }

    /// The same, with the unique ids of principals in the place of their ARNs: of those who are no more.
    pub fn shown_with(&self, replaced: &BTreeMap<String, String>) -> String {
        // It was read before, and so can be read again.
        let Ok(mut source) = Json::read(&self.text) else { return self.text.to_string() };
        if let Json::Object(members) = &mut source {
            for (_, statements) in members.iter_mut().filter(|(name, _)| name == "Statement") {
                match statements {
                    Json::List(statements) => {
                        for statement in statements {
                            show_principals(statement, replaced);
                        }
                    }
                    statement => show_principals(statement, replaced),
                }
            }
        }
        let mut shown = String::new();
        source.write(0, &mut shown);
        shown
    }

    /// Which statement a decision speaks of: its place in the document.
    pub fn place(&self, statement: usize) -> Place {
        let sid = self.statements.get(statement).and_then(|statement| statement.sid.clone());
        Place::Statement { number: statement + 1, sid }
    }

    #[cfg(test)]
    pub(crate) fn statements(&self) -> &[Statement] {
        &self.statements
    }

    /// The statements that may speak of somebody, in their order, with their numbers.
    pub(crate) fn statements_about(&self, names: &Names<'_>) -> impl Iterator<Item = (usize, &Statement)> {
        let found = self.index.as_ref().map(|index| index.about(names));
        let all = if found.is_none() { self.statements.len() } else { 0 };
        let numbers = found.into_iter().flat_map(Numbers::iter).chain(0..all);
        numbers.filter_map(|number| Some((number, self.statements.get(number)?)))
    }
}

/// Outside of resources' policies a `Sid` has letters and digits only, and is unique in its document (IAM user guide,
/// "Sid").
fn check_sids(statements: &[Statement]) -> Result<(), PolicyError> {
    let mut seen = BTreeSet::new();
    for (statement, number) in statements.iter().zip(1..) {
        let Some(sid) = statement.sid.as_deref() else { continue };
        let place = || Place::Statement { number, sid: Some(sid.to_owned()) };
        if !sid.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(PolicyError::Sid { place: place() });
        }
        if !seen.insert(sid) && !sid.is_empty() {
            return Err(PolicyError::SameSid { place: place() });
        }
    }
    Ok(())
}

fn show_principals(statement: &mut Json, replaced: &BTreeMap<String, String>) {
    let Json::Object(members) = statement else { return };
    for (_, principals) in
        members.iter_mut().filter(|(name, _)| matches!(name.as_str(), "Principal" | "NotPrincipal"))
    {
        if matches!(principals, Json::Text(_)) {
            *principals = Json::Object(vec![("AWS".to_owned(), principals.clone())]);
        }
        let Json::Object(kinds) = principals else { continue };
        for (_, names) in kinds.iter_mut().filter(|(kind, _)| kind == "AWS") {
            let names = match names {
                Json::List(names) => names.as_mut_slice(),
                name => std::slice::from_mut(name),
            };
            for name in names {
                if let Json::Text(name) = name
                    && let Some(id) = replaced.get(name)
                {
                    name.clone_from(id);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn statement(members: &str) -> String {
        format!(r#"{{"Statement":[{{"Effect":"Deny","Principal":"*"}},{{"Sid":"x y",{members}}}]}}"#)
    }

    #[test]
    fn what_is_one() {
        for text in [
            r#"{"Statement":{"Effect":"Deny","Principal":"*"}}"#.to_owned(),
            r#"{"Version":"2008-10-17","Id":"","Statement":[{"Effect":"Deny","Principal":{"AWS":"*"}}]}"#
                .to_owned(),
            statement(
                r#""Effect":"Allow","Principal":{"AWS":["111122223333","*"],"Service":"s3.amazonaws.com"}"#,
            ),
            statement(
                r#""Effect":"Allow","NotPrincipal":"*","NotAction":["kms:*","*"],"NotResource":"arn:aws:kms""#,
            ),
            statement(
                r#""Effect":"Deny","Principal":"*","Action":"kms:Re?n*","Resource":["*","arn:aws:kms:*:*:key/*"]"#,
            ),
            statement(r#""Effect":"Deny","Principal":"*","Resource":"${not-a-variable-here","Condition":{}"#)
                .replace("\"Resource\":\"$", "\"Resource\":\"arn:$"),
            // The same Sid twice: nothing says that KMS minds, and nothing depends on it.
            statement(r#""Effect":"Deny","Principal":"*"},{"Sid":"x y","Effect":"Deny","Principal":"*""#),
        ] {
            if let Err(error) = Document::parse(&text) {
                panic!("{text}: {error}");
            }
        }
    }

    #[test]
    fn what_is_none_and_why() {
        let in_second = "Statement 2 of the policy (Sid \"x y\")";
        for (text, expected) in [
            (String::new(), "Policy is not JSON: see line 1"),
            ("{\"Statement\": }".to_owned(), "Policy is not JSON: see line 1, column 15"),
            ("[]".to_owned(), "Policy is not a JSON object"),
            ("\"x\"".to_owned(), "Policy is not a JSON object"),
            ("[".repeat(10), "nested deeper"),
            (" ".repeat(MAX_TEXT + 1), "131073 bytes"),
            ("{}".to_owned(), "Policy has no Statement"),
            (r#"{"Statement":[]}"#.to_owned(), "Policy has no Statement"),
            (r#"{"Statement":"x"}"#.to_owned(), "Statement 1 of the policy: Statement is not an object"),
            (r#"{"Statement":[[]]}"#.to_owned(), "Statement 1 of the policy: Statement is not an object"),
            (r#"{"Statements":[]}"#.to_owned(), "Policy has an element \"Statements\""),
            (r#"{"Version":"2012-10-18","Statement":[]}"#.to_owned(), "the Version \"2012-10-18\""),
            (r#"{"Version":2012,"Statement":[]}"#.to_owned(), "Policy: Version is not a string"),
            (r#"{"Id":{},"Statement":[]}"#.to_owned(), "Policy: Id is not a string"),
            (r#"{"Statement":[],"Statement":[]}"#.to_owned(), "Policy has \"Statement\" more than once"),
            (format!(r#"{{"Statement":[{}0]}}"#, "0,".repeat(1000)), "1001 statements"),
            (r#"{"Statement":{"Sid":1}}"#.to_owned(), "Sid is not a string"),
            (statement(r#""Effect":"allow","Principal":"*""#), in_second),
            (statement(r#""Principal":"*""#), "must have an Effect"),
            (statement(r#""Effect":["Allow"],"Principal":"*""#), "Effect is not a string"),
            (statement(r#""Effect":"Allow""#), "has no principal"),
            (statement(r#""Effect":"Allow","Principal":{}"#), "has no principal"),
            (statement(r#""Effect":"Allow","Principal":{"AWS":[]}"#), "has no principal"),
            (statement(r#""Effect":"Allow","Principal":["*"]"#), "Principal is not an object"),
            (statement(r#""Effect":"Allow","Principal":null"#), "Principal is not an object"),
            (statement(r#""Effect":"Allow","Principal":{"AWS":1}"#), "Principal.AWS is not a string"),
            (statement(r#""Effect":"Allow","Principal":{"aws":"*"}"#), "an element \"Principal.aws\""),
            (statement(r#""Effect":"Allow","Principal":{"AWS":"*","AWS":"*"}"#), "\"AWS\" more than once"),
            (statement(r#""Effect":"Allow","Principal":"111122223333""#), "one or more invalid principals"),
            (
                statement(r#""Effect":"Allow","Principal":{"AWS":["*","alice"]}"#),
                "one or more invalid principals",
            ),
            (
                statement(r#""Effect":"Allow","Principal":"*","NotPrincipal":"*""#),
                "both Principal and NotPrincipal",
            ),
            (
                statement(r#""Effect":"Allow","Principal":"*","Action":"*","NotAction":"*""#),
                "both Action and",
            ),
            (
                statement(r#""Effect":"Allow","Principal":"*","Resource":"*","NotResource":"*""#),
                "both Resource and",
            ),
            (statement(r#""Effect":"Allow","Principal":"*","Action":[]"#), "Action is empty"),
            (statement(r#""Effect":"Allow","Principal":"*","Action":"""#), "the action \"\" is not"),
            (
                statement(r#""Effect":"Allow","Principal":"*","Action":"Encrypt""#),
                "the action \"Encrypt\" is not",
            ),
            (
                statement(r#""Effect":"Allow","Principal":"*","Action":"kms:a:b:c""#),
                "the action \"kms:a:b:c\" is not",
            ),
            (
                statement(r#""Effect":"Allow","Principal":"*","Action":"iam:user:get""#),
                "the action \"iam:user:get\" is not",
            ),
            (
                statement(r#""Effect":"Allow","Principal":"*","Action":{}"#),
                "Action is not a string or a list",
            ),
            (
                statement(r#""Effect":"Allow","Principal":"*","Resource":"key/x""#),
                "the resource \"key/x\" is not",
            ),
            (statement(r#""Effect":"Allow","Principal":"*","Conditions":{}"#), "an element \"Conditions\""),
            (
                statement(r#""Effect":"Allow","Principal":"*","Condition":{"Equals":{}}"#),
                "no condition operator",
            ),
            (statement(r#""Effect":"Allow","Effect":"Deny","Principal":"*""#), "\"Effect\" more than once"),
        ] {
            let error = Document::parse(&text).expect_err(&text).to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
        let many =
            format!(r#""Effect":"Allow","Principal":"*","Action":[{}"*"]"#, r#""*","#.repeat(MAX_VALUES));
        assert!(matches!(
            Document::parse(&statement(&many)),
            Err(PolicyError::TooManyValues { count: 4097, .. })
        ));
    }

    #[test]
    fn is_shown_as_the_service_does() {
        let given = r#"{"Version":"2012-10-17","Statement":[{"Sid":"Ä","Effect":"Allow","Principal":"*","Action":["kms:*"],
            "Resource":"*","Condition":{"StringEquals":{"kms:CallerAccount":"111122223333"}}},
            {"Effect":"Deny","NotPrincipal":{"AWS":["111122223333","arn:aws:iam::111122223333:user/x"]}}],"Id":"x"}"#;
        let shown = "{\n  \"Version\" : \"2012-10-17\",\n  \"Statement\" : [ {\n    \"Sid\" : \"Ä\",\n    \
                     \"Effect\" : \"Allow\",\n    \"Principal\" : {\n      \"AWS\" : \"*\"\n    },\n    \
                     \"Action\" : [ \"kms:*\" ],\n    \"Resource\" : \"*\",\n    \"Condition\" : {\n      \
                     \"StringEquals\" : {\n        \"kms:CallerAccount\" : \"111122223333\"\n      }\n    }\n  }, {\n    \
                     \"Effect\" : \"Deny\",\n    \"NotPrincipal\" : {\n      \
                     \"AWS\" : [ \"111122223333\", \"arn:aws:iam::111122223333:user/x\" ]\n    }\n  } ],\n  \"Id\" : \"x\"\n}";
        assert_eq!(Document::parse(given).unwrap().shown(), shown);
    }

    /// Texts that are nearly documents, so that the parser is taken deep.
    fn near_documents() -> impl Strategy<Value = String> {
        let word = prop::sample::select(vec![
            "\"*\"",
            "\"kms:*\"",
            "\"111122223333\"",
            "\"arn:aws:iam::111122223333:root\"",
            "\"${a:b}\"",
            "\"Allow\"",
            "\"Deny\"",
            "1",
            "true",
            "null",
            "[]",
            "{}",
            "\"é\\u4e2d\"",
            "\"2026-01-01\"",
            "\"10.0.0.0/8\"",
        ])
        .prop_map(str::to_owned);
        let name = prop::sample::select(vec![
            "Sid",
            "Effect",
            "Principal",
            "NotPrincipal",
            "Action",
            "NotAction",
            "Resource",
            "NotResource",
            "Condition",
            "AWS",
            "Service",
            "StringLike",
            "NumericEquals",
            "DateEquals",
            "IpAddress",
            "Null",
            "Bool",
            "ForAllValues:ArnLike",
            "kms:X",
            "aws:Y",
        ]);
        let value = word.prop_recursive(4, 24, 6, move |inner| {
            let object = prop::collection::vec((name.clone(), inner.clone()), 0..6).prop_map(|members| {
                let members: Vec<_> =
                    members.iter().map(|(name, value)| format!("{name:?}:{value}")).collect();
                format!("{{{}}}", members.join(","))
            });
            prop_oneof![
                object,
                prop::collection::vec(inner, 0..4).prop_map(|items| format!("[{}]", items.join(",")))
            ]
        });
        (value.clone(), value.clone(), value.clone(), value).prop_map(|(principal, action, resource, condition)| {
            format!(
                "{{\"Version\":\"2012-10-17\",\"Statement\":{{\"Effect\":\"Allow\",\"Principal\":{principal},\"Action\":{action},\
                 \"Resource\":{resource},\"Condition\":{condition}}}}}"
            )
        })
    }

    /// Documents of which every one is good, with texts that try the layout.
    fn documents() -> impl Strategy<Value = String> {
        let text = "[ -~\u{e0}-\u{ff}\u{0}-\u{20}\u{4e00}-\u{4e10}\u{1f600}]{0,12}";
        let principal = prop::sample::select(vec![
            r#""*""#,
            r#"{"AWS":"111122223333"}"#,
            r#"{"AWS":["*"],"Service":["kms.amazonaws.com"]}"#,
        ]);
        let statement = (text, principal, prop::bool::ANY, prop::collection::vec(text, 1..3)).prop_map(
            |(sid, principal, allows, values)| {
                let [sid, values] = [serde_json::to_string(&sid), serde_json::to_string(&values)].map(Result::unwrap);
                let effect = if allows { "Allow" } else { "Deny" };
                format!(
                    r#"{{"Sid":{sid},"Effect":"{effect}","Principal":{principal},"Action":"kms:*","Resource":"*","Condition":{{"StringEquals":{{"k:k":{values}}}}}}}"#
                )
            },
        );
        (prop::collection::vec(statement, 1..4), prop::bool::ANY).prop_map(|(statements, single)| {
            match statements.as_slice() {
                [statement] if single => format!(r#"{{"Statement":{statement}}}"#),
                _ => format!(r#"{{"Id":"é","Statement":[{}]}}"#, statements.join(",")),
            }
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn no_text_panics(text in "\\PC{0,64}|[\\[\\]{}\",:a-z0-9 ]{0,64}") {
            let _ = Document::parse(&text);
        }

        #[test]
        fn no_near_document_panics_and_what_is_read_is_read_again(text in near_documents()) {
            if let Ok(document) = Document::parse(&text) {
                let again = Document::parse(&document.shown()).unwrap();
                prop_assert_eq!(again.statements(), document.statements());
            }
        }

        #[test]
        fn what_is_shown_means_the_same(text in documents()) {
            let document = Document::parse(&text).unwrap();
            let shown = document.shown();
            let carried = |c| c == '\n' || (' '..='\u{ff}').contains(&c);
            prop_assert!(shown.chars().all(carried), "{shown}");
            let again = Document::parse(&shown).unwrap();
            prop_assert_eq!(again.statements(), document.statements());
            prop_assert_eq!(again.shown(), shown);
        }
    }
}
