//! Any text is read, and what was read is translated, without a panic and twice the same.

#![no_main]

use std::sync::LazyLock;

use ecs_operator::cli::input::Source;
use ecs_operator::cli::resolution::Resolution;
use ecs_operator::cli::translation::Translation;
use ecs_operator::documents::{self, Schemas};
use ecs_operator::settings::Settings;
use ecs_operator::translate::{self, KubernetesVersion};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

static SCHEMAS: LazyLock<Schemas> = LazyLock::new(Schemas::new);

fuzz_target!(|text: &str| assert_eq!(objects(text), objects(text)));

fn objects(text: &str) -> Vec<Value> {
    let Ok((documents, _)) = documents::read(&SCHEMAS, 0, text) else { return Vec::new() };
    let namespaces = vec!["default".to_owned(); documents.len()];
    let resolution = Resolution::of(&documents, &namespaces, &[Source::default()]);
    let settings = Settings::default();
    let mut objects = Vec::new();
    Translation { resolution, settings: &settings, kubernetes: KubernetesVersion::NEWEST, render: translate::render }.run(&mut |object| objects.push(object));
    objects
}
