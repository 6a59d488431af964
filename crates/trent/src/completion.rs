//! `trent completion`: the completion script of a shell, on standard output.

use clap::CommandFactory;
use clap_complete::Shell;

use crate::Failure;

/// Example: trent completion bash > /etc/bash_completion.d/trent
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The shell
    shell: Shell,
}

pub(crate) fn run<C: CommandFactory>(args: &Args) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut C::command(), "trent", &mut script);
    crate::start::print(&String::from_utf8_lossy(&script))
}
