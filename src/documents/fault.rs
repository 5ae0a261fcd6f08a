//! What there is to say about documents as they are read: one documented variant per thing.

use super::foreign::Language;
use super::placeholder::Tool;
use crate::translate::Severity;

/// One line of the catalogue: what `ecs-operator explain NAME` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The name of the fault, in kebab case.
    pub name: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What it means.
    pub about: &'static str,
}

/// The faults with their names and severities. The documentation of a variant is what `explain` prints, and the
/// catalogue cannot lack one, since both come from this one list.
macro_rules! faults {
    ($($(#[doc = $about:literal])+ $variant:ident { $($field:ident: $type:ty),* } = $name:literal, $severity:ident;)+) => {
        /// What there is to say.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Fault {
            $($(#[doc = $about])+ $variant { $(#[doc = concat!("The ", stringify!($field), " of the message.")] $field: $type),* },)+
        }

        impl Fault {
            /// All faults that reading documents knows.
            pub const CATALOGUE: &'static [Entry] = &[$(Entry { name: $name, severity: Severity::$severity, about: concat!($($about, "\n"),+) }),+];

            /// The name of the fault, in kebab case.
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => $name,)+
                }
            }

            /// How much it matters.
            pub fn severity(&self) -> Severity {
                match self {
                    $(Self::$variant { .. } => Severity::$severity,)+
                }
            }
        }
    };
}

