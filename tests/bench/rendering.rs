//! What is measured: a text of one document becomes the text of its objects.

use ecs_operator::cli::documents::Documents;
use ecs_operator::cli::input::Source;
use ecs_operator::cli::output::{self, Format};
use ecs_operator::cli::resolution::Resolution;
use ecs_operator::cli::translation::Translation;
use ecs_operator::documents::Schemas;
use ecs_operator::settings::Settings;
use ecs_operator::translate::{self, KubernetesVersion};

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A usual task definition of 1 KB.
pub const TASK_DEFINITION: &str = include_str!("task-definition.json");

/// The objects of a text, as `render` prints them.
pub fn rendered(schemas: &Schemas, text: &str) -> String {
    let sources = vec![Source { name: "task-definition.json".into(), text: text.into() }];
    let documents = Documents::of(schemas, sources, Vec::new(), None);
    let resolution = Resolution::of(&documents);
    let settings = Settings::default();
    let mut objects = Vec::new();
    let translation = Translation { resolution, settings: &settings, kubernetes: KubernetesVersion::NEWEST, render: translate::render };
    translation.run(&mut |object| objects.push(object));
    output::objects(&objects, Format::Yaml).expect("YAML")
}
