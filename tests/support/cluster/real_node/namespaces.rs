//! The namespaces of a real node: network, mounts and processes of its own, which all end with one process.
//!
//! `unshare`, on a leash, makes them and starts their first process. When that ends, the kernel ends every other process in
//! them, shims and containers too, and with the last one go the mounts, the network interfaces and the tables of nft.
//! So nothing has to be found and undone one by one, however the owner has ended.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::process::{Process, leashed, output};
use crate::support::tools::{Packages, Tools};
use crate::support::{Result, SOON, While, eventually};

/// The folder, in memory, that the node's programs write to: nobody outside sees it.
pub const STATE: &str = "/run/node";

/// Where the addresses of services come from.
const SERVICES: &str = "10.96.0.0/16";

// Run as the first process: $1 is the file to say its process id in, then comes what it becomes. /run and /var are
// hidden behind folders in memory, because the programs write to fixed places in them. The kubelet would set the
// kernel's parameters, which are those of the whole machine: it finds files that say what it wants to read. And it finds
// at least 16 processors, so that there is room for all that tests reserve; tasks share those that there are, by their shares.
const FIRST: &str = r#"
set -e
first=$(cut -d' ' -f4 /proc/self/stat)
exec 4>"$1"
shift
mount --make-rshared /
mount -t proc proc /proc
mount -t tmpfs -o mode=755,size=50g tmpfs /run
mkdir -p /run/netns /run/parameters /run/node/var /run/node/var-work
mount -t overlay -o lowerdir=/var,upperdir=/run/node/var,workdir=/run/node/var-work overlay /var
parameter() {
    echo "$2" >"/run/parameters/${1##*/}"
    mount --bind "/run/parameters/${1##*/}" "/proc/sys/$1"
}
parameter vm/overcommit_memory 1
parameter vm/panic_on_oom 0
parameter kernel/panic 10
parameter kernel/panic_on_oops 1
parameter kernel/keys/root_maxkeys 1000000
parameter kernel/keys/root_maxbytes 25000000
if [ "$(nproc)" -lt 16 ]; then
    mount -t tmpfs tmpfs /sys/devices/system/node
    mount -t tmpfs tmpfs /sys/devices/system/cpu
    for number in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
        mkdir "/sys/devices/system/cpu/cpu$number"
    done
fi
echo "$first" >&4
exec 4>&-
exec "$@"
"#;

// Run in the namespaces: $1 is the node's address, $2 the range of services, which needs a route for kube-proxy to be asked.
const INSIDE: &str = r#"
set -e
ip link set lo up
ip address add "$1/24" dev node0
ip link set node0 up
ip route add "$2" dev node0
echo 1 >/proc/sys/net/ipv4/ip_forward
"#;

// Run on the machine: $1 is the interface, $2 its address, $3 the range of pods, $4 the node's address.
const OUTSIDE: &str = r#"
set -e
ip address add "$2/24" dev "$1"
ip link set "$1" up
ip route add "$3" via "$4"
"#;

/// The namespaces, for as long as they are wanted.
#[derive(Debug)]
pub struct Namespaces {
    guardian: Process,
    first: u32,
    number: u8,
    packages: Packages,
}

impl Namespaces {
    /// Makes them, and connects them with this machine by a pair of interfaces.
    pub async fn create(folder: &Path, tools: &Tools) -> Result<Self> {
        let said = folder.join("first-process");
        let guardian = Process::start("namespaces", &folder.join("logs"), first_process(&said, tools.path("pause")?))?;
        let first = eventually("the namespaces are made", SOON, async || {
            guardian.check_alive()?;
            std::fs::read_to_string(&said)?.trim().parse().during("its process id")
        })
        .await?;
        let mut namespaces = Self { guardian, first, number: 0, packages: tools.packages()?.clone() };
        namespaces.connect().await?;
        let addresses = [namespaces.interface(), namespaces.outside(), namespaces.pods(), namespaces.address()];
        namespaces.script(namespaces.enter(), INSIDE, &[namespaces.address(), SERVICES.to_owned()]).await?;
        namespaces.script(Vec::new(), OUTSIDE, &addresses).await?;
        Ok(namespaces)
    }

    /// Whether this machine lets us make them: an error says what it does not.
    pub fn attempt(folder: &Path) -> Result<()> {
        let mut command = first_process(&folder.join("first-process"), "true".as_ref());
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().during("unshare")?;
        let _leash = child.stdin.take();
        let output = child.wait_with_output().during("unshare")?;
        if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).trim().into()) }
    }

    /// A command that runs what comes after it inside.
    pub fn enter(&self) -> Vec<OsString> {
        ["nsenter", &format!("--target={}", self.first), "--net", "--mount", "--pid", "--"].map(OsString::from).into()
    }

    /// The node's address, which this machine can reach, and which the node's own programs have too.
    pub fn address(&self) -> String {
        format!("198.18.{}.2", self.number)
    }

    /// The addresses of pods, which this machine can reach too.
    pub fn pods(&self) -> String {
        format!("198.19.{}.0/24", self.number)
    }

    /// The process id of the first process, as this machine sees it.
    pub fn first_process(&self) -> u32 {
        self.first
    }

    /// This machine's end of the pair of interfaces.
    pub fn interface(&self) -> String {
        format!("ecs-bed-{}", self.number)
    }

    fn outside(&self) -> String {
        format!("198.18.{}.1", self.number)
    }

    /// Ends everything in them, and waits for that.
    pub fn end(&self) {
        if self.guardian.exited().is_none() {
            let killed = Command::new("sh").args(["-c", "kill -KILL \"$1\"", "kill"]).arg(self.first.to_string()).status();
            if killed.is_ok_and(|status| status.success()) {
                // its parent is told when the last process in the namespaces has ended
                self.guardian.wait();
            }
            self.guardian.kill();
            // the kernel does it too, a little later
            let mut command = Command::new("ip");
            command.args(["link", "delete", &self.interface()]);
            let _gone_already = self.packages.configure(&mut command, []).map(|()| command.output());
        }
    }

    /// Takes the first number whose interface nobody has: the kernel gives a name to one only.
    async fn connect(&mut self) -> Result<()> {
        let process = self.first.to_string();
        for number in 1..=u8::MAX {
            self.number = number;
            let mut command = leashed("ip");
            command.args(["link", "add", &self.interface(), "type", "veth", "peer", "name", "node0", "netns", &process]);
            self.packages.configure(&mut command, [])?;
            match output(command).await {
                Ok(_) => return Ok(()),
                Err(error) if error.to_string().contains("File exists") => {}
                Err(error) => return Err(error),
            }
        }
        Err("every interface of the name ecs-bed-… is taken".into())
    }

    async fn script(&self, enter: Vec<OsString>, script: &str, arguments: &[String]) -> Result<()> {
        let mut words = enter.into_iter().chain(["sh", "-c", script, "network"].map(OsString::from));
        let mut command = leashed(words.next().unwrap_or_default());
        command.args(words).args(arguments);
        self.packages.configure(&mut command, [])?;
        output(command).await.map(drop)
    }
}

impl Drop for Namespaces {
    fn drop(&mut self) {
        self.end();
    }
}

/// A command that makes the namespaces and then is this program in them.
fn first_process(said: &Path, program: &Path) -> Command {
    let mut command = leashed("unshare");
    command.args(["--net", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", FIRST, "node"]).arg(said).arg(program);
    command
}
