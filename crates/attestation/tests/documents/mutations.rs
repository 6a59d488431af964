//! Whatever is done to a document, it is refused and nothing panics.

use attestation::{Root, verify};
use proptest::prelude::*;

use crate::verdicts::{NOW, document, roots};

fn good() -> (Vec<u8>, Root) {
    (document("enclave"), roots()["enclave"])
}

proptest! {
    #[test]
    fn a_changed_byte(place: prop::sample::Index, flip in 1..=255_u8) {
        let (mut document, root) = good();
        let index = place.index(document.len());
        document[index] ^= flip;
        prop_assert!(verify(&document, &root, NOW).is_err(), "byte {index}");
    }

    #[test]
    fn a_part_cut_out(from: prop::sample::Index, to: prop::sample::Index) {
        let (mut document, root) = good();
        let (from, to) = (from.index(document.len()), to.index(document.len()));
        document.drain(from.min(to)..=from.max(to));
        prop_assert!(verify(&document, &root, NOW).is_err());
    }

    #[test]
    fn a_part_overwritten(place: prop::sample::Index, bytes in prop::collection::vec(any::<u8>(), 1..64)) {
        let (good, root) = good();
        let index = place.index(good.len());
        let mut document = good.clone();
        document.truncate(index);
        document.extend_from_slice(&bytes);
        document.extend_from_slice(good.get(document.len()..).unwrap_or_default());
        prop_assert!(document == good || verify(&document, &root, NOW).is_err());
    }

    #[test]
    fn any_bytes(document in prop::collection::vec(any::<u8>(), 0..512), now: u64) {
        let (_, root) = good();
        prop_assert!(verify(&document, &root, now).is_err());
    }
}