faults! {
    /// The input cannot be read: no file, no UTF-8, no YAML and no JSON, or nothing in it.
    UnreadableInput { reason: String, hint: &'static str } = "unreadable-input", Error;
    /// The document is neither one of our kinds, nor a Kubernetes object, nor what ECS takes or prints. Known are
    /// `ECSTaskDefinition`, `ECSService`, `ECSCluster`, a `List` of them, the input of `RegisterTaskDefinition`
    /// and `CreateService`, and what `aws ecs describe-task-definition` and `aws ecs describe-services` print.
    UnrecognisedDocument { hint: String } = "unrecognised-document", Error;
    /// The document is known, and none of ECS: a template of CloudFormation, a manifest of Copilot, a Compose file and the like.
    DocumentOfAnotherTool { language: Language } = "document-of-another-tool", Error;
    /// A placeholder such as `<IMAGE1_NAME>`, `${TAG}` or `{{ must_env "TAG" }}` stands where a value belongs, and nothing has
    /// filled it in. In commands, values of variables, labels and log options `$`, `{{` and `<` may be meant as they are.
    Placeholder { written: String, tool: Tool } = "placeholder", Error;
    /// The document has the group of our kinds, and a kind or version that we do not have.
    UnknownKind { written: String, nearest: String } = "unknown-kind", Error;
    /// A member that the specification does not have; Kubernetes would leave it out without a word.
    UnknownMember { member: String, nearest: Option<String>, read_only: bool } = "unknown-member", Error;
    /// A member has a value of the wrong type, such as a number where a string belongs.
    WrongType { expected: &'static str, found: &'static str } = "wrong-type", Error;
    /// A member has a word that is none of its words.
    UnknownWord { word: String, words: String, nearest: Option<String> } = "unknown-word", Error;
    /// A number, a length or a count of items is too small or too large.
    OutOfRange { what: String, range: String } = "out-of-range", Error;
    /// A member is required and not there. `null`, `""` and `[]` mean that it is not there.
    MissingMember { member: String, about: String } = "missing-member", Error;
    /// Two items of a list have the name that must tell them apart.
    DoubledItem { key: String, value: String } = "doubled-item", Error;
    /// The object's name is no DNS label of at most 52 characters that starts with a letter; what is made of the object is
    /// named after it.
    IllegalName { name: String } = "illegal-name", Error;
    /// The same object is given twice.
    DocumentTwice { first: String } = "document-twice", Error;
    /// Two task definitions of a namespace have one family; of these the one whose name sorts first is in force.
    FamilyConflict { family: String, first: String } = "family-conflict", Error;
    /// A namespace has two `ECSCluster`s; the one whose name sorts first is in force.
    ClusterConflict { first: String } = "cluster-conflict", Error;
    /// `taskDefinition` is neither a family, nor `family:revision`, nor the ARN of either.
    MalformedReference { reason: String } = "malformed-reference", Error;
    /// The task definition that a service refers to is not among the documents.
    TaskDefinitionNotFound { reference: String, nearest: Option<String>, given: String } = "task-definition-not-found", Error;
    /// The task definition that a service refers to has errors, so the service cannot be rendered.
    TaskDefinitionRefused { reference: String } = "task-definition-refused", Error;
    /// `aws ecs describe-…` did not find something that it was asked for.
    DescriptionFailed { what: String, reason: String } = "description-failed", Warning;
    /// An Ingress is made when its ingress class exists.
    WaitsForIngressClass { class: String } = "waits-for-ingress-class", Warning;
    /// Members that ECS writes and nobody can set were left out of a description.
    ReadOnlyMembersLeftOut { members: String } = "read-only-members-left-out", Note;
    /// Members that the API server writes were left out of an object of ours: Git does not keep them.
    WrittenByTheServerLeftOut { members: String } = "written-by-the-server-left-out", Note;
    /// `import` lets a service follow the family of its task definition: a cluster numbers revisions anew, so the number
    /// that ECS gave one says nothing there.
    RevisionNotKept { written: String, family: String } = "revision-not-kept", Note;
    /// `import` makes one custom resource of a family: of several revisions the newest that a service refers to, or the
    /// newest of all.
    RevisionLeftOut { revision: String, kept: String } = "revision-left-out", Note;
    /// `import` was given several revisions of a family, and the custom resource holds another one than the service refers to.
    OtherRevisionKept { written: String, kept: String } = "other-revision-kept", Warning;
    /// The name in ECS cannot be the name of a Kubernetes object, so another one was made of it.
    Renamed { from: String, to: String } = "renamed", Note;
    /// A Kubernetes object of a kind that is none of ours was skipped.
    ForeignObjectSkipped { object: String } = "foreign-object-skipped", Note;
    /// A task definition was given without a service, and is rendered as if one of a single task used it.
    ServiceImagined { service: String } = "service-imagined", Note;
    /// No service among the documents uses the task definition.
    TaskDefinitionUnused { } = "task-definition-unused", Note;
}

impl Fault {
    /// What happens now.
    pub fn message(&self) -> String {
        match self {
            Self::UnreadableInput { reason, .. } | Self::MalformedReference { reason } => reason.clone(),
            Self::UnrecognisedDocument { .. } => "this is no document that ecs-operator knows".into(),
            Self::DocumentOfAnotherTool { language } => format!("this is {}, no document of ECS", language.what()),
            Self::Placeholder { written, tool } => format!("`{written}` is {}, and nothing was put in its place", tool.what()),
            Self::UnknownKind { written, .. } => format!("there is no `{written}`"),
            Self::UnknownMember { member, .. } => format!("`{member}` is not known here"),
            Self::WrongType { expected, found } => format!("{expected} is expected here, not {found}"),
            Self::UnknownWord { word, .. } => format!("`{word}` is not one of the words known here"),
            Self::OutOfRange { what, .. } => what.clone(),
            Self::MissingMember { member, .. } => format!("`{member}` is required and missing"),
            Self::DoubledItem { key, value } => format!("two items have the {key} `{value}`"),
            Self::IllegalName { name } => format!("`{name}` cannot be the name of this object"),
            Self::DocumentTwice { first } => format!("this object was already given, in {first}"),
            Self::FamilyConflict { family, first } => format!("family `{family}` already belongs to the task definition `{first}`"),
            Self::ClusterConflict { first } => format!("the namespace already has the cluster `{first}`"),
            Self::TaskDefinitionNotFound { reference, .. } => format!("there is no task definition `{reference}` among the documents"),
            Self::TaskDefinitionRefused { reference } => format!("the task definition `{reference}` has errors, so this service is not rendered"),
            Self::DescriptionFailed { what, reason } => format!("AWS did not describe {what}: {reason}"),
            Self::WaitsForIngressClass { class } => format!("the Ingress waits for the ingress class `{class}`"),
            Self::ReadOnlyMembersLeftOut { members } => format!("read-only members were left out: {members}"),
            Self::WrittenByTheServerLeftOut { members } => format!("what the API server writes was left out: {members}"),
            Self::RevisionNotKept { written, family } => {
                format!("`{written}` became `{family}`: the service follows the family, whose revisions are numbered anew")
            }
            Self::RevisionLeftOut { revision, kept } => format!("{revision} was left out: the custom resource holds {kept}"),
            Self::OtherRevisionKept { written, kept } => format!("the service runs `{written}`, and the custom resource of the family holds {kept}"),
            Self::Renamed { from, to } => format!("`{from}` is named `{to}` here"),
            Self::ForeignObjectSkipped { object } => format!("{object} was skipped: it is no ECS document"),
            Self::ServiceImagined { service } => format!("no service uses this task definition; it is rendered as if a service `{service}` of one task did"),
            Self::TaskDefinitionUnused {} => "no service uses this task definition, so nothing runs it".into(),
        }
    }

    /// What the user can do; empty where there is nothing.
    pub fn help(&self) -> String {
        let meant = |nearest: &Option<String>, otherwise: String| nearest.as_ref().map_or(otherwise, |nearest| format!("did you mean `{nearest}`?"));
        match self {
            Self::UnreadableInput { hint, .. } => (*hint).into(),
            Self::UnrecognisedDocument { hint } => hint.clone(),
            Self::DocumentOfAnotherTool { language } => language.remedy().into(),
            Self::Placeholder { tool, .. } => tool.remedy().into(),
            Self::UnknownKind { nearest, .. } => format!("did you mean `{nearest}`?"),
            Self::UnknownMember { read_only: true, .. } => "ECS writes it itself, nobody can set it: take it out".into(),
            Self::UnknownMember { member, .. } if member.starts_with("//") || member.starts_with("/*") => {
                "a comment was read as a name: YAML has comments after `#`, and JSON5 and jsonnet must become JSON first".into()
            }
            Self::UnknownMember { nearest, .. } => meant(nearest, "take it out; `ecs-operator explain PATH` lists what is known".into()),
            Self::WrongType { expected: "a string", found: "a number" | "a boolean" } => "write it in quotes".into(),
            Self::WrongType { found: "a string", expected: "an integer" | "a number" | "a boolean" } => "write it without quotes".into(),
            Self::WrongType { .. } | Self::DoubledItem { .. } | Self::ForeignObjectSkipped { .. } => String::new(),
            Self::UnknownWord { words, nearest, .. } => match nearest {
                Some(nearest) => format!("did you mean `{nearest}`? known are {words}"),
                None => format!("known are {words}"),
            },
            Self::OutOfRange { range, .. } => range.clone(),
            Self::MissingMember { about, .. } => about.clone(),
            Self::IllegalName { .. } => "at most 52 lower-case letters, digits and `-`, a letter first, no `-` last".into(),
            Self::DocumentTwice { .. } => "take one of them out".into(),
            Self::FamilyConflict { .. } => "give it another family, or make both one task definition".into(),
            Self::ClusterConflict { .. } => "keep one cluster in a namespace".into(),
            Self::MalformedReference { .. } => "write `family`, `family:3`, or the ARN of either".into(),
            Self::TaskDefinitionNotFound { nearest, given, .. } => {
                meant(nearest, if given.is_empty() { "give it with another `-f`".into() } else { given.clone() })
            }
            Self::TaskDefinitionRefused { .. } => "mend the errors of the task definition first".into(),
            Self::DescriptionFailed { .. } => "look at the cluster and the name that AWS was asked for".into(),
            Self::WaitsForIngressClass { .. } => "create the class, or name another in `spec.kubernetes.ingressClassName` or in the settings".into(),
            Self::ReadOnlyMembersLeftOut { .. } => "nothing is lost: ECS writes them itself".into(),
            Self::WrittenByTheServerLeftOut { .. } => "nothing is lost: the server writes it again".into(),
            Self::RevisionNotKept { .. } => "to pin one, write `family:number` when `status.revision` of the task definition has its number".into(),
            Self::RevisionLeftOut { .. } => "import it by itself to look at it; a cluster keeps the revisions that it registers".into(),
            Self::OtherRevisionKept { .. } => "give only the revision that is meant, or give the other one a family of its own".into(),
            Self::Renamed { .. } => "what is made of it has the new name; the ECS name stays in the specification".into(),
            Self::ServiceImagined { .. } => "give the service too, with another `-f`".into(),
            Self::TaskDefinitionUnused {} => "give the service too, or take the task definition out".into(),
        }
    }
}
