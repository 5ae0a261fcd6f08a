//! What can be said of what tasks need from elsewhere, and somebody must bring.

faults! {
    /// What can be said of what tasks need from elsewhere, and somebody must bring.
    EnvironmentFault in Environment {
        EnvironmentFileNotLegal { file: String } = Error "environment-file-not-legal" {
            message: "`{file}` is not the ARN of a file of variables in S3: nothing is made",
            ecs: "Takes the ARN of an object in S3 whose name ends in `.env`.",
            here: "Nothing is made.",
            remedy: "write arn:aws:s3:::BUCKET/PATH/NAME.env",
            example: "environmentFiles: [{ type: s3, value: \"s3://bucket/web.env\" }]",
        }
        EnvironmentFileNotRead { file: String, secret: String } = Warning "environment-file-not-read" {
            message: "`{file}` is not read, for no secrets backend is configured: the task starts once there is a Secret `{secret}` with its variables",
            ecs: "Reads the file when a task starts, and starts none without it.",
            here: "With the setting `secrets` the operator reads the file when a deployment starts. Without it the container takes all that the Secret holds as variables, and does not start without it. What `environment` and `secrets` have wins.",
            remedy: "set `secrets` in the settings; or `aws s3 cp` the file, then `kubectl create secret generic NAME --from-env-file=FILE` with the name of the Secret",
            example: "environmentFiles: [{ type: s3, value: \"arn:aws:s3:::bucket/web.env\" }]",
        }
        RegistryCredentialsNotRead { parameter: String, secret: String } = Warning "registry-credentials-not-read" {
            message: "`{parameter}` is not read, for no secrets backend is configured: the image is pulled by the Secret `{secret}`, which somebody must make",
            ecs: "Pulls the image with the user name and password in that secret of Secrets Manager.",
            here: "With the setting `secrets` the operator reads the secret when a deployment starts. Without it the pod names the Secret as one to pull images with. Without it a private image cannot be pulled, and the task does not start.",
            remedy: "set `secrets` in the settings; or `kubectl create secret docker-registry NAME --docker-server=… --docker-username=… --docker-password=…` with the name of the Secret",
            example: "repositoryCredentials: { credentialsParameter: \"arn:aws:secretsmanager:us-east-1:123456789012:secret:registry-AbCdEf\" }",
        }
        RegistryCredentialsNotLegal { parameter: String, reason: String } = Error "registry-credentials-not-legal" {
            message: "`{parameter}` names no secret with the credentials of a registry ({reason}): nothing is made",
            ecs: "Reads a whole secret of Secrets Manager: by its ARN, or by its name where it is in the task's own region and account.",
            here: "Nothing is made.",
            remedy: "write the ARN of the secret, without a key or version",
            example: "repositoryCredentials: { credentialsParameter: \"arn:aws:ssm:us-east-1:123456789012:parameter/registry\" }",
        }
        ValueNotRead { what: String, reason: String } = Error "value-not-read" {
            message: "{what} has no value: {reason}",
            ecs: "Starts no task that lacks a secret, a file of variables or the credentials of a registry.",
            here: "All values are read before a deployment starts. While one is missing none starts, and what runs, runs on.",
            remedy: "mend that; values are read again within five minutes, and then the deployment starts",
            example: "secrets: [{ name: DB_PASSWORD, valueFrom: \"arn:aws:secretsmanager:us-east-1:123456789012:secret:deleted-AbCdEf\" }]",
        }
        EnvironmentFileNotInStore { file: String } = Error "environment-file-not-in-store" {
            message: "`{file}` cannot be read by the External Secrets operator, which reads secrets and no files of S3: nothing is made",
            ecs: "Reads the file when a task starts.",
            here: "The backend `ExternalSecrets` leaves all reading to the External Secrets operator, whose stores are Secrets Manager and the Parameter Store. Nothing is made.",
            remedy: "move the variables to `environment` and `secrets`, or set the backend `AWS`, which reads S3",
            example: "environmentFiles: [{ type: s3, value: \"arn:aws:s3:::bucket/web.env\" }]",
        }
        SecretStoreMissing { setting: &'static str } = Error "secret-store-missing" {
            message: "the setting `secrets.externalSecrets.{setting}` names no store that this could be read from: nothing is made",
            ecs: "Reads Secrets Manager and the Parameter Store.",
            here: "A store of the External Secrets operator reads one of the two. Nothing is made.",
            remedy: "name a store there, of the External Secrets operator and of that service of AWS: { name: …, kind: ClusterSecretStore }",
            example: "secrets: [{ name: PASSWORD, valueFrom: prod/password }]",
        }
        SecretOfAnotherRegion { region: String } = Warning "secret-of-another-region" {
            message: "it is in {region}, and a store of the External Secrets operator reads in one region only",
            ecs: "Reads each secret in the region of its ARN.",
            here: "The store of the settings is asked, which finds it only if {region} is the region of the store. Until it is found nothing new is deployed.",
            remedy: "replicate the secret to the region of the store and refer to it there, or set the backend `AWS`",
            example: "secrets: [{ name: PASSWORD, valueFrom: \"arn:aws:secretsmanager:ap-south-2:123456789012:secret:db-AbCdEf\" }]",
        }
        KeyPrintedOtherwise { key: String } = Note "key-printed-otherwise" {
            message: "the value of `{key}` is the same as in ECS where it is a text",
            ecs: "Prints a value that is no text in a way of its own: 1000000 as `1e+06`, `null` as `<nil>`, an object as `map[…]`.",
            here: "The External Secrets operator prints numbers and objects as they are written, and `null` as nothing.",
            remedy: "there is nothing to do where the value is a text",
            example: "secrets: [{ name: PORT, valueFrom: \"arn:aws:secretsmanager:us-east-1:123456789012:secret:db-AbCdEf:port::\" }]",
        }
        RefreshWithoutEffect { reason: &'static str } = Warning "refresh-without-effect" {
            message: "values are not looked at between deployments, for {reason}",
            ecs: "Reads secrets when a task starts, and has no such member.",
            here: "Values are read when a deployment starts, as in ECS.",
            remedy: "have a deployment started when a value changes, such as by another `restartedAt`",
            example: "kubernetes: { refresh: { interval: 1h } }",
        }
    }
}
