//! What a process cost: how long it took from start to end, how long it computed, and the most
//! memory that it held.
//!
//! The last two are the `rusage` of `wait4(2)`; where others use the machine too, what a process
//! computed tells more than how long it took. Linux counts into the peak what the process held
//! between fork and exec, which is this program's own memory: a benchmark that measures stays small
//! and leaves the work to the processes that it starts.

use std::fs::File;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What one process, or several one after the other, cost.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cost {
    /// from start to end
    pub(crate) time: Duration,
    /// the processor's time, that of the kernel on its behalf included
    pub(crate) cpu: Duration,
    /// bytes of memory
    pub(crate) peak: u64,
}

impl Cost {
    /// The cost of this and then that.
    pub(crate) fn then(self, next: Self) -> Self {
        Self {
            time: self.time + next.time,
            cpu: self.cpu + next.cpu,
            peak: self.peak.max(next.peak),
        }
    }
}

/// Runs `command` to its end, its standard output into `output`; stops the benchmark where it does
/// not end with 0.
#[expect(clippy::zombie_processes, reason = "wait4 waits for it")]
pub(crate) fn run(command: &mut Command, output: File) -> Cost {
    let started = Instant::now();
    let child = command
        .stdout(output)
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap_or_else(|e| panic!("{command:?}: {e}"));
    let (status, usage) = wait(&child);
    let time = started.elapsed();
    assert_eq!(
        status, 0,
        "{command:?} ends with 0; this is its wait status"
    );
    // Linux and the BSDs count in KiB, macOS in bytes.
    let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
    Cost {
        time,
        cpu: duration(usage.ru_utime) + duration(usage.ru_stime),
        peak: u64::try_from(usage.ru_maxrss).expect("a size") * unit,
    }
}

#[expect(
    unsafe_code,
    reason = "the standard library does not say what a process used"
)]
fn wait(child: &Child) -> (i32, libc::rusage) {
    let pid = libc::pid_t::try_from(child.id()).expect("a process id");
    let mut status = 0;
    // SAFETY: a rusage of zeros is a valid one, and both pointers are to this function's own
    // values.
    let (waited, usage) = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        (libc::wait4(pid, &raw mut status, 0, &raw mut usage), usage)
    };
    assert_eq!(waited, pid, "wait4: {}", std::io::Error::last_os_error());
    (status, usage)
}

fn duration(time: libc::timeval) -> Duration {
    let seconds = u64::try_from(time.tv_sec).expect("a time since the start");
    let micros = u64::try_from(time.tv_usec).expect("a part of a second");
    Duration::from_secs(seconds) + Duration::from_micros(micros)
}

/// The median; of an even number the lower of the middle two.
pub(crate) fn median<T: PartialOrd + Copy>(mut values: Vec<T>) -> T {
    values.sort_by(|a, b| a.partial_cmp(b).expect("numbers"));
    values[(values.len() - 1) / 2]
}
