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
            message: "`{file}` is not read from S3 yet: the task starts once there is a Secret `{secret}` with its variables",
            ecs: "Reads the file when a task starts, and starts none without it.",
            here: "The container takes all that the Secret holds as variables, and does not start without it. What `environment` and `secrets` have wins.",
            remedy: "`aws s3 cp` the file, then `kubectl create secret generic NAME --from-env-file=FILE` with the name of the Secret",
            example: "environmentFiles: [{ type: s3, value: \"arn:aws:s3:::bucket/web.env\" }]",
        }
        RegistryCredentialsNotRead { parameter: String, secret: String } = Warning "registry-credentials-not-read" {
            message: "`{parameter}` is not read yet: the image is pulled by the Secret `{secret}`, which somebody must make",
            ecs: "Pulls the image with the user name and password in that secret of Secrets Manager.",
            here: "The pod names the Secret as one to pull images with. Without it a private image cannot be pulled, and the task does not start.",
            remedy: "`kubectl create secret docker-registry NAME --docker-server=… --docker-username=… --docker-password=…` with the name of the Secret",
            example: "repositoryCredentials: { credentialsParameter: \"arn:aws:secretsmanager:us-east-1:123456789012:secret:registry-AbCdEf\" }",
        }
    }
}
