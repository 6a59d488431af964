//! The keys that a scan walks over, as one half-open range that every backend understands.

use crate::{MAX_KEY, MAX_SCAN, StoreError};

/// All keys `k` with `from <= k < until`, at most `limit` of them.
pub(crate) struct Range {
    pub(crate) from: Vec<u8>,
    pub(crate) until: Vec<u8>,
    pub(crate) limit: u32,
}

impl Range {
    /// The range of the keys that begin with `prefix` and are greater than `after`.
    pub(crate) fn new(prefix: &[u8], after: Option<&[u8]>, limit: u32) -> Result<Self, StoreError> {
        for bound in [prefix, after.unwrap_or_default()] {
            if bound.len() > MAX_KEY {
                return Err(StoreError::KeyLength { length: bound.len() });
            }
        }
        if limit > MAX_SCAN {
            return Err(StoreError::ScanLimit { limit });
        }
        // The least key greater than `after` is `after` and a zero byte.
        let from = match after {
            Some(after) if after >= prefix => [after, &[0]].concat(),
            _ => prefix.to_vec(),
        };
        Ok(Self { from, until: end_of(prefix), limit })
    }

    /// Whether it can hold no key at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.limit == 0 || self.from >= self.until
    }
}

/// The least byte string greater than every key that begins with `prefix`.
fn end_of(prefix: &[u8]) -> Vec<u8> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if let Some(next) = last.checked_add(1) {
            end.push(next);
            return end;
        }
    }
    // Nothing but 0xff: the end lies beyond the greatest key there can be.
    vec![0xff; MAX_KEY + 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_prefix_carries_over_0xff() {
        assert_eq!(end_of(b"a"), b"b");
        assert_eq!(end_of(b"a\xff\xff"), b"b");
        assert_eq!(end_of(b"a\xffb"), b"a\xffc");
        assert_eq!(end_of(b"\xff\xff").len(), MAX_KEY + 1);
        assert_eq!(end_of(b"").len(), MAX_KEY + 1);
    }

    #[test]
    fn a_scan_after_the_last_key_of_its_prefix_is_empty() {
        assert!(Range::new(b"a", Some(b"b"), 10).unwrap().is_empty());
        assert!(!Range::new(b"a", Some(b"a"), 10).unwrap().is_empty());
        assert_eq!(Range::new(b"b", Some(b"a"), 10).unwrap().from, b"b");
    }
}
