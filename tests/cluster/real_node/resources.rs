//! `cpu` and `memory`: what the kernel is told, and what it does to who uses more.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};

use super::ecs_service::open;
use super::tasks::{self, Service, Task, container};
use crate::context::Context;
use crate::runner::Trial;
use crate::scene::Scene;
use crate::support::{Result, SOON, While, ensure, eventually};

const MEBIBYTE: u64 = 1024 * 1024;

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::parallel(the_kernel_is_told_the_sizes_of_tasks_and_containers).on_a_real_node(),
        Trial::parallel(who_uses_more_memory_than_the_task_has_is_killed_and_its_neighbour_is_not).on_a_real_node(),
    ]
}

async fn the_kernel_is_told_the_sizes_of_tasks_and_containers(context: Arc<Context>) -> Result<()> {
    let scene = open(&context).await?;
    let containers = [
        container("large", 8080, &[], &json!({"cpu": 256, "memory": 96})),
        container("small", 8081, &[], &json!({"cpu": 10, "memoryReservation": 64})),
        container("unsaid", 8082, &[], &json!({})),
    ];
    let sized = Service { task: json!({"cpu": "512", "memory": "256"}), ..Service::of("sized", &containers) };
    let mut of_containers = containers.clone();
    of_containers[2]["memoryReservation"] = json!(64);
    let free = Service { task: json!({"memory": null}), ..Service::of("unsized", &of_containers) };
    tasks::apply(&scene, &[sized, free]).await?;

    let task = tasks::one(&scene, "sized").await?;
    let whole = Limits::of_task(&scene, &task)?;
    println!("512 CPU units and 256 MiB: {whole:?}");
    assert_eq!((whole.memory, whole.millicores), (Some(256 * MEBIBYTE), Some(500)), "the task's size is the most that it gets");
    // ECS: the container's units are its shares, and 2 where there are none; the task's memory is the most of who has no limit
    let expected = [(8080, 96, 256), (8081, 256, 10), (8082, 256, 2)];
    same_as_ecs(&task, &expected.map(|(port, memory, shares)| (port, Some(memory * MEBIBYTE), shares))).await?;

    let task = tasks::one(&scene, "unsized").await?;
    assert_eq!(Limits::of_task(&scene, &task)?.millicores, None, "without the task's size CPU units are shares and no limit");
    same_as_ecs(&task, &[(8080, Some(96 * MEBIBYTE), 256), (8081, None, 10), (8082, None, 2)]).await?;
    for port in [8080, 8081, 8082] {
        assert_eq!(Limits::of_process(&task.process(port).await?)?.millicores, None, "port {port}");
    }
    Ok(())
}

/// By port, the memory and the shares that the container has in ECS.
async fn same_as_ecs(task: &Task, expected: &[(u16, Option<u64>, u64)]) -> Result<()> {
    for (port, memory, shares) in expected {
        let limits = Limits::of_process(&task.process(*port).await?)?;
        println!("port {port}: {limits:?}; ECS: memory {memory:?}, {shares} shares");
        assert_eq!(limits.memory, *memory, "memory of port {port}");
        // version 2 of cgroups has weights in place of shares, which runc computes from them
        if let Some(found) = limits.shares {
            assert_eq!(found, *shares, "shares of port {port}");
        }
    }
    Ok(())
}

