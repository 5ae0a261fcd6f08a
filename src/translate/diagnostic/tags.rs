//! What can be said of tags.

faults! {
    /// What can be said of tags.
    TagFault in Tags {
        TagsWithoutEffect { tags: String } = Note "tags-without-effect" {
            message: "tags belong to AWS, nothing here has them: {tags}",
            ecs: "Tags mark resources for search, cost allocation and access rules.",
            here: "They are kept in the specification and have no effect, unless `propagateTags` copies them to tasks: then they are annotations of the pods.",
            remedy: "set `propagateTags` if the pods should have them as annotations, or put what Kubernetes tools should see into labels of the resource itself",
            example: "tags: [{ key: team, value: shop }]",
        }
        TagNotAnAnnotation { key: String, value: String } = Note "tag-not-an-annotation" {
            message: "tag `{key}` (`{value}`) cannot name an annotation: the pods do not have it",
            ecs: "Copies the tag to every task.",
            here: "Tags that are copied to tasks become annotations `tag.ecs-operator.dev/KEY` of the pods; their names have at most 63 letters, digits, `-`, `_` and `.`, and start and end with a letter or digit.",
            remedy: "choose such a key if tools of the cluster should see the tag",
            example: "propagateTags: SERVICE\ntags: [{ key: \"cost:center\", value: shop }]",
        }
        NoTagsToPropagate { from: &'static str } = Note "no-tags-to-propagate" {
            message: "the {from} has no tags that could be copied to tasks",
            ecs: "Copies the tags of the service or of the task definition to the tasks that start from then on.",
            here: "There are none to copy.",
            remedy: "give tags, or leave `propagateTags` out",
            example: "propagateTags: SERVICE",
        }
    }
}
