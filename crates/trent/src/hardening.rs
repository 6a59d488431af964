//! What the process asks of the system: that its secrets stay inside (no core dump, no debugger of the same user, no
//! swap, no panic that prints what it was working on), and that it may have enough connections.

use std::io::Write as _;
use std::panic::PanicHookInfo;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tracing::{debug, error};

use crate::log;

/// Forbids core dumps and, on Linux, looking into the process. For every command, since each may hold a secret.
pub(crate) fn forbid_dumps() {
    // A limit can always be lowered.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

/// Keeps the memory out of the swap space, where that is allowed without end. Otherwise says why not: with a limit,
/// locking what is yet to be allocated would make a later allocation fail, and that would end the server.
pub(crate) fn lock_memory() -> Result<(), String> {
    let Rlimit { maximum, .. } = getrlimit(Resource::Memlock);
    if let Some(bytes) = maximum {
        return Err(format!(
            "memory may be swapped to disk: the limit of locked memory is {} KiB. Raise it with `ulimit -l unlimited` \
             or systemd's LimitMEMLOCK=infinity, or turn swap off",
            bytes / 1024
        ));
    }
    let _ = setrlimit(Resource::Memlock, Rlimit { current: None, maximum: None });
    lock_all().map_err(|error| format!("memory may be swapped to disk: locking it failed ({error})"))?;
    debug!("memory is locked");
    Ok(())
}

/// Allows as many open files as the system lets this process have: each connection is one, and the usual limit of
/// 1024 is meant for other programs.
pub(crate) fn allow_open_files() {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }) {
        debug!(%error, "the limit of open files was left as it is");
    }
}

#[cfg(target_os = "linux")]
fn lock_all() -> rustix::io::Result<()> {
    use rustix::mm::{MlockAllFlags, mlockall};
    // On fault: only pages that are used, so that nothing is made resident by being locked.
    mlockall(MlockAllFlags::CURRENT | MlockAllFlags::FUTURE | MlockAllFlags::ONFAULT)
}

#[cfg(not(target_os = "linux"))]
fn lock_all() -> rustix::io::Result<()> {
    Err(rustix::io::Errno::NOSYS)
}

/// Makes a panic tell where it happened and nothing else.
pub(crate) fn silence_panics() {
    std::panic::set_hook(Box::new(|panic: &PanicHookInfo<'_>| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        if tracing::dispatcher::has_been_set() {
            error!(place, "panic: this is a defect of Trent; please report it with this line");
            // The process may end with it.
            log::flush();
        } else {
            let text = "panic: this is a defect of Trent; please report it with this line";
            let _ = writeln!(std::io::stderr().lock(), "error: {text} ({place})");
        }
    }));
}
