//! `containerPortRange`: many ports in one mapping. Kubernetes has no ranges, so each port is named by itself.

use crate::ecs::NetworkMode;
use crate::translate::diagnostic::{NetworkFault, Place};

/// The longest range whose ports are named one by one.
const LONGEST: usize = 32;

/// The ports of a range such as `8000-8010`; of a long one none, which is said.
pub(super) fn ports(range: &str, mode: NetworkMode, at: &Place<'_>) -> Vec<u16> {
    let Some(ports) = read(range) else {
        at.say(NetworkFault::PortRangeNotLegal { range: range.into() });
        return Vec::new();
    };
    if matches!(mode, NetworkMode::Host | NetworkMode::None) {
        at.say(NetworkFault::NotInNetworkMode { member: "containerPortRange", mode: mode.word() });
    }
    let ports: Vec<u16> = ports.collect();
    if ports.len() > LONGEST {
        at.say(NetworkFault::PortRangeTooLong { range: range.into(), most: LONGEST });
        return Vec::new();
    }
    ports
}

fn read(range: &str) -> Option<std::ops::RangeInclusive<u16>> {
    let (first, last) = range.split_once('-')?;
    let (first, last) = (first.trim().parse::<u16>().ok()?, last.trim().parse::<u16>().ok()?);
    (first > 0 && first <= last).then_some(first..=last)
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn ranges_go_from_the_lesser_port_to_the_greater() {
        assert_eq!(read("8000-8002").map(Iterator::collect), Some(vec![8000, 8001, 8002]));
        assert_eq!(read("65535-65535").map(Iterator::count), Some(1));
        for range in ["", "80", "8002-8000", "0-1", "1-65536", "a-b", "1-2-3"] {
            assert_eq!(read(range), None, "{range}");
        }
    }
}
