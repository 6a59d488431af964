//! Passwords of people, of which only a hash is kept: Argon2id (RFC 9106), which costs memory and time on purpose, so that
//! whoever steals the hashes cannot try many passwords.
//!
//! Each hash carries its parameters, so that those of today can be raised and old hashes still be read.
//!
//! The memory it takes is kept and used again: given back each time, the allocator would keep some for every thread that
//! ever hashed.

use std::sync::{Mutex, MutexGuard, PoisonError};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use zeroize::{Zeroize as _, Zeroizing};

use crate::random;
use crate::secret::{SecretBytes, constant_time_eq};

/// Memory, in KiB, passes over it and lanes (OWASP, "Password Storage Cheat Sheet", second recommended set: 19 MiB, 2, 1).
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Blocks of each piece of memory that is kept: those of a hash of today, of 1 KiB each (RFC 9106, 3.2).
const KEPT: usize = MEMORY_KIB as usize;
/// Most that a hash which is read may ask for: 16 times the memory and passes of today.
const MAX_MEMORY_KIB: u32 = 16 * MEMORY_KIB;
const MAX_PASSES: u32 = 16 * PASSES;

/// Bytes of a salt and of a hash (RFC 9106, 4: 128 and 256 bits).
const SALT: usize = 16;
const HASH: usize = 32;
/// Longest password taken, in bytes: 128 characters (AWS: IAM, `passwordType`) of four bytes each.
const MAX_PASSWORD: usize = 512;

/// The form of [`PasswordHash::to_bytes`]: this byte, memory and passes as 32 bits, big-endian, salt, hash.
const FORM: u8 = 1;
const WRITTEN: usize = 1 + 4 + 4 + SALT + HASH;

/// The memory of all hashes of this process.
static MEMORY: Memory = Memory::new();

/// What is kept of a password. Deliberately without `Debug`: it can be guessed against.
pub struct PasswordHash {
    memory_kib: u32,
    passes: u32,
    salt: [u8; SALT],
    hash: Zeroizing<[u8; HASH]>,
}

/// A password that cannot be hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a password has at most {MAX_PASSWORD} bytes")]
pub struct PasswordTooLong;

impl PasswordHash {
    /// Hashes a password under a salt of its own. Takes some 20 milliseconds, and 19 MiB that stay for the next one: the
    /// caller bounds how many are hashed or compared at once, and by that the memory.
    ///
    /// # Errors
    /// The password is longer than 512 bytes.
    pub fn of(password: &[u8]) -> Result<Self, PasswordTooLong> {
        let salt = random::array();
        let hash = MEMORY.derive(MEMORY_KIB, PASSES, &salt, password).ok_or(PasswordTooLong)?;
        Ok(Self { memory_kib: MEMORY_KIB, passes: PASSES, salt, hash })
    }

    /// A hash that no password has, for whom there is none: comparing with it takes as long as with any other.
    pub fn of_nobody() -> Self {
        let hash = Zeroizing::new(random::array());
        Self { memory_kib: MEMORY_KIB, passes: PASSES, salt: random::array(), hash }
    }

    /// Whether this is the hash of `password`. Compares in constant time.
    pub fn is_of(&self, password: &[u8]) -> bool {
        let derived = MEMORY.derive(self.memory_kib, self.passes, &self.salt, password);
        derived.is_some_and(|hash| constant_time_eq(&*hash, &*self.hash))
    }

    /// The hash as it is kept.
    pub fn to_bytes(&self) -> SecretBytes {
        let mut bytes = Vec::with_capacity(WRITTEN);
        bytes.push(FORM);
        bytes.extend_from_slice(&self.memory_kib.to_be_bytes());
        bytes.extend_from_slice(&self.passes.to_be_bytes());
        bytes.extend_from_slice(&self.salt);
        bytes.extend_from_slice(&*self.hash);
        SecretBytes::new(bytes)
    }

    /// What [`to_bytes`](Self::to_bytes) wrote. `None` for anything else, and for parameters that would cost too much.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (&form, rest) = bytes.split_first()?;
        let (memory, rest) = rest.split_first_chunk()?;
        let (passes, rest) = rest.split_first_chunk()?;
        let (salt, rest) = rest.split_first_chunk()?;
        let hash: &[u8; HASH] = rest.try_into().ok()?;
        let (memory_kib, passes) = (u32::from_be_bytes(*memory), u32::from_be_bytes(*passes));
        let is_sane = form == FORM
            && (Params::MIN_M_COST..=MAX_MEMORY_KIB).contains(&memory_kib)
            && (Params::MIN_T_COST..=MAX_PASSES).contains(&passes);
        is_sane.then(|| Self { memory_kib, passes, salt: *salt, hash: Zeroizing::new(*hash) })
    }
}

/// Memory to hash in, as many pieces as were ever in use at once; all zeros while in use by nobody.
struct Memory {
    free: Mutex<Vec<Vec<Block>>>,
}

impl Memory {
    const fn new() -> Self {
        Self { free: Mutex::new(Vec::new()) }
    }

