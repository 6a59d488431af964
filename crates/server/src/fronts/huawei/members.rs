//! The members of a request: a JSON object in its body, or the parameters of its URL.
//!
//! The API declares many numbers as strings, and its clients send both; so both are read everywhere. An empty string is
//! an absent member, as the API's own documents have it. What nobody asks for is not looked at, as new clients send more
//! than old servers know; a member that asks for what is not offered is refused by name
//! ([`unsupported`](Members::unsupported)).

use api::{Blob, EncryptionContext};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::request::Parts;
use http::{Method, header};
use serde_json::{Map, Value};
use zeroize::{Zeroize as _, Zeroizing};

use super::code::Code;
use super::failure::Failure;
use super::key_name::{self, is_alias, is_key_id};
use super::projects::Project;

/// Most characters of all of an encryption context (API reference, "Encrypting Data").
const MAX_CONTEXT: usize = 8192;
/// Most bytes of additional authenticated data (SDK, `EncryptDataRequestBody`).
const MAX_AUTHENTICATED_DATA: usize = 128;
/// The name under which additional authenticated data is in an encryption context of the engine.
const AUTHENTICATED_DATA: &str = "huawei:additional_authenticated_data";
/// Characters of a request's serial number.
const SEQUENCE: usize = 36;

/// The members of a request, or of an object in it. Wiped when dropped: any may hold a plaintext.
pub(super) struct Members {
    members: Map<String, Value>,
    /// What the URNs of the project's aliases begin with.
    urns: String,
}

impl Drop for Members {
    fn drop(&mut self) {
        self.members.values_mut().for_each(wipe);
    }
}

