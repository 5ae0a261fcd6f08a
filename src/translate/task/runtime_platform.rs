//! `runtimePlatform`: the nodes that can run the images.

use std::collections::BTreeMap;

use crate::ecs::{CpuArchitecture, OperatingSystemFamily, RuntimePlatform};
use crate::translate::diagnostic::{Place, PlacementFault};
use crate::translate::placement::windows_build;
use crate::translate::word::word;

/// The builds of Windows that Kubernetes has nodes for: Windows Server 2019, 2022 and 2025.
const BUILDS: [&str; 3] = ["10.0.17763", "10.0.20348", "10.0.26100"];

/// What nodes must be.
pub(super) struct Platform {
    /// The labels that a node must have.
    pub node_selector: BTreeMap<String, String>,
    /// Whether the images are of Windows.
    pub is_windows: bool,
}

/// What nodes must be. Unset means `X86_64` and `LINUX`: without saying so, images could land on a node that cannot run
/// them. Images of Windows run on nodes of the same build only.
pub(super) fn platform(platform: Option<&RuntimePlatform>, at: &Place<'_>) -> Platform {
    let unset = RuntimePlatform::default();
    let RuntimePlatform { cpu_architecture, operating_system_family } = platform.unwrap_or(&unset);
    let family = operating_system_family.unwrap_or(OperatingSystemFamily::Linux);
    let is_windows = family != OperatingSystemFamily::Linux;
    let architecture = match cpu_architecture.unwrap_or(CpuArchitecture::X86_64) {
        CpuArchitecture::X86_64 => "amd64",
        CpuArchitecture::ARM64 => "arm64",
    };
    let mut labels = vec![("kubernetes.io/arch", architecture), ("kubernetes.io/os", if is_windows { "windows" } else { "linux" })];
    if is_windows {
        let (family, build) = (word(family), windows_build(&word(family)).unwrap_or_default());
        labels.push(("node.kubernetes.io/windows-build", build));
        if architecture == "arm64" {
            at.member("cpuArchitecture").say(PlacementFault::WindowsOnArm);
        }
        let at = at.member("operatingSystemFamily");
        at.say(if BUILDS.contains(&build) {
            PlacementFault::WindowsEditionUnknown { family, build }
        } else {
            PlacementFault::WindowsVersionWithoutNodes { family }
        });
    }
    Platform { node_selector: labels.into_iter().map(|(label, value)| (label.to_owned(), value.to_owned())).collect(), is_windows }
}
