//! Names: those that we give, and what becomes of names that Kubernetes does not take as they are.
//!
//! A name that had to be cut ends in a hash of the whole, so that two long names stay two.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

/// The value of [`MANAGED_BY_LABEL`] on everything we make.
pub const MANAGER: &str = "ecs-operator";
/// Who makes an object.
pub const MANAGED_BY_LABEL: &str = "app.kubernetes.io/managed-by";
/// The name of the application: of the service, or of the task definition.
pub const NAME_LABEL: &str = "app.kubernetes.io/name";
/// The service that an object belongs to.
pub const SERVICE_LABEL: &str = "ecs-operator.dev/service";
/// The task definition that an object belongs to.
pub const TASK_DEFINITION_LABEL: &str = "ecs-operator.dev/task-definition";
/// Which set of a service's tasks a pod is of; there is one, [`TASK_SET`].
pub const TASK_SET_LABEL: &str = "ecs-operator.dev/task-set";
/// How far the network of a pod reaches; `none`: nowhere.
pub const NETWORK_LABEL: &str = "ecs-operator.dev/network";
/// The value of [`TASK_SET_LABEL`].
pub const TASK_SET: &str = "a";
/// The number of the service revision that a pod template was rendered for.
pub const SERVICE_REVISION_ANNOTATION: &str = "ecs-operator.dev/service-revision";
/// The revision of the task definition that a pod template was rendered from, as `family:revision`.
pub const TASK_DEFINITION_ANNOTATION: &str = "ecs-operator.dev/task-definition";
/// The namespace that an object outside of namespaces serves.
pub const NAMESPACE_LABEL: &str = "ecs-operator.dev/namespace";
/// What the annotations of a pod begin with that tell where the output of a container goes; its name follows.
pub const LOGS_ANNOTATION_PREFIX: &str = "logs.ecs-operator.dev/";
/// The IAM role of a ServiceAccount.
pub const ROLE_ANNOTATION: &str = "eks.amazonaws.com/role-arn";
/// The variables that ECS sets to the task's region where the task sets neither.
pub const REGION_VARIABLES: [&str; 2] = ["AWS_REGION", "AWS_DEFAULT_REGION"];
/// The IAM role that a ServiceAccount is associated with by EKS Pod Identity, which reads no annotation: for people.
pub const ASSOCIATED_ROLE_ANNOTATION: &str = "ecs-operator.dev/associated-role";

/// The longest label of a domain name.
const LABEL: usize = 63;
/// The longest name of a port.
const PORT: usize = 15;
/// The longest key of a Secret.
const KEY: usize = 253;

/// The labels of everything that belongs to a service.
pub fn service_labels(service: &str) -> BTreeMap<String, String> {
    let labels = [(MANAGED_BY_LABEL, MANAGER), (NAME_LABEL, service), (SERVICE_LABEL, service)];
    labels.into_iter().map(|(label, value)| (label.to_owned(), label_value(value))).collect()
}

/// The labels by which a service's pods are selected; they never change.
pub fn selector(service: &str) -> BTreeMap<String, String> {
    let labels = [(SERVICE_LABEL, service), (TASK_SET_LABEL, TASK_SET)];
    labels.into_iter().map(|(label, value)| (label.to_owned(), label_value(value))).collect()
}

/// The name of the Secret of a service revision.
pub fn secret(service: &str, service_revision: i64) -> String {
    format!("{service}-{service_revision}")
}

/// The name of the Secret with the variables of environment files, of which `content` is all that makes them others.
pub fn environment_files(service: &str, service_revision: i64, content: &str) -> String {
    format!("{}-env-{}", secret(service, service_revision), hash(content))
}

/// The name of the Secret by which images are pulled with the credentials that are kept there.
pub fn registry(service: &str, service_revision: i64, credentials_parameter: &str) -> String {
    format!("{}-pull-{}", secret(service, service_revision), hash(credentials_parameter))
}

/// The name of the ServiceAccount of a task definition, and of a role where it has one. Trust policies and associations name it, so no
/// other pair of the two has the same: names of task definitions have no dot, and nobody finds a role with the hash of another. Where EKS
/// Pod Identity gives the role it is another one than where IRSA does: what runs by the one keeps it while what comes has the other.
pub fn service_account(task_definition: &str, role: Option<&str>, is_associated: bool) -> String {
    match role {
        Some(role) if is_associated => format!("ecs-{task_definition}.{}.pod-identity", digits(role, 16)),
        Some(role) => format!("ecs-{task_definition}.{}", digits(role, 16)),
        None => format!("ecs-{task_definition}"),
    }
}