/// Wipes every string in a document.
pub(super) fn wipe(document: &mut Value) {
    match document {
        Value::String(text) => text.zeroize(),
        Value::Array(items) => items.iter_mut().for_each(wipe),
        Value::Object(members) => members.values_mut().for_each(wipe),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

impl Members {
    /// Those of a request to `project` with this head and body.
    pub(super) fn of(project: &Project, head: &Parts, body: &[u8]) -> Result<Self, Failure> {
        let members = if head.method == Method::GET {
            in_query(head.uri.query().unwrap_or_default())?
        } else {
            in_body(head, body)?
        };
        let urns = format!("kms:{}:{}:alias:", project.region, project.domain_id());
        let members = Self { members, urns };
        members.check_sequence()?;
        Ok(members)
    }

    /// The serial number that a client gives a request, for its own use.
    fn check_sequence(&self) -> Result<(), Failure> {
        let is_one = |text: &str| text.len() == SEQUENCE && uuid::Uuid::try_parse(text).is_ok();
        match self.members.get("sequence") {
            None | Some(Value::Null) => Ok(()),
            Some(Value::String(text)) if text.is_empty() || is_one(text) => Ok(()),
            Some(_) => Err(Failure::new(Code::KMS_0206)),
        }
    }

    fn get(&self, name: &str) -> Option<&Value> {
        self.members.get(name).filter(|value| !value.is_null() && value.as_str() != Some(""))
    }

    /// Whether the member is there, and not empty.
    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// A text.
    pub(super) fn text(&self, name: &str) -> Result<Option<&str>, Failure> {
        let Some(value) = self.get(name) else { return Ok(None) };
        value.as_str().map(Some).ok_or_else(|| invalid(name, "must be a string"))
    }

    /// A text, even one without characters.
    pub(super) fn any_text(&self, name: &str) -> Result<Option<&str>, Failure> {
        match self.members.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => value.as_str().map(Some).ok_or_else(|| invalid(name, "must be a string")),
        }
    }

    /// A text that must be there.
    pub(super) fn required(&self, name: &str) -> Result<&str, Failure> {
        self.text(name)?.ok_or_else(|| missing(name))
    }

    /// A whole number, as one or in a string.
    pub(super) fn number(&self, name: &str) -> Result<Option<i64>, Failure> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let digits = |text: &str| {
            let plain = text.strip_prefix('-').unwrap_or(text).bytes().all(|byte| byte.is_ascii_digit());
            plain.then(|| text.parse().ok()).flatten()
        };
        let number = value.as_i64().or_else(|| value.as_str().and_then(digits));
        number.map(Some).ok_or_else(|| invalid(name, "must be a whole number"))
    }

    /// A number that must be there.
    pub(super) fn required_number(&self, name: &str) -> Result<i64, Failure> {
        self.number(name)?.ok_or_else(|| missing(name))
    }

    /// Yes or no, as a boolean or in a string.
    pub(super) fn flag(&self, name: &str) -> Result<Option<bool>, Failure> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(Value::String(text)) if text == "true" => Ok(Some(true)),
            Some(Value::String(text)) if text == "false" => Ok(Some(false)),
            Some(_) => Err(invalid(name, "must be true or false")),
        }
    }

    /// The key id that must be in `key_id`.
    pub(super) fn key_id(&self) -> Result<&str, Failure> {
        self.key_id_in("key_id")
    }

    /// The key id that must be in a member.
    pub(super) fn key_id_in(&self, name: &str) -> Result<&str, Failure> {
        let id = self.get(name).ok_or_else(|| missing(name))?;
        id.as_str().filter(|id| is_key_id(id)).ok_or_else(|| Failure::new(Code::KMS_0205))
    }

    /// The key that must be named in `key_id`, as the engine takes it: a key id, or an alias with its `alias/`.
    pub(super) fn key_name(&self) -> Result<String, Failure> {
        self.key_name_in("key_id")?.ok_or_else(|| missing("key_id"))
    }

    /// The key that may be named in a member. A URN names an alias of the caller's own Region and domain; elsewhere there
    /// is none for this API.
    pub(super) fn key_name_in(&self, name: &str) -> Result<Option<String>, Failure> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let refused = || Failure::new(Code::KMS_0205);
        let text = value.as_str().filter(|text| text.len() <= key_name::MOST).ok_or_else(refused)?;
        if is_key_id(text) || text.strip_prefix("alias/").is_some_and(is_alias) {
            return Ok(Some(text.to_owned()));
        }
        if !text.starts_with("kms:") {
            return Err(refused());
        }
        let alias = text.strip_prefix(&self.urns).ok_or_else(|| Failure::new(Code::KMS_0207))?;
        is_alias(alias).then(|| Some(format!("alias/{alias}"))).ok_or_else(refused)
    }

    /// An array of strings.
    pub(super) fn texts(&self, name: &str) -> Result<Option<Vec<&str>>, Failure> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let items = value.as_array().ok_or_else(|| invalid(name, "must be an array"))?;
        let texts = items.iter().map(Value::as_str).collect::<Option<Vec<_>>>();
        texts.map(Some).ok_or_else(|| invalid(name, "must be an array of strings"))
    }

    /// An array of objects.
    pub(super) fn objects(&self, name: &str) -> Result<Option<Vec<Self>>, Failure> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let items = value.as_array().ok_or_else(|| invalid(name, "must be an array"))?;
        let objects = items
            .iter()
            .map(|item| item.as_object().cloned().map(|item| self.part(item)))
            .collect::<Option<Vec<_>>>();
        objects.map(Some).ok_or_else(|| invalid(name, "must be an array of objects"))
    }

    /// An object.
    pub(super) fn object(&self, name: &str) -> Result<Option<Self>, Failure> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let object = value.as_object().cloned().ok_or_else(|| invalid(name, "must be an object"))?;
        Ok(Some(self.part(object)))
    }

    /// An object that is a part of these.
    fn part(&self, members: Map<String, Value>) -> Self {
        Self { members, urns: self.urns.clone() }
    }

    /// Bytes in base64.
    pub(super) fn base64(&self, name: &str) -> Result<Option<Blob>, Failure> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let bytes = STANDARD.decode(text).map_err(|_| invalid(name, "must be standard base64"))?;
        Ok(Some(Blob::new(bytes)))
    }

    /// Bytes in hexadecimal digits of either case.
    pub(super) fn hex(&self, name: &str) -> Result<Option<Blob>, Failure> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let bytes =
            hex::decode(text).map_err(|_| invalid(name, "must be hexadecimal digits, two for each byte"))?;
        Ok(Some(Blob::new(bytes)))
    }

    /// The encryption context, in either of its two forms. The newer, a text, is a context with a pair of a name of its
    /// own, which the older may not have: so what is encrypted in one form opens in no other.
    pub(super) fn context(&self) -> Result<Option<EncryptionContext>, Failure> {
        self.context_in("encryption_context", "additional_authenticated_data")
    }

    /// The same of members with other names.
    pub(super) fn context_in(&self, pairs: &str, text: &str) -> Result<Option<EncryptionContext>, Failure> {
        let refused = |detail: String| Err(Failure::with(Code::KMS_0208, detail));
        match (self.get(pairs), self.text(text)?) {
            (None, None) => Ok(None),
            (Some(_), Some(_)) => refused(format!("{pairs} and {text} cannot be given together.")),
            (None, Some(data)) if data.len() > MAX_AUTHENTICATED_DATA => {
                refused(format!("{text} may have {MAX_AUTHENTICATED_DATA} bytes."))
            }
            (None, Some(data)) => {
                Ok(Some(EncryptionContext::from([(AUTHENTICATED_DATA.to_owned(), data.to_owned())])))
            }
            (Some(Value::Object(pairs)), None) => context(pairs),
            (Some(_), None) => refused(format!("{pairs} must be an object of strings.")),
        }
    }

    /// Refuses a member that asks for what is not offered, unless it has one of these `harmless` values.
    pub(super) fn unsupported(&self, name: &str, harmless: &[&str]) -> Result<(), Failure> {
        match self.get(name) {
            None => Ok(()),
            Some(Value::String(text)) if harmless.contains(&text.as_str()) => Ok(()),
            Some(_) => Err(invalid(name, "is not offered by this server")),
        }
    }
}

