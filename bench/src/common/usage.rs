//! Resource usage of processes, from the kernel.

use std::time::Duration;

use crate::common::Outcome;

/// Ticks per second in which the kernel counts CPU time, the same on every Linux.
const TICKS: u64 = 100;

/// CPU time of this process.
///
/// # Errors
/// If the kernel does not report it.
pub fn own_cpu() -> Outcome<Duration> {
    cpu(std::process::id())
}

/// CPU time of this thread, to the nanosecond.
///
/// # Errors
/// If the kernel does not report it.
pub fn thread_cpu() -> Outcome<Duration> {
    // Asked for that of the process, the kernel brings the thread's up to date.
    own_cpu()?;
    let text = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let time = text.split(' ').next().and_then(|it| it.parse().ok());
    let time = time.ok_or("the kernel tells a thread's CPU time in an unknown form")?;
    Ok(Duration::from_nanos(time))
}

/// CPU time of a process, all its threads, in user and kernel mode.
///
/// # Errors
/// If it is gone.
pub fn cpu(pid: u32) -> Outcome<Duration> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let ticks = ticks(&text).ok_or("the kernel tells CPU time in an unknown form")?;
    Ok(Duration::from_millis(ticks * 1_000 / TICKS))
}

/// `utime` and `stime`: the 12th and 13th field after the name, which may contain anything.
fn ticks(stat: &str) -> Option<u64> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_ascii_whitespace().skip(11);
    let mut next = || fields.next()?.parse::<u64>().ok();
    Some(next()? + next()?)
}

/// Memory of a process, in bytes: its own, and with its mapped files.
///
/// # Errors
/// If it is gone.
pub fn memory(pid: u32) -> Outcome<Memory> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let field = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        let kib: u64 = line.trim().split(' ').next()?.parse().ok()?;
        Some(kib * 1024)
    };
    let found = || {
        Some(Memory {
            own: field("RssAnon:")?,
            resident: field("VmRSS:")?,
        })
    };
    found().ok_or_else(|| "the kernel tells memory in an unknown form".into())
}

/// Memory in use.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub struct Memory {
    /// Without pages of files, which the system takes back when it needs them.
    pub own: u64,
    pub resident: u64,
}

/// The machine's load average over the last minute.
pub fn load_average() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpu_time_stands_behind_a_name_that_may_hold_anything() {
        let stat = "42 (a (b) c) S 1 42 42 0 -1 4194560 900 0 0 0 31 11 0 0 20 0 5 0 100";
        assert_eq!(ticks(stat), Some(42));
        assert_eq!(ticks("42 (cut"), None);
        assert!(own_cpu().is_ok());
        assert!(thread_cpu().unwrap() > Duration::ZERO);
        let memory = memory(std::process::id()).unwrap();
        assert!(memory.own > 0 && memory.resident >= memory.own);
    }
}
