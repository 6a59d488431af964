//! What an attacker tries. Each attack is refused in bounded time and memory, and where it is tested, says this table:
//! in a module beside this one, or where the part that stands in its way is tested anyway.
//!
//! | attack | tested in |
//! |---|---|
//! | a recorded request, later, elsewhere, in parts | [`replay`]; edges of the window: `authentication`, `sigv4/tests/presented.rs` |
//! | a bit changed anywhere | `sigv4/tests/vectors.rs` |
//! | headers twice, folded, in other case, with white space | [`headers`]; over HTTP/2: [`http2`] |
//! | `Host` twice, against `:authority`, against an absolute target | [`headers`], [`http2`], `protocol` |
//! | a length and chunks, and other ways to cut in two places | [`framing`] |
//! | too little signed: host, target, token, date | [`headers`]; every header and place: `sigv4/src/coverage.rs` |
//! | a token, target or header added in transit | [`headers`], `authentication` |
//! | signatures in two places | [`headers`], `sigv4/tests/presented.rs` |
//! | the scope of another service, Region, day | [`scopes`], `authentication` |
//! | one request in the forms of two services | [`scopes`] |
//! | values of odd bytes, and too long | [`headers`], `connections` |
//! | session tokens changed, mixed up, of another purpose | [`sessions`]; expired: `authentication` |
//! | sessions of who is gone, or may less now | `tests/python/test_attacks.py` |
//! | unknown, inactive and deleted access keys, told apart | [`counted`] |
//! | another account's key by id, ARN, alias, in a ciphertext | [`counted`], every operation: `tests/python/test_attacks.py` |
//! | a confused deputy: `ReEncrypt`, services, sessions | `tests/python/test_attacks.py` |
//! | a grant passed on wider, its token used by others | `kms/tests/engine/grants/make.rs`, `tests/python/test_attacks.py` |
//! | giving oneself more; made anew under an old name | `tests/python/test_attacks.py` |
//! | policies that cost: wildcards, statements, depth, length | `policy` counts steps; the server meanwhile: `tests/python/test_bombs.py` |
//! | forms that cost: parameters, depth, numbers, markup | `fronts/aws/query/form.rs`; the server meanwhile: `tests/python/test_bombs.py` |
//! | bodies too large, too slow, too many; silent clients | `bodies`, `connections` |
//! | floods without a signature | [`counted`], `strangers`, `bodies`, `tests/python/test_bombs.py` |
//! | streams and fields of HTTP/2 without end | [`http2`], `connections` |
//! | web pages, names that were made to mean this machine | `protocol`, `src/hosts.rs` |

mod counted;
mod credentials;
mod forge;
mod framing;
mod headers;
mod http2;
mod replay;
mod scopes;
mod sessions;