    /// `None` if the password is too long, or there is not as much memory.
    fn derive(
        &self,
        memory_kib: u32,
        passes: u32,
        salt: &[u8; SALT],
        password: &[u8],
    ) -> Option<Zeroizing<[u8; HASH]>> {
        if password.len() > MAX_PASSWORD {
            return None;
        }
        let parameters = Params::new(memory_kib, passes, LANES, Some(HASH)).ok()?;
        let count = parameters.block_count();
        let mut hash = Zeroizing::new([0; HASH]);
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters);
        let mut piece = self.take(count)?;
        let blocks = piece.blocks.get_mut(..count)?;
        argon2.hash_password_into_with_memory(password, salt, &mut *hash, blocks).ok()?;
        Some(hash)
    }

    /// A piece of at least so many blocks. `None` if there is not as much memory.
    fn take(&self, count: usize) -> Option<Piece<'_>> {
        if count <= KEPT
            && let Some(blocks) = self.free().pop()
        {
            return Some(Piece { memory: self, blocks });
        }
        let (mut blocks, count) = (Vec::new(), count.max(KEPT));
        blocks.try_reserve_exact(count).ok()?;
        blocks.resize(count, Block::new());
        Some(Piece { memory: self, blocks })
    }

    fn free(&self) -> MutexGuard<'_, Vec<Vec<Block>>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Memory in use; wiped and given back when dropped.
struct Piece<'a> {
    memory: &'a Memory,
    blocks: Vec<Block>,
}

impl Drop for Piece<'_> {
    fn drop(&mut self) {
        self.blocks.iter_mut().zeroize();
        // Hashes of greater parameters are rare, and what they need is too much to keep.
        if self.blocks.len() == KEPT {
            self.memory.free().push(std::mem::take(&mut self.blocks));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made with OpenSSL, by way of `cryptography` 50.0.2 for Python.
    #[test]
    fn the_hash_is_the_same_as_that_of_another_implementation() {
        let hash = MEMORY.derive(MEMORY_KIB, PASSES, b"saltsaltsaltsalt", b"correct horse").unwrap();
        assert_eq!(hex::encode(*hash), "01dc1e04bc1c7e59cd5f61d55bc8b532dbbb7ebae7e0a8bb87fad8486b94ec8b");
    }

    #[test]
    fn only_its_own_password_matches() {
        let hash = PasswordHash::of("pässword".as_bytes()).unwrap();
        assert!(hash.is_of("pässword".as_bytes()));
        for other in ["passwort", "pässword ", "Pässword", ""] {
            assert!(!hash.is_of(other.as_bytes()), "{other}");
        }
        assert!(!PasswordHash::of_nobody().is_of(b""));
        let again = PasswordHash::of("pässword".as_bytes()).unwrap();
        assert!(!again.to_bytes().same_as(hash.to_bytes().expose()), "salts must differ");
    }

    #[test]
    fn what_is_written_is_read_and_nothing_else() {
        let hash = PasswordHash::of(b"p").unwrap();
        let bytes = hash.to_bytes();
        assert!(PasswordHash::from_bytes(bytes.expose()).unwrap().is_of(b"p"));
        let with = |position: usize, byte: u8| {
            let mut changed = bytes.expose().to_vec();
            changed[position] = byte;
            PasswordHash::from_bytes(&changed)
        };
        assert!(with(0, 2).is_none(), "another form");
        assert!(with(1, 0xff).is_none(), "too much memory");
        assert!(with(5, 0xff).is_none(), "too many passes");
        assert!(!with(WRITTEN - 1, bytes.expose()[WRITTEN - 1] ^ 1).unwrap().is_of(b"p"));
        for length in 0..WRITTEN {
            assert!(PasswordHash::from_bytes(&bytes.expose()[..length]).is_none());
        }
        assert!(PasswordHash::from_bytes(&[bytes.expose(), b"x"].concat()).is_none());
    }

    #[test]
    fn a_password_has_a_longest() {
        assert!(PasswordHash::of(&[b'a'; MAX_PASSWORD]).is_ok());
        assert_eq!(PasswordHash::of(&[b'a'; MAX_PASSWORD + 1]).err(), Some(PasswordTooLong));
        assert!(!PasswordHash::of_nobody().is_of(&[b'a'; MAX_PASSWORD + 1]));
    }

    #[test]
    fn memory_is_kept_for_as_many_as_hash_at_once() {
        let memory = Memory::new();
        let derive = |memory_kib| memory.derive(memory_kib, 1, b"saltsaltsaltsalt", b"p").unwrap();
        for round in 0..3 {
            derive(MEMORY_KIB);
            assert_eq!(memory.free().len(), 1, "{round}");
        }
        let held = (memory.take(KEPT).unwrap(), memory.take(8).unwrap());
        assert_eq!(memory.free().len(), 0);
        drop(held);
        assert_eq!(memory.free().len(), 2);
        // Neither fewer nor more blocks change what is kept.
        derive(8);
        derive(2 * MEMORY_KIB);
        assert_eq!(memory.free().iter().map(Vec::len).collect::<Vec<_>>(), [KEPT, KEPT]);
    }

    #[test]
    fn memory_is_wiped_and_the_next_hash_is_as_in_new_memory() {
        let memory = Memory::new();
        let derive = |memory: &Memory, kib, password: &[u8]| {
            memory.derive(kib, PASSES, b"saltsaltsaltsalt", password).unwrap()
        };
        for (kib, password) in [(MEMORY_KIB, b"a"), (8, b"b"), (MEMORY_KIB, b"c"), (8, b"d")] {
            let in_new = derive(&Memory::new(), kib, password);
            assert_eq!(derive(&memory, kib, password), in_new, "{kib}");
            let is_zero = |block: &Block| block.as_ref().iter().all(|word| *word == 0);
            assert!(memory.free().iter().flatten().all(is_zero), "{kib}");
        }
    }
}