/// The name of the claim of a service's volume, of which `content` is all that makes it another volume.
pub fn claim(service: &str, volume: &str, content: &str) -> String {
    cut(&format!("{service}-{volume}-{}", hash(content)), LABEL)
}

/// The name of the volume that is made for a claim, which no claim of another namespace comes to: neither of the two has a dot, and nothing is
/// cut, for together they are shorter than such names may be.
pub fn persistent_volume(namespace: &str, claim: &str) -> String {
    format!("ecs.{namespace}.{claim}")
}

/// Whether an `ECSService` or `ECSTaskDefinition` may have the name: a DNS label of at most 52 characters that
/// starts with a letter.
pub fn is_legal(name: &str) -> bool {
    let bytes = name.as_bytes();
    let legal = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-';
    bytes.len() <= 52 && bytes.iter().all(legal) && bytes.first().is_some_and(u8::is_ascii_lowercase) && bytes.last() != Some(&b'-')
}

/// Whether the text is a domain name as Kubernetes takes it: lower-case labels of at most 63 characters, 253 in all.
pub fn is_domain_name(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_label = |label: &str| (1..=LABEL).contains(&label.len()) && label.bytes().all(inner) && !label.starts_with('-') && !label.ends_with('-');
    text.len() <= 253 && text.split('.').all(is_label)
}

/// The name of an object that somebody must bring in place of something that is kept elsewhere: the last part of its
/// ARN, so that people know it again, and a hash of the whole.
pub fn brought(kind: &str, arn: &str) -> String {
    let last = arn.rsplit([':', '/']).next().unwrap_or_default();
    let name = format!("{kind}-{}", dashed(last));
    format!("{}-{}", name[..name.len().min(LABEL - 9)].trim_end_matches('-'), hash(arn))
}

/// The registry of an image and its repository there, as container runtimes read the image's name.
pub fn image(image: &str) -> (String, String) {
    let name = image.split_once('@').map_or(image, |(name, _)| name);
    let name = name.rsplit_once(':').filter(|(_, tag)| !tag.contains('/')).map_or(name, |(name, _)| name);
    let is_registry = |part: &str| part.contains(['.', ':']) || part == "localhost" || part.bytes().any(|byte| byte.is_ascii_uppercase());
    match name.split_once('/').filter(|(first, _)| is_registry(first)) {
        Some(("docker.io" | "index.docker.io", repository)) => docker_hub(repository),
        Some((registry, repository)) => (registry.into(), repository.into()),
        None => docker_hub(name),
    }
}

fn docker_hub(repository: &str) -> (String, String) {
    let repository = if repository.contains('/') { repository.into() } else { format!("library/{repository}") };
    ("docker.io".into(), repository)
}

/// Whether Kubernetes takes the text as the name of an annotation, after its domain: at most 63 letters, digits, `-`, `_` and `.`, the
/// first and last a letter or digit.
pub fn is_annotation(name: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let is_end = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
    name.len() <= LABEL && name.bytes().all(legal) && is_end(name.bytes().next()) && is_end(name.bytes().last())
}

/// The name of a Kubernetes Service that DNS answers for this label. `None` where no Service can have it: one has at most 63 letters,
/// digits and `-`, first a letter.
pub fn service(label: &str) -> Option<String> {
    let name = label.to_ascii_lowercase();
    let legal = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_legal = name.len() <= LABEL && name.bytes().all(legal) && name.starts_with(|first: char| first.is_ascii_lowercase()) && !name.ends_with('-');
    is_legal.then_some(name)
}

/// The name as a DNS label: lower case, `-` for everything else.
pub fn dns_label(name: &str) -> String {
    cut(&dashed(name), LABEL)
}

/// The text as the value of a label.
pub fn label_value(text: &str) -> String {
    let legal = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.');
    let replaced: String = text.chars().map(|character| if legal(character) { character } else { '-' }).collect();
    cut(replaced.trim_matches(|character: char| !character.is_ascii_alphanumeric()), LABEL)
}

/// Whether the text may be the value of a label.
pub fn is_label_value(text: &str) -> bool {
    label_value(text) == text
}

