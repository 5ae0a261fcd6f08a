//! Placeholders that nothing has filled in: `<IMAGE1_NAME>`, `${VAR}`, `$VAR`, `$(VAR)`, `{{ … }}`, `{% … %}`, `<% … %>`, `%{ … }`.
//!
//! Where ECS hands a text to a program or keeps it as it is (commands, values of variables, labels, log options), `$`, `{{` and `<`
//! belong to that text. Only the functions of ecspresso are placeholders there too.

use super::fault::Fault;
use super::schema::{Finding, member_path, shortened};
use crate::yaml::tree::{Content, Node, Place};

/// What fills a placeholder in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// CloudFormation, as in `${AWS::Region}`.
    CloudFormation,
    /// CodePipeline with CodeDeploy, as in `<IMAGE1_NAME>`.
    CodeDeploy,
    /// ecspresso, as in `{{ must_env "TAG" }}`.
    Ecspresso,
    /// Somebody, by hand.
    Hand,
    /// A template engine, as in `{{ tag }}`.
    TemplateEngine,
    /// Terraform, as in `${var.tag}`.
    Terraform,
    /// A shell or `envsubst`, as in `${TAG}`.
    Variables,
}

/// A placeholder in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placeholder<'a> {
    /// The placeholder, as written.
    pub written: &'a str,
    /// The first byte in the text.
    pub start: usize,
    /// What fills it in.
    pub tool: Tool,
}

/// Members that hold texts of other languages.
const FREE_TEXT: [&str; 13] = [
    "command",
    "entryPoint",
    "environment",
    "dockerLabels",
    "labels",
    "options",
    "driverOpts",
    "annotations",
    "values",
    "regexValues",
    "rewrites",
    "messageBody",
    "hookDetails",
];
/// The functions of ecspresso's templates.
const FUNCTIONS_OF_ECSPRESSO: [&str; 6] = ["must_env", "env", "tfstate", "ssm", "secretsmanager_arn", "caller_identity"];

impl Tool {
    /// What a placeholder for the tool is.
    pub fn what(self) -> &'static str {
        match self {
            Self::CloudFormation => "a placeholder of CloudFormation",
            Self::CodeDeploy => "a placeholder of CodeDeploy",
            Self::Ecspresso => "a placeholder of ecspresso",
            Self::Hand => "a placeholder",
            Self::TemplateEngine => "a placeholder of a template engine such as Jinja or Helm",
            Self::Terraform => "a placeholder of Terraform",
            Self::Variables => "a placeholder of a shell, of envsubst or of Terraform",
        }
    }

    /// How to fill a placeholder in.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::CloudFormation | Self::Terraform => "give what `aws ecs describe-task-definition` or `aws ecs describe-services` prints",
            Self::CodeDeploy => "write the image that the pipeline would",
            Self::Ecspresso => "give what `ecspresso render` prints",
            Self::Hand => "write the value",
            Self::TemplateEngine => "give what the template engine makes of it",
            Self::Variables => "fill it in first, for instance with `envsubst`",
        }
    }
}

/// A report on each placeholder below `node`, which stands at `path`.
pub fn findings(node: &Node, path: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    // Most documents have none, and need no paths.
    if may_hold_one(node) {
        collect(node, path, false, &mut findings);
    }
    findings
}

fn may_hold_one(node: &Node) -> bool {
    let starts = |text: &str| text.contains(['{', '$', '<', '%']);
    match &node.content {
        Content::Scalar(_) => node.as_text().is_some_and(starts),
        Content::List(items) => items.iter().any(may_hold_one),
        Content::Members(members) => members.iter().any(|member| starts(&member.name) || may_hold_one(&member.node)),
    }
}

