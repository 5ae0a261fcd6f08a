//! `crds`: the custom resource definitions, as YAML documents.

use super::output::{self, Format};
use super::{SUCCESS, USAGE};
use crate::ecs;

/// Prints the custom resource definitions.
pub fn run() -> u8 {
    let definitions: Result<Vec<_>, _> = ecs::crds::all().iter().map(serde_json::to_value).collect();
    let text = definitions.map_err(|error| error.to_string()).and_then(|crds| output::objects(&crds, Format::Yaml));
    match text {
        Ok(text) => output::write(text.as_bytes(), SUCCESS),
        Err(error) => {
            output::fail(&error);
            USAGE
        }
    }
}