/// The name of the load balancer that services of a namespace share, as the AWS Load Balancer Controller takes it.
pub fn load_balancer_group(namespace: &str, name: &str) -> String {
    cut(&format!("{namespace}.{name}").to_ascii_lowercase(), LABEL)
}

/// The name of a container's port, without the port's number: while old and new pods serve side by side, each is
/// reached at its own. `None` where nothing is left of the text.
pub fn port(text: &str, number: u16) -> Option<String> {
    let number = number.to_string();
    let dashed = dashed(text);
    let words: Vec<&str> = dashed.split('-').filter(|word| !word.is_empty() && *word != number).collect();
    let name = cut(&words.join("-"), PORT);
    name.bytes().any(|byte| byte.is_ascii_lowercase()).then_some(name)
}

/// The name, or the name with the first number that makes it differ from those that are taken.
pub fn unique_port(name: &str, taken: &[String]) -> String {
    let numbered = (2..).map(|number: u32| format!("-{number}")).map(|suffix| {
        let room = name.len().min(PORT - suffix.len());
        format!("{}{suffix}", name[..room].trim_end_matches('-'))
    });
    let is_free = |candidate: &String| !taken.contains(candidate);
    std::iter::once(name.to_owned()).chain(numbered).find(is_free).unwrap_or_default()
}

/// The key of an environment variable's value in a Secret: its name, or where that is no legal key, a legal one with a hash.
pub fn secret_key(variable: &str) -> String {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    if !variable.is_empty() && variable.len() <= KEY && !variable.starts_with('.') && variable.bytes().all(legal) {
        return variable.into();
    }
    let replaced: String = variable.chars().map(|character| if u8::try_from(character).is_ok_and(legal) { character } else { '_' }).collect();
    let start = &replaced[..replaced.len().min(KEY - 9)];
    format!("{}-{}", start.trim_start_matches('.'), hash(variable))
}

/// The text, or where it is longer than that its beginning and a hash of the whole.
fn cut(text: &str, longest: usize) -> String {
    if text.len() <= longest {
        return text.into();
    }
    let hash = hash(text);
    let hash = &hash[..if longest > 32 { 8 } else { 4 }];
    format!("{}-{hash}", text[..longest - hash.len() - 1].trim_end_matches(['-', '.', '_']))
}

/// The text in lower case, with `-` for everything that is neither letter nor digit, and none at the ends.
fn dashed(text: &str) -> String {
    let replaced: String = text.chars().map(|character| if character.is_ascii_alphanumeric() { character.to_ascii_lowercase() } else { '-' }).collect();
    replaced.trim_matches('-').into()
}

/// The first eight hexadecimal digits of the text's SHA-256.
pub fn hash(text: &str) -> String {
    digits(text, 8)
}

