//! What a process sees of its specification: its environment, its files, its rights and what it has of the kernel.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::ecs_service::{open, open_with};
use super::tasks::{self, Service, Task, container};
use crate::context::Context;
use crate::runner::Trial;
use crate::scene::{Scene, VALUE};
use crate::support::{Result, SOON, ensure, eventually};

const CAPABILITIES: &str = "00000000a80425fb";

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::parallel(a_process_has_the_environment_of_its_specification).on_a_real_node(),
        Trial::parallel(a_process_sees_the_files_and_volumes_of_its_specification).on_a_real_node(),
        Trial::parallel(a_process_has_the_user_and_the_capabilities_of_its_specification).on_a_real_node(),
        Trial::parallel(a_process_has_the_names_and_the_kernel_of_its_specification).on_a_real_node(),
    ]
}

async fn a_process_has_the_environment_of_its_specification(context: Arc<Context>) -> Result<()> {
    let scene = open(&context).await?;
    let variables = [
        ("VERSION", "of the task"),
        ("REFERENCE", "$(PORT)"),
        ("DOLLARS", "$$x$$$(B) $HOME"),
        ("TWICE", "first"),
        ("EMPTY", ""),
        ("odd.name-1", "ö\n\"'"),
        ("TWICE", "last"),
        ("SECRET", "hidden by the secret"),
    ];
    let files = ["first", "second"].map(|name| json!({"type": "s3", "value": format!("arn:aws:s3:::bucket/{name}.env")}));
    let secret = json!({"name": "SECRET", "valueFrom": "arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/db-password"});
    let said = json!({"secrets": [secret], "command": ["$(PORT)", "$$", "a b"], "environmentFiles": files});
    let containers =
        [container("app", 8080, &variables, &said), container("abroad", 8081, &[("AWS_DEFAULT_REGION", "eu-west-1")], &json!({"workingDirectory": "/bin"}))];
    bring_files(&scene)?;
    tasks::apply(&scene, &[Service::of("app", &containers)]).await?;
    let task = tasks::one(&scene, "app").await?;

    let process = task.process(8080).await?;
    let expected = [
        // of the image, and of the runtime, which Docker sets too
        ("PATH", "/bin"),
        ("HOME", "/"),
        ("HOSTNAME", task.pod["metadata"]["name"].as_str().unwrap_or_default()),
        // of the agent: of its variables, those of the region are here
        ("AWS_REGION", "us-east-1"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
        // what is written in the task definition wins over files, and the first file over the second
        ("VERSION", "of the task"),
        ("ONE", "of the first file"),
        ("TWO", "of the second file"),
        ("QUOTED", "\"$(PORT)\""),
        // of two values the last, and of a secret and a value the secret
        ("TWICE", "last"),
        ("SECRET", VALUE),
        // nothing is expanded
        ("REFERENCE", "$(PORT)"),
        ("DOLLARS", "$$x$$$(B) $HOME"),
        ("EMPTY", ""),
        ("odd.name-1", "ö\n\"'"),
        ("PORT", "8080"),
        ("NAME", "app"),
    ];
    assert_eq!(environment(&process), expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into(), "all that are not of Kubernetes");
    assert_eq!(process["arguments"], json!(["/bin/application", "$(PORT)", "$$", "a b"]));
    assert_eq!(process["workingDirectory"], "/");

    let abroad = task.process(8081).await?;
    let environment = environment(&abroad);
    assert_eq!((environment.get("AWS_REGION"), environment.get("AWS_DEFAULT_REGION").map(String::as_str)), (None, Some("eu-west-1")));
    assert_eq!(abroad["workingDirectory"], "/bin");
    Ok(())
}

/// The files of variables, where the operator reads them in place of S3.
fn bring_files(scene: &Scene) -> Result<()> {
    let bucket = scene.secrets.path().join("bucket");
    std::fs::create_dir(&bucket)?;
    std::fs::write(bucket.join("first.env"), "ONE=of the first file\nVERSION=of the first file\nSECRET=of the first file\nQUOTED=\"$(PORT)\"\n")?;
    std::fs::write(bucket.join("second.env"), "ONE=of the second file\nTWO=of the second file\n")?;
    Ok(())
}

async fn a_process_sees_the_files_and_volumes_of_its_specification(context: Arc<Context>) -> Result<()> {
    let scene = open(&context).await?;
    let folders = json!([{"containerPath": "/scratch", "size": 16}, {"containerPath": "/only-read", "size": 8, "mountOptions": ["ro"]}]);
    let app = json!({
        "readonlyRootFilesystem": true, "workingDirectory": "/work/here", "linuxParameters": {"sharedMemorySize": 32, "tmpfs": folders},
        "mountPoints": [{"sourceVolume": "shared", "containerPath": "/shared"}, {"sourceVolume": "populated", "containerPath": "/data"},
            {"sourceVolume": "shared", "containerPath": "/shared-for-reading", "readOnly": true}],
    });
    let containers = [
        container("app", 8080, &[], &app),
        container("reader", 8081, &[], &json!({"volumesFrom": [{"sourceContainer": "app", "readOnly": true}]})),
        container("plain", 8082, &[], &json!({"volumesFrom": [{"sourceContainer": "app"}], "mountPoints": []})),
    ];
    let volumes = json!([{"name": "shared"}, {"name": "populated", "dockerVolumeConfiguration": {"scope": "task"}}]);
    let service = Service { task: json!({"memory": "256", "volumes": volumes}), ..Service::of("app", &containers) };
    tasks::apply(&scene, &[service]).await?;
    let task = tasks::one(&scene, "app").await?;

    let (app, plain) = (task.process(8080).await?, task.process(8082).await?);
    assert_eq!(app["workingDirectory"], "/work/here", "a folder that the image lacks is made");
    let mounted = |process: &Value, path: &str| process["mounts"].as_array().into_iter().flatten().find(|mount| mount["path"] == path).cloned();
    let size = |mount: &Value| {
        mount["superOptions"].as_str().into_iter().flat_map(|options| options.split(',')).find_map(|word| word.strip_prefix("size=").map(str::to_owned))
    };
    for (process, path, expected) in [(&app, "/scratch", "16384k"), (&app, "/only-read", "8192k"), (&app, "/dev/shm", "32768k"), (&plain, "/dev/shm", "65536k")]
    {
        let mount = mounted(process, path).ok_or_else(|| format!("nothing is at {path}"))?;
        assert_eq!((mount["type"].as_str(), size(&mount).as_deref()), (Some("tmpfs"), Some(expected)), "{path}: {mount}");
    }
    assert_eq!(mounted(&plain, "/scratch"), None, "folders in memory are each container's own");

    let writes = [
        ("app", "/file", false),
        ("app", "/only-read/file", false),
        ("app", "/shared-for-reading/file", false),
        ("app", "/scratch/file", true),
        ("app", "/shared/of-app", true),
        ("reader", "/shared/of-reader", false),
        ("reader", "/file", true),
        ("plain", "/shared/of-plain", true),
    ];
    for (container, path, may) in writes {
        let written = write(&context, &task, container, path).await;
        assert_eq!(written.is_ok(), may, "{container} writes to {path}: {written:?}");
        if let Err(reason) = written {
            assert!(reason.to_string().contains("Read-only file system"), "{container} writes to {path}: {reason}");
        }
    }
    for port in [8080, 8081, 8082] {
        assert_eq!(names(&task, port, "/shared").await?, json!(["of-app", "of-plain"]), "port {port}");
    }
    assert_eq!(names(&task, 8080, "/shared-for-reading").await?, json!(["of-app", "of-plain"]));

    // Docker copies what the image has there into a new volume; here it is hidden, and the operator says so
    assert_eq!(names(&task, 8080, "/data").await?, json!([]));
    let diagnostics = scene.get("ecsservices", "app").await?["status"]["diagnostics"].to_string();
    assert!(diagnostics.contains("volume-hides-image-content") && diagnostics.contains("/data"), "{diagnostics}");
    Ok(())
}

async fn write(context: &Context, task: &Task, container: &str, path: &str) -> Result<String> {
    let pod = task.pod["metadata"]["name"].as_str().unwrap_or_default();
    context.kubectl(&["exec", pod, "-c", container, "--", "/bin/sh", "-c", &format!("echo text >{path}")]).await
}

async fn names(task: &Task, port: u16, folder: &str) -> Result<Value> {
    Ok(task.ask(port, &format!("/-/folder?path={folder}")).await?["names"].take())
}

async fn a_process_has_the_user_and_the_capabilities_of_its_specification(context: Arc<Context>) -> Result<()> {
    let scene = open_with(&context, &json!({"allow": {"capabilities": ["*"]}})).await?;
    let capabilities = |add: &[&str], drop: &[&str]| json!({"linuxParameters": {"capabilities": {"add": add, "drop": drop}}});
    let cases = [
        // what is said, and user, group, further groups and capabilities, as in ECS
        ("nothing", json!({}), (0, 0, json!([0]), CAPABILITIES)),
        ("number", json!({"user": "1000"}), (1000, 1000, json!([1000, 2000]), "0")),
        // in ECS without 2000: Docker has the image add groups only where none is said
        ("number-and-group", json!({"user": "1000:3000"}), (1000, 3000, json!([2000, 3000]), "0")),
        ("unknown-number", json!({"user": "4711:0"}), (4711, 0, json!([0]), "0")),
        ("more-and-less", capabilities(&["NET_ADMIN"], &["CHOWN", "MKNOD"]), (0, 0, json!([0]), "00000000a00435fa")),
        ("one-of-none", capabilities(&["NET_BIND_SERVICE"], &["ALL"]), (0, 0, json!([0]), "0000000000000400")),
        ("dropped-and-added", capabilities(&["CHOWN"], &["CHOWN"]), (0, 0, json!([0]), CAPABILITIES)),
        ("no-new-privileges", json!({"dockerSecurityOptions": ["no-new-privileges"]}), (0, 0, json!([0]), CAPABILITIES)),
        // only the image knows who that is: ECS would run it as 1000
        ("name", json!({"user": "user"}), (0, 0, json!([0]), CAPABILITIES)),
    ];
    let ports = || (8080u16..).zip(&cases);
    let containers: Vec<Value> = ports().map(|(port, (name, members, _))| container(name, port, &[], members)).collect();
    tasks::apply(&scene, &[Service::of("app", &containers)]).await?;
    let task = tasks::one(&scene, "app").await?;
    for (port, (name, _, expected)) in ports() {
        let process = task.process(port).await?;
        let (user, group, groups, effective) = expected;
        assert_eq!((&process["user"], &process["group"], &process["groups"]), (&json!(user), &json!(group), groups), "{name}");
        let found = process["capabilities"]["effective"].as_str().unwrap_or_default();
        assert_eq!(u64::from_str_radix(found, 16)?, u64::from_str_radix(effective, 16)?, "{name}: {found}, not {effective}");
        assert_eq!(process["noNewPrivileges"], *name == "no-new-privileges", "{name}");
        assert_eq!(process["seccomp"], "2", "{name}: the runtime's filter, as Docker's");
    }
    let diagnostics = scene.get("ecsservices", "app").await?["status"]["diagnostics"].to_string();
    assert!(diagnostics.contains("user-is-a-name") && diagnostics.contains("image-adds-groups"), "{diagnostics}");
    Ok(())
}

async fn a_process_has_the_names_and_the_kernel_of_its_specification(context: Arc<Context>) -> Result<()> {
    let scene = open_with(&context, &json!({"allow": {"unsafeSysctls": ["*"]}})).await?;
    let controls = json!([{"namespace": "net.ipv4.tcp_keepalive_time", "value": "500"}, {"namespace": "net.core.somaxconn", "value": "1024"}]);
    let named = json!({"hostname": "front.shop.example", "extraHosts": [{"hostname": "legacy.internal", "ipAddress": "198.51.100.7"}],
        "systemControls": controls, "ulimits": [{"name": "nofile", "softLimit": 2048, "hardLimit": 4096}]});
    let init = json!({"linuxParameters": {"initProcessEnabled": true}});
    let services = [
        Service { task: json!({"memory": "256", "networkMode": "bridge"}), ..Service::of("named", &[container("named", 8080, &[], &named)]) },
        Service {
            task: json!({"memory": "256", "pidMode": "task"}),
            ..Service::of("together", &[container("together", 8080, &[], &init), container("beside", 8081, &[], &json!({}))])
        },
        Service::of("alone", &[container("alone", 8080, &[], &init)]),
    ];
    tasks::apply(&scene, &services).await?;
    let (named, together, alone) = tokio::try_join!(tasks::one(&scene, "named"), tasks::one(&scene, "together"), tasks::one(&scene, "alone"))?;

    let process = named.process(8080).await?;
    assert_eq!((&process["hostname"], environment(&process).get("HOSTNAME").map(String::as_str)), (&json!("front.shop.example"), Some("front.shop.example")));
    let hosts = process["hosts"].to_string();
    assert!(hosts.contains("198.51.100.7\\tlegacy.internal") && hosts.contains("front.shop.example"), "{hosts}");
    for (path, value) in [("net/ipv4/tcp_keepalive_time", "500\n"), ("net/core/somaxconn", "1024\n")] {
        assert_eq!(named.ask(8080, &format!("/-/file?path=/proc/sys/{path}")).await?["contents"], value, "{path}");
    }
    // Kubernetes has no limits of processes: those of the runtime hold, and the operator says so
    assert_eq!(process["limits"], alone.process(8080).await?["limits"]);
    ensure(told(&scene, "named").await?.contains("ulimit-without-effect"), "ulimits are reported")?;

    // ECS: a process 1 that ends what nobody waits for. With the pod's processes in one namespace the pod's own does.
    let process = together.process(8080).await?;
    assert_eq!((&process["processes"]["1"], process["id"] == 1), (&json!("pause"), false));
    assert_eq!(process["processes"].as_object().map(serde_json::Map::len), Some(3), "the processes of both containers: {}", process["processes"]);
    orphan(&context, &together, "together").await?;
    eventually("the orphan is gone", SOON, async || {
        let processes = together.process(8080).await?["processes"].take();
        ensure(processes.as_object().is_some_and(|processes| processes.len() == 3), processes)
    })
    .await?;
    assert_eq!(alone.process(8080).await?["id"], 1, "else the program is process 1 itself");
    ensure(told(&scene, "alone").await?.contains("init-process-missing"), "that there is none is reported")
}

/// Leaves a process behind that ends soon.
async fn orphan(context: &Context, task: &Task, container: &str) -> Result<()> {
    let pod = task.pod["metadata"]["name"].as_str().unwrap_or_default();
    context.kubectl(&["exec", pod, "-c", container, "--", "/bin/sh", "-c", "/bin/sleep 0.1 &"]).await.map(drop)
}

/// What the operator says of a service.
async fn told(scene: &Scene, service: &str) -> Result<String> {
    Ok(scene.get("ecsservices", service).await?["status"]["diagnostics"].to_string())
}

/// The variables that are not Kubernetes' own.
fn environment(process: &Value) -> BTreeMap<String, String> {
    let all = process["environment"].as_object().into_iter().flatten();
    all.filter(|(name, _)| !name.starts_with("KUBERNETES_")).filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect()
}
