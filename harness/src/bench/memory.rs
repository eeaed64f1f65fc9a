//! The most memory that this process had, as the system has counted it.

use std::fs;

/// What the system says of this process' memory; none where it does not say.
pub(super) struct Seen {
    /// What it has now.
    pub(super) now: u64,
    /// The most that it had since [`forget_peak`].
    pub(super) peak: u64,
}

/// Has the system count the peak anew from here; says whether it does.
pub(super) fn forget_peak() -> bool {
    fs::write("/proc/self/clear_refs", "5").is_ok()
}

/// Looks.
pub(super) fn seen() -> Option<Seen> {
    read(&fs::read_to_string("/proc/self/status").ok()?)
}

fn read(status: &str) -> Option<Seen> {
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()?.checked_mul(1_024)
    };
    Some(Seen { now: field("VmRSS:")?, peak: field("VmHWM:")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_and_the_present_are_read_in_bytes() {
        let seen = read("Name:\tx\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\n").unwrap();
        assert_eq!((seen.now, seen.peak), (1 << 20, 2 << 20));
        assert!(read("Name:\tx\n").is_none());
    }
}
