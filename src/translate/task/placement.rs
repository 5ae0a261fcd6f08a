//! `runtimePlatform`: the nodes that can run the images.

use std::collections::BTreeMap;

use crate::ecs::{CpuArchitecture, OperatingSystemFamily, RuntimePlatform};
use crate::translate::diagnostic::{Place, TaskFault};

/// The labels that a node must have. Unset means `X86_64` and `LINUX`: without saying so, images could land on a
/// node that cannot run them.
pub(super) fn node_selector(platform: Option<&RuntimePlatform>, at: &Place<'_>) -> BTreeMap<String, String> {
    let unset = RuntimePlatform::default();
    let RuntimePlatform { cpu_architecture, operating_system_family } = platform.unwrap_or(&unset);
    let family = operating_system_family.unwrap_or(OperatingSystemFamily::Linux);
    if family != OperatingSystemFamily::Linux {
        let word = serde_json::to_value(family).ok().and_then(|word| word.as_str().map(str::to_owned));
        at.member("operatingSystemFamily").say(TaskFault::WindowsNotSupported { family: word.unwrap_or_default() });
    }
    let architecture = match cpu_architecture.unwrap_or(CpuArchitecture::X86_64) {
        CpuArchitecture::X86_64 => "amd64",
        CpuArchitecture::ARM64 => "arm64",
    };
    [("kubernetes.io/arch", architecture), ("kubernetes.io/os", "linux")].into_iter().map(|(label, value)| (label.to_owned(), value.to_owned())).collect()
}
