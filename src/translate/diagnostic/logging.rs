//! What can be said of the output of containers.

faults! {
    /// What can be said of the output of containers.
    LoggingFault in Logging {
        LogDriverMissing = Error "log-driver-missing" {
            message: "the options are of no log driver: nothing is made",
            ecs: "Refuses a log configuration without a driver.",
            here: "Nothing is made.",
            remedy: "name the `logDriver`, or leave the options out",
            example: "logConfiguration: { options: { awslogs-group: /ecs/web } }",
        }
        OutputForCollector { annotation: String } = Note "output-for-log-agent" {
            message: "output goes to the node's log; the annotation `{annotation}` tells the cluster's log agent where it goes from there",
            ecs: "Sends the output to CloudWatch Logs.",
            here: "The node keeps the output: `kubectl logs` shows it, and a log agent on each node, such as Fluent Bit, may send it on. The annotation of the pod keeps the options as they are.",
            remedy: "run a log agent; `ecs-operator render --log-collector fluent-bit` prints the outputs of Fluent Bit for these containers",
            example: "logConfiguration: { logDriver: awslogs, options: { awslogs-group: /ecs/web, awslogs-region: us-east-1, awslogs-stream-prefix: web } }",
        }
        OutputStaysOnNode { driver: &'static str } = Note "output-stays-on-the-node" {
            message: "`{driver}` does not run here: output goes to the node's log, which the kubelet keeps",
            ecs: "Keeps the output on the container instance.",
            here: "The node keeps it, in files that the kubelet rotates: `kubectl logs` shows it.",
            remedy: "there is nothing to do; the kubelet's `containerLogMaxSize` and `containerLogMaxFiles` say how much is kept",
            example: "logConfiguration: { logDriver: json-file, options: { max-size: 10m } }",
        }
        OutputNotSent { driver: &'static str } = Warning "output-not-sent" {
            message: "`{driver}` does not run here: output stays in the node's log, and nothing sends it on",
            ecs: "Sends the output where the driver's options say.",
            here: "The node keeps the output: `kubectl logs` shows it, and a log agent may send it on.",
            remedy: "let the cluster's log agent send the output of these pods (label `ecs-operator.dev/service`) where the options say",
            example: "logConfiguration: { logDriver: syslog, options: { syslog-address: \"udp://10.0.0.5:514\" } }",
        }
        LogOptionWithoutEffect { option: String, value: String } = Note "log-option-without-effect" {
            message: "`{option}` has no effect here: `{value}` is not used",
            ecs: "An option of the log driver or of the log router.",
            here: "The driver does not run here, and the kubelet hands output over in a way of its own: it never blocks the program, and keeps what the node has room for.",
            remedy: "tell the cluster's log agent what matters of it",
            example: "logConfiguration: { logDriver: awslogs, options: { awslogs-group: /ecs/web, mode: non-blocking } }",
        }
        LogSecretWithoutEffect { option: String, value_from: String } = Note "log-secret-without-effect" {
            message: "`{option}` is not read from `{value_from}`: the log driver does not run here",
            ecs: "Gives the driver options whose values are secrets.",
            here: "They have no effect.",
            remedy: "give the cluster's log agent what it needs",
            example: "logConfiguration: { logDriver: splunk, secretOptions: [{ name: splunk-token, valueFrom: token }] }",
        }
        OutputNotRouted = Warning "output-not-routed" {
            message: "the log router is not sent this container's output: it gets only what programs send to `FLUENT_HOST` themselves",
            ecs: "Sends the output to the log router of the task, which sends it where the options say.",
            here: "In a pod no container gets the output of another: it goes to the node's log. The router runs with the configuration that the ECS agent would write, and takes what is sent to 127.0.0.1:24224.",
            remedy: "let the cluster's log agent send it on: `ecs-operator render --log-collector fluent-bit` prints an output of Fluent Bit with these options",
            example: "containerDefinitions:\n- { name: log_router, image: amazon/aws-for-fluent-bit, firelensConfiguration: { type: fluentbit } }\n- { name: web, image: nginx, logConfiguration: { logDriver: awsfirelens, options: { Name: stdout } } }",
        }
        RouterMissing = Error "log-router-missing" {
            message: "no container of the task is a log router: nothing is made",
            ecs: "Refuses `awsfirelens` in a task without a container that has a `firelensConfiguration`.",
            here: "Nothing is made.",
            remedy: "add a container with a `firelensConfiguration`, or choose another log driver",
            example: "logConfiguration: { logDriver: awsfirelens, options: { Name: stdout } }",
        }
        RouterTwice = Error "log-router-twice" {
            message: "the task has more than one log router: nothing is made",
            ecs: "Refuses a task definition with two containers that have a `firelensConfiguration`.",
            here: "Nothing is made.",
            remedy: "leave the `firelensConfiguration` of one container only",
            example: "containerDefinitions:\n- { name: a, image: router, firelensConfiguration: { type: fluentbit } }\n- { name: b, image: router, firelensConfiguration: { type: fluentbit } }",
        }
        OutputWithoutPlugin { option: &'static str } = Error "log-output-without-plugin" {
            message: "the options do not say which plug-in of the router they are for (`{option}`): nothing is made",
            ecs: "Starts no task with such options.",
            here: "Nothing is made.",
            remedy: "name the plug-in: `Name` for Fluent Bit, `@type` for Fluentd",
            example: "logConfiguration: { logDriver: awsfirelens, options: { region: us-east-1 } }",
        }
        RouterFileNotLegal { reason: &'static str } = Error "log-router-file-not-legal" {
            message: "the router's own configuration cannot be found: {reason}; nothing is made",
            ecs: "Takes `config-file-type` `s3` or `file` with a `config-file-value`.",
            here: "Nothing is made.",
            remedy: "give both options, or neither",
            example: "firelensConfiguration: { type: fluentbit, options: { config-file-type: file } }",
        }
        RouterFileNotRead { file: String, config_map: String } = Warning "log-router-file-not-read" {
            message: "`{file}` is not read from S3: the task starts once there is a ConfigMap `{config_map}` with it, as `external.conf`",
            ecs: "Reads the file when a task starts, and starts none without it.",
            here: "The file of that ConfigMap is mounted where the agent would put it, and the task does not start without it.",
            remedy: "`aws s3 cp` the file, then `kubectl create configmap NAME --from-file=external.conf=FILE` with the name of the ConfigMap",
            example: "firelensConfiguration: { type: fluentbit, options: { config-file-type: s3, config-file-value: \"arn:aws:s3:::bucket/extra.conf\" } }",
        }
        MetadataIncomplete = Note "log-metadata-incomplete" {
            message: "records are given `ecs_cluster` and `ecs_task_definition`, but no `ecs_task_arn` and no `ec2_instance_id`",
            ecs: "Adds the cluster, the task, the task definition and on EC2 the instance to each record.",
            here: "There are no tasks with ARNs and no container instances.",
            remedy: "find records by the other members, or write `enable-ecs-log-metadata: \"false\"` if they are not needed",
            example: "firelensConfiguration: { type: fluentbit }",
        }
        VariableOfTheRouter { name: String, value: String } = Warning "variable-of-the-log-router" {
            message: "`{name}` is where the log router is: `{value}` is left out",
            ecs: "Sets `FLUENT_HOST` and `FLUENT_PORT` in containers whose log driver is `awsfirelens`, whatever the task definition says.",
            here: "So it is here.",
            remedy: "leave the variable out",
            example: "environment: [{ name: FLUENT_HOST, value: logs.example.com }]\nlogConfiguration: { logDriver: awsfirelens }",
        }
    }
}
