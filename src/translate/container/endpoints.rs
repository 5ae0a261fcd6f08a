//! The endpoints of the ECS agent, which tasks may ask for: they are not here.

use crate::translate::diagnostic::{ContainerFault, Place};

/// What speaks of the endpoints, the longer names first.
const WORDS: [&str; 6] = [
    "ECS_CONTAINER_METADATA_URI_V4",
    "ECS_CONTAINER_METADATA_URI",
    "ECS_CONTAINER_METADATA_FILE",
    "ECS_AGENT_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "169.254.170.2",
];

/// Reports a text that speaks of such an endpoint.
pub(super) fn report(text: &str, at: &Place<'_>) {
    // The address of EKS Pod Identity starts like that of the ECS agent.
    let text = text.replace("169.254.170.23", "");
    if let Some(word) = WORDS.into_iter().find(|word| text.contains(word)) {
        at.say(ContainerFault::EcsMetadataNotAvailable { word });
    }
}
