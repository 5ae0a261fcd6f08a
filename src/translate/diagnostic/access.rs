//! What can be said of what is of AWS, and of the grants by which it is had.

faults! {
    /// What can be said of what is of AWS, and of the grants by which it is had.
    AccessFault in Access {
        TaskRoleNotGranted { role: String, reason: String } = Error "task-role-not-granted" {
            message: "the task may not have the role `{role}`: {reason}; nothing is made",
            ecs: "Asks whether who registers the task definition may pass the role (`iam:PassRole`).",
            here: "An `AWSAccessGrant` that the task definition names must have the role in its `taskRoles`, and select the namespace. Nothing is made without it; once it is there, the task is.",
            remedy: "let an administrator add the role to the `taskRoles` of a grant for this namespace, and name that in `spec.kubernetes.grants`",
            example: "taskRoleArn: arn:aws:iam::123456789012:role/web\nkubernetes: { grants: [shop] }",
        }
        SecretNotGranted { value_from: String, reason: String } = Error "secret-not-granted" {
            message: "`{value_from}` may not be read for this namespace: {reason}; nothing is made",
            ecs: "Reads it by the task's execution role, which must be allowed to.",
            here: "An `AWSAccessGrant` that the task definition names must allow it, by its `secrets` or `parameters`, and select the namespace. Nothing is asked of AWS, and nothing is made without it; once it is there, the task is.",
            remedy: "let an administrator add the line to a grant for this namespace, and name that in `spec.kubernetes.grants`",
            example: "secrets: [{ name: PASSWORD, valueFrom: \"arn:aws:secretsmanager:us-east-1:123456789012:secret:bank/db-AbCdEf\" }]",
        }
        EnvironmentFileNotGranted { file: String, reason: String } = Error "environment-file-not-granted" {
            message: "`{file}` may not be read for this namespace: {reason}; nothing is made",
            ecs: "Reads the file by the task's execution role, which must be allowed to.",
            here: "An `AWSAccessGrant` that the task definition names must allow it by its `buckets`, and select the namespace. Nothing is asked of AWS, and nothing is made without it; once it is there, the task is.",
            remedy: "let an administrator add the line to the `buckets` of a grant for this namespace, and name that in `spec.kubernetes.grants`",
            example: "environmentFiles: [{ type: s3, value: \"arn:aws:s3:::bucket/web.env\" }]",
        }
        TaskRoleNeedsAssociation { command: String } = Note "task-role-needs-association" {
            message: "the task gets its role by EKS Pod Identity, once it is associated: `{command}`",
            ecs: "The role trusts `ecs-tasks.amazonaws.com`.",
            here: "The pods run under a ServiceAccount of their own. EKS gives them the role where an association says so, and the role trusts `pods.eks.amazonaws.com`; pods that started before it have no role.",
            remedy: "run the command before the pods start, with the name of the EKS cluster (setting `eksClusterName`), or install the EKS controller of ACK, which is given a `PodIdentityAssociation` (offline the setting `podIdentityAssociations: ACK` says that it is there); `ecs-operator check --trust-policies` prints what the role must trust",
            example: "taskRoleArn: arn:aws:iam::123456789012:role/web",
        }
        TaskRoleIsAssociated = Note "task-role-is-associated" {
            message: "a PodIdentityAssociation has ACK give the task its role by EKS Pod Identity: the role must trust `pods.eks.amazonaws.com`",
            ecs: "The role trusts `ecs-tasks.amazonaws.com`.",
            here: "The pods run under a ServiceAccount of their own, which the EKS controller of ACK (AWS Controllers for Kubernetes) associates with the role. A deployment waits until it has; pods that started before ACK was there have no role until they are replaced.",
            remedy: "let the role trust what `ecs-operator check --trust-policies` prints",
            example: "taskRoleArn: arn:aws:iam::123456789012:role/web",
        }
        TaskRoleWithheld { role: String } = Warning "task-role-withheld" {
            message: "the task runs without its role `{role}`: `identity: none` gives tasks none",
            ecs: "Gives the containers credentials of the role.",
            here: "The settings, or the `ECSCluster` of the namespace, say that tasks have no role: programs that call AWS find no credentials.",
            remedy: "set `identity` to `irsa` or `podIdentity` where tasks are to have roles, or take `taskRoleArn` out",
            example: "taskRoleArn: arn:aws:iam::123456789012:role/web",
        }
        AccessNeedsGrant { what: String, entry: String, list: &'static str } = Note "access-needs-grant" {
            message: "`{what}` needs an AWSAccessGrant that is named in `spec.kubernetes.grants` and has `- {entry}` in its `{list}`",
            ecs: "Asks IAM whether the execution role may read it, or the author may pass the role.",
            here: "Nothing of AWS is had but what a grant allows. Where grants are among the documents it is known whether one does.",
            remedy: "give the grants beside the documents (`-f grants.yaml`) to see whether they are enough",
            example: "taskRoleArn: arn:aws:iam::123456789012:role/web",
        }
    }
}
