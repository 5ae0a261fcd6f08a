//! `image` and `versionConsistency`: when images are pulled, and whether a tag may move.

use crate::ecs::container_definition::VersionConsistency;
use crate::settings::{ImagePullPolicy, Settings};
use crate::translate::diagnostic::{Place, SecurityFault};

/// ECS asks the registry each time a task starts; an image named by its digest never changes.
pub(super) fn image_pull_policy(image: &str, settings: &Settings) -> &'static str {
    let default = if image.contains('@') { ImagePullPolicy::IfNotPresent } else { ImagePullPolicy::Always };
    match settings.image_pull_policy.unwrap_or(default) {
        ImagePullPolicy::Always => "Always",
        ImagePullPolicy::IfNotPresent => "IfNotPresent",
        ImagePullPolicy::Never => "Never",
    }
}

/// Reports that nobody looks the tag up for a whole deployment.
pub(super) fn report_version_consistency(consistency: Option<VersionConsistency>, image: &str, at: &Place<'_>) {
    match consistency {
        Some(VersionConsistency::Enabled) if !image.contains('@') => at.say(SecurityFault::ImageMayMove { image: image.into() }),
        Some(VersionConsistency::Disabled) => at.say(SecurityFault::VersionConsistencyOff),
        Some(VersionConsistency::Enabled) | None => {}
    }
}