/// So many of them, sixteen at most.
fn digits(text: &str, count: usize) -> String {
    let start = Sha256::digest(text).iter().take(8).fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
    format!("{start:016x}")[..count].into()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{
        dns_label, image, is_annotation, is_domain_name, is_legal, label_value, load_balancer_group, persistent_volume, port, secret_key, service,
        service_account, unique_port,
    };

    #[test]
    fn legal_names_are_dns_labels_of_52_characters_that_start_with_a_letter() {
        assert!(is_legal("a") && is_legal("web-api-2") && is_legal(&"a".repeat(52)));
        for name in ["", "2a", "-a", "a-", "A", "a.b", "a_b", &"a".repeat(53)] {
            assert!(!is_legal(name), "{name}");
        }
    }

    #[test]
    fn no_two_task_definitions_and_roles_have_one_service_account() {
        assert_eq!(service_account("web", None, false), "ecs-web");
        let role = Some("arn:aws:iam::123456789012:role/web");
        let of_role = service_account("web", role, false);
        assert_eq!(of_role, "ecs-web.57943afa0c202696");
        let squatter = of_role.trim_start_matches("ecs-").replace('.', "-");
        let (long, dashed) = ("a".repeat(52), format!("web{}a", "-".repeat(48)));
        let names = ["web", "web-57943afa", &squatter, "web-57943afa-57943afa", &long, &long[..51], &long[..50], &dashed];
        assert!(names.iter().all(|name| is_legal(name)));
        let another = Some("arn:aws:iam::123456789012:role/api");
        let roles = [(None, false), (role, false), (role, true), (another, false), (another, true)];
        let accounts = names.iter().flat_map(|name| roles.map(|(role, is_associated)| service_account(name, role, is_associated)));
        let accounts: Vec<String> = accounts.collect();
        assert_eq!(BTreeSet::from_iter(&accounts).len(), accounts.len(), "{accounts:?}");
        assert!(accounts.iter().all(|account| is_domain_name(account)), "{accounts:?}");
    }

    #[test]
    fn no_two_namespaces_have_one_volume() {
        assert_ne!(persistent_volume("shop", "x-web-data"), persistent_volume("shop-x", "web-data"));
        let longest = "a".repeat(63);
        assert_eq!(persistent_volume(&longest, &longest), format!("ecs.{longest}.{longest}"));
        assert!(is_domain_name(&persistent_volume(&longest, &longest)));
    }

    #[test]
    fn images_have_a_registry_and_a_repository() {
        for (name, registry, repository) in [
            ("nginx", "docker.io", "library/nginx"),
            ("nginx:1.27", "docker.io", "library/nginx"),
            ("team/web@sha256:00", "docker.io", "team/web"),
            ("docker.io/nginx", "docker.io", "library/nginx"),
            ("index.docker.io/team/web:1", "docker.io", "team/web"),
            ("registry.example.com/web", "registry.example.com", "web"),
            ("registry.example.com:5000/team/web:1@sha256:00", "registry.example.com:5000", "team/web"),
            ("localhost/web:1", "localhost", "web"),
            ("Registry/web", "Registry", "web"),
        ] {
            assert_eq!(image(name), (registry.to_owned(), repository.to_owned()), "{name}");
        }
    }

    #[test]
    fn names_of_annotations_and_services_are_known() {
        assert!(is_annotation("team") && is_annotation("Cost.Center_1") && is_annotation(&"a".repeat(63)));
        for name in ["", "cost:center", "a b", "a/b", "-a", "a_", &"a".repeat(64)] {
            assert!(!is_annotation(name), "{name}");
        }
        assert_eq!([service("Orders"), service("a-1")], [Some("orders".into()), Some("a-1".into())]);
        for name in ["", "1a", "a_b", "a.b", "a-", &"a".repeat(64)] {
            assert_eq!(service(name), None, "{name}");
        }
    }

    #[test]
    fn names_of_containers_become_dns_labels() {
        assert_eq!([dns_label("Web_App"), dns_label("_a__b_"), dns_label("web")], ["web-app", "a--b", "web"]);
        let long = dns_label(&"Ab".repeat(100));
        assert!(long.len() == 63 && long.starts_with("abab"), "{long}");
    }

    #[test]
    fn label_values_start_and_end_with_a_letter_or_digit() {
        assert_eq!([label_value("a b"), label_value("-web_"), label_value("v1.2_x")], ["a-b", "web", "v1.2_x"]);
        assert_eq!(label_value(&"a".repeat(64)).len(), 63);
    }

    #[test]
    fn port_names_have_no_number_and_at_most_15_characters() {
        assert_eq!(port("api-8080-tcp", 8080).as_deref(), Some("api-tcp"));
        assert_eq!(port("My__Port", 80).as_deref(), Some("my-port"));
        assert_eq!(port("8080", 8080), None);
        assert_eq!(port("123", 80), None);
        let long = port("a-very-long-name-of-a-port", 80).expect("a name");
        assert!(long.len() <= 15 && long.starts_with("a-very-lon"), "{long}");
    }

    #[test]
    fn ports_of_one_name_are_numbered() {
        let taken = ["api".to_owned(), "api-2".to_owned(), "abcdefghijklmno".to_owned()];
        assert_eq!([unique_port("web", &taken), unique_port("api", &taken)], ["web", "api-3"]);
        assert_eq!(unique_port("abcdefghijklmno", &taken), "abcdefghijklm-2");
    }

    #[test]
    fn keys_are_the_names_of_variables_where_those_are_legal() {
        assert_eq!([secret_key("DB_PASSWORD"), secret_key("a.b-c")], ["DB_PASSWORD", "a.b-c"]);
        assert_eq!([secret_key("a b"), secret_key("..a")], ["a_b-c8687a08", "a-f76a4def"]);
    }

    #[test]
    fn load_balancers_are_shared_in_a_namespace() {
        assert_eq!(load_balancer_group("shop", "Shop"), "shop.shop");
        assert_eq!(load_balancer_group(&"n".repeat(63), "shop").len(), 63);
    }
}
