//! The JSON that a type reads, told by the type itself: a reader that gives it whatever it asks for, and writes down
//! what that was. So structures cannot have members that the comparison with the service model does not see.

use serde::de::value::{Error, StrDeserializer};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error as _, IntoDeserializer as _, MapAccess, SeqAccess,
    Visitor,
};
use serde_json::{Map, Value, json};

/// What `T` asks for: a word for a simple type, `{"structure": {…}}`, `{"list": …}`, `{"map": …}`, or
/// `{"enum": [names]}`. An optional member is what it is when it is there.
pub(crate) fn by<T: DeserializeOwned>() -> Result<Value, Error> {
    let mut found = Value::Null;
    T::deserialize(Asked(&mut found))?;
    Ok(found)
}

/// The place where what is asked for is written down.
struct Asked<'a>(&'a mut Value);

/// Simple types: the word, and a value that every type takes.
macro_rules! simple {
    ($($method:ident: $word:literal, $visit:ident($($value:expr)?);)*) => {
        $(
            fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
                *self.0 = Value::from($word);
                visitor.$visit($($value)?)
            }
        )*
    };
}

impl<'de> Deserializer<'de> for Asked<'_> {
    type Error = Error;

    simple! {
        deserialize_bool: "boolean", visit_bool(false);
        deserialize_i8: "integer", visit_i8(0);
        deserialize_i16: "integer", visit_i16(0);
        deserialize_i32: "integer", visit_i32(0);
        deserialize_i64: "integer", visit_i64(0);
        deserialize_u8: "integer", visit_u8(0);
        deserialize_u16: "integer", visit_u16(0);
        deserialize_u32: "integer", visit_u32(0);
        deserialize_u64: "integer", visit_u64(0);
        deserialize_f32: "number", visit_f32(0.0);
        deserialize_f64: "number", visit_f64(0.0);
        deserialize_str: "text", visit_str("");
        deserialize_string: "text", visit_str("");
        deserialize_unit: "nothing", visit_unit();
    }

    fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Error> {
        Err(Error::custom("a type of the API takes any JSON"))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let mut item = Some(Value::Null);
        let mut found = Value::Null;
        let read = visitor.visit_seq(Items { item: &mut item, found: &mut found })?;
        *self.0 = json!({ "list": found });
        Ok(read)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let mut found = Map::new();
        let read = visitor.visit_map(Fields { names: ["key"].iter(), name: "key", found: &mut found })?;
        *self.0 = json!({ "map": found.remove("key") });
        Ok(read)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let mut found = Map::new();
        let read = visitor.visit_map(Fields { names: fields.iter(), name: "", found: &mut found })?;
        *self.0 = json!({ "structure": found });
        Ok(read)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        *self.0 = json!({ "enum": variants });
        let first = variants.first().ok_or_else(|| Error::custom(format!("{name} has no values")))?;
        let first: StrDeserializer<'_, Error> = first.into_deserializer();
        visitor.visit_enum(first)
    }

    serde::forward_to_deserialize_any! {
        i128 u128 char bytes byte_buf tuple tuple_struct identifier ignored_any
    }
}

/// A list of one item.
struct Items<'a> {
    item: &'a mut Option<Value>,
    found: &'a mut Value,
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        match self.item.take() {
            Some(_) => seed.deserialize(Asked(self.found)).map(Some),
            None => Ok(None),
        }
    }
}

/// A structure with all its members.
struct Fields<'a> {
    names: std::slice::Iter<'a, &'static str>,
    name: &'static str,
    found: &'a mut Map<String, Value>,
}

impl<'de> MapAccess<'de> for Fields<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some(name) = self.names.next() else { return Ok(None) };
        self.name = name;
        let name: StrDeserializer<'_, Error> = name.into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Error> {
        let mut found = Value::Null;
        let read = seed.deserialize(Asked(&mut found))?;
        self.found.insert(self.name.to_owned(), found);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    #[expect(dead_code, reason = "only its shape is looked at")]
    struct Outer {
        name: Option<String>,
        colors: Vec<Color>,
        inner: Inner,
        context: BTreeMap<String, String>,
        #[serde(default)]
        count: i64,
    }

    #[derive(Deserialize)]
    #[expect(dead_code, reason = "only its shape is looked at")]
    struct Inner {
        at: f64,
        yes: bool,
    }

    #[derive(Deserialize)]
    enum Color {
        #[serde(rename = "RED")]
        Red,
        #[serde(rename = "BLUE")]
        Blue,
    }

    #[test]
    fn every_member_is_seen_whether_optional_or_not() {
        assert_eq!(
            by::<Outer>().unwrap(),
            json!({"structure": {
                "Name": "text",
                "Colors": {"list": {"enum": ["RED", "BLUE"]}},
                "Inner": {"structure": {"at": "number", "yes": "boolean"}},
                "Context": {"map": "text"},
                "Count": "integer",
            }})
        );
    }
}