async fn who_uses_more_memory_than_the_task_has_is_killed_and_its_neighbour_is_not(context: Arc<Context>) -> Result<()> {
    let scene = open(&context).await?;
    let pair = |limits: [Value; 2]| [container("greedy", 8080, &[], &limits[0]), container("modest", 8081, &[], &limits[1])];
    let services = [
        // together they may use as much as the task has, and one of them all of it
        Service { task: json!({"memory": "128"}), ..Service::of("limited-task", &pair([json!({}), json!({"memoryReservation": 32})])) },
        Service { task: json!({"memory": null}), ..Service::of("limited-container", &pair([json!({"memory": 64}), json!({"memory": 64})])) },
    ];
    tasks::apply(&scene, &services).await?;
    for (service, fits, limit) in [("limited-task", 80, 128), ("limited-container", 32, 64)] {
        let task = tasks::one(&scene, service).await?;
        task.ask(8081, &format!("/-/memory?bytes={}", 16 * MEBIBYTE)).await?;
        task.ask(8080, &format!("/-/memory?bytes={}", fits * MEBIBYTE)).await?;
        let before = tasks::one(&scene, service).await?;
        assert_eq!(tasks::state(&before.pod, "greedy")?["restartCount"], 0, "{service}: {fits} MiB fit");
        // it is killed before it can answer
        let _nothing = task.ask_once(8080, &format!("/-/memory?bytes={}", limit * MEBIBYTE)).await;
        eventually(format!("{service}: the greedy container is killed"), SOON, async || {
            let pods = tasks::pods(&scene, service).await?;
            let greedy = tasks::state(pods.first().ok_or("no pod")?, "greedy")?;
            ensure(greedy["lastState"]["terminated"]["reason"] == "OOMKilled", greedy)
        })
        .await?;
        let after = tasks::one(&scene, service).await?;
        assert_eq!(tasks::state(&after.pod, "modest")?["restartCount"], 0, "{service}: the other goes on");
    }
    Ok(())
}

/// What a folder of cgroups says, of version 1 or 2.
#[derive(Debug)]
struct Limits {
    /// In bytes; none is no limit.
    memory: Option<u64>,
    /// Thousandths of a processor that it may use; none is no limit.
    millicores: Option<u64>,
    /// Of version 1 only.
    shares: Option<u64>,
}

impl Limits {
    /// As the process sees them.
    fn of_process(process: &Value) -> Result<Self> {
        let files = &process["cgroup"]["files"];
        Self::of(|file| files[file].as_str().map(str::to_owned))
    }

    /// As this machine sees those of the task's pod.
    fn of_task(scene: &Scene, task: &Task) -> Result<Self> {
        let id = task.pod["metadata"]["uid"].as_str().ok_or("the pod has no id")?;
        let group = scene.cluster.real_node()?.cgroup();
        let folder = |hierarchy: &str| -> Option<PathBuf> {
            let pods = Path::new("/sys/fs/cgroup").join(hierarchy).join(group).join("kubepods");
            ["", "burstable", "besteffort"].iter().map(|class| pods.join(class).join(format!("pod{id}"))).find(|folder| folder.is_dir())
        };
        let read = |file: &str| {
            let (hierarchy, file) = file.split_once('/').unwrap_or(("", file));
            std::fs::read_to_string(folder(hierarchy)?.join(file)).ok()
        };
        Self::of(read)
    }

    fn of(read: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let number = |text: &str| text.trim().parse::<u64>().during(text);
        if let Some(memory) = read("memory/memory.limit_in_bytes") {
            let quota = read("cpu/cpu.cfs_quota_us").ok_or("no quota")?;
            let (quota, period) = (quota.trim().to_owned(), read("cpu/cpu.cfs_period_us").ok_or("no period")?);
            return Ok(Self {
                // the kernel's way to say that there is none
                memory: Some(number(&memory)?).filter(|bytes| *bytes < 1 << 60),
                millicores: millicores(&quota, &period)?,
                shares: Some(number(&read("cpu/cpu.shares").ok_or("no shares")?)?),
            });
        }
        let memory = read("memory.max").ok_or("no limit of memory is told")?;
        let maximum = read("cpu.max").ok_or("no limit of processors is told")?;
        let (quota, period) = maximum.trim().split_once(' ').ok_or("cpu.max is not two words")?;
        Ok(Self { memory: if memory.trim() == "max" { None } else { Some(number(&memory)?) }, millicores: millicores(quota, period)?, shares: None })
    }
}

fn millicores(quota: &str, period: &str) -> Result<Option<u64>> {
    if ["-1", "max"].contains(&quota) {
        return Ok(None);
    }
    Ok(Some(quota.parse::<u64>().during(quota)? * 1000 / period.trim().parse::<u64>().during(period)?))
}
