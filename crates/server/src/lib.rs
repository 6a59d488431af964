//! The server around the product: it listens, speaks HTTP, finds out who is calling, hands the request to
//! [`kms`], and answers in the words of the API that was used.
//!
//! Where things are: [`Server::run`] is the life of a server (`server.rs`), one connection is `connection.rs`, one
//! API is a folder of `fronts/`, and what an operator writes is [`Config`]. What must hold: no client, whatever it
//! sends or fails to send, holds more than the limits of [`limits`] allow, sees another's answer, or stops the
//! server; there is no unsigned way in.

mod body;
mod config;
mod connection;
mod contain;
mod fronts;
mod hosts;
pub mod limits;
mod peers;
mod server;
mod sweeper;
mod tls;
mod watched;

pub use config::{Config, ConfigError, Import, Log, LogFormat, MAX_SETTLING, Tls};
pub use hosts::Hosts;
pub use limits::Limits;
pub use server::Server;
pub use tls::{TlsError, tls};
