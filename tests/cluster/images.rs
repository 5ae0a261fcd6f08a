//! Images are what they were asked to be, to the byte.

use std::collections::BTreeMap;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use flate2::read::GzDecoder;
use serde_json::{Value, json};
use tar::Archive;

use crate::context::Context;
use crate::runner::Trial;
use crate::support::cluster::free_port;
use crate::support::image::operator::BILL;
use crate::support::image::{Entry, Image, Platform, application_image};
use crate::support::process::{Process, leashed, output};
use crate::support::{Result, SOON, While, ensure, eventually, fetch};

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::parallel(the_same_files_give_the_same_digest),
        Trial::parallel(an_archive_holds_what_the_image_was_made_of),
        Trial::parallel(several_platforms_are_one_image),
        // it needs the shell that a real node needs, but no node
        Trial::parallel(the_application_answers_as_itself_and_as_curl).on_a_real_node(),
        Trial::parallel(the_operators_image_is_static_without_root_and_says_what_it_is),
        Trial::parallel(the_operators_image_lists_its_crates_and_names_no_place_of_this_machine),
    ]
}

async fn the_same_files_give_the_same_digest(_: Arc<Context>) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    let first = image(&[Platform::Amd64]).write(&one)?;
    let second = image(&[Platform::Amd64]).write(&two)?;
    assert_eq!(first, second);
    assert_eq!(std::fs::read(one)?, std::fs::read(&two)?);

    let mut changed = image(&[Platform::Amd64]);
    changed.environment.insert("VERSION".to_owned(), "2".to_owned());
    assert_ne!(changed.write(&two)?.digest, first.digest);
    Ok(())
}

async fn an_archive_holds_what_the_image_was_made_of(_: Arc<Context>) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("image.tar");
    let written = image(&[Platform::Arm64]).write(&file)?;
    assert_eq!(written.size, std::fs::metadata(&file)?.len());

    let files = unpack(std::fs::File::open(&file)?)?;
    let index = json(&files, "index.json")?;
    let descriptor = &index["manifests"][0];
    assert_eq!(descriptor["digest"], json!(written.digest));
    assert_eq!(descriptor["platform"], json!({ "architecture": "arm64", "os": "linux" }));
    assert_eq!(descriptor["annotations"]["io.containerd.image.name"], json!("localhost/example:1"));
    let manifest = json(&files, &blob(descriptor))?;
    assert_eq!(manifest["annotations"], json!({ "org.opencontainers.image.title": "example" }));
    let configuration = json(&files, &blob(&manifest["config"]))?;
    assert_eq!(configuration["created"], json!("2024-01-02T03:04:05Z"));
    let expected = json!({
        "User": "65532:65532", "WorkingDir": "/work", "Entrypoint": ["/bin/example"], "Cmd": ["serve"], "Env": ["PATH=/bin"],
        "Labels": { "org.opencontainers.image.title": "example", "other": "label" },
    });
    assert_eq!(configuration["config"], expected);

    let layer = files.get(&blob(&manifest["layers"][0])).ok_or("no layer")?;
    let mut inside = Vec::new();
    for entry in Archive::new(GzDecoder::new(layer.as_slice())).entries()? {
        let entry = entry?;
        let header = entry.header();
        assert_eq!((header.mtime()?, header.uid()?, header.gid()?), (0, 0, 0));
        inside.push(format!("{} {:o}", entry.path()?.display(), header.mode()?));
    }
    assert_eq!(inside, ["bin/ 755", "bin/example 755", "bin/sh 777", "etc/ 755", "etc/example/ 755", "etc/example/name 644", "tmp/ 1777"]);
    Ok(())
}

async fn several_platforms_are_one_image(_: Arc<Context>) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("image.tar");
    let written = image(&Platform::ALL).write(&file)?;
    let files = unpack(std::fs::File::open(&file)?)?;
    let outer = json(&files, "index.json")?;
    assert_eq!(outer["manifests"].as_array().map(Vec::len), Some(1), "one name, one image");
    assert_eq!(outer["manifests"][0]["digest"], json!(written.digest));
    let inner = json(&files, &blob(&outer["manifests"][0]))?;
    let architectures: Vec<_> = inner["manifests"].as_array().into_iter().flatten().map(|manifest| &manifest["platform"]["architecture"]).collect();
    assert_eq!(architectures, [&json!("amd64"), &json!("arm64")]);
    Ok(())
}

