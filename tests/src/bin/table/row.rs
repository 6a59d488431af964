//! One operation as JSON.

use std::io;

use api::constraint::{Kind, Member, Pattern};
use api::{KeyState, Request, Spec};
use kms::Entry;
use serde_json::{Value, json};

use crate::asked;

/// The row of one operation of the table.
pub(crate) fn of(entry: &Entry) -> io::Result<Value> {
    let spec = entry.spec;
    let (request, answer) = shapes(spec.name)?;
    Ok(json!({
        "name": spec.name,
        "members": spec.members.iter().map(member).collect::<Vec<_>>(),
        "request": request,
        "answer": answer,
        "errors": spec.errors.iter().map(|code| code.as_str()).collect::<Vec<_>>(),
        "key_ids": format!("{:?}", spec.key_ids),
        "states": states(spec),
        "usage": spec.usage.map(api::KeyUsage::as_str),
        "grant": spec.grant.map(api::GrantOperation::as_str),
    }))
}

/// The row of one action of IAM or STS.
pub(crate) fn of_action(entry: &iam::Entry) -> Value {
    json!({
        "name": entry.name,
        "members": entry.members.iter().map(member).collect::<Vec<_>>(),
        "signed": entry.signed,
    })
}

/// What the Rust types of the request and the answer of an operation read and write.
macro_rules! shapes {
    ($($operation:ident,)*) => {
        fn shapes(name: &str) -> io::Result<(Value, Value)> {
            match name {
                $( stringify!($operation) => types::<api::$operation>(), )*
                _ => Err(io::Error::other(format!("there is no operation {name}"))),
            }
        }
    };
}

api::for_each_operation!(shapes);

fn types<R: Request>() -> io::Result<(Value, Value)> {
    let request = asked::by::<R>().map_err(io::Error::other)?;
    let answer = asked::by::<R::Response>().map_err(io::Error::other)?;
    Ok((request, answer))
}

fn states(spec: &Spec) -> Value {
    KeyState::ALL.iter().map(|state| (state.as_str(), format!("{:?}", spec.states.of(*state)))).collect()
}

fn member(member: &Member) -> Value {
    json!({ "name": member.name, "required": member.required, "kind": kind(&member.kind) })
}

fn kind(what: &Kind) -> Value {
    match what {
        Kind::Text { min, max, pattern } => text("text", *min, *max, *pattern),
        Kind::Secret { min, max, pattern } => text("secret", *min, *max, *pattern),
        Kind::Blob { min, max } => json!({ "type": "blob", "min": min, "max": max }),
        Kind::Integer { min, max } => json!({ "type": "integer", "min": min, "max": max }),
        Kind::Boolean => json!({ "type": "boolean" }),
        Kind::Timestamp => json!({ "type": "timestamp" }),
        Kind::Enum(names) => json!({ "type": "enum", "names": names }),
        Kind::List { min, max, item } => {
            json!({ "type": "list", "min": min, "max": max, "item": kind(item) })
        }
        Kind::Map { max } => json!({ "type": "map", "max": max }),
        Kind::Structure(members) => {
            json!({ "type": "structure", "members": members.iter().map(member).collect::<Vec<_>>() })
        }
    }
}

fn text(what: &str, min: usize, max: usize, pattern: Option<Pattern>) -> Value {
    json!({ "type": what, "min": min, "max": max, "pattern": pattern.map(|pattern| pattern.text) })
}
