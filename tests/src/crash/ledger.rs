//! What a client knows: what it asked for and what was answered.

/// How far a key has come. Each stage follows from the one before by one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// It waits for material.
    Created,
    /// The first material is in it.
    Imported,
    /// An alias names it.
    Named,
    /// A second material waits.
    Pending,
    /// The second material is the current one.
    Rotated,
    /// The first material was deleted.
    Emptied,
}

impl Stage {
    /// Every stage, in order.
    pub(crate) const ALL: [Self; 6] =
        [Self::Created, Self::Imported, Self::Named, Self::Pending, Self::Rotated, Self::Emptied];

    /// The next one, if there is one.
    pub(crate) fn next(self) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| *stage > self)
    }
}

/// One key.
pub(crate) struct Key {
    pub(crate) id: String,
    /// The last stage that was answered.
    pub(crate) answered: Stage,
    /// The last stage that was asked for: the answered one, or the next if its answer is out.
    pub(crate) asked: Stage,
    /// The furthest stage it was ever seen at.
    pub(crate) furthest: Stage,
    /// The two materials.
    pub(crate) materials: [[u8; 32]; 2],
    /// Their ids, as far as they were answered.
    pub(crate) material_ids: [Option<String>; 2],
    /// What it has encrypted: which material was current, and the ciphertext.
    pub(crate) ciphertexts: Vec<(usize, Vec<u8>)>,
}

impl Key {
    /// A key as its creation was answered.
    pub(crate) fn created(id: String) -> Self {
        let materials = [crypto::random::array(), crypto::random::array()];
        Self {
            id,
            answered: Stage::Created,
            asked: Stage::Created,
            furthest: Stage::Created,
            materials,
            material_ids: [None, None],
            ciphertexts: Vec::new(),
        }
    }

    /// The name of its alias, once it has one.
    pub(crate) fn alias(&self) -> String {
        format!("alias/crash/{}", self.id)
    }

    /// What every ciphertext of it holds.
    pub(crate) fn plaintext(&self) -> Vec<u8> {
        self.id.as_bytes().to_vec()
    }
}

/// One client's keys.
pub(crate) struct Ledger {
    pub(crate) worker: usize,
    pub(crate) keys: Vec<Key>,
    /// Creations without an answer: so many keys may exist that are not in `keys`.
    pub(crate) unanswered_creations: usize,
}

impl Ledger {
    pub(crate) fn new(worker: usize) -> Self {
        Self { worker, keys: Vec::new(), unanswered_creations: 0 }
    }
}
