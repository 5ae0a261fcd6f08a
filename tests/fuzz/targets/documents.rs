//! Any text is read, and what was read is translated, without a panic and twice the same.

#![no_main]

use std::sync::LazyLock;

use ecs_operator::cli::documents::Documents;
use ecs_operator::cli::input::Source;
use ecs_operator::cli::resolution::Resolution;
use ecs_operator::cli::translation::Translation;
use ecs_operator::documents::Schemas;
use ecs_operator::settings::Settings;
use ecs_operator::translate::{self, KubernetesVersion};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

static SCHEMAS: LazyLock<Schemas> = LazyLock::new(Schemas::new);

fuzz_target!(|text: &str| assert_eq!(objects(text), objects(text)));

fn objects(text: &str) -> Vec<Value> {
    let documents = Documents::of(&SCHEMAS, vec![Source { name: "documents".into(), text: text.into() }], Vec::new(), None);
    let resolution = Resolution::of(&documents);
    let settings = Settings::default();
    let mut objects = Vec::new();
    let translation = Translation { resolution, settings: &settings, kubernetes: KubernetesVersion::NEWEST, render: translate::render };
    translation.run(&mut |object| objects.push(object));
    objects
}
