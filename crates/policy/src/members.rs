//! Reading the members of a document: each of a known name, once, of the right type and not without end.

use crate::document::MAX_VALUES;
use crate::error::{Place, PolicyError};
use crate::json::Json;

/// The members of an object of the document.
#[derive(Clone, Copy)]
pub(crate) struct Members<'a> {
    place: &'a Place,
    members: &'a [(String, Json)],
}

impl<'a> Members<'a> {
    /// Takes an object, if no member of it is there twice. Two that differ in case only are two where `any_case`.
    pub(crate) fn of(
        value: &'a Json,
        element: &str,
        any_case: bool,
        place: &'a Place,
    ) -> Result<Self, PolicyError> {
        let Json::Object(members) = value else {
            return Err(wrong_type(place, element, "an object"));
        };
        let mut names: Vec<String> = members
            .iter()
            .map(|(name, _)| if any_case { name.to_ascii_lowercase() } else { name.clone() })
            .collect();
        names.sort_unstable();
        if let Some([element, _]) = names.array_windows().find(|[a, b]| a == b) {
            return Err(PolicyError::Duplicate { place: place.clone(), element: element.clone() });
        }
        Ok(Self { place, members })
    }

    /// Refuses a member of any other name.
    pub(crate) fn only(self, known: &[&str]) -> Result<Self, PolicyError> {
        match self.members.iter().find(|(name, _)| !known.contains(&name.as_str())) {
            None => Ok(self),
            Some((name, _)) => {
                Err(PolicyError::UnknownElement { place: self.place.clone(), element: name.clone() })
            }
        }
    }

    pub(crate) fn get(self, name: &str) -> Option<&'a Json> {
        self.members.iter().find(|(member, _)| member == name).map(|(_, value)| value)
    }

    pub(crate) fn text(self, name: &str) -> Result<Option<&'a str>, PolicyError> {
        match self.get(name) {
            None => Ok(None),
            Some(Json::Text(text)) => Ok(Some(text)),
            Some(_) => Err(wrong_type(self.place, name, "a string")),
        }
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = (&'a str, &'a Json)> {
        self.members.iter().map(|(name, value)| (name.as_str(), value))
    }

    pub(crate) fn is_empty(self) -> bool {
        self.members.is_empty()
    }
}

/// A value, or a list of them: one at the least.
pub(crate) fn one_or_more<'a>(
    value: &'a Json,
    element: &str,
    place: &Place,
) -> Result<&'a [Json], PolicyError> {
    let values = match value {
        Json::List(values) => values.as_slice(),
        other => std::slice::from_ref(other),
    };
    match values.len() {
        0 => Err(PolicyError::Empty { place: place.clone(), element: element.to_owned() }),
        1..=MAX_VALUES => Ok(values),
        count => Err(PolicyError::TooManyValues { place: place.clone(), element: element.to_owned(), count }),
    }
}

/// A string, or a list of them: one at the least.
pub(crate) fn texts<'a>(value: &'a Json, element: &str, place: &Place) -> Result<Vec<&'a str>, PolicyError> {
    let text = |value: &'a Json| match value {
        Json::Text(text) => Ok(text.as_str()),
        _ => Err(wrong_type(place, element, "a string or a list of strings")),
    };
    one_or_more(value, element, place)?.iter().map(text).collect()
}

pub(crate) fn wrong_type(place: &Place, element: &str, wanted: &'static str) -> PolicyError {
    PolicyError::WrongType { place: place.clone(), element: element.to_owned(), wanted }
}
