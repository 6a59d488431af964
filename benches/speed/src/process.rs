//! A process that is measured.

use std::fs;
use std::process::Child;
use std::time::{Duration, Instant};

use rustix::param::clock_ticks_per_second;
use rustix::process::{Pid, Resource, Rlimit, Signal, getrlimit, kill_process, setrlimit};
use tokio::time::sleep;

use crate::Outcome;

/// How long a process may take to end once it is asked to.
const FAREWELL: Duration = Duration::from_secs(30);
/// A process is idle when it has worked less than this part of so long.
const IDLE_PART: f64 = 0.05;
const IDLE: Duration = Duration::from_millis(500);
/// How long that is awaited.
const LONGEST_WORK: Duration = Duration::from_mins(5);

/// Lets this process have as many connections as the system allows it, which may be many more than it has by default.
pub(crate) fn allow_many_files() -> Outcome<()> {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    Ok(setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum })?)
}

/// A child that ends with this value at the latest.
pub(crate) struct Process {
    child: Child,
}

impl Process {
    pub(crate) fn of(child: Child) -> Self {
        Self { child }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// How long its threads have had a processor, all together, those that have ended among them. In steps of the
    /// kernel's clock, a hundredth of a second.
    pub(crate) fn worked(&self) -> Outcome<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.id()))?;
        // The name of the program, in parentheses, may have spaces in it (proc_pid_stat(5)).
        let (_, after) = stat.rsplit_once(')').ok_or("/proc/<pid>/stat has no name")?;
        let ticks: u64 =
            after.split_ascii_whitespace().skip(11).take(2).map(str::parse::<u64>).sum::<Result<_, _>>()?;
        Ok(Duration::from_nanos(ticks * (1_000_000_000 / clock_ticks_per_second().max(1))))
    }

    /// Waits until it has nothing to do: of what it does by itself the longest is to fill a stock of wrapping keys.
    pub(crate) async fn idle(&self) -> Outcome<()> {
        let began = Instant::now();
        while began.elapsed() < LONGEST_WORK {
            let before = self.worked()?;
            sleep(IDLE).await;
            if self.worked()?.saturating_sub(before) < IDLE.mul_f64(IDLE_PART) {
                return Ok(());
            }
        }
        Err("a server did not come to rest in five minutes".into())
    }

    /// Its resident memory in bytes.
    pub(crate) fn resident(&self) -> Outcome<u64> {
        self.memory("VmRSS:")
    }

    /// The most resident memory that it ever had, in bytes.
    pub(crate) fn peak(&self) -> Outcome<u64> {
        self.memory("VmHWM:")
    }

    fn memory(&self, name: &str) -> Outcome<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(name)).ok_or("no such memory")?;
        let kib: u64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kib * 1024)
    }

    /// Whether it has ended by itself.
    pub(crate) fn has_ended(&mut self) -> Outcome<bool> {
        Ok(self.child.try_wait()?.is_some())
    }

    /// Asks it to end, and waits until it has.
    pub(crate) fn stop(mut self) -> Outcome<()> {
        kill_process(Pid::from_child(&self.child), Signal::TERM)?;
        let began = Instant::now();
        while self.child.try_wait()?.is_none() {
            if began.elapsed() > FAREWELL {
                return Err("a server did not end when it was asked to".into());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    /// Ends it at once, as a crash does.
    pub(crate) fn crash(mut self) -> Outcome<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
