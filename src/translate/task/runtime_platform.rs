//! `runtimePlatform`: the nodes that can run the images.

use std::collections::BTreeMap;

use crate::ecs;
use crate::ecs::{CpuArchitecture, OperatingSystemFamily, RuntimePlatform};
use crate::translate::diagnostic::{Place, PlacementFault};
use crate::translate::placement::{Placement, windows_build};
use crate::translate::word::word;

/// The builds of Windows that Kubernetes has nodes for: Windows Server 2019, 2022 and 2025.
const BUILDS: [&str; 3] = ["10.0.17763", "10.0.20348", "10.0.26100"];

/// Where Microsoft keeps images that there are for Windows alone.
const IMAGES_OF_WINDOWS: [&str; 3] = ["mcr.microsoft.com/windows/", "mcr.microsoft.com/windows:", "mcr.microsoft.com/dotnet/framework/"];
/// Labels whose values say what architecture a node has.
const SAYING_THE_ARCHITECTURE: [&str; 4] =
    ["kubernetes.io/arch", "node.kubernetes.io/instance-type", "karpenter.k8s.aws/instance-family", "eks.amazonaws.com/instance-family"];

/// What nodes must be.
pub(super) struct Platform {
    /// The labels that a node must have.
    pub node_selector: BTreeMap<String, String>,
    /// Whether the images are of Windows.
    pub is_windows: bool,
}

/// What nodes must be. Unset means `X86_64` and `LINUX`, unless the constraints or the containers say otherwise: without
/// saying so, images could land on a node that cannot run them. Images of Windows run on nodes of the same build only.
pub(super) fn platform(definition: &ecs::TaskDefinition, placement: &Placement, at: &Place<'_>) -> Platform {
    let unset = RuntimePlatform::default();
    let RuntimePlatform { cpu_architecture, operating_system_family } = definition.runtime_platform.as_ref().unwrap_or(&unset);
    let sign = sign_of_windows(definition, placement).filter(|_| operating_system_family.is_none());
    let is_windows = operating_system_family.map_or(sign.is_some(), |family| family != OperatingSystemFamily::Linux);
    let architecture = match cpu_architecture {
        Some(CpuArchitecture::X86_64) => Some("amd64"),
        Some(CpuArchitecture::ARM64) => Some("arm64"),
        // On nodes of those types or of that architecture the task runs in ECS too.
        None => Some("amd64").filter(|_| !placement.names_values_of(&SAYING_THE_ARCHITECTURE)),
    };
    let mut labels = vec![("kubernetes.io/os", if is_windows { "windows" } else { "linux" })];
    labels.extend(architecture.map(|architecture| ("kubernetes.io/arch", architecture)));
    if is_windows && architecture == Some("arm64") {
        at.member("cpuArchitecture").say(PlacementFault::WindowsOnArm);
    }
    if let Some(sign) = sign {
        at.say(PlacementFault::WindowsAssumed { sign });
    } else if let Some(family) = operating_system_family.filter(|_| is_windows) {
        let (family, build) = (word(family), windows_build(&word(family)).unwrap_or_default());
        labels.push(("node.kubernetes.io/windows-build", build));
        let at = at.member("operatingSystemFamily");
        at.say(if BUILDS.contains(&build) {
            PlacementFault::WindowsEditionUnknown { family, build }
        } else {
            PlacementFault::WindowsVersionWithoutNodes { family }
        });
    }
    Platform { node_selector: labels.into_iter().map(|(label, value)| (label.to_owned(), value.to_owned())).collect(), is_windows }
}

/// What only a task on Windows has, where the task does not say what it runs on: on instances ECS does not ask.
fn sign_of_windows(definition: &ecs::TaskDefinition, placement: &Placement) -> Option<String> {
    if placement.only_value("kubernetes.io/os") == Some("windows") || placement.names_values_of(&["node.kubernetes.io/windows-build"]) {
        return Some("its nodes must be of Windows".into());
    }
    let has_drive = |path: &str| path.as_bytes().first().is_some_and(u8::is_ascii_alphabetic) && path.get(1..).is_some_and(|rest| rest.starts_with(':'));
    definition.container_definitions.iter().find_map(|container| {
        let mounts = container.mount_points.iter().flatten().filter_map(|mount| mount.container_path.as_deref());
        let path = mounts.chain(container.working_directory.as_deref()).find(|path| has_drive(path));
        let image = container.image.as_deref().filter(|image| IMAGES_OF_WINDOWS.iter().any(|start| image.starts_with(start)));
        path.or(image).map(|written| format!("`{written}` is of Windows"))
    })
}
