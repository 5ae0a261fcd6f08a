//! `explain`: a diagnostic by its name, or an ECS member by its path.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::{JSONSchemaProps, JSONSchemaPropsOrArray};

use super::fates::{Fate, fate};
use super::{REFUSED, SUCCESS, output};
use crate::documents::schema::first_sentence;
use crate::documents::{self, Kind, Schemas};
use crate::nearest::nearest;
use crate::translate::{self, Severity};

/// What `explain` is told.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The name of a diagnostic, or the path of a member; without one all diagnostics are listed.
    name: Option<String>,
}

const EXAMPLES: &str = "\
Examples:
  ecs-operator explain                                          all diagnostics
  ecs-operator explain unknown-member
  ecs-operator explain ecsservice                               all members of a service
  ecs-operator explain containerDefinitions[].healthCheck
  ecs-operator explain ecsservice.spec.loadBalancers";

/// Explains.
pub fn run(arguments: &Arguments) -> u8 {
    let diagnostics = diagnostics();
    let Some(name) = &arguments.name else {
        let width = diagnostics.keys().map(|name| name.len()).max().unwrap_or_default();
        let summary = |text: &str| first_sentence(text.split("\n\n").next().unwrap_or_default());
        let line = |(name, (severity, text)): (&&str, &(Severity, String))| format!("{name:width$}  {:7}  {}\n", word(*severity), summary(text));
        return output::write(diagnostics.iter().map(line).collect::<String>().as_bytes(), SUCCESS);
    };
    if let Some((severity, text)) = diagnostics.get(name.as_str()) {
        return output::write(format!("{name}: {}\n\n{text}\n", word(*severity)).as_bytes(), SUCCESS);
    }
    let schemas = Schemas::new();
    let members = members(&schemas);
    let (kinds, path) = plain(name);
    let named = |member: &&Member<'_>| kinds.contains(&member.kind) && (member.path == path || member.last() == path);
    let mut found: Vec<&Member<'_>> = members.iter().filter(|member| kinds.contains(&member.kind) && member.path == path).collect();
    if found.is_empty() {
        found = members.iter().filter(named).collect();
    }
    if found.is_empty() {
        let words = diagnostics.keys().copied().chain(members.iter().flat_map(|member| [member.path.as_str(), member.last()]));
        let meant = nearest(name, words.clone()).or_else(|| nearest(&path, words)).map(|meant| format!("; did you mean `{meant}`?")).unwrap_or_default();
        output::fail(&format!("there is neither a diagnostic nor a member `{name}`{meant}"));
        return REFUSED;
    }
    output::write(found.into_iter().map(|member| member.explained(&diagnostics)).collect::<Vec<_>>().join("\n").as_bytes(), SUCCESS)
}

/// Diagnostics by name.
type Diagnostics = BTreeMap<&'static str, (Severity, String)>;

/// All diagnostics, with what there is to say of them.
fn diagnostics() -> Diagnostics {
    let read = documents::Fault::CATALOGUE.iter().map(|entry| {
        let about: Vec<&str> = entry.about.lines().map(str::trim).collect();
        (entry.name, (entry.severity, about.join(" ")))
    });
    let translated = translate::Fault::catalogue().map(|explanation| {
        let translate::Explanation { name, severity, message: _, ecs, here, remedy, example } = explanation;
        let text = format!("{}\n\nHere: {here}\n\nIn ECS: {ecs}\n\nWhat to do: {remedy}\n\nExample:\n{}", explanation.summary(), indented(example));
        (*name, (*severity, text))
    });
    read.chain(translated).collect()
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}

/// A member of a specification.
struct Member<'a> {
    kind: Kind,
    path: String,
    schema: &'a JSONSchemaProps,
}

