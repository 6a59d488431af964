//! The symmetric ciphertext.

use std::sync::LazyLock;

use crypto::{Content, Envelope, EnvelopeHeader, KeySpec, Material, SecretBytes};

/// The encryption context of the corpus.
pub const CONTEXT: &[(&str, &str)] = &[("purpose", "fuzz"), ("tenant", "blue")];

static KEY: LazyLock<Material> = LazyLock::new(|| {
    let bytes = SecretBytes::new((0..32).collect());
    Material::import(KeySpec::Symmetric, &bytes).expect("32 bytes are a symmetric key")
});

/// The key of the corpus: it protects nothing.
pub fn key() -> &'static Material {
    &KEY
}

/// The header of the corpus.
pub fn header(multi_region: bool) -> EnvelopeHeader {
    EnvelopeHeader { multi_region, content: Content::Data, key_id: [0x11; 16], material_tag: [0x22; 16] }
}

/// Opens the bytes as an envelope, and seals them and opens them again.
///
/// What opens must be what was sealed: an envelope of the corpus opens, and nothing that differs from one does,
/// or else the plaintext that comes out was sealed by this very key, which only the corpus has done.
pub fn envelope(data: &[u8]) {
    let Some(key) = key().as_symmetric() else { panic!("the key is symmetric") };
    let context = crypto::encode_context(CONTEXT.iter().copied());
    if let Ok(found) = Envelope::parse(data) {
        let header = *found.header();
        if let Ok(plain) = key.decrypt(&found, &context) {
            assert_eq!(plain.expose(), b"a true envelope", "a forgery has opened");
            assert!(header == self::header(header.multi_region), "a foreign header has opened");
            assert!(key.decrypt(&found, &[]).is_err(), "the context does not count");
        }
    }
    let (context, plaintext) = data.split_at(data.len() / 2);
    let sealed = key.encrypt(&header(false), context, plaintext);
    let found = Envelope::parse(&sealed).expect("what was sealed is an envelope");
    let opened = key.decrypt(&found, context).expect("what was sealed opens");
    assert!(opened.same_as(plaintext), "something else came out");
}
