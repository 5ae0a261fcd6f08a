//! The versions of Kubernetes, and what each has: the one place that knows.
//!
//! A server drops a member that its version lacks, or that is behind a gate that is off, without a word; so what
//! is not sure to be there is never written.

/// The version of a Kubernetes server, `1.minor`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KubernetesVersion {
    /// The minor version.
    pub minor: u32,
}

impl KubernetesVersion {
    /// The oldest version that we support.
    pub const OLDEST: Self = Self { minor: 34 };
    /// The newest version that we support.
    pub const NEWEST: Self = Self { minor: 37 };

    /// Whether a pod may have any host name (`hostnameOverride`, on by default since 1.35), not just a label.
    pub fn has_hostname_override(self) -> bool {
        self.minor >= 35
    }

    /// Whether every node lets a pod set the kernel parameter (the kubelet's own list; kernels of 4.15 and later have all of them).
    pub fn has_safe_sysctl(self, name: &str) -> bool {
        const SINCE_1_34: [&str; 12] = [
            "kernel.shm_rmid_forced",
            "net.ipv4.ip_local_port_range",
            "net.ipv4.ip_local_reserved_ports",
            "net.ipv4.ip_unprivileged_port_start",
            "net.ipv4.ping_group_range",
            "net.ipv4.tcp_fin_timeout",
            "net.ipv4.tcp_keepalive_intvl",
            "net.ipv4.tcp_keepalive_probes",
            "net.ipv4.tcp_keepalive_time",
            "net.ipv4.tcp_rmem",
            "net.ipv4.tcp_syncookies",
            "net.ipv4.tcp_wmem",
        ];
        const SINCE_1_37: [&str; 2] = ["net.ipv4.tcp_notsent_lowat", "net.ipv4.tcp_slow_start_after_idle"];
        SINCE_1_34.contains(&name) || (self.minor >= 37 && SINCE_1_37.contains(&name))
    }

    /// Whether a rule may restart all containers of the pod (`RestartAllContainers`, on by default since 1.36).
    pub fn has_restart_all_containers(self) -> bool {
        self.minor >= 36
    }
}

impl std::fmt::Display for KubernetesVersion {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "1.{}", self.minor)
    }
}

/// Why a text is no version that we support.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no supported version of Kubernetes: 1.34 to 1.37 are")]
pub struct VersionError(String);

impl std::str::FromStr for KubernetesVersion {
    type Err = VersionError;

    /// Reads `1.36`, `v1.36.3`, `1.36+`.
    fn from_str(text: &str) -> Result<Self, VersionError> {
        let rest = text.trim_start_matches('v').strip_prefix("1.");
        let minor = rest.map(|rest| rest.chars().take_while(char::is_ascii_digit).collect::<String>());
        let version = minor.and_then(|minor| minor.parse().ok()).map(|minor| Self { minor });
        version.filter(|version| (Self::OLDEST..=Self::NEWEST).contains(version)).ok_or_else(|| VersionError(text.into()))
    }
}