impl Member<'_> {
    /// The last step of the path.
    fn last(&self) -> &str {
        self.path.rsplit('.').next().unwrap_or_default().trim_end_matches("[]")
    }

    /// The path of a member in it.
    fn path_of(&self, name: &str) -> String {
        match (self.path.as_str(), item(self.schema)) {
            ("spec", _) => name.into(),
            (path, Some(_)) => format!("{path}[].{name}"),
            (path, None) => documents::schema::member_path(path, name),
        }
    }

    /// What becomes of it, and what can be said because of it.
    fn fated(&self, diagnostics: &Diagnostics) -> String {
        let Some(Fate { word, becomes, diagnostics: said }) = fate(self.kind.name(), &self.path) else { return String::new() };
        let part = |heading: &str, lines: Vec<String>| if lines.is_empty() { String::new() } else { format!("\n  {heading}:\n{}", lines.concat()) };
        let becomes = part("Becomes", becomes.into_iter().map(|path| format!("    {path}\n")).collect());
        let said = said.into_iter().filter_map(|name| Some((name, diagnostics.get(name)?.0)));
        let said = part("Diagnostics", said.map(|(name, severity)| format!("    {}: {name}\n", self::word(severity))).collect());
        format!("\n  Fate: {word}.\n{becomes}{said}")
    }

    fn explained(&self, diagnostics: &Diagnostics) -> String {
        let mut text = format!("{} {}: {}\n", self.kind.name(), self.path, type_name(self.schema));
        if let Some(description) = &self.schema.description {
            let _ = write!(text, "\n{}\n", indented(description));
        }
        let words: Vec<&str> = self.schema.enum_.iter().flatten().filter_map(|word| word.0.as_str()).filter(|word| !word.is_empty()).collect();
        if !words.is_empty() {
            let _ = write!(text, "\n  One of {}.\n", words.join(", "));
        }
        text += &self.fated(diagnostics);
        let members = self.schema.properties.as_ref().or_else(|| item(self.schema).and_then(|item| item.properties.as_ref()));
        for (index, (name, member)) in members.into_iter().flatten().enumerate() {
            let about = member.description.as_deref().map(first_sentence).unwrap_or_default();
            let fate = fate(self.kind.name(), &self.path_of(name)).map(|fate| format!(", {}", fate.word)).unwrap_or_default();
            let _ = write!(text, "{}  {name}: {}{fate}\n    {about}\n", if index == 0 { "\n" } else { "" }, type_name(member));
        }
        text
    }
}

/// Every member of every specification.
fn members(schemas: &Schemas) -> Vec<Member<'_>> {
    let mut members = Vec::new();
    for kind in [Kind::TaskDefinition, Kind::Service, Kind::Cluster, Kind::AccessGrant] {
        if let Some(schema) = schemas.of(kind) {
            members.push(Member { kind, path: "spec".into(), schema });
            collect(kind, schema, "", &mut members);
        }
    }
    members
}

fn collect<'a>(kind: Kind, schema: &'a JSONSchemaProps, path: &str, members: &mut Vec<Member<'a>>) {
    for (name, member) in schema.properties.iter().flatten() {
        let path = documents::schema::member_path(path, name);
        let inner = item(member);
        members.push(Member { kind, path: path.clone(), schema: member });
        match inner {
            Some(inner) => collect(kind, inner, &format!("{path}[]"), members),
            None => collect(kind, member, &path, members),
        }
    }
}

fn item(schema: &JSONSchemaProps) -> Option<&JSONSchemaProps> {
    match &schema.items {
        Some(JSONSchemaPropsOrArray::Schema(item)) => Some(item),
        Some(JSONSchemaPropsOrArray::Schemas(_)) | None => None,
    }
}

fn type_name(schema: &JSONSchemaProps) -> String {
    match (item(schema), schema.type_.as_deref()) {
        (Some(item), _) => format!("list of {}", type_name(item)),
        (None, Some("object")) if schema.additional_properties.is_some() => "map".into(),
        (None, Some(name)) => name.into(),
        (None, None) => "string or integer".into(),
    }
}

/// The kinds and the path that are meant: without a kind or `spec` before it, and without numbers in brackets.
fn plain(name: &str) -> (Vec<Kind>, String) {
    let mut path = String::new();
    let mut within = false;
    for letter in name.chars() {
        within = letter == '[' || (within && letter != ']');
        if !within || letter == '[' {
            path.push(letter);
        }
    }
    let mut kinds = Kind::ALL.to_vec();
    if let Some((first, rest)) = path.split_once('.')
        && let Some(kind) = Kind::ALL.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(first))
    {
        (kinds, path) = (vec![kind], rest.to_owned());
    }
    if let Some(kind) = Kind::ALL.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(&path)) {
        return (vec![kind], "spec".into());
    }
    let path = path.strip_prefix("spec.").unwrap_or(&path);
    (kinds, path.trim_end_matches("[]").to_owned())
}

#[cfg(test)]
mod tests {
    use super::plain;
    use crate::documents::Kind;

    #[test]
    fn paths_are_read_in_all_their_spellings() {
        assert_eq!(plain("containerDefinitions[].healthCheck").1, "containerDefinitions[].healthCheck");
        assert_eq!(plain("spec.containerDefinitions[0].healthCheck").1, "containerDefinitions[].healthCheck");
        assert_eq!(plain("ecsservice.spec.loadBalancers[]"), (vec![Kind::Service], "loadBalancers".into()));
        assert_eq!(plain("ECSCluster"), (vec![Kind::Cluster], "spec".into()));
    }
}