async fn the_application_answers_as_itself_and_as_curl(_: Arc<Context>) -> Result<()> {
    let root = tempfile::tempdir()?;
    unpack_image(application_image("2")?, root.path())?;
    let bin = root.path().join("bin");
    let port = free_port()?;
    let mut command = leashed(bin.join("application"));
    command.env_clear().envs([("NAME", "web"), ("VERSION", "2"), ("PORT", &port.to_string())]);
    let application = Process::start("application", root.path(), command)?;

    let url = |path: &str| format!("http://localhost:{port}{path}");
    let curl = async |path: &str| {
        let mut command = leashed(bin.join("curl"));
        command.args(["-fsS", "-m", "60", &url(path)]);
        output(command).await
    };
    let health = eventually("the application answers", SOON, async || curl("/health").await).await?;
    let health: Value = serde_json::from_str(&health)?;
    assert_eq!((&health["name"], &health["version"], &health["headers"]["user-agent"]), (&json!("web"), &json!("2"), &json!("curl/8")));

    // as ECS checks health
    curl("/-/fail").await?;
    let check = format!("PATH={}; curl -f {} || exit 3", bin.display(), url("/"));
    let status = Command::new(bin.join("sh")).args(["-c", &check]).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    assert_eq!(status.code(), Some(3), "the health check fails");

    curl("/-/stop-after?seconds=3").await?;
    let held = url("/held?hold=4");
    let (held, ()) = tokio::try_join!(fetch(&held), async {
        eventually("a request that came later is answered", SOON, async || ensure(curl("/-/process").await.is_ok(), "no answer")).await?;
        application.terminate()
    })?;
    assert!(held.contains("/held"), "what was begun before SIGTERM was answered after it: {held}");
    let ended = application.wait_exited(SOON).await?;
    assert_eq!(ended.code(), Some(0));
    let notes: Vec<Value> = std::fs::read_to_string(application.log())?.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let events: Vec<_> = notes.iter().filter_map(|note| note["event"].as_str()).filter(|event| *event != "request").collect();
    assert_eq!(events, ["start", "listening", "signal", "stopping", "exit"]);
    assert!(notes.is_sorted_by_key(|note| note["time"].as_u64()), "{notes:?}");
    Ok(())
}

async fn the_operators_image_is_static_without_root_and_says_what_it_is(_: Arc<Context>) -> Result<()> {
    let image = Unpacked::read(&operator_image().await?)?;
    let config = &image.configuration["config"];
    // as the chart has them: it refuses root, sets this user and gives only arguments
    assert_eq!((&config["User"], &config["Entrypoint"], &config["Cmd"]), (&json!("65532:65532"), &json!(["/usr/bin/ecs-operator"]), &json!([])));
    let label = |name: &str| config["Labels"][format!("org.opencontainers.image.{name}")].as_str().unwrap_or_default().to_owned();
    assert_eq!([label("title"), label("version"), label("licenses")], ["ecs-operator", env!("CARGO_PKG_VERSION"), "Apache-2.0"]);
    let files: Vec<_> = image.files.keys().filter(|path| !path.ends_with('/')).map(String::as_str).collect();
    let expected = [
        "etc/group",
        "etc/passwd",
        "etc/ssl/certs/ca-certificates.crt",
        "usr/bin/ecs-operator",
        "usr/share/licenses/ecs-operator/LICENSE",
        "usr/share/sbom/ecs-operator.cdx.json",
    ];
    assert_eq!(files, expected);
    let certificates = String::from_utf8_lossy(image.file("etc/ssl/certs/ca-certificates.crt")?);
    assert!(certificates.matches("BEGIN CERTIFICATE").count() > 50, "there are authorities to trust");

    let binary = image.file("usr/bin/ecs-operator")?;
    assert!(!contains(binary, b"/lib/ld-"), "nothing is loaded at the start");
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("ecs-operator");
    std::fs::write(&file, binary)?;
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755))?;
    let mut version = leashed(&file);
    version.arg("--version").env_clear();
    assert_eq!(output(version).await?.trim(), concat!("ecs-operator ", env!("CARGO_PKG_VERSION")));
    Ok(())
}

