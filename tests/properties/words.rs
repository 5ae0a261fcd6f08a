//! The texts of which specifications are made.

/// In each `valueFrom` and in nothing that is made of it.
pub const CANARY: &str = "canary5f3a";

/// What nobody should write, and somebody does.
pub static NASTY: [&str; 30] = [
    "/a/../b",
    "90-80",
    "data",
    "/a b:c",
    "",
    " ",
    ".",
    "..",
    "/",
    "-",
    "_",
    "-a",
    "a-",
    "A_b.C",
    "ä.ö",
    "a b",
    "a\nb: c",
    "a\u{0}b",
    "$(HOME)",
    "$$(A) ${B}",
    "*",
    "0",
    "-1",
    "99999999999999999999",
    "1e400",
    "no",
    "{\"a\": 1}",
    "arn:",
    "arn:aws:::::",
    "\u{202e}\u{1f600}",
];

/// Servers of NFS.
pub static SERVERS: [&str; 5] = ["10.0.0.1", "fd00::7", "files.example.com", "/var/lib/kubelet/pods", ".."];
/// What they are asked for.
pub static DEVICES: [&str; 6] = [":/", ":/exports", "files:/a/b/", ":/../../../..", ":/a/./b", "://"];
/// How it is mounted.
pub static MOUNT_OPTIONS: [&str; 9] = ["rw", "hard", "nfsvers=4.1", "bind", "rbind", "BIND", "remount", "addr=/", "rsize=1 bind"];

/// What may stand in a member of that name.
pub fn plausible(name: &str) -> Vec<&'static str> {
    let words: &[&str] = match name {
        "valueFrom" => &[
            "arn:aws:secretsmanager:us-east-1:123456789012:secret:canary5f3a-AbCdEf",
            "arn:aws:secretsmanager:us-east-1:123456789012:secret:canary5f3a-AbCdEf:canary5f3a::",
            "arn:aws:ssm:us-east-1:123456789012:parameter/canary5f3a",
            "/canary5f3a/password",
        ],
        "image" => &["nginx", "123456789012.dkr.ecr.us-east-1.amazonaws.com/app@sha256:0000000000000000000000000000000000000000000000000000000000000000"],
        "expression" => {
            &["attribute:ecs.instance-type =~ m5.*", "attribute:a exists and not(task:group == service:b)", "attribute:a in [b, c] or attribute:d >= 2"]
        }
        "field" => &["attribute:ecs.availability-zone", "instanceId", "host", "cpu", "memory", "path-pattern", "host-header"],
        "user" => &["0", "1000", "1000:1000", "root", "node:node"],
        "containerPortRange" => &["80-90", "8000-8000", "1-65535"],
        "sourceVolume" => &["data"],
        "containerName" | "sourceContainer" | "links" => &["web"],
        "hostPath" | "sourcePath" => &["/dev/fuse", "/var/run/docker.sock", "/"],
        "containerPath" | "workingDirectory" | "rootDirectory" | "healthCheckPath" | "path" => &["/data", "/data/", "/tmp", "/dev/shm"],
        "namespace" => &[
            "net.core.somaxconn",
            "net.ipv4.tcp_syncookies",
            "kernel.msgmax",
            "vm.max_map_count",
            "shop",
            "arn:aws:servicediscovery:us-east-1:123456789012:namespace/ns-1",
        ],
        "add" | "drop" => &["ALL", "NET_ADMIN", "SYS_PTRACE", "CHOWN", "cap_kill", "NET_BIND_SERVICE"],
        "dockerSecurityOptions" => &[
            "no-new-privileges",
            "apparmor:unconfined",
            "apparmor=local",
            "label:type:svirt_t",
            "label:disable",
            "seccomp:unconfined",
            "credentialspec:file://a.json",
        ],
        "driver" => &["local", "rexray/ebs", "amazon-ecs-volume-plugin"],
        "driverOpts" | "options" => &["type", "nfs", "tmpfs", "o", "device", "addr=10.0.0.1,bind", "/exports", "awslogs-group", "config-file-type", "s3"],
        "cpu" | "memory" => &["256", "1024", "0.5 vCPU", "1 vcpu", "2 GB", "512", "3000"],
        "executionRoleArn" | "taskRoleArn" | "roleArn" => &["arn:aws:iam::123456789012:role/web", "arn:aws:iam::123456789012:role/service-role/other"],
        "fileSystemId" => &["fs-0123456789abcdef0"],
        "accessPointId" => &["fsap-0123456789abcdef0"],
        "taskDefinition" => &["web", "web:3", "arn:aws:ecs:us-east-1:123456789012:task-definition/web:3"],
        "ipAddress" | "dnsServers" | "sourceIpConfig" => &["10.0.0.1", "::1", "10.0.0.1/8", "host-gateway"],
        "hostname" | "dnsSearchDomains" | "dnsName" | "discoveryName" => &["web", "web.local", "Web", "db.example.com"],
        "command" | "entryPoint" => &["CMD", "CMD-SHELL", "NONE", "sh", "-c", "curl -f http://localhost/ || exit 1", "$(A)"],
        "values" | "regexValues" => &["/api/*", "/", "/a?c", "example.com", "*.example.com", "GET", "10.0.0.0/8", "^/x.*$"],
        "statusCode" | "httpCode" | "grpcCode" => &["200", "503", "200-299", "0,1", "HTTP_301"],
        "targetGroupArn" | "alternateTargetGroupArn" => &[
            "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/0123456789abcdef",
            "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/api/fedcba9876543210",
        ],
        "credentialsParameter" | "credentialSpecs" => {
            &["arn:aws:secretsmanager:us-east-1:123456789012:secret:registry-AbCdEf", "credentialspec:arn:aws:s3:::bucket/key"]
        }
        "securityGroups" | "subnets" => &["sg-0123456789abcdef0", "subnet-0123456789abcdef0"],
        "volumeType" => &["gp3", "io2", "st1"],
        "platformVersion" => &["LATEST", "1.4.0", "1.3.0"],
        "capacityProvider" => &["FARGATE", "FARGATE_SPOT", "spot"],
        "mountOptions" => &["defaults", "ro", "noexec", "mode=1777", "bind"],
        _ if name.ends_with("Arn") => &["arn:aws:iam::123456789012:role/web", "arn:aws:iam::123456789012:role/service-role/other"],
        // Names of containers, volumes, ports and devices: so few that one meets another.
        _ => &["web", "db", "data", "log_router", "Web.App", "80", "true"],
    };
    words.to_vec()
}

#[test]
fn every_secret_has_the_canary() {
    assert!(plausible("valueFrom").iter().all(|text| text.contains(CANARY)));
}