fn collect(node: &Node, path: &str, free_text: bool, findings: &mut Vec<Finding>) {
    if let Some(text) = node.as_text()
        && let Some(placeholder) = placeholders(text).find(|placeholder| !free_text || placeholder.tool == Tool::Ecspresso)
    {
        findings.push(Finding { path: path.into(), place: node.place, fault: placeholder.fault() });
    }
    match &node.content {
        Content::Scalar(_) => {}
        Content::List(items) => items.iter().enumerate().for_each(|(index, item)| collect(item, &format!("{path}[{index}]"), free_text, findings)),
        Content::Members(members) => {
            for member in members {
                if let Some(placeholder) = placeholders(&member.name).next().filter(|_| !free_text) {
                    findings.push(Finding { path: member_path(path, &member.name), place: member.place, fault: placeholder.fault() });
                    continue;
                }
                let free_text = free_text || FREE_TEXT.contains(&member.name.as_str());
                collect(&member.node, &member_path(path, &member.name), free_text, findings);
            }
        }
    }
}

/// The first placeholder of a text that cannot be read: outside of strings and of lines that are comments.
pub fn unquoted(text: &str) -> Option<(Fault, Place)> {
    let placeholder = placeholders(text).find(|placeholder| {
        let line = text.get(..placeholder.start).and_then(|before| before.rsplit('\n').next()).unwrap_or_default();
        let quotes = line.replace("\\\"", "").matches('"').count();
        quotes.is_multiple_of(2) && !line.trim_start().starts_with(['#', '/'])
    })?;
    let line = 1 + text.get(..placeholder.start).unwrap_or_default().matches('\n').count();
    Some((placeholder.fault(), Place { line, start: placeholder.start, end: placeholder.start + placeholder.written.len() }))
}

impl Placeholder<'_> {
    fn fault(&self) -> Fault {
        Fault::Placeholder { written: shortened(self.written), tool: self.tool }
    }
}

/// The placeholders of a text.
fn placeholders(text: &str) -> impl Iterator<Item = Placeholder<'_>> {
    let mut next = 0;
    let starts = text.char_indices().filter(|(_, letter)| matches!(letter, '{' | '$' | '<' | '%')).map(|(start, _)| start);
    starts.filter_map(move |start| {
        let placeholder = text.get(start..).filter(|_| start >= next).and_then(at_start).map(|(length, tool)| (text.get(start..start + length), tool));
        let (written, tool) = (placeholder?.0?, placeholder?.1);
        next = start + written.len();
        Some(Placeholder { written, start, tool })
    })
}

/// The length of the placeholder that a text starts with, and what fills it in.
fn at_start(text: &str) -> Option<(usize, Tool)> {
    let within = |start: &str, end: &str| text.strip_prefix(start)?.split_once(end).map(|(inner, _)| (inner, start.len() + inner.len() + end.len()));
    let is_name = |name: &str| name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    let is_word = |name: &str| is_name(name) && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if let Some((inner, length)) = within("{{", "}}") {
        return Some((length, if of_ecspresso(inner) { Tool::Ecspresso } else { Tool::TemplateEngine }));
    }
    if let Some((_, length)) = within("{%", "%}").or_else(|| within("<%", "%>")) {
        return Some((length, Tool::TemplateEngine));
    }
    if let Some((_, length)) = within("%{", "}") {
        return Some((length, Tool::Terraform));
    }
    if let Some((inner, length)) = within("$$$", "$$$").filter(|(inner, _)| is_word(inner.trim_matches('$'))) {
        let after = text.get(length..).unwrap_or_default();
        return Some((length + after.len() - after.trim_start_matches('$').len(), if inner.is_empty() { return None } else { Tool::Hand }));
    }
    if let Some((inner, length)) = within("${", "}").filter(|(inner, _)| is_name(inner)) {
        let of_terraform = ["var.", "local.", "module.", "data.", "aws_"].iter().any(|start| inner.starts_with(start));
        let tool = if inner.contains("::") { Tool::CloudFormation } else { Tool::Variables };
        return Some((length, if of_terraform { Tool::Terraform } else { tool }));
    }
    if let Some((_, length)) = within("$(", ")").filter(|(inner, _)| is_word(inner)) {
        return Some((length, Tool::Variables));
    }
    if let Some((inner, length)) = within("<", ">").filter(|(inner, _)| is_name(inner) && inner.bytes().all(is_of_a_hint)) {
        return Some((length, if inner.starts_with("IMAGE") { Tool::CodeDeploy } else { Tool::Hand }));
    }
    let name = text.strip_prefix('$').filter(|name| is_name(name))?;
    let length = name.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').unwrap_or(name.len());
    Some((1 + length, Tool::Variables))
}