async fn the_operators_image_lists_its_crates_and_names_no_place_of_this_machine(_: Arc<Context>) -> Result<()> {
    let image = Unpacked::read(&operator_image().await?)?;
    let bill = image.file(BILL.trim_start_matches('/'))?;
    let parsed: Value = serde_json::from_slice(bill)?;
    assert_eq!(parsed["metadata"]["component"]["name"], json!("ecs-operator"));
    let listed: Vec<_> = parsed["components"].as_array().into_iter().flatten().filter_map(|component| component["name"].as_str()).collect();
    let manifest = include_str!("../../Cargo.toml");
    let dependencies = manifest.split("\n[dependencies]\n").nth(1).and_then(|rest| rest.split("\n[").next()).ok_or("no dependencies")?;
    let names: Vec<_> = dependencies.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" = ")).map(|(name, _)| name).collect();
    assert!(names.len() > 10 && names.iter().all(|name| listed.contains(name)), "{names:?} are all in {listed:?}");
    assert!(!listed.contains(&"libtest-mimic"), "what only tests need is not listed");

    let home = std::env::home_dir().ok_or("no home folder")?;
    let binary = image.file("usr/bin/ecs-operator")?;
    for place in [env!("CARGO_MANIFEST_DIR"), home.to_str().unwrap_or_default()] {
        let place = format!("{place}/");
        assert!(!contains(binary, place.as_bytes()) && !contains(bill, place.as_bytes()), "{place} is in the image");
    }
    Ok(())
}

async fn operator_image() -> Result<PathBuf> {
    tokio::task::spawn_blocking(crate::support::image::operator_image).await?
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// What is in the archive of an image of one platform.
struct Unpacked {
    configuration: Value,
    files: BTreeMap<String, Vec<u8>>,
}

impl Unpacked {
    fn read(archive: &Path) -> Result<Self> {
        let files = unpack(std::fs::File::open(archive)?)?;
        let manifest = json(&files, &blob(&json(&files, "index.json")?["manifests"][0]))?;
        let configuration = json(&files, &blob(&manifest["config"]))?;
        let layer = files.get(&blob(&manifest["layers"][0])).ok_or("no layer")?;
        Ok(Self { configuration, files: unpack(GzDecoder::new(layer.as_slice()))? })
    }

    fn file(&self, path: &str) -> Result<&Vec<u8>> {
        self.files.get(path).ok_or_else(|| format!("no {path} in the image").into())
    }
}

fn unpack_image(archive: PathBuf, into: &Path) -> Result<()> {
    let files = unpack(std::fs::File::open(archive)?)?;
    let manifest = json(&files, &blob(&json(&files, "index.json")?["manifests"][0]))?;
    let layer = files.get(&blob(&manifest["layers"][0])).ok_or("no layer")?;
    Archive::new(GzDecoder::new(layer.as_slice())).unpack(into)?;
    Ok(())
}

fn image(platforms: &[Platform]) -> Image {
    let text = |text: &str| text.to_owned();
    let contents = BTreeMap::from([
        (text("/tmp"), Entry::Folder { mode: 0o1777 }),
        (text("/bin/example"), Entry::File { contents: b"program".to_vec(), mode: 0o755 }),
        (text("/bin/sh"), Entry::Link(text("example"))),
        (text("/etc/example/name"), Entry::file("example")),
    ]);
    Image {
        name: text("localhost/example:1"),
        contents: platforms.iter().map(|platform| (*platform, contents.clone())).collect(),
        entry_point: vec![text("/bin/example")],
        command: vec![text("serve")],
        environment: BTreeMap::from([(text("PATH"), text("/bin"))]),
        user: text("65532:65532"),
        working_directory: text("/work"),
        labels: BTreeMap::from([(text("org.opencontainers.image.title"), text("example")), (text("other"), text("label"))]),
        created: 1_704_164_645,
    }
}

fn unpack(archive: impl Read) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    for entry in Archive::new(archive).entries()? {
        let mut entry = entry?;
        let mut contents = Vec::new();
        entry.read_to_end(&mut contents)?;
        files.insert(entry.path()?.display().to_string(), contents);
    }
    Ok(files)
}

fn json(files: &BTreeMap<String, Vec<u8>>, path: &str) -> Result<Value> {
    serde_json::from_slice(files.get(path).ok_or_else(|| format!("no {path}"))?).during(path)
}

/// Where a descriptor's contents are.
fn blob(descriptor: &Value) -> String {
    let digest = descriptor["digest"].as_str().unwrap_or_default();
    Path::new("blobs").join(digest.replace(':', "/")).display().to_string()
}
