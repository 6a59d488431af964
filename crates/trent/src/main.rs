//! Trent: a key management server that people run themselves, and the commands around it.
//!
//! One file is one command. Here is what they share: the command line, and how the process protects itself.

mod completion;
mod dev;
mod failure;
mod folder;
mod hardening;
mod import;
mod init;
mod key_policy;
mod log;
mod material;
mod mode;
mod output;
mod serve;
mod session;
mod start;
mod user;
mod wrap;

use std::alloc::System;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use zeroizing_alloc::ZeroAlloc;

pub(crate) use crate::failure::Failure;

/// Whatever is freed is wiped first: request bodies, parsed JSON and buffers of libraries held secrets too.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

const EXAMPLES: &str = "Examples:
  trent dev                              a server to try things on, with nothing to set up
  trent import --create --key-spec SYMMETRIC_DEFAULT --material-file key.bin
                                         bring a key of your own
  trent init --data /var/lib/trent       make the data of a server, and its first account
  trent serve --config trent.toml        run that server";

#[derive(Parser)]
#[command(name = "trent", version, about = "A key management server that speaks the KMS APIs of AWS and of Huawei Cloud", after_help = EXAMPLES, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run a server for development, on this machine only
    Dev(dev::Args),
    /// Make the data of a server: root key, database, and a first account
    Init(init::Args),
    /// Run a server as its configuration says
    Serve(serve::Args),
    /// Make temporary credentials
    Session(session::Args),
    /// Users and access keys, for the day when no access key works
    User(user::Args),
    /// Key policies, for the day when one lets nobody in
    KeyPolicy(key_policy::Args),
    /// Import key material of your own into a key
    Import(Box<import::Args>),
    /// Only wrap key material, on a machine without a network
    Wrap(Box<wrap::Args>),
    /// Print the completion script of a shell
    Completion(completion::Args),
}

fn main() -> ExitCode {
    let _flushed = log::Flushed;
    hardening::silence_panics();
    hardening::forbid_dumps();
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return Failure::from(error).report(),
    };
    let done = runtime.block_on(Box::pin(run(cli.command)));
    // What led to a failure is told before the failure.
    log::flush();
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

async fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Dev(args) => dev::run(args).await,
        Command::Init(args) => init::run(args).await,
        Command::Serve(args) => serve::run(args).await,
        Command::Session(args) => session::run(args).await,
        Command::User(args) => user::run(args).await,
        Command::KeyPolicy(args) => key_policy::run(args).await,
        Command::Import(args) => import::run(*args).await,
        Command::Wrap(args) => wrap::run(*args).await,
        Command::Completion(args) => completion::run::<Cli>(&args),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
