//! What the system says of this process, by the names that all programs use.

use std::fs::{read_dir, read_to_string};

use rustix::process::{Resource, getrlimit};

use super::families::{
    PROCESS_CPU, PROCESS_FDS, PROCESS_MAX_FDS, PROCESS_RESIDENT, PROCESS_THREADS, PROCESS_VIRTUAL,
};
use crate::meter::text::Text;

/// In these the system tells processor time to programs (`USER_HZ`), whatever it reckons with itself.
const TICKS_PER_SECOND: f64 = 100.0;

/// Writes it; what the system does not say is left out.
pub(super) fn write(text: &mut Text) {
    let read = |name: &str| read_to_string(format!("/proc/self/{name}")).unwrap_or_default();
    if let Some(seconds) = cpu_seconds(&read("stat")) {
        text.family(&PROCESS_CPU).is(seconds);
    }
    let status = read("status");
    for (family, name, unit) in [
        (&PROCESS_RESIDENT, "VmRSS:", 1024),
        (&PROCESS_VIRTUAL, "VmSize:", 1024),
        (&PROCESS_THREADS, "Threads:", 1),
    ] {
        if let Some(value) = value(&status, name) {
            text.family(family).is(value * unit);
        }
    }
    if let Ok(open) = read_dir("/proc/self/fd") {
        text.family(&PROCESS_FDS).is(open.count());
    }
    if let Some(most) = getrlimit(Resource::Nofile).current {
        text.family(&PROCESS_MAX_FDS).is(most);
    }
}

/// From `/proc/PID/stat` (`proc_pid_stat(5)`), fields 14 and 15.
fn cpu_seconds(stat: &str) -> Option<f64> {
    // The name of the program comes second, in parentheses, and may hold anything.
    let (_, rest) = stat.rsplit_once(") ")?;
    let mut ticks = rest.split(' ').skip(11).map(str::parse::<u32>);
    let (user, system) = (ticks.next()?.ok()?, ticks.next()?.ok()?);
    Some((f64::from(user) + f64::from(system)) / TICKS_PER_SECOND)
}

/// From `/proc/PID/status`: the number in the line of this name.
fn value(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_parentheses_and_blanks_hides_nothing() {
        let stat =
            "7 (a) b (c) S 1 7 7 0 -1 4194560 900 0 0 0 150 51 0 0 20 0 5 0 1234 8192000 3 1";
        assert_eq!(cpu_seconds(stat), Some(2.01));
        assert_eq!(cpu_seconds("7 (cut"), None);
        assert_eq!(cpu_seconds("7 (a) S 1"), None);
    }

    #[test]
    fn a_line_is_found_by_its_whole_name() {
        let status = "VmPeak:\t  900 kB\nVmRSS:\t  120 kB\nThreads:\t5\n";
        assert_eq!(value(status, "VmRSS:"), Some(120));
        assert_eq!(value(status, "Threads:"), Some(5));
        assert_eq!(value(status, "VmSize:"), None);
    }
}
