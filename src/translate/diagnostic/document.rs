//! What can be said of any document: its name, its ARNs, what is switched off in it.

faults! {
    /// What can be said of any document: its name, its ARNs, what is switched off in it.
    DocumentFault in Document {
        NameNotLegal { name: String } = Error "name-not-legal" {
            message: "`{name}` cannot name Kubernetes objects: nothing is made",
            ecs: "Names have up to 255 letters, digits, `_` and `-`.",
            here: "What is made is named after `metadata.name`, so that must be a DNS label of at most 52 characters that starts with a letter.",
            remedy: "choose a `metadata.name` of lower-case letters, digits and `-`; the name in ECS goes into `serviceName` or `family`",
            example: "metadata: { name: Web_API }",
        }
        NameOfEcs { name: String } = Note "name-of-ecs" {
            message: "`{name}` is the name in ECS; what is made here is named after `metadata.name`",
            ecs: "Names the resource, and what refers to it.",
            here: "The name in ECS is kept and reported. Objects of Kubernetes need names of their own kind.",
            remedy: "there is nothing to do",
            example: "metadata: { name: web }\nspec: { serviceName: Web_Service }",
        }
        SwitchedOff { configuration: String } = Note "switched-off" {
            message: "`{configuration}` is switched off, so it does nothing here either",
            ecs: "Does nothing as well.",
            here: "It would be reported or translated if it were in force.",
            remedy: "leave it out",
            example: "deploymentConfiguration: { deploymentCircuitBreaker: { enable: false, rollback: false } }",
        }
        NotAllowed { what: &'static str, setting: &'static str } = Error "not-allowed" {
            message: "{what} is not allowed in this namespace (setting `allow.{setting}`): nothing is made",
            ecs: "On EC2, lets whoever registers a task definition do so; Fargate refuses most of it.",
            here: "What gives a container power over its node is off unless an administrator allows it, for all namespaces or for some.",
            remedy: "do without it, or let an administrator add the namespace (or `*`) to that list in the settings",
            example: "containerDefinitions: [{ name: agent, image: agent, privileged: true }]",
        }
        ArnOfAnotherPlace { arn: String, ours: String } = Note "arn-of-another-place" {
            message: "`{arn}` is of another account, region or cluster than ours ({ours}); its last part alone counts here",
            ecs: "An ARN names a resource of one account and region.",
            here: "The resource of that name in this namespace is meant, whatever account, region and cluster the ARN has.",
            remedy: "write the name alone, or set `region`, `account` and `clusterName` in the settings to where the specification comes from",
            example: "taskDefinition: arn:aws:ecs:eu-west-1:210987654321:task-definition/web:3",
        }
    }
}
