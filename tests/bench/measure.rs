//! What a process cost: how long it took from start to end, and the most memory that it held.
//!
//! The peak is `ru_maxrss` of `wait4(2)`. Linux counts into it what the process held between fork and exec, which is this
//! program's own memory: a benchmark that measures stays small and leaves the work to the processes that it starts.

use std::fs::File;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What one process, or several one after the other, cost.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cost {
    /// from start to end
    pub(crate) time: Duration,
    /// bytes of memory
    pub(crate) peak: u64,
}

impl Cost {
    /// The cost of this and then that.
    pub(crate) fn then(self, next: Self) -> Self {
        Self { time: self.time + next.time, peak: self.peak.max(next.peak) }
    }
}

/// Runs `command` to its end, its standard output into `output`; stops the benchmark where it does not end with 0.
#[expect(clippy::zombie_processes, reason = "wait4 waits for it")]
pub(crate) fn run(command: &mut Command, output: File) -> Cost {
    let started = Instant::now();
    let child = command.stdout(output).stderr(Stdio::inherit()).spawn().unwrap_or_else(|e| panic!("{command:?}: {e}"));
    let (status, peak) = wait(&child);
    let time = started.elapsed();
    assert_eq!(status, 0, "{command:?} ends with 0; this is its wait status");
    Cost { time, peak }
}

#[expect(unsafe_code, reason = "the standard library does not say what memory a process held")]
fn wait(child: &Child) -> (i32, u64) {
    let pid = libc::pid_t::try_from(child.id()).expect("a process id");
    let mut status = 0;
    // SAFETY: a rusage of zeros is a valid one, and both pointers are to this function's own values.
    let (waited, usage) = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        (libc::wait4(pid, &raw mut status, 0, &raw mut usage), usage)
    };
    assert_eq!(waited, pid, "wait4: {}", std::io::Error::last_os_error());
    // Linux and the BSDs count in KiB, macOS in bytes.
    let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
    (status, u64::try_from(usage.ru_maxrss).expect("a size") * unit)
}

/// The median; of an even number the lower of the middle two.
pub(crate) fn median<T: PartialOrd + Copy>(mut values: Vec<T>) -> T {
    values.sort_by(|a, b| a.partial_cmp(b).expect("numbers"));
    values[(values.len() - 1) / 2]
}