fn is_of_a_hint(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_- .:/".contains(&byte)
}

fn of_ecspresso(inner: &str) -> bool {
    let mut words = inner.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    words.any(|word| matches!(word, "must_env" | "tfstate") || (inner.contains('`') && FUNCTIONS_OF_ECSPRESSO.contains(&word)))
}

#[cfg(test)]
mod tests {
    use super::{Tool, findings, placeholders, unquoted};
    use crate::yaml::tree::read;

    fn found(text: &str) -> Vec<(&str, Tool)> {
        placeholders(text).map(|placeholder| (placeholder.written, placeholder.tool)).collect()
    }

    #[test]
    fn every_form_is_found_with_its_tool() {
        let image = "${ACCOUNT}.dkr.ecr.$(REGION).amazonaws.com/$app:{{ must_env `TAG` }}";
        assert_eq!(
            found(image),
            [("${ACCOUNT}", Tool::Variables), ("$(REGION)", Tool::Variables), ("$app", Tool::Variables), ("{{ must_env `TAG` }}", Tool::Ecspresso)]
        );
        assert_eq!(found("<IMAGE1_NAME>"), [("<IMAGE1_NAME>", Tool::CodeDeploy)]);
        assert_eq!(found("<your role>"), [("<your role>", Tool::Hand)]);
        assert_eq!(found("{{tag}}{% if x %}"), [("{{tag}}", Tool::TemplateEngine), ("{% if x %}", Tool::TemplateEngine)]);
        assert_eq!(found("<%= @image %><% if x > 1 %>"), [("<%= @image %>", Tool::TemplateEngine), ("<% if x > 1 %>", Tool::TemplateEngine)]);
        assert_eq!(found("${AWS::Region}${var.tag}"), [("${AWS::Region}", Tool::CloudFormation), ("${var.tag}", Tool::Terraform)]);
        assert_eq!(found("%{ if x }"), [("%{ if x }", Tool::Terraform)]);
        assert_eq!(found("$$$TASK_ROLE$$$ $$$$CPU$$$$"), [("$$$TASK_ROLE$$$", Tool::Hand), ("$$$$CPU$$$$", Tool::Hand)]);
        assert_eq!(found("attribute:a =~ ^b$ and $1 < 2 > 3 {a} $ $$ ${} é"), []);
    }

    #[test]
    fn texts_of_other_languages_may_have_what_looks_like_one() {
        let text = "{image: '$A', command: ['echo $A ${B} <html> {{ c }}'], regexValues: ['(?<a>b)$'], environment: [{name: a, value: '{{ must_env `B` }}'}, {name: b, value: <b>}]}";
        let node = read(text).expect("readable").remove(0);
        let paths: Vec<String> = findings(&node, "").into_iter().map(|finding| finding.path).collect();
        assert_eq!(paths, ["image", "environment[0].value"]);
        let node = read("{healthCheck: {$$$A$$$ retries: 3}, dockerLabels: {'${B}': c}}").expect("readable").remove(0);
        let paths: Vec<String> = findings(&node, "").into_iter().map(|finding| finding.path).collect();
        assert_eq!(paths, ["healthCheck.$$$A$$$ retries"]);
    }

    #[test]
    fn the_first_that_no_string_holds_is_told_of_a_text_that_cannot_be_read() {
        let place = |text: &str| unquoted(text).map(|(_, place)| (place.line, place.start, place.end));
        assert_eq!(place("{\"a\": \"{{b}}\",\n \"c\": {{ d }}}"), Some((2, 21, 28)));
        assert_eq!(place("# {{ a }}\nb: \"{{ c }}\"\nd: ["), None);
    }
}
