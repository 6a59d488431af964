//! Every target holds for every file of its corpus and for many mutations of each.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Mutations of one file. The token's target goes through the whole engine, the others are quick.
const MUTATIONS: usize = 300;
/// Where the random numbers begin: every run replays the same.
const SEED: u64 = 0x9E37_79B9_7F4A_7C15;

fn corpus(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

#[track_caller]
fn replay(name: &str) {
    let (_, target) = crate::TARGETS.iter().find(|(known, _)| *known == name).unwrap();
    let files = corpus(name);
    assert!(files.len() >= 4, "the corpus of {name} is nearly empty");
    let mut random = Random(SEED);
    target(b"");
    for (_, content) in &files {
        target(content);
        for _ in 0..MUTATIONS {
            let (_, other) = &files[random.below(files.len())];
            target(&random.mutate(content, other));
        }
    }
}

#[test]
fn attestation() {
    replay("attestation");
}

#[test]
fn envelope() {
    replay("envelope");
}

#[test]
fn evaluation() {
    replay("evaluation");
}

#[test]
fn policy() {
    replay("policy");
}

#[test]
fn requests() {
    replay("requests");
}

#[test]
fn signature() {
    replay("signature");
}

#[test]
fn token() {
    replay("token");
}

#[test]
fn every_target_has_a_program_and_a_corpus_and_no_others_have() {
    let named: BTreeSet<String> = crate::TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let list = |folder: &str, suffix: &str| -> BTreeSet<String> {
        let entries = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap();
        entries
            .map(|entry| {
                entry.unwrap().file_name().into_string().unwrap().trim_end_matches(suffix).to_owned()
            })
            .collect()
    };
    assert_eq!(list("fuzz_targets", ".rs"), named);
    assert_eq!(list("corpus", ""), named);
}

#[test]
fn every_operation_has_its_shape_in_the_target_and_a_request_in_the_corpus() {
    let offered: BTreeSet<_> = kms::TABLE.iter().map(|entry| entry.spec.name).collect();
    assert_eq!(offered, crate::NAMES.iter().copied().collect());
    let requests = corpus("requests");
    let shown: BTreeSet<_> = requests
        .iter()
        .map(|(_, content)| std::str::from_utf8(content).unwrap().split('\n').next().unwrap())
        .collect();
    assert_eq!(offered, shown);
}

#[test]
fn the_corpus_of_signatures_is_still_accepted() {
    let mut accepted = 0;
    for (path, content) in corpus("signature") {
        let answer = sigv4::examine(&content, crate::SECRET, crate::NOW).unwrap();
        let unsigned = path.ends_with("unsigned");
        assert_eq!(answer.is_err(), unsigned, "{}: {:?}", path.display(), answer.err());
        accepted += usize::from(!unsigned);
    }
    assert_eq!(accepted, 6);
}

#[test]
fn the_corpus_of_sdk_signatures_is_still_accepted() {
    let mut accepted = 0;
    for (path, content) in corpus("sdk_signature") {
        let answer = sigv4::sdk_hmac::examine(&content, crate::SECRET, crate::NOW).unwrap();
        let unsigned = path.to_string_lossy().ends_with("unsigned");
        assert_eq!(answer.is_err(), unsigned, "{}: {:?}", path.display(), answer.err());
        accepted += usize::from(!unsigned);
    }
    assert_eq!(accepted, 2);
}

#[test]
fn the_corpus_of_evaluations_still_allows_and_denies() {
    let mut verdicts = BTreeSet::new();
    for (path, content) in corpus("evaluation") {
        let sections = crate::sections(std::str::from_utf8(&content).unwrap());
        let sections = sections.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for principal in crate::principals(&sections) {
            verdicts.extend(crate::OWNERS.map(|owner| format!("{:?}", sections.verdict(&principal, owner))));
        }
    }
    let explicit = verdicts.iter().filter(|verdict| verdict.contains("explicit: true")).count();
    assert!(verdicts.contains("Allowed") && explicit >= 4 && verdicts.len() >= explicit + 4, "{verdicts:?}");
}

#[test]
fn the_corpus_of_envelopes_still_opens() {
    let context = crypto::encode_context(crate::CONTEXT.iter().copied());
    let key = crate::key().as_symmetric().unwrap();
    for name in ["single-region", "multi-region"] {
        let (_, sealed) = corpus("envelope").into_iter().find(|(path, _)| path.ends_with(name)).unwrap();
        let found = crypto::Envelope::parse(&sealed).unwrap();
        assert_eq!(key.decrypt(&found, &context).ok().unwrap().expose(), b"a true envelope");
    }
}

#[test]
fn the_corpus_of_tokens_still_gets_as_far_as_the_wrapping() {
    let (_, content) = corpus("token").into_iter().find(|(path, _)| path.ends_with("opened")).unwrap();
    assert_eq!(crate::refusal_of_opened(&content), api::ErrorCode::InvalidCiphertext);
}

/// Xorshift (Marsaglia 2003).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(bound.max(1)).unwrap()).unwrap()
    }

    /// One to four changes: a bit, a byte, a cut, a repetition, or a piece of another input.
    fn mutate(&mut self, content: &[u8], other: &[u8]) -> Vec<u8> {
        let mut changed = content.to_vec();
        for _ in 0..=self.below(4) {
            let (at, to) = (self.below(changed.len()), self.below(changed.len()));
            let (from, until) = (at.min(to), at.max(to));
            match self.below(6) {
                0 if !changed.is_empty() => changed[at] ^= 1 << self.below(8),
                1 if !changed.is_empty() => changed[at] = u8::try_from(self.below(256)).unwrap(),
                2 => changed.truncate(until),
                3 => drop(changed.drain(from..until)),
                4 => {
                    let piece = changed[from..until].to_vec();
                    changed.splice(to..to, piece);
                }
                _ => {
                    let end = self.below(other.len() + 1);
                    changed.truncate(at);
                    changed.extend_from_slice(&other[end..]);
                }
            }
        }
        changed
    }
}
