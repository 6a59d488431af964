//! Tests that cross the modules: published vectors, a second implementation, and keys made to be refused.

mod der;
mod import;
mod import_rsa;
mod openssl;
mod openssl_agreement;
mod openssl_cms;
mod openssl_keys;
mod openssl_pairs;
mod openssl_wrapping;
mod properties;
mod wycheproof_agreement;
mod wycheproof_encryption;
mod wycheproof_signatures;