fn in_query(query: &str) -> Result<Map<String, Value>, Failure> {
    let mut members = Map::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let value = Value::from(value.into_owned());
        if members.insert(name.clone().into_owned(), value).is_some() {
            return Err(invalid(&name, "must be given only once"));
        }
    }
    Ok(members)
}

fn in_body(head: &Parts, body: &[u8]) -> Result<Map<String, Value>, Failure> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Map::new());
    }
    let sent = head.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = sent.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        return Err(Failure::with(Code::KMS_0202, "The Content-Type must be application/json."));
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(mut other) => {
            wipe(&mut other);
            Err(Failure::with(Code::KMS_0202, "The body must be a JSON object."))
        }
        Err(error) => {
            let place = format!("Not JSON: line {}, column {}.", error.line(), error.column());
            Err(Failure::with(Code::KMS_0202, place))
        }
    }
}

fn context(pairs: &Map<String, Value>) -> Result<Option<EncryptionContext>, Failure> {
    let refused = |detail: &str| Err(Failure::with(Code::KMS_0208, detail));
    let mut context = EncryptionContext::new();
    let mut characters = 0;
    for (name, value) in pairs {
        let Some(value) = value.as_str() else {
            return refused("encryption_context must be an object of strings.");
        };
        if name == AUTHENTICATED_DATA {
            return refused("encryption_context has a reserved name.");
        }
        characters += name.chars().count() + value.chars().count();
        context.insert(name.clone(), value.to_owned());
    }
    if characters > MAX_CONTEXT {
        return refused("encryption_context may have 8192 characters.");
    }
    Ok((!context.is_empty()).then_some(context))
}

/// A member that must be there and is not.
pub(super) fn missing(name: &str) -> Failure {
    Failure::with(Code::KMS_0204, format!("{name} is required."))
}

/// A member that is not what it must be.
pub(super) fn invalid(name: &str, why: &str) -> Failure {
    Failure::with(Code::KMS_0308, format!("{} {why}.", shown(name)))
}

/// A name as an error may repeat it.
fn shown(name: &str) -> String {
    name.chars().take(64).flat_map(char::escape_debug).collect()
}

/// Bytes as this API writes data keys: hexadecimal digits in upper case.
pub(super) fn hex_of(bytes: &[u8]) -> Zeroizing<String> {
    Zeroizing::new(hex::encode_upper(bytes))
}

