//! Files of documents, by the library: read, rendered, imported.

use std::fs;
use std::path::Path;

use ecs_operator::cli::documents::Documents;
use ecs_operator::cli::import::custom_resources;
use ecs_operator::cli::input::Source;
use ecs_operator::cli::offline;
use ecs_operator::cli::output::{self, Format};
use ecs_operator::cli::resolution::Resolution;
use ecs_operator::cli::translation::Translation;
use ecs_operator::documents::{Report, Schemas};
use ecs_operator::settings::Settings;
use ecs_operator::translate::{self, KubernetesVersion};
use serde_json::Value;

/// The settings of the goldens, which allow all that is dangerous.
pub fn settings() -> Settings {
    Settings::read(include_str!("../golden/settings.yaml")).expect("settings")
}

/// What was read of a file.
pub struct Read<'a> {
    documents: Documents<'a>,
}

impl<'a> Read<'a> {
    /// What a file holds; or why it cannot be read.
    pub fn of(schemas: &'a Schemas, file: &Path) -> Result<Self, Vec<Report>> {
        Self::of_text(schemas, &file.display().to_string(), &fs::read_to_string(file).expect("UTF-8"))
    }

    /// What a text holds; or why it cannot be read.
    pub fn of_text(schemas: &'a Schemas, name: &str, text: &str) -> Result<Self, Vec<Report>> {
        let sources = vec![Source { name: name.into(), text: text.into() }];
        let documents = Documents::of(schemas, sources, Vec::new(), None);
        if documents.unreadable.is_empty() { Ok(Self { documents }) } else { Err(documents.unreadable) }
    }

    /// The objects, and what there is to say, where all that is dangerous is allowed.
    pub fn rendered(&self) -> (Vec<Value>, Vec<Report>) {
        self.rendered_with(&settings())
    }

    /// The objects, and what there is to say.
    pub fn rendered_with(&self, settings: &Settings) -> (Vec<Value>, Vec<Report>) {
        let mut resolution = self.resolution();
        let mut reports = [self.documents.reports.clone(), std::mem::take(&mut resolution.reports)].concat();
        let translation = Translation { resolution, settings, kubernetes: KubernetesVersion::NEWEST, render: translate::render };
        let mut objects = Vec::new();
        reports.extend(translation.run(&mut |object| objects.push(object)));
        (objects, offline::in_order(reports))
    }

    /// The custom resources as YAML documents, and what there is to say.
    pub fn imported(&self, namespace: Option<&str>) -> (String, Vec<Report>) {
        let mut resolution = self.resolution();
        let mut reports = [self.documents.reports.clone(), std::mem::take(&mut resolution.reports)].concat();
        let (resources, said) = custom_resources::of(&resolution, namespace);
        reports.extend(said);
        (output::objects(&resources, Format::Yaml).expect("YAML"), offline::in_order(reports))
    }

    /// How many documents there are.
    pub fn count(&self) -> usize {
        self.documents.documents.len()
    }

    /// The family of the task definition of that name.
    pub fn family_of(&self, name: &str) -> String {
        let definition = self.documents.documents.iter().find(|document| document.name == name);
        definition.and_then(|document| document.family.clone()).unwrap_or_else(|| name.to_owned())
    }

    fn resolution(&self) -> Resolution<'_> {
        Resolution::of(&self.documents)
    }
}
