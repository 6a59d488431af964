//! Lists in pages. A marker is the name of the last item that was given, so that what comes and goes between two
//! pages neither repeats nor hides another.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::Error;
use crate::refusal::Stop;
use crate::shapes::{Listed, Page, PageEnd};

/// Items of a page if the request does not say (API reference, `MaxItems`).
const DEFAULT_ITEMS: usize = 100;

impl Page {
    /// This page of `items`, which have each another `key`, in the order of their keys.
    pub(super) fn of<T>(
        &self,
        mut items: Vec<T>,
        key: impl Fn(&T) -> String,
    ) -> Result<(Vec<T>, PageEnd), Stop> {
        items.sort_by_cached_key(&key);
        if let Some(marker) = &self.marker {
            let after = read_marker(marker)?;
            items.retain(|item| key(item) > after);
        }
        let most = self.max_items.unwrap_or(DEFAULT_ITEMS);
        let is_truncated = items.len() > most;
        items.truncate(most);
        let marker = items.last().filter(|_| is_truncated).map(|last| URL_SAFE_NO_PAD.encode(key(last)));
        Ok((items, PageEnd { is_truncated, marker }))
    }

    /// The same as an answer, each item as `shown`.
    pub(super) fn answer<T, S>(
        &self,
        name: &'static str,
        items: Vec<T>,
        key: impl Fn(&T) -> String,
        shown: impl FnMut(T) -> S,
    ) -> Result<Listed<S>, Stop> {
        let (items, end) = self.of(items, key)?;
        Ok(Listed { name, items: items.into_iter().map(shown).collect(), end })
    }
}

fn read_marker(marker: &str) -> Result<String, Error> {
    let bytes = URL_SAFE_NO_PAD.decode(marker).ok();
    bytes
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| Error::validation("Invalid Marker: it is not one that a page before gave."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(page: &Page) -> (Vec<&'static str>, PageEnd) {
        page.of(vec!["c", "a", "b", "d"], |name| (*name).to_owned()).unwrap()
    }

    #[test]
    fn pages_go_on_where_the_last_ended() {
        let (all, end) = names(&Page::default());
        assert_eq!((all.as_slice(), end.is_truncated, end.marker), (&["a", "b", "c", "d"][..], false, None));
        let mut page = Page { max_items: Some(3), marker: None };
        let (first, end) = names(&page);
        assert_eq!((first.as_slice(), end.is_truncated), (&["a", "b", "c"][..], true));
        page.marker = end.marker;
        let (second, end) = names(&page);
        assert_eq!((second.as_slice(), end.is_truncated, end.marker), (&["d"][..], false, None));
    }

    #[test]
    fn a_marker_of_nobodys_is_refused() {
        for marker in ["%", "a", "_w"] {
            let page = Page { max_items: None, marker: Some(marker.to_owned()) };
            assert!(page.of(vec![""], |name| (*name).to_owned()).is_err(), "{marker}");
        }
    }
}