/// Bytes as this API writes the rest.
pub(super) fn base64_of(bytes: &[u8]) -> Zeroizing<String> {
    Zeroizing::new(STANDARD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use http::Request;
    use serde_json::json;

    use super::*;

    fn project() -> Project {
        Project {
            id: "0".repeat(32),
            account: "111122223333".to_owned(),
            region: "eu-de".to_owned(),
            name: "eu-de".to_owned(),
        }
    }

    fn members(body: &Value) -> Result<Members, Failure> {
        let request = Request::post("/").header(header::CONTENT_TYPE, "application/json;charset=utf-8");
        let head = request.body(()).unwrap().into_parts().0;
        Members::of(&project(), &head, body.to_string().as_bytes())
    }

    fn of(body: &Value) -> Members {
        members(body).unwrap_or_else(|failure| panic!("{body}: {}", failure.message()))
    }

    fn code<T>(result: Result<T, Failure>) -> &'static str {
        result.err().expect("refused").code().name()
    }

    #[test]
    fn numbers_are_numbers_in_either_form() {
        let members =
            of(&json!({ "a": 7, "b": "7", "c": "", "d": null, "e": "x", "f": 1.5, "g": "-1", "h": "+1" }));
        assert_eq!(members.number("a").ok(), Some(Some(7)));
        assert_eq!(members.number("b").ok(), Some(Some(7)));
        assert_eq!(members.number("g").ok(), Some(Some(-1)));
        for absent in ["c", "d", "z"] {
            assert_eq!(members.number(absent).ok(), Some(None), "{absent}");
            assert_eq!(code(members.required_number(absent)), "KMS.0204");
        }
        for refused in ["e", "f", "h"] {
            assert_eq!(code(members.number(refused)), "KMS.0308", "{refused}");
        }
    }

    #[test]
    fn flags_are_flags_in_either_form() {
        let members = of(&json!({ "a": true, "b": "false", "c": "", "d": "yes", "e": 1 }));
        assert_eq!(members.flag("a").ok(), Some(Some(true)));
        assert_eq!(members.flag("b").ok(), Some(Some(false)));
        assert_eq!(members.flag("c").ok(), Some(None));
        assert_eq!(code(members.flag("d")), "KMS.0308");
        assert_eq!(code(members.flag("e")), "KMS.0308");
    }

    #[test]
    fn key_ids_and_names() {
        let id = "0d0466b0-e727-4d9c-b35d-f84bb474a37f";
        let mrk = "mrk-0d0466b0e7274d9cb35df84bb474a37f";
        let domain = "00000000000000000000111122223333";
        for (name, as_id, as_name) in [
            (id, true, Some(id)),
            (mrk, true, Some(mrk)),
            ("alias/a:b/c", false, Some("alias/a:b/c")),
            (&format!("kms:eu-de:{domain}:alias:4555"), false, Some("alias/4555")),
            ("alias/", false, None),
            ("0D0466B0-E727-4D9C-B35D-F84BB474A37F", false, None),
            ("0d0466b0e7274d9cb35df84bb474a37f", false, None),
            ("arn:aws:kms:eu-de:111122223333:alias/a", false, None),
            ("x", false, None),
        ] {
            let members = of(&json!({ "key_id": name }));
            assert_eq!(members.key_id().is_ok(), as_id, "{name}");
            assert_eq!(members.key_name().ok().as_deref(), as_name, "{name}");
        }
        assert_eq!(code(of(&json!({})).key_id()), "KMS.0204");
        assert_eq!(code(of(&json!({ "key_id": 5 })).key_id()), "KMS.0205");
        let urn = format!("kms:eu-de:{domain}:alias:4555");
        for elsewhere in [urn.replace("eu-de", "eu-nl"), urn.replace("1111", "2222")] {
            assert_eq!(code(of(&json!({ "key_id": elsewhere })).key_name()), "KMS.0207");
        }
    }

    #[test]
    fn the_two_forms_of_a_context_never_meet() {
        let text = of(&json!({ "additional_authenticated_data": "t" })).context().unwrap_or_default();
        assert_eq!(text, Some(EncryptionContext::from([(AUTHENTICATED_DATA.to_owned(), "t".to_owned())])));
        let pairs = of(&json!({ "encryption_context": { "a": "b" } })).context().unwrap_or_default();
        assert_eq!(pairs, Some(EncryptionContext::from([("a".to_owned(), "b".to_owned())])));
        for absent in [
            json!({}),
            json!({ "encryption_context": {} }),
            json!({ "encryption_context": "", "additional_authenticated_data": "" }),
        ] {
            assert_eq!(of(&absent).context().ok(), Some(None), "{absent}");
        }
        for refused in [
            json!({ "encryption_context": { AUTHENTICATED_DATA: "t" } }),
            json!({ "encryption_context": { "a": "b" }, "additional_authenticated_data": "t" }),
            json!({ "encryption_context": { "a": 1 } }),
            json!({ "encryption_context": "a" }),
            json!({ "encryption_context": { "a": "b".repeat(MAX_CONTEXT) } }),
            json!({ "additional_authenticated_data": "t".repeat(MAX_AUTHENTICATED_DATA + 1) }),
        ] {
            assert_eq!(code(of(&refused).context()), "KMS.0208", "{refused}");
        }
    }

    #[test]
    fn what_is_no_request() {
        assert_eq!(code(members(&json!([]))), "KMS.0202");
        assert_eq!(code(members(&json!({ "sequence": "1" }))), "KMS.0206");
        assert!(members(&json!({ "sequence": "919c82d4-8046-4722-9094-35c3c6524cff" })).is_ok());
        let head = |content_type| {
            let request = Request::post("/").header(header::CONTENT_TYPE, content_type);
            request.body(()).unwrap().into_parts().0
        };
        assert_eq!(code(Members::of(&project(), &head("text/plain"), b"{}")), "KMS.0202");
        assert_eq!(code(Members::of(&project(), &head("application/json"), b"{")), "KMS.0202");
        assert!(Members::of(&project(), &head("text/plain"), b" ").is_ok());
        let get =
            |uri: &str| Members::of(&project(), &Request::get(uri).body(()).unwrap().into_parts().0, b"");
        assert_eq!(get("/?limit=5&marker=").unwrap_or_else(|_| panic!()).number("limit").ok(), Some(Some(5)));
        assert_eq!(code(get("/?limit=5&limit=6")), "KMS.0308");
    }

    #[test]
    fn what_is_not_offered_is_refused_by_name() {
        let members = of(&json!({ "keystore_id": "0", "vm_id": "x", "n": 5 }));
        assert!(members.unsupported("keystore_id", &["0"]).is_ok());
        assert!(members.unsupported("absent", &[]).is_ok());
        assert_eq!(code(members.unsupported("vm_id", &[])), "KMS.0308");
        assert_eq!(code(members.unsupported("n", &["5"])), "KMS.0308");
    }
}
