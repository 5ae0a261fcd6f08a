//! What can be said of any document: its name, its tags, its ARNs.

faults! {
    /// What can be said of any document: its name, its tags, its ARNs.
    DocumentFault in Document {
        NameNotLegal { name: String } = Error "name-not-legal" {
            message: "`{name}` cannot name Kubernetes objects: nothing is made",
            ecs: "Names have up to 255 letters, digits, `_` and `-`.",
            here: "What is made is named after `metadata.name`, so that must be a DNS label of at most 52 characters that starts with a letter.",
            remedy: "choose a `metadata.name` of lower-case letters, digits and `-`; the name in ECS goes into `serviceName` or `family`",
            example: "metadata: { name: Web_API }",
        }
        TagsWithoutEffect = Note "tags-without-effect" {
            message: "tags belong to AWS: nothing here is tagged",
            ecs: "Tags mark resources for search, cost allocation and access rules.",
            here: "They are kept in the specification and have no effect.",
            remedy: "put what Kubernetes tools should see into labels of the resource itself",
            example: "tags: [{ key: team, value: shop }]",
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
